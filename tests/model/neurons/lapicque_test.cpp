// SPDX-License-Identifier: MIT
#include <spikingjet/model/neurons/lapicque.hpp>

#include "catch.hpp"
#include "model/neurons/trace.hpp"

#include <cmath>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <vector>

namespace sj = spikingjet;
using sj::Reset;

namespace {

template <Reset R>
struct Variant {
  static constexpr Reset reset = R;
  using Model = sj::LapicqueModel<R>;
};
using Variants = std::tuple<Variant<Reset::subtract>, Variant<Reset::zero>, Variant<Reset::none>>;

template <class Layer>
using EquationsOf = typename Layer::template Bind<sj::Shape{2}>::Dynamics;

}  // namespace

TEMPLATE_LIST_TEST_CASE("a Lapicque neuron follows the table of equations bit for bit, from any state", "", Variants) {
  using Model = typename TestType::Model;
  constexpr std::uint32_t seed = 71;
  INFO(Model::name() << ", seed " << seed);
  laws::RandomValues random(seed);
  for (int i = 0; i < 20000; ++i) {
    const auto one = laws::random_case<Model>(random);
    auto state = one.state;
    const float found_spike = Model::update(state, one.input, one.constant);

    const float resistance = one.constant[0], capacitance = one.constant[1], dt = one.constant[2],
                theta = one.constant[3];
    const float r = step_function(one.state[0] - theta);
    const float time_constant = resistance * capacitance;
    const float rate = 1.0F / time_constant;
    const float drive = one.input * resistance;
    const float scaled = drive * rate;
    const float charge = scaled * dt;
    const float leak = dt / time_constant;
    const float keeps = 1.0F - leak;
    const float rest = keeps * one.state[0];
    float u = charge + rest;
    if (TestType::reset != Reset::none) {
      const float loss = TestType::reset == Reset::subtract ? r * theta : r * u;
      u = u - loss;
    }
    const float spike = step_function(u - theta);
    if (!same_value(state[0], u)) FAIL("case " << i << ": potential " << state[0] << " for " << u);
    if (sj::to_word(found_spike) != sj::to_word(spike))
      FAIL("case " << i << ": spike " << found_spike << " for " << spike);
  }
}

// Closed form of the forward Euler steps: U[t] = R I (1 - (1 - dt/(R C))^(t+1)); exact in binary fractions.
TEST_CASE("a constant current charges a Lapicque neuron towards R I") {
  const auto found = trace<sj::LapicqueModel<Reset::none>>(std::vector<float>(20, 1.0F), {2.0F, 1.0F, 1.0F, 100.0F});
  for (int t = 0; t < 20; ++t) CHECK(found.potential[std::size_t(t)] == 2.0F * (1.0F - std::ldexp(1.0F, -t - 1)));
}

TEST_CASE("resets of a Lapicque neuron come a step behind the spike") {
  // R C = 2, dt = 1: B = I + U/2.
  const std::vector<float> input(3, 0.75F);
  CHECK(trace<sj::LapicqueModel<Reset::subtract>>(input, {2.0F, 1.0F, 1.0F, 1.0F}).potential ==
        std::vector<float>{0.75F, 1.125F, 0.3125F});
  CHECK(trace<sj::LapicqueModel<Reset::zero>>(input, {2.0F, 1.0F, 1.0F, 1.0F}).potential ==
        std::vector<float>{0.75F, 1.125F, 0.0F});
}

TEST_CASE("beta alone tells resistance and capacitance: exp(-dt / (R C)) is beta again") {
  using Model = sj::LapicqueModel<>;
  for (const float beta : {0.1F, 0.5F, 0.9F, 0.99F})
    for (const float dt : {1.0F, 0.5F}) {
      const float resistance = Model::derived_from_beta("R", beta, dt).value();
      const float capacitance = Model::derived_from_beta("C", beta, dt).value();
      CHECK(resistance == 1.0F);
      CHECK(std::exp(-double(dt) / (double(resistance) * double(capacitance))) == Approx(double(beta)).epsilon(1e-6));
    }
  CHECK_FALSE(Model::derived_from_beta("threshold", 0.5F, 1.0F).has_value());
  CHECK_FALSE(Model::derived_from_beta("time_step", 0.5F, 1.0F).has_value());
}

TEST_CASE("the options of a Lapicque layer choose its equations") {
  static_assert(std::is_same_v<EquationsOf<sj::Lapicque<"l">>, sj::LapicqueModel<Reset::subtract>>);
  static_assert(std::is_same_v<EquationsOf<sj::Lapicque<"l", sj::ZeroReset>>, sj::LapicqueModel<Reset::zero>>);
  static_assert(std::is_same_v<EquationsOf<sj::Lapicque<"l", sj::NoReset>>, sj::LapicqueModel<Reset::none>>);
  SUCCEED();
}
