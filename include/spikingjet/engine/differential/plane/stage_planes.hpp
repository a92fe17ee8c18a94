// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/differential/plane/plane_intervals.hpp>
#include <spikingjet/engine/differential/plane/plane_run.hpp>
#include <spikingjet/engine/differential/replay/circuit.hpp>
#include <spikingjet/engine/differential/replay/node.hpp>
#include <spikingjet/engine/differential/stage_traits.hpp>
#include <spikingjet/engine/golden/changed_spike.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/parameters.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

namespace spikingjet {

/// How a fault in a weight or bias of a convolution was decided, and the spikes that it changes.
struct PlaneChange {
  Decision decision;
  std::span<const ChangedSpike> spikes;  // none unless they are to be replayed
  std::size_t layer = 0;                 // of the neurons that leave them
};

/// The planes of neurons behind the convolutions of a network: faults in weights and biases are judged, or run, for all
/// neurons of a channel.
template <class Net, class V>
class StagePlanes {
  using One = typename Resized<V, 1>::type;
  template <std::size_t P>
  using Traits = StageTraits<Net, P>;
  template <std::size_t P>
  using ModelOf = typename Traits<P>::Model;

 public:
  /// `golden` must outlive the planes.
  explicit StagePlanes(const Parameters<Net>& golden) : parameters_(golden) {}

  /// Nothing is known of the next sample.
  void forget() {
    each_stage<Net>([&]<std::size_t P>(std::integral_constant<std::size_t, P>) {
      if constexpr (Traits<P>::has_lanes) {
        std::get<P>(intervals_).forget();
        std::get<P>(runs_).forget();
      }
    });
  }

  /// Decides a fault on the sample that `circuit` has recorded; nothing where planes cannot take it.
  ///
  /// **Shapes** spikes: by step, valid until the next call.
  std::optional<PlaneChange> run(const Strike& strike, Circuit<Net, One>& circuit) {
    const StrikeGroup& group = strike_groups<Net>[strike.quantity];
    std::optional<PlaneChange> change;
    if (!group.in_sums()) return change;
    each_stage<Net>([&]<std::size_t P>(std::integral_constant<std::size_t, P>) {
      if constexpr (Traits<P>::has_planes)
        if (group.stage == P) change = run_stage<P>(strike, group, circuit);
    });
    return change;
  }

 private:
  template <std::size_t P>
  std::optional<PlaneChange> run_stage(const Strike& strike, const StrikeGroup& group, Circuit<Net, One>& circuit) {
    using Synapses = typename Net::template Layer<Traits<P>::synapses>;
    using Planes = PlaneIntervals<ModelOf<P>, V>;
    constexpr std::size_t weight = Net::template first_quantity<Traits<P>::synapses>;
    if (!is_finite(strike.faulty) || !parameters_.all_finite(weight)) return std::nullopt;
    const auto node = [&](std::size_t layer) -> CircuitNode& { return circuit[circuit.node_of_layer(layer)]; };
    CircuitNode& synapses = node(Traits<P>::synapses);
    const typename PlaneRun<ModelOf<P>, V>::Nodes nodes{circuit[synapses.from], synapses,
                                                        Traits<P>::pools ? &node(Traits<P>::synapses + 1) : nullptr,
                                                        node(Traits<P>::neurons)};
    const std::size_t channel = group.channel(strike.element);
    const std::size_t tap = group.is_bias() ? PlaneRun<ModelOf<P>, V>::bias : group.tap(strike.element);
    if constexpr (RespondingModel<ModelOf<P>>) {
      auto verdict = Planes::Verdict::unknown;
      if (group.is_weight() && (!Synapses::has_bias || parameters_.all_finite(weight + 1)))
        verdict = std::get<P>(intervals_)
                      .judge(synapses, nodes.pooling, nodes.neurons, circuit.steps(), channel, tap, strike.golden,
                             strike.faulty);
      if (verdict != Planes::Verdict::unknown)
        return PlaneChange{verdict == Planes::Verdict::silent ? Decision::silent : Decision::analytic, {}};
    }
    const auto spikes = std::get<P>(runs_).run(nodes, circuit.steps(), {channel, tap, strike.faulty, strike.window});
    return PlaneChange{spikes.empty() ? Decision::unchanged : Decision::replayed, spikes, Traits<P>::neurons};
  }

  template <class Stages>
  struct TuplesOf;
  template <std::size_t... P>
  struct TuplesOf<std::index_sequence<P...>> {
    using Intervals = std::tuple<PlaneIntervals<ModelOf<P>, V>...>;
    using Runs = std::tuple<PlaneRun<ModelOf<P>, V>...>;
  };
  using Tuples = TuplesOf<std::make_index_sequence<Net::stage_count>>;

  const Parameters<Net>& parameters_;
  typename Tuples::Intervals intervals_;
  typename Tuples::Runs runs_;
};

}  // namespace spikingjet
