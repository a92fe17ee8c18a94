// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/layers/synapse_geometry.hpp>
#include <spikingjet/model/reach.hpp>

#include "catch.hpp"
#include "laws/random_values.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace sj = spikingjet;

namespace {

using Random = laws::RandomValues;

constexpr std::size_t padding = ~std::size_t{0};

/// Windows that fit.
std::size_t windows(std::size_t in, std::size_t padded, std::size_t kernel, std::size_t stride, std::size_t dilation) {
  return (in + 2 * padded - dilation * (kernel - 1) - 1) / stride + 1;
}

sj::SynapseGeometry random_geometry(Random& random) {
  sj::SynapseGeometry g;
  if (random.word() % 6 == 0) {
    g.channels_in = 1 + random.word() % 9;
    g.channels_out = 1 + random.word() % 5;
    return g;
  }
  const auto extent = [&](std::size_t first, std::size_t count) {
    return sj::Extent2d(first + random.word() % count, first + random.word() % count);
  };
  g.groups = 1 + random.word() % 3;
  g.channels_in = g.groups * (1 + random.word() % 3);
  g.channels_out = g.groups * (1 + random.word() % 3);
  g.in = extent(5, 3);
  g.kernel = extent(1, 3);
  g.stride = extent(1, 3);
  g.padding = extent(0, 4);
  g.dilation = extent(1, 2);
  g.out = {windows(g.in.rows, g.padding.rows, g.kernel.rows, g.stride.rows, g.dilation.rows),
           windows(g.in.columns, g.padding.columns, g.kernel.columns, g.stride.columns, g.dilation.columns)};
  return g;
}

/// The input under each tap of each output, from the definition: x[c][y stride + i dilation - padding][...].
///
/// **Shapes** (outputs, taps)
std::vector<std::size_t> by_definition(const sj::SynapseGeometry& g) {
  std::vector<std::size_t> input;
  for (std::size_t o = 0; o < g.channels_out; ++o)
    for (std::size_t y = 0; y < g.out.rows; ++y)
      for (std::size_t z = 0; z < g.out.columns; ++z)
        for (std::size_t c = 0; c < g.channels_in / g.groups; ++c)
          for (std::size_t i = 0; i < g.kernel.rows; ++i)
            for (std::size_t j = 0; j < g.kernel.columns; ++j) {
              const std::size_t channel = o / (g.channels_out / g.groups) * (g.channels_in / g.groups) + c;
              const auto row = std::ptrdiff_t(y * g.stride.rows + i * g.dilation.rows) - std::ptrdiff_t(g.padding.rows);
              const auto column =
                  std::ptrdiff_t(z * g.stride.columns + j * g.dilation.columns) - std::ptrdiff_t(g.padding.columns);
              const bool inside =
                  row >= 0 && row < std::ptrdiff_t(g.in.rows) && column >= 0 && column < std::ptrdiff_t(g.in.columns);
              input.push_back(inside ? (channel * g.in.rows + std::size_t(row)) * g.in.columns + std::size_t(column)
                                     : padding);
            }
  return input;
}

// One channel of 3 x 3, kernel 2 x 2, padding 1, stride 2: the output at (1, 1) lies on the lower right four.
constexpr sj::SynapseGeometry small{1, {3, 3}, 1, {2, 2}, {2, 2}, {2, 2}, {1, 1}, {}, 1};
static_assert(sj::Reach<std::uint32_t>(small).input_of(3, 0) == 4);
static_assert(sj::Reach<std::size_t>(small).input_of(0, 0) == sj::Reach<std::size_t>::none);
static_assert(sj::Reach<std::size_t>(small).tap_of(3, 8) == 3);

}  // namespace

