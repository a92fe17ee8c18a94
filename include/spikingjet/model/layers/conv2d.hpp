// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/layers/layer.hpp>
#include <spikingjet/model/message.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <type_traits>

namespace spikingjet {

namespace option {

/// The type of `spikingjet::Kernel`.
template <auto Rows, auto Columns>
struct Kernel {
  static constexpr Extent2d kernel{detail::at_least_one(Rows), detail::at_least_one(Columns)};
  static constexpr bool is_no_count = detail::is_no_count(Rows) || detail::is_no_count(Columns);
  static constexpr bool is_empty = !is_no_count && (detail::number_of(Rows) < 1 || detail::number_of(Columns) < 1);
};
/// The type of `spikingjet::Stride`.
template <auto Rows, auto Columns>
struct Stride {
  static constexpr Extent2d stride{detail::at_least_one(Rows), detail::at_least_one(Columns)};
  static constexpr bool is_no_count = detail::is_no_count(Rows) || detail::is_no_count(Columns);
  static constexpr bool is_empty = !is_no_count && (detail::number_of(Rows) < 1 || detail::number_of(Columns) < 1);
};
/// The type of `spikingjet::Padding`.
template <auto Rows, auto Columns>
struct Padding {
  static constexpr bool is_no_count = detail::is_no_count(Rows) || detail::is_no_count(Columns);
  static constexpr bool is_negative = !is_no_count && (detail::number_of(Rows) < 0 || detail::number_of(Columns) < 0);
  static constexpr Extent2d padding{is_no_count ? 0 : detail::count_from(0, Rows),
                                    is_no_count ? 0 : detail::count_from(0, Columns)};
};
/// The type of `spikingjet::Dilation`.
template <auto Rows, auto Columns>
struct Dilation {
  static constexpr Extent2d dilation{detail::at_least_one(Rows), detail::at_least_one(Columns)};
  static constexpr bool is_no_count = detail::is_no_count(Rows) || detail::is_no_count(Columns);
  static constexpr bool is_empty = !is_no_count && (detail::number_of(Rows) < 1 || detail::number_of(Columns) < 1);
};
/// The type of `spikingjet::Groups`.
template <auto Number>
struct Groups {
  static constexpr bool is_no_count = detail::is_no_count(Number);
  static constexpr bool is_empty = !is_no_count && detail::number_of(Number) < 1;
  static constexpr std::size_t groups = is_no_count ? 1 : detail::at_least_one(Number);
};

}  // namespace option

/// Layer option: rows and columns of a convolution's kernel; one number stands for both.
template <Count Rows = Count(), Count Columns = Rows>
inline constexpr Option<option::Kernel<detail::CountOf<Rows>::value, detail::CountOf<Columns>::value>> Kernel{};

/// Layer option: by how many rows and columns a window moves; 1 without it, for pooling the window's size.
template <Count Rows = Count(), Count Columns = Rows>
inline constexpr Option<option::Stride<detail::CountOf<Rows>::value, detail::CountOf<Columns>::value>> Stride{};

/// Layer option: rows and columns of zeros on either side of the input; 0 without it.
template <Count Rows = Count(), Count Columns = Rows>
inline constexpr Option<option::Padding<detail::CountOf<Rows>::value, detail::CountOf<Columns>::value>> Padding{};

/// Layer option: distance of neighbouring taps of a kernel; 1 without it.
template <Count Rows = Count(), Count Columns = Rows>
inline constexpr Option<option::Dilation<detail::CountOf<Rows>::value, detail::CountOf<Columns>::value>> Dilation{};

/// Layer option: input and output channels are split into so many groups, each connected within itself only.
template <Count Number = Count()>
inline constexpr Option<option::Groups<detail::CountOf<Number>::value>> Groups{};

namespace detail {

// The value of an option, or its default.
template <class... Options>
constexpr Extent2d kernel_of() {
  Extent2d found{1, 1};
  ([&] { if constexpr (requires { Options::kernel; }) found = Options::kernel; }(), ...);
  return found;
}
template <class... Options>
constexpr Extent2d stride_of(Extent2d otherwise) {
  ([&] { if constexpr (requires { Options::stride; }) otherwise = Options::stride; }(), ...);
  return otherwise;
}
template <class... Options>
constexpr Extent2d padding_of() {
  Extent2d found{0, 0};
  ([&] { if constexpr (requires { Options::padding; }) found = Options::padding; }(), ...);
  return found;
}
template <class... Options>
constexpr Extent2d dilation_of() {
  Extent2d found{1, 1};
  ([&] { if constexpr (requires { Options::dilation; }) found = Options::dilation; }(), ...);
  return found;
}
template <class... Options>
constexpr std::size_t groups_of() {
  std::size_t found = 1;
  ([&] { if constexpr (requires { Options::groups; }) found = Options::groups; }(), ...);
  return found;
}

template <class Option>
constexpr bool is_convolution_option() {
  return requires { Option::kernel; } || requires { Option::stride; } || requires { Option::padding; }
  || requires { Option::dilation; }
  || requires { Option::groups; }
  || is_inputs<Option> || std::is_same_v<Option, option::NoBias>;
}

/// Windows of `size` that fit into a padded extent.
constexpr std::size_t windows_in(std::size_t extent, std::size_t padding, std::size_t size, std::size_t stride) {
  return extent + 2 * padding < size ? 0 : (extent + 2 * padding - size) / (stride == 0 ? 1 : stride) + 1;
}

// What is wrong with the numbers of an option.
template <class Option>
constexpr bool has_empty_extent() {
  if constexpr (requires { Option::is_empty; })
    return Option::is_empty;
  else
    return false;
}
/// Whether what stands in an option is no number, or too large a one.
template <class Option>
constexpr bool has_no_count() {
  if constexpr (requires { Option::is_no_count; })
    return Option::is_no_count;
  else
    return false;
}
template <class Option>
constexpr bool is_kernel() {
  return requires { Option::kernel; };
}
template <class Option>
constexpr bool has_negative_padding() {
  if constexpr (requires { Option::is_negative; })
    return Option::is_negative;
  else
    return false;
}

template <class Option, class... Written>
consteval bool check_numbers() {
  static_assert(
      !has_no_count<Option>(),
      "spikingjet: 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and 'SameConv2d' take whole numbers of at most "
      "2147483647, as in 'Kernel<3>'; check the one that is spelled with 'check_numbers', where 'written<...>' is what "
      "is no number; see "
      "docs/concepts/network.md");
  return true;
}

/// The arguments of an option as types.
template <class Option>
struct NumbersOf {
  static constexpr bool are_right = true;
};
template <template <auto...> class Of, auto... Numbers>
struct NumbersOf<Of<Numbers...>> {
  static constexpr bool are_right = check_numbers<Of<Numbers...>, WrittenAs<Numbers>...>();
};

template <class... Options>
consteval bool check_options_differ() {
  static_assert((0 + ... + int(is_kernel<Options>())) <= 1 && (0 + ... + int(requires { Options::stride; })) <= 1 &&
                    (0 + ... + int(requires { Options::padding; })) <= 1 &&
                    (0 + ... + int(requires { Options::dilation; })) <= 1 &&
                    (0 + ... + int(requires { Options::groups; })) <= 1 && (0 + ... + int(is_inputs<Options>)) <= 1,
                "spikingjet: a layer takes each of the options 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups' and "
                "'Inputs' once; "
                "two numbers are one option, as in 'Kernel<3, 5>'; see docs/concepts/network.md");
  return true;
}

template <class Layer, class Option>
consteval bool check_conv2d_option() {
  static_assert(
      !is_written<Option>,
      "spikingjet: 'Conv2d' takes a name, its number of output channels and options, and nothing else; what it should "
      "not have is spelled in 'written<...>': write a kernel as 'Kernel<3>', and leave the input channels out, which "
      "follow from the layer before; see docs/concepts/network.md");
  static_assert(
      is_written<Option> || is_convolution_option<Option>(),
      "spikingjet: 'Conv2d' takes only the options 'Kernel', 'Stride', 'Padding', 'Dilation', 'Groups', 'Inputs' "
      "and 'NoBias'; check the arguments after its number of outputs; see docs/concepts/network.md");
  static_assert(!has_negative_padding<Option>(),
                "spikingjet: the 'Padding' of a 'Conv2d' must not be negative; see docs/concepts/network.md");
  return NumbersOf<Option>::are_right;
}

template <class Layer, auto Outputs, class... Options>
consteval bool check_conv2d() {
  static_assert(number_of(Outputs) > 0 || number_of(Outputs) <= Count::no_number,
                "spikingjet: 'Conv2d' needs at least one output channel; check its second argument; see "
                "docs/concepts/network.md");
  constexpr bool others = check_name<Layer>() && check_outputs<Layer, WrittenAs<Outputs>, number_of(Outputs)>() &&
                          (check_conv2d_option<Layer, Options>() && ...) && check_options_differ<Options...>();
  static_assert(((is_kernel<Options>() && !has_empty_extent<Options>()) || ...) ||
                    number_of(Outputs) <= Count::no_number || (is_written<Options> || ...),
                "spikingjet: 'Conv2d' needs a 'Kernel' of at least one row and column, such as 'Kernel<5>'; see "
                "docs/concepts/network.md");
  static_assert(
      ((is_kernel<Options>() || !has_empty_extent<Options>()) && ...),
      "spikingjet: 'Stride', 'Dilation' and 'Groups' of a 'Conv2d' must not be 0; see docs/concepts/network.md");
  return others;
}

template <class Layer, std::size_t Outputs, Shape In, std::size_t GroupCount>
consteval bool check_conv2d_input() {
  static_assert(In.rank == 3,
                "spikingjet: 'Conv2d' and pooling need inputs of channels, rows and columns; check the 'Input' or the "
                "layer before the one spelled in 'in_layer<...>'; see docs/concepts/network.md");
  static_assert(
      In[0] % GroupCount == 0 && Outputs % GroupCount == 0,
      "spikingjet: 'Groups' must divide the input channels and the output channels of the 'Conv2d' spelled in "
      "'in_layer<...>'; see docs/concepts/network.md");
  return true;
}

template <class Layer, Shape In, Shape Out>
consteval bool check_windows() {
  static_assert(check_size<Layer, bounded_size(Out)>());
  static_assert(
      Out.size() > 0 || In.rank != 3,
      "spikingjet: the window of a 'Conv2d' or pooling must fit into its padded input; check its size and the "
      "shape that the layer before it gives; see docs/concepts/network.md");
  return true;
}

/// `Conv2d` with its name, its number of output channels and its options as compilers print them.
template <class Layer, auto Outputs, class... Options>
struct Conv2dLayer;

}  // namespace detail

/// A convolution over channels, rows and columns: for output channel o at (y, x) the canonical sum of bias[o] and
/// weight[o][c][i][j] x[c][y stride + i dilation - padding][...], taps in ascending (c, i, j); padding counts as zeros.
///
/// Options: `Kernel` (needed), `Stride`, `Padding`, `Dilation`, `Groups`, `NoBias`, `Inputs`.
///
/// **Shapes** in: (C, H, W); out: (Outputs, H', W'), H' = floor((H + 2 padding - dilation (kernel - 1) - 1) / stride) +
/// 1; `NAME.weight`: (Outputs, C / groups, kernel rows, kernel columns); `NAME.bias`: (Outputs).
/// **Errors** does not compile with zero outputs, without a kernel, with an unknown option, inputs of another rank,
/// groups that do not divide the channels, or a kernel that does not fit.
/// **Source** torch.nn.Conv2d, but for the order of additions.
/// **Example** `Conv2d<"conv1", 12, Kernel<5>>`, `Conv2d<"conv2", 32, Kernel<3, 5>, Stride<2>, Padding<1, 2>, NoBias>`
template <LayerName N = LayerName(), Count Outputs = Count(), Option... Options>
using Conv2d =
    detail::Conv2dLayer<detail::SpelledLayer<N>, detail::CountOf<Outputs>::value, detail::TypeOf<Options>...>;

template <class Layer, auto Outputs, class... Options>
struct detail::Conv2dLayer {
  static_assert(check_conv2d<Layer, Outputs, Options...>());

