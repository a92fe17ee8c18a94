// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/stuck_at.hpp>
#include <spikingjet/fault/value_fault.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <istream>
#include <map>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace spikingjet {

// Fault lists as CSV (RFC 4180):
//
//   Injection,Layer,TensorIndex,Bit[,Fault,Begin,End[,Duty,Seed]]
//   0,fc1.weight,"(3, 17)",30
//
// Four columns are bit flips over the whole run, as the Python tool writes them. With seven, `Fault` is `bitflip`,
// `stuckat0`, `stuckat1`, the name of a fault type of one's own, or without a bit `dead`, `saturated`, `flip:0xMASK`,
// `set:V`, `scale:F` (V and F a float32 or a quotient of two integers); steps are [Begin, End), empty for the whole
// run. `Duty` and `Seed` make a fault flicker: there in that share of the steps.

/// A line of a fault list that cannot be used.
class BadFaultLine : public Misuse {
 public:
  BadFaultLine(std::string list, std::size_t number, const std::string& what)
      : Misuse("spikingjet: " + list + ", line " + std::to_string(number) + ": " + what), file(std::move(list)), line(number) {}

  std::string file;
  std::size_t line;  // counted from 1, the header included
};

/// A file that cannot be opened, read or written.
class FaultFileFailure : public Failure {
 public:
  FaultFileFailure(const std::string& what, std::string path)
      : Failure("spikingjet: cannot " + what + " the fault list '" + path + "'"), file(std::move(path)) {}

  std::string file;
};

/// The fault types that every fault list may name.
inline constexpr std::array built_in_fault_types{
    describe_fault_type<BitFlip>(), describe_fault_type<StuckAt<0>>(), describe_fault_type<StuckAt<1>>(),
    describe_fault_type<Dead>(), describe_fault_type<Saturated>()};

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

/// The fields of the record that starts at the stream's position; quoted fields may hold commas, quotes and line ends.
///
/// Counts the line ends it passes in `line`. Empty at the end of the stream; nullopt where a quote is left open or
/// text follows a closing quote.
inline std::optional<std::vector<std::string>> read_csv_record(std::istream& in, std::size_t& line) {
  std::vector<std::string> fields;
  if (in.peek() == std::istream::traits_type::eof()) return fields;
  fields.emplace_back();
  bool quoted = false;
  bool closed = false;
  for (int c = in.get(); c != std::istream::traits_type::eof(); c = in.get()) {
    if (quoted) {
      if (c == '\n') ++line;
      if (c != '"') {
        fields.back() += static_cast<char>(c);
      } else if (in.peek() == '"') {
        fields.back() += static_cast<char>(in.get());
      } else {
        quoted = false;
        closed = true;
      }
    } else if (c == '\n') {
      return fields;
    } else if (c == '\r' && (in.peek() == '\n' || in.peek() == std::istream::traits_type::eof())) {
      continue;
    } else if (c == ',') {
      fields.emplace_back();
      closed = false;
    } else if (closed) {
      return std::nullopt;
    } else if (c == '"' && fields.back().empty()) {
      quoted = true;
    } else {
      fields.back() += static_cast<char>(c);
    }
  }
  if (quoted) return std::nullopt;
  return fields;
}

/// Reads a fault list; one object per file.
class FaultListReader {
 public:
  FaultListReader(std::istream& in, std::string file, std::span<const Quantity> quantities,
                  std::span<const FaultTypeInfo> own_types)
      : in_(in), file_(std::move(file)), quantities_(quantities), own_types_(own_types) {
    for (std::size_t q = 0; q < quantities.size(); ++q) quantity_of_[quantities[q].name()] = q;
  }

  std::vector<Fault> read() {
    read_header();
    std::vector<Fault> faults;
    std::map<Identity, std::size_t> line_of;
    for (;;) {
      const auto fields = next_record();
      if (fields.empty()) break;
      if (fields.size() == 1 && trim(fields[0]).empty()) continue;
      faults.push_back(parse(fields));
      const auto [earlier, is_new] = line_of.try_emplace(identity_of(faults.back()), line_);
      if (!is_new && ++repeats_ == 1) first_repeat_ = "line " + std::to_string(line_) + " that of line " + std::to_string(earlier->second);
    }
    if (faults.empty()) fail("the list holds no fault; after the header each line is one fault");
    return faults;
  }

