// SPDX-License-Identifier: MIT
#include <spikingjet/fault/multi_bit.hpp>
#include <spikingjet/fault/stuck_at.hpp>

namespace sj = spikingjet;

#if defined(CONTROL)
sj::StuckAt<0> stuck_at_0;
sj::StuckAt<1> stuck_at_1;
sj::FlipMask<1> one_bit;
sj::BurstFlip<2> shortest;
sj::BurstFlip<8> longest;
#endif

// case: STUCK_AT_2
// expect: spikingjet: 'StuckAt' takes 0 or 1; check its argument; see docs/concepts/fault_type.md
#if defined(STUCK_AT_2)
sj::StuckAt<2> level;
#endif

// case: EMPTY_MASK
// expect: spikingjet: 'FlipMask' needs at least one bit; check its argument; see docs/concepts/fault_type.md
#if defined(EMPTY_MASK)
sj::FlipMask<0> nothing;
#endif

// case: SHORT_BURST
// expect: spikingjet: 'BurstFlip' takes 2 to 8 bits; check its argument; see docs/concepts/fault_type.md
#if defined(SHORT_BURST)
sj::BurstFlip<1> one_bit;
#endif

// case: LONG_BURST
// expect: spikingjet: 'BurstFlip' takes 2 to 8 bits; check its argument; see docs/concepts/fault_type.md
#if defined(LONG_BURST)
sj::BurstFlip<9> too_long;
#endif
