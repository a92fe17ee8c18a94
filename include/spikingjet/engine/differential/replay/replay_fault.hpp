// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/quantity.hpp>

#include <cstddef>

namespace spikingjet {

/// A fault as a replay puts it into a circuit and takes it out.
struct ReplayFault {
  const Fault* fault = nullptr;
  const Quantity* quantity = nullptr;
  std::size_t node = 0;
  float golden = 0;  // of a parameter
  float value = 0;
  std::size_t place = 0;  // of a state or spike
  bool present = false;
};

}  // namespace spikingjet
