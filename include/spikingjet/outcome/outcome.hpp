// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/outcome/record.hpp>
#include <spikingjet/outcome/score.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cmath>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace spikingjet {

/// What one injection did to the output.
enum class Outcome : std::uint8_t {
  masked,        // same class, equal top-1 score
  sdc_0_5,       // same class, top-1 score off by less than 5 %
  sdc_5_10,      // by 5 % up to less than 10 %
  sdc_10_20,     // by 10 % up to less than 20 %
  sdc_20,        // by 20 % or more
  sdc_critical,  // another class
  due,           // a readout value NaN or infinite
};

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
  GoldenOutcome(std::span<const float> readout, std::optional<std::uint32_t> label, std::size_t sample)
      : readout_(readout.begin(), readout.end()), label_(label) {
    if (!std::all_of(readout.begin(), readout.end(), is_finite)) throw GoldenNotFinite(sample);
    top_ = top_class(readout_.data(), readout_.size());
    score_ = top_score(readout_.data(), readout_.size());
  }

  std::span<const float> readout() const { return readout_; }     // (classes)
  std::size_t top() const { return top_; }
  float score() const { return score_; }
  std::optional<std::uint32_t> label() const { return label_; }
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
    if (top_class(faulty.data(), faulty.size()) != top_) return Outcome::sdc_critical;
    const double golden = double(score_);
    const double difference = std::abs(double(top_score(faulty.data(), faulty.size())) - golden) / golden;
    if (difference == 0) return Outcome::masked;
    if (difference < 0.05) return Outcome::sdc_0_5;
    if (difference < 0.10) return Outcome::sdc_5_10;
    if (difference < 0.20) return Outcome::sdc_10_20;
    return Outcome::sdc_20;
  }

  /// Adds an injection that left `faulty` to the record of its fault.
  void count(std::span<const float> faulty, FaultRecord& record) const {
    ++record.samples;
    if (same_bits(faulty)) {
      ++record.unchanged;
      ++record.masked;
      record.correct += correct();
      return;
    }
    const Outcome outcome = classify(faulty);
    record.masked += outcome == Outcome::masked;
    record.sdc_critical += outcome == Outcome::sdc_critical;
    record.due += outcome == Outcome::due;
    if (outcome >= Outcome::sdc_0_5 && outcome <= Outcome::sdc_20)
      ++record.band[static_cast<std::size_t>(outcome) - static_cast<std::size_t>(Outcome::sdc_0_5)];
    record.correct += label_ && outcome != Outcome::due && top_class(faulty.data(), faulty.size()) == *label_;
  }

 private:
  std::vector<float> readout_;  // (classes)
  std::optional<std::uint32_t> label_;
  std::size_t top_ = 0;
  float score_ = 0;
};

}  // namespace spikingjet
