// SPDX-License-Identifier: MIT
#include <spikingjet/engine/differential/plan.hpp>

#include <spikingjet/fault/alteration.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/synaptic.hpp>
#include <spikingjet/model/parameters.hpp>

#include "catch.hpp"
#include "engine/equal_bits/random_cases.hpp"
#include "reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace sj = spikingjet;

namespace {

using Net = sj::Network<sj::Input<3, 2>, sj::Dense<"fc1", 5>,
                        sj::Leaky<"lif1", sj::Shared<"threshold", sj::Sharing::per_layer>>,
                        sj::Dense<"fc2", 3, sj::NoBias>, sj::Synaptic<"lif2">, sj::SpikeCountReadout>;

std::size_t quantity(const std::string& name) {
  std::size_t q = 0;
  while (Net::quantities[q].name() != name) ++q;
  return q;
}

sj::Fault fault_in(const std::string& name, std::size_t element, const sj::Alteration& alteration,
                   const sj::Window& window = {}) {
  const std::size_t q = quantity(name);
  return {.site = {static_cast<std::uint32_t>(q), Net::quantities[q].storage, element},
          .alteration = alteration,
          .window = window};
}

sj::FaultPlan plan_of(const std::vector<sj::Fault>& faults, const sj::Parameters<Net>& parameters) {
  return {sj::strikes_of(faults, Net::quantities, parameters.values()), sj::strike_groups<Net>};
}

sj::Parameters<Net> some_parameters() {
  sj::Parameters<Net> parameters;
  std::vector<float> weight(30);
  for (std::size_t w = 0; w < weight.size(); ++w) weight[w] = static_cast<float>(w % 7) * 0.25F - 0.5F;
  parameters.assign("fc1.weight", weight);
  weight.resize(15);
  parameters.assign("fc2.weight", weight);
  parameters.assign("fc1.bias", std::vector<float>(5, 0.125F));
  parameters.assign("lif1.beta", std::vector<float>(5, 0.5F));
  parameters.assign("lif1.threshold", std::vector<float>(1, 1.0F));
  parameters.assign("lif2.alpha", std::vector<float>(3, 0.25F));
  parameters.assign("lif2.beta", std::vector<float>(3, 0.75F));
  parameters.assign("lif2.threshold", std::vector<float>(3, 1.0F));
  return parameters;
}

enum class In { equivalent, alone, weight_value, current, within, spike };

/// Where a plan has a fault.
struct Place {
  In in = In::equivalent;
  std::size_t stage = 0;
  std::size_t neuron = 0;
  std::size_t input = 0;   // of a weight; else the constant or state
  bool flag = false;       // a bias; a constant
  std::uint32_t word = 0;  // of the value that the fault gives to a parameter

