// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/conv2d.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>

namespace sj = spikingjet;
using sj::Kernel;

template <class Layer>
using Behind = sj::Network<sj::Input<4, 6, 6>, Layer, sj::Leaky<"lif1">, sj::SpikeCountReadout>;

#if defined(CONTROL)
Behind<sj::Conv2d<"conv1", 6, Kernel<6, 4>, sj::Stride<2>, sj::Padding<1>, sj::Dilation<1, 2>, sj::Groups<2>,
                  sj::NoBias, sj::Inputs<144>>>
    right;
#endif

// case: UNKNOWN_OPTION
// expect: spikingjet: 'Conv2d' takes only the options 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups', 'Inputs' and
#if defined(UNKNOWN_OPTION)
Behind<sj::Conv2d<"conv1", 6, Kernel<3>, sj::ZeroReset>> with_a_reset;
#endif

// case: NO_OUTPUT
// expect: spikingjet: 'Conv2d' needs at least one output channel; check its second argument; see docs/concepts/network.md
#if defined(NO_OUTPUT)
Behind<sj::Conv2d<"conv1", 0, Kernel<3>>> silent;
#endif

// case: NO_KERNEL
// expect: spikingjet: 'Conv2d' needs a 'Kernel' of at least one row and column, such as 'Kernel<5>'; see
#if defined(NO_KERNEL)
Behind<sj::Conv2d<"conv1", 6, sj::Stride<2>>> without;
#endif

// case: EMPTY_KERNEL
// expect: spikingjet: 'Conv2d' needs a 'Kernel' of at least one row and column, such as 'Kernel<5>'; see
#if defined(EMPTY_KERNEL)
Behind<sj::Conv2d<"conv1", 6, Kernel<3, 0>>> empty;
#endif

// case: NO_STRIDE
// expect: spikingjet: 'Stride', 'Dilation' and 'Groups' of a 'Conv2d' must not be 0; see docs/concepts/network.md
#if defined(NO_STRIDE)
Behind<sj::Conv2d<"conv1", 6, Kernel<3>, sj::Stride<0, 1>>> still;
#endif

// case: NO_GROUPS
// expect: spikingjet: 'Stride', 'Dilation' and 'Groups' of a 'Conv2d' must not be 0; see docs/concepts/network.md
#if defined(NO_GROUPS)
Behind<sj::Conv2d<"conv1", 6, Kernel<3>, sj::Groups<0>>> nobody;
#endif

// case: FLAT_INPUT
// expect: spikingjet: 'Conv2d' and pooling need inputs of channels, rows and columns; check the 'Input' or the layer
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
#if defined(FLAT_INPUT)
sj::Network<sj::Input<144>, sj::Conv2d<"conv1", 6, Kernel<3>>, sj::Leaky<"lif1">, sj::SpikeCountReadout> flat;
#endif

// case: GROUPS_OF_THE_INPUT
// expect: spikingjet: 'Groups' must divide the input channels and the output channels of the 'Conv2d' spelled in
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
#if defined(GROUPS_OF_THE_INPUT)
Behind<sj::Conv2d<"conv1", 6, Kernel<3>, sj::Groups<3>>> three_groups;
#endif

// case: GROUPS_OF_THE_OUTPUT
// expect: spikingjet: 'Groups' must divide the input channels and the output channels of the 'Conv2d' spelled in
#if defined(GROUPS_OF_THE_OUTPUT)
Behind<sj::Conv2d<"conv1", 6, Kernel<3>, sj::Groups<4>>> four_groups;
#endif

// case: KERNEL_TOO_LARGE
// expect: spikingjet: the window of a 'Conv2d' or pooling must fit into its padded input; check its size and the shape
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
#if defined(KERNEL_TOO_LARGE)
Behind<sj::Conv2d<"conv1", 6, Kernel<4>, sj::Dilation<2>>> too_large;
#endif

// case: WRONG_INPUTS
// expect: spikingjet: a layer must take as many inputs as the layer before it gives; check 'Inputs' of the layer
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
#if defined(WRONG_INPUTS)
Behind<sj::Conv2d<"conv1", 6, Kernel<3>, sj::Inputs<143>>> mismatch;
#endif

