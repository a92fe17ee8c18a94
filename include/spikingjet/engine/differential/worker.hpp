// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/differential/carry/dense.hpp>
#include <spikingjet/engine/differential/carry/feedback.hpp>
#include <spikingjet/engine/differential/golden_stages.hpp>
#include <spikingjet/engine/differential/merge.hpp>
#include <spikingjet/engine/differential/neuron/golden_neuron.hpp>
#include <spikingjet/engine/differential/neuron/neuron_run.hpp>
#include <spikingjet/engine/differential/neuron/spike_lanes.hpp>
#include <spikingjet/engine/differential/plan.hpp>
#include <spikingjet/engine/differential/plane/stage_planes.hpp>
#include <spikingjet/engine/differential/replay/replay.hpp>
#include <spikingjet/engine/differential/spike_contract.hpp>
#include <spikingjet/engine/differential/stage_traits.hpp>
#include <spikingjet/engine/differential/weight_rows.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/engine/golden/train.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/model/zero_input.hpp>
#include <spikingjet/sim/workspace.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

namespace spikingjet {

/// Simulates what the faults of a plan change on one sample, a neuron at a time.
///
/// For each neuron: run its faulty copies in lanes against the golden run (`NeuronRun`), which leaves cases, one for
/// each different train of spikes; carry each case on to the readout (`Carrier`), or replay it (`Replay`) where there
/// is more than one layer to go. Faults of a case that feeds back run on side by side (`RecurrentRun`). Weights and
/// biases of convolutions are judged, or run, for all neurons of a channel (`StagePlanes`), and replayed behind them.
template <class Injector, class V>
class DifferentialWorker {
  using Net = typename Injector::Network;
  static constexpr std::size_t stages = Net::stage_count;
  static constexpr std::size_t last = stages - 1;

  template <std::size_t P>
  using Traits = StageTraits<Net, P>;
  template <std::size_t P>
  using ModelOf = typename Traits<P>::Model;
  template <std::size_t P>
  using RunOf = NeuronRun<ModelOf<P>, std::conditional_t<P == last, typename Net::Readout, void>, V>;

 public:
  /// Which faults of each stage run in lanes.
  static constexpr std::array<PlanStage, stages> plan_stages = []<std::size_t... P>(std::index_sequence<P...>) {
    return std::array{PlanStage{
        .inputs = Traits<P>::input_lanes, .lateral = Traits<P>::lateral_lanes, .neurons = Traits<P>::has_lanes}...};
  }(std::make_index_sequence<stages>{});

  /// **Errors** `NotASpike`.
  DifferentialWorker(const Parameters<Net>& golden, const WeightRows& rows)
      : parameters_(golden),
        stages_(golden, rows, recording_),
        replay_(golden),
        carrier_(stages_.last_layer()),
        planes_(golden),
        recurrent_(recurrent()) {
    each_stage<Net>([&]<std::size_t P>(std::integral_constant<std::size_t, P>) {
      if constexpr (Traits<P>::has_lanes)
        require_spikes_of_bits<ModelOf<P>>(stages_.template constants_of<P>(0),
                                           Net::template Layer<Traits<P>::neurons>::name.str());
    });
  }
  DifferentialWorker(const DifferentialWorker&) = delete;
  DifferentialWorker& operator=(const DifferentialWorker&) = delete;