  /// A sentence on faults that stand more than once; empty without any.
  std::string repeats() const {
    if (repeats_ == 0) return {};
    return "spikingjet: " + file_ + ": " + std::to_string(repeats_) + " of its faults repeat an earlier one (" + first_repeat_ +
           " first); each is injected and counted as often as it stands there";
  }

 private:
  using Identity = std::tuple<std::uint32_t, std::uint64_t, std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t,
                              std::uint32_t, std::uint32_t, std::uint32_t, std::uint64_t>;

  static Identity identity_of(const Fault& f) {
    return {f.site.quantity,  f.site.element, to_word(f.alteration.factor), f.alteration.keep, f.alteration.set,
            f.alteration.flip, f.window.begin, f.window.end,                 f.window.duty,     f.window.seed};
  }

  [[noreturn]] void fail(const std::string& what) const { throw BadFaultLine(file_, line_, what); }

  std::vector<std::string> next_record() {
    line_ = next_line_;
    const auto fields = read_csv_record(in_, next_line_);
    ++next_line_;
    if (!fields) fail("a quoted field is not closed or is followed by text; write it as \"(3, 17)\"");
    return *fields;
  }

  void read_header() {
    static constexpr std::string_view wanted[] = {"Injection", "Layer", "TensorIndex", "Bit", "Fault",
                                                  "Begin",     "End",   "Duty",        "Seed"};
    if (in_.peek() == 0xef) in_.ignore(3);  // a byte order mark
    const auto fields = next_record();
    columns_ = fields.size();
    bool matches = columns_ == 4 || columns_ == 7 || columns_ == 9;
    for (std::size_t c = 0; matches && c < columns_; ++c) matches = trim(fields[c]) == wanted[c];
    if (!matches) fail("the header must read 'Injection,Layer,TensorIndex,Bit', optionally with ',Fault,Begin,End' or "
           "',Fault,Begin,End,Duty,Seed'");
  }

  Fault parse(const std::vector<std::string>& fields) const {
    if (fields.size() != columns_)
      fail("it has " + std::to_string(fields.size()) + " fields, the header " + std::to_string(columns_) +
           "; a TensorIndex needs quotes, as in \"(3, 17)\"");
    const auto field = [&](std::size_t column) {
      return column < columns_ ? trim(fields[column]) : std::string_view{};
    };
    if (!parse_number<std::uint64_t>(field(0)))
      fail("'Injection' is '" + std::string(field(0)) + "', but must be a whole number");

    Fault fault;
    const auto found = quantity_of_.find(std::string(field(1)));
    if (found == quantity_of_.end()) fail("the network has no '" + std::string(field(1).substr(0, 80)) + "'; it has " + all_quantities());
    const Quantity& quantity = quantities_[found->second];
    fault.site.quantity = static_cast<std::uint32_t>(found->second);
    fault.site.storage = quantity.storage;
    fault.site.element = parse_index(field(2), quantity);
    parse_type(field(4).empty() ? "bitflip" : field(4), field(3), quantity, fault);
    parse_window(field(5), field(6), field(7), field(8), fault.window);
    return fault;
  }

  std::uint64_t parse_index(std::string_view text, const Quantity& quantity) const {
    const auto refuse = [&] {
      std::string last = "";
      for (std::size_t axis = 0; axis < quantity.shape.rank; ++axis)
        last += (axis ? ", " : "") + std::to_string(quantity.shape[axis] - 1);
      fail("TensorIndex '" + std::string(text) + "' is no element of " + quantity.name() + ", whose shape is " +
           quantity.shape.str() +
           (quantity.shape.rank == 0 ? "; it must be ()" : "; allowed are indices from 0 to (" + last + ")"));
    };
    std::string_view inner = text;
    if (inner.size() < 2 || inner.front() != '(' || inner.back() != ')') refuse();
    inner = trim(inner.substr(1, inner.size() - 2));
    std::uint64_t flat = 0;
    std::size_t axis = 0;
    while (!inner.empty()) {
      const std::size_t comma = std::min(inner.find(','), inner.size());
      const auto index = parse_number<std::uint64_t>(trim(inner.substr(0, comma)));
      if (!index || axis >= std::max<std::size_t>(quantity.shape.rank, 1)) refuse();
      if (*index >= (quantity.shape.rank == 0 ? 1 : quantity.shape[axis])) refuse();
      flat = flat * (quantity.shape.rank == 0 ? 1 : quantity.shape[axis]) + *index;
      ++axis;
      const bool only_comma = comma + 1 == inner.size();
      inner = comma < inner.size() ? trim(inner.substr(comma + 1)) : std::string_view{};
      if (inner.empty() && only_comma && axis > 1) refuse();
    }
    if (axis != quantity.shape.rank && quantity.shape.rank != 0) refuse();
    return flat;
  }

