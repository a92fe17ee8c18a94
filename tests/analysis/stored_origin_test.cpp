// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "store/fixture.hpp"

#include <spikingjet/analysis/dictionary.hpp>
#include <spikingjet/analysis/export.hpp>
#include <spikingjet/analysis/stored_origin.hpp>
#include <spikingjet/campaign/record_campaign.hpp>
#include <spikingjet/campaign/store_block.hpp>
#include <spikingjet/fault/list_reader.hpp>

#include "analysis/injections.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

using namespace spikingjet;

namespace {

/// A sample of 2 of 192 and 1 of 64 faults.
ListOrigin stratified() {
  return {.method = "stratified:3",
          .confidence = 0.9,
          .seed = 11,
          .population = {192, 64},
          .about = {{"margin", "0.1"}, {"my own", "word"}, {"bits", "all"}},
          .by = "layer",
          .strata = {{"fc1", 192, 2, 0.25}, {"lif1 states", 64, 1, 0.5}}};
}

const std::vector<Fault> faults{weight_flip(5, 31), weight_flip(2, 3), dead_spike(1, 0, Window::whole_run)};

/// The store of a campaign of these faults, as 'run' makes it.
Store a_store(
    const std::string& path, const std::optional<ListOrigin>& from, std::uint64_t listed = 3,
    const std::function<void(Manifest&)>& change = [](Manifest&) {}) {
  Manifest manifest;
  manifest.identify("fault count", std::to_string(listed));
  manifest.inform("weights file", "w.npz").inform(std::string(Manifest::confidence), "0.9");
  inform_of_origin(manifest, from);
  manifest.inform("order", "space");
  change(manifest);
  SampleDesign design;
  std::vector<std::uint64_t> population;
  if (from) {
    design.strata = from->strata;
    population = from->population;
  }
  Store store = Store::create(path, manifest, two_quantities(), stored_space(population, design));
  const FaultRecord record{
      .samples = 4, .unchanged = 0, .masked = 4, .sdc_critical = 0, .band = {}, .due = 0, .correct = 2};
  store.append_block(0, faults, std::vector(faults.size(), record), 0.5, std::vector<Tally>{{"silent", 12}});
  store.inform("slow injections", "0");
  return store;
}

}  // namespace

TEST_CASE("what a campaign noted of where its faults are from is found again") {
  const TemporaryFolder folder;
  CHECK(origin_of(a_store(folder / "strata.sqlite", stratified())) == stratified());
  const ListOrigin simple{.method = "count:3", .confidence = 0.9, .seed = 2, .population = {192, 64}, .about = {}};
  CHECK(origin_of(a_store(folder / "simple.sqlite", simple)) == simple);
  const ListOrigin all{.method = "exhaustive", .confidence = 0.9, .population = {2, 1}, .about = {{"bits", "3"}}};
  CHECK(origin_of(a_store(folder / "all.sqlite", all)) == all);
}

TEST_CASE("a rule that could end a campaign is a part of where its faults are from, unless they are all") {
  const TemporaryFolder folder;
  const auto ruled = [](Manifest& manifest) { manifest.inform("until", "SDC_1 all <= 0.1"); };
  ListOrigin simple{.method = "iterative", .confidence = 0.9, .population = {192, 64}, .about = {{"p", "0.5"}}};
  const auto ended = origin_of(a_store(folder / "a.sqlite", simple, 100, [&](Manifest& manifest) {
    ruled(manifest);
    manifest.inform("ended", "by rule");
  }));
  simple.about.emplace_back("until", "SDC_1 all <= 0.1");
  CHECK(ended == simple);
  const ListOrigin all{.method = "exhaustive", .confidence = 0.9, .population = {2, 1}, .about = {}};
  CHECK(origin_of(a_store(folder / "b.sqlite", all, 3, ruled)) == all);
}

TEST_CASE("nothing is said of faults that nobody drew, and of a part of those that were drawn") {
  const TemporaryFolder folder;
  CHECK_FALSE(origin_of(a_store(folder / "given.sqlite", std::nullopt)).has_value());
  CHECK_FALSE(origin_of(a_store(folder / "part.sqlite", stratified(), 4)).has_value());
  int made = 0;
  for (const char* key : {"seed", "confidence", "sample"}) {
    INFO(key);
    const std::string path = folder / (std::to_string(++made) + ".sqlite");
    CHECK_FALSE(origin_of(a_store(path, stratified(), 3, [&](Manifest& manifest) {
                  manifest.inform(key, "given");
                })).has_value());
  }
}

TEST_CASE("lists that are written from a store are the sample that they were", "[law]") {
  const TemporaryFolder folder;
  const auto quantities = two_quantities();
  export_csv(a_store(folder / "a.sqlite", stratified()), folder / "csv");
  const std::string path = folder / "csv/faults.csv";
  CHECK(contains(read_bytes(path),
                 "Injection,Layer,TensorIndex,Bit,Fault,Begin,End\r\n# spikingjet list: method=stratified:3 count=3 "
                 "population=256 confidence=0.9 seed=11 margin=0.1 my%20own=word bits=all by=layer "
                 "drawn=fc1:192:2:0.25/lif1%20states:64:1 strata=fc1.weight:192/lif1.spike:64 digest="));
  CHECK(load_fault_list(path, quantities).origin == stratified());

  // 'dictionary' likewise, of all faults; those of some quantities are no sample.
  Store store = Store::create(
      folder / "b.sqlite",
      [] {
        Manifest manifest;
        manifest.identify("samples", "4").identify("fault count", "1").inform("confidence", "0.9");
        inform_of_origin(manifest, ListOrigin{.method = "count:1", .population = {192, 0}, .about = {}});
        return manifest;
      }(),
      quantities, std::vector<std::uint64_t>{192, 0});
  store.append_golden(four_samples());
  append_with_injections(store, {weight_flip(0, 3)}, {"mm0m"}, four_samples());
  const auto written = [&](const std::string& name, const KeepQuantity& keep) {
    OutputFile file(folder / name, Overwrite::no);
    write_dictionary(store, file, Exposing::failure, keep);
    file.finish();
    return load_fault_list(folder / name, quantities, {}, [](const std::string&) {});
  };
  REQUIRE(written("all.csv", {}).origin.has_value());
  CHECK(written("some.csv", [](const StoredQuantity&) { return true; }).origin == std::nullopt);
  CHECK_FALSE(contains(read_bytes(folder / "some.csv"), "#"));
}
