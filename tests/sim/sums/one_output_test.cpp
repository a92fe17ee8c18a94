// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/conv2d.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/sim/sums/canonical_sum.hpp>
#include <spikingjet/sim/sums/convolution.hpp>
#include <spikingjet/sim/sums/one_output.hpp>
#include <spikingjet/sim/sums/pooling.hpp>

#include "catch.hpp"
#include "laws/random_values.hpp"
#include "reference.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sj = spikingjet;

namespace {

using Random = laws::RandomValues;

bool same(float a, float b) {
  return reference::word_of(reference::with_one_nan(a)) == reference::word_of(reference::with_one_nan(b));
}

/// Values of which some are zeros, listed and changed as a device has them.
struct Input {
  explicit Input(std::size_t size, Random& random) : golden(size), now(size) {
    for (std::size_t i = 0; i < size; ++i) {
      golden[i] = random.word() % 2 ? 0.0F : random.word() % 8 ? 1.0F : random();
      now[i] = golden[i];
      if (random.word() % 5 == 0) {
        now[i] = random.word() % 3 ? 1.0F - golden[i] : random();
        changed.push_back(base + i);
        changed_value.push_back(now[i]);
      }
    }
  }

  /// Golden values and changes.
  sj::StepInput plain() const {
    sj::StepInput x;
    x.value = golden.data();
    x.changed = changed.data();
    x.changed_value = changed_value.data();
    x.changed_count = static_cast<std::uint32_t>(changed.size());
    x.changed_base = base;
    return x;
  }

  /// The same, with the taps of an output's unit listed.
  sj::StepInput listed(const sj::SynapseView& view, std::uint32_t output) {
    tap.clear();
    tap_value.clear();
    for (std::uint32_t t = 0; t < view.taps(); ++t) {
      const std::uint32_t input = view.input_of(view.output_of(view.unit_of(output)), t);
      if (input == sj::FaultyTerm::none || golden[input] == 0.0F) continue;
      tap.push_back(t);
      tap_value.push_back(golden[input]);
    }
    tap.push_back(0);  // so that the list is not null
    sj::StepInput x = plain();
    x.active = tap.data();
    x.active_value = tap_value.data();
    x.active_count = static_cast<std::uint32_t>(tap_value.size());
    return x;
  }

  /// The values as they are now, with a mask of those that are not zero.
  sj::StepInput masked() {
    mask.assign(now.size() / 32 + 1, 0);
    for (std::size_t i = 0; i < now.size(); ++i) mask[i / 32] |= std::uint32_t{!(now[i] == 0.0F)} << (i % 32);
    sj::StepInput x;
    x.value = now.data();
    x.mask = mask.data();
    return x;
  }

  static constexpr std::uint64_t base = 1'000'000'000'000;
  std::vector<float> golden;
  std::vector<float> now;
  std::vector<std::uint32_t> tap{};
  std::vector<float> tap_value{};
  std::vector<std::uint32_t> mask{};
  std::vector<std::uint64_t> changed{};
  std::vector<float> changed_value{};
};

/// The canonical sum of one output, from its definition.
float expected_sum(const sj::SynapseGeometry& g, const std::vector<float>& weight, const float* bias,
                   const std::vector<float>& x, std::size_t output, sj::ZeroInput zeros) {
  const std::size_t channel = output / g.out.size();
  const std::size_t y = output % g.out.size() / g.out.columns;
  const std::size_t z = output % g.out.columns;
  float sum = bias ? bias[channel] : 0.0F;
  for (std::size_t tap = 0; tap < g.taps(); ++tap) {
    const std::size_t k = channel / g.channels_out_group() * g.channels_in_group() + tap / g.kernel.size();
    const auto row = std::ptrdiff_t(y * g.stride.rows + tap % g.kernel.size() / g.kernel.columns * g.dilation.rows) -
                     std::ptrdiff_t(g.padding.rows);
    const auto column = std::ptrdiff_t(z * g.stride.columns + tap % g.kernel.columns * g.dilation.columns) -
                        std::ptrdiff_t(g.padding.columns);
    const bool inside =
        row >= 0 && row < std::ptrdiff_t(g.in.rows) && column >= 0 && column < std::ptrdiff_t(g.in.columns);
    const float value = inside ? x[(k * g.in.rows + std::size_t(row)) * g.in.columns + std::size_t(column)] : 0.0F;
    const float w = weight[tap * g.channels_out + channel];
    if (value != 0.0F || value != value || (zeros == sj::ZeroInput::multiply && !reference::finite(w))) {
      volatile float product = w * value;
      sum = sum + product;
    }
  }
  return sum;
}

sj::SynapseGeometry random_geometry(Random& random) {
  sj::SynapseGeometry g;
  if (random.word() % 2) {
    g.channels_in = 1 + random.word() % 30;
    g.channels_out = 1 + random.word() % 9;
    return g;
  }
  g.groups = 1 + random.word() % 2;
  g.channels_in = g.groups * (1 + random.word() % 3);
  g.channels_out = g.groups * (1 + random.word() % 4);
  g.in = {3 + random.word() % 5, 3 + random.word() % 5};
  g.kernel = {1 + random.word() % 3, 1 + random.word() % 3};
  g.stride = {1 + random.word() % 2, 1 + random.word() % 2};
  g.padding = {random.word() % 2, random.word() % 2};
  const auto extent = [](std::size_t in, std::size_t padding, std::size_t kernel, std::size_t stride) {
    return (in + 2 * padding - kernel) / stride + 1;
  };
  g.out = {extent(g.in.rows, g.padding.rows, g.kernel.rows, g.stride.rows),
           extent(g.in.columns, g.padding.columns, g.kernel.columns, g.stride.columns)};
  return g;
}

}  // namespace

