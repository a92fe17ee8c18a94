// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/events.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

using namespace spikingjet;

namespace {

using Step = std::vector<std::pair<std::uint32_t, float>>;  // (flat index, count)

std::vector<Step> steps_of(const Sample& sample) {
  std::vector<Step> steps;
  for (std::size_t step = 0; step < sample.steps(); ++step) {
    steps.emplace_back();
    const Activity x = sample[step];
    for (std::size_t k = 0; k < x.size(); ++k) steps.back().emplace_back(x.index[k], x.value[k]);
  }
  return steps;
}

std::vector<Event> random_events(std::uint32_t seed, std::size_t count, const Shape& sensor, std::int64_t longest_gap) {
  std::mt19937 random(seed);
  std::vector<Event> events;
  std::int64_t time = 1000;
  for (std::size_t i = 0; i < count; ++i) {
    time += static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(longest_gap + 1));
    events.push_back({time, std::uint16_t(random() % sensor[2]), std::uint16_t(random() % sensor[1]),
                      std::uint8_t(random() % sensor[0])});
  }
  return events;
}

}  // namespace

TEST_CASE("an event stays where a neighbour had one less than the filter time before") {
  const Shape sensor{2, 3, 4};
  const std::vector<Event> events{
      {.time = 5, .x = 1, .y = 1, .polarity = 0},   // stays: before the filter time all support
      {.time = 10, .x = 3, .y = 0, .polarity = 0},  // goes: the memory 10 is no longer > 10
      {.time = 14, .x = 1, .y = 0, .polarity = 1},  // stays: above (1, 1), which supports until 15, either polarity
      {.time = 15, .x = 1, .y = 2, .polarity = 0},  // goes: 15 is not < 15
      {.time = 16, .x = 2, .y = 1, .polarity = 0},  // goes: diagonal to (1, 2) and (1, 0), (3, 0) is diagonal too
      {.time = 17, .x = 1, .y = 1, .polarity = 0},  // stays: beside (2, 1), though that event itself went
      {.time = 17, .x = 0, .y = 1, .polarity = 0},  // stays: beside (1, 1) at the same time
      {.time = 40, .x = 0, .y = 1, .polarity = 0},  // goes: a pixel does not support itself
      {.time = 41, .x = 0, .y = 1, .polarity = 0},  // goes: likewise
  };
  CHECK(denoise(events, 10, sensor) == std::vector<Event>{events[0], events[2], events[5], events[6]});
  CHECK(denoise({}, 10, sensor).empty());
}

TEST_CASE("the pixels on the border have no neighbours across it") {
  const Shape sensor{1, 2, 3};
  // (2, 0) and (0, 1) are neighbours in memory only.
  const std::vector<Event> events{{.time = 100, .x = 2, .y = 0}, {.time = 101, .x = 0, .y = 1}};
  CHECK(denoise(events, 10, sensor).empty());
  const std::vector<Event> alone{{.time = 0, .x = 0, .y = 0}};
  CHECK(denoise(alone, 10, Shape{1, 1, 1}).empty());
}

TEST_CASE("denoising agrees with a search over all earlier events", "[law]") {
  const Shape sensor{2, 5, 7};
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    const std::vector<Event> events = random_events(seed, 400, sensor, 20);
    const std::int64_t filter_time = 60;
    std::vector<Event> expected;
    for (std::size_t i = 0; i < events.size(); ++i) {
      bool supported = false;
      for (std::size_t j = 0; j < i; ++j)
        supported |= std::abs(events[i].x - events[j].x) + std::abs(events[i].y - events[j].y) == 1 &&
                     events[i].time - events[j].time < filter_time;
      if (supported) expected.push_back(events[i]);
    }
    CHECK(denoise(events, filter_time, sensor) == expected);
    CHECK(expected.size() > 20);
    CHECK(expected.size() < 380);
  }
}

TEST_CASE("events are counted in bins of equal width, and what is left over is dropped") {
  // 11 us in 3 bins: width 3, [100, 103) [103, 106) [106, 109); 109 to 111 are left over.
  const Shape sensor{2, 2, 3};
  const std::vector<Event> events{
      {.time = 100, .x = 2, .y = 1, .polarity = 1}, {.time = 101, .x = 0, .y = 0, .polarity = 0},
      {.time = 102, .x = 2, .y = 1, .polarity = 1}, {.time = 106, .x = 1, .y = 0, .polarity = 1},
      {.time = 108, .x = 1, .y = 0, .polarity = 1}, {.time = 108, .x = 1, .y = 0, .polarity = 0},
      {.time = 108, .x = 1, .y = 0, .polarity = 1}, {.time = 109, .x = 0, .y = 0, .polarity = 0},
      {.time = 111, .x = 0, .y = 0, .polarity = 0},
  };
  // Flat index in (polarity, y, x): (p 2 + y) 3 + x.
  CHECK(steps_of(to_frames(events, sensor, 3)) ==
        std::vector<Step>{{{0u, 1.0F}, {11u, 2.0F}}, {}, {{1u, 1.0F}, {7u, 3.0F}}});
}

TEST_CASE("without left-over time the last event is dropped alone") {
  const std::vector<Event> events{{.time = 0}, {.time = 9}, {.time = 10}};
  CHECK(steps_of(to_frames(events, Shape{1, 1, 1}, 2)) == std::vector<Step>{{{0u, 1.0F}}, {{0u, 1.0F}}});
  CHECK(steps_of(to_frames(events, Shape{1, 1, 1}, 1)) == std::vector<Step>{{{0u, 2.0F}}});
}

