// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/options.hpp>
#include <spikingjet/fault/fault_type.hpp>

#include <CLI/CLI.hpp>

#include <span>
#include <vector>

namespace spikingjet {

/// Declares the options that say which faults are drawn, and `--confidence`; returns those that contradict a fault
/// list.
std::vector<CLI::Option*> add_sampling(CLI::App& sub, SamplingOptions& sampling,
                                       std::span<const FaultTypeInfo> compiled_types);

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/sampling.hpp>
#endif
