// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/aedat_bytes.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/dataset.hpp>
#include <spikingjet/io/file_kind.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace spikingjet;

namespace {

const DatasetFormat camera{.input = {2, 34, 34}};

template <class Exception>
std::string refusal(const std::string& path, const DatasetFormat& format = camera) {
  return sentence_of<Exception>([&] { load_dataset(path, format); });
}

std::string tar_header() {
  std::string header(512, '\0');
  header.replace(0, 5, "a.npz");
  header.replace(257, 5, "ustar");
  return header;
}

const std::vector<std::pair<std::string, std::string>> packed{  // (first bytes, command)
    {std::string("\x1f\x8b\x08\0", 4), "gunzip"},          {std::string("\xfd\x37zXZ\0", 6), "unxz"},
    {"BZh91AY&SY", "bunzip2"},                             {"\x28\xb5\x2f\xfd", "unzstd"},
    {"\x04\x22\x4d\x18", "unlz4"},                         {std::string("\x5d\0\0\x80\0", 5), "unlzma"},
    {"7z\xbc\xaf\x27\x1c", "7z x"},                        {tar_header(), "tar xf"},
};

}  // namespace

TEST_CASE("a packed file is named by its bytes, with the command that unpacks it") {
  const TemporaryFolder folder;
  for (const auto& [bytes, command] : packed)
    for (const char* name : {"a.npz", "a.h5.gz", "a.aedat", "any"}) {
      INFO(command << ", " << name);
      write_bytes(folder / name, bytes + std::string(20, 'x'));
      CHECK(contains(refusal<PackedFile>(folder / name),
                     "unpack it first, with '" + command + " " + (folder / name) + "'"));
    }
}

TEST_CASE("a packed file in a folder is named, under its own name and under that of what is in it") {
  for (const auto& [bytes, command] : packed)
    for (const char* name : {"shd_test.h5.gz", "shd_test.h5", "Test/3/a.bin.gz", "3/a.bin", "user24_led.aedat.gz",
                             "user24_led.aedat", "x.npz.gz"}) {
      INFO(command << ", " << name);
      const TemporaryFolder folder;
      write_bytes(folder / name, bytes + std::string(20, 'x'));
      CHECK(contains(refusal<PackedFile>(folder.path()), command + " " + (folder / name)));
    }
}

TEST_CASE("a packed array of a gesture is named") {
  const TemporaryFolder folder;
  write_bytes(folder / "user24_led/0.npy", packed[0].first);
  CHECK(
      contains(refusal<PackedFile>(folder.path(), {.input = {2, 32, 32}}), "gunzip " + (folder / "user24_led/0.npy")));
}

TEST_CASE("a zip archive of other files is named, and a PyTorch file") {
  const TemporaryFolder folder;
  write_zip(folder / "nmnist.zip", {{"Test/3/a.bin", "x"}});
  CHECK(contains(refusal<PackedFile>(folder / "nmnist.zip"), "is packed by zip; unpack it first, with 'unzip "));
  write_zip(folder / "a.pt", {{"archive/data.pkl", "x"}});
  CHECK(contains(refusal<UnsupportedFile>(folder / "a.pt"), "is a PyTorch file"));
}

TEST_CASE("recordings of other versions of AEDAT are refused by version, with or without label files") {
  for (const std::string version : {"1.0", "2.0", "3.0", "4.0"})
    for (const char* name : {"user24_led.aedat", "user01_led.aedat", "recording.aedat4", "a/b/recording.aedat"})
      for (const bool with_labels : {false, true}) {
        const TemporaryFolder folder;
        write_bytes(folder / name, "#!AER-DAT" + version + "\r\n" + std::string(100, '\0'));
        if (with_labels) write_bytes(folder / "user24_led_labels.csv", "1,2,3\n");
        for (const std::string& path : {folder.path(), folder / name})
          CHECK(contains(refusal<AedatVersion>(path, {.input = {2, 32, 32}}),
                         "'" + (folder / name) + "' is a recording of AEDAT " + version +
                             ", allowed is AEDAT 3.1; read it with "));
      }
}

TEST_CASE("an AEDAT 3.1 recording without its label file is refused for that") {
  const TemporaryFolder folder;
  write_bytes(folder / "user24_led.aedat", aedat_text);
  CHECK(contains(refusal<FileMissing>(folder / "user24_led.aedat", {.input = {2, 32, 32}}), "user24_led_labels.csv"));
}

