// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/device/algorithms.hpp>
#include <spikingjet/core/device/buffer.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/engine/device/golden/activity.hpp>
#include <spikingjet/engine/device/golden/neurons.hpp>
#include <spikingjet/engine/device/neuron/follow.hpp>
#include <spikingjet/engine/device/neuron/struck.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/sim/sums/one_output.hpp>

#include <thrust/reduce.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace spikingjet {

// A fault that strikes one neuron leaves, where spikes are 0 or 1, the other spike in some steps, or, where it strikes
// the spike itself, its altered values: a bit for each step says it all. A fully connected layer behind has golden sums
// in the other steps. The sums behind flips are the same for all runs of a sample, and stand in a table where there are
// flips enough.

/// What stands in place of a golden spike, where a run has another one.
struct Instead {
  float of_0 = 1.0F;
  float of_1 = 0.0F;

  SPIKINGJET_HD constexpr float of(float spike) const { return spike == 0.0F ? of_0 : of_1; }
  SPIKINGJET_HD bool same(const Instead& other) const {
    return to_word(of_0) == to_word(other.of_0) && to_word(of_1) == to_word(other.of_1);
  }
};

/// The changed spikes of one neuron in each of some runs: bit t % 32 of word t / 32 is set where that of step t is
/// changed.
struct FlipsView {
  static constexpr std::uint32_t no_neuron = ~std::uint32_t{0};

  std::uint32_t* word = nullptr;             // (words, runs)
  std::uint32_t* neuron_of = nullptr;        // (runs); `no_neuron` where a changed spike is none of `instead`
  Instead* instead = nullptr;                // (runs)
  const std::uint32_t* sample_of = nullptr;  // (runs)
  std::size_t runs = 0;
  std::size_t words = 0;

  static constexpr std::size_t words_of(std::size_t steps) { return (steps + 31) / 32; }

  SPIKINGJET_HD std::uint32_t bits(std::size_t run, std::size_t w) const { return word[w * runs + run]; }
  SPIKINGJET_HD bool holds(std::size_t run, std::size_t step) const {
    return (bits(run, step / 32) >> (step % 32) & 1U) != 0;
  }

  /// The first changed spike of a run from a step on; ~0 where there is none.
  SPIKINGJET_HD std::size_t next(std::size_t run, std::size_t step) const {
    for (std::size_t w = step / 32; w < words; ++w) {
      std::uint32_t left = bits(run, w);
      if (w == step / 32) left &= ~std::uint32_t{0} << (step % 32);
      if (left != 0) return w * 32 + std::size_t(lowest_bit(left));
    }
    return ~std::size_t{0};
  }
  SPIKINGJET_HD std::uint64_t count(std::size_t run) const {
    std::uint64_t n = 0;
    for (std::size_t w = 0; w < words; ++w) n += std::uint64_t(count_bits(bits(run, w)));
    return n;
  }

  // what runs are merged by
  SPIKINGJET_HD std::uint64_t hash(std::size_t run) const {
    std::uint64_t h = spread_bits(std::uint64_t{sample_of[run]} << 32 | neuron_of[run]);
    h = spread_bits(h ^ (std::uint64_t{to_word(instead[run].of_0)} << 32 | to_word(instead[run].of_1)));
    for (std::size_t w = 0; w < words; ++w) h = spread_bits(h ^ bits(run, w));
    return h;
  }
  SPIKINGJET_HD bool same(std::size_t a, std::size_t b) const {
    bool equal = sample_of[a] == sample_of[b] && neuron_of[a] == neuron_of[b] && instead[a].same(instead[b]);
    for (std::size_t w = 0; w < words && equal; ++w) equal = bits(a, w) == bits(b, w);
    return equal;
  }
};

/// Writes changed spikes in the order of steps, each word once.
template <class Model>
struct WriteFlips {
  const FlipsView& flips;
  std::size_t run;
  Instead instead;
  const RecordedNeuron<Model>& golden;
  bool as_said = true;  // all changed spikes are those of `instead`, in place of 0 or 1
  std::size_t word = 0;
  std::uint32_t bits = 0;
  Instead seen = {};  // that of `instead` which stands anywhere; else as in flips, so that more runs are the same

  SPIKINGJET_HD bool operator()(std::size_t step, float spike) {
    const float before = golden.fired(step);
    if (before == 0.0F)
      seen.of_0 = instead.of_0;
    else
      seen.of_1 = instead.of_1;
    as_said = (to_word(before) == to_word(0.0F) || to_word(before) == to_word(1.0F)) &&
              to_word(spike) == to_word(instead.of(before));
    move_to(step / 32);
    bits |= std::uint32_t{1} << (step % 32);
    return as_said;
  }
  SPIKINGJET_HD void move_to(std::size_t next) {
    for (; word < next; ++word, bits = 0) flips.word[word * flips.runs + run] = bits;
  }
};

