// SPDX-License-Identifier: MIT

// The command line of a campaign from end to end, in this process, on a tiny network whose files the tests write.

#include <spikingjet/app/command_line.hpp>
#include <spikingjet/core/device/host.hpp>
#include <spikingjet/engine/device/programs.hpp>
#include <spikingjet/engine/device/runner.hpp>
#include <spikingjet/engine/device/team.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/outcome/injection_outcome.hpp>
#include <spikingjet/outcome/verdict.hpp>

#include "app/npz_writer.hpp"
#include "campaign/tiny.hpp"
#include "catch.hpp"
#include "reference.hpp"
#include "store/fixture.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

extern char** environ;

namespace sj = spikingjet;

namespace {

using tiny::Net;

const sj::Example example = {.name = "tiny", .about = "A tiny network.", .where_from = "the tests write it"};

/// How a command ended, and what it printed.
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

/// A folder with the network's weights and data, and commands that run in it.
class Bench {
 public:
  Bench() {
    write_weights([](std::map<std::string, NpzArray>&) {});
    write_data([](std::map<std::string, NpzArray>&) {});
  }

  std::string operator/(const std::string& name) const { return folder_ / name; }

  void write_weights(const std::function<void(std::map<std::string, NpzArray>&)>& change) {
    std::map<std::string, NpzArray> arrays;
    for (const reference::Layer& layer : tiny::network().layers) {
      const reference::Projection& synapses = layer.synapses;
      arrays[synapses.weight.name] = {{synapses.outputs, synapses.inputs}, synapses.weight.values};
      arrays[synapses.bias.name] = {{synapses.outputs}, synapses.bias.values};
      for (const reference::Tensor& constant : layer.constants)
        arrays[constant.name] = {{layer.neurons}, constant.values};
    }
    change(arrays);
    write_npz(*this / "weights.npz", arrays);
  }

  void write_data(const std::function<void(std::map<std::string, NpzArray>&)>& change) {
    std::map<std::string, NpzArray> arrays;
    NpzArray& x = arrays["x"];
    NpzArray& y = arrays["y"];
    x.shape = {samples, tiny::steps, 1, 2, 2};
    y.shape = {samples};
    for (std::size_t s = 0; s < samples; ++s) {
      for (const std::vector<float>& step : tiny::input(s)) x.values.insert(x.values.end(), step.begin(), step.end());
      y.values.push_back(static_cast<float>(tiny::label(s)));
    }
    change(arrays);
    write_npz(*this / "data.npz", arrays);
  }

  /// Runs a command; "@name" is a file of the folder.
  Ended operator()(std::vector<std::string> words, const sj::Example& of = example) const {
    words.insert(words.begin(), "tiny");
    std::vector<const char*> arguments;
    for (std::string& word : words) {
      if (word.starts_with("@")) word = *this / word.substr(1);
      arguments.push_back(word.c_str());
    }
    Ended ended;
    {
      const Redirection out(stdout, *this / "stdout.txt");
      const Redirection error(stderr, *this / "stderr.txt");
      ended.status = sj::run_campaign<NetOfFile>(static_cast<int>(arguments.size()), arguments.data(), of);
    }
    ended.out = read_bytes(*this / "stdout.txt");
    ended.error = read_bytes(*this / "stderr.txt");
    return ended;
  }

  /// Likewise, with the weights and data of the folder.
  Ended with_input(std::vector<std::string> words) const {
    words.insert(words.end(), {"--weights", "@weights.npz", "--data", "@data.npz"});
    return (*this)(words);
  }

  static constexpr std::size_t samples = 10;

  // As tiny::Net, with the axes that a file of frames has.
  using NetOfFile = sj::Network<sj::Input<1, 2, 2>, sj::Dense<"fc1", 5>, sj::Leaky<"lif1">, sj::Dense<"fc2", 3>,
                                sj::Leaky<"lif2">, sj::SpikeCountReadout>;

