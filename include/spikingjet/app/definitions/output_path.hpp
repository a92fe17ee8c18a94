// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/output_path.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/output_file.hpp>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <ios>
#include <string>
#include <string_view>
#include <system_error>

namespace spikingjet {

SPIKINGJET_INLINE std::filesystem::path led_to(const std::string& path) {
  std::error_code ignored;
  std::filesystem::path end = std::filesystem::absolute(path, ignored);
  for (int links = 0; links < 40 && std::filesystem::is_symlink(end, ignored); ++links)
    end = end.parent_path() / std::filesystem::read_symlink(end, ignored);
  return std::filesystem::weakly_canonical(end, ignored);
}

SPIKINGJET_INLINE void require_different(const std::string& one, const std::string& other) {
  std::error_code ignored;
  if (led_to(one) == led_to(other) || std::filesystem::equivalent(one, other, ignored)) throw SameOutput(other);
}

SPIKINGJET_INLINE void require_beside_store(const std::string& store, const std::string& output) {
  require_different(store, output);
  const std::string database = led_to(store).string();
  for (const char* part : {"-journal", "-wal", "-shm"}) require_different(database + part, output);
}

SPIKINGJET_INLINE void require_replaceable(const std::string& path, OutputKind kind) {
  if (names_open_stream(path)) return;
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored)) throw OutputFailure(path);
  if (std::filesystem::is_directory(path, ignored)) throw OutputFailure(path);
  if (!std::filesystem::is_regular_file(path, ignored)) return;
  std::ifstream in(path, std::ios::binary);
  char start[512];
  in.read(start, sizeof start);
  const std::string_view text(start, static_cast<std::size_t>(in.gcount()));
  if (text.empty()) return;
  const bool npy = text.starts_with("\x93NUMPY");
  const bool binary = text.find('\0') != std::string_view::npos || text.starts_with("PK") || npy;
  const bool fits = kind == OutputKind::npy ? npy : kind == OutputKind::npz ? text.starts_with("PK") : !binary;
  if (!fits) throw OutputRefused(path, kind);
}

SPIKINGJET_INLINE void write_text(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.flush();
  if (!out) throw OutputFailure(path);
}

}  // namespace spikingjet
