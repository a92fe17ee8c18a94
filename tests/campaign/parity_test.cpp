// SPDX-License-Identifier: MIT

// Readouts against programs that others wrote: tests/data/parity.py, which adds in the canonical order, so that all
// bits must be equal, and an oracle of the published N-MNIST network, whose sums are in PyTorch's order.

#include <spikingjet/engine/full/full_engine.hpp>
#include <spikingjet/fault/fault_file.hpp>
#include <spikingjet/fault/sampling.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/io/dataset.hpp>
#include <spikingjet/io/nmnist.hpp>
#include <spikingjet/io/npz.hpp>
#include <spikingjet/io/parameters.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>

#include "catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

using Digits = sj::Network<sj::Input<1, 8, 8>, sj::Dense<"fc1", 32>, sj::Leaky<"lif1">, sj::Dense<"fc2", 10>,
                           sj::Leaky<"lif2">, sj::SpikeCountReadout>;
using Nmnist = sj::Network<sj::Input<2, 17, 17>, sj::Dense<"fc1", 20>, sj::Leaky<"lif1">, sj::Dense<"fc2", 10>,
                           sj::Leaky<"lif2">, sj::SpikeCountReadout>;

/// Our readouts of a list of faults, and those of an oracle.
struct Readouts {
  std::vector<float> golden;           // (sample, class)
  std::vector<float> faulty;           // (fault, sample, class)
  std::vector<float> expected_golden;  // likewise
  std::vector<float> expected_faulty;
};

template <class Net>
Readouts run(const std::string& weights, const sj::Dataset& dataset, const std::string& fault_list,
             const std::string& oracle) {
  using Injector = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Any>;
  const sj::FaultList list = sj::read_fault_list(fault_list, Net::quantities);
  std::vector<sj::Fault> faults;
  for (std::uint64_t f = 0; f < list.size(); ++f) faults.push_back(list[f]);
  sj::FullEngine<Injector> engine(sj::load_parameters<Net>(std::filesystem::path(weights)));
  const sj::SampleRange samples(dataset);

  Readouts readouts;
  readouts.golden = engine.golden(samples);
  readouts.faulty = sj::readouts_of(engine, faults, samples);
  const sj::NpzFile file{std::filesystem::path(oracle)};
  readouts.expected_golden = file.read("golden").values;
  readouts.expected_faulty = file.read("faulty").values;
  return readouts;
}

/// Number of rows for which `same(row of a, row of b)` holds.
template <class Same>
std::size_t count_rows(const std::vector<float>& a, const std::vector<float>& b, std::size_t classes,
                       const Same& same) {
  REQUIRE(a.size() == b.size());
  std::size_t count = 0;
  for (std::size_t begin = 0; begin < a.size(); begin += classes)
    count += same(std::span(a).subspan(begin, classes), std::span(b).subspan(begin, classes));
  return count;
}

bool same_bits(std::span<const float> a, std::span<const float> b) {
  return std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

/// Relative 1e-4; NaN equals NaN, and infinities of one sign each other.
bool nearly_equal(std::span<const float> a, std::span<const float> b) {
  for (std::size_t c = 0; c < a.size(); ++c) {
    if (a[c] == b[c] || (std::isnan(a[c]) && std::isnan(b[c]))) continue;
    if (!(std::abs(double(a[c]) - double(b[c])) <= 1e-4 * std::abs(double(b[c])))) return false;
  }
  return true;
}

/// Rows equal to the golden row of their sample, and rows with another top-1 class, NaN counted as -1.
struct Changes {
  double unchanged = 0;    // [percent]
  double other_class = 0;  // [percent]
};

Changes changes(const std::vector<float>& faulty, const std::vector<float>& golden, std::size_t classes) {
  const auto top = [](std::span<const float> row) {
    std::size_t best = 0;
    const auto value = [&](std::size_t c) { return std::isnan(row[c]) ? -1.0F : row[c]; };
    for (std::size_t c = 1; c < row.size(); ++c)
      if (value(c) > value(best)) best = c;
    return best;
  };
  Changes result;
  const std::size_t rows = faulty.size() / classes;
  for (std::size_t r = 0; r < rows; ++r) {
    const auto row = std::span(faulty).subspan(r * classes, classes);
    const auto reference_row = std::span(golden).subspan(r * classes % golden.size(), classes);
    result.unchanged += std::equal(row.begin(), row.end(), reference_row.begin());
    result.other_class += top(row) != top(reference_row);
  }
  result.unchanged *= 100.0 / double(rows);
  result.other_class *= 100.0 / double(rows);
  return result;
}

}  // namespace

