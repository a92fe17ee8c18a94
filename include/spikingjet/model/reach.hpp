// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/layers/synapse_geometry.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace spikingjet {

/// Windows along one direction of a layer's inputs: its rows, or its columns.
template <class Index>
struct ReachAxis {
  using Signed = std::make_signed_t<Index>;

  Index in = 1;
  Index out = 1;
  Index kernel = 1;
  Index stride = 1;
  Index padding = 0;
  Index dilation = 1;

  /// The input under a tap of a window; -1 in the padding.
  SPIKINGJET_HD constexpr Signed input_under(Index window, Index tap) const {
    const auto at = Signed(window * stride + tap * dilation) - Signed(padding);
    return at >= 0 && at < Signed(in) ? at : -1;
  }
  /// The window of which a tap lies on an input; -1 where of none.
  SPIKINGJET_HD constexpr Signed window_over(Index input, Index tap) const {
    const auto offset = Signed(input + padding) - Signed(tap * dilation);
    Signed window = offset;
    if (stride != 1) {  // a division costs more than what follows from it
      if (offset % Signed(stride) != 0) return -1;
      window /= Signed(stride);
    }
    return offset >= 0 && window < Signed(out) ? window : -1;
  }
  /// The tap of a window that lies on an input; `kernel` or more where none does.
  SPIKINGJET_HD constexpr Index tap_on(Index window, Index input) const {
    const Index at = input + padding - window * stride;  // wraps in front of the window
    return at % dilation == 0 ? at / dilation : kernel;
  }
  /// The first input of a window without dilation, and the one behind its last.
  SPIKINGJET_HD constexpr Index first_in(Index window) const { return std::max(window * stride, padding) - padding; }
  SPIKINGJET_HD constexpr Index end_in(Index window) const {
    return std::min(window * stride + kernel, in + padding) - padding;
  }
};

/// The rows of a layer's windows.
template <class Index>
SPIKINGJET_HD constexpr ReachAxis<Index> reach_rows(const SynapseGeometry& g) {
  return {Index(g.in.rows),     Index(g.out.rows),     Index(g.kernel.rows),
          Index(g.stride.rows), Index(g.padding.rows), Index(g.dilation.rows)};
}

/// The columns of a layer's windows.
template <class Index>
SPIKINGJET_HD constexpr ReachAxis<Index> reach_columns(const SynapseGeometry& g) {
  return {Index(g.in.columns),     Index(g.out.columns),     Index(g.kernel.columns),
          Index(g.stride.columns), Index(g.padding.columns), Index(g.dilation.columns)};
}

/// Which inputs of a synaptic or pooling layer reach which outputs, through which tap.
///
/// A unit is a position of a group of output channels: its outputs have the same inputs. Units run over positions, at
/// each over groups. A pooling layer has a group for each channel, and a tap for each place in a window.
///
/// **Laws** `input_of` and `tap_of` undo each other; taps ascend as the inputs under them do, in the order of the
/// canonical sum. Copied to devices as it is: without names, and counting in 32 bits there.
template <class Index>
struct Reach {
  static constexpr Index none = ~Index{0};

  bool dense = true;        // every input reaches every output
  bool one_to_one = false;  // every input reaches the output of its number alone
  Index inputs = 1;
  Index outputs = 1;
  Index groups = 1;
  Index channels_out = 1;
  Index channels_in_group = 1;
  Index channels_out_group = 1;
  ReachAxis<Index> rows;
  ReachAxis<Index> columns;

  constexpr Reach() = default;
  constexpr explicit Reach(const SynapseGeometry& g)
      : dense(g.is_dense()),
        inputs(Index(g.inputs())),
        outputs(Index(g.outputs())),
        groups(Index(g.groups)),
        channels_out(Index(g.channels_out)),
        channels_in_group(Index(g.channels_in_group())),
        channels_out_group(Index(g.channels_out_group())),
        rows(reach_rows<Index>(g)),
        columns(reach_columns<Index>(g)) {}
  constexpr explicit Reach(const PoolGeometry& g)
      : Reach(SynapseGeometry{g.channels, g.in, g.channels, g.out, g.window, g.stride, g.padding, {}, g.channels}) {}

  /// Inputs of a channel.
  SPIKINGJET_HD constexpr Index plane() const { return rows.in * columns.in; }
  /// Outputs of a channel.
  SPIKINGJET_HD constexpr Index positions() const { return rows.out * columns.out; }
  /// Taps of an input channel.
  SPIKINGJET_HD constexpr Index kernel() const { return rows.kernel * columns.kernel; }
  /// Taps of an output.
  SPIKINGJET_HD constexpr Index taps() const { return channels_in_group * kernel(); }