TEST_CASE("files that other programs write are called by name") {
  const TemporaryFolder folder;
  for (const auto& [bytes, name] : std::vector<std::pair<std::string, std::string>>{
           {"MATLAB 5.0 MAT-file, Platform", "a MATLAB file"},
           {"#ROSBAG V2.0\n", "a ROS bag"},
           {"% date 2020\n% evt 3.0\n", "a Prophesee recording"},
           {std::string("\0\0\x8\3\0\0\0\1", 8), "an IDX array"},
           {std::string("\x80\4\x95\0", 4), "a Python pickle"},
           {std::string("\x14\0\0\0\0\0\0\0{}", 10), "a .safetensors file"},
           {"\x89PNG\r\n", "a PNG image"},
           {"1,2,3\n", "of an unknown kind"},
       }) {
    write_bytes(folder / "a", bytes);
    CHECK(contains(refusal<UnsupportedFile>(folder / "a"), "is " + name));
  }
}

TEST_CASE("a folder without samples says what it holds") {
  const TemporaryFolder folder;
  CHECK(contains(refusal<EmptyDataset>(folder.path()), "holds no samples, it holds no file"));
  write_bytes(folder / ".DS_Store", "x");
  write_bytes(folder / "__MACOSX/3/a.bin", "x");
  CHECK(contains(refusal<EmptyDataset>(folder.path()), "it holds no file"));
  write_bytes(folder / "notes/3/a.txt", "x");
  CHECK(contains(refusal<EmptyDataset>(folder.path()), "it holds 'notes/3/a.txt'; pass an .npz"));
  write_bytes(folder / "frames.npz", "x");
  CHECK(contains(refusal<EmptyDataset>(folder.path()), "pass '" + (folder / "frames.npz") + "' itself"));
}

TEST_CASE("files beside recordings are told, hidden ones are not") {
  const TemporaryFolder folder;
  const std::string recording("\0\0\0\0\0\0\0\0\0\x7f", 10);
  const auto told = [&] {
    std::string sentences;
    CHECK(load_dataset(folder.path(), camera, [&](const std::string& sentence) { sentences += sentence; }).size() == 1);
    return sentences;
  };
  for (const char* name :
       {"3/._a.bin", "3/.b.bin", "3/Thumbs.db", "3/desktop.ini", "__MACOSX/3/a.bin", "._3/a.bin", ".DS_Store"})
    write_bytes(folder / name, "x");
  write_bytes(folder / "3/a.bin", recording);
  CHECK(told().empty());
  write_bytes(folder / "3/b.bin.gz", "x");
  CHECK(contains(told(), "1 file of '" + folder.path() + "' passed over, as no 'LABEL/*.bin', the first '" +
                             (folder / "3/b.bin.gz") + "'"));
}

TEST_CASE("recordings that give no input are told with their files and the reason") {
  const auto event = [](int x, std::uint32_t time) {
    return std::string(1, char(x)) + std::string(1, '\0') + big_endian(time, 3);
  };
  const auto told = [&](const std::string& recording, std::uint32_t denoise_time) {
    const TemporaryFolder folder;
    write_bytes(folder / "3/a.bin", recording);
    write_bytes(folder / "3/b.bin", event(0, 0) + event(0, 1000) + event(0, 2000));
    std::string sentences;
    const Dataset dataset =
        load_dataset(folder.path(), {.input = {2, 17, 17}, .steps = 10, .denoise_time = denoise_time},
                     [&](const std::string& sentence) { sentences += sentence; });
    CHECK(dataset.samples[0].events() == 0);
    CHECK(dataset.samples[0].steps() == 10);
    CHECK(contains(sentences, "'" + (folder / "3/a.bin") + "'"));
    return sentences;
  };
  CHECK(contains(told(event(0, 5), 0), "1 of 2 samples"));
  CHECK(contains(told(event(0, 5), 0), "has 1 event within 0 us, less than one us for each of 10 steps"));
  CHECK(contains(told(event(0, 5) + event(2, 14), 0), "has 2 events within 9 us"));
  CHECK(contains(told(event(1, 0) + event(3, 5000) + event(5, 10000), 0),
                 "3 events, none of them on a pixel that the network takes"));
  CHECK(contains(told(event(0, 5000) + event(9, 9000), 10), "2 of 2 samples"));
  CHECK(contains(told(event(0, 5000) + event(9, 9000), 10), "has 0 of 2 events left by a denoising of 10 us"));
}
