// SPDX-License-Identifier: MIT
#include "analysis/injections.hpp"
#include "catch.hpp"

#include <spikingjet/analysis/analyse.hpp>
#include <spikingjet/analysis/ranking.hpp>

#include <cstddef>
#include <string>
#include <vector>

using namespace spikingjet;

namespace {

std::string csv(const RowTable& table) {
  std::string text;
  write_csv(table, [&text](std::string_view piece) { text += piece; });
  return text;
}

}  // namespace

TEST_CASE("the most critical faults stand by their share of SDC-1, equal ones in the order of the list") {
  const TemporaryFolder folder;
  const Store store = store_with_injections(folder / "a.sqlite");
  const RowTable top = top_faults(store, 4);
  CHECK(csv(top) ==
        "fault,element,bit,fault type,begin,end,# of injections,fully_masked,SDC_1,DUE,facc\r\n"
        "1,\"fc1.weight (0, 1)\",30,bitflip,,,4,0.5,0.5,0,0.75\r\n"
        "4,\"lif1.spike (1,)\",,dead,0,5,4,0.5,0.5,0,0.25\r\n"
        "2,\"fc1.weight (0, 2)\",31,bitflip,,,4,0.5,0.25,0.25,0.75\r\n"
        "3,\"fc1.weight (0, 2)\",30,bitflip,,,4,0.25,0.25,0.5,0.25\r\n");
  CHECK(contains(top.caption, "the 4 most critical of 5 faults, by SDC-1"));
  CHECK(top_faults(store, 100).size == 5);
  const RowTable weights =
      top_faults(store, 1, [](const StoredQuantity& quantity) { return quantity.layer == "lif1"; });
  REQUIRE(weights.size == 1);
  CHECK(weights.row(0).names[0] == "4");
}

TEST_CASE("the most critical of many faults are those of sorting all", "[law]") {
  const TemporaryFolder folder;
  Store store = Store::create(folder / "a.sqlite", Manifest(), two_quantities(), std::vector<std::uint64_t>{192, 2});
  std::vector<Fault> faults;
  std::vector<FaultRecord> records;
  std::vector<std::pair<int, std::size_t>> order;
  for (std::size_t f = 0; f < 5000; ++f) {
    const auto critical = std::uint64_t(f * 7919 % 101);
    faults.push_back(weight_flip(f % 6, unsigned(f % 32)));
    records.push_back({.samples = 100,
                       .unchanged = 0,
                       .masked = 100 - std::min<std::uint64_t>(critical, 100),
                       .sdc_critical = std::min<std::uint64_t>(critical, 100),
                       .band = {},
                       .due = 0,
                       .correct = 0});
    order.emplace_back(-int(records.back().sdc_critical), f);
  }
  store.append_block(0, faults, records);
  std::sort(order.begin(), order.end());
  const RowTable top = top_faults(store, 60);
  REQUIRE(top.size == 60);
  for (std::size_t r = 0; r < top.size; ++r) CHECK(top.row(r).names[0] == std::to_string(order[r].second));
}

TEST_CASE("the most critical groups keep their intervals and counts") {
  const TemporaryFolder folder;
  const Store store = store_with_injections(folder / "a.sqlite");
  const Store* const stores[] = {&store};
  const Analysis analysis(stores, {.by = {By::element}, .confidence = {}, .keep = {}});
  const RowTable all = analysis.rows(false);
  const RowTable top = top_rows(analysis.rows(false), "SDC_1", 3);
  REQUIRE(top.size == 3);
  std::vector<std::string> names;
  for (std::size_t r = 0; r < top.size; ++r) names.push_back(top.row(r).names[0]);
  CHECK(names == std::vector<std::string>{"fc1.weight (0, 1)", "lif1.spike (1,)", "fc1.weight (0, 2)"});
  CHECK(top.row(2).cells == all.row(2).cells);
  CHECK(top.measures == all.measures);
  CHECK(top_rows(analysis.rows(false), "SDC_1", 99).size == all.size);
  CHECK(contains(sentence_of<Misuse>([&] { top_rows(analysis.rows(false), "moon", 3); }), "'moon'"));
}
