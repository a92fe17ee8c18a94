// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/aedat_bytes.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/aedat.hpp>

#include <random>

using namespace spikingjet;

namespace {

const Shape sensor{2, 128, 128};

std::vector<Event> events_of(const std::string& bytes) {
  MemorySource source(bytes_of(bytes), {"a.aedat"});
  return read_aedat(source, sensor);
}

std::string reason_of(const std::string& bytes) {
  try {
    events_of(bytes);
  } catch (const WrongFormat& wrong) {
    CHECK(wrong.place.path == "a.aedat");
    return wrong.reason;
  }
  return {};
}

}  // namespace

TEST_CASE("an event of AEDAT 3.1 is a word of fields and a word of time") {
  // x = 5, y = 3, polarity 1, valid; then x = 127, y = 126, polarity 0, valid.
  const std::string bytes = aedat_text + packet_header(1, 8, 4, 0, 2, 2, 2) +
                            std::string("\x0f\x00\x0a\x00\x10\x27\0\0", 8) +
                            std::string("\xf9\x01\xfe\x00\x11\x27\0\0", 8);
  CHECK(events_of(bytes) == std::vector<Event>{{.time = 10000, .x = 5, .y = 3, .polarity = 1},
                                               {.time = 10001, .x = 127, .y = 126, .polarity = 0}});
}

TEST_CASE("packets of events follow each other, with an overflow of the time") {
  const std::vector<Event> first{{.time = 7, .x = 1, .y = 2, .polarity = 0},
                                 {.time = 2147483647, .x = 3, .y = 4, .polarity = 1}};
  const std::vector<Event> second{{.time = (std::int64_t(3) << 31) + 5, .x = 6, .y = 7, .polarity = 1}};
  const std::string bytes = aedat_text + aedat_packet(first) + aedat_packet(second, 3);
  CHECK(events_of(bytes) == std::vector<Event>{first[0], first[1], second[0]});
}

TEST_CASE("text may end with a marker or where the first packet begins") {
  const std::vector<Event> one{{.time = 7, .x = 1, .y = 2, .polarity = 0}};
  for (const std::string& text :
       {std::string("#!AER-DAT3.1\n"), std::string("#!AER-DAT3.1\r\n#Format: RAW\r\n#!END-HEADER\r\n"),
        "#!AER-DAT3.1\r\n#" + std::string(100000, 'x') + "\n"})
    CHECK(events_of(text + aedat_packet(one)) == one);
  CHECK(events_of(aedat_text).empty());
}

TEST_CASE("events marked invalid, places left free and packets of other kinds are passed over") {
  const std::vector<Event> one{{.time = 7, .x = 1, .y = 2, .polarity = 0}};
  const std::string invalid = packet_header(1, 8, 4, 0, 1, 1, 0) + std::string(8, '\0');
  const std::string roomy = packet_header(1, 8, 4, 0, 3, 1, 1) + aedat_packet(one).substr(28) + std::string(16, '\xff');
  const std::string special = packet_header(0, 8, 4, 0, 2, 2, 2) + std::string(16, '\xff');
  const std::string frames = packet_header(2, 100000, 4, 9, 3, 1, 1) + std::string(300000, '\xff');
  CHECK(events_of(aedat_text + special + invalid + roomy + frames + aedat_packet(one)) ==
        std::vector<Event>{one[0], one[0]});
}

TEST_CASE("events come in the order of their times") {
  const std::vector<Event> events{{.time = 9, .x = 1, .y = 0, .polarity = 0},
                                  {.time = 3, .x = 2, .y = 0, .polarity = 0},
                                  {.time = 9, .x = 3, .y = 0, .polarity = 0}};
  CHECK(events_of(aedat_text + aedat_packet(events)) == std::vector<Event>{events[1], events[0], events[2]});
}

