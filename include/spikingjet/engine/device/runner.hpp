// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/arithmetic.hpp>
#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/device/algorithms.hpp>
#include <spikingjet/core/device/buffer.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/device/carry/dense.hpp>
#include <spikingjet/engine/device/carry/feedback.hpp>
#include <spikingjet/engine/device/carry/lists.hpp>
#include <spikingjet/engine/device/golden/recording.hpp>
#include <spikingjet/engine/device/merge.hpp>
#include <spikingjet/engine/device/network.hpp>
#include <spikingjet/engine/device/neuron/fate.hpp>
#include <spikingjet/engine/device/neuron/fault_sources.hpp>
#include <spikingjet/engine/device/neuron/follow.hpp>
#include <spikingjet/engine/device/neuron/struck.hpp>
#include <spikingjet/engine/device/neuron/weight_intervals.hpp>
#include <spikingjet/engine/device/plan.hpp>
#include <spikingjet/engine/device/runs.hpp>
#include <spikingjet/engine/device/times.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/outcome/judge.hpp>

#include <thrust/iterator/constant_iterator.h>
#include <thrust/reduce.h>
#include <thrust/sort.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace spikingjet {

namespace detail {

struct ProbeArithmetic {
  std::uint32_t* flaw;
  SPIKINGJET_HD void operator()(std::size_t i) const { flaw[i] = std::uint32_t(find_arithmetic_flaw()); }
};

struct HasFate {
  const Fate* fate;
  Fate wanted;
  SPIKINGJET_HD bool operator()(std::size_t i) const { return fate[i] == wanted; }
};

/// What runs are made of: which fault in which sample, and the golden readout to begin with.
struct BeginRuns {
  const std::uint64_t* injection;  // (runs) in (samples, faults)
  const std::uint32_t* first;      // (samples, faults)
  std::size_t faults;
  std::uint32_t* fault_of;
  std::uint32_t* sample_of;
  std::uint32_t* first_of;
  SPIKINGJET_HD void operator()(std::size_t run) const {
    const std::uint64_t i = injection[run];
    fault_of[run] = std::uint32_t(i % faults);
    sample_of[run] = std::uint32_t(i / faults);
    first_of[run] = first[i];
  }
};
struct BeginReadouts {
  const float* golden;  // (samples, classes)
  const std::uint32_t* sample_of;
  std::size_t classes;
  float* readout;  // (runs, classes)
  SPIKINGJET_HD void operator()(std::size_t i) const {
    readout[i] = golden[sample_of[i / classes] * classes + i % classes];
  }
};

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

/// The runs of a network on a `Device`: its neuron models, a stage each, and its readout are all that is left of its
/// type.
///
/// Blocks of samples are recorded, blocks of injections looked at, one a thread; the few that change a spike of their
/// stage are carried on, layer by layer, as lists of what differs. See docs/concepts/engines.md.
///
/// **Laws** readouts have the bits of `FullEngine`'s, whatever the device, its memory and the blocks.
/// **Cost** memory: never more than the device's budget. Where it is short, blocks are halved.
template <class Device, class Readout, class... Models>
class DeviceRunner final : public DeviceRuns {
 public:
  /// `device` must outlive the runner.
  DeviceRunner(Device& device, DeviceNetwork network)
      : device_(device),
        network_(std::move(network)),
        parameters_(device),
        golden_(device, network_),
        now_(device),
        ahead_(device),
        staged_{StagedSamples<Device>(device), StagedSamples<Device>(device)},
        faults_(device),
        fate_(device),
        first_(device),
        changed_(device),
        fault_of_(device),
        sample_of_(device),
        first_of_(device),
        readout_(device),
        intervals_(device),
        list_(device),
        other_(device),
        lists_(device),
        recurrent_(device),
        merged_(device),
        flipped_(device),
        leader_readout_(device),
        selection_(device),
        taken_(device),
        taken_readout_(device),
        taken_fault_(device),
        taken_sample_(device),
        scores_(device),
        keys_(device),
        counted_key_(device),
        counted_count_(device) {
    parameters_.assign(network_.parameters);
    golden_.use(parameters_.data());
    require_sound_device();
  }

