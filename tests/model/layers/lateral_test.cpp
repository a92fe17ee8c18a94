// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/layers/lateral.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/rleaky.hpp>
#include <spikingjet/model/neurons/synaptic.hpp>

#include "catch.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace sj = spikingjet;
using sj::Lateral;
using sj::Shape;
using sj::Sharing;

namespace {

/// What an option is made of.
template <auto Option>
using Of = sj::detail::TypeOf<Option>;

template <class Net>
std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const sj::Quantity& quantity : Net::quantities) all.push_back(quantity.name());
  return all;
}

}  // namespace

TEST_CASE("lateral weights are fully connected with a bias, unless an option says otherwise") {
  using Dense = Of<Lateral<"fb1">>::Projection<Shape{3, 2}>;
  static_assert(sj::BoundLayer<Dense>);
  CHECK(Dense::kind == sj::LayerKind::lateral);
  CHECK(Dense::summary() == "lateral dense fb1 6-6");
  REQUIRE(Dense::parameters.size() == 2);
  CHECK(Dense::parameters[0].shape == Shape{6, 6});
  CHECK(Dense::parameters[1].shape == Shape{6});
  CHECK(Of<Lateral<"fb1", sj::NoBias>>::Projection<Shape{6}>::parameters.size() == 1);

  using Same = Of<Lateral<"fb1", sj::NoBias, sj::SameConv2d<5, 3>>>::Projection<Shape{3, 8, 9}>;
  CHECK(Same::out == Shape{3, 8, 9});
  CHECK(Same::summary() == "lateral conv2d fb1 3-3 kernel 5x3 padding 2x1 without bias");
  CHECK(Same::parameters[0].shape == Shape{3, 3, 5, 3});
}

TEST_CASE("one-to-one weights are shared as a neuron's constants are, in any order of options") {
  using Column = Of<Lateral<"fb1", sj::OneToOne>>::Projection<Shape{3, 8, 9}>;
  CHECK(Column::parameters[0].shape == Shape{9});
  CHECK(Column::parameters[0].field == sj::Name("weight"));
  CHECK(Column::parameters[0].role == sj::Role::weight);
  CHECK(Column::summary() == "lateral one-to-one fb1");
  using Channel =
      Of<Lateral<"fb1", sj::Shared<"weight", Sharing::per_channel>, sj::OneToOne>>::Projection<Shape{3, 8, 9}>;
  CHECK(Channel::parameters[0].shape == Shape{3, 1, 1});
  CHECK(Channel::summary() == "lateral one-to-one fb1 per channel");
  using All = Of<Lateral<"fb1", sj::OneToOne, sj::Shared<"weight", Sharing::per_layer>>>::Projection<Shape{3, 8, 9}>;
  CHECK(All::parameters[0].shape == Shape{});
}

TEST_CASE("a projection stands before its neurons in the network's layers") {
  using Net = sj::Network<sj::Input<4>, sj::Dense<"fc1", 3>, sj::Synaptic<"lif1", Lateral<"fb1">>, sj::Dense<"fc2", 2>,
                          sj::RLeaky<"lif2", sj::OneToOne, sj::ZeroReset>, sj::MaxPotentialReadout>;
  CHECK(Net::layer_count == 6);
  CHECK(Net::stage_count == 2);
  CHECK(Net::find(0, sj::LayerKind::lateral) == 1);
  CHECK(Net::find(1, sj::LayerKind::lateral) == 4);
  CHECK(Net::summary() ==
        "input (4,), dense fc1 4-3, lateral dense fb1 3-3, synaptic(subtract) lif1, dense fc2 3-2, lateral one-to-one "
        "lif2.recurrent, rleaky(zero) lif2, largest potential, zero input multiply");
  CHECK(names<Net>() == std::vector<std::string>{"fc1.weight", "fc1.bias", "fb1.weight", "fb1.bias", "lif1.alpha",
                                                 "lif1.beta", "lif1.threshold", "lif1.potential", "lif1.current",
                                                 "lif1.spike", "fc2.weight", "fc2.bias", "lif2.recurrent.V",
                                                 "lif2.beta", "lif2.threshold", "lif2.potential", "lif2.spike"});
}

TEST_CASE("the fault space of the published networks has its published size") {
  using Shd = sj::Network<sj::Input<700>, sj::Dense<"fc1", 200>, sj::Synaptic<"lif1", Lateral<"fb1">>,
                          sj::Dense<"fc2", 20>, sj::Synaptic<"lif2">, sj::MaxPotentialReadout>;
  const auto without_currents = [](const auto& quantities) {
    std::size_t sites = 0;
    for (const sj::Quantity& quantity : quantities)
      if (quantity.role != sj::Role::current) sites += quantity.size();
    return sites;
  };
  CHECK(without_currents(Shd::quantities) * 32 == 5936640);
  using Gesture = sj::Network<sj::Input<2, 32, 32>, sj::Conv2d<"conv1", 12, sj::Kernel<5>>, sj::MaxPool2d<2>,
                              sj::Leaky<"lif1">, sj::Conv2d<"conv2", 32, sj::Kernel<5>>, sj::MaxPool2d<2>,
                              sj::Leaky<"lif2">, sj::Dense<"fc1", 11>, sj::Leaky<"lif3">, sj::SpikeCountReadout>;
  CHECK(without_currents(Gesture::quantities) * 32 == 814112);
}
