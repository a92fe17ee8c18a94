// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/outcome/golden_score.hpp>
#include <spikingjet/outcome/score.hpp>
#include <spikingjet/outcome/verdict.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace spikingjet {

/// A golden readout that is NaN or infinite: nothing can be compared with it.
class GoldenNotFinite : public Misuse {
 public:
  explicit GoldenNotFinite(std::size_t refused_sample)
      : Misuse("spikingjet: the golden readout of sample " + std::to_string(refused_sample) +
               " is NaN or infinite, so no fault can be compared with it; check the weights and this sample"),
        sample(refused_sample) {}

  std::size_t sample;
};

/// What the fault-free run leaves of one sample, with all that a comparison needs.
///
/// **Errors** `GoldenNotFinite` on construction.
class GoldenOutcome {
 public:
  /// The readout of a sample, which is copied; the number of the sample is for messages.
  GoldenOutcome(std::span<const float> readout, std::optional<std::uint32_t> label, std::size_t sample)
      : readout_(readout.begin(), readout.end()), label_(label) {
    if (!std::all_of(readout.begin(), readout.end(), is_finite)) throw GoldenNotFinite(sample);
    top_ = top_class(readout_.data(), readout_.size());
    score_ = top_score(readout_.data(), readout_.size());
  }

  std::span<const float> readout() const { return readout_; }     // (classes)
  /// The top-1 class; of several largest values the lowest class.
  std::size_t top() const { return top_; }
  /// The softmax score of that class.
  float score() const { return score_; }
  std::optional<std::uint32_t> label() const { return label_; }
  /// Whether the label is known and predicted.
  bool correct() const { return label_ && *label_ == top_; }

  /// Whether a readout has the golden bits.
  bool same_bits(std::span<const float> faulty) const {
    return std::memcmp(readout_.data(), faulty.data(), faulty.size_bytes()) == 0;
  }

  /// The class of an injection that left `faulty`.
  ///
  /// **Shapes** faulty (classes).
  Outcome classify(std::span<const float> faulty) const {
    if (!std::all_of(faulty.begin(), faulty.end(), is_finite)) return Outcome::due;
    const std::size_t top = top_class(faulty.data(), faulty.size());
    if (top != top_) return Outcome::sdc_critical;
    return outcome_of_scores(top_score(faulty.data(), faulty.size(), top), score_);
  }

  /// What a record counts of an injection that left `faulty`.
  ///
  /// **Shapes** faulty (classes).
  Verdict judge(std::span<const float> faulty) const {
    if (same_bits(faulty)) return unharmed();
    const Outcome outcome = classify(faulty);
    return {outcome, false,
            label_ && outcome != Outcome::due && top_class(faulty.data(), faulty.size()) == *label_};
  }

  /// The verdict on an injection that left the golden bits.
  Verdict unharmed() const { return {Outcome::masked, true, correct()}; }

 private:
  std::vector<float> readout_;  // (classes)
  std::optional<std::uint32_t> label_;
  std::size_t top_ = 0;
  float score_ = 0;
};

/// What judging an injection takes of a golden outcome.
inline GoldenScore score_of(const GoldenOutcome& golden) {
  return {golden.score(), static_cast<std::uint32_t>(golden.top()),
          golden.label().value_or(std::uint32_t{GoldenScore::no_label})};
}

}  // namespace spikingjet
