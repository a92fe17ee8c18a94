// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/device/buffer.hpp>
#include <spikingjet/model/sample.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace spikingjet {

/// Samples on their way to a device.
template <class Device>
struct StagedSamples {
  explicit StagedSamples(Device& device) : at(device), value(device), steps_of(device) {}

  /// Takes samples [first, first + count) of a range.
  void stage(const SampleRange& samples, std::size_t first, std::size_t count, std::size_t inputs) {
    at.clear();
    value.clear();
    steps_of.clear();
    steps = 1;
    for (std::size_t s = 0; s < count; ++s) steps = std::max(steps, samples[first + s].steps());
    for (std::size_t s = 0; s < count; ++s) {
      const Sample& sample = samples[first + s];
      for (std::size_t step = 0; step < sample.steps(); ++step) {
        const Activity x = sample[step];
        for (std::size_t k = 0; k < x.size(); ++k) {
          at.append((s * steps + step) * inputs + x.index[k]);
          value.append(x.value[k]);
        }
      }
      steps_of.append(static_cast<std::uint32_t>(sample.steps()));
    }
    size = count;
  }

  StagingBuffer<std::uint64_t, Device> at;        // (events) in (samples, steps, inputs)
  StagingBuffer<float, Device> value;             // (events)
  StagingBuffer<std::uint32_t, Device> steps_of;  // (samples)
  std::size_t steps = 0;                          // of the longest
  std::size_t size = 0;
};

/// The samples of a block on a device, as they came.
template <class Device>
struct DeviceSamples {
  explicit DeviceSamples(Device& on) : device(&on) {}

  /// Begins the copy, beside the device's work.
  void copy_ahead(const StagedSamples<Device>& staged) {
    const auto copy = [this](auto& to, const auto& from) {
      to.resize(from.size());
      if (from.size() > 0) device->to_device_ahead(to.data(), from.data(), from.bytes());
    };
    copy(at, staged.at);
    copy(value, staged.value);
    copy(steps_of, staged.steps_of);
    steps = staged.steps;
    size = staged.size;
  }
  /// There are none; their room stays.
  void forget() { size = 0; }
  void release() { *this = DeviceSamples(*device); }

  Device* device;
  DeviceBuffer<std::uint64_t, Device> at{*device};
  DeviceBuffer<float, Device> value{*device};
  DeviceBuffer<std::uint32_t, Device> steps_of{*device};
  std::size_t steps = 0;
  std::size_t size = 0;  // 0: none are there
};

}  // namespace spikingjet