/// The changed spikes that each of some faults leaves of the one neuron that it strikes.
template <class Model, bool InSums>
struct StruckFlips {
  StruckRuns<Model, InSums> struck;
  const std::uint32_t* first_of;  // (runs) step before which nothing differs
  FlipsView flips;

  SPIKINGJET_HD void operator()(std::size_t run) const {
    const std::uint32_t n = struck.neuron(run);
    const RecordedNeuron<Model> golden = struck.golden(run, n);
    Instead instead;
    if (struck.faulty.group.kind == StrikeKind::spike) {
      const Alteration& alteration = struck.fault(run).alteration;
      instead = {alteration.on_state(0.0F), alteration.on_state(1.0F)};
    }
    WriteFlips<Model> written{flips, run, instead, golden};
    struck.template follow_struck<void>(run, n, golden, written, first_of[run]);
    written.move_to(flips.words);
    flips.neuron_of[run] = written.as_said ? n : FlipsView::no_neuron;
    flips.instead[run] = written.seen;
  }
};

/// What a table holds for each input and output of a fully connected layer in each step.
enum class FlipTable : std::uint8_t {
  none,
  flipped,  // the sums with the input flipped
  before    // the golden sums up to the input's term
};

/// A fully connected layer, with finite golden weights, behind changed spikes.
struct FlippedSums {
  SynapseView synapses;
  ActivityView x;
  FlipTable holds = FlipTable::none;
  const float* table = nullptr;  // (samples, steps, inputs, outputs)
};

/// The sums of one output of a fully connected layer in one sample, of which one input is changed.
class FlippedOutput {
 public:
  SPIKINGJET_HD FlippedOutput(const FlippedSums& sums, std::size_t in_sample, std::uint32_t in, std::uint32_t out)
      : sums_(sums),
        sample_(in_sample),
        input_(in),
        output_(out),
        stride_(std::uint32_t(sums.x.inputs * sums.synapses.outputs)) {
    if (sums.table)
      table_ = sums.table + sample_ * sums.x.steps * stride_ + std::size_t{in} * sums.synapses.outputs + out;
  }

  /// `golden` is the golden sum.
  SPIKINGJET_HD float sum(std::size_t step, const Instead& instead, float golden) const {
    if (sums_.holds == FlipTable::flipped) return of_table(step);
    const StepInput x = sums_.x.at(sample_, step, 0);
    const float value = instead.of(x.value[input_]);
    return sums_.synapses.sum_with(output_, x, input_, value, sums_.table ? of_table(step) : before(step), golden);
  }
  /// The golden sum up to the input's term.
  SPIKINGJET_HD float before(std::size_t step) const {
    return sums_.synapses.sum_before(output_, sums_.x.at(sample_, step, 0), input_);
  }

 private:
  SPIKINGJET_HD float of_table(std::size_t step) const { return table_[std::size_t{std::uint32_t(step)} * stride_]; }

  const FlippedSums& sums_;
  std::size_t sample_;
  std::uint32_t input_;
  std::uint32_t output_;
  std::uint32_t stride_;  // of the table, between steps
  const float* table_ = nullptr;
};

/// A neuron whose current is changed by one input.
template <class Model>
struct FlippedCurrents {
  const RecordedNeuron<Model>& golden;
  const FlipsView& flips;
  FlippedOutput output;
  std::size_t run;
  Instead instead;

  SPIKINGJET_HD std::size_t next(std::size_t step) const { return flips.next(run, step); }
  SPIKINGJET_HD NeuronInput input(std::size_t step) const {
    const float current = golden.current[golden.at(step)];
    return {flips.holds(run, step) ? output.sum(step, instead, current) : current, 0.0F};
  }
  SPIKINGJET_HD void constants(std::size_t, Constants<Model, float>&) const {}
  SPIKINGJET_HD void after(std::size_t, Values<float, RecordedNeuron<Model>::states>&, float&) const {}
};

/// All neurons behind the flips of leaders; an item for each neuron of each leader.
template <class Model>
struct FlippedNeurons {
  NeuronsView<Model> view;
  FlipsView flips;
  FlippedSums sums;
  const std::uint32_t* leader;  // (leaders) the run

  SPIKINGJET_HD std::uint64_t place(std::size_t item) const { return item; }

  template <class Readout, class Visit>
  SPIKINGJET_HD float follow(std::size_t item, Visit& visit) const {
    const std::uint32_t run = leader[item / view.neurons];
    const std::uint32_t sample = flips.sample_of[run];
    const auto neuron = std::uint32_t(item % view.neurons);
    const RecordedNeuron<Model> golden = view.of(sample, neuron);
    const FlippedCurrents<Model> source{golden, flips, FlippedOutput(sums, sample, flips.neuron_of[run], neuron), run,
                                        flips.instead[run]};
    return follow_to_readout<Readout>(golden, source, visit);
  }
};

