// SPDX-License-Identifier: MIT
#pragma once

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

/// All that a record counts of one injection.
struct Verdict {
  Outcome outcome = Outcome::masked;
  bool unchanged = true;  // all readout bits equal to golden
  bool correct = false;   // the right prediction of a labelled sample

  constexpr bool operator==(const Verdict&) const = default;
};

}  // namespace spikingjet
