// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/device/runs.hpp>
#include <spikingjet/engine/device/times.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/sample.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <utility>
#include <vector>

namespace spikingjet {

/// Several devices that share the faults of a list, each in a thread of its own.
///
/// **Laws** what is handed on does not depend on the number of devices; sinks are called by one thread at a time.
/// **Errors** what a device meets; where several do, that of the first of them in the list.
class DeviceTeam final : public DeviceRuns {
 public:
  explicit DeviceTeam(std::vector<std::unique_ptr<DeviceRuns>> members) : members_(std::move(members)) {}

  std::vector<float> golden(const SampleRange& samples) override { return members_.front()->golden(samples); }

  Decisions inject(std::span<const Fault> faults, const SampleRange& samples, ReadoutSink& sink) override {
    return share(faults, [&](DeviceRuns& member, std::span<const Fault> part, std::uint32_t first) {
      PartOfReadouts of_part(first, sink, mutex_);
      return member.inject(part, samples, of_part);
    });
  }

  Decisions count(std::span<const Fault> faults, const SampleRange& samples, std::span<const GoldenScore> golden,
                  CountSink& sink) override {
    return share(faults, [&](DeviceRuns& member, std::span<const Fault> part, std::uint32_t first) {
      PartOfCounts of_part(first, sink, mutex_);
      return member.count(part, samples, golden, of_part);
    });
  }

  DeviceTimes times() const override {
    DeviceTimes sum;
    for (const auto& member : members_) sum += member->times();
    return sum;
  }

 private:
  class PartOfReadouts final : public ReadoutSink {
   public:
    PartOfReadouts(std::uint32_t first, ReadoutSink& whole, std::mutex& mutex)
        : first_(first), whole_(whole), mutex_(mutex) {}
    void take(std::size_t sample, std::span<const std::uint32_t> faults, std::span<const float> readouts) override {
      const std::lock_guard lock(mutex_);
      if (first_ == 0) return whole_.take(sample, faults, readouts);
      moved_.assign(faults.begin(), faults.end());
      for (std::uint32_t& fault : moved_) fault += first_;
      whole_.take(sample, moved_, readouts);
    }

   private:
    std::uint32_t first_;
    ReadoutSink& whole_;
    std::mutex& mutex_;
    std::vector<std::uint32_t> moved_;
  };

  class PartOfCounts final : public CountSink {
   public:
    PartOfCounts(std::uint32_t first, CountSink& whole, std::mutex& mutex)
        : first_(first), whole_(whole), mutex_(mutex) {}
    void go_on() override { whole_.go_on(); }
    void count(std::uint32_t fault, std::uint32_t code, std::uint64_t injections) override {
      const std::lock_guard lock(mutex_);
      whole_.count(first_ + fault, code, injections);
    }

   private:
    std::uint32_t first_;
    CountSink& whole_;
    std::mutex& mutex_;
  };

  /// Calls `run(member, part of the faults, first fault of the part)` for each member.
  template <class Run>
  Decisions share(std::span<const Fault> faults, const Run& run) {
    const std::size_t parts = members_.size();
    std::vector<Decisions> made(parts);
    std::vector<std::exception_ptr> thrown(parts);
    const auto run_part = [&](std::size_t p) noexcept {
      try {
        const std::size_t first = faults.size() * p / parts;
        const std::size_t end = faults.size() * (p + 1) / parts;
        if (first < end)
          made[p] = run(*members_[p], faults.subspan(first, end - first), static_cast<std::uint32_t>(first));
      } catch (...) {
        thrown[p] = std::current_exception();
      }
    };
    std::vector<std::thread> threads;
    for (std::size_t p = 1; p < parts; ++p) threads.emplace_back(run_part, p);
    run_part(0);
    for (std::thread& thread : threads) thread.join();
    Decisions all;
    for (std::size_t p = 0; p < parts; ++p) {
      if (thrown[p]) std::rethrow_exception(thrown[p]);
      all += made[p];
    }
    return all;
  }

  std::vector<std::unique_ptr<DeviceRuns>> members_;
  std::mutex mutex_;
};

}  // namespace spikingjet
