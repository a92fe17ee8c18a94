// SPDX-License-Identifier: MIT
#include <spikingjet/campaign.hpp>

#include <cstdio>

namespace sj = spikingjet;

using Net = sj::Network<sj::Input<1, 8, 8>,
                        sj::Dense<"fc1", 32>, sj::Leaky<"lif1">,
                        sj::Dense<"fc2", 10>, sj::Leaky<"lif2">,
                        sj::SpikeCountReadout>;
using Flips = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Weight>;
using Engine = sj::DifferentialEngine<Flips>;

int main() try {
  sj::MpiRanks ranks;
  if (!ranks.is_first()) {
    ranks.follow([&] {
      const auto data = sj::load_dataset("data.npz", {.input = Net::input});
      Engine engine(sj::load_parameters<Net>("weights.npz"));
      sj::serve(ranks, engine, sj::SampleRange(data));
    });
    return 0;
  }

  const auto data = sj::load_dataset("data.npz", {.input = Net::input});
  auto campaign = sj::make_campaign<Flips, Engine>(ranks, sj::load_parameters<Net>("weights.npz"), data,
                                                   sj::SampleRange(data));
  sj::FaultRecord sum;
  campaign.run(sj::sample(Flips::fault_space(), 1000, 1), [&](const sj::CampaignBlock& block) {
    for (const auto& record : block.records) sum += record;
  });
  const double percent = 100.0 / double(sum.samples);
  std::printf("%.2f %% masked, %.2f %% with another prediction\n", percent * double(sum.masked),
              percent * double(sum.sdc_critical));
} catch (const sj::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_status();
}
