// SPDX-License-Identifier: MIT
#include <spikingjet/fault/sampling.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

/// All bit flips of the published N-MNIST network.
sj::FaultSpace nmnist_flips() {
  std::vector<sj::Choice> choices;
  for (std::int32_t bit = 0; bit < 32; ++bit) choices.push_back({sj::describe_fault_type<sj::BitFlip>(), bit});
  std::vector<sj::Stratum> strata;
  for (std::uint32_t q = 0; q < laws::NMnist::quantities.size(); ++q) strata.push_back({q, choices});
  return {laws::NMnist::quantities, strata};
}

std::vector<std::uint64_t> indices_of(const sj::FaultList& list, const sj::FaultSpace& space) {
  std::vector<std::uint64_t> indices;
  for (std::uint64_t i = 0; i < list.size(); ++i) indices.push_back(space.index_of(list[i]).value());
  return indices;
}

}  // namespace

// Expected: the permutation of core/random.hpp, a six-round Feistel network keyed by Philox, in Python integers.
TEST_CASE("a seed draws the same faults on every platform") {
  const sj::FaultSpace space = nmnist_flips();
  CHECK(indices_of(sj::sample(space, 8, 2024), space) ==
        std::vector<std::uint64_t>{87006, 101578, 214427, 289601, 312188, 337087, 372342, 376592});
  const auto many = indices_of(sj::sample(space, 15944, 2024), space);
  CHECK(std::vector(many.begin(), many.begin() + 6) == std::vector<std::uint64_t>{16, 70, 90, 99, 116, 120});
  std::uint64_t sum = 0;
  for (const std::uint64_t index : many) sum += index;
  CHECK(sum == 3'037'873'503);
}

TEST_CASE("a space too large to hold is sampled as well") {
  static const std::vector<sj::Quantity> quantities{
      {.layer = "fc1", .field = "weight", .role = sj::Role::weight, .shape = {1000000, 1000000}}};
  const sj::FaultSpace space(quantities, {{0, {{sj::describe_fault_type<sj::BitFlip>(), 31}}}});
  CHECK(indices_of(sj::sample(space, 5, 1), space) ==
        std::vector<std::uint64_t>{279708520141, 736560701907, 785548584811, 908080078934, 951561544440});
}

TEST_CASE("a sample holds no fault twice and stands in the order of the space", "[law]") {
  const sj::FaultSpace space = nmnist_flips();
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}}) {
    INFO("seed " << seed);
    const auto indices = indices_of(sj::sample(space, 5000, seed), space);
    REQUIRE(indices.size() == 5000);
    CHECK(std::is_sorted(indices.begin(), indices.end()));
    CHECK(std::adjacent_find(indices.begin(), indices.end()) == indices.end());
    CHECK(indices.back() < space.size());
  }
}

TEST_CASE("a larger sample holds every fault of a smaller one with the same seed", "[law]") {
  const sj::FaultSpace space = nmnist_flips();
  auto smaller = indices_of(sj::sample(space, 1, 9), space);
  for (const std::uint64_t count : {2u, 3u, 10u, 1000u, 1001u, 20000u}) {
    const auto larger = indices_of(sj::sample(space, count, 9), space);
    INFO("count " << count);
    CHECK(std::includes(larger.begin(), larger.end(), smaller.begin(), smaller.end()));
    smaller = larger;
  }
}

TEST_CASE("seeds draw different samples") {
  const sj::FaultSpace space = nmnist_flips();
  CHECK(indices_of(sj::sample(space, 10, 1), space) != indices_of(sj::sample(space, 10, 2), space));
}

TEST_CASE("a sample as large as the space is the space", "[law]") {
  const sj::FaultSpace space = nmnist_flips().restricted([](const sj::Quantity& q) { return q.role == sj::Role::bias; },
                                                         [](const sj::Choice&) { return true; });
  REQUIRE(space.size() == 960);
  const auto indices = indices_of(sj::sample(space, 960, 3), space);
  for (std::uint64_t i = 0; i < 960; ++i) CHECK(indices[i] == i);
  CHECK(sj::sample(space, 0, 3).size() == 0);
}

TEST_CASE("more faults than the space holds are refused with both numbers") {
  const sj::FaultSpace space = nmnist_flips();
  try {
    (void)sj::sample(space, 381'121, 1);
    FAIL("not refused");
  } catch (const sj::SampleTooLarge& refused) {
    CHECK(refused.wanted == 381'121);
    CHECK(refused.population == 381'120);
    CHECK(refused.exit_status() == 2);
    CHECK(std::string(refused.what()) ==
          "spikingjet: a sample of 381121 faults was asked for, but the fault space holds 381120; ask for at most as "
          "many");
  }
}

TEST_CASE("a network-wise sample has the size of the published campaign") {
  const sj::FaultSpace space = nmnist_flips();
  CHECK(sj::sample_network_wise(space, {.margin = 0.01, .confidence = 0.99}, 1).size() == 15'944);
  CHECK(sj::sample_network_wise(space, {}, 1).size() == 15'944);
  CHECK_THROWS_AS(sj::sample_network_wise(space, {.margin = 0}, 1), sj::BadProportion);
}
