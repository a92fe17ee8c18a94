// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/digest.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/output_file.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/delimited_text.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/python_numbers.hpp>
#include <spikingjet/fault/stuck_at.hpp>
#include <spikingjet/fault/value_fault.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <istream>
#include <limits>
#include <map>
#include <new>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace spikingjet {

// Fault lists as CSV (RFC 4180):
//
//   Injection,Layer,TensorIndex,Bit[,Fault,Begin,End[,Duty,Seed]]
//   0,fc1.weight,"(3, 17)",30
//
// Four columns are bit flips over the whole run, as the Python tool writes them. `Fault` is `bitflip`, `stuckat0`,
// `stuckat1`, the name of a fault type of one's own, or without a bit `dead`, `saturated`, `flip:0xMASK`, `set:V`,
// `scale:F` (V and F a float32 or a quotient of two integers); steps are [Begin, End), empty for the whole run. `Duty`
// and `Seed` make a fault flicker: there in that share of the steps.
//
// Columns stand in any order, others beside them; separators are commas, semicolons, tabs, bars or blanks; indices are
// spelled as Python's libraries do. docs/formats.md has the whole of it.

/// A line of a fault list that cannot be used.
class BadFaultLine : public Misuse {
 public:
  BadFaultLine(std::string list, std::size_t number, const std::string& what)
      : Misuse("spikingjet: " + printable(list, 200) + ", line " + std::to_string(number) + ": " + what),
        file(std::move(list)),
        line(number) {}

  std::string file;
  std::size_t line;  // counted from 1, the header included
};

/// A fault list that cannot be opened.
class FaultListMissing : public Misuse {
 public:
  FaultListMissing(std::string path, const std::string& reason)
      : Misuse("spikingjet: cannot open the fault list '" + printable(path, 200) + "': " + reason + "; check the path"),
        file(std::move(path)) {}

  std::string file;
};

/// A fault list that cannot be read to its end.
class FaultFileFailure : public Failure {
 public:
  FaultFileFailure(std::string path, const std::string& reason)
      : Failure("spikingjet: cannot read the fault list '" + printable(path, 200) + "' to its end: " + reason),
        file(std::move(path)) {}

  std::string file;
};

/// The fault types that every fault list may name.
inline constexpr std::array built_in_fault_types{describe_fault_type<BitFlip>(), describe_fault_type<StuckAt<0>>(),
                                                 describe_fault_type<StuckAt<1>>(), describe_fault_type<Dead>(),
                                                 describe_fault_type<Saturated>()};

/// What is told of a list that is used all the same.
using ListWarning = std::function<void(const std::string&)>;

namespace detail {

/// A float32, or the quotient of two integers.
inline std::optional<float> parse_value(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return parse_float<float>(text);
  const auto numerator = parse_number<std::int64_t>(text.substr(0, slash));
  const auto denominator = parse_number<std::int64_t>(text.substr(slash + 1));
  if (!numerator || !denominator || *denominator == 0) return std::nullopt;
  return static_cast<float>(static_cast<double>(*numerator) / static_cast<double>(*denominator));
}

/// A name without what people spell differently: case, blanks, quotes, '_' and '-'.
inline std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name)
    if (c != ' ' && c != '_' && c != '-' && c != '\'')
      plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return plain;
}

/// "a, b and c"; what is beyond eight is counted.
inline std::string listed(std::span<const std::string> words) {
  std::string text;
  const std::size_t shown = std::min<std::size_t>(8, words.size());
  for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return shown < words.size() ? text + " and " + std::to_string(words.size() - shown) + " more" : text;
}

/// A number for each fault of a list, in little memory where they mostly count up by one.
class CountingNumbers {
 public:
  void add(std::uint64_t number) {
    if (runs_.empty() || number != last_ + 1) runs_.push_back({size_, number});
    last_ = number;
    ++size_;
  }

  std::uint64_t operator[](std::uint64_t index) const {
    const auto next = std::upper_bound(runs_.begin(), runs_.end(), index,
                                       [](std::uint64_t i, const Run& run) { return i < run.index; });
    const Run& run = *std::prev(next);
    return run.number + (index - run.index);
  }

  std::uint64_t size() const { return size_; }

  /// Whether each number is larger than the one before.
  bool ascend() const {
    for (std::size_t r = 1; r < runs_.size(); ++r)
      if (runs_[r].number <= (*this)[runs_[r].index - 1]) return false;
    return true;
  }

