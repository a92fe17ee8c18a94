// SPDX-License-Identifier: MIT
#include <spikingjet/model/neurons/alpha.hpp>

#include "catch.hpp"
#include "model/neurons/trace.hpp"
#include "reference.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <tuple>
#include <utility>
#include <type_traits>
#include <vector>

namespace sj = spikingjet;
using sj::Reset;

namespace {

template <Reset R>
struct Variant {
  static constexpr Reset reset = R;
  using Model = sj::AlphaModel<R>;
};
using Variants = std::tuple<Variant<Reset::subtract>, Variant<Reset::zero>, Variant<Reset::none>>;

template <class Layer>
using EquationsOf = typename Layer::template Bind<sj::Shape{2}>::Dynamics;

}  // namespace

TEMPLATE_LIST_TEST_CASE("an alpha neuron follows the table of equations bit for bit, from any state", "", Variants) {
  using Model = typename TestType::Model;
  constexpr std::uint32_t seed = 81;
  INFO(Model::name() << ", seed " << seed);
  laws::RandomValues random(seed);
  for (int n = 0; n < 20000; ++n) {
    auto one = laws::random_case<Model>(random);
    if (n % 3 == 0) one.constant[0] = std::abs(one.constant[0]) * 0.5F, one.constant[1] = one.constant[0] * 0.875F;
    auto state = one.state;
    const float found_spike = Model::update(state, one.input, one.constant);

    const float alpha = clamped(one.constant[0]);
    const float beta = clamped(one.constant[1]);
    const float theta = one.constant[2];
    const float r = step_function(one.state[0] - theta);
    const float span = reference::logarithm(beta) - reference::logarithm(alpha);
    const float share = reference::logarithm(alpha) / span;
    const float tau = share + 1.0F;
    const float e_kept = alpha * one.state[1];
    const float i_kept = beta * one.state[2];
    float e = e_kept + one.input;
    float i = i_kept - one.input;
    const float sum = e + i;
    float u = tau * sum;
    if (TestType::reset == Reset::zero) {
      const float e_loss = e * r;
      const float i_loss = i * r;
      const float u_loss = u * r;
      e = e - e_loss;
      i = i - i_loss;
      u = u - u_loss;
    } else if (TestType::reset == Reset::subtract) {
      const float e_loss = theta * r;
      const float i_loss = i * r;
      const float gain = one.state[2] * r;
      e = e - e_loss;
      i = i - i_loss;
      u = u + gain;
    }
    if (!same_value(state[0], u)) FAIL("case " << n << ": potential " << state[0] << " for " << u);
    if (!same_value(state[1], e)) FAIL("case " << n << ": excitatory current " << state[1] << " for " << e);
    if (!same_value(state[2], i)) FAIL("case " << n << ": inhibitory current " << state[2] << " for " << i);
    if (sj::to_word(found_spike) != sj::to_word(step_function(u - theta)))
      FAIL("case " << n << ": spike " << found_spike);
  }
}

// Closed form of an impulse at step 0: U[t] = tau (alpha^t - beta^t), tau = ln beta / (ln beta - ln alpha).
TEST_CASE("an impulse passes an alpha neuron as tau times the difference of two exponentials") {
  std::vector<float> impulse(30, 0.0F);
  impulse[0] = 1.0F;
  for (const auto& [alpha, beta] : {std::pair(0.9, 0.8), std::pair(0.5, 0.25), std::pair(0.99, 0.1)}) {
    const auto found = trace<sj::AlphaModel<Reset::none>>(impulse, {float(alpha), float(beta), 100.0F});
    const double tau = std::log(beta) / (std::log(beta) - std::log(alpha));
    for (int t = 0; t < 30; ++t)  // 60 roundings
      CHECK(double(found.potential[std::size_t(t)]) ==
            Approx(tau * (std::pow(alpha, t) - std::pow(beta, t))).epsilon(1e-5).margin(1e-7));
  }
}

// By hand, in binary fractions: alpha = 1/2, beta = 1/4: tau = 2. I = 1, 1, 0: e' = 1, 3/2, 3/4; i' = -1, -5/4, -5/16.
TEST_CASE("resets of an alpha neuron act on both currents") {
  const std::vector<float> input{1.0F, 1.0F, 0.0F};
  const auto none = trace<sj::AlphaModel<Reset::none>>(input, {0.5F, 0.25F, 0.25F});
  CHECK(none.potential == std::vector<float>{0.0F, 0.5F, 0.875F});
  CHECK(none.spike == std::vector<float>{0, 1, 1});
  const auto zero = trace<sj::AlphaModel<Reset::zero>>(input, {0.5F, 0.25F, 0.25F});
  CHECK(zero.potential == std::vector<float>{0.0F, 0.5F, 0.0F});
  CHECK(zero.spike == std::vector<float>{0, 1, 0});
  // subtract: U = 7/8 + i of the step before, -5/4
  const auto subtract = trace<sj::AlphaModel<Reset::subtract>>(input, {0.5F, 0.25F, 0.25F});
  CHECK(subtract.potential == std::vector<float>{0.0F, 0.5F, -0.375F});
}

TEST_CASE("decays that give no alpha function have the potential that IEEE 754 gives them") {
  const auto after = [](float alpha, float beta) {
    laws::StateOf<sj::AlphaModel<Reset::none>> state{{0.0F, 3.0F, -1.0F}};
    sj::AlphaModel<Reset::none>::update(state, 0.5F, {{alpha, beta, 100.0F}});
    return state[0];
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(after(0.25F, 0.5F) < 0.0F);                  // a negative response
  CHECK(std::isinf(after(0.5F, 0.5F)));              // tau is infinite
  CHECK(std::isnan(after(1.0F, 1.0F)));              // 0 / 0
  CHECK(std::isnan(after(0.0F, 0.5F)));              // inf / inf
  CHECK(after(0.5F, 0.0F) == 1.5F);                  // tau = 1: 2 - 1/2
  CHECK(after(1.0F, 0.5F) == 3.5F + -1.0F);          // tau = 1: 7/2 - 1
  CHECK(after(7.0F, 0.5F) == after(1.0F, 0.5F));     // clamped before the logarithm
  CHECK(after(0.5F, -3.0F) == after(0.5F, 0.0F));
  CHECK(std::isnan(after(nan, 0.5F)));
  CHECK(std::isnan(after(0.5F, nan)));
}

TEST_CASE("the options of an alpha layer choose its equations") {
  static_assert(std::is_same_v<EquationsOf<sj::Alpha<"a">>, sj::AlphaModel<Reset::zero>>);
  static_assert(std::is_same_v<EquationsOf<sj::Alpha<"a", sj::SubtractReset>>, sj::AlphaModel<Reset::subtract>>);
  static_assert(std::is_same_v<EquationsOf<sj::Alpha<"a", sj::NoReset>>, sj::AlphaModel<Reset::none>>);
  SUCCEED();
}
