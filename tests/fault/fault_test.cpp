// SPDX-License-Identifier: MIT
#include <spikingjet/fault/fault.hpp>

#include "catch.hpp"

#include <cstdint>

namespace sj = spikingjet;

TEST_CASE("a window without arguments is the whole run, however long") {
  constexpr sj::Window window;
  for (const std::uint64_t step : {0ull, 99ull, 0xfffffffeull, 0xffffffffull, 0x1000000000ull})
    CHECK(window.contains(step));
}

TEST_CASE("a window holds its begin and not its end") {
  constexpr sj::Window window{.begin = 3, .end = 5};
  static_assert(!window.contains(2) && window.contains(3) && window.contains(4) && !window.contains(5));
  constexpr sj::Window open{.begin = 3};
  static_assert(!open.contains(2) && open.contains(3) && open.contains(0x100000000ull));
  SUCCEED();
}

TEST_CASE("a seeded share of a window lies inside the window") {
  constexpr sj::Window window{.begin = 10, .end = 20, .duty = 0x80000000u, .seed = 7};
  for (std::uint64_t step = 0; step < 40; ++step) {
    constexpr sj::Window unbounded{.duty = 0x80000000u, .seed = 7};
    CHECK(window.contains(step) == (step >= 10 && step < 20 && unbounded.contains(step)));
  }
}

TEST_CASE("faults are equal where all that they are is equal") {
  const sj::Fault fault{.site = {1, sj::Storage::state, 5},
                        .bit = 3,
                        .type = "bitflip",
                        .alteration = sj::Alteration::flips(8),
                        .window = {.begin = 1, .end = 2}};
  CHECK(fault == sj::Fault(fault));
  const auto differs = [&](auto change) {
    sj::Fault other = fault;
    change(other);
    CHECK_FALSE(other == fault);
  };
  differs([](sj::Fault& f) { f.site.quantity = 2; });
  differs([](sj::Fault& f) { f.site.element = 6; });
  differs([](sj::Fault& f) { f.site.storage = sj::Storage::spike; });
  differs([](sj::Fault& f) { f.bit = 4; });
  differs([](sj::Fault& f) { f.type = "stuckat1"; });
  differs([](sj::Fault& f) { f.alteration.keep = 0; });
  differs([](sj::Fault& f) { f.window.end = 3; });
  differs([](sj::Fault& f) { f.window.seed = 1; });
}
