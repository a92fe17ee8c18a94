// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/fault_type.hpp>
#include <spikingjet/fault/stuck_at.hpp>
#include <spikingjet/fault/value_fault.hpp>

#include <array>

namespace spikingjet {

/// The fault types that every fault list may name.
inline constexpr std::array built_in_fault_types{describe_fault_type<BitFlip>(), describe_fault_type<StuckAt<0>>(),
                                                 describe_fault_type<StuckAt<1>>(), describe_fault_type<Dead>(),
                                                 describe_fault_type<Saturated>()};

}  // namespace spikingjet
