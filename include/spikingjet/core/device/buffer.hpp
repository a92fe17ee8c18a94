// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/device/budget.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace spikingjet {

/// Values on a device.
///
/// Buffers that go together stand in a struct, each made where it is declared; all are given back at once as a new
/// struct is moved into its place. So each is named once, and none is forgotten.
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

}  // namespace spikingjet
