// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/progress_text.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/campaign/progress.hpp>
#include <spikingjet/core/text.hpp>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace spikingjet {

/// What the process is doing, for people: the stage it is in, and how far a campaign is. All that goes to standard
/// error passes here, so that a sentence and the line that is rewritten never mix.
///
/// **Laws** what is written to standard error is lines that no terminal obeys (`one_line`), with no word longer than
/// 200 bytes.
class StatusLine {
 public:
  using Seconds = std::chrono::duration<double>;

  static StatusLine& of_process() {
    static StatusLine status;
    return status;
  }

  /// While it lives, the status is shown on standard error: on a terminal in one line that is rewritten and erased at
  /// the end, and elsewhere in a new line each `period`.
  class Shown {
   public:
    explicit Shown(bool quiet, Seconds period = std::chrono::minutes(1)) : status_(of_process()) {
      const std::lock_guard lock(status_.mutex_);
      status_.terminal_ = isatty(fileno(stderr)) != 0;
      status_.stage_.clear();
      status_.progress_.reset();
      status_.ended_ = false;
      if (quiet) return;
      const Seconds pause = status_.terminal_ ? std::min(period, Seconds(0.5)) : period;
      try {
        thread_ = std::thread([this, pause] { status_.show_each(pause); });
        status_.shown_ = true;
      } catch (const std::system_error&) {  // no thread is left: then it is quiet
      }
    }
    Shown(const Shown&) = delete;
    Shown& operator=(const Shown&) = delete;
    ~Shown() {
      {
        const std::lock_guard lock(status_.mutex_);
        status_.ended_ = true;
        status_.shown_ = false;
        status_.erase();
      }
      status_.wake_.notify_all();
      if (thread_.joinable()) thread_.join();
    }

   private:
    StatusLine& status_;
    std::thread thread_;
  };

  /// What is being done from now on: "reading the weights 'w.npz'".
  void stage(std::string what) {
    const std::lock_guard lock(mutex_);
    erase();
    stage_ = std::move(what);
    progress_.reset();
    since_ = Clock::now();
  }

  /// What is being done, for messages.
  std::string stage() const {
    const std::lock_guard lock(mutex_);
    return stage_;
  }

  /// How far a campaign is.
  void progress(const Progress& progress) {
    const std::lock_guard lock(mutex_);
    progress_ = progress;
    since_ = Clock::now();
    if (shown_ && terminal_) draw();
  }

  /// Writes a sentence to standard error.
  void tell(std::string_view sentence) {
    const std::lock_guard lock(mutex_);
    erase();
    write(one_line(short_words(sentence)) + "\n");
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr Seconds silent{1};  // a stage that is shorter is not shown

  StatusLine() = default;

  void show_each(Seconds pause) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, pause, [this] { return ended_; })) {
      if (terminal_)
        draw();
      else if (const std::string text = this->text(0); !text.empty())
        write("spikingjet: " + text + "\n");
    }
  }

  /// The status in a line of so many columns; 0: of any length, without a bar.
  std::string text(std::size_t columns) const {
    const double passed = Seconds(Clock::now() - since_).count();
    if (progress_) {
      Progress now = *progress_;
      now.seconds += passed;  // the block that runs is not counted before its end
      return progress_text(now, columns);
    }
    if (stage_.empty() || passed < silent.count()) return "";
    const std::string text = one_line(fmt::format("{}, {}", short_words(stage_), short_time(passed)));
    return columns == 0 ? text : text.substr(0, columns - 1);
  }

  static std::size_t columns() {
    winsize size{};
    const bool known = ioctl(fileno(stderr), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
  }

  void draw() {
    const std::string line = text(columns());
    if (line.empty()) return;
    const std::size_t rest = drawn_ > line.size() ? drawn_ - line.size() : 0;
    write("\r" + line + std::string(rest, ' '));
    drawn_ = line.size();
  }

  void erase() {
    if (drawn_ > 0) write("\r" + std::string(std::min(drawn_, columns() - 1), ' ') + "\r");
    drawn_ = 0;
  }

  static void write(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
  }

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::string stage_;
  std::optional<Progress> progress_;
  Clock::time_point since_;
  std::size_t drawn_ = 0;  // columns of the line that stands there [column]
  bool terminal_ = false;
  bool shown_ = false;
  bool ended_ = false;
};

/// Writes a sentence to standard error.
inline void tell(std::string_view sentence) { StatusLine::of_process().tell(sentence); }

/// Says what the process is doing from now on.
inline void enter_stage(std::string what) { StatusLine::of_process().stage(std::move(what)); }

}  // namespace spikingjet