 private:
  TemporaryFolder folder_;
};

/// One sentence of ours on one line of standard error, nothing on standard output, and the status.
void check_refusal(const Ended& ended, int status, const std::vector<std::string>& parts) {
  INFO("error: " << ended.error);
  CHECK(ended.status == status);
  CHECK(ended.out.empty());
  CHECK(ended.error.starts_with("spikingjet: "));
  CHECK(std::count(ended.error.begin(), ended.error.end(), '\n') == 1);
  for (const std::string& part : parts) {
    INFO("part: " << part);
    CHECK(contains(ended.error, part));
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

std::vector<std::vector<float>> golden_of_reference() {
  std::vector<std::vector<float>> golden;
  for (std::size_t s = 0; s < Bench::samples; ++s) golden.push_back(reference::run(tiny::network(), tiny::input(s)));
  return golden;
}

constexpr std::uint64_t default_sites = 20 + 5 + 4 * 5 + 15 + 3 + 4 * 3;

}  // namespace

// ---- what it does ----

TEST_CASE("'golden' prints the accuracy of the reference's readouts and writes spikes by layer and step") {
  const Bench bench;
  std::size_t correct = 0;
  double spikes = 0;
  for (std::size_t s = 0; s < Bench::samples; ++s) {
    const auto readout = golden_of_reference()[s];
    correct += std::size_t(std::max_element(readout.begin(), readout.end()) - readout.begin()) == tiny::label(s);
    for (const float count : readout) spikes += double(count);
  }
  const Ended ended = bench.with_input({"golden", "-o", "@spikes.csv"});
  CHECK(ended.status == 0);
  CHECK(ended.error.empty());
  CHECK(contains(ended.out, "samples    10 in "));
  CHECK(contains(ended.out,
                 "accuracy   " + std::to_string(10 * correct) + ".00 % (" + std::to_string(correct) + " of 10)\n"));

  const std::vector<std::string> lines = lines_of(read_bytes(bench / "spikes.csv"));
  REQUIRE(lines.size() == 1 + 2 * tiny::steps);
  CHECK(lines[0] == "layer,step,spikes");
  double written = 0;
  for (const std::string& line : lines)
    if (line.starts_with("lif2,")) written += std::stod(line.substr(line.rfind(',') + 1));
  CHECK(written == Approx(spikes / double(Bench::samples)));
}

TEST_CASE("'golden' without labels prints no accuracy, and takes as many samples as told") {
  Bench bench;
  bench.write_data([](auto& arrays) { arrays.erase("y"); });
  const Ended ended = bench.with_input({"golden", "--samples", "4"});
  CHECK(ended.status == 0);
  CHECK(contains(ended.out, "samples    4 in "));
  CHECK_FALSE(contains(ended.out, "accuracy"));
}

TEST_CASE("'faults' writes the list that its options describe, and needs no data") {
  const Bench bench;
  CHECK(bench({"faults", "--method", "exhaustive", "-o", "@all.csv"}).status == 0);
  CHECK(lines_of(read_bytes(bench / "all.csv")).size() == 2 + 32 * default_sites);

  const Ended some = bench({"faults", "--method", "count:25", "--target", "*.weight", "--bits", "exponent", "--fault",
                            "stuckat1", "--seed", "3", "-o", "@some.csv"});
  CHECK(some.status == 0);
  CHECK(contains(some.out, "25 faults of " + std::to_string(35 * 8) + " written to "));
  const std::vector<std::string> lines = lines_of(read_bytes(bench / "some.csv"));
  REQUIRE(lines.size() == 27);
  CHECK(lines[0] == "Injection,Layer,TensorIndex,Bit,Fault,Begin,End");
  CHECK(lines[1].starts_with("# spikingjet list: method=count:25"));
  for (std::size_t i = 2; i < lines.size(); ++i) {
    CHECK(lines[i].starts_with(std::to_string(i - 2) + ",fc"));
    CHECK(contains(lines[i], ".weight,\"("));
    CHECK(contains(lines[i], ",stuckat1,,"));
  }
}

TEST_CASE(
    "every way of sampling draws a list, says its plan, and is the same sample for 'run' as when 'run' draws it") {
  const Bench bench;
  write_bytes(bench / "p.csv", "layer,bit,p\nfc1,30,0.4\nfc1,3,0.001\nlif2 states,7,0.01\n");
  REQUIRE(bench.with_input({"run", "--method", "count:400", "--store", "@pilot.sqlite"}).status == 0);
  const std::uint64_t all = 32 * default_sites;
  struct Way {
    std::vector<std::string> options;
    std::string plan;
    std::string by;  // of the manifest; empty where there are no strata
  };
  const std::string of_all = " of " + std::to_string(all) + " faults";
  const std::vector<Way> ways{
      {{"--method", "exhaustive"}, "exhaustive: " + std::to_string(all) + of_all + "\n", ""},
      {{"--method", "network-wise", "--margin", "0.05"}, "; margin 0.05 at confidence 0.99\n", ""},
      {{"--method", "count:70"}, "count:70: 70" + of_all + "\n", ""},
      {{"--method", "layer-wise", "--margin", "0.1"}, of_all + ", in 6 strata by layer; margin 0.1 in each", "layer"},
      {{"--method", "data-unaware", "--margin", "0.3"}, of_all + ", in 192 strata by layer and bit", "layer and bit"},
      {{"--method", "data-aware", "--margin", "0.3"}, of_all + ", in 192 strata by layer and bit", "layer and bit"},
      {{"--method", "data-aware", "--margin", "0.3", "--rates", "@p.csv"},
       ", in 192 strata by layer and bit",
       "layer and bit"},
      {{"--method", "data-aware", "--margin", "0.3", "--pilot", "@pilot.sqlite"},
       ", in 192 strata by",
       "layer and bit"},
      {{"--method", "stratified:200"}, "stratified:200: 200" + of_all + ", in 6 strata by layer\n", "layer"},
      {{"--method", "stratified:400", "--strata", "layer and bit", "--pilot", "@pilot.sqlite"},
       ": 400" + of_all,
       "layer and bit"},
      {{"--method", "stratified:200", "--strata", "quantity"}, ", in 12 strata by quantity", "quantity"}};
  for (std::size_t w = 0; w < ways.size(); ++w) {
    const Way& way = ways[w];
    const std::string name = std::to_string(w);
    std::string words;
    for (const std::string& word : way.options) words += word + " ";
    INFO(words);
    const auto options = [&](std::vector<std::string> command, const std::vector<std::string>& rest) {
      command.insert(command.end(), way.options.begin(), way.options.end());
      command.insert(command.end(), rest.begin(), rest.end());
      return command;
    };
    const bool weighs = contains(words, "data-aware") || contains(words, "--pilot");
    auto draw = options({"faults"}, {"--seed", "4", "-o", "@" + name + ".csv"});
    if (weighs && !contains(words, "--rates")) draw.insert(draw.end(), {"--weights", "@weights.npz"});
    const Ended drawn = bench(draw);
    INFO(drawn.error);
    REQUIRE(drawn.status == 0);
    const std::string unchecked =
        "pilot.sqlite' is a pilot on the same samples is not checked; 'run --pilot' checks it\n";
    CHECK(contains(drawn.error, unchecked) == contains(words, "--pilot"));
    CHECK(std::count(drawn.error.begin(), drawn.error.end(), '\n') == contains(words, "--pilot"));
    CHECK(contains(drawn.out, way.plan));
    CHECK(contains(drawn.out, "\nstratum ") == !way.by.empty());
    CHECK(contains(drawn.out, "strata more") == contains(way.by, "bit"));
    const Ended run = bench.with_input(
        options({"run"}, {"--seed", "4", "--samples", "spread:3", "--store", "@" + name + "a.sqlite"}));
    INFO(run.error);
    REQUIRE(run.status == 0);
    CHECK(contains(run.out, way.plan));
    CHECK(contains(run.error, "ran on other samples (10) than this campaign (3)") == contains(words, "--pilot"));
    const Ended read = bench.with_input(
        {"run", "--faults", "@" + name + ".csv", "--samples", "spread:3", "--store", "@" + name + "b.sqlite"});
    INFO(read.error);
    REQUIRE(read.status == 0);
    CHECK(read.error.empty());
    const sj::Store a = sj::Store::open(bench / (name + "a.sqlite"));
    const sj::Store b = sj::Store::open(bench / (name + "b.sqlite"));
    CHECK((all_faults(a) == all_faults(b)));  // with stratum and rank of each
    CHECK(all_faults(a).front().draw.has_value() == (w > 0));
    CHECK(a.strata() == b.strata());
    CHECK(a.ways() == b.ways());
    for (const char* which : {"a", "b"}) {
      const std::string store = name + which;
      REQUIRE(bench({"export", "@" + store + ".sqlite", "--csv", "@" + store}).status == 0);
      CHECK(read_bytes(bench / (store + "/faults.csv")) == read_bytes(bench / (name + ".csv")));
    }
    for (const sj::Store* store : {&a, &b}) {
      CHECK(store->manifest().find("method") == way.options[1]);
      CHECK(store->manifest().find("sample") == (w == 0 ? "exhaustive" : way.by.empty() ? "random" : "stratified"));
      CHECK(store->manifest().find("strata by").value_or("") == way.by);
      std::uint64_t population = 0;
      for (const sj::StoredStratum& stratum : store->strata()) population += stratum.population;
      CHECK(population == all);
    }
  }
}

TEST_CASE("'faults' of an iterative campaign writes its pilot, which is a random sample") {
  const Bench bench;
  const Ended drawn = bench({"faults", "--method", "iterative", "--margin", "0.02", "-o", "@pilot.csv"});
  REQUIRE(drawn.status == 0);
  CHECK(drawn.out.starts_with("iterative: 522 of 2400 faults; margin 0.05 at confidence 0.99; these are its pilot\n"));
  REQUIRE(bench.with_input({"run", "--faults", "@pilot.csv", "--store", "@pilot.sqlite"}).status == 0);
  const sj::Store store = sj::Store::open(bench / "pilot.sqlite");
  CHECK(store.faults() == 522);
  CHECK(store.manifest().find("sample") == "random");
  CHECK(store.manifest().find("margin") == "0.02");
  const Ended learned =
      bench.with_input({"run", "--method", "stratified:100", "--pilot", "@pilot.sqlite", "--store", "@a.sqlite"});
  CHECK(learned.status == 0);
}

TEST_CASE(
    "'faults' takes the weights and the pilot that a sample is drawn by, and says what is missing or not looked at") {
  const Bench bench;
  check_refusal(bench({"faults", "--method", "data-aware", "-o", "@f.csv"}), 2,
                {"'--method data-aware' needs to know which rates to expect; add '--weights', '--pilot' or '--rates'"});
  check_refusal(bench({"faults", "--weights", "@weights.npz", "-o", "@f.csv"}), 2,
                {"'--weights' does nothing here", "look at weights; leave it out"});
  check_refusal(bench({"faults", "--method", "data-aware", "--pilot", "@none.sqlite", "--weights", "@weights.npz", "-o",
                       "@f.csv"}),
                2, {"there is no store", "none.sqlite"});
  CHECK_FALSE(std::filesystem::exists(bench / "f.csv"));

  // A program that carries weights expects what they say.
  const std::string weights = read_bytes(bench / "weights.npz");
  const sj::Example carrying = {.name = "tiny", .about = "", .weights = std::as_bytes(std::span(weights))};
  REQUIRE(bench({"faults", "--method", "data-aware", "--margin", "0.3", "-o", "@a.csv"}, carrying).status == 0);
  REQUIRE(bench({"faults", "--method", "data-aware", "--margin", "0.3", "--weights", "@weights.npz", "-o", "@b.csv"})
              .status == 0);
  CHECK(read_bytes(bench / "a.csv") == read_bytes(bench / "b.csv"));

  // A pilot is of the same weights, as far as they are known.
  REQUIRE(bench.with_input({"run", "--method", "count:400", "--store", "@pilot.sqlite"}).status == 0);
  const std::vector<std::string> learn = {"faults", "--method", "stratified:300", "--pilot", "@pilot.sqlite"};
  auto words = learn;
  words.insert(words.end(), {"-o", "@c.csv"});
  const Ended unknown = bench(words);
  CHECK(unknown.status == 0);
  CHECK(
      contains(unknown.error, "pilot.sqlite' is a pilot of the same weights is not checked without '--weights', nor"));
  Bench other;
  other.write_weights([](auto& arrays) { arrays["fc1.weight"].values[0] += 1; });
  words = {"run", "--method", "stratified:300", "--pilot", bench / "pilot.sqlite", "--store", "@a.sqlite"};
  check_refusal(other.with_input(words), 2, {"is no pilot of this campaign: its weights have the digest "});
  CHECK_FALSE(std::filesystem::exists(other / "a.sqlite"));
  words = {"run",     "--method",      "stratified:300", "--bits",   "exponent",
           "--pilot", "@pilot.sqlite", "--store",        "@a.sqlite"};
  check_refusal(bench.with_input(words), 2,
                {"the pilot is of another fault space: it has 640 faults in 'fc1.weight', this one 160"});
}

TEST_CASE("'faults' learns the steps of transient faults from its option or the data") {
  const Bench bench;
  const std::vector<std::string> common = {"faults", "--method", "exhaustive",    "--target", "lif2.spike",
                                           "--bits", "sign",     "--persistence", "transient"};
  auto by_option = common;
  by_option.insert(by_option.end(), {"--steps", "5", "-o", "@a.csv"});
  CHECK(bench(by_option).status == 0);
  CHECK(lines_of(read_bytes(bench / "a.csv")).size() == 2 + 3 * 5);
  auto by_data = common;
  by_data.insert(by_data.end(), {"--data", "@data.npz", "-o", "@b.csv"});
  CHECK(bench(by_data).status == 0);
  CHECK(lines_of(read_bytes(bench / "b.csv")).size() == 2 + 3 * tiny::steps);
  auto neither = common;
  neither.insert(neither.end(), {"-o", "@c.csv"});
  check_refusal(bench(neither), 2, {"'--persistence transient'", "'--steps N' or '--data'"});
  CHECK_FALSE(std::filesystem::exists(bench / "c.csv"));
}

TEST_CASE("'run' stores every fault with the reference's readouts, and writes them with '--scores'") {
  const Bench bench;
  std::string list = "Injection,Layer,TensorIndex,Bit,Fault,Begin,End\n";
  const std::vector<std::pair<std::string, reference::Fault>> faults = {
      {"fc1.weight,\"(3, 1)\",30,bitflip,,", {.quantity = "fc1.weight", .element = 13, .flip = 1u << 30}},
      {"fc2.bias,\"(2,)\",31,stuckat1,,",
       {.quantity = "fc2.bias", .element = 2, .keep = 0x7fffffffu, .set = 0x80000000u}},
      {"lif1.spike,\"(4,)\",,saturated,2,6",
       {.quantity = "lif1.spike", .element = 4, .keep = 0, .set = 0x3f800000u, .begin = 2, .end = 6}},
      {"lif1.potential,\"(0,)\",,scale:-1.5,1,",
       {.quantity = "lif1.potential", .element = 0, .factor = -1.5F, .begin = 1}},
      {"lif2.threshold,\"(1,)\",,dead,,", {.quantity = "lif2.threshold", .element = 1, .keep = 0}},
      {"fc2.weight,\"(1, 4)\",,set:7,,", {.quantity = "fc2.weight", .element = 9, .keep = 0, .set = 0x40e00000u}},
      {"lif2.spike,\"(0,)\",30,bitflip,4,5",
       {.quantity = "lif2.spike", .element = 0, .flip = 1u << 30, .begin = 4, .end = 5}}};
  for (std::size_t f = 0; f < faults.size(); ++f) list += std::to_string(f) + "," + faults[f].first + "\n";
  write_bytes(bench / "faults.csv", list);

  const Ended ended = bench.with_input({"run", "--faults", "@faults.csv", "--store", "@a.sqlite", "--scores",
                                        "@scores.npy", "--samples", "13", "--threads", "2"});
  INFO(ended.error);
  REQUIRE(ended.status == 0);
  CHECK(contains(ended.error, "nothing in it says how its faults were chosen"));
  CHECK(std::count(ended.error.begin(), ended.error.end(), '\n') == 1);
  CHECK(contains(ended.out, "91 injections (7 faults x 13 samples), "));

  sj::NpyReader scores = sj::open_npy(bench / "scores.npy");
  CHECK(scores.extents() == sj::Extents{7, 13, 3});
  const std::vector<float> values = scores.read_rest();
  const auto golden = golden_of_reference();
  std::vector<std::uint64_t> unchanged(7);
  for (std::size_t f = 0; f < 7; ++f)
    for (std::size_t s = 0; s < 13; ++s) {
      const auto expected = reference::run(tiny::network(), tiny::input(s % 10), faults[f].second);
      INFO("fault " << f << ", sample " << s);
      CHECK(std::memcmp(&values[(f * 13 + s) * 3], expected.data(), 3 * sizeof(float)) == 0);
      unchanged[f] += std::memcmp(golden[s % 10].data(), expected.data(), 3 * sizeof(float)) == 0;
    }

  const sj::Store store = sj::Store::open(bench / "a.sqlite");
  const std::vector<sj::StoredFault> stored = all_faults(store);
  REQUIRE(stored.size() == 7);
  for (std::size_t f = 0; f < 7; ++f) {
    CHECK(stored[f].record.samples == 13);
    CHECK(stored[f].record.unchanged == unchanged[f]);
  }
}

TEST_CASE("'run --outcomes' keeps what became of each injection, as its readouts say") {
  const Bench bench;
  for (const std::string engine : {"differential", "full"}) {
    CAPTURE(engine);
    const Ended ended =
        bench.with_input({"run", "--method", "count:400", "--samples", "13", "--outcomes", "--scores",
                          "@" + engine + ".npy", "--engine", engine, "--store", "@" + engine + ".sqlite"});
    INFO(ended.error);
    REQUIRE(ended.status == 0);
    const std::vector<float> values = sj::open_npy(bench / (engine + ".npy")).read_rest();
    REQUIRE(values.size() == 400 * 13 * 3);
    const auto golden = golden_of_reference();
    const auto top_of = [](const float* readout) {
      return std::uint32_t(std::max_element(readout, readout + 3) - readout);
    };
    const auto score_of = [&](const float* readout) {  // of counts of spikes: whole numbers
      double sum = 0;
      for (std::size_t c = 0; c < 3; ++c) sum += std::exp(double(readout[c]) - double(readout[top_of(readout)]));
      return float(1 / sum);
    };

    const sj::Store store = sj::Store::open(bench / (engine + ".sqlite"));
    CHECK(store.manifest().find("outcomes") == "kept");
    std::uint64_t next = 0;
    std::uint64_t critical = 0;
    store.for_each_injections([&](std::uint64_t fault, std::span<const sj::InjectionOutcome> row) {
      REQUIRE(fault == next++);
      std::size_t i = 0;
      for (std::uint32_t s = 0; s < 13; ++s) {
        const float* readout = &values[(fault * 13 + s) * 3];
        const bool finite = std::isfinite(readout[0]) && std::isfinite(readout[1]) && std::isfinite(readout[2]);
        const bool other = finite && top_of(readout) != top_of(golden[s % 10].data());
        const bool told = i < row.size() && row[i].sample == s;
        INFO("fault " << fault << ", sample " << s);
        CHECK((told && row[i].outcome == sj::Outcome::due) == !finite);
        CHECK((told && row[i].outcome == sj::Outcome::sdc_critical) == other);
        if (other) CHECK(row[i].top == top_of(readout));
        if (finite && !other) CHECK(told == (score_of(readout) != score_of(golden[s % 10].data())));
        critical += other;
        i += told;
      }
      CHECK(i == row.size());
    });
    CHECK(next == 400);
    CHECK(critical > 50);
  }
  REQUIRE(bench.with_input({"run", "--method", "count:400", "--store", "@without.sqlite"}).status == 0);
  const sj::Store without = sj::Store::open(bench / "without.sqlite");
  CHECK_FALSE(without.has_injections());
  CHECK_FALSE(without.manifest().find("outcomes"));
}

TEST_CASE("the set that 'coverage' writes exposes every critical fault of the campaign again") {
  const Bench bench;
  REQUIRE(
      bench
          .with_input({"run", "--method", "exhaustive", "--target", "*.weight", "--outcomes", "--store", "@all.sqlite"})
          .status == 0);
  const sj::Store all = sj::Store::open(bench / "all.sqlite");
  std::vector<bool> critical;
  all.for_each([&](const sj::StoredFault& fault) { critical.push_back(fault.record.sdc_critical > 0); });
  const auto count = std::uint64_t(std::count(critical.begin(), critical.end(), true));
  REQUIRE(count > 50);
  const Ended text = bench({"coverage", "@all.sqlite", "-o", "@set.txt"});
  INFO(text.error);
  REQUIRE(text.status == 0);
  CHECK(contains(text.out, "expose all " + std::to_string(count) + " critical faults, proven minimal"));
  REQUIRE(bench({"coverage", "@all.sqlite", "--data", "@data.npz", "-o", "@set.npz"}).status == 0);
  REQUIRE(bench
              .with_input({"run", "--method", "exhaustive", "--target", "*.weight", "--samples=@" + (bench / "set.txt"),
                           "--outcomes", "--store", "@list.sqlite"})
              .status == 0);
  REQUIRE(bench({"run", "--method", "exhaustive", "--target", "*.weight", "--data", "@set.npz", "--weights",
                 "@weights.npz", "--store", "@npz.sqlite"})
              .status == 0);
  const sj::Store list = sj::Store::open(bench / "list.sqlite");
  const sj::Store npz = sj::Store::open(bench / "npz.sqlite");
  CHECK((all_faults(list) == all_faults(npz)));
  CHECK(list.manifest().same_campaign(npz.manifest()));
  for (const sj::Store* store : {&list, &npz}) CHECK(store->manifest().find("samples chosen by") == "outcomes");
  CHECK(!all.manifest().find("samples chosen by"));
  check_refusal(bench({"analyse", "@list.sqlite", "--over", "faults+samples"}), 2,
                {"list.sqlite' were chosen by outcomes ('coverage -o'), so that nothing follows from them for data not "
                 "seen; analyse it over faults alone"});
  CHECK(bench({"analyse", "@list.sqlite"}).status == 0);
  CHECK(bench({"analyse", "@all.sqlite", "--over", "faults+samples"}).status == 0);
  std::size_t next = 0;
  list.for_each([&](const sj::StoredFault& fault) {
    INFO("fault " << fault.id);
    CHECK((fault.record.sdc_critical > 0) == critical[next++]);
  });
  CHECK(bench({"verify", "@list.sqlite", "--data", "@data.npz", "--weights", "@weights.npz", "--injections", "50"})
            .status == 0);
  const Ended again = bench({"coverage", "@list.sqlite", "-o", "@again.txt"});  // numbers of the data, not of the list
  CHECK(read_bytes(bench / "again.txt") == read_bytes(bench / "set.txt"));

  CHECK(bench({"dictionary", "@all.sqlite", "-o", "-"})
            .out.starts_with("Injection,Layer,TensorIndex,Bit,Fault,Begin,End,Exposed\r\n"));
  CHECK(contains(bench({"analyse", "@all.sqlite", "--by", "class"}).out, "golden class"));
  check_refusal(bench.with_input({"golden", "--samples=@" + (bench / "none.txt")}), 2, {"none.txt"});
  write_bytes(bench / "beyond.txt", "3\n99\n");
  check_refusal(bench.with_input({"golden", "--samples=@" + (bench / "beyond.txt")}), 2,
                {"beyond.txt', line 2: '", "data.npz' has no sample 99, as it holds 10, from 0 to 9; check that"});
}

TEST_CASE("'run' without a list draws one, and 'analyse' and 'export' read what it stored") {
  const Bench bench;
  REQUIRE(bench.with_input({"run", "--method", "count:120", "--store", "@a.sqlite"}).status == 0);
  const Ended analysed = bench({"analyse", "@a.sqlite", "-o", "@table.csv", "--by", "layer"});
  CHECK(analysed.status == 0);
  CHECK(contains(analysed.out, "# of faults"));
  const std::vector<std::string> table = lines_of(read_bytes(bench / "table.csv"));
  REQUIRE(table.size() > 3);
  double sum = 0;  // of all columns but the first and, where there is one, a total
  std::istringstream row(table[1]);
  CHECK(contains(table[0], "lif2"));
  std::string cell;
  std::getline(row, cell, ',');
  CHECK(cell == "# of faults");
  while (std::getline(row, cell, ',')) sum += std::stod(cell);
  CHECK((sum == 120 || sum == 240));

  const Ended exported = bench({"export", "@a.sqlite", "--csv", "@out"});
  CHECK(exported.status == 0);
  CHECK(lines_of(read_bytes(bench / "out/faults.csv")).size() == 122);
  CHECK(lines_of(read_bytes(bench / "out/outcomes.csv")).size() == 121);
  CHECK(lines_of(read_bytes(bench / "out/golden.csv")).size() == 11);
  std::uint64_t decided = 0;
  for (const std::string& line : lines_of(read_bytes(bench / "out/decisions.csv")))
    if (line != "decision,injections") decided += std::stoull(line.substr(line.find(',') + 1));
  CHECK(decided == 120 * 10);

  // The exported list is a fault list: the same campaign from it has the same outcomes.
  REQUIRE(bench.with_input({"run", "--faults", "@out/faults.csv", "--store", "@b.sqlite", "--threads", "1"}).status ==
          0);
  const sj::Store a = sj::Store::open(bench / "a.sqlite");
  const sj::Store b = sj::Store::open(bench / "b.sqlite");
  CHECK((all_faults(a) == all_faults(b)));  // with the draw of each
  CHECK(b.manifest().find("sample") == "random");
}

TEST_CASE("weights and data that a program carries along need no options") {
  const Bench bench;
  const std::string weights = read_bytes(bench / "weights.npz");
  const std::string data = read_bytes(bench / "data.npz");
  const auto bytes = [](const std::string& text) { return std::as_bytes(std::span(text)); };
  const sj::Example carrying = {.name = "tiny", .about = "", .weights = bytes(weights), .data = bytes(data)};
  const Ended with = bench.with_input({"run", "--method", "count:50", "--store", "@a.sqlite"});
  const Ended without = bench({"run", "--method", "count:50", "--store", "@b.sqlite"}, carrying);
  REQUIRE(with.status == 0);
  REQUIRE(without.status == 0);
  const sj::Store a = sj::Store::open(bench / "a.sqlite");
  const sj::Store b = sj::Store::open(bench / "b.sqlite");
  CHECK((all_faults(a) == all_faults(b)));
  CHECK(a.manifest().same_campaign(b.manifest()));
}

TEST_CASE("help explains every command and option in one line") {
  const Bench bench;
  for (const char* command : {"golden", "faults", "run", "analyse", "coverage", "dictionary", "export", "verify"}) {
    CHECK(contains(bench({"--help"}).out, command));
    const Ended help = bench({command, "--help"});
    CHECK(help.status == 0);
    CHECK(help.error.empty());
    CHECK(help.out.size() > 100);
  }
  const Ended version = bench({"--version"});
  CHECK(version.status == 0);
  CHECK(version.out.starts_with("spikingjet "));
}

TEST_CASE("every engine that is offered says how it decided, is named in the store, and leaves the same outcomes") {
  const Bench bench;
  const std::string help = bench({"run", "--help"}).out;
  REQUIRE(contains(help, "full"));
  const std::vector<std::string> command = {"run", "--method", "count:200", "--samples", "13"};
  const auto run_on = [&](const std::string& engine) {
    auto words = command;
    words.insert(words.end(), {"--store", "@" + engine + ".sqlite"});
    if (engine != "default") words.insert(words.end(), {"--engine", engine});
    const Ended ended = bench.with_input(words);
    REQUIRE(ended.status == 0);
    return ended.out;
  };
  const std::string out = run_on("full");
  CHECK(out.ends_with("full.sqlite\ndecided: 100 % rerun\n"));
  CHECK(bench({"analyse", "@full.sqlite"}).out.ends_with("\ndecided: 100 % rerun\n"));
  const sj::Store full = sj::Store::open(bench / "full.sqlite");
  CHECK(full.manifest().find("engine") == "full");
  CHECK(full.tallies() == std::vector<sj::Tally>{{"rerun", 200 * 13}});

  CHECK(contains(run_on("default"), "\ndecided: "));
  const sj::Store store = sj::Store::open(bench / "default.sqlite");
  CHECK((all_faults(store) == all_faults(full)));
  const std::string engine = store.manifest().find("engine").value();
  CHECK((contains(help, "=" + engine) || contains(help, "[" + engine + "]")));  // CLI11 2.3, 2.4
  std::uint64_t decided = 0;
  for (const sj::Tally& tally : store.tallies()) decided += tally.count;
  CHECK(decided == 200 * 13);
}

// ---- GPUs, for which this processor stands in ----

/// The runs of a network on this processor as a device.
class RunsOnHost final : public sj::DeviceRuns {
 public:
  explicit RunsOnHost(const sj::GraphWithParameters& network) : runner_(device_, network) {}

  std::vector<float> golden(const sj::SampleRange& samples) override { return runner_.golden(samples); }
  sj::Decisions inject(std::span<const sj::Fault> faults, const sj::SampleRange& samples,
                       sj::Results& results) override {
    return runner_.inject(faults, samples, results);
  }
  sj::DeviceTimes times() const override { return runner_.times(); }

 private:
  using Device = sj::HostDevice<sj::Threaded>;

  Device device_;
  sj::DeviceRunner<Device, sj::SpikeCountReadout, sj::LeakyModel<>, sj::LeakyModel<>> runner_;
};

sj::GpuOptions last_gpu_options;

std::unique_ptr<sj::DeviceRuns> make_stand_in(const sj::GraphWithParameters& network, const sj::GpuOptions& options) {
  last_gpu_options = options;
  std::vector<std::unique_ptr<sj::DeviceRuns>> members;
  for (std::size_t d = 0; d < options.devices.size(); ++d) members.push_back(std::make_unique<RunsOnHost>(network));
  return std::make_unique<sj::DeviceTeam>(std::move(members));
}

TEST_CASE("'--backend cuda' runs the program's GPU code on the devices named, and says what is missing without it") {
  const Bench bench;
  const auto run = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"run", "--method", "count:300", "--samples", "13", "--store"});
    return bench.with_input(words);
  };
  check_refusal(run({"@a.sqlite", "--backend", "cuda"}), 2, {"this program has no GPU code", "use '--backend cpu'"});
  CHECK_FALSE(std::filesystem::exists(bench / "a.sqlite"));

  sj::GpuPrograms::enter<sj::GpuStages<sj::SpikeCountReadout, sj::LeakyModel<>, sj::LeakyModel<>>>(&make_stand_in);
  check_refusal(run({"@a.sqlite", "--backend", "cuda", "--engine", "full"}), 2,
                {"'--backend cuda' has no engine 'full'; it has 'differential'"});
  check_refusal(run({"@a.sqlite", "--backend", "cuda", "--devices", "1,1"}), 2, {"'--devices' names each GPU once"});
  for (const char* devices : {"first", "0,", ",0", "0,,1", "0x1", "-1", "0 1", "99999999999"})
    check_refusal(run({"@a.sqlite", "--backend", "cuda", "--devices", devices}), 2,
                  {"--devices", "separated by commas: 0,1"});
  for (const char* percent : {"0", "101", "010", "080", "50%"})
    check_refusal(run({"@a.sqlite", "--backend", "cuda", "--gpu-memory", percent}), 2, {"--gpu-memory", "1 to 100"});
  check_refusal(run({"@a.sqlite", "--devices", "0"}), 2, {"'--devices' needs '--backend cuda'"});
  check_refusal(run({"@a.sqlite", "--gpu-memory", "50"}), 2, {"'--gpu-memory' needs '--backend cuda'"});
  CHECK_FALSE(std::filesystem::exists(bench / "a.sqlite"));

  REQUIRE(run({"@cpu.sqlite"}).status == 0);
  const auto one = run({"@one.sqlite", "--backend", "cuda"});
  REQUIRE(one.status == 0);
  CHECK(contains(one.out, "\ntime of the GPUs: faults "));
  CHECK(last_gpu_options.devices == std::vector<int>{0});
  CHECK(last_gpu_options.memory_share == Approx(0.8));
  REQUIRE(run({"@two.sqlite", "--backend", "cuda", "--devices", "3,1", "--gpu-memory", "50", "--scores", "@two.npy"})
              .status == 0);
  CHECK(last_gpu_options.devices == std::vector<int>{3, 1});
  CHECK(last_gpu_options.memory_share == Approx(0.5));

  const sj::Store cpu = sj::Store::open(bench / "cpu.sqlite");
  for (const char* name : {"one.sqlite", "two.sqlite"}) {
    const sj::Store store = sj::Store::open(bench / name);
    CHECK((all_faults(store) == all_faults(cpu)));
    CHECK(store.manifest().find("backend") == "cuda");
    CHECK_FALSE(store.manifest().difference(cpu.manifest()));
  }
  CHECK(contains(
      bench({"verify", "@two.sqlite", "--injections", "500", "--data", "@data.npz", "--weights", "@weights.npz"}).out,
      "all records equal"));
}

