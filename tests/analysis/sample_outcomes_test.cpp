// SPDX-License-Identifier: MIT
#include "analysis/injections.hpp"
#include "catch.hpp"

#include <spikingjet/analysis/sample_outcomes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

using namespace spikingjet;

namespace {

std::string csv(const RowTable& table) {
  std::string text;
  write_csv(table, [&text](std::string_view piece) { text += piece; });
  return text;
}

}  // namespace

TEST_CASE("outcomes by sample are shares of the faults, with what each sample exposes") {
  const TemporaryFolder folder;
  const Store store = store_with_injections(folder / "a.sqlite");
  const SampleOutcomes outcomes(store);
  // sample 1 is predicted as 0 and labelled 2, which two faults mend; four of five faults are critical
  CHECK(csv(outcomes.by_sample()) ==
        "sample,golden class,label,golden margin,# of "
        "injections,fully_masked,SDC_1,SDC_0_5%,SDC_5_10%,SDC_10_20%,SDC_20,facc,acc,"
        "DUE,exposed\r\n"
        "0,0,0,5,5,0.8,0.2,0,0,0,0,0.8,1,0,0.25\r\n"
        "1,0,2,1,5,0.4,0.6,0,0,0,0,0.4,0,0,0.75\r\n"
        "2,1,1,2,5,0.4,0.2,0.2,0,0,0,0.6,1,0.2,0.25\r\n"
        "3,2,2,1,5,0.4,0.2,0,0,0,0,0.4,1,0.4,0.25\r\n");
}

TEST_CASE("outcomes by golden class, and what the classes become") {
  const TemporaryFolder folder;
  const Store store = store_with_injections(folder / "a.sqlite");
  const SampleOutcomes outcomes(store);
  CHECK(csv(outcomes.by_class()) ==
        "golden class,# of samples,# of "
        "injections,fully_masked,SDC_1,SDC_0_5%,SDC_5_10%,SDC_10_20%,SDC_20,facc,acc,DUE,exposed,"
        "class_0,class_1,class_2\r\n"
        "0,2,10,0.6,0.4,0,0,0,0,0.6,0.5,0,0.75,0.6,0.2,0.2\r\n"
        "1,1,5,0.4,0.2,0.2,0,0,0,0.6,1,0.2,0.25,0.2,0.6,0\r\n"
        "2,1,5,0.4,0.2,0,0,0,0,0.4,1,0.4,0.25,0.2,0,0.4\r\n");
  CHECK(csv(outcomes.confusion()) ==
        "golden class,0,1,2,DUE\r\n"
        "0,0.6,0.2,0.2,0\r\n"
        "1,0.2,0.6,0,0.2\r\n"
        "2,0.2,0,0.4,0.4\r\n");
}

TEST_CASE("the rates of the classes, weighted by their injections, are those of the faults' records", "[law]") {
  const TemporaryFolder folder;
  const Store store = store_with_injections(folder / "a.sqlite");
  FaultRecord sum;
  store.for_each([&sum](const StoredFault& stored) { sum += stored.record; });
  const SampleOutcomes outcomes(store);
  const RowTable table = outcomes.class_rates();
  const auto total = [&](const std::string& measure) {
    const auto place =
        std::size_t(std::find(table.measures.begin(), table.measures.end(), measure) - table.measures.begin());
    double hits = 0;
    for (std::size_t r = 0; r < table.size; ++r) {
      const RowTable::Row row = table.row(r);
      hits += std::get<double>(row.cells[place]) * double(std::get<std::uint64_t>(row.cells[1]));
    }
    return hits;
  };
  CHECK(total("fully_masked") == Approx(double(sum.masked)));
  CHECK(total("SDC_1") == Approx(double(sum.sdc_critical)));
  CHECK(total("SDC_0_5%") == Approx(double(sum.band[0])));
  CHECK(total("DUE") == Approx(double(sum.due)));
  CHECK(total("facc") == Approx(double(sum.correct)));
}

TEST_CASE("a fault of a stratified sample counts for the part of its stratum that it stands for") {
  const TemporaryFolder folder;
  Store store = Store::create(
      folder / "a.sqlite", Manifest(), two_quantities(),
      StoredSpace{.population = {10, 2}, .ways = {}, .strata = {{"low", 10, 1, 0.5}, {"high", 2, 1, 0.5}}});
  store.append_golden(four_samples());
  append_with_injections(store, {weight_flip(0, 3), weight_flip(1, 30)}, {"m1mm", "mm0m"}, four_samples(),
                         {{0, 0}, {1, 0}});
  const SampleOutcomes outcomes(store);
  const RowTable table = outcomes.by_sample();
  CHECK(contains(table.caption, "rates over 2 faults, each counted N_h/n_h times"));
  CHECK(std::get<double>(table.row(1).cells[3]) == 10.0 / 12);
  CHECK(std::get<double>(table.row(2).cells[3]) == 2.0 / 12);
  CHECK(std::get<double>(table.row(1).cells.back()) == 10.0 / 12);
  CHECK(std::get<std::uint64_t>(table.row(1).cells[1]) == 2);
  append_with_injections(store, {}, {}, four_samples());
  Store torn = Store::create(
      folder / "b.sqlite", Manifest(), two_quantities(),
      StoredSpace{.population = {10, 2}, .ways = {}, .strata = {{"low", 10, 1, 0.5}, {"high", 2, 1, 0.5}}});
  torn.append_golden(four_samples());
  append_with_injections(torn, {weight_flip(0, 3)}, {"m1mm"}, four_samples());
  CHECK(contains(sentence_of<DamagedStore>([&] { SampleOutcomes{torn}; }), "fault 0 belongs to none of its strata"));
}

TEST_CASE("a sample that was used several times has as many injections, and without labels there is no accuracy") {
  const TemporaryFolder folder;
  Store store = Store::create(folder / "a.sqlite", Manifest().identify("samples", "6"), two_quantities(),
                              std::vector<std::uint64_t>{1, 0});
  std::vector<GoldenSample> golden = four_samples();
  golden[2].label = {};
  store.append_golden(golden);
  append_with_injections(store, {weight_flip(0, 3)}, {"m1mmm1"}, golden);
  const SampleOutcomes outcomes(store);
  const RowTable table = outcomes.by_sample();
  CHECK(std::get<std::uint64_t>(table.row(1).cells[1]) == 2);
  CHECK(std::get<double>(table.row(1).cells[3]) == 1);
  CHECK(std::get<std::uint64_t>(table.row(2).cells[1]) == 1);
  CHECK(table.row(2).names[2].empty());
  CHECK(std::holds_alternative<std::monostate>(table.row(2).cells[8]));
  CHECK(std::get<double>(table.row(0).cells[8]) == 1);
}

TEST_CASE("outcomes by sample of an unfinished campaign and of a given list say so") {
  const TemporaryFolder folder;
  const Store part = store_with_injections(folder / "a.sqlite", Manifest().identify("fault count", "9"));
  CHECK(contains(SampleOutcomes(part).by_class().caption, "\nINCOMPLETE: the first 5 of 9 faults"));
  const Store given = store_with_injections(folder / "b.sqlite", Manifest().inform("sample", "given"));
  CHECK(contains(SampleOutcomes(given).by_sample().caption, "not known to be a random sample"));
}
