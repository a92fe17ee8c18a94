// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/gesture.hpp>

#include <cstring>
#include <limits>

using namespace spikingjet;

namespace {

std::vector<GestureTrial> trials_of(const std::string& text) {
  MemorySource source(bytes_of(text), {"a_labels.csv"});
  return read_gesture_labels(source);
}

std::string reason_of(const std::string& text) {
  try {
    trials_of(text);
  } catch (const WrongFormat& wrong) {
    CHECK(wrong.format == "a label file of DVS128 Gesture");
    return wrong.reason;
  }
  return {};
}

std::vector<Event> events_of(const std::string& bytes) {
  NpyReader reader(std::make_unique<MemorySource>(bytes_of(bytes), Place{"7.npy"}));
  return read_gesture_events(reader);
}

std::string double_bytes(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) {
    std::uint64_t word = 0;
    std::memcpy(&word, &value, sizeof(word));
    text += little_endian(word, 8);
  }
  return text;
}

std::string refusal(const std::vector<double>& row) {
  const std::string bytes = npy("<f8", {2, 4}, double_bytes({1, 1, 1, 1}) + double_bytes(row));
  try {
    events_of(bytes);
  } catch (const BadEvent& bad) {
    CHECK(bad.index == 1);
    CHECK(bad.place.path == "7.npy");
    CHECK(contains(bad.what(), "event 1 of '7.npy' has " + bad.field + " = "));
    return bad.field + ": " + bad.allowed;
  }
  return {};
}

const std::string labels = "class,startTime_usec,endTime_usec\n1,100,200\n11,300,400\n";

std::vector<std::string> files_of(const std::vector<GestureRecording>& gestures, const std::string& folder) {
  std::vector<std::string> files;
  for (const GestureRecording& gesture : gestures)
    files.push_back(std::filesystem::relative(gesture.path, folder).string() + " " +
                    std::to_string(gesture.trial.label));
  return files;
}

}  // namespace

TEST_CASE("a label file lists gestures, its classes counted from 1") {
  const std::vector<GestureTrial> expected{{0, 35565800, 48255280}, {10, 48255281, 5000000000}};
  CHECK(trials_of("class,startTime_usec,endTime_usec\n1,35565800,48255280\n11,48255281,5000000000\n") == expected);
  CHECK(trials_of("class, startTime_usec, endTime_usec\r\n1, 35565800, 48255280\r\n\r\n11,48255281,5000000000") ==
        expected);
  CHECK(trials_of("1,35565800,48255280\n11,48255281,5000000000\n") == expected);
}

TEST_CASE("lines of a label file that cannot be used are refused by number") {
  CHECK(reason_of("") == "it names no gesture");
  CHECK(reason_of("class,start,end\n") == "it names no gesture");
  for (const std::string line :
       {"1,2", "1,2,3,4", "1,2,3,", "a,2,3", "1;2;3", "1.5,2,3", ",1,2", "1,,2", "1,2,99999999999999999999"})
    CHECK(reason_of("class,start,end\n" + line + "\n") == "line 2 is not 'class,start,end' in whole numbers");
  CHECK(reason_of("h\n1,2,3\n0,2,3\n") == "line 3 has the class 0, allowed are 1 to 11");
  CHECK(reason_of("12,2,3\n") == "line 1 has the class 12, allowed are 1 to 11");
  CHECK(reason_of("1,3,3\n") == "line 1 has a gesture from 3 to 3 us");
  CHECK(reason_of("h\n1,-1,3\n") == "line 2 has a gesture from -1 to 3 us");
}

TEST_CASE("an array of tonic gives events, its times in ms") {
  const std::string bytes =
      npy("<f8", {3, 4}, double_bytes({5, 3, 1, 10.25, 127, 0, 0, 10.9999, 0, 127, 1, 4000000.001}));
  CHECK(events_of(bytes) == std::vector<Event>{{.time = 10250, .x = 5, .y = 3, .polarity = 1},
                                               {.time = 10999, .x = 127, .y = 0, .polarity = 0},
                                               {.time = 4000000001, .x = 0, .y = 127, .polarity = 1}});
  CHECK(events_of(npy("<i2", {1, 4}, std::string("\5\0\3\0\1\0\x0a\0", 8))) ==
        std::vector<Event>{{.time = 10000, .x = 5, .y = 3, .polarity = 1}});
}

TEST_CASE("times of float32 are multiplied as float32") {
  // 0.003F * 1000 is 2.99999... in float64 and 3 in float32.
  CHECK(events_of(npy({1, 4}, {0.0F, 0.0F, 0.0F, 0.003F}))[0].time == 3);
  CHECK(events_of(npy("<f8", {1, 4}, double_bytes({0, 0, 0, double(0.003F)})))[0].time ==
        3 - (double(0.003F) * 1000.0 < 3.0));
}