  std::vector<float> golden(const SampleRange& samples) override {
    std::vector<float> readouts(samples.distinct() * network_.classes);
    each_block(
        samples, samples.distinct(), [](std::size_t, std::size_t) {},
        [&](std::size_t first, std::size_t count) {
          device_.to_host(readouts.data() + first * network_.classes, golden_.readout(),
                          count * network_.classes * sizeof(float));
        });
    return readouts;
  }

  Decisions inject(std::span<const Fault> faults, const SampleRange& samples, ReadoutSink& sink) override {
    return inject_all(
        faults, samples, [](std::size_t, std::size_t) {}, [] {}, [this] { take_readouts(); },
        [&](std::size_t first_sample, std::span<const DeviceFault>) { tell(first_sample, sink); });
  }

  DeviceTimes times() const override { return times_; }

  Decisions count(std::span<const Fault> faults, const SampleRange& samples, std::span<const GoldenScore> golden,
                  CountSink& sink) override {
    const auto prepare = [&](std::size_t first, std::size_t count) {
      std::vector<GoldenScore> of_block;
      for (std::size_t s = first; s < first + count; ++s) of_block.push_back(golden[s % golden.size()]);
      scores_.assign(of_block);
      device_.synchronize();
    };
    return inject_all(
        faults, samples, prepare, [&] { sink.go_on(); }, [this] { count_runs(); },
        [&](std::size_t, std::span<const DeviceFault> part) {
          for (std::size_t i = 0; i < counted_.key.size(); ++i)
            sink.count(part[counted_.key[i] / OutcomeJudge::codes].index,
                       std::uint32_t(counted_.key[i] % OutcomeJudge::codes), counted_.count[i]);
        });
  }

 private:
  using Golden = DeviceGolden<Device, Readout, Models...>;

  static constexpr std::size_t most_samples = 1024;                   // of a block
  static constexpr std::size_t most_injections = std::size_t{1} << 26;  // of a block
  static constexpr std::size_t most_runs = std::size_t{1} << 20;        // of a block

  void require_sound_device() {
    constexpr std::size_t threads = 1024;
    DeviceBuffer<std::uint32_t, Device> flaw(device_);
    flaw.resize(threads);
    device_for_each(device_, threads, detail::ProbeArithmetic{flaw.data()});
    std::vector<std::uint32_t> found(threads);
    flaw.fetch(found.data(), 0, threads);
    for (const std::uint32_t f : found)
      if (f != 0) throw UnsoundDevice(ArithmeticFlaw(f));
  }

  // ---- time ----

  using Clock = std::chrono::steady_clock;

  /// Waits for the device's work, and says what the time since the last lap was spent on.
  void lap(DevicePhase phase) {
    device_.wait_work();
    const Clock::time_point now = Clock::now();
    times_.add(phase, std::chrono::duration<double>(now - lap_).count());
    lap_ = now;
  }

  // ---- samples ----

  /// Leaves no copy running that reads staged samples, whatever is thrown.
  struct Settled {
    Device& device;
    ~Settled() { device.settle(); }
  };

