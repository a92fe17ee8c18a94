// SPDX-License-Identifier: MIT
#include <spikingjet/fault/bit_position.hpp>

namespace sj = spikingjet;

#if defined(CONTROL)
sj::Bit<31> highest;
sj::BitRange<7, 7> one_bit;
sj::BitRange<0, 31> all;
sj::Bits<31> list_of_one;
static_assert(sj::BitRange<0, 31>::mask() == 0xffffffffu && sj::Bits<31>::mask() == 0x80000000u);
#endif

// case: BIT_32
// expect: spikingjet: 'Bit' takes 0 to 31; check its argument; see docs/concepts/bit_position.md
#if defined(BIT_32)
sj::Bit<32> outside;
#endif

// case: RANGE_REVERSED
// expect: spikingjet: 'BitRange' takes two bits from 0 to 31 in ascending order; check its arguments; see
#if defined(RANGE_REVERSED)
sj::BitRange<5, 3> reversed;
#endif

// case: RANGE_TOO_HIGH
// expect: spikingjet: 'BitRange' takes two bits from 0 to 31 in ascending order; check its arguments; see
#if defined(RANGE_TOO_HIGH)
sj::BitRange<23, 32> too_high;
#endif

// case: LIST_EMPTY
// expect: spikingjet: 'Bits' takes one or more bits from 0 to 31; check its arguments; see
#if defined(LIST_EMPTY)
sj::Bits<> empty;
#endif

// case: LIST_TOO_HIGH
// expect: spikingjet: 'Bits' takes one or more bits from 0 to 31; check its arguments; see
#if defined(LIST_TOO_HIGH)
sj::Bits<0, 32> too_high;
#endif