  bool operator==(const Place&) const = default;
};

/// Every place in which a plan has each fault.
std::multimap<std::uint32_t, Place> places_in(const sj::FaultPlan& plan) {
  std::multimap<std::uint32_t, Place> found;
  for (const std::uint32_t f : plan.equivalent) found.insert({f, {}});
  for (const std::uint32_t f : plan.alone) found.insert({f, {.in = In::alone}});
  for (const sj::NeuronPlan& n : plan.neurons) {
    std::size_t site_faults = 0;
    for (const sj::WeightSite& site : n.sites.of(plan.sites)) {
      std::size_t faults = 0;
      for (const sj::WeightValue& value : site.values.of(plan.weight_values))
        for (const std::uint32_t f : value.faults.of(plan.faults)) {
          found.insert({f, {In::weight_value, n.stage, n.neuron, site.input, false, reference::word_of(value.value)}});
          ++faults;
        }
      CHECK(site.faults == faults);
      site_faults += faults;
    }
    CHECK(n.site_faults == site_faults);
    CHECK(n.faults == site_faults + n.currents.count + n.within.count + n.spikes.count);
    const auto strike_of = [&](std::uint32_t f) { return std::tuple(plan.strikes[f], plan.group_of(plan.strikes[f])); };
    for (const std::uint32_t f : n.currents.of(plan.currents)) {
      const auto [strike, group] = strike_of(f);
      found.insert({f,
                    {In::current, n.stage, n.neuron, group.tap(strike.element), group.is_bias(),
                     reference::word_of(strike.faulty)}});
    }
    for (const std::uint32_t f : n.within.of(plan.within)) {
      const auto [strike, group] = strike_of(f);
      const bool constant = group.kind == sj::StrikeKind::constant;
      found.insert(
          {f,
           {In::within, n.stage, n.neuron, group.number, constant, constant ? reference::word_of(strike.faulty) : 0}});
    }
    for (const std::uint32_t f : n.spikes.of(plan.spikes))
      found.insert({f, {In::spike, n.stage, n.neuron, 0, false, 0}});
  }
  return found;
}

/// Where a plan must have a fault: from the names of quantities.
Place place_of(const sj::Fault& fault, const sj::Parameters<Net>& parameters) {
  const sj::Quantity& q = Net::quantities[fault.site.quantity];
  const std::string name = q.name();
  const std::size_t element = static_cast<std::size_t>(fault.site.element);
  const std::size_t stage = name.substr(0, 3) == "fc2" || name.substr(0, 4) == "lif2" ? 1 : 0;
  if (q.field.str() == "spike") return {In::spike, stage, element, 0, false, 0};
  if (q.field.str() == "potential") return {In::within, stage, element, 0, false, 0};
  if (q.field.str() == "current") return {In::within, stage, element, 1, false, 0};
  const float stored = parameters.tensor(name)[element];
  const float value = reference::faulty_parameter(random_cases::reference_fault(fault, Net::quantities), stored);
  const std::uint32_t word = reference::word_of(value);
  if (word == reference::word_of(stored)) return {};
  if (q.field.str() == "bias") return {In::current, stage, element, 0, true, word};
  if (q.field.str() == "weight") {
    const std::size_t inputs = stage == 0 ? 6 : 5;
    const bool always = fault.window == sj::Window{};
    return {always && reference::finite(value) ? In::weight_value : In::current,
            stage,
            element / inputs,
            element % inputs,
            false,
            word};
  }
  if (name == "lif1.threshold") return {.in = In::alone};
  const std::size_t constant = q.field.str() == "threshold" ? 1 + stage : name == "lif2.beta" ? 1 : 0;
  return {In::within, stage, element, constant, true, word};
}

void require_sorted(const sj::FaultPlan& plan, const sj::Parameters<Net>& parameters) {
  const auto neuron_of = [](const sj::NeuronPlan& n) { return std::tuple(n.stage, n.neuron); };
  for (std::size_t n = 1; n < plan.neurons.size(); ++n)
    REQUIRE(neuron_of(plan.neurons[n - 1]) < neuron_of(plan.neurons[n]));
  for (const sj::NeuronPlan& n : plan.neurons) {
    REQUIRE(n.faults > 0);
    const std::vector<float> weights = parameters.tensor(n.stage == 0 ? "fc1.weight" : "fc2.weight");
    const std::size_t inputs = n.stage == 0 ? 6 : 5;
    std::optional<std::uint32_t> input_before;
    for (const sj::WeightSite& site : n.sites.of(plan.sites)) {
      REQUIRE((!input_before || *input_before < site.input));
      input_before = site.input;
      const float stored = weights[n.neuron * inputs + site.input];
      std::size_t below = 0;
      std::size_t above = 0;
      const sj::WeightValue* before = nullptr;
      for (const sj::WeightValue& value : site.values.of(plan.weight_values)) {
        REQUIRE(value.faults.count > 0);
        if (before) {
          REQUIRE(before->value <= value.value);
          REQUIRE(reference::word_of(before->value) != reference::word_of(value.value));
          if (before->value == value.value) REQUIRE(reference::word_of(value.value) == 0);  // +0 comes behind -0
        }
        before = &value;
        below += value.value < stored;
        above += value.value > stored;
        const auto faults = value.faults.of(plan.faults);
        REQUIRE(std::is_sorted(faults.begin(), faults.end()));
      }
      REQUIRE(site.below == below);
      REQUIRE(site.above == above);
    }
  }
}

void require_tables(const sj::FaultPlan& plan, const sj::Parameters<Net>& parameters) {
  for (const sj::NeuronPlan& n : plan.neurons) {
    const std::size_t inputs = n.stage == 0 ? 6 : 5;
    const auto sites = n.sites.of(plan.sites);
    const auto table = n.site_at.of(plan.site_at);
    const auto reach = n.site_at.of(plan.reach);
    const std::vector<float> weights = parameters.tensor(n.stage == 0 ? "fc1.weight" : "fc2.weight");
    if (table.empty()) {
      REQUIRE(sites.size() < inputs);  // few
      continue;
    }
    REQUIRE(table.size() == inputs);
    for (std::uint32_t input = 0; input < inputs; ++input) {
      const auto site = std::find_if(sites.begin(), sites.end(), [&](const auto& s) { return s.input == input; });
      if (site == sites.end()) {
        REQUIRE(table[input] == sj::FaultPlan::no_site);
        REQUIRE(reach[input].faults == 0);
        continue;
      }
      REQUIRE(table[input] == std::uint32_t(site - sites.begin()));
      REQUIRE(reach[input].faults == site->faults);
      const auto values = site->values.of(plan.weight_values);
      const double stored = double(weights[n.neuron * inputs + input]);
      if (!std::isfinite(stored)) continue;
      const auto reaches = [](float at_least, double distance) {
        return double(at_least) >= distance && !(double(std::nextafter(at_least, -INFINITY)) >= distance);
      };
      REQUIRE(reaches(reach[input].up, double(values.back().value) - stored));
      REQUIRE(reaches(reach[input].down, stored - double(values.front().value)));
    }
  }
}

}  // namespace