TEST_CASE("the manifest says how many injections took the slow way") {
  const Bench bench;
  for (const std::string engine : {"full", "differential"}) {
    const Ended ended =
        bench.with_input({"run", "--method", "count:30", "--engine", engine, "--store", "@" + engine + ".sqlite"});
    REQUIRE(ended.status == 0);
    const sj::Store store = sj::Store::open(bench / (engine + ".sqlite"));
    std::uint64_t slow = 0;
    for (const sj::Tally& tally : store.tallies())
      if (tally.name == "rerun" || tally.name == "replayed") slow += tally.count;
    CHECK(store.manifest().find("slow injections") == std::to_string(slow));
    CHECK((slow == 30 * 10) == (engine == "full"));
  }
}

TEST_CASE("'run' refuses one file for the store and the scores, however it is written, and leaves nothing") {
  const Bench bench;
  for (const std::string scores : {"@same", "@./same", "@folder/../same"}) {
    std::filesystem::create_directory(bench / "folder");
    check_refusal(bench.with_input({"run", "--method", "count:3", "--store", "@same", "--scores", scores}), 2,
                  {"same'", "two outputs"});
    CHECK_FALSE(std::filesystem::exists(bench / "same"));
  }
}

TEST_CASE("one injection is told in the singular") {
  const Bench bench;
  const Ended ended = bench.with_input({"run", "--method", "count:1", "--samples", "1", "--store", "@a.sqlite"});
  REQUIRE(ended.status == 0);
  CHECK(contains(ended.out, "1 injection (1 fault x 1 sample), "));
}

