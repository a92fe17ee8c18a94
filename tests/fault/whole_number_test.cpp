// SPDX-License-Identifier: MIT
#include <spikingjet/fault/whole_number.hpp>

#include "catch.hpp"

#include <cstdint>
#include <limits>
#include <type_traits>

namespace sj = spikingjet;

namespace {

template <class T>
constexpr bool keeps(T number) {
  const sj::WholeNumber held = number;
  return held.is_negative() == (static_cast<T>(-1) < T{} && number < T{}) &&
         held.value() == static_cast<std::uint64_t>(number);
}

template <class T>
constexpr bool keeps_ends() {
  return keeps(std::numeric_limits<T>::min()) && keeps(std::numeric_limits<T>::max()) && keeps(T{}) && keeps(T{1});
}

enum Layer { input, hidden = 7 };
struct Index {
  int number;
  constexpr operator int() const { return number; }  // NOLINT(google-explicit-constructor): somebody's
};

}  // namespace

TEST_CASE("every integer stays what it is, whatever its type", "[law]") {
  STATIC_REQUIRE(keeps_ends<bool>());
  STATIC_REQUIRE(keeps_ends<char>());
  STATIC_REQUIRE(keeps_ends<signed char>());
  STATIC_REQUIRE(keeps_ends<unsigned char>());
  STATIC_REQUIRE(keeps_ends<short>());
  STATIC_REQUIRE(keeps_ends<unsigned short>());
  STATIC_REQUIRE(keeps_ends<int>());
  STATIC_REQUIRE(keeps_ends<unsigned>());
  STATIC_REQUIRE(keeps_ends<long>());
  STATIC_REQUIRE(keeps_ends<unsigned long>());
  STATIC_REQUIRE(keeps_ends<long long>());
  STATIC_REQUIRE(keeps_ends<unsigned long long>());
}

TEST_CASE("what converts to an integer is a whole number, and what does not is none") {
  STATIC_REQUIRE(sj::WholeNumber(hidden).value() == 7);
  STATIC_REQUIRE(sj::WholeNumber(std::integral_constant<int, 30>{}).value() == 30);
  STATIC_REQUIRE(sj::WholeNumber(Index{-3}).is_negative());
  STATIC_REQUIRE(!std::is_convertible_v<const char*, sj::WholeNumber>);
  STATIC_REQUIRE(!std::is_convertible_v<std::nullptr_t, sj::WholeNumber>);
}

TEST_CASE("a whole number is printed as it is written") {
  CHECK(sj::WholeNumber(-1).str() == "-1");
  CHECK(sj::WholeNumber(static_cast<signed char>(-128)).str() == "-128");
  CHECK(sj::WholeNumber(std::numeric_limits<std::int64_t>::min()).str() == "-9223372036854775808");
  CHECK(sj::WholeNumber(std::numeric_limits<std::uint64_t>::max()).str() == "18446744073709551615");
  CHECK(sj::WholeNumber('!').str() == "33");
  CHECK(sj::WholeNumber(true).str() == "1");
}

TEST_CASE("a range of allowed numbers holds its ends and nothing below zero") {
  STATIC_REQUIRE(sj::WholeNumber(0).is_within(0, 31));
  STATIC_REQUIRE(sj::WholeNumber(31L).is_within(0, 31));
  STATIC_REQUIRE(!sj::WholeNumber(32).is_within(0, 31));
  STATIC_REQUIRE(!sj::WholeNumber(0).is_within(1, 31));
  STATIC_REQUIRE(!sj::WholeNumber(-1).is_within(0, std::numeric_limits<std::uint64_t>::max()));
  STATIC_REQUIRE(sj::WholeNumber(std::numeric_limits<std::uint64_t>::max()).as_signed() ==
                 std::numeric_limits<std::int64_t>::max());
}
