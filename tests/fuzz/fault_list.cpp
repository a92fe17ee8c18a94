// SPDX-License-Identifier: MIT
// A list that is read is written again, and read back as the same number of faults.
#include "fuzz.hpp"

#include <spikingjet/fault/fault_file.hpp>
#include <spikingjet/model/dense.hpp>
#include <spikingjet/model/leaky.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/readout.hpp>

#include <sstream>

using namespace spikingjet;

using Net = Network<Input<3>, Dense<"fc1", 2>, Leaky<"lif1">, SpikeCountReadout>;

SPIKINGJET_FUZZ(bytes) {
  try {
    std::istringstream in{std::string(text_of(bytes))};
    const FaultList faults = read_fault_list(in, "fuzz.csv", Net::quantities);
    std::ostringstream out;
    write_fault_list(out, faults, Net::quantities);
    std::istringstream again{out.str()};
    require(read_fault_list(again, "again.csv", Net::quantities).size() == faults.size());
  } catch (const BadFaultLine& refusal) {
    require(refusal.file == "fuzz.csv");  // what was written is read
  }
}
