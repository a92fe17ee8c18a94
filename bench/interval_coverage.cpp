// SPDX-License-Identifier: MIT

// How often do intervals hold the truth that an exhaustive campaign knows, and how wide are they?
//
//   digits run --method exhaustive --store all.sqlite && digits export all.sqlite --csv all
//   bench_interval_coverage all [REPETITIONS]
//
// Draws REPETITIONS (1,000) seeded samples of the faults in all/faults.csv and all/outcomes.csv in each of several
// ways, and prints for each way, confidence, rate and target in how many of them an interval holds the truth: Wald's
// with the variance between faults, Wilson's with effective trials (`ClusterSample`), and that of `interval_kind`; then
// the median width of the latter over that of Wald's and Wilson's. Tables are Markdown.

#include <spikingjet/analysis/betting.hpp>
#include <spikingjet/analysis/hypergeometric.hpp>
#include <spikingjet/analysis/statistics.hpp>
#include <spikingjet/analysis/stratified_betting.hpp>
#include <spikingjet/core/random.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sj = spikingjet;

namespace {

struct Rate {
  const char* name;
  std::size_t column;  // of outcomes.csv
};

constexpr std::array<Rate, 4> rates{{{"fully_masked", 3}, {"SDC_1", 4}, {"SDC_20", 8}, {"facc", 10}}};

struct Fault {
  std::string target;
  std::string stratum;  // quantity and bit
  std::uint64_t samples = 0;
  std::array<double, rates.size()> hits{};

  double value(std::size_t r) const { return hits[r] / double(samples); }
};

std::vector<Fault> read(const std::string& folder) {
  std::ifstream faults(folder + "/faults.csv");
  std::ifstream outcomes(folder + "/outcomes.csv");
  std::string line;
  std::string cell;
  std::vector<Fault> all;
  std::getline(faults, line);
  std::getline(outcomes, line);
  while (std::getline(faults, line)) {
    const std::size_t first = line.find(',') + 1;
    const std::string quantity = line.substr(first, line.find(',', first) - first);
    const std::size_t quote = line.find("\",");  // the end of an index such as "(0, 0)"
    const std::size_t index = quote != std::string::npos ? quote + 2 : line.find(',', first + quantity.size() + 1) + 1;
    Fault fault{
        quantity.substr(quantity.rfind('.') + 1), quantity + line.substr(index, line.find(',', index) - index), 0, {}};
    if (!std::getline(outcomes, line)) throw std::runtime_error("outcomes.csv has fewer rows than faults.csv");
    std::istringstream row(line);
    std::vector<double> cells;
    while (std::getline(row, cell, ',')) cells.push_back(std::atof(cell.c_str()));
    fault.samples = std::uint64_t(cells.at(1));
    for (std::size_t r = 0; r < rates.size(); ++r) fault.hits[r] = cells.at(rates[r].column);
    all.push_back(std::move(fault));
  }
  if (all.empty()) throw std::runtime_error("'" + folder + "' holds no faults; export an exhaustive campaign to it");
  return all;
}

/// Wald's interval, as the field uses it: p +- t s/sqrt(n) with the finite population.
sj::Interval wald(double rate, double variance, double confidence) {
  const double half = sj::quantile(confidence) * std::sqrt(variance);
  return {rate - half, rate + half};
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + std::ptrdiff_t(values.size() / 2), values.end());
  return values[values.size() / 2];
}

/// What repetitions say of one cell of a table.
struct Tally {
  double truth = 0;
  int tried = 0;
  std::array<int, 3> held{};
  std::array<std::vector<double>, 3> widths;

  void add(const std::array<sj::Interval, 3>& intervals) {
    ++tried;
    for (std::size_t i = 0; i < 3; ++i) {
      held[i] += intervals[i].low <= truth && truth <= intervals[i].high;
      widths[i].push_back(intervals[i].high - intervals[i].low);
    }
  }

  std::string percent(std::size_t i) const {
    char text[16];
    std::snprintf(text, sizeof text, "%.1f", 100.0 * held[i] / tried);
    return text;
  }

  double wider_than(std::size_t i) const { return median(widths[2]) / median(widths[i]); }
};

void print_head(const std::string& title) {
  std::printf(
      "\n**%s**\n\n| rate of | truth %% | Wald | Wilson | here | wider than Wald | than Wilson |\n"
      "|---|---|---|---|---|---|---|\n",
      title.c_str());
}

void print(const std::string& name, const Tally& tally) {
  std::printf("| %s | %.3g | %s | %s | **%s** | %.2g | %.2g |\n", name.c_str(), 100 * tally.truth,
              tally.percent(0).c_str(), tally.percent(1).c_str(), tally.percent(2).c_str(), tally.wider_than(0),
              tally.wider_than(1));
}

using Groups = std::map<std::string, std::vector<const Fault*>>;

