// SPDX-License-Identifier: MIT
#include "engine/equal_bits/layer_networks.hpp"

namespace {

using namespace static_networks;

/// What every kind of layer must have met, whatever the draw.
void require_equal_layers(std::uint64_t seed, std::size_t cases) {
  equal_bits::Coverage coverage;
  for (const equal_bits::Subject& subject : subjects(layers))
    coverage += equal_bits::compare(subject, seeds_of_program + seed + 10'000 * coverage.networks, cases, {});
  std::string decisions;
  for (std::size_t d = 0; d < sj::decision_count; ++d)
    decisions += (d ? ", " : "") + std::to_string(coverage.decisions[sj::Decision(d)]) + " " +
                 std::string(sj::decision_name(sj::Decision(d)));
  WARN(coverage.networks << " network types, " << coverage.injections << " injections with equal bits, "
                         << coverage.changed << " changed the readout, " << coverage.referenced
                         << " on the reference; decided: " << decisions);
  CHECK(coverage.injections > 150 * cases * coverage.networks);
  CHECK(coverage.changed > coverage.injections / 20);
  CHECK(coverage.referenced > coverage.injections / 40);
  for (const sj::Decision decision :
       {sj::Decision::silent, sj::Decision::analytic, sj::Decision::bracketed, sj::Decision::unchanged,
        sj::Decision::merged, sj::Decision::carried, sj::Decision::replayed}) {
    INFO(sj::decision_name(decision));
    CHECK(coverage.decisions[decision] > cases);
  }
}

}  // namespace

TEST_CASE("both engines give the same bits with convolution, pooling and lateral weights") {
  require_equal_layers(11'000'000, few_cases);
}

TEST_CASE("both engines give the same bits with convolution, pooling and lateral weights, many times", "[.][slow]") {
  require_equal_layers(11'001'000, many_cases);
}
