// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/alteration.hpp>
#include <spikingjet/fault/built_in_types.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/fault_type.hpp>
#include <spikingjet/fault/list_errors.hpp>
#include <spikingjet/fault/plain_name.hpp>
#include <spikingjet/fault/python_numbers.hpp>
#include <spikingjet/model/quantity.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace spikingjet::detail {

/// A float32, or the quotient of two integers.
inline std::optional<float> parse_value(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return parse_float<float>(text);
  const auto numerator = parse_number<std::int64_t>(text.substr(0, slash));
  const auto denominator = parse_number<std::int64_t>(text.substr(slash + 1));
  if (!numerator || !denominator || *denominator == 0) return std::nullopt;
  return static_cast<float>(static_cast<double>(*numerator) / static_cast<double>(*denominator));
}

/// The fault type of this name, or of this name in another spelling (BitFlip, stuck_at_0).
inline std::optional<FaultTypeInfo> find_type(std::string_view name, std::span<const FaultTypeInfo> own_types) {
  for (const bool plainly : {false, true})
    for (const auto types : {std::span<const FaultTypeInfo>(built_in_fault_types), own_types})
      for (const FaultTypeInfo& type : types)
        if (plainly ? plain_name(type.name) == plain_name(name) : type.name == name) return type;
  return std::nullopt;
}

/// The fault types that a list may name, for a message.
inline std::string all_types(std::span<const FaultTypeInfo> own_types) {
  std::string text = "bitflip, stuckat0, stuckat1, dead, saturated, flip:0xMASK, set:V, scale:F";
  for (const FaultTypeInfo& type : own_types)
    if (text.find(type.name) == std::string::npos) text += ", " + std::string(type.name);
  return text;
}

/// Reads the fields `Fault` and `Bit` of a line into a fault's type, bit and alteration.
///
/// **Errors** `RecordFlaw`: an unknown type, a bit that does not belong there, an operand that is none.
inline void parse_type(std::string_view type, std::string_view bit_text, const Quantity& quantity,
                       std::span<const FaultTypeInfo> own_types, Fault& found) {
  const auto named = find_type(type, own_types);
  const std::size_t colon = std::min(type.find(':'), type.size());
  const std::string kind = plain_name(type.substr(0, colon));
  if (!named && kind != "flip" && kind != "set" && kind != "scale")
    throw RecordFlaw("there is no fault type " + shown(type) + "; allowed are " + all_types(own_types));
  if (named && named->takes_bit) {
    const auto number = parse_single_number(bit_text);
    if (!number || number->negative || number->magnitude >= Binary32::bits)
      throw RecordFlaw("'Bit' is " + shown(bit_text) + ", but " + shown(type) + " takes a bit from 0 to 31");
    found.bit = static_cast<std::int32_t>(number->magnitude);
  } else if (!bit_text.empty()) {
    throw RecordFlaw("'Bit' is " + shown(bit_text) + ", but " + shown(type) + " takes none; leave it empty");
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
    if (!mask || *mask == 0) throw RecordFlaw(shown(type) + " must be 'flip:' with a mask from 0x1 to 0xffffffff");
    found.type = "flip";
    found.alteration = Alteration::flips(*mask);
  } else {
    const auto value = parse_value(operand);
    if (!value) throw RecordFlaw(shown(type) + " must be '" + kind + ":' with a number, such as 0.5, -3 or 1/3");
    found.type = kind == "set" ? "set" : "scale";
    found.alteration = kind == "set" ? Alteration::sets(*value) : Alteration::scales(*value);
  }
}

}  // namespace spikingjet::detail
