// SPDX-License-Identifier: MIT
// The short pieces of code that docs/ shows, and what they promise.
#include <spikingjet/analysis/betting.hpp>
#include <spikingjet/analysis/hypergeometric.hpp>
#include <spikingjet/analysis/interval_kind.hpp>
#include <spikingjet/analysis/stratified_betting.hpp>
#include <spikingjet/spikingjet.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

using Mixed = sj::Network<sj::Input<2, 17, 17>,
    sj::OnZeroInput<sj::ZeroInput::skip>,
    sj::Dense<"fc1", 20, sj::Inputs<578>, sj::NoBias>, sj::Leaky<"lif1", sj::ZeroReset>,
    sj::Dense<"fc2", 10>, sj::Synaptic<"syn2", sj::Shared<"alpha", sj::Sharing::per_layer>>,
    sj::MaxPotentialReadout>;

static_assert(Mixed::classes == 10);
static_assert(Mixed::parameter_count == 578 * 20 + 2 * 20 + 20 * 10 + 10 + 1 + 2 * 10);

using Gesture = sj::Network<sj::Input<2, 32, 32>,
    sj::Conv2d<"conv1", 12, sj::Kernel<5>>, sj::MaxPool2d<2>, sj::Leaky<"lif1">,
    sj::Conv2d<"conv2", 32, sj::Kernel<5>>, sj::MaxPool2d<2>, sj::Leaky<"lif2">,
    sj::Flatten, sj::Dense<"fc1", 11>, sj::Leaky<"lif3">,
    sj::SpikeCountReadout>;

using Spoken = sj::Network<sj::Input<700>,
    sj::Dense<"fc1", 200>, sj::Synaptic<"lif1", sj::Lateral<"fb1">>,
    sj::Dense<"fc2", 20>, sj::Synaptic<"lif2">,
    sj::MaxPotentialReadout>;

static_assert(Gesture::Layer<2>::out == sj::Shape{12, 14, 14});
static_assert(Gesture::Layer<2>::parameters[0].shape == sj::Shape{14});  // lif1.beta, one for each column
static_assert(Spoken::quantities[2].shape == sj::Shape{200, 200});       // fb1.weight

using Slayer = sj::Network<sj::Input<4>, sj::Dense<"fc1", 3, sj::NoBias>, sj::Srm<"srm1">, sj::SpikeCountReadout>;

using Net = sj::Network<sj::Input<4>, sj::Dense<"fc1", 3>, sj::Leaky<"lif1">, sj::SpikeCountReadout>;

using Strikes = sj::Injector<Net,
    sj::Policies<sj::BitFlip, sj::StuckAt<0>, sj::Dead>,                 // fault types
    sj::Policies<sj::SignBit, sj::BitRange<23, 30>>,                     // bit positions
    sj::Policies<sj::target::Weight, sj::target::Potential>>;            // targets

using Upsets = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Potential, sj::Transient>;
using Bursts = sj::Injector<Net, sj::BurstFlip<2>, sj::MantissaBits, sj::target::Spike, sj::Intermittent<10, 20>>;
using LooseContacts = sj::Injector<Net, sj::Scale<9, 10>, sj::AnyBit, sj::target::Weight, sj::Flickering<1, 4, 7>>;

/// There from a step on: a part that wears out.
template <std::uint32_t First>
struct FromStep {
  static std::string name() { return "from step " + std::to_string(First); }
  static constexpr std::uint64_t windows(std::uint64_t) { return 1; }
  static constexpr sj::Window window(std::uint64_t) { return {.begin = First}; }
};

using WornOut = sj::Injector<Net, sj::StuckAt<1>, sj::Bit<30>, sj::target::Decay, FromStep<50>>;

/// A spike counts half as much with every step that follows it.
struct RecentSpikeReadout {
  static constexpr std::string_view name() { return "recent spikes"; }
  template <class V>
  SPIKINGJET_HD static constexpr V first(V spike, V) {
    return spike;
  }
  template <class V>
  SPIKINGJET_HD static constexpr V next(V so_far, V spike, V) {
    return so_far * V(0.5F) + spike;
  }
};

using Weighted = sj::Network<sj::Input<4>, sj::Dense<"fc1", 3>, sj::Leaky<"lif1">, RecentSpikeReadout>;

using Votes = sj::Network<sj::Input<64>,
    sj::Dense<"fc1", 50>, sj::Leaky<"lif1">,
    sj::Dense<"population", 10, sj::NoBias>, sj::Leaky<"votes", sj::NoReset>,
    sj::LastPotentialReadout>;

using LastDense = sj::Network<sj::Input<64>,
    sj::Dense<"fc1", 32>, sj::Leaky<"lif1">,
    sj::Dense<"fc2", 10>, sj::Leaky<"output", sj::NoReset>,
    sj::LastPotentialReadout>;