  /// Calls `at(first, count)` for each block of samples, with its golden run on the device, and before it
  /// `prepare(first, count)`, perhaps more than once. The next block is copied meanwhile.
  template <class Prepare, class At>
  void each_block(const SampleRange& samples, std::size_t all, const Prepare& prepare, const At& at) {
    lap_ = Clock::now();
    std::size_t steps = 1;
    for (std::size_t s = 0; s < samples.distinct(); ++s) steps = std::max(steps, samples[s].steps());
    const std::size_t fit = device_.memory().limit() / 3 / Golden::bytes_of_sample(network_, steps);
    std::size_t block = std::clamp<std::size_t>(fit, 1, most_samples);
    std::size_t first = 0;
    now_.forget();
    bool released = false;     // nothing is held that could be given back
    bool copies_ahead = true;  // as long as there is room for it
    std::size_t turn = 0;
    const Settled settled{device_};
    while (first < all) {
      const bool copied = now_.size > 0;
      const std::size_t count = copied ? now_.size : std::min(block, all - first);
      try {
        if (!copied) {
          staged_[turn].stage(samples, first, count, network_.inputs);
          now_.copy_ahead(device_, staged_[turn]);
        }
        device_.wait_ahead();
        lap(DevicePhase::copies);
        golden_.run(now_);
        flipped_.forget();
        prepare(first, count);
        ahead_.forget();
        if (copies_ahead && first + count < all) {  // into the memory of the block before
          staged_[1 - turn].stage(samples, first + count, std::min(block, all - first - count), network_.inputs);
          ahead_.copy_ahead(device_, staged_[1 - turn]);
        }
        lap(DevicePhase::golden);
      } catch (const std::exception& error) {
        if (!device_.is_memory_short(error)) throw;
        device_.synchronize();
        release_runs();
        release_injections();
        golden_.release();
        now_.release();
        ahead_.release();
        if (count == 1 && released && !copies_ahead)
          throw DeviceTooSmall("the golden run of one sample", device_.memory().limit());
        copies_ahead = copies_ahead && !(count == 1 && released);
        released = true;
        block = std::max<std::size_t>(1, std::min(block, count) / 2);
        continue;
      }
      at(first, count);
      first += count;
      released = false;
      device_.synchronize();
      std::swap(now_, ahead_);
      turn = 1 - turn;
    }
  }

  // ---- injections ----

  /// Calls `prepare(first, count)` before each block of samples, perhaps more than once; `go_on()`, which may throw,
  /// between blocks of injections; `bring()` where runs have left readouts that differ, `taken_`, which brings them to
  /// the host; and then `tell(first sample, faults)`, which hands them on.
  template <class Prepare, class GoOn, class Bring, class Tell>
  Decisions inject_all(std::span<const Fault> faults, const SampleRange& samples, const Prepare& prepare,
                       const GoOn& go_on, const Bring& bring, const Tell& tell) {
    lap_ = Clock::now();
    const DeviceFaults sorted = sort_faults(network_, faults);
    lap(DevicePhase::faults);
    Decisions decisions;
    decisions.add(Decision::equivalent, std::uint64_t{sorted.equivalent} * samples.size());
    if (sorted.parts.empty()) return decisions;
    each_block(samples, samples.size(), prepare, [&](std::size_t first_sample, std::size_t sample_count) {
      for (const DeviceFaults::Part& part : sorted.parts) {
        const std::size_t bytes_of_fault = sizeof(DeviceFault) + sample_count * (sizeof(Fate) + sizeof(std::uint32_t));
        std::size_t most = std::max<std::size_t>(
            1, std::min(most_injections / sample_count, device_.memory().left() / 4 / bytes_of_fault));
        const auto faults_of = [&](std::size_t first, std::size_t count) {
          return std::span(part.faults).subspan(first, count);
        };
        for_halves(
            part.faults.size(), most, "a fault in a block of samples",
            [&] {
              release_injections();
              ahead_.release();
            },
            [&](std::size_t first, std::size_t count) {
              go_on();
              judge_faults(part.group, faults_of(first, count), decisions);
            },
            [&](std::size_t first, std::size_t count) {
              run_changed(
                  part.group, faults_of(first, count), bring, [&] { tell(first_sample, faults_of(first, count)); },
                  decisions);
            });
      }
    });
    return decisions;
  }

