// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <ios>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace spikingjet {

namespace detail {

/// Why the last system call failed, where the system says.
inline std::string system_reason() {
  return errno == 0 ? "the system gives no reason" : std::generic_category().message(errno);
}

}  // namespace detail

/// The operating system would not let a file be written, or not to its end.
class WriteFailed : public Failure {
 public:
  WriteFailed(std::string file_path, std::string system_reason)
      : Failure("spikingjet: '" + file_path + "' cannot be written: " + system_reason +
                "; check the folder, its permissions and the space on the disk; see docs/formats.md"),
        path(std::move(file_path)), reason(std::move(system_reason)) {}

  std::string path;
  std::string reason;
};

/// An output whose path is taken.
class OutputExists : public Misuse {
 public:
  explicit OutputExists(std::string file_path)
      : Misuse("spikingjet: '" + file_path + "' exists and is not overwritten; give another path, or '--force'"),
        path(std::move(file_path)) {}

  std::string path;
};

/// Whether an output may take the place of a file that is there.
enum class Overwrite { no, yes };

/// Refuses a path that an `OutputFile` could not write, before the work is done whose result it shall hold.
///
/// New paths, empty files and devices (a terminal, /dev/stdout) are welcome.
///
/// **Errors** `OutputExists`; `WriteFailed` where the folder is missing or the path is one.
inline void require_writable(const std::string& path, Overwrite overwrite) {
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored))
    throw WriteFailed(path, "there is no folder '" + folder.string() + "'");
  if (std::filesystem::is_directory(path, ignored)) throw WriteFailed(path, "it is a folder");
  if (overwrite == Overwrite::no && std::filesystem::is_regular_file(path, ignored) &&
      std::filesystem::file_size(path, ignored) > 0)
    throw OutputExists(path);
}

/// A file that stands at its path only when it is whole: written beside it, and renamed by `finish`. What stood there
/// stays until then, and for ever where the output comes to nothing. Links are followed; devices and pipes are written
/// directly.
///
/// **Laws** without `finish` nothing at the path has changed; with it, all or nothing.
/// **Errors** those of `require_writable`; `WriteFailed` as soon as the system reports it, at the latest in `finish`.
/// **Example** OutputFile out("table.csv", Overwrite::no); out.stream() << csv; out.finish();
class OutputFile {
 public:
  explicit OutputFile(const std::string& path, Overwrite overwrite = Overwrite::no) : path_(path), overwrite_(overwrite) {
    require_writable(path, overwrite);
    std::error_code ignored;
    const auto status = std::filesystem::status(path, ignored);
    direct_ = std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
    target_ = resolved(path);
    written_ = direct_ ? path : target_ + ".partial-" + std::to_string(::getpid());
    errno = 0;
    stream_.open(written_, std::ios::binary | std::ios::trunc);
    check();
  }

  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  ~OutputFile() {
    std::error_code ignored;
    if (!finished_ && !direct_) std::filesystem::remove(written_, ignored);
  }

  const std::string& path() const { return path_; }

  /// Where to write. Devices cannot be sought.
  std::ostream& stream() { return stream_; }

  void write(std::string_view text) {
    stream_.write(text.data(), static_cast<std::streamsize>(text.size()));
    check();
  }

  /// Reports a write that failed.
  void check() const {
    if (!stream_) throw WriteFailed(path_, detail::system_reason());
  }

  /// Puts the whole file at its path.
  void finish() {
    errno = 0;
    stream_.close();
    check();
    if (direct_) return void(finished_ = true);
    sync(written_);
    std::error_code error;
    if (overwrite_ == Overwrite::yes || std::filesystem::exists(target_, error)) {  // there only if empty, or new since
      require_writable(path_, overwrite_);
      const auto permissions = std::filesystem::status(target_, error).permissions();
      if (!error && permissions != std::filesystem::perms::unknown && std::filesystem::exists(target_))
        std::filesystem::permissions(written_, permissions, error);
    }
    if (std::filesystem::rename(written_, target_, error); error) throw WriteFailed(path_, error.message());
    finished_ = true;
  }

 private:
  /// The file behind links, also where it does not exist yet.
  static std::string resolved(const std::string& path) {
    std::error_code error;
    std::filesystem::path found = path;
    for (int links = 0; links < 40 && std::filesystem::is_symlink(found, error); ++links) {
      const std::filesystem::path next = std::filesystem::read_symlink(found, error);
      if (error) break;
      found = next.is_absolute() ? next : found.parent_path() / next;
    }
    return found.string();
  }

  /// Waits until the file is on the disk, where the system can tell.
  void sync(const std::string& file) const {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) throw WriteFailed(path_, detail::system_reason());
    const int status = ::fsync(descriptor);
    const std::string reason = detail::system_reason();
    const bool failed = status != 0 && errno != EINVAL && errno != EROFS;
    ::close(descriptor);
    if (failed) throw WriteFailed(path_, reason);
  }

  std::string path_;
  Overwrite overwrite_;
  bool direct_ = false;
  bool finished_ = false;
  std::string target_;
  std::string written_;
  std::ofstream stream_;
};

}  // namespace spikingjet
