// SPDX-License-Identifier: MIT
#pragma once

// Floor 4: how faulty runs are found.

#include <spikingjet/engine/decision.hpp>                          // how an injection was decided
#include <spikingjet/engine/device/cuda_engine.hpp>                // on GPUs
#include <spikingjet/engine/device/host_engine.hpp>                // what GPUs do, on this processor
#include <spikingjet/engine/differential/differential_engine.hpp>  // only what differs from the golden run
#include <spikingjet/engine/engine.hpp>                            // what an engine is
#include <spikingjet/engine/full/full_engine.hpp>                  // the arbiter
#include <spikingjet/engine/full/output_trains.hpp>                // spike trains of outputs, golden and faulty
#include <spikingjet/engine/results.hpp>                           // what takes results
