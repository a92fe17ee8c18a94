// SPDX-License-Identifier: MIT
#include <spikingjet/app/chosen_faults.hpp>
#include <spikingjet/app/list_origin.hpp>
#include <spikingjet/campaign/record_campaign.hpp>
#include <spikingjet/core/digest.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/sample_design.hpp>
#include <spikingjet/store/store.hpp>

#include "campaign/tiny.hpp"
#include "catch.hpp"
#include "files.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

using tiny::Net;

/// Bit flips of every quantity: 4-5-3 neurons.
const sj::FaultSpace& space() {
  static const sj::FaultSpace all = [] {
    std::vector<sj::Stratum> strata;
    for (std::uint32_t q = 0; q < Net::quantities.size(); ++q) {
      strata.push_back({q, {}});
      for (std::int32_t bit = 0; bit < 32; ++bit)
        strata.back().choices.push_back({sj::describe_fault_type<sj::BitFlip>(), bit});
    }
    return sj::FaultSpace(Net::quantities, strata);
  }();
  return all;
}

const sj::Parameters<Net>& parameters() {
  static const sj::Parameters<Net> values = tiny::parameters();
  return values;
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

std::string choice_refused(const sj::SamplingOptions& options, const sj::SamplingSubject& subject = {}) {
  return refusal([&] { sj::choose_faults(space(), options, subject); });
}

std::vector<std::uint64_t> indices_of(const sj::FaultList& faults) {
  std::vector<std::uint64_t> indices;
  for (std::uint64_t f = 0; f < faults.size(); ++f) indices.push_back(space().index_of(faults[f]).value());
  return indices;
}

/// A store of a campaign in which every sample of a fault of bit 30 has another class, and no other.
void write_pilot(
    const std::string& path, const sj::ChosenFaults& chosen,
    const std::function<void(sj::Manifest&)>& change = [](sj::Manifest&) {},
    std::optional<std::uint64_t> finished = std::nullopt,
    const std::vector<std::uint64_t>& population = sj::population_of(space())) {
  sj::Manifest manifest;
  manifest.identify("network", Net::summary());
  manifest.identify("weights", sj::Digest().add(parameters().values()).hex());
  manifest.identify("fault count", std::to_string(chosen.faults.size()));
  sj::inform_of_origin(
      manifest,
      sj::ListOrigin{.method = chosen.plan.method, .population = population, .about = {}, .by = chosen.plan.by});
  change(manifest);
  sj::Store store = sj::Store::create(path, manifest, Net::quantities, population);
  std::vector<sj::Fault> faults;
  std::vector<sj::FaultRecord> records;
  for (std::uint64_t f = 0; f < finished.value_or(chosen.faults.size()); ++f) {
    faults.push_back(chosen.faults[f]);
    sj::FaultRecord record;
    record.samples = 4;
    (faults.back().bit == 30 ? record.sdc_critical : record.masked) = 4;
    records.push_back(record);
  }
  store.append_block(0, faults, records);
}

const sj::SamplingOptions by_pilot{.method = "data-aware", .margin = 0.1};

}  // namespace

