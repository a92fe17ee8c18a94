// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/core/shape.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/model/sample.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// One change of brightness that an event camera saw.
struct Event {
  std::int64_t time = 0;  // [us]
  std::uint16_t x = 0;
  std::uint16_t y = 0;
  std::uint8_t polarity = 0;

  bool operator==(const Event&) const = default;
};

/// An event at a pixel or of a polarity that the sensor does not have.
class EventOutside : public Misuse {
 public:
  EventOutside(std::string in_recording, std::size_t event_index, const Event& found, const Shape& on_sensor)
      : Misuse("spikingjet: event " + std::to_string(event_index) +
               (in_recording.empty() ? "" : " of '" + in_recording + "'") + " has (polarity, y, x) = (" +
               std::to_string(found.polarity) + ", " + std::to_string(found.y) + ", " + std::to_string(found.x) +
               "), the sensor has " + on_sensor.str() + "; check the sensor and the recording; see docs/formats.md"),
        recording(std::move(in_recording)),
        index(event_index),
        event(found),
        sensor(on_sensor) {}

  std::string recording;  // path, or empty
  std::size_t index;
  Event event;
  Shape sensor;  // (polarity, y, x)
};

/// An event with a field that no event of its file can have.
class BadEvent : public Misuse {
 public:
  BadEvent(Place where, std::size_t event_index, std::string field_name, double found_value, std::string allowed_values)
      : Misuse("spikingjet: event " + std::to_string(event_index) + " of " + where.str() + " has " + field_name +
               " = " + text_of(found_value) + ", allowed are " + allowed_values +
               "; check what wrote the file; see docs/formats.md"),
        place(std::move(where)),
        index(event_index),
        field(std::move(field_name)),
        value(found_value),
        allowed(std::move(allowed_values)) {}

  Place place;
  std::size_t index;
  std::string field;
  double value;
  std::string allowed;

 private:
  static std::string text_of(double value) {
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
  }
};

/// Refuses events outside a sensor of shape (polarity, y, x).
///
/// **Errors** `EventOutside`.
inline void require_inside(std::span<const Event> events, const Shape& sensor, const std::string& recording = {}) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.polarity >= sensor[0] || event.y >= sensor[1] || event.x >= sensor[2])
      throw EventOutside(recording, i, event, sensor);
  }
}

/// Brings events into the order of their times; those of one time keep theirs.
inline void sort_by_time(std::vector<Event>& events) {
  const auto earlier = [](const Event& a, const Event& b) { return a.time < b.time; };
  if (!std::is_sorted(events.begin(), events.end(), earlier)) std::stable_sort(events.begin(), events.end(), earlier);
}

/// The events of a time window [begin, end).
///
/// **Units** begin, end in us; events in the order of their times.
inline std::span<const Event> events_between(std::span<const Event> events, std::int64_t begin, std::int64_t end) {
  const auto before = [](const Event& event, std::int64_t time) { return event.time < time; };
  const auto first = std::lower_bound(events.begin(), events.end(), begin, before);
  const auto last = std::lower_bound(first, events.end(), end, before);
  return {first, last};
}

/// Drops events that no neighbour supports: an event stays where one of its 4 neighbouring pixels had an event less
/// than `filter_time` before it.
///
/// The memory of every pixel starts as if it had an event at time 0, so an event before `filter_time` stays.
///
/// **Shapes** sensor (polarity, y, x); both polarities share a pixel's memory.
/// **Units** filter_time in us; events in the order of their times.
/// **Errors** `EventOutside`.
/// **Source** tonic, `transforms.Denoise`.
inline std::vector<Event> denoise(std::span<const Event> events, std::uint32_t filter_time, const Shape& sensor) {
  require_inside(events, sensor);
  const std::size_t height = sensor[1];
  const std::size_t width = sensor[2];
  std::vector<std::int64_t> memory(height * width, filter_time);  // (y, x) [us], the time until which a pixel supports
  std::vector<Event> kept;
  for (const Event& event : events) {
    const std::size_t pixel = event.y * width + event.x;
    memory[pixel] = event.time + filter_time;
    const auto supports = [&](std::size_t neighbour) { return memory[neighbour] > event.time; };
    if ((event.x > 0 && supports(pixel - 1)) || (event.x + 1u < width && supports(pixel + 1)) ||
        (event.y > 0 && supports(pixel - width)) || (event.y + 1u < height && supports(pixel + width)))
      kept.push_back(event);
  }
  return kept;
}

