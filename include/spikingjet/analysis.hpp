// SPDX-License-Identifier: MIT
#pragma once

// Floor 6: what a finished campaign says.

#include <spikingjet/analysis/analyse.hpp>              // outcomes in groups, as tables
#include <spikingjet/analysis/betting.hpp>              // interval of any mean, at any time
#include <spikingjet/analysis/clopper_pearson.hpp>      // interval that never covers less than it promises
#include <spikingjet/analysis/cover_reduction.hpp>      // what need not be looked at for a smallest set
#include <spikingjet/analysis/cover_search.hpp>         // branch and bound for a smallest set
#include <spikingjet/analysis/coverage.hpp>             // which samples expose the critical faults
#include <spikingjet/analysis/dictionary.hpp>           // the samples that expose each fault
#include <spikingjet/analysis/drawn_outcomes.hpp>       // outcomes in the order of a draw
#include <spikingjet/analysis/export.hpp>               // CSV files
#include <spikingjet/analysis/exposure.hpp>             // sets of samples that expose faults
#include <spikingjet/analysis/fault_weights.hpp>        // faults of the population that a drawn one stands for
#include <spikingjet/analysis/golden_summary.hpp>       // accuracy without faults
#include <spikingjet/analysis/greedy_cover.hpp>         // small sets, fast
#include <spikingjet/analysis/group_by.hpp>             // what faults are grouped by
#include <spikingjet/analysis/group_estimates.hpp>      // rates and margins of a group
#include <spikingjet/analysis/group_key.hpp>            // where a fault stands among the groups
#include <spikingjet/analysis/group_keys.hpp>           // numbers, order and labels of groups
#include <spikingjet/analysis/group_sample_hits.hpp>    // how rates of groups differ between samples
#include <spikingjet/analysis/group_space.hpp>          // the part of the fault space that is in a group
#include <spikingjet/analysis/hypergeometric.hpp>       // interval of 0 or 1 from a population that is known
#include <spikingjet/analysis/injections.hpp>           // faults with their injections one by one
#include <spikingjet/analysis/interval_kind.hpp>        // which interval belongs to which draw
#include <spikingjet/analysis/keep_quantity.hpp>        // which faults count
#include <spikingjet/analysis/latex.hpp>                // tables for papers
#include <spikingjet/analysis/markdown.hpp>             // tables for pages
#include <spikingjet/analysis/minimum_cover.hpp>        // smallest sets, as far as they are proven
#include <spikingjet/analysis/outcome_groups.hpp>       // one pass over stores
#include <spikingjet/analysis/outcome_sums.hpp>         // counts of each rate of a table
#include <spikingjet/analysis/over_samples.hpp>         // intervals that also hold for data not seen
#include <spikingjet/analysis/portable_functions.hpp>   // logarithm and exponential with the same bits everywhere
#include <spikingjet/analysis/printed_table.hpp>        // tables for people
#include <spikingjet/analysis/ranking.hpp>              // most critical faults and groups
#include <spikingjet/analysis/rate_estimator.hpp>       // a rate with the interval that belongs to its draw
#include <spikingjet/analysis/rates.hpp>                // the rates of a table
#include <spikingjet/analysis/sample_hits.hpp>          // how rates differ between samples
#include <spikingjet/analysis/sample_kind.hpp>          // whether rates are the population's, estimate it, or neither
#include <spikingjet/analysis/sample_outcomes.hpp>      // outcomes by sample and by class
#include <spikingjet/analysis/samples_note.hpp>         // what chosen samples mean
#include <spikingjet/analysis/sampling_text.hpp>        // how faults were drawn, in words
#include <spikingjet/analysis/sequential_estimate.hpp>  // a rate that is watched until it is known well enough
#include <spikingjet/analysis/space_structure.hpp>      // populations that no store states
#include <spikingjet/analysis/sparse_rows.hpp>          // which samples hit which faults, in lists
#include <spikingjet/analysis/statistics.hpp>           // margins and intervals
#include <spikingjet/analysis/stopping_rule.hpp>        // when a campaign knows enough
#include <spikingjet/analysis/store_sampling.hpp>       // how faults were drawn, and how many are there
#include <spikingjet/analysis/stored_draws.hpp>         // whether these are the first of a draw
#include <spikingjet/analysis/stored_origin.hpp>        // where the faults of a store are from
#include <spikingjet/analysis/stratified_betting.hpp>   // interval from a sample of each stratum
#include <spikingjet/analysis/table.hpp>                // tables, as CSV
#include <spikingjet/analysis/unfinished_note.hpp>      // how far a campaign came
#include <spikingjet/analysis/vulnerability.hpp>        // of bits, and failures in time
