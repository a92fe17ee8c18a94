// SPDX-License-Identifier: MIT
#include <spikingjet/engine/engine.hpp>

#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>

#include "catch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

using Network = sj::Network<sj::Input<4>, sj::Dense<"fc1", 2>, sj::Leaky<"lif1">, sj::SpikeCountReadout>;

/// An engine that simulates nothing: a fault with an odd element leaves (fault, sample) on every second sample.
struct Pretence {
  using Net = Network;

  std::size_t opened = 0;

  std::vector<float> golden(const sj::SampleRange& samples) const {
    std::vector<float> readouts;
    for (std::size_t s = 0; s < samples.distinct(); ++s) {
      readouts.push_back(1000.0F + static_cast<float>(s));
      readouts.push_back(-0.0F);
    }
    return readouts;
  }

  sj::Decisions inject(std::span<const sj::Fault> faults, const sj::SampleRange& samples, sj::Results& results) {
    sj::Decisions decisions;
    for (std::size_t s = 0; s < samples.size(); ++s) {
      if (s % 2 == 0) continue;
      const auto batch = results.open(s);
      ++opened;
      std::vector<std::uint32_t> odd;
      for (std::uint32_t f = 0; f < faults.size(); ++f)
        if (faults[f].site.element % 2 == 1) odd.push_back(f);
      const std::array readout{static_cast<float>(odd.size()), static_cast<float>(s)};
      batch->take(odd, readout);
    }
    decisions.add(sj::Decision::rerun, faults.size() * samples.size());
    return decisions;
  }
};

sj::Dataset samples(std::size_t count) {
  sj::Dataset dataset;
  dataset.shape = {4};
  dataset.samples.resize(count);
  return dataset;
}

sj::Fault at(std::uint32_t quantity, std::uint64_t element) {
  return {.site = {quantity, sj::Storage::parameter, element}, .alteration = sj::Alteration::flips(1)};
}

std::uint32_t quantity(const std::string& name) {
  std::uint32_t q = 0;
  while (Network::quantities[q].name() != name) ++q;
  return q;
}

}  // namespace

TEST_CASE("readouts of an engine have a row for each fault and sample, golden where nothing was received") {
  const sj::Dataset dataset = samples(3);
  const std::vector<sj::Fault> faults = {at(0, 1), at(0, 2), at(0, 5), at(0, 1)};
  Pretence engine;
  const std::vector<float> readouts = sj::readouts_of(engine, faults, sj::SampleRange(dataset, 5));  // 0 1 2 0 1
  REQUIRE(readouts.size() == 4 * 5 * 2);
  CHECK(engine.opened == 2);
  for (std::size_t f = 0; f < 4; ++f)
    for (std::size_t s = 0; s < 5; ++s) {
      INFO("fault " << f << ", sample " << s);
      const bool received = f != 1 && s % 2 == 1;
      const float* row = &readouts[(f * 5 + s) * 2];
      CHECK(row[0] == (received ? 3.0F : 1000.0F + static_cast<float>(s % 3)));
      CHECK(sj::to_word(row[1]) == sj::to_word(received ? static_cast<float>(s) : -0.0F));
    }
}

TEST_CASE("readouts of no faults or no samples are none") {
  const sj::Dataset dataset = samples(3);
  Pretence engine;
  CHECK(sj::readouts_of(engine, {}, sj::SampleRange(dataset)).empty());
  const std::vector<sj::Fault> faults = {at(0, 1)};
  CHECK(sj::readouts_of(engine, faults, sj::SampleRange(dataset, 0)).empty());
}

TEST_CASE("faults on sites of the network that the injector hits are injectable") {
  using Injector = sj::Injector<Network, sj::BitFlip, sj::AnyBit, sj::target::Any>;
  CHECK_NOTHROW(sj::require_injectable<Injector>({}));
  std::vector<sj::Fault> faults;
  for (std::uint32_t q = 0; q < Network::quantities.size(); ++q) {
    faults.push_back(at(q, 0));
    faults.push_back(at(q, Network::quantities[q].size() - 1));
  }
  CHECK_NOTHROW(sj::require_injectable<Injector>(faults));
}

TEST_CASE("a fault that strikes no site is refused with its site") {
  using Injector = sj::Injector<Network, sj::BitFlip, sj::AnyBit, sj::target::Any>;
  const auto refusal = [](std::uint32_t q, std::uint64_t element) {
    const std::vector<sj::Fault> faults = {at(0, 0), at(q, element)};
    try {
      sj::require_injectable<Injector>(faults);
    } catch (const sj::FaultOutside& found) {
      CHECK(found.quantity == q);
      CHECK(found.element == element);
      CHECK(found.exit_status() == 2);
      return std::string(found.what());
    }
    return std::string("nothing thrown");
  };
  CHECK(refusal(0, 8) ==
        "spikingjet: a fault strikes element 8 of quantity 0, which the network does not have; a site is an index into "
        "'Net::quantities' and an element of that quantity");
  const auto none = static_cast<std::uint32_t>(Network::quantities.size());
  CHECK(refusal(none, 0) == "spikingjet: a fault strikes element 0 of quantity " + std::to_string(none) +
                                ", which the network does not have; a site is an index into 'Net::quantities' and an "
                                "element of that quantity");
  CHECK(refusal(quantity("lif1.spike"), ~std::uint64_t{0}) != "nothing thrown");
}

TEST_CASE("a fault on a quantity that no target of the injector hits is refused with both") {
  using Injector = sj::Injector<Network, sj::BitFlip, sj::AnyBit, sj::target::Weight>;
  const std::vector<sj::Fault> faults = {at(quantity("fc1.weight"), 0), at(quantity("lif1.beta"), 1)};
  CHECK_NOTHROW(sj::require_injectable<Injector>(std::span(faults).first(1)));
  try {
    sj::require_injectable<Injector>(faults);
    FAIL("nothing was thrown");
  } catch (const sj::FaultNotCompiled& refusal) {
    CHECK(refusal.quantity == "lif1.beta");
    CHECK(refusal.exit_status() == 2);
    CHECK(std::string(refusal.what()) ==
          "spikingjet: a fault strikes 'lif1.beta', which the injector's targets do not hit (" + Injector::summary() +
              "); name its target in the 'Injector'");
  }
}
