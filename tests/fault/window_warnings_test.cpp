// SPDX-License-Identifier: MIT
#include <spikingjet/fault/list_reader.hpp>
#include <spikingjet/fault/window_warnings.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

using Net = sj::Network<sj::Input<3>, sj::Dense<"fc1", 4>, sj::Leaky<"lif1">, sj::SpikeCountReadout>;

std::vector<std::string> warnings(const std::vector<std::string>& windows, std::uint64_t steps) {
  std::string text = "Layer,TensorIndex,Bit,Begin,End,Duty,Seed\n\n";
  for (const std::string& window : windows) text += "fc1.weight,\"(0, 0)\",3," + window + "\n";
  std::istringstream in(text);
  return sj::window_warnings(sj::load_fault_list(in, "list.csv", Net::quantities), steps);
}

}  // namespace

TEST_CASE("windows that a run has the steps for are not told of") {
  CHECK(warnings({",,,", "0,16,,", "15,16,,", "15,,,", ",16,,", "3,,0.5,1"}, 16).empty());
}

TEST_CASE("a list with faults that begin behind the last step is refused with its line") {
  const auto list_of = [](const std::string& windows) {
    std::istringstream in("Layer,TensorIndex,Bit,Begin,End\nfc1.weight,\"(0, 0)\",3,0,16\n" + windows);
    return sj::load_fault_list(in, "list.csv", Net::quantities);
  };
  const auto late = list_of("fc1.weight,\"(0, 0)\",3,20,30\nfc1.weight,\"(0, 1)\",3,16,\n");
  CHECK_THROWS_WITH(
      sj::require_windows_begin(late, 16, "list.csv"),
      "spikingjet: list.csv, line 3: the fault begins in step 20, but the data have 16 steps, counted from 0, so it "
      "could never strike; 2 faults of the list begin so late; leave such lines out, or draw a list for these data");
  CHECK_NOTHROW(sj::require_windows_begin(late, 21, "list.csv"));
  CHECK_NOTHROW(sj::require_windows_begin(list_of("fc1.weight,\"(0, 0)\",3,15,30\n"), 16, "list.csv"));
}

TEST_CASE("faults that are there in no step are told of, with their number and the first of them") {
  const auto told = warnings({"0,16,,", "16,,,", "20,24,,", "15,,,"}, 16);
  REQUIRE(told.size() == 1);
  CHECK(told[0] ==
        "2 of its faults are there in none of the 16 steps of the data (line 4 with [16, ) first) and can change "
        "nothing, yet they count as faults; check 'Begin', which counts steps from 0");
  CHECK(warnings({"1,2,,"}, 1).size() == 1);
  CHECK(warnings({"0,1,,"}, 1).empty());
  CHECK(warnings({"3,8,0.0000001,5"}, 16).size() == 1);  // a seeded share of five steps that is none
}

TEST_CASE("faults that end behind the last step are told of, with their number and the first of them") {
  const auto told = warnings({"0,16,,", "4,17,,"}, 16);
  REQUIRE(told.size() == 1);
  CHECK(told[0] ==
        "1 of its faults ends behind the 16 steps of the data (line 4 with [4, 17) first) and lasts to the end of "
        "the run; leave 'End' empty where that is meant");
  CHECK(warnings({"4,17,,", "16,17,,"}, 16).size() == 2);
}
