// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spikingjet {

/// What a remark is about.
enum class RemarkKind : std::uint8_t {
  reset,            // trained with another reset than the network has
  decay,            // outside [0, 1]
  threshold,        // one that silences a neuron or lets it fire at rest
  constants,        // constants of a neuron that cannot be meant together
  left_over,        // an array of a layer of the network that this layer has no use for
  quantised,        // words of a quantised format in place of values
  steps,            // another number of steps than the program's
  swapped_axes,     // steps before samples
  classes_left_out, // classes of the data of which no sample was taken
  silent_output,    // an output layer without a spike
  ties,             // predictions that the lowest index decides
  one_class,        // one class predicted for all samples
  accuracy,         // no better than guessing
  not_finite,       // potentials that are NaN or infinite without a fault
  silent_layer,     // a layer behind the input without a spike
  saturated_layer,  // a layer whose neurons fire in every step
};

/// The word of a kind, as docs/checks.md has it.
constexpr std::string_view remark_name(RemarkKind kind) {
  constexpr std::string_view names[] = {
      "reset",    "decay",        "threshold",        "constants",      "left over", "quantised",
      "steps",    "swapped axes", "classes left out", "silent output",  "ties",      "one class",
      "accuracy", "not finite",   "silent layer",     "saturated layer"};
  return names[static_cast<std::size_t>(kind)];
}

/// Something that network, weights and data say differently, or that a golden run shows to be unlikely: what may be
/// meant and is told, because a wrong number would look like any other.
///
/// `sentence` has the culprit, the rule and the cure; `arrays` are those of a weights file that it says are not used.
struct Remark {
  RemarkKind kind;
  std::string sentence;
  std::vector<std::string> arrays{};
};

}  // namespace spikingjet
