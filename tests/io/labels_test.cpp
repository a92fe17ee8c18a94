// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"
#include "io/shd_bytes.hpp"

#include <spikingjet/io/dataset.hpp>
#include <spikingjet/io/labels.hpp>

#include <string>
#include <vector>

using namespace spikingjet;

namespace {

/// A file with a sample of value 1 for each label.
template <class Exception>
std::string refusal(const std::string& y, std::size_t samples, const DatasetFormat& format) {
  const TemporaryFolder folder;
  write_zip(folder / "a.npz", {{"x.npy", npy({samples, 1, 1}, std::vector<float>(samples, 1.0F))}, {"y.npy", y}});
  return sentence_of<Exception>([&] { load_dataset(folder / "a.npz", format); });
}

std::string labels(const std::vector<float>& values) { return npy({values.size()}, values); }

const std::string event("\0\0\0\0\0\0\0\0\0\x7f", 10);

}  // namespace

TEST_CASE("labels up to the number of classes, none of them 0, seem to count from 1") {
  for (const std::vector<float>& y : {std::vector<float>{1, 2, 3}, {3, 3, 1}, {3, 3, 3}}) {
    const std::string sentence = refusal<LabelsFromOne>(labels(y), 3, {.input = {1}, .classes = 3});
    CHECK(contains(sentence, "the labels of 'y' in '"));
    CHECK(contains(sentence,
                   "go up to 3, and none is 0, where the network has the classes 0 to 2; they seem to count from 1: "
                   "subtract 1 from each"));
  }
  // Also where the samples that are taken would not show it.
  CHECK(
      contains(refusal<LabelsFromOne>(labels({1, 2, 3}), 3, {.input = {1}, .limit = 1, .classes = 3}), "count from 1"));
}

TEST_CASE("a label that is no class of the network is refused by sample and array") {
  CHECK(contains(refusal<LabelBeyond>(labels({0, 2, 3}), 3, {.input = {1}, .classes = 3}),
                 "the label of sample 2, 'y' in '"));
  CHECK(contains(refusal<LabelBeyond>(labels({0, 3, 2}), 3, {.input = {1}, .classes = 3}),
                 ", is 3; the network has 3 classes, allowed are 0 to 2"));
  CHECK(contains(refusal<LabelBeyond>(labels({1, 2, 4}), 3, {.input = {1}, .classes = 3}), "sample 2"));
  CHECK(refusal<Misuse>(labels({0, 2, 1}), 3, {.input = {1}, .classes = 3}).empty());
  CHECK(refusal<Misuse>(labels({0, 2, 1000}), 3, {.input = {1}}).empty());
}

TEST_CASE("labels in a column, and one-hot ones, are refused with the cure") {
  CHECK(contains(refusal<WrongShape>(npy({2, 1}, {0, 1}), 2, {.input = {1}}),
                 "has shape (2, 1), wanted is (sample,); save y.ravel()"));
  CHECK(contains(refusal<WrongShape>(npy({2, 2}, {0, 1, 1, 0}), 2, {.input = {1}}),
                 "has shape (2, 2), wanted is (sample,); where they are one-hot, save y.argmax(1)"));
}

TEST_CASE("recordings of classes that the network does not have are refused by file") {
  const TemporaryFolder folder;
  write_bytes(folder / "0/a.bin", event);
  write_bytes(folder / "3/a.bin", event);
  CHECK(contains(sentence_of<LabelBeyond>([&] { load_dataset(folder.path(), {.input = {2, 34, 34}, .classes = 3}); }),
                 "the label of sample 1, '" + (folder / "3/a.bin") + "', is 3"));
  CHECK(load_dataset(folder.path(), {.input = {2, 34, 34}, .classes = 4}).size() == 2);
  const std::string bytes = ShdBytes{.times = {{0.5F}, {0.5F}}, .units = {{1}, {1}}, .labels = {2, 1}}.bytes();
  write_bytes(folder / "shd_test.h5", bytes);
  CHECK(contains(sentence_of<LabelsFromOne>([&] { load_dataset(folder.path(), {.input = {700}, .classes = 2}); }),
                 "the labels of 'labels' in '"));
  CHECK(load_dataset(folder.path(), {.input = {700}, .classes = 3}).labels == std::vector<std::uint32_t>{2, 1});
}

TEST_CASE("of many labels none of which is 0 it is told") {
  const TemporaryFolder folder;
  const auto told = [&](std::size_t samples) {
    std::vector<float> y;
    for (std::size_t i = 0; i < samples; ++i) y.push_back(static_cast<float>(1 + i % 2));
    write_zip(folder / "a.npz",
              {{"x.npy", npy({samples, 1, 1}, std::vector<float>(samples, 1.0F))}, {"y.npy", labels(y)}});
    std::string sentences;
    load_dataset(folder / "a.npz", {.input = {1}, .classes = 3},
                 [&](const std::string& sentence) { sentences += sentence; });
    return sentences;
  };
  CHECK(contains(told(60), "none of the 60 labels of 'y' in '"));
  CHECK(told(59).empty());
}
