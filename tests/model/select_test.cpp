// SPDX-License-Identifier: MIT
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/core/logarithm.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neuron.hpp>

#include "catch.hpp"

#include <array>
#include <string_view>

// Models and readouts as users write them: outside of the namespace, and in one of their own.

/// Fires where u >= theta, and spells 'select' in three ways.
template <int Spelling>
struct Jelly {
  static constexpr std::string_view name() { return "jelly"; }
  static constexpr std::array constants{spikingjet::ConstantInfo{"tau", spikingjet::Role::decay},
                                        spikingjet::ConstantInfo{"threshold", spikingjet::Role::threshold}};
  static constexpr std::array states{spikingjet::StateInfo{"potential", spikingjet::Role::potential}};
  template <class V>
  SPIKINGJET_HD static V update(spikingjet::Values<V, 1>& state, V i, const spikingjet::Values<V, 2>& constant) {
    const V u = state[0] + (i - state[0]) / constant[0];
    V s(0.0F);
    if constexpr (Spelling == 1) s = select(u >= constant[1], V(1.0F), V(0.0F));
    if constexpr (Spelling == 2) s = spikingjet::select(u >= constant[1], V(1.0F), V(0.0F));
    if constexpr (Spelling == 3) {
      using spikingjet::select;
      s = select(u >= constant[1], V(1.0F), V(0.0F));
    }
    state[0] = select(s > V(0.0F), V(0.0F), u);
    return s;
  }
};

/// All that a model may call, without its namespace.
struct Bare {
  template <class V>
  static V of(V x) {
    return heaviside(x) + V(2.0F) * fires(x, V(0.5F)) + V(4.0F) * clamp_to_unit(x) +
           V(8.0F) * log_of_unit(clamp_to_unit(x)) + select((x > V(0.0F)) & (x < V(1.0F)), V(16.0F), V(32.0F));
  }
};

namespace mine {

/// A readout: whether any spike came.
struct Any {
  static constexpr std::string_view name() { return "any spike"; }
  template <class V>
  SPIKINGJET_HD static constexpr V first(V spike, V) {
    return select(spike > V(0.0F), V(1.0F), V(0.0F));
  }
  template <class V>
  SPIKINGJET_HD static constexpr V next(V so_far, V spike, V) {
    return spikingjet::select(spike > V(0.0F), V(1.0F), so_far);
  }
};

}  // namespace mine

namespace {

namespace sj = spikingjet;
using Lanes = sj::Pack<float, 4>;

template <class Model, class V>
std::array<V, 2> step(float u, float i) {
  sj::Values<V, 1> state{V(u)};
  const sj::Values<V, 2> constant{V(2.0F), V(1.0F)};
  const V s = Model::update(state, V(i), constant);
  return {s, state[0]};
}

float first_of(float value) { return value; }
float first_of(const Lanes& value) {
  std::array<float, 4> all;
  value.store(all.data());
  return all[0];
}

}  // namespace

TEMPLATE_TEST_CASE("'select' is found however a model of one's own spells it, for a float and for lanes", "", float,
                   Lanes) {
  const auto check = []<class Model>(std::type_identity<Model>) {
    STATIC_REQUIRE(sj::NeuronModel<Model>);
    const auto silent = step<Model, TestType>(0.0F, 1.0F);
    CHECK(first_of(silent[0]) == 0.0F);
    CHECK(first_of(silent[1]) == 0.5F);
    const auto firing = step<Model, TestType>(0.5F, 1.5F);  // exactly the threshold
    CHECK(first_of(firing[0]) == 1.0F);
    CHECK(first_of(firing[1]) == 0.0F);
  };
  check(std::type_identity<Jelly<1>>());
  check(std::type_identity<Jelly<2>>());
  check(std::type_identity<Jelly<3>>());
}

TEMPLATE_TEST_CASE("the other functions of a model are found without their namespace, too", "", float, Lanes) {
  for (const float x : {-1.0F, 0.0F, 0.25F, 0.5F, 0.75F, 1.0F, 3.0F}) {
    const float unit = sj::clamp_to_unit(x);
    const float wanted = sj::heaviside(x) + 2.0F * sj::fires(x, 0.5F) + 4.0F * unit + 8.0F * sj::log_of_unit(unit) +
                         (x > 0 && x < 1 ? 16.0F : 32.0F);
    CHECK(first_of(Bare::of(TestType(x))) == wanted);
  }
}

TEMPLATE_TEST_CASE("one condition decides for all lanes", "", float, Lanes) {
  CHECK(first_of(sj::select(true, TestType(1.0F), TestType(2.0F))) == 1.0F);
  CHECK(first_of(sj::select(false, TestType(1.0F), TestType(2.0F))) == 2.0F);
}

TEST_CASE("a readout of one's own selects") {
  STATIC_REQUIRE(sj::Readout<mine::Any>);
  CHECK(mine::Any::next(mine::Any::first(0.0F, 0.0F), 1.0F, 0.0F) == 1.0F);
  CHECK(mine::Any::next(mine::Any::first(1.0F, 0.0F), 0.0F, 0.0F) == 1.0F);
  CHECK(mine::Any::next(mine::Any::first(0.0F, 0.0F), 0.0F, 0.0F) == 0.0F);
  CHECK(first_of(mine::Any::next(mine::Any::first(Lanes(0.0F), Lanes(0.0F)), Lanes(1.0F), Lanes(0.0F))) == 1.0F);
}
