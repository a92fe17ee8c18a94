// SPDX-License-Identifier: MIT
#include <spikingjet/core/shape.hpp>

#include "catch.hpp"

namespace sj = spikingjet;

TEST_CASE("a shape has the product of its extents as its size, and a scalar has one element") {
  static_assert(sj::Shape().size() == 1);
  static_assert(sj::Shape({20, 578}).size() == 11560);
  static_assert(sj::Shape({32, 12, 5, 5}).size() == 9600);
  static_assert(sj::Shape({3, 0}).size() == 0);
  CHECK(sj::Shape({2, 17, 17}).rank == 3);
  CHECK(sj::Shape({2, 17, 17})[1] == 17);
}

TEST_CASE("shapes are equal where rank and extents are") {
  static_assert(sj::Shape({2, 3}) == sj::Shape({2, 3}));
  static_assert(sj::Shape({2, 3}) != sj::Shape({3, 2}));
  static_assert(sj::Shape({2}) != sj::Shape({2, 1}));
  static_assert(sj::Shape() != sj::Shape({1}));
  SUCCEED();
}

TEST_CASE("a shape reads as a Python tuple") {
  CHECK(sj::Shape().str() == "()");
  CHECK(sj::Shape({20}).str() == "(20,)");
  CHECK(sj::Shape({20, 578}).str() == "(20, 578)");
  CHECK(sj::Shape({1, 2, 3, 4}).str() == "(1, 2, 3, 4)");
}

TEST_CASE("a flat index reads as the index tuple of a row-major tensor") {
  CHECK(sj::Shape().index_str(0) == "()");
  CHECK(sj::Shape({20}).index_str(7) == "(7,)");
  const sj::Shape shape{2, 3, 4};
  std::size_t flat = 0;
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 4; ++k)
        CHECK(shape.index_str(flat++) ==
              "(" + std::to_string(i) + ", " + std::to_string(j) + ", " + std::to_string(k) + ")");
}
