// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/layers/conv2d.hpp>
#include <spikingjet/model/layers/layer.hpp>
#include <spikingjet/model/message.hpp>
#include <spikingjet/model/option.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

namespace spikingjet {

/// What pooling makes of the values of a window.
enum class PoolKind { largest, mean, sum };

/// The word of a kind of pooling in summaries.
constexpr std::string_view pool_name(PoolKind kind) {
  constexpr std::string_view names[] = {"max", "mean", "sum"};
  return names[static_cast<std::size_t>(kind)];
}

/// The window of a pooling layer as a template argument, or what stands in its place.
struct PoolWindow {
  Extent2d size{0, 0};
  bool is_window = true;
  LayerName text{};  // what is no window

  constexpr PoolWindow() = default;
  consteval PoolWindow(Extent2d window)
      : size(window) {}  // NOLINT(google-explicit-constructor): `MaxPool2d<Extent2d{2, 3}>`

  template <class T>
  consteval PoolWindow(T window) {  // NOLINT(google-explicit-constructor): `MaxPool2d<2>`
    if (const long long number = Count::number_of(window); detail::is_count(number)) {
      size = Extent2d(static_cast<std::size_t>(number));
    } else {
      is_window = false;
      text = detail::spelled(window);
    }
  }
};

namespace detail {

template <PoolWindow W>
struct WindowOf {
  static constexpr Extent2d value = W.size;
};
template <PoolWindow W>
  requires(!W.is_window)
struct WindowOf<W> {
  static constexpr typename SpelledName<W.text>::text value{};
};

constexpr Extent2d window_of(Extent2d window) { return window; }
template <char... Characters>
constexpr Extent2d window_of(written<Characters...>) {
  return {1, 1};
}

}  // namespace detail

/// Windows of a pooling layer, as plain numbers.
struct PoolGeometry {
  PoolKind kind = PoolKind::largest;
  std::size_t channels = 1;
  Extent2d in;
  Extent2d out;
  Extent2d window;
  Extent2d stride;
  Extent2d padding{0, 0};

  constexpr bool operator==(const PoolGeometry&) const = default;
};

namespace detail {

template <class Option>
constexpr bool is_pool_option() {
  return requires { Option::stride; } || requires { Option::padding; };
}

template <class Option>
consteval bool check_pool_option() {
  static_assert(
      !is_written<Option>,
      "spikingjet: pooling takes its window and options, and nothing else; what it should not have is spelled in "
      "'written<...>': write 'MaxPool2d<2, Stride<1>>', or 'MaxPool2d<Extent2d{2, 3}>' for a window of two by three; "
      "see "
      "docs/concepts/network.md");
  static_assert(
      is_written<Option> || is_pool_option<Option>(),
      "spikingjet: pooling takes only the options 'Stride' and 'Padding'; check the arguments after its window; "
      "see docs/concepts/network.md");
  static_assert(!has_negative_padding<Option>(),
                "spikingjet: the 'Padding' of pooling must not be negative; see docs/concepts/network.md");
  return NumbersOf<Option>::are_right;
}

template <class Written>
consteval bool check_window() {
  static_assert(std::is_same_v<Written, Extent2d>,
                "spikingjet: the window of pooling is a whole number from 1 to 2147483647, or 'Extent2d{2, 3}' for two "
                "by three; what "
                "it should not be is spelled in 'written<...>'; see docs/concepts/network.md");
  return true;
}

template <Extent2d Window, class... Options>
consteval bool check_pool2d() {
  static_assert(
      Window.rows <= static_cast<std::size_t>(Count::largest) &&
          Window.columns <= static_cast<std::size_t>(Count::largest),
      "spikingjet: the window of pooling has at most 2147483647 rows and columns; check its first argument; see "
      "docs/concepts/network.md");
  constexpr bool options = (check_pool_option<Options>() && ...) && check_options_differ<Options...>();
  static_assert(Window.rows > 0 && Window.columns > 0 && !(has_empty_extent<Options>() || ...),
                "spikingjet: the window and the 'Stride' of pooling must not be 0; see docs/concepts/network.md");
  static_assert(
      2 * padding_of<Options...>().rows <= Window.rows && 2 * padding_of<Options...>().columns <= Window.columns,
      "spikingjet: the 'Padding' of pooling is at most half its window; see docs/concepts/network.md");
  return options;
}

}  // namespace detail

/// Pooling over rows and columns of each channel; `MaxPool2d`, `AvgPool2d` and `SumPool2d` are its everyday names.
///
/// A maximum starts at -infinity and is replaced, row-major, by what is larger or NaN. A sum starts at +0 and adds
/// row-major in float32; a mean is that sum over the window's size, padding included. Windows that do not fit are left
/// out (floor).
///
/// **Shapes** in: (C, H, W); out: (C, H', W').
/// **Errors** does not compile with an unknown option, inputs of another rank or a window that does not fit.
/// **Source** torch.nn.MaxPool2d, AvgPool2d; NIR's SumPool2d.
template <PoolKind Kind, auto Window, class... Options>
struct Pool2d {
  static_assert(detail::check_window<detail::WrittenAs<Window>>() &&
                detail::check_pool2d<detail::window_of(Window), Options...>());

