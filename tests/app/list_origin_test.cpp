// SPDX-License-Identifier: MIT
#include <spikingjet/app/list_origin.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/bit_position.hpp>
#include <spikingjet/fault/fault_file.hpp>
#include <spikingjet/fault/persistence.hpp>
#include <spikingjet/fault/target.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/dense.hpp>
#include <spikingjet/model/leaky.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/readout.hpp>

#include "catch.hpp"
#include "files.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

template <std::size_t Hidden>
using Net = sj::Network<sj::Input<3>, sj::Dense<"fc1", Hidden>, sj::Leaky<"lif1">, sj::Dense<"fc2", 2>,
                        sj::Leaky<"lif2">, sj::SpikeCountReadout>;
template <std::size_t Hidden = 6>
using Program = sj::Injector<Net<Hidden>, sj::BitFlip, sj::AnyBit, sj::target::Any>;
using Transients = sj::Injector<Net<6>, sj::BitFlip, sj::AnyBit, sj::target::Potential, sj::Transient>;

/// What `faults` writes.
template <class Injector>
std::string drawn(const sj::SamplingOptions& options, std::optional<std::uint64_t> steps) {
  const sj::FaultSpace space = sj::requested_space<Injector>(options, steps);
  std::ostringstream out;
  sj::write_fault_list(out, sj::choose_faults(space, options), Injector::Network::quantities,
                       sj::origin_of(space, options, sj::needs_steps<Injector>(options) ? steps : std::nullopt));
  return out.str();
}

template <class Injector>
sj::ListVerdict judged(const std::string& text, std::uint64_t steps, bool random = false,
                       const sj::SamplingOptions& options = {}) {
  std::istringstream in(text);
  return sj::judge_list<Injector>(sj::load_fault_list(in, "list.csv", Injector::Network::quantities), options, steps,
                                  random);
}

const sj::SamplingOptions transients{.method = "count:50", .persistence = "transient"};
const sj::SamplingOptions permanent{.method = "count:50"};

}  // namespace

TEST_CASE("a list of transient faults is a sample of runs of the steps that it was drawn for") {
  const std::string text = drawn<Program<>>(transients, 8);
  CHECK(contains(text, " persistence=transient steps=8 "));
  const sj::ListVerdict same = judged<Program<>>(text, 8);
  REQUIRE(same.origin.has_value());
  CHECK(same.origin->faults() == sj::requested_space<Program<>>(transients, 8).size());
  CHECK(same.contradictions.empty());
  CHECK(same.notes.empty());
  for (const std::uint64_t steps : std::vector<std::uint64_t>{7, 16}) {
    const sj::ListVerdict other = judged<Program<>>(text, steps);
    CHECK_FALSE(other.origin.has_value());
    REQUIRE(other.contradictions.size() == 1);
    const std::uint64_t sites = sj::requested_space<Program<>>(transients, 1).size();
    CHECK(other.contradictions[0] == "its '#' line speaks of a fault space of " + std::to_string(8 * sites) +
                                         " faults (steps=8), but network and data have " +
                                         std::to_string(steps * sites) + " (steps=" + std::to_string(steps) +
                                         "); rates are those of these faults alone");
  }
  CHECK(judged<Program<>>(drawn<Program<>>(permanent, 8), 16).origin.has_value());  // permanent faults have no steps
}

TEST_CASE("the '#' line of a list without steps holds where its populations do") {
  // As it was written before steps were.
  const sj::FaultSpace space = sj::requested_space<Program<>>(transients, 8);
  std::ostringstream out;
  sj::write_fault_list(out, sj::choose_faults(space, transients), Program<>::Network::quantities,
                       sj::origin_of(space, transients, std::nullopt));
  CHECK(judged<Program<>>(out.str(), 8).origin.has_value());
  const sj::ListVerdict other = judged<Program<>>(out.str(), 16);
  CHECK_FALSE(other.origin.has_value());
  REQUIRE(other.contradictions.size() == 1);
  CHECK(contains(other.contradictions[0], "(it does not say of how many steps)"));
}

TEST_CASE("a list that was drawn for another network, or for faults that a program has not, is no sample of it") {
  const std::string text = drawn<Program<>>(permanent, {});
  const sj::ListVerdict larger = judged<Program<9>>(text, 8);
  CHECK_FALSE(larger.origin.has_value());
  CHECK(larger.contradictions.size() == 1);
  const sj::ListVerdict fewer = judged<Transients>(text, 8);
  CHECK_FALSE(fewer.origin.has_value());
  CHECK(fewer.contradictions.size() == 1);
}

TEST_CASE("a program's own transient faults are drawn from every step, and their lists know the steps") {
  const sj::SamplingOptions own{
      .method = "exhaustive", .fault_types = "all", .persistence = "compiled", .any_target = true};
  CHECK(sj::requested_space<Transients>(own, 8).size() == 8 * 32 * (6 + 2));
  CHECK_THROWS_AS(sj::requested_space<Transients>(own, std::nullopt), sj::StepsUnknown);
  const std::string text = drawn<Transients>(own, 8);
  CHECK(judged<Transients>(text, 8, false, own).origin->is_exhaustive());
  CHECK_FALSE(judged<Transients>(text, 9, false, own).origin.has_value());
}

TEST_CASE(
    "a list without a '#' line stands for itself, and for a random sample where the user says so and it can be one") {
  const std::string text = drawn<Program<>>(permanent, {});
  const std::string plain = text.substr(0, text.find('#')) + text.substr(text.find('\n', text.find('#')) + 1);
  const sj::ListVerdict given = judged<Program<>>(plain, 8);
  CHECK(given.contradictions.empty());
  REQUIRE(given.notes.size() == 1);
  CHECK(contains(given.notes[0], "nothing in it says how its faults were chosen"));
  CHECK(contains(given.notes[0], "'--random'"));

  const std::string cut = text.substr(0, text.rfind("49,"));
  const sj::ListVerdict part = judged<Program<>>(cut, 8);
  REQUIRE(part.contradictions.size() == 1);
  CHECK(contains(part.contradictions[0], "part or a changed copy"));
  const sj::ListVerdict random = judged<Program<>>(cut, 8, true);
  CHECK(random.contradictions.empty());
  REQUIRE(random.notes.size() >= 1);
  CHECK(contains(random.notes[0], "describes; it is taken as a random sample because '--random' says so"));

  sj::SamplingOptions all = permanent;
  all.method = "exhaustive";
  std::string first_hundred = drawn<Program<>>(all, {});
  first_hundred.erase(first_hundred.find("\r\n100,") + 2);
  const sj::ListVerdict head = judged<Program<>>(first_hundred, 8, true);
  REQUIRE(head.contradictions.size() == 1);
  CHECK(contains(head.contradictions[0], "all of its 100 faults in 'fc1.weight' strike elements 0 to 3 of 18"));
}
