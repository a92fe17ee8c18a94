// SPDX-License-Identifier: MIT
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/sampling.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace sj = spikingjet;

namespace {

sj::FaultSpace sign_flips() {
  std::vector<sj::Stratum> strata;
  for (std::uint32_t q = 0; q < laws::EveryRole::quantities.size(); ++q)
    strata.push_back({q, {{sj::describe_fault_type<sj::BitFlip>(), 31}}});
  return {laws::EveryRole::quantities, strata};
}

std::vector<sj::Fault> written_out(const sj::FaultList& faults) {
  std::vector<sj::Fault> all;
  for (std::uint64_t i = 0; i < faults.size(); ++i) all.push_back(faults[i]);
  return all;
}

}  // namespace

TEST_CASE("a list of a whole space holds the faults of the space") {
  const sj::FaultSpace space = sign_flips();
  const sj::FaultList list(space);
  REQUIRE(list.size() == space.size());
  for (std::uint64_t i = 0; i < list.size(); ++i) CHECK(list[i] == space[i]);
}

TEST_CASE("a list of chosen indices holds those faults, in the order given and as often") {
  const sj::FaultSpace space = sign_flips();
  const sj::FaultList list(space, {5, 0, 5});
  REQUIRE(list.size() == 3);
  CHECK(list[0] == space[5]);
  CHECK(list[1] == space[0]);
  CHECK(list[2] == space[5]);
}

TEST_CASE("a list without faults is empty") {
  CHECK(sj::FaultList(std::vector<sj::Fault>{}).size() == 0);
  CHECK(sj::FaultList(sign_flips(), {}).size() == 0);
}

TEST_CASE("a digest tells faults and their order apart, not how the list holds them") {
  const sj::FaultSpace space = sign_flips();
  const sj::FaultList whole(space);
  const std::vector<sj::Fault> all = written_out(whole);
  const std::uint64_t digest = sj::digest_of(whole).value();
  CHECK(sj::digest_of(sj::FaultList(all)).value() == digest);

  const auto differs = [&](auto change) {
    std::vector<sj::Fault> other = all;
    change(other);
    CHECK(sj::digest_of(sj::FaultList(other)).value() != digest);
  };
  differs([](auto& faults) { std::swap(faults[0], faults[1]); });
  differs([](auto& faults) { faults.pop_back(); });
  differs([](auto& faults) { faults[3].site.quantity += 1; });
  differs([](auto& faults) { faults[3].site.element += 1; });
  differs([](auto& faults) { faults[3].alteration.flip = 1; });
  differs([](auto& faults) { faults[3].alteration.factor = -1.0F; });
  differs([](auto& faults) { faults[3].window.begin = 1; });
  differs([](auto& faults) { faults[3].window.duty = 1; });
  differs([](auto& faults) { faults[3].window.seed = 1; });
}

TEST_CASE("the first draws from a space are what a sample of that size holds, in the order of the draw", "[law]") {
  const sj::FaultSpace space = sign_flips();
  const sj::FaultList whole(space, sj::Permutation(space.size(), 8), space.size());
  for (const std::uint64_t draws : {std::uint64_t{1}, space.size() / 2, space.size()}) {
    const sj::FaultList drawn(space, sj::Permutation(space.size(), 8), draws);
    const sj::FaultList sample = sj::sample(space, draws, 8);
    REQUIRE(drawn.size() == draws);
    std::vector<std::uint64_t> indices;
    for (std::uint64_t i = 0; i < draws; ++i) {
      CHECK(drawn[i] == whole[i]);
      indices.push_back(space.index_of(drawn[i]).value());
    }
    std::sort(indices.begin(), indices.end());
    for (std::uint64_t i = 0; i < draws; ++i) REQUIRE(space[indices[i]] == sample[i]);
  }
}
