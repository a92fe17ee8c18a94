// SPDX-License-Identifier: MIT
#include <spikingjet/app/chosen_faults.hpp>
#include <spikingjet/app/list_origin.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/bit_position.hpp>
#include <spikingjet/fault/fault_file.hpp>
#include <spikingjet/fault/persistence.hpp>
#include <spikingjet/fault/target.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/readout.hpp>

#include "catch.hpp"
#include "files.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
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

/// Weights of 1, as many as any parameter has.
std::span<const float> ones(std::size_t) {
  static const std::vector<float> values(100, 1.0F);
  return values;
}

/// What `faults` writes.
template <class Injector>
std::string drawn(const sj::SamplingOptions& options, std::optional<std::uint64_t> steps) {
  const sj::FaultSpace space = sj::requested_space<Injector>(options, steps);
  const sj::ChosenFaults chosen = sj::choose_faults(space, options, {.values_of = ones});
  std::ostringstream out;
  sj::write_fault_list(
      out, chosen.faults, Injector::Network::quantities,
      sj::origin_of(space, chosen.plan, options, sj::needs_steps<Injector>(options) ? steps : std::nullopt));
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
  const sj::ChosenFaults chosen = sj::choose_faults(space, transients);
  std::ostringstream out;
  sj::write_fault_list(out, chosen.faults, Program<>::Network::quantities,
                       sj::origin_of(space, chosen.plan, transients, std::nullopt));
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

TEST_CASE("a list of every method is the sample that it was, in any order, with stratum and rank of each fault",
          "[law]") {
  for (const char* method : {"exhaustive", "network-wise", "layer-wise", "data-unaware", "data-aware", "iterative",
                             "count:50", "stratified:200"}) {
    INFO(method);
    sj::SamplingOptions options{.method = method, .targets = {"fc*", "lif1.*"}, .seed = 5};
    if (options.method == "network-wise" || options.method.ends_with("aware")) options.margin = 0.2;
    const sj::FaultSpace space = sj::requested_space<Program<>>(options, {});
    const sj::ChosenFaults chosen = sj::choose_faults(space, options, {.values_of = ones});
    std::string text = drawn<Program<>>(options, {});
    for (int turn = 0; turn < 2; ++turn) {
      const sj::ListVerdict verdict = judged<Program<>>(text, 8);
      REQUIRE(verdict.origin.has_value());
      CHECK(verdict.origin->method == method);
      CHECK(verdict.contradictions.empty());
      REQUIRE(verdict.design.has_value());
      CHECK(verdict.design->strata == chosen.plan.strata);
      CHECK(verdict.design->ways == chosen.ways);
      std::vector<sj::DrawnFault> draws;
      if (chosen.sample) draws.assign(chosen.sample->drawn().begin(), chosen.sample->drawn().end());
      if (turn == 1) std::reverse(draws.begin(), draws.end());
      CHECK(verdict.design->draws == draws);
      // Turned upside down, header and '#' line apart.
      std::vector<std::string> lines;
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at) + 1;
        lines.push_back(text.substr(at, end - at));
        at = end;
      }
      std::reverse(lines.begin() + 2, lines.end());
      text.clear();
      for (const std::string& line : lines) text += line;
    }
  }
}

TEST_CASE("a list says how its sample was drawn") {
  const auto line = [](const sj::SamplingOptions& options) {
    const std::string text = drawn<Program<>>(options, {});
    return text.substr(text.find('#'), text.find('\n', text.find('#')) - text.find('#'));
  };
  CHECK(contains(line({.method = "network-wise", .margin = 0.1, .p = 0.2}), " margin=0.1 p=0.2 targets= "));
  CHECK_FALSE(contains(line({.method = "network-wise"}), " by="));
  CHECK(contains(line({.method = "iterative"}), " margin=0.01 p=0.5 targets= "));
  const std::string layers = line({.method = "layer-wise", .targets = {"fc*.weight"}});
  CHECK(contains(layers, " margin=0.01 targets=fc*.weight "));
  CHECK(contains(layers, " by=layer drawn=fc1:576:556/fc2:384:375 strata=fc1.weight:576/fc2.weight:384 "));
  CHECK(contains(line({.method = "data-aware"}), " margin=0.01 rates=weights targets= "));
  CHECK(contains(line({.method = "stratified:50", .strata = "quantity"}), " by=quantity drawn=fc1.weight:576:"));
  CHECK_FALSE(contains(line({.method = "stratified:50"}), " margin="));
}

