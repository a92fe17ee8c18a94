// SPDX-License-Identifier: MIT
#include <spikingjet/campaign.hpp>

#include <cstdio>

namespace sj = spikingjet;

using Net = sj::Network<sj::Input<1, 8, 8>,
                        sj::Dense<"fc1", 32>, sj::Leaky<"lif1">,
                        sj::Dense<"fc2", 10>, sj::Leaky<"lif2">,
                        sj::SpikeCountReadout>;
using Flips = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Weight>;

int main() try {
  const auto parameters = sj::load_parameters<Net>("weights.npz");
  const auto data = sj::load_dataset("data.npz", {.input = Net::input});
  const auto faults = sj::sample(Flips::fault_space(), 1000, 1);  // how many, seed

  sj::FaultRecord sum;
  sj::Campaign<Flips>(parameters, data).run(faults, [&](const sj::CampaignBlock& block) {
    for (const auto& record : block.records) sum += record;
  });
  const double percent = 100.0 / double(sum.samples);
  std::printf("%.2f %% masked, %.2f %% with another prediction\n", percent * double(sum.masked),
              percent * double(sum.sdc_critical));
} catch (const sj::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_status();
}
