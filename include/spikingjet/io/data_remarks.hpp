// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/remark.hpp>
#include <spikingjet/model/sample.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace spikingjet {

/// What a program knows of its data before it reads any.
struct ExpectedData {
  std::string place = "the data";      // where they come from, as a sentence has it
  std::optional<std::size_t> steps{};  // of a sample, as the network was trained
};

/// What data say that a program does otherwise: another number of steps than the network was trained with, steps where
/// samples should be, classes of which no sample was taken. Of samples that are all zero `load_dataset` tells, which
/// knows why.
///
/// **Laws** empty for data in which everything agrees.
/// **Example** `sj::data_remarks(dataset, {.place = "'frames.npz'", .steps = 100})`
std::vector<Remark> data_remarks(const Dataset& dataset, const ExpectedData& expected = {});

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/io/definitions/data_remarks.hpp>
#endif
