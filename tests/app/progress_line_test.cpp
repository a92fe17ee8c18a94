// SPDX-License-Identifier: MIT
#include <spikingjet/app/progress_line.hpp>
#include <spikingjet/app/progress_text.hpp>

#include "catch.hpp"
#include "files.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

namespace sj = spikingjet;

TEST_CASE("counts are written in three digits and a unit") {
  CHECK(sj::short_count(0) == "0");
  CHECK(sj::short_count(7) == "7");
  CHECK(sj::short_count(999) == "999");
  CHECK(sj::short_count(1000) == "1 k");
  CHECK(sj::short_count(12345) == "12.3 k");
  CHECK(sj::short_count(1234567) == "1.23 M");
  CHECK(sj::short_count(7.5e10) == "75 G");
}

TEST_CASE("times are written as people read them, rounded up") {
  CHECK(sj::short_time(0) == "0 s");
  CHECK(sj::short_time(0.2) == "1 s");
  CHECK(sj::short_time(59) == "59 s");
  CHECK(sj::short_time(59.5) == "1 min 00 s");
  CHECK(sj::short_time(125) == "2 min 05 s");
  CHECK(sj::short_time(3600) == "1 h 00 min");
  CHECK(sj::short_time(3780) == "1 h 03 min");
}

TEST_CASE("the pace of a campaign says how long all of it takes") {
  CHECK(sj::pace_text({.faults = 480, .all_faults = 15944, .injections = 480, .changed = 0, .seconds = 1.5}) ==
        "at the pace of the first 480 faults, all 15944 take 50 s");
}

TEST_CASE("progress shows bar, share, pace, time left and changed predictions") {
  CHECK(sj::progress_text({.faults = 25, .all_faults = 100, .injections = 2500, .changed = 30, .seconds = 2}, 120) ==
        "[######..................]  25.0 %  1.25 k injections/s  6 s left  30 predictions changed");
  CHECK(sj::progress_text({.faults = 100, .all_faults = 100, .injections = 10000000, .changed = 123456, .seconds = 5},
                          120) ==
        "[########################] 100.0 %  2 M injections/s  0 s left  123 k predictions changed");
  CHECK(sj::progress_text({.faults = 25, .all_faults = 100, .injections = 2500, .changed = 30, .seconds = 2}, 0) ==
        "25.0 %  1.25 k injections/s  6 s left  30 predictions changed");
}

TEST_CASE("progress of a campaign that has just begun is finite") {
  const std::string text =
      sj::progress_text({.faults = 0, .all_faults = 100, .injections = 0, .changed = 0, .seconds = 0}, 120);
  CHECK(text == "[........................]   0.0 %  0 injections/s  0 s left  0 predictions changed");
}

TEST_CASE("progress is shorter than any terminal is wide, and gives up the least first", "[law]") {
  const sj::Progress usual{.faults = 25, .all_faults = 100, .injections = 2500, .changed = 30, .seconds = 2};
  const sj::Progress wide{
      .faults = 1, .all_faults = 1000000000000, .injections = 123456, .changed = 99999, .seconds = 1234567};
  for (const sj::Progress& progress : {usual, wide})
    for (std::size_t columns = 1; columns < 200; ++columns) {
      const std::string text = sj::progress_text(progress, columns);
      CHECK(text.size() < columns);
      CHECK(text.find('\n') == std::string::npos);
    }
  CHECK(sj::progress_text(usual, 80) ==
        "[###...........]  25.0 %  1.25 k injections/s  6 s left  30 predictions changed");
  CHECK(sj::progress_text(usual, 62) == "[##......]  25.0 %  1.25 k injections/s  6 s left  30 changed");
  CHECK(sj::progress_text(usual, 50) == "[##......]  25.0 %  1.25 k injections/s  6 s left");
  CHECK(sj::progress_text(usual, 40) == "[##......]  25.0 %  1.25 k injections/s");
  CHECK(sj::progress_text(usual, 10) == " 25.0 %");
}

namespace {

/// Standard error is a terminal of so many columns while it lives.
class Terminal {
 public:
  explicit Terminal(unsigned short columns) {
    winsize size{};
    size.ws_row = 24;
    size.ws_col = columns;
    int terminal = -1;
    REQUIRE(openpty(&master_, &terminal, nullptr, nullptr, &size) == 0);
    std::fflush(stderr);
    kept_ = dup(2);
    dup2(terminal, 2);
    close(terminal);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    if (kept_ >= 0) restore();
    close(master_);
  }