TEST_CASE("every method draws the number of faults that it says") {
  const std::uint64_t all = space().size();
  REQUIRE(all == 32 * (20 + 5 + 15 + 3 + 4 * 8));
  const auto count = [](const sj::SamplingOptions& options) {
    std::uint64_t planned = 0;
    const sj::ChosenFaults chosen = sj::choose_faults(space(), options, sj::subject_of(parameters()),
                                                      [&](const sj::SamplingPlan& plan) { planned = plan.faults(); });
    CHECK(planned == chosen.faults.size());
    CHECK(chosen.plan.faults() == planned);
    CHECK(chosen.plan.method == options.method);
    CHECK(chosen.plan.population() == space().size());
    CHECK(chosen.sample.has_value() == (options.method != "exhaustive"));
    std::uint64_t population = 0;
    for (const sj::Way& way : chosen.ways) population += way.population;
    CHECK(population == space().size());
    return chosen.faults.size();
  };
  CHECK(count({.method = "exhaustive"}) == all);
  CHECK(count({.method = "count:1"}) == 1);
  CHECK(count({.method = "count:" + std::to_string(all)}) == all);
  // n = 2400 / (1 + 0.05^2 2399 / (1.96^2 0.25)) = 331.1...
  CHECK(count({.method = "network-wise", .margin = 0.05, .confidence = 0.95}) == 331);
  // Likewise of 800, 320, 320, 576, 192 and 192: 259.7, 174.8, 174.8, 230.7, 128.2, 128.2
  CHECK(count({.method = "layer-wise", .margin = 0.05, .confidence = 0.95}) == 259 + 174 + 174 + 230 + 128 + 128);
  CHECK(count({.method = "stratified:321", .strata = "quantity"}) == 321);
  CHECK(count({.method = "iterative"}) == 522);  // 2400 / (1 + 0.05^2 2399 / (2.58^2 0.25)) = 521.3
  // At 1 % all of the 6 to 25 faults of each bit of a layer.
  CHECK(count({.method = "data-unaware"}) == all);
  CHECK(count({.method = "data-aware"}) < all);
}

TEST_CASE("each draw stands beside its fault, and simple samples are those of 'sample'", "[law]") {
  for (const char* method : {"network-wise", "count:100", "iterative", "layer-wise", "stratified:300"}) {
    INFO(method);
    const sj::ChosenFaults chosen = sj::choose_faults(space(), {.method = method, .seed = 3});
    const std::vector<std::uint64_t> indices = indices_of(chosen.faults);
    REQUIRE(chosen.sample->drawn().size() == indices.size());
    for (std::size_t f = 0; f < indices.size(); ++f) CHECK(chosen.sample->drawn()[f].index == indices[f]);
    if (chosen.plan.by == "nothing") CHECK(indices == indices_of(sj::sample(space(), indices.size(), 3)));
  }
  const sj::ChosenFaults usual = sj::choose_faults(space(), {});
  CHECK(indices_of(usual.faults) == indices_of(sj::sample_network_wise(space(), {}, 1)));
}

TEST_CASE("a draw holds no fault twice, is the same for the same seed and another for another seed") {
  const auto draw = [&](std::uint64_t seed) {
    const auto indices = indices_of(sj::choose_faults(space(), {.method = "count:100", .seed = seed}).faults);
    CHECK(std::set<std::uint64_t>(indices.begin(), indices.end()).size() == 100);
    return indices;
  };
  CHECK(draw(1) == draw(1));
  CHECK(draw(1) != draw(2));
}

TEST_CASE("a sample that cannot be drawn is refused") {
  CHECK(choice_refused({.method = "count:2401"}) ==
        "spikingjet: a sample of 2401 faults was asked for, but the fault space holds 2400; ask for at most as many");
  CHECK(choice_refused({.method = "stratified:2401"}) ==
        "spikingjet: a sample of 2401 faults was asked for, but the fault space holds 2400; ask for at most as many");
  CHECK(choice_refused({.method = "stratified:5"}) ==
        "spikingjet: a sample of 5 faults was asked for, but its 6 strata need 6, one each; ask for as many, or name "
        "fewer targets or bits");
  CHECK_THROWS_AS(sj::choose_faults(space(), {.margin = 0}), sj::BadProportion);
  CHECK_THROWS_AS(sj::choose_faults(space(), {.confidence = 1}), sj::BadProportion);
  for (const double p : {-1.0, 0.0, 1.0, 2.0}) {
    INFO(p);
    CHECK_THROWS_AS(sj::choose_faults(space(), {.p = p}), sj::BadProportion);
    CHECK_THROWS_AS(sj::choose_faults(space(), {.method = "iterative", .p = p == 0 || p == 1 ? -p - 1 : p}),
                    sj::BadProportion);
  }
  CHECK(refusal([] { sj::choose_faults(sj::FaultSpace(Net::quantities, {}), {}); }) ==
        "spikingjet: there is no fault of these types and bits on these targets; name others with '--target', "
        "'--fault' or "
        "'--bits'");
}

