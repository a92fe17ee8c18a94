// SPDX-License-Identifier: MIT
#include "analysis/injections.hpp"
#include "catch.hpp"

#include <spikingjet/analysis/dictionary.hpp>
#include <spikingjet/fault/list_reader.hpp>

#include <string>
#include <vector>

using namespace spikingjet;

namespace {

std::string dictionary(const Store& store, const std::string& path, Exposing exposing = Exposing::failure) {
  OutputFile file(path, Overwrite::yes);
  write_dictionary(store, file, exposing);
  file.finish();
  return read_bytes(path);
}

}  // namespace

TEST_CASE("a dictionary has the samples that expose each fault, and what they became") {
  const TemporaryFolder folder;
  const Store store = store_with_injections(folder / "a.sqlite");
  CHECK(dictionary(store, folder / "d.csv") ==
        "Injection,Layer,TensorIndex,Bit,Fault,Begin,End,Exposed\r\n"
        "0,fc1.weight,\"(0, 0)\",3,bitflip,,,\r\n"
        "1,fc1.weight,\"(0, 1)\",30,bitflip,,,0:1 1:2\r\n"
        "2,fc1.weight,\"(0, 2)\",31,bitflip,,,1:2 3:due\r\n"
        "3,fc1.weight,\"(0, 2)\",30,bitflip,,,1:1 2:due 3:due\r\n"
        "4,lif1.spike,\"(1,)\",,dead,0,5,2:0 3:0\r\n");
  CHECK(contains(dictionary(store, folder / "d.csv", Exposing::sdc_1),
                 "\r\n3,fc1.weight,\"(0, 2)\",30,bitflip,,,1:1\r\n"));
  CHECK(contains(dictionary(store, folder / "d.csv", Exposing::due),
                 "\r\n3,fc1.weight,\"(0, 2)\",30,bitflip,,,2:due 3:due\r\n"));
  CHECK(contains(dictionary(store, folder / "d.csv", Exposing::change),
                 "\r\n0,fc1.weight,\"(0, 0)\",3,bitflip,,,2:1\r\n"));
}

TEST_CASE("a dictionary is a fault list: the faults are those of the store") {
  const TemporaryFolder folder;
  const Store store = store_with_injections(folder / "a.sqlite");
  dictionary(store, folder / "d.csv");
  const std::vector<Quantity> quantities = two_quantities();
  const LoadedFaultList list = load_fault_list(folder / "d.csv", quantities, {}, [](const std::string&) {});
  REQUIRE(list.faults.size() == 5);
  for (const StoredFault& stored : all_faults(store)) CHECK(list.faults[stored.id].site == stored.fault.site);
}

TEST_CASE("a dictionary names a sample that repeats once, and says where a campaign is unfinished") {
  const TemporaryFolder folder;
  Store store = Store::create(folder / "a.sqlite", Manifest().identify("samples", "6").identify("fault count", "7"),
                              two_quantities(), std::vector<std::uint64_t>{1, 0});
  store.append_golden(four_samples());
  append_with_injections(store, {weight_flip(0, 3)}, {"mm0m12"}, four_samples());
  CHECK(dictionary(store, folder / "d.csv") ==
        "Injection,Layer,TensorIndex,Bit,Fault,Begin,End,Exposed,INCOMPLETE: the first 1 of 7 faults\r\n"
        "0,fc1.weight,\"(0, 0)\",3,bitflip,,,0:1 1:2 2:0,\r\n");
}
