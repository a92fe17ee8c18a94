// SPDX-License-Identifier: MIT

// The command line as a shell sees it: streams that are full or closed, values that are empty, signals, locks. Each
// test is a few lines of shell; `tiny` in them is this program again, which the hidden test runs.

#include <spikingjet/app/command_line.hpp>

#include "app/npz_writer.hpp"
#include "campaign/tiny.hpp"
#include "catch.hpp"
#include "reference.hpp"
#include "store/fixture.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace sj = spikingjet;

namespace {

using Net = sj::Network<sj::Input<1, 2, 2>, sj::Dense<"fc1", 5>, sj::Leaky<"lif1">, sj::Dense<"fc2", 3>,
                        sj::Leaky<"lif2">, sj::SpikeCountReadout>;

/// How a script ended, and what it printed.
struct Ended {
  int status = 0;
  std::string out;
  std::string error;
};

/// A folder with the weights and data of the tiny network, in which scripts run.
class Shell {
 public:
  Shell() {
    std::map<std::string, NpzArray> weights;
    for (const reference::Layer& layer : tiny::network().layers) {
      const reference::Projection& synapses = layer.synapses;
      weights[synapses.weight.name] = {{synapses.outputs, synapses.inputs}, synapses.weight.values};
      weights[synapses.bias.name] = {{synapses.outputs}, synapses.bias.values};
      for (const reference::Tensor& constant : layer.constants)
        weights[constant.name] = {{layer.neurons}, constant.values};
    }
    write_npz(*this / "weights.npz", weights);
    constexpr std::size_t samples = 10;
    NpzArray x{{samples, tiny::steps, 1, 2, 2}, {}};
    NpzArray y{{samples}, {}};
    for (std::size_t s = 0; s < samples; ++s) {
      for (const std::vector<float>& step : tiny::input(s)) x.values.insert(x.values.end(), step.begin(), step.end());
      y.values.push_back(static_cast<float>(tiny::label(s)));
    }
    write_npz(*this / "data.npz", {{"x", x}, {"y", y}});
  }

  std::string operator/(const std::string& name) const { return folder_ / name; }

  Ended operator()(const std::string& lines) const {
    const std::string call = "'a command line that other tests call' -o /dev/null";  // what Catch2 prints goes aside
    const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
    write_bytes(
        *this / "script.sh",
        "cd '" + folder_.path() + "' || exit 99\nIN='--weights weights.npz --data data.npz'\n" +
            "tiny() { SPIKINGJET_TEST_ARGUMENTS=$(printf '%s\\037' \"$@\" .) '" + self + "' " + call + "; }\n" +
            "replaced() { with=$1; shift; exec env $with SPIKINGJET_TEST_ARGUMENTS=\"$(printf '%s\\037' \"$@\" .)\" '" +
            self + "' " + call + "; }\n" + lines);
    const std::string command =
        "bash '" + *this / "script.sh" + "' > '" + *this / "out.txt" + "' 2> '" + *this / "error.txt" + "'";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_bytes(*this / "out.txt"),
            read_bytes(*this / "error.txt")};
  }

 private:
  TemporaryFolder folder_;
};

/// One sentence of ours on one line of standard error, and the status.
void check_refusal(const Ended& ended, int status, const std::string& part) {
  INFO("error: " << ended.error);
  INFO("out: " << ended.out);
  CHECK(ended.status == status);
  CHECK(ended.error.starts_with("spikingjet: "));
  CHECK(std::count(ended.error.begin(), ended.error.end(), '\n') == 1);
  CHECK(contains(ended.error, part));
}

}  // namespace

TEST_CASE("a command line that other tests call", "[.]") {
  const char* lines = std::getenv("SPIKINGJET_TEST_ARGUMENTS");
  if (!lines) return;  // alone it has nothing to do
  std::vector<std::string> words{"tiny"};
  std::istringstream in(lines);
  for (std::string line; std::getline(in, line, '\037');) words.push_back(line);
  words.pop_back();
  std::vector<const char*> arguments;
  for (const std::string& word : words) arguments.push_back(word.c_str());
  std::_Exit(sj::run_campaign<Net>(int(arguments.size()), arguments.data(),
                                   {.name = "tiny", .about = "A tiny network.", .where_from = "x"}));
}