  static constexpr Name name = Layer::name;
  static constexpr std::size_t outputs = at_least_one(Outputs);

  template <Shape In>
  struct Bind {
    static_assert(detail::check_conv2d_input<Layer, outputs, In, detail::groups_of<Options...>()>());
    static_assert((detail::check_inputs<Layer, Options, In.size()>() && ...));

    static constexpr LayerKind kind = LayerKind::synaptic;
    static constexpr Name name = Layer::name;
    static constexpr bool has_bias = !(std::is_same_v<Options, option::NoBias> || ...);
    static constexpr std::array<StateInfo, 0> states{};

    static constexpr SynapseGeometry geometry = [] {
      SynapseGeometry g;
      g.channels_in = In[0];
      g.in = {In[1], In[2]};
      g.channels_out = outputs;
      g.kernel = detail::kernel_of<Options...>();
      g.stride = detail::stride_of<Options...>({1, 1});
      g.padding = detail::padding_of<Options...>();
      g.dilation = detail::dilation_of<Options...>();
      g.groups = detail::groups_of<Options...>();
      g.out = {detail::windows_in(g.in.rows, g.padding.rows, g.dilation.rows * (g.kernel.rows - 1) + 1, g.stride.rows),
               detail::windows_in(g.in.columns, g.padding.columns, g.dilation.columns * (g.kernel.columns - 1) + 1,
                                  g.stride.columns)};
      return g;
    }();

