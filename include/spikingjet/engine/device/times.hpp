// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace spikingjet {

/// What goes on while a device runs injections, one thing after another.
enum class DevicePhase : std::uint8_t {
  faults,       // the host sorts the faults
  copies,       // the host waits for the first samples, or for those copied ahead
  golden,       // golden runs, beside which the next samples are copied
  activation,   // which injections change a spike of their stage
  struck,       // what these leave of the neurons that faults strike, and merging them
  propagation,  // carrying on what changed
  results       // judging, counting, copying to the host and handing on
};

inline constexpr std::size_t device_phase_count = 7;

constexpr std::string_view device_phase_name(DevicePhase phase) {
  constexpr std::array<std::string_view, device_phase_count> names{
      "faults", "copies", "golden runs", "activation", "struck neurons", "propagation", "results"};
  return names[std::size_t(phase)];
}

/// How long each phase took on a device, or on several in sum.
class DeviceTimes {
 public:
  void add(DevicePhase phase, double seconds) { seconds_[std::size_t(phase)] += seconds; }
  DeviceTimes& operator+=(const DeviceTimes& other) {
    for (std::size_t p = 0; p < device_phase_count; ++p) seconds_[p] += other.seconds_[p];
    return *this;
  }

  double operator[](DevicePhase phase) const { return seconds_[std::size_t(phase)]; }  // [s]
  double total() const {                                                               // [s]
    double sum = 0;
    for (const double s : seconds_) sum += s;
    return sum;
  }

 private:
  std::array<double, device_phase_count> seconds_{};
};

/// A clock that says what a device's time goes into, one lap after another.
template <class Device>
class DeviceLaps {
 public:
  /// `device` must outlive it.
  explicit DeviceLaps(Device& device) : device_(device) {}

  void begin() { begin_ = Clock::now(); }

  /// Waits for the device's work, and says what the time since the last lap was spent on.
  void lap(DevicePhase phase) {
    device_.wait_work();
    const Clock::time_point now = Clock::now();
    times_.add(phase, std::chrono::duration<double>(now - begin_).count());
    begin_ = now;
  }

  const DeviceTimes& times() const { return times_; }

 private:
  using Clock = std::chrono::steady_clock;

  Device& device_;
  DeviceTimes times_;
  Clock::time_point begin_;
};

}  // namespace spikingjet
