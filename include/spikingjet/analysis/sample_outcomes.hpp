// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/fault_weights.hpp>
#include <spikingjet/analysis/injections.hpp>
#include <spikingjet/analysis/keep_quantity.hpp>
#include <spikingjet/analysis/sample_kind.hpp>
#include <spikingjet/analysis/samples_note.hpp>
#include <spikingjet/analysis/table.hpp>
#include <spikingjet/analysis/unfinished_note.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/outcome/injection_outcome.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// The outcomes of a campaign by sample and by golden class: which inputs expose faults, and what classes become.
///
/// Rates are shares of the injections of a sample, or of the samples of a class. `exposed` is the share of the critical
/// faults, which some sample exposes by SDC-1, that this sample or class exposes. `facc` and `acc` are empty where a
/// label is missing. Of a stratified sample each fault counts N_h/n_h times (`FaultWeights`), which the caption says.
/// There are no intervals.
///
/// **Errors** `InjectionsMissing`, `DamagedStore`.
/// **Cost** one pass over the store; 80 bytes a sample.
class SampleOutcomes {
 public:
  explicit SampleOutcomes(const Store& store, const KeepQuantity& keep = {})
      : golden_(golden_samples(require_injections(store))) {
    const FaultWeights weights(store);
    for (const GoldenSample& sample : golden_) {
      classes_ = std::max<std::size_t>({classes_, sample.readout.size(), std::size_t(sample.predicted) + 1});
      if (sample.predicted > most_classes)
        throw DamagedStore(store.path(), fmt::format("golden sample {}", sample.sample));
    }
    sums_.resize(golden_.size());
    class_exposed_.resize(classes_);
    moved_.assign(classes_, std::vector<double>(classes_));
    std::vector<std::uint64_t> seen_class(classes_);  // the last fault that this class exposed, from 1
    std::vector<std::uint64_t> seen_sample(golden_.size());
    for_each_fault_with_injections(store, keep, [&](const StoredFault& stored, std::span<const InjectionOutcome> row) {
      const double weight = weights(stored);
      ++faults_;
      weight_ += weight;
      if (stored.record.sdc_critical > 0) critical_ += weight;
      for (const InjectionOutcome& injection : row) {
        const std::size_t s = injection.sample % golden_.size();
        const GoldenSample& golden = golden_[s];
        Sums& sums = sums_[s];
        sums.outcome[std::size_t(injection.outcome)] += weight;
        if (injection.outcome != Outcome::sdc_critical) continue;
        if (injection.top >= classes_)
          throw DamagedStore(store.path(),
                             fmt::format("fault {} leads to class {}, which there is not", stored.id, injection.top));
        moved_[golden.predicted][injection.top] += weight;
        if (golden.label == injection.top) sums.mended += weight;
        if (std::exchange(seen_sample[s], faults_) != faults_) sums.exposed += weight;
        if (std::exchange(seen_class[golden.predicted], faults_) != faults_) class_exposed_[golden.predicted] += weight;
      }
    });
    const std::uint64_t samples =
        std::max<std::uint64_t>(detail::stated_count(store, "samples").value_or(0), golden_.size());
    for (std::size_t s = 0; s < golden_.size(); ++s)
      sums_[s].times = samples / golden_.size() + (s < samples % golden_.size());
    caption_ = fmt::format("{}: rates over {} faults", printable(store.path(), 200), faults_);
    if (!weights.are_equal()) caption_ += ", each counted N_h/n_h times, as its stratum was drawn";
    if (const auto note = unfinished_note(store))
      notes_.push_back(*note);
    else if (sample_kind(store) == SampleKind::given)
      notes_.emplace_back("the faults of a list that is not known to be a random sample: rates of these faults alone");
    if (const auto note = samples_note(store)) notes_.push_back(*note);
    for (const std::string& note : notes_) caption_ += "\n" + note;
  }

  /// A row for each distinct sample, in the order of the data. Valid as long as this object.
  RowTable by_sample() const {
    RowTable table{caption_,     {"sample", "golden class", "label"}, {"golden margin"}, golden_.size(), {}, notes_,
                   notes_.size()};
    add_measures(table);
    table.row = [this](std::size_t s) {
      const GoldenSample& golden = golden_[s];
      RowTable::Row row{
          {std::to_string(s), std::to_string(golden.predicted), golden.label ? std::to_string(*golden.label) : ""},
          {Table::Amount{golden_margin(golden.readout)}}};
      Group group;
      add(group, s);
      group.exposed = sums_[s].exposed;
      add_cells(row, group);
      return row;
    };
    return table;
  }

  /// A row for each golden class that a sample has; behind its rates the share of its injections that ended in each
  /// class, `class_0`, ..., which with `DUE` are 1.
  RowTable by_class() const { return by_class(true); }

  /// The same without the shares of the classes, which `confusion` has.
  RowTable class_rates() const { return by_class(false); }

  /// A row for each golden class, a column for each faulty one and one for DUE: shares of the injections of the row.
  RowTable confusion() const {
    RowTable table{"", {"golden class"}, {}, 0, {}, notes_, notes_.size()};
    for (std::size_t c = 0; c < classes_; ++c) table.measures.push_back(std::to_string(c));
    table.measures.emplace_back("DUE");
    const std::vector<std::uint32_t> rows = golden_classes();
    table.size = rows.size();
    table.row = [this, rows](std::size_t r) {
      RowTable::Row row{{std::to_string(rows[r])}, {}};
      const Group group = group_of(rows[r]);
      add_classes(row, rows[r], group);
      row.cells.push_back(share(group.sums.outcome[std::size_t(Outcome::due)], group));
      return row;
    };
    return table;
  }

