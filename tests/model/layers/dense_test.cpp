// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/dense.hpp>

#include "catch.hpp"

namespace sj = spikingjet;

TEST_CASE("a dense layer takes any shape flat and gives its number of outputs") {
  using Layer = sj::Dense<"fc1", 20>::Bind<sj::Shape{2, 17, 17}>;
  static_assert(sj::BoundLayer<Layer>);
  CHECK(Layer::kind == sj::LayerKind::synaptic);
  CHECK(Layer::name == sj::Name("fc1"));
  CHECK(Layer::in == sj::Shape{2, 17, 17});
  CHECK(Layer::out == sj::Shape{20});
  CHECK(Layer::states.empty());
}

TEST_CASE("a dense layer brings a weight (outputs, inputs) and a bias (outputs)") {
  using Layer = sj::Dense<"fc1", 20>::Bind<sj::Shape{2, 17, 17}>;
  REQUIRE(Layer::parameters.size() == 2);
  CHECK(Layer::has_bias);
  CHECK(Layer::parameters[0].field == sj::Name("weight"));
  CHECK(Layer::parameters[0].role == sj::Role::weight);
  CHECK(Layer::parameters[0].shape == sj::Shape{20, 578});
  CHECK(Layer::parameters[0].required);
  CHECK(Layer::parameters[1].field == sj::Name("bias"));
  CHECK(Layer::parameters[1].role == sj::Role::bias);
  CHECK(Layer::parameters[1].shape == sj::Shape{20});
}

TEST_CASE("a dense layer without a bias brings its weight alone") {
  using Layer = sj::Dense<"fc1", 4, sj::NoBias>::Bind<sj::Shape{3}>;
  REQUIRE(Layer::parameters.size() == 1);
  CHECK_FALSE(Layer::has_bias);
  CHECK(Layer::parameters[0].shape == sj::Shape{4, 3});
}

TEST_CASE("a stated number of inputs is checked against what arrives, in any order of options") {
  using Layer = sj::Dense<"fc1", 4, sj::Inputs<18>, sj::NoBias>::Bind<sj::Shape{2, 3, 3}>;
  using Turned = sj::Dense<"fc1", 4, sj::NoBias, sj::Inputs<18>>::Bind<sj::Shape{2, 3, 3}>;
  CHECK(Layer::in.size() == 18);
  CHECK(Turned::in.size() == 18);
}

TEST_CASE("a dense layer sums itself up") {
  CHECK(sj::Dense<"fc1", 20>::Bind<sj::Shape{2, 17, 17}>::summary() == "dense fc1 578-20");
  CHECK(sj::Dense<"fc2", 4, sj::NoBias>::Bind<sj::Shape{3}>::summary() == "dense fc2 3-4 without bias");
}