  static constexpr Name name{};  // it stores nothing

  /// The layer, once it knows what arrives.
  template <Shape In>
  struct Bind {
    static_assert(detail::check_conv2d_input<detail::in_layer<'p', 'o', 'o', 'l'>, In[0], In, 1>());

    static constexpr LayerKind kind = LayerKind::pooling;
    static constexpr Name name{};
    static constexpr std::array<ParameterInfo, 0> parameters{};
    static constexpr std::array<StateInfo, 0> states{};

    static constexpr PoolGeometry geometry = [] {
      PoolGeometry g;
      g.kind = Kind;
      g.channels = In[0];
      g.in = {In[1], In[2]};
      g.window = detail::window_of(Window);
      g.stride = detail::stride_of<Options...>(detail::window_of(Window));
      g.padding = detail::padding_of<Options...>();
      g.out = {detail::windows_in(g.in.rows, g.padding.rows, g.window.rows, g.stride.rows),
               detail::windows_in(g.in.columns, g.padding.columns, g.window.columns, g.stride.columns)};
      return g;
    }();

    static constexpr Shape in = In;
    static constexpr Shape out = {In[0], geometry.out.rows, geometry.out.columns};
    static_assert(detail::check_windows<detail::in_layer<'p', 'o', 'o', 'l'>, In, out>());

    static std::string summary() {
      std::string text = std::string(pool_name(Kind)) + " pool " + geometry.window.str();
      if (geometry.stride != geometry.window) text += " stride " + geometry.stride.str();
      if (geometry.padding != Extent2d{0, 0}) text += " padding " + geometry.padding.str();
      return text;
    }
  };
};

/// The largest value of each window. **Example** `MaxPool2d<2>`, `MaxPool2d<3, Stride<2>>`, `MaxPool2d<Extent2d{2, 3}>`
template <PoolWindow Window = PoolWindow(), Option... Options>
using MaxPool2d = Pool2d<PoolKind::largest, detail::WindowOf<Window>::value, detail::TypeOf<Options>...>;

/// The mean of each window, padding included.
template <PoolWindow Window = PoolWindow(), Option... Options>
using AvgPool2d = Pool2d<PoolKind::mean, detail::WindowOf<Window>::value, detail::TypeOf<Options>...>;

/// The sum of each window.
template <PoolWindow Window = PoolWindow(), Option... Options>
using SumPool2d = Pool2d<PoolKind::sum, detail::WindowOf<Window>::value, detail::TypeOf<Options>...>;

/// Takes what arrives as one axis, row-major. `Dense` does so by itself; this serves neurons, whose shared constants
/// run along the last axis, and models written out as in PyTorch.
struct Flatten {};

}  // namespace spikingjet
