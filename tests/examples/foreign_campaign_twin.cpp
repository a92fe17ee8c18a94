// SPDX-License-Identifier: MIT

// The campaign of examples/foreign_campaign as the library runs it: the same network, weights, inputs and faults.
// Writes its faults to the first file that it is given, with where they are from, to the second without; prints the
// line that the example prints.

#include "../../examples/foreign_campaign/simulator.hpp"

#include <spikingjet/analysis/statistics.hpp>
#include <spikingjet/engine/full/full_engine.hpp>
#include <spikingjet/fault/fault_file.hpp>
#include <spikingjet/fault/sampling.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/outcome/outcome.hpp>
#include <spikingjet/outcome/record.hpp>

#include <cstdio>

namespace sj = spikingjet;

using Net = sj::Network<sj::Input<16>, sj::Dense<"fc1", 8, sj::NoBias>, sj::Leaky<"lif1">,
                        sj::Dense<"fc2", 3, sj::NoBias>, sj::Leaky<"lif2">, sj::SpikeCountReadout>;

/// What the example strikes.
struct Struck {
  static std::string name() { return "weights and hidden potentials"; }
  static constexpr bool hits(const sj::Quantity& q) {
    return q.role == sj::Role::weight || (q.role == sj::Role::potential && q.layer == sj::Name("lif1"));
  }
};
using Flips = sj::Injector<Net, sj::BitFlip, sj::AnyBit, Struck>;

int main(int, char** argv) {
  const Simulator simulator;
  sj::Parameters<Net> parameters;
  for (std::size_t q = 0; q < Net::quantities.size(); ++q) {
    const sj::Quantity& quantity = Net::quantities[q];
    if (quantity.storage != sj::Storage::parameter) continue;
    for (std::size_t e = 0; e < quantity.size(); ++e)
      parameters.write(q, e,
                       quantity.role == sj::Role::decay       ? 0.9F
                       : quantity.role == sj::Role::threshold ? 1.0F
                       : quantity.layer == sj::Name("fc1")    ? simulator.fc1[e]
                                                              : simulator.fc2[e]);
  }
  sj::Dataset data{Net::input, {}, {}};
  for (std::size_t s = 0; s < samples; ++s) {
    sj::Sample sample;
    for (std::size_t t = 0; t < steps; ++t) {
      for (std::uint32_t i = 0; i < 16; ++i) sample.add(i, input(s, t, i));
      sample.end_step();
    }
    data.samples.push_back(sample);
  }

  const sj::FaultSpace space = Flips::fault_space();
  const sj::FaultList list = sj::sample(space, 600, 1);
  const sj::ListOrigin origin{
      .method = "count:600", .confidence = 0.99, .seed = 1, .population = sj::population_of(space), .about = {}};
  sj::write_fault_list(std::string(argv[1]), list, Net::quantities, origin, sj::Overwrite::yes);
  sj::write_fault_list(std::string(argv[2]), list, Net::quantities, {}, sj::Overwrite::yes);
  std::vector<sj::Fault> faults;
  for (std::uint64_t f = 0; f < list.size(); ++f) faults.push_back(list[f]);
  sj::FullEngine<Flips> engine(parameters);
  const std::vector<float> golden = engine.golden(sj::SampleRange(data));
  const std::vector<float> readouts = sj::readouts_of(engine, faults, sj::SampleRange(data));  // (faults, samples, 3)
  sj::FaultRecord total;
  sj::ClusterSample critical;
  for (std::size_t f = 0; f < faults.size(); ++f) {
    sj::FaultRecord record;
    for (std::size_t s = 0; s < samples; ++s) {
      const sj::GoldenOutcome outcome(std::span<const float>(golden).subspan(3 * s, 3), std::nullopt, s);
      record.add(outcome.judge(std::span<const float>(readouts).subspan(3 * (f * samples + s), 3)));
    }
    critical.add(record.sdc_critical, record.samples);
    total += record;
  }
  const sj::Interval interval = critical.interval(0.99, space.size());
  std::printf(
      "%llu injections: %llu masked, %llu critical, %llu due; critical %.4f %%, 99 %% interval %.4f to %.4f %%\n",
      (unsigned long long)(total.samples), (unsigned long long)(total.masked), (unsigned long long)(total.sdc_critical),
      (unsigned long long)(total.due), 100 * critical.rate(), 100 * interval.low, 100 * interval.high);
}
