// SPDX-License-Identifier: MIT
#include <spikingjet/model/conv2d.hpp>
#include <spikingjet/model/dense.hpp>
#include <spikingjet/model/leaky.hpp>
#include <spikingjet/model/network.hpp>

namespace sj = spikingjet;
using sj::Kernel;

template <class Layer>
using Behind = sj::Network<sj::Input<4, 6, 6>, Layer, sj::Leaky<"lif1">, sj::SpikeCountReadout>;

#if defined(CONTROL)
Behind<sj::Conv2d<"conv1", 6, Kernel<6, 4>, sj::Stride<2>, sj::Padding<1>, sj::Dilation<1, 2>, sj::Groups<2>, sj::NoBias,
                  sj::Inputs<144>>>
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
