// SPDX-License-Identifier: MIT
// A list that is read, whatever was told of it, is written again and read back as the same faults of the same origin.
#include "fuzz.hpp"

#include <spikingjet/fault/fault_file.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/readout.hpp>

#include <cstdint>
#include <sstream>
#include <string>

using namespace spikingjet;

using Net = Network<Input<3>, Dense<"fc1", 2>, Leaky<"lif1">, SpikeCountReadout>;

static void require_one_line(const std::string& told) {
  require(told.starts_with("spikingjet: ") && told.size() < 4000);
  for (const char c : told) require(c >= ' ' && c <= '~');
}

SPIKINGJET_FUZZ(bytes) {
  read_or_refuse([&] {
    std::istringstream in{std::string(text_of(bytes))};
    const FaultList faults = read_fault_list(in, "fuzz.csv", Net::quantities, {}, require_one_line);
    const ListOrigin origin{
        .method = "count:1", .population = {faults.size() + 6, 2, 2, 2, 2, 2}, .about = {{"bits", "0-3, 5"}}};
    std::ostringstream out;
    write_fault_list(out, faults, Net::quantities, origin);
    try {
      std::istringstream again{out.str()};
      const LoadedFaultList same = load_fault_list(again, "again.csv", Net::quantities);
      require(same.origin == origin && same.faults.size() == faults.size());
      for (std::uint64_t f = 0; f < faults.size(); ++f) require(detail::are_alike(same.faults[f], faults[f]));
    } catch (const BadFaultLine&) {
      require(false);  // what was written is read
    }
  });
}
