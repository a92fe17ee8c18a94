// SPDX-License-Identifier: MIT
#include <spikingjet/inject/strike.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"
#include "laws/random_values.hpp"

#include <spikingjet/inject/fault_perturbation.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/layers/conv2d.hpp>
#include <spikingjet/model/layers/lateral.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/neurons/rleaky.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/sim/perturbation.hpp>
#include <spikingjet/sim/step.hpp>
#include <spikingjet/sim/workspace.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace sj = spikingjet;

namespace {

using Planes = sj::Network<
    sj::Input<4, 6, 6>, sj::Conv2d<"conv1", 6, sj::Kernel<3>, sj::Groups<2>, sj::Padding<1>>, sj::SumPool2d<2>,
    sj::Leaky<"lif1", sj::Shared<"beta", sj::Sharing::per_channel>, sj::Lateral<"one", sj::OneToOne>>,
    sj::Conv2d<"conv2", 3, sj::Kernel<2>, sj::Stride<2>, sj::NoBias>,
    sj::Leaky<"lif2", sj::Shared<"threshold", sj::Sharing::per_neuron>, sj::Lateral<"same2", sj::SameConv2d<3>>>,
    sj::Flatten, sj::Dense<"fc3", 5>,
    sj::Synaptic<"lif3", sj::Shared<"threshold", sj::Sharing::per_layer>, sj::Lateral<"fb3">>, sj::SpikeCountReadout>;
using Recurrent =
    sj::Network<sj::Input<3>, sj::Dense<"fc1", 4>, sj::RLeaky<"lif1">, sj::Dense<"fc2", 3>,
                sj::RLeaky<"lif2", sj::OneToOne, sj::Shared<"V", sj::Sharing::per_layer>>, sj::SpikeCountReadout>;

template <class Net>
using Everything = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Any>;

template <class Net>
sj::Fault fault_in(std::size_t quantity, std::size_t element, const sj::Alteration& alteration,
                   const sj::Window& window = {}) {
  return {.site = {static_cast<std::uint32_t>(quantity), Net::quantities[quantity].storage, element},
          .alteration = alteration,
          .window = window};
}

template <class Net>
sj::Strike strike_of(const sj::Fault& fault, const sj::Parameters<Net>& parameters) {
  return sj::strike_of(fault, 7, Net::quantities, parameters.values());
}

sj::Alteration random_alteration(laws::RandomValues& random) {
  switch (random.word() % 4) {
    case 0:
      return sj::Alteration::flips(std::uint32_t{1} << (random.word() % 32));
    case 1:
      return sj::Alteration::sticks_at_1(random.word());
    case 2:
      return sj::Alteration::scales(random.everyday());
    default:
      return sj::Alteration::sets(random());
  }
}

/// Calls `f` with the number of each quantity that `storage` holds, as an `std::integral_constant`.
template <class Net, class F>
void each_quantity(const F& f) {
  [&]<std::size_t... Q>(std::index_sequence<Q...>) { (f(std::integral_constant<std::size_t, Q>{}), ...); }
  (std::make_index_sequence<Net::quantities.size()>{});
}

/// The words of what each neuron, or output, of a layer holds.
template <std::size_t Layer, class Net>
std::vector<std::vector<std::uint32_t>> outputs_of(const sj::Workspace<Net>& work) {
  const auto& buffers = std::get<Layer>(work.layers);
  std::vector<std::vector<std::uint32_t>> words(Net::template Layer<Layer>::out.size());
  for (std::size_t n = 0; n < words.size(); ++n)
    if constexpr (Net::template Layer<Layer>::kind == sj::LayerKind::neuron) {
      words[n].push_back(sj::to_word(buffers.spike[n]));
      for (const auto& state : buffers.state) words[n].push_back(sj::to_word(state[n]));
    } else {
      words[n].push_back(sj::to_word(buffers.current[n]));
    }
  return words;
}

/// Makes NaN of each element in turn, for one step in which all neurons fire, and requires that the neurons that differ
/// from the golden run are those that its strike reaches.
template <class Net>
void require_reach() {
  sj::Parameters<Net> parameters;
  for (std::size_t q = 0; q < Net::quantities.size(); ++q)
    if (Net::quantities[q].storage == sj::Storage::parameter)
      for (std::size_t e = 0; e < Net::quantities[q].size(); ++e) parameters.write(q, e, 0.5F);
  sj::Sample sample;
  for (std::uint32_t i = 0; i < Net::input.size(); ++i) sample.add(i, 4.0F);
  sample.end_step();
  const auto golden = std::make_unique<sj::Workspace<Net>>();
  const auto work = std::make_unique<sj::Workspace<Net>>();
  golden->reset();
  sj::NoPerturbation nothing;
  sj::step_network(*golden, parameters, sample[0], 0, nothing);

  each_quantity<Net>([&]<std::size_t Q>(std::integral_constant<std::size_t, Q>) {
    constexpr std::size_t layer = Net::quantities[Q].layer_index;
    const sj::StrikeGroup& group = sj::strike_groups<Net>[Q];
    INFO(Net::quantities[Q].name());
    REQUIRE(group.layer == layer);
    REQUIRE(group.stage == Net::quantities[Q].stage);
    const auto before = outputs_of<layer>(*golden);
    for (std::uint32_t element = 0; element < Net::quantities[Q].size(); ++element) {
      INFO("element " << element);
      const sj::Fault fault =
          fault_in<Net>(Q, element, sj::Alteration::sets(sj::to_float(sj::Binary32::canonical_nan)));
      sj::FaultPerturbation<Everything<Net>> perturbation(fault);
      work->reset();
      perturbation.begin_step(0, parameters);
      sj::step_network(*work, parameters, sample[0], 0, perturbation);
      perturbation.restore(parameters);
      const auto after = outputs_of<layer>(*work);
      std::vector<std::uint32_t> differ;
      std::vector<std::uint32_t> hit;
      std::vector<std::uint32_t> reached;
      for (std::uint32_t n = 0; n < before.size(); ++n) {
        if (after[n] != before[n]) differ.push_back(n);
        if (group.hits(element, n)) hit.push_back(n);
      }
      for (std::uint32_t i = 0; i < group.reach; ++i) reached.push_back(group.neuron(element, i));
      REQUIRE(reached == differ);
      REQUIRE(hit == differ);
    }
  });
}

template <class Net>
void require_values(std::uint32_t seed) {
  laws::RandomValues random(seed);
  sj::Parameters<Net> parameters;
  for (std::size_t q = 0; q < Net::quantities.size(); ++q)
    if (Net::quantities[q].storage == sj::Storage::parameter)
      for (std::size_t e = 0; e < Net::quantities[q].size(); ++e) parameters.write(q, e, random());
  std::size_t equivalent = 0;
  for (std::size_t q = 0; q < Net::quantities.size(); ++q)
    for (std::size_t e = 0; e < Net::quantities[q].size(); ++e) {
      const sj::Alteration alteration =
          random.word() % 8 == 0 ? sj::Alteration::scales(1.0F) : random_alteration(random);
      const sj::Fault fault = fault_in<Net>(q, e, alteration, {.begin = 1, .end = 2});
      const sj::Strike strike = strike_of<Net>(fault, parameters);
      const sj::StrikeGroup& group = sj::strike_groups<Net>[q];
      INFO(Net::quantities[q].name() << " " << e << ", seed " << seed);
      REQUIRE(strike.quantity == q);
      REQUIRE(strike.element == e);
      REQUIRE(strike.number == 7);
      REQUIRE(strike.alteration == fault.alteration);
      REQUIRE(strike.window == fault.window);
      REQUIRE(group.is_parameter() == (Net::quantities[q].storage == sj::Storage::parameter));
      if (!group.is_parameter()) {
        REQUIRE_FALSE(group.is_equivalent(strike));
        continue;
      }
      sj::FaultPerturbation<Everything<Net>> perturbation(fault);
      perturbation.begin_step(0, parameters);
      const std::uint32_t golden = sj::to_word(parameters.read(q, e));
      perturbation.begin_step(1, parameters);
      const std::uint32_t faulty = sj::to_word(parameters.read(q, e));
      perturbation.restore(parameters);
      REQUIRE(sj::to_word(strike.golden) == golden);
      REQUIRE(sj::to_word(strike.faulty) == faulty);
      REQUIRE(group.is_equivalent(strike) == (golden == faulty));
      equivalent += golden == faulty;
    }
  CHECK(equivalent > 0);
}

/// Strikes the states and the spike of every neuron of the layer of quantity Q, and requires what the perturbation
/// leaves of them.
template <class Net, std::size_t Q>
void require_struck_neurons(laws::RandomValues& random) {
  using Layer = typename Net::template Layer<Net::quantities[Q].layer_index>;
  using Model = typename Layer::Dynamics;
  constexpr std::size_t states = Model::states.size();
  constexpr std::size_t neurons = Layer::out.size();
  std::array<std::vector<float>, states + 1> rows;  // the states, then the spike
  for (auto& row : rows)
    for (std::size_t n = 0; n < neurons; ++n) row.push_back(random());
  for (std::size_t e = 0; e < neurons; ++e) {
    const sj::Fault fault = fault_in<Net>(Q, e, random_alteration(random));
    const sj::Strike strike = strike_of<Net>(fault, sj::Parameters<Net>());
    const sj::StrikeGroup& group = sj::strike_groups<Net>[Q];
    auto expected = rows;
    sj::FaultPerturbation<Everything<Net>> perturbation(fault);
    perturbation.template touch<Q>(3, expected[group.number]);
    for (std::uint32_t n = 0; n < neurons; ++n) {
      sj::Values<float, int(states)> state;
      for (std::size_t s = 0; s < states; ++s) state[int(s)] = rows[s][n];
      float spike = rows[states][n];
      if (group.hits(strike.element, n)) group.strike_neuron<Model>(strike, state, spike);
      for (std::size_t s = 0; s < states; ++s) REQUIRE(sj::to_word(state[int(s)]) == sj::to_word(expected[s][n]));
      REQUIRE(sj::to_word(spike) == sj::to_word(expected[states][n]));
    }
  }
}

}  // namespace

