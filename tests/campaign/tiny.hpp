// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>

#include "reference.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// A network of 4-5-3 neurons, its weights and its samples, for the library and for the reference.
namespace tiny {

using Net = spikingjet::Network<spikingjet::Input<2, 2>, spikingjet::Dense<"fc1", 5>, spikingjet::Leaky<"lif1">,
                                spikingjet::Dense<"fc2", 3>, spikingjet::Leaky<"lif2">, spikingjet::SpikeCountReadout>;

inline reference::Network network() {
  reference::Layer first;
  first.synapses.kind = reference::Projection::Kind::dense;
  first.synapses.inputs = 4;
  first.synapses.outputs = 5;
  first.synapses.weight.name = "fc1.weight";
  for (int w = 0; w < 20; ++w) first.synapses.weight.values.push_back(static_cast<float>(w * 7 % 11 - 3) * 0.15F);
  first.synapses.bias = {"fc1.bias", {0.1F, -0.05F, 0.0F, 0.2F, 0.05F}};
  first.neurons = 5;
  first.neuron_name = "lif1";
  first.constants = {{"lif1.beta", {0.9F, 0.8F, 0.95F, 0.5F, 0.7F}},
                     {"lif1.threshold", {1.0F, 0.8F, 1.2F, 0.9F, 1.0F}}};
  first.element = {{0, 1, 2, 3, 4}, {0, 1, 2, 3, 4}};
  reference::Layer second;
  second.synapses.kind = reference::Projection::Kind::dense;
  second.synapses.inputs = 5;
  second.synapses.outputs = 3;
  second.synapses.weight.name = "fc2.weight";
  for (int w = 0; w < 15; ++w) second.synapses.weight.values.push_back(static_cast<float>(w * 5 % 9 - 3) * 0.2F);
  second.synapses.bias = {"fc2.bias", {0.05F, 0.1F, 0.0F}};
  second.neurons = 3;
  second.neuron_name = "lif2";
  second.constants = {{"lif2.beta", {0.9F, 0.85F, 0.8F}}, {"lif2.threshold", {1.0F, 1.0F, 0.9F}}};
  second.element = {{0, 1, 2}, {0, 1, 2}};
  reference::Network net;
  net.layers = {first, second};
  return net;
}

inline spikingjet::Parameters<Net> parameters() {
  spikingjet::Parameters<Net> values;
  for (const reference::Layer& layer : network().layers) {
    values.assign(layer.synapses.weight.name, layer.synapses.weight.values);
    values.assign(layer.synapses.bias.name, layer.synapses.bias.values);
    for (const reference::Tensor& constant : layer.constants) values.assign(constant.name, constant.values);
  }
  return values;
}

inline constexpr std::size_t steps = 8;

/// The inputs of a sample, step by step.
inline std::vector<std::vector<float>> input(std::size_t sample) {
  std::vector<std::vector<float>> all(steps, std::vector<float>(4));
  for (std::size_t t = 0; t < steps; ++t)
    for (std::size_t i = 0; i < 4; ++i) all[t][i] = static_cast<float>((sample * 5 + t * 3 + i * (sample + 1)) % 7 < 3);
  return all;
}

inline std::uint32_t label(std::size_t sample) { return static_cast<std::uint32_t>(sample % 3); }

inline spikingjet::Dataset samples(std::size_t count) {
  spikingjet::Dataset dataset;
  dataset.shape = {2, 2};
  for (std::size_t s = 0; s < count; ++s) {
    spikingjet::Sample sample;
    for (const std::vector<float>& step : input(s)) {
      for (std::uint32_t i = 0; i < 4; ++i) sample.add(i, step[i]);
      sample.end_step();
    }
    dataset.samples.push_back(std::move(sample));
    dataset.labels.push_back(label(s));
  }
  return dataset;
}

}  // namespace tiny
