// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/device/runs.hpp>
#include <spikingjet/engine/device/times.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/outcome/golden_score.hpp>
#include <spikingjet/outcome/record.hpp>

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
/// **Laws** what is handed on does not depend on the number of devices.
/// **Errors** what a device meets; where several do, that of the first of them in the list.
class DeviceTeam final : public DeviceRuns {
 public:
  explicit DeviceTeam(std::vector<std::unique_ptr<DeviceRuns>> members) : members_(std::move(members)) {}

  std::vector<float> golden(const SampleRange& samples) override { return members_.front()->golden(samples); }

  Decisions inject(std::span<const Fault> faults, const SampleRange& samples, Results& results) override {
    return share(faults, [&](DeviceRuns& member, std::span<const Fault> part, std::uint32_t first) {
      PartOfResults of_part(first, results, mutex_);
      return member.inject(part, samples, of_part);
    });
  }

  DeviceTimes times() const override {
    DeviceTimes sum;
    for (const auto& member : members_) sum += member->times();
    return sum;
  }

 private:
  /// The results of faults that begin somewhere in the list.
  class PartOfResults final : public Results {
   public:
    PartOfResults(std::uint32_t first, Results& whole, std::mutex& counting)
        : first_(first), whole_(whole), counting_(counting) {}
    bool takes_counts() const override { return whole_.takes_counts(); }
    GoldenScore golden(std::size_t sample) const override { return whole_.golden(sample); }
    void go_on() override { whole_.go_on(); }
    std::unique_ptr<ResultBatch> open(std::size_t sample) override {
      std::unique_ptr<ResultBatch> whole = whole_.open(sample);
      if (first_ == 0) return whole;
      return std::make_unique<PartOfBatch>(first_, std::move(whole));
    }
    void count(std::uint32_t fault, const ChangedInjections& changed) override {
      const std::lock_guard lock(counting_);
      whole_.count(first_ + fault, changed);
    }

   private:
    std::uint32_t first_;
    Results& whole_;
    std::mutex& counting_;
  };

  class PartOfBatch final : public ResultBatch {
   public:
    PartOfBatch(std::uint32_t first, std::unique_ptr<ResultBatch> whole) : first_(first), whole_(std::move(whole)) {}
    void take(std::span<const std::uint32_t> faults, std::span<const float> readout) override {
      moved_.assign(faults.begin(), faults.end());
      for (std::uint32_t& fault : moved_) fault += first_;
      whole_->take(moved_, readout);
    }

   private:
    std::uint32_t first_;
    std::unique_ptr<ResultBatch> whole_;
    std::vector<std::uint32_t> moved_;
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
