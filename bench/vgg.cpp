// SPDX-License-Identifier: MIT

// What does a sampled campaign on a deep convolutional network cost, beside reruns of the whole network? Eight
// convolutions and two fully connected layers in the manner of VGG on an input of 2x64x64, with random weights.
//
//   bench_vgg [FAULTS [SAMPLES [RERUNS]]]
//
// Injects FAULTS (1,000) on SAMPLES (16) with the engine 'differential', and reruns RERUNS (64) of these injections on
// 'full', whose bits must be equal. Prints both costs of an injection, their ratio and the peak of memory.

#include <spikingjet/core/random.hpp>
#include <spikingjet/fault/sampling.hpp>
#include <spikingjet/inject.hpp>
#include <spikingjet/model.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace sj = spikingjet;

template <sj::Name N, std::size_t Channels>
using Conv = sj::Conv2d<N, Channels, sj::Kernel<3>, sj::Padding<1>>;

using Net = sj::Network<sj::Input<2, 64, 64>,
                        Conv<"conv1", 16>, sj::Leaky<"lif1">, Conv<"conv2", 16>, sj::MaxPool2d<2>, sj::Leaky<"lif2">,
                        Conv<"conv3", 32>, sj::Leaky<"lif3">, Conv<"conv4", 32>, sj::MaxPool2d<2>, sj::Leaky<"lif4">,
                        Conv<"conv5", 64>, sj::Leaky<"lif5">, Conv<"conv6", 64>, sj::MaxPool2d<2>, sj::Leaky<"lif6">,
                        Conv<"conv7", 64>, sj::Leaky<"lif7">, Conv<"conv8", 64>, sj::MaxPool2d<2>, sj::Leaky<"lif8">,
                        sj::Flatten, sj::Dense<"fc1", 128>, sj::Leaky<"lif9">, sj::Dense<"fc2", 10>, sj::Leaky<"lif10">,
                        sj::SpikeCountReadout>;
using Flips = sj::Injector<Net>;

constexpr std::size_t sample_steps = 10;

/// Random weights of such a spread that every layer fires a little.
sj::Parameters<Net> random_parameters(std::mt19937_64& random) {
  sj::Parameters<Net> parameters;
  for (const sj::Quantity& q : Net::quantities) {
    if (q.storage != sj::Storage::parameter) continue;
    std::vector<float> values(q.size());
    for (float& value : values) {
      const float uniform = static_cast<float>(random() >> 40) * 0x1p-23F - 1.0F;  // [-1, 1)
      const float inputs = q.shape.rank > 0 ? static_cast<float>(q.size() / q.shape[0]) : 1.0F;
      value = q.role == sj::Role::weight      ? uniform * 4.5F / std::sqrt(inputs)
              : q.role == sj::Role::bias      ? 0.05F
              : q.role == sj::Role::threshold ? 1.0F
                                              : 0.8F;
    }
    parameters.assign(q.name(), values);
  }
  return parameters;
}

/// A blob of events that moves, and noise.
sj::Sample random_sample(std::mt19937_64& random) {
  sj::Sample sample;
  const double x = 16 + double(random() % 32);
  const double y = 16 + double(random() % 32);
  const double turn = double(random() % 628) / 100;
  for (std::size_t step = 0; step < sample_steps; ++step) {
    std::vector<float> frame(Net::input.size());
    const double column = x + 10 * std::cos(turn + double(step) / 3);
    const double row = y + 10 * std::sin(turn + double(step) / 3);
    for (std::size_t i = 0; i < frame.size(); ++i) {
      const double distance = std::hypot(double(i % 64) - column, double(i / 64 % 64) - row);
      frame[i] = random() % 1000 < (distance < 6 ? 400u : 4u) ? 1.0F : 0.0F;
    }
    for (std::size_t i = 0; i < frame.size(); ++i) sample.add(static_cast<std::uint32_t>(i), frame[i]);
    sample.end_step();
  }
  return sample;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int main(int argc, char** argv) try {
  const auto option = [&](int i, int otherwise) { return std::uint64_t(argc > i ? std::atoi(argv[i]) : otherwise); };
  const std::uint64_t fault_count = option(1, 1000);
  const std::uint64_t reruns = option(3, 64);
  std::mt19937_64 random(1);
  const sj::Parameters<Net> parameters = random_parameters(random);
  sj::Dataset data{.shape = Net::input, .samples = {}, .labels = {}};
  for (std::uint64_t s = 0; s < option(2, 16); ++s) data.samples.push_back(random_sample(random));
  const sj::SampleRange samples(data);

  const sj::FaultSpace space = Flips::fault_space();
  const sj::FaultList list = sj::sample(space, fault_count, 1);
  std::vector<sj::Fault> faults;
  for (std::uint64_t f = 0; f < list.size(); ++f) faults.push_back(list[f]);

  sj::DifferentialEngine<Flips> differential(parameters);
  const auto start = std::chrono::steady_clock::now();
  const std::vector<float> found = sj::readouts_of(differential, faults, samples);
  const double ours = seconds_since(start) / double(faults.size() * samples.size());
  rusage used{};
  getrusage(RUSAGE_SELF, &used);

  sj::FullEngine<Flips> full(parameters);
  const sj::Dataset first{.shape = Net::input, .samples = {data.samples[0]}, .labels = {}};
  std::vector<sj::Fault> few(faults.begin(),
                             faults.begin() + std::ptrdiff_t(std::min<std::uint64_t>(reruns, faults.size())));
  const auto rerun_start = std::chrono::steady_clock::now();
  const std::vector<float> expected = sj::readouts_of(full, few, sj::SampleRange(first));
  const double rerun = seconds_since(rerun_start) / double(few.size());
  std::size_t changed = 0;
  const std::vector<float> golden = full.golden(sj::SampleRange(first));
  for (std::size_t f = 0; f < few.size(); ++f) {
    const float* row = expected.data() + f * Net::classes;
    changed += std::memcmp(row, golden.data(), Net::classes * sizeof(float)) != 0;
    if (std::memcmp(row, found.data() + f * samples.size() * Net::classes, Net::classes * sizeof(float)) != 0) {
      std::fprintf(stderr, "injection %zu differs between the engines\n", f);
      return 1;
    }
  }
  std::printf("%zu faults of %.0f, %zu samples of %zu steps, %zu stored values\n", faults.size(), double(space.size()),
              samples.size(), sample_steps, Net::parameter_count);
  std::printf("differential %.3g ms an injection, full %.3g ms; ratio %.3g\n", ours * 1e3, rerun * 1e3, rerun / ours);
  std::printf("%zu injections rerun with equal bits, %zu of them changed; peak of memory %ld MiB\n", few.size(),
              changed, used.ru_maxrss / 1024);
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
