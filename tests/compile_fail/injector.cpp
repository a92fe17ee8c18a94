// SPDX-License-Identifier: MIT
#include <spikingjet/fault/stuck_at.hpp>
#include <spikingjet/fault/value_fault.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/synaptic.hpp>

namespace sj = spikingjet;
namespace target = spikingjet::target;

using Net = sj::Network<sj::Input<3>, sj::Dense<"fc1", 2>, sj::Leaky<"lif1">, sj::SpikeCountReadout>;
using NetWithCurrent = sj::Network<sj::Input<3>, sj::Dense<"fc1", 2>, sj::Synaptic<"lif1">, sj::SpikeCountReadout>;

struct NeitherBitNorValue {
  static constexpr std::string_view name() { return "neither"; }
};
struct BothBitAndValue : sj::BitFlip {
  static constexpr sj::Alteration on(sj::Role) { return {}; }
};

#if defined(CONTROL)
sj::Injector<Net> everyday;
sj::Injector<Net, sj::Policies<sj::BitFlip, sj::Dead>, sj::Policies<sj::SignBit>, sj::Policies<target::Weight>,
             sj::Transient>
    lists;
sj::Injector<NetWithCurrent, sj::BitFlip, sj::AnyBit, target::Current> current;
sj::Injector<Net, sj::BitFlip, sj::AnyBit, target::InLayer<"lif1">> in_layer;
#endif

// case: NO_NETWORK
// expect: spikingjet: the first argument of 'Injector' must be a 'Network'; see docs/concepts/network.md
#if defined(NO_NETWORK)
sj::Injector<sj::Dense<"fc1", 2>> injector;
#endif

// case: NO_FAULT_TYPE
// expect: spikingjet: a fault type needs 'name\(\)' and either 'at\(bit\)' or 'on\(role\)' returning an 'Alteration'
#if defined(NO_FAULT_TYPE)
sj::Injector<Net, sj::AnyBit> injector;
#endif

// case: NEITHER_BIT_NOR_VALUE
// expect: spikingjet: a fault type needs 'name\(\)' and either 'at\(bit\)' or 'on\(role\)' returning an 'Alteration'
#if defined(NEITHER_BIT_NOR_VALUE)
sj::Injector<Net, sj::Policies<sj::BitFlip, NeitherBitNorValue>> injector;
#endif

// case: BOTH_BIT_AND_VALUE
// expect: spikingjet: a fault type needs 'name\(\)' and either 'at\(bit\)' or 'on\(role\)' returning an 'Alteration'
#if defined(BOTH_BIT_AND_VALUE)
sj::Injector<Net, BothBitAndValue> injector;
#endif

// case: STUCK_AT_2
// expect: spikingjet: 'StuckAt' takes 0 or 1; check its argument; see docs/concepts/fault_type.md
#if defined(STUCK_AT_2)
sj::Injector<Net, sj::StuckAt<2>> injector;
#endif

// case: NO_BIT_POSITION
// expect: spikingjet: a bit position needs 'name\(\)' and 'mask\(\)' returning a set of bits; check the third
#if defined(NO_BIT_POSITION)
sj::Injector<Net, sj::BitFlip, target::Weight> injector;
#endif

// case: BIT_32
// expect: spikingjet: 'Bit' takes 0 to 31; check its argument; see docs/concepts/bit_position.md
#if defined(BIT_32)
sj::Injector<Net, sj::BitFlip, sj::Bit<32>> injector;
#endif

// case: NO_TARGET
// expect: spikingjet: a target needs 'name\(\)' and 'hits\(quantity\)'; check the fourth argument of 'Injector'; see
#if defined(NO_TARGET)
sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::Permanent> injector;
#endif

// case: NO_PERSISTENCE
// expect: spikingjet: a persistence needs 'name\(\)', 'windows\(steps\)' and 'window\(index\)'; check the fifth
#if defined(NO_PERSISTENCE)
sj::Injector<Net, sj::BitFlip, sj::AnyBit, target::Weight, sj::BitFlip> injector;
#endif

// case: CURRENT_OF_A_LEAKY_NEURON
// expect: spikingjet: a target of 'Injector' hits nothing in this network; 'Current' needs neurons with a synaptic
#if defined(CURRENT_OF_A_LEAKY_NEURON)
sj::Injector<Net, sj::BitFlip, sj::AnyBit, target::Current> injector;
#endif

// case: UNKNOWN_LAYER
// expect: spikingjet: a target of 'Injector' hits nothing in this network; 'Current' needs neurons with a synaptic
#if defined(UNKNOWN_LAYER)
sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::Policies<target::Weight, target::InLayer<"fc3">>> injector;
#endif

// case: NO_POLICY
// expect: spikingjet: 'Policies' needs at least one policy; see docs/concepts/fault_type.md
#if defined(NO_POLICY)
sj::Injector<Net, sj::Policies<>> injector;
#endif

// case: NO_TARGET_POLICY
// expect: spikingjet: 'Policies' needs at least one policy; see docs/concepts/fault_type.md
#if defined(NO_TARGET_POLICY)
sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::Policies<>> injector;
#endif
