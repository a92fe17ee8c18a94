// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/output_file.hpp>
#include <spikingjet/fault/counting_numbers.hpp>
#include <spikingjet/fault/delimited_text.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/fault_type.hpp>
#include <spikingjet/fault/list_errors.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/list_records.hpp>
#include <spikingjet/fault/quantity_names.hpp>
#include <spikingjet/model/quantity.hpp>

#include <cstdint>
#include <functional>
#include <istream>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// What is told of a list that is used all the same.
using ListWarning = std::function<void(const std::string&)>;

namespace detail {

/// Reads a fault list; one object per file.
class FaultListReader {
 public:
  static constexpr std::uint64_t most_faults = std::numeric_limits<std::uint32_t>::max() - 1;

  FaultListReader(std::istream& in, std::string file, std::span<const Quantity> quantities,
                  std::span<const FaultTypeInfo> own_types);

  FaultListReader(const FaultListReader&) = delete;  // its records know its names
  FaultListReader& operator=(const FaultListReader&) = delete;

  std::vector<Fault> read();

  /// What is to be told of the list, a sentence each.
  std::vector<std::string> warnings(std::span<const Fault> faults) const;

  /// The line that says where the list is from; empty without one.
  const std::string& origin() const { return records_.origin(); }

  /// The line of each fault.
  const CountingNumbers& lines() const { return lines_; }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw BadFaultLine(file_, records_.line(), what); }

  Fault parse();

  std::istream& in_;
  std::string file_;
  std::span<const Quantity> quantities_;
  std::span<const FaultTypeInfo> own_types_;
  QuantityNames names_;
  ListRecords records_;
  CountingNumbers numbers_;  // of the column 'Injection'
  CountingNumbers lines_;    // of each fault
};

}  // namespace detail

/// A fault list as a file has it, and where it is from, if the file says so and is that list still.
struct LoadedFaultList {
  FaultList faults;
  std::optional<ListOrigin> origin;
  bool is_changed = false;          // the file says where a list is from, but is another, or a part of it
  detail::CountingNumbers lines{};  // of each fault in the file; none of a list that was drawn
};

/// Reads a fault list, and the line in which `write_fault_list` says where it is from.
///
/// `own_types` are fault types beside the built-in ones; their names must outlive the list. `warn` is told, a sentence
/// each: columns that are not used, modules' names that stand for their weights, equal `Injection` numbers, and faults
/// that stand more than once. What a list stands for is the caller's to tell: `origin`, `is_changed`.
///
/// **Errors** `BadFaultLine` with file and line: unknown quantity or fault type, index or bit out of range, a list
/// without faults, what is no text; `FaultFileFailure`.
/// **Cost** 80 bytes a fault, while it reads up to twice that; about a microsecond a fault.
LoadedFaultList load_fault_list(std::istream& in, std::string name, std::span<const Quantity> quantities,
                                std::span<const FaultTypeInfo> own_types = {}, const ListWarning& warn = {});

/// Reads a fault list from a file; '-' is the standard input.
///
/// **Errors** `FaultListMissing` where it cannot be opened; those of the other form.
LoadedFaultList load_fault_list(const std::string& path, std::span<const Quantity> quantities,
                                std::span<const FaultTypeInfo> own_types = {}, const ListWarning& warn = {});

/// The faults of `load_fault_list`.
inline FaultList read_fault_list(std::istream& in, std::string name, std::span<const Quantity> quantities,
                                 std::span<const FaultTypeInfo> own_types = {}, const ListWarning& warn = {}) {
  return load_fault_list(in, std::move(name), quantities, own_types, warn).faults;
}

/// The faults of `load_fault_list`.
inline FaultList read_fault_list(const std::string& path, std::span<const Quantity> quantities,
                                 std::span<const FaultTypeInfo> own_types = {}, const ListWarning& warn = {}) {
  return load_fault_list(path, quantities, own_types, warn).faults;
}

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/fault/definitions/list_reader.hpp>
#endif
