// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace spikingjet {

/// Objects that work items borrow, as many as items run at once: room to compute in, or counters that are added up
/// later.
///
/// **Laws** an object is borrowed by one item at a time; `for_each` sees every object ever made, in no fixed order.
template <class T>
class Pool {
 public:
  /// A borrowed object; given back at the end of its scope.
  class Lease {
   public:
    Lease(Lease&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)), object_(other.object_) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (!pool_) return;
      const std::lock_guard lock(pool_->mutex_);
      pool_->idle_.push_back(object_);
    }

    T* operator->() const { return object_; }
    T& operator*() const { return *object_; }

   private:
    friend Pool;
    Lease(Pool* pool, T* object) : pool_(pool), object_(object) {}

    Pool* pool_;
    T* object_;
  };

  /// An idle object, or a new one that `make()` returns as a `std::unique_ptr<T>`.
  template <class Make>
  Lease borrow(const Make& make) {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        T* const object = idle_.back();
        idle_.pop_back();
        return {this, object};
      }
    }
    std::unique_ptr<T> made = make();
    const std::lock_guard lock(mutex_);
    idle_.reserve(all_.size() + 1);  // giving back must not throw
    all_.push_back(std::move(made));
    return {this, all_.back().get()};
  }

  /// While nothing is borrowed.
  template <class F>
  void for_each(const F& f) {
    for (const std::unique_ptr<T>& object : all_) f(*object);
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> all_;
  std::vector<T*> idle_;
};

}  // namespace spikingjet
