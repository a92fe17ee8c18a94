// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/analysis/drawn_outcomes.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <tuple>
#include <vector>

using namespace spikingjet;

namespace {

struct AddedFault {
  FaultDraw draw;
  std::uint32_t group;
  FaultRecord record;
};

/// Most are fully masked, of these a few with other predictions.
std::vector<AddedFault> some_faults(std::mt19937_64& random, std::size_t count) {
  std::vector<AddedFault> faults;
  for (std::uint64_t i = 0; i < count; ++i) {
    AddedFault fault{{std::uint32_t(i % 3), i / 3}, std::uint32_t(random() % 5), {}};
    fault.record.samples = 10;
    fault.record.masked = random() % 4 == 0 ? random() % 11 : 10;
    fault.record.sdc_critical = 10 - fault.record.masked;
    fault.record.correct = random() % 5 == 0 ? 3 : 9;
    if (fault.record.correct > fault.record.samples) fault.record.correct = 0;
    faults.push_back(fault);
  }
  for (std::size_t i = faults.size() - 1; i > 0; --i) std::swap(faults[i], faults[random() % (i + 1)]);
  return faults;
}

using Row =
    std::tuple<std::uint32_t, std::uint64_t, std::uint64_t, std::uint64_t>;  // stratum, masked, critical, correct

}  // namespace

TEST_CASE("drawn faults come by stratum and rank, in each group too, with their own counts", "[law]") {
  const std::uint64_t seed = 3;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const std::size_t missing = GENERATE(0, 7);  // of the draws
  std::vector<AddedFault> faults = some_faults(random, 600);
  faults.resize(faults.size() - missing);
  DrawnOutcomes drawn;
  for (const AddedFault& fault : faults) drawn.add(fault.draw, fault.group, fault.record);
  drawn.sort();
  CHECK(drawn.size() == 600 - missing);
  CHECK(!drawn.has_twins());
  std::sort(faults.begin(), faults.end(), [](const AddedFault& a, const AddedFault& b) {
    return std::tie(a.draw.stratum, a.draw.rank) < std::tie(b.draw.stratum, b.draw.rank);
  });
  const auto rows_of = [&](int group) {
    std::vector<Row> rows;
    for (const AddedFault& fault : faults)
      if (group < 0 || fault.group == std::uint32_t(group))
        rows.emplace_back(fault.draw.stratum, fault.record.masked, fault.record.sdc_critical, fault.record.correct);
    return rows;
  };
  std::vector<Row> found;
  const auto note = [&found](std::uint32_t stratum, const DrawnOutcomes::Counts& counts) {
    CHECK(counts.samples == 10);
    found.emplace_back(stratum, counts.hits[0], counts.hits[1], counts.hits[6]);
  };
  drawn.for_each(note);
  CHECK(found == rows_of(-1));
  for (int group = 0; group < 6; ++group) {  // the last has none
    found.clear();
    drawn.for_each(std::uint32_t(group), note);
    CHECK(found == rows_of(group));
  }
}

TEST_CASE("more samples than counts hold are refused") {
  DrawnOutcomes drawn;
  FaultRecord record;
  record.samples = record.masked = 4294967296;
  CHECK_THROWS_WITH(drawn.add({0, 0}, 0, record),
                    "spikingjet: a fault was injected into 4294967296 samples, and intervals take up to 4294967295; "
                    "analyse a campaign on fewer");
}

TEST_CASE("two faults that are the same draw are noticed") {
  DrawnOutcomes drawn;
  const FaultRecord record{.samples = 1, .unchanged = 1, .masked = 1};
  for (const FaultDraw draw : {FaultDraw{0, 4}, FaultDraw{1, 4}, FaultDraw{1, 5}, FaultDraw{0, 4}})
    drawn.add(draw, 0, record);
  drawn.sort();
  CHECK(drawn.has_twins());
}
