// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/aedat_bytes.hpp"
#include "io/fixture.hpp"
#include "io/shd_bytes.hpp"

#include <spikingjet/io/dataset.hpp>
#include <spikingjet/io/frames.hpp>
#include <spikingjet/io/labels.hpp>
#include <spikingjet/io/nmnist.hpp>
#include <spikingjet/io/npz.hpp>

#include <algorithm>
#include <iostream>
#include <limits>

using namespace spikingjet;

namespace {

using Step = std::vector<std::pair<std::uint32_t, float>>;  // (flat index, value)

std::vector<Step> steps_of(const Sample& sample) {
  std::vector<Step> steps;
  for (std::size_t step = 0; step < sample.steps(); ++step) {
    steps.emplace_back();
    const Activity x = sample[step];
    for (std::size_t k = 0; k < x.size(); ++k) steps.back().emplace_back(x.index[k], x.value[k]);
  }
  return steps;
}

/// Reads an .npz file with these members.
Dataset load(const ZipMembers& members, const DatasetFormat& format) {
  const TemporaryFolder folder;
  const std::string bytes = write_zip(folder / "a.npz", members, true);
  const Dataset from_memory = load_dataset(NpzFile(bytes_of(bytes), "a.npz"), format);
  const Dataset from_file = load_dataset(folder / "a.npz", format);
  CHECK(digest_of(SampleRange(from_memory)).hex() == digest_of(SampleRange(from_file)).hex());
  return from_file;
}

template <class Exception>
std::string refusal(const ZipMembers& members, const DatasetFormat& format) {
  const TemporaryFolder folder;
  write_zip(folder / "a.npz", members);
  return sentence_of<Exception>([&] { load_dataset(folder / "a.npz", format); });
}

/// Two samples of three steps with two channels: 1 to 12.
const std::string small_x = npy({2, 3, 2}, {1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F, 7.0F, 8.0F, 9.0F, 10.0F, 11.0F, 12.0F});

std::string labels(const std::vector<float>& values) { return npy({values.size()}, values); }

std::string event_bytes(int x, int y, std::uint32_t polarity, std::uint32_t time) {
  return big_endian(static_cast<std::uint64_t>(x), 1) + big_endian(static_cast<std::uint64_t>(y), 1) +
         big_endian(polarity << 23 | time, 3);
}

}  // namespace

TEST_CASE("subsampling is the smallest step between pixels that gives the network's size") {
  CHECK(subsampling({2, 34, 34}, {2, 34, 34}) == 1u);
  CHECK(subsampling({2, 34, 34}, {2, 17, 17}) == 2u);
  CHECK(subsampling({2, 34, 34}, {2, 12, 12}) == 3u);
  CHECK(subsampling({2, 35, 34}, {2, 18, 17}) == 2u);
  CHECK(subsampling({2, 34, 34}, {2, 1, 1}) == 34u);
  CHECK(subsampling({2, 34, 34}, {2, 5, 5}) == 7u);  // also 8
  CHECK(!subsampling({2, 34, 34}, {2, 17, 34}));
  CHECK(!subsampling({2, 34, 34}, {2, 10, 10}));  // 34 / 4 gives 9, 34 / 3 gives 12
  CHECK(!subsampling({2, 34, 34}, {2, 68, 68}));
  CHECK(!subsampling({2, 34, 34}, {1, 34, 34}));
  CHECK(!subsampling({2, 34, 34}, {2, 0, 34}));
  CHECK(!subsampling({0, 34, 34}, {0, 34, 34}));
  CHECK(subsampling({5}, {5}) == 1u);
  CHECK(subsampling({5}, {5, 1, 1}) == 1u);
  CHECK(!subsampling({5}, {4}));
}

TEST_CASE("subsampling agrees with trying every step", "[law]") {
  for (std::size_t frame = 1; frame <= 40; ++frame)
    for (std::size_t network = 1; network <= 42; ++network) {
      std::optional<std::size_t> expected;
      for (std::size_t k = frame; k >= 1; --k) {
        std::size_t kept = 0;
        for (std::size_t pixel = 0; pixel < frame; pixel += k) ++kept;
        if (kept == network) expected = k;
      }
      INFO(frame << " to " << network);
      CHECK(subsampling({2, frame, frame}, {2, network, network}) == expected);
    }
}

