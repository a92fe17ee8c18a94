// SPDX-License-Identifier: MIT
#include "analysis/injections.hpp"
#include "app/npz_writer.hpp"
#include "campaign/tiny.hpp"
#include "catch.hpp"

#include <spikingjet/app/command_session.hpp>
#include <spikingjet/app/commands/coverage.hpp>
#include <spikingjet/app/commands/dictionary.hpp>
#include <spikingjet/io/dataset.hpp>
#include <spikingjet/io/npz_of_samples.hpp>
#include <spikingjet/io/sample_list.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

using namespace spikingjet;

namespace {

template <class Command>
int run_command(Command& command, std::vector<std::string> arguments) {
  CLI::App app;
  command.declare(*app.add_subcommand("it", ""));
  std::reverse(arguments.begin(), arguments.end());
  arguments.emplace_back("it");
  app.parse(arguments);
  return command.run();
}

int coverage_with(const std::vector<std::string>& arguments) {
  CommandSession session({.name = "tiny", .about = "", .where_from = "the tests write it"});
  CoverageCommand command(session, tiny::Net::input, tiny::Net::classes);
  return run_command(command, arguments);
}

/// What stands above the numbers of a .txt file.
const std::string mark = "# spikingjet samples: chosen by outcomes\n";

/// Six samples of the tiny network, and a store of a campaign on the first four of them.
struct Bench {
  TemporaryFolder folder;

  Bench() {
    NpzArray x{{6, tiny::steps, 1, 2, 2}, {}};
    NpzArray y{{6}, {}};
    for (std::size_t s = 0; s < 6; ++s) {
      for (const std::vector<float>& step : tiny::input(s)) x.values.insert(x.values.end(), step.begin(), step.end());
      y.values.push_back(static_cast<float>(tiny::label(s)));
    }
    write_npz(folder / "data.npz", {{"x", x}, {"y", y}});
    store("a.sqlite", data_digest({.input = tiny::Net::input, .limit = 4}));
  }

  std::string operator/(const std::string& name) const { return folder / name; }

  std::string data_digest(const DatasetFormat& format) const {
    return digest_of(SampleRange(load_dataset(folder / "data.npz", format))).hex();
  }

  void store(const std::string& name, const std::string& digest, Manifest manifest = Manifest()) const {
    store_with_injections(folder / name, manifest.identify("data", digest));
  }
};

}  // namespace

TEST_CASE("'coverage -o' writes the smallest set, or the first samples of the greedy order, as numbers") {
  const Bench bench;
  const std::string store = bench / "a.sqlite";
  CHECK(coverage_with({store}) == 0);
  CHECK(coverage_with({store, "-o", bench / "set.txt"}) == 0);
  CHECK(read_bytes(bench / "set.txt") == mark + "1\n2\n");
  CHECK(coverage_with({store, "-o", bench / "set.csv"}) == 0);
  CHECK(read_bytes(bench / "set.csv") == "sample\r\n# spikingjet samples: chosen by outcomes\r\n1\r\n2\r\n");
  CHECK(coverage_with({store, "-o", bench / "set.txt", "--size", "1", "--force"}) == 0);
  CHECK(read_bytes(bench / "set.txt") == mark + "1\n");
  CHECK(coverage_with({store, "-o", bench / "set.txt", "--size", "4", "--force"}) == 0);
  CHECK(read_bytes(bench / "set.txt") == mark + "1\n2\n");
  CHECK(coverage_with({store, "-o", bench / "due.txt", "--outcome", "due"}) == 0);
  CHECK(read_bytes(bench / "due.txt") == mark + "3\n");
  CHECK(coverage_with({store, "-o", bench / "lif.txt", "--target", "lif*"}) == 0);
  CHECK(read_bytes(bench / "lif.txt") == mark + "2\n");
}

TEST_CASE("'coverage -o set.npz' writes the samples themselves, those of the campaign alone") {
  const Bench bench;
  CHECK(coverage_with({bench / "a.sqlite", "--data", bench / "data.npz", "-o", bench / "set.npz"}) == 0);
  const Dataset set = load_dataset(bench / "set.npz", {.input = tiny::Net::input});
  CHECK(digest_of(SampleRange(set)).hex() == bench.data_digest({.input = tiny::Net::input, .list = {1, 2}}));
  CHECK(set.labels == std::vector<std::uint32_t>{tiny::label(1), tiny::label(2)});

  bench.store("b.sqlite", "0123456789abcdef");
  CHECK(contains(sentence_of<Misuse>([&] {
                   coverage_with({bench / "b.sqlite", "--data", bench / "data.npz", "-o", bench / "other.npz"});
                 }),
                 "'data' is '0123456789abcdef' there"));
  CHECK(!std::filesystem::exists(bench / "other.npz"));
  CHECK(contains(sentence_of<InputMissing>([&] {
                   coverage_with({bench / "a.sqlite", "-o", bench / "c.npz"});
                 }),
                 "'--data'"));
  write_bytes(bench / "text.npz", "mine");
  CHECK_THROWS_AS(
      coverage_with({bench / "a.sqlite", "--data", bench / "data.npz", "-o", bench / "text.npz", "--force"}),
      OutputRefused);
}

