// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <string>
#include <string_view>

namespace spikingjet::detail {

/// A name without what people spell differently: case, blanks, quotes, '_' and '-'.
inline std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name)
    if (c != ' ' && c != '_' && c != '-' && c != '\'')
      plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return plain;
}

}  // namespace spikingjet::detail
