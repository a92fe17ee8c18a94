// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/device/algorithms.hpp>
#include <spikingjet/core/device/buffer.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/outcome/golden_score.hpp>
#include <spikingjet/outcome/judge.hpp>
#include <spikingjet/outcome/record.hpp>

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
  const Strike* faults = nullptr;
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
  const Strike* faults;
  std::size_t classes;
  float* taken_readout;         // (taken, classes)
  std::uint32_t* taken_fault;   // in the list
  std::uint32_t* taken_sample;  // in the block
  SPIKINGJET_HD void operator()(std::size_t i) const {
    const std::uint64_t r = run[i];
    taken_fault[i] = faults[fault_of[r]].number;
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
      : device_(device), classes_(classes), selection_(selection), scores_(device) {}

  /// Begins a block of samples, whose results go `to`.
  void begin(const Results& to, std::size_t first_sample, std::size_t samples) {
    counts_ = to.takes_counts();
    first_sample_ = first_sample;
    if (!counts_) return;
    std::vector<GoldenScore> golden;
    for (std::size_t s = first_sample; s < first_sample + samples; ++s) golden.push_back(to.golden(s));
    scores_.assign(golden);
    device_.synchronize();
  }

  /// Finds the runs that differ in the end.
  ///
  /// **Shapes** golden (samples, classes).
  void find(const FinishedRuns& runs, const float* golden) {
    runs_ = runs;
    selection_.select(runs.size, detail::ReadoutDiffers{runs.readout, golden, runs.sample_of, classes_}, room_.taken);
  }

  /// Brings what differs in the end to the host, as readouts or counted by fault and code.
  void bring() { counts_ ? bring_counts() : bring_readouts(); }

  /// Hands on what was brought to the host of a part of the list of faults.
  void tell(std::span<const Strike> part, Results& to) const { counts_ ? tell_counts(part, to) : tell_readouts(to); }

  void release() { room_ = Room{&device_}; }

 private:
  void bring_readouts() {
    const std::size_t count = room_.taken.size();
    room_.taken_readout.resize(count * classes_);
    room_.taken_fault.resize(count);
    room_.taken_sample.resize(count);
    device_for_each(
        device_, count,
        detail::GatherRuns{room_.taken.data(), runs_.readout, runs_.fault_of, runs_.sample_of, runs_.faults, classes_,
                           room_.taken_readout.data(), room_.taken_fault.data(), room_.taken_sample.data()});
    told_.readout.resize(count * classes_);
    told_.fault.resize(count);
    told_.sample.resize(count);
    room_.taken_readout.fetch(told_.readout.data(), 0, told_.readout.size());
    room_.taken_fault.fetch(told_.fault.data(), 0, count);
    room_.taken_sample.fetch(told_.sample.data(), 0, count);
  }

  void bring_counts() {
    const std::size_t taken = room_.taken.size();
    room_.keys.resize(taken);
    device_for_each(device_, taken,
                    detail::JudgeRuns{room_.taken.data(), runs_.readout, runs_.fault_of, runs_.sample_of,
                                      scores_.data(), classes_, room_.keys.data()});
    room_.counted_key.resize(taken);
    room_.counted_count.resize(taken);
    std::size_t kinds = 0;
    if (taken > 0) {
      thrust::sort(device_.policy(), room_.keys.data(), room_.keys.data() + taken);
      const auto ends = thrust::reduce_by_key(device_.policy(), room_.keys.data(), room_.keys.data() + taken,
                                              thrust::constant_iterator<std::uint64_t>(1), room_.counted_key.data(),
                                              room_.counted_count.data());
      kinds = static_cast<std::size_t>(ends.first - room_.counted_key.data());
    }
    counted_.key.resize(kinds);
    counted_.count.resize(kinds);
    room_.counted_key.fetch(counted_.key.data(), 0, kinds);
    room_.counted_count.fetch(counted_.count.data(), 0, kinds);
  }

  void tell_readouts(Results& to) const {
    for (std::size_t i = 0; i < told_.fault.size();) {
      const std::uint32_t sample = told_.sample[i];
      const auto batch = to.open(first_sample_ + sample);
      for (; i < told_.fault.size() && told_.sample[i] == sample; ++i)
        batch->take(std::span(told_.fault).subspan(i, 1), std::span(told_.readout).subspan(i * classes_, classes_));
    }
  }

  void tell_counts(std::span<const Strike> part, Results& to) const {
    for (std::size_t i = 0; i < counted_.key.size(); ++i) {
      ChangedInjections changed;
      OutcomeJudge::add(changed, std::uint32_t(counted_.key[i] % OutcomeJudge::codes), counted_.count[i]);
      to.count(part[counted_.key[i] / OutcomeJudge::codes].number, changed);
    }
  }

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

  /// What results take of the device.
  struct Room {
    Device* device;
    DeviceBuffer<std::uint64_t, Device> taken{*device};
    DeviceBuffer<float, Device> taken_readout{*device};
    DeviceBuffer<std::uint32_t, Device> taken_fault{*device};
    DeviceBuffer<std::uint32_t, Device> taken_sample{*device};
    DeviceBuffer<std::uint64_t, Device> keys{*device};
    DeviceBuffer<std::uint64_t, Device> counted_key{*device};
    DeviceBuffer<std::uint64_t, Device> counted_count{*device};
  };

  Device& device_;
  std::size_t classes_;
  DeviceSelection<Device>& selection_;
  bool counts_ = false;
  std::size_t first_sample_ = 0;  // of the block
  FinishedRuns runs_;
  Told told_;
  DeviceBuffer<GoldenScore, Device> scores_;  // (samples)
  Counted counted_;
  Room room_{&device_};
};

}  // namespace spikingjet
