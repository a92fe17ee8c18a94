// SPDX-License-Identifier: MIT
#include <spikingjet/campaign.hpp>

#include <cstdio>
#include <fstream>

namespace sj = spikingjet;

using Net = sj::Network<sj::Input<1, 8, 8>,
                        sj::Dense<"fc1", 24>,
                        sj::Leaky<"lif1", sj::Shared<"beta", sj::Sharing::per_layer>,
                                  sj::Shared<"threshold", sj::Sharing::per_layer>>,
                        sj::Dense<"fc2", 10>,
                        sj::Leaky<"lif2", sj::Shared<"beta", sj::Sharing::per_layer>,
                                  sj::Shared<"threshold", sj::Sharing::per_layer>>,
                        sj::SpikeCountReadout>;

// Stuck exponent bits in what the neurons keep, for the whole run.
using Stuck = sj::Injector<Net, sj::Policies<sj::StuckAt<0>, sj::StuckAt<1>>, sj::ExponentBits,
                           sj::Policies<sj::target::Decay, sj::target::Threshold, sj::target::Potential>>;

int main() {
  try {
    const auto parameters = sj::load_parameters<Net>("weights.npz");
    const auto data = sj::load_dataset("data.npz", {.input = Net::input, .limit = 100});

    sj::Campaign<Stuck> campaign(parameters, data);
    std::size_t correct = 0;
    for (const sj::GoldenOutcome& golden : campaign.golden()) correct += golden.correct();
    std::printf("golden run: %zu of %zu right\n", correct, data.size());

    const sj::FaultSpace space = Stuck::fault_space();
    const sj::FaultList faults(space);  // all of them
    sj::Store store = sj::Store::create("stuck.sqlite", sj::identify_campaign(campaign, faults), Net::quantities,
                                        sj::population_of(space));
    sj::store_golden(store, campaign);
    campaign.run(faults, [&](const sj::CampaignBlock& block) { sj::store_block(store, block); });

    const sj::Table table = sj::analyse(store, sj::By::target);
    std::ofstream("stuck.csv") << sj::to_csv(table);
    std::fputs(sj::to_text(table).c_str(), stdout);
  } catch (const sj::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return error.exit_status();
  }
}
