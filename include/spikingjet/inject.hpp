// SPDX-License-Identifier: MIT
#pragma once

// Floor 3: faults in a running network.

#include <spikingjet/inject/cuda_engine.hpp>          // on GPUs
#include <spikingjet/inject/decision.hpp>             // how an injection was decided
#include <spikingjet/inject/differential_engine.hpp>  // only what differs from the golden run
#include <spikingjet/inject/engine.hpp>               // what an engine is
#include <spikingjet/inject/fault_perturbation.hpp>   // one fault at its injection point
#include <spikingjet/inject/full_engine.hpp>          // the arbiter
#include <spikingjet/inject/host_device_engine.hpp>   // what GPUs do, on this processor
#include <spikingjet/inject/injector.hpp>             // composed policies
