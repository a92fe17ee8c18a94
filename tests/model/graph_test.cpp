// SPDX-License-Identifier: MIT
#include <spikingjet/core/bits.hpp>
#include <spikingjet/model/graph.hpp>
#include <spikingjet/model/layers/conv2d.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/layers/lateral.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/rleaky.hpp>
#include <spikingjet/model/neurons/synaptic.hpp>

#include "catch.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace sj = spikingjet;

namespace {

using Dense = sj::Network<sj::Input<7>, sj::Dense<"fc1", 6, sj::NoBias>, sj::Leaky<"lif1">, sj::Dense<"fc2", 3>,
                          sj::Synaptic<"lif2">, sj::SpikeCountReadout>;
using Planes =
    sj::Network<sj::Input<4, 6, 6>, sj::Conv2d<"conv1", 6, sj::Kernel<3>, sj::Groups<2>>, sj::SumPool2d<2>,
                sj::Leaky<"lif1", sj::Shared<"beta", sj::Sharing::per_channel>, sj::Lateral<"one", sj::OneToOne>>,
                sj::Flatten, sj::Dense<"fc1", 5>,
                sj::Synaptic<"lif2", sj::Shared<"threshold", sj::Sharing::per_layer>, sj::Lateral<"fb2">>,
                sj::SpikeCountReadout>;
using Recurrent = sj::Network<sj::Input<2, 4, 4>, sj::MaxPool2d<2>, sj::Conv2d<"conv1", 3, sj::Kernel<1>, sj::NoBias>,
                              sj::RLeaky<"lif1", sj::SameConv2d<3, 3>>, sj::Flatten, sj::Dense<"fc1", 4>,
                              sj::Leaky<"lif2", sj::Shared<"beta", sj::Sharing::per_neuron>>,
                              sj::OnZeroInput<sj::ZeroInput::skip>, sj::SpikeCountReadout>;

template <class Net, class F>
void each_layer(const F& f) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (f(std::integral_constant<std::size_t, I>{}), ...);
  }(std::make_index_sequence<Net::layer_count>{});
}

/// How a layer's neurons share the elements of what it has one of, or a few of, for each neuron.
void require_shared(const sj::SharedBy& shared, sj::Sharing how, const sj::Shape& neurons) {
  for (std::size_t n = 0; n < neurons.size(); ++n)
    REQUIRE(shared.element(static_cast<std::uint32_t>(n)) == sj::shared_element(how, neurons, n));
}

}  // namespace

TEMPLATE_TEST_CASE("a graph has the layers of its network: kinds, shapes, geometry, sharing", "", Dense, Planes,
                   Recurrent) {
  const sj::Graph& graph = sj::graph_of<TestType>;
  REQUIRE(graph.layers.size() == TestType::layer_count);
  each_layer<TestType>([&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
    using Layer = typename TestType::template Layer<I>;
    const sj::GraphLayer& layer = graph.layers[I];
    INFO("layer " << I);
    CHECK(layer.kind == Layer::kind);
    CHECK(layer.quantity == TestType::template first_quantity<I>);
    CHECK(layer.in == Layer::in);
    CHECK(layer.out == Layer::out);
    CHECK(layer.inputs() == Layer::in.size());
    CHECK(layer.outputs() == Layer::out.size());
    CHECK(layer.parameters == Layer::parameters.size());
    CHECK(layer.states == Layer::states.size());
    if constexpr (Layer::kind == sj::LayerKind::neuron) {
      REQUIRE(layer.shared.size() == Layer::sharings.size());
      for (std::size_t c = 0; c < layer.shared.size(); ++c)
        require_shared(layer.shared[c], Layer::sharings[c], Layer::out);
    } else if constexpr (Layer::kind == sj::LayerKind::pooling) {
      CHECK(layer.pool == Layer::geometry);
    } else if constexpr (requires { Layer::sharing; }) {
      CHECK(layer.one_to_one);
      require_shared(layer.shared.front(), Layer::sharing, Layer::out);
    } else {
      CHECK_FALSE(layer.one_to_one);
      CHECK(layer.geometry == Layer::geometry);
      CHECK((layer.bias != sj::GraphLayer::none) == Layer::has_bias);
    }
  });
}

