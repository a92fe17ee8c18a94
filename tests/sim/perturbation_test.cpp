// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/sim/perturbation.hpp>
#include <spikingjet/sim/run.hpp>

#include "catch.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

using Net = sj::Network<sj::Input<1>, sj::Dense<"fc1", 2>, sj::Leaky<"lif1">, sj::Dense<"fc2", 1>, sj::Leaky<"lif2">,
                        sj::SpikeCountReadout>;
using NetOfPotential = sj::Network<sj::Input<1>, sj::Dense<"fc1", 2>, sj::Leaky<"lif1">, sj::Dense<"fc2", 1>,
                                   sj::Leaky<"lif2">, sj::MaxPotentialReadout>;
static_assert(sj::Perturbation<sj::NoPerturbation, Net>);

/// All weights and thresholds 1, no decay of what is stored.
template <class N>
sj::Parameters<N> unit_parameters() {
  sj::Parameters<N> parameters;
  parameters.assign("fc1.weight", std::vector<float>{1, 1});
  parameters.assign("fc2.weight", std::vector<float>{1, 1});
  parameters.assign("lif1.beta", std::vector<float>{1, 1});
  parameters.assign("lif2.beta", std::vector<float>{1});
  parameters.assign("lif1.threshold", std::vector<float>{10, 10});
  parameters.assign("lif2.threshold", std::vector<float>{10});
  return parameters;
}

sj::Sample silence(std::size_t steps) {
  sj::Sample sample;
  for (std::size_t t = 0; t < steps; ++t) sample.end_step();
  return sample;
}

/// Writes down every call.
struct Log {
  std::string calls;

  void begin_step(std::size_t step, const sj::Parameters<Net>&) { calls += "step " + std::to_string(step) + "; "; }
  template <std::size_t Q>
  void touch(std::size_t step, std::span<float> values) {
    calls += Net::quantities[Q].name() + "[" + std::to_string(values.size()) + "] " + std::to_string(step) + "; ";
  }
};

/// Sets the first element of one quantity in one step.
template <class N>
struct SetOnce {
  std::string name;
  std::size_t at;
  float value;

  void begin_step(std::size_t, const sj::Parameters<N>&) {}
  template <std::size_t Q>
  void touch(std::size_t step, std::span<float> values) {
    if (step == at && N::quantities[Q].name() == name) values[0] = value;
  }
};

/// Writes a weight before a step.
struct WriteWeight {
  void begin_step(std::size_t step, sj::Parameters<Net>& parameters) {
    if (step == 1) parameters.assign("fc1.weight", std::vector<float>{20, 20});
  }
  template <std::size_t Q>
  void touch(std::size_t, std::span<float>) {}
};

}  // namespace

TEST_CASE("a perturbation is offered the parameters, then every state and spike, layer by layer, once a step") {
  sj::Workspace<Net> work;
  Log log;
  const sj::Parameters<Net> parameters = unit_parameters<Net>();
  sj::run(work, parameters, silence(2), log);
  CHECK(log.calls ==
        "step 0; lif1.potential[2] 0; lif1.spike[2] 0; lif2.potential[1] 0; lif2.spike[1] 0; "
        "step 1; lif1.potential[2] 1; lif1.spike[2] 1; lif2.potential[1] 1; lif2.spike[1] 1; ");
}

TEST_CASE("a perturbed potential does not change the spike of its step, and fires and is reset in the next one") {
  sj::Workspace<Net> work;
  SetOnce<Net> perturbation{"lif2.potential", 1, 25.0F};
  const sj::Parameters<Net> parameters = unit_parameters<Net>();
  CHECK(sj::run(work, parameters, silence(2), perturbation)[0] == 0.0F);
  CHECK(sj::run(work, parameters, silence(3), perturbation)[0] == 1.0F);  // 25 - 10, still above the threshold
  CHECK(sj::run(work, parameters, silence(4), perturbation)[0] == 1.0F);  // 15 - 10
}

TEST_CASE("a readout of potentials sees a perturbed potential of its own step") {
  sj::Workspace<NetOfPotential> work;
  SetOnce<NetOfPotential> perturbation{"lif2.potential", 1, 25.0F};
  const sj::Parameters<NetOfPotential> parameters = unit_parameters<NetOfPotential>();
  CHECK(sj::run(work, parameters, silence(1), perturbation)[0] == 0.0F);
  CHECK(sj::run(work, parameters, silence(2), perturbation)[0] == 25.0F);
}

TEST_CASE("a perturbed spike reaches the next layer and the readout within its step, and leaves its own layer alone") {
  const sj::Parameters<NetOfPotential> of_potential = unit_parameters<NetOfPotential>();
  sj::Workspace<NetOfPotential> potential;
  SetOnce<NetOfPotential> hidden{"lif1.spike", 0, 0.75F};
  CHECK(sj::run(potential, of_potential, silence(1), hidden)[0] == 0.75F);

  const sj::Parameters<Net> parameters = unit_parameters<Net>();
  sj::Workspace<Net> work;
  SetOnce<Net> output{"lif2.spike", 0, 4.5F};
  CHECK(sj::run(work, parameters, silence(1), output)[0] == 4.5F);
  CHECK(sj::run(work, parameters, silence(5), output)[0] == 4.5F);  // no reset follows: the neuron itself did not fire
}

TEST_CASE("a parameter that is written before a step is used in that step and stays") {
  sj::Parameters<Net> parameters = unit_parameters<Net>();
  sj::Sample sample;
  for (int t = 0; t < 2; ++t) {
    sample.add(0, 1.0F);
    sample.end_step();
  }
  sj::Workspace<Net> work;
  WriteWeight perturbation;
  sj::run(work, parameters, sample, perturbation);
  CHECK(std::get<1>(work.layers).state[0][0] == 21.0F);
  CHECK(parameters.tensor("fc1.weight") == std::vector<float>{20, 20});
}
