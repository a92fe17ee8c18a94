// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/sampling_plan.hpp>

#include <cstddef>
#include <string>

namespace spikingjet {

/// A plan for people: `plan_text`, and where there are several strata a line for each with N_h, n_h and the p that n_h
/// was found with. Of more than `most` strata the middle is left out; a line says how many stood there, and where all
/// are.
std::string plan_table(const SamplingPlan& plan, std::size_t most = 20);

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/plan_table.hpp>
#endif
