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
  return shd_events(std::vector<double>(times.begin(), times.end()), std::vector<double>(units.begin(), units.end()),
                    {"a.h5", "spikes[3]"});
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
      CHECK(contains(bad.what(), "event 1 of 'spikes/" + bad.field + "s[3]' in 'a.h5' has " + bad.field + " = "));
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
  CHECK(events_of({}, {}).empty());
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
  made.plain_times = true;
  CHECK(contains(refusal<WrongType>(made),
                 "of type 'float32', allowed is floats (seconds) or integers (microseconds) of variable length"));
}

TEST_CASE("times, units and labels are read from any float and integer type that holds them") {
  ShdBytes made{.times = {{0.5F, 0.25F}}, .units = {{7, 699}}, .labels = {11}};
  for (const hid_t times : {H5T_NATIVE_DOUBLE, H5T_NATIVE_FLOAT, H5T_IEEE_F32BE, H5T_IEEE_F64BE, H5T_NATIVE_LDOUBLE})
    for (const hid_t units : {H5T_NATIVE_FLOAT, H5T_NATIVE_DOUBLE, H5T_NATIVE_INT, H5T_STD_I64BE, H5T_STD_U16LE})
      for (const hid_t labels : {H5T_NATIVE_FLOAT, H5T_NATIVE_DOUBLE, H5T_NATIVE_UCHAR, H5T_STD_I64BE}) {
        made.time_type = times;
        made.unit_type = units;
        made.label_type = labels;
        const std::string bytes = made.bytes();
        const ShdFile file(bytes_of(bytes), "a.h5");
        CHECK(file.events(0) == std::vector<Event>{spike(250000, 699), spike(500000, 7)});
        CHECK(file.label(0) == 11);
      }
  made.label_type = H5T_NATIVE_FLOAT;
  made.label_factor = 0.5;  // 5.5
  CHECK(contains(refusal<BadLabel>(made), "the label of sample 0, 'labels' in 'a.h5', is 5.5;"));
  CHECK(contains(sentence_of<BadEvent>([] { shd_events(std::vector{0.0}, std::vector{1.5}, {"a.h5"}); }),
                 "has unit = 1.5"));
}

TEST_CASE("times of integers are microseconds where the largest shows it, and else refused") {
  ShdBytes made{.times = {{3.0F, 20000.0F, 7.0F}, {1.0F}},
                .units = {{1, 2, 3}, {4}},
                .labels = {0, 1},
                .time_type = H5T_NATIVE_INT};
  const std::string bytes = made.bytes();
  const ShdFile file(bytes_of(bytes), "a.h5");
  CHECK(file.events(0) == std::vector<Event>{spike(3, 1), spike(7, 3), spike(20000, 2)});
  CHECK(file.events(1) == std::vector<Event>{spike(1, 4)});
  for (const float largest : {0.0F, 1.0F, 1400.0F, 9999.0F, 2e8F}) {
    made.times[0][1] = largest;
    CHECK(contains(refusal<WrongFormat>(made),
                   "'spikes/times' in 'a.h5' is not times of SHD: they are integers, the largest is "));
  }
}

TEST_CASE("a sample without a spike has no events") {
  const std::string bytes = ShdBytes{.times = {{0.5F}, {}}, .units = {{1}, {}}, .labels = {1, 2}}.bytes();
  CHECK(ShdFile(bytes_of(bytes), "a.h5").events(1).empty());
}

TEST_CASE("an HDF5 file of another kind is refused with what it holds") {
  CHECK(contains(refusal<ArrayMissing>(ShdBytes{.labels = {1}, .without = "spikes", .also = "frames"}),
                 "has no array 'spikes/times', it has 'frames', 'labels'; an HDF5 file must be one of SHD or SSC"));
  CHECK(contains(refusal<WrongShape>(
                     ShdBytes{.times = {{0.5F}, {}}, .units = {{1}, {}}, .labels = {1, 2}, .column_of_labels = true}),
                 "'labels' in 'a.h5' has shape (2, 1), wanted is (sample,)"));
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
  write_bytes(folder / "ssc/ssc_train.h5", "x");
  write_bytes(folder / "ssc/ssc_test.h5", "x");
  CHECK(find_shd(folder / "ssc") == folder / "ssc/ssc_test.h5");
  // By its bytes, whatever its name.
  write_bytes(folder / "named/speech", ShdBytes{}.bytes());
  write_bytes(folder / "named/._speech.h5", "x");
  CHECK(find_shd(folder / "named") == folder / "named/speech");
}
