// SPDX-License-Identifier: MIT

// How often do intervals over faults and samples hold the rate of all faults on all samples?
//
//   digits run --method exhaustive --outcomes --store all.sqlite
//   bench_over_samples all.sqlite [REPETITIONS [SAMPLES]]
//
// Draws REPETITIONS (1,000) times SAMPLES (100) samples and, in each way of sampling, faults; and takes for each rate
// of everything, of each target and of each layer three intervals: over faults alone, over faults and samples
// (`over_samples_too`), and p +- t sqrt(v) with v the two-way variance. Prints for each way, grouping and rate the
// least share of repetitions in which each held the truth, over the groups; and the median width of the second over
// that of the third, where the third comes within 1.5 points of what it promises. Markdown.

#include <spikingjet/analysis/injections.hpp>
#include <spikingjet/analysis/over_samples.hpp>
#include <spikingjet/analysis/rate_estimator.hpp>
#include <spikingjet/analysis/rates.hpp>
#include <spikingjet/analysis/sample_hits.hpp>
#include <spikingjet/core/parallel.hpp>
#include <spikingjet/core/random.hpp>
#include <spikingjet/fault/allocation.hpp>
#include <spikingjet/fault/sampling_plan.hpp>
#include <spikingjet/fault/stratification.hpp>
#include <spikingjet/store/store.hpp>

#include "coverage_tally.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sj = spikingjet;

namespace {

constexpr std::size_t rate_count = sj::detail::rates.size();
constexpr double tolerance = 0.015;  // of a coverage

using Answer = sj::SampleHits::Answer;
using Row = std::vector<sj::InjectionOutcome>;
using Hits = std::array<std::uint64_t, rate_count>;

enum Grouping { all_of_it, target, layer, groupings };
constexpr std::array<const char*, groupings> grouping_names{"all", "target", "layer"};

/// How many of a fault's injections each rate counts.
Hits hits_of(const Row& row, const std::vector<Answer>& golden) {
  sj::FaultRecord record;
  for (const Answer& answer : golden) record.correct += answer.label == answer.predicted;
  record.masked = golden.size() - row.size();
  for (const sj::InjectionOutcome& injection : row) {
    const Answer& answer = golden[injection.sample];
    const bool critical = injection.outcome == sj::Outcome::sdc_critical;
    record.correct -= (critical || injection.outcome == sj::Outcome::due) && answer.label == answer.predicted;
    record.correct += critical && answer.label == injection.top;
  }
  const std::array<std::uint64_t, 7> counts = sj::counts_of(row);
  record.sdc_critical = counts[std::size_t(sj::Outcome::sdc_critical)];
  record.due = counts[std::size_t(sj::Outcome::due)];
  const std::array bands{sj::Outcome::sdc_0_5, sj::Outcome::sdc_5_10, sj::Outcome::sdc_10_20, sj::Outcome::sdc_20};
  for (std::size_t b = 0; b < bands.size(); ++b) record.band[b] = counts[std::size_t(bands[b])];
  Hits hits;
  for (std::size_t r = 0; r < rate_count; ++r) hits[r] = sj::detail::rates[r].hits(record);
  return hits;
}

struct Fault {
  std::array<std::uint32_t, groupings> group{};
  Row row;
};

/// A campaign that injected everything, with how each injection ended.
struct Truth {
  std::vector<Fault> faults;
  std::vector<Answer> golden;
  std::array<std::vector<std::vector<std::uint32_t>>, groupings> members;   // faults of each group
  std::array<std::vector<std::array<double, rate_count>>, groupings> rate;  // of each group

