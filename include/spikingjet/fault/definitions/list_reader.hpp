// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/output_file.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/delimited_text.hpp>
#include <spikingjet/fault/element_index.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/fault_type.hpp>
#include <spikingjet/fault/list_errors.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/list_reader.hpp>
#include <spikingjet/fault/list_records.hpp>
#include <spikingjet/fault/python_numbers.hpp>
#include <spikingjet/fault/repeats.hpp>
#include <spikingjet/fault/type_reader.hpp>
#include <spikingjet/fault/window_fields.hpp>
#include <spikingjet/model/quantity.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <ios>
#include <istream>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace spikingjet {

namespace detail {

SPIKINGJET_INLINE FaultListReader::FaultListReader(std::istream& in, std::string file,
                                                   std::span<const Quantity> quantities,
                                                   std::span<const FaultTypeInfo> own_types)
    : in_(in),
      file_(std::move(file)),
      quantities_(quantities),
      own_types_(own_types),
      names_(quantities),
      records_(in, names_) {}

SPIKINGJET_INLINE std::vector<Fault> FaultListReader::read() {
  std::vector<Fault> faults;
  try {
    records_.read_header();
    while (records_.next()) {
      if (faults.size() == most_faults)
        fail("the list holds more than " + std::to_string(most_faults) + " faults; split it");
      faults.push_back(parse());
      lines_.add(records_.line());
    }
  } catch (const RecordFlaw& flaw) {
    fail(flaw.what);
  } catch (const TextFlaw& flaw) {
    throw BadFaultLine(file_, records_.text_line(), flaw.what);
  } catch (const std::bad_alloc&) {
    const std::size_t bytes = faults.size() * sizeof(Fault);
    faults = {};
    throw FaultFileFailure(file_, "memory is full after line " + std::to_string(records_.line()) + ", with " +
                                      std::to_string(bytes >> 20) + " MiB of faults; split the list");
  }
  if (in_.bad()) throw FaultFileFailure(file_, "reading failed behind line " + std::to_string(records_.line()));
  if (faults.empty()) fail("the list holds no fault; after the header each line is one fault");
  return faults;
}

SPIKINGJET_INLINE std::vector<std::string> FaultListReader::warnings(std::span<const Fault> faults) const {
  std::vector<std::string> told;
  const auto tell = [&](const std::string& what) {
    told.push_back("spikingjet: " + printable(file_, 200) + ": " + what);
  };
  const auto lines = [&](const Repeats& repeats, const char* of) {
    return "line " + std::to_string(lines_[repeats.first]) + of + std::to_string(lines_[repeats.earlier]) + " first";
  };
  if (const std::vector<std::string>& ignored = records_.ignored(); !ignored.empty())
    tell("its " + std::string(ignored.size() > 1 ? "columns " : "column ") + listed(ignored) +
         (ignored.size() > 1 ? " are" : " is") + " not used; faults are told by the others");
  if (!names_.modules().empty()) {
    std::vector<std::string> meant;
    for (const auto& [name, quantity] : names_.modules())
      meant.push_back(shown(name) + " as " + quantities_[quantity].name());
    tell("names of modules are read as their weights: " + listed(meant));
  }
  if (const Repeats repeats = repeats_in(numbers_); repeats.count > 0)
    tell(std::to_string(repeats.count) + " of its faults have the 'Injection' of an earlier one (" +
         lines(repeats, " that of line ") + "); they are not injected together: each line is a fault of its own");
  if (const Repeats repeats = repeats_in(faults); repeats.count > 0)
    tell(std::to_string(repeats.count) + " of its faults repeat an earlier one (" + lines(repeats, " that of line ") +
         "); each is injected and counted as often as it stands there");
  return told;
}

SPIKINGJET_INLINE Fault FaultListReader::parse() {
  using Column = ListRecords;
  records_.mend();
  if (records_.has(Column::injection)) {
    const auto number = parse_single_number(records_.field(Column::injection));
    if (!number || number->negative)
      fail("'Injection' is " + shown(records_.field(Column::injection)) + ", but must be a whole number");
    numbers_.add(number->magnitude);
  }
  Fault found;
  const std::size_t q = names_.find(records_.field(Column::layer));
  const Quantity& quantity = quantities_[q];
  found.site.quantity = static_cast<std::uint32_t>(q);
  found.site.storage = quantity.storage;
  found.site.element = parse_index(records_.field(Column::tensor_index), quantity);
  const std::string_view type = records_.optional_field(Column::fault);
  parse_type(type.empty() ? "bitflip" : type, records_.optional_field(Column::bit), quantity, own_types_, found);
  parse_window(records_.optional_field(Column::begin), records_.optional_field(Column::end),
               records_.optional_field(Column::duty), records_.optional_field(Column::seed), found.window);
  return found;
}

}  // namespace detail

SPIKINGJET_INLINE LoadedFaultList load_fault_list(std::istream& in, std::string name,
                                                  std::span<const Quantity> quantities,
                                                  std::span<const FaultTypeInfo> own_types, const ListWarning& warn) {
  detail::FaultListReader reader(in, name, quantities, own_types);
  std::vector<Fault> read = reader.read();
  if (warn)
    for (const std::string& sentence : reader.warnings(read)) warn(sentence);
  LoadedFaultList list{FaultList(std::move(read)), std::nullopt, false, reader.lines()};
  list.origin = origin_of(reader.origin(), list.faults, quantities);
  list.is_changed = !list.origin && !reader.origin().empty();
  return list;
}

SPIKINGJET_INLINE LoadedFaultList load_fault_list(const std::string& path, std::span<const Quantity> quantities,
                                                  std::span<const FaultTypeInfo> own_types, const ListWarning& warn) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw FaultListMissing(path, "it is a folder");
  errno = 0;
  std::ifstream in(path == "-" ? "/dev/stdin" : path, std::ios::binary);
  if (!in) throw FaultListMissing(path, detail::system_reason());
  return load_fault_list(in, path == "-" ? "the standard input" : path, quantities, own_types, warn);
}

}  // namespace spikingjet
