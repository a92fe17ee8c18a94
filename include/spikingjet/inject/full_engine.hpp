// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/parallel.hpp>
#include <spikingjet/inject/fault_perturbation.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/sim/run.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

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

/// Reruns the whole network for each injection, with the fault at its injection point. Simple, slow, and the arbiter that
/// every other engine is compared with.
///
/// **Laws** each readout depends on the parameters, the fault and the sample alone: not on threads, order or what ran
/// before.
template <class Injector>
class FullEngine {
 public:
  using Net = typename Injector::Network;

  static constexpr const char* name = "full";

  explicit FullEngine(Parameters<Net> parameters) : golden_(std::move(parameters)) {}

  const Parameters<Net>& parameters() const { return golden_; }

  /// Golden readouts of the distinct samples, on all allowed threads.
  ///
  /// **Shapes** returns (distinct, classes), row-major.
  std::vector<float> golden(const SampleRange& samples) {
    std::vector<float> readouts(samples.distinct() * Net::classes);
    for_each_index(samples.distinct(), [&](std::size_t s) {
      const Lease lease(*this);
      NoPerturbation none;
      const auto readout = run(lease->work, golden_, samples[s], none);
      std::copy(readout.begin(), readout.end(), readouts.begin() + static_cast<std::ptrdiff_t>(s * Net::classes));
    });
    return readouts;
  }

  /// Runs every fault on every sample, on all allowed threads; `visit(fault, sample, readout)` is called once for each
  /// pair of indices, from any thread, and pairs with the same fault and the same `chunk` of samples from one thread.
  ///
  /// **Shapes** readout (classes), valid during the call.
  /// **Errors** `FaultOutside`, `FaultNotCompiled`.
  template <class Visit>
  void inject(std::span<const Fault> faults, const SampleRange& samples, std::size_t chunk, const Visit& visit) {
    for (const Fault& fault : faults) {
      if (fault.site.quantity >= Net::quantities.size() ||
          fault.site.element >= Net::quantities[fault.site.quantity].size())
        throw FaultOutside(fault.site.quantity, fault.site.element);
      if (!Injector::hits(fault.site.quantity))
        throw FaultNotCompiled(Net::quantities[fault.site.quantity].name(), Injector::summary());
    }
    const std::size_t chunks = (samples.size() + chunk - 1) / chunk;
    for_each_index(faults.size() * chunks, [&](std::size_t item) {
      const std::size_t f = item / chunks;
      const std::size_t begin = item % chunks * chunk;
      const std::size_t end = std::min(begin + chunk, samples.size());
      const Lease lease(*this);
      for (std::size_t s = begin; s < end; ++s) {
        FaultPerturbation<Injector> perturbation(faults[f]);
        const auto readout = run(lease->work, lease->parameters, samples[s], perturbation);
        perturbation.restore(lease->parameters);
        visit(f, s, readout);
      }
    });
  }

 private:
  /// What one work item at a time needs for itself.
  struct Worker {
    explicit Worker(const Parameters<Net>& golden) : parameters(golden) {}
    Workspace<Net> work;
    Parameters<Net> parameters;
  };

  /// A worker, taken from the idle ones or made, and given back at the end of its scope.
  class Lease {
   public:
    explicit Lease(FullEngine& engine) : engine_(engine) {
      const std::lock_guard lock(engine.mutex_);
      if (engine.idle_.empty()) {
        worker_ = std::make_unique<Worker>(engine.golden_);
      } else {
        worker_ = std::move(engine.idle_.back());
        engine.idle_.pop_back();
      }
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
      const std::lock_guard lock(engine_.mutex_);
      engine_.idle_.push_back(std::move(worker_));
    }
    Worker* operator->() const { return worker_.get(); }

   private:
    FullEngine& engine_;
    std::unique_ptr<Worker> worker_;
  };

  Parameters<Net> golden_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Worker>> idle_;
};

}  // namespace spikingjet
