// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/device/budget.hpp>

#include <thrust/system/cpp/execution_policy.h>
#include <thrust/system/tbb/execution_policy.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <string_view>

namespace spikingjet {

/// Work items one after another.
struct Sequential {
  static constexpr std::string_view name = "thrust cpp";
  static auto policy() { return thrust::cpp::par; }
};

/// Work items on all allowed threads.
struct Threaded {
  static constexpr std::string_view name = "thrust tbb";
  static auto policy() { return thrust::tbb::par; }
};

/// This processor as a device, for tests of what runs on devices where there is none.
///
/// **Errors** `DeviceMemoryShort` beyond its budget.
template <class Order>
class HostDevice {
 public:
  static constexpr std::string_view name = Order::name;

  explicit HostDevice(MemoryBudget memory = MemoryBudget()) : memory_(memory) {}
  HostDevice(const HostDevice&) = delete;
  HostDevice& operator=(const HostDevice&) = delete;

  static auto policy() { return Order::policy(); }

  void* allocate(std::size_t bytes) {
    memory_.take(bytes);
    void* const p = std::malloc(bytes);
    if (p) return p;
    memory_.give_back(bytes);
    throw DeviceMemoryShort(bytes);
  }
  void deallocate(void* p, std::size_t bytes) noexcept {
    std::free(p);
    memory_.give_back(bytes);
  }

  static void* allocate_staging(std::size_t bytes) { return ::operator new(bytes); }
  static void deallocate_staging(void* p) noexcept { ::operator delete(p); }

  void to_device(void* to, const void* from, std::size_t bytes) { std::memcpy(to, from, bytes); }
  void to_device_ahead(void* to, const void* from, std::size_t bytes) { std::memcpy(to, from, bytes); }
  void wait_ahead() {}
  void to_host(void* to, const void* from, std::size_t bytes) { std::memcpy(to, from, bytes); }
  void wait_work() {}
  void synchronize() {}
  void settle() noexcept {}
  static bool is_memory_short(const std::exception& error) {
    return dynamic_cast<const std::bad_alloc*>(&error) != nullptr;
  }

  MemoryBudget& memory() { return memory_; }

 private:
  MemoryBudget memory_;
};

}  // namespace spikingjet
