// SPDX-License-Identifier: MIT
#include <spikingjet/fault/fault_space.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"
#include "laws/fault_space.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

std::vector<sj::Choice> every_bit_of(const sj::FaultTypeInfo& type) {
  std::vector<sj::Choice> choices;
  for (std::int32_t bit = 0; bit < 32; ++bit) choices.push_back({type, bit});
  return choices;
}

/// Flips of every bit, and dead and saturated values, in every quantity of the network.
template <class Net>
sj::FaultSpace whole_space(std::uint64_t windows, sj::FaultSpace::WindowOf window) {
  std::vector<sj::Choice> choices = every_bit_of(sj::describe_fault_type<sj::BitFlip>());
  choices.push_back({sj::describe_fault_type<sj::Dead>()});
  choices.push_back({sj::describe_fault_type<sj::Saturated>()});
  std::vector<sj::Stratum> strata;
  for (std::uint32_t q = 0; q < Net::quantities.size(); ++q) strata.push_back({q, choices});
  return {Net::quantities, strata, windows, window};
}

/// A persistence of one's own whose windows do not begin at their index.
struct Bursts {
  static std::string name() { return "bursts of ten"; }
  static constexpr std::uint64_t windows(std::uint64_t steps) { return steps / 10; }
  static constexpr sj::Window window(std::uint64_t index) {
    return {.begin = std::uint32_t(index) * 10, .end = std::uint32_t(index) * 10 + 10};
  }
};

std::vector<sj::FaultSpace> spaces() {
  std::vector<sj::FaultSpace> all;
  all.push_back(whole_space<laws::EveryRole>(1, &sj::Permanent::window));
  all.push_back(whole_space<laws::EveryRole>(7, &sj::Transient::window));
  all.push_back(whole_space<laws::EveryRole>(5, &Bursts::window));
  all.push_back(whole_space<laws::NMnist>(1, &sj::Flickering<1, 3, 5>::window));
  all.push_back(whole_space<laws::NMnist>(100, &sj::Transient::window));
  all.push_back(all.front().restricted([](const sj::Quantity& q) { return q.role == sj::Role::spike; },
                                       [](const sj::Choice&) { return true; }));
  all.push_back(all.front().restricted([](const sj::Quantity&) { return true; },
                                       [](const sj::Choice& choice) { return choice.bit == 31; }));
  all.push_back(all.front().with_windows(3, &sj::Transient::window));
  all.emplace_back(laws::NMnist::quantities, std::vector<sj::Stratum>{});
  return all;
}

}  // namespace

TEST_CASE("each index is found again from its fault", "[law]") {
  static_assert(sj::Persistence<Bursts>);
  for (const sj::FaultSpace& space : spaces()) laws::fault_space_is_a_bijection(space, 21);
}

TEST_CASE("the parts of a fault space add up to it", "[law]") {
  for (const sj::FaultSpace& space : spaces()) laws::fault_space_sizes_add_up(space);
}

TEST_CASE("the faults of a site are neighbours", "[law]") {
  for (const sj::FaultSpace& space : spaces())
    if (space.size() < 100000) laws::fault_space_neighbours_share_a_site(space);
}