TEST_CASE("a margin that no sample reaches is refused where it was asked for") {
  CHECK(choice_refused({.margin = 0.00025})
            .starts_with("spikingjet: a margin of 0.00025 takes all 2400 faults, no sample reaches it; take a margin "
                         "of at least "));
  CHECK(choice_refused({.method = "data-unaware", .margin = 0.01}).find("takes all 2400 faults") != std::string::npos);
  CHECK(sj::choose_faults(space(), {.method = "data-unaware"}).faults.size() == 2400);  // nobody asked
  const sj::FaultSpace few = space().restricted([](const sj::Quantity& q) { return q.name() == "fc2.bias"; },
                                                [](const sj::Choice& choice) { return choice.bit > 29; });
  CHECK(sj::choose_faults(few, {}).faults.size() == 6);
  CHECK_THROWS_AS(sj::choose_faults(few, {.margin = 0.01}), sj::UnreachableMargin);
  // as long as one fault is left out, a rate is known to 1/(2N) at best
  CHECK_THROWS_AS(sj::choose_faults(few, {.method = "iterative", .margin = 0.01}), sj::UnreachableMargin);
  CHECK(sj::choose_faults(few, {.method = "iterative", .margin = 0.1}).faults.size() == 6);
  for (const double margin : {0.0, -0.1, 0.5, 0.6})
    CHECK(sentence_of<sj::BadOption>([&] {
            sj::choose_faults(space(), {.method = "iterative", .margin = margin});
          }).starts_with(fmt::format("spikingjet: '--margin {}': allowed is a number between 0 and 0.5", margin)));
}

TEST_CASE("data-aware samples expect what weights, a table or a pilot say") {
  CHECK(
      choice_refused(by_pilot) ==
      "spikingjet: '--method data-aware' needs to know which rates to expect; add '--weights', '--pilot' or '--rates'");
  const auto p_of = [](const sj::ChosenFaults& chosen, const std::string& stratum) {
    for (const sj::PlannedStratum& planned : chosen.plan.strata)
      if (planned.name == stratum) return planned.p;
    return -1.0;
  };
  const sj::SamplingSubject subject = sj::subject_of(parameters());
  const sj::ChosenFaults weighed = sj::choose_faults(space(), by_pilot, subject);
  const auto expected = sj::rates_from_weights(space(), subject.values_of);
  CHECK(p_of(weighed, "fc1 bit 3") == expected.at("fc1 bit 3"));
  CHECK(p_of(weighed, "lif1 states bit 3") == 0.5);

  const TemporaryFolder folder;
  const auto table = [&](const std::string& rows) {
    std::ofstream(folder / "p.csv") << "layer,bit,p\n" << rows;
    sj::SamplingOptions options = by_pilot;
    options.rates = folder / "p.csv";
    return options;
  };
  const sj::ChosenFaults told = sj::choose_faults(space(), table("fc1,3,0.125\nlif1 states,31,0.25\n"), subject);
  CHECK(p_of(told, "fc1 bit 3") == 0.125);
  CHECK(p_of(told, "fc1 bit 4") == 0.5);
  CHECK(p_of(told, "lif1 states bit 31") == 0.25);
  for (const auto& [row, culprit] : std::vector<std::pair<std::string, std::string>>{
           {"fc9,3,0.1", "layer 'fc9' is none of fc1, lif1, lif1 states, fc2, lif2, lif2 states"},
           {"fc1,32,0.1", "bit '32' is none of 0 to 31 and 'no bit', which stands for value faults"},
           {"fc1,3,0", "p is '0', but must lie between 0 and 1, both excluded"},
           {"fc1,3,1", "p is '1', but must lie between 0 and 1, both excluded"},
           {"fc1,3,nan", "p is 'nan', but must lie between 0 and 1, both excluded"}})
    CHECK(choice_refused(table("fc1,7,0.5\n" + row + "\n")) ==
          "spikingjet: " + folder / "p.csv" + ", line 3: " + culprit);
  CHECK(choice_refused({.method = "data-aware", .rates = folder / "none.csv"}).find("none.csv': No such file") !=
        std::string::npos);

  write_pilot(folder / "pilot.sqlite", sj::choose_faults(space(), {.method = "count:900"}));
  sj::SamplingOptions options = by_pilot;
  options.pilot = folder / "pilot.sqlite";
  const sj::ChosenFaults learned = sj::choose_faults(space(), options, subject);
  CHECK(p_of(learned, "fc1 bit 30") > 0.75);
  CHECK(p_of(learned, "fc1 bit 29") < 0.25);
}

