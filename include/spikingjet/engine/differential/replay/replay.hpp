// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/core/number_set.hpp>
#include <spikingjet/engine/differential/replay/absorption.hpp>
#include <spikingjet/engine/differential/replay/circuit.hpp>
#include <spikingjet/engine/differential/replay/edits.hpp>
#include <spikingjet/engine/differential/replay/node.hpp>
#include <spikingjet/engine/differential/replay/replay_strike.hpp>
#include <spikingjet/engine/differential/replay/sums.hpp>
#include <spikingjet/engine/golden/changed_spike.hpp>
#include <spikingjet/engine/golden/train.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/model/zero_input.hpp>
#include <spikingjet/sim/workspace.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace spikingjet {

/// Runs again what one strike, or one changed train of spikes, reaches: registers whose inputs, parameters or states
/// are not golden, and of convolutions and pooling only the positions under a changed value. One injection at a time,
/// lanes over neurons or channels.
///
/// The recorded golden run is edited as it goes, so that everything reads golden and changed values alike, and put back
/// in the end.
///
/// **Laws** readouts equal those of `run` bit by bit: a register is left out only where all that it depends on has
/// golden bits.
template <class Injector, class V>
class Replay {
  using Net = typename Injector::Network;
  using One = typename Resized<V, 1>::type;
  using Kind = CircuitNode::Kind;
  static constexpr std::size_t lanes = One::lanes;

 public:
  explicit Replay(const Parameters<Net>& golden)
      : parameters_(golden),
        circuit_(parameters_),
        edits_(circuit_),
        sums_(parameters_, circuit_, edits_, absorption_) {
    std::size_t most = 0;
    for (std::size_t n = 0; n < circuit_.size(); ++n) most = std::max(most, circuit_[n].layout.registers());
    reached_.resize(most);
  }
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  /// What follows is of this sample, which must stay.
  void start_sample(const Sample& sample) {
    sample_ = &sample;
    recorded_ = false;
    absorption_.forget();
  }

  /// What follows is of this sample, whose golden run another records into `circuit`.
  void start_recorded_sample(const Sample& sample) {
    sample_ = &sample;
    recorded_ = true;
    absorption_.forget();
  }

  /// The golden run of the sample, layer by layer.
  Circuit<Net, One>& circuit() {
    record();
    return circuit_;
  }
  Circuit<Net, One>& unrecorded_circuit() { return circuit_; }

  /// The readout under a fault; nothing where it never differs from golden.
  ///
  /// **Shapes** returns (classes), valid until the next call.
  std::optional<std::span<const float>> with_fault(const Strike& strike) {
    record();
    const StrikeGroup& group = strike_groups<Net>[strike.quantity];
    const std::size_t node = circuit_.node_of_layer(group.layer);
    ReplayStrike struck{strike, group, node};
    note_reached(struck);
    const Window& window = strike.window;
    const std::size_t first_node =
        circuit_[node].back == CircuitNode::none ? node : circuit_[node].back;  // which stands before it
    for (std::size_t step = std::min<std::size_t>(window.begin, circuit_.steps()); step < circuit_.steps(); ++step) {
      const bool present = window.contains(step);
      if (edits_.nothing_pending()) {
        if (step >= window.end) break;
        if (present && leaves_golden(struck, step)) continue;
      }
      put(struck, present);
      edits_.begin_step();
      for (std::size_t n = first_node; n < circuit_.size(); ++n)
        run_node(n, step, n == node && present ? &struck : nullptr);
    }
    put(struck, false);
    return finish();
  }

  /// The readout where neurons of a layer leave these spikes instead of golden ones; nothing where it does not differ
  /// from golden.
  ///
  /// **Shapes** spikes: by step; returns (classes), valid until the next call.
  std::optional<std::span<const float>> with_spikes(std::size_t layer, std::span<const ChangedSpike> spikes) {
    record();
    const std::size_t node = circuit_.node_of_layer(layer);
    auto next = spikes.begin();
    for (std::size_t step = spikes.empty() ? circuit_.steps() : spikes.front().step; step < circuit_.steps(); ++step) {
      if (next == spikes.end() && edits_.nothing_pending()) break;
      edits_.begin_step();
      for (; next != spikes.end() && next->step == step; ++next)
        edits_.set_spike(node, step, circuit_[node].place_of[next->neuron], next->value);
      for (std::size_t n = node + 1; n < circuit_.size(); ++n) run_node(n, step, nullptr);
    }
    return finish();
  }