  /// Calls `work(first, count)` for parts of [0, count), at most `most` at once and half of them where memory is short,
  /// and `then(first, count)` behind each part that is done. `release()` gives back what an attempt leaves but the
  /// runs.
  template <class Release, class Work, class Then>
  void for_halves(std::size_t count, std::size_t& most, const char* what, const Release& release, const Work& work,
                  const Then& then) {
    bool released = false;  // nothing is held that could be given back
    for (std::size_t first = 0; first < count;) {
      const std::size_t now = std::min(count - first, most);
      try {
        work(first, now);
      } catch (const std::exception& error) {
        if (!device_.is_memory_short(error)) throw;
        device_.synchronize();
        release_runs();
        release();
        if (now == 1 && released) throw DeviceTooSmall(what, device_.memory().limit());
        released = true;
        most = std::max<std::size_t>(1, now / 2);
        continue;
      }
      released = false;
      then(first, now);
      first += now;
    }
  }

  /// Finds what becomes of faults in their own stage.
  void judge_faults(const FaultGroup& group, std::span<const DeviceFault> faults, Decisions& decisions) {
    const std::size_t injections = faults.size() * golden_.samples();
    faults_.assign(faults);
    fate_.resize(injections);
    first_.resize(injections);
    find_fates(group, faults);
    const auto count = [&](Fate fate) {
      return std::uint64_t{selection_.count(injections, detail::HasFate{fate_.data(), fate})};
    };
    const std::uint64_t silent = count(Fate::silent);
    const std::uint64_t analytic = count(Fate::analytic);
    const std::uint64_t unchanged = count(Fate::unchanged);
    selection_.select(injections, detail::HasFate{fate_.data(), Fate::changed}, changed_);
    decisions.add(Decision::silent, silent);
    decisions.add(Decision::analytic, analytic);
    decisions.add(Decision::unchanged, unchanged);
    lap(DevicePhase::activation);
  }

  /// Carries the injections that change something.
  template <class Bring, class Tell>
  void run_changed(const FaultGroup& group, std::span<const DeviceFault> faults, const Bring& bring, const Tell& tell,
                   Decisions& decisions) {
    std::uint64_t merged = 0;
    std::size_t leaders = 0;
    runs_at_once_ = std::min(most_runs, 2 * runs_at_once_);  // other faults may leave less
    for_halves(changed_.size(), runs_at_once_, "one faulty run", [] {},
               [&](std::size_t first, std::size_t count) {
                 leaders = carry_runs(group, faults.size(), first, count);
                 lap(DevicePhase::propagation);
                 selection_.select(
                     count,
                     detail::ReadoutDiffers{readout_.data(), golden_.readout(), sample_of_.data(), network_.classes},
                     taken_);
                 bring();
               },
               [&](std::size_t, std::size_t count) {
                 merged += count - leaders;
                 tell();
                 lap(DevicePhase::results);
               });
    decisions.add(Decision::merged, merged);
    decisions.add(meets_lateral_weights(group.stage) ? Decision::replayed : Decision::carried,
                  changed_.size() - merged);
  }

  bool meets_lateral_weights(std::size_t stage) const {
    for (; stage < network_.stages(); ++stage)
      if (network_.find(stage, LayerKind::lateral) != DeviceLayer::none) return true;
    return false;
  }

  /// Whether the sums that faults of a group strike are pooled before they reach neurons.
  bool is_pooled(const FaultGroup& group) const {
    return group.in_sums() && network_.layers[group.layer + 1].kind == LayerKind::pooling;
  }
  bool has_lateral(std::size_t stage) const { return network_.find(stage, LayerKind::lateral) != DeviceLayer::none; }

  FaultySums faulty_sums(const FaultGroup& group) const {
    FaultySums faulty;
    faulty.group = group;
    if (!group.in_sums() && !group.in_lateral_sums()) return faulty;
    faulty.synapses = golden_.synapses(group.layer);
    faulty.x = golden_.activity(group.layer);
    return faulty;
  }

