// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/core/output_file.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>

namespace spikingjet {

/// What was printed did not reach its reader: a full disk, a closed stream.
class OutputLost : public Failure {
 public:
  explicit OutputLost(const std::string& reason)
      : Failure("spikingjet: standard output cannot be written: " + reason + "; what was printed is incomplete") {}
};

/// Makes the standard streams safe to use: one that is closed is opened on nothing, so that no file of ours gets its
/// number and what is printed does not go into it, and a file that grows beyond a limit is a failure, not a signal.
inline void secure_standard_streams() {
  for (int stream = 0; stream < 3; ++stream)
    if (fcntl(stream, F_GETFD) == -1 && errno == EBADF) {
      const int flags = stream == 1 ? O_RDONLY : O_RDWR;  // what is printed is missed, also where nobody reads
      if (open("/dev/null", flags) != stream) return;     // the lowest free number
    }
  std::signal(SIGXFSZ, SIG_IGN);
}

/// Writes out what was printed.
///
/// **Errors** `OutputLost`.
inline void flush_standard_output() {
  errno = 0;
  const bool lost = std::fflush(stdout) != 0 || std::ferror(stdout) != 0;
  const std::string reason = detail::system_reason();
  std::clearerr(stdout);
  if (lost) throw OutputLost(reason);
}

/// Writes out what was printed so far, for who reads it while a campaign runs. A reader that has gone away ends nothing
/// yet: that shows when everything is written out.
inline void show_printed() {
  const auto usual = std::signal(SIGPIPE, SIG_IGN);
  std::fflush(stdout);
  std::signal(SIGPIPE, usual);
}

/// While it lives, what is printed for people goes to standard error, as standard output is the output file.
class PrintedAside {
 public:
  explicit PrintedAside(bool aside) : kept_(stdout) {
    if (!aside) return;
    std::fflush(stdout);
    stdout = stderr;
  }
  PrintedAside(const PrintedAside&) = delete;
  PrintedAside& operator=(const PrintedAside&) = delete;
  ~PrintedAside() {
    std::fflush(stdout);
    stdout = kept_;
  }

 private:
  std::FILE* kept_;
};

/// Whether a path is another name of standard output.
inline bool names_standard_output(std::string_view path) {
  return path == "-" || path == "/dev/stdout" || path == "/dev/fd/1" || path == "/proc/self/fd/1";
}

}  // namespace spikingjet
