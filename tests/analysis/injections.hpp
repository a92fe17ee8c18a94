// SPDX-License-Identifier: MIT
#pragma once

#include "store/fixture.hpp"

#include <spikingjet/outcome/injection_bytes.hpp>
#include <spikingjet/outcome/injection_outcome.hpp>
#include <spikingjet/store/store.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// "m": masked; a digit: that class; "x": due; "a" to "d": the four bands.
inline std::vector<spikingjet::InjectionOutcome> row_of(const std::string& letters) {
  using namespace spikingjet;
  std::vector<InjectionOutcome> row;
  for (std::uint32_t s = 0; s < letters.size(); ++s) {
    const char c = letters[s];
    if (c == 'x') row.push_back({s, Outcome::due, 0});
    if (c >= 'a' && c <= 'd') row.push_back({s, Outcome(int(Outcome::sdc_0_5) + (c - 'a')), 0});
    if (c >= '0' && c <= '9') row.push_back({s, Outcome::sdc_critical, std::uint32_t(c - '0')});
  }
  return row;
}

/// The record that counts such a row.
inline spikingjet::FaultRecord record_of(const std::string& letters,
                                         const std::vector<spikingjet::GoldenSample>& golden) {
  using namespace spikingjet;
  FaultRecord record;
  const std::vector<InjectionOutcome> row = row_of(letters);
  std::size_t next = 0;
  for (std::uint32_t s = 0; s < letters.size(); ++s) {
    const GoldenSample& sample = golden[s % golden.size()];
    Verdict verdict{Outcome::masked, true, sample.label == sample.predicted};
    if (next < row.size() && row[next].sample == s) {
      verdict = {row[next].outcome, false, verdict.correct};
      if (verdict.outcome == Outcome::due) verdict.correct = false;
      if (verdict.outcome == Outcome::sdc_critical) verdict.correct = sample.label == row[next].top;
      ++next;
    }
    record.add(verdict);
  }
  return record;
}

/// Four samples of classes 0, 0, 1, 2, of which the second has another label; margins 5, 1, 2, 1.
inline std::vector<spikingjet::GoldenSample> four_samples() {
  return {{0, 0u, 0, {7, 2, 1}}, {1, 2u, 0, {3, 0, 2}}, {2, 1u, 1, {2, 4, 0}}, {3, 2u, 2, {4, 1, 5}}};
}

/// Appends faults with the outcomes of their injections.
inline void append_with_injections(spikingjet::Store& store, const std::vector<spikingjet::Fault>& faults,
                                   const std::vector<std::string>& rows,
                                   const std::vector<spikingjet::GoldenSample>& golden,
                                   const std::vector<spikingjet::FaultDraw>& draws = {}) {
  using namespace spikingjet;
  std::vector<FaultRecord> records;
  InjectionChunk chunk{0, rows.size(), {}};
  for (const std::string& row : rows) {
    records.push_back(record_of(row, golden));
    encode_row(row_of(row), chunk.rows);
  }
  store.append_block({.first = 0,
                      .faults = faults,
                      .records = records,
                      .seconds = 1,
                      .draws = draws,
                      .injections = std::span(&chunk, 1)});
}

/// Five faults of the four samples: weights, of which the last two are struck alike, and a spike.
inline spikingjet::Store store_with_injections(
    const std::string& path, spikingjet::Manifest manifest = spikingjet::Manifest().inform("sample", "exhaustive")) {
  using namespace spikingjet;
  const std::vector<std::uint64_t> populations{4, 1};
  manifest.identify("samples", "4");
  Store store = Store::create(path, manifest, two_quantities(), populations);
  store.append_golden(four_samples());
  append_with_injections(
      store, {weight_flip(0, 3), weight_flip(1, 30), weight_flip(2, 31), weight_flip(2, 30), dead_spike(1, 0, 5)},
      {"mmam", "12mm", "m2mx", "m1xx", "mm00"}, four_samples());
  return store;
}
