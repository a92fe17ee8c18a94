// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "store/fixture.hpp"

#include <spikingjet/analysis/export.hpp>
#include <spikingjet/fault/list_reader.hpp>

#include <cstddef>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

using namespace spikingjet;

namespace {

const FaultRecord record{
    .samples = 4, .unchanged = 0, .masked = 1, .sdc_critical = 1, .band = {1, 0, 1, 0}, .due = 0, .correct = 2};

Store a_store(const std::string& path, const std::vector<Fault>& faults) {
  Store store = Store::create(path, {}, two_quantities());
  store.append_golden(std::vector<GoldenSample>{{0, 3, 1, {0.1F, 2}}, {1, std::nullopt, 0, {1e30F, -0.5F}}});
  store.append_block(7, faults, std::vector(faults.size(), record), 0.5,
                     std::vector<Tally>{{"silent", faults.size() * record.samples - 3}, {"carried, \"so to say\"", 3}});
  return store;
}

}  // namespace

TEST_CASE("a store is exported as four CSV files") {
  const TemporaryFolder folder;
  const Store store = a_store(folder / "a.sqlite", {weight_flip(5, 31), dead_spike(1, 3, 4)});
  export_csv(store, folder / "new/csv");
  CHECK(read_bytes(folder / "new/csv/faults.csv") ==
        "Injection,Layer,TensorIndex,Bit,Fault,Begin,End\r\n"
        "7,fc1.weight,\"(1, 2)\",31,bitflip,,\r\n"
        "8,lif1.spike,\"(1,)\",,dead,3,4\r\n");
  CHECK(read_bytes(folder / "new/csv/outcomes.csv") ==
        "Injection,samples,unchanged,masked,sdc_critical,sdc_0_5,sdc_5_10,sdc_10_20,sdc_20,due,correct\r\n"
        "7,4,0,1,1,1,0,1,0,0,2\r\n"
        "8,4,0,1,1,1,0,1,0,0,2\r\n");
  CHECK(read_bytes(folder / "new/csv/golden.csv") ==
        "sample,label,predicted,readout_0,readout_1\r\n"
        "0,3,1,0.1,2\r\n"
        "1,,0,1e+30,-0.5\r\n");
  CHECK(read_bytes(folder / "new/csv/decisions.csv") ==
        "decision,injections\r\n"
        "\"carried, \"\"so to say\"\"\",3\r\n"
        "silent,5\r\n");
}

TEST_CASE("the exported fault list reads back as the same faults", "[law]") {
  const TemporaryFolder folder;
  Fault flickering = weight_flip(3, 7);
  flickering.window = {.begin = 2, .end = Window::whole_run, .duty = 0x40000001u, .seed = 99};
  Fault scaled = dead_spike(0, 0, Window::whole_run);
  scaled.type = "scale";
  scaled.alteration = Alteration::scales(0.1F);
  const std::vector<Fault> faults{weight_flip(5, 31), dead_spike(1, 3, 4), flickering, scaled};
  export_csv(a_store(folder / "a.sqlite", faults), folder / "csv");
  const auto quantities = two_quantities();
  const FaultList read = read_fault_list(folder / "csv/faults.csv", quantities);
  REQUIRE(read.size() == faults.size());
  for (std::size_t i = 0; i < faults.size(); ++i) CHECK(read[i] == faults[i]);
}

