// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/text.hpp>
#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/element.hpp>
#include <spikingjet/io/extents.hpp>

#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace spikingjet {

/// What stands before the values of a .npy array.
struct NpyHeader {
  std::string type;           // as stored: "<f4"
  ElementType element{};
  bool swapped = false;       // whether the values have the other byte order than this machine
  bool column_major = false;  // with more than one axis; the other order where the first axis runs slowest
  Extents extents;
};

namespace detail {

// xtensor's header parser is not used to read: it allocates what the header asks for before it looks at the file,
// multiplies extents without a check for overflow, takes the header's length from signed chars and goes on after a
// failed read.
class NpyHeaderParser {
 public:
  NpyHeaderParser(const Place& place, std::string_view text) : place_(place), text_(text) {}

  NpyHeader parse() {
    NpyHeader header;
    bool seen[3] = {};
    expect('{');
    while (!accept('}')) {
      const std::string_view key = string();
      expect(':');
      const std::size_t which = key == "descr" ? 0 : key == "fortran_order" ? 1 : key == "shape" ? 2 : 3;
      if (which == 3) fail("the header has an unknown key '" + printable(key) + "'");
      if (std::exchange(seen[which], true)) fail("the header has the key '" + std::string(key) + "' twice");
      if (which == 0) parse_type(header);
      if (which == 1) header.column_major = boolean();
      if (which == 2) header.extents = tuple();
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (!text_.empty()) fail("the header goes on after its dictionary");
    if (!seen[0] || !seen[1] || !seen[2]) fail("the header lacks 'descr', 'fortran_order' or 'shape'");
    if (!byte_count(header.extents, header.element.width))
      fail("the shape " + to_string(header.extents) + " is too large");
    if (header.extents.size() < 2) header.column_major = false;
    return header;
  }

 private:
  static constexpr std::size_t max_rank = 64;  // NumPy's own limit

  [[noreturn]] void fail(const std::string& reason) const { throw WrongFormat(place_, "a .npy array", reason); }

  void skip_space() {
    while (!text_.empty() && std::string_view(" \t\r\n").find(text_.front()) != std::string_view::npos)
      text_.remove_prefix(1);
  }

  bool accept(char c) {
    skip_space();
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  void expect(char c) {
    if (!accept(c)) fail(std::string("the header lacks a '") + c + "' before '" + rest() + "'");
  }

  std::string rest() const { return printable(text_.substr(0, 20)); }

  std::string_view string() {
    skip_space();
    const char quote = text_.empty() ? '\0' : text_.front();
    const std::size_t end = quote == '\'' || quote == '"' ? text_.find(quote, 1) : std::string_view::npos;
    if (end == std::string_view::npos) fail("the header lacks a string before '" + rest() + "'");
    const std::string_view value = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return value;
  }

  bool boolean() {
    skip_space();
    for (const std::string_view word : {"True", "False"}) {
      if (!text_.starts_with(word)) continue;
      text_.remove_prefix(word.size());
      return word == "True";
    }
    fail("'fortran_order' is neither True nor False");
  }

  Extents tuple() {
    Extents extents;
    expect('(');
    bool comma = true;  // an extent may stand here
    while (!accept(')')) {
      if (!comma) fail("the header lacks a ',' before '" + rest() + "'");
      if (extents.size() == max_rank) fail("the shape has more than " + std::to_string(max_rank) + " axes");
      skip_space();
      std::size_t extent = 0;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), extent);
      if (error != std::errc()) fail("the shape has no extent before '" + rest() + "'");
      text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
      if (text_.starts_with('L')) text_.remove_prefix(1);  // as Python 2 writes a long number
      extents.push_back(extent);
      comma = accept(',');
    }
    if (extents.size() == 1 && !comma) fail("the shape is a number, not a tuple");
    return extents;
  }

