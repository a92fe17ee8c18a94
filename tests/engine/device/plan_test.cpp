// SPDX-License-Identifier: MIT
#include <spikingjet/engine/device/plan.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/model/graph.hpp>
#include <spikingjet/model/layers/conv2d.hpp>
#include <spikingjet/model/layers/lateral.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/synaptic.hpp>

#include "catch.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace sj = spikingjet;

namespace {

using Net =
    sj::Network<sj::Input<4, 6, 6>, sj::Conv2d<"conv1", 6, sj::Kernel<3>, sj::Groups<2>>, sj::SumPool2d<2>,
                sj::Leaky<"lif1", sj::Shared<"beta", sj::Sharing::per_channel>, sj::Lateral<"one", sj::OneToOne>>,
                sj::Flatten, sj::Dense<"fc1", 5>,
                sj::Synaptic<"lif2", sj::Shared<"threshold", sj::Sharing::per_layer>, sj::Lateral<"fb2">>,
                sj::SpikeCountReadout>;
using Flips = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Any>;

}  // namespace

TEST_CASE("faults are sorted by quantity, neighbouring bits and sites side by side, and those of no effect counted") {
  sj::Parameters<Net> parameters;
  for (std::size_t q = 0; q < Net::quantities.size(); ++q)
    if (Net::quantities[q].storage == sj::Storage::parameter)
      for (std::size_t e = 0; e < Net::quantities[q].size(); ++e) parameters.write(q, e, 0.5F);
  const auto space = Flips::fault_space();
  std::vector<sj::Fault> faults;
  for (std::uint64_t i = 0; i < space.size(); i += 3) faults.push_back(space[space.size() - 1 - i]);
  sj::Fault stuck = space[0];
  stuck.alteration = sj::Alteration::sticks_at_0(1);  // the bit is 0 already
  faults.insert(faults.begin() + 5, stuck);

  const sj::GraphWithParameters network = sj::graph_with(parameters);
  const sj::DeviceFaults sorted = sj::sort_faults(network, faults);
  CHECK(sorted.equivalent == 1);
  std::set<std::uint32_t> seen;
  for (const auto& part : sorted.parts)
    for (std::size_t f = 0; f < part.faults.size(); ++f) {
      const sj::Strike& strike = part.faults[f];
      CHECK(seen.insert(strike.number).second);
      if (f > 0) CHECK(part.faults[f - 1].element <= strike.element);
      const sj::Fault& listed = faults[strike.number];
      CHECK(strike.element == listed.site.element);
      CHECK(Net::quantities[listed.site.quantity].layer_index == part.group.layer);
      CHECK(Net::quantities[listed.site.quantity].stage == part.group.stage);
      if (listed.site.storage == sj::Storage::parameter)
        CHECK(sj::to_word(strike.faulty) == sj::to_word(listed.alteration.on_parameter(0.5F)));
    }
  CHECK(seen.size() + sorted.equivalent == faults.size());
  CHECK(sorted.parts.size() == Net::quantities.size());
}
