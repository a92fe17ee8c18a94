// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/dataset.hpp>
#include <spikingjet/io/frames.hpp>
#include <spikingjet/io/labels.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

using namespace spikingjet;

namespace {

std::vector<float> ramp(const std::vector<std::size_t>& shape) {
  std::size_t size = 1;
  for (const std::size_t extent : shape) size *= extent;
  std::vector<float> values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = static_cast<float>(i + 1);
  return values;
}

/// What is read of an array 1, 2, ... of a shape: all values of all steps, one behind the other.
struct Read {
  std::size_t samples = 0;
  std::size_t steps = 0;
  std::vector<float> values;
};

Read read_ramp(const std::vector<std::size_t>& shape, const DatasetFormat& format) {
  const TemporaryFolder folder;
  write_zip(folder / "a.npz", {{"x.npy", npy(shape, ramp(shape))}});
  const Dataset dataset = load_dataset(folder / "a.npz", format);
  Read read{dataset.size(), dataset.samples.at(0).steps(), {}};
  for (const Sample& sample : dataset.samples)
    for (std::size_t step = 0; step < sample.steps(); ++step) {
      const Activity x = sample[step];
      for (std::size_t k = 0; k < x.size(); ++k) CHECK(x.index[k] == k);
      read.values.insert(read.values.end(), x.value.begin(), x.value.end());
    }
  return read;
}

template <class Exception>
std::string refusal(const std::vector<std::size_t>& shape, const DatasetFormat& format, const ZipMembers& more = {}) {
  const TemporaryFolder folder;
  ZipMembers members{{"x.npy", npy(shape, ramp(shape))}};
  members.insert(members.end(), more.begin(), more.end());
  write_zip(folder / "a.npz", members);
  return sentence_of<Exception>([&] { load_dataset(folder / "a.npz", format); });
}

std::vector<std::string> told(const ZipMembers& members, const DatasetFormat& format) {
  const TemporaryFolder folder;
  write_zip(folder / "a.npz", members);
  std::vector<std::string> sentences;
  load_dataset(folder / "a.npz", format, [&](const std::string& sentence) { sentences.push_back(sentence); });
  return sentences;
}

using Extent = std::vector<std::size_t>;

}  // namespace

TEST_CASE("frames may have axes of length 1 more or less, be flat, or be flattened: their values stay in order") {
  const std::vector<float> all = ramp({3, 5, 12});
  for (const auto& [input, shapes] : {
           std::pair<Shape, std::vector<Extent>>{Shape{12},
                                                 {{3, 5, 12},
                                                  {3, 5, 1, 12},
                                                  {3, 5, 12, 1},
                                                  {3, 5, 1, 1, 12},
                                                  {3, 5, 1, 12, 1},
                                                  {3, 5, 3, 4},
                                                  {3, 5, 1, 3, 4},
                                                  {3, 5, 2, 2, 3}}},
           {Shape{1, 3, 4}, {{3, 5, 1, 3, 4}, {3, 5, 3, 4}, {3, 5, 3, 4, 1}, {3, 5, 12}}},
           {Shape{3, 1, 4}, {{3, 5, 3, 1, 4}, {3, 5, 3, 4}, {3, 5, 12}}},
           {Shape{1, 1, 12}, {{3, 5, 1, 1, 12}, {3, 5, 1, 12}, {3, 5, 12}}},
           {Shape{12, 1, 1}, {{3, 5, 12, 1, 1}, {3, 5, 12}, {3, 5, 1, 12}}},
       })
    for (const Extent& shape : shapes) {
      INFO(to_string(shape) << " for " << input.str());
      const Read read = read_ramp(shape, {.input = input});
      CHECK(read.samples == 3);
      CHECK(read.steps == 5);
      CHECK(same_bits(read.values, all));
    }
}

TEST_CASE("frames of y and x alone are subsampled as those of one channel") {
  CHECK(read_ramp({1, 2, 3, 4}, {.input = {1, 2, 2}}).values == std::vector<float>{1, 3, 9, 11, 13, 15, 21, 23});
}

TEST_CASE("static images are repeated for as many steps as are asked for") {
  for (const auto& [input, shapes] : {
           std::pair<Shape, std::vector<Extent>>{Shape{1, 2, 3},
                                                 {{4, 1, 2, 3}, {4, 2, 3}, {4, 6}, {4, 2, 3, 1}, {4, 1, 1, 2, 3}}},
           {Shape{2, 1, 3}, {{4, 2, 1, 3}, {4, 6}, {4, 1, 2, 1, 3}}},
           {Shape{6}, {{4, 6}, {4, 1, 6}, {4, 2, 3}, {4, 1, 2, 3}}},
       })
    for (const Extent& shape : shapes)
      for (const std::size_t steps : {1u, 3u}) {
        INFO(to_string(shape) << " for " << input.str() << ", " << steps << " steps");
        const Read read = read_ramp(shape, {.input = input, .repeat = steps});
        CHECK(read.samples == 4);
        CHECK(read.steps == steps);
        std::vector<float> expected;
        for (int sample = 0; sample < 4; ++sample)
          for (std::size_t step = 0; step < steps; ++step)
            for (int i = 1; i <= 6; ++i) expected.push_back(static_cast<float>(6 * sample + i));
        CHECK(read.values == expected);
      }
}