TEST_CASE("events come in the order of their times, whatever the array's") {
  const std::vector<Event> events =
      events_of(npy({3, 4}, {1.0F, 0.0F, 0.0F, 9.0F, 2.0F, 0.0F, 0.0F, 3.0F, 3.0F, 0.0F, 0.0F, 9.0F}));
  CHECK(events[0].x == 2);
  CHECK(events[1].x == 1);
  CHECK(events[2].x == 3);
}

TEST_CASE("arrays that hold no events of the camera are refused by event and field") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(refusal({128, 0, 0, 0}) == "x: whole numbers from 0 to 127");
  CHECK(refusal({0, -1, 0, 0}) == "y: whole numbers from 0 to 127");
  CHECK(refusal({0, 0.5, 0, 0}) == "y: whole numbers from 0 to 127");
  CHECK(refusal({0, 0, 2, 0}) == "p: whole numbers from 0 to 1");
  CHECK(refusal({0, 0, nan, 0}) == "p: whole numbers from 0 to 1");
  CHECK(refusal({nan, 0, 0, 0}) == "x: whole numbers from 0 to 127");
  CHECK(refusal({0, 0, 0, -1}) == "t: times from 0 to 1e+12 ms");
  CHECK(refusal({0, 0, 0, nan}) == "t: times from 0 to 1e+12 ms");
  CHECK(refusal({0, 0, 0, 1e13}) == "t: times from 0 to 1e+12 ms");
  CHECK(refusal({0, 0, 0, 1e12}).empty());
  for (const std::vector<std::size_t>& shape : {std::vector<std::size_t>{4}, {1, 5}, {0, 4}, {1, 4, 1}}) {
    std::size_t count = 1;
    for (const std::size_t extent : shape) count *= extent;
    CHECK_THROWS_AS(events_of(npy(shape, std::vector<float>(count))), WrongShape);
  }
}

TEST_CASE("of a folder of AEDAT recordings the gestures of the test users are listed, by label") {
  const TemporaryFolder folder;
  for (const char* name :
       {"user23_lab", "user24_led", "user29_lab", "user24_fluorescent", "user30_lab", "user2_lab", "other"}) {
    write_bytes(folder / (std::string(name) + ".aedat"), "x");
    write_bytes(folder / (std::string(name) + "_labels.csv"), labels);
  }
  CHECK(files_of(list_gestures(folder.path()), folder.path()) ==
        std::vector<std::string>{"user24_fluorescent.aedat 0", "user24_led.aedat 0", "user29_lab.aedat 0",
                                 "user24_fluorescent.aedat 10", "user24_led.aedat 10", "user29_lab.aedat 10"});
  CHECK(list_gestures(folder.path())[3].trial == GestureTrial{10, 300, 400});

  write_bytes(folder / "trials_to_test.txt", "user30_lab.aedat\r\n\r\nother.aedat\nuser2_lab.aedat");
  CHECK(files_of(list_gestures(folder.path()), folder.path()) ==
        std::vector<std::string>{"other.aedat 0", "user2_lab.aedat 0", "user30_lab.aedat 0", "other.aedat 10",
                                 "user2_lab.aedat 10", "user30_lab.aedat 10"});
  write_bytes(folder / "trials_to_test.txt", "gone.aedat\n");
  CHECK(contains(sentence_of<FileMissing>([&] { list_gestures(folder.path()); }), "gone.aedat"));
}

TEST_CASE("a recording without its label file is refused") {
  const TemporaryFolder folder;
  write_bytes(folder / "user24_led.aedat", "x");
  CHECK(contains(sentence_of<FileMissing>([&] { list_gestures(folder.path()); }), "user24_led_labels.csv"));
}

TEST_CASE("arrays of one gesture each are listed by the label that is their name") {
  const TemporaryFolder folder;
  for (const char* name : {"user24_led/10.npy", "user24_led/2.npy", "user05_lab/2.npy", "user05_lab/x.npy",
                           "user05_lab/3.txt", "lab/1.npy", "user9"})
    write_bytes(folder / name, "x");
  const std::vector<std::string> expected{"user05_lab/2.npy 2", "user24_led/2.npy 2", "user24_led/10.npy 10"};
  CHECK(files_of(list_gestures(folder.path()), folder.path()) == expected);

  // Below 'ibmGestureTest', where tonic leaves them.
  write_bytes(folder / "ibmGestureTest/user29_lab/0.npy", "x");
  CHECK(files_of(list_gestures(folder.path()), folder.path()) ==
        std::vector<std::string>{"ibmGestureTest/user29_lab/0.npy 0"});
}
