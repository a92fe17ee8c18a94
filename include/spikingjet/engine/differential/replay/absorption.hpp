// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/engine/differential/replay/node.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace spikingjet {

/// Knows where a tiny input in place of a zero is lost in the sums of a convolution: every sum that it is added to is
/// so large that rounding gives the same sum again.
///
/// For golden sums: no other tap of the unit may have changed. Proof: docs/concepts/engines.md, "Absorption".
///
/// **Laws** a unit's sums with an input that it absorbs have golden bits, in every channel.
template <class One>
class Absorption {
 public:
  static constexpr float most_input = 0x1p-40F;

  /// Nothing is known of the next sample.
  void forget() {
    for (Known& known : known_) {
      known.of_unit.clear();
      known.of_input.clear();
    }
  }

  /// Whether a unit's sums in a step stay, when one of its zero inputs becomes this and no other input changes.
  bool unit_absorbs(std::size_t n, const CircuitNode& node, std::size_t step, std::size_t unit, float input) {
    if (input == 0.0F) return true;
    Known& known = known_of(n, node);
    return is_lost(known, least_of_unit(known, node, step, unit), input);
  }

  /// The same for all units that the input reaches.
  bool all_units_absorb(std::size_t n, const CircuitNode& node, std::size_t step, std::size_t flat, float input) {
    if (input == 0.0F) return true;
    Known& known = known_of(n, node);
    const std::size_t group = flat / node.geometry.in.size() / node.geometry.channels_in_group();
    float& least =
        known
            .of_input[(step * node.geometry.groups + group) * node.geometry.in.size() + flat % node.geometry.in.size()];
    if (least == unknown) {
      least = std::numeric_limits<float>::infinity();
      node.each_unit_reached_from(flat, [&](std::size_t unit, std::size_t) {
        least = std::min(least, least_of_unit(known, node, step, unit));
      });
    }
    return is_lost(known, least, input);
  }

 private:
  static constexpr float unknown = -1;

  /// What is known of a convolution.
  struct Known {
    float largest = -1;           // magnitude of a weight; infinite where one is not finite
    std::vector<float> of_unit;   // (steps, units) the smallest magnitude among its sums
    std::vector<float> of_input;  // (steps, groups, input positions) among those of all units that it reaches
  };

  Known& known_of(std::size_t n, const CircuitNode& node) {
    if (known_.size() <= n) known_.resize(n + 1);
    Known& known = known_[n];
    if (known.of_unit.empty()) {
      const std::size_t steps = (node.first_tap.size() - 1) / node.units();
      known.of_unit.assign(steps * node.units(), unknown);
      known.of_input.assign(steps * node.geometry.groups * node.geometry.in.size(), unknown);
    }
    if (known.largest < 0)
      for (std::size_t e = 0, taps = node.geometry.taps(); e < taps * node.geometry.channels_out; ++e) {
        const float w = std::abs(node.weights[node.weight_place(e / taps, e % taps)]);
        known.largest = is_finite(w) ? std::max(known.largest, w) : std::numeric_limits<float>::infinity();
      }
    return known;
  }

  static float least_of_unit(Known& known, const CircuitNode& node, std::size_t step, std::size_t unit) {
    float& least = known.of_unit[step * node.units() + unit];
    if (least == unknown) least = least_sum(node, step, unit);
    return least;
  }

  static bool is_lost(const Known& known, float least, float input) {
    return least > 0 && double(least) >= 0x1p30 * double(known.largest) * std::abs(double(input));
  }

  /// The smallest magnitude among the golden sums of a unit, the partial ones before each tap and the whole one, of all
  /// its channels. Partial sums of zero are left out; 0, which absorbs nothing, where a whole sum is zero or not
  /// finite.
  static float least_sum(const CircuitNode& node, std::size_t step, std::size_t unit) {
    const std::size_t first = unit % node.geometry.groups * node.geometry.channels_out_group();
    const One zero(0.0F);
    float least = std::numeric_limits<float>::infinity();
    for (std::size_t r = 0; r < node.group_registers; ++r) {
      const std::size_t channel = r * One::lanes;
      One sum = node.bias ? One::load(node.bias + first + channel) : zero;
      One smallest(std::numeric_limits<float>::infinity());
      const auto note = [&] {
        const One size = magnitude_of(sum);
        smallest = select(size > zero, select(size < smallest, size, smallest), smallest);
      };
      note();
      for (const Tap& tap : node.taps_of(step, unit)) {
        sum = sum + One::load(node.weights + tap.weights + channel) * One(tap.value);
        note();
      }
      smallest = select((sum - sum) == zero, select(sum == zero, zero, smallest), zero);
      std::array<float, One::lanes> of_channel;
      smallest.store(of_channel.data());
      for (std::size_t l = 0; l < node.layout.filled(unit * node.group_registers + r); ++l)
        least = std::min(least, of_channel[l]);
    }
    return least;
  }

  std::vector<Known> known_;  // (nodes)
};

}  // namespace spikingjet
