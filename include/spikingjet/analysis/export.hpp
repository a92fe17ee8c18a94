// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/sample_kind.hpp>
#include <spikingjet/analysis/stored_origin.hpp>
#include <spikingjet/analysis/table.hpp>
#include <spikingjet/core/output_file.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/type_text.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace spikingjet {

namespace detail {

/// Writes formatted text to a file.
template <class... Args>
void print(OutputFile& file, fmt::format_string<Args...> format, Args&&... args) {
  fmt::memory_buffer buffer;
  fmt::format_to(std::back_inserter(buffer), format, std::forward<Args>(args)...);
  file.write({buffer.data(), buffer.size()});
}

/// A field that may be empty.
template <class T>
std::string field_or_empty(const std::optional<T>& value) {
  return value ? fmt::format("{}", *value) : std::string();
}

/// What an unfinished campaign adds to a line: to the header a column that says so, to the others its empty field.
struct IncompleteColumn {
  std::string name;  // with its separator; empty where the campaign is finished

  explicit IncompleteColumn(const Store& store) {
    if (const auto part = unfinished_part(store, store.faults())) name = ",INCOMPLETE: " + *part;
  }

  std::string_view field() const { return name.empty() ? "" : ","; }
};

/// What stands above the faults of a list that is written from a store.
struct ListHead {
  bool flickering = false;  // a fault flickers, so that the list has two columns more
  std::string origin;       // the line that says how the faults were drawn, with its end; empty where nobody knows

  /// **Cost** a pass over the store.
  explicit ListHead(const Store& store) {
    const auto from = origin_of(store);  // before the pass: what is finished then stays as it is
    std::vector<std::string> names;
    for (const StoredQuantity& quantity : store.quantities()) names.push_back(quantity.name());
    UnorderedDigest faults(std::move(names));
    store.for_each([&](const StoredFault& stored) {
      flickering |= stored.fault.window.duty != Window::always;
      if (from) faults.add(stored.fault);
    });
    if (from) origin = origin_line(*from, faults) + "\r\n";
  }
};

/// The columns of a fault list, and the fields of a fault in them.
inline std::string fault_columns(bool flickering) {
  return std::string("Injection,Layer,TensorIndex,Bit,Fault,Begin,End") + (flickering ? ",Duty,Seed" : "");
}

inline std::string fault_fields(const Store& store, const StoredFault& stored, bool flickering) {
  const Fault& fault = stored.fault;
  const Window& window = fault.window;
  const StoredQuantity& quantity = store.quantities()[fault.site.quantity];
  const bool whole_run = window.begin == 0 && window.end == Window::whole_run;
  std::string fields =
      fmt::format("{},{},\"{}\",{},{},{},{}", stored.id, quantity.name(), quantity.shape.index_str(fault.site.element),
                  fault.bit == Fault::no_bit ? "" : fmt::format("{}", fault.bit), csv_field(fault_type_text(fault)),
                  whole_run ? "" : fmt::format("{}", window.begin),
                  window.end == Window::whole_run ? "" : fmt::format("{}", window.end));
  if (flickering)
    fields += window.duty == Window::always ? ",," : fmt::format(",{},{}", double(window.duty) * 0x1p-32, window.seed);
  return fields;
}

inline void export_faults(const Store& store, OutputFile& file) {
  const IncompleteColumn incomplete(store);
  const ListHead head(store);
  print(file, "{}{}\r\n{}", fault_columns(head.flickering), incomplete.name, head.origin);
  store.for_each([&](const StoredFault& stored) {
    print(file, "{}{}\r\n", fault_fields(store, stored, head.flickering), incomplete.field());
  });
}

inline void export_outcomes(const Store& store, OutputFile& file) {
  const IncompleteColumn incomplete(store);
  print(file, "Injection,samples,unchanged,masked,sdc_critical,sdc_0_5,sdc_5_10,sdc_10_20,sdc_20,due,correct{}\r\n",
        incomplete.name);
  store.for_each([&](const StoredFault& stored) {
    const FaultRecord& r = stored.record;
    print(file, "{},{},{},{},{},{},{},{},{},{},{}{}\r\n", stored.id, r.samples, r.unchanged, r.masked, r.sdc_critical,
               r.band[0], r.band[1], r.band[2], r.band[3], r.due, r.correct, incomplete.field());
  });
}

inline void export_golden(const Store& store, OutputFile& file) {
  bool first = true;
  store.for_each_golden([&](const GoldenSample& golden) {
    if (first) {
      print(file, "sample,label,predicted");
      for (std::size_t c = 0; c < golden.readout.size(); ++c) print(file, ",readout_{}", c);
      print(file, "\r\n");
      first = false;
    }
    print(file, "{},{},{}", golden.sample, field_or_empty(golden.label), golden.predicted);
    for (const float value : golden.readout) print(file, ",{}", value);
    print(file, "\r\n");
  });
  if (first) print(file, "sample,label,predicted\r\n");
}

inline void export_decisions(const Store& store, OutputFile& file) {
  const IncompleteColumn incomplete(store);
  print(file, "decision,injections{}\r\n", incomplete.name);
  for (const Tally& tally : store.tallies())
    print(file, "{},{}{}\r\n", csv_field(tally.name), tally.count, incomplete.field());
}

}  // namespace detail

/// The files of an export.
inline constexpr std::array<const char*, 4> export_files{"faults.csv", "outcomes.csv", "golden.csv", "decisions.csv"};

/// Writes a store as four CSV files: `faults.csv`, a fault list, with the line that says how it was drawn;
/// `outcomes.csv`, the counts of each fault; `golden.csv`, label, prediction and readout of each sample;
/// `decisions.csv`, how many injections the engine decided in which way. The directory is made if it is not there.
/// Where the campaign is unfinished, all but `golden.csv` have one more column, without values, whose name says so:
/// `INCOMPLETE: the first N of M faults`.
///
/// **Laws** numbers have the shortest decimals that read back as the same bits; no file is there, or another than
/// before, until all four are whole.
/// **Errors** `OutputExists` where one of the files is there already and may not be overwritten; `WriteFailed`.
inline void export_csv(const Store& store, const std::string& directory, Overwrite overwrite = Overwrite::no) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) throw WriteFailed(directory, error.message());
  const std::filesystem::path folder(directory);
  std::deque<OutputFile> files;
  for (const char* name : export_files) files.emplace_back((folder / name).string(), overwrite);
  detail::export_faults(store, files[0]);
  detail::export_outcomes(store, files[1]);
  detail::export_golden(store, files[2]);
  detail::export_decisions(store, files[3]);
  for (OutputFile& file : files) file.stream().flush();
  for (OutputFile& file : files) file.check();
  for (OutputFile& file : files) file.finish();
}

}  // namespace spikingjet
