// SPDX-License-Identifier: MIT
#include <spikingjet/model/conv2d.hpp>
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
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", 10, sj::Kernel<3>>> with_a_kernel;
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

// case: INPUTS_AND_OUTPUTS
// expect: spikingjet: 'Dense' takes a name, its number of outputs and options, and nothing else; what it should
// expect: in_layer<'f', 'c', '1'>
// expect: written<'2', '4'>
#if defined(INPUTS_AND_OUTPUTS)
Two<sj::Dense<"fc1", 18, 24>, sj::Dense<"fc2", 10>> in_and_out;
#endif

// case: TEXT_FOR_AN_OPTION
// expect: spikingjet: 'Dense' takes a name, its number of outputs and options, and nothing else; what it should
// expect: written<'n', 'o', ' ', 'b', 'i', 'a', 's'>
#if defined(TEXT_FOR_AN_OPTION)
Two<sj::Dense<"fc1", 24, "no bias">, sj::Dense<"fc2", 10>> text;
#endif

// case: NEGATIVE_OUTPUTS
// expect: spikingjet: 'Dense' needs at least one output; check its second argument; see
// expect: in_layer<'f', 'c', '2'>
// expect: -24
#if defined(NEGATIVE_OUTPUTS)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", -24>> negative;
#endif

// case: NO_COUNT
// expect: spikingjet: a synaptic layer needs its number of outputs behind its name
// expect: in_layer<'f', 'c', '2'>
#if defined(NO_COUNT)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2">> nothing;
#endif

// case: OPTION_FOR_THE_COUNT
// expect: spikingjet: the second argument of a synaptic layer is its number of outputs, a whole number
// expect: in_layer<'f', 'c', '2'>
#if defined(OPTION_FOR_THE_COUNT)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", sj::NoBias>> option;
#endif

// case: FRACTION_FOR_THE_COUNT
// expect: spikingjet: the second argument of a synaptic layer is its number of outputs, a whole number
#if defined(FRACTION_FOR_THE_COUNT)
Two<sj::Dense<"fc1", 20.5>, sj::Dense<"fc2", 10>> fraction;
#endif

// case: NAME_WITH_A_SPACE
// expect: spikingjet: a 'Name' takes letters, digits, '_', '-' and '\.'; check the one spelled in
// expect: in_layer<'f', 'c', ' ', '1'>
#if defined(NAME_WITH_A_SPACE)
Two<sj::Dense<"fc 1", 20>, sj::Dense<"fc2", 10>> space;
#endif

// case: NUMBER_FOR_THE_NAME
// expect: spikingjet: the first argument of a layer is its name, text in double quotes such as
#if defined(NUMBER_FOR_THE_NAME)
Two<sj::Dense<1, 20>, sj::Dense<"fc2", 10>> number;
#endif

// case: NAME_IN_SINGLE_QUOTES
// expect: spikingjet: the first argument of a layer is its name, text in double quotes such as
#if defined(NAME_IN_SINGLE_QUOTES)
Two<sj::Dense<'f', 20>, sj::Dense<"fc2", 10>> character;
#endif