TEST_CASE("a list whose '#' line tells of another draw, or of strata of one's own, is no known sample") {
  const sj::SamplingOptions options{.method = "layer-wise", .margin = 0.2};
  const sj::FaultSpace space = sj::requested_space<Program<>>(options, {});
  const sj::ChosenFaults chosen = sj::choose_faults(space, options);
  const auto flaw = [&](const std::function<void(sj::ListOrigin&)>& change) {
    sj::ListOrigin origin = sj::origin_of(space, chosen.plan, options, {});
    change(origin);
    std::ostringstream out;
    sj::write_fault_list(out, chosen.faults, Program<>::Network::quantities, origin);
    const sj::ListVerdict verdict = judged<Program<>>(out.str(), 8);
    CHECK_FALSE(verdict.origin.has_value());
    CHECK_FALSE(verdict.design.has_value());
    REQUIRE(verdict.contradictions.size() == 1);
    return verdict.contradictions[0];
  };
  const std::string alone = "; rates are those of these faults alone";
  const std::string another = "drawing again with the seed of its '#' line does not give these faults" + alone;
  CHECK(flaw([](sj::ListOrigin& origin) { ++origin.seed; }) == another);
  CHECK(flaw([](sj::ListOrigin& origin) { origin.by = "layer and bit"; }) == another);
  CHECK(flaw([](sj::ListOrigin& origin) { origin.strata.clear(); }) == another);
  CHECK(flaw([](sj::ListOrigin& origin) { origin.by = "my own mind"; }) ==
        "its '#' line speaks of strata by 'my own mind', which this program does not know" + alone);
  CHECK(flaw([](sj::ListOrigin& origin) { origin.about.clear(); }) ==
        "its '#' line speaks of strata, and does not say of which fault space" + alone);
}

TEST_CASE("a list of which a rule decided how long it is stands for itself alone") {
  const sj::FaultSpace space = sj::requested_space<Program<>>(permanent, {});
  const sj::ChosenFaults chosen = sj::choose_faults(space, permanent);
  sj::ListOrigin origin = sj::origin_of(space, chosen.plan, permanent, {});
  origin.about.emplace_back("until", "SDC_1 all <= 0.1");
  std::ostringstream out;
  sj::write_fault_list(out, chosen.faults, Program<>::Network::quantities, origin);
  const std::string flaw =
      "its '#' line says that the rule 'SDC_1 all <= 0.1' could end its campaign, so that outcomes decided how many "
      "faults it has";
  const sj::ListVerdict verdict = judged<Program<>>(out.str(), 8);
  CHECK_FALSE(verdict.origin.has_value());
  CHECK(verdict.contradictions == std::vector<std::string>{flaw + "; rates are those of these faults alone"});
  CHECK(judged<Program<>>(out.str(), 8, true).notes[0] ==
        flaw + "; it is taken as a random sample because '--random' says so");
}

TEST_CASE("a simple sample of a program that says no more of it stays one, without ranks") {
  const sj::FaultSpace space = sj::requested_space<Program<>>(permanent, {});
  std::ostringstream out;
  sj::write_fault_list(out, sj::sample(space, 50, 1), Program<>::Network::quantities,
                       sj::ListOrigin{.method = "count:50", .population = sj::population_of(space), .about = {}});
  const sj::ListVerdict verdict = judged<Program<>>(out.str(), 8);
  CHECK(verdict.origin.has_value());
  CHECK_FALSE(verdict.design.has_value());
}
