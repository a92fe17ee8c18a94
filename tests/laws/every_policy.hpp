// SPDX-License-Identifier: MIT
#pragma once

// Every policy that the library has, one list for each concept: a new one is added here and meets every law.

#include "laws/fault_type.hpp"

#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/bit_position.hpp>
#include <spikingjet/fault/multi_bit.hpp>
#include <spikingjet/fault/persistence.hpp>
#include <spikingjet/fault/stuck_at.hpp>
#include <spikingjet/fault/target.hpp>
#include <spikingjet/fault/value_fault.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/alpha.hpp>
#include <spikingjet/model/neurons/lapicque.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/rleaky.hpp>
#include <spikingjet/model/neurons/rsynaptic.hpp>
#include <spikingjet/model/neurons/srm.hpp>
#include <spikingjet/model/neurons/synaptic.hpp>
#include <spikingjet/model/readout.hpp>

#include <cstdint>
#include <tuple>

namespace laws {

using spikingjet::LeakyOrder;
using spikingjet::Reset;
using spikingjet::Sharing;

// Fault types, by the laws that hold for them beside those of all.
using FlippingTypes = std::tuple<spikingjet::BitFlip, spikingjet::FlipMask<1>, spikingjet::FlipMask<0x80000001u>,
                                 spikingjet::FlipMask<0xffffffffu>, spikingjet::BurstFlip<2>, spikingjet::BurstFlip<5>,
                                 spikingjet::BurstFlip<8>>;
using SettingTypes =
    std::tuple<spikingjet::StuckAt<0>, spikingjet::StuckAt<1>, spikingjet::Dead, spikingjet::Saturated,
               spikingjet::SetTo<0>, spikingjet::SetTo<1>, spikingjet::SetTo<-3, 2>, spikingjet::SetTo<1, 3>>;
using ScalingTypes = std::tuple<spikingjet::Scale<0>, spikingjet::Scale<1>, spikingjet::Scale<9, 10>,
                                spikingjet::Scale<-2>, spikingjet::Scale<1, 3>>;
using BitFaultTypes = std::tuple<spikingjet::BitFlip, spikingjet::StuckAt<0>, spikingjet::StuckAt<1>,
                                 spikingjet::BurstFlip<2>, spikingjet::BurstFlip<5>, spikingjet::BurstFlip<8>>;
using FaultTypes = decltype(std::tuple_cat(FlippingTypes{}, SettingTypes{}, ScalingTypes{}));

/// A burst names its bit and those above it, as far as the word goes.
template <unsigned Length>
struct NamedBits<spikingjet::BurstFlip<Length>> {
  static constexpr std::uint32_t at(unsigned bit) {
    std::uint32_t named = 0;
    for (unsigned b = bit; b < bit + Length && b < 32; ++b) named |= std::uint32_t{1} << b;
    return named;
  }
};

using BitPositions = std::tuple<spikingjet::Bit<0>, spikingjet::Bit<31>, spikingjet::AnyBit, spikingjet::SignBit,
                                spikingjet::ExponentBits, spikingjet::MantissaBits, spikingjet::BitRange<0, 31>,
                                spikingjet::BitRange<7, 7>, spikingjet::BitRange<23, 30>, spikingjet::Bits<31>,
                                spikingjet::Bits<3, 1, 30, 3>>;

using Targets = std::tuple<spikingjet::target::Weight, spikingjet::target::Bias, spikingjet::target::Decay,
                           spikingjet::target::SynapticDecay, spikingjet::target::Threshold,
                           spikingjet::target::Potential, spikingjet::target::Current, spikingjet::target::Spike,
                           spikingjet::target::Default, spikingjet::target::Any, spikingjet::target::InLayer<"fc2">>;

using Persistences =
    std::tuple<spikingjet::Permanent, spikingjet::Transient, spikingjet::Intermittent<0, 1>,
               spikingjet::Intermittent<30, 70>, spikingjet::Flickering<1, 2, 7>,
               spikingjet::Flickering<1, 4294967295u, 1>, spikingjet::Flickering<4294967294u, 4294967295u, 1>>;

/// Models that see their own spikes through nothing but their states.
using NeuronModels =
    std::tuple<spikingjet::LeakyModel<Reset::subtract, true, LeakyOrder::snntorch_08>,
               spikingjet::LeakyModel<Reset::subtract, true, LeakyOrder::snntorch_07>,
               spikingjet::LeakyModel<Reset::subtract, false, LeakyOrder::snntorch_08>,
               spikingjet::LeakyModel<Reset::subtract, false, LeakyOrder::snntorch_07>,
               spikingjet::LeakyModel<Reset::zero, true, LeakyOrder::snntorch_08>,
               spikingjet::LeakyModel<Reset::zero, true, LeakyOrder::snntorch_07>,
               spikingjet::LeakyModel<Reset::zero, false, LeakyOrder::snntorch_08>,
               spikingjet::LeakyModel<Reset::zero, false, LeakyOrder::snntorch_07>,
               spikingjet::LeakyModel<Reset::none, true, LeakyOrder::snntorch_08>,
               spikingjet::LeakyModel<Reset::none, false, LeakyOrder::snntorch_07>,
               spikingjet::SynapticModel<Reset::subtract, true>, spikingjet::SynapticModel<Reset::subtract, false>,
               spikingjet::SynapticModel<Reset::zero, true>, spikingjet::SynapticModel<Reset::zero, false>,
               spikingjet::SynapticModel<Reset::none, true>, spikingjet::LapicqueModel<Reset::subtract>,
               spikingjet::LapicqueModel<Reset::zero>, spikingjet::LapicqueModel<Reset::none>,
               spikingjet::AlphaModel<Reset::subtract>, spikingjet::AlphaModel<Reset::zero>,
               spikingjet::AlphaModel<Reset::none>, spikingjet::SrmModel>;

/// Models that take the sum over their layer's last spikes.
using RecurrentModels =
    std::tuple<spikingjet::RLeakyModel<Reset::subtract, true>, spikingjet::RLeakyModel<Reset::subtract, false>,
               spikingjet::RLeakyModel<Reset::zero, true>, spikingjet::RLeakyModel<Reset::zero, false>,
               spikingjet::RLeakyModel<Reset::none, true>, spikingjet::RSynapticModel<Reset::subtract>,
               spikingjet::RSynapticModel<Reset::zero>, spikingjet::RSynapticModel<Reset::none>>;

using AllNeuronModels = decltype(std::tuple_cat(NeuronModels{}, RecurrentModels{}));

using Readouts =
    std::tuple<spikingjet::SpikeCountReadout, spikingjet::MaxPotentialReadout, spikingjet::LastPotentialReadout>;

/// The published N-MNIST network.
using NMnist =
    spikingjet::Network<spikingjet::Input<2, 17, 17>, spikingjet::Dense<"fc1", 20>, spikingjet::Leaky<"lif1">,
                        spikingjet::Dense<"fc2", 10>, spikingjet::Leaky<"lif2">, spikingjet::SpikeCountReadout>;

/// A small network with a quantity of every role.
using EveryRole =
    spikingjet::Network<spikingjet::Input<3>, spikingjet::Dense<"fc1", 4>,
                        spikingjet::Leaky<"lif1", spikingjet::Shared<"beta", Sharing::per_layer>>,
                        spikingjet::Dense<"fc2", 3, spikingjet::NoBias>, spikingjet::Synaptic<"syn2">,
                        spikingjet::Dense<"fc3", 2>, spikingjet::Lapicque<"lap3">, spikingjet::MaxPotentialReadout>;

}  // namespace laws
