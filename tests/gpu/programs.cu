// SPDX-License-Identifier: MIT

// GPU code for the networks of the property tests: each neuron model and both readouts.

#include <spikingjet/cuda.cuh>

namespace sj = spikingjet;

namespace {

template <class Readout, class... Models>
using Program = sj::CudaProgram<Readout, Models...>;

const Program<sj::MaxPotentialReadout, sj::SynapticModel<>, sj::SynapticModel<>> lateral_synaptic;
const Program<sj::SpikeCountReadout, sj::LeakyModel<>, sj::LeakyModel<>> leaky;
const Program<sj::SpikeCountReadout, sj::LeakyModel<>, sj::LeakyModel<>, sj::LeakyModel<>> three_leaky;
const Program<sj::MaxPotentialReadout, sj::LeakyModel<>, sj::SynapticModel<>, sj::LeakyModel<>> mixed;
const Program<sj::SpikeCountReadout, sj::AlphaModel<>, sj::LapicqueModel<>, sj::SrmModel> alpha;
const Program<sj::MaxPotentialReadout, sj::RSynapticModel<>, sj::RLeakyModel<>> recurrent;

}  // namespace
