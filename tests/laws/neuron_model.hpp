// SPDX-License-Identifier: MIT
#pragma once

// Laws of neuron models.

#include "catch.hpp"
#include "laws/random_values.hpp"

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/division.hpp>
#include <spikingjet/model/neuron.hpp>

#include <xsimd/xsimd.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

namespace laws {

template <spikingjet::NeuronModel M>
using StateOf = spikingjet::Values<float, int(M::states.size())>;
template <spikingjet::NeuronModel M>
using ConstantsOf = spikingjet::Values<float, int(M::constants.size())>;

/// One neuron and its input.
template <spikingjet::NeuronModel M>
struct Case {
  StateOf<M> state{};
  ConstantsOf<M> constant{};
  float input = 0;
  float recurrent = 0;  // of a recurrent model
};

/// The update of any model.
template <spikingjet::NeuronModel M, class State, class V, class Constants>
V update(State& state, const V& input, const V& recurrent, const Constants& constant) {
  if constexpr (spikingjet::is_recurrent_model<M>)
    return M::update(state, input, recurrent, constant);
  else
    return M::update(state, input, constant);
}

template <spikingjet::NeuronModel M>
Case<M> random_case(RandomValues& random) {
  Case<M> made;
  const bool everyday = random.word() % 2 != 0;
  for (int s = 0; s < int(M::states.size()); ++s) made.state[s] = everyday ? random.everyday() : random();
  for (int c = 0; c < int(M::constants.size()); ++c) made.constant[c] = everyday ? random.everyday() : random();
  made.input = everyday ? random.everyday() : random();
  if (spikingjet::is_recurrent_model<M>) made.recurrent = everyday ? random.everyday() : random();
  return made;
}

/// What an update leaves: the states, then the spike, with every NaN as the canonical one: which payload of two
/// survives is the machine's choice, and no payload ever becomes data.
template <spikingjet::NeuronModel M>
std::array<std::uint32_t, M::states.size() + 1> words_after(Case<M> of) {
  std::array<std::uint32_t, M::states.size() + 1> words{};
  words.back() = spikingjet::to_word(update<M>(of.state, of.input, of.recurrent, of.constant));
  for (std::size_t s = 0; s < M::states.size(); ++s)
    words[s] = spikingjet::to_word(spikingjet::canonical(of.state[int(s)]));
  return words;
}

/// Fields of constants and states differ, none is called "spike" (which every layer has), and the model has a name.
template <spikingjet::NeuronModel M>
void neuron_model_names_differ() {
  std::vector<std::string> fields{"spike"};
  for (const auto& constant : M::constants) fields.push_back(constant.field.str());
  for (const auto& state : M::states) fields.push_back(state.field.str());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    CHECK_FALSE(fields[i].empty());
    for (std::size_t j = 0; j < i; ++j) CHECK(fields[i] != fields[j]);
  }
  CHECK_FALSE(std::string(M::name()).empty());
}

/// An update depends on nothing but its arguments: the same again after others were made.
template <spikingjet::NeuronModel M>
void neuron_model_is_pure(std::uint32_t seed) {
  INFO("seed " << seed);
  RandomValues random(seed);
  std::vector<Case<M>> cases;
  std::vector<std::array<std::uint32_t, M::states.size() + 1>> first;
  for (int i = 0; i < 2000; ++i) {
    cases.push_back(random_case<M>(random));
    first.push_back(words_after<M>(cases.back()));
  }
  for (std::size_t i = cases.size(); i-- > 0;)
    if (words_after<M>(cases[i]) != first[i]) FAIL("case " << i << " came out differently");
}

/// A spike is 0 or 1, whatever the potential became.
template <spikingjet::NeuronModel M>
void neuron_model_spikes_zero_or_one(std::uint32_t seed) {
  INFO("seed " << seed);
  RandomValues random(seed);
  int spikes = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::uint32_t spike = words_after<M>(random_case<M>(random)).back();
    if (spike != 0u && spike != 0x3f800000u) FAIL("case " << i << " gave a spike with the bits " << spike);
    spikes += spike != 0u;
  }
  CHECK(spikes > 100);
  CHECK(spikes < 3900);
}

