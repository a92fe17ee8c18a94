// SPDX-License-Identifier: MIT
#include <spikingjet/model/sample.hpp>

#include "catch.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace sj = spikingjet;

namespace {

using Inputs = std::vector<std::pair<std::uint32_t, float>>;

sj::Sample sample_of(const std::vector<Inputs>& steps) {
  sj::Sample sample;
  for (const Inputs& step : steps) {
    for (const auto& [index, value] : step) sample.add(index, value);
    sample.end_step();
  }
  return sample;
}

Inputs inputs_of(const sj::Activity& activity) {
  Inputs all;
  for (std::size_t k = 0; k < activity.size(); ++k) all.emplace_back(activity.index[k], activity.value[k]);
  return all;
}

sj::Dataset three_samples(bool labelled) {
  sj::Dataset data{
      .shape = {4}, .samples = {sample_of({{{0, 1}}}), sample_of({{{1, 2}}}), sample_of({{{2, 3}}})}, .labels = {}};
  if (labelled) data.labels = {7, 8, 9};
  return data;
}

}  // namespace

TEST_CASE("a sample gives back the inputs of each step, steps without any included") {
  const std::vector<Inputs> steps{{{0, 1}, {5, 2}}, {}, {{3, -1}}, {}};
  const sj::Sample sample = sample_of(steps);
  CHECK(sample.steps() == 4);
  CHECK(sample.events() == 3);
  for (std::size_t t = 0; t < steps.size(); ++t) CHECK(inputs_of(sample[t]) == steps[t]);
}

TEST_CASE("a new sample has no step and no event") {
  CHECK(sj::Sample().steps() == 0);
  CHECK(sj::Sample().events() == 0);
}

TEST_CASE("zeros of either sign are left out, NaN and subnormals are not") {
  const sj::Sample sample = sample_of({{{0, 0.0F},
                                        {1, -0.0F},
                                        {2, std::numeric_limits<float>::quiet_NaN()},
                                        {3, std::numeric_limits<float>::denorm_min()}}});
  REQUIRE(sample[0].size() == 2);
  CHECK(sample[0].index[0] == 2);
  CHECK(sample[0].index[1] == 3);
}

TEST_CASE("a range beyond the data repeats it cyclically, labels too") {
  const sj::Dataset data = three_samples(true);
  const sj::SampleRange range(data, 7);
  CHECK(range.size() == 7);
  CHECK(range.distinct() == 3);
  for (std::size_t s = 0; s < 7; ++s) {
    CHECK(&range[s] == &data.samples[s % 3]);
    CHECK(range.label(s) == data.labels[s % 3]);
  }
}

TEST_CASE("a range within the data is its beginning") {
  const sj::Dataset data = three_samples(false);
  const sj::SampleRange range(data, 2);
  CHECK(range.size() == 2);
  CHECK(range.distinct() == 2);
  CHECK_FALSE(range.label(0).has_value());
  CHECK(sj::SampleRange(data).size() == 3);
}

TEST_CASE("a digest tells samples apart by step, index, value, label and number") {
  const auto digest = [](const std::vector<sj::Sample>& samples, const std::vector<std::uint32_t>& labels) {
    const sj::Dataset data{.shape = {9}, .samples = samples, .labels = labels};
    return sj::digest_of(sj::SampleRange(data)).value();
  };
  const auto first = digest({sample_of({{{1, 2}}, {{3, 4}}})}, {5});
  CHECK(first == digest({sample_of({{{1, 2}}, {{3, 4}}})}, {5}));
  CHECK(first != digest({sample_of({{{1, 2}, {3, 4}}, {}})}, {5}));
  CHECK(first != digest({sample_of({{{1, 2}}, {}, {{3, 4}}})}, {5}));
  CHECK(first != digest({sample_of({{{1, 2}}, {{4, 4}}})}, {5}));
  CHECK(first != digest({sample_of({{{1, 2}}, {{3, 5}}})}, {5}));
  CHECK(first != digest({sample_of({{{1, 2}}, {{3, 4}}})}, {6}));
  CHECK(first != digest({sample_of({{{1, 2}}, {{3, 4}}})}, {}));
  CHECK(first != digest({sample_of({{{1, 2}}, {{3, 4}}}), sample_of({{}})}, {5, 5}));
}

TEST_CASE("a digest covers the samples of the range, each once") {
  const sj::Dataset data = three_samples(true);
  CHECK(sj::digest_of(sj::SampleRange(data, 3)).value() == sj::digest_of(sj::SampleRange(data, 8)).value());
  CHECK(sj::digest_of(sj::SampleRange(data, 3)).value() != sj::digest_of(sj::SampleRange(data, 2)).value());
}

TEST_CASE("a digest keeps the border between samples") {
  const sj::Dataset one{.shape = {9}, .samples = {sample_of({{{1, 2}}, {}}), sample_of({})}, .labels = {}};
  const sj::Dataset other{.shape = {9}, .samples = {sample_of({{{1, 2}}}), sample_of({{}})}, .labels = {}};
  CHECK(sj::digest_of(sj::SampleRange(one)).value() != sj::digest_of(sj::SampleRange(other)).value());
}