TEST_CASE("frames of one axis become samples") {
  const Dataset dataset = load({{"x.npy", small_x}, {"y.npy", labels({3.0F, 0.0F})}}, {.input = {2}});
  CHECK(dataset.shape == Shape{2});
  REQUIRE(dataset.size() == 2);
  CHECK(dataset.labels == std::vector<std::uint32_t>{3, 0});
  CHECK(steps_of(dataset.samples[0]) ==
        std::vector<Step>{{{0u, 1.0F}, {1u, 2.0F}}, {{0u, 3.0F}, {1u, 4.0F}}, {{0u, 5.0F}, {1u, 6.0F}}});
  CHECK(steps_of(dataset.samples[1])[2] == Step{{0u, 11.0F}, {1u, 12.0F}});
}

TEST_CASE("frames of three axes become samples, every k-th pixel where the network is smaller") {
  std::vector<float> x(1 * 2 * 2 * 3 * 4);  // (sample, step, channel, y, x), each value its own flat index
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i);
  const ZipMembers members{{"x.npy", npy({1, 2, 2, 3, 4}, x)}};

  const Dataset whole = load(members, {.input = {2, 3, 4}});
  REQUIRE(whole.size() == 1);
  CHECK(whole.labels.empty());
  const std::vector<Step> all = steps_of(whole.samples[0]);
  REQUIRE(all.size() == 2);
  REQUIRE(all[0].size() == 23);  // the value 0 is no input
  CHECK(all[0][0] == std::pair{1u, 1.0F});
  REQUIRE(all[1].size() == 24);
  CHECK(all[1][23] == std::pair{23u, 47.0F});

  // Rows 0 and 2, columns 0 and 2 of each channel; a channel has 12 values, a row 4.
  const Dataset part = load(members, {.input = {2, 2, 2}});
  CHECK(part.shape == Shape{2, 2, 2});
  CHECK(steps_of(part.samples[0]) ==
        std::vector<Step>{
            {{1u, 2.0F}, {2u, 8.0F}, {3u, 10.0F}, {4u, 12.0F}, {5u, 14.0F}, {6u, 20.0F}, {7u, 22.0F}},
            {{0u, 24.0F}, {1u, 26.0F}, {2u, 32.0F}, {3u, 34.0F}, {4u, 36.0F}, {5u, 38.0F}, {6u, 44.0F}, {7u, 46.0F}}});
}

TEST_CASE("frames of bytes and zeros of either sign become inputs") {
  const Dataset dataset = load({{"x.npy", npy("|u1", {1, 2, 2}, std::string("\0\3\0\0", 4))}}, {.input = {2}});
  CHECK(steps_of(dataset.samples[0]) == std::vector<Step>{{{1u, 3.0F}}, {}});
  const Dataset zeros = load({{"x.npy", npy({1, 1, 2}, {-0.0F, -2.5F})}}, {.input = {2}});
  CHECK(steps_of(zeros.samples[0]) == std::vector<Step>{{{1u, -2.5F}}});
}

TEST_CASE("a limit keeps the first samples and their labels") {
  const ZipMembers members{{"x.npy", small_x}, {"y.npy", labels({3.0F, 0.0F})}};
  for (const std::size_t limit : {0u, 1u, 2u, 3u}) {
    const Dataset dataset = load(members, {.input = {2}, .limit = limit});
    CHECK(dataset.size() == std::min<std::size_t>(limit, 2));
    CHECK(dataset.labels.size() == dataset.size());
    if (limit > 0) CHECK(dataset.labels[0] == 3);
  }
}

