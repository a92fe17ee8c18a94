// SPDX-License-Identifier: MIT
#include <spikingjet/engine/differential/spike_contract.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"
#include "laws/neuron_model.hpp"

#include <limits>
#include <string>

namespace sj = spikingjet;

TEMPLATE_LIST_TEST_CASE("every neuron model of the library spikes 0 or 1, whatever its constants", "[law]",
                        laws::NeuronModels) {
  for (const float value : {0.0F, 0.5F, 1.0F, -1.0F, 1e-40F, 1e30F, std::numeric_limits<float>::infinity(),
                            std::numeric_limits<float>::quiet_NaN()}) {
    laws::ConstantsOf<TestType> constants;
    for (int c = 0; c < int(TestType::constants.size()); ++c) constants[c] = value;
    CHECK_NOTHROW(sj::require_spikes_of_bits<TestType>(constants, "lif1"));
  }
}
