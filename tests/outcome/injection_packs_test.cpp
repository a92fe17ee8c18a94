// SPDX-License-Identifier: MIT
#include <spikingjet/outcome/injection_packs.hpp>

#include "catch.hpp"

#include <algorithm>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace sj = spikingjet;
using sj::Outcome;

TEST_CASE("what several threads found of the same faults is merged, however much each of them keeps loose", "[law]") {
  const std::uint64_t seed = GENERATE(1, 2, 3);
  const bool by_sample = GENERATE(true, false);  // as who goes from sample to sample finds them
  CAPTURE(seed, by_sample);
  std::mt19937_64 random(seed);
  constexpr std::uint64_t first = 50;
  constexpr std::size_t faults = 9000;  // three chunks
  constexpr std::uint32_t samples = 200;
  constexpr std::uint32_t classes = 10;
  struct Group {
    std::vector<std::uint32_t> faults;
    sj::InjectionOutcome injection;
  };
  std::vector<Group> groups;  // each injection once
  std::vector<sj::FoundOutcome> all;
  for (std::uint32_t s = 0; s < samples; ++s)
    for (std::uint32_t f = 0; f < faults;) {
      f += static_cast<std::uint32_t>(random() % 150);
      Group group{{}, {s, Outcome(1 + random() % 6), 0}};
      if (group.injection.outcome == Outcome::sdc_critical) group.injection.top = std::uint32_t(random() % classes);
      for (auto more = random() % 5; more > 0 && f < faults; --more, ++f) {
        if (f / 1000 == 4) continue;  // many rows are empty
        group.faults.push_back(f);
        all.push_back({f, group.injection});
      }
      groups.push_back(std::move(group));
    }
  if (!by_sample) std::shuffle(groups.begin(), groups.end(), random);
  const auto expected = sj::InjectionRows::sorted(
      first, faults, [&](const auto& visit) { std::for_each(all.begin(), all.end(), visit); });

  for (const std::size_t most_loose : {std::size_t{1} << 20, std::size_t{5000}, std::size_t{300}}) {
    CAPTURE(most_loose);
    std::vector<sj::InjectionPacks> threads(3, sj::InjectionPacks(first, faults, most_loose));
    for (const Group& group : groups) threads[random() % threads.size()].add(group.faults, group.injection);
    std::vector<const sj::InjectionPacks::Pack*> packs;
    for (sj::InjectionPacks& thread : threads)
      for (const sj::InjectionPacks::Pack& pack : thread.packs()) packs.push_back(&pack);
    if (most_loose == 300) CHECK(packs.size() > 20);
    sj::InjectionRows found(first);
    for (std::size_t k = 0; k < 3; ++k)
      for (const sj::InjectionChunk& chunk : sj::merged(packs, k, samples, classes))
        sj::for_each_row(chunk, samples, classes, [&](std::uint64_t fault, std::span<const sj::InjectionOutcome> row) {
          REQUIRE(fault == first + found.faults());
          found.add(row);
        });
    CHECK(found == expected);
  }
}

TEST_CASE("who found nothing has no packs") { CHECK(sj::InjectionPacks(0, 10, 5).packs().empty()); }
