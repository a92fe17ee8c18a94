// SPDX-License-Identifier: MIT
#include <spikingjet/app/activity_table.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/neurons/leaky.hpp>

#include "catch.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

// Two neurons that fire wherever their input is 1, and one that fires where both do.
using Net = sj::Network<sj::Input<2>, sj::Dense<"fc1", 2>, sj::Leaky<"lif1">, sj::Dense<"fc2", 1>, sj::Leaky<"lif2">,
                        sj::SpikeCountReadout>;

sj::Parameters<Net> parameters() {
  sj::Parameters<Net> values;
  values.assign("fc1.weight", std::vector<float>{1, 0, 0, 1});
  values.assign("lif1.threshold", std::vector<float>{0.5F, 0.5F});
  values.assign("fc2.weight", std::vector<float>{1, 1});
  values.assign("lif2.threshold", std::vector<float>{1.5F});
  return values;  // no decay constant: each potential is forgotten at once, less the delayed reset
}

/// One sample with these inputs, two characters a step; a silent step behind each undoes the reset.
sj::Sample sample_of(const std::vector<std::string>& steps) {
  sj::Sample sample;
  for (const std::string& step : steps) {
    for (std::uint32_t i = 0; i < 2; ++i)
      if (step[i] == '1') sample.add(i, 1.0F);
    sample.end_step();
  }
  return sample;
}

}  // namespace

TEST_CASE("a sparkline draws a series from nothing to its largest value") {
  CHECK(sj::sparkline({0, 1, 2, 3, 4, 5, 6, 7}) == "▁▂▃▄▅▆▇█");
  CHECK(sj::sparkline({0, 0, 0}) == "▁▁▁");
  CHECK(sj::sparkline({9}) == "█");
  CHECK(sj::sparkline({}) == "");
}

TEST_CASE("a long sparkline averages neighbouring steps") {
  CHECK(sj::sparkline({0, 0, 2, 2, 4, 4, 8, 8}, 4) == "▁▃▅█");
  std::vector<std::uint64_t> series(1000, 1);
  std::string expected;
  for (int i = 0; i < 50; ++i) expected += "█";
  CHECK(sj::sparkline(series) == expected);
}

TEST_CASE("spikes are counted by layer and step over all samples") {
  sj::Dataset dataset;
  dataset.shape = {2};
  dataset.samples = {sample_of({"11", "00", "10"}), sample_of({"01", "00", "11"})};
  const auto counter = sj::count_spikes<Net>(parameters(), sj::SampleRange(dataset));
  CHECK(counter.of_layer(1) == std::vector<std::uint64_t>{3, 0, 3});
  CHECK(counter.of_layer(3) == std::vector<std::uint64_t>{1, 0, 1});
  CHECK(sj::activity_csv<Net>(counter, 2) ==
        "layer,step,spikes\r\nlif1,0,1.5\r\nlif1,1,0\r\nlif1,2,1.5\r\nlif2,0,0.5\r\nlif2,1,0\r\nlif2,2,0.5\r\n");

  const std::string text = sj::activity_text<Net>(counter, 2);
  CHECK(text.find("lif1              2             3.00      50.00 %  █▁█\n") != std::string::npos);
  CHECK(text.find("lif2              1             1.00      33.33 %  █▁█\n") != std::string::npos);
}

TEST_CASE("samples of different lengths are counted together") {
  sj::Dataset dataset;
  dataset.shape = {2};
  dataset.samples = {sample_of({"11"}), sample_of({"11", "00", "11"})};
  const auto counter = sj::count_spikes<Net>(parameters(), sj::SampleRange(dataset));
  CHECK(counter.of_layer(1) == std::vector<std::uint64_t>{4, 0, 2});
}
