// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>

namespace sj = spikingjet;

template <class Pool>
using Pooled = sj::Network<sj::Input<2, 6, 6>, Pool, sj::Dense<"fc1", 4>, sj::Leaky<"lif1">, sj::SpikeCountReadout>;

#if defined(CONTROL)
Pooled<sj::MaxPool2d<3, sj::Stride<1>, sj::Padding<1>>> largest;
Pooled<sj::AvgPool2d<sj::Extent2d{2, 3}>> mean;
Pooled<sj::SumPool2d<6>> sum;
Pooled<sj::Pool2d<sj::PoolKind::mean, sj::Extent2d{2, 2}>> by_its_long_name;
#endif

// case: UNKNOWN_OPTION
// expect: spikingjet: pooling takes only the options 'Stride' and 'Padding'; check the arguments after its window; see
#if defined(UNKNOWN_OPTION)
Pooled<sj::MaxPool2d<2, sj::Dilation<2>>> dilated;
#endif

// case: NO_WINDOW
// expect: spikingjet: the window and the 'Stride' of pooling must not be 0; see docs/concepts/network.md
#if defined(NO_WINDOW)
Pooled<sj::SumPool2d<sj::Extent2d{2, 0}>> empty;
#endif

// case: NO_STRIDE
// expect: spikingjet: the window and the 'Stride' of pooling must not be 0; see docs/concepts/network.md
#if defined(NO_STRIDE)
Pooled<sj::MaxPool2d<2, sj::Stride<0>>> still;
#endif

// case: TOO_MUCH_PADDING
// expect: spikingjet: the 'Padding' of pooling is at most half its window; see docs/concepts/network.md
#if defined(TOO_MUCH_PADDING)
Pooled<sj::MaxPool2d<3, sj::Padding<2>>> windows_of_padding;
#endif

// case: FLAT_INPUT
// expect: spikingjet: 'Conv2d' and pooling need inputs of channels, rows and columns; check the 'Input' or the layer
// expect: in_layer<'p', 'o', 'o', 'l'>
#if defined(FLAT_INPUT)
sj::Network<sj::Input<72>, sj::MaxPool2d<2>, sj::Dense<"fc1", 4>, sj::Leaky<"lif1">, sj::SpikeCountReadout> flat;
#endif

// case: WINDOW_TOO_LARGE
// expect: spikingjet: the window of a 'Conv2d' or pooling must fit into its padded input; check its size and the shape
#if defined(WINDOW_TOO_LARGE)
Pooled<sj::AvgPool2d<7>> too_large;
#endif

// case: POOLING_LAST
// expect: spikingjet: the last layer of a 'Network' must be a neuron layer; see docs/concepts/network.md
#if defined(POOLING_LAST)
sj::Network<sj::Input<2, 6, 6>, sj::Conv2d<"conv1", 2, sj::Kernel<3>>, sj::Leaky<"lif1">, sj::MaxPool2d<2>,
            sj::SpikeCountReadout>
    unfinished;
#endif

// case: WITHOUT_A_WINDOW
// expect: spikingjet: the window and the 'Stride' of pooling must not be 0; see
#if defined(WITHOUT_A_WINDOW)
Pooled<sj::MaxPool2d<>> without;
#endif

// case: TWO_NUMBERS
// expect: spikingjet: pooling takes its window and options, and nothing else; what it should not have is spelled in
// expect: written<'3'>
#if defined(TWO_NUMBERS)
Pooled<sj::MaxPool2d<2, 3>> two_by_three;
#endif

// case: NEGATIVE_WINDOW
// expect: spikingjet: the window of pooling is a whole number from 1 to 2147483647, or 'Extent2d.2, 3.' for two by three; what
// expect: written<'-', '2'>
#if defined(NEGATIVE_WINDOW)
Pooled<sj::AvgPool2d<-2>> negative;
#endif

// case: TEXT_FOR_THE_WINDOW
// expect: spikingjet: the window of pooling is a whole number from 1 to 2147483647, or 'Extent2d.2, 3.' for two by three; what
// expect: written<'2'>
#if defined(TEXT_FOR_THE_WINDOW)
Pooled<sj::MaxPool2d<"2">> wrong;
#endif

// case: NAME_OF_A_POOL
// expect: spikingjet: the window of pooling is a whole number from 1 to 2147483647, or 'Extent2d.2, 3.' for two by three; what
// expect: written<'p', 'o', 'o', 'l', '1'>
#if defined(NAME_OF_A_POOL)
Pooled<sj::MaxPool2d<"pool1", 2>> wrong;
#endif

// case: FRACTION_FOR_THE_WINDOW
// expect: spikingjet: the window of pooling is a whole number from 1 to 2147483647, or 'Extent2d.2, 3.' for two by three; what
// expect: written<'2', '\.', '5'>
#if defined(FRACTION_FOR_THE_WINDOW)
Pooled<sj::AvgPool2d<2.5>> wrong;
#endif

// case: CHARACTER_FOR_THE_WINDOW
// expect: spikingjet: the window of pooling is a whole number from 1 to 2147483647, or 'Extent2d.2, 3.' for two by three; what
// expect: written<'2'>
#if defined(CHARACTER_FOR_THE_WINDOW)
Pooled<sj::SumPool2d<'2'>> wrong;
#endif

// case: WINDOW_PAST_32_BITS
// expect: spikingjet: the window of pooling is a whole number from 1 to 2147483647, or 'Extent2d.2, 3.' for two by three; what
// expect: written<'5', '0', '0', '0', '0', '0', '0', '0', '0', '0'>
#if defined(WINDOW_PAST_32_BITS)
Pooled<sj::SumPool2d<5000000000>> wrong;
#endif

// case: EXTENT_PAST_32_BITS
// expect: spikingjet: the window of pooling has at most 2147483647 rows and columns; check its first argument; see
#if defined(EXTENT_PAST_32_BITS)
Pooled<sj::SumPool2d<sj::Extent2d{5000000000, 5000000000}>> wrong;
#endif

// case: OPTION_FOR_THE_WINDOW
// expect: spikingjet: the window of pooling is a whole number from 1 to 2147483647, or 'Extent2d.2, 3.' for two by three; what
#if defined(OPTION_FOR_THE_WINDOW)
Pooled<sj::MaxPool2d<sj::Stride<2>>> wrong;
#endif

// case: KERNEL_FOR_THE_WINDOW
// expect: spikingjet: the window of pooling is a whole number from 1 to 2147483647, or 'Extent2d.2, 3.' for two by three; what
#if defined(KERNEL_FOR_THE_WINDOW)
Pooled<sj::MaxPool2d<sj::Kernel<2>>> wrong;
#endif

// case: TEXT_FOR_THE_STRIDE
// expect: spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most
// expect: written<'2'>
#if defined(TEXT_FOR_THE_STRIDE)
Pooled<sj::MaxPool2d<2, sj::Stride<"2">>> wrong;
#endif

// case: NO_NUMBER_FOR_THE_PADDING
// expect: spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most
#if defined(NO_NUMBER_FOR_THE_PADDING)
Pooled<sj::MaxPool2d<2, sj::Padding<>>> wrong;
#endif

// case: TWO_STRIDES
// expect: spikingjet: a layer takes each of the options 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'Inputs' once
#if defined(TWO_STRIDES)
Pooled<sj::MaxPool2d<2, sj::Stride<2>, sj::Stride<3>>> wrong;
#endif
