// SPDX-License-Identifier: MIT

// What is checked before a run, '--strict', and the files that 'golden' writes, from end to end in this process.

#include <spikingjet/app/command_line.hpp>
#include <spikingjet/io/npy.hpp>

#include "app/npz_writer.hpp"
#include "campaign/tiny.hpp"
#include "catch.hpp"
#include "files.hpp"
#include "reference.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

// As tiny::Net, with the axes that a file of frames has.
using Net = sj::Network<sj::Input<1, 2, 2>, sj::Dense<"fc1", 5>, sj::Leaky<"lif1">, sj::Dense<"fc2", 3>,
                        sj::Leaky<"lif2">, sj::SpikeCountReadout>;

constexpr std::size_t samples = 10;

struct Ended {
  int status = 0;
  std::string out;
  std::string error;
};

/// Sends a stream of this process to a file while it lives.
class Redirection {
 public:
  Redirection(std::FILE* stream, const std::string& path) : stream_(stream) {
    std::fflush(stream_);
    kept_ = dup(fileno(stream_));
    const int file = open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    dup2(file, fileno(stream_));
    close(file);
  }
  Redirection(const Redirection&) = delete;
  Redirection& operator=(const Redirection&) = delete;
  ~Redirection() {
    std::fflush(stream_);
    dup2(kept_, fileno(stream_));
    close(kept_);
  }

 private:
  std::FILE* stream_;
  int kept_;
};

using Arrays = std::map<std::string, NpzArray>;

/// A folder with the network's weights and data, and commands that run in it; "@name" is a file of the folder.
class Place {
 public:
  explicit Place(const std::function<void(Arrays& weights, Arrays& data)>& change = [](Arrays&, Arrays&) {}) {
    Arrays weights;
    for (const reference::Layer& layer : tiny::network().layers) {
      weights[layer.synapses.weight.name] = {{layer.synapses.outputs, layer.synapses.inputs},
                                             layer.synapses.weight.values};
      weights[layer.synapses.bias.name] = {{layer.synapses.outputs}, layer.synapses.bias.values};
      for (const reference::Tensor& constant : layer.constants)
        weights[constant.name] = {{layer.neurons}, constant.values};
    }
    Arrays data{{"x", {{samples, tiny::steps, 1, 2, 2}, {}}}, {"y", {{samples}, {}}}};
    for (std::size_t s = 0; s < samples; ++s) {
      for (const std::vector<float>& step : tiny::input(s))
        data["x"].values.insert(data["x"].values.end(), step.begin(), step.end());
      data["y"].values.push_back(static_cast<float>(tiny::label(s)));
    }
    change(weights, data);
    write_npz(*this / "weights.npz", weights);
    write_npz(*this / "data.npz", data);
  }

  std::string operator/(const std::string& name) const { return folder_ / name; }

  Ended operator()(std::vector<std::string> words, std::optional<std::size_t> steps = {}) const {
    words.insert(words.begin(), "tiny");
    words.insert(words.end(), {"--weights", "@weights.npz", "--data", "@data.npz"});
    std::vector<const char*> arguments;
    for (std::string& word : words) {
      if (word.starts_with("@")) word = *this / word.substr(1);
      arguments.push_back(word.c_str());
    }
    Ended ended;
    {
      const Redirection out(stdout, *this / "stdout.txt");
      const Redirection error(stderr, *this / "stderr.txt");
      ended.status = sj::run_campaign<Net>(static_cast<int>(arguments.size()), arguments.data(),
                                           {.name = "tiny", .about = "A tiny network.", .steps = steps});
    }
    ended.out = read_bytes(*this / "stdout.txt");
    ended.error = read_bytes(*this / "stderr.txt");
    return ended;
  }

 private:
  TemporaryFolder folder_;
};

std::ptrdiff_t lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

void other_reset(Arrays& weights, Arrays&) { weights["lif1.reset_mechanism_val"] = {{}, {1}}; }
void logits(Arrays& weights, Arrays&) { weights["lif2.beta"] = {{3}, {1.5F, 2.5F, 3.0F}}; }

const std::vector<std::string> some_faults{"run",      "--method", "count:10", "--target",
                                           "*.weight", "--store",  "@s.sqlite"};

