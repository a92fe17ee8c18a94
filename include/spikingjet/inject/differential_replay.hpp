// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/inject/fault_perturbation.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/sim/golden_recording.hpp>
#include <spikingjet/sim/step.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

/// Runs a network again from one of its layers on, and there only what differs from the golden run: a layer sums again
/// in steps where a spike before it changed, and its neurons go on while their states differ. One injection at a time,
/// lanes over neurons, with the very steps of `run`.
///
/// For what lanes over faults cannot take: constants that several neurons share, layers behind the next one, weights
/// that are not finite to begin with.
///
/// **Laws** readouts equal those of `run` bit by bit: a step is left out only where its inputs have golden bits.
template <class Injector>
class Replay {
  using Net = typename Injector::Network;
  static constexpr std::size_t pairs = Net::layer_count / 2;

 public:
  explicit Replay(const Parameters<Net>& golden) : parameters_(golden) {}

  /// The readout under a fault; nothing where it never differs from golden.
  ///
  /// **Shapes** returns (classes), valid until the next call.
  std::optional<std::span<const float>> with_fault(const GoldenRecording<Net>& recording, const Sample& sample,
                                                   const Fault& fault) {
    FaultPerturbation<Injector> perturbation(fault);
    const Quantity& quantity = Net::quantities[fault.site.quantity];
    const Cause cause{.first_pair = quantity.layer_index / 2, .fault = &fault,
                      .synaptic = quantity.layer_index % 2 == 0};
    const auto readout = replay(recording, sample, cause, perturbation);
    perturbation.restore(parameters_);
    return readout;
  }

  /// The readout where one neuron of `pair` leaves other spikes; nothing where it does not differ from golden.
  ///
  /// **Shapes** train (words); returns (classes), valid until the next call.
  std::optional<std::span<const float>> with_train(const GoldenRecording<Net>& recording, const Sample& sample,
                                                   std::size_t pair, std::size_t neuron,
                                                   std::span<const std::uint32_t> train) {
    NoPerturbation none;
    return replay(recording, sample, {.first_pair = pair + 1, .neuron = neuron, .train = train}, none);
  }

 private:
  /// What makes the run differ.
  struct Cause {
    std::size_t first_pair = 0;                // where
    const Fault* fault = nullptr;              // in that pair
    bool synaptic = false;                     // in its weights or bias
    std::size_t neuron = 0;                    // or a neuron of the pair before
    std::span<const std::uint32_t> train = {};  // with these spikes, (words)
  };

  template <class P>
  std::optional<std::span<const float>> replay(const GoldenRecording<Net>& recording, const Sample& sample, const Cause& cause,
                                               P& perturbation) {
    differs_ = {};
    folding_ = false;
    last_stepped_ = 0;
    for (std::size_t step = 0; step < recording.steps(); ++step) {
      bool changed = false;  // the spikes of the pair before
      bool strikes = false;
      if (cause.fault) {
        perturbation.begin_step(step, parameters_);
        strikes = cause.fault->window.contains(step);
      } else {
        const std::size_t w = step / steps_per_word;
        changed = ((cause.train[w] ^ recording[cause.first_pair - 1].word(w, cause.neuron)) & step_bit(step)) != 0;
      }
      [&]<std::size_t... Q>(std::index_sequence<Q...>) {
        (
            [&] {
              if (Q < cause.first_pair) return;
              const bool first = Q == cause.first_pair;
              const bool sums = changed || (first && strikes && cause.synaptic);
              if (!sums && !differs_[Q] && !(first && strikes)) {
                changed = false;
                return;
              }
              if (first && sums) give_inputs<Q>(recording, cause, step);
              changed = step_pair<Q>(recording, sample, step, sums, perturbation);
            }(),
            ...);
      }(std::make_index_sequence<pairs>{});
      fold(recording, step);
    }
    if (!folding_) return std::nullopt;
    const auto readout = std::span(work_.readout).first(Net::classes);
    for (float& value : readout) value = canonical(value);
    return readout;
  }

  /// Spikes for the first pair's sums: golden ones, but for the neuron that the cause changes.
  template <std::size_t Q>
  void give_inputs(const GoldenRecording<Net>& recording, const Cause& cause, std::size_t step) {
    if constexpr (Q > 0) {
      auto& buffers = std::get<2 * Q - 1>(work_.layers);
      for (std::size_t n = 0; n < recording[Q - 1].neurons; ++n) buffers.spike[n] = recording[Q - 1].fired(step, n);
      if (!cause.fault)
        buffers.spike[cause.neuron] = (cause.train[step / steps_per_word] & step_bit(step)) != 0 ? 1.0F : 0.0F;
    }
  }

  /// One step of a pair whose inputs, parameters or states are not golden; whether its spikes are not either.
  template <std::size_t Q, class P>
  bool step_pair(const GoldenRecording<Net>& recording, const Sample& sample, std::size_t step, bool sums, P& perturbation) {
    const PairRecording& golden = recording[Q];
    auto& buffers = std::get<2 * Q + 1>(work_.layers);
    if (!differs_[Q])
      for (std::size_t s = 0; s < buffers.state.size(); ++s)
        std::copy_n(golden.state[s][step], golden.neurons, buffers.state[s].data());
    if (Q + 1 == pairs && !folding_) {
      folding_ = true;
      std::copy_n(recording.readout()[step], Net::classes, work_.readout.data());
    }
    if (sums)
      step_synapses<Net, 2 * Q>(work_, parameters_, sample[step]);
    else
      std::copy_n(golden.current[step], golden.neurons, std::get<2 * Q>(work_.layers).current.data());
    step_neurons<Net, 2 * Q + 1>(work_, parameters_);
    touch_neurons<Net, 2 * Q + 1>(work_, step, perturbation);

    differs_[Q] = false;
    for (std::size_t s = 0; s < buffers.state.size(); ++s)
      differs_[Q] |= std::memcmp(buffers.state[s].data(), golden.state[s][step + 1], golden.neurons * sizeof(float)) != 0;
    bool changed = false;
    for (std::size_t n = 0; n < golden.neurons; ++n)
      changed |= to_word(buffers.spike[n]) != to_word(golden.fired(step, n) ? 1.0F : 0.0F);
    if (Q + 1 == pairs) last_stepped_ = step + 1;
    return changed;
  }

  /// Folds a step into the readout, once it may differ; in golden steps with golden spikes and potentials.
  void fold(const GoldenRecording<Net>& recording, std::size_t step) {
    if (!folding_) return;
    if (last_stepped_ != step + 1) {
      const PairRecording& golden = recording[pairs - 1];
      auto& buffers = std::get<2 * pairs - 1>(work_.layers);
      for (std::size_t n = 0; n < golden.neurons; ++n) buffers.spike[n] = golden.fired(step, n);
      for (std::size_t s = 0; s < buffers.state.size(); ++s)
        std::copy_n(golden.state[s][step + 1], golden.neurons, buffers.state[s].data());
    }
    step_readout<Net>(work_, step);
  }

  Workspace<Net> work_;
  Parameters<Net> parameters_;
  std::array<bool, pairs> differs_{};  // states from golden, after the last step
  bool folding_ = false;
  std::size_t last_stepped_ = 0;  // 1 + the last step in which the last pair ran
};

}  // namespace spikingjet
