// SPDX-License-Identifier: MIT

// How often do intervals hold the truth that an exhaustive campaign knows, and how wide are they?
//
//   digits run --method exhaustive --store all.sqlite
//   bench_interval_coverage all.sqlite [REPETITIONS [samples|stops]]
//
// Draws REPETITIONS (1,000) seeded samples in each way of sampling and takes, at 95 and 99 %, for each rate of the
// whole space, of each target, layer, bit and quantity, the interval that belongs to the way and the one that the field
// uses: Wald's, p +- t sqrt(var) with the variance between faults and the finite population. Prints for each way,
// grouping and rate the least share of repetitions in which an interval held the truth, over the groups; and how much
// wider ours is than Wald's, as a median over those groups in which Wald's comes within 1.5 points of what it promises.
// Markdown.

#include <spikingjet/analysis/betting.hpp>
#include <spikingjet/analysis/outcome_groups.hpp>
#include <spikingjet/analysis/statistics.hpp>
#include <spikingjet/analysis/stratified_betting.hpp>
#include <spikingjet/core/parallel.hpp>
#include <spikingjet/core/random.hpp>
#include <spikingjet/fault/allocation.hpp>
#include <spikingjet/fault/iterative.hpp>
#include <spikingjet/fault/pilot.hpp>
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
#include <functional>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sj = spikingjet;

namespace {

constexpr std::size_t rate_count = sj::detail::rates.size();
constexpr double tolerance = 0.015;  // of a coverage

/// What a fault belongs to, as numbers: everything, its target, layer, bit and quantity.
enum Grouping { all_of_it, target, layer, bit, quantity, groupings };
constexpr std::array<const char*, groupings> grouping_names{"all", "target", "layer", "bit", "quantity"};

struct Fault {
  std::array<std::uint32_t, groupings> group{};
  std::uint32_t layer_and_bit = 0;
  std::array<double, rate_count> value{};  // hits per sample
};

/// A campaign that injected everything.
struct Truth {
  std::vector<Fault> faults;
  std::array<std::vector<std::string>, groupings> names;
  std::size_t layers_and_bits = 0;
  std::array<std::vector<std::uint64_t>, groupings> size;                          // N of each group
  std::array<std::vector<std::array<double, rate_count>>, groupings> rate;         // of each group

  explicit Truth(const std::string& path) {
    const sj::Store store = sj::Store::open(path);
    std::array<std::map<std::string, std::uint32_t>, groupings + 1> numbers;
    const auto number = [&](std::size_t g, const std::string& name) {
      const auto [found, is_new] = numbers[g].try_emplace(name, std::uint32_t(numbers[g].size()));
      if (is_new && g < groupings) names[g].push_back(name);
      return found->second;
    };
    store.for_each([&](const sj::StoredFault& stored) {
      const sj::StoredQuantity& q = store.quantities()[stored.fault.site.quantity];
      const std::string in_layer = sj::layer_name(q.layer, q.storage);
      Fault fault;
      fault.group[all_of_it] = number(all_of_it, "all");
      fault.group[target] = number(target, std::string(sj::role_name(q.role)));
      fault.group[layer] = number(layer, in_layer);
      fault.group[bit] = number(bit, std::to_string(stored.fault.bit));
      fault.group[quantity] = number(quantity, q.name());
      fault.layer_and_bit = number(groupings, in_layer + " " + std::to_string(stored.fault.bit));
      for (std::size_t r = 0; r < rate_count; ++r)
        fault.value[r] = double(sj::detail::rates[r].hits(stored.record)) / double(stored.record.samples);
      faults.push_back(fault);
    });
    if (faults.empty()) throw std::runtime_error("'" + path + "' holds no faults; give an exhaustive campaign");
    layers_and_bits = numbers[groupings].size();
    for (std::size_t g = 0; g < groupings; ++g) {
      size[g].resize(names[g].size());
      rate[g].resize(names[g].size());
      for (const Fault& fault : faults) {
        ++size[g][fault.group[g]];
        for (std::size_t r = 0; r < rate_count; ++r) rate[g][fault.group[g]][r] += fault.value[r];
      }
      for (std::size_t i = 0; i < names[g].size(); ++i)
        for (double& sum : rate[g][i]) sum /= double(size[g][i]);
    }
  }
};

/// What repetitions say of a rate of a group.
struct Tally {
  CoverageTally here;
  CoverageTally wald;
};

/// Values of one rate in the strata of a group, in the order of the draw.
struct Cell {
  std::uint64_t population = 0;
  std::vector<const Fault*> drawn;
};

sj::Interval wald_interval(const std::vector<Cell>& cells, std::size_t r, double confidence) {
  double population = 0;
  for (const Cell& cell : cells)
    if (!cell.drawn.empty()) population += double(cell.population);
  double rate = 0;
  double variance = 0;
  for (const Cell& cell : cells) {
    if (cell.drawn.empty()) continue;
    const double n = double(cell.drawn.size());
    double sum = 0;
    double squares = 0;
    for (const Fault* fault : cell.drawn) {
      sum += fault->value[r];
      squares += fault->value[r] * fault->value[r];
    }
    const double mean = sum / n;
    const double between = n > 1 ? std::max(0.0, (squares - n * mean * mean) / (n - 1)) : mean * (1 - mean);
    const double weight = double(cell.population) / population;
    rate += weight * mean;
    variance += weight * weight * (1 - n / double(cell.population)) * between / n;
  }
  const double half = sj::quantile(confidence) * std::sqrt(variance);
  return {rate - half, rate + half};
}

sj::Interval own_interval(const std::vector<Cell>& cells, std::size_t r, double confidence) {
  if (cells.size() == 1) {
    std::vector<double> values;
    for (const Fault* fault : cells[0].drawn) values.push_back(fault->value[r]);
    return sj::betting_interval(values, confidence, cells[0].population);
  }
  sj::StratifiedBetting bets;
  for (const Cell& cell : cells) {
    bets.begin_stratum(cell.population);
    for (const Fault* fault : cell.drawn) bets.add(fault->value[r]);
  }
  return bets.interval(confidence);
}

/// A division of the space into strata.
struct Strata {
  std::vector<std::uint32_t> of;           // (fault)
  std::vector<std::vector<std::uint32_t>> faults;  // (stratum)

