// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"
#include "io/shd_bytes.hpp"

#include <spikingjet/io/shd.hpp>

#include <limits>

using namespace spikingjet;

namespace {

const std::string data = SPIKINGJET_TEST_DATA;

Event spike(std::int64_t time, std::uint16_t unit) { return {.time = time, .x = unit, .y = 0, .polarity = 0}; }

std::vector<Event> events_of(const std::vector<float>& times, const std::vector<std::int64_t>& units) {
  return shd_events(times, units, {"a.h5", "sample[3]"});
}

template <class Exception>
std::string refusal(const ShdBytes& made) {
  return sentence_of<Exception>([&] {
    const std::string bytes = made.bytes();
    const ShdFile file(bytes_of(bytes), "a.h5");
    for (std::size_t i = 0; i < file.size(); ++i) {
      file.events(i);
      file.label(i);
    }
  });
}

}  // namespace

TEST_CASE("files that h5py wrote give spikes and labels, float16 or float32, plain or compressed") {
  for (const char* name : {"/shd_float16.h5", "/shd_float32.h5"}) {
    INFO(name);
    const std::string bytes = read_bytes(data + name);
    for (const ShdFile& file : {ShdFile(std::filesystem::path(data + name)), ShdFile(bytes_of(bytes), data + name)}) {
      CHECK(file.path() == data + name);
      REQUIRE(file.size() == 3);
      CHECK(file.events(0) ==
            std::vector<Event>{spike(0, 0), spike(250000, 699), spike(500000, 7), spike(1000000, 350)});
      CHECK(file.events(1) == std::vector<Event>{spike(125000, 3), spike(125000, 2), spike(750000, 3)});
      CHECK(file.events(2) == std::vector<Event>{spike(31250, 42)});
      CHECK(file.label(0) == 11);
      CHECK(file.label(1) == 0);
      CHECK(file.label(2) == 19);
    }
  }
}

TEST_CASE("two files in memory are two files") {
  const std::string a = read_bytes(data + "/shd_float16.h5");
  const std::string b = ShdBytes{.times = {{0.5F}}, .units = {{1}}, .labels = {4}}.bytes();
  const ShdFile first(bytes_of(a), "same name");
  const ShdFile second(bytes_of(b), "same name");
  CHECK(first.size() == 3);
  CHECK(second.size() == 1);
  CHECK(second.label(0) == 4);
}

TEST_CASE("spikes become events in the order of their times") {
  CHECK(events_of({0.5F, 0.25F, 0.5F}, {1, 2, 3}) ==
        std::vector<Event>{spike(250000, 2), spike(500000, 1), spike(500000, 3)});
  CHECK(events_of({1.9999e-6F}, {0})[0].time == 1);
  // 1031 / 2048 s are 503417.96875 us, which float32 would round to 503418.
  CHECK(events_of({1031.0F / 2048.0F}, {0})[0].time == 503417);
}

TEST_CASE("spikes that SHD cannot have are refused by sample and index") {
  const auto refused = [](float time, std::int64_t unit) {
    try {
      events_of({0.0F, time}, {0, unit});
    } catch (const BadEvent& bad) {
      CHECK(bad.index == 1);
      CHECK(contains(bad.what(), "event 1 of 'sample[3]' in 'a.h5' has " + bad.field + " = "));
      return bad.field + ": " + bad.allowed;
    }
    return std::string();
  };
  CHECK(refused(-0.1F, 0) == "time: times from 0 to 1e+06 s");
  CHECK(refused(std::numeric_limits<float>::quiet_NaN(), 0) == "time: times from 0 to 1e+06 s");
  CHECK(refused(std::numeric_limits<float>::infinity(), 0) == "time: times from 0 to 1e+06 s");
  CHECK(refused(0.0F, 700) == "unit: 0 to 699");
  CHECK(refused(0.0F, -1) == "unit: 0 to 699");
  CHECK(refused(0.0F, 699).empty());
  CHECK_THROWS_AS(events_of({}, {}), WrongFormat);
  CHECK(contains(sentence_of<FileDamaged>([] { events_of({0.0F}, {}); }), "1 times and 0 units"));
}

