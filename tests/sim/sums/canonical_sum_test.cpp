// SPDX-License-Identifier: MIT
#include <spikingjet/sim/sums/canonical_sum.hpp>

#include "catch.hpp"
#include "reference.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace sj = spikingjet;

namespace {

/// Inputs, weights and biases of one layer, as the reference and as the library want them.
struct Case {
  std::vector<float> x;  // (inputs)
  reference::Projection layer;
  std::vector<float> weight;         // (inputs, outputs)
  std::vector<float> bias;           // (outputs)
  std::vector<std::uint32_t> index;  // of non-zero inputs
  std::vector<float> value;

  sj::Activity activity() const { return {index, value}; }
};

constexpr float odd_values[] = {-0.0F, 1e-45F, -3e-39F, 3e38F, -3e38F, 1e-20F, 16777216.0F};
constexpr std::uint32_t not_finite[] = {0x7f800000u, 0xff800000u, 0x7fc00000u, 0xff801234u};

Case random_case(std::size_t inputs, std::size_t outputs, std::mt19937_64& random, bool with_bias,
                 bool finite_weights) {
  const auto chance = [&](unsigned one_in) { return random() % one_in == 0; };
  const auto value = [&] {
    return chance(12) ? odd_values[random() % 7] : static_cast<float>(std::int64_t(random() % 2001) - 1000) / 333.0F;
  };
  Case c;
  c.layer.kind = reference::Projection::Kind::dense;
  c.layer.inputs = inputs;
  c.layer.outputs = outputs;
  for (std::size_t i = 0; i < inputs; ++i) {
    float x = chance(2) ? 0.0F : chance(3) ? value() : 1.0F;
    if (chance(40)) x = -0.0F;
    if (chance(60)) x = reference::float_of(not_finite[random() % 4]);
    c.x.push_back(x);
    if (x != 0) c.index.push_back(std::uint32_t(i)), c.value.push_back(x);
  }
  for (std::size_t w = 0; w < inputs * outputs; ++w)
    c.layer.weight.values.push_back(!finite_weights && chance(30) ? reference::float_of(not_finite[random() % 4])
                                                                  : value());
  for (std::size_t o = 0; with_bias && o < outputs; ++o) c.layer.bias.values.push_back(chance(4) ? -0.0F : value());
  c.weight.assign(inputs * outputs + sj::lane_slack, 7.0F);
  for (std::size_t o = 0; o < outputs; ++o)
    for (std::size_t i = 0; i < inputs; ++i) c.weight[i * outputs + o] = c.layer.weight.values[o * inputs + i];
  c.bias = c.layer.bias.values;
  c.bias.resize(outputs + sj::lane_slack, 7.0F);
  return c;
}

/// One random case under both policies, by every function that may be used there.
template <std::size_t Outputs, std::size_t Inputs>
void compare(std::mt19937_64& random, std::uint64_t seed) {
  for (const bool with_bias : {false, true})
    for (const bool finite : {false, true}) {
      const Case c = random_case(Inputs, Outputs, random, with_bias, finite);
      const float* bias = with_bias ? c.bias.data() : nullptr;
      std::array<float, Outputs + sj::lane_slack> active{};
      std::array<float, Outputs + sj::lane_slack> all{};
      std::array<float, Outputs + sj::lane_slack> every{};
      sj::sum_active_inputs<Outputs>(c.weight.data(), bias, c.activity(), active.data());
      sj::sum_all_inputs<Outputs>(c.weight.data(), bias, c.activity(), Inputs, all.data());
      sj::sum_every_input<Outputs, Inputs>(c.weight.data(), bias, c.x.data(), every.data());
      const std::vector<float> skipped = reference::sums(c.layer, c.x, reference::ZeroInput::skip);
      const std::vector<float> multiplied = reference::sums(c.layer, c.x, reference::ZeroInput::multiply);
      for (std::size_t o = 0; o < Outputs; ++o) {
        const auto word = [](float value) { return reference::word_of(reference::with_one_nan(value)); };
        const std::uint32_t skip = word(skipped[o]);
        const std::uint32_t multiply = word(multiplied[o]);
        const bool no_negative_zero = !with_bias || reference::word_of(c.bias[o]) != 0x80000000u;
        if (word(active[o]) != skip || word(all[o]) != multiply || (finite && word(active[o]) != multiply) ||
            (finite && no_negative_zero && word(every[o]) != multiply))
          FAIL("seed " << seed << ", " << Inputs << " inputs, output " << o << " of " << Outputs << ", bias "
                       << with_bias << ", finite weights " << finite << std::hex << ": active " << word(active[o])
                       << " all " << word(all[o]) << " every " << word(every[o]) << ", wanted " << skip
                       << " (skip) and " << multiply << " (multiply)");
      }
    }
}

}  // namespace

TEST_CASE("sums of currents have the bits of a scalar sum in ascending order, at every number of outputs") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    std::mt19937_64 random(seed);
    compare<1, 1>(random, seed);
    compare<2, 13>(random, seed);
    compare<7, 5>(random, seed);
    compare<16, 64>(random, seed);
    compare<17, 30>(random, seed);
    compare<31, 3>(random, seed);
    compare<40, 9>(random, seed);
    compare<129, 4>(random, seed);
    compare<150, 11>(random, seed);
  }
}

TEST_CASE("a sum starts at the bias and adds in ascending order") {
  // ((1 + 2^24) + 1) - 2^24 is 0 in float32, as each 1 is rounded away; any other order gives 1 or 2.
  const std::vector<float> weight = [] {
    std::vector<float> w = {16777216.0F, 1.0F, -16777216.0F};
    w.resize(3 + sj::lane_slack);
    return w;
  }();
  std::vector<float> bias(1 + sj::lane_slack, 1.0F);
  const std::vector<std::uint32_t> index = {0, 1, 2};
  const std::vector<float> value = {1.0F, 1.0F, 1.0F};
  std::vector<float> current(1 + sj::lane_slack);
  sj::sum_active_inputs<1>(weight.data(), bias.data(), {index, value}, current.data());
  CHECK(current[0] == 0.0F);
  sj::sum_all_inputs<1>(weight.data(), bias.data(), {index, value}, 3, current.data());
  CHECK(current[0] == 0.0F);
  sj::sum_every_input<1, 3>(weight.data(), bias.data(), value.data(), current.data());
  CHECK(current[0] == 0.0F);
}

TEST_CASE("product and sum are rounded separately") {
  // (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24 rounds to 1 + 2^-11; a fused sum would keep the last term.
  std::vector<float> weight(1 + sj::lane_slack, 1.0F + 0x1p-12F);
  std::vector<float> bias(1 + sj::lane_slack, -(1.0F + 0x1p-11F));
  std::vector<float> current(1 + sj::lane_slack, 5.0F);
  const std::vector<std::uint32_t> index = {0};
  const std::vector<float> value = {1.0F + 0x1p-12F};
  sj::sum_active_inputs<1>(weight.data(), bias.data(), {index, value}, current.data());
  CHECK(current[0] == 0.0F);
}
