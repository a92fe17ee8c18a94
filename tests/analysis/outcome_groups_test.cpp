// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "store/fixture.hpp"

#include <spikingjet/analysis/outcome_groups.hpp>

#include <spikingjet/core/random.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace spikingjet;

namespace {

Quantity quantity(Name layer, Name field, Role role, Storage storage, Shape shape, std::size_t layer_index) {
  Quantity q;
  q.layer = layer;
  q.field = field;
  q.role = role;
  q.storage = storage;
  q.shape = shape;
  q.layer_index = layer_index;
  return q;
}

/// A dense layer, its neurons, and a convolution.
std::vector<Quantity> quantities() {
  return {quantity("fc1", "weight", Role::weight, Storage::parameter, {3, 4}, 0),
          quantity("fc1", "bias", Role::bias, Storage::parameter, {3}, 0),
          quantity("lif1", "beta", Role::decay, Storage::parameter, {}, 1),
          quantity("lif1", "threshold", Role::threshold, Storage::parameter, {3}, 1),
          quantity("lif1", "potential", Role::potential, Storage::state, {3}, 1),
          quantity("conv", "weight", Role::weight, Storage::parameter, {2, 1, 3, 3}, 2),
          quantity("lif2", "spike", Role::spike, Storage::spike, {2, 2, 2}, 3)};
}

constexpr std::uint32_t steps = 3;
const std::vector<std::int32_t> bits{0, 30, 31};

/// Every fault of a transient space of three bits and two types, in the order of a fault space.
std::vector<Fault> space() {
  std::vector<Fault> faults;
  const std::vector<Quantity> all = quantities();
  for (std::uint32_t q = 0; q < all.size(); ++q)
    for (std::uint64_t e = 0; e < all[q].size(); ++e)
      for (const std::int32_t bit : bits)
        for (const char* type : {"bitflip", "stuckat1"})
          for (std::uint32_t step = 0; step < steps; ++step) {
            Fault fault;
            fault.site = {q, all[q].storage, e};
            fault.bit = bit;
            fault.type = type;
            fault.window.begin = step;
            fault.window.end = step + 1;
            faults.push_back(fault);
          }
  return faults;
}

FaultRecord record_of(std::uint64_t seed) {
  FaultRecord record{.samples = 7, .unchanged = 0, .masked = 0, .sdc_critical = 0, .band = {}, .due = 0, .correct = 0};
  for (std::uint64_t s = 0; s < record.samples; ++s) {
    const std::uint64_t draw = random_bits(seed, s) % 4;
    (draw == 0 ? record.masked : draw == 1 ? record.sdc_critical : draw == 2 ? record.band[2] : record.due) += 1;
  }
  record.correct = record.masked;
  return record;
}

Store a_store(const std::string& path, const std::vector<Fault>& faults, const Manifest& manifest) {
  std::vector<std::uint64_t> population;
  for (const Quantity& q : quantities()) population.push_back(q.size() * bits.size() * 2 * steps);
  Store store = Store::create(path, manifest, quantities(), population);
  std::vector<FaultRecord> records;
  for (std::size_t f = 0; f < faults.size(); ++f) records.push_back(record_of(f));
  store.append_block(0, faults, records);
  return store;
}

/// Every `stride`-th fault, so that small quantities keep few.
std::vector<Fault> some_of(const std::vector<Fault>& faults, std::size_t stride) {
  std::vector<Fault> some;
  for (std::size_t f = 0; f < faults.size(); f += stride) some.push_back(faults[f]);
  return some;
}

/// The name of a key's value, written down anew.
std::string value(By by, const Fault& fault) {
  const Quantity q = quantities()[fault.site.quantity];
  const std::string index = q.shape.index_str(fault.site.element);
  switch (by) {
    case By::target:
      return std::string(role_name(q.role));
    case By::layer:
      return q.layer.str();
    case By::bit:
      return std::to_string(fault.bit);
    case By::fault_type:
      return std::string(fault.type);
    case By::kind:
      return q.field.str();
    case By::step:
      return std::to_string(fault.window.begin);
    case By::element:
      return q.name() + " " + index;
    case By::neuron:
      if (q.name() == "lif1.beta") return "lif1 shared";
      if (q.name() == "lif2.spike") return "lif2 " + index;
      if (q.name() == "fc1.weight") return "fc1 " + std::to_string(fault.site.element / 4);
      if (q.name() == "conv.weight") return "conv " + std::to_string(fault.site.element / 9);
      return q.layer.str() + " " + std::to_string(fault.site.element);
    case By::store:
      break;
  }
  return "";
}

struct Sum {
  std::uint64_t faults = 0;
  std::uint64_t masked = 0;
  std::uint64_t due = 0;
};

constexpr By all_keys[] = {By::target, By::layer, By::bit, By::fault_type, By::neuron, By::element, By::step, By::kind};

/// The sums of each group by hand: values of all keys, and whether it is a state.
std::map<std::vector<std::string>, Sum> by_hand(const std::vector<By>& keys, const std::vector<Fault>& faults) {
  const bool splits = keys != std::vector{By::fault_type};
  std::map<std::vector<std::string>, Sum> groups;
  for (std::size_t f = 0; f < faults.size(); ++f) {
    std::vector<std::string> name;
    for (const By by : keys) name.push_back(value(by, faults[f]));
    if (splits) name.emplace_back(faults[f].site.storage == Storage::parameter ? "parameters" : "states");
    Sum& sum = groups[name];
    const FaultRecord record = record_of(f);
    ++sum.faults;
    sum.masked += record.masked;
    sum.due += record.due;
  }
  return groups;
}

}  // namespace

