// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#define SPIKINGJET_VERSION_MAJOR 0
#define SPIKINGJET_VERSION_MINOR 1
#define SPIKINGJET_VERSION_PATCH 0

namespace spikingjet {

/// Version of the library, as a manifest states it.
inline constexpr const char* version = "0.1.0";

}  // namespace spikingjet
