// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/engine/differential/neuron/presence.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/inject/strike.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace spikingjet {

/// The first step in which a strike alters the spike of a neuron, or the number of steps.
///
/// A zero of either sign is no spike for a layer behind; where the spike is `read` its bits count.
inline std::size_t first_altered_spike(const Strike& strike, const PairRecording& golden, std::size_t neuron,
                                       std::size_t steps, bool read) {
  const auto alters = [&](float spike) {
    const float altered = strike.alteration.on_state(spike);
    return read ? to_word(spike) != to_word(altered) : !(spike == altered);
  };
  const bool altered[] = {alters(0.0F), alters(1.0F)};
  for (std::size_t step = strike.window.begin; step < std::min<std::size_t>(strike.window.end, steps); ++step)
    if (altered[golden.fired(step, neuron)] && strike.window.contains(step)) return step;
  return steps;
}

/// Faults in the spikes of one neuron, a lane each: what it leaves, any float, instead of its golden spikes.
template <class V>
class SpikeLanes {
 public:
  static constexpr std::size_t lanes = V::lanes;

  /// Takes faults, at most `lanes`, of which the earliest alters step `first_step`.
  void set(std::span<const Strike> strikes, std::span<const std::uint32_t> faults, const PairRecording& golden,
           std::size_t neuron, std::size_t first_step, std::size_t steps) {
    first_step_ = first_step;
    steps_ = steps;
    present_.fill(faults.size(), first_step, steps,
                  [&](std::size_t l) -> const Window& { return strikes[faults[l]].window; });
    std::array<float, lanes> silent{};
    std::array<float, lanes> firing{};
    for (std::size_t l = 0; l < faults.size(); ++l) {
      silent[l] = strikes[faults[l]].alteration.on_state(0.0F);
      firing[l] = strikes[faults[l]].alteration.on_state(1.0F);
    }
    spike_.resize(steps * lanes);
    const V altered[] = {V::load(silent.data()), V::load(firing.data())};
    for (std::size_t step = first_step; step < steps; ++step) {
      const bool fired = golden.fired(step, neuron);
      select(present_.at(step), altered[fired], V(fired ? 1.0F : 0.0F)).store(spike_.data() + step * lanes);
    }
  }

  std::size_t first_step() const { return first_step_; }
  std::size_t steps() const { return steps_; }

  /// The spikes of a step, from `first_step()` on.
  V at(std::size_t step) const { return V::load(spike_.data() + step * lanes); }
  float at(std::size_t step, std::size_t lane) const { return spike_[step * lanes + lane]; }

 private:
  std::size_t first_step_ = 0;
  std::size_t steps_ = 0;
  Presence<V> present_;
  std::vector<float> spike_;  // (steps, lanes)
};

}  // namespace spikingjet
