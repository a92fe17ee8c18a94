// SPDX-License-Identifier: MIT
#pragma once

// Floor 5: what a finished campaign says.

#include <spikingjet/analysis/analyse.hpp>          // the outcome table
#include <spikingjet/analysis/clopper_pearson.hpp>  // interval that never covers less than it promises
#include <spikingjet/analysis/export.hpp>           // CSV files
#include <spikingjet/analysis/statistics.hpp>       // margins and intervals
#include <spikingjet/analysis/table.hpp>            // table, as CSV and for people
