// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/keep_quantity.hpp>
#include <spikingjet/analysis/samples_note.hpp>
#include <spikingjet/analysis/table.hpp>
#include <spikingjet/analysis/unfinished_note.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/type_text.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace spikingjet {

/// The rows of a table with the largest rates of a measure, the largest first, at most so many; equal ones in the
/// table's order. Rows whose rate is empty come last.
///
/// **Cost** each row of the table is made once, and those that are left again when they are read.
inline RowTable top_rows(RowTable table, std::string_view measure, std::size_t most) {
  const auto place =
      std::size_t(std::find(table.measures.begin(), table.measures.end(), measure) - table.measures.begin());
  if (place == table.measures.size())
    throw Misuse(fmt::format("spikingjet: 'top_rows' was given '{}', which is no measure of the table", measure));
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t r = 0; r < table.size; ++r) {
    const RowTable::Row row = table.row(r);
    const auto* rate = std::get_if<double>(&row.cells[place]);
    order.emplace_back(rate ? *rate : -1, r);
  }
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  order.resize(std::min(order.size(), most));
  table.size = order.size();
  table.row = [row = std::move(table.row), order](std::size_t r) { return row(order[r].second); };
  return table;
}

/// The most critical faults of a store by their share of SDC-1, at most so many; equal ones in the order of the list.
///
/// The rates of a fault are those of its own injections, so that they have no intervals.
///
/// **Cost** one pass over the store; memory for twice as many faults as are asked for.
inline RowTable top_faults(const Store& store, std::size_t most, const KeepQuantity& keep = {}) {
  std::vector<bool> kept;
  for (const StoredQuantity& quantity : store.quantities()) kept.push_back(!keep || keep(quantity));
  const auto rate = [](const StoredFault& fault) {
    return fault.record.samples == 0 ? 0 : double(fault.record.sdc_critical) / double(fault.record.samples);
  };
  const auto before = [&rate](const StoredFault& a, const StoredFault& b) {
    return rate(a) != rate(b) ? rate(a) > rate(b) : a.id < b.id;
  };
  std::vector<StoredFault> top;
  const auto cut = [&] {
    std::sort(top.begin(), top.end(), before);
    if (top.size() > most) top.resize(most);
  };
  std::uint64_t faults = 0;
  store.for_each([&](const StoredFault& stored) {
    if (!kept[stored.fault.site.quantity]) return;
    ++faults;
    top.push_back(stored);
    if (top.size() > 2 * most + 1024) cut();
  });
  cut();
  bool labelled = true;
  store.for_each_golden([&](const GoldenSample& golden) { labelled = labelled && golden.label; });

  RowTable table;
  table.caption =
      fmt::format("{}: the {} most critical of {} faults, by SDC-1", printable(store.path(), 200), top.size(), faults);
  for (const auto& note : {unfinished_note(store), samples_note(store)})
    if (note) table.notes.push_back(*note);
  for (const std::string& note : table.notes) table.caption += "\n" + note;
  table.notes_in_caption = table.notes.size();
  table.keys = {"fault", "element", "bit", "fault type", "begin", "end"};
  table.measures = {"# of injections", "fully_masked", "SDC_1", "DUE", "facc"};
  table.size = top.size();
  std::vector<RowTable::Row> rows;
  for (const StoredFault& stored : top) {
    const Fault& fault = stored.fault;
    const StoredQuantity& quantity = store.quantities()[fault.site.quantity];
    const Window& window = fault.window;
    const bool whole_run = window.begin == 0 && window.end == Window::whole_run;
    const FaultRecord& record = stored.record;
    const auto share = [&](std::uint64_t hits) {
      return record.samples == 0 ? Table::Cell() : Table::Cell(double(hits) / double(record.samples));
    };
    rows.push_back(
        {{std::to_string(stored.id), printable(quantity.name()) + " " + quantity.shape.index_str(fault.site.element),
          fault.bit == Fault::no_bit ? "" : std::to_string(fault.bit), printable(fault_type_text(fault)),
          whole_run ? "" : std::to_string(window.begin),
          window.end == Window::whole_run ? "" : std::to_string(window.end)},
         {record.samples, share(record.masked), share(record.sdc_critical), share(record.due),
          labelled ? share(record.correct) : Table::Cell()}});
  }
  table.row = [rows = std::move(rows)](std::size_t r) { return rows[r]; };
  return table;
}

}  // namespace spikingjet
