// SPDX-License-Identifier: MIT
#include "analysis/injections.hpp"
#include "catch.hpp"

#include <spikingjet/analysis/coverage.hpp>

#include <cstdint>
#include <string>
#include <vector>

using namespace spikingjet;

namespace {

std::vector<std::uint32_t> list(std::span<const std::uint32_t> samples) { return {samples.begin(), samples.end()}; }

std::string csv(const RowTable& table) {
  std::string text;
  write_csv(table, [&text](std::string_view piece) { text += piece; });
  return text;
}

}  // namespace

TEST_CASE("coverage has the share of critical faults that the first samples of each order expose") {
  const TemporaryFolder folder;
  const Store store = store_with_injections(folder / "a.sqlite");
  // by SDC-1: {0, 1}, {1} twice, {2, 3}; margins 5, 1, 2, 1
  const Coverage coverage(store);
  CHECK(list(coverage.file_order()) == std::vector<std::uint32_t>{0, 1, 2, 3});
  CHECK(list(coverage.by_margin()) == std::vector<std::uint32_t>{1, 3, 2, 0});
  CHECK(list(coverage.greedy()) == std::vector<std::uint32_t>{1, 2});
  CHECK(coverage.minimum().columns == std::vector<std::uint32_t>{1, 2});
  CHECK(coverage.minimum().is_proven());
  // of one sample in the mean: (1/2 + 2 * 1/4 + 1/2)/4; of two: (5/6 + 2 * 1/2 + 5/6)/4
  const std::string text = csv(coverage.table());
  CHECK(
      text.starts_with("samples,file order,smallest margin,greedy,random (mean)\r\n"
                       "1,0.25,0.75,0.75,0.375\r\n"
                       "2,0.75,1,1,0.66"));
  CHECK(text.ends_with("\r\n4,1,1,1,1\r\n"));
  CHECK(contains(coverage.table().caption,
                 "4 of 5 faults are critical: at least one of 4 samples exposes them by another class (SDC-1)"));
  CHECK(coverage.minimum_text() == "2 samples expose all 4 critical faults, proven minimal; greedy takes 2");
}

TEST_CASE("coverage of another outcome, and of some quantities") {
  const TemporaryFolder folder;
  const Store store = store_with_injections(folder / "a.sqlite");
  const Coverage due(store, {.exposing = Exposing::due, .keep = {}});
  CHECK(due.minimum_text() == "1 sample exposes all 2 critical faults, proven minimal; greedy takes 1");
  CHECK(due.minimum().columns == std::vector<std::uint32_t>{3});
  const Coverage none(store,
                      {.exposing = Exposing::due, .keep = [](const StoredQuantity& q) { return q.layer == "lif1"; }});
  CHECK(none.minimum_text() == "no fault is exposed by an unusable readout (DUE), so that no sample is needed");
  CHECK(csv(none.table()).ends_with("\r\n4,,,,\r\n"));
  CHECK(contains(none.table().caption, "0 of 1 faults are critical: none of 4 samples exposes them"));
}

TEST_CASE("coverage of an unfinished campaign and of a stratified one says so") {
  const TemporaryFolder folder;
  const Store part = store_with_injections(folder / "a.sqlite", Manifest().identify("fault count", "9"));
  CHECK(contains(Coverage(part).table().caption, "\nINCOMPLETE: the first 5 of 9 faults"));
  const Store drawn =
      store_with_injections(folder / "d.sqlite", Manifest().identify("fault count", "9").inform("order", "drawn"));
  CHECK(contains(Coverage(drawn).table().caption, "\nended early, in the order of the draw: the first 5 of 9 faults"));
  Store store = Store::create(
      folder / "b.sqlite", Manifest(), two_quantities(),
      StoredSpace{.population = {10, 2}, .ways = {}, .strata = {{"low", 10, 1, 0.5}, {"high", 2, 1, 0.5}}});
  store.append_golden(four_samples());
  append_with_injections(store, {weight_flip(0, 3), weight_flip(1, 30)}, {"m1mm", "mm0m"}, four_samples(),
                         {{0, 0}, {1, 0}});
  CHECK(
      contains(Coverage(store).table().caption, "\nfaults count as they were drawn, not by the sizes of their strata"));
}
