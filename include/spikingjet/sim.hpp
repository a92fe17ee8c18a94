// SPDX-License-Identifier: MIT
#pragma once

// Floor 2: how a network runs.

#include <spikingjet/sim/canonical_sum.hpp>     // currents of a dense layer
#include <spikingjet/sim/golden_recording.hpp>  // a golden run, kept step by step
#include <spikingjet/sim/golden_run.hpp>        // golden readouts on all cores
#include <spikingjet/sim/lanes.hpp>             // vectors of the processor
#include <spikingjet/sim/pack.hpp>              // vectors side by side
#include <spikingjet/sim/perturbation.hpp>      // injection points
#include <spikingjet/sim/run.hpp>               // a sample through a network
#include <spikingjet/sim/step.hpp>              // one time step
#include <spikingjet/sim/sum_terms.hpp>         // the canonical sum, a term at a time
#include <spikingjet/sim/windows.hpp>           // of convolutions and pooling
#include <spikingjet/sim/workspace.hpp>         // states, currents, spikes
