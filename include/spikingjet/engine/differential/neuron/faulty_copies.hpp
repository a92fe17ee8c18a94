// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/differential/merge.hpp>
#include <spikingjet/engine/differential/neuron/golden_neuron.hpp>
#include <spikingjet/engine/differential/neuron/lane_state.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/engine/golden/train.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

namespace spikingjet {

/// Faulty copies of one neuron, a lane each: whose they are, and what they leave. `Readout` is void for layers that are
/// not read.
///
/// **Laws** each fault that is added is counted in the decisions or stands in the cases.
template <class Model, class Readout, class V>
struct FaultyCopies {
  static constexpr std::size_t lanes = V::lanes;
  static constexpr bool is_read = !std::is_void_v<Readout>;

  // of the neuron
  const GoldenNeuron<Model>* golden = nullptr;
  CaseTable* cases = nullptr;
  Decisions* decisions = nullptr;
  std::size_t steps = 0;
  std::size_t words = 0;
  std::vector<std::uint32_t> golden_train;  // (words)

  // of the lanes that are being filled
  std::size_t used = 0;
  std::size_t first_step = 0;                                 // in which any of them may differ
  std::size_t last_step = 0;                                  // in which anything is altered
  std::array<float, lanes> value{};                           // of the weight or bias
  std::array<std::span<const std::uint32_t>, lanes> owner{};  // faults; none in lanes left out
  std::array<bool*, lanes> closes{};                          // set where spikes and states are sound; or null
  std::vector<std::int32_t> train;                            // (words, lanes)
  std::array<float, lanes> readout{};

  /// Takes a neuron, with no lane filled yet; all must outlive its lanes.
  void start(const GoldenNeuron<Model>& neuron, CaseTable& to_cases, Decisions& to_decisions) {
    golden = &neuron;
    cases = &to_cases;
    decisions = &to_decisions;
    steps = neuron.steps;
    words = words_of(steps);
    train.resize((words + 1) * lanes);
    forget();
    golden_train.resize(words);
    for (std::size_t w = 0; w < words; ++w) golden_train[w] = recording().word(w, neuron.neuron);
    cases->clear(is_read ? 1 : words);
  }

  const PairRecording& recording() const { return *golden->recording; }
  const EventTable& events() const { return *golden->events; }

  /// All lanes at the golden run's state before a step.
  template <class W = V>
  LaneState<Model, W> start_at(std::size_t step) const {
    return golden_lanes<Model, W>(recording(), golden->readout, golden->neuron, step);
  }

  /// Lanes may differ from step `first` on, and something is altered until `last`.
  void widen(std::size_t first, std::size_t last) {
    first_step = std::min(first_step, first);
    last_step = std::max(last_step, last);
  }

  /// The steps that the lanes run.
  LaneSteps lane_steps() { return {first_step, steps, golden_train.data(), train.data()}; }

  /// Fills a lane. `closed`, unless null, is set once it has left golden spikes and finite states.
  void add(float faulty, std::span<const std::uint32_t> faults, bool* closed = nullptr) {
    value[used] = faulty;
    owner[used] = faults;
    closes[used] = closed;
    ++used;
  }

  /// Sorts the lanes that were run: golden ones are counted, the others become cases.
  template <class W>
  void note(LaneState<Model, W>& state, std::size_t stopped) {
    using Words = typename WordsOf<W>::type;
    if constexpr (is_read) {
      fold_golden<Readout>(state, recording(), golden->neuron, stopped, steps);
      state.readout.store(readout.data());
      for (std::size_t l = 0; l < used; ++l) readout[l] = canonical(readout[l]);
    }
    W finite(0.0F);  // +0 where every state is finite, else NaN
    for (int s = 0; s < int(Model::states.size()); ++s) finite = finite + (state.state[s] - state.state[s]);
    std::array<float, lanes> sound;
    finite.store(sound.data());

    Words differs(0);
    const std::size_t first_word = first_step / steps_per_word;
    for (std::size_t w = first_word; w < words; ++w)
      differs =
          differs | (Words::load(train.data() + w * W::lanes) ^ Words(static_cast<std::int32_t>(golden_train[w])));
    std::array<std::int32_t, lanes> difference;
    differs.store(difference.data());
    if constexpr (!is_read)
      for (std::size_t w = 0; w < first_word; ++w)
        Words(static_cast<std::int32_t>(golden_train[w])).store(train.data() + w * W::lanes);

    for (std::size_t l = 0; l < used; ++l) {
      if (owner[l].empty()) continue;
      const bool spikes_are_golden = difference[l] == 0;
      if (spikes_are_golden && sound[l] == 0.0F && closes[l]) *closes[l] = true;
      bool changed = !spikes_are_golden;
      if constexpr (is_read)
        changed = (changed && golden->feeds_back) ||
                  to_word(readout[l]) != to_word(canonical((*golden->readout)[steps][golden->neuron]));
      if (!changed) {
        decisions->add(stopped < steps ? Decision::returned : Decision::unchanged, owner[l].size());
      } else if constexpr (is_read) {
        const auto key = static_cast<std::int32_t>(to_word(readout[l]));
        cases->add(&key, 1, owner[l]);
      } else {
        cases->add(train.data() + l, W::lanes, owner[l]);
      }
    }
    forget();
  }

  /// Leaves no lane filled.
  void forget() {
    std::fill(owner.begin(), owner.end(), std::span<const std::uint32_t>{});
    used = 0;
    first_step = steps;
    last_step = 0;
  }
};

}  // namespace spikingjet
