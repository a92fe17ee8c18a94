// SPDX-License-Identifier: MIT
#include <spikingjet/fault/detection.hpp>

#include "catch.hpp"

#include <cstdint>
#include <tuple>
#include <vector>

namespace sj = spikingjet;

TEST_CASE("a draw that finds a share of marked ones has the size of exact hypergeometric counts") {
  // made with Python: fractions of math.comb, searched by bisection
  using Case = std::tuple<std::uint64_t, std::uint64_t>;
  for (const auto& [population, draws] :
       {Case{1, 1}, Case{2, 2}, Case{100, 99}, Case{120, 119}, Case{1000, 990}, Case{1001, 901}, Case{5000, 3009},
        Case{13847, 3880}, Case{100000, 4499}, Case{381120, 4565}}) {
    CAPTURE(population);
    CHECK(sj::draws_to_find(population, 0.001, 0.99) == draws);
  }
  for (const auto& [population, draws] : {Case{40, 31}, Case{1000, 57}, Case{100000, 59}}) {
    CAPTURE(population);
    CHECK(sj::draws_to_find(population, 0.05, 0.95) == draws);
  }
  CHECK(sj::draws_to_find(0, 0.001, 0.99) == 0);
  CHECK(sj::draws_to_find(std::uint64_t{1} << 50, 0.001, 0.99) == 4603);  // log(0.01) / log(0.999) = 4602.9
}

TEST_CASE("what a draw would have found are exact hypergeometric counts") {
  using Case = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;
  for (const auto& [population, draws, marked] :
       {Case{1, 1, 1}, Case{100, 1, 99}, Case{100, 50, 7}, Case{120, 112, 2}, Case{13847, 2, 12462},
        Case{13847, 80, 773}, Case{13847, 4000, 14}, Case{381120, 4603, 379}, Case{381120, 381119, 1},
        Case{381120, 80, 21318}}) {
    CAPTURE(population, draws);
    CHECK(sj::fewest_found(population, draws, 0.99) == marked);
  }
  const std::uint64_t huge = std::uint64_t{1} << 50;
  CHECK(double(sj::fewest_found(huge, 4603, 0.99)) / double(huge) < 0.001);
  CHECK(double(sj::fewest_found(huge, 4602, 0.99)) / double(huge) > 0.001);
}

TEST_CASE("the two questions about a draw answer each other", "[law]") {
  for (const std::uint64_t population : {1u, 7u, 100u, 999u, 12345u})
    for (const double share : {0.001, 0.02, 0.5})
      for (const double confidence : {0.5, 0.95, 0.99}) {
        CAPTURE(population, share, confidence);
        const std::uint64_t draws = sj::draws_to_find(population, share, confidence);
        CHECK(draws >= 1);
        CHECK(draws <= population);
        CHECK(sj::fewest_found(population, draws, confidence) <= std::uint64_t(share * double(population)) + 1);
        CHECK(sj::fewest_found(population, population, confidence) == 1);
      }
  std::uint64_t before = 12345;
  for (std::uint64_t draws = 1; draws <= 12345; draws += 97) {
    const std::uint64_t found = sj::fewest_found(12345, draws, 0.99);
    CHECK(found <= before);
    before = found;
  }
}

TEST_CASE("a share or a confidence that is none is refused") {
  for (const double bad : {0.0, 1.0, -1.0, 2.0}) {
    CHECK_THROWS_AS(sj::draws_to_find(10, bad, 0.99), sj::BadProportion);
    CHECK_THROWS_AS(sj::draws_to_find(10, 0.1, bad), sj::BadProportion);
    CHECK_THROWS_AS(sj::fewest_found(10, 5, bad), sj::BadProportion);
  }
}
