// SPDX-License-Identifier: MIT
#pragma once

// Floor 8: the command line that every compiled campaign shares.

#include <spikingjet/app/activity_remarks.hpp>      // layers that never or always fire
#include <spikingjet/app/activity_table.hpp>        // spikes per layer and step
#include <spikingjet/app/arguments.hpp>             // words of a command line that no option takes
#include <spikingjet/app/campaign_watch.hpp>        // rates of a campaign while it runs
#include <spikingjet/app/chosen_faults.hpp>         // the faults that a command line asks for
#include <spikingjet/app/chosen_list.hpp>           // the faults of a run, given or drawn
#include <spikingjet/app/command_line.hpp>          // the door: golden, faults, run, analyse and others
#include <spikingjet/app/command_parser.hpp>        // what commands are called, how a program ends
#include <spikingjet/app/command_session.hpp>       // what commands share besides processes
#include <spikingjet/app/decided_text.hpp>          // how injections were decided
#include <spikingjet/app/example.hpp>               // what a compiled campaign brings along
#include <spikingjet/app/golden_text.hpp>           // samples, classes, accuracy, ties
#include <spikingjet/app/inputs.hpp>                // weights and data that a command was told
#include <spikingjet/app/interrupt.hpp>             // Ctrl-C without losses
#include <spikingjet/app/list_origin.hpp>           // where a drawn list is from
#include <spikingjet/app/npy_output.hpp>            // an array that is whole or not there
#include <spikingjet/app/options.hpp>               // which faults a command line asks for
#include <spikingjet/app/out_of_memory.hpp>         // what needed how much
#include <spikingjet/app/output_path.hpp>           // what an output may replace
#include <spikingjet/app/pilot_store.hpp>           // what a stored campaign shows of strata
#include <spikingjet/app/plan_table.hpp>            // how many faults of which stratum
#include <spikingjet/app/progress_line.hpp>         // bar and pace
#include <spikingjet/app/progress_text.hpp>         // bar and pace as text
#include <spikingjet/app/remark_log.hpp>            // what is told, or refused with --strict
#include <spikingjet/app/removed_unless_kept.hpp>   // no half-made files
#include <spikingjet/app/run_errors.hpp>            // options of 'run' that contradict each other
#include <spikingjet/app/run_recorder.hpp>          // blocks stored, and counted for people
#include <spikingjet/app/sampling.hpp>              // the options that draw faults
#include <spikingjet/app/session.hpp>               // what all commands share
#include <spikingjet/app/standard_streams.hpp>      // output that is not lost in silence
#include <spikingjet/app/status_line.hpp>           // what the process is doing
#include <spikingjet/app/store_patience.hpp>        // waiting for who else uses a store
#include <spikingjet/app/table_format.hpp>          // a table in the format that was asked for
#include <spikingjet/app/terminal_text.hpp>         // what a terminal may show
#include <spikingjet/app/validators.hpp>            // checks of option values
