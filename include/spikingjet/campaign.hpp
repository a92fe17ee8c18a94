// SPDX-License-Identifier: MIT
#pragma once

// Everything: the core, files, campaigns, stores, analysis and the command line.

#include <spikingjet/analysis.hpp>
#include <spikingjet/app.hpp>
#include <spikingjet/campaign/block.hpp>            // finished faults, handed on
#include <spikingjet/campaign/campaign.hpp>         // faults x samples, block by block
#include <spikingjet/campaign/errors.hpp>           // what a campaign refuses
#include <spikingjet/campaign/golden_remarks.hpp>   // what a golden run shows to be unlikely
#include <spikingjet/campaign/injection_counter.hpp>  // counts what becomes of injections
#include <spikingjet/campaign/one_rank.hpp>         // a program that runs as one process
#include <spikingjet/campaign/options.hpp>          // what a campaign does besides injecting
#include <spikingjet/campaign/progress.hpp>         // how far a campaign is
#include <spikingjet/campaign/record_campaign.hpp>  // a campaign into a store
#include <spikingjet/campaign/store_block.hpp>      // a block of it
#include <spikingjet/campaign/samples_of.hpp>       // how many samples a store has
#include <spikingjet/campaign/verify.hpp>           // a store against reruns on `full`
#include <spikingjet/io.hpp>
#include <spikingjet/spikingjet.hpp>
#include <spikingjet/store.hpp>

#if defined(SPIKINGJET_HAS_MPI)
#include <spikingjet/campaign/mpi/engine.hpp>       // an engine that shares faults among processes
#include <spikingjet/campaign/mpi/message.hpp>      // what processes say to each other
#include <spikingjet/campaign/mpi/ranks.hpp>        // the processes of a campaign
#endif
