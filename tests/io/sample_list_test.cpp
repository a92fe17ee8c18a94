// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "files.hpp"

#include <spikingjet/io/dataset.hpp>
#include <spikingjet/io/npz_of_samples.hpp>
#include <spikingjet/io/sample_list.hpp>
#include <spikingjet/model/sample.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

using namespace spikingjet;

namespace {

/// Five samples of two steps and (2, 1, 2) inputs, all different.
Dataset five_samples() {
  Dataset dataset{{2, 1, 2}, {}, {4, 0, 3, 1, 2}};
  for (std::uint32_t s = 0; s < 5; ++s) {
    Sample sample;
    sample.add(s % 4, float(s) + 0.5F);
    sample.end_step();
    sample.add(1, 1);
    sample.add(3, -0.0625F);
    sample.end_step();
    dataset.samples.push_back(std::move(sample));
  }
  return dataset;
}

std::string digest(const Dataset& dataset) { return digest_of(SampleRange(dataset)).hex(); }

Dataset picked(const Dataset& dataset, const std::vector<std::size_t>& samples) {
  Dataset part{dataset.shape, {}, {}};
  for (const std::size_t s : samples) {
    part.samples.push_back(dataset.samples[s]);
    part.labels.push_back(dataset.labels[s]);
  }
  return part;
}

}  // namespace

TEST_CASE("a list of samples has a number a line, with comments, blank lines and a header") {
  const TemporaryFolder folder;
  write_bytes(folder / "a.txt", "3\n0\n17\n");
  CHECK(read_sample_list(folder / "a.txt") == std::vector<std::size_t>{3, 0, 17});
  write_bytes(folder / "a.csv", "\xef\xbb\xbfsample\r\n# the smallest set\r\n\r\n 2 \r\n1");
  CHECK(read_sample_list(folder / "a.csv") == std::vector<std::size_t>{2, 1});
  for (const bool with_header : {false, true}) {
    write_bytes(folder / "b.txt", sample_list_text(std::vector<std::uint32_t>{9, 4}, with_header));
    CHECK(read_sample_list(folder / "b.txt") == std::vector<std::size_t>{9, 4});
  }
  CHECK(sample_list_text(std::vector<std::uint32_t>{9, 4}, true) == "sample\r\n9\r\n4\r\n");
}

TEST_CASE("a list, or an .npz file, says of itself that outcomes chose its samples", "[law]") {
  const TemporaryFolder folder;
  const std::vector<std::uint32_t> samples{9, 4};
  CHECK(sample_list_text(samples, false, true) == "# spikingjet samples: chosen by outcomes\n9\n4\n");
  CHECK(sample_list_text(samples, true, true) == "sample\r\n# spikingjet samples: chosen by outcomes\r\n9\r\n4\r\n");
  for (const bool with_header : {false, true})
    for (const bool chosen : {false, true}) {
      write_bytes(folder / "a.csv", sample_list_text(samples, with_header, chosen));
      bool by_outcomes = !chosen;
      std::vector<std::uint64_t> places;
      CHECK(read_sample_list(folder / "a.csv", &places, &by_outcomes) == std::vector<std::size_t>{9, 4});
      CHECK(by_outcomes == chosen);
      CHECK(places[0] == 1u + with_header + chosen);
    }
  bool by_outcomes = true;
  write_bytes(folder / "b.txt", "# chosen by outcomes, somebody says\n3\n");
  read_sample_list(folder / "b.txt", nullptr, &by_outcomes);
  CHECK(!by_outcomes);

  const Dataset all = five_samples();
  for (const bool chosen : {false, true}) {
    write_bytes(folder / "a.npz", npz_of_samples(all, std::vector<std::uint32_t>{3, 1}, chosen));
    CHECK(says_chosen_by_outcomes(folder / "a.npz") == chosen);
    CHECK(digest(load_dataset(folder / "a.npz", {.input = {2, 1, 2}})) == digest(picked(all, {3, 1})));
  }
  CHECK(!says_chosen_by_outcomes(folder / "a.csv"));
  CHECK(!says_chosen_by_outcomes(folder / "."));
  CHECK(!says_chosen_by_outcomes(folder / "none.npz"));
}

TEST_CASE("a line that names no sample, or one again, is refused with its number", "[validation]") {
  const TemporaryFolder folder;
  const auto refusal = [&](const std::string& text) {
    write_bytes(folder / "a.txt", text);
    return sentence_of<BadSampleList>([&] { read_sample_list(folder / "a.txt"); });
  };
  CHECK(refusal("1\n\nx7\n") ==
        "spikingjet: '" + (folder / "a.txt") +
            "', line 3, has 'x7', no number of a sample; a list of samples has one number a line, from 0 on, "
            "each once; see docs/formats.md");
  CHECK(contains(refusal("5\n2\n5\n"), "line 3, has sample 5 a second time, after line 1"));
  CHECK(contains(refusal("-1\n"), "line 1, has '-1'"));
  CHECK(contains(refusal("1,2\n"), "has '1,2'"));
  CHECK(contains(refusal("99999999999999999999\n"), "no number of a sample"));
  CHECK(contains(refusal("# nothing\n"), "names no sample"));
  CHECK_THROWS_AS(read_sample_list(folder / "none.txt"), FileMissing);
}

TEST_CASE("samples written as .npz are read back bit by bit, and a list picks them in its order", "[law]") {
  const TemporaryFolder folder;
  const Dataset all = five_samples();
  write_bytes(folder / "all.npz", npz_of_samples(all, std::vector<std::uint32_t>{0, 1, 2, 3, 4}));
  CHECK(digest(load_dataset(folder / "all.npz", {.input = {2, 1, 2}})) == digest(all));
  write_bytes(folder / "some.npz", npz_of_samples(all, std::vector<std::uint32_t>{3, 1}));
  const Dataset some = load_dataset(folder / "some.npz", {.input = {2, 1, 2}});
  CHECK(some.labels == std::vector<std::uint32_t>{1, 0});
  CHECK(digest(some) == digest(picked(all, {3, 1})));
  const Dataset listed = load_dataset(folder / "all.npz", {.input = {2, 1, 2}, .list = {4, 0, 2}});
  CHECK(listed.labels == std::vector<std::uint32_t>{2, 4, 3});
  CHECK(digest(listed) == digest(picked(all, {4, 0, 2})));
  CHECK(digest(load_dataset(folder / "all.npz", {.input = {2, 1, 2}, .limit = 1, .list = {4, 0, 2}})) ==
        digest(picked(all, {4})));
  CHECK(npz_of_samples(all, std::vector<std::uint32_t>{3, 1}) == read_bytes(folder / "some.npz"));
}

TEST_CASE("a list with a sample that the data lack is refused, and samples of several lengths go into no array",
          "[validation]") {
  const TemporaryFolder folder;
  Dataset all = five_samples();
  write_bytes(folder / "all.npz", npz_of_samples(all, std::vector<std::uint32_t>{0, 1, 2, 3, 4}));
  CHECK(contains(sentence_of<SampleBeyond>([&] {
                   load_dataset(folder / "all.npz", {.input = {2, 1, 2}, .list = {4, 5}});
                 }),
                 "has no sample 5, as it holds 5, from 0 to 4; check that list and data belong together"));
  all.samples[2].end_step();
  CHECK(contains(sentence_of<SamplesOfDifferentSteps>([&] {
                   npz_of_samples(all, std::vector<std::uint32_t>{1, 2});
                 }),
                 "samples of 2 and of 3 steps"));
}
