// SPDX-License-Identifier: MIT
#pragma once

// Floor 2: what can go wrong.

#include <spikingjet/fault/allocation.hpp>         // a sample shared among strata
#include <spikingjet/fault/alteration.hpp>         // the three-mask normal form
#include <spikingjet/fault/apply.hpp>              // a fault on a plain span
#include <spikingjet/fault/bit_flip.hpp>           // one bit inverted
#include <spikingjet/fault/bit_position.hpp>       // which bits
#include <spikingjet/fault/built_in_types.hpp>     // the fault types that every list may name
#include <spikingjet/fault/counting_numbers.hpp>   // numbers that mostly count up by one
#include <spikingjet/fault/delimited_text.hpp>     // text files as lines of fields
#include <spikingjet/fault/detection.hpp>          // what a draw would have found
#include <spikingjet/fault/element_index.hpp>      // an index of a fault list
#include <spikingjet/fault/expected_rates.hpp>     // p of each layer and bit
#include <spikingjet/fault/fault.hpp>              // one fault, as data
#include <spikingjet/fault/fault_file.hpp>         // fault lists as CSV
#include <spikingjet/fault/fault_list.hpp>         // the chosen faults
#include <spikingjet/fault/fault_space.hpp>        // all faults, lazily
#include <spikingjet/fault/fault_type.hpp>         // how a value is altered
#include <spikingjet/fault/iterative.hpp>          // how many faults come next
#include <spikingjet/fault/list_errors.hpp>        // what is wrong with a fault list
#include <spikingjet/fault/list_origin.hpp>        // what a list is a sample of
#include <spikingjet/fault/list_reader.hpp>        // fault lists from CSV
#include <spikingjet/fault/list_records.hpp>       // the lines of a fault list as fields
#include <spikingjet/fault/list_writer.hpp>        // fault lists to CSV
#include <spikingjet/fault/multi_bit.hpp>          // several bits inverted
#include <spikingjet/fault/one_fault.hpp>          // single faults by name
#include <spikingjet/fault/persistence.hpp>        // when a fault is there
#include <spikingjet/fault/pilot.hpp>              // what a small campaign found
#include <spikingjet/fault/plain_name.hpp>         // names however people spell them
#include <spikingjet/fault/python_numbers.hpp>     // indices as Python writes them
#include <spikingjet/fault/quantity_names.hpp>     // quantities by the names of a fault list
#include <spikingjet/fault/randomness.hpp>         // what is plainly no random sample
#include <spikingjet/fault/repeats.hpp>            // faults that stand more than once
#include <spikingjet/fault/sample_design.hpp>      // how a list comes from its space
#include <spikingjet/fault/sample_size.hpp>        // how many faults a sample needs
#include <spikingjet/fault/sampling.hpp>           // samples without replacement
#include <spikingjet/fault/sampling_method.hpp>    // ways to choose faults, by name
#include <spikingjet/fault/sampling_plan.hpp>      // how many faults of which stratum
#include <spikingjet/fault/stratification.hpp>     // a fault space in strata
#include <spikingjet/fault/stratified_sample.hpp>  // samples of strata, with ranks
#include <spikingjet/fault/stuck_at.hpp>           // a bit that does not move
#include <spikingjet/fault/target.hpp>             // which quantities
#include <spikingjet/fault/type_reader.hpp>        // a fault type from text
#include <spikingjet/fault/type_text.hpp>          // a fault type as text
#include <spikingjet/fault/value_fault.hpp>        // dead, saturated, set, scaled
#include <spikingjet/fault/ways.hpp>               // how many faults strike a quantity in which way
#include <spikingjet/fault/whole_number.hpp>       // integers as they are written
#include <spikingjet/fault/window_fields.hpp>      // the steps of a fault from text
#include <spikingjet/fault/window_warnings.hpp>    // windows that the data are too short for