  StruckSums struck_sums(const FaultGroup& group) const {
    return {faulty_sums(group), golden_.out(group.layer), golden_.steps_of(),
            faults_.data(),     fault_of_.data(),         sample_of_.data()};
  }

  void find_fates(const FaultGroup& group, std::span<const DeviceFault> faults) {
    if (is_pooled(group))
      return device_for_each(device_, fate_.size(),
                             FindSumFate{struck_sums(group), faults.size(), fate_.data(), first_.data()});
    at_stage(group.stage, [&]<class Model, class Read>() {
      const auto view = golden_.template neurons<Model>(group.stage);
      const auto find = [&]<bool InSums>(std::bool_constant<InSums>) {
        IntervalsView intervals;
        if constexpr (InSums) intervals = find_intervals<Model, Read>(group, view, faults);
        device_for_each(device_, fate_.size(),
                        FindFate<Model, Read, InSums>{view, faulty_sums(group), intervals, faults_.data(),
                                                      faults.size(), fate_.data(), first_.data()});
      };
      group.in_sums() || group.in_lateral_sums() ? find(std::true_type{}) : find(std::false_type{});
    });
  }

  /// The intervals of a group's weights, where there may be any.
  template <class Model, class Read, class View>
  IntervalsView find_intervals(const FaultGroup& group, const View& view, std::span<const DeviceFault> faults) {
    if constexpr (RespondingModel<Model> && !is_recurrent_model<Model> && !reads_potential<Read>()) {
      const DeviceLayer& layer = network_.layers[group.layer];
      if (group.strikes == Strikes::weight && layer.geometry.is_dense() && !layer.all_inputs)
        return intervals_.find(view, golden_.synapses(group.layer), golden_.activity(group.layer), golden_.samples(),
                               faults);
    }
    return {};
  }

  /// Whether more than the spikes of a stage matters.
  template <class Read>
  static constexpr bool reads_potential() {
    if constexpr (std::is_void_v<Read>)
      return false;
    else if constexpr (requires { Read::reads_potential; })
      return Read::reads_potential;
    else
      return true;
  }

  /// Runs that are carried on, and where their readouts go: golden ones at first.
  struct Carried {
    std::size_t size;
    const std::uint32_t* sample_of;
    float* readout;  // (runs, classes)
  };

  /// Carries some of the changed injections to their readouts; returns how many were carried for all.
  std::size_t carry_runs(const FaultGroup& group, std::size_t faults, std::size_t first, std::size_t runs) {
    fault_of_.resize(runs);
    sample_of_.resize(runs);
    first_of_.resize(runs);
    device_for_each(device_, runs,
                    detail::BeginRuns{changed_.data() + first, first_.data(), faults, fault_of_.data(),
                                      sample_of_.data(), first_of_.data()});
    const Carried all = begin(runs, sample_of_.data(), readout_);
    list_.clear();
    if (is_pooled(group)) {
      lists_.emit(runs * group.reach, struck_sums(group), list_);
      lap(DevicePhase::struck);
      carry_on(group.layer + 1, true, all);
      return runs;
    }
    if (has_lateral(group.stage)) {
      carry_recurrent(group, all);
      return runs;
    }
    if (leaves_flips(group) && find_flips(group, all)) return carry_flips(group.stage, all);
    at_struck(group, all, [&]<class Read, class Model, bool InSums>(const StruckRuns<Model, InSums>& struck) {
      leave<Read>(runs * group.reach, StruckNeurons<Model, InSums>{struck}, all.readout, list_, group.reach == 1);
    });
    if (group.stage + 1 == network_.stages()) {
      lap(DevicePhase::struck);
      return runs;
    }
    const std::size_t neurons = network_.layers[network_.neurons[group.stage]].outputs;
    merged_.merge(runs, std::uint64_t{golden_.steps()} * neurons, sample_of_.data(), list_, other_);
    const Carried leaders = begin(merged_.size(), merged_.sample_of(), leader_readout_);
    lap(DevicePhase::struck);
    carry_on(network_.neurons[group.stage] + 1, false, leaders);
    merged_.share(network_.classes, leaders.readout, runs, all.readout);
    return leaders.size;
  }

