// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstddef>
#include <string>

namespace spikingjet {

/// Rows and columns; one number stands for both.
struct Extent2d {
  std::size_t rows = 1;
  std::size_t columns = 1;

  constexpr Extent2d() = default;
  constexpr Extent2d(std::size_t both)
      : rows(both), columns(both) {}  // NOLINT(google-explicit-constructor): `MaxPool2d<2>`
  constexpr Extent2d(std::size_t r, std::size_t c) : rows(r), columns(c) {}

  constexpr std::size_t size() const { return rows * columns; }
  constexpr bool operator==(const Extent2d&) const = default;
  std::string str() const { return std::to_string(rows) + "x" + std::to_string(columns); }
};

/// Which inputs reach which outputs through which weight, as plain numbers. A fully connected layer is the convolution
/// of one position, with an input channel for each input.
///
/// A tap is an element of a kernel: its number within the group runs over input channel, kernel row, kernel column, the
/// order of the canonical sum.
struct SynapseGeometry {
  std::size_t channels_in = 1;
  Extent2d in;  // rows and columns of an input channel
  std::size_t channels_out = 1;
  Extent2d out;
  Extent2d kernel;
  Extent2d stride;
  Extent2d padding{0, 0};
  Extent2d dilation;
  std::size_t groups = 1;

  constexpr std::size_t inputs() const { return channels_in * in.size(); }
  constexpr std::size_t outputs() const { return channels_out * out.size(); }
  constexpr std::size_t channels_in_group() const { return channels_in / groups; }
  constexpr std::size_t channels_out_group() const { return channels_out / groups; }
  /// Weights of one output channel.
  constexpr std::size_t taps() const { return channels_in_group() * kernel.size(); }
  /// Whether every input reaches every output.
  constexpr bool is_dense() const {
    return in.size() == 1 && out.size() == 1 && kernel.size() == 1 && padding.rows + padding.columns == 0 &&
           groups == 1;
  }

  constexpr bool operator==(const SynapseGeometry&) const = default;
};

}  // namespace spikingjet
