// SPDX-License-Identifier: MIT
#pragma once

// Floor 5: one campaign is one file.

#include <spikingjet/store/manifest.hpp>  // what a campaign is and how it was run
#include <spikingjet/store/rows.hpp>      // what a store holds
#include <spikingjet/store/sqlite.hpp>    // SQLite with owners
#include <spikingjet/store/store.hpp>     // golden run and one row a fault