TEST_CASE("a plan has each fault in one place, its neurons, sites and values in order", "[law]") {
  std::map<In, std::size_t> count;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    INFO("seed " << seed);
    random_cases::Random random(seed);
    const sj::Parameters<Net> parameters = random_cases::parameters_of<Net>(
        random_cases::random_network(random_cases::shape_of<Net>(), random));
    std::vector<sj::Fault> faults;
    for (std::size_t f = random.below(300); f > 0; --f)
      faults.push_back(faults.empty() || random.chance(0.9) ? random_cases::random_fault(Net::quantities, random)
                                                            : faults[random.below(faults.size())]);
    const sj::FaultPlan plan = plan_of(faults, parameters);
    const auto found = places_in(plan);
    REQUIRE(found.size() == faults.size());
    for (std::uint32_t f = 0; f < faults.size(); ++f) {
      INFO("fault " << f << ": " << random_cases::text_of(faults[f], Net::quantities));
      REQUIRE(found.count(f) == 1);
      const Place expected = place_of(faults[f], parameters);
      REQUIRE((found.find(f)->second == expected));
      ++count[expected.in];
    }
    require_sorted(plan, parameters);
    require_tables(plan, parameters);
  }
  for (const In in : {In::equivalent, In::alone, In::weight_value, In::current, In::within, In::spike})
    CHECK(count[in] > 500);
}

TEST_CASE("no faults make a plan without neurons") {
  const sj::FaultPlan plan = plan_of({}, some_parameters());
  CHECK(plan.neurons.empty());
  CHECK(plan.equivalent.empty());
  CHECK(plan.alone.empty());
}

