// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/fault.hpp>

#include <string>

namespace spikingjet {

/// How a fault list spells a fault's type, with its operand: "bitflip", "flip:0x00000003", "scale:0.9".
inline std::string fault_type_text(const Fault& fault) {
  if (fault.type == "flip") return "flip:" + hex_text(fault.alteration.flip);
  if (fault.type == "set") return "set:" + float_text(to_float(fault.alteration.set));
  if (fault.type == "scale") return "scale:" + float_text(fault.alteration.factor);
  return std::string(fault.type);
}

}  // namespace spikingjet
