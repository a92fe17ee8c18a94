// SPDX-License-Identifier: MIT
#include "analysis/injections.hpp"
#include "catch.hpp"
#include "store/fixture.hpp"

#include <spikingjet/analysis/analyse.hpp>
#include <spikingjet/app/commands/analyse.hpp>
#include <spikingjet/app/commands/export.hpp>
#include <spikingjet/app/options.hpp>
#include <spikingjet/app/output_path.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

using namespace spikingjet;

namespace {

/// A store of two weight faults and a spike fault, of which `listed` were to be run.
void make_store(const std::string& path, const std::string& listed = "3", const std::string& sample = "random") {
  const std::vector<std::uint64_t> populations{192, 2};
  Store store = Store::create(path, Manifest().identify("fault count", listed).inform("sample", sample),
                              two_quantities(), populations);
  const FaultRecord record{
      .samples = 4, .unchanged = 0, .masked = 3, .sdc_critical = 1, .band = {}, .due = 0, .correct = 2};
  store.append_block(0, std::vector{weight_flip(0, 3), weight_flip(1, 30), dead_spike(1, 0, 5)},
                     std::vector(3, record));
}

/// Runs `analyse` as the command line does.
int analyse_with(std::vector<std::string> arguments) {
  CLI::App app;
  AnalyseCommand command;
  command.declare(*app.add_subcommand("analyse", ""));
  std::reverse(arguments.begin(), arguments.end());
  arguments.emplace_back("analyse");
  app.parse(arguments);
  return command.run();
}

std::string first_line(const std::string& path) {
  const std::string text = read_bytes(path);
  return text.substr(0, text.find_first_of("\r\n"));
}

}  // namespace

TEST_CASE("'analyse -o' writes the format that '--format' says, else the one of the file's name") {
  const TemporaryFolder folder;
  const std::string store = folder / "a.sqlite";
  make_store(store);
  CHECK(analyse_with({store, "-o", folder / "t.csv"}) == 0);
  CHECK(first_line(folder / "t.csv") == "target,weight,spike,all");
  for (const char* name : {"t.dat", "t.pdf", "t", ".csv", "t.csv.gz", "t.json"}) {
    CAPTURE(name);
    CHECK_THROWS_AS(analyse_with({store, "-o", folder / name}), FormatUnknown);
    CHECK(!std::filesystem::exists(folder / name));
    CHECK(analyse_with({store, "-o", folder / name, "--format", "csv"}) == 0);
    CHECK(read_bytes(folder / name) == read_bytes(folder / "t.csv"));
  }
  CHECK(analyse_with({store, "-o", folder / "T.CSV"}) == 0);
  CHECK(read_bytes(folder / "T.CSV") == read_bytes(folder / "t.csv"));
  CHECK(analyse_with({store, "-o", "/dev/null"}) == 0);
  CHECK(analyse_with({store, "-o", folder / "t.md", "--by", "layer"}) == 0);
  CHECK(contains(read_bytes(folder / "t.md"), "\n| layer | fc1 | lif1 states | all |\n|:---|---:|---:|---:|\n"));
  CHECK(analyse_with({store, "-o", folder / "t.tex"}) == 0);
  CHECK(contains(read_bytes(folder / "t.tex"), "\\begin{tabular}{lrrr}"));
  CHECK(analyse_with({store, "-o", folder / "u.tex", "--format", "csv"}) == 0);
  CHECK(read_bytes(folder / "u.tex") == read_bytes(folder / "t.csv"));
}

TEST_CASE("'analyse --over faults+samples' needs the outcomes of injections, and says how to get them") {
  const TemporaryFolder folder;
  const std::string store = folder / "a.sqlite";
  make_store(store);
  CHECK(analyse_with({store, "--over", "faults"}) == 0);
  CHECK_THROWS_WITH(
      analyse_with({store, "--over", "faults+samples"}),
      "spikingjet: the store '" + store +
          "' has counts for each fault and no outcome for each injection, so that nobody knows how rates differ "
          "between samples; run it again with '--outcomes', or analyse it over faults alone");
  CHECK_THROWS_AS(analyse_with({store, "--over", "moon"}), CLI::ValidationError);
}

