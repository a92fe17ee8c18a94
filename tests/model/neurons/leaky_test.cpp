// SPDX-License-Identifier: MIT
#include <spikingjet/model/neurons/leaky.hpp>

#include "catch.hpp"
#include "model/neurons/trace.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <vector>

namespace sj = spikingjet;
using sj::LeakyOrder;
using sj::Reset;

namespace {

template <Reset R, bool Delay, LeakyOrder Order>
struct Variant {
  static constexpr Reset reset = R;
  static constexpr bool delay = Delay;
  static constexpr LeakyOrder order = Order;
  using Model = sj::LeakyModel<R, Delay, Order>;
};

constexpr auto v08 = LeakyOrder::snntorch_08;
constexpr auto v07 = LeakyOrder::snntorch_07;
using Variants =
    std::tuple<Variant<Reset::subtract, true, v08>, Variant<Reset::subtract, false, v08>,
               Variant<Reset::subtract, true, v07>, Variant<Reset::subtract, false, v07>,
               Variant<Reset::zero, true, v08>, Variant<Reset::zero, false, v08>, Variant<Reset::zero, true, v07>,
               Variant<Reset::zero, false, v07>, Variant<Reset::none, true, v08>, Variant<Reset::none, false, v08>,
               Variant<Reset::none, true, v07>, Variant<Reset::none, false, v07>>;

/// The table of equations, each product and sum a float32 of its own.
struct Formula {
  Reset reset;
  bool delay;
  LeakyOrder order;

  float potential(float u, float i, float stored_beta, float theta, float& spike) const {
    const float beta = clamped(stored_beta);
    const float r = step_function(u - theta);
    float next = 0.0F;
    switch (reset) {
      case Reset::none: {
        const float decayed = beta * u;
        next = decayed + i;
        break;
      }
      case Reset::subtract: {
        const float loss = r * theta;
        if (order == v08) {
          const float decayed = beta * u;
          const float base = decayed + i;
          next = base - loss;
        } else {
          const float rest = u - loss;
          const float decayed = beta * rest;
          next = decayed + i;
        }
        break;
      }
      case Reset::zero: {
        const float stays = 1.0F - r;
        if (order == v08) {
          const float rest = stays * u;
          const float decayed = beta * rest;
          next = decayed + i;
        } else {
          const float decayed = beta * u;
          const float base = decayed + i;
          next = stays * base;
        }
        break;
      }
    }
    spike = step_function(next - theta);
    if (delay || reset == Reset::none) return next;
    const float late = spike - r;
    const float loss = late * (reset == Reset::subtract ? theta : next);
    return next - loss;
  }
};

template <class Layer>
using EquationsOf = typename Layer::template Bind<sj::Shape{2}>::Dynamics;

}  // namespace

TEMPLATE_LIST_TEST_CASE("a leaky neuron follows the table of equations bit for bit, from any state", "", Variants) {
  using Model = typename TestType::Model;
  constexpr Formula formula{TestType::reset, TestType::delay, TestType::order};
  constexpr std::uint32_t seed = 51;
  INFO(Model::name() << ", seed " << seed);
  laws::RandomValues random(seed);
  for (int i = 0; i < 20000; ++i) {
    const auto one = laws::random_case<Model>(random);
    auto state = one.state;
    const float found_spike = Model::update(state, one.input, one.constant);
    float spike = 0;
    const float u = formula.potential(one.state[0], one.input, one.constant[0], one.constant[1], spike);
    if (!same_value(state[0], u)) FAIL("case " << i << ": potential " << state[0] << " for " << u);
    if (sj::to_word(found_spike) != sj::to_word(spike))
      FAIL("case " << i << ": spike " << found_spike << " for " << spike);
  }
}

TEMPLATE_LIST_TEST_CASE("a leaky neuron follows the table of equations over time", "", Variants) {
  using Model = typename TestType::Model;
  constexpr Formula formula{TestType::reset, TestType::delay, TestType::order};
  constexpr std::uint32_t seed = 52;
  INFO(Model::name() << ", seed " << seed);
  laws::RandomValues random(seed);
  std::vector<float> input;
  for (int t = 0; t < 500; ++t) input.push_back(random.everyday());
  const Trace found = trace<Model>(input, {0.875F, 0.75F});
  float u = 0, spike = 0, spikes = 0;
  for (std::size_t t = 0; t < input.size(); ++t) {
    u = formula.potential(u, input[t], 0.875F, 0.75F, spike);
    if (!same_value(found.potential[t], u) || found.spike[t] != spike) FAIL("step " << t);
    spikes += spike;
  }
  CHECK(spikes > 20);
}

// Closed form: U[t] = I (1 + beta + .. + beta^t) = I (1 - beta^(t+1)) / (1 - beta); exact where beta is a half.
TEST_CASE("without a reset, a constant current charges a leaky neuron along the geometric sum") {
  const auto halves = trace<sj::LeakyModel<Reset::none>>(std::vector<float>(20, 1.0F), {0.5F, 100.0F});
  for (int t = 0; t < 20; ++t) CHECK(halves.potential[std::size_t(t)] == 2.0F - std::ldexp(1.0F, -t));
  const auto slow = trace<sj::LeakyModel<Reset::none>>(std::vector<float>(200, 0.3F), {0.9F, 100.0F});
  for (int t = 0; t < 200; ++t)
    CHECK(slow.potential[std::size_t(t)] ==
          Approx(0.3 * (1 - std::pow(0.9, t + 1)) / 0.1).epsilon(1e-5));  // 200 roundings
}