TEST_CASE("an empty value of any option or argument is refused", "[validation]") {
  const Shell shell;
  const std::map<std::string, std::vector<std::string>> options{
      {"golden", {"-o", "--output", "--data", "--weights", "--samples", "--denoise", "--threads"}},
      {"faults",
       {"-o", "--output", "--data", "--steps", "--method", "--margin", "--p", "--target", "--bits", "--fault",
        "--persistence", "--seed", "--confidence", "--strata", "--rates", "--pilot", "--weights"}},
      {"run",
       {"--store",  "--faults",  "--scores",  "--engine",  "--backend", "--devices",     "--gpu-memory", "--method",
        "--margin", "--p",       "--target",  "--bits",    "--fault",   "--persistence", "--seed",       "--confidence",
        "--data",   "--weights", "--samples", "--denoise", "--threads", "--strata",      "--rates",      "--pilot"}},
      {"analyse", {"-o", "--output", "--by"}},
      {"coverage", {"-o", "--output", "--outcome", "--target", "--data"}},
      {"dictionary", {"-o", "--output", "--outcome"}},
      {"export", {"--csv"}},
      {"verify", {"--injections", "--seed", "--data", "--weights", "--denoise", "--threads"}}};
  for (const auto& [command, names] : options)
    for (const std::string& name : names)
      for (const std::string& form : {name + " ''", name + "=''", "--quiet " + name + "= --threads 2"}) {
        INFO(command << " " << form);
        check_refusal(shell("tiny " + command + " " + form), 2, "the value of '" + name + "' is empty");
      }
  for (const std::string command : {"analyse ''", "coverage ''", "export '' --csv a", "verify ''"})
    check_refusal(shell("tiny " + command), 2, "argument 2 is empty");
  check_refusal(shell("tiny ''"), 2, "argument 1 is empty");
  check_refusal(shell("tiny golden -o=a.csv"), 2, "write '-o a.csv'");
  CHECK(shell("ls").out == "data.npz\nerror.txt\nout.txt\nscript.sh\nweights.npz\n");
}

TEST_CASE("what cannot be printed is a failure", "[validation]") {
  if (!std::filesystem::exists("/dev/full")) {
    WARN("skipped: this system has no /dev/full");
    return;
  }
  const Shell shell;
  REQUIRE(shell("tiny run --method count:20 --store a.sqlite $IN").status == 0);
  for (const std::string command : {"run --method count:20 --store b.sqlite $IN", "golden $IN", "analyse a.sqlite",
                                    "faults --method count:3 -o f.csv", "export a.sqlite --csv out",
                                    "verify a.sqlite $IN", "--help", "run --help", "--version"}) {
    INFO(command);
    check_refusal(shell("tiny " + command + " > /dev/full"), 1, "No space left on device");
    shell("rm -rf b.sqlite f.csv out");
  }
  Ended list = shell("tiny faults --method count:3 -o - > /dev/full");
  CHECK(list.error.starts_with("count:3: 3 of "));  // the plan, which makes room for the list
  list.error.erase(0, list.error.find('\n') + 1);
  check_refusal(list, 1, "No space left on device");
  CHECK(shell("tiny analyse a.sqlite 2>&- <&-").status == 0);
  CHECK(shell("tiny analyse a.sqlite | head -1; exit ${PIPESTATUS[1]}").status == 0);
}

TEST_CASE("a reader of standard output that has gone away does not end a campaign") {
  const Shell shell;
  shell("replaced --default-signal run --method exhaustive --samples 40 --store a.sqlite $IN | true");
  CHECK(sj::Store::open(shell / "a.sqlite").faults() == 75 * 32);
}

