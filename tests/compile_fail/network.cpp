// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/parameters.hpp>

namespace sj = spikingjet;

using Fc1 = sj::Dense<"fc1", 4>;
using Fc2 = sj::Dense<"fc2", 2>;
using Lif1 = sj::Leaky<"lif1">;
using Lif2 = sj::Leaky<"lif2">;
using Skip = sj::OnZeroInput<sj::ZeroInput::skip>;

#if defined(CONTROL)
sj::Network<sj::Input<3>, Fc1, Lif1, Fc2, Lif2, sj::SpikeCountReadout> two_layers;
sj::Network<sj::Input<3>, Fc1, Lif1, sj::MaxPotentialReadout> one_layer;
sj::Network<sj::Input<3>, Skip, Fc1, Lif1, sj::SpikeCountReadout> option_first;
sj::Network<sj::Input<3>, Fc1, Lif1, Skip, sj::SpikeCountReadout> option_last;
static_assert(decltype(option_first)::zero_input == sj::ZeroInput::skip);
static_assert(decltype(option_last)::zero_input == sj::ZeroInput::skip);
#endif

// case: NO_INPUT
// expect: spikingjet: the first argument of 'Network' must be an 'Input'; see docs/concepts/network.md
// errors: 1
#if defined(NO_INPUT)
using Net = sj::Network<Fc1, Lif1, Fc2, Lif2, sj::SpikeCountReadout>;
constexpr std::size_t classes = Net::classes + Net::quantities.size() + Net::input.size();
sj::Parameters<Net> parameters;
#endif

// case: NOTHING_BEHIND_THE_INPUT
// expect: spikingjet: a 'Network' needs at least one synaptic layer, one neuron layer and a readout behind its 'Input'
#if defined(NOTHING_BEHIND_THE_INPUT)
sj::Network<sj::Input<3>> net;
#endif

// case: NO_NEURONS
// expect: spikingjet: a 'Network' needs at least one synaptic layer, one neuron layer and a readout behind its 'Input'
#if defined(NO_NEURONS)
sj::Network<sj::Input<3>, Fc1, sj::SpikeCountReadout> net;
#endif

// case: NO_READOUT
// expect: spikingjet: the last argument of 'Network' must be a readout, such as 'SpikeCountReadout'; see
#if defined(NO_READOUT)
sj::Network<sj::Input<3>, Fc1, Lif1, Fc2, Lif2> net;
#endif

// case: OPTION_BEHIND_THE_READOUT
// expect: spikingjet: the last argument of 'Network' must be a readout, such as 'SpikeCountReadout'; see
#if defined(OPTION_BEHIND_THE_READOUT)
sj::Network<sj::Input<3>, Fc1, Lif1, sj::SpikeCountReadout, Skip> net;
#endif

// case: NO_LAYER
// expect: spikingjet: between 'Input' and the readout a 'Network' takes layers and at most one 'OnZeroInput'; check
#if defined(NO_LAYER)
sj::Network<sj::Input<3>, Fc1, Lif1, int, sj::SpikeCountReadout> net;
#endif

// case: READOUT_AMID_THE_LAYERS
// expect: spikingjet: between 'Input' and the readout a 'Network' takes layers and at most one 'OnZeroInput'; check
#if defined(READOUT_AMID_THE_LAYERS)
sj::Network<sj::Input<3>, Fc1, Lif1, sj::SpikeCountReadout, Fc2, Lif2, sj::SpikeCountReadout> net;
#endif

// case: SECOND_INPUT
// expect: spikingjet: between 'Input' and the readout a 'Network' takes layers and at most one 'OnZeroInput'; check
#if defined(SECOND_INPUT)
sj::Network<sj::Input<3>, Fc1, Lif1, sj::Input<4>, Fc2, Lif2, sj::SpikeCountReadout> net;
#endif

// case: TWO_ZERO_INPUT_POLICIES
// expect: spikingjet: a 'Network' takes at most one 'OnZeroInput'; see docs/concepts/network.md
#if defined(TWO_ZERO_INPUT_POLICIES)
sj::Network<sj::Input<3>, Skip, Fc1, Lif1, sj::OnZeroInput<sj::ZeroInput::multiply>, sj::SpikeCountReadout> net;
#endif

// case: NEURONS_FIRST
// expect: spikingjet: in a 'Network' every neuron layer needs a synaptic layer before it, and every synaptic layer a
// expect: in_layer<'l', 'i', 'f', '1'>
#if defined(NEURONS_FIRST)
sj::Network<sj::Input<3>, Lif1, Fc1, Lif2, sj::SpikeCountReadout> net;
#endif

// case: NEURONS_BEHIND_NEURONS
// expect: spikingjet: in a 'Network' every neuron layer needs a synaptic layer before it, and every synaptic layer a
// expect: in_layer<'l', 'i', 'f', '2'>
#if defined(NEURONS_BEHIND_NEURONS)
sj::Network<sj::Input<3>, Fc1, Lif1, Lif2, sj::SpikeCountReadout> net;
#endif

