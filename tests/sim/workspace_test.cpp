// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/synaptic.hpp>
#include <spikingjet/sim/workspace.hpp>

#include "catch.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <tuple>
#include <vector>

namespace sj = spikingjet;

namespace {

template <std::size_t N>
void check_compression() {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  const float values[] = {0.0F, 1.0F, -0.0F, nan, 1e-45F, 0.0F, 0.0F, -3.0F};
  for (std::size_t shift = 0; shift < 8; ++shift) {
    sj::NeuronBuffers<N, 1> buffers;
    buffers.spike.fill(5.0F);  // also behind the neurons, where a vector may have left anything
    std::vector<std::uint32_t> expected;
    for (std::size_t n = 0; n < N; ++n) {
      buffers.spike[n] = values[(n * 5 + shift) % 8];
      if (!(buffers.spike[n] == 0)) expected.push_back(std::uint32_t(n));
    }
    buffers.compress();
    const sj::Activity activity = buffers.activity();
    INFO("neurons " << N << ", shift " << shift);
    REQUIRE(activity.size() == expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k) {
      CHECK(activity.index[k] == expected[k]);
      CHECK(sj::to_word(activity.value[k]) == sj::to_word(buffers.spike[expected[k]]));
    }
  }
}

}  // namespace

TEST_CASE("compression lists the non-zero spikes in ascending order, NaN among them, and nothing else") {
  check_compression<1>();
  check_compression<3>();
  check_compression<8>();
  check_compression<15>();
  check_compression<16>();
  check_compression<17>();
  check_compression<33>();
  check_compression<64>();
  check_compression<97>();
}

TEST_CASE("a reset workspace has the states of before the first step") {
  using Net = sj::Network<sj::Input<3>, sj::Dense<"fc1", 5>, sj::Synaptic<"lif1">, sj::Dense<"fc2", 2>,
                          sj::Leaky<"lif2">, sj::SpikeCountReadout>;
  sj::Workspace<Net> work;
  auto& first = std::get<1>(work.layers);
  auto& second = std::get<3>(work.layers);
  for (auto& state : first.state) state.fill(3.0F);
  first.spike.fill(1.0F);
  first.compress();
  for (auto& state : second.state) state.fill(-2.0F);
  work.readout.fill(9.0F);
  work.reset();
  for (const auto& state : first.state)
    for (const float value : state) CHECK(sj::to_word(value) == 0);
  for (const float value : first.spike) CHECK(sj::to_word(value) == 0);
  CHECK(first.activity().size() == 0);
  for (const auto& state : second.state)
    for (const float value : state) CHECK(sj::to_word(value) == 0);
  for (const float value : work.readout) CHECK(sj::to_word(value) == 0);
}
