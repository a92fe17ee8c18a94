// SPDX-License-Identifier: MIT
#include <spikingjet/model/input.hpp>

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
