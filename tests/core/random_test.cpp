// SPDX-License-Identifier: MIT
#include <spikingjet/core/random.hpp>

#include "catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace sj = spikingjet;

namespace {

void check_block(const sj::RandomBlock& block, std::array<std::uint32_t, 4> expected) {
  for (std::size_t i = 0; i < 4; ++i) CHECK(block.word[i] == expected[i]);
}

/// Pearson's statistic of counts that should all be equal.
double chi_square(const std::vector<std::uint64_t>& counts) {
  double total = 0;
  for (const std::uint64_t count : counts) total += double(count);
  const double expected = total / double(counts.size());
  double sum = 0;
  for (const std::uint64_t count : counts) sum += (double(count) - expected) * (double(count) - expected) / expected;
  return sum;
}

/// An upper limit that a chi-square variable exceeds less than once in a hundred thousand draws (normal tail, 4.5
/// sigma, with the Wilson-Hilferty cube root).
double unlikely(double freedom) {
  const double cube = 1 - 2 / (9 * freedom) + 4.5 * std::sqrt(2 / (9 * freedom));
  return freedom * cube * cube * cube;
}

}  // namespace

// Source: the known answers that Random123 publishes for philox4x32-10.
TEST_CASE("philox gives the published answers") {
  check_block(sj::philox({{0, 0, 0, 0}}, 0), {0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u});
  check_block(sj::philox({{~0u, ~0u, ~0u, ~0u}}, ~std::uint64_t(0)),
              {0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu});
  check_block(sj::philox({{0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}}, 0x299f31d0a4093822u),
              {0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u});
}

TEST_CASE("random bits are the first half of the block of their identities, whatever was drawn before") {
  const sj::RandomBlock block = sj::philox({{5, 1, 6, 2}}, 77);
  const std::uint64_t expected = (std::uint64_t(block.word[1]) << 32) | block.word[0];
  CHECK(sj::random_bits(77, (std::uint64_t(1) << 32) | 5, (std::uint64_t(2) << 32) | 6) == expected);
  static_assert(sj::random_bits(0, 0) == 0xe169c58d6627e8d5u);
}

TEST_CASE("each bit of random bits is set half of the time, in every identity") {
  for (int which = 0; which < 3; ++which) {
    std::array<int, 64> ones{};
    constexpr int draws = 20000;
    for (std::uint64_t i = 0; i < draws; ++i) {
      const std::uint64_t bits = sj::random_bits(which == 0 ? i : 9, which == 1 ? i : 4, which == 2 ? i : 1);
      for (std::size_t b = 0; b < 64; ++b) ones[b] += int((bits >> b) & 1);
    }
    const double sigma = std::sqrt(draws * 0.25);
    for (const int count : ones) CHECK(std::abs(count - draws / 2) < 4.5 * sigma);
  }
}

TEST_CASE("a permutation takes each value exactly once", "[law]") {
  std::vector<std::uint64_t> sizes{1, 2, 3, 5, 7, 10, 100, 1000, 12345, 381120};
  for (std::uint64_t power = 4; power <= 65536; power *= 4)
    for (const std::uint64_t size : {power - 1, power, power + 1}) sizes.push_back(size);
  for (const std::uint64_t size : sizes) {
    for (const std::uint64_t seed :
         {std::uint64_t(0), std::uint64_t(1), std::uint64_t(20240400383), ~std::uint64_t(0)}) {
      if (size > 70000 && seed != 1) continue;
      INFO("size " << size << ", seed " << seed);
      const sj::Permutation permutation(size, seed);
      std::vector<bool> seen(size, false);
      std::uint64_t distinct = 0;
      for (std::uint64_t i = 0; i < size; ++i) {
        const std::uint64_t value = permutation(i);
        if (value >= size) FAIL(value << " lies outside");
        distinct += seen[value] ? 0 : 1;
        seen[value] = true;
      }
      REQUIRE(distinct == size);
    }
  }
}

TEST_CASE("a permutation of a space too large to hold stays inside and does not repeat itself") {
  for (const std::uint64_t size : {std::uint64_t(1000000000000), (std::uint64_t(1) << 63) + 1, ~std::uint64_t(0)}) {
    INFO("size " << size);
    const sj::Permutation permutation(size, 3);
    std::vector<std::uint64_t> drawn;
    for (std::uint64_t i = 0; i < 10000; ++i) drawn.push_back(permutation(i));
    CHECK(*std::max_element(drawn.begin(), drawn.end()) < size);
    std::sort(drawn.begin(), drawn.end());
    CHECK(std::adjacent_find(drawn.begin(), drawn.end()) == drawn.end());
    CHECK(double(drawn[5000]) / double(size) == Approx(0.5).margin(0.03));
  }
}

TEST_CASE("a permutation depends on its seed and on its size alone") {
  const sj::Permutation one(1000, 1);
  const sj::Permutation again(1000, 1);
  const sj::Permutation other(1000, 2);
  int equal = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    CHECK(one(i) == again(i));
    equal += one(i) == other(i) ? 1 : 0;
  }
  CHECK(equal < 10);
}

TEST_CASE("the first draws of a permutation fall evenly over the space") {
  for (const std::uint64_t size : {std::uint64_t(381120), std::uint64_t(1) << 20, std::uint64_t(1000003)}) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      INFO("size " << size << ", seed " << seed);
      const sj::Permutation permutation(size, seed);
      std::vector<std::uint64_t> bins(64, 0);
      for (std::uint64_t i = 0; i < 15944; ++i) ++bins[permutation(i) * 64 / size];
      CHECK(chi_square(bins) < unlikely(63));
      std::vector<std::uint64_t> bits(32, 0);
      for (std::uint64_t i = 0; i < 15944; ++i) ++bits[permutation(i) % 32];
      CHECK(chi_square(bits) < unlikely(31));
    }
  }
}

TEST_CASE("over many seeds, each order of a small space comes up equally often") {
  for (const std::uint64_t size : {std::uint64_t(2), std::uint64_t(3), std::uint64_t(4)}) {
    std::uint64_t orders = 1;
    for (std::uint64_t i = 2; i <= size; ++i) orders *= i;
    std::vector<std::uint64_t> counts(orders, 0);
    for (std::uint64_t seed = 0; seed < 24000; ++seed) {
      const sj::Permutation permutation(size, seed);
      std::uint64_t order = 0;  // Lehmer code
      for (std::uint64_t i = 0; i < size; ++i) {
        std::uint64_t smaller = 0;
        for (std::uint64_t j = i + 1; j < size; ++j) smaller += permutation(j) < permutation(i) ? 1 : 0;
        order = order * (size - i) + smaller;
      }
      ++counts[order];
    }
    INFO("size " << size);
    CHECK(chi_square(counts) < unlikely(double(orders - 1)));
  }
}
