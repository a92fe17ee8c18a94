// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <thrust/copy.h>
#include <thrust/count.h>
#include <thrust/execution_policy.h>
#include <thrust/for_each.h>
#include <thrust/iterator/constant_iterator.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/reduce.h>
#include <thrust/scan.h>
#include <thrust/sort.h>
#include <thrust/unique.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>

namespace spikingjet {

// A device is where many small work items run and their data lie: a GPU, or this processor through the same Thrust
// calls. It has
//
//   policy()                         the Thrust execution policy of its work
//   allocate(bytes), deallocate(p, bytes)
//   allocate_staging(bytes), deallocate_staging(p)   memory of the host that copies to the device come from
//   to_device(to, from, bytes)       in order with its work
//   to_device_ahead(to, from, bytes) beside its work; `wait_ahead()` puts the work that follows behind it
//   to_host(to, from, bytes)         waits for the work before it
//   wait_work()                      waits for its work
//   synchronize()                    waits for all work and all copies
//   settle()                         the same, and throws nothing
//   is_memory_short(error)           whether an error says that it has no more memory
//   memory()                         its `MemoryBudget`
//
// and is used by one thread at a time.

/// What a device may hold is spent. Whoever asked for it takes less at once and goes on.
class DeviceMemoryShort : public std::bad_alloc {
 public:
  explicit DeviceMemoryShort(std::size_t bytes_wanted) : wanted(bytes_wanted) {}

  const char* what() const noexcept override { return "the memory of a device is short"; }

  std::size_t wanted;  // [byte]
};

/// Counts the bytes that a device holds.
///
/// **Laws** never more than `limit` are taken.
/// **Errors** `DeviceMemoryShort` from `take`.
class MemoryBudget {
 public:
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  explicit MemoryBudget(std::size_t limit = unlimited) : limit_(limit) {}

  void take(std::size_t bytes) {
    if (bytes > left()) throw DeviceMemoryShort(bytes);
    used_ += bytes;
    peak_ = std::max(peak_, used_);
  }
  void give_back(std::size_t bytes) { used_ -= bytes; }

  std::size_t limit() const { return limit_; }
  std::size_t used() const { return used_; }
  std::size_t left() const { return limit_ - used_; }
  std::size_t peak() const { return peak_; }  // most that was ever used

 private:
  std::size_t limit_;     // [byte]
  std::size_t used_ = 0;  // [byte]
  std::size_t peak_ = 0;  // [byte]
};

/// Values on a device.
///
/// **Laws** `resize` forgets what was there; the values are as they come.
/// **Errors** `DeviceMemoryShort` from `resize`, which leaves the buffer empty.
template <class T, class Device>
class DeviceBuffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit DeviceBuffer(Device& device) : device_(&device) {}
  DeviceBuffer(DeviceBuffer&& other) noexcept
      : device_(other.device_),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  DeviceBuffer& operator=(DeviceBuffer&& other) noexcept {
    std::swap(device_, other.device_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  DeviceBuffer(const DeviceBuffer&) = delete;
  DeviceBuffer& operator=(const DeviceBuffer&) = delete;
  ~DeviceBuffer() { release(); }

  void resize(std::size_t size) {
    if (size > capacity_) {
      release();
      if (size > MemoryBudget::unlimited / sizeof(T)) throw DeviceMemoryShort(MemoryBudget::unlimited);
      data_ = static_cast<T*>(device_->allocate(size * sizeof(T)));
      capacity_ = size;
    }
    size_ = size;
  }
  /// Fewer values, those before `size` untouched.
  void shrink(std::size_t size) { size_ = size; }

  void release() noexcept {
    if (data_) device_->deallocate(data_, capacity_ * sizeof(T));
    data_ = nullptr;
    size_ = capacity_ = 0;
  }

  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return size_ * sizeof(T); }

  /// Copies from the host, in order with the device's work.
  template <class Values>
  void assign(const Values& values) {
    resize(values.size());
    if (size_ > 0) device_->to_device(data_, values.data(), bytes());
  }
  /// Copies `count` values from `first` on to the host; waits for the work before.
  void fetch(T* to, std::size_t first, std::size_t count) const {
    if (count > 0) device_->to_host(to, data_ + first, count * sizeof(T));
  }
  T at(std::size_t index) const {
    T value;
    fetch(&value, index, 1);
    return value;
  }

 private:
  Device* device_;
  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// Values on the host that wait for their copy to a device. `append` and `clear` only while no copy runs.
template <class T, class Device>
class StagingBuffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit StagingBuffer(Device& device) : device_(&device) {}
  StagingBuffer(const StagingBuffer&) = delete;
  StagingBuffer& operator=(const StagingBuffer&) = delete;
  ~StagingBuffer() {
    if (data_) device_->deallocate_staging(data_);
  }

  void clear() { size_ = 0; }
  void append(const T& value) {
    if (size_ == capacity_) grow(std::max<std::size_t>(1024, 2 * capacity_));
    data_[size_++] = value;
  }
  const T* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return size_ * sizeof(T); }

 private:
  void grow(std::size_t capacity) {
    T* const larger = static_cast<T*>(device_->allocate_staging(capacity * sizeof(T)));
    std::copy_n(data_, size_, larger);
    if (data_) device_->deallocate_staging(data_);
    data_ = larger;
    capacity_ = capacity;
  }

  Device* device_;
  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

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
  explicit DeviceSelection(Device& device) : device_(device), mark_(device) {}

  void release() { mark_.release(); }

  /// How many indices in [0, count) `chosen` says yes to.
  template <class Chosen>
  std::size_t count(std::size_t count, const Chosen& chosen) {
    if (count == 0) return 0;
    mark_.resize(count);
    device_for_each(device_, count, detail::MarkChosen<Chosen>{chosen, mark_.data()});
    return static_cast<std::size_t>(
        thrust::count_if(device_.policy(), mark_.data(), mark_.data() + count, detail::IsMarked{}));
  }

  /// These indices, ascending. They are counted first, so that a few of many take little memory.
  template <class Chosen>
  void select(std::size_t all, const Chosen& chosen, DeviceBuffer<std::uint64_t, Device>& indices) {
    indices.resize(count(all, chosen));
    if (indices.size() > 0)
      thrust::copy_if(device_.policy(), counting_iterator<std::uint64_t>(0), counting_iterator<std::uint64_t>(all),
                      mark_.data(), indices.data(), detail::IsMarked{});
  }

 private:
  Device& device_;
  DeviceBuffer<std::uint8_t, Device> mark_;
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