// ---- verify ----

TEST_CASE("'verify' reruns faults of a store on the campaign's samples, which it knows from the store") {
  const Bench bench;
  REQUIRE(bench.with_input({"run", "--method", "count:60", "--samples", "13", "--store", "@a.sqlite"}).status == 0);
  const auto says = [&](const std::vector<std::string>& options) {
    std::vector<std::string> words = {"verify", "@a.sqlite"};
    words.insert(words.end(), options.begin(), options.end());
    const Ended ended = bench.with_input(words);
    INFO(ended.error);
    CHECK(ended.status == 0);
    CHECK(ended.error.empty());
    return ended.out;
  };
  CHECK(says({}) ==
        "verified 780 injections (60 faults x 13 samples) on 'full': all records equal\nthese are all faults of the "
        "store\n");
  // C(60 - 47, 3) / C(60, 3) = 0.0084, C(60 - 46, 3) / C(60, 3) = 0.0106
  CHECK(says({"--injections", "27", "--seed", "9", "--threads", "1"}) ==
        "verified 39 injections (3 faults x 13 samples) on 'full': all records equal\n"
        "had 47 or more of the 60 stored faults (78 %) been falsified, one of them would have been found with 99 %\n");
}

TEST_CASE("'verify' names each fault whose record is another and a golden run that is another, with status 1") {
  const Bench bench;
  REQUIRE(bench.with_input({"run", "--method", "count:60", "--bits", "0,1", "--target", "fc*.weight", "--store",
                            "@a.sqlite"})
              .status == 0);
  const sj::sqlite::Database database(bench / "a.sqlite");
  database.execute("UPDATE outcomes SET unchanged = unchanged - 1 WHERE fault IN (7, 31)");
  const Ended faults = bench.with_input({"verify", "@a.sqlite"});
  CHECK(faults.status == 1);
  CHECK(faults.out ==
        "verified 600 injections (60 faults x 10 samples) on 'full': 2 of 60 records differ\nthese are all faults of "
        "the store\n");
  CHECK(lines_of(faults.error).size() == 2);
  for (const std::string id : {"7", "31"})
    CHECK(contains(faults.error, "spikingjet: fault " + id + " of '" + bench / "a.sqlite" + "' (fc"));
  CHECK(contains(faults.error, " left another record on 'full'; stored: 10 samples, "));

  database.execute("UPDATE outcomes SET unchanged = unchanged + 1 WHERE fault IN (7, 31)");
  database.execute("UPDATE golden SET predicted = (predicted + 1) % 3 WHERE sample IN (2, 5)");
  const Ended golden = bench.with_input({"verify", "@a.sqlite"});
  CHECK(golden.status == 1);
  CHECK(golden.out ==
        "verified 600 injections (60 faults x 10 samples) on 'full': all records equal, the golden run differs\n"
        "these are all faults of the store\n");
  CHECK(golden.error == "spikingjet: the golden run in '" + bench / "a.sqlite" +
                            "' differs from that of 'full' in 2 samples, the first of them 2\n");
}