  explicit Truth(const std::string& path) {
    const sj::Store store = sj::Store::open(path);
    for (const sj::GoldenSample& sample : sj::golden_samples(store)) golden.push_back({sample.label, sample.predicted});
    std::array<std::map<std::string, std::uint32_t>, groupings> numbers;
    sj::for_each_fault_with_injections(store, {}, [&](const sj::StoredFault& stored, const auto& row) {
      const sj::StoredQuantity& q = store.quantities()[stored.fault.site.quantity];
      const std::array<std::string, groupings> names{"all", std::string(sj::role_name(q.role)),
                                                     sj::layer_name(q.layer, q.storage)};
      Fault fault;
      fault.row.assign(row.begin(), row.end());
      const Hits hits = hits_of(fault.row, golden);
      for (std::size_t g = 0; g < groupings; ++g) {
        fault.group[g] = numbers[g].try_emplace(names[g], std::uint32_t(numbers[g].size())).first->second;
        members[g].resize(numbers[g].size());
        rate[g].resize(numbers[g].size());
        members[g][fault.group[g]].push_back(std::uint32_t(faults.size()));
        for (std::size_t r = 0; r < rate_count; ++r) rate[g][fault.group[g]][r] += double(hits[r]);
      }
      faults.push_back(std::move(fault));
    });
    for (std::size_t g = 0; g < groupings; ++g)
      for (std::size_t i = 0; i < rate[g].size(); ++i)
        for (double& sum : rate[g][i]) sum /= double(members[g][i].size()) * double(golden.size());
  }
};

/// A way of sampling: everything or each layer a stratum, and how many faults of each.
struct Way {
  std::string name;
  Grouping strata;
  std::vector<std::uint64_t> sizes;
};

/// The faults that each group has in each stratum of a way: (group, stratum).
using Populations = std::array<std::vector<std::vector<std::uint64_t>>, groupings>;

Populations populations_of(const Truth& truth, const Way& way) {
  Populations populations;
  for (std::size_t g = 0; g < groupings; ++g) {
    populations[g].assign(truth.members[g].size(), std::vector<std::uint64_t>(way.sizes.size()));
    for (const Fault& fault : truth.faults) ++populations[g][fault.group[g]][fault.group[way.strata]];
  }
  return populations;
}

/// The drawn faults of a group in one stratum.
struct Cell {
  std::uint64_t population = 0;
  std::vector<Hits> hits;
};

/// The interval that two-way clustered variance gives, for faults of one stratum.
sj::Interval two_way_interval(const Cell& cell, std::size_t r, const std::vector<double>& of_samples,
                              double confidence) {
  const double n = double(cell.hits.size());
  const double m = double(of_samples.size());
  double mean = 0;
  for (const double x : of_samples) mean += x / m;
  double between_faults = 0;
  double between_samples = 0;
  for (const Hits& hits : cell.hits) between_faults += std::pow(double(hits[r]) / m - mean, 2) / std::max(1.0, n - 1);
  for (const double x : of_samples) between_samples += std::pow(x - mean, 2) / (m - 1);
  const double variance = between_faults / n * (1 - n / double(cell.population)) + between_samples / m -
                          mean * (1 - mean) / (n * m);
  const double half = sj::quantile(confidence) * std::sqrt(std::max(0.0, variance));
  return {mean - half, mean + half};
}

struct Tallies {
  CoverageTally alone;
  CoverageTally both;
  CoverageTally two_way;
};

/// One draw of samples and faults, added to the tallies of each group.
void draw(const Truth& truth, const Way& way, const Populations& populations, double confidence, std::size_t samples,
          std::uint64_t repetition, std::array<std::vector<std::array<Tallies, rate_count>>, groupings>& tallies,
          std::mutex& mutex) {
  constexpr std::uint64_t of_samples = 1u << 20;  // a stream of its own
  const sj::Permutation order(truth.golden.size(), sj::random_bits(repetition, of_samples));
  std::vector<std::uint32_t> place(truth.golden.size(), std::uint32_t(samples));  // behind all: not drawn
  std::vector<Answer> golden;
  for (std::size_t s = 0; s < samples; ++s) {
    place[order(s)] = std::uint32_t(s);
    golden.push_back(truth.golden[order(s)]);
  }
  const std::size_t strata = way.sizes.size();
  std::array<std::vector<std::vector<Cell>>, groupings> cells;  // (group, stratum)
  for (std::size_t g = 0; g < groupings; ++g) {
    cells[g].assign(truth.members[g].size(), std::vector<Cell>(strata));
    for (std::size_t i = 0; i < cells[g].size(); ++i)
      for (std::size_t h = 0; h < strata; ++h) cells[g][i][h].population = populations[g][i][h];
  }
  std::array<sj::SampleHits, groupings> on_samples{sj::SampleHits(golden), sj::SampleHits(golden),
                                                   sj::SampleHits(golden)};
  const auto part = [strata](std::size_t group, std::size_t stratum) { return group * strata + stratum; };
  Row row;
  for (std::size_t h = 0; h < strata; ++h) {
    const auto& stratum = truth.members[way.strata][h];
    const sj::Permutation faults(stratum.size(), sj::random_bits(repetition, h));
    for (std::uint64_t i = 0; i < way.sizes[h]; ++i) {
      const Fault& fault = truth.faults[stratum[faults(i)]];
      row.clear();
      for (const sj::InjectionOutcome& injection : fault.row)
        if (place[injection.sample] < samples)
          row.push_back({place[injection.sample], injection.outcome, injection.top});
      const Hits hits = hits_of(row, golden);
      for (std::size_t g = 0; g < groupings; ++g) {
        cells[g][fault.group[g]][h].hits.push_back(hits);
        on_samples[g].add(part(fault.group[g], h), row);
      }
    }
  }
  for (std::size_t g = 0; g < groupings; ++g)
    for (std::size_t i = 0; i < cells[g].size(); ++i) {
      std::uint64_t population = 0;
      std::uint64_t drawn = 0;
      std::size_t parts = 0;
      for (const Cell& cell : cells[g][i]) {
        population += cell.population;
        drawn += cell.hits.size();
        parts += cell.population > 0;
      }
      const auto kind = drawn == population ? sj::IntervalKind::exact
                        : parts == 1        ? sj::IntervalKind::betting
                                            : sj::IntervalKind::stratified_betting;
      for (std::size_t r = 0; r < rate_count; ++r) {
        sj::RateEstimator estimator(kind, confidence);
        std::vector<double> rates(samples);
        const Cell* only = nullptr;
        for (std::size_t h = 0; h < strata; ++h) {
          const Cell& cell = cells[g][i][h];
          if (cell.population == 0) continue;
          only = &cell;
          estimator.begin_cell(cell.population, cell.hits.size());
          for (const Hits& hits : cell.hits) estimator.add(hits[r], samples);
          on_samples[g].add_rates(part(i, h), r, double(cell.population) / double(population), rates);
        }
        const sj::EstimatedRate estimate = estimator.estimate();
        if (!estimate.rate || !estimate.interval) continue;
        for (double& rate : rates) rate = std::clamp(rate, 0.0, 1.0);
        const sj::Interval both = sj::over_samples_too(*estimate.rate, *estimate.interval, rates, confidence);
        const std::lock_guard lock(mutex);
        Tallies& tally = tallies[g][i][r];
        tally.alone.add(truth.rate[g][i][r], *estimate.interval);
        tally.both.add(truth.rate[g][i][r], both);
        if (parts == 1) tally.two_way.add(truth.rate[g][i][r], two_way_interval(*only, r, rates, confidence));
      }
    }
}

void report(const Truth& truth, const Way& way, double confidence, std::size_t samples, std::size_t repetitions) {
  std::array<std::vector<std::array<Tallies, rate_count>>, groupings> tallies;
  for (std::size_t g = 0; g < groupings; ++g) tallies[g].resize(truth.members[g].size());
  std::mutex mutex;
  const Populations populations = populations_of(truth, way);
  sj::for_each_index(repetitions, [&](std::size_t repetition) {
    draw(truth, way, populations, confidence, samples, repetition, tallies, mutex);
  });
  const std::uint64_t count = std::accumulate(way.sizes.begin(), way.sizes.end(), std::uint64_t{0});
  for (std::size_t g = 0; g < groupings; ++g)
    for (std::size_t r = 0; r < rate_count; ++r) {
      double alone = 1;
      double both = 1;
      double two_way = 1;
      std::size_t groups = 0;
      std::vector<double> widths;
      for (const auto& group : tallies[g]) {
        const Tallies& tally = group[r];
        if (tally.both.tried() < repetitions / 2) continue;
        ++groups;
        alone = std::min(alone, tally.alone.coverage());
        both = std::min(both, tally.both.coverage());
        if (tally.two_way.tried() == 0) continue;
        two_way = std::min(two_way, tally.two_way.coverage());
        if (tally.two_way.coverage() >= confidence - tolerance && tally.two_way.median_width() > 0)
          widths.push_back(tally.both.median_width() / tally.two_way.median_width());
      }
      if (groups == 0) continue;
      const bool is_stratified = way.sizes.size() > 1;
      std::printf("| %s, %llu | %g %% | %s (%zu) | %s | %s | **%s** | %s | %s |\n", way.name.c_str(),
                  static_cast<unsigned long long>(count), 100 * confidence, grouping_names[g], groups,
                  std::string(sj::detail::rates[r].name).c_str(), percent(alone).c_str(), percent(both).c_str(),
                  is_stratified ? "" : percent(two_way).c_str(),
                  widths.empty() ? "" : percent(median(widths) / 100).c_str());
    }
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 2) throw std::runtime_error("usage: bench_over_samples STORE [REPETITIONS [SAMPLES]]");
  const Truth truth(arguments[1]);
  const int repetitions = count > 2 ? std::atoi(arguments[2]) : 1000;
  const int samples = count > 3 ? std::atoi(arguments[3]) : 100;
  if (repetitions < 1 || samples < 2 || std::size_t(samples) > truth.golden.size())
    throw std::runtime_error("REPETITIONS must be 1 or more, SAMPLES 2 to " + std::to_string(truth.golden.size()));
  std::printf("| way, faults | confidence | groups | rate | over faults alone %% | over both %% | two-way %% | "
              "width to it there |\n|---|---|---|---|---|---|---|---|\n");
  std::vector<std::uint64_t> layers;
  for (const auto& members : truth.members[layer]) layers.push_back(members.size());
  const std::vector<double> weights(layers.begin(), layers.end());
  const std::uint64_t faults = truth.faults.size();
  for (const double confidence : {0.95, 0.99}) {
    const sj::Precision precision{.margin = 0.01, .confidence = confidence};
    const std::vector<Way> ways{
        {"count:2000", all_of_it, {std::min<std::uint64_t>(2000, faults)}},
        {"network-wise 1 %", all_of_it, {sj::stratum_sample_size(faults, precision, 0.5)}},
        {"stratified:4000, layers", layer,
         sj::allocate(layers, weights, std::min<std::uint64_t>(4000, faults),
                      std::vector<std::uint64_t>(layers.size(), 1))},
        {"exhaustive", all_of_it, {faults}},
    };
    for (const Way& way : ways) report(truth, way, confidence, std::size_t(samples), std::size_t(repetitions));
  }
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "bench_over_samples: %s\n", error.what());
  return 1;
}
