// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/dataset.hpp>
#include <spikingjet/io/labels.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace spikingjet;

namespace {

std::string event_bytes(int x, std::uint32_t time) {
  return big_endian(static_cast<std::uint64_t>(x), 1) + std::string(1, '\0') + big_endian(time, 3);
}

}  // namespace

TEST_CASE("samples are spread over classes, in the order of label, then place") {
  const std::vector<std::uint32_t> labels{7, 7, 2, 7, 2, 5, 2};
  CHECK(spread_over_classes(labels, 0).empty());
  CHECK(spread_over_classes(labels, 1) == std::vector<std::size_t>{2});
  CHECK(spread_over_classes(labels, 3) == std::vector<std::size_t>{2, 5, 0});
  CHECK(spread_over_classes(labels, 4) == std::vector<std::size_t>{2, 4, 5, 0});
  CHECK(spread_over_classes(labels, 6) == std::vector<std::size_t>{2, 4, 6, 5, 0, 1});
  CHECK(spread_over_classes(labels, 7) == std::vector<std::size_t>{2, 4, 6, 5, 0, 1, 3});
  CHECK(spread_over_classes(labels, 100) == spread_over_classes(labels, 7));
  CHECK(spread_over_classes({}, 5).empty());
}

TEST_CASE("a spread is even, takes the first of each class, and grows by what is added", "[law]") {
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    std::vector<std::uint32_t> labels(random() % 60);
    for (std::uint32_t& label : labels)
      label = static_cast<std::uint32_t>(random() % 3 == 0 ? random() % 8 : random() % 3);
    std::map<std::uint32_t, std::size_t> all;
    for (const std::uint32_t label : labels) ++all[label];
    std::vector<std::size_t> before;
    for (std::size_t count = 0; count <= labels.size() + 2; ++count) {
      const std::vector<std::size_t> chosen = spread_over_classes(labels, count);
      CHECK(chosen.size() == std::min(count, labels.size()));
      CHECK(std::is_sorted(chosen.begin(), chosen.end(), [&](std::size_t a, std::size_t b) {
        return std::pair(labels[a], a) < std::pair(labels[b], b);
      }));
      std::map<std::uint32_t, std::size_t> taken;
      for (const std::size_t sample : chosen) {
        ++taken[labels[sample]];
        // The first of its class: every earlier one of its class is there, too.
        for (std::size_t earlier = 0; earlier < sample; ++earlier)
          if (labels[earlier] == labels[sample])
            CHECK(std::find(chosen.begin(), chosen.end(), earlier) != chosen.end());
      }
      for (const auto& [a, of_a] : all)
        for (const auto& [b, of_b] : all)
          if (taken[a] + 1 < taken[b]) CHECK(taken[a] == of_a);
      std::vector<std::size_t> sorted = chosen;
      std::sort(sorted.begin(), sorted.end());
      CHECK(std::includes(sorted.begin(), sorted.end(), before.begin(), before.end()));
      before = sorted;
    }
  }
}

TEST_CASE("arrays are spread by their labels, the labels first") {
  const TemporaryFolder folder;
  // Sample s has the value s + 1.
  write_zip(folder / "a.npz", {{"x.npy", npy({5, 1, 1}, {1.0F, 2.0F, 3.0F, 4.0F, 5.0F})},
                               {"y.npy", npy({5}, {1.0F, 1.0F, 0.0F, 2.0F, 0.0F})}});
  const Dataset dataset = load_dataset(folder / "a.npz", {.input = {1}, .limit = 4, .spread = true});
  CHECK(dataset.labels == std::vector<std::uint32_t>{0, 0, 1, 2});
  std::vector<float> values;
  for (const Sample& sample : dataset.samples) values.push_back(sample[0].value[0]);
  CHECK(values == std::vector<float>{3.0F, 5.0F, 1.0F, 4.0F});
  CHECK(load_dataset(folder / "a.npz", {.input = {1}, .limit = 3}).labels == std::vector<std::uint32_t>{1, 1, 0});

  write_zip(folder / "b.npz", {{"x.npy", npy({5, 1, 1}, {1.0F, 2.0F, 3.0F, 4.0F, 5.0F})}});
  CHECK(contains(
      sentence_of<LabelsMissing>([&] { load_dataset(folder / "b.npz", {.input = {1}, .limit = 4, .spread = true}); }),
      "has no labels, which spreading samples over classes needs"));
}

TEST_CASE("of a folder the recordings of a spread alone are read") {
  const TemporaryFolder folder;
  for (int label = 0; label < 3; ++label) {
    const std::string name = folder / std::to_string(label);
    write_bytes(name + "/a.bin", event_bytes(label, 0) + event_bytes(label, 100));
    write_bytes(name + "/b.bin", "not five bytes");  // would be refused
  }
  const Dataset dataset = load_dataset(folder.path(), {.input = {2, 34, 34}, .limit = 3, .spread = true, .steps = 1});
  CHECK(dataset.labels == std::vector<std::uint32_t>{0, 1, 2});
  for (std::uint32_t i = 0; i < 3; ++i) CHECK(dataset.samples[i][0].index[0] == i);
  CHECK_THROWS_AS(load_dataset(folder.path(), {.input = {2, 34, 34}, .limit = 4, .spread = true, .steps = 1}),
                  FileTruncated);
  CHECK_THROWS_AS(load_dataset(folder.path(), {.input = {2, 34, 34}, .limit = 3, .steps = 1}), FileTruncated);
}
