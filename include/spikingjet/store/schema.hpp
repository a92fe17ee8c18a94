// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace spikingjet {

/// The mark of our files among all SQLite files: "SJET".
inline constexpr std::int64_t store_application_id = 0x534a4554;

/// The version of the layout below. Resuming reads `blocks` and runs what is missing; the shards of one campaign have
/// the same identity entries and share no fault, as ids count through the whole fault list, so that merging them copies
/// rows; reports read what analysis reads. A table that is added needs no other version: readers leave alone what they
/// do not know. The columns of a fault are NULL where a row stands for several faults at once, which no version so far
/// writes and this one refuses to read.
///
/// Layout 1 had neither `strata`, `space` and `injections` nor the last two columns of `outcomes`; it is read as a
/// store that does not know them.
inline constexpr std::int64_t store_schema_version = 2;

/// The tables of a store, and the view for people, as SQL.
inline constexpr std::string_view store_schema = R"sql(
    CREATE TABLE manifest (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,
      value TEXT NOT NULL,
      identity INTEGER NOT NULL);     -- 1: part of what makes it this campaign
    CREATE TABLE quantities (
      id INTEGER PRIMARY KEY,         -- as in the network, from 0
      layer TEXT NOT NULL,
      field TEXT NOT NULL,
      role TEXT NOT NULL,
      storage TEXT NOT NULL,          -- parameter, state, spike
      shape TEXT NOT NULL,            -- (20, 578)
      layer_index INTEGER NOT NULL,
      population INTEGER);            -- faults of the fault space that strike it; NULL: not known
    CREATE TABLE strata (
      id INTEGER PRIMARY KEY,         -- from 0
      name TEXT NOT NULL UNIQUE,      -- fc1 bit 30; all
      population INTEGER NOT NULL,    -- N_h: its faults in the fault space
      drawn INTEGER NOT NULL,         -- n_h: faults of the campaign
      p REAL NOT NULL);               -- the rate that n_h was found with
    CREATE TABLE space (              -- in which ways the fault space strikes a quantity
      quantity INTEGER NOT NULL REFERENCES quantities (id),
      bit INTEGER,                    -- NULL: the fault is not of one bit
      type TEXT NOT NULL,             -- bitflip, stuckat1, set
      population INTEGER NOT NULL,    -- its faults: elements x windows
      stratum INTEGER REFERENCES strata (id));
    CREATE TABLE golden (
      sample INTEGER PRIMARY KEY,
      label INTEGER,
      predicted INTEGER NOT NULL,     -- top-1 class
      readout BLOB NOT NULL);         -- float32, little endian, one a class
    CREATE TABLE outcomes (
      fault INTEGER PRIMARY KEY,      -- position in the fault list of the whole campaign
      quantity INTEGER REFERENCES quantities (id),
      element INTEGER,                -- row-major in the quantity's shape
      bit INTEGER,                    -- 0: least significant; NULL: the fault is not of one bit
      type TEXT,                      -- bitflip, stuckat1, set
      operand TEXT,                   -- of flip, set, scale, for people; what counts are the factor and the masks
      factor_bits INTEGER,            -- float32 bits of the factor; NULL: 1
      keep_mask INTEGER,              -- ((word & keep) | set) ^ flip; NULL: all bits kept
      set_mask INTEGER,
      flip_mask INTEGER,
      begin_step INTEGER,
      end_step INTEGER,               -- NULL: to the end of the run
      duty INTEGER,                   -- present in this share of the steps, in 2^-32; NULL: always
      seed INTEGER,                   -- of the steps in which it is present
      samples INTEGER NOT NULL,       -- = due + masked + the five classes of SDC
      unchanged INTEGER NOT NULL,
      masked INTEGER NOT NULL,
      sdc_critical INTEGER NOT NULL,
      sdc_0_5 INTEGER NOT NULL,
      sdc_5_10 INTEGER NOT NULL,
      sdc_10_20 INTEGER NOT NULL,
      sdc_20 INTEGER NOT NULL,
      due INTEGER NOT NULL,
      correct INTEGER NOT NULL,
      stratum INTEGER REFERENCES strata (id),  -- NULL: not drawn
      rank INTEGER);                  -- which draw of its stratum it was, from 0
    CREATE TABLE injections (         -- where outcomes of injections are kept: those that are not masked
      first INTEGER PRIMARY KEY,      -- of the faults first .. first + faults - 1
      faults INTEGER NOT NULL,
      rows BLOB NOT NULL);            -- docs/formats.md, "One outcome for each injection"
    CREATE TABLE own_outcomes (       -- outcomes of a program's own: injections of a fault that had one, if any
      fault INTEGER NOT NULL,
      name TEXT NOT NULL,
      hits INTEGER NOT NULL,
      PRIMARY KEY (fault, name)) WITHOUT ROWID;
    CREATE TABLE blocks (
      first INTEGER PRIMARY KEY,      -- its faults are first .. first + count - 1, and all of them are in outcomes
      count INTEGER NOT NULL,
      seconds REAL NOT NULL);
    CREATE TABLE tallies (            -- how an engine decided the injections of a block
      block INTEGER NOT NULL REFERENCES blocks (first),
      name TEXT NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (block, name)) WITHOUT ROWID;
    CREATE VIEW results AS
      SELECT o.fault, q.layer || '.' || q.field AS quantity, q.role AS target, o.element, q.shape, o.bit,
             o.type || coalesce(':' || o.operand, '') AS type, o.begin_step, o.end_step, o.samples, o.unchanged,
             o.masked, o.sdc_critical, o.sdc_0_5, o.sdc_5_10, o.sdc_10_20, o.sdc_20, o.due, o.correct,
             s.name AS stratum, o.rank
      FROM outcomes o JOIN quantities q ON q.id = o.quantity LEFT JOIN strata s ON s.id = o.stratum;
  )sql";

namespace detail {

/// The most entries of a manifest, and the most strata, that are read.
inline constexpr std::size_t most_entries = 10'000;

}  // namespace detail

}  // namespace spikingjet
