// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/rleaky.hpp>
#include <spikingjet/model/neurons/rsynaptic.hpp>
#include <spikingjet/model/neurons/srm.hpp>

namespace sj = spikingjet;

template <class Neurons>
using Net = sj::Network<sj::Input<3>, sj::Dense<"fc1", 4>, Neurons, sj::SpikeCountReadout>;

#if defined(CONTROL)
Net<sj::RLeaky<"lif1", sj::NoBias, sj::ImmediateReset, sj::Shared<"beta", sj::Sharing::per_layer>>> dense;
Net<sj::RSynaptic<"lif1", sj::Shared<"V", sj::Sharing::per_layer>, sj::OneToOne, sj::ZeroReset>> one_to_one;
Net<sj::Srm<"srm1", sj::Shared<"gain", sj::Sharing::per_layer>>> spike_response;
#endif

// case: LATERAL
// expect: spikingjet: a recurrent neuron model brings its own projection and takes no 'Lateral'; check the arguments
#if defined(LATERAL)
Net<sj::RLeaky<"lif1", sj::Lateral<"fb1">>> twice;
#endif

// case: SHARED_WEIGHT_OF_A_DENSE_PROJECTION
// expect: spikingjet: 'Shared' must name a constant of the neuron model; check its first argument, such as 'beta' or
#if defined(SHARED_WEIGHT_OF_A_DENSE_PROJECTION)
Net<sj::RLeaky<"lif1", sj::Shared<"V", sj::Sharing::per_layer>>> shared;
#endif

// case: TWO_KINDS
// expect: spikingjet: spikes feed back through at most one of 'OneToOne' and 'SameConv2d'; check the options of the
#if defined(TWO_KINDS)
Net<sj::RSynaptic<"lif1", sj::OneToOne, sj::SameConv2d<3>>> undecided;
#endif

// case: IMMEDIATE_RESET
// expect: spikingjet: a neuron layer takes only options of its model and 'Shared'; check the arguments after its name
#if defined(IMMEDIATE_RESET)
Net<sj::RSynaptic<"lif1", sj::ImmediateReset>> at_once;
#endif

// case: PROJECTION_OF_A_MODEL_WITHOUT
// expect: spikingjet: a neuron layer takes only options of its model and 'Shared'; check the arguments after its name
#if defined(PROJECTION_OF_A_MODEL_WITHOUT)
Net<sj::Leaky<"lif1", sj::OneToOne>> leaky;
#endif

// case: RESET_OF_A_MODEL_WITHOUT
// expect: spikingjet: a neuron layer takes only options of its model and 'Shared'; check the arguments after its name
#if defined(RESET_OF_A_MODEL_WITHOUT)
Net<sj::Srm<"srm1", sj::ZeroReset>> spike_response;
#endif

// case: LONG_NAME
// expect: spikingjet: a 'Name' holds at most 31 characters; shorten the name of the layer; see docs/concepts/network.md
#if defined(LONG_NAME)
Net<sj::RLeaky<"recurrent_neurons_of_one">> long_name;
#endif