TEST_CASE("'verify' refuses a store whose tallies are not those of its injections") {
  const Bench bench;
  REQUIRE(bench.with_input({"run", "--method", "count:5", "--store", "@a.sqlite"}).status == 0);
  sj::sqlite::Database(bench / "a.sqlite").execute("UPDATE tallies SET count = count + 1");
  for (const char* command : {"verify", "analyse"}) {
    INFO(command);
    const Ended ended = command[0] == 'v' ? bench.with_input({command, "@a.sqlite"}) : bench({command, "@a.sqlite"});
    check_refusal(ended, 1, {"a.sqlite", "is damaged", "tallies add up to"});
  }
}

TEST_CASE("'verify' says that a store is unfinished") {
  const Bench bench;
  REQUIRE(bench.with_input({"run", "--method", "count:60", "--store", "@a.sqlite"}).status == 0);
  const sj::sqlite::Database database(bench / "a.sqlite");
  database.execute("DELETE FROM outcomes WHERE fault >= 20; DELETE FROM tallies; DELETE FROM blocks");
  database.execute("INSERT INTO blocks VALUES (0, 20, 0.5)");
  const Ended ended = bench.with_input({"verify", "@a.sqlite"});
  CHECK(ended.status == 0);
  CHECK(ended.out ==
        "the store is unfinished: it has 20 of 60 faults, and these were drawn from\n"
        "verified 200 injections (20 faults x 10 samples) on 'full': all records equal\nthese are all faults of the "
        "store\n");
}

TEST_CASE("'verify' refuses stores of other weights, data and programs, and files that are no stores") {
  Bench bench;
  REQUIRE(bench.with_input({"run", "--method", "count:5", "--store", "@a.sqlite"}).status == 0);
  write_bytes(bench / "notes.txt", "my notes\n");
  check_refusal(bench.with_input({"verify", "@none.sqlite"}), 2, {"none.sqlite"});
  check_refusal(bench.with_input({"verify", "@notes.txt"}), 2, {"notes.txt"});
  check_refusal(bench({"verify", "@a.sqlite", "--data", "@data.npz"}), 2, {"'--weights' is missing"});
  check_refusal(bench({"verify", "@a.sqlite", "--weights", "@weights.npz"}), 2, {"'--data' is missing"});
  bench.write_weights([](auto& arrays) { arrays["fc1.weight"].values[3] += 1; });
  check_refusal(bench.with_input({"verify", "@a.sqlite"}), 2, {"a.sqlite", "another campaign ('weights' is '"});
  bench.write_weights([](auto&) {});
  bench.write_data([](auto& arrays) { arrays["y"].values[3] = 0; arrays["x"].values[9] += 1; });
  check_refusal(bench.with_input({"verify", "@a.sqlite"}), 2, {"a.sqlite", "another campaign ('data' is '"});
  bench.write_data([](auto&) {});
  CHECK(bench.with_input({"verify", "@a.sqlite"}).status == 0);
  sj::sqlite::Database(bench / "a.sqlite").execute("UPDATE manifest SET value = 'other' WHERE key = 'network'");
  check_refusal(bench.with_input({"verify", "@a.sqlite"}), 2, {"another campaign ('network' is 'other' there"});
}

// ---- misuse of options ----

TEST_CASE("a missing or unknown command or option ends with status 2 and says which") {
  const Bench bench;
  const auto refused = [&](std::vector<std::string> words, const std::string& part) {
    const Ended ended = bench(words);
    INFO(ended.error);
    CHECK(ended.status == 2);
    CHECK(contains(ended.error, part));
  };
  refused({}, "subcommand");
  refused({"runs"}, "subcommand");
  refused({"run"}, "--store");
  refused({"faults"}, "--output");
  refused({"export", "@a.sqlite"}, "--csv");
  refused({"analyse"}, "store");
  refused({"golden", "--sampels", "3"}, "--sampels");
  refused({"golden", "--samples", "0"}, "--samples");
  refused({"golden", "--samples", "-1"}, "--samples");
  refused({"golden", "--samples", "many"}, "--samples");
  refused({"golden", "--samples=@"}, "--samples");
  refused({"coverage"}, "store");
  refused({"coverage", "@a.sqlite", "--outcome", "moon"}, "--outcome");
  refused({"dictionary", "@a.sqlite"}, "--output");
  refused({"analyse", "@a.sqlite", "--top", "0"}, "--top");
  for (const char* fit : {"many", "0", "-5", "nan", "inf"})
    refused({"analyse", "@a.sqlite", "--fit", fit},
            "--fit: '" + std::string(fit) +
                "' is not allowed; allowed are numbers above 0: upsets in 10^9 hours for 10^6 bits, such as 500");
  refused({"analyse", "@a.sqlite", "--confidence", "95%"},
          "--confidence: '95%' is not allowed; allowed are numbers between 0 and 1");
  refused({"run", "--store", "@a.sqlite", "--engine", "fast"}, "--engine");
  refused({"verify"}, "store");
  refused({"verify", "@a.sqlite", "--injections", "0"}, "--injections");
  refused({"verify", "@a.sqlite", "--samples", "3"}, "--samples");
  refused({"run", "--store", "@a.sqlite", "--backend", "abacus"}, "--backend");
  refused({"analyse", "@a.sqlite", "--by", "moon"}, "--by");
  refused({"faults", "-o", "@f.csv", "--seed", "x"}, "--seed");
}

TEST_CASE("missing weights or data are refused with where to get them") {
  const Bench bench;
  check_refusal(bench({"golden", "--weights", "@weights.npz"}), 2, {"'--data' is missing; the tests write it"});
  check_refusal(bench({"golden", "--data", "@data.npz"}), 2, {"'--weights' is missing; the tests write it"});
  check_refusal(bench({"run", "--store", "@a.sqlite", "--data", "@data.npz"}), 2, {"'--weights' is missing"});
  CHECK_FALSE(std::filesystem::exists(bench / "a.sqlite"));
  check_refusal(bench({"golden", "--data", "@none.npz", "--weights", "@weights.npz"}), 2, {"none.npz"});
  check_refusal(bench({"golden", "--data", "@data.npz", "--weights", "@none.npz"}), 2, {"none.npz"});
}

TEST_CASE("sampling options that mean nothing are refused and no store is made") {
  const Bench bench;
  const auto refused = [&](std::vector<std::string> options, const std::vector<std::string>& parts) {
    options.insert(options.begin(), {"run", "--store", "@a.sqlite"});
    check_refusal(bench.with_input(options), 2, parts);
    CHECK_FALSE(std::filesystem::exists(bench / "a.sqlite"));
  };
  refused({"--bits", "32"}, {"'--bits 32'", "0 to 31"});
  refused({"--fault", "melt"}, {"'--fault melt'", "bitflip, stuckat0, stuckat1, dead, saturated"});
  refused({"--target", "fc9.*"}, {"'--target fc9.*'", "fc1.weight"});
  refused({"--method", "luck"}, {"'--method luck'", "exhaustive"});
  refused({"--method", "count:999999"}, {"999999", std::to_string(default_sites * 32)});
  const std::string fractions = "is not allowed; allowed are numbers between 0 and 1, both excluded, such as 0.01";
  for (const char* option : {"--margin", "--p", "--confidence"})
    for (const char* value : {"0", "1", "-1", "1%", "nan", "some", "0.5x", "1e-400"})
      refused({option, value}, {std::string(option) + ": '" + value + "' " + fractions});
  refused({"--margin", "0.00001"}, {"a margin of 1e-05 takes all", "no sample reaches it; take a margin of at least"});
  refused({"--method", "stratified:5"}, {"5 faults", "6 strata need 6"});
  refused({"--method", "stratified:999999"}, {"999999", std::to_string(default_sites * 32)});
  refused({"--method", "stratified:50", "--strata", "bit"}, {"'--strata bit'", "layer, quantity or 'layer and bit'"});
  refused({"--strata", "layer"}, {"'--strata' does nothing here", "'network-wise'; leave it out"});
  refused({"--rates", "p.csv"}, {"'--rates' does nothing here", "leave it out"});
  refused({"--method", "data-aware", "--rates", "@p.csv"},
          {"cannot read the expected rates", "p.csv'", "; check the path"});
  refused({"--method", "data-aware", "--rates", "p.csv", "--pilot", "p.sqlite"},
          {"'--rates' does nothing here", "'--pilot'"});
  refused({"--method", "layer-wise", "--p", "0.1"}, {"'--p' does nothing here", "leave it out"});
  refused({"--persistence", "now"}, {"'--persistence now'"});
}

// ---- bad weights ----

TEST_CASE("weights of the wrong shape are refused with name, wanted and found") {
  Bench bench;
  bench.write_weights([](auto& arrays) { arrays["fc1.weight"].shape = {4, 5}; });
  check_refusal(bench.with_input({"golden"}), 2, {"weights.npz", "fc1.weight", "(5, 4)", "(4, 5)"});
  bench.write_weights([](auto& arrays) { arrays["lif2.beta"] = {{4}, {1, 1, 1, 1}}; });
  check_refusal(bench.with_input({"run", "--store", "@a.sqlite"}), 2, {"lif2.beta", "(3,)", "(4,)"});
  CHECK_FALSE(std::filesystem::exists(bench / "a.sqlite"));
}

TEST_CASE("a missing array of the weights is refused with its name and those that are there") {
  Bench bench;
  bench.write_weights([](auto& arrays) { arrays.erase("fc2.bias"); });
  check_refusal(bench.with_input({"golden"}), 2, {"weights.npz", "'fc2.bias'", "'fc2.weight'"});
}

TEST_CASE("NaN and infinities in the weights are allowed with a warning") {
  Bench bench;
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  bench.write_weights([](auto& arrays) {
    arrays["lif1.beta"].values[2] = nan;  // this neuron never fires
  });
  const Ended warned = bench.with_input({"golden"});
  CHECK(warned.status == 0);
  CHECK(contains(warned.error, "spikingjet: 'lif1.beta' in '"));
  CHECK(contains(warned.error, "holds 1 value that is NaN or infinite; it is used as it is"));
  CHECK(std::count(warned.error.begin(), warned.error.end(), '\n') == 1);
}

