// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/device/buffer.hpp>

#include <vector>

/// The values of a buffer on a device.
template <class Device, class T>
std::vector<T> values_of(const spikingjet::DeviceBuffer<T, Device>& buffer) {
  std::vector<T> values(buffer.size());
  buffer.fetch(values.data(), 0, values.size());
  return values;
}
