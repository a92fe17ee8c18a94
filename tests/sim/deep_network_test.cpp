// SPDX-License-Identifier: MIT
#include <spikingjet/model.hpp>
#include <spikingjet/sim/golden_run.hpp>

#include "catch.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace sj = spikingjet;
using sj::Conv2d;
using sj::Kernel;
using sj::Leaky;
using sj::Padding;

namespace {

/// Ten layers with weights, in the manner of VGG.
using Vgg =
    sj::Network<sj::Input<2, 64, 64>, Conv2d<"conv1", 16, Kernel<3>, Padding<1>>, Leaky<"lif1">,
                Conv2d<"conv2", 16, Kernel<3>, Padding<1>>, sj::MaxPool2d<2>, Leaky<"lif2">,
                Conv2d<"conv3", 32, Kernel<3>, Padding<1>>, Leaky<"lif3">, Conv2d<"conv4", 32, Kernel<3>, Padding<1>>,
                sj::MaxPool2d<2>, Leaky<"lif4">, Conv2d<"conv5", 64, Kernel<3>, Padding<1>>, Leaky<"lif5">,
                Conv2d<"conv6", 64, Kernel<3>, Padding<1>>, sj::MaxPool2d<2>, Leaky<"lif6">,
                Conv2d<"conv7", 64, Kernel<3>, Padding<1>>, Leaky<"lif7">, Conv2d<"conv8", 64, Kernel<3>, Padding<1>>,
                sj::MaxPool2d<2>, Leaky<"lif8">, sj::Flatten, sj::Dense<"fc1", 128>, Leaky<"lif9">,
                sj::Dense<"fc2", 11>, Leaky<"lif10">, sj::SpikeCountReadout>;

}  // namespace

TEST_CASE("a network of ten layers on 2x64x64 inputs runs, and spikes reach its readout") {
  static_assert(Vgg::stage_count == 10);
  static_assert(Vgg::Layer<Vgg::neurons_of(7)>::out == sj::Shape{64, 4, 4});
  std::mt19937_64 random(31);
  const auto uniform = [&] { return static_cast<float>(random() >> 40) * 0x1p-24F; };
  sj::Parameters<Vgg> parameters;
  for (std::size_t q = 0; q < Vgg::quantities.size(); ++q) {
    const sj::Quantity& quantity = Vgg::quantities[q];
    if (quantity.storage != sj::Storage::parameter) continue;
    const float fan = std::sqrt(float(quantity.size() / quantity.shape[0]));
    for (std::size_t e = 0; e < quantity.size(); ++e)
      parameters.write(q, e, quantity.role == sj::Role::weight  ? (uniform() - 0.45F) * 5.0F / fan
                             : quantity.role == sj::Role::decay ? 0.9F
                             : quantity.role == sj::Role::bias  ? 0.0F
                                                                : 1.0F);
  }
  sj::Dataset dataset;
  dataset.shape = Vgg::input;
  sj::Sample sample;
  for (int step = 0; step < 8; ++step) {
    for (std::uint32_t i = 0; i < Vgg::input.size(); ++i)
      if (uniform() < 0.1F) sample.add(i, 1.0F);
    sample.end_step();
  }
  dataset.samples.push_back(std::move(sample));
  const std::vector<float> readout = sj::golden_run(parameters, sj::SampleRange(dataset));
  float spikes = 0;
  for (const float count : readout) spikes += count;
  CHECK(readout.size() == 11);
  CHECK(spikes > 0);
  CHECK(spikes < 88);
}
