// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/parallel.hpp>
#include <spikingjet/core/pool.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/outcome/golden_score.hpp>
#include <spikingjet/outcome/injection_bytes.hpp>
#include <spikingjet/outcome/injection_packs.hpp>
#include <spikingjet/outcome/injection_rows.hpp>
#include <spikingjet/outcome/outcome.hpp>
#include <spikingjet/outcome/own_outcome.hpp>
#include <spikingjet/outcome/record.hpp>
#include <spikingjet/outcome/score.hpp>
#include <spikingjet/outcome/verdict.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet::detail {

/// Golden outcomes of the distinct samples.
///
/// **Shapes** readouts (distinct, classes), row-major.
/// **Errors** `GoldenNotFinite`.
inline std::vector<GoldenOutcome> golden_outcomes(std::span<const float> readouts, const SampleRange& samples) {
  const std::size_t classes = readouts.size() / std::max<std::size_t>(1, samples.distinct());
  std::vector<GoldenOutcome> golden;
  for (std::size_t s = 0; s < samples.distinct(); ++s)
    golden.emplace_back(readouts.subspan(s * classes, classes), samples.label(s), s);
  return golden;
}

/// What is kept of the injections of a block besides counts.
struct KeptResults {
  std::span<float> readouts{};  // (faults, samples, classes), golden before, or empty: none are kept
  std::span<const OwnOutcome> own{};
  bool outcomes = false;  // of each injection that is not masked
  bool gathered = false;  // the engine holds all readouts that it hands on
  std::uint64_t most_held = std::numeric_limits<std::uint64_t>::max();  // outcomes, or readouts that are gathered
};

/// More outcomes than a block has room for.
struct BlockCrowded {};

/// Counts what became of the injections of a block: for campaigns, and for each process of one.
///
/// Threads fill notes of their own, which are added up in the end. Outcomes are kept as one row a fault, of its
/// injections that are not masked, ascending in sample, in whatever order they came.
///
/// **Laws** records, own hits and outcomes do not depend on the order in which results come, nor on threads; counts
/// give the record that the same injections' readouts would have given.
/// **Errors** `open`, `count` and `go_on` throw `BlockCrowded` where more is held than may be, and what `go_on` throws.
class InjectionCounter final : public Results {
 public:
  /// `golden` and what `kept` refers to must outlive it. The block has so many faults from `first` on, in so many
  /// samples; `go_on()` may throw.
  ///
  /// **Shapes** golden (distinct samples).
  InjectionCounter(std::uint64_t first, std::size_t faults, std::size_t samples, std::span<const GoldenOutcome> golden,
                   std::function<void()> go_on, const KeptResults& kept = {})
      : first_(first),
        faults_(faults),
        samples_(samples),
        golden_(golden),
        go_on_(std::move(go_on)),
        kept_(kept),
        counted_(takes_counts() ? faults : 0) {}

  bool takes_counts() const override { return kept_.readouts.empty() && kept_.own.empty() && !kept_.outcomes; }
  GoldenScore golden(std::size_t sample) const override { return score_of(golden_of(sample)); }

  void go_on() override {
    go_on_();
    if (held() > kept_.most_held) throw BlockCrowded{};
  }
  std::unique_ptr<ResultBatch> open(std::size_t sample) override {
    go_on();
    return std::make_unique<Batch>(*this, sample);
  }
  void count(std::uint32_t fault, const ChangedInjections& changed) override {
    go_on();
    counted_[fault] += changed;  // counts come one at a time
  }

  // ---- what was found, once the engine has come to its end ----

  /// What each fault changed.
  std::vector<ChangedInjections> changed() {
    std::vector<ChangedInjections> sum = counted_;
    sum.resize(faults_);
    notes_.for_each([&](const Notes& notes) {
      for (std::size_t f = 0; f < sum.size(); ++f) sum[f] += notes.changed[f];
    });
    return sum;
  }

  /// How many injections of each fault had each own outcome.
  ///
  /// **Shapes** returns (own outcomes, faults).
  std::vector<std::uint32_t> own_hits() {
    std::vector<std::uint32_t> sum(kept_.own.size() * faults_);
    notes_.for_each([&](const Notes& notes) {
      for (std::size_t h = 0; h < sum.size(); ++h) sum[h] += notes.own_hits[h];
    });
    return sum;
  }