TEST_CASE("what goes to standard output as a file stands there alone") {
  const Shell shell;
  for (const std::string path : {"-", "/dev/stdout", "/dev/fd/1"}) {
    INFO(path);
    const Ended list = shell("tiny faults --method count:3 -o " + path);
    CHECK(list.status == 0);
    CHECK(std::count(list.out.begin(), list.out.end(), '\n') >= 4);
    CHECK(!contains(list.out, "written to"));
    CHECK(contains(list.error, "written to"));
    CHECK(shell("echo before; tiny faults --method count:3 -o " + path + "; echo behind").out ==
          "before\n" + list.out + "behind\n");
  }
  CHECK(shell("ls").out == "data.npz\nerror.txt\nout.txt\nscript.sh\nweights.npz\n");
  const Ended piped =
      shell("tiny faults --method count:3 -o - --quiet | tiny run --faults /dev/stdin --store p.sqlite $IN");
  INFO(piped.error);
  CHECK(piped.status == 0);
  CHECK(sj::Store::open(shell / "p.sqlite").faults() == 3);
  for (const std::string option : {"--store -", "--store s.sqlite --scores -"})
    check_refusal(shell("tiny run --method count:3 $IN " + option), 2, "'-' is not allowed");
}

TEST_CASE("refusals name the subcommand's help, and what was meant") {
  const Shell shell;
  check_refusal(shell("tiny run"), 2, "see 'tiny run --help'");
  check_refusal(shell("tiny"), 2, "see 'tiny --help'");
  check_refusal(shell("tiny veryfy"), 2, "did you mean 'verify'?");
  check_refusal(shell("tiny Golden"), 2, "did you mean 'golden'?");
  check_refusal(shell("tiny quatsch"), 2, "there is no subcommand 'quatsch'; allowed are golden");
  check_refusal(shell("tiny analyze none.sqlite"), 2, "there is no store 'none.sqlite'");
  const Ended hostile = shell("tiny analyse $'\\e[2J\\nspikingjet: a second sentence'");
  check_refusal(hostile, 2, "?[2J?spikingjet: a second sentence");
  CHECK(!contains(hostile.error, "\033"));
  check_refusal(shell("tiny analyse $(printf '%0100000d' 1)"), 2, "...");
}

TEST_CASE("stores whose names SQLite keeps, or that are also the scores, are refused") {
  const Shell shell;
  check_refusal(shell("tiny run --method count:3 --store x.sqlite-journal $IN"), 2, "belongs to the store");
  const std::string run = "tiny run --method count:3 --store x.sqlite $IN --scores ";
  check_refusal(shell(run + "x.sqlite-journal"), 2, "stands for two outputs");
  check_refusal(shell("ln -s x.sqlite dangling; " + run + "dangling"), 2, "stands for two outputs");
  check_refusal(shell("mkdir -p d; ln -s ../x.sqlite d/link; ln -s d/link twice; " + run + "twice"), 2,
                "stands for two outputs");
  CHECK(!std::filesystem::exists(shell / "x.sqlite"));
  CHECK(shell("touch e.sqlite; tiny run --method count:3 --store e.sqlite $IN").status == 0);
}