namespace detail {

/// How often each element of a sample was hit; memory grows with the different elements, not with the hits.
class BinCounts {
 public:
  void add(std::size_t step, std::uint32_t flat) {
    hits_.push_back({step, flat, 1});
    if (hits_.size() >= enough_) {
      merge();
      enough_ = std::max(enough_, 2 * hits_.size());
    }
  }

  Sample sample(std::size_t steps) {
    merge();
    Sample sample;
    auto hit = hits_.begin();
    for (std::size_t step = 0; step < steps; ++step) {
      for (; hit != hits_.end() && hit->step == step; ++hit) sample.add(hit->flat, static_cast<float>(hit->count));
      sample.end_step();
    }
    return sample;
  }

 private:
  struct Hits {
    std::size_t step;
    std::uint32_t flat;
    std::uint32_t count;  // of one recording, whose events fit in memory
  };

  /// Brings the hits in order, each element once.
  void merge() {
    const auto key = [](const Hits& hits) { return std::pair(hits.step, hits.flat); };
    std::sort(hits_.begin(), hits_.end(), [&](const Hits& a, const Hits& b) { return key(a) < key(b); });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < hits_.size(); ++i) {
      if (kept > 0 && key(hits_[kept - 1]) == key(hits_[i]))
        hits_[kept - 1].count += hits_[i].count;
      else
        hits_[kept++] = hits_[i];
    }
    hits_.resize(kept, Hits{});
  }

  std::vector<Hits> hits_;
  std::size_t enough_ = std::size_t(1) << 18;
};

}  // namespace detail

/// Counts events in `steps` bins of equal width, on every `stride`-th pixel of both axes from 0 on.
///
/// The width is (last time - first time) / steps, rounded down; bin i starts at first time + i width. What is left
/// over behind the last bin is dropped, and with it the last event; a recording shorter than `steps` us is all zero.
///
/// **Shapes** stride at least 1; sensor (polarity, y, x); sample [step] (polarity, ceil(y / stride), ceil(x / stride)).
/// **Units** events in the order of their times; values are counts.
/// **Errors** `EventOutside`.
/// **Source** tonic, `transforms.ToFrame` with `n_time_bins`.
inline Sample to_frames(std::span<const Event> events, const Shape& sensor, std::size_t steps, std::size_t stride = 1) {
  require_inside(events, sensor);
  const std::size_t height = (sensor[1] + stride - 1) / stride;
  const std::size_t width = (sensor[2] + stride - 1) / stride;
  detail::BinCounts counts;
  if (steps > 0 && !events.empty() && events.back().time > events.front().time) {
    const auto since_first = [first = events.front().time](std::int64_t time) {
      return static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(first);
    };
    const std::uint64_t bin_width = since_first(events.back().time) / steps;  // [us]
    for (const Event& event : events) {
      if (bin_width == 0 || event.time < events.front().time) continue;
      const std::uint64_t step = since_first(event.time) / bin_width;
      if (step >= steps || event.y % stride != 0 || event.x % stride != 0) continue;
      const std::size_t flat = (event.polarity * height + event.y / stride) * width + event.x / stride;
      counts.add(static_cast<std::size_t>(step), static_cast<std::uint32_t>(flat));
    }
  }
  return counts.sample(steps);
}

}  // namespace spikingjet
