// SPDX-License-Identifier: MIT
#include <spikingjet/engine/differential/neuron/weight_intervals.hpp>

#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/synaptic.hpp>

#include "catch.hpp"
#include "engine/equal_bits/random_cases.hpp"
#include "reference.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <tuple>
#include <vector>

namespace sj = spikingjet;
using random_cases::Random;

namespace {

template <class Neuron>
using One = sj::Network<sj::Input<9>, sj::Dense<"fc1", 5>, Neuron, sj::SpikeCountReadout>;
using Networks =
    std::tuple<One<sj::Leaky<"lif1">>, One<sj::Leaky<"lif1", sj::NoReset>>, One<sj::Leaky<"lif1", sj::Snntorch07>>,
               One<sj::Synaptic<"lif1">>, One<sj::Synaptic<"lif1", sj::NoReset>>>;

/// Values as of a trained network: of both signs, about 1, with thresholds of all scales now and then.
template <class Net>
void make_everyday(reference::Network& network, Random& random) {
  for (reference::Layer& layer : network.layers) {
    for (float& w : layer.synapses.weight.values) w = random.uniform(-0.6F, 0.9F);
    for (float& b : layer.synapses.bias.values) b = random.uniform(-0.1F, 0.3F);
    for (reference::Tensor& constant : layer.constants)
      for (float& c : constant.values)
        c = constant.name.find("threshold") != std::string::npos
                ? (random.chance(0.1) ? random.uniform(-0.2F, 0.2F) : random.uniform(0.3F, 2.0F))
                : random.uniform(0.0F, 1.05F);
  }
}

/// The spikes of one neuron.
template <class Net>
std::vector<bool> train_of(const sj::GoldenRecording<Net>& recording, std::size_t neuron) {
  std::vector<bool> train;
  for (std::size_t step = 0; step < recording.steps(); ++step) train.push_back(recording[0].fired(step, neuron));
  return train;
}

template <class Net>
sj::GoldenLayer<typename Net::template Layer<1>::Dynamics> layer_of(const sj::PairRecording& recording,
                                                                    const sj::Parameters<Net>& parameters) {
  using Model = typename Net::template Layer<1>::Dynamics;
  sj::GoldenLayer<Model> layer;
  layer.recording = &recording;
  layer.events = &recording.events;
  layer.weight = parameters.stored(0).data();
  layer.bias = parameters.stored(1).data();
  layer.constants.assign(Model::constants.size() * (Net::classes + sj::lane_slack), 0.0F);
  for (std::size_t c = 0; c < Model::constants.size(); ++c)
    for (std::size_t n = 0; n < Net::classes; ++n)
      layer.constants[c * (Net::classes + sj::lane_slack) + n] = parameters.read(2 + c, n);
  return layer;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE(
    "a weight may move to the very end of its interval without another spike, and hardly any further", "[law]",
    Networks) {
  using Net = TestType;
  using Model = typename Net::template Layer<1>::Dynamics;
  using V = sj::Pack<float, 4>;
  sj::GoldenRecording<Net> golden;
  sj::GoldenRecording<Net> faulty;
  sj::Workspace<Net> work;
  sj::GoldenSums<Model, V> sums;
  sj::InputLanes<V> inputs;
  sj::WeightIntervals<Model, V> intervals;
  int moved = 0;
  int wide = 0;     // as wide as any can be
  int tight = 0;    // a little further, and the spikes change
  int blocked = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    reference::Network network = random_cases::shape_of<Net>();
    network = random_cases::random_network(network, random);
    make_everyday<Net>(network, random);
    std::vector<std::vector<float>> x(1 + random.below(60), std::vector<float>(9));
    for (auto& step : x)
      for (float& value : step)
        value =
            random.chance(0.2) ? static_cast<float>(1 + random.below(3)) * (random.chance(0.1) ? 0.37F : 1.0F) : 0.0F;
    const sj::Sample sample = random_cases::sample_of(x);
    sj::Parameters<Net> parameters = random_cases::parameters_of<Net>(network);
    golden.record(work, parameters, sample);
    const sj::EventTable& events = golden[0].events;
    const auto layer = layer_of<Net>(golden[0], parameters);
    sums.start(layer);
    inputs.forget();
    intervals.forget();
    REQUIRE(inputs.lay_out(events));
    for (std::size_t n = 0; n < Net::classes; ++n) {
      sums.move_to(n);
      sj::Constants<Model, float> constants;
      for (int c = 0; c < int(Model::constants.size()); ++c) constants[c] = parameters.read(std::size_t(2 + c), n);
      REQUIRE(intervals.find(sums, constants, inputs));
      for (std::size_t a = 0; a < events.active().size(); ++a) {
        if (!intervals.has(a)) {
          ++blocked;
          continue;
        }
        const std::size_t element = n * 9 + events.active()[a];
        const float weight = parameters.read(0, element);
        const auto train_with = [&](float value) {
          sj::Parameters<Net> changed = parameters;
          changed.write(0, element, value);
          faulty.record(work, changed, sample);
          return train_of(faulty, n);
        };
        for (const double end : {double(intervals.up(a)), -double(intervals.down(a))}) {
          const double last = double(weight) + end;
          float value = static_cast<float>(last);
          while (std::abs(double(value) - double(weight)) > std::abs(end)) value = std::nextafter(value, weight);
          if (train_with(value) != train_of(golden, n))
            FAIL("neuron " << n << ", input " << events.active()[a] << ": " << weight << " moved to " << value
                           << " within " << end);
          ++moved;
          if (std::abs(end) > 1e5)
            ++wide;
          else
            tight += train_with(static_cast<float>(double(weight) + 1.01 * end)) != train_of(golden, n);
        }
      }
    }
  }
  CHECK(moved > 10000);
  CHECK(wide < moved * 3 / 4);
  CHECK(tight > (moved - wide) * 9 / 10);
  CHECK(blocked < moved / 20);
}

TEST_CASE("inputs that are negative, large or too many have no intervals") {
  using V = sj::Pack<float, 4>;
  sj::InputLanes<V> inputs;
  const auto fits = [&](float value, std::size_t steps) {
    sj::EventTable events;
    events.clear(3);
    const std::uint32_t index[] = {1};
    for (std::size_t step = 0; step < steps; ++step) events.add_step({index, {&value, 1}});
    events.order_by_input();
    inputs.forget();
    return inputs.lay_out(events);
  };
  CHECK(fits(1.0F, 5));
  CHECK(fits(0x1p20F, 5));
  CHECK_FALSE(fits(0x1.8p20F, 5));
  CHECK_FALSE(fits(-1.0F, 5));
  CHECK_FALSE(fits(std::numeric_limits<float>::infinity(), 5));
  CHECK(fits(1.0F, std::size_t{1} << 16));
  CHECK_FALSE(fits(1.0F, (std::size_t{1} << 16) + 1));
}

TEST_CASE("a neuron with a value that is not finite, or very large, has no intervals") {
  using Net = One<sj::Leaky<"lif1">>;
  using Model = Net::Layer<1>::Dynamics;
  using V = sj::Pack<float, 4>;
  Random random(1);
  reference::Network network = random_cases::random_network(random_cases::shape_of<Net>(), random);
  make_everyday<Net>(network, random);
  const auto has_intervals = [&](std::size_t quantity, float value) {
    sj::Parameters<Net> parameters = random_cases::parameters_of<Net>(network);
    parameters.write(quantity, 2, value);
    sj::Sample sample;
    for (int step = 0; step < 9; ++step) {
      sample.add(std::uint32_t(step), 1.0F);
      sample.end_step();
    }
    sj::GoldenRecording<Net> golden;
    sj::Workspace<Net> work;
    golden.record(work, parameters, sample);
    const auto layer = layer_of<Net>(golden[0], parameters);
    sj::GoldenSums<Model, V> sums;
    sj::InputLanes<V> inputs;
    sj::WeightIntervals<Model, V> intervals;
    sums.start(layer);
    sums.move_to(2);
    inputs.lay_out(golden[0].events);
    sj::Constants<Model, float> constants;
    for (int c = 0; c < int(Model::constants.size()); ++c) constants[c] = parameters.read(std::size_t(2 + c), 2);
    return intervals.find(sums, constants, inputs);
  };
  const float infinity = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const std::size_t quantity : {1u, 2u, 3u}) {
    INFO(Net::quantities[quantity].name());
    CHECK(has_intervals(quantity, 0.5F));
    CHECK_FALSE(has_intervals(quantity, nan));
    if (quantity == 2) continue;  // a decay is clamped
    CHECK_FALSE(has_intervals(quantity, infinity));
    CHECK_FALSE(has_intervals(quantity, -infinity));
    CHECK_FALSE(has_intervals(quantity, 0x1p90F));
  }
}
