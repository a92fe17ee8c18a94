// SPDX-License-Identifier: MIT
#include <spikingjet/campaign/golden_remarks.hpp>

#include "catch.hpp"
#include "files.hpp"

#include <string>
#include <vector>

using namespace spikingjet;

namespace {

using Labels = std::vector<std::optional<std::uint32_t>>;

std::vector<GoldenOutcome> golden(const std::vector<std::vector<float>>& readouts, const Labels& labels = {}) {
  std::vector<GoldenOutcome> all;
  for (std::size_t s = 0; s < readouts.size(); ++s)
    all.emplace_back(readouts[s], labels.empty() ? std::nullopt : labels[s], s);
  return all;
}

/// n samples of ten classes, of which sample s predicts class s % 10, labelled so that the first `correct` are right.
std::vector<GoldenOutcome> guesses(std::size_t n, std::size_t correct) {
  std::vector<std::vector<float>> readouts;
  Labels labels;
  for (std::size_t s = 0; s < n; ++s) {
    readouts.emplace_back(10, 0.0F);
    readouts.back()[s % 10] = 3.0F;
    labels.push_back(std::uint32_t(s < correct ? s % 10 : (s + 1) % 10));
  }
  return golden(readouts, labels);
}

std::vector<Remark> remarks(const std::vector<GoldenOutcome>& outcomes, const char* readout = "spike count") {
  return golden_remarks(outcomes, readout, outcomes.empty() ? 10 : outcomes[0].readout().size());
}

std::string only(RemarkKind kind, const std::vector<Remark>& found) {
  REQUIRE(found.size() == 1);
  CHECK(remark_name(found[0].kind) == remark_name(kind));
  return found[0].sentence;
}

}  // namespace

TEST_CASE("a golden run is summed up by ties, silent samples and correct ones") {
  const auto outcomes = golden({{0, 0, 0}, {1, 2, 2}, {3, 2, 2}, {-1, -1, 0}}, {0, 2, 0, std::nullopt});
  const GoldenOverview summary = summarise(outcomes);
  CHECK(summary.samples == 4);
  CHECK(summary.labelled == 3);
  CHECK(summary.correct == 2);  // the lowest index wins a tie: 0, 1, 0
  CHECK(summary.ties == 2);
  CHECK(summary.silent == 1);
}

TEST_CASE("an output layer that never fires is told, also of few samples") {
  CHECK(only(RemarkKind::silent_output, remarks(golden({{0, 0, 0}, {0, 0, 0}, {0, 1, 0}}))) ==
        "spikingjet: in 2 of 3 samples the output layer does not spike once, so that all classes tie and class 0 is "
        "predicted: a campaign would "
        "call most faults masked; check thresholds, decays and the scale of weights and inputs; see docs/checks.md");
  CHECK(contains(only(RemarkKind::silent_output, remarks(golden({{0, 0}}))), "in 1 of 1 samples"));
  CHECK(
      contains(only(RemarkKind::silent_output, remarks(golden({{0, 0}}), "largest potential")), "every readout is 0"));
  CHECK(remarks(golden({{0, 0, 0}, {0, 1, 0}})).empty());  // half is not most
}

TEST_CASE("predictions that ties decide are told") {
  CHECK(contains(only(RemarkKind::ties, remarks(golden({{5, 5, 0}, {1, 2, 2}, {1, 0, 1}, {1, 0, 0}}))),
                 "in 3 of 4 samples several classes share the largest readout"));
  CHECK(remarks(golden({{5, 5, 0}, {1, 2, 2}, {1, 0, 0}})).empty());  // three samples say little
  CHECK(remarks(golden({{5, 5, 0}, {1, 2, 0}, {0, 1, 1}, {0, 1, 2}})).empty());
}

TEST_CASE("an accuracy that guessing gives is told, but not of few samples") {
  // Of 40 samples and 10 classes guessing is right 4 times on average, and 7 times or more with a probability of 0.10.
  CHECK(contains(only(RemarkKind::accuracy, remarks(guesses(40, 4))),
                 "is 10.00 % (4 of 40), no better than guessing among 10 classes"));
  CHECK(contains(only(RemarkKind::accuracy, remarks(guesses(40, 7))), "17.50 %"));
  CHECK(remarks(guesses(40, 9)).empty());
  CHECK(remarks(guesses(40, 39)).empty());
  CHECK(remarks(guesses(3, 0)).empty());
  CHECK(remarks(guesses(4, 0)).empty());
  only(RemarkKind::accuracy, remarks(guesses(8, 0)));
  CHECK(remarks(guesses(8, 2)).empty());
  only(RemarkKind::accuracy, remarks(guesses(540, 40)));
  only(RemarkKind::accuracy, remarks(guesses(20000, 2000)));
  CHECK(remarks(guesses(20000, 2200)).empty());
}

TEST_CASE("the probability of few hits is the binomial one") {
  CHECK(detail::at_most(3, 10, 0.5) == Approx(176.0 / 1024));
  CHECK(detail::at_most(0, 3, 0.1) == Approx(0.729));
  CHECK(detail::at_most(2, 2, 0.3) == Approx(1.0));
  CHECK_FALSE(no_better_than_guessing(0, 0, 10));
  CHECK_FALSE(no_better_than_guessing(0, 100, 1));
  CHECK(no_better_than_guessing(0, 100, 10));
  CHECK_FALSE(no_better_than_guessing(10, 20, 2));  // half-way, 0.75, gives 10 or fewer with 0.014
  CHECK(no_better_than_guessing(20, 40, 2));
}

TEST_CASE("one class predicted for samples of several is told") {
  std::vector<std::vector<float>> readouts(12, {1, 9, 1});
  Labels labels;
  for (std::uint32_t s = 0; s < 12; ++s) labels.push_back(s < 7 ? 1 : s % 3);
  CHECK(contains(only(RemarkKind::one_class, remarks(golden(readouts, labels))),
                 "all 12 samples, of 3 classes, are predicted as class 1"));
  CHECK(remarks(golden(readouts)).empty());                   // without labels they may all be of it
  CHECK(remarks(golden(readouts, Labels(12, 1))).empty());    // they are all of it
}

TEST_CASE("a golden run without samples, or of a single class, leaves no remark") {
  CHECK(golden_remarks({}, "spike count", 10).empty());
  CHECK(remarks(golden({{0}, {0}})).empty());
}
