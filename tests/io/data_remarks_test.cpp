// SPDX-License-Identifier: MIT
#include <spikingjet/io/data_remarks.hpp>

#include "catch.hpp"
#include "files.hpp"

#include <string>
#include <vector>

using namespace spikingjet;

namespace {

/// Samples of these numbers of steps with one input a step.
Dataset dataset(const std::vector<std::size_t>& steps, const std::vector<std::uint32_t>& labels = {}) {
  Dataset data{{2}, {}, labels};
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

Sample silent(std::size_t steps) {
  Sample sample;
  for (std::size_t step = 0; step < steps; ++step) sample.end_step();
  return sample;
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
  CHECK(data_remarks(dataset({4, 4}, {0, 1}), {.steps = 4, .all_labels = std::vector<std::uint32_t>{0, 1, 1}, .samples = 2}).empty());
  CHECK(data_remarks(dataset({4, 7})).empty());  // without a number of steps any is right
}

TEST_CASE("samples without input are told with their numbers") {
  Dataset data = dataset({4, 4, 4, 4});
  data.samples[1] = silent(4);
  data.samples[3] = silent(4);
  CHECK(only(RemarkKind::silent_sample, data_remarks(data, {.place = "'f.npz'"})) ==
        "spikingjet: 2 of 4 samples of 'f.npz' hold no input at all, in no step: sample 1, 3; check that a recording is not shorter than its bins "
        "and that the samples are the ones meant; see docs/checks.md");
  CHECK(contains(only(RemarkKind::silent_sample, data_remarks(data, {.denoise_time = 100})), "whether '--denoise 100' leaves an event"));
  Dataset all = dataset({});
  for (int s = 0; s < 9; ++s) all.samples.push_back(silent(2));
  CHECK(contains(only(RemarkKind::silent_sample, data_remarks(all)), "9 of 9 samples"));
  CHECK(contains(only(RemarkKind::silent_sample, data_remarks(all)), "sample 0, 1, 2, 3, 4, 5 and 3 more;"));
}

TEST_CASE("another number of steps than the network was trained with is told") {
  const std::string sentence = only(RemarkKind::steps, data_remarks(dataset({40, 40, 40}, {0, 1, 2}), {.place = "'f.npz'", .steps = 16}));
  CHECK(contains(sentence, "the samples of 'f.npz' have 40 steps, where the network was trained with 16: predictions"));
  CHECK(contains(only(RemarkKind::steps, data_remarks(dataset({1}), {.steps = 16})), "have 1 steps"));
  CHECK(contains(only(RemarkKind::steps, data_remarks(dataset({4, 5, 16}), {.steps = 16})), "have 4, 5 steps"));
}

TEST_CASE("as many samples as the network has steps, without labels, are steps put first") {
  const std::string sentence = only(RemarkKind::swapped_axes, data_remarks(dataset({3, 3, 3, 3}), {.place = "'f.npz'", .steps = 4}));
  CHECK(contains(sentence, "'f.npz' seems to have its steps first: it holds 4 samples of 3 steps, where the network was trained with 4 steps"));
  CHECK(contains(sentence, "numpy.swapaxes(x, 0, 1)"));
  only(RemarkKind::steps, data_remarks(dataset({3, 3, 3, 3}, {0, 1, 2, 3}), {.steps = 4}));  // labels say that these are samples
  CHECK(data_remarks(dataset({4, 4, 4, 4}), {.steps = 4}).empty());
}

TEST_CASE("samples that leave classes of the data out are told with the cure") {
  const std::vector<std::uint32_t> all{0, 0, 0, 1, 1, 1, 2, 2, 2};
  const std::string sentence =
      only(RemarkKind::classes_left_out, data_remarks(dataset({4, 4, 4}, {0, 0, 0}), {.place = "'Test'", .all_labels = all, .samples = 3}));
  CHECK(contains(sentence, "the first 3 samples of 'Test' hold 1 of its 3 classes: 0; '--samples spread:3' takes them evenly over the classes"));
  CHECK(data_remarks(dataset({4, 4, 4}, {0, 1, 2}), {.all_labels = all, .samples = 3}).empty());
  CHECK(data_remarks(dataset({4, 4, 4}, {0, 0, 0}), {.all_labels = all}).empty());  // nobody asked for fewer
}
