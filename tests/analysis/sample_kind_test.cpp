// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "store/fixture.hpp"

#include <spikingjet/analysis/sample_kind.hpp>

#include <cstdint>
#include <string>
#include <vector>

using namespace spikingjet;

TEST_CASE("a store says what its faults are of the fault space, newer ones by 'sample', older ones by what drew them") {
  const TemporaryFolder folder;
  const std::vector<std::uint64_t> populations{6, 4};
  int number = 0;
  const auto kind = [&](const Manifest& manifest, bool space = true) {
    return sample_kind(Store::create(folder / (std::to_string(number++) + ".sqlite"), manifest, two_quantities(),
                                     space ? populations : std::vector<std::uint64_t>{}));
  };
  CHECK(kind(Manifest().inform("sample", "exhaustive")) == SampleKind::exhaustive);
  CHECK(kind(Manifest().inform("sample", "random")) == SampleKind::random);
  CHECK(kind(Manifest().inform("sample", "given")) == SampleKind::given);
  CHECK(kind(Manifest().inform("sample", "of the moon")) == SampleKind::given);
  CHECK(kind(Manifest().inform("sample", "given").inform("method", "exhaustive")) == SampleKind::given);
  CHECK(kind(Manifest().inform("sample", "random").inform("fault file", "a.csv")) == SampleKind::random);
  CHECK(kind(Manifest().inform("method", "exhaustive")) == SampleKind::exhaustive);
  CHECK(kind(Manifest().inform("method", "count:7")) == SampleKind::random);
  CHECK(kind(Manifest().inform("fault file", "a.csv")) == SampleKind::given);
  CHECK(kind(Manifest()) == SampleKind::random);
  CHECK(kind(Manifest(), false) == SampleKind::given);
  CHECK(kind(Manifest().identify("fault count", "10").inform("method", "count:10")) == SampleKind::exhaustive);
  CHECK(kind(Manifest().identify("fault count", "9").inform("method", "count:9")) == SampleKind::random);
  CHECK(kind(Manifest().identify("fault count", "9").inform("method", "exhaustive")) == SampleKind::given);
  CHECK(kind(Manifest().identify("fault count", "10").inform("sample", "given")) == SampleKind::given);
}
