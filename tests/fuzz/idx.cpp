// SPDX-License-Identifier: MIT
#include "fuzz.hpp"

#include <spikingjet/io/idx.hpp>

using namespace spikingjet;

SPIKINGJET_FUZZ(bytes) {
  read_or_refuse([&] {
    MemorySource source(bytes);
    const IdxArray array = read_idx(source);
    require(byte_count(array.extents, 1) == array.values.size());
  });
}
