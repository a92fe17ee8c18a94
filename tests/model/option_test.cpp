// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/conv2d.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>

#include "catch.hpp"

#include <type_traits>

namespace sj = spikingjet;

namespace {

// Names, numbers and options that a template of one's own passes on.
template <std::size_t Channels, std::size_t K, class In>
struct Convolutional {
  using type =
      sj::Network<In, sj::Conv2d<"conv1", Channels, sj::Kernel<K>, sj::Padding<K / 2>>, sj::MaxPool2d<K - 1>,
                  sj::Leaky<"lif1">, sj::Dense<"fc1", Channels, sj::NoBias>, sj::Leaky<"lif2">, sj::SpikeCountReadout>;
};
template <std::size_t Outputs, std::size_t... Extents>
struct Flat {
  using type = sj::Network<sj::Input<Extents...>, sj::Dense<"fc1", Outputs, sj::Inputs<Outputs>>, sj::Leaky<"lif1">,
                           sj::SpikeCountReadout>;
};
template <sj::LayerName N, sj::Option... Options>
using Shared = sj::Leaky<N, sj::Shared<"beta", sj::Sharing::per_layer>, Options...>;
template <sj::Name N, std::size_t Outputs>
using Unbiased = sj::Dense<N, Outputs, sj::NoBias>;

}  // namespace

TEST_CASE("templates pass names, numbers and options on to layers") {
  STATIC_REQUIRE(Convolutional<5, 3, sj::Input<2, 8, 8>>::type::classes == 5);
  STATIC_REQUIRE(Flat<8, 2, 2, 2>::type::input == sj::Shape{2, 2, 2});
  STATIC_REQUIRE(std::is_same_v<Shared<"lif1", sj::ZeroReset>,
                                sj::Leaky<"lif1", sj::Shared<"beta", sj::Sharing::per_layer>, sj::ZeroReset>>);
  STATIC_REQUIRE(std::is_same_v<Unbiased<"fc1", 7>, sj::Dense<"fc1", 7, sj::NoBias>>);
  STATIC_REQUIRE(std::is_same_v<sj::Dense<"fc1", 7u>, sj::Dense<"fc1", 7>>);
}