// case: SYNAPSES_BEHIND_SYNAPSES
// expect: spikingjet: in a 'Network' every neuron layer needs a synaptic layer before it, and every synaptic layer a
// expect: in_layer<'f', 'c', '2'>
#if defined(SYNAPSES_BEHIND_SYNAPSES)
sj::Network<sj::Input<3>, Fc1, Fc2, Lif1, sj::SpikeCountReadout> net;
#endif

// case: SYNAPSES_LAST
// expect: spikingjet: the last layer of a 'Network' must be a neuron layer; see docs/concepts/network.md
#if defined(SYNAPSES_LAST)
sj::Network<sj::Input<3>, Fc1, Lif1, Fc2, sj::SpikeCountReadout> net;
#endif

// case: SAME_NAME
// expect: spikingjet: the layers of a 'Network' need different names; see docs/concepts/network.md
// expect: in_layer<'f', 'c', '1'>
#if defined(SAME_NAME)
sj::Network<sj::Input<3>, Fc1, Lif1, Fc2, sj::Leaky<"fc1">, sj::SpikeCountReadout> net;
#endif

// case: WRONG_OPTION_OF_A_LAYER
// expect: spikingjet: a neuron layer takes only options of its model and 'Shared'; check the arguments after its name
#if defined(WRONG_OPTION_OF_A_LAYER)
sj::Network<sj::Input<3>, Fc1, sj::Leaky<"lif1", sj::NoBias>, sj::SpikeCountReadout> net;
#endif

// case: NOTHING_AT_ALL
// expect: spikingjet: the first argument of 'Network' must be an 'Input'; see docs/concepts/network.md
#if defined(NOTHING_AT_ALL)
sj::Network<> net;
#endif

// case: TEXT_FOR_THE_POLICY
// expect: spikingjet: 'OnZeroInput' takes 'ZeroInput::multiply' or 'ZeroInput::skip'; check its argument; see
#if defined(TEXT_FOR_THE_POLICY)
sj::Network<sj::Input<3>, sj::OnZeroInput<"skip">, Fc1, Lif1, sj::SpikeCountReadout> net;
#endif

// case: NUMBER_FOR_THE_POLICY
// expect: spikingjet: 'OnZeroInput' takes 'ZeroInput::multiply' or 'ZeroInput::skip'; check its argument; see
#if defined(NUMBER_FOR_THE_POLICY)
sj::Network<sj::Input<3>, sj::OnZeroInput<0>, Fc1, Lif1, sj::SpikeCountReadout> net;
#endif

// case: TRUTH_FOR_THE_POLICY
// expect: spikingjet: 'OnZeroInput' takes 'ZeroInput::multiply' or 'ZeroInput::skip'; check its argument; see
#if defined(TRUTH_FOR_THE_POLICY)
sj::Network<sj::Input<3>, sj::OnZeroInput<true>, Fc1, Lif1, sj::SpikeCountReadout> net;
#endif

// case: NAME_OF_THE_INPUT
// expect: spikingjet: 'Input' takes one to three whole numbers, as in 'Input<2, 17, 17>', and no name; what it should not
// expect: written<'i', 'n'>
#if defined(NAME_OF_THE_INPUT)
sj::Network<sj::Input<"in", 8>, Fc1, Lif1, sj::SpikeCountReadout> net;
#endif

// case: INPUT_TOO_LARGE
// expect: spikingjet: an 'Input' has at most 2147483647 values; check its arguments; see
#if defined(INPUT_TOO_LARGE)
sj::Network<sj::Input<5000000000>, Fc1, Lif1, sj::SpikeCountReadout> net;
#endif

// case: READOUT_FIRST
// expect: spikingjet: the first argument of 'Network' must be an 'Input'; see docs/concepts/network.md
#if defined(READOUT_FIRST)
sj::Network<sj::SpikeCountReadout, sj::Input<3>, Fc1, Lif1> net;
#endif

// case: OUTPUTS_PAST_32_BITS
// expect: spikingjet: a synaptic layer has at most 2147483647 outputs; check the second argument of the layer spelled in
// expect: in_layer<'f', 'c'>
// expect: 5000000000
#if defined(OUTPUTS_PAST_32_BITS)
sj::Network<sj::Input<3>, sj::Dense<"fc", 5000000000>, Lif1, sj::SpikeCountReadout> net;
#endif

// case: USE_OF_A_REFUSED_NETWORK
// expect: spikingjet: the last layer of a 'Network' must be a neuron layer; see docs/concepts/network.md
// expect: in_layer<'m', 'i', 'n', 'e'>
// never: 'f', 'c', '1'
// never: 'l', 'i', 'f', '1'
// never: no_synapses
#if defined(USE_OF_A_REFUSED_NETWORK)
using Net =
    sj::Network<sj::Input<3>, sj::Dense<"hidden", 4>, sj::Leaky<"own">, sj::Dense<"mine", 2>, sj::SpikeCountReadout>;
constexpr std::size_t parameters_of_it = Net::parameter_count;
sj::Parameters<Net> parameters;
static_assert(Net::no_such_member);
#endif
