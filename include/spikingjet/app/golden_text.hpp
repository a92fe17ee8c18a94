// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/sample.hpp>
#include <spikingjet/outcome/outcome.hpp>

#include <span>
#include <string>

namespace spikingjet {

/// What `golden` prints of samples and predictions: how many, how long, of which classes, how many right, how many
/// ties.
std::string golden_text(std::span<const GoldenOutcome> golden, const SampleRange& samples, double seconds);

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/golden_text.hpp>
#endif
