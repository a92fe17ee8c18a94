// SPDX-License-Identifier: MIT
#include <spikingjet/inject/injector.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"
#include "laws/fault_space.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sj = spikingjet;
namespace target = spikingjet::target;
using sj::Policies;

namespace {

using Net = laws::EveryRole;

/// The ways to strike a quantity, in order, as "type bit".
std::vector<std::string> ways(const sj::FaultSpace& space, const std::string& quantity) {
  std::vector<std::string> all;
  for (const sj::Stratum& stratum : space.strata())
    if (space.quantities()[stratum.quantity].name() == quantity)
      for (const sj::Choice& choice : stratum.choices)
        all.push_back(std::string(choice.type.name) +
                      (choice.bit == sj::Fault::no_bit ? "" : " " + std::to_string(choice.bit)));
  return all;
}

/// The quantities of a space, in order.
std::string quantities_of(const sj::FaultSpace& space) {
  std::string names;
  for (const sj::Stratum& stratum : space.strata())
    names += (names.empty() ? "" : " ") + space.quantities()[stratum.quantity].name();
  return names;
}

/// A target of one's own.
struct SecondNeurons {
  static std::string name() { return "second neurons"; }
  static constexpr bool hits(const sj::Quantity& quantity) { return quantity.layer == sj::Name("syn2"); }
};

}  // namespace

TEST_CASE("the everyday injector flips every bit of the default targets, over the whole run") {
  const sj::FaultSpace space = sj::Injector<laws::NMnist>::fault_space();
  CHECK(space.size() == 381'120);
  CHECK(space.strata().size() == laws::NMnist::quantities.size());
  CHECK(space[0].window == sj::Window{});
  CHECK(sj::Injector<laws::NMnist>::summary() == "bitflip, any bit, default, permanent");
}

TEST_CASE("what an injector hits is known at compile time") {
  using Weights = sj::Injector<Net, sj::BitFlip, sj::AnyBit, target::Weight>;
  static_assert(Weights::hits(0) && !Weights::hits(1) && Weights::hits(6) && Weights::hits(13));
  using Mixed = sj::Injector<Net, sj::BitFlip, sj::AnyBit, Policies<target::Current, target::InLayer<"fc1">>>;
  for (std::size_t q = 0; q < Net::quantities.size(); ++q) {
    const std::string name = Net::quantities[q].name();
    CHECK(Mixed::hits(q) == (name == "syn2.current" || name == "fc1.weight" || name == "fc1.bias"));
  }
}

TEST_CASE("the fault space is the product of the policies: every element, type and bit of every quantity hit") {
  using Injector = sj::Injector<Net, Policies<sj::BitFlip, sj::StuckAt<0>, sj::StuckAt<1>>, sj::ExponentBits,
                                Policies<target::Weight, target::Spike>>;
  const sj::FaultSpace space = Injector::fault_space();
  CHECK(quantities_of(space) == "fc1.weight lif1.spike fc2.weight syn2.spike fc3.weight lap3.spike");
  CHECK(space.size() == (12 + 4 + 12 + 3 + 6 + 2) * 3 * 8);
  laws::fault_space_is_a_bijection(space, 121);
  laws::fault_space_sizes_add_up(space);
  laws::fault_space_neighbours_share_a_site(space);
}

TEST_CASE("ways to strike are ordered by bit and then by type, value faults behind them") {
  using Injector = sj::Injector<Net, Policies<sj::Dead, sj::StuckAt<1>, sj::Saturated, sj::BitFlip>, sj::Bits<31, 4>,
                                target::Weight>;
  CHECK(ways(Injector::fault_space(), "fc2.weight") ==
        std::vector<std::string>{"stuckat1 4", "bitflip 4", "stuckat1 31", "bitflip 31", "dead", "saturated"});
}

TEST_CASE("value faults, and bits or quantities that two policies name, are there once") {
  using Injector = sj::Injector<Net, Policies<sj::BitFlip, sj::Dead>, Policies<sj::Bit<3>, sj::BitRange<2, 4>>,
                                Policies<target::Weight, target::InLayer<"fc2">, target::Any>>;
  const sj::FaultSpace space = Injector::fault_space();
  for (const sj::Quantity& quantity : Net::quantities) {
    INFO(quantity.name());
    CHECK(ways(space, quantity.name()) == std::vector<std::string>{"bitflip 2", "bitflip 3", "bitflip 4", "dead"});
  }
  CHECK(space.strata().size() == Net::quantities.size());
  laws::fault_space_is_a_bijection(space, 122);
}

TEST_CASE("persistence multiplies the space by its windows") {
  using Transient = sj::Injector<Net, sj::BitFlip, sj::SignBit, target::Bias, sj::Transient>;
  const sj::FaultSpace space = Transient::fault_space(25);
  CHECK(space.size() == (4 + 2) * 25);
  CHECK(space[24].window == sj::Window{.begin = 24, .end = 25});
  CHECK(space[25].site.element == 1);
  laws::fault_space_is_a_bijection(space, 123);

  using Window = sj::Injector<Net, sj::BitFlip, sj::SignBit, target::Bias, sj::Intermittent<3, 9>>;
  CHECK(Window::fault_space(25).size() == 4 + 2);
  CHECK(Window::fault_space(25)[5].window == sj::Window{.begin = 3, .end = 9});
}

TEST_CASE("a target of one's own is as good as another") {
  using Injector = sj::Injector<Net, sj::BitFlip, sj::SignBit, SecondNeurons>;
  CHECK(quantities_of(Injector::fault_space()) ==
        "syn2.alpha syn2.beta syn2.threshold syn2.potential syn2.current syn2.spike");
  CHECK(Injector::summary() == "bitflip, sign bit, second neurons, permanent");
}

TEST_CASE("a summary names every policy") {
  using Injector = sj::Injector<Net, Policies<sj::BitFlip, sj::SetTo<1, 3>>, Policies<sj::Bit<3>, sj::SignBit>,
                                Policies<target::Weight, target::InLayer<"lif1">>, sj::Flickering<1, 2, 7>>;
  CHECK(Injector::summary() == "bitflip|set:1/3, bit 3|sign bit, weight|layer lif1, flickering 1/2 seed 7");
}

TEST_CASE("fault types are described as data, in order") {
  const auto types = sj::Injector<Net, Policies<sj::BurstFlip<2>, sj::Dead>>::fault_types();
  REQUIRE(types.size() == 2);
  CHECK(types[0].name == "burst2");
  CHECK(types[0].takes_bit);
  CHECK(types[1].name == "dead");
  CHECK_FALSE(types[1].takes_bit);
}

TEST_CASE("an injector applies a fault to a plain span") {
  using Injector = sj::Injector<Net, sj::BitFlip, sj::SignBit, target::Potential, sj::Transient>;
  const sj::Fault fault = Injector::fault_space(10)[2 * 10 + 4];  // element 2, step 4
  std::vector<float> potential{1, 2, 3, 4};
  Injector::apply(fault, potential, 3);
  CHECK(potential == std::vector<float>{1, 2, 3, 4});
  Injector::apply(fault, potential, 4);
  CHECK(potential == std::vector<float>{1, 2, -3, 4});
}