  Strata(const Truth& truth, std::size_t count, const std::function<std::uint32_t(const Fault&)>& number)
      : faults(count) {
    for (std::size_t f = 0; f < truth.faults.size(); ++f) {
      of.push_back(number(truth.faults[f]));
      faults[of.back()].push_back(std::uint32_t(f));
    }
  }

  std::vector<std::uint64_t> sizes() const {
    std::vector<std::uint64_t> sizes;
    for (const auto& stratum : faults) sizes.push_back(stratum.size());
    return sizes;
  }
};

/// One way of sampling: strata, and how many faults of each.
struct Way {
  std::string name;
  const Strata* strata;
  std::vector<std::uint64_t> sizes;
};

void report(const Truth& truth, const Way& way, double confidence, int repetitions, std::uint64_t few) {
  const std::uint64_t count = std::accumulate(way.sizes.begin(), way.sizes.end(), std::uint64_t{0});
  const std::size_t strata = way.sizes.size();
  std::array<std::vector<std::array<Tally, rate_count>>, groupings> tallies;
  std::array<std::vector<std::vector<std::uint64_t>>, groupings> cell_size;  // (group, stratum)
  for (std::size_t g = 0; g < groupings; ++g) {
    tallies[g].resize(truth.names[g].size());
    cell_size[g].assign(truth.names[g].size(), std::vector<std::uint64_t>(strata));
    for (std::size_t f = 0; f < truth.faults.size(); ++f) ++cell_size[g][truth.faults[f].group[g]][way.strata->of[f]];
  }
  std::mutex mutex;
  sj::for_each_index(std::size_t(repetitions), [&](std::size_t repetition) {
    std::array<std::vector<std::vector<std::vector<const Fault*>>>, groupings> drawn;  // (group, stratum)
    for (std::size_t g = 0; g < groupings; ++g)
      drawn[g].assign(truth.names[g].size(), std::vector<std::vector<const Fault*>>(strata));
    for (std::size_t h = 0; h < strata; ++h) {
      const auto& stratum = way.strata->faults[h];
      const sj::Permutation order(stratum.size(), sj::random_bits(repetition, h));
      for (std::uint64_t i = 0; i < way.sizes[h]; ++i) {
        const Fault* fault = &truth.faults[stratum[order(i)]];
        for (std::size_t g = 0; g < groupings; ++g) drawn[g][fault->group[g]][h].push_back(fault);
      }
    }
    for (std::size_t g = 0; g < groupings; ++g)
      for (std::size_t i = 0; i < drawn[g].size(); ++i) {
        std::vector<Cell> cells;
        std::uint64_t seen = 0;
        for (std::size_t h = 0; h < strata; ++h)
          if (cell_size[g][i][h] > 0) {
            seen += drawn[g][i][h].size();
            cells.push_back({cell_size[g][i][h], std::move(drawn[g][i][h])});
          }
        if (seen < 2) continue;  // nothing to compare: Wald's needs two
        for (std::size_t r = 0; r < rate_count; ++r) {
          const sj::Interval here = own_interval(cells, r, confidence);
          const sj::Interval wald = wald_interval(cells, r, confidence);
          const std::lock_guard lock(mutex);
          tallies[g][i][r].here.add(truth.rate[g][i][r], here);
          tallies[g][i][r].wald.add(truth.rate[g][i][r], wald);
        }
      }
  });
  for (std::size_t g = 0; g < groupings; ++g) {
    if (g == quantity && few == 0) continue;
    for (std::size_t r = 0; r < rate_count; ++r) {
      double least = 1;
      double least_wald = 1;
      int wald_holds = 0;
      int groups = 0;
      std::vector<double> ratios;
      for (std::size_t i = 0; i < tallies[g].size(); ++i) {
        const Tally& tally = tallies[g][i][r];
        if (tally.here.tried() < std::size_t(repetitions) / 2) continue;
        if (g == quantity && truth.size[g][i] > few) continue;
        ++groups;
        const double wald = tally.wald.coverage();
        least = std::min(least, tally.here.coverage());
        least_wald = std::min(least_wald, wald);
        if (wald < confidence - tolerance) continue;
        ++wald_holds;
        const double wald_width = tally.wald.median_width();
        if (wald_width > 0) ratios.push_back(tally.here.median_width() / wald_width);
      }
      if (groups == 0) continue;
      std::printf("| %s, %llu | %g %% | %s (%d) | %s | **%s** | %s | %d | %s |\n", way.name.c_str(),
                  static_cast<unsigned long long>(count), 100 * confidence, grouping_names[g], groups,
                  std::string(sj::detail::rates[r].name).c_str(), percent(least).c_str(), percent(least_wald).c_str(),
                  wald_holds, ratios.empty() ? "" : (percent(median(ratios) / 100)).c_str());
    }
  }
  std::fflush(stdout);
}

/// Injects in the order of a draw and stops as soon as the interval is narrow enough, looking when `IterativeSampling`
/// says.
void stopped(const Truth& truth, std::size_t r, double margin, double confidence, int repetitions) {
  const std::uint64_t population = truth.faults.size();
  std::vector<double> faults(static_cast<std::size_t>(repetitions));
  std::vector<double> wald_faults(static_cast<std::size_t>(repetitions));
  std::mutex mutex;
  Tally tally;
  sj::for_each_index(std::size_t(repetitions), [&](std::size_t repetition) {
    const sj::Permutation order(population, repetition);
    sj::Interval found;
    sj::Interval wald;
    for (const bool ours : {true, false}) {
      sj::BettingSample bets(sj::AnyTime{}, confidence, population);
      std::vector<Cell> cell{{population, {}}};
      sj::IterativeSampling rounds(population, {.margin = margin, .confidence = confidence});
      while (!rounds.is_done()) {
        while (cell[0].drawn.size() < rounds.faults()) {
          cell[0].drawn.push_back(&truth.faults[order(cell[0].drawn.size())]);
          bets.add(cell[0].drawn.back()->value[r]);
        }
        const sj::Interval now = ours ? bets.interval() : wald_interval(cell, r, confidence);
        (ours ? found : wald) = now;
        rounds.saw(std::clamp(bets.mean(), 0.0, 1.0), std::min(1.0, (now.high - now.low) / 2));
      }
      (ours ? faults : wald_faults)[repetition] = double(cell[0].drawn.size());
    }
    const std::lock_guard lock(mutex);
    tally.here.add(truth.rate[all_of_it][0][r], found);
    tally.wald.add(truth.rate[all_of_it][0][r], wald);
  });
  std::printf("| %s all <= %g | %g %% | **%s** | %.0f | %s | %.0f |\n", std::string(sj::detail::rates[r].name).c_str(),
              margin, 100 * confidence, percent(tally.here.coverage()).c_str(), median(faults),
              percent(tally.wald.coverage()).c_str(), median(wald_faults));
  std::fflush(stdout);
}

void report_samples(const Truth& truth, int repetitions) {
  const Strata one(truth, 1, [](const Fault&) { return 0u; });
  const Strata layers(truth, truth.names[layer].size(), [](const Fault& f) { return f.group[layer]; });
  const Strata bits(truth, truth.layers_and_bits, [](const Fault& f) { return f.layer_and_bit; });
  const Strata quantities(truth, truth.names[quantity].size(), [](const Fault& f) { return f.group[quantity]; });
  const auto by_precision = [](const Strata& strata, double margin, double confidence) {
    std::vector<std::uint64_t> sizes;
    for (const std::uint64_t size : strata.sizes())
      sizes.push_back(sj::stratum_sample_size(size, {.margin = margin, .confidence = confidence}, 0.5));
    return sizes;
  };
  const auto in_proportion = [](const Strata& strata, std::uint64_t faults) {
    const std::vector<std::uint64_t> sizes = strata.sizes();
    std::vector<double> weights(sizes.begin(), sizes.end());
    std::vector<std::uint64_t> least;
    for (const std::uint64_t size : sizes) least.push_back(size <= faults / (2 * sizes.size()) ? size : 1);
    return sj::allocate(sizes, weights, faults, least);
  };
  /// What ten faults of each stratum showed of SDC-1: a pilot, before all repetitions.
  const auto pilot_of = [&truth](const Strata& strata) {
    std::vector<sj::PilotRate> pilot(strata.faults.size());
    for (std::size_t h = 0; h < pilot.size(); ++h) {
      const auto& stratum = strata.faults[h];
      const sj::Permutation order(stratum.size(), 999 + h);
      for (std::uint64_t i = 0; i < std::min<std::uint64_t>(10, stratum.size()); ++i)
        pilot[h].add(truth.faults[stratum[order(i)]].value[1]);
    }
    return pilot;
  };
  const auto neyman = [&](const Strata& strata, std::uint64_t faults) {
    const std::vector<sj::PilotRate> pilot = pilot_of(strata);
    const std::vector<std::uint64_t> sizes = strata.sizes();
    std::vector<double> weights;
    for (std::size_t h = 0; h < sizes.size(); ++h) weights.push_back(double(sizes[h]) * pilot[h].deviation());
    return sj::allocate(sizes, weights, faults, std::vector<std::uint64_t>(sizes.size(), 1));
  };
  const auto data_aware = [&](const Strata& strata, double margin, double confidence) {
    const std::vector<sj::PilotRate> pilot = pilot_of(strata);
    std::vector<std::uint64_t> sizes = strata.sizes();
    for (std::size_t h = 0; h < sizes.size(); ++h)
      sizes[h] = sj::stratum_sample_size(sizes[h], {.margin = margin, .confidence = confidence}, pilot[h].rate());
    return sizes;
  };
  std::printf(
      "| way, faults | confidence | groups | rate | least coverage here %% | Wald's %% | groups where Wald's holds | "
      "width to it there |\n|---|---|---|---|---|---|---|---|\n");
  for (const double confidence : {0.95, 0.99}) {
    const std::vector<Way> ways{
        {"count:500", &one, {500}},
        {"count:2000", &one, {2000}},
        {"network-wise 1 %", &one, by_precision(one, 0.01, confidence)},
        {"layer-wise 2 %", &layers, by_precision(layers, 0.02, confidence)},
        {"data-unaware 5 %", &bits, by_precision(bits, 0.05, confidence)},
        {"data-aware 5 %, after a pilot", &bits, data_aware(bits, 0.05, confidence)},
        {"stratified:4000, layers", &layers, in_proportion(layers, 4000)},
        {"stratified:4000, layers and bits", &bits, in_proportion(bits, 4000)},
        {"stratified:4000, after a pilot", &bits, neyman(bits, 4000)},
    };
    for (const Way& way : ways) report(truth, way, confidence, repetitions, 0);
    std::vector<std::uint64_t> thirds;
    for (const std::uint64_t size : quantities.sizes()) thirds.push_back(std::max<std::uint64_t>(2, size / 3));
    report(truth, {"a third of each quantity", &quantities, thirds}, confidence, repetitions, 700);
  }
}

void report_stops(const Truth& truth, int repetitions) {
  std::printf("\n| until | confidence | coverage here %% | faults | Wald's %% | faults |\n|---|---|---|---|---|---|\n");
  for (const double confidence : {0.95, 0.99})
    for (const std::size_t r : {std::size_t{0}, std::size_t{1}, std::size_t{6}})
      for (const double margin : {0.01, 0.004}) stopped(truth, r, margin, confidence, repetitions);
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 2) throw std::runtime_error("usage: bench_interval_coverage STORE [REPETITIONS [samples|stops]]");
  const Truth truth(arguments[1]);
  const int repetitions = count > 2 ? std::atoi(arguments[2]) : 1000;
  if (repetitions < 1) throw std::runtime_error("REPETITIONS must be a number from 1 on");
  const std::string part = count > 3 ? arguments[3] : "";
  if (part != "stops") report_samples(truth, repetitions);
  if (part != "samples") report_stops(truth, repetitions);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "bench_interval_coverage: %s\n", error.what());
  return 1;
}
