// SPDX-License-Identifier: MIT
#include <spikingjet/model/neurons/srm.hpp>

#include "catch.hpp"
#include "model/neurons/trace.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace sj = spikingjet;
using Model = sj::SrmModel;

namespace {

/// (t / tau) e^(1 - t / tau).
double kernel(int t, double tau) { return t / tau * std::exp(1.0 - t / tau); }

struct Slayer {
  double tau_s = 4;
  double tau_r = 2;
  double scale = 1;
  double theta = 1;

  laws::ConstantsOf<Model> constants() const {
    const auto of = [&](sj::Name field) {
      return Model::derived_from_time_constants(field, tau_s, tau_r, scale).value();
    };
    return {{of("alpha"), of("gain"), of("beta"), of("refractory_gain"), float(theta)}};
  }
};

/// SLAYER's own way: sums of kernels, and a refractory kernel added to the following steps at each spike. Also the
/// distance of the potential that comes nearest to the threshold.
struct Scanned {
  std::vector<double> potential;
  std::vector<float> spike;
  double nearest = 1e9;
};
Scanned scan(const Slayer& of, const std::vector<float>& input) {
  Scanned all;
  const int steps = int(input.size());
  all.potential.assign(input.size(), 0.0);
  for (int t = 0; t < steps; ++t)
    for (int s = 0; s <= t; ++s)
      all.potential[std::size_t(t)] += kernel(t - s, of.tau_s) * double(input[std::size_t(s)]);
  for (int t = 0; t < steps; ++t) {
    const double u = all.potential[std::size_t(t)];
    all.nearest = std::min(all.nearest, std::abs(u - of.theta));
    all.spike.push_back(u >= of.theta ? 1.0F : 0.0F);
    if (u >= of.theta)
      for (int later = t + 1; later < steps; ++later)
        all.potential[std::size_t(later)] -= of.scale * of.theta * kernel(later - t, of.tau_r);
  }
  return all;
}

}  // namespace

TEST_CASE("a spike response neuron follows the recursion bit for bit, from any state") {
  constexpr std::uint32_t seed = 111;
  INFO("seed " << seed);
  laws::RandomValues random(seed);
  for (int n = 0; n < 20000; ++n) {
    const auto one = laws::random_case<Model>(random);
    auto state = one.state;
    const float found_spike = Model::update(state, one.input, one.constant);

    const float alpha = clamped(one.constant[0]), gain = one.constant[1], beta = clamped(one.constant[2]),
                depth = one.constant[3], theta = one.constant[4];
    const float p_before = one.state[1], q_before = one.state[2], n_before = one.state[3], m_before = one.state[4];
    const float qp = q_before + p_before;
    const float q = alpha * qp;
    const float p_faded = alpha * p_before;
    const float p = p_faded + one.input;
    const float mn = m_before + n_before;
    const float m = beta * mn;
    const float response = gain * q;
    const float deep = depth * theta;
    const float refractory = deep * m;
    const float u = response - refractory;
    const float spike = u >= theta ? 1.0F : 0.0F;
    const float n_faded = beta * n_before;
    const float expected[] = {u, p, q, n_faded + spike, m};
    for (int s = 0; s < 5; ++s)
      if (!same_value(state[s], expected[s]))
        FAIL("case " << n << ": " << Model::states[std::size_t(s)].field.str() << ' ' << state[s] << " for "
                     << expected[s]);
    if (sj::to_word(found_spike) != sj::to_word(spike))
      FAIL("case " << n << ": spike " << found_spike << " for " << spike);
  }
}

TEST_CASE("an impulse passes a spike response neuron as SLAYER's kernel") {
  for (const double tau : {1.0, 2.5, 10.0}) {
    std::vector<float> impulse(60, 0.0F);
    impulse[3] = 1.0F;
    const auto found = trace<Model>(impulse, Slayer{.tau_s = tau, .theta = 100}.constants());
    for (int t = 0; t < 60; ++t) {
      INFO("tau " << tau << ", step " << t);  // alpha is rounded once, and then to the power of up to 57
      CHECK(double(found.potential[std::size_t(t)]) ==
            Approx(t < 3 ? 0.0 : kernel(t - 3, tau)).epsilon(2e-5).margin(1e-30));
    }
    CHECK(*std::max_element(found.potential.begin(), found.potential.end()) <= 1.0001F);
  }
}