TEST_CASE("sums of one output, with changed inputs and a faulty weight or bias, are canonical") {
  Random random(5);
  std::size_t faulty = 0;
  std::size_t odd = 0;
  for (std::size_t round = 0; round < 3000; ++round) {
    const sj::SynapseGeometry g = random_geometry(random);
    std::vector<float> weight(g.taps() * g.channels_out);
    const bool all_finite = round % 3 != 0;
    for (float& w : weight) w = all_finite || random.word() % 8 ? random.everyday() : random();
    std::vector<float> bias(g.channels_out);
    for (float& b : bias) b = random.everyday();
    Input input(g.inputs(), random);

    sj::SynapseView view(g);
    view.weight = weight.data();
    view.bias = random.word() % 4 ? bias.data() : nullptr;
    view.zero_input = random.word() % 2 ? sj::ZeroInput::multiply : sj::ZeroInput::skip;
    view.all_inputs =
        view.zero_input == sj::ZeroInput::multiply && !std::all_of(weight.begin(), weight.end(), reference::finite);
    REQUIRE(view.dense == g.is_dense());

    for (std::uint32_t output = 0; output < view.outputs; ++output) {
      sj::FaultyTerm term;
      std::vector<float> with_fault = weight;
      std::vector<float> with_bias = bias;
      const std::uint32_t kind = random.word() % 3;
      if (kind == 1) {
        term.tap = random.word() % static_cast<std::uint32_t>(g.taps());
        term.weight = random();
        with_fault[term.tap * g.channels_out + output / g.out.size()] = term.weight;
        odd += !reference::finite(term.weight);
      } else if (kind == 2 && view.bias) {
        term.in_bias = true;
        term.bias = random();
        with_bias[output / g.out.size()] = term.bias;
      }
      faulty += kind != 0;
      const float expected =
          expected_sum(g, with_fault, view.bias ? with_bias.data() : nullptr, input.now, output, view.zero_input);
      REQUIRE(same(view.sum(output, input.plain(), term), expected));
      REQUIRE(same(view.sum(output, input.listed(view, output), term), expected));
      REQUIRE(same(view.sum(output, input.masked(), term), expected));
    }
  }
  CHECK(faulty > 1000);
  CHECK(odd > 100);
}

TEST_CASE("one-to-one sums have the bits of the canonical sum of one input") {
  Random random(6);
  std::vector<float> weight(3);
  for (std::size_t round = 0; round < 500; ++round) {
    for (float& w : weight) w = random();
    const Input input(12, random);
    sj::SynapseView view;
    view.one_to_one = true;
    view.weight = weight.data();
    view.inputs = view.outputs = 12;
    view.shared = sj::SharedBy(4, 3);
    view.zero_input = round % 2 ? sj::ZeroInput::multiply : sj::ZeroInput::skip;
    for (std::uint32_t n = 0; n < 12; ++n) {
      CHECK(same(view.sum(n, input.plain(), {}), sj::sum_one_to_one(weight[n / 4], input.now[n], view.zero_input)));
      sj::FaultyTerm term;
      term.tap = 0;
      term.weight = random();
      CHECK(same(view.sum(n, input.plain(), term), sj::sum_one_to_one(term.weight, input.now[n], view.zero_input)));
      CHECK(view.input_of(n, 0) == n);
      CHECK(same(view.weight_at(n, 0), weight[n / 4]));
    }
  }
}

TEST_CASE("a window pools as all windows together") {
  Random random(8);
  for (std::size_t round = 0; round < 400; ++round) {
    sj::PoolGeometry g;
    g.kind = sj::PoolKind(random.word() % 3);
    g.channels = 1 + random.word() % 3;
    g.in = {2 + random.word() % 6, 2 + random.word() % 6};
    g.window = {1 + random.word() % 2, 1 + random.word() % 2};
    g.stride = {1 + random.word() % 3, 1 + random.word() % 3};
    g.padding = {random.word() % (g.window.rows / 2 + 1), random.word() % (g.window.columns / 2 + 1)};
    g.out = {(g.in.rows + 2 * g.padding.rows - g.window.rows) / g.stride.rows + 1,
             (g.in.columns + 2 * g.padding.columns - g.window.columns) / g.stride.columns + 1};
    const Input input(g.channels * g.in.size(), random);
    std::vector<float> expected(g.channels * g.out.size() + sj::lane_slack);
    sj::pool_channels(g, input.now.data(), expected.data());
    const sj::PoolView view(g);
    for (std::uint32_t o = 0; o < g.channels * g.out.size(); ++o)
      REQUIRE(same(sj::pool_window(view, o, input.plain()), expected[o]));
  }
}
