// SPDX-License-Identifier: MIT
#include <spikingjet/model/neuron.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"
#include "laws/neuron_model.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <tuple>
#include <vector>

namespace sj = spikingjet;
using sj::Shape;
using sj::Sharing;

TEMPLATE_LIST_TEST_CASE("the fields of a neuron model have names of their own", "[law]", laws::AllNeuronModels) {
  laws::neuron_model_names_differ<TestType>();
}

TEMPLATE_LIST_TEST_CASE("an update depends on nothing but its arguments", "[law]", laws::AllNeuronModels) {
  laws::neuron_model_is_pure<TestType>(41);
}

TEMPLATE_LIST_TEST_CASE("a spike is 0 or 1", "[law]", laws::AllNeuronModels) {
  laws::neuron_model_spikes_zero_or_one<TestType>(42);
}

TEMPLATE_LIST_TEST_CASE("lanes give the scalar's bits and do not mix", "[law]", laws::AllNeuronModels) {
  laws::neuron_model_lanes_do_not_mix<TestType>(43);
}

TEMPLATE_LIST_TEST_CASE("a neuron model is as monotone as it says", "[law]", laws::AllNeuronModels) {
  laws::neuron_model_is_as_monotone_as_it_says<TestType>(44);
}

TEMPLATE_LIST_TEST_CASE("a neuron model responds as it says", "[law]", laws::AllNeuronModels) {
  laws::neuron_model_responds_as_it_says<TestType>(47);
}

TEST_CASE("leaky and synaptic neurons that are not reset to zero say how they respond, recurrent ones likewise",
          "[law]") {
  const auto responds = []<class M>(M*) {
    return requires(laws::StateOf<M> state, laws::ConstantsOf<M> constant) { M::respond(state, 1.0F, constant); };
  };
  [&]<class... M>(std::tuple<M...>*) {
    (
        [&] {
          const std::string name(M::name());
          INFO(name);
          const bool linear = name.find("leaky") != std::string::npos || name.find("synaptic") != std::string::npos;
          CHECK(responds(static_cast<M*>(nullptr)) == (linear && name.find("zero") == std::string::npos));
        }(),
        ...);
  }(static_cast<laws::AllNeuronModels*>(nullptr));
}

TEST_CASE("all neuron models that wait with their reset say that they are monotone, but for alpha and spike response",
          "[law]") {
  [&]<class... M>(std::tuple<M...>*) {
    (
        [] {
          const std::string name(M::name());
          INFO(name);
          if constexpr (requires(laws::ConstantsOf<M> constant) { M::monotone(constant); }) {
            const bool at_once = name.find("immediate") != std::string::npos;
            const auto says = [](const laws::ConstantsOf<M>& constant) { return M::monotone(constant); };
            const int runs = laws::contradictions_to_monotony<M>(45, says).runs;
            const bool resets = name.find("none") == std::string::npos;
            if (at_once && resets)
              CHECK(runs == 0);
            else
              CHECK(runs > 500);
          } else {
            CHECK((name.find("alpha") == 0 || name == "srm"));
          }
        }(),
        ...);
  }(static_cast<laws::AllNeuronModels*>(nullptr));
}

TEMPLATE_TEST_CASE("with an immediate reset more input can bring fewer spikes", "[law]",
                   (sj::LeakyModel<sj::Reset::subtract, false, sj::LeakyOrder::snntorch_08>),
                   (sj::LeakyModel<sj::Reset::subtract, false, sj::LeakyOrder::snntorch_07>),
                   (sj::SynapticModel<sj::Reset::subtract, false>)) {
  // A potential that is above the threshold even after its reset is reset again by the next step, although the spikes
  // so far are the same.
  laws::ConstantsOf<TestType> constant;
  for (std::size_t c = 0; c < TestType::constants.size(); ++c)
    constant[int(c)] = TestType::constants[c].role == sj::Role::synaptic_decay ? 0.0F : 1.0F;
  laws::StateOf<TestType> low{};
  laws::StateOf<TestType> high{};
  CHECK(TestType::update(low, 2.0F, constant) == 1.0F);
  CHECK(TestType::update(high, 2.5F, constant) == 1.0F);
  CHECK(TestType::update(low, 0.5F, constant) == 1.0F);
  CHECK(TestType::update(high, 0.5F, constant) == 0.0F);
  CHECK_FALSE(TestType::monotone(constant));
}

TEMPLATE_TEST_CASE("random runs contradict that a model with an immediate reset, alpha or spike response is monotone",
                   "[law]", (sj::LeakyModel<sj::Reset::subtract, false, sj::LeakyOrder::snntorch_08>),
                   (sj::LeakyModel<sj::Reset::subtract, false, sj::LeakyOrder::snntorch_07>),
                   (sj::LeakyModel<sj::Reset::zero, false, sj::LeakyOrder::snntorch_08>),
                   (sj::SynapticModel<sj::Reset::subtract, false>), (sj::RLeakyModel<sj::Reset::subtract, false>),
                   sj::AlphaModel<sj::Reset::none>, sj::SrmModel) {
  const auto found = laws::contradictions_to_monotony<TestType>(46, [](const auto&) { return true; });
  CHECK(found.smaller + found.fewer > 0);
}

