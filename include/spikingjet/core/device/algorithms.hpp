// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>
#include <spikingjet/core/device/buffer.hpp>

#include <thrust/copy.h>
#include <thrust/count.h>
#include <thrust/execution_policy.h>
#include <thrust/for_each.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/scan.h>

#include <cstddef>
#include <cstdint>

namespace spikingjet {

using thrust::counting_iterator;

/// Calls `item(i)` once for each i in [0, count), in any order.
template <class Device, class Item>
void device_for_each(Device& device, std::size_t count, const Item& item) {
  if (count == 0) return;
  thrust::for_each(device.policy(), counting_iterator<std::size_t>(0), counting_iterator<std::size_t>(count), item);
}

namespace detail {

template <class Chosen>
struct MarkChosen {
  Chosen chosen;
  std::uint8_t* mark;
  SPIKINGJET_HD void operator()(std::size_t i) const { mark[i] = chosen(i) ? 1 : 0; }
};
struct IsMarked {
  SPIKINGJET_HD bool operator()(std::uint8_t mark) const { return mark != 0; }
};

}  // namespace detail

/// Finds what a question holds of. Answers are marked first, so that Thrust's algorithms are compiled once for all
/// questions.
template <class Device>
class DeviceSelection {
 public:
  explicit DeviceSelection(Device& device) : device_(&device) {}

  void release() { *this = DeviceSelection(*device_); }

  /// How many indices in [0, count) `chosen` says yes to.
  template <class Chosen>
  std::size_t count(std::size_t count, const Chosen& chosen) {
    if (count == 0) return 0;
    mark_.resize(count);
    device_for_each(*device_, count, detail::MarkChosen<Chosen>{chosen, mark_.data()});
    return static_cast<std::size_t>(
        thrust::count_if(device_->policy(), mark_.data(), mark_.data() + count, detail::IsMarked{}));
  }

  /// These indices, ascending. They are counted first, so that a few of many take little memory.
  template <class Chosen>
  void select(std::size_t all, const Chosen& chosen, DeviceBuffer<std::uint64_t, Device>& indices) {
    indices.resize(count(all, chosen));
    if (indices.size() > 0)
      thrust::copy_if(device_->policy(), counting_iterator<std::uint64_t>(0), counting_iterator<std::uint64_t>(all),
                      mark_.data(), indices.data(), detail::IsMarked{});
  }

 private:
  Device* device_;
  DeviceBuffer<std::uint8_t, Device> mark_{*device_};
};

namespace detail {

template <class Emitter>
struct CountItems {
  Emitter emitter;
  std::uint64_t* count;  // (items + 1)
  std::size_t items;
  SPIKINGJET_HD void operator()(std::size_t item) const { count[item] = item < items ? emitter.count(item) : 0; }
};

template <class Emitter, class Key>
struct EmitItems {
  Emitter emitter;
  const std::uint64_t* offset;
  Key* key;
  float* value;  // null where there are keys alone
  SPIKINGJET_HD void operator()(std::size_t item) const {
    emitter.emit(item, key + offset[item], value ? value + offset[item] : nullptr);
  }
};

}  // namespace detail

/// Turns counts into where each begins; returns their sum.
template <class Device>
std::uint64_t device_offsets(Device& device, DeviceBuffer<std::uint64_t, Device>& counts) {
  const std::size_t size = counts.size();
  if (size == 0) return 0;
  const std::uint64_t last = counts.at(size - 1);
  thrust::exclusive_scan(device.policy(), counts.data(), counts.data() + size, counts.data(), std::uint64_t{0});
  return counts.at(size - 1) + last;
}

/// What the items of an emitter emit, one item after another; `offsets` are where each begins and, behind the last,
/// where it ends: their sum, which is returned. `emitter.count(item)` says how many values an item emits,
/// `emitter.emit(item, key, value)` writes them.
template <class Device, class Emitter>
std::uint64_t device_count_items(Device& device, std::size_t items, const Emitter& emitter,
                                 DeviceBuffer<std::uint64_t, Device>& offsets) {
  offsets.resize(items + 1);
  device_for_each(device, items + 1, detail::CountItems<Emitter>{emitter, offsets.data(), items});
  return device_offsets(device, offsets);
}

template <class Device, class Emitter, class Key>
void device_emit_items(Device& device, std::size_t items, const Emitter& emitter,
                       const DeviceBuffer<std::uint64_t, Device>& offsets, Key* key, float* value) {
  device_for_each(device, items, detail::EmitItems<Emitter, Key>{emitter, offsets.data(), key, value});
}

}  // namespace spikingjet
