// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/store/manifest.hpp>

using namespace spikingjet;

TEST_CASE("a manifest keeps its keys in the order they were given") {
  Manifest manifest;
  manifest.identify("network", "N").inform("threads", "2").identify("seed", "7").inform("threads", "4");
  REQUIRE(manifest.entries().size() == 3);
  CHECK(manifest.entries()[0] == Manifest::Entry{"network", "N", true});
  CHECK(manifest.entries()[1] == Manifest::Entry{"threads", "4", false});
  CHECK(manifest.find("seed") == "7");
  CHECK(!manifest.find("Seed"));
}

TEST_CASE("only identity entries tell campaigns apart", "[law]") {
  const Manifest a = Manifest().identify("network", "N").identify("seed", "7").inform("threads", "2");
  const Manifest b = Manifest().inform("date", "today").identify("seed", "7").identify("network", "N");
  CHECK(a.same_campaign(a));
  CHECK(a.same_campaign(b));
  CHECK(b.same_campaign(a));
  CHECK(!(a == b));

  const Manifest other_seed = Manifest().identify("network", "N").identify("seed", "8");
  CHECK(!a.same_campaign(other_seed));
  CHECK(!other_seed.same_campaign(a));
  const auto difference = a.difference(other_seed);
  REQUIRE(difference);
  CHECK(difference->key == "seed");
  CHECK(difference->mine == "7");
  CHECK(difference->other == "8");
}

TEST_CASE("a key that identifies one campaign and not the other tells them apart") {
  const Manifest plain = Manifest().identify("network", "N");
  const Manifest sampled = Manifest().identify("network", "N").identify("samples", "10");
  const Manifest informed = Manifest().identify("network", "N").inform("samples", "10");
  REQUIRE(plain.difference(sampled));
  CHECK(plain.difference(sampled)->key == "samples");
  CHECK(!plain.difference(sampled)->mine);
  CHECK(plain.difference(sampled)->other == "10");
  CHECK(!sampled.same_campaign(plain));
  CHECK(!sampled.same_campaign(informed));
  CHECK(plain.same_campaign(informed));
}
