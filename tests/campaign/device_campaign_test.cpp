// SPDX-License-Identifier: MIT

// Campaigns on what GPUs run, on this processor, for the network of every example.

#include <spikingjet/campaign/campaign.hpp>
#include <spikingjet/core/device/host.hpp>
#include <spikingjet/engine/device/host_engine.hpp>
#include <spikingjet/engine/differential/differential_engine.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/sampling.hpp>
#include <spikingjet/fault/stuck_at.hpp>
#include <spikingjet/fault/value_fault.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/io/dataset.hpp>
#include <spikingjet/io/npz.hpp>
#include <spikingjet/io/parameters.hpp>
#include <spikingjet/model/layers/conv2d.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/layers/lateral.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/synaptic.hpp>
#include <spikingjet/outcome/judge.hpp>

#include "catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

using Digits = sj::Network<sj::Input<1, 8, 8>, sj::Dense<"fc1", 32>, sj::Leaky<"lif1">, sj::Dense<"fc2", 10>,
                           sj::Leaky<"lif2">, sj::SpikeCountReadout>;
using Nmnist = sj::Network<sj::Input<2, 17, 17>, sj::Dense<"fc1", 20>, sj::Leaky<"lif1">, sj::Dense<"fc2", 10>,
                           sj::Leaky<"lif2">, sj::SpikeCountReadout>;
using Shd = sj::Network<sj::Input<700>, sj::Dense<"fc1", 200>, sj::Synaptic<"lif1", sj::Lateral<"fb1">>,
                        sj::Dense<"fc2", 20>, sj::Synaptic<"lif2">, sj::MaxPotentialReadout>;
using Gesture = sj::Network<sj::Input<2, 32, 32>, sj::Conv2d<"conv1", 12, sj::Kernel<5>>, sj::MaxPool2d<2>,
                            sj::Leaky<"lif1">, sj::Conv2d<"conv2", 32, sj::Kernel<5>>, sj::MaxPool2d<2>,
                            sj::Leaky<"lif2">, sj::Dense<"fc1", 11>, sj::Leaky<"lif3">, sj::SpikeCountReadout>;

/// Records of a list of faults, one after another.
template <class Engine, class Net>
std::vector<sj::FaultRecord> records(const sj::Parameters<Net>& parameters, const sj::Dataset& data,
                                     std::size_t samples, const sj::FaultList& faults,
                                     std::vector<float>* readouts = nullptr) {
  using Faults = sj::Injector<Net, sj::Policies<sj::BitFlip, sj::StuckAt<1>, sj::Dead, sj::Saturated>, sj::AnyBit,
                              sj::target::Any>;
  sj::Campaign<Faults, typename Engine::template Of<Faults>> campaign(parameters, data, sj::SampleRange(data, samples));
  std::vector<sj::FaultRecord> all;
  campaign.run(
      faults,
      [&](const sj::CampaignBlock& block) {
        all.insert(all.end(), block.records.begin(), block.records.end());
        if (readouts) readouts->insert(readouts->end(), block.readouts.begin(), block.readouts.end());
      },
      {.keep_readouts = readouts != nullptr});
  return all;
}

struct Differential {
  template <class Faults>
  using Of = sj::DifferentialEngine<Faults>;
};
template <class Order>
struct OnHost {
  template <class Faults>
  using Of = sj::HostDeviceEngine<Faults, Order>;
};

/// An example's network with its weights and inputs, where they are at hand, on both orders of work items.
template <class Net>
void require_equal_campaigns(const std::string& weights, const std::string& inputs, std::size_t samples,
                             std::uint64_t faults) {
  if (!std::filesystem::exists(weights)) {
    WARN("'" << weights << "' is not there: skipped");
    return;
  }
  const auto parameters = sj::load_parameters<Net>(std::filesystem::path(weights));
  sj::Dataset data = sj::load_dataset(std::filesystem::path(inputs), {.input = Net::input, .limit = samples});
  if (data.labels.empty())
    for (std::size_t s = 0; s < data.size(); ++s) data.labels.push_back(static_cast<std::uint32_t>(s % Net::classes));
  using Faults = sj::Injector<Net, sj::Policies<sj::BitFlip, sj::StuckAt<1>, sj::Dead, sj::Saturated>, sj::AnyBit,
                              sj::target::Any>;
  const sj::FaultList list = sj::sample(Faults::fault_space(), faults, 5);

  std::vector<float> expected_readouts;
  const auto expected = records<Differential>(parameters, data, samples, list, &expected_readouts);
  std::uint64_t changed = 0;
  for (const sj::FaultRecord& record : expected) changed += record.samples - record.unchanged;
  CHECK(changed > 20);

  const auto compare = [&]<class Order>(Order) {
    INFO(Order::name);
    std::vector<float> readouts;
    CHECK(records<OnHost<Order>>(parameters, data, samples, list, &readouts) == expected);
    CHECK(std::equal(readouts.begin(), readouts.end(), expected_readouts.begin(), expected_readouts.end(),
                     [](float a, float b) { return sj::to_word(a) == sj::to_word(b); }));
    CHECK(records<OnHost<Order>>(parameters, data, samples, list) == expected);  // counted where injections run
  };
  compare(sj::Sequential{});
  compare(sj::Threaded{});
}

const std::string shared = SPIKINGJET_SHARED_DATA;
const std::string examples = std::string(SPIKINGJET_SOURCE_DIR) + "/examples";

}  // namespace

TEST_CASE("campaigns of the digits example count the same on devices") {
  require_equal_campaigns<Digits>(examples + "/digits/weights.npz", examples + "/digits/data.npz", 40, 3000);
}

TEST_CASE("campaigns of the N-MNIST example count the same on devices") {
  require_equal_campaigns<Nmnist>(shared + "/nmnist/weights.npz", shared + "/nmnist/frames.npz", 8, 4000);
}

TEST_CASE("campaigns of the SHD example count the same on devices") {
  require_equal_campaigns<Shd>(shared + "/shd/weights.npz", examples + "/shd/inputs.npz", 2, 1500);
}

TEST_CASE("campaigns of the DVS Gesture example count the same on devices") {
  require_equal_campaigns<Gesture>(shared + "/csnn/weights.npz", examples + "/gesture/inputs.npz", 2, 1500);
}

TEST_CASE("a campaign on a device stops within a block") {
  const auto parameters = sj::load_parameters<Digits>(std::filesystem::path(examples + "/digits/weights.npz"));
  const sj::Dataset data =
      sj::load_dataset(std::filesystem::path(examples + "/digits/data.npz"), {.input = Digits::input, .limit = 20});
  using Flips = sj::Injector<Digits>;
  sj::Campaign<Flips, sj::HostDeviceEngine<Flips>> campaign(parameters, data);
  int asked = 0;
  bool finished = false;
  CHECK_FALSE(campaign.run(
      sj::sample(Flips::fault_space(), 500, 1), [&](const sj::CampaignBlock&) { finished = true; }, {},
      [&] { return ++asked > 1; }));
  CHECK_FALSE(finished);
}
