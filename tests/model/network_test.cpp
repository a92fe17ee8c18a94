// SPDX-License-Identifier: MIT
#include <spikingjet/model/network.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"
#include "laws/quantity.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

struct Row {
  std::string name;
  sj::Role role;
  sj::Storage storage;
  sj::Shape shape;
  std::size_t layer;
  std::size_t offset;
};

template <class Net>
void check_quantities(const std::vector<Row>& expected) {
  REQUIRE(Net::quantities.size() == expected.size());
  for (std::size_t q = 0; q < expected.size(); ++q) {
    const sj::Quantity& found = Net::quantities[q];
    INFO(expected[q].name);
    CHECK(found.name() == expected[q].name);
    CHECK(found.role == expected[q].role);
    CHECK(found.storage == expected[q].storage);
    CHECK(found.shape == expected[q].shape);
    CHECK(found.layer_index == expected[q].layer);
    if (found.storage != sj::Storage::spike) CHECK(found.offset == expected[q].offset);
  }
}

constexpr auto parameter = sj::Storage::parameter;
constexpr auto state = sj::Storage::state;
constexpr auto spikes = sj::Storage::spike;

}  // namespace

TEST_CASE("the published N-MNIST network lists its quantities layer by layer: parameters, states, spike") {
  check_quantities<laws::NMnist>({
      {"fc1.weight", sj::Role::weight, parameter, {20, 578}, 0, 0},
      {"fc1.bias", sj::Role::bias, parameter, {20}, 0, 11560},
      {"lif1.beta", sj::Role::decay, parameter, {20}, 1, 11580},
      {"lif1.threshold", sj::Role::threshold, parameter, {20}, 1, 11600},
      {"lif1.potential", sj::Role::potential, state, {20}, 1, 0},
      {"lif1.spike", sj::Role::spike, spikes, {20}, 1, 0},
      {"fc2.weight", sj::Role::weight, parameter, {10, 20}, 2, 11620},
      {"fc2.bias", sj::Role::bias, parameter, {10}, 2, 11820},
      {"lif2.beta", sj::Role::decay, parameter, {10}, 3, 11830},
      {"lif2.threshold", sj::Role::threshold, parameter, {10}, 3, 11840},
      {"lif2.potential", sj::Role::potential, state, {10}, 3, 0},
      {"lif2.spike", sj::Role::spike, spikes, {10}, 3, 0},
  });
  CHECK(laws::NMnist::parameter_count == 11850);
  CHECK(laws::NMnist::classes == 10);
  CHECK(laws::NMnist::layer_count == 4);
  CHECK(laws::NMnist::input == sj::Shape{2, 17, 17});
  std::size_t sites = 0;
  for (const sj::Quantity& quantity : laws::NMnist::quantities) sites += quantity.size();
  CHECK(sites * 32 == 381'120);
}

TEST_CASE("a network of every neuron lists constants, every state and every spike") {
  check_quantities<laws::EveryRole>({
      {"fc1.weight", sj::Role::weight, parameter, {4, 3}, 0, 0},
      {"fc1.bias", sj::Role::bias, parameter, {4}, 0, 12},
      {"lif1.beta", sj::Role::decay, parameter, {}, 1, 16},
      {"lif1.threshold", sj::Role::threshold, parameter, {4}, 1, 17},
      {"lif1.potential", sj::Role::potential, state, {4}, 1, 0},
      {"lif1.spike", sj::Role::spike, spikes, {4}, 1, 0},
      {"fc2.weight", sj::Role::weight, parameter, {3, 4}, 2, 21},
      {"syn2.alpha", sj::Role::synaptic_decay, parameter, {3}, 3, 33},
      {"syn2.beta", sj::Role::decay, parameter, {3}, 3, 36},
      {"syn2.threshold", sj::Role::threshold, parameter, {3}, 3, 39},
      {"syn2.potential", sj::Role::potential, state, {3}, 3, 0},
      {"syn2.current", sj::Role::current, state, {3}, 3, 1},
      {"syn2.spike", sj::Role::spike, spikes, {3}, 3, 0},
      {"fc3.weight", sj::Role::weight, parameter, {2, 3}, 4, 42},
      {"fc3.bias", sj::Role::bias, parameter, {2}, 4, 48},
      {"lap3.R", sj::Role::decay, parameter, {2}, 5, 50},
      {"lap3.C", sj::Role::decay, parameter, {2}, 5, 52},
      {"lap3.time_step", sj::Role::other, parameter, {2}, 5, 54},
      {"lap3.threshold", sj::Role::threshold, parameter, {2}, 5, 56},
      {"lap3.potential", sj::Role::potential, state, {2}, 5, 0},
      {"lap3.spike", sj::Role::spike, spikes, {2}, 5, 0},
  });
  CHECK(laws::EveryRole::parameter_count == 58);
}

TEST_CASE("the elements of all parameters fill the store, each at a place of its own", "[law]") {
  laws::quantities_fill_the_store<laws::NMnist>();
  laws::quantities_fill_the_store<laws::EveryRole>();
}

TEST_CASE("weights are stored with the outputs running fastest") {
  const sj::Quantity& weight = laws::EveryRole::quantities[0];  // (4, 3)
  for (std::size_t o = 0; o < 4; ++o)
    for (std::size_t i = 0; i < 3; ++i) CHECK(weight.position(o * 3 + i) == i * 4 + o);
  const sj::Quantity& bias = laws::EveryRole::quantities[1];
  for (std::size_t o = 0; o < 4; ++o) CHECK(bias.position(o) == o);
}

TEST_CASE("each layer's quantities begin where the layer before ends") {
  CHECK(laws::NMnist::first_quantity<0> == 0);
  CHECK(laws::NMnist::first_quantity<1> == 2);
  CHECK(laws::NMnist::first_quantity<2> == 6);
  CHECK(laws::NMnist::first_quantity<3> == 8);
}

TEST_CASE("shapes are inferred from the input on") {
  CHECK(laws::NMnist::Layer<0>::in == sj::Shape{2, 17, 17});
  CHECK(laws::NMnist::Layer<0>::out == sj::Shape{20});
  CHECK(laws::NMnist::Layer<1>::in == sj::Shape{20});
  CHECK(laws::NMnist::Layer<2>::in == sj::Shape{20});
  CHECK(laws::NMnist::Layer<3>::out == sj::Shape{10});
}

TEST_CASE("a network sums itself up in one line that names layers, sizes and policies") {
  CHECK(
      laws::NMnist::summary() ==
      "input (2, 17, 17), dense fc1 578-20, leaky(subtract) lif1, dense fc2 20-10, leaky(subtract) lif2, spike count, "
      "zero input multiply");
  CHECK(
      laws::EveryRole::summary() ==
      "input (3,), dense fc1 3-4, leaky(subtract) lif1 beta per layer, dense fc2 4-3 without bias, synaptic(subtract) "
      "syn2, dense fc3 3-2, lapicque(subtract) lap3, largest potential, zero input multiply");
}

TEST_CASE("a type is a network or it is not") {
  static_assert(sj::is_network<laws::NMnist>);
  static_assert(!sj::is_network<int>);
  static_assert(!sj::is_network<sj::Input<3>>);
  SUCCEED();
}