  void parse_type(NpyHeader& header) {
    skip_space();
    const bool structured = text_.starts_with('[');
    const std::string_view type = structured ? std::string_view("a structure") : string();
    constexpr std::string_view known[] = {"f2", "f4", "f8", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "b1"};
    bool allowed = false;
    if (type.size() == 3) {
      const bool one_byte = type[2] == '1';
      const bool ordered = type[0] == '<' || type[0] == '>';
      for (const std::string_view name : known)
        allowed |= type.substr(1) == name && (ordered || (one_byte && type[0] == '|'));
    }
    if (!allowed)
      throw WrongType(place_, std::string(type), "f2, f4, f8, u1, u2, u4, u8, i1, i2, i4, i8 or b1 with '<' or '>'");
    header.type = type;
    using Kind = ElementType::Kind;
    header.element.kind = type[1] == 'f'   ? Kind::ieee
                          : type[1] == 'u' ? Kind::uint
                          : type[1] == 'i' ? Kind::sint
                                           : Kind::boolean;
    header.element.width = static_cast<std::size_t>(type[2] - '0');
    header.swapped = header.element.width > 1 && (type[0] == '<') != (std::endian::native == std::endian::little);
  }

  const Place& place_;
  std::string_view text_;
};

}  // namespace detail

/// Reads and checks the header of a .npy array, versions 1 to 3, and leaves the source at the first value.
///
/// **Errors** `FileTruncated`; `WrongFormat` where the bytes are not a .npy header, or more bytes follow than the shape
/// needs; `WrongType` for element types other than floats, integers and booleans.
/// **Source** NumPy enhancement proposal 1 and `numpy.lib.format`.
inline NpyHeader read_npy_header(ByteSource& source) {
  constexpr std::uint64_t max_length = 65535;  // what version 1 can state; NumPy itself refuses more than 10,000
  const Place& place = source.place();
  const auto number = [](std::span<const std::byte> bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) value = (value << 8) | static_cast<std::uint8_t>(bytes[i]);
    return value;
  };

  std::array<std::byte, 12> start{};
  source.read_all(std::span(start).first(8));
  if (std::memcmp(start.data(), "\x93NUMPY", 6) != 0)
    throw WrongFormat(place, "a .npy array", "it does not start with the bytes of one");
  const auto major = static_cast<unsigned>(start[6]);
  if (major < 1 || major > 3)
    throw WrongFormat(place, "a .npy array", "its version is " + std::to_string(major) + ", allowed are 1 to 3");
  const std::size_t length_bytes = major == 1 ? 2 : 4;
  source.read_all(std::span(start).subspan(8, length_bytes));
  const std::uint64_t length = number(std::span(start).subspan(8, length_bytes));
  if (length > max_length)
    throw WrongFormat(place, "a .npy array", "its header of " + std::to_string(length) + " bytes is too long");

  std::string text(static_cast<std::size_t>(length), '\0');
  source.read_all(std::as_writable_bytes(std::span(text)));
  NpyHeader header = detail::NpyHeaderParser(place, text).parse();

  const std::uint64_t wanted = 8 + length_bytes + length + *byte_count(header.extents, header.element.width);
  if (source.size() < wanted) throw FileTruncated(place, wanted, source.size());
  if (source.size() > wanted)
    throw WrongFormat(place, "a .npy array", std::to_string(source.size() - wanted) + " bytes follow its last value");
  return header;
}

/// The bytes that stand before the values of a row-major .npy array of float32.
inline std::string npy_header(const Extents& extents) {
  const char* order = std::endian::native == std::endian::little ? "<" : ">";
  std::string text =
      std::string("{'descr': '") + order + "f4', 'fortran_order': False, 'shape': " + to_string(extents) + ", }";
  constexpr std::size_t alignment = 64;
  constexpr std::size_t before = 10;
  text.append(alignment - 1 - (before + text.size()) % alignment, ' ');
  text += '\n';
  std::string start = "\x93NUMPY";
  start += '\1';
  start += '\0';
  start += static_cast<char>(text.size() & 0xff);
  start += static_cast<char>(text.size() >> 8);
  return start + text;
}

}  // namespace spikingjet