using Repeated = sj::Network<sj::Input<64>,
    sj::Dense<"fc1", 32>, sj::Leaky<"lif1">,
    sj::Dense<"fc2", 64>, sj::Leaky<"lif2">,  // 32 of its own, 32 that repeat lif1
    sj::Dense<"fc3", 10>, sj::Leaky<"lif3">,
    sj::SpikeCountReadout>;

/// The earlier the first spike, the larger: 1024 less the step; for fewer than 1024 steps.
struct FirstSpikeReadout {
  static constexpr bool reads_potential = false;

  static constexpr std::string_view name() { return "first spike"; }
  template <class V>
  SPIKINGJET_HD static constexpr V first(V spike, V) {
    using sj::select;
    return select(spike > V(0.0F), V(1024.0F), V(-1.0F));
  }
  template <class V>
  SPIKINGJET_HD static constexpr V next(V so_far, V spike, V) {
    using sj::select;
    return select(so_far > V(0.0F), so_far, select(spike > V(0.0F), so_far + V(1024.0F), so_far - V(1.0F)));
  }
};

using Fastest = sj::Network<sj::Input<4>, sj::Dense<"fc1", 3>, sj::Leaky<"lif1">, FirstSpikeReadout>;
static_assert(!FirstSpikeReadout::reads_potential);

/// Keeps the largest potential that the layers reach, and alters nothing.
struct Peak {
  float value = 0;

  void begin_step(std::size_t, const sj::Parameters<Net>&) {}
  template <std::size_t Q>
  void touch(std::size_t, std::span<const float> values) {
    if constexpr (Net::quantities[Q].role == sj::Role::potential)
      for (const float u : values) value = std::max(value, u);
  }
};

bool check(bool holds, const char* what) {
  if (!holds) std::printf("does not hold: %s\n", what);
  return holds;
}

}  // namespace

