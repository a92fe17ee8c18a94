// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/npy.hpp>
#include <spikingjet/io/xtensor.hpp>

using namespace spikingjet;

TEST_CASE("a tensor becomes an xtensor array of the same shape and bits") {
  const std::vector<float> values{1.0F, -0.0F, to_float(0xffc12345u), to_float(0x7f812345u), 5.0F, 6.0F};
  const xt::xarray<float> array = to_xarray({Shape{2, 3}, values});
  REQUIRE(array.dimension() == 2);
  CHECK(array.shape(0) == 2);
  CHECK(array.shape(1) == 3);
  CHECK(same_bits(std::span(array.data(), array.size()), values));
  CHECK(array(1, 1) == 5.0F);
}

TEST_CASE("a scalar and a tensor without values become arrays") {
  const xt::xarray<float> scalar = to_xarray({Shape{}, {2.5F}});
  CHECK(scalar.dimension() == 0);
  CHECK(scalar() == 2.5F);
  CHECK(to_xarray({Shape{0, 3}, {}}).size() == 0);
}

TEST_CASE("an xtensor expression is written as an array of its own element type") {
  const TemporaryFolder folder;
  const xt::xarray<double> a{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}};
  write_npy(folder / "a.npy", a * 0.5);
  NpyReader reader = open_npy(folder / "a.npy");
  CHECK(reader.type() == "<f8");
  CHECK(reader.extents() == Extents{2, 3});
  CHECK(reader.read_rest() == std::vector{0.5F, 1.0F, 1.5F, 2.0F, 2.5F, 3.0F});

  const std::vector<float> values{1.0F, -0.0F, to_float(0xffc12345u), to_float(0x7f812345u)};
  write_npy(folder / "b.npy", to_xarray({Shape{1, 4}, values}));
  CHECK(same_bits(open_npy(folder / "b.npy").read_rest(), values));
  const xt::xarray<std::int64_t> whole{-1, 7};
  write_npy(folder / "c.npy", whole);
  CHECK(open_npy(folder / "c.npy").type() == "<i8");
  CHECK(open_npy(folder / "c.npy").read_rest() == std::vector{-1.0F, 7.0F});
}

TEST_CASE("an xtensor expression that cannot be written is refused") {
  const TemporaryFolder folder;
  const xt::xarray<float> a{1.0F};
  CHECK_THROWS_AS(write_npy(folder / "none/a.npy", a), WriteFailed);
  if (std::filesystem::exists("/dev/full")) CHECK_THROWS_AS(write_npy("/dev/full", a), WriteFailed);
}