std::vector<std::string> with(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

TEST_CASE("'golden' prints steps, samples by class and ties") {
  std::size_t ties = 0;
  for (std::size_t s = 0; s < samples; ++s) {
    const std::vector<float> readout = reference::run(tiny::network(), tiny::input(s));
    ties += std::count(readout.begin(), readout.end(), *std::max_element(readout.begin(), readout.end())) > 1;
  }
  const Ended ended = Place()({"golden"});
  CHECK(ended.status == 0);
  CHECK(ended.error.empty());
  CHECK(contains(ended.out, "\nsteps      8\n"));
  CHECK(contains(ended.out, "\nby class   0: 4, 1: 3, 2: 3\n"));
  CHECK(ties > 0);
  CHECK(contains(ended.out, "\nties       " + std::to_string(ties) + ", where the lowest class is predicted\n"));
}

TEST_CASE("what a file says and the network does otherwise is told once by 'golden' and 'run', which go on") {
  const Place place(other_reset);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"golden"}, some_faults}) {
    const Ended ended = place(words);
    INFO(ended.error);
    CHECK(ended.status == 0);
    CHECK(contains(ended.error, "'lif1.reset_mechanism_val' in '"));
    CHECK(contains(ended.error, "write 'ZeroReset'"));
    CHECK(lines(ended.error) == 1);
    CHECK(!ended.out.empty());
  }
  const Ended verified = place({"verify", "@s.sqlite"});
  CHECK(verified.status == 0);
  CHECK(contains(verified.error, "'ZeroReset'"));
}

TEST_CASE("with '--strict' nothing is run, printed or written where something is told") {
  const Place place([](Arrays& weights, Arrays& data) {
    other_reset(weights, data);
    logits(weights, data);
  });
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"golden", "--readouts", "@r.npy", "--spikes", "@s.npy", "-o", "@s.csv"},
        with(some_faults, {"--scores", "@scores.npy"})}) {
    const Ended ended = place(with(words, {"--strict"}));
    INFO(ended.error);
    CHECK(ended.status == 2);
    CHECK(ended.out.empty());
    CHECK(lines(ended.error) == 1);
    CHECK(contains(ended.error, "'lif1.reset_mechanism_val'"));
    CHECK(contains(ended.error, "; and 1 more (an error because of '--strict')"));
  }
  for (const char* file : {"r.npy", "s.npy", "s.csv", "s.sqlite", "scores.npy"})
    CHECK_FALSE(std::filesystem::exists(place / file));
}

TEST_CASE("'--strict' changes nothing where all agrees") {
  const Place place;
  const Ended plain = place({"golden", "--readouts", "@plain.npy"});
  const Ended strict = place({"golden", "--strict", "--readouts", "@strict.npy"});
  CHECK(strict.status == 0);
  CHECK(strict.error.empty());
  CHECK(read_bytes(place / "plain.npy") == read_bytes(place / "strict.npy"));
  CHECK(place(with(some_faults, {"--strict"})).status == 0);
}

TEST_CASE("'--strict' holds for what readers tell, and for a golden run") {
  const auto refused = [](const std::function<void(Arrays&, Arrays&)>& change, const std::string& part) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{"golden"}, some_faults}) {
      const Place place(change);
      const Ended ended = place(with(words, {"--strict"}));
      INFO(ended.error);
      CHECK(ended.status == 2);
      CHECK(contains(ended.error, part));
      CHECK(lines(ended.error) == 1);
      CHECK_FALSE(std::filesystem::exists(place / "s.sqlite"));
      const Ended told = place(words);
      INFO(told.error);
      CHECK(told.status == 0);
      CHECK(contains(told.error, part));
      if (words != some_faults) continue;
      const Ended checked = place({"verify", "@s.sqlite", "--strict"});
      CHECK(checked.status == 2);
      CHECK(contains(checked.error, part));
      CHECK(contains(place({"verify", "@s.sqlite"}).error, part));
    }
  };
  refused([](Arrays& weights, Arrays&) { weights["fc3.weight"] = {{1}, {1}}; }, "'fc3.weight'");
  refused(
      [](Arrays& weights, Arrays&) {
        weights["lif2.threshold"] = {{3}, {50, 50, 50}};
      },
      "in 10 of 10 samples the output layer does not spike once");
  refused([](Arrays&, Arrays& data) { std::fill_n(data["x"].values.begin(), tiny::steps * 4, 0.0F); },
          "1 of 10 samples");
  refused(
      [](Arrays&, Arrays& data) {
        for (float& label : data["y"].values) label = 2;
      },
      "no better than guessing among 3 classes");
}

TEST_CASE("another number of steps than the program's, and steps put first, are told") {
  const Ended right = Place()({"golden"}, tiny::steps);
  CHECK(right.error.empty());
  const Ended other = Place()({"golden"}, 25);
  CHECK(other.status == 0);
  CHECK(contains(other.error, "8 steps"));
  CHECK(contains(other.error, "25"));
  CHECK(lines(other.error) == 1);
  const Place swapped([](Arrays&, Arrays& data) { data.erase("y"); });
  const Ended ended = swapped({"golden"}, samples);
  CHECK(lines(ended.error) == 1);
  CHECK(contains(ended.error, "numpy.swapaxes"));
}

