// SPDX-License-Identifier: MIT

// Campaigns that several processes share, started by mpirun, beside the same campaigns in one process.

#include "catch.hpp"
#include "files.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

extern char** environ;

namespace {

using Words = std::vector<std::string>;

/// How a command ended, and what it printed.
struct Ended {
  int status = 0;  // 128 + the signal where one ended it; 124 where it hung
  std::string out;
  std::string error;
};

/// A command that runs beside the test.
class Command {
 public:
  Command(const TemporaryFolder& folder, const Words& words) : out_(folder / "out.txt"), error_(folder / "error.txt") {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, out_.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, error_.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    REQUIRE(posix_spawnp(&process_, arguments[0], &actions, nullptr, arguments.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
  }
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  ~Command() {
    if (process_ == 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }

  pid_t process() const { return process_; }

  Ended wait(std::chrono::seconds most = std::chrono::seconds(120)) {
    const auto end = std::chrono::steady_clock::now() + most;
    int status = 0;
    while (waitpid(process_, &status, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() > end) return {124, read_bytes(out_), read_bytes(error_)};
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    process_ = 0;
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_bytes(out_), read_bytes(error_)};
  }

 private:
  std::string out_;
  std::string error_;
  pid_t process_ = 0;
};

/// The words that start a program in so many processes.
Words processes(int count, const Words& program) {
  Words words = {MPIEXEC, MPIEXEC_NUMPROC_FLAG, std::to_string(count)};
  words.insert(words.end(), program.begin(), program.end());
  return words;
}

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// mpirun, where it is Open MPI's, as root, with more processes than cores and without words of its own.
const int allowed = [] {
  for (const char* name : {"OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM",
                           "OMPI_MCA_rmaps_base_oversubscribe", "OMPI_MCA_orte_execute_quiet"})
    setenv(name, "1", 1);
  return 0;
}();

Ended run(const TemporaryFolder& folder, const Words& words) { return Command(folder, words).wait(); }

std::size_t sentences(const std::string& error) {
  std::size_t count = 0;
  for (std::size_t at = error.find("spikingjet:"); at != std::string::npos; at = error.find("spikingjet:", at + 1))
    ++count;
  return count;
}

bool wait_for(const std::string& path) {
  for (int i = 0; i < 600; ++i) {
    if (std::filesystem::exists(path)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

}  // namespace

TEST_CASE(
    "any number of processes gives the records, the readouts, the outcomes and the decisions' sum of one, on each "
    "engine") {
  const TemporaryFolder folder;
  for (const std::string engine : {"differential", "full", "counting"}) {
    CAPTURE(engine);
    REQUIRE(run(folder, {TINY_RANKS, engine, folder / "one"}).status == 0);
    const std::string one = read_bytes(folder / "one");
    REQUIRE(one.size() > 100'000);
    for (const int count : {2, 3, 5}) {
      CAPTURE(count);
      const Ended ended = run(folder, processes(count, {TINY_RANKS, engine, folder / "several"}));
      CAPTURE(ended.error);
      CHECK(ended.status == 0);
      const bool equal = read_bytes(folder / "several") == one;
      CHECK(equal);
    }
  }
}

TEST_CASE("what one process's engine throws ends the campaign of all with its sentence, and what is finished stays") {
  const TemporaryFolder folder;
  for (const std::string rank : {"0", "1", "2"})
    for (const std::string call : {"1", "3"}) {
      CAPTURE(rank, call);
      const Ended ended = run(folder, processes(3, {TINY_RANKS, "differential", folder / "records", rank, call}));
      CAPTURE(ended.error);
      CHECK(ended.status == 1);
      CHECK(sentences(ended.error) == 1);
      CHECK(contains(ended.error, "spikingjet: this engine is broken"));
      CHECK(contains(ended.error, "(rank " + rank + " on '") == (rank != "0"));
      CHECK(contains(ended.out, "1 faults\n") == (call != "1" || rank != "0"));
    }
}

TEST_CASE("a process whose golden run has other bits is refused by number") {
  const TemporaryFolder folder;
  const Ended ended = run(folder, processes(3, {TINY_RANKS, "differential", folder / "records", "2", "0"}));
  CHECK(ended.status == 1);
  CHECK(sentences(ended.error) == 1);
  CHECK(contains(ended.error, "the golden run of rank 2 has other bits than that of rank 0"));
  CHECK(ended.out.empty());
}

#if defined(DIGITS)

namespace {

const Words few = {"run", "--method", "count:2000", "--samples", "60", "--threads", "1"};
const Words long_run = {"run", "--method", "exhaustive", "--engine", "full", "--threads", "1"};

/// A process of a campaign that writes its number into FILE.RANK.
Words numbered(const std::string& file, const Words& program) {
  return Words{"sh", "-c", "echo $$ >" + file + ".${OMPI_COMM_WORLD_RANK:-$PMI_RANK}; exec \"$@\"", "sh"} + program;
}

/// The store of a campaign that was cut short is whole and true.
void require_sound(const TemporaryFolder& folder, const std::string& store) {
  const Ended verified = run(folder, {DIGITS, "verify", store, "--injections", "1000"});
  CAPTURE(verified.error);
  CHECK(verified.status == 0);
  CHECK(contains(verified.out, "all records equal"));
}

}  // namespace

TEST_CASE("three processes of the digits campaign store and write what one does", "[example]") {
  const TemporaryFolder folder;
  for (const std::string name : {"one", "three"}) {
    const Words program =
        Words{DIGITS} + few + Words{"--store", folder / (name + ".sqlite"), "--scores", folder / (name + ".npy")};
    const Ended ended = run(folder, name == "one" ? program : processes(3, program));
    CAPTURE(ended.error);
    REQUIRE(ended.status == 0);
    CHECK(ended.error.empty());
    CHECK(std::count(ended.out.begin(), ended.out.end(), '\n') == 6);
    REQUIRE(run(folder, {DIGITS, "export", folder / (name + ".sqlite"), "--csv", folder / name}).status == 0);
  }
  for (const std::string file : {"faults.csv", "outcomes.csv", "golden.csv"}) {
    CAPTURE(file);
    const std::string one = read_bytes(folder / ("one/" + file));
    CHECK(one.size() > 100);
    const bool equal = read_bytes(folder / ("three/" + file)) == one;
    CHECK(equal);
  }
  const bool equal_scores = read_bytes(folder / "one.npy") == read_bytes(folder / "three.npy");
  CHECK(equal_scores);
  require_sound(folder, folder / "three.sqlite");
}

TEST_CASE("three processes that count alone store what one does", "[example]") {
  const TemporaryFolder folder;
  for (const std::string name : {"one", "three"}) {
    const Words program = Words{DIGITS, "run",       "--method", "exhaustive", "--samples",
                                "40",   "--threads", "1",        "--store",    folder / (name + ".sqlite")};
    REQUIRE(run(folder, name == "one" ? program : processes(3, program)).status == 0);
    REQUIRE(run(folder, {DIGITS, "export", folder / (name + ".sqlite"), "--csv", folder / name}).status == 0);
  }
  const bool equal = read_bytes(folder / "one/outcomes.csv") == read_bytes(folder / "three/outcomes.csv");
  CHECK(equal);
  require_sound(folder, folder / "three.sqlite");
}

TEST_CASE("any number of processes stores how each injection ended as one does, also where a rule ends the campaign",
          "[example]") {
  const TemporaryFolder folder;
  for (const Words& method : {Words{"--method", "count:2000"}, Words{"--until", "SDC_1 all <= 0.003"}}) {
    CAPTURE(method);
    std::string one;
    for (const int count : {1, 2, 3}) {
      CAPTURE(count);
      const std::string store = folder / (method[0] + std::to_string(count) + ".sqlite");
      const std::string dictionary = folder / "out.csv";
      const Words program =
          Words{DIGITS, "run", "--samples", "40", "--threads", "1", "--outcomes", "--store", store} + method;
      REQUIRE(run(folder, count == 1 ? program : processes(count, program)).status == 0);
      REQUIRE(run(folder, {DIGITS, "dictionary", store, "--outcome", "change", "--force", "-o", dictionary}).status ==
              0);
      const std::string exposed = read_bytes(dictionary);
      CHECK(std::count(exposed.begin(), exposed.end(), ':') > 100);
      if (count == 1) one = exposed;
      const bool equal = exposed == one;
      CHECK(equal);
    }
  }
}

TEST_CASE("subcommands other than 'run' print once", "[example]") {
  const TemporaryFolder folder;
  const Ended one = run(folder, {DIGITS, "faults", "--method", "count:5", "-o", folder / "faults.csv"});
  const Ended three =
      run(folder, processes(3, {DIGITS, "faults", "--method", "count:5", "-o", folder / "faults.csv", "--force"}));
  CHECK(three.status == 0);
  CHECK(three.error.empty());
  CHECK(three.out == one.out);
  CHECK(run(folder, processes(3, {DIGITS, "--version"})).out == run(folder, {DIGITS, "--version"}).out);
  const Ended refused = run(folder, processes(3, {DIGITS, "nonsense"}));
  CHECK(refused.status == 2);
  CHECK(sentences(refused.error) == 1);
}

TEST_CASE("a process that cannot start, or that has other samples, ends all with one sentence before a store is made",
          "[example]") {
  const TemporaryFolder folder;
  const Words program = Words{DIGITS} + few + Words{"--store", folder / "out.sqlite"};
  const auto one_differs = [&](const Words& options) {
    const Words other = Words{":"} + Words{MPIEXEC_NUMPROC_FLAG, "1"} + program + options;
    return run(folder, processes(2, program) + other);
  };
  const Ended missing = one_differs({"--data", folder / "missing.npz"});
  CHECK(missing.status == 2);
  CHECK(sentences(missing.error) == 1);
  CHECK(contains(missing.error, "there is no file or folder"));
  CHECK(contains(missing.error, "(rank 2 on '"));

  Words fewer = program;
  std::replace(fewer.begin(), fewer.end(), std::string("60"), std::string("59"));
  const Ended differs = run(folder, processes(1, program) + Words{":", MPIEXEC_NUMPROC_FLAG, "1"} + fewer);
  CHECK(differs.status == 2);
  CHECK(sentences(differs.error) == 1);
  CHECK(contains(differs.error, "not those of rank 0"));

  const Ended all = run(folder, processes(3, program + Words{"--data", folder / "missing.npz"}));
  CHECK(all.status == 2);
  CHECK(sentences(all.error) == 1);
  CHECK_FALSE(std::filesystem::exists(folder / "out.sqlite"));
}

TEST_CASE("an interrupt of mpirun ends all processes, and what is finished stays", "[example]") {
  const TemporaryFolder folder;
  const std::string store = folder / "out.sqlite";
  Command command(folder, processes(3, Words{DIGITS} + long_run + Words{"--store", store}));
  REQUIRE(wait_for(store));
  std::this_thread::sleep_for(std::chrono::seconds(4));
  kill(command.process(), SIGINT);
  const Ended ended = command.wait(std::chrono::seconds(30));
  CAPTURE(ended.error);
  CHECK(ended.status != 0);
  CHECK(ended.status != 124);
  CHECK(sentences(ended.error) <= 1);
  require_sound(folder, store);
}

TEST_CASE("a signal to one process alone ends all processes, and what is finished stays", "[example]") {
  struct Case {
    std::string rank;
    int signal;
    int status;
    std::string sentence;
  };
  for (const Case& one : {Case{"0", SIGINT, 128 + SIGINT, "spikingjet: interrupted after"},
                          Case{"1", SIGTERM, 128 + SIGTERM, "spikingjet: interrupted by signal 15 (rank 1 on '"}}) {
    CAPTURE(one.rank);
    const TemporaryFolder folder;
    const std::string store = folder / "out.sqlite";
    Command command(folder,
                    processes(3, numbered(folder / "process", Words{DIGITS} + long_run + Words{"--store", store})));
    REQUIRE(wait_for(store));
    std::this_thread::sleep_for(std::chrono::seconds(4));
    kill(std::stoi(read_bytes(folder / ("process." + one.rank))), one.signal);
    const Ended ended = command.wait(std::chrono::seconds(30));
    CAPTURE(ended.error);
    CHECK(ended.status == one.status);
    CHECK(sentences(ended.error) == 1);
    CHECK(contains(ended.error, one.sentence));
    require_sound(folder, store);
  }
}

TEST_CASE("a process that is killed ends all processes", "[example]") {
  const TemporaryFolder folder;
  const std::string store = folder / "out.sqlite";
  Command command(folder,
                  processes(3, numbered(folder / "process", Words{DIGITS} + long_run + Words{"--store", store})));
  REQUIRE(wait_for(store));
  std::this_thread::sleep_for(std::chrono::seconds(4));
  kill(std::stoi(read_bytes(folder / "process.2")), SIGKILL);
  const Ended ended = command.wait(std::chrono::seconds(30));
  CHECK(ended.status != 0);
  CHECK(ended.status != 124);
  require_sound(folder, store);
}

#endif