TEST_CASE("all bit flips of the published N-MNIST network are 381,120") {
  std::vector<sj::Stratum> strata;
  for (std::uint32_t q = 0; q < laws::NMnist::quantities.size(); ++q)
    strata.push_back({q, every_bit_of(sj::describe_fault_type<sj::BitFlip>())});
  const sj::FaultSpace space(laws::NMnist::quantities, strata);
  CHECK(space.size() == 381'120);
  CHECK(space.size(std::size_t{0}) == 11560 * 32);
}

TEST_CASE("faults come quantity by quantity, then element, then choice, then window") {
  const sj::FaultSpace space = whole_space<laws::NMnist>(100, &sj::Transient::window);
  // fc1.weight (20, 578): element 578 + 3 is the weight of neuron 1 and input 3; 34 choices of 100 windows each.
  const sj::Fault flip = space[((578 + 3) * 34 + 30) * 100 + 42];
  CHECK(flip.site == sj::Site{0, sj::Storage::parameter, 581});
  CHECK(flip.bit == 30);
  CHECK(flip.type == "bitflip");
  CHECK(flip.alteration == sj::Alteration::flips(0x40000000u));
  CHECK(flip.window == sj::Window{.begin = 42, .end = 43});
  // Behind all of fc1.weight: fc1.bias.
  const sj::Fault saturated = space[11560ull * 34 * 100 + (19 * 34 + 33) * 100];
  CHECK(saturated.site == sj::Site{1, sj::Storage::parameter, 19});
  CHECK(saturated.bit == sj::Fault::no_bit);
  CHECK(saturated.alteration == sj::Alteration::sets(sj::to_float(0x7f7fffffu)));
}

TEST_CASE("a value fault knows the role of what it strikes") {
  const sj::FaultSpace space = whole_space<laws::NMnist>(1, &sj::Permanent::window);
  const sj::Fault last = space[space.size() - 1];
  CHECK(space.quantities()[last.site.quantity].name() == "lif2.spike");
  CHECK(last.site.storage == sj::Storage::spike);
  CHECK(last.type == "saturated");
  CHECK(last.alteration == sj::Alteration::sets(1.0F));
}

TEST_CASE("a fault outside the space is not found in it") {
  const sj::FaultSpace space = whole_space<laws::EveryRole>(4, &sj::Transient::window);
  const sj::Fault inside = space[100];
  REQUIRE(space.index_of(inside) == 100u);
  const auto lost = [&](auto change) {
    sj::Fault other = inside;
    change(other);
    CHECK(space.index_of(other) == std::nullopt);
  };
  lost([](sj::Fault& f) { f.site.quantity = 99; });
  lost([](sj::Fault& f) { f.site.element = 12; });
  lost([](sj::Fault& f) { f.site.element = ~std::uint64_t{0}; });
  lost([](sj::Fault& f) { f.bit = 32; });
  lost([](sj::Fault& f) { f.type = "stuckat0"; });
  lost([](sj::Fault& f) { f.window.end += 1; });
  lost([](sj::Fault& f) { f.window = {.begin = 4, .end = 5}; });
  lost([](sj::Fault& f) { f.alteration.flip ^= 1; });
}

TEST_CASE("a restricted space holds the kept faults in their order") {
  const sj::FaultSpace all = whole_space<laws::EveryRole>(1, &sj::Permanent::window);
  const auto spikes = [](const sj::Quantity& q) { return q.role == sj::Role::spike; };
  const auto dead = [](const sj::Choice& choice) { return choice.type.name == "dead"; };
  const sj::FaultSpace some = all.restricted(spikes, dead);
  CHECK(some.size() == 4 + 3 + 2);
  std::uint64_t next = 0;
  for (std::uint64_t i = 0; i < some.size(); ++i) {
    const auto index = all.index_of(some[i]);
    REQUIRE(index.has_value());
    CHECK(*index >= next);
    next = *index + 1;
  }
  CHECK(all.restricted([](const sj::Quantity&) { return false; }, dead).size() == 0);
  CHECK(all.restricted(spikes, [](const sj::Choice&) { return false; }).strata().empty());
}

TEST_CASE("a space of 10^12 faults is built and indexed in no time") {
  static const std::vector<sj::Quantity> quantities{
      {.layer = "fc1", .field = "weight", .role = sj::Role::weight, .shape = {100000, 312500}}};
  const auto begin = std::chrono::steady_clock::now();
  const sj::FaultSpace space(quantities, {{0, every_bit_of(sj::describe_fault_type<sj::BitFlip>())}});
  const sj::Fault last = space[space.size() - 1];
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  CHECK(space.size() == 1'000'000'000'000);
  CHECK(last.site.element == 31'249'999'999);
  CHECK(last.bit == 31);
  CHECK(spent.count() < 0.01);  // microseconds; the rest is for a busy machine and sanitizers
  laws::fault_space_is_a_bijection(space, 22);
}