// case: KERNEL_AS_A_NUMBER
// expect: spikingjet: 'Conv2d' takes a name, its number of output channels and options, and nothing else; what it
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
// expect: written<'3'>
#if defined(KERNEL_AS_A_NUMBER)
Behind<sj::Conv2d<"conv1", 8, 3>> number;
#endif

// case: KERNEL_FOR_THE_COUNT
// expect: spikingjet: the second argument of a synaptic layer is its number of outputs, a whole number
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
#if defined(KERNEL_FOR_THE_COUNT)
Behind<sj::Conv2d<"conv1", Kernel<3>>> without_outputs;
#endif

// case: NEGATIVE_KERNEL
// expect: spikingjet: 'Conv2d' needs a 'Kernel' of at least one row and column, such as 'Kernel<5>'; see
#if defined(NEGATIVE_KERNEL)
Behind<sj::Conv2d<"conv1", 8, Kernel<-3>>> negative;
#endif

// case: NEGATIVE_PADDING
// expect: spikingjet: the 'Padding' of a 'Conv2d' must not be negative; see
#if defined(NEGATIVE_PADDING)
Behind<sj::Conv2d<"conv1", 8, Kernel<3>, sj::Padding<-1>>> negative;
#endif

// case: TEXT_FOR_A_KERNEL
// expect: spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
// expect: written<'3'>
#if defined(TEXT_FOR_A_KERNEL)
Behind<sj::Conv2d<"conv1", 8, Kernel<"3">>> wrong;
#endif

// case: FRACTION_FOR_A_STRIDE
// expect: spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
// expect: written<'1', '\.', '5'>
#if defined(FRACTION_FOR_A_STRIDE)
Behind<sj::Conv2d<"conv1", 8, Kernel<3>, sj::Stride<1, 1.5>>> wrong;
#endif

// case: TEXT_FOR_A_PADDING
// expect: spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most
// expect: written<'s', 'a', 'm', 'e'>
#if defined(TEXT_FOR_A_PADDING)
Behind<sj::Conv2d<"conv1", 8, Kernel<3>, sj::Padding<"same">>> wrong;
#endif

// case: TRUTH_FOR_A_PADDING
// expect: spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most
// expect: written<'t', 'r', 'u', 'e'>
#if defined(TRUTH_FOR_A_PADDING)
Behind<sj::Conv2d<"conv1", 8, Kernel<3>, sj::Padding<true>>> wrong;
#endif

// case: OPTION_FOR_A_DILATION
// expect: spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
#if defined(OPTION_FOR_A_DILATION)
Behind<sj::Conv2d<"conv1", 8, Kernel<3>, sj::Dilation<sj::NoBias>>> wrong;
#endif

// case: FRACTION_FOR_GROUPS
// expect: spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most
// expect: written<'0', '\.', '5'>
#if defined(FRACTION_FOR_GROUPS)
Behind<sj::Conv2d<"conv1", 8, Kernel<3>, sj::Groups<0.5>>> wrong;
#endif

// case: NO_NUMBER_FOR_A_KERNEL
// expect: spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
#if defined(NO_NUMBER_FOR_A_KERNEL)
Behind<sj::Conv2d<"conv1", 8, Kernel<>>> wrong;
#endif

// case: NO_NUMBER_FOR_GROUPS
// expect: spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
#if defined(NO_NUMBER_FOR_GROUPS)
Behind<sj::Conv2d<"conv1", 8, Kernel<3>, sj::Groups<>>> wrong;
#endif

// case: KERNEL_PAST_32_BITS
// expect: spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
// expect: 5000000000
#if defined(KERNEL_PAST_32_BITS)
Behind<sj::Conv2d<"conv1", 8, Kernel<5000000000>>> wrong;
#endif

// case: STRIDE_PAST_32_BITS
// expect: spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
// expect: 4294967297
#if defined(STRIDE_PAST_32_BITS)
Behind<sj::Conv2d<"conv1", 8, Kernel<3>, sj::Stride<4294967297>>> wrong;
#endif