TEST_CASE("labels that are not one class a sample are refused") {
  const auto sentence = [](const std::vector<float>& y) {
    return refusal<BadLabel>({{"x.npy", small_x}, {"y.npy", labels(y)}}, {.input = {2}});
  };
  CHECK(contains(refusal<LabelCountMismatch>({{"x.npy", small_x}, {"y.npy", labels({1.0F})}}, {.input = {2}}),
                 "holds 1 labels for 2 samples"));
  CHECK(contains(
      refusal<LabelCountMismatch>({{"x.npy", small_x}, {"y.npy", labels({1.0F, 2.0F, 3.0F, 4.0F})}}, {.input = {2}}),
      "4 labels for 2"));
  CHECK(contains(refusal<WrongShape>({{"x.npy", small_x}, {"y.npy", npy({2, 1}, {1.0F, 2.0F})}}, {.input = {2}}),
                 "(2, 1), wanted is (sample,)"));
  CHECK(contains(sentence({0.0F, -1.0F}), "the label of sample 1, 'y' in '"));
  CHECK(contains(sentence({0.5F, 1.0F}), "label of sample 0"));
  CHECK(contains(sentence({0.0F, std::numeric_limits<float>::quiet_NaN()}), "allowed are whole numbers"));
  CHECK(contains(sentence({0.0F, std::numeric_limits<float>::infinity()}), "sample 1"));
  CHECK(contains(sentence({0.0F, 16777216.0F}), "sample 1"));
  const Dataset largest =
      load({{"x.npy", small_x}, {"y.npy", npy("<i8", {2}, little_endian(16777215, 8) + little_endian(9, 8))}},
           {.input = {2}});
  CHECK(largest.labels == std::vector<std::uint32_t>{16777215, 9});
}

TEST_CASE("an input that is NaN or infinite is refused by sample, step and element") {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    std::vector<float> x(12, 1.0F);
    x[(1 * 3 + 2) * 2 + 1] = bad;
    const TemporaryFolder folder;
    write_zip(folder / "a.npz", {{"x.npy", npy({2, 3, 2}, x)}});
    try {
      load_dataset(folder / "a.npz", {.input = {2}});
      FAIL("loaded");
    } catch (const InputNotFinite& wrong) {
      CHECK(wrong.sample == 1);
      CHECK(wrong.step == 2);
      CHECK(wrong.element == 1);
      CHECK(contains(wrong.what(),
                     "sample 1, step 2, element 1 of 'x' in '" + (folder / "a.npz") + "' is NaN or infinite"));
    }
    CHECK(load_dataset(folder / "a.npz", {.input = {2}, .limit = 1}).size() == 1);
  }
}

TEST_CASE("frames that do not fit the network are refused with both shapes") {
  CHECK(contains(refusal<FrameMismatch>({{"x.npy", small_x}}, {.input = {3}}),
                 "frames of shape (2,), the network takes (3,)"));
  CHECK(contains(refusal<FrameMismatch>({{"x.npy", npy({1, 1, 1, 2, 3}, std::vector<float>(6))}}, {.input = {1, 2, 1}}),
                 "frames of shape (1, 2, 3), the network takes (1, 2, 1)"));
  CHECK(contains(refusal<FrameMismatch>({{"x.npy", npy({1, 1, 2, 2, 2}, std::vector<float>(8))}}, {.input = {1, 2, 2}}),
                 "frames of shape (2, 2, 2), the network takes (1, 2, 2)"));
  for (const std::vector<std::size_t>& shape : {std::vector<std::size_t>{4}, {1, 1, 2, 2}, {1, 1, 1, 1, 2, 2}})
    CHECK(contains(refusal<WrongShape>({{"x.npy", npy(shape, std::vector<float>(4))}}, {.input = {2}}),
                   "wanted is (sample, step, channel, y, x) or (sample, step, channel)"));
}

TEST_CASE("a filter time is refused where no event camera recorded") {
  CHECK(contains(refusal<NothingToDenoise>({{"x.npy", small_x}}, {.input = {2}, .denoise_time = 10}),
                 "holds frames, and only recordings of event cameras are denoised; leave '--denoise' out"));
  const TemporaryFolder folder;
  write_bytes(folder / "shd_test.h5", ShdBytes{.times = {{0.0F}}, .units = {{5}}, .labels = {1}}.bytes());
  CHECK_THROWS_AS(load_dataset(folder.path(), {.input = {700}, .denoise_time = 1}), NothingToDenoise);
}

