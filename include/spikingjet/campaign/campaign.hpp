// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/campaign/block.hpp>
#include <spikingjet/campaign/errors.hpp>
#include <spikingjet/campaign/injection_counter.hpp>
#include <spikingjet/campaign/options.hpp>
#include <spikingjet/campaign/progress.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/parallel.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/differential/differential_engine.hpp>
#include <spikingjet/engine/engine.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/outcome/injection_bytes.hpp>
#include <spikingjet/outcome/outcome.hpp>
#include <spikingjet/outcome/own_outcome.hpp>
#include <spikingjet/outcome/record.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// Runs every fault of a list on every sample and classifies what happens, block by block.
///
/// Blocks decide only when results are handed on, never what they are.
///
/// **Laws** records and outcomes depend on network, parameters, faults and samples alone: not on threads, blocks or the
/// machine. The outcomes of a fault are those that its record counts.
/// **Errors** `EmptyCampaign`, `InputShapeMismatch`, `LabelsMismatch`, `BadSample`, `TooManySamples`,
/// `GoldenNotFinite` on construction;
/// `FaultOutside`, `FaultNotCompiled` and `FaultBeyondRun` from `run`, and `NotASpike` from the differential engine.
/// **Example** `Campaign<Flips>(parameters, dataset).run(faults, [&](const CampaignBlock& block) { ... });`
template <class Injector, class Engine = DifferentialEngine<Injector>>
class Campaign {
 public:
  using Net = typename Injector::Network;

  static constexpr std::uint64_t most_samples = most_campaign_samples;
  static constexpr std::uint64_t most_kept = std::uint64_t{1} << 27;  // values of readouts of one fault

  Campaign(Parameters<Net> parameters, const Dataset& dataset)
      : Campaign(std::move(parameters), dataset, SampleRange(dataset)) {}

  /// `dataset` must outlive the campaign; `samples` may repeat it; what follows goes to the engine.
  template <class... EngineOptions>
  Campaign(Parameters<Net> parameters, const Dataset& dataset, SampleRange samples,
           const EngineOptions&... engine_options)
      : engine_(std::move(parameters), engine_options...), samples_(samples) {
    if (dataset.size() == 0 || samples.size() == 0) throw EmptyCampaign("sample");
    if (samples.size() > most_samples) throw TooManySamples(samples.size(), most_samples);
    if (dataset.shape.size() != Net::input.size()) throw InputShapeMismatch(Net::input, dataset.shape);
    if (!dataset.labels.empty() && dataset.labels.size() != dataset.size())
      throw LabelsMismatch(dataset.labels.size(), dataset.size());
    for (std::size_t s = 0; s < samples_.distinct(); ++s) check(s);
    const Clock::time_point start = Clock::now();
    const std::vector<float> readouts = engine_.golden(samples_);
    golden_seconds_ = since(start) * double(samples_.size()) / double(samples_.distinct());
    golden_ = detail::golden_outcomes(readouts, samples_);
  }

  /// The golden run: one entry for each distinct sample.
  std::span<const GoldenOutcome> golden() const { return golden_; }

  const SampleRange& samples() const { return samples_; }
  const Parameters<Net>& parameters() const { return engine_.parameters(); }
  const Engine& engine() const { return engine_; }

  /// Injects all faults in order and hands on each finished block. Ends early once `stop()` is true, which any thread
  /// may ask at any time; a block that is not finished is dropped. Returns whether all faults were injected.
  bool run(
      const FaultList& faults, const std::function<void(const CampaignBlock&)>& finished,
      const CampaignOptions& options = {}, const std::function<bool()>& stop = [] { return false; }) {
    if (faults.size() == 0) throw EmptyCampaign("fault");
    require_possible(options);
    require_windows_in_run(faults);

    Progress progress{.all_faults = faults.size()};
    const Clock::time_point start = Clock::now();
    BlockSize size(*this, options);
    while (progress.faults < faults.size()) {
      if (stop()) return false;
      std::uint64_t end = faults.size();
      if (options.block_end) end = std::clamp(options.block_end(progress.faults), progress.faults + 1, end);
      const std::uint64_t count = std::min(size.planned(), end - progress.faults);
      const Clock::time_point block_start = Clock::now();
      copy_faults(faults, progress.faults, count);
      copy_golden_readouts(options.keep_readouts ? count : 0);
      detail::InjectionCounter counter(
          progress.faults, count, samples_.size(), golden_,
          [&stop] {
            if (stop()) throw Stopped{};
          },
          {.readouts = readouts_,
           .own = options.own_outcomes,
           .outcomes = options.keep_outcomes,
           .gathered = GatheringEngine<Engine>,
           .most_held = count > 1 ? size.most_held() : std::numeric_limits<std::uint64_t>::max()});
      Decisions decisions;
      try {
        decisions = engine_.inject(faults_, samples_, counter);
      } catch (const detail::BlockCrowded&) {
        size.crowded(count);
        continue;
      } catch (const Stopped&) {
        return false;
      }
      const double seconds = hand_on(counter, decisions, options, block_start, start, progress, finished);
      size.took(count, seconds, counter.held());
    }
    return true;
  }

