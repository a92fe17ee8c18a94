// SPDX-License-Identifier: MIT
#include <spikingjet/model/dense.hpp>
#include <spikingjet/model/leaky.hpp>
#include <spikingjet/model/network.hpp>

namespace sj = spikingjet;

template <class Layer1, class Layer2>
using Two =
    sj::Network<sj::Input<2, 3, 3>, Layer1, sj::Leaky<"lif1">, Layer2, sj::Leaky<"lif2">, sj::SpikeCountReadout>;

#if defined(CONTROL)
Two<sj::Dense<"fc1", 20, sj::Inputs<18>>, sj::Dense<"fc2", 10, sj::NoBias, sj::Inputs<20>>> right;
#endif

// case: NO_OUTPUT
// expect: spikingjet: 'Dense' needs at least one output; check its second argument; see docs/concepts/network.md
#if defined(NO_OUTPUT)
sj::Dense<"fc1", 0> silent;
#endif

// case: UNKNOWN_OPTION
// expect: spikingjet: 'Dense' takes only the options 'Inputs' and 'NoBias'; check the arguments after its
#if defined(UNKNOWN_OPTION)
sj::Dense<"fc1", 20, sj::ZeroReset> with_a_reset;
#endif

// case: UNKNOWN_OPTION_IN_A_NETWORK
// expect: spikingjet: 'Dense' takes only the options 'Inputs' and 'NoBias'; check the arguments after its
#if defined(UNKNOWN_OPTION_IN_A_NETWORK)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", 10, int>> with_an_int;
#endif

// case: WRONG_INPUTS
// expect: spikingjet: a layer must take as many inputs as the layer before it gives; check 'Inputs' of the layer
// expect: in_layer<'f', 'c', '2'>
#if defined(WRONG_INPUTS)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", 10, sj::Inputs<21>>> mismatch;
#endif

// case: WRONG_INPUTS_FROM_THE_INPUT
// expect: spikingjet: a layer must take as many inputs as the layer before it gives; check 'Inputs' of the layer
// expect: in_layer<'f', 'c', '1'>
#if defined(WRONG_INPUTS_FROM_THE_INPUT)
Two<sj::Dense<"fc1", 20, sj::NoBias, sj::Inputs<578>>, sj::Dense<"fc2", 10>> mismatch;
#endif