TEST_CASE("frames without an axis of steps are refused with both cures where no number of steps is asked for") {
  for (const Extent& shape : {Extent{4, 1, 2, 3}, {4, 2, 3}, {4, 6}, {1, 1, 2, 3}}) {
    const std::string sentence = refusal<StepsMissing>(shape, {.input = {1, 2, 3}});
    CHECK(contains(sentence, "has shape " + to_string(shape) + ", frames without an axis of steps"));
    CHECK(contains(sentence, "'--steps T' repeats each for T steps"));
    CHECK(contains(sentence, "the " + std::to_string(shape[0]) + " steps of one sample, save x[None]"));
  }
}

TEST_CASE("frames of another number of steps than is asked for are refused") {
  CHECK(contains(refusal<StepsMismatch>({4, 5, 6}, {.input = {6}, .repeat = 7}), "has 5 steps, '--steps' asks for 7"));
  CHECK(read_ramp({4, 5, 6}, {.input = {6}, .repeat = 5}).steps == 5);
}

TEST_CASE("steps before samples are refused where the labels show it") {
  const ZipMembers five{{"y.npy", npy({5}, {0, 1, 2, 3, 4})}};
  CHECK(contains(refusal<AxesSwapped>({4, 5, 6}, {.input = {6}}, five),
                 "has shape (4, 5, 6) for 5 labels: the axis of steps seems to stand before that of samples; save "
                 "numpy.swapaxes(x, 0, 1)"));
  CHECK(contains(refusal<LabelCountMismatch>({4, 3, 6}, {.input = {6}}, five), "5 labels for 4"));
}

TEST_CASE("channels that stand last are named") {
  CHECK(contains(refusal<FrameMismatch>({1, 2, 4, 4, 2}, {.input = {2, 4, 4}}),
                 "they seem to have their channels last: save numpy.moveaxis(x, -1, -3)"));
  CHECK(!contains(refusal<FrameMismatch>({1, 2, 4, 4, 3}, {.input = {2, 4, 4}}), "channels last"));
}

TEST_CASE("a file of samples without steps, or without 'x', says what it has") {
  CHECK(contains(refusal<EmptyFrames>({3, 0, 2}, {.input = {2}}),
                 "has shape (3, 0, 2), so that its 3 samples hold nothing"));
  const TemporaryFolder folder;
  write_zip(folder / "a.npz", {{"frames.npy", npy({1}, {1.0F})}, {"labels.npy", npy({1}, {1.0F})}});
  CHECK(contains(sentence_of<ArrayMissing>([&] { load_dataset(folder / "a.npz", {.input = {2}}); }),
                 "has no array 'x', it has 'frames', 'labels'; save frames as 'x' and labels as 'y'"));
}

TEST_CASE("arrays that may be labels under another name are told, samples that are all zero likewise") {
  const std::string x = npy({3, 1, 2}, {1, 0, 0, 0, 0, 0});
  const std::vector<std::string> sentences = told({{"labels.npy", npy({3}, {0, 1, 2})}, {"x.npy", x}}, {.input = {2}});
  REQUIRE(sentences.size() == 2);
  CHECK(contains(sentences[0], "has no labels 'y'; 'labels', which it also has, is not used"));
  CHECK(contains(sentences[1], "2 of 3 samples of '"));
  CHECK(contains(sentences[1], "are all zero (sample 1, sample 2): all its values are 0"));
  CHECK(told({{"x.npy", x}}, {.input = {2}, .limit = 1}).empty());
  CHECK(told({{"x.npy", x}, {"y.npy", npy({3}, {0, 1, 2})}, {"names.npy", npy({3}, {0, 1, 2})}},
             {.input = {2}, .limit = 1})
            .empty());
}

TEST_CASE("what memory could never hold is refused before it is read") {
  CHECK(contains(sentence_of<DataTooLarge>([] { detail::require_memory({"a.npz", "x"}, std::size_t(1) << 40, 100); }),
                 "'x' in 'a.npz' is too large: 1099511627776 samples of 100 steps take at least "));
  detail::require_memory({"a.npz", "x"}, 1000, 100);
  CHECK(contains(
      sentence_of<DataTooLarge>([] { detail::in_memory("a.npz", []() -> Dataset { throw std::bad_alloc(); }); }),
      "'a.npz' is too large: its samples need more memory than the system gives; read fewer samples with '--samples "
      "N'"));
}

TEST_CASE("images of bytes are told, counts of events and values from 0 to 1 are not") {
  const auto of = [](const std::vector<float>& values) {
    return told({{"x.npy", npy({1, 1, values.size()}, values)}}, {.input = {std::uint32_t(values.size())}});
  };
  const auto bytes = of({0, 0, 255, 254, 120, 7});
  REQUIRE(bytes.size() == 1);
  CHECK(contains(bytes[0], "'x' in '"));
  CHECK(contains(bytes[0], "holds whole numbers up to 255, as images of bytes do"));
  CHECK(contains(bytes[0], "save x / 255"));
  CHECK(of({0, 255, 0, 255}).size() == 1);            // an image of two colours
  CHECK(of({0, 1, 1, 0}).empty());
  CHECK(of({0, 0.5F, 1, 0.25F}).empty());
  CHECK(of({0, 1, 2, 140, 1, 1, 1, 3, 1}).empty());   // counts with a pixel that is stuck
  CHECK(of({0, 1, 7, 100, 90, 80}).empty());          // counts
  CHECK(of({0, 200, 300, 400}).empty());              // no bytes
  CHECK(of({0, 200.5F, 255, 254}).empty());
  CHECK(of({-3, 200, 255, 254}).empty());
}
