// SPDX-License-Identifier: MIT
#pragma once

#include "engine/equal_bits/layer_networks.hpp"

/// The networks whose GPU code programs.cu has.
namespace gpu {

namespace sj = spikingjet;
using static_networks::Numbered;

inline constexpr auto networks = boost::hana::tuple_t<
    Numbered<0, sj::Network<sj::Input<5>, sj::Dense<"fc1", 7>, sj::Synaptic<"lif1", sj::Lateral<"fb1">>,
                            sj::Dense<"fc2", 3>, sj::Synaptic<"lif2">, sj::MaxPotentialReadout>>,
    Numbered<1, sj::Network<sj::Input<37>, sj::Dense<"fc1", 40>, sj::Leaky<"lif1">, sj::Dense<"fc2", 29>,
                            sj::Leaky<"lif2">, sj::SpikeCountReadout>>,
    Numbered<2,
             sj::Network<sj::Input<2, 7, 6>, sj::Conv2d<"conv1", 3, sj::Kernel<3>>, sj::MaxPool2d<2>, sj::Leaky<"lif1">,
                         sj::Flatten, sj::Dense<"fc1", 4>, sj::Leaky<"lif2">, sj::SpikeCountReadout>>,
    Numbered<3,
             sj::Network<sj::Input<2, 6, 5>, sj::Conv2d<"conv1", 5, sj::Kernel<2, 3>, sj::Stride<2, 1>, sj::Padding<1>>,
                         sj::Leaky<"lif1", sj::Shared<"threshold", sj::Sharing::per_channel>>,
                         sj::Conv2d<"conv2", 18, sj::Kernel<2>>, sj::MaxPool2d<2, sj::Stride<1>>,
                         sj::Synaptic<"lif2", sj::Shared<"beta", sj::Sharing::per_neuron>>, sj::Dense<"fc1", 3>,
                         sj::Leaky<"lif3">, sj::MaxPotentialReadout>>,
    Numbered<4, sj::Network<
                    sj::Input<4, 6, 6>, sj::AvgPool2d<2>,
                    sj::Conv2d<"conv1", 6, sj::Kernel<2>, sj::Groups<2>, sj::Dilation<2>, sj::Padding<1>, sj::NoBias>,
                    sj::SumPool2d<2, sj::Stride<1>>, sj::Leaky<"lif1", sj::Lateral<"fb", sj::OneToOne>>,
                    sj::OnZeroInput<sj::ZeroInput::skip>, sj::MaxPool2d<2, sj::Stride<1>, sj::Padding<1>>,
                    sj::Leaky<"p">, sj::Dense<"fc1", 4>, sj::Leaky<"lif3">, sj::SpikeCountReadout>>,
    Numbered<5, sj::Network<sj::Input<6>, sj::Dense<"fc1", 9>, sj::Alpha<"lif1">, sj::Dense<"fc2", 7>,
                            sj::Lapicque<"lif2">, sj::Dense<"fc3", 4>, sj::Srm<"srm3">, sj::SpikeCountReadout>>,
    Numbered<6, sj::Network<sj::Input<2, 4, 4>, sj::Conv2d<"conv1", 3, sj::Kernel<2>>,
                            sj::RSynaptic<"lif1", sj::SameConv2d<3>>, sj::Dense<"fc1", 4>, sj::RLeaky<"lif2">,
                            sj::MaxPotentialReadout>>>;

}  // namespace gpu