  /// Calls `f<Readout>(struck)` with the runs of a group's faults.
  template <class F>
  void at_struck(const FaultGroup& group, const Carried& runs, const F& f) {
    at_stage(group.stage, [&]<class Model, class Read>() {
      const auto call = [&]<bool InSums>(std::bool_constant<InSums>) {
        f.template operator()<Read>(StruckRuns<Model, InSums>{golden_.template neurons<Model>(group.stage),
                                                              faulty_sums(group), faults_.data(), fault_of_.data(),
                                                              runs.sample_of});
      };
      group.in_sums() || group.in_lateral_sums() ? call(std::true_type{}) : call(std::false_type{});
    });
  }

  /// What items that follow neurons leave: changed spikes, by step, or readouts in the last stage.
  template <class Read, class Items>
  void leave(std::size_t count, const Items& items, float* readout, ChangedList<Device>& spikes,
             bool in_order = false) {
    const FollowedNeurons<Read, Items> followed{items, readout};
    if constexpr (std::is_void_v<Read>) {
      lists_.emit(count, followed, spikes);
      if (!in_order) lists_.sort(spikes);
    } else {
      device_for_each(device_, count, followed);
    }
  }

  /// Carries faults of a stage with lateral weights.
  void carry_recurrent(const FaultGroup& group, const Carried& runs) {
    RunStarts starts{group.in_sums() ? nullptr : first_of_.data(), nullptr};
    if (group.reach == 1)
      at_struck(group, runs, [&]<class Read, class Model, bool InSums>(const StruckRuns<Model, InSums>& struck) {
        if constexpr (std::is_void_v<Read>) starts = recurrent_.start(struck, runs.size, first_of_.data());
      });
    if (group.in_sums()) lists_.emit(runs.size * group.reach, struck_sums(group), list_);
    lap(DevicePhase::struck);
    at_stage(group.stage, [&]<class Model, class Read>() {
      if (group.in_sums()) return carry_neurons<Model, Read>(group.stage, runs, starts);
      const std::size_t lateral = network_.find(group.stage, LayerKind::lateral);
      recurrent_.template run_struck<Model, Read>(
          golden_.template neurons<Model>(group.stage), golden_.synapses(lateral), golden_.activity(lateral), group,
          faults_.data(), runs.size, fault_of_.data(), runs.sample_of, starts, runs.readout, list_);
    });
    carry_on(network_.neurons[group.stage] + 1, false, runs);
  }

  /// Whether faults of a group strike one neuron each, whose spikes a fully connected layer with finite weights takes
  /// on to neurons.
  bool leaves_flips(const FaultGroup& group) const {
    if (group.reach != 1 || has_lateral(group.stage) || group.stage + 1 == network_.stages()) return false;
    const std::size_t next = network_.neurons[group.stage] + 1;
    const DeviceLayer& layer = network_.layers[next];
    return layer.kind == LayerKind::synaptic && layer.geometry.is_dense() && !layer.all_inputs &&
           network_.layers[next + 1].kind == LayerKind::neuron;
  }

  bool find_flips(const FaultGroup& group, const Carried& runs) {
    bool found = false;
    at_struck(group, runs, [&]<class Read>(const auto& struck) {
      if constexpr (std::is_void_v<Read>) found = flipped_.find(struck, runs.size, first_of_.data());
    });
    return found;
  }