namespace detail {

struct LeavesMore {
  const std::uint32_t* neuron_of;
  SPIKINGJET_HD bool operator()(std::size_t run) const { return neuron_of[run] == FlipsView::no_neuron; }
};

struct CountFlips {
  FlipsView flips;
  const std::uint32_t* leader;
  std::uint64_t* count;  // (leaders)
  SPIKINGJET_HD void operator()(std::size_t l) const { count[l] = flips.count(leader[l]); }
};

struct TabulateFlips {
  FlippedSums sums;     // without a table
  const float* golden;  // (samples, steps, outputs)
  FlipTable kind;
  float* table;
  SPIKINGJET_HD void operator()(std::size_t i) const {
    const std::size_t outputs = sums.synapses.outputs;
    const std::size_t row = i / outputs / sums.x.inputs;
    const FlippedOutput one(sums, row / sums.x.steps, std::uint32_t(i / outputs % sums.x.inputs),
                            std::uint32_t(i % outputs));
    const std::size_t step = row % sums.x.steps;
    table[i] =
        kind == FlipTable::flipped ? one.sum(step, Instead{}, golden[row * outputs + i % outputs]) : one.before(step);
  }
};

}  // namespace detail

/// Flips of runs, and the table of sums behind them.
template <class Device>
class FlippedRuns {
 public:
  explicit FlippedRuns(Device& device) : device_(&device) {}

  /// Gives back the room; there will be no table before other samples come.
  void release() { *this = FlippedRuns(*device_); }
  /// Samples come: a table is of the ones before them.
  void forget() {
    holds_ = FlipTable::none;
    may_tabulate_ = true;
  }

  /// Finds the changed spikes that runs leave; false where a run leaves others than `FlipsView` can say.
  template <class Model, bool InSums>
  bool find(const StruckRuns<Model, InSums>& struck, std::size_t runs, const std::uint32_t* first_of) {
    const std::size_t words = FlipsView::words_of(struck.view.steps);
    word_.resize(words * runs);
    neuron_of_.resize(runs);
    instead_.resize(runs);
    wanted_ = struck.faulty.group.kind == StrikeKind::spike ? FlipTable::before : FlipTable::flipped;
    flips_ = FlipsView{word_.data(), neuron_of_.data(), instead_.data(), struck.sample_of, runs, words};
    device_for_each(*device_, runs, StruckFlips<Model, InSums>{struck, first_of, flips_});
    return selection_.count(runs, detail::LeavesMore{neuron_of_.data()}) == 0;
  }

  const FlipsView& flips() const { return flips_; }

  /// The sums of a layer behind the changed spikes of leaders; with a table where these are many and it fits.
  FlippedSums sums(std::size_t layer, const SynapseView& synapses, const ActivityView& x, const float* golden,
                   std::size_t samples, std::size_t leaders, const std::uint32_t* leader) {
    FlippedSums sums{synapses, x};
    if (!has_table(layer) && may_tabulate_) tabulate(layer, sums, golden, samples, leaders, leader);
    if (has_table(layer)) {
      sums.holds = holds_;
      sums.table = table_.data();
    }
    return sums;
  }

 private:
  static constexpr std::size_t most_rows_of_flip = 2;  // more injections of these samples follow

  bool has_table(std::size_t layer) const { return holds_ == wanted_ && layer_ == layer; }

  void tabulate(std::size_t layer, const FlippedSums& sums, const float* golden, std::size_t samples,
                std::size_t leaders, const std::uint32_t* leader) {
    const std::size_t rows = samples * sums.x.steps * sums.x.inputs;
    if (rows * sums.synapses.outputs * sizeof(float) > (device_->memory().left() + table_.bytes()) / 4) return;
    if (sums.x.inputs * sums.synapses.outputs > ~std::uint32_t{0}) return;  // the stride between steps
    count_.resize(leaders);
    device_for_each(*device_, leaders, detail::CountFlips{flips_, leader, count_.data()});
    if (thrust::reduce(device_->policy(), count_.data(), count_.data() + leaders) < rows / most_rows_of_flip) return;
    holds_ = FlipTable::none;
    table_.resize(rows * sums.synapses.outputs);
    device_for_each(*device_, table_.size(), detail::TabulateFlips{sums, golden, wanted_, table_.data()});
    holds_ = wanted_;
    layer_ = layer;
  }

  Device* device_;
  DeviceSelection<Device> selection_{*device_};
  DeviceBuffer<std::uint32_t, Device> word_{*device_};
  DeviceBuffer<std::uint32_t, Device> neuron_of_{*device_};
  DeviceBuffer<Instead, Device> instead_{*device_};
  DeviceBuffer<std::uint64_t, Device> count_{*device_};
  DeviceBuffer<float, Device> table_{*device_};
  FlipTable holds_ = FlipTable::none;
  FlipTable wanted_ = FlipTable::flipped;  // for the last flips found
  std::size_t layer_ = 0;
  bool may_tabulate_ = false;
  FlipsView flips_;
};

}  // namespace spikingjet
