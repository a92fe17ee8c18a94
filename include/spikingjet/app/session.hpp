// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/example.hpp>
#include <spikingjet/campaign/one_rank.hpp>

#if defined(SPIKINGJET_HAS_MPI)
#include <spikingjet/campaign/mpi_ranks.hpp>
#endif

#include <fmt/format.h>

#include <cstdio>
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
  explicit Session(Example carried) : example(std::move(carried)) {}

  /// What prints a warning, once for all ranks.
  auto warn() const {
    return [first = ranks.is_first()](const std::string& sentence) {
      if (first) fmt::print(stderr, "{}\n", sentence);
    };
  }

  Ranks ranks;
  Example example;
};

}  // namespace spikingjet
