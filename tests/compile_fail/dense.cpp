// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/conv2d.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>

namespace sj = spikingjet;

template <class Layer1, class Layer2>
using Two =
    sj::Network<sj::Input<2, 3, 3>, Layer1, sj::Leaky<"lif1">, Layer2, sj::Leaky<"lif2">, sj::SpikeCountReadout>;

#if defined(CONTROL)
Two<sj::Dense<"fc1", 20, sj::Inputs<18>>, sj::Dense<"fc2", 10, sj::NoBias, sj::Inputs<20>>> right;
sj::Dense<"fc1", 2147483647> as_many_as_there_can_be;
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

// case: TEXT_FOR_THE_COUNT
// expect: spikingjet: the second argument of a synaptic layer is its number of outputs, a whole number
// expect: in_layer<'f', 'c', '2'>
// expect: written<'t', 'e', 'n'>
#if defined(TEXT_FOR_THE_COUNT)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", "ten">> wrong;
#endif

// case: FRACTION_IS_SPELLED
// expect: spikingjet: the second argument of a synaptic layer is its number of outputs, a whole number
// expect: in_layer<'f', 'c', '2'>
// expect: written<'2', '0', '\.', '5'>
#if defined(FRACTION_IS_SPELLED)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", 20.5>> wrong;
#endif

// case: NEGATIVE_FRACTION
// expect: spikingjet: the second argument of a synaptic layer is its number of outputs, a whole number
// expect: written<'-', '0', '\.', '5'>
#if defined(NEGATIVE_FRACTION)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", -0.5>> wrong;
#endif

// case: CHARACTER_FOR_THE_COUNT
// expect: spikingjet: the second argument of a synaptic layer is its number of outputs, a whole number
// expect: in_layer<'f', 'c', '2'>
// expect: written<'8'>
#if defined(CHARACTER_FOR_THE_COUNT)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", '8'>> wrong;
#endif

// case: TRUTH_FOR_THE_COUNT
// expect: spikingjet: the second argument of a synaptic layer is its number of outputs, a whole number
// expect: in_layer<'f', 'c', '2'>
// expect: written<'t', 'r', 'u', 'e'>
#if defined(TRUTH_FOR_THE_COUNT)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", true>> wrong;
#endif

// case: TOO_MANY_OUTPUTS
// expect: spikingjet: a synaptic layer has at most 2147483647 outputs; check the second argument of the layer spelled in
// expect: in_layer<'f', 'c', '2'>
// expect: 5000000000
#if defined(TOO_MANY_OUTPUTS)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", 5000000000>> wrong;
#endif

// case: ONE_OUTPUT_TOO_MANY
// expect: spikingjet: a synaptic layer has at most 2147483647 outputs; check the second argument of the layer spelled in
// expect: in_layer<'f', 'c', '2'>
// expect: 2147483648
#if defined(ONE_OUTPUT_TOO_MANY)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", 2147483648>> wrong;
#endif

// case: TOO_MANY_OUTPUTS_FOR_A_SIGN
// expect: spikingjet: a synaptic layer has at most 2147483647 outputs; check the second argument of the layer spelled in
// expect: in_layer<'f', 'c', '2'>
#if defined(TOO_MANY_OUTPUTS_FOR_A_SIGN)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", 18446744073709551615u>> wrong;
#endif

// case: SMALLEST_NUMBER
// expect: spikingjet: 'Dense' needs at least one output; check its second argument; see
// expect: in_layer<'f', 'c', '2'>
#if defined(SMALLEST_NUMBER)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", -9223372036854775807 - 1>> wrong;
#endif

// case: SWAPPED
// expect: spikingjet: the first argument of a layer is its name, text in double quotes such as
#if defined(SWAPPED)
Two<sj::Dense<"fc1", 20>, sj::Dense<10, "fc2">> wrong;
#endif

// case: EMPTY_NAME
// expect: spikingjet: a 'Name' must not be empty; check the first argument of the layer
#if defined(EMPTY_NAME)
Two<sj::Dense<"fc1", 20>, sj::Dense<"", 10>> wrong;
#endif

// case: NOTHING_AT_ALL
// expect: spikingjet: the first argument of a layer is its name, text in double quotes such as
#if defined(NOTHING_AT_ALL)
Two<sj::Dense<"fc1", 20>, sj::Dense<>> wrong;
#endif

// case: TEXT_FOR_THE_INPUTS
// expect: spikingjet: a layer must take as many inputs as the layer before it gives; check 'Inputs' of the layer
// expect: in_layer<'f', 'c', '2'>
// expect: written<'2', '0'>
#if defined(TEXT_FOR_THE_INPUTS)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", 10, sj::Inputs<"20">>> wrong;
#endif

// case: NEGATIVE_INPUTS
// expect: spikingjet: a layer must take as many inputs as the layer before it gives; check 'Inputs' of the layer
// expect: in_layer<'f', 'c', '2'>
// expect: -20
#if defined(NEGATIVE_INPUTS)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", 10, sj::Inputs<-20>>> wrong;
#endif

// case: NO_INPUTS
// expect: spikingjet: a layer must take as many inputs as the layer before it gives; check 'Inputs' of the layer
// expect: in_layer<'f', 'c', '2'>
#if defined(NO_INPUTS)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", 10, sj::Inputs<>>> wrong;
#endif

// case: CHARACTER_FOR_AN_OPTION
// expect: spikingjet: 'Dense' takes a name, its number of outputs and options, and nothing else
// expect: written<'b'>
#if defined(CHARACTER_FOR_AN_OPTION)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", 10, 'b'>> wrong;
#endif

// case: TRUTH_FOR_AN_OPTION
// expect: spikingjet: 'Dense' takes a name, its number of outputs and options, and nothing else
// expect: written<'f', 'a', 'l', 's', 'e'>
#if defined(TRUTH_FOR_AN_OPTION)
Two<sj::Dense<"fc1", 20>, sj::Dense<"fc2", 10, false>> wrong;
#endif