TEST_CASE("files that are no AEDAT 3.1 are refused") {
  CHECK(reason_of("") == "it does not start with '#!AER-DAT3.1'");
  CHECK(reason_of("abc") == "it does not start with '#!AER-DAT3.1'");
  for (const std::string version : {"1.0", "2.0", "3.0", "4.0"})
    CHECK(contains(sentence_of<AedatVersion>([&] { events_of("#!AER-DAT" + version + "\r\n"); }),
                   "is a recording of AEDAT " + version + ", allowed is AEDAT 3.1"));
  CHECK(reason_of("#") == "it starts with '#', not with '#!AER-DAT3.1'");
}

TEST_CASE("packets that contradict themselves are refused") {
  const auto of = [](const std::string& packet) { return reason_of(aedat_text + packet); };
  CHECK(contains(of(packet_header(1, 8, 4, 0, 1, 2, 1)), "has room for 1 events, holds 2 and calls 1 of them valid"));
  CHECK(contains(of(packet_header(1, 8, 4, 0, 2, 1, 2)), "has room for 2 events, holds 1 and calls 2 of them valid"));
  CHECK(contains(of(packet_header(1, 16, 4, 0, 1, 1, 1)),
                 "has polarity events of 16 bytes with the time at byte 4, allowed are 8 and 4"));
  CHECK(contains(of(packet_header(1, 8, 0, 0, 1, 1, 1)), "with the time at byte 0"));
  CHECK(contains(of(packet_header(1, 8, 4, 0x80000000u, 1, 1, 1)), "has a time overflow of 2147483648"));
  CHECK(contains(of(packet_header(1, 8, 4, 0, 1, 1, 1) + std::string("\1\0\0\0\xff\xff\xff\xff", 8)),
                 "has a negative time"));
}

TEST_CASE("a recording cut short at any byte is refused") {
  const std::string bytes = aedat_text + aedat_packet({{.time = 7, .x = 1, .y = 2, .polarity = 0}});
  for (std::size_t size = aedat_text.size() + 1; size < bytes.size(); ++size) {
    try {
      events_of(bytes.substr(0, size));
      FAIL("read " << size << " bytes");
    } catch (const FileTruncated& cut) {
      CHECK(cut.found == size);
      CHECK(cut.wanted == (size < aedat_text.size() + 28 ? aedat_text.size() + 28 : bytes.size()));
    }
  }
  // A claim of 32 TiB is read to the end of the file and no further.
  CHECK_THROWS_AS(events_of(aedat_text + packet_header(2, 0xffffffffu, 4, 0, 0xffffffffu, 0, 0)), FileTruncated);
  CHECK_THROWS_AS(events_of(aedat_text + packet_header(1, 8, 4, 0, 0xffffffffu, 0xffffffffu, 0)), FileTruncated);
}

TEST_CASE("events outside the camera are refused by index and file") {
  const TemporaryFolder folder;
  write_bytes(folder / "a.aedat", aedat_text + aedat_packet({{.time = 7, .x = 1, .y = 2, .polarity = 0},
                                                             {.time = 8, .x = 128, .y = 2, .polarity = 0}}));
  try {
    read_aedat(std::filesystem::path(folder / "a.aedat"), sensor);
    FAIL("read");
  } catch (const EventOutside& outside) {
    CHECK(outside.recording == folder / "a.aedat");
    CHECK(outside.index == 1);
    CHECK(outside.event.x == 128);
  }
  CHECK_THROWS_AS(read_aedat(std::filesystem::path(folder / "none"), sensor), FileMissing);
  CHECK_THROWS_AS(read_aedat(std::filesystem::path(folder.path()), sensor), UnsupportedFile);
}

TEST_CASE("random events come back from packets of any size", "[law]") {
  std::mt19937 random(11);
  for (int round = 0; round < 20; ++round) {
    std::vector<Event> events;
    std::string bytes = aedat_text;
    std::int64_t time = 0;
    while (events.size() < 20000) {
      std::vector<Event> packet;
      for (std::size_t i = random() % 9000; i > 0; --i) {
        time += std::int64_t(random() % 100);
        packet.push_back(
            {time, std::uint16_t(random() % 128), std::uint16_t(random() % 128), std::uint8_t(random() % 2)});
      }
      bytes += aedat_packet(packet);
      events.insert(events.end(), packet.begin(), packet.end());
    }
    REQUIRE(events_of(bytes) == events);
  }
}