TEST_CASE("data without samples are refused") {
  CHECK(contains(refusal<EmptyDataset>({{"x.npy", npy({0, 3, 2}, std::vector<float>())}}, {.input = {2}}),
                 "holds no samples"));
  for (const std::vector<std::size_t>& shape : {std::vector<std::size_t>{2, 0, 2}, {2, 3, 0}})
    CHECK(contains(refusal<EmptyFrames>({{"x.npy", npy(shape, std::vector<float>())}}, {.input = {2}}),
                   "so that its 2 samples hold nothing"));
  CHECK(contains(refusal<ArrayMissing>({{"data.npy", small_x}}, {.input = {2}}), "has no array 'x', it has 'data'"));
  const TemporaryFolder folder;
  CHECK_THROWS_AS(load_dataset(folder.path(), {.input = {2}}), EmptyDataset);
  CHECK_THROWS_AS(load_dataset(folder / "none", {.input = {2}}), FileMissing);
  const auto sentence_for = [&](const char* bytes) {
    write_bytes(folder / "f.h5", bytes);
    return sentence_of<UnsupportedFile>([&] { load_dataset(folder / "f.h5", {.input = {2}}); });
  };
  CHECK(contains(
      sentence_for("no data"),
      "is of an unknown kind, allowed is an .npz file with frames, an HDF5 file of SHD or an AEDAT 3.1 recording"));
  CHECK(contains(sentence_for("\x93NUMPY"), "is a single .npy array"));
  CHECK(contains(sentence_for("MATLAB 5.0 MAT-file"), "is a MATLAB file"));
  CHECK(contains(sentence_for(""), "is empty"));
}

TEST_CASE("a folder above the recordings, or below, is refused with the one to give") {
  const TemporaryFolder folder;
  for (const char* name :
       {"all/N-MNIST/Train/0/1.bin", "all/N-MNIST/Train/1/1.bin", "some/Train/0/1.bin", "some/Valid/0/1.bin"})
    write_bytes(folder / name, event_bytes(0, 0, 1, 10));
  const auto meant = [&](const std::string& path) {
    try {
      load_dataset(path, {.input = {2, 34, 34}});
    } catch (const FolderMisplaced& misplaced) {
      return misplaced.meant;
    }
    return std::vector<std::string>{};
  };
  CHECK(meant(folder / "all/N-MNIST") == std::vector<std::string>{folder / "all/N-MNIST/Train"});
  CHECK(meant(folder / "all") == std::vector<std::string>{folder / "all/N-MNIST/Train"});
  CHECK(meant(folder / "some") == std::vector<std::string>{folder / "some/Train", folder / "some/Valid"});
  CHECK(meant(folder / "some/Train/0") ==
        std::vector<std::string>{std::filesystem::weakly_canonical(folder / "some/Train").string()});
  CHECK(load_dataset(folder / "some/Train", {.input = {2, 34, 34}}).size() == 1);
  CHECK(contains(sentence_of<FolderMisplaced>([&] { load_dataset(folder / "some", {.input = {2, 34, 34}}); }),
                 "is not the folder of a dataset, but there are several: pass one of '"));
  write_bytes(folder / "all/N-MNIST/Test/0/1.bin", event_bytes(0, 0, 1, 10));  // the test set is taken where it is
  CHECK(meant(folder / "all") == std::vector<std::string>{folder / "all/N-MNIST"});
  write_bytes(folder / "shd/data/shd_test.h5", ShdBytes{.times = {{0.0F}}, .units = {{5}}, .labels = {1}}.bytes());
  CHECK(meant(folder / "shd") == std::vector<std::string>{folder / "shd/data"});
}

TEST_CASE("times of SHD that are minutes are told with the unit that they look like") {
  const TemporaryFolder folder;
  const auto told = [&](std::vector<float> times) {
    std::vector<int> units(times.size(), 1);
    write_bytes(folder / "shd_test.h5",
                ShdBytes{.times = {std::move(times)}, .units = {std::move(units)}, .labels = {1}}.bytes());
    std::vector<std::string> sentences;
    load_dataset(folder / "shd_test.h5", {.input = {700}, .steps = 4},
                 [&](const std::string& sentence) { sentences.push_back(sentence); });
    return sentences;
  };
  CHECK(told({0.0F, 0.3F, 1.4F}).empty());
  CHECK(told({0.0F, 50.0F, 99.0F}).empty());
  const auto milli = told({0.0F, 500.0F, 1400.0F});
  REQUIRE(milli.size() == 1);
  CHECK(contains(milli[0], "'spikes/times' in '"));
  CHECK(contains(milli[0],
                 "go up to 1400, which would be seconds, though a word takes about one: they look like milliseconds; "
                 "divide them by 1000"));
  const auto micro = told({0.0F, 500.0F, 900000.0F});
  REQUIRE(micro.size() == 1);
  CHECK(contains(micro[0], "they look like microseconds; divide them by 1e6"));
}

TEST_CASE("frames cut short are refused") {
  CHECK_THROWS_AS(load({{"x.npy", small_x.substr(0, small_x.size() - 1)}}, {.input = {2}}), FileTruncated);
}