TEST_CASE("arrays that the network does not use are allowed with a warning") {
  Bench bench;
  bench.write_weights([](auto& arrays) { arrays["fc3.weight"] = {{1}, {1}}; });
  const Ended warned = bench.with_input({"golden"});
  CHECK(warned.status == 0);
  CHECK(contains(warned.error, "does not use 'fc3.weight'"));
}

TEST_CASE("truncated files, files that are no archive and empty files are refused") {
  const Bench bench;
  const std::string weights = read_bytes(bench / "weights.npz");
  const std::string data = read_bytes(bench / "data.npz");
  for (const double share : {0.0, 0.001, 0.3, 0.7, 0.99}) {
    INFO("share " << share);
    write_bytes(bench / "cut.npz", weights.substr(0, std::size_t(share * double(weights.size()))));
    check_refusal(bench({"golden", "--weights", "@cut.npz", "--data", "@data.npz"}), 2, {"cut.npz"});
    write_bytes(bench / "cut.npz", data.substr(0, std::size_t(share * double(data.size()))));
    check_refusal(bench({"golden", "--weights", "@weights.npz", "--data", "@cut.npz"}), 2, {"cut.npz"});
  }
  write_bytes(bench / "text.npz", "these are no weights\n");
  check_refusal(bench({"golden", "--weights", "@text.npz", "--data", "@data.npz"}), 2, {"text.npz"});
  check_refusal(bench({"golden", "--weights", "@weights.npz", "--data", "@text.npz"}), 2, {"text.npz"});
}

// ---- bad data ----

TEST_CASE("empty data, frames of another size, labels of another number and labels that are no class are refused") {
  Bench bench;
  bench.write_data([](auto& arrays) {
    arrays["x"] = {{0, tiny::steps, 1, 2, 2}, {}};
    arrays["y"] = {{0}, {}};
  });
  check_refusal(bench.with_input({"golden"}), 2, {"data.npz", "no samples"});

  bench.write_data([](auto& arrays) { arrays["x"].shape = {10, tiny::steps, 4, 1, 1}; });
  check_refusal(bench.with_input({"golden"}), 2, {"data.npz", "(4, 1, 1)", "(1, 2, 2)"});

  bench.write_data([](auto& arrays) { arrays["x"] = {{10, 0, 1, 2, 2}, {}}; });
  check_refusal(bench.with_input({"golden"}), 2, {"data.npz"});

  bench.write_data([](auto& arrays) { arrays["y"] = {{9}, std::vector<float>(9)}; });
  check_refusal(bench.with_input({"golden"}), 2, {"data.npz", "9 labels", "10 samples"});

  bench.write_data([](auto& arrays) { arrays["y"].values[6] = 3; });
  check_refusal(bench.with_input({"golden"}), 2, {"the label of sample 6, 'y' in ", "is 3", "0 to 2"});
  check_refusal(bench.with_input({"run", "--store", "@a.sqlite"}), 2, {"the label of sample 6, 'y' in ", "is 3"});
  CHECK_FALSE(std::filesystem::exists(bench / "a.sqlite"));

  bench.write_data([](auto& arrays) { arrays["y"].values[6] = 0.5F; });
  check_refusal(bench.with_input({"golden"}), 2, {"sample 6", "0.5"});

  bench.write_data([](auto& arrays) { arrays["x"].values[33] = std::numeric_limits<float>::infinity(); });
  check_refusal(bench.with_input({"golden"}), 2, {"sample 1, step 0, element 1", "NaN or infinite"});

  bench.write_data([](auto& arrays) { arrays.erase("x"); });
  check_refusal(bench.with_input({"golden"}), 2, {"data.npz", "'x'"});
}

// ---- bad fault lists ----

TEST_CASE("a line of a fault list that cannot be used is refused with file, line and what is allowed") {
  const Bench bench;
  const auto refused = [&](const std::string& line, const std::vector<std::string>& parts) {
    write_bytes(bench / "faults.csv", "Injection,Layer,TensorIndex,Bit\n0,fc1.weight,\"(0, 0)\",1\n" + line + "\n");
    INFO(line);
    auto all = parts;
    all.push_back("faults.csv, line 3: ");
    check_refusal(bench.with_input({"run", "--faults", "@faults.csv", "--store", "@a.sqlite"}), 2, all);
    CHECK_FALSE(std::filesystem::exists(bench / "a.sqlite"));
  };
  refused("1,fc7.weight,\"(0, 0)\",1", {"'fc7.weight'", "fc1.weight, fc1.bias"});
  refused("1,fc1.weight,\"(5, 0)\",1", {"'(5, 0)'", "(5, 4)", "0 to (4, 3)"});
  refused("1,fc1.weight,\"(0, 4)\",1", {"'(0, 4)'", "(5, 4)"});
  refused("1,fc1.weight,\"(-1, 0)\",1", {"'(-1, 0)'"});
  refused("1,fc1.weight,\"(0,)\",1", {"'(0,)'"});
  refused("1,fc1.bias,\"(5,)\",1", {"'(5,)'", "(5,)"});
  refused("1,fc1.weight,\"(0, 0)\",32", {"'32'", "0 to 31"});
  refused("1,fc1.weight,\"(0, 0)\",-1", {"'-1'", "0 to 31"});
  refused("1,fc1.weight,\"(0, 0)\",", {"0 to 31"});
  refused("1,fc1.weight,(0, 0,1", {"5 fields"});
  refused("1,fc1.weight", {"2 fields"});
}

TEST_CASE("a fault list that is missing, empty or no fault list is refused") {
  const Bench bench;
  const std::vector<std::string> command = {"run", "--faults", "@faults.csv", "--store", "@a.sqlite"};
  const Ended missing = bench.with_input(command);
  check_refusal(missing, missing.status, {"faults.csv"});
  CHECK((missing.status == 1 || missing.status == 2));
  write_bytes(bench / "faults.csv", "");
  check_refusal(bench.with_input(command), 2, {"faults.csv, line 1"});
  write_bytes(bench / "faults.csv", "Injection,Layer,TensorIndex,Bit\n");
  check_refusal(bench.with_input(command), 2, {"faults.csv", "holds no fault"});
  write_bytes(bench / "faults.csv", "a,b,c\n1,2,3\n");
  check_refusal(bench.with_input(command), 2, {"faults.csv, line 1", "Injection,Layer,TensorIndex,Bit"});
  CHECK_FALSE(std::filesystem::exists(bench / "a.sqlite"));
}

TEST_CASE("a list that 'faults' drew is that sample when 'run' reads it, and a part of it stands for itself") {
  const Bench bench;
  const std::vector<std::string> draw = {"--method", "count:40", "--target", "fc*.weight", "--seed", "5"};
  auto faults = draw;
  faults.insert(faults.begin(), "faults");
  faults.insert(faults.end(), {"--confidence", "0.9", "-o", "@drawn.csv"});
  REQUIRE(bench(faults).status == 0);
  check_refusal(bench(faults), 2, {"drawn.csv", "'--force'"});
  faults.emplace_back("--force");
  REQUIRE(bench(faults).status == 0);
  std::string part = read_bytes(bench / "drawn.csv");
  part.erase(part.rfind("39,"));
  write_bytes(bench / "part.csv", part);
  write_bytes(bench / "plain.csv", part.substr(0, part.find('#')) + part.substr(part.find('\n', part.find('#')) + 1));

  auto run = draw;
  run.insert(run.begin(), "run");
  run.insert(run.end(), {"--confidence", "0.9", "--store", "@drawn.sqlite"});
  REQUIRE(bench.with_input(run).status == 0);
  const auto store_of = [&](const std::string& list, const std::vector<std::string>& options, const std::string& told) {
    std::vector<std::string> words = {"run", "--faults", "@" + list, "--store", "@b.sqlite"};
    words.insert(words.end(), options.begin(), options.end());
    std::filesystem::remove(bench / "b.sqlite");
    const Ended ended = bench.with_input(words);
    INFO(ended.error);
    CHECK(ended.status == 0);
    CHECK(ended.error.empty() == told.empty());
    CHECK(contains(ended.error, told));
    return sj::Store::open(bench / "b.sqlite");
  };
  const auto populations = [](const sj::Store& store) {
    std::vector<std::optional<std::uint64_t>> found;
    for (const sj::StoredQuantity& quantity : store.quantities()) found.push_back(quantity.population);
    return found;
  };
  const sj::Store drawn = sj::Store::open(bench / "drawn.sqlite");
  CHECK(drawn.manifest().find("sample") == "random");
  CHECK(drawn.manifest().find("confidence") == "0.9");
  CHECK(populations(drawn)[0] == 32 * 20);  // fc1.weight
  {
    const sj::Store read = store_of("drawn.csv", {}, "");
    for (const auto& [key, value, identity] : drawn.manifest().entries()) {
      CAPTURE(key);
      CHECK(read.manifest().find(key) == value);
    }
    CHECK(populations(read) == populations(drawn));
    CHECK((all_faults(read) == all_faults(drawn)));
  }
  CHECK(store_of("drawn.csv", {"--confidence", "0.95"}, "").manifest().find("confidence") == "0.95");
  for (const std::string list : {"part.csv", "plain.csv"}) {
    CAPTURE(list);
    const bool is_part = list == "part.csv";
    const std::string told =
        is_part ? "part.csv: it is a part or a changed copy of the list that its '#' line describes; rates are those"
                : "plain.csv: nothing in it says how its faults were chosen, so rates are those of these";
    const sj::Store given = store_of(list, {}, told);
    CHECK(given.manifest().find("sample") == "given");
    CHECK_FALSE(given.manifest().find("method").has_value());
    CHECK_FALSE(populations(given)[0].has_value());
    const std::string random =
        is_part ? "describes; it is taken as a random sample because '--random' says so"
                : "plain.csv: as a random sample it speaks of what it strikes alone: fc1.weight and fc2.weight";
    CHECK(store_of(list, {"--random"}, random).manifest().find("sample") == "random");
  }
  const std::string fields = "Layer,TensorIndex,Bit\n";
  std::string first_row = fields;
  for (int bit = 0; bit < 32; ++bit) first_row += "fc1.weight,\"(0, 0)\"," + std::to_string(bit) + "\n";
  write_bytes(bench / "first.csv", first_row);
  CHECK(store_of("first.csv", {"--random"}, "all of its 32 faults in 'fc1.weight' strike elements 0 to 0 of 20")
            .manifest()
            .find("sample") == "random");
  check_refusal(bench.with_input({"run", "--random", "--store", "@c.sqlite"}), 2, {"--random", "--faults"});
}

