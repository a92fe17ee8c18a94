// SPDX-License-Identifier: MIT
#pragma once

// Floor 5: one campaign is one file.

#include <spikingjet/store/block_rows.hpp>        // finished faults into their tables
#include <spikingjet/store/errors.hpp>            // what is wrong with a store
#include <spikingjet/store/fault_row.hpp>         // a fault as a row, in both directions
#include <spikingjet/store/golden_row.hpp>        // a sample of the golden run as a row
#include <spikingjet/store/injection_reader.hpp>  // outcomes of single injections, checked
#include <spikingjet/store/manifest.hpp>          // what a campaign is and how it was run
#include <spikingjet/store/quantity_row.hpp>      // a quantity as a row
#include <spikingjet/store/rows.hpp>              // what a store holds
#include <spikingjet/store/schema.hpp>            // the tables
#include <spikingjet/store/space_rows.hpp>        // the fault space and its strata as rows
#include <spikingjet/store/sqlite.hpp>            // SQLite with owners
#include <spikingjet/store/store.hpp>             // golden run and one row a fault
#include <spikingjet/store/store_file.hpp>        // the file, claimed or opened
#include <spikingjet/store/stored_text.hpp>       // texts out of a store
