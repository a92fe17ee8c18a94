// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "store/fixture.hpp"

#include <spikingjet/analysis/sample_kind.hpp>

#include <cstdint>
#include <string>
#include <utility>
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

TEST_CASE("a store says how its faults were drawn: from all of the space, from strata, or nobody knows how") {
  const TemporaryFolder folder;
  int number = 0;
  const auto draw = [&](const std::string& sample, std::vector<StoredStratum> strata, const std::string& by = "") {
    Manifest manifest = Manifest().inform("sample", sample);
    if (!by.empty()) manifest.inform("strata by", by);
    const Store store = Store::create(folder / (std::to_string(number++) + ".sqlite"), manifest, two_quantities(),
                                      StoredSpace{{6, 4}, {}, std::move(strata)});
    return draw_of(store, sample_kind(store));
  };
  const std::vector<StoredStratum> one{{"all", 10, 5}};
  const std::vector<StoredStratum> two{{"fc1", 6, 3}, {"lif1 states", 4, 2}};
  CHECK(draw("exhaustive", one) == Draw::whole);
  CHECK(draw("random", one) == Draw::simple);
  CHECK(draw("random", one, "nothing") == Draw::simple);
  CHECK(draw("random", {}) == Draw::simple);
  CHECK(draw("random", two) == Draw::stratified);
  CHECK(draw("stratified", two, "layer") == Draw::stratified);
  CHECK(draw("stratified", one, "layer") == Draw::simple);  // of a network of one layer
  CHECK(draw("stratified", {}) == Draw::unknown);
  CHECK(draw("random", {}, "layer") == Draw::unknown);
  CHECK(draw("given", two) == Draw::unknown);
}

TEST_CASE("a store says how far its campaign is, and whether what it has is the beginning of a draw") {
  const TemporaryFolder folder;
  int number = 0;
  const auto completion = [&](const Manifest& manifest, std::uint64_t finished, bool first = true) {
    return completion_of(Store::create(folder / (std::to_string(number++) + ".sqlite"), manifest, two_quantities()),
                         finished, first);
  };
  const Manifest list = Manifest().identify("fault count", "10");
  const Manifest drawn = Manifest(list).inform("order", "drawn");
  const Manifest by_rule = Manifest(drawn).inform("until", "SDC_1 all <= 0.01");
  CHECK(completion({}, 3) == Completion::finished);  // nobody says how many there were to be
  CHECK(completion(list, 10) == Completion::finished);
  CHECK(completion(list, 9) == Completion::ended_in_list);
  CHECK(completion(Manifest(list).inform("order", "space"), 9) == Completion::ended_in_list);
  CHECK(completion(drawn, 10) == Completion::finished);
  CHECK(completion(drawn, 9) == Completion::ended_at_will);
  CHECK(completion(drawn, 9, false) == Completion::ended_in_list);
  CHECK(completion(by_rule, 9) == Completion::ended_at_will);
  CHECK(completion(by_rule, 10) == Completion::ended_at_will);
  CHECK(completion(Manifest(by_rule).inform("ended", "by rule"), 9) == Completion::ended_at_will);
  const auto of_ten = [&](const Manifest& manifest, std::uint64_t finished) {  // faults of the space
    return completion_of(Store::create(folder / (std::to_string(number++) + ".sqlite"), manifest, two_quantities(),
                                       std::vector<std::uint64_t>{6, 4}),
                         finished, true);
  };
  CHECK(of_ten(by_rule, 10) == Completion::finished);  // nothing is left to be sure of
  CHECK(of_ten(by_rule, 9) == Completion::ended_at_will);
  CHECK(of_ten(Manifest(by_rule).identify("fault count", "20"), 10) == Completion::ended_at_will);
}