// Closed form: from U = 0 the potential first exceeds theta at the least t with I (1 - beta^(t+1)) / (1 - beta) >
// theta. A delayed reset to zero leaves U = I one step later, as after step 0, so spikes come every t + 1 steps.
TEST_CASE("under constant current, a reset to zero makes a leaky neuron fire with the period of the closed form") {
  for (const float beta : {0.5F, 0.8F, 0.95F})
    for (const float current : {0.11F, 0.23F, 0.37F, 0.61F}) {
      INFO("beta " << beta << ", current " << current);
      int first = 0;
      const auto charged = [&](int t) {
        return double(current) * (1 - std::pow(double(beta), t + 1)) / (1 - double(beta));
      };
      while (first < 100 && charged(first) <= 1.0) ++first;
      const auto found = trace<sj::LeakyModel<Reset::zero>>(std::vector<float>(100, current), {beta, 1.0F});
      for (int t = 0; t < 100; ++t) CHECK(found.spike[std::size_t(t)] == ((t + 1) % (first + 1) == 0 ? 1.0F : 0.0F));
    }
}

// By hand, in binary fractions: beta = 1/2, theta = 1, I = 3/4.
TEST_CASE("a subtracting reset takes the threshold off in the step behind the spike") {
  const auto found = trace<sj::LeakyModel<>>(std::vector<float>(5, 0.75F), {0.5F, 1.0F});
  CHECK(found.potential == std::vector<float>{0.75F, 1.125F, 0.3125F, 0.90625F, 1.203125F});
  CHECK(found.spike == std::vector<float>{0, 1, 0, 0, 1});
}

TEST_CASE("an immediate reset takes the threshold off in the step of the spike, once") {
  const auto found = trace<sj::LeakyModel<Reset::subtract, false>>(std::vector<float>(4, 0.75F), {0.5F, 1.0F});
  CHECK(found.potential == std::vector<float>{0.75F, 0.125F, 0.8125F, 0.15625F});
  CHECK(found.spike == std::vector<float>{0, 1, 0, 1});
}

TEST_CASE("in the order of snnTorch 0.7 the decay acts on what the reset left") {
  const auto found = trace<sj::LeakyModel<Reset::subtract, true, v07>>(std::vector<float>(4, 0.75F), {0.5F, 1.0F});
  CHECK(found.potential == std::vector<float>{0.75F, 1.125F, 0.8125F, 1.15625F});
  CHECK(found.spike == std::vector<float>{0, 1, 0, 1});
  const auto zero = trace<sj::LeakyModel<Reset::zero, true, v07>>(std::vector<float>(4, 0.75F), {0.5F, 1.0F});
  CHECK(zero.potential == std::vector<float>{0.75F, 1.125F, 0.0F, 0.75F});
}

TEST_CASE("a neuron fires strictly above its threshold") {
  const auto at = trace<sj::LeakyModel<>>({1.0F}, {0.5F, 1.0F});
  CHECK(at.spike[0] == 0.0F);
  const auto above = trace<sj::LeakyModel<>>({std::nextafter(1.0F, 2.0F)}, {0.5F, 1.0F});
  CHECK(above.spike[0] == 1.0F);
}

TEST_CASE("a decay outside 0 to 1 acts as the nearer end") {
  const std::vector<float> input{0.5F, 0.25F, 0.125F};
  const auto never_decays = trace<sj::LeakyModel<Reset::none>>(input, {7.0F, 100.0F});
  CHECK(never_decays.potential == std::vector<float>{0.5F, 0.75F, 0.875F});
  const auto forgets = trace<sj::LeakyModel<Reset::none>>(input, {-7.0F, 100.0F});
  CHECK(forgets.potential == input);
}

TEST_CASE("the options of a leaky layer choose its equations") {
  using sj::LeakyModel;
  static_assert(std::is_same_v<EquationsOf<sj::Leaky<"l">>, LeakyModel<Reset::subtract, true, v08>>);
  static_assert(std::is_same_v<EquationsOf<sj::Leaky<"l", sj::SubtractReset>>, LeakyModel<Reset::subtract, true, v08>>);
  static_assert(std::is_same_v<EquationsOf<sj::Leaky<"l", sj::ZeroReset>>, LeakyModel<Reset::zero, true, v08>>);
  static_assert(
      std::is_same_v<EquationsOf<sj::Leaky<"l", sj::ImmediateReset>>, LeakyModel<Reset::subtract, false, v08>>);
  static_assert(
      std::is_same_v<EquationsOf<sj::Leaky<"l", sj::Snntorch07, sj::NoReset>>, LeakyModel<Reset::none, true, v07>>);
  SUCCEED();
}
