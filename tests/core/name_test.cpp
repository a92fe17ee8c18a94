// SPDX-License-Identifier: MIT
#include <spikingjet/core/name.hpp>

#include "catch.hpp"

namespace sj = spikingjet;

namespace {

template <sj::Name name>
struct Named {
  static constexpr sj::Name value = name;
};

}  // namespace

TEST_CASE("a name says what was written") {
  CHECK(Named<"fc1">::value.str() == "fc1");
  CHECK(Named<"fc1">::value.size() == 3);
  CHECK(Named<"a">::value.str() == "a");
  CHECK(Named<"conv1.block-2_B">::value.str() == "conv1.block-2_B");
}

TEST_CASE("a name may have 31 characters") {
  constexpr sj::Name longest = "abcdefghijklmnopqrstuvwxyz01234";
  CHECK(longest.size() == 31);
  CHECK(longest.str() == "abcdefghijklmnopqrstuvwxyz01234");
}

TEST_CASE("a name without text is empty") {
  CHECK(sj::Name().size() == 0);
  CHECK(sj::Name().str().empty());
}

TEST_CASE("names are equal where their characters are, and so are the types that carry them") {
  static_assert(sj::Name("fc1") == sj::Name("fc1"));
  static_assert(sj::Name("fc1") != sj::Name("fc2"));
  static_assert(sj::Name("fc1") != sj::Name("fc11"));
  static_assert(sj::Name("abcdefgh") != sj::Name("abcdefghi"));
  static_assert(std::is_same_v<Named<"fc1">, Named<"fc1">>);
  static_assert(!std::is_same_v<Named<"fc1">, Named<"lif1">>);
  SUCCEED();
}
