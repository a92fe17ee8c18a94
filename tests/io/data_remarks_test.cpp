// SPDX-License-Identifier: MIT
#include <spikingjet/io/data_remarks.hpp>

#include <spikingjet/io/dataset.hpp>

#include "catch.hpp"
#include "io/fixture.hpp"

#include <string>
#include <vector>

using namespace spikingjet;

namespace {

/// Samples of these numbers of steps with one input a step.
Dataset dataset(const std::vector<std::size_t>& steps, const std::vector<std::uint32_t>& labels = {},
                const std::vector<std::uint32_t>& classes = {}) {
  Dataset data{{2}, {}, labels, classes};
  for (const std::size_t count : steps) {
    Sample sample;
    for (std::size_t step = 0; step < count; ++step) {
      sample.add(1, 1.0F);
      sample.end_step();
    }
    data.samples.push_back(std::move(sample));
  }
  return data;
}

std::string only(RemarkKind kind, const std::vector<Remark>& remarks) {
  REQUIRE(remarks.size() == 1);
  CHECK(remark_name(remarks[0].kind) == remark_name(kind));
  return remarks[0].sentence;
}

}  // namespace

TEST_CASE("data that are as expected leave no remark") {
  CHECK(data_remarks(dataset({4, 4, 4})).empty());
  CHECK(data_remarks(dataset({4, 4, 4}), {.steps = 4}).empty());
  CHECK(data_remarks(dataset({4, 4}, {0, 1}, {0, 1}), {.steps = 4}).empty());
  CHECK(data_remarks(dataset({4, 7})).empty());  // without a number of steps any is right
}

TEST_CASE("another number of steps than the network was trained with is told") {
  const std::string sentence =
      only(RemarkKind::steps, data_remarks(dataset({40, 40, 40}, {0, 1, 2}), {.place = "'f.npz'", .steps = 16}));
  CHECK(contains(sentence, "the samples of 'f.npz' have 40 steps, where the network was trained with 16: predictions"));
  CHECK(contains(only(RemarkKind::steps, data_remarks(dataset({1}), {.steps = 16})), "have 1 steps"));
  CHECK(contains(only(RemarkKind::steps, data_remarks(dataset({4, 5, 16}), {.steps = 16})), "have 4, 5 steps"));
}

TEST_CASE("as many samples as the network has steps, without labels, are steps put first") {
  const std::string sentence =
      only(RemarkKind::swapped_axes, data_remarks(dataset({3, 3, 3, 3}), {.place = "'f.npz'", .steps = 4}));
  CHECK(contains(sentence,
                 "'f.npz' seems to have its steps first: it holds 4 samples of 3 steps, where the network was trained "
                 "with 4 steps"));
  CHECK(contains(sentence, "numpy.swapaxes(x, 0, 1)"));
  only(RemarkKind::steps,
       data_remarks(dataset({3, 3, 3, 3}, {0, 1, 2, 3}), {.steps = 4}));  // labels say that these are samples
  CHECK(data_remarks(dataset({4, 4, 4, 4}), {.steps = 4}).empty());
}

TEST_CASE("samples that leave classes of the data out are told with the cure") {
  CHECK(
      only(RemarkKind::classes_left_out, data_remarks(dataset({4, 4, 4}, {0, 0, 0}, {0, 1, 2}), {.place = "'Test'"})) ==
      "spikingjet: the 3 samples taken from 'Test' are of 1 of its 3 classes (0); '--samples spread:3' takes samples "
      "evenly over the classes; "
      "see docs/checks.md");
  CHECK(contains(only(RemarkKind::classes_left_out, data_remarks(dataset({4, 4}, {4, 7}, {1, 4, 7}))),
                 "2 of its 3 classes (4, 7); '--samples spread:3'"));
  CHECK(only(RemarkKind::classes_left_out, data_remarks(dataset({4}, {1}, {0, 1, 2}), {.place = "'Test'"}))
            .starts_with("spikingjet: the sample taken from 'Test' is of 1 of its 3 classes (1); "));
  CHECK(data_remarks(dataset({4, 4, 4}, {2, 0, 1}, {0, 1, 2})).empty());
  CHECK(data_remarks(dataset({4, 4, 4}, {0, 0, 0})).empty());  // nothing else was there
}

TEST_CASE("a dataset of which a part is read knows the classes of the whole") {
  const TemporaryFolder folder;
  write_zip(folder / "d.npz", {{"x.npy", npy({4, 1, 1, 1, 2}, std::vector<float>(8, 1.0F))},
                               {"y.npy", npy({4}, {2.0F, 0.0F, 2.0F, 1.0F})}});
  const DatasetFormat format{.input = {1, 1, 2}, .limit = 1};
  const Dataset dataset = load_dataset(std::filesystem::path(folder / "d.npz"), format);
  CHECK(dataset.labels == std::vector<std::uint32_t>{2});
  CHECK(dataset.classes == std::vector<std::uint32_t>{0, 1, 2});
  write_zip(folder / "u.npz", {{"x.npy", npy({1, 1, 1, 1, 2}, std::vector<float>(2, 1.0F))}});
  CHECK(load_dataset(std::filesystem::path(folder / "u.npz"), format).classes.empty());
}