TEMPLATE_TEST_CASE("a graph has the stages and quantities of its network", "", Dense, Planes, Recurrent) {
  const sj::Graph& graph = sj::graph_of<TestType>;
  CHECK(graph.inputs == TestType::input.size());
  CHECK(graph.classes == TestType::classes);
  CHECK(graph.zero_input == TestType::zero_input);
  REQUIRE(graph.stages() == TestType::stage_count);
  for (std::size_t s = 0; s < graph.stages(); ++s) {
    CHECK(graph.neurons[s] == TestType::neurons_of(s));
    CHECK(graph.first_of(s) == TestType::first_of(s));
    for (const auto kind :
         {sj::LayerKind::synaptic, sj::LayerKind::pooling, sj::LayerKind::lateral, sj::LayerKind::neuron}) {
      const std::size_t found = graph.find(s, kind);
      CHECK((found == sj::GraphLayer::none ? TestType::layer_count : found) == TestType::find(s, kind));
    }
    for (std::size_t l = graph.first_of(s); l <= graph.neurons[s]; ++l) CHECK(graph.layers[l].stage == s);
  }
  REQUIRE(graph.quantities.size() == TestType::quantities.size());
  for (std::size_t q = 0; q < graph.quantities.size(); ++q) {
    const sj::Quantity& quantity = TestType::quantities[q];
    const sj::GraphLayer& layer = graph.layers[quantity.layer_index];
    INFO(quantity.name());
    CHECK(graph.quantities[q].name() == quantity.name());
    CHECK(graph.quantities[q].offset == quantity.offset);
    CHECK(graph.quantities[q].shape == quantity.shape);
    CHECK(layer.kind == quantity.kind);
    CHECK(layer.stage == quantity.stage);
    if (quantity.storage == sj::Storage::parameter) CHECK(graph.offset(layer, q - layer.quantity) == quantity.offset);
    if (quantity.kind == sj::LayerKind::neuron) continue;
    if (quantity.role == sj::Role::weight) CHECK(layer.weight == quantity.offset);
    if (quantity.role == sj::Role::bias) CHECK(layer.bias == quantity.offset);
  }
}

TEST_CASE("a graph knows where spikes feed back") {
  const sj::Graph& graph = sj::graph_of<Recurrent>;
  CHECK(graph.has_lateral(0));
  CHECK_FALSE(graph.has_lateral(1));
  CHECK(graph.meets_lateral(0));
  CHECK_FALSE(graph.meets_lateral(1));
  CHECK_FALSE(sj::graph_of<Dense>.meets_lateral(0));
}

TEST_CASE("a graph is known when a program is compiled") {
  static_assert(sj::graph_of<Planes>.layers[2].one_to_one);
  static_assert(sj::graph_of<Planes>.find(0, sj::LayerKind::pooling) == 1);
}

TEMPLATE_TEST_CASE("a graph with parameters has their values", "", Dense, Planes, Recurrent) {
  sj::Parameters<TestType> parameters;
  for (std::size_t q = 0; q < TestType::quantities.size(); ++q)
    if (TestType::quantities[q].storage == sj::Storage::parameter)
      for (std::size_t e = 0; e < TestType::quantities[q].size(); ++e) parameters.write(q, e, float(17 * q + e) / 64);
  const sj::GraphWithParameters graph = sj::graph_with(parameters);
  REQUIRE(graph.parameters.size() == TestType::parameter_count);
  for (std::size_t q = 0; q < graph.quantities.size(); ++q) {
    const sj::Quantity& quantity = graph.quantities[q];
    if (quantity.storage != sj::Storage::parameter) continue;
    for (std::size_t e = 0; e < quantity.size(); ++e)
      REQUIRE(graph.parameters[quantity.offset + quantity.position(e)] == parameters.read(q, e));
  }
}

TEST_CASE("zeros take part in the sums of a layer with a weight that is not finite, where zeros are multiplied") {
  const auto all_inputs = []<class Net>(std::type_identity<Net>, const std::string& name) {
    sj::Parameters<Net> parameters;
    for (std::size_t q = 0; q < Net::quantities.size(); ++q)
      if (Net::quantities[q].name() == name) parameters.write(q, 0, sj::to_float(sj::Binary32::exponent));
    return sj::graph_with(parameters).all_inputs;
  };
  using Flags = std::vector<std::uint8_t>;
  CHECK(all_inputs(std::type_identity<Dense>{}, "fc2.weight") == Flags{0, 0, 1, 0});
  CHECK(all_inputs(std::type_identity<Dense>{}, "fc2.bias") == Flags{0, 0, 0, 0});
  CHECK(all_inputs(std::type_identity<Dense>{}, "lif1.beta") == Flags{0, 0, 0, 0});
  CHECK(all_inputs(std::type_identity<Planes>{}, "fb2.weight") == Flags{0, 0, 0, 0, 0, 1, 0});
  CHECK(all_inputs(std::type_identity<Planes>{}, "one.weight") == Flags{0, 0, 0, 0, 0, 0, 0});
  CHECK(all_inputs(std::type_identity<Recurrent>{}, "fc1.weight") == Flags{0, 0, 0, 0, 0, 0});
}
