// SPDX-License-Identifier: MIT
#include <spikingjet/core/name.hpp>

template <spikingjet::Name name>
struct Layer {};

#if defined(CONTROL)
Layer<"fc1"> shortest_useful;
Layer<"a"> shortest;
Layer<"A-31_character.name-is-allowed0"> longest;
#endif

// case: EMPTY
// expect: spikingjet: a 'Name' must not be empty; check the first argument of the layer
#if defined(EMPTY)
Layer<""> empty;
#endif

// case: TOO_LONG
// expect: spikingjet: a 'Name' holds at most 31 characters; check the first argument of the layer
#if defined(TOO_LONG)
Layer<"A-31_character.name-is-allowed0X"> too_long;
#endif

// case: ILLEGAL_CHARACTER
// expect: spikingjet: a 'Name' takes letters, digits, '_', '-' and '\.'
#if defined(ILLEGAL_CHARACTER)
Layer<"fc 1"> with_a_space;
#endif
