// SPDX-License-Identifier: MIT
#include <spikingjet/fault/persistence.hpp>

namespace sj = spikingjet;

#if defined(CONTROL)
sj::Intermittent<3, 4> one_step;
sj::Flickering<1, 1000, 0> rare;
sj::Flickering<999, 1000, 0> often;
#endif

// case: NO_STEP
// expect: spikingjet: 'Intermittent' needs at least one step; check its arguments; see docs/concepts/fault_type.md
#if defined(NO_STEP)
sj::Intermittent<3, 3> never;
#endif

// case: REVERSED_STEPS
// expect: spikingjet: 'Intermittent' needs at least one step; check its arguments; see docs/concepts/fault_type.md
#if defined(REVERSED_STEPS)
sj::Intermittent<4, 3> reversed;
#endif

// case: NEVER
// expect: spikingjet: 'Flickering' needs a share between 0 and 1; check its arguments; see docs/concepts/fault_type.md
#if defined(NEVER)
sj::Flickering<0, 2, 1> never;
#endif

// case: ALWAYS
// expect: spikingjet: 'Flickering' needs a share between 0 and 1; check its arguments; see docs/concepts/fault_type.md
#if defined(ALWAYS)
sj::Flickering<2, 2, 1> always;
#endif
