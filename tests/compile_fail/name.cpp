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

// case: NUMBER
// expect: spikingjet: a 'Name' is text in double quotes, such as
#if defined(NUMBER)
Layer<1> number;
#endif

// case: SINGLE_QUOTES
// expect: spikingjet: a 'Name' is text in double quotes, such as
#if defined(SINGLE_QUOTES)
Layer<'f'> character;
#endif

// A name that is no argument of a layer: what its characters are, only a 'throw' can tell.
// case: ILLEGAL_CHARACTER
// first: constant expression
// expect: spikingjet: a 'Name' takes letters, digits, '_', '-' and '\.'
#if defined(ILLEGAL_CHARACTER)
Layer<"fc 1"> with_a_space;
#endif