TEST_CASE("'--samples N' that leaves classes out is told, and '--samples spread:N' takes them evenly") {
  const Place place([](Arrays&, Arrays& data) { data["y"].values = {0, 0, 0, 0, 1, 1, 1, 2, 2, 2}; });
  const Ended first = place({"golden", "--samples", "3"});
  INFO(first.error);
  CHECK(contains(first.out, "\nby class   0: 3\n"));
  CHECK(contains(first.error, "are of 1 of its 3 classes (0); '--samples spread:3'"));
  const Ended spread = place({"golden", "--samples", "spread:3", "--readouts", "@spread.npy"});
  CHECK(spread.error.empty());
  CHECK(contains(spread.out, "\nby class   0: 1, 1: 1, 2: 1\n"));
  const sj::Tensor readouts = sj::read_tensor(sj::open_npy(place / "spread.npy"));
  CHECK(readouts.shape == sj::Shape{3, 3});
  std::vector<float> expected;
  for (const std::size_t s : {std::size_t{0}, std::size_t{4}, std::size_t{7}}) {
    const std::vector<float> readout = reference::run(tiny::network(), tiny::input(s));
    expected.insert(expected.end(), readout.begin(), readout.end());
  }
  CHECK(readouts.values == expected);
  for (const char* bad : {"spread:", "spread:0", "spread", "spread:-1", "0", "-1", "spread:x", "007", "3.0", ""}) {
    const Ended ended = place({"golden", "--samples", bad});
    INFO(bad << ": " << ended.error);
    CHECK(ended.status == 2);
    CHECK(ended.out.empty());
  }
}

TEST_CASE("a campaign on spread samples is verified on the same ones") {
  const Place place([](Arrays&, Arrays& data) { data["y"].values = {0, 0, 0, 0, 1, 1, 1, 2, 2, 2}; });
  REQUIRE(place(with(some_faults, {"--samples", "spread:6"})).status == 0);
  const Ended verified = place({"verify", "@s.sqlite"});
  INFO(verified.error);
  CHECK(verified.status == 0);
  CHECK(contains(verified.out, "all records equal"));
}

TEST_CASE("'golden' writes readouts and the spikes of all neurons as NumPy arrays") {
  const Place place;
  const Ended ended = place({"golden", "--readouts", "@r.npy", "--spikes", "@s.npy"});
  REQUIRE(ended.status == 0);
  const sj::Tensor readouts = sj::read_tensor(sj::open_npy(place / "r.npy"));
  CHECK(readouts.shape == sj::Shape{samples, 3});
  const sj::Tensor spikes = sj::read_tensor(sj::open_npy(place / "s.npy"));
  CHECK(spikes.shape == sj::Shape{samples, tiny::steps, 5 + 3});
  double hidden = 0;
  for (std::size_t s = 0; s < samples; ++s) {
    const std::vector<float> expected = reference::run(tiny::network(), tiny::input(s));
    for (std::size_t c = 0; c < 3; ++c) {
      CHECK(readouts.values[s * 3 + c] == expected[c]);
      float count = 0;  // a spike count is the sum of an output neuron's spikes
      for (std::size_t t = 0; t < tiny::steps; ++t) count += spikes.values[(s * tiny::steps + t) * 8 + 5 + c];
      CHECK(count == expected[c]);
    }
    for (std::size_t t = 0; t < tiny::steps; ++t)
      for (std::size_t n = 0; n < 5; ++n) hidden += double(spikes.values[(s * tiny::steps + t) * 8 + n]);
  }
  CHECK(hidden > 0);
  CHECK(contains(ended.out, fmt::format("lif1              5 {:>16.2f}", hidden / samples)));
}

TEST_CASE("what 'golden' writes is not overwritten unless it is told to, and not by two outputs") {
  const Place place;
  REQUIRE(place({"golden", "--readouts", "@r.npy", "--spikes", "@s.npy", "-o", "@s.csv"}).status == 0);
  const std::string before = read_bytes(place / "s.npy");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--readouts", "@r.npy"}, {"--spikes", "@s.npy"}, {"-o", "@s.csv"}}) {
    const Ended ended = place(with({"golden", "--samples", "4"}, words));
    INFO(ended.error);
    CHECK(ended.status == 2);
    CHECK(contains(ended.error, "'--force'"));
    CHECK(ended.out.empty());
  }
  CHECK(read_bytes(place / "s.npy") == before);
  CHECK(place({"golden", "--samples", "4", "--spikes", "@s.npy", "--force"}).status == 0);
  CHECK(sj::read_tensor(sj::open_npy(place / "s.npy")).shape == sj::Shape{4, tiny::steps, 8});
  CHECK(place({"golden", "--readouts", "@x.npy", "--spikes", "@x.npy"}).status == 2);
  CHECK(place({"golden", "--readouts", "@weights.npz", "--force"}).status == 2);
  CHECK(place({"golden", "--readouts", "@no/such/x.npy"}).status == 1);
}
