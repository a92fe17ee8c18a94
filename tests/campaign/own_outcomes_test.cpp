// SPDX-License-Identifier: MIT
#include <spikingjet/campaign/campaign.hpp>
#include <spikingjet/campaign/record_campaign.hpp>
#include <spikingjet/campaign/store_block.hpp>
#include <spikingjet/engine/device/host_engine.hpp>
#include <spikingjet/engine/differential/differential_engine.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/outcome/judge.hpp>
#include <spikingjet/outcome/own_outcome.hpp>
#include <spikingjet/store/store.hpp>

#include "campaign/tiny.hpp"
#include "catch.hpp"
#include "files.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace sj = spikingjet;

namespace {

using Flips = sj::Injector<tiny::Net, sj::BitFlip, sj::AnyBit, sj::target::Weight>;
using Counting = sj::HostDeviceEngine<Flips>;

/// The golden class is not among the two largest, and no value of the readout is above 3.
std::vector<sj::OwnOutcome> two_outcomes() {
  return {sj::top_k(2), {"quiet", [](std::span<const float>, std::span<const float> faulty) {
                           for (const float value : faulty)
                             if (!(value <= 3)) return false;
                           return true;
                         }}};
}

/// The hits of both, fault by fault, from every readout.
std::vector<std::uint32_t> expected_hits(std::span<const float> readouts, std::span<const sj::GoldenOutcome> golden,
                                         std::size_t faults, std::size_t samples) {
  std::vector<std::uint32_t> hits(2 * faults);
  constexpr std::size_t classes = tiny::Net::classes;
  for (std::size_t f = 0; f < faults; ++f)
    for (std::size_t s = 0; s < samples; ++s) {
      const std::span<const float> readout = readouts.subspan((f * samples + s) * classes, classes);
      const sj::GoldenOutcome& without_fault = golden[s % golden.size()];
      if (without_fault.same_bits(readout)) continue;
      std::size_t better = 0;
      bool finite = true;
      bool quiet = true;
      for (std::size_t c = 0; c < classes; ++c) {
        finite = finite && std::isfinite(readout[c]);
        quiet = quiet && readout[c] <= 3;
        better += readout[c] > readout[without_fault.top()] ||
                  (readout[c] == readout[without_fault.top()] && c < without_fault.top());
      }
      hits[f] += finite && better >= 2;
      hits[faults + f] += quiet;
    }
  return hits;
}

template <class Engine>
std::vector<std::uint32_t> hits_of(sj::Campaign<Flips, Engine>& campaign, const sj::FaultList& faults,
                                   const sj::CampaignOptions& options) {
  std::vector<std::uint32_t> hits(2 * faults.size());
  campaign.run(
      faults,
      [&](const sj::CampaignBlock& block) {
        REQUIRE(block.own_hits.size() == 2 * block.faults.size());
        for (std::size_t own = 0; own < 2; ++own)
          for (std::size_t f = 0; f < block.faults.size(); ++f)
            hits[own * faults.size() + block.first + f] = block.own_hits[own * block.faults.size() + f];
      },
      options);
  return hits;
}

}  // namespace

TEST_CASE("outcomes of one's own are counted for each fault as its readouts say, on each engine and in any blocks",
          "[law]") {
  const sj::Dataset dataset = tiny::samples(6);
  const sj::SampleRange range(dataset, 8);
  const sj::FaultList faults(Flips::fault_space());
  sj::Campaign<Flips> differential(tiny::parameters(), dataset, range);
  std::vector<float> readouts;
  std::vector<sj::FaultRecord> records;
  differential.run(faults,
                   [&](const sj::CampaignBlock& block) {
                     readouts.insert(readouts.end(), block.readouts.begin(), block.readouts.end());
                     records.insert(records.end(), block.records.begin(), block.records.end());
                     CHECK(block.own_hits.empty());
                   },
                   {.keep_readouts = true});
  const std::vector<std::uint32_t> expected =
      expected_hits(readouts, differential.golden(), faults.size(), range.size());
  std::uint64_t happened[2] = {};
  for (std::size_t h = 0; h < expected.size(); ++h) happened[h / faults.size()] += expected[h];
  CHECK(happened[0] > 0);
  CHECK(happened[1] > happened[0]);

  CHECK(hits_of(differential, faults, {.own_outcomes = two_outcomes()}) == expected);
  CHECK(hits_of(differential, faults, {.keep_readouts = true, .own_outcomes = two_outcomes(), .most_readouts = 1000}) ==
        expected);
  sj::Campaign<Flips, Counting> counting(tiny::parameters(), dataset, range);
  CHECK(hits_of(counting, faults, {.own_outcomes = two_outcomes()}) == expected);

  std::vector<std::uint32_t> other_class(faults.size());  // top-1 is SDC-1
  differential.run(faults,
                   [&](const sj::CampaignBlock& block) {
                     for (std::size_t f = 0; f < block.faults.size(); ++f) {
                       other_class[block.first + f] = block.own_hits[f];
                       CHECK(block.records[f] == records[block.first + f]);
                     }
                   },
                   {.own_outcomes = {sj::top_k(1)}});
  for (std::size_t f = 0; f < faults.size(); ++f) CHECK(other_class[f] == records[f].sdc_critical);
}

TEST_CASE("a store keeps the outcomes of a program's own by fault and name") {
  const TemporaryFolder folder;
  const sj::Dataset dataset = tiny::samples(4);
  const sj::FaultList faults(Flips::fault_space());
  sj::Campaign<Flips> campaign(tiny::parameters(), dataset);
  sj::Store store =
      sj::Store::create(folder / "a.sqlite", sj::identify_campaign(campaign, faults), tiny::Net::quantities);
  std::map<std::pair<std::uint64_t, std::string>, std::uint64_t> expected;
  campaign.run(
      faults,
      [&](const sj::CampaignBlock& block) {
        sj::store_block(store, block);
        for (std::size_t h = 0; h < block.own_hits.size(); ++h)
          if (block.own_hits[h] > 0)
            expected[{block.first + h % block.faults.size(), h < block.faults.size() ? "not top-2" : "quiet"}] =
                block.own_hits[h];
      },
      {.own_outcomes = two_outcomes()});
  CHECK(expected.size() > 10);
  std::map<std::pair<std::uint64_t, std::string>, std::uint64_t> found;
  sj::Store::open(folder / "a.sqlite")
      .for_each_own_outcome([&](std::uint64_t fault, std::string_view name, std::uint64_t hits) {
        found[{fault, std::string(name)}] = hits;
      });
  CHECK(found == expected);
}

TEST_CASE("an outcome of one's own without a name, a function, or a name of its own is refused", "[validation]") {
  const sj::Dataset dataset = tiny::samples(2);
  const sj::FaultList faults(Flips::fault_space());
  sj::Campaign<Flips> campaign(tiny::parameters(), dataset);
  const auto refusal = [&](std::vector<sj::OwnOutcome> own) {
    return sentence_of<sj::Misuse>(
        [&] { campaign.run(faults, [](const sj::CampaignBlock&) {}, {.own_outcomes = std::move(own)}); });
  };
  CHECK(contains(refusal({{"", sj::top_k(1).happens}}), "the outcome ''"));
  CHECK(contains(refusal({{"mine", nullptr}}),
                 "the outcome 'mine' of the campaign's options needs a function and a name of its own"));
  CHECK(contains(refusal({sj::top_k(3), sj::top_k(3)}), "'not top-3'"));
}
