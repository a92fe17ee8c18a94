// SPDX-License-Identifier: MIT

// A campaign of many blocks over the tiny network that all ranks share; the first writes what came of it.
//
//   tiny_ranks ENGINE RECORDS [RANK CALL]   the engine of that rank throws when it is asked for the CALL-th time; with
//   0 its
//                                           golden run has other bits

#include <spikingjet/campaign/mpi/engine.hpp>
#include <spikingjet/core/device/host.hpp>
#include <spikingjet/core/parallel.hpp>
#include <spikingjet/engine/device/host_engine.hpp>
#include <spikingjet/engine/differential/differential_engine.hpp>
#include <spikingjet/engine/full/full_engine.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/sampling.hpp>
#include <spikingjet/fault/stuck_at.hpp>
#include <spikingjet/outcome/injection_bytes.hpp>

#include "campaign/tiny.hpp"

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace sj = spikingjet;

namespace {

using All =
    sj::Injector<tiny::Net, sj::Policies<sj::BitFlip, sj::StuckAt<0>, sj::StuckAt<1>>, sj::AnyBit, sj::target::Any>;

/// A failure of one rank.
struct Broken : sj::Failure {
  Broken() : Failure("spikingjet: this engine is broken") {}
};

/// Which call of which rank's engine fails, if any.
struct Plan {
  static constexpr int never = -1;

  int rank = -1;
  int call = never;
};

/// An engine whose campaigns begin with a block of one fault, and that may fail.
template <class Engine>
class Fragile {
 public:
  using Net = tiny::Net;

  static constexpr const char* name = Engine::name;
  static constexpr double assumed_cost = 1e12;

  Fragile(sj::Parameters<Net> parameters, int calls_left) : engine_(std::move(parameters)), calls_left_(calls_left) {}

  const sj::Parameters<Net>& parameters() const { return engine_.parameters(); }
  std::vector<float> golden(const sj::SampleRange& samples) {
    std::vector<float> readouts = engine_.golden(samples);
    if (calls_left_ == 0) readouts.front() += 1;
    return readouts;
  }

  sj::Decisions inject(std::span<const sj::Fault> faults, const sj::SampleRange& samples, sj::Results& results) {
    call();
    return engine_.inject(faults, samples, results);
  }

 private:
  void call() {
    if (calls_left_ > 0 && --calls_left_ == 0) throw Broken();
  }

  Engine engine_;
  int calls_left_;
};

template <class T>
void write(std::ofstream& out, std::span<const T> values) {
  out.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size_bytes()));
}

template <class Engine>
int run(sj::MpiRanks& ranks, const std::string& path, const Plan& plan) try {
  const sj::Dataset dataset = tiny::samples(6);
  const sj::SampleRange samples(dataset, 9);
  const int calls = plan.rank == ranks.rank() ? plan.call : Plan::never;
  if (!ranks.is_first()) {
    ranks.follow([&] {
      Fragile<Engine> engine(tiny::parameters(), calls);
      sj::serve(ranks, engine, samples);
    });
    return 0;
  }

  auto campaign = sj::make_campaign<All, Fragile<Engine>>(ranks, tiny::parameters(), dataset, samples, calls);
  const sj::FaultList faults = sj::sample(All::fault_space(), 1500, 1);
  std::vector<sj::FaultRecord> records;
  std::vector<float> readouts;
  std::vector<std::byte> outcomes;
  for (const sj::CampaignOptions& keep :
       {sj::CampaignOptions{}, sj::CampaignOptions{.keep_readouts = true}, sj::CampaignOptions{.keep_outcomes = true},
        sj::CampaignOptions{.keep_outcomes = true, .most_readouts = 600}})
    campaign.run(faults,
                 [&](const sj::CampaignBlock& block) {
                   records.insert(records.end(), block.records.begin(), block.records.end());
                   readouts.insert(readouts.end(), block.readouts.begin(), block.readouts.end());
                   for (const sj::InjectionChunk& chunk : block.outcomes)
                     outcomes.insert(outcomes.end(), chunk.rows.begin(), chunk.rows.end());
                   if (block.decisions.total() != block.faults.size() * samples.size()) throw Broken();
                   std::printf("%llu faults\n", static_cast<unsigned long long>(block.progress.faults));
                 },
                 {.keep_readouts = keep.keep_readouts,
                  .keep_outcomes = keep.keep_outcomes,
                  .block_seconds = 1e-2,
                  .most_readouts = keep.most_readouts});
  std::ofstream out(path, std::ios::binary);
  write(out, std::span<const sj::FaultRecord>(records));
  write(out, std::span<const float>(readouts));
  write(out, std::span<const std::byte>(outcomes));
  return 0;
} catch (const sj::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_status();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 5) return 64;
  const std::string engine = argv[1];
  const Plan plan = argc == 5 ? Plan{std::atoi(argv[3]), std::atoi(argv[4])} : Plan{};
  const sj::ThreadLimit limit(1);
  sj::MpiRanks ranks;
  if (engine == "full") return run<sj::FullEngine<All>>(ranks, argv[2], plan);
  if (engine == "differential") return run<sj::DifferentialEngine<All>>(ranks, argv[2], plan);
  if (engine == "counting") return run<sj::HostDeviceEngine<All>>(ranks, argv[2], plan);
  return 64;
}
