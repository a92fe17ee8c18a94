// SPDX-License-Identifier: MIT
#include <spikingjet/engine/differential/carry/feedback.hpp>
#include <spikingjet/model.hpp>

#include "catch.hpp"
#include "engine/equal_bits/equal_bits.hpp"

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>

namespace sj = spikingjet;

namespace {

template <class Hidden, class Last, class Readout>
using Fed = sj::Network<sj::Input<7>, sj::Dense<"fc1", 35>, Hidden, sj::Dense<"fc2", 5>, Last, Readout>;

// Layers that feed back on themselves before a last one: more neurons than a register has lanes, and not a multiple.
using Subjects = std::tuple<
    std::pair<Fed<sj::Leaky<"lif1", sj::Lateral<"fb1">>, sj::Leaky<"lif2">, sj::SpikeCountReadout>, sj::Pack<float, 2>>,
    std::pair<Fed<sj::Synaptic<"lif1", sj::Lateral<"fb1", sj::NoBias>>, sj::Synaptic<"lif2">, sj::MaxPotentialReadout>,
              sj::NativePack>>;

}  // namespace

TEMPLATE_LIST_TEST_CASE("more faults than run side by side change what feeds back, with the bits of full runs", "[law]",
                        Subjects) {
  using Net = typename TestType::first_type;
  const auto subject = equal_bits::subject<Net, typename TestType::second_type>("");
  const equal_bits::Coverage coverage = equal_bits::compare(
      subject, 940'000, 12, {.random_faults = 300, .dense_faults = 300, .samples = 2, .referenced = 0.01});
  INFO(coverage.decisions[sj::Decision::replayed] << " replayed, " << coverage.changed << " changed the readout");
  CHECK(coverage.decisions[sj::Decision::replayed] > 12 * 2 * 32);
  CHECK(coverage.changed > 1000);
}
