// SPDX-License-Identifier: MIT
#pragma once

#include "files.hpp"

#include <spikingjet/store.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// Weights and spikes of one layer: 2 x 3 weights, 2 neurons.
inline std::vector<spikingjet::Quantity> two_quantities() {
  using namespace spikingjet;
  return {{.layer = "fc1",
           .field = "weight",
           .role = Role::weight,
           .storage = Storage::parameter,
           .shape = {2, 3},
           .layer_index = 1,
           .offset = 0,
           .output_last = true},
          {.layer = "lif1",
           .field = "spike",
           .role = Role::spike,
           .storage = Storage::spike,
           .shape = {2},
           .layer_index = 2,
           .offset = 0,
           .output_last = false}};
}

inline spikingjet::Fault weight_flip(std::uint64_t element, unsigned bit) {
  using namespace spikingjet;
  return {.site = {0, Storage::parameter, element},
          .bit = std::int32_t(bit),
          .type = "bitflip",
          .alteration = Alteration::flips(1u << bit),
          .window = {}};
}

inline spikingjet::Fault dead_spike(std::uint64_t element, std::uint32_t begin, std::uint32_t end) {
  using namespace spikingjet;
  return {.site = {1, Storage::spike, element},
          .bit = Fault::no_bit,
          .type = "dead",
          .alteration = Alteration::sets(0.0F),
          .window = {.begin = begin, .end = end, .duty = Window::always, .seed = 0}};
}

/// All faults of a store.
inline std::vector<spikingjet::StoredFault> all_faults(const spikingjet::Store& store) {
  std::vector<spikingjet::StoredFault> faults;
  store.for_each([&faults](const spikingjet::StoredFault& fault) { faults.push_back(fault); });
  return faults;
}
