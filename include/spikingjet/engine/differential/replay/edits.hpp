// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/core/number_set.hpp>
#include <spikingjet/engine/differential/replay/circuit.hpp>
#include <spikingjet/engine/differential/replay/node.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

/// An output of a node that is not golden, as a convolution behind it reads it.
struct ChangedInput {
  std::uint32_t flat;
  float value;
  bool was_zero;
};

/// What is not golden in a node, step by step.
struct NodeChanges {
  NumberSet changed;                        // registers, in this step
  NumberSet changed_before;                 // in the step before
  NumberSet pending;                        // registers of neurons whose states are not golden before this step
  NumberSet next_pending;                   // behind it
  NumberSet to_compute;                     // what is to be computed
  std::vector<ChangedInput> inputs;         // of convolutions: what changed in this step
  std::vector<ChangedInput> inputs_before;  // in the step before
};

/// The log of edits of a circuit's golden run: what was written over, and which registers of each node differ from the
/// golden run in a step and behind it.
///
/// **Laws** `undo` gives the circuit the bits back that it had before the first edit.
template <class Net, class One>
class Edits {
  using Words = typename WordsOf<One>::type;
  static constexpr std::size_t lanes = One::lanes;

 public:
  /// `circuit` must outlive the edits.
  explicit Edits(Circuit<Net, One>& circuit) : circuit_(circuit), changes_(circuit.size()) {
    for (std::size_t n = 0; n < circuit.size(); ++n) {
      const CircuitLayout& layout = circuit[n].layout;
      for (NumberSet* set : {&changes_[n].changed, &changes_[n].changed_before, &changes_[n].pending,
                             &changes_[n].next_pending, &changes_[n].to_compute})
        set->resize(std::max(layout.registers(), layout.positions * layout.groups));
    }
  }

  /// The changes of a node.
  NodeChanges& operator[](std::size_t node) { return changes_[node]; }

  /// Whether the last layer is not golden in some step.
  bool reach_readout() const { return reached_; }

  /// Goes on to the next step: what changed in this one has changed in the step before.
  void begin_step() {
    for (NodeChanges& node : changes_) {
      std::swap(node.changed, node.changed_before);
      node.changed.clear();
      std::swap(node.inputs, node.inputs_before);
      node.inputs.clear();
      std::swap(node.pending, node.next_pending);
      node.next_pending.clear();
    }
  }

  /// Whether everything is golden behind this step.
  bool nothing_pending() const {
    for (const NodeChanges& node : changes_)
      if (!node.next_pending.empty() || !node.changed.empty()) return false;
    return true;
  }

  /// Registers of the node before that changed: in this step, or for lateral layers in the one before.
  std::span<const std::uint32_t> changes_before(const CircuitNode& node) const {
    const NodeChanges& from = changes_[node.from];
    return (node.of_step_before ? from.changed_before : from.changed).numbers();
  }

  /// The changed inputs of a convolution in the step that it reads.
  std::vector<ChangedInput>& inputs_before(const CircuitNode& node) {
    NodeChanges& from = changes_[node.from];
    return node.of_step_before ? from.inputs_before : from.inputs;
  }

  /// Edits a register of a node's values, and the bits that tell which of them are not zero.
  void edit_values(std::size_t n, std::size_t step, std::size_t reg, const One& value) {
    CircuitNode& node = circuit_[n];
    float* at = node.row(step) + reg * lanes;
    const One old = One::load(at);
    const std::uint32_t differs = edit(at, value, node.filled[reg]);
    if (differs == 0) return;
    changes_[n].changed.add(reg);
    if (n + 1 == circuit_.size()) reached_ = true;
    if (!node.feeds_sums) return;
    const std::uint32_t* flat = node.flat_of.data() + reg * lanes;
    const std::uint32_t was_zero = bits_of(old == One(0.0F));
    if (node.feeds_convolution)
      for (std::uint32_t bits = differs; bits != 0; bits &= bits - 1) {
        const auto l = std::size_t(std::countr_zero(bits));
        changes_[n].inputs.push_back({flat[l], at[l], (was_zero >> l & 1) != 0});
      }
    const std::uint32_t comes_or_goes = (was_zero ^ bits_of(value == One(0.0F))) & differs;
    for (std::uint32_t bits = comes_or_goes; bits != 0; bits &= bits - 1) {
      const std::uint32_t f = flat[std::countr_zero(bits)];
      std::uint64_t& word = node.bits_of(step)[f / 64];
      old_words_.push_back({&word, word});
      word ^= std::uint64_t{1} << (f % 64);
    }
  }

  /// Edits one value of a node.
  void set_spike(std::size_t n, std::size_t step, std::size_t place, float spike) {
    std::array<float, lanes> values;
    const std::size_t reg = place / lanes;
    One::load(circuit_[n].row(step) + reg * lanes).store(values.data());
    values[place % lanes] = spike;
    edit_values(n, step, reg, One::load(values.data()));
  }

  /// Edits a register of the states behind a step.
  ///
  /// **Shapes** values (states, lanes).
  void edit_states(std::size_t n, std::size_t step, std::size_t reg, const float* values) {
    CircuitNode& node = circuit_[n];
    const std::uint32_t filled = node.filled[reg];
    std::uint32_t differs = 0;
    for (std::size_t s = 0; s < node.states.size(); ++s)
      differs |= edit(node.states[s][step + 1] + reg * lanes, One::load(values + s * lanes), filled);
    if (differs != 0) {
      changes_[n].next_pending.add(reg);
      if (n + 1 == circuit_.size()) reached_ = true;
    }
  }

  /// Puts the golden run back.
  void undo() {
    for (std::size_t e = old_places_.size(); e-- > 0;) One::load(old_values_.data() + e * lanes).store(old_places_[e]);
    for (std::size_t e = old_words_.size(); e-- > 0;) *old_words_[e].at = old_words_[e].word;
    old_places_.clear();
    old_values_size_ = 0;
    old_words_.clear();
    for (NodeChanges& node : changes_) {
      for (NumberSet* set : {&node.changed, &node.changed_before, &node.pending, &node.next_pending}) set->clear();
      node.inputs.clear();
      node.inputs_before.clear();
    }
    reached_ = false;
  }

 private:
  struct OldWord {
    std::uint64_t* at;
    std::uint64_t word;
  };

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

  Circuit<Net, One>& circuit_;
  std::vector<NodeChanges> changes_;  // (nodes)
  bool reached_ = false;              // the last layer is not golden
  std::vector<float*> old_places_;    // registers that were edited
  std::vector<float> old_values_;     // (registers, lanes), with room behind
  std::size_t old_values_size_ = 0;
  std::vector<OldWord> old_words_;
};

}  // namespace spikingjet
