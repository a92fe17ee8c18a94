// SPDX-License-Identifier: MIT
#include <spikingjet/sim/sums/row_sums.hpp>

#include "catch.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <tuple>
#include <vector>

namespace sj = spikingjet;

using Registers = std::tuple<sj::Pack<float, 1>, sj::Pack<xsimd::batch<float>, 1>>;

TEMPLATE_LIST_TEST_CASE("sums of rows have the bits of a scalar sum in the order of the list", "[law]", Registers) {
  using One = TestType;
  std::mt19937_64 random(7);
  std::normal_distribution<float> normal;
  for (std::size_t registers = 1; registers <= 7; ++registers)
    for (std::size_t sums = 0; sums <= 9; ++sums) {
      const std::size_t width = registers * One::lanes;
      constexpr std::size_t rows = 20;
      sj::AlignedFloats weights(rows * width);
      for (float& w : weights) w = random() % 5 == 0 ? -0.0F : normal(random);
      weights.resize((rows + 1) * width, -0.0F);
      sj::AlignedFloats start(sums * width);
      for (float& value : start) value = random() % 3 == 0 ? -0.0F : normal(random);
      sj::AlignedFloats sum(sums * width);
      std::vector<std::vector<std::uint32_t>> lists(sums, std::vector<std::uint32_t>(rows));
      std::vector<std::size_t> counts;
      std::vector<sj::RowSum> wanted;
      for (std::size_t s = 0; s < sums; ++s) {
        counts.push_back(random() % (rows + 1));
        for (std::size_t k = 0; k < counts[s]; ++k) lists[s][k] = static_cast<std::uint32_t>(random() % rows * width);
        wanted.push_back({lists[s].data(), counts[s], &start[s * width], &sum[s * width]});
      }
      sj::sum_rows<One>(weights.data(), wanted, static_cast<std::uint32_t>(rows * width), registers);
      for (std::size_t s = 0; s < sums; ++s)
        for (std::size_t o = 0; o < width; ++o) {
          float expected = start[s * width + o];
          for (std::size_t k = 0; k < counts[s]; ++k) expected = expected + weights[lists[s][k] + o];
          REQUIRE(std::memcmp(&expected, &sum[s * width + o], sizeof expected) == 0);
        }
    }
}
