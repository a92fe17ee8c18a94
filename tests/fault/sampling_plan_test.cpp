// SPDX-License-Identifier: MIT
#include <spikingjet/fault/sampling_plan.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

sj::FaultSpace space_of(std::span<const sj::Quantity> quantities, const std::vector<sj::FaultTypeInfo>& types) {
  std::vector<sj::Stratum> strata;
  for (std::uint32_t q = 0; q < quantities.size(); ++q) {
    strata.push_back({q, {}});
    for (const sj::FaultTypeInfo& type : types)
      for (std::int32_t bit = 0; bit < 32; ++bit) strata.back().choices.push_back({type, bit});
  }
  return {quantities, strata};
}

sj::FaultSpace nmnist_flips() { return space_of(laws::NMnist::quantities, {sj::describe_fault_type<sj::BitFlip>()}); }

/// ResNet-20 for CIFAR-10 by layers: 16, 32 and 64 channels in three stages of six convolutions, and the classifier.
sj::FaultSpace resnet20_stuck_at() {
  const auto layer = [](sj::Name name, std::size_t values) {
    return sj::Quantity{.layer = name, .field = "weight", .role = sj::Role::weight, .shape = {values}};
  };
  static const std::vector<sj::Quantity> quantities{
      layer("conv1", 432),  layer("s1.1", 2304),  layer("s1.2", 2304),  layer("s1.3", 2304),  layer("s1.4", 2304),
      layer("s1.5", 2304),  layer("s1.6", 2304),  layer("s2.1", 4608),  layer("s2.2", 9216),  layer("s2.3", 9216),
      layer("s2.4", 9216),  layer("s2.5", 9216),  layer("s2.6", 9216),  layer("s3.1", 18432), layer("s3.2", 36864),
      layer("s3.3", 36864), layer("s3.4", 36864), layer("s3.5", 36864), layer("s3.6", 36864), layer("fc", 640 + 10)};
  return space_of(quantities, {sj::describe_fault_type<sj::StuckAt<0>>(), sj::describe_fault_type<sj::StuckAt<1>>()});
}

std::map<std::string, std::uint64_t> sizes_of(const sj::SamplingPlan& plan) {
  std::map<std::string, std::uint64_t> sizes;
  for (const sj::PlannedStratum& stratum : plan.strata) sizes[stratum.name] = stratum.faults;
  return sizes;
}

template <class Refusal, class Plan>
std::string sentence_of(Plan plan) {
  try {
    plan();
  } catch (const Refusal& refused) {
    CHECK(refused.exit_status() == 2);
    return refused.what();
  }
  return {};
}

}  // namespace

