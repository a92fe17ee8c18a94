// SPDX-License-Identifier: MIT
#include <spikingjet/campaign/campaign.hpp>
#include <spikingjet/core/device/host.hpp>
#include <spikingjet/engine/device/host_engine.hpp>
#include <spikingjet/engine/differential/differential_engine.hpp>
#include <spikingjet/engine/engine.hpp>
#include <spikingjet/engine/full/full_engine.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/sampling.hpp>
#include <spikingjet/fault/stuck_at.hpp>
#include <spikingjet/outcome/injection_bytes.hpp>
#include <spikingjet/outcome/injection_outcome.hpp>
#include <spikingjet/outcome/injection_rows.hpp>
#include <spikingjet/outcome/judge.hpp>

#include "campaign/tiny.hpp"
#include "catch.hpp"
#include "reference.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <tuple>
#include <type_traits>
#include <vector>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace sj = spikingjet;

namespace {

using namespace tiny;

using Flips = sj::Injector<Net>;
using All = sj::Injector<Net, sj::Policies<sj::BitFlip, sj::StuckAt<0>, sj::StuckAt<1>>, sj::AnyBit, sj::target::Any>;

/// An engine whose campaigns begin with a block of one fault, so that short fault lists make many blocks.
template <class Engine>
struct FromOneFault : Engine {
  using Engine::Engine;
  static constexpr double assumed_cost = 1e12;
};

struct Full {
  template <class Injector>
  using Of = sj::FullEngine<Injector>;
};
struct Differential {
  template <class Injector>
  using Of = sj::DifferentialEngine<Injector>;
};
using Engines = std::tuple<Full, Differential>;

template <class Injector, class Kind>
using Campaign = sj::Campaign<Injector, FromOneFault<typename Kind::template Of<Injector>>>;

/// The records of a campaign, and how it was handed on.
struct Run {
  std::vector<sj::FaultRecord> records;
  std::vector<float> readouts;
  sj::InjectionRows outcomes;
  std::vector<std::uint64_t> block_sizes;
  bool complete = false;
};

template <class Injector, class Engine>
Run run(sj::Campaign<Injector, Engine>& campaign, const sj::FaultList& faults, const sj::CampaignOptions& options = {},
        std::size_t most_blocks = std::numeric_limits<std::size_t>::max()) {
  Run result;
  result.complete = campaign.run(
      faults,
      [&](const sj::CampaignBlock& block) {
        REQUIRE(block.first == result.records.size());
        REQUIRE(block.faults.size() == block.records.size());
        for (std::size_t f = 0; f < block.faults.size(); ++f) REQUIRE(block.faults[f] == faults[block.first + f]);
        result.records.insert(result.records.end(), block.records.begin(), block.records.end());
        result.readouts.insert(result.readouts.end(), block.readouts.begin(), block.readouts.end());
        REQUIRE(block.outcomes.empty() == !options.keep_outcomes);
        for (const sj::InjectionChunk& chunk : block.outcomes)
          sj::for_each_row(chunk, campaign.samples().size(), Net::classes, [&](std::uint64_t fault, const auto& row) {
            REQUIRE(fault == result.outcomes.faults());
            result.outcomes.add(row);
          });
        REQUIRE(result.outcomes.faults() == (options.keep_outcomes ? result.records.size() : 0));
        result.block_sizes.push_back(block.faults.size());
        CHECK(block.progress.faults == result.records.size());
        CHECK(block.progress.all_faults == faults.size());
        CHECK(block.progress.injections == result.records.size() * campaign.samples().size());
        CHECK(block.decisions.total() == block.faults.size() * campaign.samples().size());
      },
      options, [&] { return result.block_sizes.size() >= most_blocks; });
  return result;
}

/// What a record must be, from readouts alone: classes by hand, scores by the textbook's softmax.
sj::FaultRecord expected_record(const std::vector<std::vector<float>>& golden,
                                const std::vector<std::vector<float>>& faulty,
                                const std::vector<std::uint32_t>& labels) {
  const auto top = [](const std::vector<float>& row) {
    std::size_t best = 0;
    for (std::size_t c = 1; c < row.size(); ++c)
      if (row[c] > row[best]) best = c;
    return best;
  };
  const auto score = [&](const std::vector<float>& row) {
    double sum = 0;
    for (const float value : row) sum += std::exp(double(value) - double(row[top(row)]));
    return double(static_cast<float>(1 / sum));
  };
  sj::FaultRecord record;
  for (std::size_t s = 0; s < golden.size(); ++s) {
    ++record.samples;
    record.unchanged += std::memcmp(golden[s].data(), faulty[s].data(), golden[s].size() * sizeof(float)) == 0;
    bool finite = true;
    for (const float value : faulty[s]) finite = finite && std::isfinite(value);
    if (!finite) {
      ++record.due;
      continue;
    }
    record.correct += top(faulty[s]) == labels[s];
    const double d = std::abs(score(faulty[s]) - score(golden[s])) / score(golden[s]);
    if (top(faulty[s]) != top(golden[s]))
      ++record.sdc_critical;
    else if (d == 0)
      ++record.masked;
    else
      ++record.band[d < 0.05 ? 0 : d < 0.10 ? 1 : d < 0.20 ? 2 : 3];
  }
  return record;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("the records of a campaign are those of the reference's readouts", "", Engines) {
  const sj::Dataset dataset = samples(9);
  Campaign<Flips, TestType> campaign(parameters(), dataset);
  const sj::FaultList faults = sj::sample(Flips::fault_space(), 300, 11);
  const Run result = run(campaign, faults);
  REQUIRE(result.complete);
  REQUIRE(result.records.size() == 300);

  std::vector<std::vector<float>> golden;
  for (std::size_t s = 0; s < 9; ++s) golden.push_back(reference::run(network(), input(s)));
  std::size_t changed = 0;
  for (std::size_t f = 0; f < 300; ++f) {
    const sj::Fault fault = faults[f];
    reference::Fault reference_fault;
    reference_fault.quantity = Net::quantities[fault.site.quantity].name();
    reference_fault.element = static_cast<std::size_t>(fault.site.element);
    reference_fault.flip = std::uint32_t{1} << fault.bit;
    std::vector<std::vector<float>> faulty;
    for (std::size_t s = 0; s < 9; ++s) faulty.push_back(reference::run(network(), input(s), reference_fault));
    const sj::FaultRecord expected = expected_record(golden, faulty, dataset.labels);
    INFO("fault " << f << ": " << reference_fault.quantity << " element " << reference_fault.element << " bit "
                  << fault.bit);
    CHECK(result.records[f] == expected);
    changed += expected.unchanged != expected.samples;
  }
  CHECK(changed > 30);
}

TEMPLATE_LIST_TEST_CASE("records and readouts depend neither on threads nor on the size of blocks", "", Engines) {
  const sj::Dataset dataset = samples(70);  // more than one chunk of samples
  const sj::FaultList faults = sj::sample(Flips::fault_space(), 400, 5);
  std::vector<Run> runs;
  for (const std::size_t threads : {std::size_t(1), std::size_t(2), std::size_t(5)})
    for (const double seconds : {1e-9, 1e-3, 100.0}) {
      const sj::ThreadLimit limit(threads);
      Campaign<Flips, TestType> campaign(parameters(), dataset);
      runs.push_back(run(campaign, faults, {.keep_readouts = true, .block_seconds = seconds}));
    }
  std::set<std::size_t> block_counts;
  for (const Run& r : runs) {
    CHECK(r.complete);
    CHECK(r.records == runs[0].records);
    REQUIRE(r.readouts.size() == 400 * 70 * Net::classes);
    CHECK(std::memcmp(r.readouts.data(), runs[0].readouts.data(), r.readouts.size() * sizeof(float)) == 0);
    block_counts.insert(r.block_sizes.size());
  }
  CHECK(*block_counts.begin() < 10);    // large blocks
  CHECK(*block_counts.rbegin() > 350);  // blocks of one fault
}

TEST_CASE("campaigns of either engine hand on the same records and readouts") {
  const sj::Dataset dataset = samples(6);
  const sj::FaultList faults(All::fault_space());
  Campaign<All, Full> full(parameters(), dataset);
  Campaign<All, Differential> differential(parameters(), dataset);
  const Run expected = run(full, faults, {.keep_readouts = true});
  const Run found = run(differential, faults, {.keep_readouts = true});
  CHECK(found.records == expected.records);
  REQUIRE(found.readouts.size() == expected.readouts.size());
  CHECK(std::memcmp(found.readouts.data(), expected.readouts.data(), found.readouts.size() * sizeof(float)) == 0);
}

namespace {

/// The record of a fault from its injections one by one, where all others leave the golden class and score.
template <class Golden>
sj::FaultRecord recomputed(std::span<const sj::InjectionOutcome> row, const Golden& golden, std::uint64_t samples) {
  sj::FaultRecord record;
  std::size_t next = 0;
  for (std::uint64_t s = 0; s < samples; ++s) {
    const sj::GoldenOutcome& without_fault = golden[s % golden.size()];
    sj::Verdict verdict{sj::Outcome::masked, true, without_fault.correct()};
    if (next < row.size() && row[next].sample == s) {
      const sj::InjectionOutcome& injection = row[next++];
      CHECK(injection.outcome != sj::Outcome::masked);
      CHECK((injection.outcome == sj::Outcome::sdc_critical || injection.top == 0));
      CHECK((injection.outcome != sj::Outcome::sdc_critical || injection.top != without_fault.top()));
      verdict.outcome = injection.outcome;
      if (injection.outcome == sj::Outcome::due) verdict.correct = false;
      if (injection.outcome == sj::Outcome::sdc_critical) verdict.correct = without_fault.label() == injection.top;
    }
    record.add(verdict);
  }
  CHECK(next == row.size());
  return record;
}

using Counting = sj::HostDeviceEngine<All>;

}  // namespace

TEST_CASE("the injections of a fault, one by one, are those that its record counts, on each engine", "[law]") {
  const sj::Dataset dataset = samples(6);
  const sj::SampleRange range(dataset, 14);  // some samples twice, some thrice
  const sj::FaultList faults(All::fault_space());
  Campaign<All, Full> full(parameters(), dataset, range);
  Campaign<All, Differential> differential(parameters(), dataset, range);
  sj::Campaign<All, Counting> counting(parameters(), dataset, range);
  const Run expected = run(full, faults, {.keep_outcomes = true});
  REQUIRE(expected.complete);
  REQUIRE(expected.outcomes.faults() == faults.size());
  std::set<sj::Outcome> seen;
  for (std::size_t f = 0; f < faults.size(); ++f) {
    const auto row = expected.outcomes.row(f);
    const sj::FaultRecord& record = expected.records[f];
    sj::FaultRecord found = recomputed(row, full.golden(), range.size());
    found.unchanged = record.unchanged;  // says more than outcomes do
    CHECK(found == record);
    CHECK(sj::agree(row, record));
    for (const sj::InjectionOutcome& injection : row) seen.insert(injection.outcome);
  }
  CHECK(seen.size() == 6);  // all but masked

  const Run again = run(differential, faults, {.keep_outcomes = true});
  CHECK(again.records == expected.records);
  CHECK(again.outcomes == expected.outcomes);
  const Run counted = run(counting, faults, {.keep_outcomes = true});
  CHECK(counted.records == expected.records);
  CHECK(counted.outcomes == expected.outcomes);
}

TEMPLATE_LIST_TEST_CASE("outcomes depend neither on threads nor on blocks, nor on how many of them a block may keep",
                        "", Engines) {
  const sj::Dataset dataset = samples(40);
  const sj::FaultList faults = sj::sample(Flips::fault_space(), 300, 5);
  Campaign<Flips, TestType> campaign(parameters(), dataset);
  const Run expected = run(campaign, faults, {.keep_readouts = true, .keep_outcomes = true});
  REQUIRE(expected.outcomes.injections() > 300);
  for (const std::size_t threads : {std::size_t(1), std::size_t(3)})
    for (const double seconds : {1e-9, 100.0})
      for (const std::uint64_t most : {std::uint64_t(1), std::uint64_t(200), std::uint64_t(1'000'000)}) {
        CAPTURE(threads, seconds, most);
        const sj::ThreadLimit limit(threads);
        const Run found =
            run(campaign, faults, {.keep_outcomes = true, .block_seconds = seconds, .most_outcomes = most});
        CHECK(found.complete);
        CHECK(found.outcomes == expected.outcomes);
        CHECK(found.records == expected.records);
        CHECK(found.readouts.empty());
        CHECK(std::accumulate(found.block_sizes.begin(), found.block_sizes.end(), std::uint64_t{0}) == faults.size());
      }
}

TEMPLATE_LIST_TEST_CASE("a block keeps about as many outcomes as it may, however suddenly faults do harm", "",
                        Engines) {
  const sj::Dataset dataset = samples(50);
  using Type = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Any>;
  const sj::FaultSpace space = Type::fault_space();
  std::vector<sj::Fault> faults;
  Campaign<Type, TestType> campaign(parameters(), dataset);
  std::vector<sj::Fault> mild;
  std::vector<sj::Fault> harsh;
  const Run all = run(campaign, sj::FaultList(space), {.keep_outcomes = true});
  for (std::uint64_t f = 0; f < space.size(); ++f) {
    const std::size_t harmed = all.outcomes.row(f).size();
    if (harmed == 0 && mild.size() < 500) mild.push_back(space[f]);
    if (harmed == dataset.size() && harsh.size() < 100) harsh.push_back(space[f]);
  }
  REQUIRE(mild.size() >= 200);
  REQUIRE(harsh.size() >= 30);
  faults = mild;
  faults.insert(faults.end(), harsh.begin(), harsh.end());
  const sj::FaultList list(faults);
  std::uint64_t kept = 0;
  std::uint64_t most_kept = 0;
  std::uint64_t blocks = 0;
  const bool complete = campaign.run(
      list,
      [&](const sj::CampaignBlock& block) {
        ++blocks;
        std::uint64_t here = 0;
        for (const sj::FaultRecord& record : block.records) here += record.samples - record.masked;
        kept += here;
        if (block.faults.size() > 1) most_kept = std::max(most_kept, here);
      },
      {.keep_outcomes = true, .block_seconds = 100, .most_outcomes = 200});
  CHECK(complete);
  CHECK(kept == harsh.size() * dataset.size());
  CHECK(most_kept <= 200 + 50 * (1 + sj::available_threads()));
  CHECK(blocks >= kept / 400);
}

namespace {

/// An engine that holds what it hands on until a block ends, as one that shares its work among processes.
struct Gathering : sj::DifferentialEngine<Flips> {
  using DifferentialEngine::DifferentialEngine;
  static constexpr bool gathers = true;

  sj::Decisions inject(std::span<const sj::Fault> faults, const sj::SampleRange& samples, sj::Results& results) {
    struct Held {
      std::size_t sample;
      std::vector<std::uint32_t> faults;
      std::vector<float> readout;
    };
    std::vector<Held> held;
    std::mutex mutex;
    const auto hold = [&](std::size_t sample, auto same, auto readout) {
      const std::lock_guard lock(mutex);
      held.push_back({sample, {same.begin(), same.end()}, {readout.begin(), readout.end()}});
    };
    const sj::Decisions decisions =
        sj::for_each_readout(static_cast<DifferentialEngine&>(*this), faults, samples, hold);
    most_held = 0;
    for (const Held& one : held) {
      most_held += one.faults.size();
      results.open(one.sample)->take(one.faults, one.readout);
    }
    return decisions;
  }

  std::size_t most_held = 0;
};
static_assert(sj::GatheringEngine<Gathering>);
static_assert(!sj::GatheringEngine<sj::DifferentialEngine<Flips>>);

}  // namespace

TEST_CASE("an engine that holds readouts until a block ends gets blocks of few, and the outcomes are the same") {
  const sj::Dataset dataset = samples(40);
  const sj::FaultList faults(Flips::fault_space());
  sj::Campaign<Flips> differential(parameters(), dataset);
  const Run expected = run(differential, faults, {.keep_outcomes = true});
  sj::Campaign<Flips, Gathering> gathering(parameters(), dataset);
  std::uint64_t most = 0;  // injections handed on of a block of several faults
  sj::InjectionRows found;
  gathering.run(
      faults,
      [&](const sj::CampaignBlock& block) {
        if (block.faults.size() > 1) most = std::max(most, std::uint64_t(gathering.engine().most_held));
        for (const sj::InjectionChunk& chunk : block.outcomes)
          sj::for_each_row(chunk, 40, Net::classes, [&](std::uint64_t, const auto& row) { found.add(row); });
      },
      {.keep_outcomes = true, .block_seconds = 100, .most_readouts = 300 * Net::classes});
  CHECK(found == expected.outcomes);
  CHECK(most > 30);
  CHECK(most <= 300 + 40);
}

TEST_CASE("a campaign is differential unless told otherwise, and begins with fewer faults where its engine is slower") {
  static_assert(std::is_same_v<sj::Campaign<All>, sj::Campaign<All, sj::DifferentialEngine<All>>>);
  const sj::Dataset dataset = samples(2);
  const sj::FaultList faults(All::fault_space());
  const auto first_block = [&](auto& campaign, double seconds) {
    return run(campaign, faults, {.block_seconds = seconds}, 1).block_sizes[0];
  };
  sj::Campaign<All> differential(parameters(), dataset);
  sj::Campaign<All, sj::FullEngine<All>> full(parameters(), dataset);
  CHECK(first_block(differential, 1e-9) == 1);
  CHECK(first_block(full, 1e-9) == 1);
  CHECK(first_block(differential, 1e3) == faults.size());
  static_assert(sj::DifferentialEngine<All>::assumed_cost < sj::FullEngine<All>::assumed_cost);
}

TEST_CASE("a first block is the shorter the more samples there are") {
  const sj::Dataset dataset = samples(2);
  const sj::FaultList faults(All::fault_space());
  sj::Campaign<All> few(parameters(), dataset);
  sj::Campaign<All> many(parameters(), dataset, sj::SampleRange(dataset, 1'000'000));
  const auto first_block = [&](sj::Campaign<All>& campaign) {
    std::uint64_t size = 0;
    const bool complete = campaign.run(faults, [&](const sj::CampaignBlock& block) { size = block.faults.size(); },
                                       {.block_seconds = 1e-2}, [&] { return size > 0; });
    CHECK(complete == (size == faults.size()));
    return size;
  };
  CHECK(10 * first_block(many) < first_block(few));
}

TEMPLATE_LIST_TEST_CASE("a campaign stops within a block, and drops what is unfinished", "", Engines) {
  const sj::Dataset dataset = samples(50);
  const sj::FaultList faults = sj::sample(Flips::fault_space(), 200, 3);
  Campaign<Flips, TestType> campaign(parameters(), dataset);
  for (const int most : {1, 5, 40}) {
    std::atomic<int> asked = 0;
    std::uint64_t finished = 0;
    std::uint64_t blocks = 0;
    const auto note = [&](const sj::CampaignBlock& block) {
      finished += block.records.size();
      ++blocks;
    };
    const bool complete =
        campaign.run(faults, note, {.block_seconds = 1e-9}, [&] { return ++asked > most; });
    CHECK_FALSE(complete);
    CHECK(finished == blocks);  // blocks of one fault
    CHECK(asked > most);
    CHECK(asked <= most + 1 + int(sj::available_threads()));
  }
  CHECK(run(campaign, faults).complete);
}

TEMPLATE_LIST_TEST_CASE("a block ends where one wants to look at results, at the latest", "", Engines) {
  const sj::Dataset dataset = samples(5);
  const sj::FaultList faults = sj::sample(Flips::fault_space(), 100, 5);
  Campaign<Flips, TestType> campaign(parameters(), dataset);
  const Run expected = run(campaign, faults, {.block_seconds = 100});
  const std::set<std::uint64_t> looks{3, 4, 40, 99};
  const auto next_look = [&](std::uint64_t finished) {
    const auto next = looks.upper_bound(finished);
    return next == looks.end() ? std::uint64_t{1000} : *next;
  };
  const Run looked = run(campaign, faults, {.block_seconds = 100, .block_end = next_look});
  CHECK(looked.records == expected.records);
  std::set<std::uint64_t> ends;
  std::uint64_t end = 0;
  for (const std::uint64_t size : looked.block_sizes) ends.insert(end += size);
  for (const std::uint64_t look : looks) CHECK(ends.contains(look));
  const Run stuck =
      run(campaign, faults, {.block_seconds = 100, .block_end = [](std::uint64_t) { return std::uint64_t{0}; }});
  CHECK(stuck.block_sizes == std::vector<std::uint64_t>(100, 1));
}

TEMPLATE_LIST_TEST_CASE("a block keeps no more readouts than allowed, but those of one fault", "", Engines) {
  const sj::Dataset dataset = samples(10);
  const sj::FaultList faults = sj::sample(Flips::fault_space(), 100, 5);
  Campaign<Flips, TestType> campaign(parameters(), dataset);
  const Run most =
      run(campaign, faults, {.keep_readouts = true, .block_seconds = 100, .most_readouts = 7 * 10 * Net::classes});
  CHECK(most.complete);
  for (const std::uint64_t size : most.block_sizes) CHECK(size <= 7);
  const Run one = run(campaign, faults, {.keep_readouts = true, .block_seconds = 100, .most_readouts = 1});
  CHECK(one.block_sizes == std::vector<std::uint64_t>(100, 1));
  const Run none = run(campaign, faults, {.block_seconds = 100});
  CHECK(none.readouts.empty());
  CHECK(none.records == most.records);
}

TEMPLATE_LIST_TEST_CASE("samples beyond the dataset repeat it cyclically", "", Engines) {
  const sj::Dataset five = samples(5);
  sj::Dataset twelve;
  twelve.shape = five.shape;
  for (std::size_t s = 0; s < 12; ++s) {
    twelve.samples.push_back(five.samples[s % 5]);
    twelve.labels.push_back(five.labels[s % 5]);
  }
  const sj::FaultList faults = sj::sample(Flips::fault_space(), 200, 3);
  Campaign<Flips, TestType> repeated(parameters(), five, sj::SampleRange(five, 12));
  Campaign<Flips, TestType> written_out(parameters(), twelve);
  CHECK(repeated.golden().size() == 5);
  const Run a = run(repeated, faults, {.keep_readouts = true});
  const Run b = run(written_out, faults, {.keep_readouts = true});
  CHECK(a.records == b.records);
  CHECK(a.readouts == b.readouts);
  CHECK(a.records[0].samples == 12);
}

TEMPLATE_LIST_TEST_CASE("a range shorter than the dataset takes its first samples", "", Engines) {
  const sj::Dataset five = samples(5);
  const sj::Dataset two = samples(2);
  const sj::FaultList faults = sj::sample(Flips::fault_space(), 100, 3);
  Campaign<Flips, TestType> part(parameters(), five, sj::SampleRange(five, 2));
  Campaign<Flips, TestType> whole(parameters(), two);
  CHECK(run(part, faults).records == run(whole, faults).records);
}

TEMPLATE_LIST_TEST_CASE("a campaign that is stopped has handed on every block before", "", Engines) {
  const sj::Dataset dataset = samples(4);
  const sj::FaultList faults = sj::sample(Flips::fault_space(), 200, 3);
  Campaign<Flips, TestType> campaign(parameters(), dataset);
  const Run whole = run(campaign, faults);
  CHECK(whole.complete);
  for (const std::size_t blocks : {std::size_t(0), std::size_t(1), std::size_t(4)}) {
    const Run part = run(campaign, faults, {.block_seconds = 1e-9}, blocks);
    CHECK_FALSE(part.complete);
    REQUIRE(part.block_sizes.size() == blocks);
    CHECK(part.records.size() < 200);
    CHECK(std::equal(part.records.begin(), part.records.end(), whole.records.begin()));
  }
}

TEMPLATE_LIST_TEST_CASE("the classes of a record add up to its samples", "", Engines) {
  const sj::Dataset dataset = samples(8);
  const sj::FaultList faults(All::fault_space());
  Campaign<All, TestType> campaign(parameters(), dataset);
  sj::FaultRecord all;
  for (const sj::FaultRecord& r : run(campaign, faults).records) {
    CHECK(r.samples == 8);
    CHECK(r.samples == r.due + r.masked + r.sdc_critical + r.band[0] + r.band[1] + r.band[2] + r.band[3]);
    CHECK(r.unchanged <= r.masked);
    CHECK(r.correct <= r.samples - r.due);
    all += r;
  }
  CHECK(all.due > 0);
  CHECK(all.sdc_critical > 0);
  CHECK(all.unchanged > 0);
}

TEMPLATE_LIST_TEST_CASE("progress counts changed predictions as SDC-1 and DUE", "", Engines) {
  const sj::Dataset dataset = samples(8);
  const sj::FaultList faults = sj::sample(Flips::fault_space(), 500, 3);
  Campaign<Flips, TestType> campaign(parameters(), dataset);
  sj::FaultRecord all;
  sj::Progress last;
  double seconds = 0;
  campaign.run(faults, [&](const sj::CampaignBlock& block) {
    for (const sj::FaultRecord& r : block.records) all += r;
    CHECK(block.seconds >= 0);
    CHECK(block.progress.seconds >= seconds);
    seconds = block.progress.seconds;
    last = block.progress;
  });
  CHECK(last.changed == all.sdc_critical + all.due);
  CHECK(last.injections == 4000);
}

TEMPLATE_LIST_TEST_CASE("a campaign without labels counts nothing as correct", "", Engines) {
  sj::Dataset dataset = samples(3);
  dataset.labels.clear();
  Campaign<Flips, TestType> campaign(parameters(), dataset);
  for (const sj::FaultRecord& r : run(campaign, sj::sample(Flips::fault_space(), 50, 3)).records) CHECK(r.correct == 0);
}

namespace {

/// The sentence of the exception of this type that making a campaign throws.
template <class Exception, class Kind>
std::string refusal(const sj::Dataset& dataset) {
  try {
    Campaign<Flips, Kind> campaign(parameters(), dataset);
  } catch (const Exception& exception) {
    CHECK(exception.exit_status() == 2);
    return exception.what();
  }
  return "nothing thrown";
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a campaign without samples or without faults is refused", "", Engines) {
  sj::Dataset empty;
  empty.shape = {2, 2};
  CHECK(refusal<sj::EmptyCampaign, TestType>(empty) ==
        "spikingjet: a campaign needs at least one sample, and there is none");
  const sj::Dataset dataset = samples(2);
  CHECK_THROWS_AS((Campaign<Flips, TestType>(parameters(), dataset, sj::SampleRange(dataset, 0))), sj::EmptyCampaign);
  Campaign<Flips, TestType> campaign(parameters(), dataset);
  CHECK_THROWS_WITH(campaign.run(sj::FaultList(std::vector<sj::Fault>{}), [](const sj::CampaignBlock&) {}),
                    "spikingjet: a campaign needs at least one fault, and there is none");
}

TEMPLATE_LIST_TEST_CASE("samples of another shape are refused with both shapes", "", Engines) {
  sj::Dataset dataset = samples(2);
  dataset.shape = {5};
  CHECK(refusal<sj::InputShapeMismatch, TestType>(dataset) ==
        "spikingjet: the network takes inputs of shape (2, 2), but the dataset has (5,)");
}

TEMPLATE_LIST_TEST_CASE("a bad label, an input out of range and a sample without steps are refused by sample",
                        "", Engines) {
  sj::Dataset label = samples(4);
  label.labels[2] = 3;
  CHECK(refusal<sj::BadSample, TestType>(label) ==
        "spikingjet: sample 2 has label 3, but the network's classes are 0 to 2");

  sj::Dataset index = samples(4);
  sj::Sample outside;
  outside.end_step();
  outside.add(4, 1.0F);
  outside.end_step();
  index.samples[1] = outside;
  CHECK(refusal<sj::BadSample, TestType>(index) ==
        "spikingjet: sample 1 has input 4 in step 1, but the network's inputs are 0 to 3");

  sj::Dataset without_steps = samples(4);
  without_steps.samples[3] = sj::Sample();
  CHECK(refusal<sj::BadSample, TestType>(without_steps) == "spikingjet: sample 3 has no steps; at least one is needed");
}

TEMPLATE_LIST_TEST_CASE("labels of another number than the samples are refused", "", Engines) {
  sj::Dataset dataset = samples(4);
  dataset.labels.pop_back();
  CHECK(refusal<sj::LabelsMismatch, TestType>(dataset) ==
        "spikingjet: the dataset has 3 labels for 4 samples; give one label a sample, or none");
}

TEMPLATE_LIST_TEST_CASE("a golden readout that is not finite is refused with the number of its sample", "", Engines) {
  sj::Dataset dataset = samples(4);
  sj::Sample large;
  for (int t = 0; t < 5; ++t) {
    large.add(0, 3e38F);
    large.add(1, 3e38F);
    large.end_step();
  }
  dataset.samples[2] = large;
  using NetOfPotential = sj::Network<sj::Input<2, 2>, sj::Dense<"fc1", 3>, sj::Leaky<"lif1">, sj::MaxPotentialReadout>;
  sj::Parameters<NetOfPotential> values;
  values.assign("fc1.weight", std::vector<float>(12, 2.0F));
  values.assign("lif1.threshold", std::vector<float>(3, 1.0F));
  try {
    Campaign<sj::Injector<NetOfPotential>, TestType> campaign(values, dataset);
    FAIL("nothing was thrown");
  } catch (const sj::GoldenNotFinite& refused) {
    CHECK(refused.sample == 2);
    CHECK(refused.exit_status() == 2);
    CHECK(
        std::string(refused.what()) ==
        "spikingjet: the golden readout of sample 2 is NaN or infinite, so no fault can be compared with it; check the "
        "weights and this sample");
  }
}

TEMPLATE_LIST_TEST_CASE("a fault that the policies do not hit is refused, and blocks before it are handed on",
                        "", Engines) {
  const sj::Dataset dataset = samples(2);
  using Weights = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Weight>;
  Campaign<Weights, TestType> campaign(parameters(), dataset);
  std::vector<sj::Fault> faults;
  for (std::uint64_t f = 0; f < 40; ++f) faults.push_back(Weights::fault_space()[f]);
  faults.push_back(sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Bias>::fault_space()[0]);
  std::size_t handed_on = 0;
  CHECK_THROWS_AS(
      campaign.run(sj::FaultList(faults), [&](const sj::CampaignBlock& block) { handed_on += block.faults.size(); }),
      sj::FaultNotCompiled);
  CHECK(handed_on >= 16);
}

#if defined(__SSE__)
TEMPLATE_LIST_TEST_CASE("a campaign refuses to run in threads that flush subnormal floats to zero", "", Engines) {
  const sj::Dataset dataset = samples(20);
  const sj::FaultList faults = sj::sample(Flips::fault_space(), 200, 3);
  Campaign<Flips, TestType> campaign(parameters(), dataset);
  for (const unsigned flag : {0x8000u /* flush to zero */, 0x0040u /* denormals are zero */}) {
    std::optional<sj::ArithmeticFlaw> flaw;
    std::thread([&] {  // a thread of its own: the task scheduler takes over the control word that it finds first
      _mm_setcsr(_mm_getcsr() | flag);
      try {
        campaign.run(faults, [](const sj::CampaignBlock&) {});
      } catch (const sj::UnsoundArithmetic& refusal) {
        flaw = refusal.flaw;
      }
    })
        .join();
    CHECK(flaw == sj::ArithmeticFlaw::flushed_subnormals);
  }
  CHECK(run(campaign, faults).complete);
}

TEST_CASE("a worker thread whose control word changes in the middle of a campaign stops it") {
  const sj::Dataset dataset = samples(20);
  sj::FullEngine<Flips> engine(parameters());
  const sj::FaultList list = sj::sample(Flips::fault_space(), 200, 3);
  std::vector<sj::Fault> faults;
  for (std::uint64_t f = 0; f < list.size(); ++f) faults.push_back(list[f]);
  const unsigned control = _mm_getcsr();
  const sj::ThreadLimit one(1);
  const auto change_control = [&](std::size_t, auto same, auto) {
    if (same[0] == 100) _mm_setcsr(control | 0x8000u);
  };
  CHECK_THROWS_AS(sj::for_each_readout(engine, faults, sj::SampleRange(dataset), change_control),
                  sj::UnsoundArithmetic);
  _mm_setcsr(control);
}
#endif

TEMPLATE_LIST_TEST_CASE("a fault that begins behind the last step is refused, as it could never strike", "", Engines) {
  const sj::Dataset dataset = samples(2);
  Campaign<Flips, TestType> campaign(parameters(), dataset);
  std::vector<sj::Fault> faults = {Flips::fault_space()[0], Flips::fault_space()[1]};
  const auto nothing = [](const sj::CampaignBlock&) {};
  faults[1].window = {.begin = std::uint32_t(steps - 1)};
  CHECK(campaign.run(sj::FaultList(faults), nothing));
  faults[1].window = {.begin = std::uint32_t(steps)};
  try {
    campaign.run(sj::FaultList(faults), nothing);
    FAIL("nothing was thrown");
  } catch (const sj::FaultBeyondRun& refusal) {
    CHECK(refusal.fault == 1);
    CHECK(refusal.begin == steps);
    CHECK(refusal.steps == steps);
    CHECK(refusal.exit_status() == 2);
  }
}