TEST_CASE("a folder of recordings becomes samples in label, then file order") {
  const TemporaryFolder folder;
  // Each recording has its events at (x, y) = (its number, 0) and ends with one that is dropped.
  const auto recording = [](int number) {
    return event_bytes(number, 0, 1, 10) + event_bytes(number, 0, 1, 11) + event_bytes(0, 1, 0, 15) +
           event_bytes(0, 0, 0, 20);
  };
  for (const auto& [name, number] : {std::pair{"10/a.bin", 3}, {"2/b.bin", 2}, {"2/a.bin", 1}, {"0/z.bin", 0}})
    write_bytes(folder / name, recording(number));
  const DatasetFormat format{.input = {2, 34, 34}, .steps = 2};
  const Dataset dataset = load_dataset(folder.path(), format);
  CHECK(dataset.labels == std::vector<std::uint32_t>{0, 2, 2, 10});
  REQUIRE(dataset.size() == 4);
  for (std::uint32_t i = 0; i < 4; ++i)
    CHECK(steps_of(dataset.samples[i]) == std::vector<Step>{{{34 * 34 + i, 2.0F}}, {{34u, 1.0F}}});
  CHECK(load_dataset(folder.path(), {.input = {2, 34, 34}, .limit = 3, .steps = 2}).labels ==
        std::vector<std::uint32_t>{0, 2, 2});

  // Of the recordings' columns 0 to 3 a network of every second pixel sees 0 and 2.
  const Dataset half = load_dataset(folder.path(), {.input = {2, 17, 17}, .steps = 2});
  CHECK(steps_of(half.samples[2]) == std::vector<Step>{{{17 * 17 + 1u, 2.0F}}, {}});
  CHECK(steps_of(half.samples[3]) == std::vector<Step>{{}, {}});
  CHECK(contains(sentence_of<FrameMismatch>([&] {
                   load_dataset(folder.path(), {.input = {2, 10, 10}});
                 }),
                 "frames of shape (2, 34, 34), the network takes (2, 10, 10)"));
  CHECK_THROWS_AS(load_dataset(folder.path(), {.input = {2, 2, 2}, .sensor = Shape{2, 2, 2}}), EventOutside);
}

TEST_CASE("recordings are denoised where the format says so") {
  const TemporaryFolder folder;
  write_bytes(folder / "1/a.bin", event_bytes(5, 5, 0, 1000) + event_bytes(6, 5, 0, 1005) + event_bytes(9, 9, 0, 1009) +
                                      event_bytes(5, 5, 0, 1010));
  // (6, 5) and the second (5, 5) stay: 5 us in one bin, the last event dropped.
  const Dataset dataset = load_dataset(folder.path(), {.input = {2, 34, 34}, .steps = 1, .denoise_time = 10});
  CHECK(steps_of(dataset.samples[0]) == std::vector<Step>{{{5 * 34 + 6u, 1.0F}}});
  CHECK(load_dataset(folder.path(), {.input = {2, 34, 34}, .steps = 1}).samples[0].events() == 3);
}

TEST_CASE("an SHD file or the folder with it becomes samples in the file's order") {
  const TemporaryFolder folder;
  // Bins of floor(1000 us / 4) = 250 us; the last spike is dropped.
  write_bytes(folder / "shd_test.h5", ShdBytes{.times = {{0.0F, 100e-6F, 260e-6F, 760e-6F, 1000e-6F}, {0.5F, 0.75F}},
                                               .units = {{5, 5, 699, 2, 9}, {7, 7}},
                                               .labels = {19, 3}}
                                          .bytes());
  for (const std::string& path : {folder.path(), folder / "shd_test.h5"}) {
    const Dataset dataset = load_dataset(path, {.input = {700}, .steps = 4});
    CHECK(dataset.shape == Shape{700});
    CHECK(dataset.labels == std::vector<std::uint32_t>{19, 3});
    REQUIRE(dataset.size() == 2);
    CHECK(steps_of(dataset.samples[0]) == std::vector<Step>{{{5u, 2.0F}}, {{699u, 1.0F}}, {}, {{2u, 1.0F}}});
    CHECK(steps_of(dataset.samples[1]) == std::vector<Step>{{{7u, 1.0F}}, {}, {}, {}});
    CHECK(load_dataset(path, {.input = {700}, .limit = 1}).labels == std::vector<std::uint32_t>{19});
    CHECK(load_dataset(path, {.input = {700}}).samples[0].steps() == 100);
    CHECK(contains(sentence_of<FrameMismatch>([&] { load_dataset(path, {.input = {350}}); }),
                   "frames of shape (700,), the network takes (350,)"));
  }
  write_bytes(folder / "shd_test.h5", ShdBytes{}.bytes());
  CHECK_THROWS_AS(load_dataset(folder.path(), {.input = {700}}), EmptyDataset);
}