  /// Carries the flips of a stage on; returns how many runs were carried for all.
  std::size_t carry_flips(std::size_t stage, const Carried& all) {
    merged_.find(all.size, flipped_.flips(), all.sample_of);
    const Carried leaders = begin(merged_.size(), merged_.sample_of(), leader_readout_);
    lap(DevicePhase::struck);
    const std::size_t layer = network_.neurons[stage] + 1;
    const FlippedSums sums = flipped_.sums(layer, golden_.synapses(layer), golden_.activity(layer), golden_.out(layer),
                                           golden_.samples(), leaders.size, merged_.leader());
    at_stage(stage + 1, [&]<class Model, class Read>() {
      const FlippedNeurons<Model> neurons{golden_.template neurons<Model>(stage + 1), flipped_.flips(), sums,
                                          merged_.leader()};
      leave<Read>(leaders.size * neurons.view.neurons, neurons, leaders.readout, list_);
    });
    carry_on(layer + 2, false, leaders);
    merged_.share(network_.classes, leaders.readout, all.size, all.readout);
    return leaders.size;
  }

  Carried begin(std::size_t runs, const std::uint32_t* sample_of, DeviceBuffer<float, Device>& readout) {
    readout.resize(runs * network_.classes);
    device_for_each(device_, readout.size(),
                    detail::BeginReadouts{golden_.readout(), sample_of, network_.classes, readout.data()});
    return {runs, sample_of, readout.data()};
  }

  /// Carries `list_`, the changed values that flow into `layer`, to the readouts.
  void carry_on(std::size_t layer, bool by_neuron, const Carried& runs) {
    for (; layer < network_.layers.size() && list_.size() > 0; ++layer) {
      const DeviceLayer& l = network_.layers[layer];
      if (l.kind == LayerKind::lateral) continue;
      if (l.kind != LayerKind::neuron) {
        if (by_neuron) lists_.from_neurons_to_steps(list_, l.inputs, golden_.steps());
        const LayerKind next = network_.layers[layer + 1].kind;
        by_neuron = next == LayerKind::neuron || next == LayerKind::lateral;
        const SynapseView synapses = l.kind == LayerKind::synaptic ? golden_.synapses(layer) : SynapseView{};
        lists_.carry(l, synapses, golden_.activity(layer), golden_.out(layer), runs.size, runs.sample_of, list_,
                     by_neuron, other_);
        std::swap(list_, other_);
        continue;
      }
      at_stage(l.stage, [&]<class Model, class Read>() { carry_neurons<Model, Read>(l.stage, runs); });
      by_neuron = false;
    }
  }

  template <class Model, class Read>
  void carry_neurons(std::size_t stage, const Carried& runs, const RunStarts& starts = {}) {
    const auto view = golden_.template neurons<Model>(stage);
    if (has_lateral(stage)) {
      const std::size_t lateral = network_.find(stage, LayerKind::lateral);
      recurrent_.template run_changed<Model, Read>(view, golden_.synapses(lateral), golden_.activity(lateral), list_,
                                                   runs.size, runs.sample_of, starts, runs.readout, other_);
    } else {
      const auto& begin = lists_.neurons_of(list_, golden_.steps());
      leave<Read>(begin.size(),
                  ChangedNeurons<Model>{view, list_.key.data(), list_.value.data(), list_.size(), begin.data(),
                                        begin.size(), runs.sample_of},
                  runs.readout, other_);
    }
    if constexpr (std::is_void_v<Read>) std::swap(list_, other_);
  }

  /// Calls `f<Model, Readout>()` with the types of a stage; the readout is void but for the last one.
  template <class F>
  void at_stage(std::size_t stage, const F& f) {
    [&]<std::size_t... S>(std::index_sequence<S...>) {
      (void)((S == stage && (f.template operator()<std::tuple_element_t<S, std::tuple<Models...>>,
                                                   std::conditional_t<S + 1 == sizeof...(Models), Readout, void>>(),
                             true)) ||
             ...);
    }(std::index_sequence_for<Models...>{});
  }

  // ---- results ----

  /// What differs in the end, on the host.
  struct Told {
    std::vector<float> readout;         // (taken, classes)
    std::vector<std::uint32_t> fault;   // in the list
    std::vector<std::uint32_t> sample;  // in the block, ascending
  };

