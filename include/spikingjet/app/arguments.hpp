// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace spikingjet {

/// An option or argument whose value is empty, as where a script's variable is not set.
class EmptyValue : public Misuse {
 public:
  explicit EmptyValue(const std::string& what)
      : Misuse("spikingjet: " + what +
               " is empty; give a value or leave it out (is a variable of your script not set?)") {}
};

/// Refuses what no option takes and a parser would take for something else: an empty value, also behind '=', where the
/// next word would become the value, and '-o=file', which is a file named '=file'.
///
/// **Errors** `EmptyValue`, `Misuse`.
void require_values(int argc, const char* const* argv);

namespace detail {

/// Letters to add, leave out or exchange until one word is the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace detail

/// The name that a mistyped word stands for, as far as one can tell; empty elsewhere.
std::string nearest_name(std::string_view word, const std::vector<std::string>& names);

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/arguments.hpp>
#endif