TEST_CASE("a pilot tells stratified samples where faults differ") {
  const TemporaryFolder folder;
  write_pilot(folder / "pilot.sqlite", sj::choose_faults(space(), {.method = "exhaustive"}));
  sj::SamplingOptions options{.method = "stratified:400", .strata = "layer and bit", .pilot = folder / "pilot.sqlite"};
  const sj::SamplingSubject subject{.network =
                                        Net::summary()};  // in a program that has no weights they are not compared
  const sj::ChosenFaults learned = sj::choose_faults(space(), options, subject);
  CHECK(learned.faults.size() == 400);
  CHECK(learned.plan.strata[30].p == 26.0 / 27);  // 25 faults of fc1, all of them critical
  CHECK(learned.plan.strata[29].p == 1.0 / 27);
}

TEST_CASE("a sample shares faults with its pilot by chance alone, also with the same strata and seed", "[law]") {
  const TemporaryFolder folder;
  const sj::ChosenFaults first = sj::choose_faults(space(), {.method = "stratified:600"});
  sj::SamplingOptions options{.method = "stratified:1200", .pilot = folder / "pilot.sqlite"};
  write_pilot(options.pilot, first);
  const sj::SamplingSubject subject{.network = Net::summary()};
  const sj::ChosenFaults chosen = sj::choose_faults(space(), options, subject);
  REQUIRE(chosen.faults.size() == 1200);
  const std::vector<std::uint64_t> pilot = indices_of(first.faults);
  const std::vector<std::uint64_t> indices = indices_of(chosen.faults);
  const std::set<std::uint64_t> drawn(indices.begin(), indices.end());
  double shared = 0;
  for (const std::uint64_t index : pilot) shared += double(drawn.count(index));
  double mean = 0;
  double variance = 0;
  for (std::size_t h = 0; h < chosen.plan.strata.size(); ++h) {
    const auto all = double(chosen.plan.strata[h].population);
    const auto n = double(chosen.plan.strata[h].faults);
    const auto m = double(first.plan.strata[h].faults);
    mean += n * m / all;
    variance += n * m * (all - n) * (all - m) / (all * all * (all - 1));
  }
  CHECK(std::abs(shared - mean) < 5 * std::sqrt(variance));
  REQUIRE(mean + 5 * std::sqrt(variance) < double(pilot.size()));

  // The same pilot and seed give the same faults, wherever the store lies; a larger sample holds a smaller one.
  write_pilot(folder / "moved.sqlite", first);
  CHECK(sj::pilot_key(folder / "moved.sqlite") == chosen.pilot);
  sj::SamplingOptions again = options;
  again.pilot = folder / "moved.sqlite";
  CHECK(indices_of(sj::choose_faults(space(), again, subject).faults) == indices);
  again.method = "stratified:1500";
  const std::vector<std::uint64_t> more = indices_of(sj::choose_faults(space(), again, subject).faults);
  const std::set<std::uint64_t> larger(more.begin(), more.end());
  for (const std::uint64_t index : indices) CHECK(larger.count(index) == 1);
  again.seed = 2;
  again.method = options.method;
  CHECK(indices_of(sj::choose_faults(space(), again, subject).faults) != indices);
  write_pilot(folder / "other.sqlite", sj::choose_faults(space(), {.method = "stratified:601"}));
  CHECK(sj::pilot_key(folder / "other.sqlite") != chosen.pilot);
  CHECK(first.pilot.empty());

  // What is written of it is enough to draw it again.
  sj::ListOrigin origin = sj::origin_of(space(), chosen.plan, options, std::nullopt, chosen.pilot);
  CHECK(origin.pilot() == chosen.pilot);
  CHECK(sj::redrawn(chosen.faults, origin, space()).has_value());
  origin = sj::origin_of(space(), chosen.plan, options, std::nullopt);
  CHECK_FALSE(sj::redrawn(chosen.faults, origin, space()).has_value());
}

