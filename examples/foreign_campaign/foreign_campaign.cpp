// SPDX-License-Identifier: MIT

// A whole campaign in a simulator of one's own: its loop, its arrays, and headers of ours that need the standard
// library only. It draws its faults, or takes those of a list: foreign_campaign [faults.csv]. Only faults that were
// drawn at random say something about all the others, within an interval; a list says so in its '#' line.

#include "simulator.hpp"

#include <spikingjet/analysis/statistics.hpp>
#include <spikingjet/fault/apply.hpp>
#include <spikingjet/fault/fault_file.hpp>
#include <spikingjet/fault/sampling.hpp>
#include <spikingjet/fault/window_warnings.hpp>
#include <spikingjet/outcome/outcome.hpp>
#include <spikingjet/outcome/record.hpp>

#include <array>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>

namespace sj = spikingjet;

// What a fault may strike, in the order in which the faults are numbered: layer, field, role, storage, shape.
constexpr std::array quantities{sj::Quantity{"fc1", "weight", sj::Role::weight, sj::Storage::parameter, {8, 16}},
                                sj::Quantity{"lif1", "potential", sj::Role::potential, sj::Storage::state, {8}},
                                sj::Quantity{"fc2", "weight", sj::Role::weight, sj::Storage::parameter, {3, 8}}};

/// Every bit of every element.
sj::FaultSpace all_bit_flips() {
  std::vector<sj::Choice> bits;
  for (int bit = 0; bit < 32; ++bit) bits.push_back({sj::describe_fault_type<sj::BitFlip>(), bit});
  return {quantities, {{0, bits}, {1, bits}, {2, bits}}};
}

/// The readout of a sample with a fault.
std::array<float, 3> run_with(const sj::Fault& fault, Simulator& simulator, std::size_t sample) {
  std::optional<sj::ParameterFault> parameter;  // takes the fault back when the run is over
  if (fault.site.quantity == 0) parameter.emplace(fault, simulator.fc1);
  if (fault.site.quantity == 2) parameter.emplace(fault, simulator.fc2);
  simulator.start();
  for (std::size_t step = 0; step < steps; ++step) {
    if (parameter) parameter->at(step);
    simulator.step(sample, step, [&](std::vector<float>& potential) {
      if (fault.site.quantity == 1) sj::apply(fault, potential, step);
    });
  }
  return simulator.count;
}

int main(int argc, char** argv) try {
  if (argc > 2) throw sj::Misuse("usage: foreign_campaign [faults.csv]");
  const sj::FaultSpace space = all_bit_flips();
  const sj::ListOrigin drawn{
      .method = "count:600", .confidence = 0.99, .seed = 1, .population = sj::population_of(space), .about = {}};
  const auto warn = [](const std::string& sentence) { std::fprintf(stderr, "%s\n", sentence.c_str()); };
  const sj::LoadedFaultList list = argc > 1 ? sj::load_fault_list(argv[1], quantities, {}, warn)
                                            : sj::LoadedFaultList{sj::sample(space, 600, 1), drawn};
  const sj::FaultList& faults = list.faults;
  const std::optional<sj::ListOrigin>& origin = list.origin;
  if (argc > 1) sj::require_windows_begin(list, steps, argv[1]);
  if (list.is_changed) warn("the list is a part or a changed copy of the one that its '#' line describes");

  Simulator simulator;
  std::vector<sj::GoldenOutcome> golden;
  for (std::size_t s = 0; s < samples; ++s) golden.emplace_back(simulator.run(s), std::nullopt, s);

  sj::FaultRecord total;
  sj::ClusterSample critical;  // faults of which some injections leave another class
  for (std::uint64_t f = 0; f < faults.size(); ++f) {
    sj::FaultRecord record;
    for (std::size_t s = 0; s < samples; ++s) record.add(golden[s].judge(run_with(faults[f], simulator, s)));
    critical.add(record.sdc_critical, record.samples);
    total += record;
  }
  const auto number = [](std::uint64_t count) { return static_cast<unsigned long long>(count); };
  std::printf("%llu injections: %llu masked, %llu critical, %llu due; critical %.4f %%", number(total.samples),
              number(total.masked), number(total.sdc_critical), number(total.due), 100 * critical.rate());
  if (origin) {  // drawn at random
    const sj::Interval interval = critical.interval(origin->confidence, origin->faults());
    std::printf(", %g %% interval %.4f to %.4f %%\n", 100 * origin->confidence, 100 * interval.low,
                100 * interval.high);
  } else {
    std::printf(" of these faults alone\n");
  }
  if (std::fflush(stdout) != 0) throw sj::Failure("foreign_campaign: the result could not be written");
} catch (const sj::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_status();
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
