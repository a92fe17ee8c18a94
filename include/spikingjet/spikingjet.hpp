// SPDX-License-Identifier: MIT
#pragma once

// The core: from a static network to the outcome of an injection. Files, stores and the command line: campaign.hpp.

#include <spikingjet/core.hpp>
#include <spikingjet/engine.hpp>
#include <spikingjet/fault.hpp>
#include <spikingjet/inject.hpp>
#include <spikingjet/model.hpp>
#include <spikingjet/outcome.hpp>
#include <spikingjet/sim.hpp>
