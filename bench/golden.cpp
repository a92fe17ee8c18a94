// SPDX-License-Identifier: MIT

// How many samples a second does the fault-free N-MNIST network run on one core?
//
//   bench_golden WEIGHTS.npz DATA [REPETITIONS]
//
// Prints the median of the repetitions; bench/golden_ratio.py sets it beside PyTorch.

#include <spikingjet/core/arithmetic.hpp>
#include <spikingjet/io/dataset.hpp>
#include <spikingjet/io/parameters.hpp>
#include <spikingjet/model.hpp>
#include <spikingjet/sim.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <vector>

namespace sj = spikingjet;

using Net = sj::Network<sj::Input<2, 17, 17>,
                        sj::Dense<"fc1", 20>, sj::Leaky<"lif1">,
                        sj::Dense<"fc2", 10>, sj::Leaky<"lif2">,
                        sj::SpikeCountReadout>;

int main(int argc, char** argv) try {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s WEIGHTS.npz DATA [REPETITIONS]\n", argv[0]);
    return 2;
  }
  sj::require_sound_arithmetic();
  const auto parameters = sj::load_parameters<Net>(argv[1]);
  const auto data = sj::load_dataset(argv[2], {.input = Net::input});
  const int repetitions = argc > 3 ? std::atoi(argv[3]) : 5;
  const auto work = std::make_unique<sj::Workspace<Net>>();
  sj::NoPerturbation none;

  std::vector<double> rates;  // [samples/s]
  double spikes = 0;
  for (int repetition = -1; repetition < repetitions; ++repetition) {  // the first warms up
    const auto start = std::chrono::steady_clock::now();
    std::size_t done = 0;
    double seconds = 0;
    while (seconds < 0.2) {
      for (const sj::Sample& sample : data.samples) spikes += double(sj::run(*work, parameters, sample, none)[0]);
      done += data.size();
      seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    if (repetition >= 0) rates.push_back(double(done) / seconds);
  }
  std::sort(rates.begin(), rates.end());
  std::printf("%.0f samples/s (median of %zu, from %.0f to %.0f; %g spikes)\n", rates[rates.size() / 2], rates.size(),
              rates.front(), rates.back(), spikes);
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