TEST_CASE("a strike can be copied to a device as it is", "[law]") {
  static_assert(std::is_trivially_copyable_v<sj::Strike>);
  static_assert(std::is_trivially_copyable_v<sj::StrikeGroup>);
  static_assert(sizeof(sj::Strike) == 64);
  SUCCEED();
}

TEST_CASE("a strike gives a parameter the bits that a perturbation gives it", "[law]") {
  for (std::uint32_t seed = 0; seed < 4; ++seed) {
    require_values<laws::EveryRole>(seed);
    require_values<Planes>(seed);
    require_values<Recurrent>(seed);
  }
}

TEST_CASE("the neurons that a strike reaches are those that a perturbation changes", "[law]") {
  require_reach<laws::EveryRole>();
  require_reach<Planes>();
  require_reach<Recurrent>();
}

TEST_CASE("a strike leaves of states and spikes what a perturbation leaves", "[law]") {
  laws::RandomValues random(11);
  const auto require_all = [&]<class Net>(std::type_identity<Net>) {
    each_quantity<Net>([&]<std::size_t Q>(std::integral_constant<std::size_t, Q>) {
      if constexpr (Net::quantities[Q].storage != sj::Storage::parameter) require_struck_neurons<Net, Q>(random);
    });
  };
  require_all(std::type_identity<laws::EveryRole>{});
  require_all(std::type_identity<Planes>{});
  require_all(std::type_identity<Recurrent>{});
}

