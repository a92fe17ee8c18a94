// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/layers/lateral.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/rleaky.hpp>

namespace sj = spikingjet;
using sj::Lateral;

template <sj::Option... Options>
using Net = sj::Network<sj::Input<3>, sj::Dense<"fc1", 4>, sj::Leaky<"lif1", Options...>, sj::SpikeCountReadout>;

#if defined(CONTROL)
Net<Lateral<"fb1">> dense;
Net<Lateral<"fb1", sj::NoBias>, sj::ZeroReset> without_bias;
Net<Lateral<"fb1", sj::Shared<"weight", sj::Sharing::per_layer>, sj::OneToOne>> one_to_one;
sj::Network<sj::Input<2, 5, 5>, sj::Conv2d<"conv1", 2, sj::Kernel<3>>,
            sj::Leaky<"lif1", Lateral<"fb1", sj::SameConv2d<3, 1>>>, sj::SpikeCountReadout>
    same;
#endif

// case: UNKNOWN_OPTION
// expect: spikingjet: 'Lateral' takes only the options 'NoBias', 'OneToOne', 'SameConv2d' and, besides 'OneToOne',
#if defined(UNKNOWN_OPTION)
Net<Lateral<"fb1", sj::ZeroReset>> with_a_reset;
#endif

// case: SHARED_DENSE_WEIGHT
// expect: spikingjet: 'Lateral' takes only the options 'NoBias', 'OneToOne', 'SameConv2d' and, besides 'OneToOne',
#if defined(SHARED_DENSE_WEIGHT)
Net<Lateral<"fb1", sj::Shared<"weight", sj::Sharing::per_layer>>> shared;
#endif

// case: TWO_KINDS
// expect: spikingjet: spikes feed back through at most one of 'OneToOne' and 'SameConv2d'; check the options of the
#if defined(TWO_KINDS)
Net<Lateral<"fb1", sj::SameConv2d<3>, sj::OneToOne>> undecided;
#endif

// case: EVEN_KERNEL
// expect: spikingjet: 'SameConv2d' takes an odd number of rows and columns, so that its output has the shape of the
#if defined(EVEN_KERNEL)
Net<Lateral<"fb1", sj::SameConv2d<3, 2>>> even;
#endif

// case: SAME_CONVOLUTION_OF_FLAT_NEURONS
// expect: spikingjet: 'Conv2d' and pooling need inputs of channels, rows and columns; check the 'Input' or the layer
// expect: in_layer<'f', 'b', '1'>
#if defined(SAME_CONVOLUTION_OF_FLAT_NEURONS)
Net<Lateral<"fb1", sj::SameConv2d<3>>> flat;
#endif

// case: TWO_LATERALS
// expect: spikingjet: a neuron layer takes at most one 'Lateral'; see docs/concepts/neuron_model.md
#if defined(TWO_LATERALS)
Net<Lateral<"fb1">, Lateral<"fb2">> twice;
#endif

// case: SAME_NAME
// expect: spikingjet: the layers of a 'Network' need different names; see docs/concepts/network.md
#if defined(SAME_NAME)
Net<Lateral<"fc1">> same_name;
#endif

// case: NUMBER
// expect: spikingjet: 'Lateral' takes only the options 'NoBias', 'OneToOne', 'SameConv2d' and, besides 'OneToOne',
// expect: written<'2', '4'>
#if defined(NUMBER)
Net<Lateral<"fb1", 24>> number;
#endif

// case: NAME_WITH_A_SPACE
// expect: spikingjet: a 'Name' takes letters, digits, '_', '-' and '\.'; check the one spelled in
// expect: in_layer<'f', 'b', ' ', '1'>
#if defined(NAME_WITH_A_SPACE)
Net<Lateral<"fb 1">> space;
#endif

// case: TEXT_FOR_THE_KERNEL
// expect: spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most
// expect: in_layer<'f', 'b', '1'>
// expect: written<'3'>
#if defined(TEXT_FOR_THE_KERNEL)
Net<Lateral<"fb1", sj::SameConv2d<"3">>> text;
#endif

// case: NO_KERNEL
// expect: spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most
#if defined(NO_KERNEL)
Net<Lateral<"fb1", sj::SameConv2d<>>> nothing;
#endif

// case: NEGATIVE_KERNEL
// expect: spikingjet: 'SameConv2d' takes an odd number of rows and columns, so that its output has the shape of the
#if defined(NEGATIVE_KERNEL)
Net<Lateral<"fb1", sj::SameConv2d<-3>>> negative;
#endif

// case: KERNEL_PAST_32_BITS
// expect: spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most
#if defined(KERNEL_PAST_32_BITS)
Net<Lateral<"fb1", sj::SameConv2d<5000000001>>> large;
#endif

// case: NUMBER_FOR_THE_NAME
// expect: spikingjet: the first argument of a layer is its name, text in double quotes such as
#if defined(NUMBER_FOR_THE_NAME)
Net<Lateral<1>> number;
#endif

// case: OPTION_FOR_THE_NAME
// expect: spikingjet: the first argument of a layer is its name, text in double quotes such as
#if defined(OPTION_FOR_THE_NAME)
Net<Lateral<sj::NoBias>> option;
#endif

// case: NO_NAME
// expect: spikingjet: the first argument of a layer is its name, text in double quotes such as
#if defined(NO_NAME)
Net<Lateral<>> nothing;
#endif

// case: NUMBER_FOR_HOW
// expect: spikingjet: 'Shared' needs how a constant is shared as its second argument, as in
// expect: in_layer<'f', 'b', '1'>
// expect: written<'0', '\.', '5'>
#if defined(NUMBER_FOR_HOW)
Net<Lateral<"fb1", sj::OneToOne, sj::Shared<"weight", 0.5>>> number;
#endif

// case: SHARED_WITHOUT_HOW
// expect: spikingjet: 'Shared' needs how a constant is shared as its second argument, as in
// expect: in_layer<'f', 'b', '1'>
#if defined(SHARED_WITHOUT_HOW)
Net<Lateral<"fb1", sj::OneToOne, sj::Shared<"weight">>> number;
#endif

// case: TEXT
// expect: spikingjet: 'Lateral' takes only the options 'NoBias', 'OneToOne', 'SameConv2d' and, besides 'OneToOne',
// expect: written<'o', 'n', 'e', ' ', 't', 'o', ' ', 'o', 'n', 'e'>
#if defined(TEXT)
Net<Lateral<"fb1", "one to one">> text;
#endif
