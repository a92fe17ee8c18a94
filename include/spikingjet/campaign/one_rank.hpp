// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/campaign/campaign.hpp>
#include <spikingjet/engine/device/programs.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>

#include <utility>

namespace spikingjet {

/// A program that runs as one process: what stands in for `MpiRanks` where there is no MPI.
struct OneRank {
  static constexpr bool several = false;  // that there can be more

  static constexpr bool is_first() { return true; }
  static constexpr int size() { return 1; }
  static constexpr GpuTurn gpu_turn() { return {}; }
};

/// A campaign of this process.
template <class Injector, class Engine, class... EngineOptions>
Campaign<Injector, Engine> make_campaign(OneRank, Parameters<typename Injector::Network> parameters,
                                         const Dataset& dataset, const SampleRange& samples,
                                         const EngineOptions&... engine_options) {
  return Campaign<Injector, Engine>(std::move(parameters), dataset, samples, engine_options...);
}

}  // namespace spikingjet