namespace {

/// Waits until a store holds some faults; false if it takes too long.
bool wait_for_faults(const std::string& path) {
  for (int i = 0; i < 6000; ++i) {
    try {
      if (sj::Store::open(path).faults() > 0) return true;
    } catch (const sj::Error&) {  // not made yet
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

}  // namespace

TEST_CASE("a signal stops a campaign with its status and keeps what is finished") {
  for (const std::string signal : {"INT", "TERM", "USR1", "INT INT", "TERM INT TERM"}) {  // 'timeout' sends two
    INFO(signal);
    const Shell shell;
    Ended ended;
    std::jthread campaign([&] {  // a shell starts what is behind '&' with SIGINT ignored
      ended = shell(
          "(replaced --default-signal run --engine full --method exhaustive --samples 20000 --threads 1 $IN --store "
          "a.sqlite) &\n"
          "echo $! > pid; wait $!");
    });
    const bool begun = wait_for_faults(shell / "a.sqlite");
    std::system(("for s in " + signal + "; do kill -$s $(cat '" + shell / "pid" + "'); sleep 0.002; done").c_str());
    campaign.join();
    REQUIRE(begun);
    const int number = std::map<std::string, int>{{"INT", SIGINT},   {"TERM", SIGTERM}, {"HUP", SIGHUP},
                                                  {"USR1", SIGUSR1}, {"USR2", SIGUSR2}, {"XCPU", SIGXCPU}}
                           .at(signal.substr(0, signal.find(' ')));
    check_refusal(ended, 128 + number, "spikingjet: interrupted after ");
    const std::uint64_t faults = sj::Store::open(shell / "a.sqlite").faults();
    CHECK(contains(ended.error, "interrupted after " + std::to_string(faults) + " of "));
  }
}

TEST_CASE("a signal that comes in ignored does not end a campaign") {
  for (const std::string signal : {"HUP", "USR1"}) {  // Catch2 takes SIGINT and SIGTERM for itself; see interrupt_test
    INFO(signal);
    const Shell shell;
    const Ended ended = shell("(trap '' " + signal + "; replaced --ignore-signal=" + signal +
                              " run --engine full --method exhaustive --samples 60 $IN --store a.sqlite) & pid=$!\n"
                              "sleep 0.3; while kill -" + signal + " $pid 2> kill.txt; do sleep 0.1; done; wait $pid");
    INFO(ended.error);
    CHECK(ended.status == 0);
    CHECK(!contains(ended.error, "interrupted"));
    CHECK(sj::Store::open(shell / "a.sqlite").faults() == 75 * 32);
  }
}

TEST_CASE(
    "a reader that holds the store keeps a campaign waiting, which says so once, and is stopped by a signal alone") {
  const bool signalled = GENERATE(false, true);
  CAPTURE(signalled);
  const Shell shell;
  Ended ended;
  std::jthread campaign([&] {
    ended = shell(
        "(replaced --default-signal run --engine full --method exhaustive --samples 400 --threads 1 $IN --store "
        "a.sqlite) &\n"
        "echo $! > pid; wait $!");
  });
  const bool begun = wait_for_faults(shell / "a.sqlite");
  std::uint64_t faults = 0;
  {
    const sj::sqlite::Database database(shell / "a.sqlite");
    sj::sqlite::Statement rows(database, "SELECT * FROM outcomes");
    rows.next();  // and is not read to the end
    for (int i = 0; i < 600 && read_bytes(shell / "error.txt").empty(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    std::this_thread::sleep_for(std::chrono::milliseconds(2500));  // longer than it takes to say so again
    if (signalled) {
      std::system(("kill -TERM $(cat '" + shell / "pid" + "')").c_str());
      campaign.join();
    }
  }
  if (!signalled) campaign.join();
  REQUIRE(begun);
  INFO(ended.error);
  faults = sj::Store::open(shell / "a.sqlite").faults();
  const std::string held = "spikingjet: 'a.sqlite' is held by another process";
  CHECK(ended.error.starts_with(held));
  CHECK(!contains(ended.error.substr(1), held));
  if (signalled) {
    CHECK(ended.status == 128 + SIGTERM);
    CHECK(contains(ended.error, "interrupted after " + std::to_string(faults) + " of 2400 faults"));
  } else {
    CHECK(ended.status == 0);
    CHECK(faults == 75 * 32);
  }
}

TEST_CASE("memory that runs out is told with what needed it and how much there was", "[validation]") {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  const Shell shell;
  const Ended ended =
      shell("printf 'Layer,TensorIndex,Bit\n' > list.csv; tiny run --method count:1000000000 --store a.sqlite $IN");
  CHECK(ended.status != 0);
  CHECK(!contains(ended.error, "bad_alloc"));
  CHECK(sj::out_of_memory("reading the data 'x.npz'")
            .starts_with("spikingjet: memory ran out while reading the data 'x.npz': the process had "));
#endif
}