    static constexpr Shape in = In;
    static constexpr Shape out = {outputs, geometry.out.rows, geometry.out.columns};
    static_assert(detail::check_windows<Layer, In, out>());

    static constexpr auto parameters = [] {
      std::array<ParameterInfo, has_bias ? 2 : 1> all{};
      all[0] = {.field = "weight",
                .role = Role::weight,
                .shape = {outputs, In[0] / geometry.groups, geometry.kernel.rows, geometry.kernel.columns},
                .output_last = true};
      if constexpr (has_bias) all[1] = {.field = "bias", .role = Role::bias, .shape = {outputs}};
      return all;
    }();

    static std::string summary() {
      const auto option = [](const char* word, Extent2d found, Extent2d plain) {
        return found == plain ? "" : std::string(" ") + word + " " + found.str();
      };
      return "conv2d " + name.str() + " " + std::to_string(In[0]) + "-" + std::to_string(outputs) + " kernel " +
             geometry.kernel.str() + option("stride", geometry.stride, {1, 1}) +
             option("padding", geometry.padding, {0, 0}) + option("dilation", geometry.dilation, {1, 1}) +
             (geometry.groups == 1 ? "" : " groups " + std::to_string(geometry.groups)) +
             (has_bias ? "" : " without bias");
    }
  };
};

}  // namespace spikingjet