TEST_CASE("a strike on a constant reaches that constant of a model alone", "[law]") {
  using Net = laws::EveryRole;
  each_quantity<Net>([&]<std::size_t Q>(std::integral_constant<std::size_t, Q>) {
    using Layer = typename Net::template Layer<Net::quantities[Q].layer_index>;
    if constexpr (Layer::kind == sj::LayerKind::neuron) {
      using Model = typename Layer::Dynamics;
      const sj::StrikeGroup& group = sj::strike_groups<Net>[Q];
      const sj::Strike strike = strike_of<Net>(fault_in<Net>(Q, 0, sj::Alteration::sets(9.0F)), sj::Parameters<Net>());
      sj::Constants<Model, float> constant;
      for (int c = 0; c < int(Model::constants.size()); ++c) constant[c] = 1.0F;
      group.strike_constants<Model>(strike, constant);
      for (int c = 0; c < int(Model::constants.size()); ++c) {
        const bool named = Net::quantities[Q].field.str() == std::string(Model::constants[std::size_t(c)].field.str());
        CHECK(constant[c] == (named ? 9.0F : 1.0F));
      }
    }
  });
}

TEST_CASE("the tap of a weight of a fully connected layer is the input under it", "[law]") {
  using Net = sj::Network<sj::Input<4>, sj::Dense<"fc1", 3>, sj::Leaky<"lif1">, sj::SpikeCountReadout>;
  sj::Parameters<Net> parameters;
  const auto current_with = [&](std::uint32_t input, auto perturbation) {
    sj::Sample sample;
    sample.add(input, 1.0F);
    sample.end_step();
    sj::Workspace<Net> work;
    work.reset();
    perturbation.begin_step(0, parameters);
    sj::step_network(work, parameters, sample[0], 0, perturbation);
    if constexpr (requires { perturbation.restore(parameters); }) perturbation.restore(parameters);
    return outputs_of<0>(work);
  };
  const sj::StrikeGroup& group = sj::strike_groups<Net>[0];
  for (std::uint32_t element = 0; element < 12; ++element)
    for (std::uint32_t input = 0; input < 4; ++input) {
      const auto golden = current_with(input, sj::NoPerturbation{});
      const auto faulty = current_with(
          input, sj::FaultPerturbation<Everything<Net>>(fault_in<Net>(0, element, sj::Alteration::sets(2.0F))));
      for (std::uint32_t n = 0; n < 3; ++n)
        CHECK((faulty[n] != golden[n]) == (group.tap(element) == input && group.neuron(element) == n));
    }
}