  /// Units of the layer; 1 of one that is fully connected or one-to-one.
  SPIKINGJET_HD constexpr Index units() const { return dense || one_to_one ? 1 : positions() * groups; }
  SPIKINGJET_HD constexpr Index unit_of(Index output) const {
    return dense || one_to_one ? 0 : output % positions() * groups + output / positions() / channels_out_group;
  }
  /// The n-th output of a unit, of `channels_out_group`.
  SPIKINGJET_HD constexpr Index output_of(Index unit, Index n = 0) const {
    return (unit % groups * channels_out_group + n) * positions() + unit / groups;
  }

  /// The input under a tap of an output; `none` in the padding.
  SPIKINGJET_HD constexpr Index input_of(Index output, Index tap) const {
    if (one_to_one) return output;
    if (dense) return tap;
    const Index position = output % positions();
    const Index channel = output / positions() / channels_out_group * channels_in_group + tap / kernel();
    const auto row = rows.input_under(position / columns.out, tap % kernel() / columns.kernel);
    const auto column = columns.input_under(position % columns.out, tap % columns.kernel);
    return row < 0 || column < 0 ? none : (channel * rows.in + Index(row)) * columns.in + Index(column);
  }

  /// The tap of an output under which an input lies; `none` where it lies under none.
  SPIKINGJET_HD constexpr Index tap_of(Index output, Index input) const {
    if (dense) return input;
    const Index first_channel = output / positions() / channels_out_group * channels_in_group;
    const Index channel = input / plane() - first_channel;
    if (channel >= channels_in_group) return none;  // in front of the group, too: it wraps
    const Index position = output % positions();
    const Index row = rows.tap_on(position / columns.out, input % plane() / columns.in);
    const Index column = columns.tap_on(position % columns.out, input % columns.in);
    if (row >= rows.kernel || column >= columns.kernel) return none;
    return (channel * rows.kernel + row) * columns.kernel + column;
  }

  /// Calls `at(tap, input)` for each tap of the unit of a group at a row and column, ascending, without divisions;
  /// `input` is `none` in the padding.
  template <class At>
  SPIKINGJET_HD constexpr void each_tap_at(Index group, Index y, Index z, const At& at) const {
    Index tap = 0;
    for (Index c = group * channels_in_group, end = c + channels_in_group; c < end; ++c)
      for (Index i = 0; i < rows.kernel; ++i) {
        const auto row = rows.input_under(y, i);
        for (Index j = 0; j < columns.kernel; ++j, ++tap) {
          const auto column = columns.input_under(z, j);
          at(tap, row < 0 || column < 0 ? none : (c * rows.in + Index(row)) * columns.in + Index(column));
        }
      }
  }
  /// The same for a unit.
  template <class At>
  SPIKINGJET_HD constexpr void each_tap(Index unit, const At& at) const {
    each_tap_at(unit % groups, unit / groups / columns.out, unit / groups % columns.out, at);
  }

  /// Calls `at(unit, tap)` for each unit that an input reaches, in ascending order of units, and so in descending order
  /// of taps.
  template <class At>
  SPIKINGJET_HD constexpr void each_unit_of(Index input, const At& at) const {
    const Index channel = input / plane();
    const Index group = channel / channels_in_group;
    const Index first_tap = channel % channels_in_group * kernel();
    each_position_of(input, [&](Index position, Index tap) { at(position * groups + group, first_tap + tap); });
  }

  /// Calls `at(output)` for each output of a pooling layer that an input reaches, in ascending order.
  template <class At>
  SPIKINGJET_HD constexpr void each_window_of(Index input, const At& at) const {
    const Index first = input / plane() * positions();
    each_position_of(input, [&](Index position, Index) { at(first + position); });
  }

  /// Calls `at(place)` for each input, of its channel, in the window of a row and column, ascending; of layers without
  /// dilation.
  template <class At>
  SPIKINGJET_HD constexpr void each_in_window(Index y, Index z, const At& at) const {
    for (Index i = rows.first_in(y); i < rows.end_in(y); ++i)
      for (Index j = columns.first_in(z); j < columns.end_in(z); ++j) at(i * columns.in + j);
  }

 private:
  /// Calls `at(position, tap)` for each position that an input reaches, with the tap of its channel.
  template <class At>
  SPIKINGJET_HD constexpr void each_position_of(Index input, const At& at) const {
    const Index row = input % plane() / columns.in;
    const Index column = input % columns.in;
    for (Index i = rows.kernel; i-- > 0;) {
      const auto y = rows.window_over(row, i);
      if (y < 0) continue;
      if (columns.stride == 1 && columns.dilation == 1) {  // windows side by side, without a question for each
        const Index at_column = column + columns.padding;
        const Index first = at_column >= columns.out ? at_column - columns.out + 1 : 0;
        const Index position = Index(y) * columns.out + at_column;
        for (Index j = std::min(columns.kernel, at_column + 1); j-- > first;) at(position - j, i * columns.kernel + j);
        continue;
      }
      for (Index j = columns.kernel; j-- > 0;)
        if (const auto z = columns.window_over(column, j); z >= 0)
          at(Index(y) * columns.out + Index(z), i * columns.kernel + j);
    }
  }
};

}  // namespace spikingjet
