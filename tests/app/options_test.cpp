// SPDX-License-Identifier: MIT
#include <spikingjet/app/options.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/stuck_at.hpp>
#include <spikingjet/fault/value_fault.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/synaptic.hpp>

#include "catch.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

// 12 + 4 weights and biases, 3 x 4 constants, 3 x 4 states and spikes; 8 + 2, 2 x 2, 2 x 2.
using Net = sj::Network<sj::Input<3>, sj::Dense<"fc1", 4>, sj::Synaptic<"syn1">, sj::Dense<"fc2", 2>, sj::Leaky<"lif2">,
                        sj::SpikeCountReadout>;
using Compiled =
    sj::Injector<Net, sj::Policies<sj::BitFlip, sj::StuckAt<0>, sj::StuckAt<1>, sj::Dead>, sj::AnyBit, sj::target::Any>;
constexpr std::uint64_t default_sites = 16 + 12 + 8 + 10 + 4 + 4;  // without the 4 currents

sj::FaultSpace space_of(const sj::SamplingOptions& options, std::optional<std::uint64_t> steps = std::nullopt) {
  return sj::choose_space(Compiled::fault_space(), options, steps);
}

std::set<std::string> quantities_of(const sj::FaultSpace& space) {
  std::set<std::string> names;
  for (const sj::Stratum& stratum : space.strata()) names.insert(space.quantities()[stratum.quantity].name());
  return names;
}

template <class Call>
std::string refusal(const Call& call) {
  try {
    call();
  } catch (const sj::Misuse& exception) {
    CHECK(exception.exit_status() == 2);
    CHECK(std::string(exception.what()).find('\n') == std::string::npos);
    return exception.what();
  }
  return "nothing thrown";
}

}  // namespace

TEST_CASE("bits are named, or listed alone and in ranges") {
  CHECK(sj::parse_bits("all") == 0xffffffffu);
  CHECK(sj::parse_bits("sign") == 0x80000000u);
  CHECK(sj::parse_bits("exponent") == 0x7f800000u);
  CHECK(sj::parse_bits("mantissa") == 0x007fffffu);
  CHECK(sj::parse_bits("0") == 1u);
  CHECK(sj::parse_bits("31") == 0x80000000u);
  CHECK(sj::parse_bits("0,5,23-30") == (1u | 32u | 0x7f800000u));
  CHECK(sj::parse_bits("0-31") == 0xffffffffu);
  CHECK(sj::parse_bits("7-7,7,6-8") == 0x1c0u);
}

TEST_CASE("anything else than bits is refused with what is allowed") {
  for (const char* text : {"", "32", "-1", "5-3", "0,,1", "1,", ",1", "1-", "-", "0x3", "1 2", "1.5", "signs", "0-32",
                           "99999999999999999999", "1-2-3", "All"}) {
    INFO("'" << text << "'");
    CHECK(refusal([&] { sj::parse_bits(text); }) ==
          "spikingjet: '--bits " + std::string(text) +
              "': allowed is all, sign, exponent, mantissa, or bits from 0 to 31 such as 0,5,23-30");
  }
}

TEST_CASE("without options the space is every bit flip of the default targets") {
  const sj::FaultSpace space = space_of({});
  CHECK(space.size() == default_sites * 32);
  CHECK(quantities_of(space) == std::set<std::string>{"fc1.weight", "fc1.bias", "syn1.alpha", "syn1.beta",
                                                      "syn1.threshold", "syn1.potential", "syn1.spike", "fc2.weight",
                                                      "fc2.bias", "lif2.beta", "lif2.threshold", "lif2.potential",
                                                      "lif2.spike"});
}

TEST_CASE("targets are shell globs on the names of quantities, and only they reach the current") {
  CHECK(quantities_of(space_of({.targets = {"syn1.current"}})) == std::set<std::string>{"syn1.current"});
  CHECK(quantities_of(space_of({.targets = {"*.weight"}})) == std::set<std::string>{"fc1.weight", "fc2.weight"});
  CHECK(quantities_of(space_of({.targets = {"fc?.b*", "lif2.[pt]*"}})) ==
        std::set<std::string>{"fc1.bias", "fc2.bias", "lif2.potential", "lif2.threshold"});
  CHECK(quantities_of(space_of({.targets = {"*"}})).size() == 14);
  CHECK(space_of({.targets = {"*.weight", "fc1.*"}}).size() == (12 + 4 + 8) * 32);
}