TEST_CASE("'analyse --over faults+samples' notes where there is one sample, of which no others follow") {
  const TemporaryFolder folder;
  const auto table = [&](std::vector<GoldenSample> golden, const std::vector<std::string>& rows, const char* over) {
    const std::string name = folder / (std::to_string(golden.size()) + over);
    const std::string samples = std::to_string(rows[0].size());
    Store store = Store::create(name,
                                Manifest()
                                    .identify("fault count", "2")
                                    .identify("samples", samples)
                                    .inform("sample", "random")
                                    .inform("method", "count:2"),
                                two_quantities(), std::vector<std::uint64_t>{192, 0});
    store.append_golden(golden);
    append_with_injections(store, {weight_flip(0, 3), weight_flip(1, 3)}, rows, golden);
    CHECK(analyse_with({name, "--over", over, "-o", name + ".csv"}) == 0);
    return read_bytes(name + ".csv");
  };
  const std::string note =
      "\"one sample tells nothing of others, so that intervals over samples hold whatever these do: "
      "run on several, with '--samples N'\"";
  std::vector<GoldenSample> golden = four_samples();
  CHECK_FALSE(contains(table(golden, {"mm0m", "mmmm"}, "faults+samples"), "one sample"));
  golden.resize(1);
  CHECK(contains(table(golden, {"1", "m"}, "faults+samples"), note));
  CHECK_FALSE(contains(table(golden, {"1", "m"}, "faults"), "one sample"));
  golden.resize(1);
  std::filesystem::remove(folder / "1faults+samples");
  std::filesystem::remove(folder / "1faults+samples.csv");
  CHECK(contains(table(golden, {"11", "mm"}, "faults+samples"), note));  // which repeats
}

TEST_CASE(
    "'analyse --over faults+samples' says how samples were chosen, in every format, and refuses outcomes' choice") {
  const TemporaryFolder folder;
  const auto made = [&](const std::string& name, const Manifest& chosen) {
    Manifest manifest = chosen;
    manifest.identify("fault count", "5").inform("sample", "exhaustive");
    store_with_injections(folder / name, manifest);
    return folder / name;
  };
  const std::string listed = made("listed.sqlite", Manifest().inform("samples listed", "3,1,0,2"));
  const std::string spread = made("spread.sqlite", Manifest().inform("samples chosen", "spread over classes"));
  const std::string first = made("first.sqlite", {});
  const std::string chosen =
      made("chosen.sqlite", Manifest().inform("samples listed", "3,1,0,2").inform("samples chosen by", "outcomes"));
  int number = 0;
  const auto written = [&](const std::string& store, const char* over, const std::string& by, const char* format) {
    const std::string file = folder / ("t" + std::to_string(++number));
    CHECK(analyse_with({store, "--over", over, "--by", by, "--format", format, "-o", file}) == 0);
    return read_bytes(file);
  };
  const std::string list_note =
      "intervals hold for data not seen only if nobody chose these samples, which a list named, by what they show";
  const std::string spread_note =
      "these samples are spread evenly over the classes: a stratified sample of inputs, which intervals take for a "
      "simple one; rates are those of data with equal shares of the classes";
  for (const char* format : {"text", "csv", "markdown", "latex"})
    for (const std::string by : {"target", "layer,bit", "element"}) {
      CAPTURE(format, by);
      CHECK(contains(written(listed, "faults+samples", by, format), list_note));
      CHECK(contains(written(spread, "faults+samples", by, format), spread_note));
      for (const std::string& store : {listed, spread, chosen}) {
        const std::string over_faults = written(store, "faults", by, format);
        CHECK(!contains(over_faults, "only if nobody"));
        CHECK(!contains(over_faults, "spread evenly"));
      }
      const std::string plain = written(first, "faults+samples", by, format);
      CHECK(!contains(plain, "only if nobody"));
      CHECK(!contains(plain, "spread evenly"));
      CHECK(contains(plain, "data of which these samples, the first of their file, are a random part"));
      CHECK(contains(plain, " intervals over faults and samples at 95 "));
      const std::string of_chosen = "on samples that were chosen by outcomes ('coverage -o')";
      CHECK(contains(written(chosen, "faults", by, format), of_chosen));
      CHECK(!contains(written(listed, "faults", by, format), of_chosen));
    }
  CHECK_THROWS_WITH(analyse_with({chosen, "--over", "faults+samples"}),
                    "spikingjet: the samples of '" + chosen +
                        "' were chosen by outcomes ('coverage -o'), so that nothing follows from them for data not "
                        "seen; analyse it over faults alone, or run on samples that nobody chose by what they show");
  CHECK_THROWS_AS(analyse_with({chosen, "--over", "faults+samples", "--by", "layer,bit"}), SamplesChosenByOutcomes);
}

