// SPDX-License-Identifier: MIT
#pragma once

// Floor 1: what a network is.

#include <spikingjet/model/alpha.hpp>       // alpha neuron
#include <spikingjet/model/conv2d.hpp>      // convolution
#include <spikingjet/model/dense.hpp>       // fully connected layer
#include <spikingjet/model/input.hpp>       // input shape
#include <spikingjet/model/lapicque.hpp>    // Lapicque's neuron
#include <spikingjet/model/lateral.hpp>     // spikes that feed back into their layer
#include <spikingjet/model/layer.hpp>       // what every layer states
#include <spikingjet/model/leaky.hpp>       // leaky integrate-and-fire neuron
#include <spikingjet/model/network.hpp>     // the static network
#include <spikingjet/model/neuron.hpp>      // neuron model concept, neuron layer
#include <spikingjet/model/option.hpp>      // options and numbers as template arguments
#include <spikingjet/model/parameters.hpp>  // the values of a network
#include <spikingjet/model/pool2d.hpp>      // pooling, flattening
#include <spikingjet/model/quantity.hpp>    // faultable tensors and their roles
#include <spikingjet/model/readout.hpp>     // what the last layer leaves
#include <spikingjet/model/reset.hpp>       // reset options
#include <spikingjet/model/rleaky.hpp>      // recurrent leaky neuron
#include <spikingjet/model/rsynaptic.hpp>   // recurrent second-order neuron
#include <spikingjet/model/sample.hpp>      // recorded inputs
#include <spikingjet/model/sharing.hpp>     // constants that neurons share
#include <spikingjet/model/srm.hpp>         // spike response model
#include <spikingjet/model/synapse_geometry.hpp>  // which inputs reach which outputs
#include <spikingjet/model/synaptic.hpp>    // second-order neuron
#include <spikingjet/model/zero_input.hpp>  // what a zero input does