TEST_CASE("bits and fault types restrict the space, where value faults have no bit and come once") {
  CHECK(space_of({.bits = "sign"}).size() == default_sites);
  CHECK(space_of({.bits = "3,4,5", .fault_types = "bitflip,stuckat1"}).size() == default_sites * 6);
  CHECK(space_of({.fault_types = "dead"}).size() == default_sites);
  CHECK(space_of({.targets = {"fc1.bias"}, .bits = "exponent", .fault_types = "stuckat0,dead"}).size() == 4 * 9);
  const sj::FaultSpace one = space_of({.targets = {"fc1.bias"}, .bits = "31", .fault_types = "stuckat1"});
  REQUIRE(one.size() == 4);
  for (std::uint64_t f = 0; f < 4; ++f) {
    CHECK(one[f].site.element == f);
    CHECK(one[f].bit == 31);
    CHECK(one[f].type == "stuckat1");
    CHECK(one[f].window == sj::Window{});
  }
}

TEST_CASE("transient faults strike one step each, each step of the run") {
  const sj::FaultSpace space = space_of({.targets = {"lif2.spike"}, .bits = "sign", .persistence = "transient"}, 7);
  REQUIRE(space.size() == 2 * 7);
  std::set<std::pair<std::uint64_t, std::uint32_t>> seen;
  for (std::uint64_t f = 0; f < space.size(); ++f) {
    const sj::Fault fault = space[f];
    CHECK(fault.window.end == fault.window.begin + 1);
    CHECK(fault.window.begin < 7);
    seen.emplace(fault.site.element, fault.window.begin);
  }
  CHECK(seen.size() == 14);
}

TEST_CASE("an unknown fault type, target or persistence is refused with what is allowed") {
  CHECK(refusal([] { space_of({.fault_types = "bitflips"}); }) ==
        "spikingjet: '--fault bitflips': allowed is bitflip, stuckat0, stuckat1, dead, separated by commas");
  for (const char* types : {"", "bitflip,", "bitflip,,dead", "bitflip dead", "flip:0x3"})
    CHECK(refusal([&] { space_of({.fault_types = types}); }).find("'--fault ") != std::string::npos);
  CHECK(refusal([] {
          space_of({.targets = {"fc1.*", "fc3.*"}});
        }) ==
        "spikingjet: '--target fc3.*': allowed is a shell glob that matches one of fc1.weight, fc1.bias, syn1.alpha, "
        "syn1.beta, syn1.threshold, syn1.potential, syn1.current, syn1.spike, fc2.weight, fc2.bias, lif2.beta, "
        "lif2.threshold, lif2.potential, lif2.spike");
  CHECK(refusal([] { space_of({.persistence = "forever"}); }) ==
        "spikingjet: '--persistence forever': allowed is permanent or transient");
  CHECK(refusal([] { space_of({.persistence = "transient"}); }) ==
        "spikingjet: '--persistence transient' needs to know how many steps a run has; add '--steps N' or '--data'");
}

TEST_CASE("a precision is the usual one where a command line says nothing else") {
  CHECK(sj::SamplingOptions{}.precision().margin == 0.01);
  CHECK(sj::SamplingOptions{}.precision().confidence == 0.99);
  CHECK(sj::SamplingOptions{}.precision().p == 0.5);
  const sj::Precision other = sj::SamplingOptions{.margin = 0.1, .confidence = 0.9, .p = 0.2}.precision();
  CHECK(other.margin == 0.1);
  CHECK(other.confidence == 0.9);
  CHECK(other.p == 0.2);
}