  /// Ends it, and gives what it was told. A terminal hands on what is written when it gets to it: a last byte says that
  /// all has come.
  std::string restore() {
    constexpr char end = '\x04';
    std::fflush(stderr);
    REQUIRE(write(2, &end, 1) == 1);
    std::string text;
    for (char buffer[4096]; !text.ends_with(end);) {
      pollfd ready{master_, POLLIN, 0};
      if (poll(&ready, 1, 10'000) != 1) break;
      const ssize_t bytes = read(master_, buffer, sizeof buffer);
      if (bytes <= 0) break;
      text.append(buffer, std::size_t(bytes));
    }
    if (text.ends_with(end)) text.pop_back();
    dup2(kept_, 2);
    close(kept_);
    kept_ = -1;
    return text;
  }

 private:
  int master_ = -1;
  int kept_ = -1;
};

/// The lines that a terminal shows in the end: a return goes to the begin of the line.
std::vector<std::string> shown(const std::string& told, std::size_t columns) {
  std::vector<std::string> lines{""};
  std::size_t column = 0;
  for (const char c : told) {
    if (c == '\r') {
      column = 0;
    } else if (c == '\n') {
      lines.emplace_back();
      column = 0;
    } else {
      if (column == columns) {  // wraps
        lines.emplace_back();
        column = 0;
      }
      if (lines.back().size() <= column) lines.back().resize(column + 1, ' ');
      lines.back()[column++] = c;
    }
  }
  for (std::string& line : lines)
    while (line.ends_with(' ')) line.pop_back();
  return lines;
}

}  // namespace

TEST_CASE("on a terminal of any width the line is rewritten in its place and leaves nothing behind") {
  for (const auto columns : {std::uint8_t{20}, std::uint8_t{40}, std::uint8_t{80}, std::uint8_t{200}}) {
    CAPTURE(columns);
    Terminal terminal(columns);
    {
      const sj::StatusLine::Shown status(false);
      sj::ProgressLine line;
      for (std::uint64_t faults = 0; faults <= 100; faults += 10)
        line.show({.faults = faults,
                   .all_faults = 100,
                   .injections = faults * 1000,
                   .changed = faults,
                   .seconds = double(faults)});
      sj::tell("spikingjet: a warning in between\x1b[2J");
      line.show({.faults = 100, .all_faults = 100, .injections = 100000, .changed = 100, .seconds = 100});
    }
    const std::string told = terminal.restore();
    CHECK(told.find("100.0 %") != std::string::npos);
    CHECK(told.find('\033') == std::string::npos);
    if (columns > 40)
      CHECK(shown(told, columns) == std::vector<std::string>{"spikingjet: a warning in between?[2J", ""});
    else
      CHECK(shown(told, columns).back().empty());
  }
}

TEST_CASE("a stage that lasts shows on a terminal, one that is short does not") {
  Terminal terminal(80);
  {
    const sj::StatusLine::Shown status(false);
    sj::enter_stage("reading what is short");
    sj::enter_stage("reading the weights 'w\n.npz'");
    std::this_thread::sleep_for(std::chrono::milliseconds(2100));
  }
  const std::string told = terminal.restore();
  CHECK(told.find("\rreading the weights 'w?.npz', 2 s") != std::string::npos);
  CHECK(told.find("short") == std::string::npos);
  CHECK(shown(told, 80) == std::vector<std::string>{""});
}

TEST_CASE("where standard error is no terminal there is a line each period, and none when quiet") {
  const TemporaryFolder folder;
  for (const bool quiet : {false, true}) {
    const std::string path = folder / (quiet ? "quiet.txt" : "log.txt");
    std::fflush(stderr);
    const int kept = dup(2);
    const int file = open(path.c_str(), O_CREAT | O_WRONLY, 0600);
    dup2(file, 2);
    close(file);
    {
      const sj::StatusLine::Shown status(quiet, std::chrono::milliseconds(300));
      sj::ProgressLine line;
      line.show({.faults = 25, .all_faults = 100, .injections = 2500, .changed = 30, .seconds = 2});
      line.show({.faults = 50, .all_faults = 100, .injections = 5000, .changed = 30, .seconds = 4});
      std::this_thread::sleep_for(std::chrono::milliseconds(800));
      sj::tell("a warning");
    }
    dup2(kept, 2);
    close(kept);
    const std::string log = read_bytes(path);
    CHECK(log.ends_with("a warning\n"));
    CHECK(log.find('\r') == std::string::npos);
    const auto lines = std::count(log.begin(), log.end(), '\n');
    if (quiet) {
      CHECK(lines == 1);
    } else {
      CHECK(log.starts_with("spikingjet: 50.0 %  "));
      CHECK((lines == 2 || lines == 3));
    }
  }
}
