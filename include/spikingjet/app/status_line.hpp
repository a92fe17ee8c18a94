// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/campaign/progress.hpp>
#include <spikingjet/core/text.hpp>

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
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
    explicit Shown(bool quiet, Seconds period = std::chrono::minutes(1));
    Shown(const Shown&) = delete;
    Shown& operator=(const Shown&) = delete;
    ~Shown();

   private:
    StatusLine& status_;
    std::thread thread_;
  };

  /// What is being done from now on: "reading the weights 'w.npz'".
  void stage(std::string what);

  /// What is being done, for messages.
  std::string stage() const {
    const std::lock_guard lock(mutex_);
    return stage_;
  }

  /// How far a campaign is.
  void progress(const Progress& progress);

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

  void show_each(Seconds pause);

  /// The status in a line of so many columns; 0: of any length, without a bar.
  std::string text(std::size_t columns) const;

  static std::size_t columns();

  void draw();

  void erase();

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

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/status_line.hpp>
#endif
