// SPDX-License-Identifier: MIT
#include <spikingjet/sim/golden_run.hpp>

#include <spikingjet/core/parallel.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/synaptic.hpp>

#include "catch.hpp"
#include "engine/equal_bits/random_cases.hpp"
#include "reference.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace sj = spikingjet;

namespace {

using Net = sj::Network<sj::Input<7>, sj::Dense<"fc1", 19>, sj::Synaptic<"lif1">, sj::Dense<"fc2", 3>,
                        sj::Leaky<"lif2">, sj::MaxPotentialReadout>;

constexpr std::uint64_t seed = 8;

/// Networks, their samples and the readouts that the reference leaves.
struct Case {
  sj::Parameters<Net> parameters;
  sj::Dataset dataset;
  std::vector<float> expected;  // (samples, classes)
};

Case make_case(std::size_t samples) {
  random_cases::Random random(seed);
  const reference::Network network = random_cases::random_network(random_cases::shape_of<Net>(), random);
  Case made{random_cases::parameters_of<Net>(network), {}, {}};
  made.dataset.shape = {7};
  for (std::size_t s = 0; s < samples; ++s) {
    const auto input = random_cases::random_input(7, random);
    made.dataset.samples.push_back(random_cases::sample_of(input));
    const std::vector<float> readout = reference::run(network, input);
    made.expected.insert(made.expected.end(), readout.begin(), readout.end());
  }
  return made;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

}  // namespace

TEST_CASE("a golden run leaves the reference's readouts, on any number of threads") {
  INFO("seed " << seed);
  const Case made = make_case(60);
  for (const std::size_t threads : {std::size_t(1), std::size_t(2), std::size_t(5)}) {
    const sj::ThreadLimit limit(threads);
    INFO("threads " << threads);
    CHECK(same_bits(sj::golden_run(made.parameters, sj::SampleRange(made.dataset)), made.expected));
  }
}

TEST_CASE("a golden run runs each distinct sample of a range once, in order") {
  INFO("seed " << seed);
  const Case made = make_case(5);
  CHECK(same_bits(sj::golden_run(made.parameters, sj::SampleRange(made.dataset, 12)), made.expected));
  const std::vector<float> two(made.expected.begin(), made.expected.begin() + 2 * std::ptrdiff_t(Net::classes));
  CHECK(same_bits(sj::golden_run(made.parameters, sj::SampleRange(made.dataset, 2)), two));
  CHECK(sj::golden_run(made.parameters, sj::SampleRange(made.dataset, 0)).empty());
}
