// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/conv2d.hpp>

#include "catch.hpp"

#include <cstddef>

namespace sj = spikingjet;
using sj::Kernel;
using sj::Shape;

TEST_CASE("a convolution gives one plane for each output channel, as large as its kernel fits") {
  using Layer = sj::Conv2d<"conv1", 12, Kernel<5>>::Bind<Shape{2, 32, 32}>;
  static_assert(sj::BoundLayer<Layer>);
  CHECK(Layer::kind == sj::LayerKind::synaptic);
  CHECK(Layer::name == sj::Name("conv1"));
  CHECK(Layer::in == Shape{2, 32, 32});
  CHECK(Layer::out == Shape{12, 28, 28});
  CHECK(Layer::states.empty());
  CHECK_FALSE(Layer::geometry.is_dense());
  CHECK(Layer::geometry.taps() == 50);
}

TEST_CASE("a convolution brings a weight (outputs, inputs of a group, rows, columns) and a bias (outputs)") {
  using Layer = sj::Conv2d<"conv1", 6, Kernel<3, 5>, sj::Groups<2>>::Bind<Shape{4, 8, 9}>;
  REQUIRE(Layer::parameters.size() == 2);
  CHECK(Layer::parameters[0].field == sj::Name("weight"));
  CHECK(Layer::parameters[0].role == sj::Role::weight);
  CHECK(Layer::parameters[0].shape == Shape{6, 2, 3, 5});
  CHECK(Layer::parameters[1].role == sj::Role::bias);
  CHECK(Layer::parameters[1].shape == Shape{6});
  using WithoutBias = sj::Conv2d<"conv1", 6, sj::NoBias, Kernel<3>>::Bind<Shape{4, 8, 9}>;
  CHECK_FALSE(WithoutBias::has_bias);
  CHECK(WithoutBias::parameters.size() == 1);
}

// torch.nn.Conv2d: floor((extent + 2 padding - dilation (kernel - 1) - 1) / stride) + 1.
TEST_CASE("rows and columns of a convolution are those of PyTorch's formula") {
  using Strided = sj::Conv2d<"c", 1, Kernel<3, 2>, sj::Stride<2, 3>>::Bind<Shape{1, 8, 11}>;
  CHECK(Strided::out == Shape{1, 3, 4});
  using Padded = sj::Conv2d<"c", 1, Kernel<3>, sj::Padding<1, 2>>::Bind<Shape{1, 8, 11}>;
  CHECK(Padded::out == Shape{1, 8, 13});
  using Dilated = sj::Conv2d<"c", 1, Kernel<3>, sj::Dilation<3, 2>>::Bind<Shape{1, 8, 11}>;
  CHECK(Dilated::out == Shape{1, 2, 7});
  using All = sj::Conv2d<"c", 1, Kernel<3, 4>, sj::Stride<2>, sj::Padding<2>, sj::Dilation<2>>::Bind<Shape{1, 8, 11}>;
  CHECK(All::out == Shape{1, 4, 5});
  for (std::size_t extent = 1; extent < 12; ++extent)
    for (std::size_t padding = 0; padding < 3; ++padding)
      for (std::size_t size = 1; size < 6; ++size)
        for (std::size_t stride = 1; stride < 4; ++stride) {
          std::size_t windows = 0;  // counted
          for (std::size_t first = 0; first + size <= extent + 2 * padding; first += stride) ++windows;
          CHECK(sj::detail::windows_in(extent, padding, size, stride) == windows);
        }
}

TEST_CASE("a convolution checks a stated number of inputs") {
  using Layer = sj::Conv2d<"c", 1, Kernel<3>, sj::Inputs<72>>::Bind<Shape{2, 6, 6}>;
  CHECK(Layer::out == Shape{1, 4, 4});
}

TEST_CASE("a convolution sums itself up with what is not plain") {
  CHECK(sj::Conv2d<"conv1", 12, Kernel<5>>::Bind<Shape{2, 32, 32}>::summary() == "conv2d conv1 2-12 kernel 5x5");
  CHECK(sj::Conv2d<"c", 4, Kernel<3, 2>, sj::Stride<2>, sj::Padding<0, 1>, sj::Dilation<1, 2>, sj::Groups<2>,
                   sj::NoBias>::Bind<Shape{2, 8, 8}>::summary() ==
        "conv2d c 2-4 kernel 3x2 stride 2x2 padding 0x1 dilation 1x2 groups 2 without bias");
}
