// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/progress_text.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/campaign/progress.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/text.hpp>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace spikingjet {

SPIKINGJET_INLINE StatusLine::Shown::Shown(bool quiet, Seconds period) : status_(of_process()) {
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

SPIKINGJET_INLINE StatusLine::Shown::~Shown() {
  {
    const std::lock_guard lock(status_.mutex_);
    status_.ended_ = true;
    status_.shown_ = false;
    status_.erase();
  }
  status_.wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

SPIKINGJET_INLINE void StatusLine::stage(std::string what) {
  const std::lock_guard lock(mutex_);
  erase();
  stage_ = std::move(what);
  progress_.reset();
  since_ = Clock::now();
}

SPIKINGJET_INLINE void StatusLine::progress(const Progress& progress) {
  const std::lock_guard lock(mutex_);
  progress_ = progress;
  since_ = Clock::now();
  if (shown_ && terminal_) draw();
}

SPIKINGJET_INLINE void StatusLine::show_each(Seconds pause) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, pause, [this] { return ended_; })) {
    if (terminal_)
      draw();
    else if (const std::string text = this->text(0); !text.empty())
      write("spikingjet: " + text + "\n");
  }
}

SPIKINGJET_INLINE std::string StatusLine::text(std::size_t columns) const {
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

SPIKINGJET_INLINE std::size_t StatusLine::columns() {
  winsize size{};
  const bool known = ioctl(fileno(stderr), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

SPIKINGJET_INLINE void StatusLine::draw() {
  const std::string line = text(columns());
  if (line.empty()) return;
  const std::size_t rest = drawn_ > line.size() ? drawn_ - line.size() : 0;
  write("\r" + line + std::string(rest, ' '));
  drawn_ = line.size();
}

SPIKINGJET_INLINE void StatusLine::erase() {
  if (drawn_ > 0) write("\r" + std::string(std::min(drawn_, columns() - 1), ' ') + "\r");
  drawn_ = 0;
}

}  // namespace spikingjet