TEST_CASE("every readout of the digits network has the bits that an independent program in PyTorch gives",
          "[validation]") {
  const std::string source = SPIKINGJET_SOURCE_DIR;
  const std::string data = SPIKINGJET_TEST_DATA;
  const sj::Dataset dataset = sj::load_dataset(std::filesystem::path(source + "/examples/digits/data.npz"),
                                               {.input = Digits::input, .limit = 64});
  const Readouts readouts = run<Digits>(source + "/examples/digits/weights.npz", dataset, data + "/digits_faults.csv",
                                        data + "/digits_expected.npz");
  const std::size_t golden_rows = readouts.golden.size() / Digits::classes;
  const std::size_t rows = readouts.faulty.size() / Digits::classes;
  CHECK(golden_rows == 64);
  CHECK(rows >= 20000);
  CHECK(count_rows(readouts.golden, readouts.expected_golden, Digits::classes, same_bits) == golden_rows);
  CHECK(count_rows(readouts.faulty, readouts.expected_faulty, Digits::classes, same_bits) == rows);
  const Changes found = changes(readouts.faulty, readouts.golden, Digits::classes);
  CHECK(found.unchanged < 95);  // the list is worth comparing
  CHECK(found.other_class > 1);
}

TEST_CASE("the published N-MNIST network agrees with an independent program in PyTorch", "[validation]") {
  const std::string folder = std::string(SPIKINGJET_SHARED_DATA) + "/nmnist";
  if (!std::filesystem::exists(folder + "/expected.npz")) {
    WARN(
        "skipped: the N-MNIST recordings and the published weights do not ship with the project; name the folder that "
        "holds 'nmnist' with -DSPIKINGJET_SHARED_DATA=FOLDER");
    return;
  }
  const sj::Dataset dataset = sj::load_dataset(std::filesystem::path(folder + "/frames.npz"), {.input = Nmnist::input});
  REQUIRE(dataset.size() == 256);
  const Readouts readouts =
      run<Nmnist>(folder + "/weights.npz", dataset, folder + "/faults.csv", folder + "/expected.npz");
  const std::size_t golden_rows = readouts.golden.size() / Nmnist::classes;
  const std::size_t rows = readouts.faulty.size() / Nmnist::classes;
  CHECK(golden_rows == 256);
  CHECK(rows == 480 * 256);
  const std::size_t golden_close = count_rows(readouts.golden, readouts.expected_golden, Nmnist::classes, nearly_equal);
  const std::size_t close_rows = count_rows(readouts.faulty, readouts.expected_faulty, Nmnist::classes, nearly_equal);
  const Changes ours = changes(readouts.faulty, readouts.golden, Nmnist::classes);
  const Changes theirs = changes(readouts.expected_faulty, readouts.expected_golden, Nmnist::classes);
  WARN("golden rows equal: " << golden_close << " of " << golden_rows << "; faulty rows equal: " << close_rows << " of "
                             << rows << "; unchanged: " << ours.unchanged << " and " << theirs.unchanged
                             << " %; other class: " << ours.other_class << " and " << theirs.other_class << " %");
  CHECK(double(golden_close) >= 0.999 * double(golden_rows));
  CHECK(double(close_rows) >= 0.999 * double(rows));  // sums in another order may shift a spike at the threshold
  CHECK(std::abs(ours.unchanged - theirs.unchanged) <= 0.1);
  CHECK(std::abs(ours.other_class - theirs.other_class) <= 0.1);
}

TEST_CASE("N-MNIST recordings give the samples that frames of them give", "[validation]") {
  const std::string folder = std::string(SPIKINGJET_SHARED_DATA) + "/nmnist";
  if (!std::filesystem::exists(folder + "/frames.npz")) {
    WARN(
        "skipped: the N-MNIST recordings do not ship with the project; name the folder that holds 'nmnist' with "
        "-DSPIKINGJET_SHARED_DATA=FOLDER");
    return;
  }
  const std::filesystem::path file = folder + "/frames.npz";
  const sj::Dataset frames = sj::load_dataset(file, {.input = Nmnist::input});
  const sj::Dataset recordings =
      sj::load_dataset(std::filesystem::path(folder), {.input = Nmnist::input, .steps = 100});
  const std::vector<float> id = sj::NpzFile(file).read("id").values;  // of the recording's file, sample by sample
  const std::vector<sj::Recording> files = sj::list_nmnist(folder);
  REQUIRE(files.size() == frames.size());
  REQUIRE(recordings.size() == frames.size());
  for (std::size_t r = 0; r < files.size(); ++r) {
    const auto position = std::find(id.begin(), id.end(), std::stof(files[r].path.stem().string()));
    REQUIRE(position != id.end());
    const auto s = static_cast<std::size_t>(position - id.begin());
    INFO(files[r].path);
    CHECK(recordings.labels[r] == frames.labels[s]);
    REQUIRE(recordings.samples[r].steps() == frames.samples[s].steps());
    for (std::size_t step = 0; step < frames.samples[s].steps(); ++step) {
      const sj::Activity a = recordings.samples[r][step];
      const sj::Activity b = frames.samples[s][step];
      if (!std::equal(a.index.begin(), a.index.end(), b.index.begin(), b.index.end()) ||
          !std::equal(a.value.begin(), a.value.end(), b.value.begin(), b.value.end()))
        FAIL("step " << step);
    }
  }
}

TEST_CASE("a network-wise sample of the published N-MNIST network has the published size") {
  const sj::FaultSpace space = sj::Injector<Nmnist>::fault_space();
  CHECK(space.size() == 381120);
  CHECK(sj::sample_network_wise(space, {.margin = 0.01, .confidence = 0.99}, 1).size() == 15944);
}