 private:
  static constexpr std::uint32_t most_classes = 1u << 20;

  struct Sums {
    std::array<double, 7> outcome{};  // [Outcome] of injections that are not masked
    double mended = 0;                // wrong predictions that a fault made right, and those that stayed right
    double exposed = 0;               // critical faults that it exposes
    std::uint64_t times = 1;          // it was used
  };

  /// One sample, or those of a class.
  struct Group {
    Sums sums{};
    double injections = 0;  // weighted
    double right = 0;       // predictions with the fault
    double exposed = 0;
    std::uint64_t count = 0;  // of injections
    std::uint64_t samples = 0;
    std::uint64_t correct = 0;  // samples without fault
    bool labelled = true;
  };

  void add(Group& group, std::size_t s) const {
    const Sums& sums = sums_[s];
    const GoldenSample& golden = golden_[s];
    const double injections = weight_ * double(sums.times);
    const bool correct = golden.label == golden.predicted;
    for (std::size_t o = 0; o < sums.outcome.size(); ++o) group.sums.outcome[o] += sums.outcome[o];
    group.injections += injections;
    group.count += faults_ * sums.times;
    group.samples += sums.times;
    group.correct += correct ? sums.times : 0;
    group.labelled = group.labelled && golden.label;
    group.right += sums.mended;
    if (correct)
      group.right +=
          injections - sums.outcome[std::size_t(Outcome::due)] - sums.outcome[std::size_t(Outcome::sdc_critical)];
  }

  Group group_of(std::uint32_t golden_class) const {
    Group group;
    for (std::size_t s = 0; s < golden_.size(); ++s)
      if (golden_[s].predicted == golden_class) add(group, s);
    group.exposed = class_exposed_[golden_class];
    return group;
  }

  std::vector<std::uint32_t> golden_classes() const {
    std::vector<std::uint32_t> classes;
    for (const GoldenSample& sample : golden_) classes.push_back(sample.predicted);
    std::sort(classes.begin(), classes.end());
    classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
    return classes;
  }

  static Table::Cell share(double part, const Group& group) {
    return group.injections > 0 ? Table::Cell(part / group.injections) : Table::Cell();
  }

  static void add_measures(RowTable& table) {
    for (const char* name : {"# of injections", "fully_masked", "SDC_1", "SDC_0_5%", "SDC_5_10%", "SDC_10_20%",
                             "SDC_20", "facc", "acc", "DUE", "exposed"})
      table.measures.emplace_back(name);
  }

  void add_cells(RowTable::Row& row, const Group& group) const {
    double changed = 0;
    for (const double sum : group.sums.outcome) changed += sum;
    const auto add_share = [&](Outcome outcome) {
      row.cells.push_back(share(group.sums.outcome[std::size_t(outcome)], group));
    };
    row.cells.emplace_back(group.count);
    row.cells.push_back(share(group.injections - changed, group));
    add_share(Outcome::sdc_critical);
    for (const Outcome band : {Outcome::sdc_0_5, Outcome::sdc_5_10, Outcome::sdc_10_20, Outcome::sdc_20})
      add_share(band);
    row.cells.push_back(group.labelled ? share(group.right, group) : Table::Cell());
    row.cells.push_back(group.labelled ? Table::Cell(double(group.correct) / double(group.samples)) : Table::Cell());
    add_share(Outcome::due);
    row.cells.push_back(critical_ > 0 ? Table::Cell(group.exposed / critical_) : Table::Cell());
  }

  /// The shares of the classes that the injections of a golden class ended in.
  void add_classes(RowTable::Row& row, std::uint32_t golden_class, const Group& group) const {
    for (std::size_t c = 0; c < classes_; ++c) {
      double part = moved_[golden_class][c];
      if (c == golden_class)
        part = group.injections - group.sums.outcome[std::size_t(Outcome::due)] -
               group.sums.outcome[std::size_t(Outcome::sdc_critical)];
      row.cells.push_back(share(part, group));
    }
  }

  RowTable by_class(bool with_classes) const {
    const std::vector<std::uint32_t> rows = golden_classes();
    RowTable table{caption_, {"golden class"}, {"# of samples"}, rows.size(), {}, notes_, notes_.size()};
    add_measures(table);
    for (std::size_t c = 0; with_classes && c < classes_; ++c) table.measures.push_back("class_" + std::to_string(c));
    table.row = [this, rows, with_classes](std::size_t r) {
      const Group group = group_of(rows[r]);
      RowTable::Row row{{std::to_string(rows[r])}, {group.samples}};
      add_cells(row, group);
      if (with_classes) add_classes(row, rows[r], group);
      return row;
    };
    return table;
  }

  std::vector<GoldenSample> golden_;
  std::size_t classes_ = 0;
  std::vector<Sums> sums_;                  // (samples)
  std::vector<std::vector<double>> moved_;  // (golden class, faulty class), of injections with another class
  std::vector<double> class_exposed_;       // (golden class), critical faults that it exposes
  std::uint64_t faults_ = 0;
  double weight_ = 0;    // of all faults
  double critical_ = 0;  // of the critical ones
  std::string caption_;
  std::vector<std::string> notes_;
};

}  // namespace spikingjet