 private:
  struct Run {
    std::uint64_t index;
    std::uint64_t number;
  };

  std::vector<Run> runs_;
  std::uint64_t last_ = 0;
  std::uint64_t size_ = 0;
};

/// Faults of a list that are like an earlier one.
struct Repeats {
  std::uint64_t count = 0;
  std::uint64_t first = 0;    // place of the first such fault
  std::uint64_t earlier = 0;  // place of the one that it is like
};

inline std::uint64_t alike_digest(const Fault& f) {
  Digest digest;
  digest.add(f.site.quantity).add(f.site.element).add(f.alteration.factor).add(f.alteration.keep).add(f.alteration.set);
  digest.add(f.alteration.flip).add(f.window.begin).add(f.window.end).add(f.window.duty).add(f.window.seed);
  return digest.value();
}

/// Whether two faults do the same, however they are spelled.
inline bool are_alike(const Fault& a, const Fault& b) {
  return a.site.quantity == b.site.quantity && a.site.element == b.site.element && a.window == b.window &&
         to_word(a.alteration.factor) == to_word(b.alteration.factor) && a.alteration.keep == b.alteration.keep &&
         a.alteration.set == b.alteration.set && a.alteration.flip == b.alteration.flip;
}

/// **Cost** 6 to 12 bytes a fault, while it runs.
inline Repeats repeats_in(std::span<const Fault> faults) {
  constexpr std::uint32_t empty = std::numeric_limits<std::uint32_t>::max();
  std::size_t slots = 16;
  while (slots * 2 < faults.size() * 3) slots *= 2;
  std::vector<std::uint32_t> table(slots, empty);
  Repeats repeats;
  for (std::size_t f = 0; f < faults.size(); ++f) {
    std::size_t slot = random_bits(0, alike_digest(faults[f])) & (slots - 1);
    while (table[slot] != empty && !are_alike(faults[table[slot]], faults[f])) slot = (slot + 1) & (slots - 1);
    if (table[slot] == empty)
      table[slot] = static_cast<std::uint32_t>(f);
    else if (repeats.count++ == 0)
      repeats = {1, f, table[slot]};
  }
  return repeats;
}

inline Repeats repeats_in(const CountingNumbers& numbers) {
  if (numbers.ascend()) return {};
  std::vector<std::pair<std::uint64_t, std::uint64_t>> sorted;  // number, place
  for (std::uint64_t i = 0; i < numbers.size(); ++i) sorted.emplace_back(numbers[i], i);
  std::sort(sorted.begin(), sorted.end());
  Repeats repeats;
  std::uint64_t earliest = 0;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].first != sorted[i - 1].first) {
      earliest = i;
      continue;
    }
    const bool is_first = repeats.count == 0 || sorted[i].second < repeats.first;
    ++repeats.count;
    if (is_first) repeats = {repeats.count, sorted[i].second, sorted[earliest].second};
  }
  return repeats;
}

/// Reads a fault list; one object per file.
class FaultListReader {
 public:
  static constexpr std::uint64_t most_faults = std::numeric_limits<std::uint32_t>::max() - 1;
  static constexpr std::uint64_t most_lines_without_fault = 1u << 20;

  FaultListReader(std::istream& in, std::string file, std::span<const Quantity> quantities,
                  std::span<const FaultTypeInfo> own_types)
      : in_(in), text_(in), file_(std::move(file)), quantities_(quantities), own_types_(own_types) {
    for (std::size_t q = 0; q < quantities.size(); ++q) quantity_of_[quantities[q].name()] = q;
  }

  std::vector<Fault> read() {
    std::vector<Fault> faults;
    try {
      read_header();
      while (next_record()) {
        if (is_header_again()) continue;
        if (faults.size() == most_faults)
          fail("the list holds more than " + std::to_string(most_faults) + " faults; split it");
        faults.push_back(parse());
        lines_.add(line_);
      }
    } catch (const TextFlaw& flaw) {
      line_ = text_.line();
      fail(flaw.what);
    } catch (const std::bad_alloc&) {
      const std::size_t bytes = faults.size() * sizeof(Fault);
      faults = {};
      throw FaultFileFailure(file_, "memory is full after line " + std::to_string(line_) + ", with " +
                                        std::to_string(bytes >> 20) + " MiB of faults; split the list");
    }
    if (in_.bad()) throw FaultFileFailure(file_, "reading failed behind line " + std::to_string(line_));
    if (faults.empty()) fail("the list holds no fault; after the header each line is one fault");
    return faults;
  }