TEST_CASE("duplicate faults are injected as often as they stand there, with a warning that names both lines") {
  const Bench bench;
  write_bytes(bench / "faults.csv",
             "Injection,Layer,TensorIndex,Bit\n0,fc1.weight,\"(0, 0)\",30\n1,fc1.bias,\"(1,)\",2\n2,fc1.weight,\"(0, "
             "0)\",30\n");
  const Ended ended = bench.with_input({"run", "--faults", "@faults.csv", "--store", "@a.sqlite"});
  CHECK(ended.status == 0);
  CHECK(contains(ended.error, "1 of its faults repeat an earlier one (line 4 that of line 2"));
  CHECK(contains(ended.error, "faults.csv: nothing in it says how its faults were chosen"));
  CHECK(std::count(ended.error.begin(), ended.error.end(), '\n') == 2);
  const sj::Store store = sj::Store::open(bench / "a.sqlite");
  const std::vector<sj::StoredFault> faults = all_faults(store);
  REQUIRE(faults.size() == 3);
  CHECK(faults[0].record == faults[2].record);
}

// ---- stores and other outputs ----

TEST_CASE("a store that cannot be made is refused") {
  const Bench bench;
  check_refusal(bench.with_input({"run", "--method", "count:5", "--store", "@no/such/folder/a.sqlite"}), 1,
                {"no/such/folder/a.sqlite"});
  check_refusal(bench.with_input({"run", "--method", "count:5", "--store", "/proc/spikingjet.sqlite"}), 1,
                {"/proc/spikingjet.sqlite"});
}

TEST_CASE("an existing store or file is refused by what it is, and none of its bytes changes") {
  const Bench bench;
  const auto run_with = [&](const char* seed, const char* store) {
    return bench.with_input({"run", "--method", "count:30", "--seed", seed, "--store", store});
  };
  REQUIRE(run_with("1", "@a.sqlite").status == 0);
  const std::string before = read_bytes(bench / "a.sqlite");
  check_refusal(run_with("1", "@a.sqlite"), 2, {"a.sqlite", "holds this campaign already (30 faults finished)"});
  CHECK(read_bytes(bench / "a.sqlite") == before);
  check_refusal(run_with("2", "@a.sqlite"), 2, {"a.sqlite", "holds another campaign ('faults' is "});
  CHECK(read_bytes(bench / "a.sqlite") == before);

  const std::string text = "my notes\n";
  write_bytes(bench / "notes.txt", text);
  check_refusal(run_with("1", "@notes.txt"), 2, {"notes.txt", "is no store of a campaign"});
  CHECK(read_bytes(bench / "notes.txt") == text);
  std::filesystem::create_directory(bench / "folder");
  check_refusal(run_with("1", "@folder"), 2, {"folder", "is no store of a campaign"});
  for (const auto& file : std::filesystem::directory_iterator(bench / "."))
    CHECK_FALSE(contains(file.path().filename().string(), "-journal"));
}

TEST_CASE("readouts that cannot be written are refused before the campaign, and the store can be made afterwards") {
  const Bench bench;
  const std::vector<std::string> command = {"run", "--method", "count:5", "--store", "@a.sqlite", "--scores"};
  auto to_nowhere = command;
  to_nowhere.push_back("@no/such/folder/scores.npy");
  check_refusal(bench.with_input(to_nowhere), 1, {"no/such/folder/scores.npy"});
  auto to_file = command;
  to_file.push_back("@scores.npy");
  CHECK(bench.with_input(to_file).status == 0);

  // A refused campaign leaves the readouts of an earlier one alone.
  const std::string before = read_bytes(bench / "scores.npy");
  check_refusal(bench.with_input(to_file), 2, {"scores.npy' exists and is not overwritten"});
  to_file.push_back("--force");
  check_refusal(bench.with_input(to_file), 2, {"holds this campaign already"});
  CHECK(read_bytes(bench / "scores.npy") == before);
}

TEST_CASE("a full disk for the readouts is a failure that keeps the finished faults") {
  if (!std::filesystem::exists("/dev/full")) {
    WARN("skipped: this system has no /dev/full");
    return;
  }
  const Bench bench;
  Ended ended = bench.with_input({"run", "--method", "count:1500", "--store", "@a.sqlite", "--scores", "/dev/full"});
  CHECK(ended.out.starts_with("count:1500: 1500 of 2400 faults\n"));  // it had begun
  ended.out.erase(0, ended.out.find('\n') + 1);
  check_refusal(ended, 1, {"/dev/full"});
}

TEST_CASE("a missing store, and a file that is none, is refused by 'analyse' and 'export'") {
  const Bench bench;
  write_bytes(bench / "notes.txt", "my notes\n");
  for (const std::vector<std::string>& command : {std::vector<std::string>{"analyse"}, {"export", "--csv", "@out"}}) {
    auto missing = command;
    missing.push_back("@none.sqlite");
    check_refusal(bench(missing), 2, {"none.sqlite"});
    auto other = command;
    other.push_back("@notes.txt");
    check_refusal(bench(other), 2, {"notes.txt"});
  }
  CHECK_FALSE(std::filesystem::exists(bench / "none.sqlite"));
  CHECK(read_bytes(bench / "notes.txt") == "my notes\n");
}

TEST_CASE("names of files are printed so that no terminal obeys them, and at no length", "[validation]") {
  const Bench bench;
  const std::string evil = "e\x1b[31m\x07\r\n";
  const auto shown = [&](const std::vector<std::string>& words, bool input, std::optional<int> status) {
    const Ended ended = input ? bench.with_input(words) : bench(words);
    INFO(words[0] << ": " << ended.out << ended.error);
    CHECK(ended.status == status.value_or(ended.status));
    for (const std::string* text : {&ended.out, &ended.error})
      for (const std::string& line : lines_of(*text))  // without the ends of lines of CSV
        for (const char c : line)
          if ((c < ' ' && c >= 0) || c == '\x7f') FAIL("a terminal would obey character " << int(c));
    for (const std::string& line : lines_of(ended.out)) CHECK(line.size() < 400);
    for (const std::string& line : lines_of(ended.error)) CHECK(line.size() < 800);
    return ended;
  };
  const std::string list = "@" + evil + ".csv", store = "@" + evil + ".sqlite", npy = "@" + evil + ".npy";
  CHECK(contains(shown({"faults", "--method", "count:20", "-o", list}, false, 0).out, "e?[31m???.csv\n"));
  shown({"faults", "--method", "count:20", "-o", list}, false, 2);
  CHECK(
      contains(shown({"run", "--faults", list, "--store", store, "--scores", npy}, true, 0).out, "e?[31m???.sqlite\n"));
  shown({"run", "--faults", list, "--store", store}, true, 2);
  shown({"analyse", store, "-o", list, "--force"}, false, 0);
  shown({"analyse", store, "--format", "csv"}, false, 0);
  shown({"analyse", store, "-o", "@" + evil}, false, 2);
  CHECK(contains(shown({"export", store, "--csv", "@" + evil}, false, 0).out, "e?[31m???\n"));
  shown({"verify", store}, true, 0);
  shown({"golden", "-o", "@" + evil + "2.csv", "--readouts", npy, "--force"}, true, 0);
  shown({"golden", "--data", "@" + evil + ".npz", "--weights", list}, false, 2);
  shown({"golden", "--data", list, "--weights", "@weights.npz"}, false, 2);
  const std::string lengthy = "@" + std::string(3000, 'x');
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"run", "--faults", lengthy, "--store", "@l.sqlite", "--weights", "@weights.npz", "--data", "@data.npz"},
           {"golden", "--data", lengthy, "--weights", "@weights.npz"},
           {"golden", "--data", "@data.npz", "--weights", lengthy},
           {"golden", lengthy},
           {lengthy},
           {"golden", "--" + lengthy},
           {"analyse", lengthy},
           {"verify", lengthy},
           {"export", lengthy, "--csv", "@csv"}}) {
    const Ended ended = shown(words, false, std::nullopt);  // the system may call it a failure
    CHECK(ended.status != 0);
    CHECK(std::count(ended.error.begin(), ended.error.end(), '\n') == 1);
  }
  CHECK(bench({"faults", "-o", lengthy}).error.size() < 800);  // a failure or misuse, as the system says
}

TEST_CASE("an array that the network does not use is told once", "[validation]") {
  Bench bench;
  bench.write_weights([](std::map<std::string, NpzArray>& arrays) {
    arrays["lif1.alpha"] = {{5}, std::vector<float>(5, 0.5F)};
    arrays["bn1.running_mean"] = {{5}, std::vector<float>(5, 0.0F)};
    arrays["bn1.weight"] = {{5}, std::vector<float>(5, 1.0F)};
    arrays["other"] = {{1}, {1.0F}};
    arrays["lif1.threshold"].values[0] = std::numeric_limits<float>::quiet_NaN();
  });
  const Ended ended = bench.with_input({"golden"});
  INFO(ended.error);
  CHECK(ended.status == 0);
  const auto times = [&](const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = ended.error.find(part); at != std::string::npos; at = ended.error.find(part, at + 1)) ++count;
    return count;
  };
  CHECK(times("'lif1.alpha'") == 1);
  CHECK(times("'bn1.running_mean'") == 1);
  CHECK(times("'bn1.weight'") == 0);  // of the same module
  CHECK(contains(ended.error, "the network does not use 'other' of '"));
  CHECK(times("'lif1.threshold'") == 1);
}

TEST_CASE("a table, list or folder that cannot be written is a failure") {
  const Bench bench;
  REQUIRE(bench.with_input({"run", "--method", "count:5", "--store", "@a.sqlite"}).status == 0);
  const Ended table = bench({"analyse", "@a.sqlite", "-o", "@no/such/table.csv"});
  CHECK(table.status == 1);
  CHECK(contains(table.error, "no/such/table.csv"));
  const Ended spikes = bench.with_input({"golden", "-o", "@no/such/spikes.csv"});
  CHECK(spikes.status == 1);
  CHECK(contains(spikes.error, "no/such/spikes.csv"));
  check_refusal(bench({"faults", "--method", "count:5", "-o", "@no/such/faults.csv"}), 1, {"no/such/faults.csv"});
  write_bytes(bench / "file", "");
  check_refusal(bench({"export", "@a.sqlite", "--csv", "@file/below"}), 1, {"file/below"});
}