TEST_CASE("spikes and potentials are those of summed kernels, with a refractory kernel at each spike") {
  laws::RandomValues random(112);
  int compared = 0;
  int spikes = 0;
  for (int run = 0; run < 300; ++run) {
    INFO("run " << run);
    const Slayer slayer{.tau_s = 1 + std::abs(double(random.everyday())) * 4,
                        .tau_r = 1 + std::abs(double(random.everyday())) * 2,
                        .scale = std::abs(double(random.everyday())) * 2,
                        .theta = 0.5 + std::abs(double(random.everyday()))};
    std::vector<float> input(50);
    for (float& i : input) i = random.word() % 3 == 0 ? random.everyday() + 0.4F : 0.0F;
    const Scanned expected = scan(slayer, input);
    if (expected.nearest < 1e-4) continue;  // a rounding could decide
    ++compared;
    const auto found = trace<Model>(input, slayer.constants());
    CHECK(found.spike == expected.spike);
    for (std::size_t t = 0; t < input.size(); ++t) {
      CHECK(double(found.potential[t]) == Approx(expected.potential[t]).epsilon(1e-5).margin(3e-5));
      spikes += expected.spike[t] != 0;
    }
  }
  CHECK(compared > 200);
  CHECK(spikes > 1000);
}

TEST_CASE("a spike response neuron fires where its potential is the threshold") {
  // alpha = 1/2, gain = 1: an impulse of 2 has U = 0, 1, 1, 3/4.
  const auto found = trace<Model>({2.0F, 0.0F, 0.0F, 0.0F}, {{0.5F, 1.0F, 0.5F, 0.0F, 1.0F}});
  CHECK(found.potential == std::vector<float>{0.0F, 1.0F, 1.0F, 0.75F});
  CHECK(found.spike == std::vector<float>{0, 1, 1, 0});
  // refractory_gain = 1, theta = 1: each spike takes off t / 2^t.
  const auto refractory = trace<Model>({2.0F, 0.0F, 0.0F, 0.0F}, {{0.5F, 1.0F, 0.5F, 1.0F, 1.0F}});
  CHECK(refractory.potential == std::vector<float>{0.0F, 1.0F, 0.5F, 0.25F});
}

TEST_CASE("a fault in the potential of a spike response neuron reaches no other state") {
  const auto constants = Slayer{}.constants();
  laws::StateOf<Model> state{{0.5F, 1.0F, 0.25F, 1.0F, 0.5F}};
  laws::StateOf<Model> faulty = state;
  faulty[0] = -1e30F;
  Model::update(state, 0.5F, constants);
  Model::update(faulty, 0.5F, constants);
  for (int s = 0; s < 5; ++s) CHECK(sj::to_word(state[s]) == sj::to_word(faulty[s]));
}

TEST_CASE("time constants tell decays and gains, and nothing else") {
  CHECK(Model::derived_from_time_constants("alpha", 10, 1, 2).value() == Approx(std::exp(-0.1)));
  CHECK(Model::derived_from_time_constants("gain", 10, 1, 2).value() == Approx(std::exp(1.0) / 10));
  CHECK(Model::derived_from_time_constants("beta", 10, 4, 2).value() == Approx(std::exp(-0.25)));
  CHECK(Model::derived_from_time_constants("refractory_gain", 10, 4, 2).value() == Approx(std::exp(1.0) / 2));
  CHECK_FALSE(Model::derived_from_time_constants("threshold", 10, 1, 2).has_value());
}

TEST_CASE("a spike response layer has its roles") {
  using Layer = sj::Srm<"srm1", sj::Shared<"alpha", sj::Sharing::per_layer>>::Bind<sj::Shape{4}>;
  static_assert(std::is_same_v<Layer::Dynamics, Model>);
  CHECK(Layer::parameters[0].shape == sj::Shape{});
  CHECK(Layer::parameters[4].role == sj::Role::threshold);
  CHECK(Layer::states[1].role == sj::Role::current);
  CHECK(Layer::states[3].role == sj::Role::other);
}
