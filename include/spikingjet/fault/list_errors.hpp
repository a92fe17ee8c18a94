// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/core/text.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace spikingjet {

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

namespace detail {

/// The reason why a record of a fault list cannot be used, in a clause; the reader of the list adds file and line.
struct RecordFlaw {
  explicit RecordFlaw(std::string clause) : what(std::move(clause)) {}

  std::string what;
};

/// A text of the list in a message: one line, in quotes.
inline std::string shown(std::string_view text) { return "'" + printable(text, 60) + "'"; }

}  // namespace detail

}  // namespace spikingjet