  /// Injects a part of a plan on one sample; `batch` gets the readouts that differ from golden.
  Decisions run(const Sample& sample, const FaultPlan& plan, const PlanPart& part, ResultBatch& batch) {
    record(sample);
    plan_ = &plan;
    decisions_ = {};
    for (std::size_t k = 0; k < Net::classes; ++k)
      golden_row_[k] = canonical(recording_.readout()[recording_.steps()][k]);
    each_stage<Net>([&]<std::size_t P>(std::integral_constant<std::size_t, P>) {
      if constexpr (Traits<P>::has_lanes) {
        std::get<P>(runs_).start_sample(stages_.template layer<P>(false));
        if constexpr (Traits<P>::lateral_lanes)
          std::get<P>(lateral_runs_).start_sample(stages_.template layer<P>(true));
      }
    });
    planes_.forget();
    if constexpr (Traits<last>::is_plain) carrier_.start_sample();
    if constexpr (recurs_before_last) recurrent_.start_sample(recording_.steps());
    for (std::size_t n = part.first_neuron; n < part.end_neuron; ++n)
      each_stage<Net>([&]<std::size_t P>(std::integral_constant<std::size_t, P>) {
        if constexpr (Traits<P>::has_lanes)
          if (plan.neurons[n].stage == P) run_neuron<P>(plan.neurons[n], batch);
      });
    run_recurrent(batch);
    for (std::size_t a = part.first_alone; a < part.end_alone; ++a)
      if (!run_plane(plan.alone[a], batch)) replay_fault(plan.alone[a], batch);
    return decisions_;
  }

 private:
  /// Whether replays are so common that their golden run is recorded along with the other.
  static constexpr bool replays_often = !(Traits<0>::is_plain && Traits<last>::is_plain && last <= 1);

  /// The stage before the last, if there is one, or the last.
  static constexpr std::size_t before_last = last > 0 ? last - 1 : 0;
  /// Whether it feeds back on itself in a way that faults which change its spikes run side by side.
  // clang-format off
  static constexpr bool recurs_before_last = last > 0 && Traits<before_last>::feeds_back &&
                                             Traits<before_last>::input_lanes && Traits<before_last>::lateral_lanes &&
                                             Traits<last>::is_plain;
  // clang-format on

  struct Nothing {};
  using Recurrent =
      std::conditional_t<recurs_before_last,
                         RecurrentRun<ModelOf<before_last>, ModelOf<last>, typename Net::Readout, V>, Nothing>;

  Recurrent recurrent() const {
    if constexpr (recurs_before_last)
      return Recurrent(stages_.template layer<before_last>(true), stages_.last_layer());
    else
      return {};
  }

  void record(const Sample& sample) {
    if constexpr (replays_often) {
      auto& circuit = replay_.unrecorded_circuit();
      circuit.start(sample);
      recording_.record(work_, parameters_, sample, [&](std::size_t step) { circuit.keep(work_, sample, step); });
      circuit.finish();
      replay_.start_recorded_sample(sample);
    } else {
      recording_.record(work_, parameters_, sample);
      replay_.start_sample(sample);
    }
  }

  template <std::size_t P>
  void run_neuron(const NeuronPlan& neuron, ResultBatch& batch) {
    if constexpr (Traits<P>::lateral_lanes)
      if (neuron.lateral) return run_lanes<P>(std::get<P>(lateral_runs_), stages_.lateral_poisoned(P), neuron, batch);
    run_lanes<P>(std::get<P>(runs_), stages_.poisoned(P), neuron, batch);
    run_spikes<P>(stages_.template golden_neuron<P>(neuron.neuron, false), neuron.spikes.of(plan_->spikes), batch);
  }

  template <std::size_t P>
  void run_lanes(RunOf<P>& run, bool poisoned, const NeuronPlan& neuron, ResultBatch& batch) {
    const auto golden = stages_.template golden_neuron<P>(neuron.neuron, neuron.lateral);
    run.run(golden, *plan_, neuron, !poisoned, cases_, decisions_);
    if (poisoned) replay_inputs(neuron, batch);
    settle_cases<P>(neuron.neuron, run.golden_train(), batch);
  }

