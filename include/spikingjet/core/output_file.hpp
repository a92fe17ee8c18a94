// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/core/text.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <ios>
#include <memory>
#include <optional>
#include <ostream>
#include <streambuf>
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

/// The descriptor of a stream that is open already and that a path names: "/dev/stdout", "/dev/fd/3".
inline std::optional<int> open_stream(std::string_view path) {
  if (path == "/dev/stdout") return 1;
  if (path == "/dev/stderr") return 2;
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"})
    if (path.starts_with(folder)) return parse_number<int>(path.substr(folder.size()));
  return std::nullopt;
}

/// Whether a path names a stream that is open already: what is written goes behind what was, also where a file lies
/// behind it.
inline bool names_open_stream(std::string_view path) { return open_stream(path).has_value(); }

namespace detail {

/// Writes to an open descriptor, at the place that all who share it have come to.
class DescriptorBuffer : public std::streambuf {
 public:
  explicit DescriptorBuffer(int descriptor) : descriptor_(descriptor) {
    setp(buffer_.data(), buffer_.data() + buffer_.size());
  }

 protected:
  int_type overflow(int_type c) override {
    if (sync() != 0) return traits_type::eof();
    if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
    return traits_type::not_eof(c);
  }

  int sync() override {
    const char* from = pbase();
    while (from < pptr()) {
      const ssize_t count = ::write(descriptor_, from, static_cast<std::size_t>(pptr() - from));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return -1;
      from += count;
    }
    setp(buffer_.data(), buffer_.data() + buffer_.size());
    return 0;
  }

 private:
  int descriptor_;
  std::array<char, 1 << 16> buffer_;
};

}  // namespace detail

/// Refuses a path that an `OutputFile` could not write, before the work is done whose result it shall hold.
///
/// New paths, empty files and devices (a terminal, /dev/stdout) are welcome.
///
/// **Errors** `OutputExists`; `WriteFailed` where the folder is missing or the path is one.
inline void require_writable(const std::string& path, Overwrite overwrite) {
  if (names_open_stream(path)) return;
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
  explicit OutputFile(const std::string& path, Overwrite overwrite = Overwrite::no)
      : path_(path), overwrite_(overwrite) {
    require_writable(path, overwrite);
    std::error_code ignored;
    const auto status = std::filesystem::status(path, ignored);
    const std::optional<int> descriptor = open_stream(path);
    direct_ = descriptor || (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status));
    target_ = resolved(path);
    written_ = direct_ ? path : target_ + ".partial-" + std::to_string(::getpid());
    errno = 0;
    if (descriptor) {
      shared_ = std::make_unique<detail::DescriptorBuffer>(*descriptor);
    } else {
      file_.open(written_, std::ios::binary | std::ios::out | std::ios::trunc);
      if (!file_.is_open()) throw WriteFailed(path_, detail::system_reason());
    }
    stream_.rdbuf(shared_ ? static_cast<std::streambuf*>(shared_.get()) : &file_);
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
    stream_.flush();
    check();
    if (!shared_ && !file_.close()) throw WriteFailed(path_, detail::system_reason());
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
  std::filebuf file_;
  std::unique_ptr<detail::DescriptorBuffer> shared_;
  std::ostream stream_{nullptr};
};

}  // namespace spikingjet
