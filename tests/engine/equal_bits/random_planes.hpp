// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model.hpp>

#include "engine/equal_bits/random_cases.hpp"

#include <string>

/// A convolution and what is behind it, for tests of all neurons of an output channel.
namespace random_planes {

template <class Convolution, class... Behind>
using Plane = spikingjet::Network<spikingjet::Input<2, 6, 6>, Convolution, Behind..., spikingjet::SpikeCountReadout>;

/// Random values for which neurons fire now and then; each weight is what `weight()` gives.
template <class Net, class Weight>
reference::Network random_plane(random_cases::Random& random, const Weight& weight) {
  reference::Network network = random_cases::shape_of<Net>();
  for (reference::Layer& layer : network.layers) {
    for (float& w : layer.synapses.weight.values) w = weight();
    for (float& b : layer.synapses.bias.values) b = random.uniform(-0.1F, 0.2F);
    for (reference::Tensor& constant : layer.constants)
      for (float& c : constant.values)
        c = constant.name.find("threshold") != std::string::npos ? random.uniform(0.3F, 2.5F)
                                                                 : random.uniform(0.0F, 1.05F);
  }
  return network;
}

}  // namespace random_planes
