// SPDX-License-Identifier: MIT
#include <spikingjet/model/neurons/synaptic.hpp>

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

template <Reset R, bool Delay>
struct Variant {
  static constexpr Reset reset = R;
  static constexpr bool delay = Delay;
  using Model = sj::SynapticModel<R, Delay>;
};
using Variants = std::tuple<Variant<Reset::subtract, true>, Variant<Reset::subtract, false>, Variant<Reset::zero, true>,
                            Variant<Reset::zero, false>, Variant<Reset::none, true>, Variant<Reset::none, false>>;

template <class Layer>
using EquationsOf = typename Layer::template Bind<sj::Shape{2}>::Dynamics;

}  // namespace

TEMPLATE_LIST_TEST_CASE("a synaptic neuron follows the table of equations bit for bit, from any state", "", Variants) {
  using Model = typename TestType::Model;
  constexpr std::uint32_t seed = 61;
  INFO(Model::name() << ", seed " << seed);
  laws::RandomValues random(seed);
  for (int i = 0; i < 20000; ++i) {
    const auto one = laws::random_case<Model>(random);
    auto state = one.state;
    const float found_spike = Model::update(state, one.input, one.constant);

    const float alpha = clamped(one.constant[0]);
    const float beta = clamped(one.constant[1]);
    const float theta = one.constant[2];
    const float r = step_function(one.state[0] - theta);
    const float faded = alpha * one.state[1];
    const float s = faded + one.input;
    const float decayed = beta * one.state[0];
    float u = decayed + s;
    if (TestType::reset != Reset::none) {
      const float loss = TestType::reset == Reset::subtract ? r * theta : r * u;
      u = u - loss;
    }
    const float spike = step_function(u - theta);
    if (!TestType::delay && TestType::reset != Reset::none) {
      const float late = spike - r;
      const float loss = TestType::reset == Reset::subtract ? late * theta : late * u;
      u = u - loss;
    }
    if (!same_value(state[0], u)) FAIL("case " << i << ": potential " << state[0] << " for " << u);
    if (!same_value(state[1], s)) FAIL("case " << i << ": current " << state[1] << " for " << s);
    if (sj::to_word(found_spike) != sj::to_word(spike))
      FAIL("case " << i << ": spike " << found_spike << " for " << spike);
  }
}

// Closed form of an impulse at step 0: s[t] = alpha^t, U[t] = (beta^(t+1) - alpha^(t+1)) / (beta - alpha).
TEST_CASE("an impulse passes a synaptic neuron as the difference of two exponentials") {
  std::vector<float> impulse(20, 0.0F);
  impulse[0] = 1.0F;
  const auto found = trace<sj::SynapticModel<Reset::none>>(impulse, {0.5F, 0.25F, 100.0F});
  for (int t = 0; t < 10; ++t)  // exact: powers of two
    CHECK(found.potential[std::size_t(t)] == 4.0F * (std::ldexp(1.0F, -t - 1) - std::ldexp(1.0F, -2 * t - 2)));
  const auto slow = trace<sj::SynapticModel<Reset::none>>(impulse, {0.9F, 0.8F, 100.0F});
  for (int t = 0; t < 20; ++t)
    CHECK(slow.potential[std::size_t(t)] ==
          Approx((std::pow(0.9, t + 1) - std::pow(0.8, t + 1)) / 0.1).epsilon(1e-5));  // 40 roundings
}

// By hand, in binary fractions: alpha = beta = 1/2, theta = 1, I = 3/4: s = 3/4, 9/8, 21/16; B = s + U/2.
TEST_CASE("resets of a synaptic neuron act on the potential and leave the current") {
  const std::vector<float> input(3, 0.75F);
  const auto subtract = trace<sj::SynapticModel<Reset::subtract>>(input, {0.5F, 0.5F, 1.0F});
  CHECK(subtract.potential == std::vector<float>{0.75F, 1.5F, 1.0625F});  // 21/16 + 3/4 - 1
  CHECK(subtract.spike == std::vector<float>{0, 1, 1});
  const auto zero = trace<sj::SynapticModel<Reset::zero>>(input, {0.5F, 0.5F, 1.0F});
  CHECK(zero.potential == std::vector<float>{0.75F, 1.5F, 0.0F});
  const auto immediate = trace<sj::SynapticModel<Reset::subtract, false>>(input, {0.5F, 0.5F, 1.0F});
  CHECK(immediate.potential == std::vector<float>{0.75F, 0.5F, 0.5625F});  // 3/2 - 1; 21/16 + 1/4 - 1
  CHECK(immediate.spike == std::vector<float>{0, 1, 1});
}

TEST_CASE("the options of a synaptic layer choose its equations") {
  static_assert(std::is_same_v<EquationsOf<sj::Synaptic<"s">>, sj::SynapticModel<Reset::subtract, true>>);
  static_assert(std::is_same_v<EquationsOf<sj::Synaptic<"s", sj::ZeroReset>>, sj::SynapticModel<Reset::zero, true>>);
  static_assert(
      std::is_same_v<EquationsOf<sj::Synaptic<"s", sj::ImmediateReset>>, sj::SynapticModel<Reset::subtract, false>>);
  static_assert(std::is_same_v<EquationsOf<sj::Synaptic<"s", sj::NoReset>>, sj::SynapticModel<Reset::none, true>>);
  SUCCEED();
}