  /// The same where one neuron leaves another train of spikes.
  ///
  /// **Shapes** golden, train (words).
  std::optional<std::span<const float>> with_train(std::size_t layer, std::size_t neuron,
                                                   std::span<const std::uint32_t> golden,
                                                   std::span<const std::uint32_t> train) {
    train_spikes_.clear();
    for (std::size_t w = 0; w < train.size(); ++w)
      for (std::uint32_t differs = train[w] ^ golden[w]; differs != 0;) {
        const auto step = static_cast<std::size_t>(std::countl_zero(differs));
        differs &= ~step_bit(step);
        train_spikes_.push_back({static_cast<std::uint32_t>(w * steps_per_word + step),
                                 static_cast<std::uint32_t>(neuron), (train[w] & step_bit(step)) != 0 ? 1.0F : 0.0F});
      }
    return with_spikes(layer, train_spikes_);
  }

 private:
  void record() {
    if (recorded_) return;
    recorded_ = true;
    if (!work_) work_ = std::make_unique<Workspace<Net>>();
    circuit_.record(*work_, parameters_, *sample_);
  }

  /// Puts a faulty parameter in or takes it out.
  void put(ReplayStrike& struck, bool present) {
    const Strike& strike = struck.strike;
    const StrikeGroup& group = struck.group;
    if (!group.is_parameter() || present == struck.present) return;
    struck.present = present;
    const float value = present ? strike.faulty : strike.golden;
    parameters_.write(strike.quantity, strike.element, value);
    CircuitNode& node = circuit_[struck.node];
    if (node.weights && group.is_weight())
      node.weights[node.weight_place(group.channel(strike.element), group.tap(strike.element))] = value;
    if (!node.constants.empty()) circuit_.spread(struck.node, group.number, parameters_.stored(strike.quantity));
  }

  /// Notes the registers with a neuron that a strike reaches, but those behind sums.
  void note_reached(const ReplayStrike& struck) {
    const CircuitNode& node = circuit_[struck.node];
    if (node.kind == Kind::synapses) return;
    reached_.clear();
    for (std::uint32_t i = 0; i < struck.group.reach; ++i)
      reached_.add(node.place_of[struck.group.neuron(struck.strike.element, i)] / lanes);
  }

  /// Whether a fault in spikes changes nothing behind them in a step in which all else is golden.
  bool leaves_golden(const ReplayStrike& struck, std::size_t step) {
    if (struck.group.kind != StrikeKind::spike) return false;
    CircuitNode& node = circuit_[struck.node];
    const std::uint32_t neuron = struck.group.neuron(struck.strike.element);
    const float golden = node.row(step)[node.place_of[neuron]];
    const float faulty = struck.strike.alteration.on_state(golden);
    if (to_word(faulty) == to_word(golden)) return true;
    if (golden != 0.0F || !(std::abs(faulty) <= absorption_.most_input) || node.only_reader == CircuitNode::none)
      return false;
    const CircuitNode& reader = circuit_[node.only_reader];
    return reader.kind == Kind::synapses && !reader.geometry.is_dense() && !reader.of_step_before &&
           absorption_.all_units_absorb(node.only_reader, reader, step, neuron, faulty);
  }

  /// Folds the readout, if the last layer changed, and puts the golden run back.
  std::optional<std::span<const float>> finish() {
    std::optional<std::span<const float>> readout;
    if (edits_.reach_readout()) {
      fold();
      readout = std::span<const float>(readout_);
    }
    edits_.undo();
    return readout;
  }

  void fold() {
    CircuitNode& last = circuit_[circuit_.size() - 1];
    scratch_.resize(last.layout.size());
    for (std::size_t reg = 0; reg < last.layout.registers(); ++reg) {
      One so_far(0.0F);
      for (std::size_t step = 0; step < circuit_.steps(); ++step) {
        const One spike = One::load(last.row(step) + reg * lanes);
        const One u = One::load(last.states[last.potential][step + 1] + reg * lanes);
        so_far = step == 0 ? Net::Readout::first(spike, u) : Net::Readout::next(so_far, spike, u);
      }
      so_far.store(scratch_.data() + reg * lanes);
    }
    for (std::size_t k = 0; k < Net::classes; ++k) readout_[k] = canonical(scratch_[last.place_of[k]]);
  }

  // ---- running nodes ----

  void run_node(std::size_t n, std::size_t step, const ReplayStrike* struck) {
    CircuitNode& node = circuit_[n];
    switch (node.kind) {
      case Kind::input: return;
      case Kind::synapses: return sums_.run(n, step, struck);
      case Kind::one_to_one: return run_one_to_one(n, step, struck);
      case Kind::pooling: return run_pooling(n, step);
      case Kind::reshape: return run_reshape(n, step);
      case Kind::neurons: return run_neurons(n, step, struck);
    }
  }

