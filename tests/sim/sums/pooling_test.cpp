// SPDX-License-Identifier: MIT
#include <spikingjet/sim/sums/pooling.hpp>

#include "catch.hpp"
#include "reference.hpp"

#include <xsimd/xsimd.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace sj = spikingjet;

namespace {

template <class Layer>
std::vector<float> pooled(const std::vector<float>& in) {
  std::vector<float> out(Layer::out.size());
  sj::pool_channels(Layer::geometry, in.data(), out.data());
  return out;
}

}  // namespace

// 1 2 3
// 4 5 6
TEST_CASE("pooling has the values of a computation by hand") {
  const std::vector<float> in{1, 2, 3, 4, 5, 6};
  constexpr sj::Shape shape{1, 2, 3};
  CHECK(pooled<sj::MaxPool2d<2, sj::Stride<1>>::Bind<shape>>(in) == std::vector<float>{5, 6});
  CHECK(pooled<sj::AvgPool2d<2, sj::Stride<1>>::Bind<shape>>(in) == std::vector<float>{3, 4});
  CHECK(pooled<sj::SumPool2d<2>::Bind<shape>>(in) == std::vector<float>{12});
  // padding counts in a mean's size, and is no value for a maximum
  CHECK(pooled<sj::AvgPool2d<2, sj::Padding<1>>::Bind<shape>>(in) == std::vector<float>{0.25F, 1.25F, 1.0F, 2.75F});
  CHECK(pooled<sj::MaxPool2d<2, sj::Padding<1>>::Bind<shape>>({-1, -2, -3, -4, -5, -6}) ==
        std::vector<float>{-1, -2, -4, -5});
}

TEST_CASE("a maximum is replaced by what is larger or NaN, row-major") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  using Layer = sj::MaxPool2d<2>::Bind<sj::Shape{1, 2, 2}>;
  CHECK(std::isnan(pooled<Layer>({1, nan, 2, 3})[0]));  // nothing is larger than NaN
  CHECK(std::isnan(pooled<Layer>({nan, infinity, 2, 3})[0]));
  CHECK(std::isnan(pooled<Layer>({1, 2, 3, nan})[0]));
  CHECK(pooled<Layer>({-infinity, -infinity, -infinity, -infinity})[0] == -infinity);
  CHECK(std::signbit(pooled<Layer>({-0.0F, 0.0F, 0.0F, 0.0F})[0]));  // +0 is not larger than -0
}

TEST_CASE("pooling has the second formula's bits on any values") {
  std::mt19937_64 random(5);
  constexpr std::uint32_t odd[] = {0x7f800000u, 0xff800000u, 0x7fc00000u, 0xffc00001u,
                                   0x80000000u, 0x00000001u, 0x7f7fffffu};
  const auto compare = [&]<class Layer>(Layer*) {
    constexpr sj::PoolGeometry g = Layer::geometry;
    const reference::Pooling second{.kind = g.kind == sj::PoolKind::largest ? reference::Pooling::Kind::largest
                                            : g.kind == sj::PoolKind::mean  ? reference::Pooling::Kind::mean
                                                                            : reference::Pooling::Kind::sum,
                                    .channels = g.channels,
                                    .in = {g.in.rows, g.in.columns},
                                    .out = {g.out.rows, g.out.columns},
                                    .window = {g.window.rows, g.window.columns},
                                    .stride = {g.stride.rows, g.stride.columns},
                                    .padding = {g.padding.rows, g.padding.columns}};
    for (int n = 0; n < 200; ++n) {
      std::vector<float> in(Layer::in.size());
      for (float& x : in)
        x = random() % 30 == 0 ? reference::float_of(odd[random() % 7])
                               : float(std::int64_t(random() % 2001) - 1000) / 333.0F;
      const std::vector<float> found = pooled<Layer>(in);
      const std::vector<float> expected = reference::pooled(second, in);
      REQUIRE(found.size() == expected.size());
      for (std::size_t o = 0; o < found.size(); ++o)
        if (reference::word_of(reference::with_one_nan(found[o])) !=
            reference::word_of(reference::with_one_nan(expected[o])))
          FAIL(Layer::summary() << ", output " << o << ": " << found[o] << " for " << expected[o]);
    }
  };
  constexpr sj::Shape shape{3, 7, 6};
  compare(static_cast<sj::MaxPool2d<2>::Bind<shape>*>(nullptr));
  compare(static_cast<sj::MaxPool2d<3, sj::Stride<1, 2>, sj::Padding<1>>::Bind<shape>*>(nullptr));
  compare(static_cast<sj::AvgPool2d<sj::Extent2d{3, 2}, sj::Padding<1>>::Bind<shape>*>(nullptr));
  compare(static_cast<sj::AvgPool2d<2, sj::Stride<1>>::Bind<shape>*>(nullptr));
  compare(static_cast<sj::SumPool2d<sj::Extent2d{1, 4}, sj::Stride<2>, sj::Padding<0, 2>>::Bind<shape>*>(nullptr));
}

TEST_CASE("lanes of a window have the scalar's bits") {
  using V = xsimd::batch<float>;
  std::mt19937_64 random(6);
  for (const sj::PoolKind kind : {sj::PoolKind::largest, sj::PoolKind::mean, sj::PoolKind::sum})
    for (int n = 0; n < 500; ++n) {
      float so_far[V::size];
      float value[V::size];
      float found[V::size];
      for (std::size_t l = 0; l < V::size; ++l) {
        so_far[l] = random() % 9 == 0 ? std::numeric_limits<float>::quiet_NaN() : float(random() % 5) - 2.0F;
        value[l] = random() % 9 == 0 ? std::numeric_limits<float>::quiet_NaN() : float(random() % 5) - 2.0F;
      }
      sj::pool_next(kind, V::load_unaligned(so_far), V::load_unaligned(value)).store_unaligned(found);
      for (std::size_t l = 0; l < V::size; ++l)
        CHECK(reference::word_of(reference::with_one_nan(found[l])) ==
              reference::word_of(reference::with_one_nan(sj::pool_next(kind, so_far[l], value[l]))));
    }
}