// case: PADDING_PAST_32_BITS
// expect: spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
// expect: 9223372036854775807
#if defined(PADDING_PAST_32_BITS)
Behind<sj::Conv2d<"conv1", 8, Kernel<3>, sj::Padding<9223372036854775807>>> wrong;
#endif

// case: DILATION_PAST_32_BITS
// expect: spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
#if defined(DILATION_PAST_32_BITS)
Behind<sj::Conv2d<"conv1", 8, Kernel<3>, sj::Dilation<4294967296>>> wrong;
#endif

// case: NEGATIVE_STRIDE
// expect: spikingjet: 'Stride', 'Dilation' and 'Groups' of a 'Conv2d' must not be 0; see
#if defined(NEGATIVE_STRIDE)
Behind<sj::Conv2d<"conv1", 8, Kernel<3>, sj::Stride<-2>>> wrong;
#endif

// case: NEGATIVE_GROUPS
// expect: spikingjet: 'Stride', 'Dilation' and 'Groups' of a 'Conv2d' must not be 0; see
#if defined(NEGATIVE_GROUPS)
Behind<sj::Conv2d<"conv1", 8, Kernel<3>, sj::Groups<-2>>> wrong;
#endif

// case: TWO_KERNELS
// expect: spikingjet: a layer takes each of the options 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'Inputs' once
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
#if defined(TWO_KERNELS)
Behind<sj::Conv2d<"conv1", 8, Kernel<3>, Kernel<5>>> wrong;
#endif

// case: TWO_STRIDES
// expect: spikingjet: a layer takes each of the options 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'Inputs' once
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
#if defined(TWO_STRIDES)
Behind<sj::Conv2d<"conv1", 8, Kernel<3>, sj::Stride<1>, sj::Stride<2>>> wrong;
#endif

// case: TWO_INPUTS
// expect: spikingjet: a layer takes each of the options 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'Inputs' once
#if defined(TWO_INPUTS)
Behind<sj::Conv2d<"conv1", 8, Kernel<3>, sj::Inputs<144>, sj::Inputs<144>>> wrong;
#endif

// case: TOO_MANY_CHANNELS
// expect: spikingjet: a synaptic layer has at most 2147483647 outputs; check the second argument of the layer spelled in
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
#if defined(TOO_MANY_CHANNELS)
Behind<sj::Conv2d<"conv1", 2147483648, Kernel<3>>> wrong;
#endif

// case: TOO_MANY_OUTPUTS
// expect: spikingjet: a layer holds at most 2147483647 values, and the one spelled in 'in_layer<...>' would give more
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
#if defined(TOO_MANY_OUTPUTS)
Behind<sj::Conv2d<"conv1", 2147483647, Kernel<3>>> wrong;
#endif

// case: TOO_MUCH_PADDING
// expect: spikingjet: a layer holds at most 2147483647 values, and the one spelled in 'in_layer<...>' would give more
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
#if defined(TOO_MUCH_PADDING)
Behind<sj::Conv2d<"conv1", 8, Kernel<3>, sj::Padding<2147483647>>> wrong;
#endif

// case: KERNEL_BEFORE_THE_NAME
// expect: spikingjet: the first argument of a layer is its name, text in double quotes such as
#if defined(KERNEL_BEFORE_THE_NAME)
Behind<sj::Conv2d<Kernel<3>, "conv1", 8>> wrong;
#endif

// case: TEXT_FOR_THE_CHANNELS
// expect: spikingjet: the second argument of a synaptic layer is its number of outputs, a whole number
// expect: in_layer<'c', 'o', 'n', 'v', '1'>
// expect: written<'8'>
#if defined(TEXT_FOR_THE_CHANNELS)
Behind<sj::Conv2d<"conv1", "8", Kernel<3>>> wrong;
#endif

// case: EXTENT_FOR_A_KERNEL
// expect: spikingjet: 'Conv2d' takes only the options 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups', 'Inputs' and
#if defined(EXTENT_FOR_A_KERNEL)
Behind<sj::Conv2d<"conv1", 8, sj::Extent2d{3, 3}>> wrong;
#endif