// ---- signals ----

TEST_CASE(
    "run --until injects in the order of a draw until its rate is known well enough, and stores which draw each was") {
  const Bench bench;
  const Ended ended = bench.with_input({"run", "--until", "SDC_1 all <= 0.05", "--confidence", "0.9", "--seed", "4",
                                        "--store", "@a.sqlite"});
  INFO(ended.error);
  REQUIRE(ended.status == 0);
  CHECK(contains(ended.out, "iterative: until SDC_1 all <= 0.05 at confidence 0.9: "));
  CHECK(contains(ended.out, "SDC_1 all is "));
  const sj::Store store = sj::Store::open(bench / "a.sqlite");
  CHECK(store.manifest().find("order") == "drawn");
  CHECK(store.manifest().find("until") == "SDC_1 all <= 0.05");
  CHECK(store.manifest().find("ended") == "by rule");
  CHECK(!store.manifest().find("margin"));  // the rule has it
  REQUIRE(store.strata().size() == 1);
  CHECK(store.strata()[0].population == default_sites * 32);
  std::uint64_t ways = 0;
  for (const sj::StoredWay& way : store.ways()) ways += way.population;
  CHECK(ways == default_sites * 32);
  const std::vector<sj::StoredFault> faults = all_faults(store);
  REQUIRE(faults.size() > 10);
  CHECK(faults.size() < default_sites * 32);
  REQUIRE(bench({"export", "@a.sqlite", "--csv", "@ended"}).status == 0);
  const Ended again = bench.with_input({"run", "--faults", "@ended/faults.csv", "--store", "@e.sqlite"});
  CHECK(again.status == 0);
  CHECK(contains(again.error, "its '#' line says that the rule 'SDC_1 all <= 0.05' could end its campaign"));
  CHECK(sj::Store::open(bench / "e.sqlite").manifest().find("sample") == "given");

  REQUIRE(bench.with_input({"run", "--method", "count:" + std::to_string(faults.size()), "--seed", "4", "--store",
                            "@b.sqlite"}).status == 0);
  const sj::Store in_space = sj::Store::open(bench / "b.sqlite");
  CHECK(in_space.manifest().find("order") == "space");
  std::map<std::uint64_t, sj::StoredFault> by_rank;
  for (const sj::StoredFault& fault : all_faults(in_space)) by_rank.emplace(fault.draw.value().rank, fault);
  REQUIRE(by_rank.size() == faults.size());
  for (std::size_t f = 0; f < faults.size(); ++f) {
    CHECK(faults[f].draw == sj::FaultDraw{0, f});
    CHECK(by_rank.at(f).fault == faults[f].fault);
    CHECK(by_rank.at(f).record == faults[f].record);
  }

  const Ended all =
      bench.with_input({"run", "--until", "SDC_1 all <= 0.00001", "--method", "count:40", "--store", "@c.sqlite"});
  CHECK(all.status == 0);
  CHECK(contains(all.error, "SDC_1 all <= 0.00001 does not hold after all 40 faults that were to be drawn"));
  CHECK(!sj::Store::open(bench / "c.sqlite").manifest().find("ended"));
  REQUIRE(bench.with_input({"run", "--method", "exhaustive", "--order", "drawn", "--store", "@d.sqlite"}).status == 0);
  CHECK(all_faults(sj::Store::open(bench / "d.sqlite"))[7].draw == sj::FaultDraw{0, 7});
}

TEST_CASE("a rule that cannot be, and what does not go with one, are refused before anything is made") {
  Bench bench;
  const auto refused = [&](std::vector<std::string> words, const std::string& part) {
    words.insert(words.begin(), "run");
    words.insert(words.end(), {"--store", "@a.sqlite"});
    check_refusal(bench.with_input(words), 2, {part});
    CHECK(!std::filesystem::exists(bench / "a.sqlite"));
  };
  refused({"--until", "SDC_1 all"}, "write RATE TARGET <= NUMBER");
  refused({"--until", "SDC_2 all <= 0.1"}, "names no rate 'SDC_2'");
  refused({"--until", "SDC_1 fc9 <= 0.1"}, "names a target 'fc9' that no fault strikes here; allowed are all, weight");
  refused({"--until", "SDC_1 all <= 0.1", "--method", "layer-wise"}, "strata have no common order");
  refused({"--order", "drawn", "--method", "data-unaware"}, "strata have no common order");
  refused({"--until", "SDC_1 all <= 0.1", "--margin", "0.02"}, "'--until' says what ends the campaign");
  refused({"--until", "SDC_1 all <= 0.1", "--order", "space"}, "injects in the order of the draw");
  refused({"--until", "SDC_1 all <= 0.1", "--scores", "@s.npy"}, "'--scores' must know how many faults there are");
  refused({"--until", "SDC_1 all <= 0.1", "--confidence", "1"}, "confidence");
  refused({"--until", "SDC_1 all <= 0.1", "--faults", "@weights.npz"}, "excludes");
  bench.write_data([](auto& arrays) { arrays.erase("y"); });
  refused({"--until", "facc all <= 0.1"}, "asks how often predictions are right, and the data have no labels");
  refused({"--method", "iterative", "--margin", "0.6"}, "'--margin 0.6': allowed is a number between 0 and 0.5");
  refused({"--method", "iterative", "--margin", "0.0000001"}, "no sample reaches it");
}

namespace {

/// A campaign of some minutes in a process of its own, which the hidden test below runs.
class LongCampaign {
 public:
  explicit LongCampaign(const Bench& bench) {
    setenv("SPIKINGJET_TEST_FOLDER", (bench / ".").c_str(), 1);
    char program[] = "/proc/self/exe";
    std::string self = std::filesystem::read_symlink(program).string();
    char test[] = "a long campaign for other tests to interrupt";
    char* arguments[] = {self.data(), test, nullptr};
    posix_spawnattr_t attributes;  // the tests may have been started with signals ignored
    posix_spawnattr_init(&attributes);
    sigset_t usual;
    sigemptyset(&usual);
    for (const int signal : {SIGINT, SIGTERM}) sigaddset(&usual, signal);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    for (const int stream : {1, 2})
      posix_spawn_file_actions_addopen(&files, stream, (bench / (stream == 1 ? "out.txt" : "error.txt")).c_str(),
                                       O_CREAT | O_WRONLY | O_TRUNC, 0600);
    REQUIRE(posix_spawn(&process_, self.c_str(), &files, &attributes, arguments, environ) == 0);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  LongCampaign(const LongCampaign&) = delete;
  LongCampaign& operator=(const LongCampaign&) = delete;
  ~LongCampaign() {
    if (process_ != 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
  }

  /// Waits until the store holds this many faults; false if the process ends before.
  bool wait_for_faults(const std::string& path, std::uint64_t faults) const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (std::chrono::steady_clock::now() < deadline) {
      try {
        if (sj::Store::open(path).faults() >= faults) return true;
      } catch (const sj::Error&) {  // not made yet
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }

  /// Sends a signal and gives the status that the process ends with, as waitpid tells it.
  int end_with(int signal) {
    kill(process_, signal);
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = 0;
    return status;
  }

 private:
  pid_t process_ = 0;
};

/// A store with some, and not all, of the faults, whole blocks of them, each with the reference's outcome.
void check_part(const std::string& path) {
  const sj::Store store = sj::Store::open(path);
  const std::vector<sj::StoredFault> faults = all_faults(store);
  CHECK(faults.size() >= 16);
  CHECK(faults.size() < default_sites * 32);
  std::uint64_t in_blocks = 0;
  for (const sj::FinishedBlock& block : store.blocks()) {
    CHECK(block.first == in_blocks);
    in_blocks += block.count;
  }
  CHECK(in_blocks == faults.size());
  for (std::size_t f = 0; f < faults.size(); ++f) {
    CHECK(faults[f].id == f);
    CHECK(faults[f].record.samples == 20000);
  }
  const reference::Fault first = {.quantity = "fc1.weight", .element = 0, .flip = 1u << 5};
  std::uint64_t unchanged = 0;
  for (std::size_t s = 0; s < Bench::samples; ++s)
    unchanged += reference::run(tiny::network(), tiny::input(s), first) == golden_of_reference()[s];
  CHECK(faults[5].record.unchanged == unchanged * 2000);
}

}  // namespace

TEST_CASE("a long campaign for other tests to interrupt", "[.]") {
  const char* folder = std::getenv("SPIKINGJET_TEST_FOLDER");
  if (!folder) return;  // alone it has nothing to do
  const std::string path = folder;
  const std::string weights = path + "/weights.npz";
  const std::string data = path + "/data.npz";
  const std::string store = path + "/a.sqlite";
  const char* arguments[] = {"tiny",      "run",           "--method",    "exhaustive",    "--samples", "20000",
                             "--threads", "1",             "--engine",    "full",          "--store",   store.c_str(),
                             "--weights", weights.c_str(), "--data",      data.c_str()};
  std::_Exit(sj::run_campaign<Bench::NetOfFile>(int(std::size(arguments)), arguments, example));
}

TEST_CASE("Ctrl-C leaves a store with all finished faults, and says so") {
  for (const int signal : {SIGINT, SIGTERM}) {
    const Bench bench;
    LongCampaign campaign(bench);
    REQUIRE(campaign.wait_for_faults(bench / "a.sqlite", 16));
    const int status = campaign.end_with(signal);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 128 + signal);
    check_part(bench / "a.sqlite");
    const std::string finished = std::to_string(sj::Store::open(bench / "a.sqlite").faults());
    CHECK(read_bytes(bench / "error.txt") == "spikingjet: interrupted after " + finished + " of " +
                                                std::to_string(default_sites * 32) + " faults; they are stored in '" +
                                                std::string(bench / ".") + "/a.sqlite'\n");
    CHECK(bench({"analyse", "@a.sqlite"}).status == 0);
  }
}

TEST_CASE("a killed campaign leaves a store with all finished faults") {
  const Bench bench;
  LongCampaign campaign(bench);
  REQUIRE(campaign.wait_for_faults(bench / "a.sqlite", 16));
  const int status = campaign.end_with(SIGKILL);
  CHECK(WIFSIGNALED(status));
  check_part(bench / "a.sqlite");
  CHECK(bench({"analyse", "@a.sqlite"}).status == 0);
  check_refusal(bench.with_input({"run", "--method", "exhaustive", "--samples", "20000", "--store", "@a.sqlite"}), 2,
                {"holds this campaign already"});
}