Groups by_target(const std::vector<Fault>& all) {
  Groups groups;
  for (const Fault& fault : all) {
    groups[fault.target].push_back(&fault);
    groups["all"].push_back(&fault);
  }
  return groups;
}

double mean(const std::vector<const Fault*>& faults, std::size_t r) {
  double sum = 0;
  for (const Fault* fault : faults) sum += fault->value(r);
  return sum / double(faults.size());
}

sj::ClusterSample cluster(const std::vector<const Fault*>& faults, std::size_t r) {
  sj::ClusterSample sample;
  for (const Fault* fault : faults) sample.add(std::uint64_t(fault->hits[r]), fault->samples);
  return sample;
}

/// The first faults of a seeded permutation, in the order of the draw.
std::vector<const Fault*> draw(const std::vector<const Fault*>& from, std::uint64_t count, std::uint64_t seed) {
  const sj::Permutation permutation(from.size(), seed);
  std::vector<const Fault*> drawn;
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(count, from.size()); ++i) drawn.push_back(from[permutation(i)]);
  return drawn;
}

std::array<sj::Interval, 3> intervals(const std::vector<const Fault*>& drawn, std::size_t r, std::uint64_t population,
                                      double confidence) {
  const sj::ClusterSample sample = cluster(drawn, r);
  std::vector<double> values;
  for (const Fault* fault : drawn) values.push_back(fault->value(r));
  return {wald(sample.rate(), drawn.size() > 1 ? sample.variance(population) : 0, confidence),
          sample.interval(confidence, population), sj::betting_interval(values, confidence, population)};
}

/// One simple sample of the whole population, its rates by target.
void simple(const Groups& groups, std::uint64_t count, double confidence, int repetitions) {
  std::map<std::string, std::array<Tally, rates.size()>> tallies;
  for (const auto& [target, faults] : groups)
    for (std::size_t r = 0; r < rates.size(); ++r) tallies[target][r].truth = mean(faults, r);
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    const auto drawn = draw(groups.at("all"), count, std::uint64_t(repetition));
    std::map<std::string, std::vector<const Fault*>> parts;
    for (const Fault* fault : drawn) parts[fault->target].push_back(fault);
    parts["all"] = drawn;
    for (const auto& [target, part] : parts)
      for (std::size_t r = 0; r < rates.size(); ++r)
        tallies[target][r].add(intervals(part, r, groups.at(target).size(), confidence));
  }
  print_head("simple sample of " + std::to_string(count) + ", by target, " +
             std::to_string(int(100 * confidence + 0.5)) + " %");
  for (std::size_t r = 0; r < rates.size(); ++r)
    for (const auto& [target, cells] : tallies) print(std::string(rates[r].name) + ", " + target, cells[r]);
}

/// A simple sample of each target alone.
void small(const Groups& groups, std::uint64_t count, double confidence, int repetitions) {
  print_head(std::to_string(count) + " faults of one target, " + std::to_string(int(100 * confidence + 0.5)) + " %");
  for (std::size_t r = 0; r < rates.size(); ++r)
    for (const auto& [target, faults] : groups) {
      if (target == "all" || target == "weight") continue;
      Tally tally;
      tally.truth = mean(faults, r);
      for (int repetition = 0; repetition < repetitions; ++repetition)
        tally.add(intervals(draw(faults, count, std::uint64_t(repetition)), r, faults.size(), confidence));
      print(std::string(rates[r].name) + ", " + target, tally);
    }
}

/// Draws until the interval is narrow enough for the one who looks after each twentieth.
void stopped(const Groups& groups, std::size_t r, double margin, double confidence, int repetitions) {
  const auto& all = groups.at("all");
  Tally tally;
  tally.truth = mean(all, r);
  std::array<std::vector<double>, 3> faults;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    const sj::Permutation permutation(all.size(), std::uint64_t(repetition));
    std::array<sj::Interval, 3> found;
    std::array<std::uint64_t, 3> ended{};
    sj::BettingSample bets(sj::AnyTime{}, confidence, all.size());
    sj::ClusterSample sample;
    std::uint64_t look = 100;
    for (std::uint64_t i = 0; i < all.size() && !ended[2]; ++i) {
      const Fault& fault = *all[permutation(i)];
      bets.add(fault.value(r));
      sample.add(std::uint64_t(fault.hits[r]), fault.samples);
      if (i + 1 < look) continue;
      look += look / 20;
      const std::array<sj::Interval, 3> now{wald(sample.rate(), sample.variance(all.size()), confidence),
                                            sample.interval(confidence, all.size()), bets.interval()};
      for (std::size_t k = 0; k < 3; ++k)
        if (!ended[k] && now[k].high - now[k].low <= 2 * margin) {
          ended[k] = i + 1;
          found[k] = now[k];
        }
    }
    for (std::size_t k = 0; k < 3; ++k) faults[k].push_back(double(ended[k]));
    tally.add(found);
  }
  std::printf("| %s within %g %% | %g %% | %s (%.0f) | %s (%.0f) | **%s** (%.0f) |\n", rates[r].name, 100 * margin,
              100 * confidence, tally.percent(0).c_str(), median(faults[0]), tally.percent(1).c_str(),
              median(faults[1]), tally.percent(2).c_str(), median(faults[2]));
}