TEST_CASE("groups by any one or two keys hold the sums that one adds up by hand, and the fault space's populations",
          "[law]") {
  const TemporaryFolder folder;
  const std::vector<Fault> whole = space();
  const std::size_t stride = GENERATE(std::size_t{1}, std::size_t{5});
  const std::vector<Fault> faults = some_of(whole, stride);
  const Manifest manifest = Manifest()
                                .identify("fault count", std::to_string(faults.size()))
                                .inform("sample", stride == 1 ? "exhaustive" : "random");
  const Store store = a_store(folder / "a.sqlite", faults, manifest);
  const Store* const stores[] = {&store};
  const std::vector<std::string> names{"a"};
  for (const By first : all_keys)
    for (const By second : all_keys) {
      std::vector<By> keys{first, second};
      if (first == second) keys.pop_back();
      CAPTURE(by_name(first), by_name(second), stride);
      const OutcomeGroups groups(stores, names, keys, {});
      const auto expected = by_hand(keys, faults);
      const auto population = by_hand(keys, whole);
      REQUIRE(groups.size() == expected.size());
      std::multiset<std::vector<std::uint64_t>> found;
      std::multiset<std::vector<std::uint64_t>> wanted;
      std::set<std::vector<std::string>> labels;
      for (std::size_t g = 0; g < groups.size(); ++g) {
        const OutcomeSums& sums = groups[g];
        const auto hits = [&](std::size_t r) { return std::uint64_t(sums.samples[r].rate() * double(sums.injections) + 0.5); };
        REQUIRE(groups.population(g));
        found.insert({sums.faults, sums.injections, hits(0), hits(7), *groups.population(g)});
        labels.insert(groups.labels(g));
      }
      for (const auto& [name, sum] : expected)
        wanted.insert({sum.faults, 7 * sum.faults, sum.masked, sum.due, population.at(name).faults});
      CHECK(found == wanted);
      CHECK(labels.size() == groups.size());
      CHECK(groups.all(0).faults == faults.size());
      CHECK(*groups.population_of_all(0) == whole.size());
    }
}