TEST_CASE("options that do nothing beside others are refused") {
  const auto refused = [](const sj::SamplingOptions& options, const std::string& sentence) {
    CHECK(refusal([&] { sj::choose_method(options); }) == "spikingjet: '" + sentence + "; leave it out");
  };
  const std::string counts =
      "does nothing here, as 'exhaustive', 'count:N' and 'stratified:N' say by themselves how many faults "
      "there are, and '--method' is '";
  refused({.method = "count:3", .margin = 0.01}, "--margin' " + counts + "count:3'");  // also the usual one
  refused({.method = "exhaustive", .margin = 0.1}, "--margin' " + counts + "exhaustive'");
  refused({.method = "stratified:9", .margin = 0.1}, "--margin' " + counts + "stratified:9'");
  for (const std::string method : {"exhaustive", "count:3", "stratified:9", "layer-wise", "data-unaware", "data-aware"})
    refused({.method = method, .p = 0.1},
            "--p' does nothing here, as only 'network-wise' and 'iterative' samples come from it, and '--method' is '" +
                method + "'");
  for (const std::string method : {"exhaustive", "count:3", "network-wise", "layer-wise", "data-aware", "iterative"})
    refused(
        {.method = method, .strata = "layer"},
        "--strata' does nothing here, as only 'stratified:N' is told its strata, and '--method' is '" + method + "'");
  for (const std::string method :
       {"exhaustive", "count:3", "network-wise", "data-unaware", "stratified:9", "iterative"})
    refused(
        {.method = method, .rates = "p.csv"},
        "--rates' does nothing here, as only 'data-aware' samples come from them, and '--method' is '" + method + "'");
  for (const std::string method : {"exhaustive", "count:3", "network-wise", "layer-wise", "data-unaware", "iterative"})
    refused({.method = method, .pilot = "p.sqlite"},
            "--pilot' does nothing here, as only 'data-aware' and 'stratified:N' learn from one, and '--method' is '" +
                method + "'");
  refused({.method = "data-aware", .rates = "p.csv", .pilot = "p.sqlite"},
          "--rates' does nothing here, as '--pilot' says which rates to expect");

  for (const char* method : {"network-wise", "layer-wise", "data-unaware", "data-aware", "iterative"})
    CHECK(sj::choose_method({.method = method, .margin = 0.1}).str() == method);
  CHECK(sj::choose_method({.method = "iterative", .p = 0.1}).str() == "iterative");
  CHECK(sj::choose_method({.method = "stratified:9", .strata = "layer", .pilot = "p.sqlite"}).faults() == 9);
  CHECK(sj::choose_method({.method = "data-aware", .pilot = "p.sqlite"}).str() == "data-aware");

  CHECK(refusal([] { space_of({.bits = "5", .fault_types = "dead"}); }) ==
        "spikingjet: '--bits 5' does nothing here, as faults of type 'dead' strike no single bit; leave it out");
  CHECK(space_of({.bits = "5", .fault_types = "dead,bitflip"}).size() > 0);
}

TEST_CASE("an unknown method and unknown strata are refused with those there are") {
  for (const char* method : {"", "all", "count", "count:", "count:0", "count:-1", "count:3x", "count:1.5", "stratified",
                             "stratified:0", "layerwise", "layer-wise:3"})
    CHECK(refusal([&] { sj::choose_method({.method = method}); }) ==
          "spikingjet: '--method " + std::string(method) +
              "': allowed is exhaustive, network-wise, layer-wise, data-unaware, data-aware, iterative, count:N or "
              "stratified:N with N at least 1");
  const sj::FaultSpace space = space_of({});
  const auto strata = [&](const char* by) {
    const sj::SamplingOptions options{.method = "stratified:100", .strata = by};
    return sj::choose_strata(space, sj::choose_method(options), options);
  };
  CHECK(strata("").by() == "layer");
  for (const char* by : {"layer", "quantity", "layer and bit"}) CHECK(strata(by).by() == by);
  for (const char* by : {"nothing", "bit", "Layer", "layer, bit"})
    CHECK(refusal([&] { strata(by); }) ==
          "spikingjet: '--strata " + std::string(by) + "': allowed is layer, quantity or 'layer and bit'");
  CHECK(sj::choose_strata(space, sj::choose_method({.method = "data-unaware"}), {}).by() == "layer and bit");
}