TEST_CASE("sample sizes of ResNet-20 are the published ones within 0.1 %") {
  const sj::FaultSpace space = resnet20_stuck_at();
  CHECK(space.size() == 17'174'144);
  const sj::Precision precision{.margin = 0.01, .confidence = 0.99};
  CHECK(double(sj::plan_network_wise(sj::unstratified(space), precision).faults()) == Approx(16'628).epsilon(0.001));
  CHECK(double(sj::plan_layer_wise(sj::by_layer(space), precision).faults()) == Approx(307'650).epsilon(0.001));
  CHECK(double(sj::plan_data_unaware(sj::by_layer_and_bit(space), precision).faults()) ==
        Approx(4'886'256).epsilon(0.001));
}

TEST_CASE("sample sizes of the published N-MNIST network are the formula's in each stratum") {
  const sj::FaultSpace space = nmnist_flips();
  const auto network = sj::plan_network_wise(sj::unstratified(space), {});
  CHECK(sizes_of(network) == std::map<std::string, std::uint64_t>{{"all", 15'944}});
  const auto layers = sj::plan_layer_wise(sj::by_layer(space), {});
  CHECK(
      sizes_of(layers) ==
      std::map<std::string, std::uint64_t>{
          {"fc1", 15'925}, {"lif1", 1188}, {"lif1 states", 1188}, {"fc2", 4787}, {"lif2", 616}, {"lif2 states", 616}});
  CHECK(layers.population() == 381'120);
  CHECK(layers.weight(0) == Approx(11580.0 * 32 / 381'120));
  const auto bits = sj::plan_data_unaware(sj::by_layer_and_bit(space), {});
  CHECK(bits.faults() == 228'960);
  CHECK(sizes_of(bits).at("fc1 bit 7") == 6828);
  CHECK(sizes_of(bits).at("lif2 bit 7") == 20);  // the formula's 19 would leave one out
}

TEST_CASE("data-aware sampling takes the worst case where nothing is said") {
  const auto plan =
      sj::plan_data_aware(sj::by_layer_and_bit(nmnist_flips()), {},
                          {{"fc1 bit 0", 1e-9}, {"fc1 bit 1", 0.001}, {"fc1 bit 29", 0.25}, {"fc1 bit 30", 0.9}});
  const auto sizes = sizes_of(plan);
  CHECK(sizes.at("fc1 bit 0") == 1);
  CHECK(sizes.at("fc1 bit 1") == 66);
  CHECK(sizes.at("fc1 bit 29") == 6007);
  CHECK(sizes.at("fc1 bit 30") == 3948);
  CHECK(sizes.at("fc1 bit 31") == 6828);
  CHECK(plan.strata[30].p == 0.9);
  CHECK(plan.strata[31].p == 0.5);
}

TEST_CASE("a stratum gives at least one fault and leaves at least two out", "[law]") {
  for (const double margin : {1e-6, 0.01, 0.4})
    for (const double p : {1e-300, 0.01, 0.5})
      for (std::uint64_t n = 1; n < 3000; n = n * 3 / 2 + 1) {
        const std::uint64_t faults = sj::stratum_sample_size(n, {.margin = margin}, p);
        CHECK(faults >= 1);
        CHECK((faults == n || faults + 2 <= n));
        CHECK(faults >= sj::sample_size(n, margin, 0.99, p));
      }
  CHECK(sj::stratum_sample_size(1000, {.margin = 0.05, .confidence = 0.95}, 0.5) == sj::sample_size(1000, 0.05, 0.95));
}

TEST_CASE("a stratified sample is shared by size, and small strata are taken whole") {
  const sj::Stratification strata = sj::by_layer(nmnist_flips());
  const auto plan = sj::plan_stratified(strata, 2000);
  CHECK(plan.method == "stratified:2000");
  CHECK(plan.faults() == 2000);
  CHECK(plan.whole_strata() == 0);
  for (std::size_t h = 0; h < plan.strata.size(); ++h)
    CHECK(double(plan.strata[h].faults) == Approx(2000 * plan.weight(h)).margin(1));

  const auto larger = sj::plan_stratified(strata, 8000);  // strata of up to 666 faults are whole
  CHECK(larger.faults() == 8000);
  CHECK(sizes_of(larger).at("lif2") == 640);
  CHECK(sizes_of(larger).at("lif2 states") == 640);
  CHECK(larger.whole_strata() == 2);
  CHECK(sj::plan_stratified(strata, 381'120).whole_strata() == 6);
  CHECK(sizes_of(sj::plan_stratified(strata, 6)).at("lif2") == 1);
}

TEST_CASE("after a pilot a stratified sample follows size times deviation") {
  const sj::FaultSpace space = nmnist_flips();
  const sj::Stratification strata = sj::by_layer(space);
  sj::Pilot pilot(strata);
  // 100 faults in each layer: in fc2 half of them do harm, elsewhere none.
  for (const sj::SubSpace& stratum : strata.strata())
    for (std::uint64_t i = 0; i < 100; ++i) pilot.add(space[stratum[i]], stratum.name() == "fc2" && i % 2 == 0 ? 1 : 0);
  const auto plan = sj::plan_stratified(strata, 3000, &pilot);
  CHECK(plan.faults() == 3000);
  const double quiet = std::sqrt(1.0 / 102 - 1.0 / 102 / 102);  // of 0 and 1 beside 100 zeros
  const double sum = quiet * (381'120 - 6720) + 0.5 * 6720;
  CHECK(double(sizes_of(plan).at("fc2")) == Approx(3000 * 0.5 * 6720 / sum).margin(1));
  CHECK(double(sizes_of(plan).at("fc1")) == Approx(3000 * quiet * 370'560 / sum).margin(1));
  CHECK(sizes_of(plan).at("fc2") > 3 * sizes_of(sj::plan_stratified(strata, 3000)).at("fc2"));

  // A sample that extends the pilot's has all of its faults.
  const auto extended = sj::plan_stratified(strata, 3000, &pilot, pilot.faults());
  CHECK(extended.faults() == 3000);
  for (const sj::PlannedStratum& stratum : extended.strata) CHECK(stratum.faults >= 100);
}

TEST_CASE("a plan says in one sentence what is drawn") {
  const sj::FaultSpace space = nmnist_flips();
  CHECK(sj::plan_text(sj::plan_network_wise(sj::unstratified(space), {})) ==
        "network-wise: 15944 of 381120 faults; margin 0.01 at confidence 0.99");
  CHECK(sj::plan_text(sj::plan_layer_wise(sj::by_layer(space), {})) ==
        "layer-wise: 24320 of 381120 faults, in 6 strata by layer; margin 0.01 in each at confidence 0.99");
  CHECK(sj::plan_text(sj::plan_stratified(sj::by_layer(space), 8000)) ==
        "stratified:8000: 8000 of 381120 faults, in 6 strata by layer, 2 of them whole");
  CHECK(sj::plan_text(sj::plan_data_aware(sj::by_layer_and_bit(space), {.margin = 0.05, .confidence = 0.95}, {}))
            .ends_with("; margin 0.05 in each at confidence 0.95"));  // 1/2 each, whatever the rates are
  const auto expected = [&](const sj::ExpectedRates& rates) {
    return sj::plan_text(sj::plan_data_aware(sj::by_layer_and_bit(space), {.margin = 0.05, .confidence = 0.95}, rates));
  };
  CHECK(expected({{"fc1 bit 30", 0.5}, {"fc1 bit 0", 0.001}})
            .ends_with("; margin 0.05 in each at confidence 0.95 where the expected rates hold"));
  CHECK(sj::plan_text(sj::plan_network_wise(sj::unstratified(space), {.p = 0.01}))
            .ends_with("; margin 0.01 at confidence 0.99 where the expected rates hold"));
  CHECK_FALSE(sj::plan_stratified(sj::by_layer(space), 8000).rests_on_rates());
}

TEST_CASE("what no sample can give is refused in one sentence") {
  const sj::FaultSpace space = nmnist_flips();
  const auto network = [&](double margin) {
    return sentence_of<sj::UnreachableMargin>(
        [&] { sj::require_sample(sj::plan_network_wise(sj::unstratified(space), {.margin = margin})); });
  };
  CHECK(network(1e-7) ==
        "spikingjet: a margin of 1e-07 takes all 381120 faults, no sample reaches it; take a margin of at least "
        "3.42e-06 or the method exhaustive");
  CHECK(network(3.42e-6) == "");
  CHECK(network(0.01) == "");
  CHECK(sentence_of<sj::UnreachableMargin>(
            [&] { sj::require_sample(sj::plan_layer_wise(sj::by_layer(space), {.margin = 1e-6})); }) ==
        "spikingjet: a margin of 1e-06 takes all 381120 faults, no sample reaches it; take a margin of at least "
        "3.52e-06 or the method exhaustive");
  CHECK(sentence_of<sj::UnreachableMargin>(
            [&] { sj::require_sample(sj::plan_layer_wise(sj::by_layer(space), {.margin = 3.52e-6})); }) == "");
  CHECK_NOTHROW(sj::require_sample(sj::plan_stratified(sj::by_layer(space), 381'120)));

  for (const double wrong : {0.0, 1.0, -1.0, 1e300, std::nan("")}) {
    CHECK_THROWS_AS(sj::plan_layer_wise(sj::by_layer(space), {.margin = wrong}), sj::BadProportion);
    CHECK_THROWS_AS(sj::plan_data_unaware(sj::by_layer_and_bit(space), {.confidence = wrong}), sj::BadProportion);
    CHECK_THROWS_AS(sj::plan_network_wise(sj::unstratified(space), {.p = wrong}), sj::BadProportion);
    CHECK_THROWS_AS(sj::plan_data_aware(sj::by_layer_and_bit(space), {}, {{"fc1 bit 3", wrong}}), sj::BadProportion);
  }
  CHECK(sentence_of<sj::BadProportion>([&] {
          (void)sj::plan_data_aware(sj::by_layer_and_bit(space), {}, {{"fc1 bit 3", 1}});
        }) == "spikingjet: 'p' is 1, but must lie between 0 and 1, both excluded");

  CHECK(sentence_of<sj::SampleTooSmall>([&] { (void)sj::plan_stratified(sj::by_layer(space), 5); }) ==
        "spikingjet: a sample of 5 faults was asked for, but its 6 strata need 6, one each; ask for as many, or name "
        "fewer targets or bits");
  CHECK_FALSE(
      sentence_of<sj::SampleTooLarge>([&] { (void)sj::plan_stratified(sj::by_layer(space), 381'121); }).empty());
  CHECK_THROWS_AS(sj::plan_stratified(sj::by_layer({laws::NMnist::quantities, {}}), 1), sj::SampleTooLarge);
}

TEST_CASE("a pilot with other strata is refused") {
  const sj::FaultSpace space = nmnist_flips();
  const sj::Stratification layers = sj::by_layer(space);
  const sj::Stratification quantities = sj::by_quantity(space);
  const sj::Pilot pilot(quantities);
  CHECK(
      sentence_of<sj::ForeignPilot>([&] { (void)sj::plan_stratified(layers, 100, &pilot); })
          .starts_with("spikingjet: the pilot is of another fault space: its strata by quantity are not those by layer "
                       "here; "));
  const sj::Stratification fewer = sj::by_layer(
      space.restricted([](const sj::Quantity&) { return true; }, [](const sj::Choice& c) { return c.bit > 3; }));
  const sj::Pilot other(fewer);
  CHECK_THROWS_AS(sj::plan_stratified(layers, 100, &other), sj::ForeignPilot);
}