  /// Finds the readout of each case and hands on those that differ.
  template <std::size_t P>
  void settle_cases(std::size_t neuron, [[maybe_unused]] std::span<const std::uint32_t> golden_train,
                    ResultBatch& batch) {
    if (cases_.size() == 0) return;
    const auto settle = [&](std::size_t c, std::span<const float> readout, Decision how) {
      const auto faults = cases_.faults(c);
      decisions_.add(how);
      decisions_.add(Decision::merged, faults.size() - 1);
      hand_on(faults, readout, batch);
    };
    if constexpr (Traits<P>::feeds_back) {  // what follows the first changed spike is different for each fault
      for (std::size_t c = 0; c < cases_.size(); ++c) {
        std::size_t first_change = 0;
        if constexpr (recurs_before_last && P == before_last)
          first_change = first_difference(cases_.key(c), golden_train);
        for (const std::uint32_t& f : cases_.faults(c))
          if (!take_recurrent<P>(plan_->strikes[f], first_change, batch)) replay_fault(f, batch);
      }
      return;
    }
    if constexpr (P == last) {
      std::array<float, Net::classes> row = golden_row_;
      for (std::size_t c = 0; c < cases_.size(); ++c) {
        row[neuron] = to_float(cases_.key(c)[0]);
        settle(c, row, Decision::carried);
      }
      return;
    }
    if constexpr (P + 1 == last && Traits<last>::is_plain) {
      if (!stages_.poisoned(last)) {
        carrier_.carry_trains(cases_, golden_train, neuron, recording_.steps(),
                              [&](std::size_t c, std::span<const float> row) { settle(c, row, Decision::carried); });
        return;
      }
    }
    for (std::size_t c = 0; c < cases_.size(); ++c) {
      const auto readout = replay_.with_train(Net::neurons_of(P), neuron, golden_train, cases_.key(c));
      settle(c, readout ? std::span<const float>(*readout) : std::span<const float>(golden_row_), Decision::replayed);
    }
  }

  // ---- faults that change what feeds back ----

  /// Hands a strike on the neuron that was run to those that run side by side, if they can take it.
  template <std::size_t P>
  bool take_recurrent(const Strike& strike, std::size_t first_change, ResultBatch& batch) {
    if constexpr (recurs_before_last && P == before_last) {
      const StrikeGroup& group = plan_->group_of(strike);
      const bool poison = group.is_weight() && Net::zero_input == ZeroInput::multiply && !is_finite(strike.faulty);
      if (poison || stages_.poisoned(P) || stages_.lateral_poisoned(P) || stages_.poisoned(last)) return false;
      if (recurrent_.is_full()) run_recurrent(batch);
      const std::span<float> sums = recurrent_.add(strike, group, first_change);
      const auto put = [&](std::size_t step, float sum) { sums[step] = sum; };
      if (group.in_sums()) std::get<P>(runs_).each_faulty_sum(strike, group, put);
      if (group.in_lateral_sums()) std::get<P>(lateral_runs_).each_faulty_sum(strike, group, put);
      decisions_.add(Decision::replayed);
      return true;
    }
    return false;
  }

  void run_recurrent([[maybe_unused]] ResultBatch& batch) {
    if constexpr (recurs_before_last)
      recurrent_.run([&](const std::uint32_t& f, std::span<const float> readout) {
        hand_on(std::span<const std::uint32_t>(&f, 1), readout, batch);
      });
  }

  void hand_on(std::span<const std::uint32_t> faults, std::span<const float> readout, ResultBatch& batch) const {
    if (std::memcmp(readout.data(), golden_row_.data(), sizeof golden_row_) != 0) batch.take(faults, readout);
  }

  // ---- faults in spikes ----