 private:
  using Clock = std::chrono::steady_clock;

  /// Ends a block from within.
  struct Stopped {};

  /// How many faults the next block has: about so much work as was asked for, and not more than may be held.
  class BlockSize {
   public:
    BlockSize(const Campaign& campaign, const CampaignOptions& options)
        : seconds_(std::clamp(longer_blocks * campaign.golden_seconds_, options.block_seconds,
                              most_longer * options.block_seconds)),
          most_held_(Campaign::most_held(options)) {
      const std::size_t samples = campaign.samples_.size();
      if (options.keep_readouts) most_ = std::max<std::uint64_t>(1, options.most_readouts / (samples * Net::classes));
      next_ = faults_in(seconds_, campaign.golden_seconds_ * Engine::assumed_cost);  // until the pace shows
      if (options.keep_outcomes) next_ = std::min(next_, std::max<std::uint64_t>(1, most_held_ / samples));
    }

    std::uint64_t planned() const { return std::min(next_, most_); }
    std::uint64_t most_held() const { return most_held_; }

    /// A block of so many faults held more than it may.
    void crowded(std::uint64_t faults) { next_ = faults / 4 + 1; }

    /// A block of so many faults took so long, and held so much in the end.
    void took(std::uint64_t faults, double seconds, std::uint64_t held) {
      next_ = std::min(faults_in(seconds_, seconds / double(faults)), 4 * std::max(faults, planned()) + 16);
      const double of_fault = double(held) / double(faults);
      if (held > 0) next_ = std::min(next_, static_cast<std::uint64_t>(1 + 0.75 * double(most_held_) / of_fault));
    }

   private:
    double seconds_;
    std::uint64_t most_held_;
    std::uint64_t most_ = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t next_ = 0;
  };

  /// Hands on what a counter has of the block that `faults_` is; returns how long the block took [s].
  double hand_on(detail::InjectionCounter& counter, const Decisions& decisions, const CampaignOptions& options,
                 Clock::time_point block_start, Clock::time_point start, Progress& progress,
                 const std::function<void(const CampaignBlock&)>& finished) {
    records_.assign(faults_.size(), golden_record());
    const std::vector<ChangedInjections> changed = counter.changed();
    for (std::size_t f = 0; f < faults_.size(); ++f) changed[f].apply(records_[f]);
    const std::vector<std::uint32_t> own_hits = counter.own_hits();
    const std::vector<InjectionChunk> outcomes = counter.outcomes();
    CampaignBlock block{.first = progress.faults,
                        .faults = faults_,
                        .records = records_,
                        .readouts = readouts_,
                        .own_outcomes = options.own_outcomes,
                        .own_hits = own_hits,
                        .outcomes = outcomes,
                        .decisions = decisions,
                        .seconds = since(block_start),
                        .progress = {}};
    progress.faults += faults_.size();
    progress.injections += faults_.size() * samples_.size();
    for (const FaultRecord& record : records_) progress.changed += record.sdc_critical + record.due;
    progress.seconds = since(start);
    block.progress = progress;
    finished(block);
    return block.seconds;
  }

  static double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