TEST_CASE("what is no pilot of the campaign is refused") {
  const TemporaryFolder folder;
  const sj::ChosenFaults simple = sj::choose_faults(space(), {.method = "count:200"});
  const sj::SamplingSubject subject = sj::subject_of(parameters());
  int made = 0;
  const auto refused = [&](const std::function<void(const std::string&)>& write, const std::string& reason,
                           sj::SamplingOptions options = by_pilot) {
    options.pilot = folder / (std::to_string(++made) + ".sqlite");
    write(options.pilot);
    CHECK(choice_refused(options, subject) ==
          "spikingjet: the store '" + options.pilot + "' is no pilot of this campaign: " + reason);
  };
  const auto with = [&](const std::function<void(sj::Manifest&)>& change, const sj::ChosenFaults& chosen) {
    return [&, change](const std::string& path) { write_pilot(path, chosen, change); };
  };
  refused(with([](sj::Manifest& manifest) { manifest.identify("network", "another"); }, simple),
          "its network is 'another', and this one '" + Net::summary() + "'; take a pilot of this network");
  refused(with([](sj::Manifest& manifest) { manifest.identify("weights", "0123"); }, simple),
          "its weights have the digest 0123, and these " + subject.weights +
              "; give the weights of the pilot, or run a pilot with these");
  refused(with([](sj::Manifest& manifest) { manifest.inform("sample", "given"); }, simple),
          "its faults are a list of which nobody said that it was drawn at random; take one that 'run' drew");
  refused([&](const std::string& path) { write_pilot(path, simple, [](sj::Manifest&) {}, std::nullopt, {}); },
          "it does not say of which fault space its faults are, as those of a list that was given; take one that 'run' "
          "drew");
  refused(
      [&](const std::string& path) {
        write_pilot(
            path, simple, [](sj::Manifest&) {}, 70);
      },
      "it is unfinished, and the first 70 of 200 faults of a list are no random sample; take a finished one");
  const sj::ChosenFaults bits = sj::choose_faults(space(), {.method = "stratified:400", .strata = "layer and bit"});
  refused(with([](sj::Manifest&) {}, bits),
          "its faults were drawn by 'layer and bit', so that those of a stratum by 'layer' are no simple sample of it; "
          "take one "
          "with 'count:N'",
          {.method = "stratified:100"});
  sj::SamplingOptions options = by_pilot;
  options.pilot = folder / "none.sqlite";
  CHECK(choice_refused(options, subject).find("there is no store") != std::string::npos);

  // Another space, told by its populations, and by its faults where those are alike.
  options.pilot = folder / "populations.sqlite";
  std::vector<std::uint64_t> fewer = sj::population_of(space());
  --fewer[1];
  write_pilot(
      options.pilot, simple, [](sj::Manifest&) {}, std::nullopt, fewer);
  CHECK(choice_refused(options, subject) ==
        "spikingjet: the pilot is of another fault space: it has 159 faults in 'fc1.bias', this one 160; take a pilot "
        "of this "
        "network with the same targets, bits, fault types, persistence and steps");
  options.pilot = folder / "faults.sqlite";
  write_pilot(options.pilot, simple);
  const sj::FaultSpace low = space().restricted([](const sj::Quantity&) { return true; },
                                                [](const sj::Choice& choice) { return choice.bit < 16; });
  const sj::FaultSpace twice(Net::quantities, [&] {
    std::vector<sj::Stratum> strata(low.strata().begin(), low.strata().end());
    for (sj::Stratum& stratum : strata)
      for (std::int32_t bit = 0; bit < 16; ++bit)
        stratum.choices.push_back({sj::describe_fault_type<sj::StuckAt<0>>(), bit});
    return strata;
  }());
  REQUIRE(sj::population_of(twice) == sj::population_of(space()));
  CHECK(refusal([&] { sj::choose_faults(twice, options, subject); }).find("that is none of the faults here") !=
        std::string::npos);
}

