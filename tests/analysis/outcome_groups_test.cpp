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

/// The ways of that space; strata are the layers.
std::vector<StoredWay> ways() {
  std::vector<StoredWay> all;
  for (std::uint32_t q = 0; q < quantities().size(); ++q)
    for (const std::int32_t bit : bits)
      for (const char* type : {"bitflip", "stuckat1"})
        all.push_back({q, bit, type, quantities()[q].size() * steps, std::uint32_t(quantities()[q].layer_index)});
  return all;
}

Store a_store(const std::string& path, const std::vector<Fault>& faults, const Manifest& manifest,
              const StoredSpace& more = {}) {
  StoredSpace known = more;
  for (const Quantity& q : quantities()) known.population.push_back(q.size() * bits.size() * 2 * steps);
  Store store = Store::create(path, manifest, quantities(), known);
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
  const bool states_ways = GENERATE(false, true);
  StoredSpace more;
  if (states_ways) more.ways = ways();
  for (StoredWay& way : more.ways) way.stratum.reset();
  const Store store = a_store(folder / "a.sqlite", faults, manifest, more);
  const Store* const stores[] = {&store};
  const std::vector<std::string> names{"a"};
  for (const By first : all_keys)
    for (const By second : all_keys) {
      std::vector<By> keys{first, second};
      if (first == second) keys.pop_back();
      CAPTURE(by_name(first), by_name(second), stride, states_ways);
      const OutcomeGroups groups(stores, names, keys, {});
      const auto expected = by_hand(keys, faults);
      const auto population = by_hand(keys, whole);
      REQUIRE(groups.size() == expected.size());
      std::multiset<std::vector<std::uint64_t>> found;
      std::multiset<std::vector<std::uint64_t>> wanted;
      std::set<std::vector<std::string>> labels;
      for (std::size_t g = 0; g < groups.size(); ++g) {
        const OutcomeSums& sums = groups[g];
        REQUIRE(groups.population(g));
        found.insert({sums.faults, sums.injections, sums.hits[0], sums.hits[7], *groups.population(g)});
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

TEST_CASE("where a store states the ways of its fault space, each group has its part of each stratum", "[law]") {
  const TemporaryFolder folder;
  const std::vector<Fault> whole = space();
  const auto layer_of = [](const Fault& fault) { return std::uint32_t(quantities()[fault.site.quantity].layer_index); };
  std::vector<Fault> faults;
  std::vector<FaultDraw> draws;
  std::vector<FaultRecord> records;
  StoredSpace known{{}, ways(), {{"fc1", 0, 0}, {"lif1", 0, 0}, {"conv", 0, 0}, {"lif2", 0, 0}}};
  for (const Quantity& q : quantities()) known.population.push_back(q.size() * bits.size() * 2 * steps);
  for (const Fault& fault : whole) ++known.strata[layer_of(fault)].population;
  for (std::size_t f = 0; f < whole.size(); f += 11) {
    const std::uint32_t layer = layer_of(whole[f]);
    if (layer == 2) continue;  // of which nothing was drawn
    faults.push_back(whole[f]);
    draws.push_back({layer, known.strata[layer].drawn++});
    records.push_back(record_of(f));
  }
  Store store = Store::create(folder / "a.sqlite", Manifest().inform("sample", "random"), quantities(), known);
  store.append_block({.first = 0, .faults = faults, .records = records, .draws = draws});
  const Store* const stores[] = {&store};
  const std::vector<std::string> names{"a"};
  for (const By first : all_keys)
    for (const By second : all_keys) {
      std::vector<By> keys{first, second};
      if (first == second) keys.pop_back();
      CAPTURE(by_name(first), by_name(second));
      const OutcomeGroups groups(stores, names, keys, {});
      CHECK(groups.sampling(0).draw == Draw::stratified);
      // populations of each (group, stratum), counted one by one
      const bool splits = keys != std::vector{By::fault_type};
      std::map<std::vector<std::string>, std::map<std::uint32_t, std::uint64_t>> expected;
      std::set<std::vector<std::string>> seen;
      const auto name_of = [&](const Fault& fault) {
        std::vector<std::string> name;
        for (const By by : keys) name.push_back(value(by, fault));
        if (splits) name.emplace_back(fault.site.storage == Storage::parameter ? "parameters" : "states");
        return name;
      };
      for (const Fault& fault : whole) ++expected[name_of(fault)][layer_of(fault)];
      for (const Fault& fault : faults) seen.insert(name_of(fault));
      std::multiset<std::vector<std::uint64_t>> found, wanted;
      for (std::size_t g = 0; g < groups.size(); ++g) {
        std::vector<std::uint64_t> cells{groups[g].faults};
        for (const GroupCell& cell : groups.cells(g)) {
          REQUIRE(cell.population);
          cells.push_back(cell.stratum);
          cells.push_back(*cell.population);
        }
        found.insert(cells);
      }
      for (const std::vector<std::string>& name : seen) {
        std::vector<std::uint64_t> cells{0};
        for (const Fault& fault : faults) cells[0] += name_of(fault) == name;
        for (const auto& [stratum, population] : expected[name]) {
          cells.push_back(stratum);
          cells.push_back(population);
        }
        wanted.insert(cells);
      }
      CHECK(found == wanted);
      std::vector<GroupCell> all;
      for (std::uint32_t h = 0; h < 4; ++h) all.push_back({h, known.strata[h].population});
      CHECK(groups.cells_of_all(0) == all);
    }
}

TEST_CASE("draws of a group come by stratum and rank, not in the order of the list") {
  const TemporaryFolder folder;
  Store store = Store::create(
      folder / "a.sqlite", Manifest().inform("sample", "random"), two_quantities(),
      StoredSpace{{12, 0}, {{0, 1, "bitflip", 6, 0}, {0, 2, "bitflip", 6, 1}}, {{"one", 6, 2}, {"two", 6, 2}}});
  std::vector<FaultRecord> records;
  for (std::uint64_t masked : {1u, 2u, 3u, 4u})
    records.push_back({.samples = 4,
                       .unchanged = 0,
                       .masked = masked,
                       .sdc_critical = 4 - masked,
                       .band = {},
                       .due = 0,
                       .correct = 0});
  store.append_block({.first = 0,
                      .faults = std::vector{weight_flip(0, 1), weight_flip(0, 2), weight_flip(1, 1), weight_flip(1, 2)},
                      .records = records,
                      .draws = std::vector<FaultDraw>{{0, 1}, {1, 1}, {0, 0}, {1, 0}}});
  const Store* const stores[] = {&store};
  const std::vector<std::string> names{"a"};
  const OutcomeGroups groups(stores, names, {By::element}, {});
  std::vector<std::uint32_t> found;
  const auto note = [&found](std::uint32_t stratum, const DrawnOutcomes::Counts& counts) {
    found.push_back(10 * stratum + counts.hits[0]);
  };
  groups.for_each_draw_of_all(0, note);
  CHECK(found == std::vector<std::uint32_t>{3, 1, 14, 12});
  found.clear();
  groups.for_each_draw(1, note);  // the second element
  CHECK(found == std::vector<std::uint32_t>{3, 14});
}

TEST_CASE("a store whose strata, fault space and faults contradict each other is refused with a word") {
  const TemporaryFolder folder;
  int number = 0;
  const auto reason = [&](const StoredSpace& known, const std::vector<FaultDraw>& draws) -> std::string {
    Store store = Store::create(folder / (std::to_string(number++) + ".sqlite"), Manifest().inform("sample", "random"),
                                two_quantities(), known);
    store.append_block({.first = 0,
                        .faults = std::vector{weight_flip(0, 1), weight_flip(0, 2)},
                        .records = std::vector(2, record_of(1)),
                        .draws = draws});
    const Store* const stores[] = {&store};
    const std::vector<std::string> names{"a"};
    try {
      OutcomeGroups(stores, names, {By::bit}, {});
    } catch (const DamagedStore& damaged) {
      return damaged.reason;
    }
    return "";
  };
  const std::vector<StoredWay> sound{{0, 1, "bitflip", 6, 0}, {0, 2, "bitflip", 6, 1}};
  const std::vector<StoredStratum> strata{{"one", 6, 1}, {"two", 6, 1}};
  const std::vector<FaultDraw> draws{{0, 0}, {1, 0}};
  CHECK(reason({{12, 0}, sound, strata}, draws) == "");
  CHECK(reason({{11, 0}, sound, strata}, draws) ==
        "its fault space has 12 faults of 'fc1.weight' in 'space' and 11 in 'quantities'");
  CHECK(reason({{12, 0}, sound, {{"one", 6, 1}, {"two", 7, 1}}}, draws) ==
        "the stratum 'two' has 6 faults in 'space' and 7 in 'strata'");
  CHECK(reason({{12, 0}, sound, {{"one", 6, 1}, {"two", 6, 2}}}, draws) ==
        "it has 1 faults of the stratum 'two', of which 2 were drawn");
  CHECK(reason({{12, 0}, sound, strata}, {}) == "fault 0 is of no stratum, though faults were drawn from 2");
  CHECK(reason({{12, 0}, sound, strata}, {{0, 0}, {2, 0}}) == "fault 1 is of stratum 2, and it has 2");
  CHECK(reason({{12, 0}, {{0, 1, "bitflip", 6, 0}, {0, 2, "bitflip", 6, {}}}, strata}, draws) ==
        "its table 'space' contradicts the shape of 'fc1.weight', or names no stratum");
  CHECK(reason({{}, {{0, 1, "bitflip", 5, {}}}, {}}, {}) ==
        "its table 'space' contradicts the shape of 'fc1.weight', or names no stratum");
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
