// SPDX-License-Identifier: MIT

// One step of a network, as SPIKINGJET_STEP says: through `step_network` with the perturbation that does nothing (1),
// by hand from the same parts without an injection point (2), or with a perturbation that does something (3).

#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/synaptic.hpp>
#include <spikingjet/sim/perturbation.hpp>
#include <spikingjet/sim/step.hpp>

#include <cstddef>
#include <span>
#include <utility>

namespace sj = spikingjet;

using Net = sj::Network<sj::Input<2, 17, 17>, sj::Dense<"fc1", 20>, sj::Leaky<"lif1">, sj::Dense<"fc2", 10>,
                        sj::Synaptic<"lif2">, sj::SpikeCountReadout>;

/// Doubles the first spike of each layer.
struct DoubleSpike {
  void begin_step(std::size_t, const sj::Parameters<Net>&) {}
  template <std::size_t Q>
  void touch(std::size_t, std::span<float> values) {
    if constexpr (Net::quantities[Q].storage == sj::Storage::spike) values[0] = values[0] + values[0];
  }
};

template <class P>
inline void nothing(std::size_t, P&) {}

/// `step_network` from its parts, with nothing where the injection points are.
template <class N, class P>
inline void step_without_injection_points(sj::Workspace<N>& work, const sj::Parameters<N>& parameters, sj::Activity x,
                                          std::size_t number, P& perturbation) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (
        [&] {
          if constexpr (N::template Layer<I>::kind == sj::LayerKind::synaptic) {
            sj::step_synapses<N, I>(work, parameters, x);
          } else {
            sj::step_neurons<N, I>(work, parameters);
            nothing(number, perturbation);
          }
        }(),
        ...);
  }
  (std::make_index_sequence<N::layer_count>{});
  sj::step_readout<N>(work, number);
}

// All in one function: what a compiler chooses to inline is not the question.
extern "C" [[gnu::flatten]] void step(sj::Workspace<Net>& work, const sj::Parameters<Net>& parameters, sj::Activity x,
                                      std::size_t number) {
#if SPIKINGJET_STEP == 1
  sj::NoPerturbation none;
  sj::step_network(work, parameters, x, number, none);
#elif SPIKINGJET_STEP == 2
  sj::NoPerturbation none;
  step_without_injection_points<Net>(work, parameters, x, number, none);
#else
  DoubleSpike twice;
  sj::step_network(work, parameters, x, number, twice);
#endif
}
