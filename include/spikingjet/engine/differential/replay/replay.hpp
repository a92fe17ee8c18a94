// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/core/number_set.hpp>
#include <spikingjet/engine/differential/replay/absorption.hpp>
#include <spikingjet/engine/differential/replay/circuit.hpp>
#include <spikingjet/engine/golden/changed_spike.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/engine/golden/train.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/model/zero_input.hpp>
#include <spikingjet/sim/sums/convolution.hpp>
#include <spikingjet/sim/sums/pooling.hpp>
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

/// Runs again what one fault, or one changed train of spikes, reaches: registers whose inputs, parameters or states are
/// not golden, and of convolutions and pooling only the positions under a changed value. One injection at a time, lanes
/// over neurons or channels.
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
  using Words = typename WordsOf<One>::type;
  using Kind = CircuitNode::Kind;
  static constexpr std::size_t lanes = One::lanes;

 public:
  explicit Replay(const Parameters<Net>& golden) : parameters_(golden), circuit_(parameters_), sets_(circuit_.size()) {
    for (std::size_t n = 0; n < circuit_.size(); ++n) {
      const CircuitLayout& layout = circuit_[n].layout;
      for (NumberSet* set : {&sets_[n].changed, &sets_[n].changed_before, &sets_[n].pending, &sets_[n].next_pending,
                             &sets_[n].to_compute})
        set->resize(std::max(layout.registers(), layout.positions * layout.groups));
    }
    std::size_t most = 0;
    for (std::size_t n = 0; n < circuit_.size(); ++n) most = std::max(most, circuit_[n].layout.registers());
    sharing_.resize(most);
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
  std::optional<std::span<const float>> with_fault(const Fault& fault) {
    record();
    const Quantity& quantity = Net::quantities[fault.site.quantity];
    const std::size_t node = circuit_.node_of_layer(quantity.layer_index);
    Struck struck{.fault = &fault, .quantity = &quantity, .node = node};
    if (quantity.storage == Storage::parameter) {
      struck.golden = parameters_.read(fault.site.quantity, fault.site.element);
      struck.value = fault.alteration.on_parameter(struck.golden);
    } else {
      struck.place = circuit_[node].place_of[fault.site.element];
    }
    reached_ = false;
    note_sharing(struck);
    const std::size_t first_node =
        circuit_[node].back == CircuitNode::none ? node : circuit_[node].back;  // which stands before it
    for (std::size_t step = std::min<std::size_t>(fault.window.begin, circuit_.steps()); step < circuit_.steps();
         ++step) {
      const bool present = fault.window.contains(step);
      if (nothing_pending()) {
        if (step >= fault.window.end) break;
        if (present && leaves_golden(struck, step)) continue;
      }
      put(struck, present);
      begin_step();
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
    reached_ = false;
    const std::size_t node = circuit_.node_of_layer(layer);
    auto next = spikes.begin();
    for (std::size_t step = spikes.empty() ? circuit_.steps() : spikes.front().step; step < circuit_.steps(); ++step) {
      if (next == spikes.end() && nothing_pending()) break;
      begin_step();
      for (; next != spikes.end() && next->step == step; ++next)
        set_spike(node, step, circuit_[node].place_of[next->neuron], next->value);
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
  /// A fault at work.
  struct Struck {
    const Fault* fault = nullptr;
    const Quantity* quantity = nullptr;
    std::size_t node = 0;
    float golden = 0;       // of a parameter
    float value = 0;
    std::size_t place = 0;  // of a state or spike
    bool present = false;
  };

  /// A changed value.
  struct Input {
    std::uint32_t flat;
    float value;
    bool was_zero;
  };

  struct Sets {
    NumberSet changed;         // registers, in this step
    NumberSet changed_before;  // in the step before
    NumberSet pending;         // registers of neurons whose states are not golden before this step
    NumberSet next_pending;    // behind it
    NumberSet to_compute;            // what is to be computed
    std::vector<Input> inputs;         // of convolutions: what changed in this step
    std::vector<Input> inputs_before;  // in the step before
  };

  void record() {
    if (recorded_) return;
    recorded_ = true;
    if (!work_) work_ = std::make_unique<Workspace<Net>>();
    circuit_.record(*work_, parameters_, *sample_);
  }

  void begin_step() {
    for (Sets& sets : sets_) {
      std::swap(sets.changed, sets.changed_before);
      sets.changed.clear();
      std::swap(sets.inputs, sets.inputs_before);
      sets.inputs.clear();
      std::swap(sets.pending, sets.next_pending);
      sets.next_pending.clear();
    }
  }

  bool nothing_pending() const {
    for (const Sets& sets : sets_)
      if (!sets.next_pending.empty() || !sets.changed.empty()) return false;
    return true;
  }

  /// Puts a faulty parameter in or takes it out.
  void put(Struck& struck, bool present) {
    if (struck.quantity->storage != Storage::parameter || present == struck.present) return;
    struck.present = present;
    const Site& site = struck.fault->site;
    parameters_.write(site.quantity, site.element, present ? struck.value : struck.golden);
    CircuitNode& node = circuit_[struck.node];
    if (node.weights && struck.quantity->role == Role::weight) {
      const std::size_t taps = node.geometry.taps();
      node.weights[node.weight_place(site.element / taps, site.element % taps)] =
          present ? struck.value : struck.golden;
    }
    if (!node.constants.empty())
      circuit_.spread(struck.node, constant_of(site.quantity), parameters_.stored(site.quantity));
  }

  /// Notes the registers with a neuron that uses the struck element of a constant.
  void note_sharing(const Struck& struck) {
    const CircuitNode& node = circuit_[struck.node];
    if (struck.quantity->storage != Storage::parameter || node.constants.empty()) return;
    sharing_.clear();
    const Sharing how = node.sharings[constant_of(struck.fault->site.quantity)];
    for (std::size_t f = 0; f < node.outputs(); ++f)
      if (shared_element(how, node.shape, f) == struck.fault->site.element) sharing_.add(node.place_of[f] / lanes);
  }

  /// Whether a fault in spikes changes nothing behind them in a step in which all else is golden.
  bool leaves_golden(const Struck& struck, std::size_t step) {
    if (struck.quantity->storage != Storage::spike) return false;
    CircuitNode& node = circuit_[struck.node];
    const float golden = node.row(step)[struck.place];
    const float faulty = struck.fault->alteration.on_state(golden);
    if (to_word(faulty) == to_word(golden)) return true;
    if (golden != 0.0F || !(std::abs(faulty) <= absorption_.most_input) || node.only_reader == CircuitNode::none)
      return false;
    const CircuitNode& reader = circuit_[node.only_reader];
    return reader.kind == Kind::synapses && !reader.geometry.is_dense() && !reader.of_step_before &&
           absorption_.all_units_absorb(node.only_reader, reader, step, node.flat_of[struck.place], faulty);
  }

  static std::size_t constant_of(std::size_t quantity) {
    std::size_t first = quantity;
    while (first > 0 && Net::quantities[first - 1].layer_index == Net::quantities[quantity].layer_index) --first;
    return quantity - first;
  }

  // ---- editing the golden run ----

  /// Writes a register where it differs in a lane that is filled; a bit for each of those lanes.
  std::uint32_t edit(float* at, const One& value, std::uint32_t filled) {
    const One old = One::load(at);
    const std::uint32_t differs = bits_of(!(Words(value) == Words(old))) & filled;
    if (differs == 0) return 0;
    old_places_.push_back(at);
    const std::size_t end = old_values_size_;
    old_values_size_ += lanes;
    if (old_values_size_ > old_values_.size()) old_values_.resize(2 * old_values_size_);
    old.store(old_values_.data() + end);
    value.store(at);
    return differs;
  }

  /// Edits a register of a node's values, and the bits that tell which of them are not zero.
  void edit_values(std::size_t n, std::size_t step, std::size_t reg, const One& value) {
    CircuitNode& node = circuit_[n];
    float* at = node.row(step) + reg * lanes;
    const One old = One::load(at);
    const std::uint32_t differs = edit(at, value, node.filled[reg]);
    if (differs == 0) return;
    sets_[n].changed.add(reg);
    if (n + 1 == circuit_.size()) reached_ = true;
    if (!node.feeds_sums) return;
    const std::uint32_t* flat = node.flat_of.data() + reg * lanes;
    const std::uint32_t was_zero = bits_of(old == One(0.0F));
    if (node.feeds_convolution)
      for (std::uint32_t bits = differs; bits != 0; bits &= bits - 1) {
        const auto l = std::size_t(std::countr_zero(bits));
        sets_[n].inputs.push_back({flat[l], at[l], (was_zero >> l & 1) != 0});
      }
    const std::uint32_t comes_or_goes = (was_zero ^ bits_of(value == One(0.0F))) & differs;
    for (std::uint32_t bits = comes_or_goes; bits != 0; bits &= bits - 1) {
      const std::uint32_t f = flat[std::countr_zero(bits)];
      std::uint64_t& word = node.bits_of(step)[f / 64];
      old_words_.push_back({&word, word});
      word ^= std::uint64_t{1} << (f % 64);
    }
  }

  void set_spike(std::size_t n, std::size_t step, std::size_t place, float spike) {
    std::array<float, lanes> values;
    const std::size_t reg = place / lanes;
    One::load(circuit_[n].row(step) + reg * lanes).store(values.data());
    values[place % lanes] = spike;
    edit_values(n, step, reg, One::load(values.data()));
  }

  /// Folds the readout, if the last layer changed, and puts the golden run back.
  std::optional<std::span<const float>> finish() {
    std::optional<std::span<const float>> readout;
    if (reached_) {
      fold();
      readout = std::span<const float>(readout_);
    }
    for (std::size_t e = old_places_.size(); e-- > 0;) One::load(old_values_.data() + e * lanes).store(old_places_[e]);
    for (std::size_t e = old_words_.size(); e-- > 0;) *old_words_[e].at = old_words_[e].word;
    old_places_.clear();
    old_values_size_ = 0;
    old_words_.clear();
    for (Sets& sets : sets_) {
      for (NumberSet* set : {&sets.changed, &sets.changed_before, &sets.pending, &sets.next_pending}) set->clear();
      sets.inputs.clear();
      sets.inputs_before.clear();
    }
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

  void run_node(std::size_t n, std::size_t step, const Struck* struck) {
    CircuitNode& node = circuit_[n];
    switch (node.kind) {
      case Kind::input: return;
      case Kind::synapses: return run_synapses(n, step, struck);
      case Kind::one_to_one: return run_one_to_one(n, step, struck);
      case Kind::pooling: return run_pooling(n, step);
      case Kind::reshape: return run_reshape(n, step);
      case Kind::neurons: return run_neurons(n, step, struck);
    }
  }

  /// Registers of the node before that changed: in this step, or for lateral layers in the one before.
  std::span<const std::uint32_t> changes_before(const CircuitNode& node) const {
    const Sets& sets = sets_[node.from];
    return (node.of_step_before ? sets.changed_before : sets.changed).numbers();
  }

  std::vector<Input>& inputs_before(const CircuitNode& node) {
    Sets& sets = sets_[node.from];
    return node.of_step_before ? sets.inputs_before : sets.inputs;
  }

  // A unit is a position of a group of output channels.

  void run_synapses(std::size_t n, std::size_t step, const Struck* struck) {
    CircuitNode& node = circuit_[n];
    const SynapseGeometry& g = node.geometry;
    NumberSet& units = sets_[n].to_compute;
    units.clear();
    if (g.is_dense()) {
      if (!changes_before(node).empty()) units.add(0);
    } else {
      spread_inputs(n, step, units);
    }
    for (const std::uint32_t unit : units.numbers()) {
      list_taps(n, step, unit);
      const std::size_t first = unit * node.group_registers;
      sum_registers(n, step, unit, first, first + node.group_registers);
    }
    if (struck) {
      const std::size_t e = struck->fault->site.element;
      const bool weight = struck->quantity->role == Role::weight;
      const std::size_t channel = weight ? e / g.taps() : e;
      const std::size_t group = channel / g.channels_out_group();
      const std::size_t reg = channel % g.channels_out_group() / lanes;
      const auto strike = [&](std::size_t position) {
        const std::size_t unit = position * g.groups + group;
        if (units.has(unit)) return;
        list_taps(n, step, unit);
        const std::size_t first = unit * node.group_registers + reg;
        sum_registers(n, step, unit, first, first + 1);
      };
      const bool everywhere = !weight || (Net::zero_input == ZeroInput::multiply &&
                                          !(is_finite(struck->golden) && is_finite(struck->value)));
      if (everywhere)
        for (std::size_t p = 0; p < g.out.size(); ++p) strike(p);
      else
        each_position_under_tap(node, circuit_[node.from], step, group, e % g.taps(), strike);
    }
  }

  /// Lists the changed taps of each unit of a convolution that changed inputs reach, ascending, and the units whose
  /// sums they may change.
  void spread_inputs(std::size_t n, std::size_t step, NumberSet& units) {
    CircuitNode& node = circuit_[n];
    std::vector<Input>& inputs = inputs_before(node);
    if (inputs.empty()) return;
    std::sort(inputs.begin(), inputs.end(), [](const Input& a, const Input& b) { return a.flat < b.flat; });
    if (changed_taps_.size() < node.units()) {
      changed_taps_.resize(node.units());
      listed_units_.resize(node.units());
    }
    listed_units_.clear();
    for (const Input& input : inputs) {
      // Alone, as tiny products may add up to what counts.
      const bool tiny = inputs.size() == 1 && input.was_zero && std::abs(input.value) <= absorption_.most_input;
      node.each_unit_reached_from(input.flat, [&](std::size_t unit, std::size_t tap) {
        if (!listed_units_.has(unit)) {
          listed_units_.add(unit);
          changed_taps_[unit].clear();
        }
        changed_taps_[unit].push_back(
            {static_cast<std::uint32_t>(node.weights_of(tap, unit % node.geometry.groups)), input.value});
        if (!(tiny && absorption_.unit_absorbs(n, node, step, unit, input.value))) units.add(unit);
      });
    }
  }

  /// Lists the taps of a unit that count, in the order of the canonical sum, with the inputs under them.
  void list_taps(std::size_t n, std::size_t step, std::size_t unit) {
    const CircuitNode& node = circuit_[n];
    every_tap_ = Net::zero_input == ZeroInput::multiply && !parameters_.all_finite(node.weight);
    if (every_tap_) return list_every_tap(node, step, unit);
    if (node.geometry.is_dense()) return list_inputs(node, step);
    taps_ = node.taps_of(step, unit);
    all_ones_ = node.ones;
    if (sets_[n].to_compute.has(unit)) merge_taps(taps_, changed_taps_[unit]);
  }

  /// Lists golden taps with what changed of them; both ascend.
  void merge_taps(std::span<const Tap> golden, const std::vector<Tap>& changed) {
    listed_.resize(golden.size() + changed.size());
    Tap* to = listed_.data();
    auto next = golden.begin();
    for (const Tap& tap : changed) {
      while (next != golden.end() && next->weights < tap.weights) *to++ = *next++;
      if (next != golden.end() && next->weights == tap.weights) ++next;
      if (!(tap.value == 0.0F)) *to++ = tap;
      all_ones_ &= (tap.value == 1.0F) | (tap.value == 0.0F);
    }
    to = std::copy(next, golden.end(), to);
    taps_ = std::span<const Tap>(listed_.data(), to);
  }

  /// The inputs of a fully connected layer that are not zero.
  void list_inputs(const CircuitNode& node, std::size_t step) {
    CircuitNode& from = circuit_[node.from];
    const float* row = from.row_for(node, step);
    const std::uint64_t* bits = from.bits_for(node, step);
    listed_.clear();
    all_ones_ = true;
    for (std::size_t w = 0; w * 64 < node.geometry.channels_in; ++w)
      for (std::uint64_t word = bits[w]; word != 0; word &= word - 1) {
        const std::size_t f = w * 64 + std::size_t(std::countr_zero(word));
        listed_.push_back({static_cast<std::uint32_t>(node.weights_of(f, 0)), row[from.place_of[f]]});
        all_ones_ &= listed_.back().value == 1.0F;
      }
    taps_ = listed_;
  }

  /// Every tap of a unit, with zeros where its input is zero or padding.
  void list_every_tap(const CircuitNode& node, std::size_t step, std::size_t unit) {
    const SynapseGeometry& g = node.geometry;
    CircuitNode& from = circuit_[node.from];
    const float* row = from.row_for(node, step);
    const std::size_t group = unit % g.groups;
    const std::size_t y = unit / g.groups / g.out.columns;
    const std::size_t z = unit / g.groups % g.out.columns;
    listed_.clear();
    std::size_t tap = 0;
    for (std::size_t c = group * g.channels_in_group(), end = c + g.channels_in_group(); c < end; ++c)
      for (std::size_t i = 0; i < g.kernel.rows; ++i)
        for (std::size_t j = 0; j < g.kernel.columns; ++j, ++tap) {
          const auto at = input_under(y, i, g.stride.rows, g.padding.rows, g.dilation.rows, g.in.rows);
          const auto column = input_under(z, j, g.stride.columns, g.padding.columns, g.dilation.columns, g.in.columns);
          const float value =
              at < 0 || column < 0
                  ? 0.0F
                  : row[from.place_of[(c * g.in.rows + std::size_t(at)) * g.in.columns + std::size_t(column)]];
          listed_.push_back({static_cast<std::uint32_t>(node.weights_of(tap, group)), value});
        }
    taps_ = listed_;
  }

  /// The canonical sums of some registers of a unit, over the taps that were listed.
  void sum_registers(std::size_t n, std::size_t step, std::size_t unit, std::size_t begin, std::size_t end) {
    std::size_t reg = begin;
    for (; reg + 8 <= end; reg += 8) sum_together<8>(n, step, unit, reg);
    for (; reg + 4 <= end; reg += 4) sum_together<4>(n, step, unit, reg);
    for (; reg + 2 <= end; reg += 2) sum_together<2>(n, step, unit, reg);
    for (; reg < end; ++reg) sum_together<1>(n, step, unit, reg);
  }

  template <std::size_t Count>
  void sum_together(std::size_t n, std::size_t step, std::size_t unit, std::size_t reg) {
    CircuitNode& node = circuit_[n];
    const std::size_t channel = (reg - unit * node.group_registers) * lanes;  // within the group
    const float* bias =
        node.bias ? node.bias + unit % node.geometry.groups * node.geometry.channels_out_group() + channel : nullptr;
    One sum[Count];
    for (std::size_t c = 0; c < Count; ++c) sum[c] = bias ? One::load(bias + c * lanes) : One(0.0F);
    const float* weights = node.weights + channel;
    if (!every_tap_ && all_ones_) {
      for (const Tap& tap : taps_)
        for (std::size_t c = 0; c < Count; ++c) sum[c] = sum[c] + One::load(weights + tap.weights + c * lanes);
    } else if (!every_tap_) {
      for (const Tap& tap : taps_) {
        const One x(tap.value);
        for (std::size_t c = 0; c < Count; ++c) sum[c] = sum[c] + One::load(weights + tap.weights + c * lanes) * x;
      }
    } else {
      for (const Tap& tap : taps_)
        for (std::size_t c = 0; c < Count; ++c) {
          const One w = One::load(weights + tap.weights + c * lanes);
          const One more = sum[c] + w * One(tap.value);
          sum[c] = tap.value == 0.0F ? select((w - w) == One(0.0F), sum[c], more)
                                     : more;  // zeros count where w is not finite
        }
    }
    for (std::size_t c = 0; c < Count; ++c) edit_values(n, step, reg + c, sum[c]);
  }

  void run_one_to_one(std::size_t n, std::size_t step, const Struck* struck) {
    CircuitNode& node = circuit_[n];
    NumberSet& registers = sets_[n].to_compute;
    registers.clear();
    for (const std::uint32_t reg : changes_before(node)) registers.add(reg);
    if (struck)
      for (const std::uint32_t reg : sharing_.numbers()) registers.add(reg);
    const float* row = circuit_[node.from].row_for(node, step);
    for (const std::uint32_t reg : registers.numbers()) {
      const One w = One::load(node.constants[0].data() + reg * lanes);
      const One x = One::load(row + reg * lanes);
      const One sum = One(0.0F) + w * x;
      const One zero(0.0F);
      One value = select(x == zero, zero, sum);
      if constexpr (Net::zero_input == ZeroInput::multiply) value = select((w - w) == zero, value, sum);
      edit_values(n, step, reg, value);
    }
  }

  void run_pooling(std::size_t n, std::size_t step) {
    CircuitNode& node = circuit_[n];
    const PoolGeometry& g = node.pool;
    CircuitNode& from = circuit_[node.from];
    const std::size_t at_position = node.position_registers;
    NumberSet& registers = sets_[n].to_compute;
    registers.clear();
    for (const std::uint32_t reg : sets_[node.from].changed.numbers())
      for (const std::uint32_t window : node.windows_of[reg / at_position])
        registers.add(window * at_position + reg % at_position);
    const float* in = from.row(step);
    for (const std::uint32_t reg : registers.numbers()) {
      One value(pool_start(g.kind));
      for (const std::uint32_t p : node.inputs_of[reg / at_position])
        value = pool_next(g.kind, value, One::load(in + (p * at_position + reg % at_position) * lanes));
      edit_values(n, step, reg, pool_end(g, value));
    }
  }

  void run_reshape(std::size_t n, std::size_t step) {
    CircuitNode& node = circuit_[n];
    CircuitNode& from = circuit_[node.from];
    NumberSet& registers = sets_[n].to_compute;
    registers.clear();
    for (const std::uint32_t reg : sets_[node.from].changed.numbers())
      for (std::size_t l = 0; l < from.layout.filled(reg); ++l)
        registers.add(node.place_of[from.flat_of[reg * lanes + l]] / lanes);
    std::array<float, lanes> values{};
    for (const std::uint32_t reg : registers.numbers()) {
      for (std::size_t l = 0; l < node.layout.filled(reg); ++l)
        values[l] = from.row(step)[from.place_of[node.flat_of[reg * lanes + l]]];
      edit_values(n, step, reg, One::load(values.data()));
    }
  }

  void run_neurons(std::size_t n, std::size_t step, const Struck* struck) {
    CircuitNode& node = circuit_[n];
    NumberSet& registers = sets_[n].to_compute;
    registers.clear();
    for (const std::uint32_t reg : sets_[node.from].changed.numbers()) registers.add(reg);
    if (node.back != CircuitNode::none)
      for (const std::uint32_t reg : sets_[node.back].changed.numbers()) registers.add(reg);
    for (const std::uint32_t reg : sets_[n].pending.numbers()) registers.add(reg);
    if (struck && struck->quantity->storage == Storage::parameter)
      for (const std::uint32_t reg : sharing_.numbers()) registers.add(reg);
    if (struck && struck->quantity->storage != Storage::parameter) registers.add(struck->place / lanes);
    if (registers.empty()) return;

    NeuronRows rows;
    rows.current = circuit_[node.from].row(step);
    if (node.back != CircuitNode::none) rows.lateral = circuit_[node.back].row(step);
    for (std::size_t s = 0; s < node.states.size(); ++s) rows.state[s] = node.states[s][step];
    for (std::size_t c = 0; c < node.constants.size(); ++c) rows.constant[c] = node.constants[c].data();
    const std::size_t of_register = (node.states.size() + 1) * lanes;
    scratch_.resize(registers.numbers().size() * of_register);
    node.update(rows, registers.numbers(), scratch_.data());

    float* out = scratch_.data();
    for (const std::uint32_t reg : registers.numbers()) {
      if (struck && struck->quantity->storage != Storage::parameter && struck->place / lanes == reg) {
        const std::size_t at =
            struck->quantity->storage == Storage::spike ? node.states.size() : struck->quantity->offset;
        float& value = out[at * lanes + struck->place % lanes];
        value = struck->fault->alteration.on_state(value);
      }
      const std::uint32_t filled = node.filled[reg];
      std::uint32_t differs = 0;
      for (std::size_t s = 0; s < node.states.size(); ++s)
        differs |= edit(node.states[s][step + 1] + reg * lanes, One::load(out + s * lanes), filled);
      if (differs != 0) {
        sets_[n].next_pending.add(reg);
        if (n + 1 == circuit_.size()) reached_ = true;
      }
      edit_values(n, step, reg, One::load(out + node.states.size() * lanes));
      out += of_register;
    }
  }

  struct OldWord {
    std::uint64_t* at;
    std::uint64_t word;
  };

  Parameters<Net> parameters_;
  Circuit<Net, One> circuit_;
  std::vector<Sets> sets_;                 // (nodes)
  NumberSet sharing_;                      // registers with neurons that use the struck constant
  std::unique_ptr<Workspace<Net>> work_;
  const Sample* sample_ = nullptr;
  bool recorded_ = false;
  bool reached_ = false;                   // the last layer is not golden

  std::vector<ChangedSpike> train_spikes_;
  std::span<const Tap> taps_;
  std::vector<Tap> listed_;
  std::vector<std::vector<Tap>> changed_taps_;  // (units) of those that changed inputs reach
  NumberSet listed_units_;                 // those, also where the change is absorbed
  Absorption<One> absorption_;
  bool every_tap_ = false;                 // zeros are listed, too
  bool all_ones_ = false;                  // all inputs listed are 1, by which a weight is not multiplied
  std::vector<float> scratch_;
  std::vector<float*> old_places_;         // registers that were edited
  std::vector<float> old_values_;          // (registers, lanes), with room behind
  std::size_t old_values_size_ = 0;
  std::vector<OldWord> old_words_;
  std::array<float, Net::classes> readout_{};
};

}  // namespace spikingjet
