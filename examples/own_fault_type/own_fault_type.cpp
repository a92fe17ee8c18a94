// SPDX-License-Identifier: MIT

// A fault type, a bit position and a target of one's own, composed with the built-in ones.

#include <spikingjet/campaign.hpp>

#include <embed/digits/data.hpp>
#include <embed/digits/weights.hpp>

#include <cstdio>

namespace sj = spikingjet;

using Net = sj::Network<sj::Input<1, 8, 8>,
                        sj::Dense<"fc1", 32>, sj::Leaky<"lif1">,
                        sj::Dense<"fc2", 10>, sj::Leaky<"lif2">,
                        sj::SpikeCountReadout>;

/// Two neighbouring memory cells that a bridge ties together: both read as 0.
struct BridgedToGround {
  static constexpr std::string_view name() { return "bridged"; }
  static constexpr sj::Alteration at(unsigned bit) { return sj::Alteration::sticks_at_0(3u << (bit & 30u)); }
};

/// Every second bit: where a bridge can begin.
struct EvenBits {
  static std::string name() { return "even bits"; }
  static constexpr std::uint32_t mask() { return 0x55555555u; }
};

/// What sits in the one memory of our imaginary chip that is not protected: the output layer's weights and biases.
struct OutputMemory {
  static std::string name() { return "output memory"; }
  static constexpr bool hits(const sj::Quantity& quantity) { return quantity.layer == sj::Name("fc2"); }
};

using Bridges = sj::Injector<Net, BridgedToGround, EvenBits, OutputMemory>;

int main() {
  const auto parameters = sj::load_parameters<Net>(sj::WeightFile::of(digits::weights(), "digits"));
  const auto data = sj::load_dataset(sj::NpzFile(digits::data(), "digits"), {.input = Net::input, .limit = 100});
  const sj::FaultList faults(Bridges::fault_space());  // every one of them

  sj::FaultRecord sum;
  sj::Campaign<Bridges>(parameters, data).run(faults, [&](const sj::CampaignBlock& block) {
    for (const sj::FaultRecord& record : block.records) sum += record;
  });
  std::printf("%s\n%llu faults, %llu injections: %.2f %% masked, %.2f %% change the prediction\n", Bridges::summary().c_str(),
              static_cast<unsigned long long>(faults.size()), static_cast<unsigned long long>(sum.samples),
              100.0 * double(sum.masked) / double(sum.samples), 100.0 * double(sum.sdc_critical) / double(sum.samples));
}
