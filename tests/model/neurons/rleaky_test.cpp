// SPDX-License-Identifier: MIT
#include <spikingjet/model/neurons/rleaky.hpp>

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
  using Model = sj::RLeakyModel<R, Delay>;
};
using Variants = std::tuple<Variant<Reset::subtract, true>, Variant<Reset::subtract, false>, Variant<Reset::zero, true>,
                            Variant<Reset::zero, false>, Variant<Reset::none, true>, Variant<Reset::none, false>>;

template <class Layer>
using EquationsOf = typename Layer::template Bind<sj::Shape{2}>::Dynamics;

}  // namespace

TEMPLATE_LIST_TEST_CASE("a recurrent leaky neuron follows the table of equations bit for bit, from any state", "",
                        Variants) {
  using Model = typename TestType::Model;
  constexpr std::uint32_t seed = 91;
  INFO(Model::name() << ", seed " << seed);
  laws::RandomValues random(seed);
  for (int n = 0; n < 20000; ++n) {
    const auto one = laws::random_case<Model>(random);
    auto state = one.state;
    const float found_spike = Model::update(state, one.input, one.recurrent, one.constant);

    const float theta = one.constant[1];
    const float r = step_function(one.state[0] - theta);
    const float decayed = clamped(one.constant[0]) * one.state[0];
    const float driven = decayed + one.input;
    float u = driven + one.recurrent;
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
    if (!same_value(state[0], u)) FAIL("case " << n << ": potential " << state[0] << " for " << u);
    if (sj::to_word(found_spike) != sj::to_word(spike))
      FAIL("case " << n << ": spike " << found_spike << " for " << spike);
  }
}

// beta = 1/2, theta = 1, V = 1/4, I = 3/4: U = 3/4; 9/8, a spike; 9/16 + 3/4 + 1/4 - 1 = 9/16; 33/32, a spike.
TEST_CASE("a recurrent leaky neuron sees its spike of the step before") {
  const auto found = trace<sj::RLeakyModel<>>(std::vector<float>(4, 0.75F), 0.25F, {0.5F, 1.0F});
  CHECK(found.potential == std::vector<float>{0.75F, 1.125F, 0.5625F, 1.03125F});
  CHECK(found.spike == std::vector<float>{0, 1, 0, 1});
  const auto zero = trace<sj::RLeakyModel<Reset::zero>>(std::vector<float>(4, 0.75F), 0.25F, {0.5F, 1.0F});
  CHECK(zero.potential == std::vector<float>{0.75F, 1.125F, 0.0F, 0.75F});
  const auto immediate =
      trace<sj::RLeakyModel<Reset::subtract, false>>(std::vector<float>(3, 0.75F), 0.25F, {0.5F, 1.0F});
  CHECK(immediate.potential == std::vector<float>{0.75F, 0.125F, 0.0625F});  // 1/16 + 3/4 + 1/4 = 17/16 - 1
  CHECK(immediate.spike == std::vector<float>{0, 1, 1});
}

// A neuron driven above its threshold in every step, without a reset: U[t] = (I + V) (1 - beta^t) / (1 - beta) + I
// beta^t.
TEST_CASE("a neuron that always fires adds its own weight to the current") {
  const auto found = trace<sj::RLeakyModel<Reset::none>>(std::vector<float>(20, 2.0F), 0.5F, {0.5F, 1.0F});
  for (int t = 0; t < 15; ++t)  // exact: binary fractions
    CHECK(found.potential[std::size_t(t)] == 2.5F * 2.0F * (1.0F - std::ldexp(1.0F, -t)) + 2.0F * std::ldexp(1.0F, -t));
}

TEST_CASE("the options of a recurrent leaky layer choose its equations") {
  static_assert(std::is_same_v<EquationsOf<sj::RLeaky<"r">>, sj::RLeakyModel<Reset::subtract, true>>);
  static_assert(
      std::is_same_v<EquationsOf<sj::RLeaky<"r", sj::OneToOne, sj::ZeroReset>>, sj::RLeakyModel<Reset::zero, true>>);
  static_assert(std::is_same_v<EquationsOf<sj::RLeaky<"r", sj::ImmediateReset, sj::NoBias>>,
                               sj::RLeakyModel<Reset::subtract, false>>);
  SUCCEED();
}

TEST_CASE("a recurrent layer brings its projection, named after it") {
  using Dense = sj::RLeaky<"lif1", sj::ZeroReset, sj::Shared<"beta", sj::Sharing::per_layer>>::Projection<sj::Shape{4}>;
  CHECK(Dense::kind == sj::LayerKind::lateral);
  CHECK(Dense::summary() == "lateral dense lif1.recurrent 4-4");
  REQUIRE(Dense::parameters.size() == 2);
  CHECK(Dense::parameters[0].shape == sj::Shape{4, 4});
  CHECK(Dense::parameters[1].field == sj::Name("bias"));
  CHECK(sj::RLeaky<"lif1", sj::ImmediateReset, sj::NoBias>::Projection<sj::Shape{4}>::summary() ==
        "lateral dense lif1.recurrent 4-4 without bias");

  using Same = sj::RLeaky<"lif1", sj::SameConv2d<3, 5>>::Projection<sj::Shape{2, 6, 7}>;
  CHECK(Same::summary() == "lateral conv2d lif1.recurrent 2-2 kernel 3x5 padding 1x2");
  CHECK(Same::out == sj::Shape{2, 6, 7});

  using One = sj::RLeaky<"lif1", sj::Shared<"V", sj::Sharing::per_layer>, sj::OneToOne>::Projection<sj::Shape{2, 6, 7}>;
  CHECK(One::summary() == "lateral one-to-one lif1.recurrent per layer");
  REQUIRE(One::parameters.size() == 1);
  CHECK(One::parameters[0].field == sj::Name("V"));
  CHECK(One::parameters[0].role == sj::Role::weight);
  CHECK(One::parameters[0].shape == sj::Shape{});
  CHECK(sj::RLeaky<"lif1", sj::OneToOne>::Projection<sj::Shape{2, 6, 7}>::parameters[0].shape == sj::Shape{7});
}
