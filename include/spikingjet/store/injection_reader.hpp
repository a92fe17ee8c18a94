// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/outcome/injection_bytes.hpp>
#include <spikingjet/outcome/injection_outcome.hpp>
#include <spikingjet/outcome/record.hpp>
#include <spikingjet/store/errors.hpp>
#include <spikingjet/store/sqlite.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace spikingjet::detail {

/// The outcomes of single injections, as a store keeps them, checked while they are read.
///
/// **Errors** `DamagedStore`.
class InjectionReader {
 public:
  /// Database and path must outlive the reader.
  InjectionReader(const sqlite::Database& database, const std::string& path) : database_(database), path_(path) {}

  /// The next encoded rows behind a fault; false where there are no more.
  bool read_chunk(std::int64_t after, InjectionChunk& chunk) const {
    sqlite::Statement rows(database_,
                           "SELECT first, faults, rows FROM injections WHERE first > ? ORDER BY first LIMIT 1");
    if (!rows.bind(after).next()) return false;
    const std::span<const std::byte> bytes = rows.bytes(2);
    chunk = {std::uint64_t(rows.integer(0)), std::uint64_t(rows.integer(1)), {bytes.begin(), bytes.end()}};
    if (rows.integer(0) <= after) throw DamagedStore(path_, "its rows are out of order");
    constexpr std::int64_t most = std::int64_t{1} << 32;                                // faults of a list
    if (rows.integer(0) >= most || rows.integer(1) < 1 || chunk.faults > bytes.size())  // a fault takes a byte at least
      throw DamagedStore(path_, fmt::format("the injections from fault {} on are of {} faults in {} bytes",
                                            rows.integer(0), rows.integer(1), bytes.size()));
    return true;
  }

  /// The top-1 class of each sample of the golden run.
  std::vector<std::uint32_t> golden_classes() const {
    std::vector<std::uint32_t> golden;
    for (sqlite::Statement rows(database_, "SELECT predicted FROM golden ORDER BY sample"); rows.next();)
      golden.push_back(std::uint32_t(rows.integer(0)));
    if (golden.empty()) throw DamagedStore(path_, "it has injections, but no golden run");
    return golden;
  }

  /// The values of a readout.
  std::uint64_t class_count() const {
    sqlite::Statement longest(database_, "SELECT max(length(readout)) FROM golden");
    return longest.next() ? std::uint64_t(longest.integer(0)) / sizeof(float) : 0;
  }

  /// The outcomes of the decoder's next fault, which ran so many samples.
  std::span<const InjectionOutcome> next_row(InjectionDecoder& decoder, std::uint64_t fault,
                                             std::uint64_t samples) const {
    if (samples > most_kept_samples)
      throw DamagedStore(path_, fmt::format("it has injections of fault {} on {} samples", fault, samples));
    try {
      return decoder.next(samples);
    } catch (const DamagedInjections& damaged) {
      throw DamagedStore(path_, fmt::format("the injections of fault {}: {}", fault, damaged.reason));
    }
  }

  /// Refuses outcomes that are not those which the fault's record counts.
  void require_outcomes_of(std::uint64_t fault, std::span<const InjectionOutcome> row, const FaultRecord& record,
                           std::span<const std::uint32_t> golden) const {
    if (!agree(row, record))
      throw DamagedStore(path_, fmt::format("the injections of fault {} are not those that its outcomes count", fault));
    for (const InjectionOutcome& injection : row)
      if (injection.outcome == Outcome::sdc_critical && injection.top == golden[injection.sample % golden.size()])
        throw DamagedStore(path_, fmt::format("fault {} changes class {} of sample {} into the same class", fault,
                                              injection.top, injection.sample));
  }

 private:
  const sqlite::Database& database_;
  const std::string& path_;
};

}  // namespace spikingjet::detail