TEMPLATE_TEST_CASE("inputs, taps, units and outputs of a layer find each other", "", std::uint32_t, std::size_t) {
  using Index = TestType;
  Random random(3);
  std::size_t dense = 0;
  for (std::size_t round = 0; round < 500; ++round) {
    const sj::SynapseGeometry g = random_geometry(random);
    const sj::Reach<Index> reach(g);
    const std::vector<std::size_t> expected = by_definition(g);
    const std::size_t taps = expected.size() / (g.channels_out * g.out.size());
    dense += reach.dense;
    REQUIRE(reach.dense == g.is_dense());
    REQUIRE(reach.taps() == taps);
    REQUIRE(reach.inputs == g.inputs());
    REQUIRE(reach.outputs == g.outputs());

    std::vector<std::vector<std::pair<std::size_t, std::size_t>>> reached(g.inputs());  // units and taps of each input
    for (std::size_t output = 0; output < g.outputs(); ++output) {
      const std::size_t channel = output / g.out.size();
      const std::size_t unit = output % g.out.size() * g.groups + channel / (g.channels_out / g.groups);
      std::vector<std::size_t> tap_of(g.inputs(), padding);
      for (std::size_t tap = 0; tap < taps; ++tap) {
        const std::size_t input = expected[output * taps + tap];
        REQUIRE(reach.input_of(Index(output), Index(tap)) == (input == padding ? reach.none : Index(input)));
        if (input == padding) continue;
        tap_of[input] = tap;
        if (channel % (g.channels_out / g.groups) == 0) reached[input].emplace_back(unit, tap);
      }
      for (std::size_t input = 0; input < g.inputs(); ++input)
        REQUIRE(reach.tap_of(Index(output), Index(input)) ==
                (tap_of[input] == padding ? reach.none : Index(tap_of[input])));
      REQUIRE(reach.unit_of(Index(output)) == unit);
      std::size_t next = 0;
      reach.each_tap(Index(unit), [&](Index tap, Index input) {
        const std::size_t wanted = expected[output * taps + tap];
        REQUIRE(tap == next++);
        REQUIRE(input == (wanted == padding ? reach.none : Index(wanted)));
      });
      REQUIRE(next == taps);
    }
    for (std::size_t input = 0; input < g.inputs(); ++input) {
      std::vector<std::pair<std::size_t, std::size_t>> found;
      reach.each_unit_of(Index(input), [&](Index unit, Index tap) { found.emplace_back(unit, tap); });
      std::sort(reached[input].begin(), reached[input].end());
      REQUIRE(found == reached[input]);
    }
    std::vector<std::size_t> outputs;
    REQUIRE(reach.units() == g.out.size() * g.groups);
    for (Index unit = 0; unit < reach.units(); ++unit)
      for (Index n = 0; n < reach.channels_out_group; ++n) {
        outputs.push_back(reach.output_of(unit, n));
        REQUIRE(reach.unit_of(Index(outputs.back())) == unit);
      }
    std::sort(outputs.begin(), outputs.end());
    REQUIRE(outputs.size() == g.outputs());
    REQUIRE(std::adjacent_find(outputs.begin(), outputs.end()) == outputs.end());
  }
  CHECK(dense > 20);
}

TEMPLATE_TEST_CASE("windows of pooling and inputs find each other", "", std::uint32_t, std::size_t) {
  using Index = TestType;
  Random random(8);
  for (std::size_t round = 0; round < 300; ++round) {
    sj::PoolGeometry g;
    g.channels = 1 + random.word() % 3;
    g.in = {3 + random.word() % 5, 3 + random.word() % 5};
    g.window = {1 + random.word() % 3, 1 + random.word() % 3};
    g.stride = {1 + random.word() % 3, 1 + random.word() % 3};
    g.padding = {random.word() % (g.window.rows / 2 + 1), random.word() % (g.window.columns / 2 + 1)};
    g.out = {windows(g.in.rows, g.padding.rows, g.window.rows, g.stride.rows, 1),
             windows(g.in.columns, g.padding.columns, g.window.columns, g.stride.columns, 1)};
    const sj::Reach<Index> reach(g);
    std::vector<std::vector<Index>> windows_of(g.channels * g.in.size());
    for (std::size_t output = 0; output < g.channels * g.out.size(); ++output) {
      const std::size_t channel = output / g.out.size();
      const std::size_t top = output % g.out.size() / g.out.columns * g.stride.rows;
      const std::size_t left = output % g.out.columns * g.stride.columns;
      std::vector<Index> inside;  // searched for
      for (std::size_t place = 0; place < g.in.size(); ++place) {
        const std::size_t row = place / g.in.columns + g.padding.rows;
        const std::size_t column = place % g.in.columns + g.padding.columns;
        if (row < top || row >= top + g.window.rows || column < left || column >= left + g.window.columns) continue;
        inside.push_back(Index(place));
        windows_of[channel * g.in.size() + place].push_back(Index(output));
      }
      std::vector<Index> found;
      reach.each_in_window(Index(output % g.out.size() / g.out.columns), Index(output % g.out.columns),
                           [&](Index place) { found.push_back(place); });
      REQUIRE(found == inside);
    }
    for (std::size_t input = 0; input < windows_of.size(); ++input) {
      std::vector<Index> found;
      reach.each_window_of(Index(input), [&](Index output) { found.push_back(output); });
      REQUIRE(found == windows_of[input]);
    }
  }
}

TEST_CASE("each input of a one-to-one layer reaches its own output") {
  sj::Reach<std::uint32_t> reach;
  reach.one_to_one = true;
  reach.inputs = reach.outputs = 7;
  for (std::uint32_t n = 0; n < 7; ++n) CHECK(reach.input_of(n, 0) == n);
  CHECK(reach.units() == 1);
}