  template <std::size_t P>
  void run_spikes(const GoldenNeuron<ModelOf<P>>& golden, std::span<const std::uint32_t> faults, ResultBatch& batch) {
    std::size_t used = 0;
    std::size_t first_step = golden.steps;
    const auto flush = [&] {
      if (used == 0) return;
      spikes_.set(plan_->strikes, std::span(spike_faults_).first(used), recording_[P], golden.neuron, first_step,
                  golden.steps);
      carry_spikes<P>(golden, used, batch);
      used = 0;
      first_step = golden.steps;
    };
    for (const std::uint32_t f : faults) {
      const std::size_t first =
          first_altered_spike(plan_->strikes[f], recording_[P], golden.neuron, golden.steps, P == last);
      if (first == golden.steps) {
        decisions_.add(Decision::silent);
      } else if (Traits<P>::feeds_back || P + 1 < last ||
                 (P + 1 == last && (stages_.poisoned(last) || !Traits<last>::is_plain))) {
        replay_fault(f, batch);
      } else {
        first_step = std::min(first_step, first);
        spike_faults_[used++] = f;
        if (used == V::lanes) flush();
      }
    }
    flush();
  }

  template <std::size_t P>
  void carry_spikes(const GoldenNeuron<ModelOf<P>>& golden, std::size_t used, ResultBatch& batch) {
    decisions_.add(Decision::carried, used);
    const auto settle = [&](std::size_t lane, std::span<const float> readout) {
      hand_on(std::span<const std::uint32_t>(spike_faults_).subspan(lane, 1), readout, batch);
    };
    if constexpr (P == last) {
      std::array<float, V::lanes> values;
      std::get<P>(runs_).run_spikes(golden, spikes_, values.data());
      std::array<float, Net::classes> row = golden_row_;
      for (std::size_t l = 0; l < used; ++l) {
        row[golden.neuron] = values[l];
        settle(l, row);
      }
    } else if constexpr (P + 1 == last && Traits<last>::is_plain) {
      carrier_.carry_spikes(spikes_, used, golden.neuron, settle);
    }
  }

  // ---- weights of convolutions ----

  /// Decides a fault in a weight or bias of a convolution, if it is one that planes of neurons can take.
  bool run_plane(const std::uint32_t& f, ResultBatch& batch) {
    const auto change = planes_.run(plan_->strikes[f], replay_.circuit());
    if (!change) return false;
    decisions_.add(change->decision);
    if (change->spikes.empty()) return true;
    if (const auto readout = replay_.with_spikes(change->layer, change->spikes))
      hand_on(std::span<const std::uint32_t>(&f, 1), *readout, batch);
    return true;
  }

  // ---- the slow way ----

  void replay_fault(const std::uint32_t& f, ResultBatch& batch) {
    decisions_.add(Decision::replayed);
    if (const auto readout = replay_.with_fault(plan_->strikes[f]))
      hand_on(std::span<const std::uint32_t>(&f, 1), *readout, batch);
  }

  void replay_inputs(const NeuronPlan& neuron, ResultBatch& batch) {
    for (const WeightSite& site : neuron.sites.of(plan_->sites))
      for (const WeightValue& value : site.values.of(plan_->weight_values))
        for (const std::uint32_t& f : value.faults.of(plan_->faults)) replay_fault(f, batch);
    for (const std::uint32_t& f : neuron.currents.of(plan_->currents)) replay_fault(f, batch);
  }

  template <class Stages>
  struct RunsOf;
  template <std::size_t... P>
  struct RunsOf<std::index_sequence<P...>> {
    using type = std::tuple<RunOf<P>...>;
  };
  using Runs = typename RunsOf<std::make_index_sequence<stages>>::type;

  const Parameters<Net>& parameters_;
  Workspace<Net> work_;
  GoldenRecording<Net> recording_;
  GoldenStages<Net> stages_;
  Replay<Injector, V> replay_;
  Carrier<ModelOf<last>, typename Net::Readout, V> carrier_;
  Runs runs_;
  Runs lateral_runs_;
  StagePlanes<Net, V> planes_;
  Recurrent recurrent_;
  CaseTable cases_;
  SpikeLanes<V> spikes_;
  std::array<std::uint32_t, V::lanes> spike_faults_{};

  // of the sample
  const FaultPlan* plan_ = nullptr;
  Decisions decisions_;
  std::array<float, Net::classes> golden_row_{};
};

}  // namespace spikingjet
