// SPDX-License-Identifier: MIT
#include <spikingjet/fault/fault_type.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"
#include "laws/fault_type.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

namespace sj = spikingjet;

namespace {

/// A fault type of one's own: a bit pulled up by its neighbour.
struct Bridged {
  static constexpr std::string_view name() { return "bridged"; }
  static constexpr sj::Alteration at(unsigned bit) { return sj::Alteration::sticks_at_1(std::uint32_t{1} << bit); }
};

struct BothAtOnce : sj::BitFlip {
  static constexpr sj::Alteration on(sj::Role) { return {}; }
};

}  // namespace

TEMPLATE_LIST_TEST_CASE("a fault type is a pure function of bit and role", "[law]", laws::FaultTypes) {
  laws::fault_type_is_pure<TestType>();
}

TEMPLATE_LIST_TEST_CASE("a fault type knows one NaN in states", "[law]", laws::FaultTypes) {
  laws::fault_type_knows_one_nan_in_states<TestType>(11);
}

TEMPLATE_LIST_TEST_CASE("a bit fault alters no bit but those it names", "[law]", laws::BitFaultTypes) {
  laws::bit_fault_alters_only_named_bits<TestType>(12);
}

TEMPLATE_LIST_TEST_CASE("flipping twice restores the stored word", "[law]", laws::FlippingTypes) {
  laws::fault_type_is_an_involution<TestType>(13);
}

TEMPLATE_LIST_TEST_CASE("sticking or setting twice is doing it once", "[law]", laws::SettingTypes) {
  laws::fault_type_is_idempotent<TestType>(14);
}

TEST_CASE("the names of all fault types differ", "[law]") {
  std::vector<std::string_view> names;
  [&]<class... F>(std::tuple<F...>) { (names.push_back(F::name()), ...); }(laws::FaultTypes{});
  for (std::size_t i = 0; i < names.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) CHECK(names[i] != names[j]);
}

TEST_CASE("a fault type strikes bits or values, not both and not neither") {
  static_assert(sj::FaultType<sj::BitFlip> && sj::BitFault<sj::BitFlip>);
  static_assert(sj::FaultType<sj::Dead> && sj::ValueFault<sj::Dead>);
  static_assert(sj::FaultType<Bridged>);
  static_assert(!sj::FaultType<BothAtOnce>);
  static_assert(!sj::FaultType<sj::AnyBit>);
  static_assert(!sj::FaultType<int>);
  SUCCEED();
}
