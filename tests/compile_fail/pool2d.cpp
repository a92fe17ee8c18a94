// SPDX-License-Identifier: MIT
#include <spikingjet/model/dense.hpp>
#include <spikingjet/model/leaky.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/pool2d.hpp>

namespace sj = spikingjet;

template <class Pool>
using Pooled = sj::Network<sj::Input<2, 6, 6>, Pool, sj::Dense<"fc1", 4>, sj::Leaky<"lif1">, sj::SpikeCountReadout>;

#if defined(CONTROL)
Pooled<sj::MaxPool2d<3, sj::Stride<1>, sj::Padding<1>>> largest;
Pooled<sj::AvgPool2d<sj::Extent2d{2, 3}>> mean;
Pooled<sj::SumPool2d<6>> sum;
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
sj::Network<sj::Input<2, 6, 6>, sj::Conv2d<"conv1", 2, sj::Kernel<3>>, sj::Leaky<"lif1">, sj::MaxPool2d<2>, sj::SpikeCountReadout>
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
// expect: spikingjet: the window and the 'Stride' of pooling must not be 0; see
#if defined(NEGATIVE_WINDOW)
Pooled<sj::AvgPool2d<-2>> negative;
#endif