  void check(std::size_t s) const {
    const Sample& sample = samples_[s];
    if (sample.steps() == 0) throw BadSample(s, "has no steps; at least one is needed");
    for (std::size_t step = 0; step < sample.steps(); ++step)
      for (const std::uint32_t index : sample[step].index)
        if (index >= Net::input.size())
          throw BadSample(s, "has input " + std::to_string(index) + " in step " + std::to_string(step) +
                                 ", but the network's inputs are 0 to " + std::to_string(Net::input.size() - 1));
    if (const auto label = samples_.label(s); label && *label >= Net::classes)
      throw BadSample(s, "has label " + std::to_string(*label) + ", but the network's classes are 0 to " +
                             std::to_string(Net::classes - 1));
  }

  // A block costs a golden run of every sample. So blocks last longer than asked for where there are many samples.
  static constexpr double longer_blocks = 128;  // golden runs of all samples
  static constexpr double most_longer = 8;

  /// Faults of a block of so many seconds. Every thread keeps a record of each fault of a block.
  static std::uint64_t faults_in(double seconds, double fault_seconds) {
    const double most = std::clamp(double(1u << 22) / double(allowed_threads()), 1.0, double(1u << 18));
    return static_cast<std::uint64_t>(std::clamp(seconds / std::max(fault_seconds, 1e-9), 1.0, most));
  }

  void require_possible(const CampaignOptions& options) const {
    if (const std::uint64_t most = most_kept / Net::classes; options.keep_readouts && samples_.size() > most)
      throw TooManySamples(samples_.size(), most, " that keeps readouts");
    if (options.keep_outcomes && samples_.size() > most_kept_samples)
      throw TooManySamples(samples_.size(), most_kept_samples, " that keeps outcomes");
    for (const OwnOutcome& own : options.own_outcomes)
      if (const auto same = [&own](const OwnOutcome& other) { return other.name == own.name; };
          own.name.empty() || !own.happens ||
          std::count_if(options.own_outcomes.begin(), options.own_outcomes.end(), same) > 1)
        throw Misuse("spikingjet: the outcome '" + own.name +
                     "' of the campaign's options needs a function and a name of its own");
  }

  void require_windows_in_run(const FaultList& faults) const {
    std::size_t steps = 0;
    for (std::size_t s = 0; s < samples_.distinct(); ++s) steps = std::max(steps, samples_[s].steps());
    for (std::uint64_t f = 0; f < faults.size(); ++f)
      if (const std::uint32_t begin = faults[f].window.begin; begin >= steps) throw FaultBeyondRun(f, begin, steps);
  }

  /// How many outcomes a block may keep, or how many readouts its engine may gather for them.
  static std::uint64_t most_held(const CampaignOptions& options) {
    const std::uint64_t gathered = options.most_readouts / Net::classes;
    return std::max<std::uint64_t>(
        1, GatheringEngine<Engine> ? std::min(options.most_outcomes, gathered) : options.most_outcomes);
  }

  /// The block's faults, `size` from `first` on.
  void copy_faults(const FaultList& faults, std::uint64_t first, std::uint64_t size) {
    faults_.resize(size);
    constexpr std::uint64_t at_once = 4096;
    for_each_index((size + at_once - 1) / at_once, [&](std::size_t part) {
      for (std::uint64_t f = part * at_once; f < std::min(size, (part + 1) * at_once); ++f)
        faults_[f] = faults[first + f];
    });
  }

  /// The readouts of so many faults, as if they changed nothing.
  void copy_golden_readouts(std::uint64_t faults) {
    readouts_.resize(faults * samples_.size() * Net::classes);
    for (std::size_t row = 0; row * Net::classes < readouts_.size(); ++row) {
      const auto golden = golden_[row % samples_.size() % golden_.size()].readout();
      std::copy(golden.begin(), golden.end(), readouts_.begin() + static_cast<std::ptrdiff_t>(row * Net::classes));
    }
  }

  /// The record of a fault that changes nothing.
  FaultRecord golden_record() const {
    FaultRecord record;
    for (std::size_t s = 0; s < samples_.size(); ++s) record.add(golden_[s % golden_.size()].unharmed());
    return record;
  }

  Engine engine_;
  SampleRange samples_;
  double golden_seconds_ = 0;          // that a golden run of all samples takes, about [s]
  std::vector<GoldenOutcome> golden_;  // (distinct samples)
  std::vector<Fault> faults_;          // of the block
  std::vector<FaultRecord> records_;   // of the block
  std::vector<float> readouts_;        // (faults of the block, samples, classes)
};

}  // namespace spikingjet
