// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/exposure.hpp>
#include <spikingjet/analysis/greedy_cover.hpp>
#include <spikingjet/analysis/injections.hpp>
#include <spikingjet/analysis/keep_quantity.hpp>
#include <spikingjet/analysis/minimum_cover.hpp>
#include <spikingjet/analysis/printed_table.hpp>
#include <spikingjet/analysis/samples_note.hpp>
#include <spikingjet/analysis/table.hpp>
#include <spikingjet/analysis/unfinished_note.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace spikingjet {

/// Which faults count, and when a sample exposes one.
struct CoverageOptions {
  Exposing exposing = Exposing::sdc_1;
  KeepQuantity keep{};
};

/// How many of the critical faults the first k samples expose, in several orders, and a smallest set of samples that
/// exposes all: which inputs to keep for testing a chip in production.
///
/// Orders: that of the data; by the smallest golden margin (El-Sayed et al., TCAD 2023); greedy, each the sample that
/// exposes most of what is left; drawn at random, the mean.
///
/// **Laws** greedy exposes all critical faults with `greedy().size()` samples; no set of fewer than
/// `minimum().at_least` samples does.
/// **Errors** `InjectionsMissing`, `DamagedStore`.
/// **Cost** one pass over the store, and for the smallest set at most some five seconds.
class Coverage {
 public:
  explicit Coverage(const Store& store, const CoverageOptions& options = {})
      : path_(store.path()),
        exposing_(options.exposing),
        golden_(golden_samples(require_injections(store))),
        exposure_(golden_.size()) {
    add_faults(exposure_, store, options.exposing, options.keep);
    file_order_.resize(golden_.size());
    std::iota(file_order_.begin(), file_order_.end(), 0u);
    by_margin_ = spikingjet::by_margin(golden_);
    greedy_ = greedy_cover(exposure_.sets(), exposure_.samples(), exposure_.weights());
    minimum_ = minimum_cover(exposure_.sets(), exposure_.samples());
    for (const auto& note : {unfinished_note(store), samples_note(store)})
      if (note) notes_.push_back(*note);
    if (store.strata().size() > 1)
      notes_.emplace_back("faults count as they were drawn, not by the sizes of their strata");
  }

  const Exposure& exposure() const { return exposure_; }

  /// The distinct samples in each order; the greedy one ends with the last critical fault.
  std::span<const std::uint32_t> file_order() const { return file_order_; }
  std::span<const std::uint32_t> by_margin() const { return by_margin_; }
  std::span<const std::uint32_t> greedy() const { return greedy_; }

  const MinimumCover& minimum() const { return minimum_; }

  /// A row for each number of samples, a column for each order: shares of the critical faults. Valid as long as
  /// this object.
  RowTable table() const {
    RowTable table;
    const std::uint64_t critical = exposure_.critical();
    table.caption =
        fmt::format("{}: {} of {} faults are critical: {} of {} samples exposes them by {}", printable(path_, 200),
                    detail::with_separators(critical), detail::with_separators(exposure_.faults()),
                    critical == 0 ? "none" : "at least one", detail::with_separators(golden_.size()), exposing_text());
    table.notes = notes_;
    table.notes_in_caption = notes_.size();
    for (const std::string& note : notes_) table.caption += "\n" + note;
    table.keys = {"samples"};
    table.measures = {"file order", "smallest margin", "greedy", "random (mean)"};
    const std::vector<std::size_t> sizes = table_sizes();
    table.size = sizes.size();
    table.row = [this, sizes, critical,
                 curves = std::vector{exposed_by_first(exposure_, file_order_), exposed_by_first(exposure_, by_margin_),
                                      exposed_by_first(exposure_, greedy_)}](std::size_t r) {
      const std::size_t k = sizes[r];
      RowTable::Row row{{std::to_string(k)}, {}};
      const auto share = [critical](double faults) {
        return critical == 0 ? Table::Cell() : Table::Cell(faults / double(critical));
      };
      for (const std::vector<std::uint64_t>& curve : curves)
        row.cells.push_back(share(double(curve[std::min(k, curve.size() - 1)])));
      row.cells.push_back(share(exposed_by_random(exposure_, k)));
      return row;
    };
    return table;
  }

  /// "18 samples expose all 1,234 critical faults, proven minimal; greedy takes 19".
  std::string minimum_text() const {
    if (exposure_.critical() == 0)
      return fmt::format("no fault is exposed by {}, so that no sample is needed", exposing_text());
    const auto samples = [](std::size_t count) { return fmt::format("{} sample{}", count, count == 1 ? "" : "s"); };
    const std::size_t size = minimum_.columns.size();
    return fmt::format(
        "{} expose{} all {} critical fault{}, {}; greedy takes {}", samples(size), size == 1 ? "s" : "",
        detail::with_separators(exposure_.critical()), exposure_.critical() == 1 ? "" : "s",
        minimum_.is_proven() ? "proven minimal" : fmt::format("no set has fewer than {}", minimum_.at_least),
        greedy_.size());
  }

 private:
  std::string exposing_text() const {
    switch (exposing_) {
      case Exposing::sdc_1:
        return "another class (SDC-1)";
      case Exposing::due:
        return "an unusable readout (DUE)";
      case Exposing::failure:
        return "another class or an unusable readout (SDC-1, DUE)";
      case Exposing::change:
        break;
    }
    return "a change of class or of its score, or no readout (all that is not masked)";
  }

  /// 1, 2, 5, 10, ... and all.
  std::vector<std::size_t> table_sizes() const {
    std::vector<std::size_t> sizes;
    for (std::size_t decade = 1; decade < golden_.size(); decade *= 10)
      for (const std::size_t k : {decade, 2 * decade, 5 * decade})
        if (k < golden_.size()) sizes.push_back(k);
    sizes.push_back(golden_.size());
    return sizes;
  }

  std::string path_;
  Exposing exposing_;
  std::vector<GoldenSample> golden_;
  Exposure exposure_;
  std::vector<std::uint32_t> file_order_;
  std::vector<std::uint32_t> by_margin_;
  std::vector<std::uint32_t> greedy_;
  MinimumCover minimum_;
  std::vector<std::string> notes_;
};

}  // namespace spikingjet
