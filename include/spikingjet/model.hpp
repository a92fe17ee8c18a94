// SPDX-License-Identifier: MIT
#pragma once

// Floor 1: what a network is.

#include <spikingjet/model/graph.hpp>                    // a network as data
#include <spikingjet/model/layers/conv2d.hpp>            // convolution
#include <spikingjet/model/layers/dense.hpp>             // fully connected layer
#include <spikingjet/model/layers/input.hpp>             // input shape
#include <spikingjet/model/layers/lateral.hpp>           // spikes that feed back into their layer
#include <spikingjet/model/layers/layer.hpp>             // what every layer states
#include <spikingjet/model/layers/pool2d.hpp>            // pooling, flattening
#include <spikingjet/model/layers/synapse_geometry.hpp>  // extents and windows of a layer
#include <spikingjet/model/message.hpp>                  // sentences of static checks
#include <spikingjet/model/network.hpp>                  // the static network
#include <spikingjet/model/neuron.hpp>                   // neuron model concept, neuron layer
#include <spikingjet/model/neurons/alpha.hpp>            // alpha neuron
#include <spikingjet/model/neurons/lapicque.hpp>         // Lapicque's neuron
#include <spikingjet/model/neurons/leaky.hpp>            // leaky integrate-and-fire neuron
#include <spikingjet/model/neurons/reset.hpp>            // reset options
#include <spikingjet/model/neurons/rleaky.hpp>           // recurrent leaky neuron
#include <spikingjet/model/neurons/rsynaptic.hpp>        // recurrent second-order neuron
#include <spikingjet/model/neurons/srm.hpp>              // spike response model
#include <spikingjet/model/neurons/synaptic.hpp>         // second-order neuron
#include <spikingjet/model/option.hpp>                   // options and numbers as template arguments
#include <spikingjet/model/parameters.hpp>               // the values of a network
#include <spikingjet/model/quantity.hpp>                 // faultable tensors and their roles
#include <spikingjet/model/reach.hpp>                    // which inputs reach which outputs through which tap
#include <spikingjet/model/readout.hpp>                  // what the last layer leaves
#include <spikingjet/model/sample.hpp>                   // recorded inputs
#include <spikingjet/model/sharing.hpp>                  // constants that neurons share
#include <spikingjet/model/zero_input.hpp>               // what a zero input does