int main() {
  bool good = true;
  good &= check(Strikes::fault_space().size() == (12 + 3) * (9 + 9 + 1), "size of the product");
  good &= check(Upsets::fault_space(100).size() == 3 * 32 * 100, "sites x bits x steps");
  good &= check(Bursts::fault_space().size() == 3 * 23 && LooseContacts::fault_space().size() == 12,
                "other persistences");
  good &= check(WornOut::fault_space()[0].window.begin == 50, "a persistence of one's own");

  sj::Parameters<Net> parameters;
  parameters.assign("fc1.weight", std::vector<float>(12, 0.5F));  // (3, 4), row-major
  parameters.assign("lif1.beta", std::vector<float>{0.9F, 0.8F, 0.7F});
  parameters.assign("lif1.threshold", std::vector<float>(3, 1.0F));

  sj::Sample sample;
  for (int step = 0; step < 20; ++step) {
    sample.add(0, 1.0F);  // input 0 has one event; what is not added is 0
    sample.add(2, 1.0F);
    sample.end_step();
  }

  const auto work = std::make_unique<sj::Workspace<Net>>();
  Peak peak;
  const auto readout = sj::run(*work, parameters, sample, peak);
  std::printf("spikes %g %g %g, largest potential %g\n", readout[0], readout[1], readout[2], peak.value);
  good &= check(readout[0] > 0 && peak.value > 1, "the run");

  const auto first_spike = [](std::vector<float> spikes) {
    float value = FirstSpikeReadout::first(spikes[0], 0.0F);
    for (std::size_t t = 1; t < spikes.size(); ++t) value = FirstSpikeReadout::next(value, spikes[t], 0.0F);
    return value;
  };
  good &= check(first_spike({1, 0, 1}) == 1024 && first_spike({0, 0, 1}) == 1022 && first_spike({0, 0, 0}) == -3,
                "the first spike");

  sj::Parameters<Fastest> same;
  same.assign("fc1.weight", std::vector<float>{0.5F, 0, 0, 0, 0.25F, 0, 0, 0, 0, 0, 0, 0});
  same.assign("lif1.beta", std::vector<float>(3, 1.0F));
  same.assign("lif1.threshold", std::vector<float>(3, 0.9F));
  sj::NoPerturbation nothing;
  const auto fast = std::make_unique<sj::Workspace<Fastest>>();
  const auto times = sj::run(*fast, same, sample, nothing);
  good &= check(times[0] == 1023 && times[1] == 1021 && times[2] == -20, "first spikes of a run");

  sj::Parameters<Votes> votes;
  std::vector<float> ones(500, 0.0F);
  for (std::size_t n = 0; n < 50; ++n) ones[n / 5 * 50 + n] = 1.0F;  // (class, neuron)
  votes.assign("population.weight", ones);
  votes.assign("votes.beta", std::vector<float>(10, 1.0F));
  votes.assign("votes.threshold", std::vector<float>(10, 1.0F));
  votes.assign("fc1.bias", [] { std::vector<float> drive(50, 0.0F); drive[7] = drive[8] = 3.0F; return drive; }());
  votes.assign("lif1.threshold", std::vector<float>(50, 1.0F));
  const auto counting = std::make_unique<sj::Workspace<Votes>>();
  const auto counts = sj::run(*counting, votes, sample, nothing);
  good &= check(counts[1] == 40 && counts[0] == 0 && counts[2] == 0, "spikes of a population");

  const sj::GoldenOutcome golden(std::vector<float>{3, 9, 4}, 1, 0);  // readout, label, sample
  good &= check(golden.classify(std::vector<float>{3, 8, 4}) == sj::Outcome::sdc_0_5, "one spike less");
  good &= check(golden.classify(std::vector<float>{10, 9, 4}) == sj::Outcome::sdc_critical, "another class");
  good &= check(golden.classify(std::vector<float>{3, INFINITY, 4}) == sj::Outcome::due, "an infinity");

  const std::vector<sj::OwnOutcome> own{
      sj::top_k(2),
      {"silent", [](auto, auto faulty) {
         return std::all_of(faulty.begin(), faulty.end(), [](float n) { return n == 0; });
       }}};
  good &= check(own[0].happens(golden.readout(), std::vector<float>{9, 5, 7}), "class 1 is third");
  good &= check(!own[0].happens(golden.readout(), std::vector<float>{9, 7, 5}), "class 1 is second");
  good &= check(own[1].happens(golden.readout(), std::vector<float>{0, 0, 0}), "no spike");

  const sj::FaultSpace space = Strikes::fault_space();
  for (std::uint64_t i = 0; i < space.size(); ++i) good &= space.index_of(space[i]) == i;

  sj::Dataset recorded;
  recorded.shape = {4};
  recorded.samples.push_back(sample);
  sj::OutputTrainRuns<Strikes> trains(parameters);
  const std::vector<sj::Fault> struck{space[0], space[1]};
  const auto van_rossum = [](auto golden_train, auto train) {
    return sj::van_rossum_distance(golden_train, train, 5);  // 5 steps
  };
  const auto apart = trains.distances(struck, sj::SampleRange(recorded), van_rossum);  // (faults, samples)
  good &= check(apart.size() == struck.size(), "a distance for each injection");

  const sj::Fault fault = space[5];
  std::printf("%s %s element %d\n", Net::quantities[fault.site.quantity].name().c_str(),
              sj::fault_type_text(fault).c_str(), int(fault.site.element));

  good &= check(sj::sample_size(381120, 0.01, 0.99) == 15944, "the sample of the N-MNIST network");

  const sj::Stratification layers = sj::by_layer(space);
  const sj::SamplingPlan plan = sj::plan_layer_wise(layers, {.margin = 0.05, .confidence = 0.95});
  std::printf("%s\n", sj::plan_text(plan).c_str());
  const sj::StratifiedSample drawn = sj::draw(layers, plan, 7);  // seed 7
  const sj::FaultList faults = drawn.faults();                   // as a campaign takes it
  good &= check(faults.size() == plan.faults() && plan.strata[0].name == "fc1", "a layer-wise sample");

  const sj::Stratification by_whether_sign(space, "sign", [](const sj::Quantity&, const sj::Choice& choice) {
    return std::string(choice.bit == 31 ? "sign" : "the rest");
  });
  good &= check(by_whether_sign.strata().size() == 2, "strata of one's own");

  sj::BettingSample critical(sj::AnyTime{}, 0.95, 82496);  // confidence, faults of the population
  while (critical.interval().high > 0.02)
    for (int i = 0; i < 50; ++i) critical.add(critical.drawn() % 400 == 7 ? 3 : 0, 540);  // hits, samples of the next
  good &= check(critical.drawn() < 1000, "an interval that ends the drawing");

  sj::StratifiedBetting strata;
  strata.begin_stratum(32);  // faults of the stratum; here all are drawn
  for (int i = 0; i < 32; ++i) strata.add(i < 4 ? 1.0 : 0.0);
  strata.begin_stratum(1000);
  for (int i = 0; i < 200; ++i) strata.add(0.0);
  const sj::Interval over_all = strata.interval(0.99);
  good &= check(over_all.low > 0.0038 && over_all.high < 0.06, "strata of 32 and 1000 faults");

  const sj::Interval some = sj::hypergeometric_interval(3, 30, 32, 0.99);  // hits, trials, population
  good &= check(some.low == 3.0 / 32 && some.high == 5.0 / 32, "all but two of 32 faults");

  static_assert(sj::interval_kind(sj::Draw::stratified, sj::Completion::finished, sj::Outcomes::fractions) ==
                sj::IntervalKind::stratified_betting);
  return good && Weighted::classes == 3 && LastDense::classes == 10 && Repeated::classes == 10 ? 0 : 1;
}