  /// Brings what differs in the end to the host.
  void take_readouts() {
    const std::size_t count = taken_.size();
    taken_readout_.resize(count * network_.classes);
    taken_fault_.resize(count);
    taken_sample_.resize(count);
    device_for_each(
        device_, count,
        detail::GatherRuns{taken_.data(), readout_.data(), fault_of_.data(), sample_of_.data(), faults_.data(),
                           network_.classes, taken_readout_.data(), taken_fault_.data(), taken_sample_.data()});
    told_.readout.resize(count * network_.classes);
    told_.fault.resize(count);
    told_.sample.resize(count);
    taken_readout_.fetch(told_.readout.data(), 0, told_.readout.size());
    taken_fault_.fetch(told_.fault.data(), 0, count);
    taken_sample_.fetch(told_.sample.data(), 0, count);
  }

  /// Counts what differs in the end by fault and code.
  void count_runs() {
    const std::size_t taken = taken_.size();
    keys_.resize(taken);
    device_for_each(device_, taken,
                    detail::JudgeRuns{taken_.data(), readout_.data(), fault_of_.data(), sample_of_.data(),
                                      scores_.data(), network_.classes, keys_.data()});
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

  void tell(std::size_t first_sample, ReadoutSink& sink) const {
    for (std::size_t i = 0; i < told_.fault.size();) {
      std::size_t end = i + 1;
      while (end < told_.fault.size() && told_.sample[end] == told_.sample[i]) ++end;
      sink.take(first_sample + told_.sample[i], std::span(told_.fault).subspan(i, end - i),
                std::span(told_.readout).subspan(i * network_.classes, (end - i) * network_.classes));
      i = end;
    }
  }

  struct Counted {
    std::vector<std::uint64_t> key;
    std::vector<std::uint64_t> count;
  };

  void release_injections() {
    faults_.release();
    fate_.release();
    first_.release();
    changed_.release();
    fault_of_.release();
    sample_of_.release();
    first_of_.release();
  }

  void release_runs() {
    keys_.release();
    counted_key_.release();
    counted_count_.release();
    intervals_.release();
    list_.key.release();
    list_.value.release();
    other_.key.release();
    other_.value.release();
    lists_.release();
    recurrent_.release();
    merged_.release();
    flipped_.release();
    leader_readout_.release();
    readout_.release();
    selection_.release();
    taken_.release();
    taken_readout_.release();
    taken_fault_.release();
    taken_sample_.release();
  }

  Device& device_;
  DeviceNetwork network_;
  DeviceTimes times_;
  Clock::time_point lap_;
  std::size_t runs_at_once_ = most_runs;  // halved where they do not fit
  DeviceBuffer<float, Device> parameters_;
  Golden golden_;
  DeviceSamples<Device> now_;
  DeviceSamples<Device> ahead_;
  StagedSamples<Device> staged_[2];

  // of a block of injections
  DeviceBuffer<DeviceFault, Device> faults_;
  DeviceBuffer<Fate, Device> fate_;
  DeviceBuffer<std::uint32_t, Device> first_;
  DeviceBuffer<std::uint64_t, Device> changed_;  // injections

  // of runs
  DeviceBuffer<std::uint32_t, Device> fault_of_;
  DeviceBuffer<std::uint32_t, Device> sample_of_;
  DeviceBuffer<std::uint32_t, Device> first_of_;
  DeviceBuffer<float, Device> readout_;
  DeviceIntervals<Device> intervals_;
  ChangedList<Device> list_;
  ChangedList<Device> other_;
  ChangedLists<Device> lists_;
  RecurrentRuns<Device> recurrent_;
  MergedRuns<Device> merged_;
  FlippedRuns<Device> flipped_;
  DeviceBuffer<float, Device> leader_readout_;  // (leaders, classes)
  DeviceSelection<Device> selection_;
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
