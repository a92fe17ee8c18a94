// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/conv2d.hpp>
#include <spikingjet/sim/sums/convolution.hpp>

#include "catch.hpp"
#include "reference.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace sj = spikingjet;
using sj::Kernel;
using sj::Padding;
using sj::Shape;
using sj::Stride;

namespace {

/// Weights and inputs of a convolution, as the reference and as the library want them.
template <class Layer>
struct Case {
  static constexpr sj::SynapseGeometry g = Layer::geometry;

  reference::Projection second;
  std::vector<float> x;       // (inputs)
  std::vector<float> weight;  // (taps, channels out)
  std::vector<float> bias;    // (channels out), or empty

  Case() {
    second.kind = reference::Projection::Kind::convolution;
    second.inputs = g.inputs();
    second.outputs = g.outputs();
    second.in_channels = g.channels_in;
    second.out_channels = g.channels_out;
    second.in = {g.in.rows, g.in.columns};
    second.out = {g.out.rows, g.out.columns};
    second.kernel = {g.kernel.rows, g.kernel.columns};
    second.stride = {g.stride.rows, g.stride.columns};
    second.padding = {g.padding.rows, g.padding.columns};
    second.dilation = {g.dilation.rows, g.dilation.columns};
    second.groups = g.groups;
    second.weight.values.resize(g.channels_out * g.taps());
    x.resize(g.inputs());
  }

  /// From the values that the reference has.
  void lay_out() {
    weight.assign(second.weight.values.size() + sj::lane_slack, 7.0F);
    for (std::size_t o = 0; o < g.channels_out; ++o)
      for (std::size_t tap = 0; tap < g.taps(); ++tap)
        weight[tap * g.channels_out + o] = second.weight.values[o * g.taps() + tap];
    bias = second.bias.values;
    if (!bias.empty()) bias.resize(g.channels_out + sj::lane_slack, 7.0F);
  }

  std::vector<float> active_inputs() const {
    std::vector<std::uint32_t> index;
    std::vector<float> value;
    for (std::size_t i = 0; i < x.size(); ++i)
      if (!(x[i] == 0)) index.push_back(std::uint32_t(i)), value.push_back(x[i]);
    std::vector<float> sums(g.out.size() * sj::sums_stride(g));
    std::vector<float> current(g.outputs());
    sj::convolve_active_inputs(g, weight.data(), bias.empty() ? nullptr : bias.data(), {index, value}, sums.data(),
                               current.data());
    return current;
  }
  std::vector<float> all_inputs() const {
    std::vector<float> current(g.outputs());
    sj::convolve_all_inputs(g, weight.data(), bias.empty() ? nullptr : bias.data(), x.data(), current.data());
    return current;
  }
};

using Plain = sj::Conv2d<"c", 3, Kernel<3>>::Bind<Shape{2, 6, 7}>;
using Strided = sj::Conv2d<"c", 5, Kernel<2, 3>, Stride<2, 1>, Padding<1>>::Bind<Shape{2, 6, 7}>;
using Grouped = sj::Conv2d<"c", 6, Kernel<2>, sj::Groups<2>, sj::Dilation<2, 1>, Padding<1, 0>>::Bind<Shape{4, 5, 6}>;
using Depthwise = sj::Conv2d<"c", 3, Kernel<3>, sj::Groups<3>, Padding<2>, Stride<3>>::Bind<Shape{3, 5, 6}>;
using Wide = sj::Conv2d<"c", 37, Kernel<1, 2>>::Bind<Shape{3, 4, 4}>;

}  // namespace

// 1 2 3   kernel 1 10, stride 2 over columns, padding 1, bias 1/2: 10*1, 2 + 10*3; rows of the padding give the bias.
TEST_CASE("a convolution has the values of a computation by hand") {
  using Layer = sj::Conv2d<"c", 1, Kernel<1, 2>, Stride<1, 2>, Padding<1>>::Bind<Shape{1, 1, 3}>;
  Case<Layer> one;
  one.x = {1, 2, 3};
  one.second.weight.values = {1, 10};
  one.second.bias.values = {0.5F};
  one.lay_out();
  const std::vector<float> expected{0.5F, 0.5F, 10.5F, 32.5F, 0.5F, 0.5F};
  CHECK(one.active_inputs() == expected);
  CHECK(one.all_inputs() == expected);
}

TEMPLATE_TEST_CASE("a convolution has the second formula's bits, with zeros left out and with any weight", "", Plain,
                   Strided, Grouped, Depthwise, Wide) {
  std::mt19937_64 random(21);
  constexpr std::uint32_t not_finite[] = {0x7f800000u, 0xff800000u, 0x7fc00000u, 0xff801234u};
  constexpr float odd[] = {-0.0F, 1e-45F, -3e-39F, 3e38F, -3e38F, 1e-20F, 16777216.0F};
  const auto chance = [&](unsigned one_in) { return random() % one_in == 0; };
  const auto value = [&] {
    return chance(12) ? odd[random() % 7] : float(std::int64_t(random() % 2001) - 1000) / 333.0F;
  };
  Case<TestType> one;
  for (int n = 0; n < 300; ++n) {
    INFO(TestType::summary() << ", case " << n);
    const bool finite = n % 2 == 0;
    for (float& x : one.x)
      x = chance(3) ? 1.0F : chance(4) ? value() : chance(40) ? reference::float_of(not_finite[random() % 4]) : 0.0F;
    for (float& w : one.second.weight.values)
      w = !finite && chance(30) ? reference::float_of(not_finite[random() % 4]) : value();
    one.second.bias.values.clear();
    for (std::size_t o = 0; n % 3 != 0 && o < one.second.out_channels; ++o)
      one.second.bias.values.push_back(chance(4) ? -0.0F : value());
    one.lay_out();
    const auto compare = [&](const std::vector<float>& found, reference::ZeroInput policy) {
      const std::vector<float> expected = reference::sums(one.second, one.x, policy);
      for (std::size_t o = 0; o < expected.size(); ++o)
        if (reference::word_of(reference::with_one_nan(found[o])) !=
            reference::word_of(reference::with_one_nan(expected[o])))
          FAIL("output " << o << ": " << found[o] << " for " << expected[o]);
    };
    compare(one.active_inputs(), reference::ZeroInput::skip);
    compare(one.all_inputs(), reference::ZeroInput::multiply);
  }
}