TEST_CASE("several keys give a row for each group, with what kind of sample it is from") {
  const TemporaryFolder folder;
  const std::string store = folder / "a.sqlite";
  make_store(store);
  analyse_with({store, "--by", "layer,bit", "-o", folder / "t.csv"});
  const std::string csv = read_bytes(folder / "t.csv");
  CHECK(csv.starts_with("layer,bit,sample,# of faults,# of injections,fully_masked,SDC_1,"));
  CHECK(contains(csv, "\r\nfc1,3,random,1,4,0.75,0.25,"));
  CHECK(contains(csv, "\r\nfc1,30,random,1,4,0.75,0.25,"));
  CHECK(contains(csv, "\r\nlif1 states,no bit,random,1,4,0.75,0.25,"));
  CHECK(!contains(csv, "all"));
}

TEST_CASE("the file of an unfinished campaign and of a given list says so in every format") {
  const TemporaryFolder folder;
  make_store(folder / "a.sqlite", "10");
  make_store(folder / "g.sqlite", "3", "given");
  for (const char* name : {"t.csv", "t.md", "t.tex", "t.txt"})
    for (const char* by : {"target", "layer,bit"}) {
      analyse_with({folder / "a.sqlite", "--by", by, "-o", folder / name, "--force"});
      CHECK(contains(read_bytes(folder / name), "INCOMPLETE"));
      CHECK(contains(read_bytes(folder / name), "the first 3 of 10 faults"));
      analyse_with({folder / "g.sqlite", "--by", by, "-o", folder / name, "--force"});
      CHECK(!contains(read_bytes(folder / name), "INCOMPLETE"));
      CHECK((contains(read_bytes(folder / name), "not known to be a random sample") ||
             contains(read_bytes(folder / name), ",given,")));
    }
}

TEST_CASE("'analyse' replaces no file without '--force', and no store with it") {
  const TemporaryFolder folder;
  const std::string store = folder / "a.sqlite";
  make_store(store);
  write_bytes(folder / "t.csv", "mine");
  CHECK_THROWS_AS(analyse_with({store, "-o", folder / "t.csv"}), OutputExists);
  CHECK(read_bytes(folder / "t.csv") == "mine");
  CHECK(analyse_with({store, "-o", folder / "t.csv", "--force"}) == 0);
  CHECK(first_line(folder / "t.csv") == "target,weight,spike,all");
  const std::string before = read_bytes(store);
  CHECK_THROWS_AS(analyse_with({store, "-o", store, "--force"}), OutputRefused);
  CHECK(read_bytes(store) == before);
}

TEST_CASE("'analyse --target' takes globs as 'faults' does, before or behind the stores") {
  const TemporaryFolder folder;
  const std::string store = folder / "a.sqlite";
  make_store(store);
  analyse_with({store, "--target", "*.spike", "lif*", "-o", folder / "t.csv"});
  CHECK(first_line(folder / "t.csv") == "target,spike,all");
  analyse_with({"--target", "*.weight", store, "-o", folder / "u.csv"});
  CHECK(first_line(folder / "u.csv") == "target,weight,all");
  CHECK(sentence_of<BadOption>([&] { analyse_with({store, "--target", "fc9.*"}); }) ==
        "spikingjet: '--target fc9.*': allowed is a shell glob that matches one of fc1.weight, lif1.spike");
  CHECK_THROWS_AS(analyse_with({"--target", "*.weight"}), Misuse);
}