TEST_CASE("recordings of gestures become samples in label, then file order, each cut to its time") {
  const TemporaryFolder folder;
  // One event a us at x = time modulo 128, from 1000 us on; y is the recording's number times 4.
  for (const std::uint16_t number : {std::uint16_t(0), std::uint16_t(1)}) {
    std::vector<Event> events;
    for (std::int64_t time = 1000; time < 3000; ++time)
      events.push_back({time, std::uint16_t(time % 128), std::uint16_t(4 * number), std::uint8_t(time % 2)});
    const std::string name = "user2" + std::to_string(4 + number) + "_led";
    write_bytes(folder / (name + ".aedat"), aedat_text + aedat_packet(events));
    write_bytes(folder / (name + "_labels.csv"),
                number == 0 ? "class,start,end\n3,1024,1127\n1,2048,2055\n" : "class,start,end\n1,1280,1287\n");
  }
  // 7 us in 3 bins of 2 us: x = 0 and 4 are columns of every fourth pixel, both of polarity 0; the rest is dropped.
  const Dataset dataset = load_dataset(folder.path(), {.input = {2, 32, 32}, .steps = 3});
  CHECK(dataset.labels == std::vector<std::uint32_t>{0, 0, 2});
  REQUIRE(dataset.size() == 3);
  CHECK(steps_of(dataset.samples[0]) == std::vector<Step>{{{0u, 1.0F}}, {}, {{1u, 1.0F}}});
  CHECK(steps_of(dataset.samples[1]) == std::vector<Step>{{{32u, 1.0F}}, {}, {{32u + 1u, 1.0F}}});
  // 103 events from 1024 us on, the last at 1126: bins of 34 us, so 0 to 33, 34 to 67, 68 to 101.
  CHECK(dataset.samples[2].events() == 9 + 8 + 9);
  CHECK(steps_of(dataset.samples[2])[1].front() == std::pair{9u, 1.0F});
  CHECK(load_dataset(folder.path(), {.input = {2, 32, 32}}).samples[0].steps() == 25);
  CHECK(load_dataset(folder.path(), {.input = {2, 128, 128}, .limit = 2, .steps = 3}).size() == 2);
  CHECK(load_dataset(folder / "user24_led.aedat", {.input = {2, 32, 32}}).labels == std::vector<std::uint32_t>{2, 0});

  write_bytes(folder / "user25_led_labels.csv", "class,start,end\n1,5000,6000\n");
  CHECK(contains(sentence_of<WrongFormat>([&] {
                   load_dataset(folder.path(), {.input = {2, 32, 32}});
                 }),
                 "no event from 5000 to 6000 us"));
}

TEST_CASE("a folder with recordings of training users alone holds no samples") {
  const TemporaryFolder folder;
  write_bytes(folder / "user01_led.aedat", aedat_text);
  write_bytes(folder / "user01_led_labels.csv", "1,2,3\n");
  CHECK(contains(sentence_of<EmptyDataset>([&] { load_dataset(folder.path(), {.input = {2, 32, 32}}); }),
                 "of these the ones in 'trials_to_test.txt' or of users 24 to 29"));
}

