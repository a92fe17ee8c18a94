// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

// Marks what a header of `definitions` defines and the header beside it only declares: inline where every program
// compiles it, and no mark where the library `spikingjet::compiled`, which defines SPIKINGJET_COMPILED, has it once.
#if defined(SPIKINGJET_COMPILED)
#define SPIKINGJET_INLINE
#else
#define SPIKINGJET_INLINE inline
#endif