  void parse_type(std::string_view type, std::string_view bit_text, const Quantity& quantity, Fault& fault) const {
    const auto named = find_type(type);
    const std::string_view word = type.substr(0, std::min(type.find(':'), type.size()));
    if (!named && word != "flip" && word != "set" && word != "scale")
      fail("there is no fault type '" + std::string(type.substr(0, 40)) + "'; allowed are " + all_types());
    const bool takes_bit = named && named->takes_bit;
    if (takes_bit) {
      const auto bit = parse_number<std::int32_t>(bit_text);
      if (!bit || *bit < 0 || *bit >= std::int32_t(Binary32::bits))
        fail("'Bit' is '" + std::string(bit_text) + "', but '" + std::string(type) + "' takes a bit from 0 to 31");
      fault.bit = *bit;
    } else if (!bit_text.empty()) {
      fail("'Bit' is '" + std::string(bit_text) + "', but '" + std::string(type) + "' takes none; leave it empty");
    }
    if (named) {
      fault.type = named->name;
      fault.alteration = named->alteration(static_cast<unsigned>(std::max(fault.bit, 0)), quantity.role);
      return;
    }
    const std::size_t colon = std::min(type.find(':'), type.size());
    const std::string_view kind = type.substr(0, colon);
    const std::string_view operand = type.substr(std::min(colon + 1, type.size()));
    if (kind == "flip") {
      const auto mask = operand.starts_with("0x") ? parse_number<std::uint32_t>(operand.substr(2), 16) : std::nullopt;
      if (!mask || *mask == 0) fail("'" + std::string(type) + "' must be 'flip:' with a mask from 0x1 to 0xffffffff");
      fault.type = "flip";
      fault.alteration = Alteration::flips(*mask);
    } else if (kind == "set" || kind == "scale") {
      const auto value = parse_value(operand);
      if (!value) fail("'" + std::string(type) + "' must be '" + std::string(kind) + ":' with a number, such as 0.5, -3 or 1/3");
      fault.type = kind == "set" ? "set" : "scale";
      fault.alteration = kind == "set" ? Alteration::sets(*value) : Alteration::scales(*value);
    } else {
      fail("there is no fault type '" + std::string(type) + "'; allowed are " + all_types());
    }
  }

  void parse_window(std::string_view begin, std::string_view end, std::string_view duty, std::string_view seed,
                    Window& window) const {
    const auto step = [&](std::string_view name, std::string_view text) {
      const auto value = parse_number<std::uint32_t>(text);
      if (!value || *value == Window::whole_run)
        fail("'" + std::string(name) + "' is '" + std::string(text) + "', but must be a step, or empty for the whole run");
      return *value;
    };
    if (!begin.empty()) window.begin = step("Begin", begin);
    if (!end.empty()) window.end = step("End", end);
    if (window.begin >= window.end)
      fail("'End' must lie behind 'Begin': the fault is there in steps [Begin, End), here [" + std::to_string(window.begin) +
           ", " + std::to_string(window.end) + ")");
    if (duty.empty() && seed.empty()) return;
    const auto share = parse_float<double>(duty);
    const auto key = parse_number<std::uint64_t>(seed);
    if (!share || !(*share > 0 && *share < 1) || !key)
      fail("'Duty' must be a share between 0 and 1 and 'Seed' a whole number, or both empty");
    window.duty = static_cast<std::uint32_t>(std::clamp(*share * 0x1p32, 1.0, 0x1p32 - 2));
    window.seed = *key;
  }

  std::optional<FaultTypeInfo> find_type(std::string_view name) const {
    for (const auto types : {std::span<const FaultTypeInfo>(built_in_fault_types), own_types_})
      for (const FaultTypeInfo& type : types)
        if (type.name == name) return type;
    return std::nullopt;
  }