TEST_CASE("'analyse --by' refuses what is no key, or one twice, and says which there are") {
  const TemporaryFolder folder;
  make_store(folder / "a.sqlite");
  for (const char* wrong : {"moon", "bit,bit", "layer,", "layer bit"})
    CHECK(contains(sentence_of<BadOption>([&] { analyse_with({folder / "a.sqlite", "--by", wrong}); }),
                   "target, layer, bit, fault-type, neuron, element, step, kind, store"));
}

TEST_CASE("several stores stand below each other, by file") {
  const TemporaryFolder folder;
  make_store(folder / "a.sqlite");
  make_store(folder / "b.sqlite", "10");
  analyse_with({folder / "a.sqlite", folder / "b.sqlite", "--by", "kind", "-o", folder / "t.csv"});
  const std::string csv = read_bytes(folder / "t.csv");
  CHECK(csv.starts_with("kind,store,sample,"));
  CHECK(contains(csv, "\r\nweight,a.sqlite,random,2,8,"));
  CHECK(contains(csv, "\r\nweight,b.sqlite,INCOMPLETE: the first 3 of 10 faults,2,8,"));
  CHECK(contains(csv, "\r\nspike,b.sqlite,INCOMPLETE: the first 3 of 10 faults,1,4,"));
}

TEST_CASE("'analyse --by sample' and '--by class' tell of the inputs, in every format") {
  const TemporaryFolder folder;
  const std::string store = folder / "a.sqlite";
  store_with_injections(store);
  analyse_with({store, "--by", "sample", "-o", folder / "t.csv"});
  CHECK(contains(read_bytes(folder / "t.csv"), "\r\n1,0,2,1,5,0.4,0.6,0,0,0,0,0.4,0,0,0.75\r\n"));
  analyse_with({store, "--by", "class", "-o", folder / "t.csv", "--force"});
  CHECK(contains(read_bytes(folder / "t.csv"), ",class_0,class_1,class_2\r\n0,2,10,0.6,0.4,"));
  analyse_with({store, "--by", "class", "-o", folder / "t.md"});
  const std::string markdown = read_bytes(folder / "t.md");
  CHECK(contains(markdown, "\n\n| golden class | 0 | 1 | 2 | DUE |\n"));
  CHECK(contains(markdown, "\n| 2 | 20.00 % | 0 % | 40.00 % | 40.00 % |\n"));
  for (const char* name : {"t.tex", "t.txt"}) {
    analyse_with({store, "--by", "sample", "--top", "1", "-o", folder / name});
    CHECK(contains(read_bytes(folder / name), "75.00"));
    CHECK(!contains(read_bytes(folder / name), "80.00"));
  }
  make_store(folder / "none.sqlite");
  CHECK(contains(sentence_of<Misuse>([&] {
                   analyse_with({folder / "none.sqlite", "--by", "class"});
                 }),
                 "run it again with '--outcomes'"));
}

TEST_CASE("what is known of an unfinished campaign stands in every CSV file") {
  const TemporaryFolder folder;
  const std::string store = folder / "a.sqlite";
  store_with_injections(store, Manifest().identify("fault count", "9"));
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"--by", "sample"}, {"--by", "class"}, {"--top", "2"}, {"--by", "bit", "--top", "2"}}) {
    std::vector<std::string> arguments{store};
    arguments.insert(arguments.end(), words.begin(), words.end());
    arguments.insert(arguments.end(), {"-o", folder / "t.csv", "--force"});
    analyse_with(arguments);
    CHECK(contains(read_bytes(folder / "t.csv"), "INCOMPLETE: the first 5 of 9 faults"));
  }
}