/// Faults of each quantity and bit in proportion to their number, but at least four of each.
void stratified(const std::vector<Fault>& all, double share, double confidence, int repetitions) {
  Groups strata;
  std::vector<const Fault*> faults;
  for (const Fault& fault : all) {
    strata[fault.stratum].push_back(&fault);
    faults.push_back(&fault);
  }
  const auto size = [share](const std::vector<const Fault*>& stratum) {
    return std::max<std::uint64_t>(4, std::uint64_t(std::ceil(share * double(stratum.size()))));
  };
  std::uint64_t count = 0;
  for (const auto& [name, stratum] : strata) count += std::min<std::uint64_t>(size(stratum), stratum.size());
  print_head(std::to_string(strata.size()) + " strata (quantity and bit), " + std::to_string(count) +
             " faults in proportion, at least 4 of each, " + std::to_string(int(100 * confidence + 0.5)) + " %");
  for (std::size_t r = 0; r < rates.size(); ++r) {
    Tally tally;
    tally.truth = mean(faults, r);
    for (int repetition = 0; repetition < repetitions; ++repetition) {
      std::vector<sj::SampledStratum> sampled;
      sj::StratifiedBetting bets;
      std::uint64_t seed = std::uint64_t(repetition) * strata.size();
      for (const auto& [name, stratum] : strata) {
        const auto drawn = draw(stratum, size(stratum), seed++);
        sampled.push_back({cluster(drawn, r), stratum.size()});
        bets.begin_stratum(stratum.size());
        for (const Fault* fault : drawn) bets.add(fault->value(r));
      }
      const sj::Estimate estimate = sj::stratified(sampled);
      const double p = std::clamp(estimate.rate, 0.0, 1.0);
      tally.add({wald(p, estimate.variance, confidence),
                 sj::wilson(p, p * (1 - p) / std::max(estimate.variance, 1e-300), confidence),
                 bets.interval(confidence)});
    }
    print(rates[r].name, tally);
  }
}

/// Faults that change a prediction, of all faults: 0 or 1.
void binary(const Groups& groups, std::uint64_t count, double confidence, int repetitions) {
  print_head("faults of one target that change a prediction (0 or 1), " + std::to_string(count) + " drawn, " +
             std::to_string(int(100 * confidence + 0.5)) + " %");
  for (const auto& [target, faults] : groups) {
    Tally tally;
    for (const Fault* fault : faults) tally.truth += (fault->value(1) > 0) / double(faults.size());
    for (int repetition = 0; repetition < repetitions; ++repetition) {
      sj::ClusterSample sample;
      std::uint64_t hits = 0;
      for (const Fault* fault : draw(faults, count, std::uint64_t(repetition))) {
        sample.add(fault->value(1) > 0, 1);
        hits += fault->value(1) > 0;
      }
      tally.add({wald(sample.rate(), sample.variance(faults.size()), confidence),
                 sample.interval(confidence, faults.size()),
                 sj::hypergeometric_interval(hits, count, faults.size(), confidence)});
    }
    print(target, tally);
  }
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 2) throw std::runtime_error("usage: bench_interval_coverage FOLDER [REPETITIONS]");
  const std::vector<Fault> all = read(arguments[1]);
  const int repetitions = count > 2 ? std::atoi(arguments[2]) : 1000;
  if (repetitions < 1) throw std::runtime_error("REPETITIONS must be a number from 1 on");
  const Groups groups = by_target(all);
  for (const double confidence : {0.95, 0.99}) {
    simple(groups, 2000, confidence, repetitions);
    simple(groups, 500, confidence, repetitions);
    small(groups, 40, confidence, repetitions);
    small(groups, 200, confidence, repetitions);
    stratified(all, 0.02, confidence, repetitions);
    stratified(all, 0.1, confidence, repetitions);
    binary(groups, 100, confidence, repetitions);
  }
  std::printf(
      "\n**ended as soon as the interval is narrow enough, with the median number of faults**\n\n"
      "| until | confidence | Wald | Wilson | here |\n|---|---|---|---|---|\n");
  for (const double confidence : {0.95, 0.99}) {
    stopped(groups, 1, 0.004, confidence, repetitions);
    stopped(groups, 3, 0.01, confidence, repetitions);
    stopped(groups, 0, 0.02, confidence, repetitions);
  }
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "bench_interval_coverage: %s\n", error.what());
  return 1;
}
