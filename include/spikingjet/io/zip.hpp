// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/io/byte_source.hpp>

#include <zip.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

namespace detail {

/// A member of an open zip archive; keeps the archive open.
class ZipMember : public ByteSource {
 public:
  ZipMember(std::shared_ptr<zip_t> archive, zip_uint64_t index, Place place)
      : ByteSource(place, unpacked_size(*archive, index, place)),
        archive_(std::move(archive)),
        file_(zip_fopen_index(archive_.get(), index, 0)) {
    if (!file_) throw FileDamaged(this->place(), zip_strerror(archive_.get()));
  }

  std::size_t read(std::span<std::byte> out) override {
    std::size_t done = 0;
    while (done < out.size()) {
      const zip_int64_t count = zip_fread(file_.get(), out.data() + done, out.size() - done);
      if (count < 0) throw FileDamaged(place(), zip_file_strerror(file_.get()));
      if (count == 0) break;
      done += static_cast<std::size_t>(count);
    }
    return done;
  }

 private:
  struct Close {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
  };

  static std::uint64_t unpacked_size(zip_t& archive, zip_uint64_t index, const Place& place) {
    zip_stat_t stat;
    if (zip_stat_index(&archive, index, 0, &stat) != 0) throw FileDamaged(place, zip_strerror(&archive));
    if ((stat.valid & ZIP_STAT_SIZE) == 0) throw FileDamaged(place, "the archive does not state its size");
    return stat.size;
  }

  std::shared_ptr<zip_t> archive_;
  std::unique_ptr<zip_file_t, Close> file_;
};

}  // namespace detail

/// A zip archive: named members, stored or deflated, each read when asked for.
///
/// A source that `open` returns may outlive the archive object; sources of one archive must not be used by several
/// threads.
///
/// **Errors** `FileMissing`; `UnsupportedFile` for a folder; `ReadFailed`; `WrongFormat` where it is no zip file, as
/// which `format` is named; `FileDamaged` where it starts as one and has no directory of its members, as a truncated
/// one.
class ZipArchive {
 public:
  ZipArchive(const std::filesystem::path& path, std::string_view format) : path_(path.string()) {
    FileSource file(path);
    check_start(file, format);
    int code = 0;
    archive_.reset(zip_open(path_.c_str(), ZIP_RDONLY, &code), close);
    if (!archive_) {
      zip_error_t error;
      zip_error_init_with_code(&error, code);
      refuse(error);
    }
    list_members();
  }

  /// An archive in memory, which must outlive the archive object and its sources; `name` stands for the path in
  /// messages.
  ZipArchive(std::span<const std::byte> bytes, std::string name, std::string_view format) : path_(std::move(name)) {
    MemorySource memory(bytes, {path_});
    check_start(memory, format);
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (source) archive_.reset(zip_open_from_source(source, ZIP_RDONLY, &error), close);
    if (!archive_) {
      if (source) zip_source_free(source);
      refuse(error);
    }
    zip_error_fini(&error);
    list_members();
  }

  const std::string& path() const { return path_; }

  /// Names of the members, in the archive's order.
  const std::vector<std::string>& members() const { return members_; }

  /// The index of a member, or `members().size()`.
  std::size_t find(std::string_view member) const {
    return static_cast<std::size_t>(std::find(members_.begin(), members_.end(), member) - members_.begin());
  }

  /// The bytes of a member; `array` names it in messages.
  ///
  /// **Errors** `FileDamaged`.
  std::unique_ptr<ByteSource> open(std::size_t member, std::string array) const {
    return std::make_unique<detail::ZipMember>(archive_, member, Place{path_, std::move(array)});
  }

 private:
  static void close(zip_t* archive) {
    if (archive) zip_discard(archive);
  }

  [[noreturn]] void refuse(zip_error_t& error) const {
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    throw FileDamaged({path_}, "it starts as a zip archive and has no readable directory (" + reason + ")");
  }

  void list_members() {
    const zip_int64_t count = zip_get_num_entries(archive_.get(), 0);
    for (zip_int64_t i = 0; i < count; ++i) {
      const char* name = zip_get_name(archive_.get(), static_cast<zip_uint64_t>(i), 0);
      members_.emplace_back(name ? name : "");
    }
  }

  // libzip takes no bytes at all for an archive without members, and would search any others for one.
  static void check_start(ByteSource& file, std::string_view format) {
    std::array<std::byte, 4> start{};
    file.read(start);
    const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
    if (text != std::string_view("PK\3\4") && text != std::string_view("PK\5\6"))
      throw WrongFormat(file.place(), std::string(format), "it does not start with the bytes of a zip archive");
  }

  std::string path_;
  std::shared_ptr<zip_t> archive_;
  std::vector<std::string> members_;
};

}  // namespace spikingjet