TEST_CASE("what a made file holds is read") {
  const std::string bytes = ShdBytes{.times = {{0.0F, 1.0F}, {0.5F}}, .units = {{5, 6}, {7}}, .labels = {1, 2}}.bytes();
  const ShdFile file(bytes_of(bytes), "a.h5");
  REQUIRE(file.size() == 2);
  CHECK(file.events(0) == std::vector<Event>{spike(0, 5), spike(1000000, 6)});
  CHECK(file.events(1) == std::vector<Event>{spike(500000, 7)});
  CHECK(file.label(1) == 2);
}

TEST_CASE("arrays of other kinds are refused by name") {
  ShdBytes made{.times = {{0.0F}}, .units = {{5}}, .labels = {1}};
  CHECK(refusal<Misuse>(made).empty());
  CHECK(contains(refusal<ArrayMissing>(ShdBytes{.times = {{0.0F}}, .units = {{5}}, .labels = {1}, .without = "labels"}),
                 "has no array 'labels', it has 'spikes/times', 'spikes/units'"));
  CHECK(contains(refusal<ArrayMissing>(ShdBytes{.times = {{0.0F}}, .units = {{5}}, .labels = {1}, .without = "spikes"}),
                 "has no array 'spikes/times', it has 'labels'"));
  made.labels = {-1};
  CHECK(contains(refusal<BadLabel>(made), "the label of sample 0, 'labels' in 'a.h5', is -1"));
  made.labels = {1, 2};
  CHECK(contains(refusal<WrongShape>(made), "'spikes/times' in 'a.h5' has shape (1,), wanted is (2,)"));
  made.labels = {1};
  made.time_type = H5T_NATIVE_DOUBLE;
  CHECK(contains(refusal<WrongType>(made),
                 "'float64 of variable length', allowed is float16 or float32 of variable length"));
  made.time_type = H5T_NATIVE_INT;
  CHECK(contains(refusal<WrongType>(made), "'int32 of variable length'"));
  made.time_type = H5T_NATIVE_FLOAT;
  made.unit_type = H5T_NATIVE_FLOAT;
  CHECK(contains(refusal<WrongType>(made), "'float32 of variable length', allowed is integers of variable length"));
  made.unit_type = H5T_NATIVE_USHORT;
  made.plain_times = true;
  CHECK(contains(refusal<WrongType>(made), "of type 'float32', allowed is float16 or float32 of variable length"));
}

TEST_CASE("arrays that lead out of the file are not followed") {
  const TemporaryFolder folder;
  write_bytes(folder / "other.h5", ShdBytes{.times = {{0.0F}}, .units = {{5}}, .labels = {1}}.bytes());
  ShdBytes made{.times = {{0.0F}}, .units = {{5}}, .labels = {1}, .without = "labels"};
  made.external_labels = folder / "other.h5";
  CHECK(contains(refusal<ArrayMissing>(made), "has no array 'labels'"));
}

TEST_CASE("files that are no HDF5 files are refused") {
  CHECK_THROWS_AS(ShdFile(bytes_of("abc"), "a"), WrongFormat);
  CHECK_THROWS_AS(ShdFile(std::span<const std::byte>(), "a"), WrongFormat);
  CHECK_THROWS_AS(ShdFile(bytes_of("\x89HDF\r\n\x1a\n" + std::string(100, 'x')), "a"), FileDamaged);
  const TemporaryFolder folder;
  CHECK_THROWS_AS(ShdFile(std::filesystem::path(folder / "none.h5")), FileMissing);
  CHECK_THROWS_AS(ShdFile(std::filesystem::path(folder.path())), UnsupportedFile);
  const std::string bytes = read_bytes(data + "/shd_float16.h5");
  CHECK_THROWS_AS(ShdFile(bytes_of(bytes).first(bytes.size() / 2), "a"), FileDamaged);
}

TEST_CASE("of several files in a folder the test set is taken") {
  const TemporaryFolder folder;
  CHECK(!find_shd(folder.path()));
  write_bytes(folder / "a.h5", "x");
  CHECK(find_shd(folder.path()) == folder / "a.h5");
  write_bytes(folder / "shd_train.h5", "x");
  CHECK(!find_shd(folder.path()));
  write_bytes(folder / "shd_test.h5", "x");
  CHECK(find_shd(folder.path()) == folder / "shd_test.h5");
}
