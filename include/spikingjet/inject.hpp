// SPDX-License-Identifier: MIT
#pragma once

// Floor 3: faults in a running network, and the engines on the floor above.

#include <spikingjet/engine.hpp>                     // engines
#include <spikingjet/inject/fault_perturbation.hpp>  // one fault at its injection point
#include <spikingjet/inject/injector.hpp>            // composed policies
#include <spikingjet/inject/strike.hpp>              // what a fault strikes, resolved
