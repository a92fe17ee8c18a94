// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet::detail {

/// A file of another kind than text, by its first bytes.
struct KindOfFile {
  std::string_view start;
  std::string_view name;
};

/// What is handed over for a fault list and is none, and what to do about it.
inline constexpr std::array kinds_of_no_list{
    KindOfFile{"\x1f\x8b", "it is compressed by gzip; unpack it first"},
    KindOfFile{"\x28\xb5\x2f\xfd", "it is compressed by zstd; unpack it first"},
    KindOfFile{"BZh", "it is compressed by bzip2; unpack it first"},
    KindOfFile{"\xfd"
               "7zXZ",
               "it is compressed by xz; unpack it first"},
    KindOfFile{"PK\x03\x04", "it is a zip archive, as .xlsx and .npz are; save the list as CSV"},
    KindOfFile{"\xd0\xcf\x11\xe0", "it is a spreadsheet of the .xls kind; save the list as CSV"},
    KindOfFile{"SQLite format 3", "it is an SQLite file, as a store is; 'export' writes the fault list of a store"},
    KindOfFile{"\x93NUMPY", "it is a .npy array; write the list as CSV"},
    KindOfFile{"\x89HDF", "it is an HDF5 file; write the list as CSV"},
    KindOfFile{"PAR1", "it is a Parquet file; write the list as CSV"},
    KindOfFile{"\x80\x02", "it is a pickle; write the list as CSV"},
    KindOfFile{"\x80\x03", "it is a pickle; write the list as CSV"},
    KindOfFile{"\x80\x04", "it is a pickle; write the list as CSV"},
    KindOfFile{"\x80\x05", "it is a pickle; write the list as CSV"},
    KindOfFile{"{", "it looks like JSON; write the list as CSV"},
    KindOfFile{"[", "it looks like JSON; write the list as CSV"},
    KindOfFile{"<", "it looks like HTML or XML; save the list as CSV"},
};

/// Why a text cannot be read on, in a clause.
struct TextFlaw {
  std::string what;
};

/// A text file as lines without their ends (LF, CRLF or CR), whichever of UTF-8, UTF-16 or one byte a character it is
/// written in, with or without a byte order mark: always given as UTF-8.
///
/// **Errors** `TextFlaw`: bytes that are no text; a line longer than `most_in_line`.
/// **Cost** memory for 64 KiB and a line, however long the file.
class TextLines {
 public:
  static constexpr std::size_t most_in_line = std::size_t{1} << 20;

  explicit TextLines(std::istream& in) : in_(in) {}

  /// Appends the next line; false at the end of the text.
  bool append_next(std::string& line) {
    ++line_;
    const std::size_t start = line.size();
    bool begun = false;
    while (next_ < text_.size() || fill()) {
      if (std::exchange(after_cr_, false) && text_[next_] == '\n') {  // the second half of CRLF
        ++next_;
        continue;
      }
      begun = true;
      const std::size_t end = std::min(text_.find_first_of(line_ends, next_), text_.size());
      line.append(text_, next_, end - next_);
      if (line.size() > most_in_line)
        throw TextFlaw{"the line is longer than " + std::to_string(most_in_line >> 20) +
                       " MiB; a fault takes some 40 characters"};
      next_ = end;
      if (end == text_.size()) continue;
      if (text_[end] == '\0') throw TextFlaw{"it holds a NUL byte, so it is no text"};
      after_cr_ = text_[end] == '\r';
      ++next_;
      break;
    }
    if (line.compare(start, 3, "\xef\xbb\xbf") == 0)
      line.erase(start, 3);  // files with such a mark, one behind the other
    return begun;
  }

  /// The number of the line last given, from 1.
  std::size_t line() const { return line_; }

 private:
  static constexpr std::string_view line_ends{"\n\r\0", 3};

  enum class Encoding { unknown, bytes, little_endian, big_endian };

  /// Puts more text at `text_`'s beginning; false at the end.
  bool fill() {
    text_.clear();
    next_ = 0;
    while (text_.empty()) {
      constexpr std::size_t at_once = 65536;
      const std::size_t kept = raw_.size();
      raw_.resize(kept + at_once);
      in_.read(raw_.data() + kept, at_once);
      raw_.resize(kept + static_cast<std::size_t>(in_.gcount()));
      if (raw_.empty()) return false;
      if (encoding_ == Encoding::unknown) detect();
      if (encoding_ == Encoding::bytes) {
        text_.swap(raw_);
      } else {
        decode();
        raw_.erase(0, std::exchange(used_, 0));
      }
      if (text_.empty() && !in_) {
        if (!raw_.empty()) throw TextFlaw{"it ends within a character of UTF-16; it is cut short"};
        return false;  // no more than a byte order mark
      }
    }
    return true;
  }

