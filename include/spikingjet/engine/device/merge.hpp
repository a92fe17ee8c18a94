// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/device/algorithms.hpp>
#include <spikingjet/core/device/buffer.hpp>
#include <spikingjet/engine/device/carry/lists.hpp>

#include <thrust/sort.h>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace spikingjet {

// Runs of one sample with the same changed spikes end alike: one of them, the leader, is carried on for all.

namespace detail {

/// The changed spikes of runs, by step.
struct RunLists {
  const std::uint64_t* key;
  const float* value;
  const std::uint64_t* first;  // (runs + 1) where the entries of each run begin
  std::uint64_t digit;         // keys of a run
  const std::uint32_t* sample_of;

  SPIKINGJET_HD std::size_t size(std::size_t run) const { return std::size_t(first[run + 1] - first[run]); }

  /// Equal for equal runs of equal samples; others are told apart by `same`.
  SPIKINGJET_HD std::uint64_t hash(std::size_t run) const {
    std::uint64_t h = spread_bits(sample_of[run]);
    for (std::uint64_t e = first[run]; e < first[run + 1]; ++e)
      h = spread_bits(h ^ (key[e] - run * digit) ^ (std::uint64_t{to_word(value[e])} << 32));
    return h;
  }
  SPIKINGJET_HD bool same(std::size_t a, std::size_t b) const {
    if (sample_of[a] != sample_of[b] || size(a) != size(b)) return false;
    for (std::size_t e = 0; e < size(a); ++e) {
      const std::uint64_t i = first[a] + e;
      const std::uint64_t j = first[b] + e;
      if (key[i] - a * digit != key[j] - b * digit || to_word(value[i]) != to_word(value[j])) return false;
    }
    return true;
  }
};

// `Left` is what runs left of their stage: `hash(run)`, equal for equal runs of equal samples, and `same(a, b)`.

template <class Left>
struct HashRuns {
  Left left;
  std::uint64_t* hash;
  std::uint32_t* run;
  SPIKINGJET_HD void operator()(std::size_t r) const {
    hash[r] = left.hash(r);
    run[r] = std::uint32_t(r);
  }
};

/// 1 for a run that differs from the one before it in the order of hashes, and so leads.
template <class Left>
struct MarkLeaders {
  Left left;
  const std::uint32_t* run;  // (runs) ordered by hash
  std::uint64_t* leads;
  SPIKINGJET_HD void operator()(std::size_t i) const { leads[i] = i == 0 || !left.same(run[i], run[i - 1]) ? 1 : 0; }
};

/// Who leads whom: a leader's number is how many lead before it.
struct FollowLeaders {
  const std::uint32_t* run;          // (runs) ordered by hash
  const std::uint64_t* before;       // (runs) leaders before each
  std::size_t runs;
  std::uint64_t leaders;
  const std::uint32_t* sample_of;
  std::uint32_t* leader_of;          // (runs) by run
  std::uint32_t* leader;             // (leaders) the run
  std::uint32_t* leader_sample_of;   // (leaders)
  SPIKINGJET_HD void operator()(std::size_t i) const {
    const std::uint64_t behind = i + 1 < runs ? before[i + 1] : leaders;
    leader_of[run[i]] = std::uint32_t(behind - 1);
    if (behind == before[i]) return;
    leader[before[i]] = run[i];
    leader_sample_of[before[i]] = sample_of[run[i]];
  }
};

/// The lists of leaders, under their own numbers.
struct LeaderLists {
  RunLists lists;
  const std::uint32_t* leader;
  SPIKINGJET_HD std::uint64_t count(std::size_t l) const { return lists.size(leader[l]); }
  SPIKINGJET_HD void emit(std::size_t l, std::uint64_t* key, float* value) const {
    const std::size_t run = leader[l];
    for (std::uint64_t e = lists.first[run]; e < lists.first[run + 1]; ++e) {
      *key++ = lists.key[e] - run * lists.digit + l * lists.digit;
      *value++ = lists.value[e];
    }
  }
};

/// The readouts of leaders, for all that they lead.
struct ShareReadouts {
  const float* from;  // (leaders, classes)
  const std::uint32_t* leader_of;
  std::size_t classes;
  float* readout;  // (runs, classes)
  SPIKINGJET_HD void operator()(std::size_t i) const {
    readout[i] = from[leader_of[i / classes] * classes + i % classes];
  }
};

}  // namespace detail

/// Finds leaders among runs, and shares what becomes of them.
template <class Device>
class MergedRuns {
 public:
  explicit MergedRuns(Device& device) : device_(&device) {}

  void release() { *this = MergedRuns(*device_); }

  std::size_t size() const { return leader_.size(); }
  const std::uint32_t* leader() const { return leader_.data(); }        // (leaders) the run
  const std::uint32_t* sample_of() const { return sample_of_.data(); }  // (leaders)

  /// Finds the leaders among runs by what they left: `detail::RunLists` or the like.
  template <class Left>
  void find(std::size_t runs, const Left& left, const std::uint32_t* sample_of) {
    hash_.resize(runs);
    run_.resize(runs);
    device_for_each(*device_, runs, detail::HashRuns<Left>{left, hash_.data(), run_.data()});
    thrust::sort_by_key(device_->policy(), hash_.data(), hash_.data() + runs, run_.data());
    leads_.resize(runs);
    device_for_each(*device_, runs, detail::MarkLeaders<Left>{left, run_.data(), leads_.data()});
    const std::uint64_t leaders = device_offsets(*device_, leads_);
    leader_of_.resize(runs);
    leader_.resize(leaders);
    sample_of_.resize(leaders);
    device_for_each(*device_, runs,
                    detail::FollowLeaders{run_.data(), leads_.data(), runs, leaders, sample_of, leader_of_.data(),
                                          leader_.data(), sample_of_.data()});
  }

  /// Replaces the lists of runs, by step, by those of their leaders; `digit` keys are one run's.
  void merge(std::size_t runs, std::uint64_t digit, const std::uint32_t* sample_of, ChangedList<Device>& list,
             ChangedList<Device>& room) {
    first_.resize(runs + 1);
    device_for_each(*device_, runs + 1, detail::FirstOfRun{list.key.data(), list.size(), digit, first_.data()});
    const detail::RunLists lists{list.key.data(), list.value.data(), first_.data(), digit, sample_of};
    find(runs, lists, sample_of);
    lists_.emit(size(), detail::LeaderLists{lists, leader_.data()}, room);
    std::swap(list, room);
  }

  /// Gives each run what its leader left.
  ///
  /// **Shapes** from (leaders, classes); readout (runs, classes).
  void share(std::size_t classes, const float* from, std::size_t runs, float* readout) {
    device_for_each(*device_, runs * classes, detail::ShareReadouts{from, leader_of_.data(), classes, readout});
  }

 private:
  Device* device_;
  ChangedLists<Device> lists_{*device_};
  DeviceBuffer<std::uint64_t, Device> hash_{*device_};
  DeviceBuffer<std::uint32_t, Device> run_{*device_};
  DeviceBuffer<std::uint64_t, Device> first_{*device_};
  DeviceBuffer<std::uint64_t, Device> leads_{*device_};
  DeviceBuffer<std::uint32_t, Device> leader_of_{*device_};
  DeviceBuffer<std::uint32_t, Device> leader_{*device_};
  DeviceBuffer<std::uint32_t, Device> sample_of_{*device_};  // of leaders
};

}  // namespace spikingjet
