// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/layers/conv2d.hpp>
#include <spikingjet/model/layers/lateral.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/neurons/alpha.hpp>
#include <spikingjet/model/neurons/rleaky.hpp>
#include <spikingjet/model/neurons/rsynaptic.hpp>
#include <spikingjet/model/neurons/srm.hpp>

#include "engine/equal_bits/static_networks.hpp"

namespace static_networks {

// Convolution, pooling, lateral weights: strides, padding, dilation, groups; shared constants; widths around a
// register.
inline constexpr auto layers = hana::tuple_t<
    Numbered<0, sj::Network<sj::Input<5>, sj::Dense<"fc1", 7>, sj::Synaptic<"lif1", sj::Lateral<"fb1">>,
                            sj::Dense<"fc2", 3>, sj::Synaptic<"lif2">, sj::MaxPotentialReadout>>,
    Numbered<1, sj::Network<sj::Input<9>, sj::Dense<"fc1", 33>,
                            sj::Leaky<"lif1", sj::ZeroReset, sj::Lateral<"fb1", sj::NoBias>>, sj::Dense<"fc2", 5>,
                            sj::Leaky<"lif2", sj::Lateral<"fb2">>, sj::SpikeCountReadout>>,
    Numbered<2,
             sj::Network<sj::Input<2, 7, 6>, sj::Conv2d<"conv1", 3, sj::Kernel<3>>, sj::MaxPool2d<2>, sj::Leaky<"lif1">,
                         sj::Flatten, sj::Dense<"fc1", 4>, sj::Leaky<"lif2">, sj::SpikeCountReadout>>,
    Numbered<3,
             sj::Network<sj::Input<2, 6, 5>, sj::Conv2d<"conv1", 5, sj::Kernel<2, 3>, sj::Stride<2, 1>, sj::Padding<1>>,
                         sj::Leaky<"lif1", sj::Shared<"threshold", sj::Sharing::per_channel>>,
                         sj::Conv2d<"conv2", 18, sj::Kernel<2>>, sj::MaxPool2d<2, sj::Stride<1>>,
                         sj::Synaptic<"lif2", sj::Shared<"beta", sj::Sharing::per_neuron>>, sj::Dense<"fc1", 3>,
                         sj::Leaky<"lif3">, sj::LastPotentialReadout>>,
    Numbered<4, sj::Network<
                    sj::Input<4, 6, 6>, sj::AvgPool2d<2>,
                    sj::Conv2d<"conv1", 6, sj::Kernel<2>, sj::Groups<2>, sj::Dilation<2>, sj::Padding<1>, sj::NoBias>,
                    sj::SumPool2d<2, sj::Stride<1>>, sj::Leaky<"lif1", sj::ZeroReset, sj::Lateral<"fb", sj::OneToOne>>,
                    sj::OnZeroInput<sj::ZeroInput::skip>, sj::MaxPool2d<2, sj::Stride<1>, sj::Padding<1>>,
                    sj::Leaky<"p">, sj::Dense<"fc1", 4>, sj::Leaky<"lif3">, sj::SpikeCountReadout>>,
    Numbered<
        5, sj::Network<sj::Input<3, 4, 4>, sj::Conv2d<"conv1", 4, sj::Kernel<3>, sj::Padding<1>, sj::Stride<2>>,
                       sj::Leaky<"lif1", sj::Lateral<"fb">>, sj::SumPool2d<2>, sj::Dense<"fc1", 9>, sj::Lapicque<"lap">,
                       sj::Dense<"fc2", 2>, sj::Leaky<"lif2", sj::ImmediateReset>, sj::SpikeCountReadout>>,
    Numbered<6,
             sj::Network<sj::Input<1, 5, 5>, sj::Conv2d<"conv1", 2, sj::Kernel<3>>,
                         sj::Synaptic<"lif1", sj::Lateral<"fb", sj::SameConv2d<3, 1>>>, sj::Dense<"fc1", 4>,
                         sj::Leaky<"lif3", sj::Snntorch07, sj::Lateral<"one", sj::OneToOne>>, sj::SpikeCountReadout>>,
    Numbered<7, sj::Network<sj::Input<2, 3, 3>, sj::Conv2d<"conv1", 4, sj::Kernel<2>>, sj::Leaky<"lif1">,
                            sj::SpikeCountReadout>>,
    Numbered<0, sj::Network<sj::Input<2, 3, 3>, sj::Conv2d<"conv1", 9, sj::Kernel<3>>,
                            sj::Leaky<"lif1", sj::Lateral<"fb", sj::SameConv2d<1>>>,
                            sj::Conv2d<"conv2", 5, sj::Kernel<1>>, sj::Leaky<"lif2">, sj::SpikeCountReadout>>,
    Numbered<1, sj::Network<sj::Input<2, 5, 5>, sj::Conv2d<"conv1", 3, sj::Kernel<2>>, sj::AvgPool2d<2>,
                            sj::Leaky<"lif1">, sj::Dense<"fc1", 3>, sj::Leaky<"lif2">, sj::SpikeCountReadout>>,
    Numbered<2, sj::Network<sj::Input<6>, sj::Dense<"fc1", 67>, sj::Leaky<"lif1", sj::Lateral<"fb1">>,
                            sj::Dense<"fc2", 3>, sj::Leaky<"lif2">, sj::SpikeCountReadout>>,
    Numbered<3, sj::Network<sj::Input<8>, sj::Dense<"fc1", 18, sj::NoBias>,
                            sj::Synaptic<"lif1", sj::ZeroReset, sj::Shared<"beta", sj::Sharing::per_neuron>,
                                         sj::Lateral<"fb1">>,
                            sj::OnZeroInput<sj::ZeroInput::skip>, sj::Dense<"fc2", 17>,
                            sj::Synaptic<"lif2", sj::NoReset>, sj::LastPotentialReadout>>>;

// Alpha, recurrent and spike response neurons: each reset, each way of feeding back, lateral weights, convolution.
inline constexpr auto neurons = hana::tuple_t<
    Numbered<0, sj::Network<sj::Input<6>, sj::Dense<"fc1", 9>, sj::Alpha<"lif1">, sj::Dense<"fc2", 4>,
                            sj::Alpha<"lif2", sj::SubtractReset>, sj::SpikeCountReadout>>,
    Numbered<1, sj::Network<sj::Input<5>, sj::Dense<"fc1", 7>, sj::Alpha<"lif1", sj::NoReset, sj::Lateral<"fb1">>,
                            sj::Dense<"fc2", 3>, sj::Alpha<"lif2", sj::Shared<"alpha", sj::Sharing::per_layer>>,
                            sj::MaxPotentialReadout>>,
    Numbered<2, sj::Network<sj::Input<6>, sj::Dense<"fc1", 17, sj::NoBias>, sj::Srm<"srm1">,
                            sj::Dense<"fc2", 4, sj::NoBias>, sj::Srm<"srm2">, sj::SpikeCountReadout>>,
    Numbered<3, sj::Network<sj::Input<2, 5, 5>, sj::Conv2d<"conv1", 3, sj::Kernel<2>>, sj::SumPool2d<2>,
                            sj::Srm<"srm1", sj::Shared<"gain", sj::Sharing::per_layer>>, sj::Dense<"fc1", 5>,
                            sj::Srm<"srm2", sj::Lateral<"fb2">>, sj::MaxPotentialReadout>>,
    Numbered<4, sj::Network<sj::Input<6>, sj::Dense<"fc1", 7>, sj::RLeaky<"lif1">, sj::Dense<"fc2", 3>,
                            sj::RLeaky<"lif2", sj::OneToOne, sj::ZeroReset>, sj::SpikeCountReadout>>,
    Numbered<5, sj::Network<sj::Input<2, 4, 4>, sj::Conv2d<"conv1", 3, sj::Kernel<2>>,
                            sj::RLeaky<"lif1", sj::SameConv2d<3>, sj::ImmediateReset>, sj::Dense<"fc1", 4>,
                            sj::Leaky<"lif2">, sj::SpikeCountReadout>>,
    Numbered<6, sj::Network<sj::Input<5>, sj::Dense<"fc1", 5>, sj::RSynaptic<"lif1", sj::NoBias>, sj::Dense<"fc2", 18>,
                            sj::RSynaptic<"lif2", sj::OneToOne, sj::Shared<"V", sj::Sharing::per_layer>, sj::NoReset>,
                            sj::Dense<"fc3", 3>, sj::RSynaptic<"lif3", sj::ZeroReset>, sj::LastPotentialReadout>>>;

}  // namespace static_networks