TEST_CASE("arrays of gestures give the frames of the recordings that they were cut from", "[law]") {
  const TemporaryFolder folder;
  std::vector<Event> events;
  std::vector<float> rows;
  for (std::uint16_t i = 0; i < 1000; ++i) {
    events.push_back({.time = 7 * i,
                      .x = std::uint16_t(i * 5 % 128),
                      .y = std::uint16_t(i * 3 % 128),
                      .polarity = std::uint8_t(i % 2)});
    for (const int value : {i * 5 % 128, i * 3 % 128, i % 2}) rows.push_back(float(value));
    rows.push_back(float(7 * i) / 1000.0F);
  }
  write_bytes(folder / "aedat/user29_lab.aedat", aedat_text + aedat_packet(events));
  write_bytes(folder / "aedat/user29_lab_labels.csv", "class,start,end\n5,0,7000\n");
  write_bytes(folder / "npy/ibmGestureTest/user29_lab/4.npy", npy({1000, 4}, rows));
  for (const std::uint32_t denoise_time : {0u, 500u}) {
    const DatasetFormat format{.input = {2, 32, 32}, .denoise_time = denoise_time};
    const Dataset from_aedat = load_dataset(folder / "aedat", format);
    const Dataset from_npy = load_dataset(folder / "npy", format);
    CHECK(from_aedat.labels == std::vector<std::uint32_t>{4});
    CHECK(from_npy.labels == from_aedat.labels);
    CHECK(from_aedat.samples[0].events() > 0);
    CHECK(digest_of(SampleRange(from_aedat)).hex() == digest_of(SampleRange(from_npy)).hex());
  }
}

TEST_CASE("frames of gestures at the camera's size are taken at every fourth pixel") {
  std::vector<float> x(2 * 128 * 128);
  x[(1 * 128 + 8) * 128 + 12] = 3.0F;
  x[(1 * 128 + 9) * 128 + 12] = 4.0F;
  const Dataset dataset = load({{"x.npy", npy({1, 1, 2, 128, 128}, x)}}, {.input = {2, 32, 32}});
  CHECK(steps_of(dataset.samples[0]) == std::vector<Step>{{{(1 * 32 + 2) * 32 + 3u, 3.0F}}});
}

TEST_CASE("recordings of SHD and of gestures give the frames that tonic gave") {
  const std::filesystem::path data = SPIKINGJET_TEST_DATA;
  const auto same = [&](const char* recordings, const char* frames, const DatasetFormat& format, std::size_t count) {
    INFO(recordings);
    const Dataset from_recordings = load_dataset(data / recordings, format);
    const Dataset from_frames = load_dataset(data / frames, {.input = format.input});
    CHECK(from_frames.size() == count);
    CHECK(from_recordings.labels == from_frames.labels);
    for (const Sample& sample : from_frames.samples) CHECK(sample.events() > 0);
    CHECK(digest_of(SampleRange(from_recordings)).hex() == digest_of(SampleRange(from_frames)).hex());
  };
  same("tonic_shd.h5", "tonic_shd.npz", {.input = {700}}, 4);
  same("tonic_gesture", "tonic_gesture.npz", {.input = {2, 32, 32}, .denoise_time = 10000}, 2);
  same("tonic_aedat", "tonic_aedat.npz", {.input = {2, 32, 32}}, 3);
}

TEST_CASE("recordings of N-MNIST give the frames that tonic gave, bit for bit", "[validation]") {
  const std::filesystem::path data = std::filesystem::path(SPIKINGJET_SHARED_DATA) / "nmnist";
  if (std::string(SPIKINGJET_SHARED_DATA).empty() || !std::filesystem::exists(data / "frames.npz")) {
    std::cout << "skipped: SPIKINGJET_SHARED_DATA names no folder with nmnist/frames.npz\n";
    return;
  }
  const DatasetFormat format{.input = nmnist_sensor};
  const std::vector<Recording> recordings = list_nmnist(data);
  const Dataset from_folder = load_dataset(data, format);
  const Dataset from_frames = load_dataset(data / "frames.npz", format);
  REQUIRE(from_folder.size() == recordings.size());
  REQUIRE(from_frames.size() == recordings.size());

  // The frames are in the order of the recordings' numbers, which are the names of their files.
  std::vector<std::size_t> order(recordings.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return recordings[a].path.filename() < recordings[b].path.filename();
  });
  for (std::size_t i = 0; i < order.size(); ++i) {
    INFO(recordings[order[i]].path);
    const Sample& found = from_folder.samples[order[i]];
    const Sample& expected = from_frames.samples[i];
    CHECK(from_folder.labels[order[i]] == from_frames.labels[i]);
    REQUIRE(found.steps() == expected.steps());
    bool same = true;
    for (std::size_t step = 0; step < found.steps(); ++step)
      same &= std::equal(found[step].index.begin(), found[step].index.end(), expected[step].index.begin(),
                         expected[step].index.end()) &&
              same_bits(found[step].value, expected[step].value);
    CHECK(same);
  }
}
