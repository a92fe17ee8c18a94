// SPDX-License-Identifier: MIT
#include <spikingjet/app/activity_remarks.hpp>

#include <spikingjet/model.hpp>

#include "catch.hpp"
#include "files.hpp"

#include <limits>
#include <vector>

using namespace spikingjet;

namespace {

using Net = Network<Input<2>, Dense<"fc1", 2>, Leaky<"lif1">, Dense<"fc2", 1>, Leaky<"lif2">, SpikeCountReadout>;

/// Neurons that fire wherever their input is 1, and one behind them that fires where either does.
Parameters<Net> parameters() {
  Parameters<Net> values;
  values.assign("fc1.weight", std::vector<float>{1, 0, 0, 1});
  values.assign("lif1.threshold", std::vector<float>{0.5F, 0.5F});
  values.assign("fc2.weight", std::vector<float>{1, 1});
  values.assign("lif2.threshold", std::vector<float>{0.5F});
  return values;
}

Dataset one_sample(const std::vector<std::vector<float>>& steps) {
  Sample sample;
  for (const std::vector<float>& step : steps) {
    for (std::uint32_t i = 0; i < 2; ++i) sample.add(i, step[i]);
    sample.end_step();
  }
  return {{2}, {sample, sample}, {}};
}

std::vector<Remark> remarks(const Parameters<Net>& values, const Dataset& dataset) {
  return activity_remarks<Net>(count_spikes<Net>(values, SampleRange(dataset)), values, dataset.size());
}

const std::vector<std::vector<float>> some{{1, 0}, {0, 0}, {0, 1}};

}  // namespace

TEST_CASE("a golden run with spikes here and there leaves no remark") {
  CHECK(remarks(parameters(), one_sample(some)).empty());
}

TEST_CASE("a hidden layer without a spike is told") {
  Parameters<Net> values = parameters();
  values.assign("lif1.threshold", std::vector<float>{9, 9});
  const std::vector<Remark> found = remarks(values, one_sample(some));
  REQUIRE(found.size() == 1);  // of the output layer the golden outcomes tell
  CHECK(found[0].kind == RemarkKind::silent_layer);
  CHECK(contains(found[0].sentence, "no neuron of 'lif1' spikes in any of 2 samples"));
}

TEST_CASE("a layer that fires in every step is told") {
  Parameters<Net> values = parameters();
  values.assign("fc1.bias", std::vector<float>{9, 9});
  values.assign("fc2.bias", std::vector<float>{9});
  const std::vector<Remark> found = remarks(values, one_sample(some));
  REQUIRE(found.size() == 2);
  CHECK(found[0].kind == RemarkKind::saturated_layer);
  CHECK(contains(found[0].sentence, "all neurons of 'lif1' spike in every step of 2 samples"));
  CHECK(contains(found[1].sentence, "'lif2'"));
}

TEST_CASE("potentials that overflow without a fault are told, those of NaN parameters by the reader") {
  const std::vector<std::vector<float>> twice{{1, 0}, {1, 0}};
  Parameters<Net> values = parameters();
  values.assign("lif1.beta", std::vector<float>{1, 1});
  values.assign("fc1.weight", std::vector<float>{3e38F, 0, 0, 1});  // 3e38 + 3e38 is beyond float32
  const std::vector<Remark> found = remarks(values, one_sample(twice));
  REQUIRE(!found.empty());
  CHECK(found[0].kind == RemarkKind::not_finite);
  CHECK(contains(found[0].sentence, "in 2 of 2 samples potentials become NaN or infinite"));
  values.assign("fc1.weight", std::vector<float>{std::numeric_limits<float>::quiet_NaN(), 0, 0, 1});
  for (const Remark& remark : remarks(values, one_sample(twice))) CHECK(remark.kind != RemarkKind::not_finite);
}

TEST_CASE("spikes are handed on layer by layer, step by step, sample by sample") {
  std::vector<float> all;
  const Dataset dataset = one_sample(some);
  count_spikes<Net>(parameters(), SampleRange(dataset),
                    [&](std::span<const float> spikes) { all.insert(all.end(), spikes.begin(), spikes.end()); });
  const std::vector<float> once{1, 0, 1, 0, 0, 0, 0, 1, 1};
  std::vector<float> twice = once;
  twice.insert(twice.end(), once.begin(), once.end());
  CHECK(all == twice);
  CHECK(neuron_count<Net>() == 3);
}
