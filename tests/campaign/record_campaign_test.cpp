// SPDX-License-Identifier: MIT
#include <spikingjet/campaign/record_campaign.hpp>
#include <spikingjet/campaign/store_block.hpp>
#include <spikingjet/fault/sampling.hpp>
#include <spikingjet/fault/value_fault.hpp>

#include "campaign/tiny.hpp"
#include "catch.hpp"
#include "store/fixture.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

using namespace tiny;

using Any = sj::Injector<Net, sj::Policies<sj::BitFlip, sj::Dead, sj::Scale<9, 10>>, sj::AnyBit, sj::target::Any>;

sj::Manifest manifest_of(const sj::Parameters<Net>& values, const sj::Dataset& dataset, const sj::FaultList& faults,
                         std::size_t count) {
  const sj::Campaign<Any> campaign(values, dataset, sj::SampleRange(dataset, count));
  return sj::identify_campaign(campaign, faults);
}

/// The key that tells two campaigns apart; empty where they are one.
std::string difference(const sj::Manifest& a, const sj::Manifest& b) {
  const auto found = a.difference(b);
  return found ? found->key : "";
}

}  // namespace

TEST_CASE("a campaign that keeps outcomes gives them back from its store, one by one") {
  const TemporaryFolder folder;
  const sj::Dataset dataset = samples(6);
  const sj::FaultList faults = sj::sample(Any::fault_space(), 500, 8);
  sj::Campaign<Any> campaign(parameters(), dataset, sj::SampleRange(dataset, 9));
  sj::InjectionRows expected;
  {
    sj::Store store = sj::Store::create(folder / "a.sqlite", sj::identify_campaign(campaign, faults), Net::quantities);
    sj::store_golden(store, campaign);
    campaign.run(faults,
                 [&](const sj::CampaignBlock& block) {
                   sj::store_block(store, block);
                   for (const sj::InjectionChunk& chunk : block.outcomes)
                     sj::for_each_row(chunk, 9, Net::classes,
                                      [&](std::uint64_t, const auto& row) { expected.add(row); });
                 },
                 {.keep_outcomes = true, .block_seconds = 1e-3});
  }
  sj::InjectionRows found;
  sj::Store::open(folder / "a.sqlite")
      .for_each_injections([&](std::uint64_t fault, std::span<const sj::InjectionOutcome> row) {
        REQUIRE(fault == found.faults());
        found.add(row);
      });
  CHECK(found.faults() == 500);
  CHECK(found.injections() > 100);
  CHECK(found == expected);
}

TEST_CASE("a stored campaign gives back its faults, records and golden run bit by bit") {
  const TemporaryFolder folder;
  const sj::Dataset dataset = samples(6);
  const sj::FaultSpace space = Any::fault_space();
  const sj::FaultList faults = sj::sample(space, 500, 8);
  sj::Campaign<Any> campaign(parameters(), dataset, sj::SampleRange(dataset, 9));

  std::vector<sj::FaultRecord> records;
  std::size_t blocks = 0;
  {
    sj::Store store = sj::Store::create(folder / "a.sqlite", sj::identify_campaign(campaign, faults), Net::quantities,
                                        sj::population_of(space));
    sj::store_golden(store, campaign);
    campaign.run(faults,
                 [&](const sj::CampaignBlock& block) {
                   sj::store_block(store, block);
                   records.insert(records.end(), block.records.begin(), block.records.end());
                   ++blocks;
                 },
                 {.block_seconds = 1e-3});
  }

  const sj::Store store = sj::Store::open(folder / "a.sqlite");
  std::size_t next = 0;
  store.for_each([&](const sj::StoredFault& stored) {
    CHECK(stored.id == next);
    CHECK(stored.fault == faults[next]);
    CHECK(stored.record == records[next]);
    ++next;
  });
  CHECK(next == 500);
  CHECK(store.blocks().size() == blocks);
  std::size_t sample = 0;
  store.for_each_golden([&](const sj::GoldenSample& golden) {
    const std::vector<float> expected = reference::run(network(), input(sample));
    CHECK(golden.sample == sample);
    CHECK(golden.label == label(sample));
    CHECK(golden.readout == expected);
    ++sample;
  });
  CHECK(sample == 6);  // the distinct ones
  std::uint64_t decided = 0;
  for (const sj::Tally& tally : store.tallies()) decided += tally.count;
  CHECK(decided == 500 * 9);
  std::uint64_t population = 0;
  for (const sj::StoredQuantity& quantity : store.quantities()) population += quantity.population.value();
  CHECK(population == space.size());
}

TEST_CASE("the identity of a campaign is the same for the same campaign, and differs in what was changed") {
  const sj::Dataset dataset = samples(6);
  const sj::FaultList faults = sj::sample(Any::fault_space(), 40, 8);
  const sj::Manifest original = manifest_of(parameters(), dataset, faults, 6);
  CHECK(difference(original, manifest_of(parameters(), samples(6), faults, 6)).empty());

  sj::Parameters<Net> other_weights = parameters();
  other_weights.write(0, 0, std::nextafter(other_weights.read(0, 0), 1.0F));
  CHECK(difference(original, manifest_of(other_weights, dataset, faults, 6)) == "weights");

  sj::Dataset other_label = dataset;
  other_label.labels[3] = (other_label.labels[3] + 1) % 3;
  CHECK(difference(original, manifest_of(parameters(), other_label, faults, 6)) == "data");
  sj::Dataset other_input = dataset;
  other_input.samples[2] = other_input.samples[1];
  CHECK(difference(original, manifest_of(parameters(), other_input, faults, 6)) == "data");
  CHECK(difference(original, manifest_of(parameters(), dataset, faults, 7)) == "samples");

  CHECK(difference(original, manifest_of(parameters(), dataset, sj::sample(Any::fault_space(), 40, 9), 6)) == "faults");
  std::vector<sj::Fault> in_another_step;
  for (std::uint64_t f = 0; f < 40; ++f) in_another_step.push_back(faults[f]);
  in_another_step[7].window.end = 3;
  CHECK(difference(original, manifest_of(parameters(), dataset, sj::FaultList(in_another_step), 6)) == "faults");
}