TEST_CASE("the names of all neuron models differ", "[law]") {
  std::vector<std::string> names;
  [&]<class... M>(std::tuple<M...>*) {
    (names.emplace_back(M::name()), ...);
  }(static_cast<laws::AllNeuronModels*>(nullptr));
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

TEST_CASE("a shared constant has the shape that broadcasts over its neurons") {
  constexpr Shape neurons{12, 14, 15};
  CHECK(sj::detail::shared_shape(Sharing::per_neuron, neurons) == neurons);
  CHECK(sj::detail::shared_shape(Sharing::per_column, neurons) == Shape{15});
  CHECK(sj::detail::shared_shape(Sharing::per_channel, neurons) == Shape{12, 1, 1});
  CHECK(sj::detail::shared_shape(Sharing::per_layer, neurons) == Shape{});
  constexpr Shape flat{20};
  for (const Sharing how : {Sharing::per_neuron, Sharing::per_column, Sharing::per_channel})
    CHECK(sj::detail::shared_shape(how, flat) == flat);
  CHECK(sj::detail::shared_shape(Sharing::per_layer, flat) == Shape{});
}

TEST_CASE("each neuron uses the element that broadcasting gives it", "[law]") {
  constexpr std::size_t channels = 3, rows = 4, columns = 5;
  constexpr Shape neurons{channels, rows, columns};
  std::size_t n = 0;
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t y = 0; y < rows; ++y)
      for (std::size_t x = 0; x < columns; ++x, ++n) {
        INFO("neuron (" << c << ", " << y << ", " << x << ")");
        CHECK(sj::shared_element(Sharing::per_neuron, neurons, n) == n);
        CHECK(sj::shared_element(Sharing::per_column, neurons, n) == x);
        CHECK(sj::shared_element(Sharing::per_channel, neurons, n) == c);
        CHECK(sj::shared_element(Sharing::per_layer, neurons, n) == 0);
      }
  constexpr Shape flat{6};
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(sj::shared_element(Sharing::per_column, flat, i) == i);
    CHECK(sj::shared_element(Sharing::per_channel, flat, i) == i);
  }
}

TEST_CASE("a neuron layer keeps the shape of its input and lists constants and states in the model's order") {
  using Layer = sj::Synaptic<"lif1", sj::Shared<"alpha", Sharing::per_layer>,
                             sj::Shared<"threshold", Sharing::per_channel>>::Bind<Shape{12, 14, 15}>;
  static_assert(sj::BoundLayer<Layer>);
  CHECK(Layer::kind == sj::LayerKind::neuron);
  CHECK(Layer::in == Shape{12, 14, 15});
  CHECK(Layer::out == Shape{12, 14, 15});
  REQUIRE(Layer::parameters.size() == 3);
  CHECK(Layer::parameters[0].field == sj::Name("alpha"));
  CHECK(Layer::parameters[0].role == sj::Role::synaptic_decay);
  CHECK(Layer::parameters[0].shape == Shape{});
  CHECK(Layer::parameters[1].field == sj::Name("beta"));
  CHECK(Layer::parameters[1].role == sj::Role::decay);
  CHECK(Layer::parameters[1].shape == Shape{15});
  CHECK(Layer::parameters[2].field == sj::Name("threshold"));
  CHECK(Layer::parameters[2].role == sj::Role::threshold);
  CHECK(Layer::parameters[2].shape == Shape{12, 1, 1});
  CHECK(Layer::sharings[0] == Sharing::per_layer);
  CHECK(Layer::sharings[1] == Sharing::per_column);
  CHECK(Layer::sharings[2] == Sharing::per_channel);
  REQUIRE(Layer::states.size() == 2);
  CHECK(Layer::states[0].field == sj::Name("potential"));
  CHECK(Layer::states[1].field == sj::Name("current"));
}

TEST_CASE("of two options for the same constant the last counts") {
  using Layer = sj::Leaky<"lif1", sj::Shared<"beta", Sharing::per_layer>,
                          sj::Shared<"beta", Sharing::per_neuron>>::Bind<Shape{4}>;
  CHECK(Layer::sharings[0] == Sharing::per_neuron);
  CHECK(Layer::sharings[1] == Sharing::per_column);
}

TEST_CASE("constants that a weights file may leave out state their default") {
  using Layer = sj::Lapicque<"lap1">::Bind<Shape{4}>;
  REQUIRE(Layer::parameters.size() == 4);
  CHECK(Layer::parameters[2].field == sj::Name("time_step"));
  CHECK_FALSE(Layer::parameters[2].required);
  CHECK(Layer::parameters[2].default_value == 1.0F);
  for (const std::size_t p : {0u, 1u, 3u}) CHECK(Layer::parameters[p].required);
}

TEST_CASE("a neuron layer sums itself up with its model, name and what is shared") {
  CHECK(sj::Leaky<"lif1">::Bind<Shape{4}>::summary() == "leaky(subtract) lif1");
  CHECK(sj::Leaky<"lif1", sj::ZeroReset, sj::ImmediateReset, sj::Snntorch07>::Bind<Shape{4}>::summary() ==
        "leaky(zero, immediate, snntorch 0.7) lif1");
  CHECK(sj::Synaptic<"syn", sj::NoReset, sj::Shared<"beta", Sharing::per_layer>>::Bind<Shape{4}>::summary() ==
        "synaptic(none) syn beta per layer");
  CHECK(sj::Lapicque<"lap", sj::Shared<"C", Sharing::per_channel>, sj::Shared<"R", Sharing::per_neuron>>::Bind<Shape{
            4}>::summary() == "lapicque(subtract) lap R per neuron C per channel");
}
