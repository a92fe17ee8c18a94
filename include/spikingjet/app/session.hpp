// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/command_session.hpp>
#include <spikingjet/app/example.hpp>
#include <spikingjet/campaign/one_rank.hpp>

#if defined(SPIKINGJET_HAS_MPI)
#include <spikingjet/campaign/mpi/ranks.hpp>
#endif

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
struct Session : CommandSession {
  explicit Session(Example carried) : CommandSession(std::move(carried)) { remarks.silent = !ranks.is_first(); }

  Ranks ranks;
};

}  // namespace spikingjet
