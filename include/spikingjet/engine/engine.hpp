// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/sample.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace spikingjet {

// An engine finds the readout of every fault on every sample. It is a class template on an `Injector` with
//
//   Engine(Parameters<Net>), parameters(), name
//   assumed_cost                      of an injection, in golden runs, for a campaign that does not know the pace yet
//   golden(samples)                   golden readouts of the distinct samples, (distinct, classes)
//   inject(faults, samples, results)  how each injection was decided, as `Decisions`
//
// and perhaps `gathers`, true where it holds readouts until `inject` ends. `results` takes what the engine finds:
// engine/results.hpp says how. `inject` throws `FaultOutside` and `FaultNotCompiled`, before anything runs, and what
// `results` throws.

/// An engine that holds the readouts that it hands on until all are there.
template <class Engine>
concept GatheringEngine = requires {
  requires Engine::gathers;
};

/// A fault whose quantity the injector does not hit, so that no code was compiled for it.
class FaultNotCompiled : public Misuse {
 public:
  FaultNotCompiled(std::string found, const std::string& policies)
      : Misuse("spikingjet: a fault strikes '" + found + "', which the injector's targets do not hit (" + policies +
               "); name its target in the 'Injector'"),
        quantity(std::move(found)) {}

  std::string quantity;
};

/// A fault that strikes no site of the network.
class FaultOutside : public Misuse {
 public:
  FaultOutside(std::uint32_t fault_quantity, std::uint64_t fault_element)
      : Misuse("spikingjet: a fault strikes element " + std::to_string(fault_element) + " of quantity " +
               std::to_string(fault_quantity) + ", which the network does not have; a site is an index into "
               "'Net::quantities' and an element of that quantity"),
        quantity(fault_quantity),
        element(fault_element) {}

  std::uint32_t quantity;
  std::uint64_t element;
};

/// Refuses faults that an injector cannot inject.
///
/// **Errors** `FaultOutside`, `FaultNotCompiled`.
template <class Injector>
void require_injectable(std::span<const Fault> faults) {
  using Net = typename Injector::Network;
  static constexpr auto hits = [] {
    std::array<bool, Net::quantities.size()> all{};
    for (std::size_t q = 0; q < all.size(); ++q) all[q] = Injector::hits(q);
    return all;
  }();
  for (const Fault& fault : faults) {
    if (fault.site.quantity >= Net::quantities.size() ||
        fault.site.element >= Net::quantities[fault.site.quantity].size())
      throw FaultOutside(fault.site.quantity, fault.site.element);
    if (!hits[fault.site.quantity])
      throw FaultNotCompiled(Net::quantities[fault.site.quantity].name(), Injector::summary());
  }
}

/// Injects, and calls `receive(sample, faults, readout)` for each readout that comes: see `ResultBatch::take`. The
/// calls come from any thread, several at once.
///
/// **Errors** those of the engine; what `receive` throws.
template <class Engine, class Receive>
Decisions for_each_readout(Engine& engine, std::span<const Fault> faults, const SampleRange& samples,
                           const Receive& receive) {
  struct Batch final : ResultBatch {
    Batch(const Receive& receiver, std::size_t of_sample) : call(receiver), sample(of_sample) {}
    void take(std::span<const std::uint32_t> same, std::span<const float> readout) override {
      call(sample, same, readout);
    }
    const Receive& call;
    std::size_t sample;
  };
  struct Readouts final : Results {
    explicit Readouts(const Receive& receiver) : call(receiver) {}
    std::unique_ptr<ResultBatch> open(std::size_t sample) override { return std::make_unique<Batch>(call, sample); }
    const Receive& call;
  };
  Readouts readouts(receive);
  return engine.inject(faults, samples, readouts);
}

/// The readout of every injection, for those who want them all.
///
/// **Shapes** returns (faults, samples, classes), row-major.
/// **Errors** those of the engine.
/// **Example** `readouts_of(engine, faults, SampleRange(dataset))`
template <class Engine>
std::vector<float> readouts_of(Engine& engine, std::span<const Fault> faults, const SampleRange& samples) {
  constexpr std::size_t classes = Engine::Net::classes;
  const std::vector<float> golden = engine.golden(samples);
  std::vector<float> readouts(faults.size() * samples.size() * classes);
  const auto row = [&](std::size_t f, std::size_t s) {
    return readouts.begin() + static_cast<std::ptrdiff_t>((f * samples.size() + s) * classes);
  };
  for (std::size_t f = 0; f < faults.size(); ++f)
    for (std::size_t s = 0; s < samples.size(); ++s)
      std::copy_n(golden.begin() + static_cast<std::ptrdiff_t>(s % samples.distinct() * classes), classes, row(f, s));
  for_each_readout(engine, faults, samples, [&](std::size_t s, auto same, std::span<const float> readout) {
    for (const std::uint32_t f : same) std::copy(readout.begin(), readout.end(), row(f, s));
  });
  return readouts;
}

}  // namespace spikingjet
