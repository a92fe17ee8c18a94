// SPDX-License-Identifier: MIT
#pragma once

// Floor 2: how a network runs.

#include <spikingjet/sim/golden_run.hpp>          // golden readouts on all cores
#include <spikingjet/sim/perturbation.hpp>        // injection points
#include <spikingjet/sim/run.hpp>                 // a sample through a network
#include <spikingjet/sim/step.hpp>                // one time step
#include <spikingjet/sim/sums/canonical_sum.hpp>  // currents of a dense layer
#include <spikingjet/sim/sums/one_output.hpp>     // layers as the thread of a device sees them
#include <spikingjet/sim/sums/row_sums.hpp>       // many sums over rows of weights
#include <spikingjet/sim/sums/term.hpp>           // the canonical sum, a term at a time
#include <spikingjet/sim/sums/windows.hpp>        // what pooling makes of a window
#include <spikingjet/sim/workspace.hpp>           // states, currents, spikes
