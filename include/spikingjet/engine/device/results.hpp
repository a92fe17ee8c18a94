// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/device/algorithms.hpp>
#include <spikingjet/core/device/buffer.hpp>
#include <spikingjet/engine/device/plan.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/outcome/golden_score.hpp>
#include <spikingjet/outcome/judge.hpp>

#include <thrust/iterator/constant_iterator.h>
#include <thrust/reduce.h>
#include <thrust/sort.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spikingjet {

/// Runs that have come to their readouts.
struct FinishedRuns {
  std::size_t size = 0;
  const float* readout = nullptr;            // (runs, classes)
  const std::uint32_t* fault_of = nullptr;   // (runs)
  const std::uint32_t* sample_of = nullptr;  // (runs)
  const DeviceFault* faults = nullptr;
};

namespace detail {

/// Whether a run's readout has other bits than the golden one.
struct ReadoutDiffers {
  const float* readout;  // (runs, classes)
  const float* golden;   // (samples, classes)
  const std::uint32_t* sample_of;
  std::size_t classes;
  SPIKINGJET_HD bool operator()(std::size_t run) const {
    for (std::size_t c = 0; c < classes; ++c)
      if (to_word(readout[run * classes + c]) != to_word(golden[sample_of[run] * classes + c])) return true;
    return false;
  }
};

/// The key that a run is counted under: its fault and its verdict.
struct JudgeRuns {
  const std::uint64_t* run;  // (taken)
  const float* readout;      // (runs, classes)
  const std::uint32_t* fault_of;
  const std::uint32_t* sample_of;
  const GoldenScore* golden;  // (samples)
  std::size_t classes;
  std::uint64_t* key;  // (taken)
  SPIKINGJET_HD void operator()(std::size_t i) const {
    const std::uint64_t r = run[i];
    key[i] = std::uint64_t{fault_of[r]} * OutcomeJudge::codes +
             OutcomeJudge::code(golden[sample_of[r]], readout + r * classes, classes);
  }
};

/// Gathers what the host is told of runs.
struct GatherRuns {
  const std::uint64_t* run;  // (taken)
  const float* readout;      // (runs, classes)
  const std::uint32_t* fault_of;
  const std::uint32_t* sample_of;
  const DeviceFault* faults;
  std::size_t classes;
  float* taken_readout;         // (taken, classes)
  std::uint32_t* taken_fault;   // in the list
  std::uint32_t* taken_sample;  // in the block
  SPIKINGJET_HD void operator()(std::size_t i) const {
    const std::uint64_t r = run[i];
    taken_fault[i] = faults[fault_of[r]].index;
    taken_sample[i] = sample_of[r];
    for (std::size_t c = 0; c < classes; ++c) taken_readout[i * classes + c] = readout[r * classes + c];
  }
};

}  // namespace detail

/// Those of some runs whose readouts differ in the end, on their way to who asked: as readouts, or judged and counted.
template <class Device>
class DeviceResults {
 public:
  /// All must outlive it.
  DeviceResults(Device& device, std::size_t classes, DeviceSelection<Device>& selection)
      : device_(device),
        classes_(classes),
        selection_(selection),
        taken_(device),
        taken_readout_(device),
        taken_fault_(device),
        taken_sample_(device),
        scores_(device),
        keys_(device),
        counted_key_(device),
        counted_count_(device) {}

  /// What the runs of samples that come are judged by.
  ///
  /// **Shapes** golden (samples).
  void use(const std::vector<GoldenScore>& golden) { scores_.assign(golden); }

  /// Finds the runs that differ in the end.
  ///
  /// **Shapes** golden (samples, classes).
  void find(const FinishedRuns& runs, const float* golden) {
    runs_ = runs;
    selection_.select(runs.size, detail::ReadoutDiffers{runs.readout, golden, runs.sample_of, classes_}, taken_);
  }

