// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>
#include <spikingjet/core/equal_bits.hpp>

#include <cstdint>

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

/// The outcome where the top class is the golden one: by how far its score is off, relative to the golden score.
///
/// **Source** the bands of the Python tool SpikingJET.
SPIKINGJET_HD constexpr Outcome outcome_of_scores(float faulty, float golden) {
  const double away = double(faulty) - double(golden);
  const double difference = (away < 0 ? -away : away) / double(golden);
  if (difference == 0) return Outcome::masked;
  if (difference < 0.05) return Outcome::sdc_0_5;
  if (difference < 0.10) return Outcome::sdc_5_10;
  if (difference < 0.20) return Outcome::sdc_10_20;
  return Outcome::sdc_20;
}

/// All that a record counts of one injection.
struct Verdict {
  Outcome outcome = Outcome::masked;
  bool unchanged = true;  // all readout bits equal to golden
  bool correct = false;   // the right prediction of a labelled sample

  constexpr bool operator==(const Verdict&) const = default;
};

}  // namespace spikingjet