/// A vector of `Width` lanes gives in each lane the bits of the scalar, whatever is in the other lanes.
template <spikingjet::NeuronModel M, std::size_t Width>
void neuron_model_lanes_do_not_mix(std::uint32_t seed) {
  using V = xsimd::make_sized_batch_t<float, Width>;
  if constexpr (!std::is_void_v<V>) {
    INFO("seed " << seed << ", lanes " << Width);
    constexpr int states = int(M::states.size());
    constexpr int constants = int(M::constants.size());
    RandomValues random(seed);
    for (int i = 0; i < 4000 / int(Width); ++i) {
      std::array<Case<M>, Width> lane;
      for (Case<M>& one : lane) one = random_case<M>(random);

      const auto gather = [&lane](const auto& value_of) {
        float values[Width];
        for (std::size_t l = 0; l < Width; ++l) values[l] = value_of(lane[l]);
        return V::load_unaligned(values);
      };
      spikingjet::Values<V, states> state{};
      spikingjet::Values<V, constants> constant{};
      for (int s = 0; s < states; ++s) state[s] = gather([s](const Case<M>& one) { return one.state[s]; });
      for (int c = 0; c < constants; ++c) constant[c] = gather([c](const Case<M>& one) { return one.constant[c]; });
      const V input = gather([](const Case<M>& one) { return one.input; });
      const V recurrent = gather([](const Case<M>& one) { return one.recurrent; });
      const V spike = update<M>(state, input, recurrent, constant);

      float result[states + 1][Width];
      for (int s = 0; s < states; ++s) state[s].store_unaligned(result[s]);
      spike.store_unaligned(result[states]);
      for (std::size_t l = 0; l < Width; ++l) {
        const auto expected = words_after<M>(lane[l]);
        for (int s = 0; s <= states; ++s) {
          const std::uint32_t found = spikingjet::to_word(spikingjet::canonical(result[s][l]));
          if (found != expected[std::size_t(s)])
            FAIL("case " << i << ", lane " << l << ", value " << s << ": " << found << " for "
                         << expected[std::size_t(s)]);
        }
      }
    }
  }
}

/// The law of lanes for every width that the processor compiled for has.
template <spikingjet::NeuronModel M>
void neuron_model_lanes_do_not_mix(std::uint32_t seed) {
  neuron_model_lanes_do_not_mix<M, 2>(seed);
  neuron_model_lanes_do_not_mix<M, 4>(seed);
  neuron_model_lanes_do_not_mix<M, 8>(seed);
  neuron_model_lanes_do_not_mix<M, 16>(seed);
}

/// What contradicts that a model is monotone, found by running two equal neurons, one of them on larger inputs.
struct Contradictions {
  int runs = 0;
  int steps = 0;    // compared, with equal spikes before
  int smaller = 0;  // potentials of the larger input that are smaller
  int fewer = 0;    // spikes that only the smaller input brings
  int healed = 0;   // states that were not finite and are again
};

/// Runs neurons whose constants fit; recurrent ones get equal recurrent sums, as their layers' spikes are equal.
///
/// Order is asked for only while all states are finite, which is what engines rely on.
template <spikingjet::NeuronModel M, class Fits>
Contradictions contradictions_to_monotony(std::uint32_t seed, const Fits& fits) {
  using spikingjet::is_finite;
  constexpr int states = int(M::states.size());
  int potential = 0;
  while (M::states[std::size_t(potential)].role != spikingjet::Role::potential) ++potential;
  RandomValues random(seed);
  Contradictions found;
  for (int run = 0; run < 20000; ++run) {
    Case<M> low = random_case<M>(random);
    const float scale = run % 8 == 0 ? 1e38F : 1.0F;
    const bool from_zero = run % 3 == 0;
    for (int s = 0; s < states && from_zero; ++s) low.state[s] = 0;
    if (!fits(low.constant)) continue;
    Case<M> high = low;
    ++found.runs;
    for (int step = 0; step < 40; ++step) {
      low.input = random.everyday() * scale;
      const float more = random.word() % 4 == 0 ? (random.everyday() + 2.0F) * scale : 0.0F;
      high.input = low.input + more;
      const StateOf<M> before = low.state;
      if (spikingjet::is_recurrent_model<M>) low.recurrent = high.recurrent = random.everyday() * scale;
      const float low_spike = update<M>(low.state, low.input, low.recurrent, low.constant);
      const float high_spike = update<M>(high.state, high.input, high.recurrent, high.constant);
      bool finite = is_finite(high.input);
      for (int s = 0; s < states; ++s) {
        found.healed += !is_finite(before[s]) && is_finite(low.state[s]);
        finite = finite && is_finite(low.state[s]) && is_finite(high.state[s]);
      }
      if (!finite) high = low;
      if (!finite) continue;
      ++found.steps;
      found.fewer += low_spike > high_spike;
      if (low_spike != high_spike) break;
      found.smaller += low.state[potential] > high.state[potential];
    }
  }
  return found;
}