  /// Brings what differs in the end to the host.
  void take() {
    const std::size_t count = taken_.size();
    taken_readout_.resize(count * classes_);
    taken_fault_.resize(count);
    taken_sample_.resize(count);
    device_for_each(device_, count,
                    detail::GatherRuns{taken_.data(), runs_.readout, runs_.fault_of, runs_.sample_of, runs_.faults,
                                       classes_, taken_readout_.data(), taken_fault_.data(), taken_sample_.data()});
    told_.readout.resize(count * classes_);
    told_.fault.resize(count);
    told_.sample.resize(count);
    taken_readout_.fetch(told_.readout.data(), 0, told_.readout.size());
    taken_fault_.fetch(told_.fault.data(), 0, count);
    taken_sample_.fetch(told_.sample.data(), 0, count);
  }

  /// Counts what differs in the end by fault and code.
  void count() {
    const std::size_t taken = taken_.size();
    keys_.resize(taken);
    device_for_each(device_, taken,
                    detail::JudgeRuns{taken_.data(), runs_.readout, runs_.fault_of, runs_.sample_of, scores_.data(),
                                      classes_, keys_.data()});
    counted_key_.resize(taken);
    counted_count_.resize(taken);
    std::size_t kinds = 0;
    if (taken > 0) {
      thrust::sort(device_.policy(), keys_.data(), keys_.data() + taken);
      const auto ends = thrust::reduce_by_key(device_.policy(), keys_.data(), keys_.data() + taken,
                                              thrust::constant_iterator<std::uint64_t>(1), counted_key_.data(),
                                              counted_count_.data());
      kinds = static_cast<std::size_t>(ends.first - counted_key_.data());
    }
    counted_.key.resize(kinds);
    counted_.count.resize(kinds);
    counted_key_.fetch(counted_.key.data(), 0, kinds);
    counted_count_.fetch(counted_.count.data(), 0, kinds);
  }

  /// Hands on what was brought to the host; `first_sample` is the block's first one in the list.
  void tell(std::size_t first_sample, ReadoutSink& sink) const {
    for (std::size_t i = 0; i < told_.fault.size();) {
      std::size_t end = i + 1;
      while (end < told_.fault.size() && told_.sample[end] == told_.sample[i]) ++end;
      sink.take(first_sample + told_.sample[i], std::span(told_.fault).subspan(i, end - i),
                std::span(told_.readout).subspan(i * classes_, (end - i) * classes_));
      i = end;
    }
  }

  /// Hands on what was counted of a part of the list of faults.
  void tell_counts(std::span<const DeviceFault> part, CountSink& sink) const {
    for (std::size_t i = 0; i < counted_.key.size(); ++i)
      sink.count(part[counted_.key[i] / OutcomeJudge::codes].index,
                 std::uint32_t(counted_.key[i] % OutcomeJudge::codes), counted_.count[i]);
  }

  void release() {
    keys_.release();
    counted_key_.release();
    counted_count_.release();
    taken_.release();
    taken_readout_.release();
    taken_fault_.release();
    taken_sample_.release();
  }

 private:
  /// What differs in the end, on the host.
  struct Told {
    std::vector<float> readout;         // (taken, classes)
    std::vector<std::uint32_t> fault;   // in the list
    std::vector<std::uint32_t> sample;  // in the block, ascending
  };

  struct Counted {
    std::vector<std::uint64_t> key;
    std::vector<std::uint64_t> count;
  };

  Device& device_;
  std::size_t classes_;
  DeviceSelection<Device>& selection_;
  FinishedRuns runs_;
  DeviceBuffer<std::uint64_t, Device> taken_;
  DeviceBuffer<float, Device> taken_readout_;
  DeviceBuffer<std::uint32_t, Device> taken_fault_;
  DeviceBuffer<std::uint32_t, Device> taken_sample_;
  Told told_;
  DeviceBuffer<GoldenScore, Device> scores_;  // (samples)
  DeviceBuffer<std::uint64_t, Device> keys_;
  DeviceBuffer<std::uint64_t, Device> counted_key_;
  DeviceBuffer<std::uint64_t, Device> counted_count_;
  Counted counted_;
};

}  // namespace spikingjet
