// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/store/rows.hpp>

#include <functional>

namespace spikingjet {

/// The quantities whose faults count; absent: all.
using KeepQuantity = std::function<bool(const StoredQuantity&)>;

}  // namespace spikingjet