TEST_CASE("values of a weight are ascending and counted below and above the golden one, which equals both zeros") {
  sj::Parameters<Net> parameters = some_parameters();
  const auto site_of = [&](float stored, const std::vector<float>& values) {
    parameters.write(quantity("fc1.weight"), 8, stored);
    std::vector<sj::Fault> faults;
    for (const float value : values) faults.push_back(fault_in("fc1.weight", 8, sj::Alteration::sets(value)));
    const sj::FaultPlan plan = plan_of(faults, parameters);
    REQUIRE(plan.neurons.size() == 1);
    CHECK(plan.neurons[0].stage == 0);
    CHECK(plan.neurons[0].neuron == 1);
    REQUIRE(plan.sites.size() == 1);
    CHECK(plan.sites[0].input == 2);
    std::vector<std::uint32_t> words;
    for (const sj::WeightValue& value : plan.weight_values) words.push_back(reference::word_of(value.value));
    return std::tuple(plan.sites[0].below, plan.sites[0].above, words);
  };
  constexpr float most = std::numeric_limits<float>::max();
  const auto words = [](const std::vector<float>& values) {
    std::vector<std::uint32_t> all;
    for (const float value : values) all.push_back(reference::word_of(value));
    return all;
  };
  CHECK(site_of(0.5F, {3.0F, -most, 0.25F, most, -1e-45F, 0.75F}) ==
        std::tuple(3u, 3u, words({-most, -1e-45F, 0.25F, 0.75F, 3.0F, most})));
  CHECK(site_of(0.5F, {0.0F, -0.0F, 1e-45F, -1e-45F}) == std::tuple(4u, 0u, words({-1e-45F, -0.0F, 0.0F, 1e-45F})));
  CHECK(site_of(0.0F, {-0.0F, 1.0F, -1.0F}) == std::tuple(1u, 1u, words({-1.0F, -0.0F, 1.0F})));
  CHECK(site_of(-0.0F, {0.0F}) == std::tuple(0u, 0u, words({0.0F})));
}

TEST_CASE("faults that give a weight the same value share it") {
  const sj::Parameters<Net> parameters = some_parameters();  // fc1.weight 0 is -0.5
  const sj::FaultPlan plan = plan_of({fault_in("fc1.weight", 0, sj::Alteration::sets(0.5F)),
                                      fault_in("fc1.weight", 0, sj::Alteration::sets(2.0F)),
                                      fault_in("fc1.weight", 0, sj::Alteration::flips(0x80000000u)),
                                      fault_in("fc1.weight", 0, sj::Alteration::scales(-1.0F)),
                                      fault_in("fc1.weight", 0, sj::Alteration::sets(2.0F))},
                                     parameters);
  REQUIRE(plan.weight_values.size() == 2);
  const auto faults_of = [&](std::size_t v) {
    const auto faults = plan.weight_values[v].faults.of(plan.faults);
    return std::vector<std::uint32_t>(faults.begin(), faults.end());
  };
  CHECK(plan.weight_values[0].value == 0.5F);
  CHECK(faults_of(0) == std::vector<std::uint32_t>{0, 2, 3});
  CHECK(plan.weight_values[1].value == 2.0F);
  CHECK(faults_of(1) == std::vector<std::uint32_t>{1, 4});
  REQUIRE(plan.sites.size() == 1);
  CHECK(plan.sites[0].faults == 5);
}

TEST_CASE("a fault that leaves a stored value is equivalent, in whichever steps, and a state is never known") {
  const sj::Alteration nothing = sj::Alteration::flips(0);
  const sj::FaultPlan plan = plan_of(
      {fault_in("fc1.weight", 0, sj::Alteration::sets(-0.5F)),
       fault_in("fc1.weight", 0, nothing, {.begin = 3, .end = 4}),
       fault_in("lif1.threshold", 0, sj::Alteration::sticks_at_1(0x3f800000u)),
       fault_in("fc1.bias", 4, sj::Alteration::scales(1.0F)), fault_in("lif2.alpha", 2, nothing),
       fault_in("lif1.potential", 0, nothing), fault_in("lif2.spike", 0, nothing)},
      some_parameters());
  CHECK(plan.equivalent == std::vector<std::uint32_t>{0, 1, 2, 3, 4});
  CHECK(plan.within.size() == 1);
  CHECK(plan.spikes == std::vector<std::uint32_t>{6});
}