  void run_one_to_one(std::size_t n, std::size_t step, const ReplayStrike* struck) {
    CircuitNode& node = circuit_[n];
    NumberSet& registers = edits_[n].to_compute;
    registers.clear();
    for (const std::uint32_t reg : edits_.changes_before(node)) registers.add(reg);
    if (struck)
      for (const std::uint32_t reg : reached_.numbers()) registers.add(reg);
    const float* row = circuit_[node.from].row_for(node, step);
    for (const std::uint32_t reg : registers.numbers()) {
      const One w = One::load(node.constants[0].data() + reg * lanes);
      const One x = One::load(row + reg * lanes);
      const One sum = One(0.0F) + w * x;
      const One zero(0.0F);
      One value = select(x == zero, zero, sum);
      if constexpr (Net::zero_input == ZeroInput::multiply) value = select((w - w) == zero, value, sum);
      edits_.edit_values(n, step, reg, value);
    }
  }

  void run_pooling(std::size_t n, std::size_t step) {
    CircuitNode& node = circuit_[n];
    const PoolGeometry& g = node.pool;
    CircuitNode& from = circuit_[node.from];
    const std::size_t at_position = node.position_registers;
    NumberSet& registers = edits_[n].to_compute;
    registers.clear();
    for (const std::uint32_t reg : edits_[node.from].changed.numbers())
      for (const std::uint32_t window : node.windows_of[reg / at_position])
        registers.add(window * at_position + reg % at_position);
    const float* in = from.row(step);
    for (const std::uint32_t reg : registers.numbers()) {
      One value(pool_start(g.kind));
      for (const std::uint32_t p : node.inputs_of[reg / at_position])
        value = pool_next(g.kind, value, One::load(in + (p * at_position + reg % at_position) * lanes));
      edits_.edit_values(n, step, reg, pool_end(g.kind, g.window.size(), value));
    }
  }

  void run_reshape(std::size_t n, std::size_t step) {
    CircuitNode& node = circuit_[n];
    CircuitNode& from = circuit_[node.from];
    NumberSet& registers = edits_[n].to_compute;
    registers.clear();
    for (const std::uint32_t reg : edits_[node.from].changed.numbers())
      for (std::size_t l = 0; l < from.layout.filled(reg); ++l)
        registers.add(node.place_of[from.flat_of[reg * lanes + l]] / lanes);
    std::array<float, lanes> values{};
    for (const std::uint32_t reg : registers.numbers()) {
      for (std::size_t l = 0; l < node.layout.filled(reg); ++l)
        values[l] = from.row(step)[from.place_of[node.flat_of[reg * lanes + l]]];
      edits_.edit_values(n, step, reg, One::load(values.data()));
    }
  }

  void run_neurons(std::size_t n, std::size_t step, const ReplayStrike* struck) {
    CircuitNode& node = circuit_[n];
    NumberSet& registers = edits_[n].to_compute;
    registers.clear();
    for (const std::uint32_t reg : edits_[node.from].changed.numbers()) registers.add(reg);
    if (node.back != CircuitNode::none)
      for (const std::uint32_t reg : edits_[node.back].changed.numbers()) registers.add(reg);
    for (const std::uint32_t reg : edits_[n].pending.numbers()) registers.add(reg);
    if (struck)
      for (const std::uint32_t reg : reached_.numbers()) registers.add(reg);
    if (registers.empty()) return;

    NeuronRows rows;
    rows.current = circuit_[node.from].row(step);
    if (node.back != CircuitNode::none) rows.lateral = circuit_[node.back].row(step);
    for (std::size_t s = 0; s < node.states.size(); ++s) rows.state[s] = node.states[s][step];
    for (std::size_t c = 0; c < node.constants.size(); ++c) rows.constant[c] = node.constants[c].data();
    const std::size_t of_register = (node.states.size() + 1) * lanes;
    scratch_.resize(registers.numbers().size() * of_register);
    node.update(rows, registers.numbers(), scratch_.data());

    const bool in_neuron = struck && !struck->group.is_parameter();
    const std::size_t place = in_neuron ? node.place_of[struck->group.neuron(struck->strike.element)] : 0;
    float* out = scratch_.data();
    for (const std::uint32_t reg : registers.numbers()) {
      if (in_neuron && place / lanes == reg) {
        float& value = out[struck->group.number * lanes + place % lanes];
        value = struck->strike.alteration.on_state(value);
      }
      edits_.edit_states(n, step, reg, out);
      edits_.edit_values(n, step, reg, One::load(out + node.states.size() * lanes));
      out += of_register;
    }
  }

  Parameters<Net> parameters_;
  Circuit<Net, One> circuit_;
  Edits<Net, One> edits_;
  Absorption<One> absorption_;
  ReplaySums<Net, One> sums_;
  NumberSet reached_;  // registers with neurons that the strike reaches
  std::unique_ptr<Workspace<Net>> work_;
  const Sample* sample_ = nullptr;
  bool recorded_ = false;

  std::vector<ChangedSpike> train_spikes_;
  std::vector<float> scratch_;
  std::array<float, Net::classes> readout_{};
};

}  // namespace spikingjet
