// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/input.hpp>

namespace sj = spikingjet;

#if defined(CONTROL)
sj::Input<700> channels;
sj::Input<2, 17, 17> frame;
#endif

// case: NO_EXTENT
// expect: spikingjet: 'Input' takes one to three extents, none of them 0; check its arguments; see
#if defined(NO_EXTENT)
sj::Input<> scalar;
#endif

// case: FOUR_EXTENTS
// expect: spikingjet: 'Input' takes one to three extents, none of them 0; check its arguments; see
#if defined(FOUR_EXTENTS)
sj::Input<1, 2, 17, 17> with_time;
#endif

// case: NOTHING
// expect: spikingjet: 'Input' takes one to three extents, none of them 0; check its arguments; see
#if defined(NOTHING)
sj::Input<2, 0, 17> nothing;
#endif

// case: NEGATIVE
// expect: spikingjet: 'Input' takes one to three extents, none of them 0; check its arguments; see
#if defined(NEGATIVE)
sj::Input<2, -17, 17> negative;
#endif

// case: NAME
// expect: spikingjet: 'Input' takes one to three whole numbers, as in 'Input<2, 17, 17>', and no name; what it should not
// expect: written<'i', 'n'>
#if defined(NAME)
sj::Input<"in", 8> named;
#endif

// case: NAME_ALONE
// expect: spikingjet: 'Input' takes one to three whole numbers, as in 'Input<2, 17, 17>', and no name; what it should not
// expect: written<'i', 'n'>
#if defined(NAME_ALONE)
sj::Input<"in"> named;
#endif

// case: NAME_BEHIND
// expect: spikingjet: 'Input' takes one to three whole numbers, as in 'Input<2, 17, 17>', and no name; what it should not
// expect: written<'i', 'n'>
#if defined(NAME_BEHIND)
sj::Input<8, "in"> named;
#endif

// case: FRACTION
// expect: spikingjet: 'Input' takes one to three whole numbers, as in 'Input<2, 17, 17>', and no name; what it should not
// expect: written<'0', '\.', '5'>
#if defined(FRACTION)
sj::Input<2, 0.5> half;
#endif

// case: TRUTH
// expect: spikingjet: 'Input' takes one to three whole numbers, as in 'Input<2, 17, 17>', and no name; what it should not
// expect: written<'t', 'r', 'u', 'e'>
#if defined(TRUTH)
sj::Input<true> one;
#endif

// case: CHARACTER
// expect: spikingjet: 'Input' takes one to three whole numbers, as in 'Input<2, 17, 17>', and no name; what it should not
// expect: written<'a'>
#if defined(CHARACTER)
sj::Input<'a'> letter;
#endif

// case: TOO_LARGE
// expect: spikingjet: an 'Input' has at most 2147483647 values; check its arguments; see
// expect: 5000000000
#if defined(TOO_LARGE)
sj::Input<5000000000> large;
#endif

// case: TOO_LARGE_TOGETHER
// expect: spikingjet: an 'Input' has at most 2147483647 values; check its arguments; see
#if defined(TOO_LARGE_TOGETHER)
sj::Input<65536, 65536, 65536> large;
#endif

// case: TOO_LARGE_FOR_A_SIGN
// expect: spikingjet: an 'Input' has at most 2147483647 values; check its arguments; see
#if defined(TOO_LARGE_FOR_A_SIGN)
sj::Input<18446744073709551615u> large;
#endif
