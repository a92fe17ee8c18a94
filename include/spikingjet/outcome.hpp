// SPDX-License-Identifier: MIT
#pragma once

// Floor 1: golden against faulty.

#include <spikingjet/outcome/golden_score.hpp>       // a golden outcome as plain data
#include <spikingjet/outcome/injection_bytes.hpp>    // rows as bytes
#include <spikingjet/outcome/injection_outcome.hpp>  // what became of one fault on one sample
#include <spikingjet/outcome/injection_packs.hpp>    // those that are being found, in little memory
#include <spikingjet/outcome/injection_rows.hpp>     // those of many faults
#include <spikingjet/outcome/judge.hpp>              // verdicts as small numbers
#include <spikingjet/outcome/outcome.hpp>            // the class of an injection
#include <spikingjet/outcome/own_outcome.hpp>        // what a program counts besides; top-k
#include <spikingjet/outcome/record.hpp>             // counts of one fault
#include <spikingjet/outcome/score.hpp>              // softmax with the same bits everywhere
#include <spikingjet/outcome/spike_distance.hpp>     // how far spike trains are apart
#include <spikingjet/outcome/verdict.hpp>            // what is counted of an injection