TEST_CASE("'analyse --top' ranks faults, or the groups of '--by', by SDC-1") {
  const TemporaryFolder folder;
  const std::string store = folder / "a.sqlite";
  store_with_injections(store);
  analyse_with({store, "--top", "2", "-o", folder / "t.csv"});
  CHECK(read_bytes(folder / "t.csv") ==
        "fault,element,bit,fault type,begin,end,# of injections,fully_masked,SDC_1,DUE,facc\r\n"
        "1,\"fc1.weight (0, 1)\",30,bitflip,,,4,0.5,0.5,0,0.75\r\n"
        "4,\"lif1.spike (1,)\",,dead,0,5,4,0.5,0.5,0,0.25\r\n");
  analyse_with({store, "--top", "1", "--by", "neuron", "-o", folder / "n.csv"});
  const std::string neurons = read_bytes(folder / "n.csv");
  CHECK(contains(neurons, "\r\nlif1 states 1,"));
  CHECK(std::count(neurons.begin(), neurons.end(), '\n') == 2);
  analyse_with({store, "--top", "2", "--by", "layer", "-o", folder / "t.md"});
  CHECK(contains(read_bytes(folder / "t.md"), "the 2 groups with the highest SDC_1"));
}

TEST_CASE("'analyse --fit' prints vulnerability factors of bit flips alone") {
  const TemporaryFolder folder;
  const std::vector<std::uint64_t> populations{2, 0};
  Store store =
      Store::create(folder / "a.sqlite", Manifest().identify("fault count", "2").inform("sample", "exhaustive"),
                    two_quantities(), populations);
  const FaultRecord record{
      .samples = 4, .unchanged = 0, .masked = 3, .sdc_critical = 1, .band = {}, .due = 0, .correct = 2};
  store.append_block(0, std::vector{weight_flip(0, 3), weight_flip(1, 30)}, std::vector(2, record));
  analyse_with({folder / "a.sqlite", "--fit", "2e6", "-o", folder / "t.csv"});
  CHECK(read_bytes(folder / "t.csv")
            .starts_with("layer,quantity,bits,AVF_SDC,AVF_SDC_low,AVF_SDC_high,AVF_DUE,AVF_DUE_low,AVF_DUE_high,"
                         "FIT_SDC,FIT_SDC_low,FIT_SDC_high,FIT_DUE,FIT_DUE_low,FIT_DUE_high\r\n"
                         "fc1,weight,2,0.25,0.25,0.25,0,0,0,1,1,1,0,0,0\r\n"));
  make_store(folder / "b.sqlite", "3", "exhaustive");
  CHECK(contains(sentence_of<Misuse>([&] {
                   analyse_with({folder / "b.sqlite", "--fit", "500"});
                 }),
                 "the vulnerability of bits does not follow from"));
}

TEST_CASE("'analyse' refuses options that mean nothing beside '--fit', '--top' and '--by sample'", "[validation]") {
  const TemporaryFolder folder;
  const std::string store = folder / "a.sqlite";
  store_with_injections(store);
  store_with_injections(folder / "b.sqlite");
  const auto refusal = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), store);
    return sentence_of<Misuse>([&] { analyse_with(arguments); });
  };
  CHECK(contains(refusal({"--by", "sample,bit"}), "or 'sample' or 'class' alone"));
  CHECK(contains(refusal({"--by", "sample", "--confidence", "0.9"}),
                 "'--confidence' does nothing here, as these rates have no intervals"));
  CHECK(contains(refusal({"--top", "3", "--confidence", "0.9"}), "'--confidence' does nothing here"));
  CHECK(contains(refusal({"--fit", "5", "--by", "bit"}), "'--by' does nothing here"));
  CHECK(contains(refusal({"--fit", "5", "--top", "2"}), "'--top' does nothing here"));
  CHECK_THROWS_AS(analyse_with({store, "--fit", "0"}), CLI::ValidationError);
  CHECK(contains(refusal({folder / "b.sqlite", "--top", "3"}), "'--top' takes one store, not 2; call it for each"));
  CHECK(contains(refusal({folder / "b.sqlite", "--by", "class"}), "'--by class' takes one store"));
}
