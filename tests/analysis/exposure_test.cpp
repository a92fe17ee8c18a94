// SPDX-License-Identifier: MIT
#include "analysis/injections.hpp"
#include "catch.hpp"

#include <spikingjet/analysis/exposure.hpp>

#include <cstdint>
#include <string>
#include <vector>

using namespace spikingjet;

TEST_CASE("what exposes a fault is another class, no usable readout, either, or any change") {
  const auto exposing = [](Outcome outcome) {
    std::string names;
    for (const std::string_view name : exposing_names)
      if (exposes(outcome, *parse_exposing(name))) names += std::string(name) + " ";
    return names;
  };
  CHECK(exposing(Outcome::masked).empty());
  CHECK(exposing(Outcome::sdc_0_5) == "change ");
  CHECK(exposing(Outcome::sdc_20) == "change ");
  CHECK(exposing(Outcome::sdc_critical) == "sdc-1 failure change ");
  CHECK(exposing(Outcome::due) == "due failure change ");
  CHECK(!parse_exposing("sdc"));
  CHECK(exposing_name(Exposing::failure) == "failure");
}

TEST_CASE("faults that the same samples expose are one set") {
  Exposure exposure(4);
  for (const std::vector<std::uint32_t>& samples :
       std::vector<std::vector<std::uint32_t>>{{0, 2}, {}, {1}, {0, 2}, {0, 1}, {0, 2}})
    exposure.add(samples);
  CHECK(exposure.faults() == 6);
  CHECK(exposure.critical() == 5);
  REQUIRE(exposure.sets().size() == 3);
  CHECK(exposure.weights()[0] == 3);
  CHECK(exposure.weights()[1] == 1);
  CHECK(std::vector(exposure.sets()[2].begin(), exposure.sets()[2].end()) == std::vector<std::uint32_t>{0, 1});
  CHECK(exposed_by_first(exposure, std::vector<std::uint32_t>{3, 1, 2}) == std::vector<std::uint64_t>{0, 0, 2, 5});
}

TEST_CASE("samples drawn at random expose what a hypergeometric draw misses none of") {
  Exposure exposure(4);
  for (const std::vector<std::uint32_t>& samples :
       std::vector<std::vector<std::uint32_t>>{{0, 2}, {1}, {0, 2}, {0, 1, 2, 3}})
    exposure.add(samples);
  CHECK(exposed_by_random(exposure, 0) == 0);
  CHECK(exposed_by_random(exposure, 1) == Approx(2 * 0.5 + 0.25 + 1));
  CHECK(exposed_by_random(exposure, 2) == Approx(2 * (1 - 1.0 / 6) + 0.5 + 1));  // of 6 pairs one misses {0, 2}
  CHECK(exposed_by_random(exposure, 3) == Approx(2 + 0.75 + 1));
  CHECK(exposed_by_random(exposure, 4) == Approx(4));
}

TEST_CASE("samples go by the gap between the two largest readouts, equal ones by number") {
  CHECK(golden_margin(std::vector<float>{7, 2, 1}) == 5);
  CHECK(golden_margin(std::vector<float>{2, 9, 9}) == 0);
  CHECK(golden_margin(std::vector<float>{-1, -4}) == 3);
  CHECK(golden_margin(std::vector<float>{1}) == 0);
  CHECK(by_margin(four_samples()) == std::vector<std::uint32_t>{1, 3, 2, 0});
}

TEST_CASE("a store tells which samples expose which faults") {
  const TemporaryFolder folder;
  const Store store = store_with_injections(folder / "a.sqlite");
  const auto sets = [&](Exposing exposing, const KeepQuantity& keep = {}) {
    Exposure exposure(4);
    add_faults(exposure, store, exposing, keep);
    std::string text = std::to_string(exposure.faults());
    for (std::size_t set = 0; set < exposure.sets().size(); ++set) {
      text += " " + std::to_string(exposure.weights()[set]) + ":";
      for (const std::uint32_t sample : exposure.sets()[set]) text += std::to_string(sample);
    }
    return text;
  };
  CHECK(sets(Exposing::sdc_1) == "5 1:01 2:1 1:23");
  CHECK(sets(Exposing::due) == "5 1:3 1:23");
  CHECK(sets(Exposing::failure) == "5 1:01 1:13 1:123 1:23");
  CHECK(sets(Exposing::change) == "5 1:2 1:01 1:13 1:123 1:23");
  CHECK(sets(Exposing::sdc_1, [](const StoredQuantity& quantity) { return quantity.layer == "lif1"; }) == "1 1:23");
}

TEST_CASE("a sample that a campaign used several times is one sample") {
  const TemporaryFolder folder;
  Store store = Store::create(folder / "a.sqlite", Manifest().identify("samples", "6"), two_quantities(),
                              std::vector<std::uint64_t>{2, 0});
  store.append_golden(four_samples());
  append_with_injections(store, {weight_flip(0, 3), weight_flip(1, 30)}, {"m1mmm1", "mmm0mx"}, four_samples());
  Exposure exposure(4);
  add_faults(exposure, store, Exposing::failure);
  CHECK(std::vector(exposure.sets()[0].begin(), exposure.sets()[0].end()) == std::vector<std::uint32_t>{1});
  CHECK(std::vector(exposure.sets()[1].begin(), exposure.sets()[1].end()) == std::vector<std::uint32_t>{1, 3});
}

TEST_CASE("a store without an outcome for each injection is refused with the way out", "[validation]") {
  const TemporaryFolder folder;
  Store store = Store::create(folder / "a.sqlite", Manifest(), two_quantities(), std::vector<std::uint64_t>{192, 2});
  store.append_golden(four_samples());
  store.append_block(0, std::vector{weight_flip(0, 3)}, std::vector{record_of("m1mm", four_samples())});
  Exposure exposure(4);
  CHECK(sentence_of<InjectionsMissing>([&] { add_faults(exposure, store); }) ==
        "spikingjet: the store '" + (folder / "a.sqlite") +
            "' has counts for each fault and no outcome for each injection, so that nobody knows which samples expose "
            "which faults; run it again with '--outcomes'");
}