TEST_CASE("a file that is no store is no pilot") {
  const TemporaryFolder folder;
  std::ofstream(folder / "p.csv") << "layer,bit,p\nfc1,30,0.25\n";
  sj::SamplingOptions options = by_pilot;
  options.pilot = folder / "p.csv";
  CHECK(choice_refused(options) == "spikingjet: '--pilot " + options.pilot +
                                       "': allowed is a store that 'run' made; a table of rates goes to '--rates'");
}

TEST_CASE("a pilot on other samples, and one that its rule or somebody ended, is taken and told") {
  const TemporaryFolder folder;
  const sj::ChosenFaults simple = sj::choose_faults(space(), {.method = "count:200"});
  sj::SamplingSubject subject = sj::subject_of(parameters());
  int made = 0;
  const auto remarks = [&](const std::function<void(sj::Manifest&)>& change, std::uint64_t finished = 200) {
    sj::SamplingOptions options = by_pilot;
    options.pilot = folder / (std::to_string(++made) + ".sqlite");
    write_pilot(options.pilot, simple, change, finished);
    CHECK(sj::choose_faults(space(), options, subject).faults.size() > 0);
    std::vector<std::string> told = sj::pilot_remarks(options.pilot, subject);
    for (std::string& sentence : told) {
      const std::string whose = "spikingjet: the pilot '" + options.pilot + "' ";
      REQUIRE(sentence.starts_with(whose));
      sentence.erase(0, whose.size());
    }
    return told;
  };
  const auto on = [](const std::string& data, const std::string& samples) {
    return [=](sj::Manifest& manifest) {
      manifest.identify("data", data).identify("samples", samples).inform("order", "drawn");
    };
  };
  CHECK(remarks(on("abc", "20")).empty());  // these samples are not known
  subject.data = "abc";
  subject.samples = 20;
  CHECK(remarks(on("abc", "20")).empty());
  const std::string rest =
      " than this campaign (20): how many faults are drawn where rests on what those showed; run a pilot on these "
      "where "
      "that matters";
  CHECK(remarks(on("abd", "20")) == std::vector{"ran on other samples (20)" + rest});
  CHECK(remarks(on("abd", "7")) == std::vector{"ran on other samples (7)" + rest});
  CHECK(remarks([](sj::Manifest& manifest) { manifest.inform("order", "drawn"); }) ==
        std::vector{"ran on other samples (nobody knows how many)" + rest});
  const auto until = [&](sj::Manifest& manifest) {
    on("abc", "20")(manifest);
    manifest.inform("until", "SDC_1 all <= 0.1");
  };
  const auto by_rule = [&](sj::Manifest& manifest) {
    until(manifest);
    manifest.inform("ended", "by rule");
  };
  CHECK(remarks(by_rule, 120) ==
        std::vector<std::string>{
            "was ended by its rule 'SDC_1 all <= 0.1' after 120 of 200 faults: outcomes decided how many, which "
            "biases its rates a little; take one with 'count:N' where that matters"});
  const std::vector<std::string> interrupted{
      "was interrupted, and has the first 120 of 200 faults: who ended it may have seen outcomes, which biases its "
      "rates a little; take a finished one where that matters"};
  CHECK(remarks(on("abc", "20"), 120) == interrupted);
  CHECK(remarks(until, 120) == interrupted);
}

TEST_CASE("an unfinished pilot in the order of drawing is a random sample, and one by layers serves finer strata") {
  const TemporaryFolder folder;
  const sj::ChosenFaults simple = sj::choose_faults(space(), {.method = "count:200"});
  sj::SamplingOptions options = by_pilot;
  options.pilot = folder / "drawn.sqlite";
  write_pilot(
      options.pilot, simple, [](sj::Manifest& manifest) { manifest.inform("order", "drawn"); }, 70);
  CHECK(sj::choose_faults(space(), options, sj::subject_of(parameters())).faults.size() > 0);
  options.pilot = folder / "layers.sqlite";
  write_pilot(options.pilot, sj::choose_faults(space(), {.method = "layer-wise", .margin = 0.1}));
  CHECK(sj::choose_faults(space(), options, sj::subject_of(parameters())).faults.size() > 0);
}
