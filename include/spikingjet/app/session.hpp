// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/example.hpp>
#include <spikingjet/app/remark_log.hpp>
#include <spikingjet/campaign/one_rank.hpp>

#if defined(SPIKINGJET_HAS_MPI)
#include <spikingjet/campaign/mpi/ranks.hpp>
#endif

#include <string>
#include <utility>

namespace spikingjet {

/// The processes of a command line.
#if defined(SPIKINGJET_HAS_MPI)
using CommandRanks = MpiRanks;
#else
using CommandRanks = OneRank;
#endif

/// What all commands of a program share: its processes and what it brings along. One object a process.
template <class Ranks = CommandRanks>
struct Session {
  explicit Session(Example carried) : example(std::move(carried)) { remarks.silent = !ranks.is_first(); }

  /// What takes a warning, which is told once for all ranks.
  auto warn() {
    return [this](const std::string& sentence) { remarks(sentence); };
  }

  Ranks ranks;
  Example example;
  RemarkLog remarks;
  bool quiet = false;  // neither progress nor other news on standard error; warnings stay
};

}  // namespace spikingjet
