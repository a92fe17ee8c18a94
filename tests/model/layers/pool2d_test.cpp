// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>

#include "catch.hpp"

namespace sj = spikingjet;
using sj::Shape;

TEST_CASE("pooling keeps the channels and leaves out windows that do not fit") {
  using Layer = sj::MaxPool2d<2>::Bind<Shape{12, 28, 29}>;
  static_assert(sj::BoundLayer<Layer>);
  CHECK(Layer::kind == sj::LayerKind::pooling);
  CHECK(Layer::name.empty());
  CHECK(Layer::in == Shape{12, 28, 29});
  CHECK(Layer::out == Shape{12, 14, 14});
  CHECK(Layer::parameters.empty());
  CHECK(Layer::states.empty());
}

TEST_CASE("windows of pooling move by their own size unless a stride is given") {
  CHECK(sj::AvgPool2d<3>::Bind<Shape{1, 9, 9}>::out == Shape{1, 3, 3});
  CHECK(sj::AvgPool2d<3, sj::Stride<1>>::Bind<Shape{1, 9, 9}>::out == Shape{1, 7, 7});
  CHECK(sj::SumPool2d<sj::Extent2d{2, 3}>::Bind<Shape{1, 9, 9}>::out == Shape{1, 4, 3});
  CHECK(sj::MaxPool2d<3, sj::Stride<2>, sj::Padding<1>>::Bind<Shape{1, 8, 9}>::out == Shape{1, 4, 5});
}

TEST_CASE("pooling sums itself up") {
  CHECK(sj::MaxPool2d<2>::Bind<Shape{1, 8, 8}>::summary() == "max pool 2x2");
  CHECK(sj::AvgPool2d<3, sj::Stride<1, 2>, sj::Padding<1>>::Bind<Shape{1, 8, 8}>::summary() ==
        "mean pool 3x3 stride 1x2 padding 1x1");
  CHECK(sj::SumPool2d<sj::Extent2d{1, 2}>::Bind<Shape{1, 8, 8}>::summary() == "sum pool 1x2");
}

TEST_CASE("a network takes pooling on its input, on currents and on spikes, several times, and as unnamed layers") {
  using Net = sj::Network<sj::Input<2, 16, 16>, sj::SumPool2d<2>, sj::Conv2d<"conv1", 3, sj::Kernel<3>>,
                          sj::MaxPool2d<2>, sj::Leaky<"lif1">, sj::AvgPool2d<2, sj::Stride<1>>, sj::MaxPool2d<2>,
                          sj::Dense<"fc1", 4>, sj::Leaky<"lif2">, sj::SpikeCountReadout>;
  CHECK(
      Net::summary() ==
      "input (2, 16, 16), sum pool 2x2, conv2d conv1 2-3 kernel 3x3, max pool 2x2, leaky(subtract) lif1, mean pool 2x2 "
      "stride 1x1, max pool 2x2, dense fc1 3-4, leaky(subtract) lif2, spike count, zero input multiply");
  CHECK(Net::stage_count == 2);
  CHECK(Net::find(0, sj::LayerKind::synaptic) == 1);
  CHECK(Net::find(1, sj::LayerKind::pooling) == 4);
  CHECK(Net::find(1, sj::LayerKind::lateral) == Net::layer_count);
}

TEST_CASE("flattened neurons have a constant each") {
  using Net = sj::Network<sj::Input<2, 4, 4>, sj::Conv2d<"conv1", 3, sj::Kernel<3>>, sj::Flatten, sj::Leaky<"lif1">,
                          sj::SpikeCountReadout>;
  CHECK(Net::Layer<1>::out == Shape{12});
  CHECK(Net::Layer<1>::parameters[0].shape == Shape{12});
  CHECK(Net::classes == 12);
}
