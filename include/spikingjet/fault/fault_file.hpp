// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/built_in_types.hpp>
#include <spikingjet/fault/list_errors.hpp>
#include <spikingjet/fault/list_reader.hpp>
#include <spikingjet/fault/list_writer.hpp>
#include <spikingjet/fault/type_text.hpp>

// Fault lists as CSV (RFC 4180):
//
//   Injection,Layer,TensorIndex,Bit[,Fault,Begin,End[,Duty,Seed]]
//   0,fc1.weight,"(3, 17)",30
//
// Four columns are bit flips over the whole run, as the Python tool writes them. `Fault` is `bitflip`, `stuckat0`,
// `stuckat1`, the name of a fault type of one's own, or without a bit `dead`, `saturated`, `flip:0xMASK`, `set:V`,
// `scale:F` (V and F a float32 or a quotient of two integers); steps are [Begin, End), empty for the whole run. `Duty`
// and `Seed` make a fault flicker: there in that share of the steps.
//
// Columns stand in any order, others beside them; separators are commas, semicolons, tabs, bars or blanks; indices are
// spelled as Python's libraries do. docs/formats.md has the whole of it.
