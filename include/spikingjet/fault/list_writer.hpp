// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/output_file.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/model/quantity.hpp>

#include <optional>
#include <ostream>
#include <span>
#include <string>

namespace spikingjet {

/// Writes a fault list with seven columns, nine where a fault flickers; with its origin, in a comment behind the
/// header.
///
/// **Laws** reading it back gives the same faults and origin.
void write_fault_list(std::ostream& out, const FaultList& faults, std::span<const Quantity> quantities,
                      const std::optional<ListOrigin>& origin = {});

/// Writes a fault list to a file.
///
/// **Errors** those of `OutputFile`.
void write_fault_list(const std::string& path, const FaultList& faults, std::span<const Quantity> quantities,
                      const std::optional<ListOrigin>& origin = {}, Overwrite overwrite = Overwrite::no);

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/fault/definitions/list_writer.hpp>
#endif