/// What a model says by `monotone`: while spikes stay the same, a larger input leaves no smaller potential and no fewer
/// spikes, and a state that is not finite never becomes finite again. A model that says nothing has nothing to keep.
template <spikingjet::NeuronModel M>
void neuron_model_is_as_monotone_as_it_says(std::uint32_t seed) {
  if constexpr (requires(ConstantsOf<M> constant) { M::monotone(constant); }) {
    INFO("seed " << seed);
    const Contradictions found =
        contradictions_to_monotony<M>(seed, [](const ConstantsOf<M>& constant) { return M::monotone(constant); });
    CHECK(found.smaller == 0);
    CHECK(found.fewer == 0);
    CHECK(found.healed == 0);
    if (found.runs > 0) CHECK(found.steps > 3 * found.runs);
  }
}

/// What a model says by `respond`, `roundings` and `spread`, which docs/concepts/engines.md, "Intervals", rests on: in
/// runs with equal spikes the difference of the potentials is the response to the difference of the currents, but for
/// roundings (recurrent sums are equal, and count as currents do); whatever an update rounds weighs no more than an
/// input; the response to responses spreads no further. A model that says nothing has nothing to keep.
template <spikingjet::NeuronModel M>
void neuron_model_responds_as_it_says(std::uint32_t seed) {
  if constexpr (requires(StateOf<M> state, ConstantsOf<M> constant) { M::respond(state, 1.0F, constant); }) {
    constexpr int states = int(M::states.size());
    int potential = 0;
    while (M::states[std::size_t(potential)].role != spikingjet::Role::potential) ++potential;
    int threshold = 0;
    while (M::constants[std::size_t(threshold)].role != spikingjet::Role::threshold) ++threshold;
    constexpr double unit = 0x1p-24;
    RandomValues random(seed);
    int runs = 0;
    int compared = 0;
    int rounded = 0;
    for (int run = 0; run < 4000; ++run) {
      INFO("seed " << seed << ", run " << run);
      Case<M> low = random_case<M>(random);
      for (int c = 0; c < int(M::constants.size()); ++c) low.constant[c] = random.everyday();
      low.state = {};
      if (!M::monotone(low.constant)) continue;
      ++runs;
      Case<M> high = low;
      StateOf<M> difference{};
      StateOf<M> error{};
      const auto magnitude = [&](const Case<M>& of) {
        StateOf<M> sizes{};
        for (int s = 0; s < states; ++s) sizes[s] = std::abs(of.state[s]);
        M::respond(sizes, std::abs(of.input) + std::abs(of.recurrent), of.constant);
        return sizes[potential] + std::abs(of.constant[threshold]);
      };
      for (int step = 0; step < 40; ++step) {
        low.input = random.everyday();
        high.input = random.word() % 4 == 0 ? low.input + std::abs(random.everyday()) * 0.0625F : low.input;
        if (spikingjet::is_recurrent_model<M>) low.recurrent = high.recurrent = random.everyday();
        M::respond(error, float(M::roundings * unit) * (magnitude(low) + magnitude(high)), low.constant);
        M::respond(difference, high.input - low.input, low.constant);
        const float spike = update<M>(low.state, low.input, low.recurrent, low.constant);
        if (spike != update<M>(high.state, high.input, high.recurrent, high.constant)) break;
        const double moved = double(high.state[potential]) - double(low.state[potential]);
        const double off = std::abs(moved - double(difference[potential]));
        // 2^-20: the response itself is rounded, some times a step.
        if (off > 1.001 * double(error[potential]) + 0x1p-20 * double(difference[potential]))
          FAIL("step " << step << ": moved by " << moved << ", the response is " << difference[potential]
                       << ", roundings are bounded by " << error[potential]);
        ++compared;
        rounded += off > 0.01 * double(error[potential]);
      }

      // The response h to one input, and h * h.
      StateOf<M> state{};
      std::vector<double> h;
      for (int step = 0; step < 60; ++step) {
        M::respond(state, step == 0 ? 1.0F : 0.0F, low.constant);
        if (step == 0)
          for (int s = 0; s < states; ++s) CHECK(state[s] >= 1.0F);
        h.push_back(double(state[potential]));
        double spread = 0;
        for (std::size_t k = 0; k < h.size(); ++k) spread += h[k] * h[h.size() - 1 - k];
        if (spread > M::spread(double(h.size())) * h.back() * 1.0001 + 1e-30)
          FAIL("step " << step << ": " << spread << " is more than " << M::spread(double(h.size())) << " times "
                       << h.back());
      }
    }
    if (runs > 0) CHECK(compared > 3 * runs);
    if (runs > 0) CHECK(rounded > 500);
  }
}

}  // namespace laws