TEST_CASE("a weight that is not finite, or not always faulty, alters the current of its neuron") {
  constexpr float inf = std::numeric_limits<float>::infinity();
  const sj::Alteration two = sj::Alteration::sets(2.0F);
  const sj::FaultPlan plan =
      plan_of({fault_in("fc2.weight", 7, sj::Alteration::sets(inf)),
               fault_in("fc2.weight", 7, sj::Alteration::sets(reference::float_of(0x7fc12345u))),
               fault_in("fc2.weight", 7, two, {.begin = 1}), fault_in("fc2.weight", 7, two, {.end = 5}),
               fault_in("fc2.weight", 7, two, {.duty = 0x80000000u, .seed = 3}), fault_in("fc2.weight", 7, two)},
              some_parameters());
  REQUIRE(plan.neurons.size() == 1);
  CHECK(plan.neurons[0].stage == 1);
  CHECK(plan.neurons[0].neuron == 1);
  CHECK(plan.currents == std::vector<std::uint32_t>{0, 1, 2, 3, 4});
  CHECK(plan.faults == std::vector<std::uint32_t>{5});
}

TEST_CASE("a constant that several neurons share runs alone, and one of a layer of one neuron is not") {
  CHECK(plan_of({fault_in("lif1.threshold", 0, sj::Alteration::sets(2.0F), {.begin = 1, .end = 2})}, some_parameters())
            .alone == std::vector<std::uint32_t>{0});

  using One = sj::Network<sj::Input<2>, sj::Dense<"fc1", 1>,
                          sj::Leaky<"lif1", sj::Shared<"beta", sj::Sharing::per_layer>>, sj::SpikeCountReadout>;
  const sj::Parameters<One> parameters;
  std::uint32_t beta = 0;
  while (One::quantities[beta].name() != "lif1.beta") ++beta;
  const sj::Fault fault{.site = {beta, sj::Storage::parameter, 0}, .alteration = sj::Alteration::sets(0.5F)};
  const sj::FaultPlan plan(sj::strikes_of(std::vector{fault}, One::quantities, parameters.values()),
                           sj::strike_groups<One>);
  CHECK(plan.alone.empty());
  CHECK(plan.within == std::vector<std::uint32_t>{0});
}

TEST_CASE("a neuron of which many inputs have faults has a table of them, one of which few have has none") {
  using Wide = sj::Network<sj::Input<100>, sj::Dense<"fc1", 2>, sj::Leaky<"lif1">, sj::SpikeCountReadout>;
  sj::Parameters<Wide> parameters;
  std::vector<sj::Fault> faults;
  const auto add = [&](std::size_t neuron, std::size_t input) {
    faults.push_back(
        {.site = {0, sj::Storage::parameter, 100 * neuron + input}, .alteration = sj::Alteration::sets(1.0F)});
  };
  for (std::size_t input = 99; input < 100; --input)
    if (input % 2 == 1) add(1, input);
  for (const std::size_t input : {std::size_t(40), std::size_t(7)}) add(0, input);
  const sj::FaultPlan plan(sj::strikes_of(faults, Wide::quantities, parameters.values()), sj::strike_groups<Wide>);
  REQUIRE(plan.neurons.size() == 2);
  CHECK(plan.neurons[0].site_at.count == 0);
  REQUIRE(plan.neurons[0].sites.count == 2);
  CHECK(plan.neurons[0].sites.of(plan.sites)[0].input == 7);
  CHECK(plan.neurons[0].sites.of(plan.sites)[1].input == 40);
  REQUIRE(plan.neurons[1].site_at.count == 100);
  for (std::uint32_t input = 0; input < 100; ++input)
    CHECK(plan.neurons[1].site_at.of(plan.site_at)[input] == (input % 2 == 1 ? input / 2 : sj::FaultPlan::no_site));
}