  /// What is to be told of the list, a sentence each.
  std::vector<std::string> warnings(std::span<const Fault> faults) const {
    std::vector<std::string> told;
    const auto tell = [&](const std::string& what) {
      told.push_back("spikingjet: " + printable(file_, 200) + ": " + what);
    };
    const auto lines = [&](const Repeats& repeats, const char* of) {
      return "line " + std::to_string(lines_[repeats.first]) + of + std::to_string(lines_[repeats.earlier]) + " first";
    };
    if (!ignored_.empty())
      tell("its " + std::string(ignored_.size() > 1 ? "columns " : "column ") + listed(ignored_) +
           (ignored_.size() > 1 ? " are" : " is") + " not used; faults are told by the others");
    if (!modules_.empty()) {
      std::vector<std::string> meant;
      for (const auto& [name, quantity] : modules_)
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

  /// The line that says where the list is from; empty without one.
  const std::string& origin() const { return origin_; }

  /// The line of each fault.
  const CountingNumbers& lines() const { return lines_; }

 private:
  enum Column : std::size_t { injection, layer, tensor_index, bit, fault, begin, end, duty, seed, column_count };

  static constexpr std::array<std::string_view, column_count> column_names{
      "Injection", "Layer", "TensorIndex", "Bit", "Fault", "Begin", "End", "Duty", "Seed"};
  static constexpr std::size_t absent = std::numeric_limits<std::size_t>::max();

  [[noreturn]] void fail(const std::string& what) const { throw BadFaultLine(file_, line_, what); }

  static std::string shown(std::string_view text) { return "'" + printable(text, 60) + "'"; }

  // ---- records ----

  /// Reads the next line that is neither blank nor a comment into `record_`; false at the end.
  bool next_line() {
    for (std::uint64_t passed = 0;; ++passed) {
      if (passed == most_lines_without_fault)
        fail("a million lines without a fault; the list does not end, or is none");
      record_.clear();
      const bool more = text_.append_next(record_);
      line_ = text_.line();
      if (!more) return false;
      const std::size_t first = record_.find_first_not_of(" \t\"'");
      if (first == std::string::npos) continue;
      if (record_[first] == '#') {
        if (std::string_view(record_).substr(first).starts_with(origin_mark))
          origin_ = origin_.empty() ? record_ : "two of them";
        continue;
      }
      if (record_.find_first_not_of(separators_of_blank_rows()) == std::string::npos) continue;
      return true;
    }
  }

  /// What a row without any value consists of, as a spreadsheet leaves it behind the data.
  std::string_view separators_of_blank_rows() const { return {blank_row_.data(), blank_row_.size()}; }

  /// Splits the next record into `fields_`, over lines where a quoted field holds line ends.
  bool next_record() {
    constexpr int most_lines = 64;
    if (!next_line()) return false;
    Fields found = split_fields(record_, separator_, fields_);
    for (int lines = 1; found == Fields::open && lines < most_lines; ++lines) {
      record_ += '\n';
      if (!text_.append_next(record_)) break;
      found = split_fields(record_, separator_, fields_);
    }
    if (found != Fields::complete) fail("a quoted field is not closed or is followed by text; write it as \"(3, 17)\"");
    return true;
  }

  std::string_view field(Column column) const {
    if (place_[column] == absent) return {};
    std::string_view text = trim(fields_[place_[column]]);
    if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') text = trim(text.substr(1, text.size() - 2));
    return text;
  }

  // ---- header ----

  void read_header() {
    if (!next_line()) fail_header("it is empty");
    for (const std::string_view given : {"sep=", "\"sep="})  // Excel's own first line
      if (record_.starts_with(given) && record_.size() > given.size()) {
        forced_separator_ = record_[given.size()];
        if (!next_line()) fail_header("it is empty");
        break;
      }
    std::size_t most = 0;
    std::size_t most_fields = 0;
    for (const char separator : {',', ';', '\t', '|', ' '}) {
      if (forced_separator_ && separator != *forced_separator_) continue;
      if (split_fields(record_, separator, fields_) != Fields::complete) continue;
      std::size_t known = 0;
      for (const std::string& name : fields_) known += column_of(name) != column_count;
      if (known < most || (known == most && fields_.size() <= most_fields)) continue;
      most = known;
      most_fields = fields_.size();
      separator_ = separator;
    }
    if (split_fields(record_, separator_, fields_) != Fields::complete)
      fail("a quoted field is not closed or is followed by text; write it as \"(3, 17)\"");
    columns_ = fields_.size();
    place_.fill(absent);
    for (std::size_t c = 0; c < columns_; ++c) {
      const Column column = column_of(fields_[c]);
      if (column == column_count) {
        const std::string_view name = trim(fields_[c]);
        if (!name.empty() && !name.starts_with("Unnamed: "))
          ignored_.push_back(shown(name));  // an index column has no name
      } else if (place_[column] != absent) {
        fail("the header names '" + std::string(column_names[column]) + "' twice");
      } else {
        place_[column] = c;
      }
    }
    std::vector<std::string> lacking;
    for (const Column column : {layer, tensor_index, bit})
      if (place_[column] == absent && !(column == bit && place_[fault] != absent))
        lacking.push_back(shown(column_names[column]));
    if (!lacking.empty()) {
      if (most == 0 && looks_like_a_fault()) fail_header("the first line is a fault and no header");
      fail_header("the header is " + shown(record_) + " and lacks " + listed(lacking));
    }
    if (separator_ != '|' && separator_ != ' ') blank_row_ += separator_;
    header_ = fields_;
  }

  [[noreturn]] void fail_header(const std::string& what) const {
    fail(what +
         "; a header names columns as in 'Injection,Layer,TensorIndex,Bit', in any order, optionally also 'Fault', "
         "'Begin', "
         "'End', 'Duty' and 'Seed'");
  }

  bool looks_like_a_fault() const {
    return std::any_of(fields_.begin(), fields_.end(), [&](const std::string& text) {
      const std::string_view name = trim(text);
      return quantity_of_.contains(std::string(name)) || is_layer(name);
    });
  }

  static Column column_of(std::string_view name) {
    const std::string plain = plain_name(trim(name));
    for (std::size_t column = 0; column < column_count; ++column)
      if (plain == plain_name(column_names[column])) return Column(column);
    return column_count;
  }

  /// Whether the record is the header once more, as in lists that were put one behind the other.
  bool is_header_again() const { return fields_ == header_; }

  // ---- faults ----

  Fault parse() {
    mend_fields();
    if (fields_.size() != columns_)
      fail("it has " + std::to_string(fields_.size()) + " fields, the header " + std::to_string(columns_) +
           "; a TensorIndex needs quotes, as in \"(3, 17)\"");
    const auto optional_field = [&](Column column) {
      const std::string_view text = field(column);
      return is_missing_value(text) ? std::string_view{} : text;
    };
    if (place_[injection] != absent) {
      const auto number = parse_single_number(field(injection));
      if (!number || number->negative)
        fail("'Injection' is " + shown(field(injection)) + ", but must be a whole number");
      numbers_.add(number->magnitude);
    }
    Fault found;
    const std::size_t q = quantity_named(field(layer));
    const Quantity& quantity = quantities_[q];
    found.site.quantity = static_cast<std::uint32_t>(q);
    found.site.storage = quantity.storage;
    found.site.element = parse_index(field(tensor_index), quantity);
    const std::string_view type = optional_field(fault);
    parse_type(type.empty() ? "bitflip" : type, optional_field(bit), quantity, found);
    parse_window(optional_field(begin), optional_field(end), optional_field(duty), optional_field(seed), found.window);
    return found;
  }

  /// Joins what an index without quotes was split into, and drops empty fields behind the last column.
  void mend_fields() {
    while (fields_.size() > columns_ && !join_index() && trim(fields_.back()).empty()) fields_.pop_back();
  }

  bool join_index() {
    const auto at = fields_.begin() + static_cast<std::ptrdiff_t>(place_[tensor_index]);
    const auto parts = static_cast<std::ptrdiff_t>(fields_.size() - columns_ + 1);
    if (fields_.end() - at < parts || parse_whole_numbers(*at)) return false;
    std::string joined = *at;
    for (auto part = at + 1; part != at + parts; ++part) joined += separator_ + *part;
    if (!parse_whole_numbers(joined)) return false;
    fields_.erase(at + 1, at + parts);
    fields_[place_[tensor_index]] = std::move(joined);
    return true;
  }

  /// The quantity of a `Layer` field: its name, or a module's for its weight; prefixes of wrappers are passed over.
  std::size_t quantity_named(std::string_view text) {
    if (last_name_ == text) return last_quantity_;
    const std::size_t found = find_quantity(text);
    last_name_ = text;
    return last_quantity_ = found;
  }

  std::size_t find_quantity(std::string_view text) {
    std::string_view name = text;
    for (;;) {
      if (const auto found = quantity_of_.find(std::string(name)); found != quantity_of_.end()) return found->second;
      if (is_layer(name)) return quantity_of_module(name);
      const auto wrapper =
          std::find_if(wrappers.begin(), wrappers.end(), [&](std::string_view w) { return name.starts_with(w); });
      if (wrapper == wrappers.end()) break;
      name.remove_prefix(wrapper->size());
    }
    fail("the network has no " + shown(text) + "; it has " + names_of(quantities_));
  }

  /// What torch.compile, DataParallel, Lightning and people put before the names of a network's modules.
  static constexpr std::array<std::string_view, 5> wrappers{"module.", "_orig_mod.", "model.", "net.", "network."};

  bool is_layer(std::string_view name) const {
    return std::any_of(quantities_.begin(), quantities_.end(),
                       [&](const Quantity& quantity) { return quantity.layer.str() == name; });
  }

  std::size_t quantity_of_module(std::string_view name) {
    std::vector<Quantity> of_layer;
    for (const Quantity& quantity : quantities_)
      if (quantity.layer.str() == name) of_layer.push_back(quantity);
    const auto weight = quantity_of_.find(std::string(name) + ".weight");
    if (weight == quantity_of_.end())
      fail(shown(name) + " is a layer without a weight; write which of its quantities is meant: " + names_of(of_layer));
    modules_[std::string(name)] = weight->second;
    return weight->second;
  }

  std::uint64_t parse_index(std::string_view text, const Quantity& quantity) const {
    const Shape& shape = quantity.shape;
    const auto indices = parse_whole_numbers(text);
    const bool scalar = shape.rank == 0 && indices && (indices->empty() || *indices == std::vector<PythonInteger>{{}});
    if (!scalar && (!indices || indices->size() != shape.rank)) fail_index(text, quantity);
    std::uint64_t flat = 0;
    for (std::size_t axis = 0; axis < shape.rank; ++axis) {
      const PythonInteger& index = (*indices)[axis];
      if (index.negative && index.magnitude <= shape[axis]) fail_negative(text, *indices, quantity);
      if (index.negative || index.magnitude >= shape[axis]) fail_index(text, quantity);
      flat = flat * shape[axis] + index.magnitude;
    }
    return flat;
  }

  [[noreturn]] void fail_index(std::string_view text, const Quantity& quantity) const {
    const Shape& shape = quantity.shape;
    fail(
        "TensorIndex " + shown(text) + " is no element of " + quantity.name() + ", whose shape is " + shape.str() +
        (shape.rank == 0 ? "; it must be ()" : "; allowed are indices from 0 to " + shape.index_str(shape.size() - 1)));
  }

  [[noreturn]] void fail_negative(std::string_view text, std::span<const PythonInteger> indices,
                                  const Quantity& quantity) const {
    std::string meant;
    for (std::size_t axis = 0; axis < indices.size(); ++axis) {
      const PythonInteger& index = indices[axis];
      meant += (axis ? ", " : "") +
               std::to_string(index.negative ? quantity.shape[axis] - index.magnitude : index.magnitude);
    }
    fail("TensorIndex " + shown(text) +
         " counts from the end, as Python does; indices of a fault list count from 0: for the shape " +
         quantity.shape.str() + " of " + quantity.name() + " write (" + meant + (indices.size() == 1 ? ",)" : ")"));
  }

  void parse_type(std::string_view type, std::string_view bit_text, const Quantity& quantity, Fault& found) const {
    const auto named = find_type(type);
    const std::size_t colon = std::min(type.find(':'), type.size());
    const std::string kind = plain_name(type.substr(0, colon));
    if (!named && kind != "flip" && kind != "set" && kind != "scale")
      fail("there is no fault type " + shown(type) + "; allowed are " + all_types());
    if (named && named->takes_bit) {
      const auto number = parse_single_number(bit_text);
      if (!number || number->negative || number->magnitude >= Binary32::bits)
        fail("'Bit' is " + shown(bit_text) + ", but " + shown(type) + " takes a bit from 0 to 31");
      found.bit = static_cast<std::int32_t>(number->magnitude);
    } else if (!bit_text.empty()) {
      fail("'Bit' is " + shown(bit_text) + ", but " + shown(type) + " takes none; leave it empty");
    }
    if (named) {
      found.type = named->name;
      found.alteration = named->alteration(static_cast<unsigned>(std::max(found.bit, 0)), quantity.role);
      return;
    }
    const std::string_view operand = trim(type.substr(std::min(colon + 1, type.size())));
    if (kind == "flip") {
      const bool hexadecimal = operand.starts_with("0x") || operand.starts_with("0X");
      const auto mask = hexadecimal ? parse_number<std::uint32_t>(operand.substr(2), 16) : std::nullopt;
      if (!mask || *mask == 0) fail(shown(type) + " must be 'flip:' with a mask from 0x1 to 0xffffffff");
      found.type = "flip";
      found.alteration = Alteration::flips(*mask);
    } else {
      const auto value = parse_value(operand);
      if (!value) fail(shown(type) + " must be '" + kind + ":' with a number, such as 0.5, -3 or 1/3");
      found.type = kind == "set" ? "set" : "scale";
      found.alteration = kind == "set" ? Alteration::sets(*value) : Alteration::scales(*value);
    }
  }

  void parse_window(std::string_view begin_text, std::string_view end_text, std::string_view duty_text,
                    std::string_view seed_text, Window& window) const {
    const auto step = [&](std::string_view name, std::string_view text) {
      const auto value = parse_single_number(text);
      if (!value || value->negative || value->magnitude >= Window::whole_run)
        fail("'" + std::string(name) + "' is " + shown(text) + ", but must be a step, or empty for the whole run");
      return static_cast<std::uint32_t>(value->magnitude);
    };
    if (!begin_text.empty()) window.begin = step("Begin", begin_text);
    if (!end_text.empty()) window.end = step("End", end_text);
    if (window.begin >= window.end)
      fail("'End' must lie behind 'Begin': the fault is there in steps [Begin, End), here [" +
           std::to_string(window.begin) + ", " + std::to_string(window.end) + ")");
    if (duty_text.empty() && seed_text.empty()) return;
    const auto share = parse_float<double>(duty_text);
    const auto key = parse_single_number(seed_text);
    if (!share || !(*share > 0 && *share < 1) || !key || key->negative)
      fail("'Duty' must be a share between 0 and 1 and 'Seed' a whole number, or both empty");
    window.duty = static_cast<std::uint32_t>(std::clamp(*share * 0x1p32, 1.0, 0x1p32 - 2));
    window.seed = key->magnitude;
  }

  /// The fault type of this name, or of this name in another spelling (BitFlip, stuck_at_0).
  std::optional<FaultTypeInfo> find_type(std::string_view name) const {
    for (const bool plainly : {false, true})
      for (const auto types : {std::span<const FaultTypeInfo>(built_in_fault_types), own_types_})
        for (const FaultTypeInfo& type : types)
          if (plainly ? plain_name(type.name) == plain_name(name) : type.name == name) return type;
    return std::nullopt;
  }

  static std::string names_of(std::span<const Quantity> quantities) {
    std::string text;
    for (const Quantity& quantity : quantities) {
      if (text.size() > 1000) return text + ", ...";
      text += (text.empty() ? "" : ", ") + quantity.name();
    }
    return text;
  }

  std::string all_types() const {
    std::string text = "bitflip, stuckat0, stuckat1, dead, saturated, flip:0xMASK, set:V, scale:F";
    for (const FaultTypeInfo& type : own_types_)
      if (text.find(type.name) == std::string::npos) text += ", " + std::string(type.name);
    return text;
  }

  std::istream& in_;
  TextLines text_;
  std::string file_;
  std::span<const Quantity> quantities_;
  std::span<const FaultTypeInfo> own_types_;
  std::map<std::string, std::size_t> quantity_of_;

  std::optional<char> forced_separator_;
  char separator_ = ',';
  std::string blank_row_ = " \t\"";
  std::size_t columns_ = 0;
  std::array<std::size_t, column_count> place_{};  // of each column among the fields
  std::vector<std::string> header_;
  std::vector<std::string> ignored_;
  std::map<std::string, std::size_t> modules_;  // names that stand for a weight
  std::string origin_;

  std::string record_;
  std::vector<std::string> fields_;
  std::optional<std::string> last_name_;
  std::size_t last_quantity_ = 0;
  std::size_t line_ = 1;     // where the record began
  CountingNumbers numbers_;  // of the column 'Injection'
  CountingNumbers lines_;    // of each fault
};

}  // namespace detail

/// How a fault list spells a fault's type, with its operand: "bitflip", "flip:0x00000003", "scale:0.9".
inline std::string fault_type_text(const Fault& fault) {
  if (fault.type == "flip") return "flip:" + hex_text(fault.alteration.flip);
  if (fault.type == "set") return "set:" + float_text(to_float(fault.alteration.set));
  if (fault.type == "scale") return "scale:" + float_text(fault.alteration.factor);
  return std::string(fault.type);
}

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
inline LoadedFaultList load_fault_list(std::istream& in, std::string name, std::span<const Quantity> quantities,
                                       std::span<const FaultTypeInfo> own_types = {}, const ListWarning& warn = {}) {
  detail::FaultListReader reader(in, name, quantities, own_types);
  std::vector<Fault> read = reader.read();
  if (warn)
    for (const std::string& sentence : reader.warnings(read)) warn(sentence);
  LoadedFaultList list{FaultList(std::move(read)), std::nullopt, false, reader.lines()};
  list.origin = origin_of(reader.origin(), list.faults, quantities);
  list.is_changed = !list.origin && !reader.origin().empty();
  return list;
}

/// Reads a fault list from a file; '-' is the standard input.
///
/// **Errors** `FaultListMissing` where it cannot be opened; those of the other form.
inline LoadedFaultList load_fault_list(const std::string& path, std::span<const Quantity> quantities,
                                       std::span<const FaultTypeInfo> own_types = {}, const ListWarning& warn = {}) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw FaultListMissing(path, "it is a folder");
  errno = 0;
  std::ifstream in(path == "-" ? "/dev/stdin" : path, std::ios::binary);
  if (!in) throw FaultListMissing(path, detail::system_reason());
  return load_fault_list(in, path == "-" ? "the standard input" : path, quantities, own_types, warn);
}

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