TEST_CASE("a recording shorter than a bin for each step is all zero") {
  const Shape sensor{1, 1, 1};
  const std::vector<Event> short_one{{.time = 3}, {.time = 5}};
  CHECK(steps_of(to_frames(short_one, sensor, 3)) == std::vector<Step>{{}, {}, {}});
  CHECK(steps_of(to_frames(std::span(short_one).first(1), sensor, 2)) == std::vector<Step>{{}, {}});
  CHECK(steps_of(to_frames({}, sensor, 2)) == std::vector<Step>{{}, {}});
  CHECK(to_frames(short_one, sensor, 0).steps() == 0);
}

TEST_CASE("frames keep every k-th pixel of both axes from 0 on") {
  const Shape sensor{2, 5, 4};  // with k = 2: 3 rows, 2 columns
  std::vector<Event> events;
  for (std::uint8_t p = 0; p < 2; ++p)
    for (std::uint16_t y = 0; y < 5; ++y)
      for (std::uint16_t x = 0; x < 4; ++x) events.push_back({.time = 0, .x = x, .y = y, .polarity = p});
  events.push_back({.time = 0, .x = 2, .y = 4, .polarity = 1});
  events.push_back({.time = 1, .x = 0, .y = 0, .polarity = 0});
  Step expected;
  for (std::uint32_t i = 0; i < 12; ++i) expected.emplace_back(i, i == 11 ? 2.0F : 1.0F);
  CHECK(steps_of(to_frames(events, sensor, 1, 2)) == std::vector<Step>{expected});
}

TEST_CASE("frames agree with counting in a dense array, indices ascending", "[law]") {
  const Shape sensor{2, 6, 7};
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    const std::size_t stride = seed % 3 + 1;
    const std::size_t steps = 5 + seed;
    INFO("seed " << seed);
    const std::vector<Event> events = random_events(seed, 3000, sensor, 3);
    const std::int64_t first = events.front().time;
    const std::int64_t width = (events.back().time - first) / static_cast<std::int64_t>(steps);
    const std::size_t rows = (6 + stride - 1) / stride, columns = (7 + stride - 1) / stride;
    std::vector<std::map<std::uint32_t, float>> counts(steps);
    for (std::size_t step = 0; step < steps; ++step) {
      const std::int64_t begin = first + static_cast<std::int64_t>(step) * width;
      for (const Event& event : events)
        if (event.time >= begin && event.time < begin + width && event.x % stride == 0 && event.y % stride == 0)
          counts[step]
                [static_cast<std::uint32_t>((event.polarity * rows + event.y / stride) * columns + event.x / stride)] +=
              1;
    }
    std::vector<Step> expected;
    for (const auto& count : counts) expected.emplace_back(count.begin(), count.end());
    CHECK(steps_of(to_frames(events, sensor, steps, stride)) == expected);
  }
}

TEST_CASE("more events than are kept apart give the same counts") {
  const Shape sensor{1, 2, 3};
  std::vector<Event> events;
  std::vector<std::size_t> expected(2 * 6);  // [step][element]
  for (std::int64_t time = 0; time < 900000; ++time) {
    const auto element = static_cast<std::uint16_t>(time * 7 % 6);
    events.push_back({.time = time, .x = std::uint16_t(element % 3), .y = std::uint16_t(element / 3)});
    const std::int64_t step = time / 449999;  // (900000 - 1) / 2
    if (step < 2) ++expected[static_cast<std::size_t>(step * 6 + element)];
  }
  const Sample sample = to_frames(events, sensor, 2);
  for (std::size_t step = 0; step < 2; ++step) {
    REQUIRE(sample[step].size() == 6);
    for (std::size_t i = 0; i < 6; ++i) {
      CHECK(sample[step].index[i] == i);
      CHECK(sample[step].value[i] == static_cast<float>(expected[step * 6 + i]));
    }
  }
}

TEST_CASE("events outside the sensor are refused wherever events are used") {
  const Shape sensor{2, 3, 4};
  for (const Event& bad : {Event{.x = 4}, Event{.y = 3}, Event{.polarity = 2}}) {
    const std::vector<Event> events{{}, bad};
    CHECK_THROWS_AS(require_inside(events, sensor), EventOutside);
    CHECK_THROWS_AS(denoise(events, 10, sensor), EventOutside);
    CHECK_THROWS_AS(to_frames(events, sensor, 2), EventOutside);
    const std::string sentence = sentence_of<EventOutside>([&] { require_inside(events, sensor, "a.bin"); });
    CHECK(contains(sentence, "event 1 of 'a.bin' has (polarity, y, x) = ("));
    CHECK(contains(sentence, "the sensor has (2, 3, 4)"));
  }
  require_inside({}, sensor);
}

TEST_CASE("a time window has its begin and not its end") {
  const std::vector<Event> events{{1, 1, 0, 0}, {3, 2, 0, 0}, {3, 3, 0, 0}, {5, 4, 0, 0}};
  const auto between = [&events](std::int64_t begin, std::int64_t end) {
    const std::span<const Event> found = events_between(events, begin, end);
    return std::vector<Event>(found.begin(), found.end());
  };
  CHECK(between(0, 9) == events);
  CHECK(between(1, 5) == std::vector<Event>{events[0], events[1], events[2]});
  CHECK(between(2, 3).empty());
  CHECK(between(3, 4) == std::vector<Event>{events[1], events[2]});
  CHECK(between(6, 9).empty());
  CHECK(between(4, 2).empty());
}

TEST_CASE("events are brought in order, those of one time stay as they were") {
  std::vector<Event> events{{3, 1, 0, 0}, {1, 2, 0, 0}, {3, 3, 0, 0}, {2, 4, 0, 0}};
  const std::vector<Event> expected{events[1], events[3], events[0], events[2]};
  sort_by_time(events);
  CHECK(events == expected);
}
