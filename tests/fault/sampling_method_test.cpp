// SPDX-License-Identifier: MIT
#include <spikingjet/fault/sampling_method.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

using Kind = sj::SamplingMethod::Kind;

sj::FaultSpace nmnist_flips() {
  std::vector<sj::Stratum> strata;
  for (std::uint32_t q = 0; q < laws::NMnist::quantities.size(); ++q) {
    strata.push_back({q, {}});
    for (std::int32_t bit = 0; bit < 32; ++bit)
      strata.back().choices.push_back({sj::describe_fault_type<sj::BitFlip>(), bit});
  }
  return {laws::NMnist::quantities, strata};
}

sj::SamplingMethod method(const std::string& text) { return sj::SamplingMethod::named(text).value(); }

sj::SamplingPlan plan(const std::string& text, const sj::Precision& precision = {}) {
  const sj::FaultSpace space = nmnist_flips();
  return sj::plan_of(method(text), sj::stratification_named(method(text).by(), space).value(), precision);
}

}  // namespace

TEST_CASE("a way of sampling is spelled in one way", "[law]") {
  const std::map<std::string, Kind> names{{"exhaustive", Kind::exhaustive},     {"count:7", Kind::count},
                                          {"network-wise", Kind::network_wise}, {"layer-wise", Kind::layer_wise},
                                          {"data-unaware", Kind::data_unaware}, {"data-aware", Kind::data_aware},
                                          {"stratified:7", Kind::stratified},   {"iterative", Kind::iterative}};
  for (const auto& [name, kind] : names) {
    INFO(name);
    CHECK(method(name).kind() == kind);
    CHECK(method(name).str() == name);
    CHECK(method(name).faults() == (name.ends_with(":7") ? 7 : 0));
    CHECK(method(name).takes_precision() == (kind != Kind::exhaustive && !name.ends_with(":7")));
    CHECK(sj::SamplingMethod::allowed.find(name.substr(0, name.find(':'))) != std::string::npos);
    CHECK(sj::stratification_named(method(name).by(), nmnist_flips()).has_value());
  }
  for (const char* wrong :
       {"", ":", "count", "count:", "count:0", "count:-1", "count:1.5", "count:99999999999999999999", "stratified",
        "stratified:x", "layer-wise:3", "iterative:", "Layer-wise", "layer_wise", "exhaustive ", "count:7:7"})
    CHECK_FALSE(sj::SamplingMethod::named(wrong).has_value());
}

TEST_CASE("each way of sampling has its plan") {
  CHECK(plan("exhaustive").faults() == 381'120);
  CHECK(plan("count:2000").faults() == 2000);
  CHECK(plan("network-wise").faults() == 15'944);
  CHECK(plan("layer-wise").faults() == 24'320);
  CHECK(plan("data-unaware").faults() == 228'960);
  CHECK(plan("data-aware").faults() == 228'960);  // nothing is known: the worst case
  CHECK(plan("stratified:2000").strata.size() == 6);
  CHECK(plan("iterative").faults() == 666);
  CHECK(plan("iterative", {.margin = 0.1}).faults() == 167);
  CHECK(plan("iterative").precision->margin == 0.05);
  for (const char* name : {"exhaustive", "count:2000", "network-wise", "layer-wise", "data-unaware", "data-aware",
                           "stratified:2000", "iterative"}) {
    INFO(name);
    CHECK(plan(name).method == name);
    CHECK(plan(name).population() == 381'120);
    CHECK(plan(name).precision.has_value() == method(name).takes_precision());
  }
  CHECK(sj::plan_text(plan("iterative")) == "iterative: 666 of 381120 faults; margin 0.05 at confidence 0.99");
  CHECK_THROWS_AS(plan("count:381121"), sj::SampleTooLarge);
  CHECK_THROWS_AS(plan("stratified:5"), sj::SampleTooSmall);
}

TEST_CASE("a plan learns from rates and a pilot") {
  const sj::FaultSpace space = nmnist_flips();
  const sj::Stratification bits = sj::by_layer_and_bit(space);
  CHECK(sj::plan_of(method("data-aware"), bits, {}, {.rates = {{"fc1 bit 1", 0.001}}}).strata[1].faults == 66);
  const sj::Stratification quantities = sj::by_quantity(space);
  sj::Pilot pilot(quantities);
  for (std::uint64_t i = 0; i < 1000; ++i) pilot.add(space[i], 0);  // of fc1.weight alone
  const auto told = sj::plan_of(method("stratified:3000"), quantities, {}, {.pilot = &pilot});
  CHECK(told.faults() == 3000);
  CHECK(told.strata[0].faults < sj::plan_of(method("stratified:3000"), quantities).strata[0].faults);
  std::vector<std::uint64_t> before(quantities.strata().size(), 1);
  before[1] = 600;
  CHECK(sj::plan_of(method("stratified:3000"), quantities, {}, {.drawn_before = before}).strata[1].faults == 600);
}
