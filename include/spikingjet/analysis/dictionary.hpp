// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/export.hpp>
#include <spikingjet/analysis/exposure.hpp>
#include <spikingjet/analysis/injections.hpp>
#include <spikingjet/analysis/keep_quantity.hpp>
#include <spikingjet/core/output_file.hpp>
#include <spikingjet/outcome/injection_outcome.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spikingjet {

/// Writes the fault dictionary of a store: a fault list with one column more, `Exposed`, that has SAMPLE:CLASS for each
/// sample that exposes the fault, separated by blanks, `due` in place of a class where the readout was not usable. The
/// field of a fault that no sample exposes is empty. Of an unfinished campaign there is another column, as in
/// `export_csv`.
///
/// A sample that the campaign used several times is named once. What is written streams.
///
/// **Errors** `InjectionsMissing`, `DamagedStore`, `WriteFailed`.
/// **Source** fault dictionaries: Abramovici, Breuer and Friedman, "Digital systems testing and testable design", 1990,
/// chapter 12.
inline void write_dictionary(const Store& store, OutputFile& file, Exposing exposing = Exposing::failure,
                             const KeepQuantity& keep = {}) {
  const std::vector<GoldenSample> golden = golden_samples(require_injections(store));
  const detail::IncompleteColumn incomplete(store);
  const detail::ListHead head(store);
  detail::print(file, "{},Exposed{}\r\n{}", detail::fault_columns(head.flickering), incomplete.name,
                keep ? "" : head.origin);
  std::vector<InjectionOutcome> exposures;
  for_each_fault_with_injections(store, keep, [&](const StoredFault& stored, std::span<const InjectionOutcome> row) {
    exposures.clear();
    for (const InjectionOutcome& injection : row) {
      if (!exposes(injection.outcome, exposing)) continue;
      exposures.push_back(injection);
      exposures.back().sample %= std::uint32_t(golden.size());
    }
    std::stable_sort(exposures.begin(), exposures.end(),
                     [](const InjectionOutcome& a, const InjectionOutcome& b) { return a.sample < b.sample; });
    fmt::memory_buffer list;
    std::uint64_t last = golden.size();
    for (const InjectionOutcome& injection : exposures) {
      const std::uint32_t sample = injection.sample;
      if (sample == last) continue;
      fmt::format_to(std::back_inserter(list), "{}{}:", last == golden.size() ? "" : " ", sample);
      if (injection.outcome == Outcome::due)
        fmt::format_to(std::back_inserter(list), "due");
      else
        fmt::format_to(std::back_inserter(list), "{}",
                       injection.outcome == Outcome::sdc_critical ? injection.top : golden[sample].predicted);
      last = sample;
    }
    detail::print(file, "{},{}{}\r\n", detail::fault_fields(store, stored, head.flickering),
                  std::string_view(list.data(), list.size()), incomplete.field());
  });
}

}  // namespace spikingjet