  void detect() {
    const std::string_view raw = raw_;
    for (const KindOfFile& kind : kinds_of_no_list)
      if (raw.starts_with(kind.start)) throw TextFlaw{std::string(kind.name)};
    encoding_ = Encoding::bytes;
    if (raw.starts_with("\xef\xbb\xbf")) {
      raw_.erase(0, 3);
    } else if (raw.size() >= 2) {
      if (raw.starts_with("\xff\xfe")) {
        encoding_ = Encoding::little_endian;
        used_ = 2;
      } else if (raw.starts_with("\xfe\xff")) {
        encoding_ = Encoding::big_endian;
        used_ = 2;
      } else if (raw[0] != 0 && raw[1] == 0) {
        encoding_ = Encoding::little_endian;
      } else if (raw[0] == 0 && raw[1] != 0) {
        encoding_ = Encoding::big_endian;
      }
    }
  }

  std::uint32_t unit(std::size_t at) const {
    const auto first = static_cast<unsigned char>(raw_[at]);
    const auto second = static_cast<unsigned char>(raw_[at + 1]);
    return encoding_ == Encoding::little_endian ? first | std::uint32_t{second} << 8
                                                : second | std::uint32_t{first} << 8;
  }

  /// UTF-16 to UTF-8, as far as whole characters go; a lone surrogate becomes U+FFFD.
  void decode() {
    std::size_t& at = used_;
    while (at + 2 <= raw_.size()) {
      std::uint32_t code = unit(at);
      if (code >= 0xd800 && code < 0xe000) {
        if (code < 0xdc00 && at + 4 > raw_.size() && in_.good()) break;
        const std::uint32_t low = at + 4 <= raw_.size() ? unit(at + 2) : 0;
        if (code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
          code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
          at += 2;
        } else {
          code = 0xfffd;
        }
      }
      at += 2;
      append(code);
    }
  }

  void append(std::uint32_t code) {
    const auto put = [&](std::uint32_t byte) { text_ += static_cast<char>(byte); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
      put(0xc0 | code >> 6);
    } else {
      if (code < 0x10000) {
        put(0xe0 | code >> 12);
      } else {
        put(0xf0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3f));
      }
      put(0x80 | (code >> 6 & 0x3f));
    }
    put(0x80 | (code & 0x3f));
  }

  std::istream& in_;
  Encoding encoding_ = Encoding::unknown;
  std::string raw_;       // read and not yet decoded
  std::size_t used_ = 0;  // of it
  std::string text_;
  std::size_t next_ = 0;  // in it
  bool after_cr_ = false;
  std::size_t line_ = 0;
};

/// What became of a line that was split into fields.
enum class Fields {
  complete,
  open,       // a quote is not closed: the record goes on in the next line
  misquoted,  // text stands behind a closing quote
};

/// Splits a record into fields; those in quotes may hold separators, doubled quotes and line ends, and blanks around
/// the quotes do not count.
///
/// **Errors** `TextFlaw` where there are more than 1024.
/// **Source** RFC 4180, section 2.
inline Fields split_fields(std::string_view record, char separator, std::vector<std::string>& fields) {
  constexpr std::size_t most_fields = 1024;
  std::size_t count = 0;
  std::size_t at = 0;
  for (;;) {
    if (count == most_fields) throw TextFlaw{"it has more than " + std::to_string(most_fields) + " fields"};
    if (fields.size() == count) fields.emplace_back();
    std::string& field = fields[count++];
    field.clear();
    std::size_t end = std::min(record.find(separator, at), record.size());
    const std::size_t quote = std::min(record.find_first_not_of(' ', at), record.size());
    if (quote < end && record[quote] == '"') {
      at = quote + 1;
      for (;;) {
        const std::size_t next = record.find('"', at);
        if (next == std::string_view::npos) return Fields::open;
        field.append(record, at, next - at);
        at = next + 1;
        if (at == record.size() || record[at] != '"') break;
        field += '"';
        ++at;
      }
      end = std::min(record.find(separator, at), record.size());
      if (record.substr(at, end - at).find_first_not_of(' ') != std::string_view::npos) return Fields::misquoted;
    } else {
      field.append(record, at, end - at);
    }
    if (end == record.size()) break;
    at = end + 1;
  }
  fields.resize(count);
  return Fields::complete;
}

}  // namespace spikingjet::detail
