// SPDX-License-Identifier: MIT
#include <spikingjet/model/neurons/rsynaptic.hpp>

#include "catch.hpp"
#include "model/neurons/trace.hpp"

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
  using Model = sj::RSynapticModel<R>;
};
using Variants = std::tuple<Variant<Reset::subtract>, Variant<Reset::zero>, Variant<Reset::none>>;

template <class Layer>
using EquationsOf = typename Layer::template Bind<sj::Shape{2}>::Dynamics;

}  // namespace

TEMPLATE_LIST_TEST_CASE("a recurrent synaptic neuron follows the table of equations bit for bit, from any state", "",
                        Variants) {
  using Model = typename TestType::Model;
  constexpr std::uint32_t seed = 101;
  INFO(Model::name() << ", seed " << seed);
  laws::RandomValues random(seed);
  for (int n = 0; n < 20000; ++n) {
    const auto one = laws::random_case<Model>(random);
    auto state = one.state;
    const float found_spike = Model::update(state, one.input, one.recurrent, one.constant);

    const float theta = one.constant[2];
    const float r = step_function(one.state[0] - theta);
    const float faded = clamped(one.constant[0]) * one.state[1];
    const float driven = faded + one.input;
    const float s = driven + one.recurrent;
    const float decayed = clamped(one.constant[1]) * one.state[0];
    float u = decayed + s;
    if (TestType::reset != Reset::none) {
      const float loss = TestType::reset == Reset::subtract ? r * theta : r * u;
      u = u - loss;
    }
    if (!same_value(state[0], u)) FAIL("case " << n << ": potential " << state[0] << " for " << u);
    if (!same_value(state[1], s)) FAIL("case " << n << ": current " << state[1] << " for " << s);
    if (sj::to_word(found_spike) != sj::to_word(step_function(u - theta)))
      FAIL("case " << n << ": spike " << found_spike);
  }
}

// By hand: alpha = beta = 1/2, theta = 1, V = -1/2, I = 3/4: s = 3/4, 9/8, 9/16 + 3/4 - 1/2 = 13/16; B = s + U/2.
TEST_CASE("a recurrent synaptic neuron adds what its spike brings to the current, which keeps it") {
  const std::vector<float> input(3, 0.75F);
  const auto subtract = trace<sj::RSynapticModel<>>(input, -0.5F, {0.5F, 0.5F, 1.0F});
  CHECK(subtract.potential == std::vector<float>{0.75F, 1.5F, 0.5625F});  // 13/16 + 3/4 - 1
  CHECK(subtract.spike == std::vector<float>{0, 1, 0});
  const auto zero = trace<sj::RSynapticModel<Reset::zero>>(input, -0.5F, {0.5F, 0.5F, 1.0F});
  CHECK(zero.potential == std::vector<float>{0.75F, 1.5F, 0.0F});
  const auto none = trace<sj::RSynapticModel<Reset::none>>(input, -0.5F, {0.5F, 0.5F, 1.0F});
  CHECK(none.potential == std::vector<float>{0.75F, 1.5F, 1.5625F});
}

TEST_CASE("the options of a recurrent synaptic layer choose its equations and its projection") {
  static_assert(std::is_same_v<EquationsOf<sj::RSynaptic<"r">>, sj::RSynapticModel<Reset::subtract>>);
  static_assert(
      std::is_same_v<EquationsOf<sj::RSynaptic<"r", sj::ZeroReset, sj::OneToOne>>, sj::RSynapticModel<Reset::zero>>);
  static_assert(std::is_same_v<EquationsOf<sj::RSynaptic<"r", sj::NoReset>>, sj::RSynapticModel<Reset::none>>);
  CHECK(sj::RSynaptic<"lif1", sj::OneToOne, sj::Shared<"alpha", sj::Sharing::per_layer>>::Projection<sj::Shape{
            4}>::summary() == "lateral one-to-one lif1.recurrent");
}