TEST_CASE("the files of an unfinished campaign say so in a column of their own, which leaves the others as they are") {
  const TemporaryFolder folder;
  const auto with = [&](const std::string& name, const std::string& listed, std::vector<Fault> faults) {
    Store store = Store::create(folder / name, Manifest().identify("fault count", listed), two_quantities());
    store.append_block(0, faults, std::vector(faults.size(), record), 0.5,
                       std::vector<Tally>{{"silent", faults.size() * record.samples}});
    export_csv(store, folder / (name + ".csv"));
    return folder / (name + ".csv/");
  };
  Fault flickering = weight_flip(3, 7);
  flickering.window = {.begin = 2, .end = Window::whole_run, .duty = 0x40000000u, .seed = 99};
  const std::string part = with("part", "9", {weight_flip(5, 31), flickering});
  CHECK(read_bytes(part + "faults.csv") ==
        "Injection,Layer,TensorIndex,Bit,Fault,Begin,End,Duty,Seed,INCOMPLETE: the first 2 of 9 faults\r\n"
        "0,fc1.weight,\"(1, 2)\",31,bitflip,,,,,\r\n"
        "1,fc1.weight,\"(1, 0)\",7,bitflip,2,,0.25,99,\r\n");
  CHECK(read_bytes(part + "outcomes.csv") ==
        "Injection,samples,unchanged,masked,sdc_critical,sdc_0_5,sdc_5_10,sdc_10_20,sdc_20,due,correct,INCOMPLETE: the "
        "first 2 of 9 faults\r\n"
        "0,4,0,1,1,1,0,1,0,0,2,\r\n"
        "1,4,0,1,1,1,0,1,0,0,2,\r\n");
  CHECK(read_bytes(part + "decisions.csv") ==
        "decision,injections,INCOMPLETE: the first 2 of 9 faults\r\nsilent,8,\r\n");
  CHECK(!contains(read_bytes(part + "golden.csv"), "INCOMPLETE"));
  const auto quantities = two_quantities();
  std::vector<std::string> told;
  std::ifstream in(part + "faults.csv");
  const FaultList read =
      load_fault_list(in, "faults.csv", quantities, {}, [&](const std::string& line) { told.push_back(line); }).faults;
  CHECK(read.size() == 2);
  CHECK(read[1] == flickering);
  REQUIRE(told.size() == 1);
  CHECK(contains(told[0], "INCOMPLETE: the first 2 of 9 faults"));
  const std::string whole = with("whole", "2", {weight_flip(5, 31), flickering});
  for (const char* name : export_files) CHECK(!contains(read_bytes(whole + name), "INCOMPLETE"));
}

TEST_CASE("an export never overwrites, and leaves nothing where it is refused") {
  const TemporaryFolder folder;
  const Store store = a_store(folder / "a.sqlite", {weight_flip(5, 31)});
  std::filesystem::create_directory(folder / "csv");
  write_bytes(folder / "csv/golden.csv", "mine");
  CHECK(sentence_of<OutputExists>([&] { export_csv(store, folder / "csv"); }) ==
        "spikingjet: '" + folder / "csv/golden.csv" +
            "' exists and is not overwritten; give another path, or '--force'");
  CHECK(read_bytes(folder / "csv/golden.csv") == "mine");
  CHECK(!std::filesystem::exists(folder / "csv/faults.csv"));
  CHECK(!std::filesystem::exists(folder / "csv/outcomes.csv"));
  CHECK(!std::filesystem::exists(folder / "csv/decisions.csv"));
}

TEST_CASE("an export that may overwrite replaces all four files, and leaves nothing beside them") {
  const TemporaryFolder folder;
  const Store store = a_store(folder / "a.sqlite", {weight_flip(5, 31)});
  export_csv(store, folder / "new");
  std::filesystem::create_directory(folder / "csv");
  for (const char* name : export_files) write_bytes(folder / "csv/" + name, "old");
  export_csv(store, folder / "csv", Overwrite::yes);
  for (const char* name : export_files) CHECK(read_bytes(folder / "csv/" + name) == read_bytes(folder / "new/" + name));
  CHECK(std::distance(std::filesystem::directory_iterator(folder / "csv"), {}) == 4);
}

TEST_CASE("an export into a place that cannot be written is refused by its path") {
  const TemporaryFolder folder;
  const Store store = a_store(folder / "a.sqlite", {weight_flip(5, 31)});
  const std::string sentence = sentence_of<WriteFailed>([&] { export_csv(store, folder / "a.sqlite/csv"); });
  CHECK(sentence.find("spikingjet: '" + folder / "a.sqlite/csv" + "' cannot be written: ") == 0);
}