  std::string all_quantities() const {
    std::string text;
    for (const Quantity& quantity : quantities_) text += (text.empty() ? "" : ", ") + quantity.name();
    return text;
  }

  std::string all_types() const {
    std::string text = "bitflip, stuckat0, stuckat1, dead, saturated, flip:0xMASK, set:V, scale:F";
    for (const FaultTypeInfo& type : own_types_)
      if (text.find(type.name) == std::string::npos) text += ", " + std::string(type.name);
    return text;
  }

  std::istream& in_;
  std::string file_;
  std::span<const Quantity> quantities_;
  std::span<const FaultTypeInfo> own_types_;
  std::map<std::string, std::size_t> quantity_of_;
  std::size_t columns_ = 0;
  std::size_t repeats_ = 0;
  std::string first_repeat_;
  std::size_t line_ = 1;
  std::size_t next_line_ = 1;
};

}  // namespace detail

/// How a fault list spells a fault's type, with its operand: "bitflip", "flip:0x00000003", "scale:0.9".
inline std::string fault_type_text(const Fault& fault) {
  if (fault.type == "flip") return "flip:" + hex_text(fault.alteration.flip);
  if (fault.type == "set") return "set:" + float_text(to_float(fault.alteration.set));
  if (fault.type == "scale") return "scale:" + float_text(fault.alteration.factor);
  return std::string(fault.type);
}

/// Reads a fault list.
///
/// `own_types` are fault types beside the built-in ones; their names must outlive the list.
/// `warn` is told in one sentence where faults stand more than once.
///
/// **Errors** `BadFaultLine` with file and line: unknown quantity or fault type, index or bit out of range, a list without
/// faults.
inline FaultList read_fault_list(std::istream& in, std::string name, std::span<const Quantity> quantities,
                                 std::span<const FaultTypeInfo> own_types = {},
                                 const std::function<void(const std::string&)>& warn = {}) {
  detail::FaultListReader reader(in, std::move(name), quantities, own_types);
  FaultList faults(reader.read());
  if (const std::string repeats = reader.repeats(); warn && !repeats.empty()) warn(repeats);
  return faults;
}

/// Reads a fault list from a file.
///
/// **Errors** `FaultFileFailure` where it cannot be opened; `BadFaultLine`.
inline FaultList read_fault_list(const std::string& path, std::span<const Quantity> quantities,
                                 std::span<const FaultTypeInfo> own_types = {},
                                 const std::function<void(const std::string&)>& warn = {}) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw FaultFileFailure("open", path);
  return read_fault_list(in, path, quantities, own_types, warn);
}

/// Writes a fault list with seven columns, nine where a fault flickers.
///
/// **Laws** reading it back gives the same faults.
inline void write_fault_list(std::ostream& out, const FaultList& faults, std::span<const Quantity> quantities) {
  bool flickers = false;
  for (std::uint64_t i = 0; i < faults.size() && !flickers; ++i) flickers = faults[i].window.duty != Window::always;
  out << "Injection,Layer,TensorIndex,Bit,Fault,Begin,End" << (flickers ? ",Duty,Seed" : "") << "\r\n";
  for (std::uint64_t i = 0; i < faults.size(); ++i) {
    const Fault fault = faults[i];
    const Quantity& quantity = quantities[fault.site.quantity];
    const Window& window = fault.window;
    out << std::to_string(i) << ',' << quantity.name() << ",\"" << quantity.shape.index_str(fault.site.element) << "\",";
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
        out << ',' << std::string_view(duty, static_cast<std::size_t>(end - duty)) << ',' << std::to_string(window.seed);
      else
        out << ",,";
    }
    out << "\r\n";
  }
}

/// Writes a fault list to a file.
///
/// **Errors** `FaultFileFailure` where it cannot be written.
inline void write_fault_list(const std::string& path, const FaultList& faults, std::span<const Quantity> quantities) {
  std::ofstream out(path, std::ios::binary);
  if (!out) throw FaultFileFailure("write", path);
  write_fault_list(out, faults, quantities);
  out.flush();
  if (!out) throw FaultFileFailure("write", path);
}

}  // namespace spikingjet