TEST_CASE("the numbers that 'coverage' writes are those in the data") {
  const Bench bench;
  const DatasetFormat listed{.input = tiny::Net::input, .list = {5, 0, 3, 2}};
  bench.store("listed.sqlite", bench.data_digest(listed), Manifest().inform("samples listed", "5,0,3,2"));
  CHECK(coverage_with({bench / "listed.sqlite", "-o", bench / "set.txt"}) == 0);
  CHECK(read_bytes(bench / "set.txt") == mark + "0\n3\n");
  CHECK(coverage_with({bench / "listed.sqlite", "--data", bench / "data.npz", "-o", bench / "set.npz"}) == 0);
  const Dataset set = load_dataset(bench / "set.npz", {.input = tiny::Net::input});
  const Dataset again =
      load_dataset(bench / "data.npz", {.input = tiny::Net::input, .list = read_sample_list(bench / "set.txt")});
  CHECK(digest_of(SampleRange(set)).hex() == digest_of(SampleRange(again)).hex());

  const DatasetFormat spread{.input = tiny::Net::input, .limit = 4, .spread = true};
  bench.store("spread.sqlite", bench.data_digest(spread), Manifest().inform("samples chosen", "spread over classes"));
  CHECK(contains(sentence_of<Misuse>([&] {
                   coverage_with({bench / "spread.sqlite", "-o", bench / "s.txt"});
                 }),
                 "write the set as .npz"));
  CHECK(coverage_with({bench / "spread.sqlite", "--data", bench / "data.npz", "-o", bench / "s.npz"}) == 0);
  CHECK(says_chosen_by_outcomes(bench / "s.npz"));
  const Store empty = Store::create(bench / "empty.sqlite", Manifest().inform("samples chosen", "spread over classes"),
                                    two_quantities(), std::vector<std::uint64_t>{4, 1});
  CHECK(contains(sentence_of<Misuse>([&] {
                   coverage_with({bench / "empty.sqlite", "-o", bench / "s.txt"});
                 }),
                 "write the set as .npz"));  // before anything is counted, as that would be refused
  bench.store("torn.sqlite", "x", Manifest().inform("samples listed", "5,zero"));
  CHECK(contains(sentence_of<DamagedStore>([&] {
                   coverage_with({bench / "torn.sqlite", "-o", bench / "t.txt"});
                 }),
                 "'zero'"));
  bench.store("short.sqlite", "x", Manifest().inform("samples listed", "5,0"));
  CHECK(contains(sentence_of<DamagedStore>([&] {
                   coverage_with({bench / "short.sqlite", "-o", bench / "t.txt"});
                 }),
                 "sample 2"));
}

TEST_CASE("'coverage' refuses what has no effect and names that say no kind of a set", "[validation]") {
  const Bench bench;
  const std::string store = bench / "a.sqlite";
  const auto refusal = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), store);
    return sentence_of<Misuse>([&] { coverage_with(arguments); });
  };
  CHECK(contains(refusal({"-o", bench / "set.md"}),
                 "a name that ends in .npz, for '--data', or in .txt or .csv, for '--samples @FILE'"));
  CHECK(contains(refusal({"--size", "3"}), "there is no '-o'"));
  CHECK(contains(refusal({"--data", bench / "data.npz"}), "only '-o FILE.npz' writes samples of the data"));
  CHECK(contains(refusal({"--data", bench / "data.npz", "-o", bench / "set.txt"}), "'--data' does nothing here"));
  CHECK(contains(refusal({"--denoise", "5"}), "'--denoise' does nothing here"));
  CHECK(contains(refusal({"--target", "fc9.*"}), "matches one of fc1.weight, lif1.spike"));
  CHECK(contains(refusal({"--target", "lif1.*", "--outcome", "due", "-o", bench / "set.txt"}),
                 "there is no set of samples to write, as no fault is exposed"));
  CHECK(contains(refusal({"-o", store, "--force"}), "a name that ends in .npz"));
  CHECK(!std::filesystem::exists(bench / "set.txt"));
  write_bytes(bench / "old.txt", "mine");
  CHECK(contains(refusal({"-o", bench / "old.txt"}), "is not overwritten"));
  CHECK(read_bytes(bench / "old.txt") == "mine");
}

TEST_CASE("'dictionary' writes a file or the standard output, and replaces nothing without '--force'") {
  const Bench bench;
  DictionaryCommand command;
  CHECK(run_command(command, {bench / "a.sqlite", "-o", bench / "d.csv"}) == 0);
  CHECK(contains(read_bytes(bench / "d.csv"), "\r\n2,fc1.weight,\"(0, 2)\",31,bitflip,,,1:2 3:due\r\n"));
  DictionaryCommand again;
  CHECK_THROWS_AS(run_command(again, {bench / "a.sqlite", "-o", bench / "d.csv"}), OutputExists);
  DictionaryCommand forced;
  CHECK(run_command(forced, {bench / "a.sqlite", "-o", bench / "d.csv", "--force", "--outcome", "due"}) == 0);
  CHECK(contains(read_bytes(bench / "d.csv"), "\r\n2,fc1.weight,\"(0, 2)\",31,bitflip,,,3:due\r\n"));
  DictionaryCommand onto;
  CHECK_THROWS_AS(run_command(onto, {bench / "a.sqlite", "-o", bench / "a.sqlite", "--force"}), SameOutput);
}