  /// The outcomes of all faults of the block, where they are kept.
  std::vector<InjectionChunk> outcomes() {
    if (!kept_.outcomes) return {};
    const InjectionPacks::Pack none = encode(InjectionRows::sorted(first_, faults_, [](const auto&) {}));
    std::vector<const InjectionPacks::Pack*> packs{&none};  // where nothing was found
    notes_.for_each([&packs](Notes& notes) {
      for (const InjectionPacks::Pack& pack : notes.outcomes.packs()) packs.push_back(&pack);
    });
    std::vector<std::vector<InjectionChunk>> parts(none.size());
    for_each_index(parts.size(),
                   [&](std::size_t k) { parts[k] = merged(packs, k, samples_, golden_.front().readout().size()); });
    std::vector<InjectionChunk> all;
    for (std::vector<InjectionChunk>& part : parts)
      for (InjectionChunk& chunk : part) all.push_back(std::move(chunk));
    return all;
  }

  /// Outcomes that are kept, or readouts that the engine gathers for them.
  std::uint64_t held() const { return held_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::uint64_t most_untold = 1024;               // held, of a batch that is open
  static constexpr std::size_t most_loose = std::size_t{1} << 21;  // outcomes, of all threads

  /// What one batch at a time notes.
  struct Notes {
    explicit Notes(const InjectionCounter& of)
        : changed(of.faults_),
          own_hits(of.kept_.own.size() * of.faults_),
          outcomes(of.first_, of.faults_, most_loose / allowed_threads()) {}
    std::vector<ChangedInjections> changed;  // (faults)
    std::vector<std::uint32_t> own_hits;     // (own outcomes, faults)
    InjectionPacks outcomes;                 // where they are kept
  };

  class Batch final : public ResultBatch {
   public:
    Batch(InjectionCounter& counter, std::size_t sample)
        : counter_(counter), notes_(counter.borrow()), golden_(counter.golden_of(sample)), sample_(sample) {}
    ~Batch() override { tell_held(); }

    void take(std::span<const std::uint32_t> faults, std::span<const float> readout) override {
      const KeptResults& kept = counter_.kept_;
      const Verdict verdict = golden_.judge(readout);
      for (const std::uint32_t f : faults) notes_->changed[f].add(golden_.unharmed(), verdict);
      if (kept.outcomes) keep(faults, verdict.outcome, readout);
      if (!kept.own.empty() && !verdict.unchanged) count_own(faults, readout);
      if (kept.readouts.empty()) return;
      for (const std::uint32_t f : faults)
        std::copy(
            readout.begin(), readout.end(),
            kept.readouts.begin() + static_cast<std::ptrdiff_t>((f * counter_.samples_ + sample_) * readout.size()));
    }

   private:
    void keep(std::span<const std::uint32_t> faults, Outcome outcome, std::span<const float> readout) {
      if (counter_.kept_.gathered || outcome != Outcome::masked) hold(faults.size());
      if (outcome == Outcome::masked) return;
      const bool critical = outcome == Outcome::sdc_critical;
      const auto top = critical ? static_cast<std::uint32_t>(top_class(readout.data(), readout.size())) : 0u;
      notes_->outcomes.add(faults, {static_cast<std::uint32_t>(sample_), outcome, top});
    }

    /// Threads would wait for each other at every result.
    void hold(std::uint64_t more) {
      held_ += more;
      if (held_ >= most_untold) tell_held();
    }

    void tell_held() { counter_.held_.fetch_add(std::exchange(held_, 0), std::memory_order_relaxed); }

    void count_own(std::span<const std::uint32_t> faults, std::span<const float> readout) {
      for (std::size_t own = 0; own < counter_.kept_.own.size(); ++own) {
        if (!counter_.kept_.own[own].happens(golden_.readout(), readout)) continue;
        for (const std::uint32_t f : faults) ++notes_->own_hits[own * counter_.faults_ + f];
      }
    }

    InjectionCounter& counter_;
    Pool<Notes>::Lease notes_;
    const GoldenOutcome& golden_;
    std::size_t sample_;
    std::uint64_t held_ = 0;  // that the counter was not told of
  };

  const GoldenOutcome& golden_of(std::size_t sample) const { return golden_[sample % golden_.size()]; }
  Pool<Notes>::Lease borrow() {
    return notes_.borrow([this] { return std::make_unique<Notes>(*this); });
  }

  std::uint64_t first_;
  std::size_t faults_;
  std::size_t samples_;
  std::span<const GoldenOutcome> golden_;
  std::function<void()> go_on_;
  KeptResults kept_;
  std::vector<ChangedInjections> counted_;  // (faults), where counts are taken
  std::atomic<std::uint64_t> held_ = 0;
  Pool<Notes> notes_;
};

}  // namespace spikingjet::detail