/// Writes a fault list with seven columns, nine where a fault flickers; with its origin, in a comment behind the
/// header.
///
/// **Laws** reading it back gives the same faults and origin.
inline void write_fault_list(std::ostream& out, const FaultList& faults, std::span<const Quantity> quantities,
                             const std::optional<ListOrigin>& origin = {}) {
  bool flickers = false;
  for (std::uint64_t i = 0; i < faults.size() && !flickers; ++i) flickers = faults[i].window.duty != Window::always;
  out << "Injection,Layer,TensorIndex,Bit,Fault,Begin,End" << (flickers ? ",Duty,Seed" : "") << "\r\n";
  if (origin) out << origin_line(*origin, faults, quantities) << "\r\n";
  for (std::uint64_t i = 0; i < faults.size(); ++i) {
    const Fault fault = faults[i];
    const Quantity& quantity = quantities[fault.site.quantity];
    const Window& window = fault.window;
    out << std::to_string(i) << ',' << quantity.name() << ",\"" << quantity.shape.index_str(fault.site.element)
        << "\",";
    if (fault.bit != Fault::no_bit) out << std::to_string(fault.bit);
    out << ',' << fault_type_text(fault) << ',';
    const bool whole = window.begin == 0 && window.end == Window::whole_run;
    if (!whole) out << std::to_string(window.begin);
    out << ',';
    if (window.end != Window::whole_run) out << std::to_string(window.end);
    if (flickers) {
      char duty[40];
      char* end = std::to_chars(duty, duty + sizeof duty, double(window.duty) * 0x1p-32).ptr;
      if (window.duty != Window::always)
        out << ',' << std::string_view(duty, static_cast<std::size_t>(end - duty)) << ','
            << std::to_string(window.seed);
      else
        out << ",,";
    }
    out << "\r\n";
  }
}

/// Writes a fault list to a file.
///
/// **Errors** those of `OutputFile`.
inline void write_fault_list(const std::string& path, const FaultList& faults, std::span<const Quantity> quantities,
                             const std::optional<ListOrigin>& origin = {}, Overwrite overwrite = Overwrite::no) {
  OutputFile out(path, overwrite);
  write_fault_list(out.stream(), faults, quantities, origin);
  out.finish();
}

}  // namespace spikingjet