TEST_CASE("labels tell each group by what is no key already, and states from parameters") {
  const TemporaryFolder folder;
  const std::vector<Fault> faults = some_of(space(), 1);
  const Store store = a_store(folder / "a.sqlite", faults, {});
  const Store* const stores[] = {&store};
  const std::vector<std::string> names{"a"};
  const auto label = [&](const std::vector<By>& keys, std::size_t g) {
    return OutcomeGroups(stores, names, keys, {}).labels(g);
  };
  using Words = std::vector<std::string>;
  CHECK(label({By::layer}, 2) == Words{"lif1 states"});
  CHECK(label({By::layer, By::bit}, 1) == Words{"fc1", "30"});
  CHECK(label({By::layer, By::kind}, 4) == Words{"lif1", "potential"});
  CHECK(label({By::element}, 5) == Words{"fc1.weight (1, 1)"});
  CHECK(label({By::layer, By::element}, 5) == Words{"fc1", "weight (1, 1)"});
  CHECK(label({By::kind, By::layer, By::element}, 5) == Words{"weight", "fc1", "(1, 1)"});
  CHECK(label({By::element, By::neuron}, 5) == Words{"fc1.weight (1, 1)", "fc1 1"});
  CHECK(label({By::layer, By::neuron}, 2) == Words{"fc1", "2"});
  CHECK(label({By::bit}, 3) == Words{"0 states"});
  CHECK(label({By::step}, 5) == Words{"2 states"});
  CHECK(label({By::bit, By::step}, 9) == Words{"states", "0", "0"});
  CHECK(OutcomeGroups(stores, names, {By::bit, By::step}, {}).headings() == Words{"storage", "bit", "step"});
  CHECK(label({By::fault_type}, 1) == Words{"stuckat1"});
}

TEST_CASE("steps are named by where a fault is there") {
  const TemporaryFolder folder;
  std::vector<Fault> faults(6, weight_flip(0, 1));
  const auto window = [&](std::size_t f, std::uint32_t begin, std::uint32_t end) {
    faults[f].window.begin = begin;
    faults[f].window.end = end;
  };
  window(1, 12, 13);
  window(2, 4, 8);
  window(3, 10, Window::whole_run);
  window(4, 9, 10);
  faults[5].window.duty = 1u << 31;
  Store store = Store::create(folder / "a.sqlite", {}, two_quantities());
  store.append_block(0, faults, std::vector(6, record_of(1)));
  const Store* const stores[] = {&store};
  const std::vector<std::string> names{"a"};
  const OutcomeGroups groups(stores, names, {By::kind, By::step}, {});
  std::vector<std::string> labels;
  for (std::size_t g = 0; g < groups.size(); ++g) labels.push_back(groups.labels(g)[1]);
  CHECK(labels == std::vector<std::string>{"4-7", "9", "10-", "12", "whole run", "whole run flickering"});
}

TEST_CASE("the population of a bit is known where the manifest states the fault space, however few faults were drawn") {
  const TemporaryFolder folder;
  const std::vector<std::uint64_t> populations{6 * 3 * 10, 0};
  const auto population = [&](const std::string& name, const Manifest& manifest, By by) {
    Store store = Store::create(folder / name, manifest, two_quantities(), populations);
    store.append_block(0, std::vector{weight_flip(4, 30)}, std::vector(1, record_of(1)));
    const Store* const stores[] = {&store};
    const std::vector<std::string> names{"a"};
    return OutcomeGroups(stores, names, {by}, {}).population(0);
  };
  Manifest manifest;
  manifest.inform("method", "count:1")
      .inform("policies", "bitflip|stuckat0, any bit, any, permanent")
      .inform("bits", "0,29-30")
      .inform("fault types", "bitflip")
      .inform("persistence", "transient");
  CHECK(population("a", manifest, By::bit) == 60);
  CHECK(population("b", manifest, By::fault_type) == 180);
  CHECK(population("c", Manifest(manifest).inform("persistence", "permanent"), By::bit) == std::nullopt);
  CHECK(population("d", Manifest(manifest).inform("bits", "all"), By::bit) == std::nullopt);  // 32 do not divide 30
  CHECK(population("e", Manifest(manifest).inform("fault types", "all"), By::bit) == std::nullopt);
  CHECK(population("f", Manifest(manifest).inform("policies", "bitflip, bits 0 to 2, any, permanent"), By::bit) ==
        std::nullopt);
  CHECK(population("g", manifest, By::element) == 30);
  CHECK(population("h", Manifest().inform("method", "count:1"), By::bit) == std::nullopt);
}

TEST_CASE("keys are read from a list, each once") {
  CHECK(parse_by("layer,bit") == std::vector{By::layer, By::bit});
  CHECK(parse_by("fault-type") == std::vector{By::fault_type});
  for (const char* wrong : {"", "moon", "layer,", ",bit", "bit,bit", "layer bit", "Layer"}) CHECK(!parse_by(wrong));
}
