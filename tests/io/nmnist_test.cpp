// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/nmnist.hpp>

using namespace spikingjet;

namespace {

/// The 5 bytes of an event: x, y, then the polarity above 23 bits of time, the highest byte first.
std::string event_bytes(int x, int y, std::uint32_t polarity, std::uint32_t time) {
  return big_endian(static_cast<std::uint64_t>(x), 1) + big_endian(static_cast<std::uint64_t>(y), 1) +
         big_endian(polarity << 23 | time, 3);
}

std::vector<Event> events_of(const std::string& bytes, const Shape& sensor = nmnist_sensor) {
  MemorySource source(bytes_of(bytes));
  return read_nmnist(source, sensor);
}

}  // namespace

TEST_CASE("an event of N-MNIST is five bytes") {
  const std::string bytes{3, 33, '\x81', 2, '\xff', 33, 0, 0x7f, '\xff', '\xff'};
  CHECK(events_of(bytes) == std::vector<Event>{{.time = 0x102ff, .x = 3, .y = 33, .polarity = 1},
                                               {.time = 8388607, .x = 33, .y = 0, .polarity = 0}});
}

TEST_CASE("a marker at y = 240 adds 2^13 us to all later times and is no event") {
  const std::string bytes = event_bytes(1, 2, 0, 100) + event_bytes(0, 240, 1, 5) + event_bytes(3, 4, 1, 7) +
                            event_bytes(255, 240, 0, 8388607) + event_bytes(5, 6, 0, 9);
  CHECK(events_of(bytes) == std::vector<Event>{{.time = 100, .x = 1, .y = 2, .polarity = 0},
                                               {.time = 8192 + 7, .x = 3, .y = 4, .polarity = 1},
                                               {.time = 2 * 8192 + 9, .x = 5, .y = 6, .polarity = 0}});
}

TEST_CASE("events come in the order of their times, those of one time in the file's") {
  const std::string bytes =
      event_bytes(1, 0, 0, 900) + event_bytes(2, 0, 0, 100) + event_bytes(3, 0, 1, 900) + event_bytes(4, 0, 0, 500);
  std::vector<int> order;
  for (const Event& event : events_of(bytes)) order.push_back(event.x);
  CHECK(order == std::vector<int>{2, 4, 1, 3});
}

TEST_CASE("events outside the sensor are refused by index and file") {
  const TemporaryFolder folder;
  for (const auto& [x, y] : {std::pair{34, 0}, {0, 34}, {255, 3}, {3, 239}, {3, 241}}) {
    write_bytes(folder / "a.bin", event_bytes(33, 33, 1, 0) + event_bytes(0, 240, 0, 0) + event_bytes(x, y, 1, 9));
    try {
      read_nmnist(std::filesystem::path(folder / "a.bin"));
      FAIL("read");
    } catch (const EventOutside& outside) {
      CHECK(outside.recording == folder / "a.bin");
      CHECK(outside.index == 1);
      CHECK(outside.event == Event{8192 + 9, std::uint16_t(x), std::uint16_t(y), 1});
      CHECK(outside.sensor == nmnist_sensor);
      CHECK(contains(outside.what(),
                     "(1, " + std::to_string(y) + ", " + std::to_string(x) + "), the sensor has (2, 34, 34)"));
    }
  }
  CHECK_THROWS_AS(events_of(event_bytes(0, 0, 1, 0), Shape{1, 34, 34}), EventOutside);
  CHECK(events_of(event_bytes(200, 100, 0, 0), Shape{1, 101, 201}).size() == 1);
}

TEST_CASE("a recording that ends within an event is refused as cut short") {
  const TemporaryFolder folder;
  const std::string bytes = event_bytes(1, 2, 0, 100) + event_bytes(3, 4, 1, 200);
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    if (size == 5) continue;
    write_bytes(folder / "a.bin", bytes.substr(0, size));
    try {
      read_nmnist(std::filesystem::path(folder / "a.bin"));
      FAIL("read " << size << " bytes");
    } catch (const FileTruncated& cut) {
      CHECK(cut.found == size);
      CHECK(cut.wanted == (size < 5 ? 5 : 10));
    }
  }
}

TEST_CASE("a recording without an event is refused") {
  for (const std::string& bytes : {std::string(), event_bytes(0, 240, 0, 0)})
    CHECK(contains(sentence_of<WrongFormat>([&] { events_of(bytes); }),
                   "is not an N-MNIST recording: it holds no event"));
  const TemporaryFolder folder;
  CHECK_THROWS_AS(read_nmnist(std::filesystem::path(folder / "none.bin")), FileMissing);
  CHECK_THROWS_AS(read_nmnist(std::filesystem::path(folder.path())), UnsupportedFile);
}

TEST_CASE("recordings are listed by label as a number, then by name") {
  const TemporaryFolder folder;
  for (const char* name :
       {"10/b.bin", "10/a.bin", "2/c.bin", "0/z.bin", "0/notes.txt", "x/a.bin", "-1/a.bin", "3x/a.bin", "7"})
    write_bytes(folder / name, event_bytes(0, 0, 0, 0));
  std::filesystem::create_directories(folder / "5");
  const auto check = [&folder](const std::vector<Recording>& found, const std::string& under) {
    const std::vector<std::pair<std::string, std::uint32_t>> expected{
        {"0/z.bin", 0u}, {"2/c.bin", 2u}, {"10/a.bin", 10u}, {"10/b.bin", 10u}};
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CHECK(found[i].path == folder / (under + expected[i].first));
      CHECK(found[i].label == expected[i].second);
    }
  };
  check(list_nmnist(folder.path()), "");

  // With a folder Test the rest does not count.
  for (const char* name : {"Test/10/b.bin", "Test/10/a.bin", "Test/2/c.bin", "Test/0/z.bin", "Train/4/a.bin"})
    write_bytes(folder / name, event_bytes(0, 0, 0, 0));
  check(list_nmnist(folder.path()), "Test/");
}

TEST_CASE("a folder that is not there is refused, one without recordings is empty") {
  const TemporaryFolder folder;
  CHECK(list_nmnist(folder.path()).empty());
  CHECK_THROWS_AS(list_nmnist(folder / "none"), FileMissing);
  write_bytes(folder / "file", "x");
  CHECK_THROWS_AS(list_nmnist(folder / "file"), ReadFailed);
}
