// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/io/file_errors.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace spikingjet::detail {

/// Whether a name is one that a system leaves beside a user's files: hidden ones (`._a.bin`, `.DS_Store`), `Thumbs.db`,
/// `desktop.ini`, `__MACOSX`.
inline bool is_left_by_system(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return lower.starts_with('.') || lower == "thumbs.db" || lower == "ehthumbs.db" || lower == "desktop.ini" ||
         lower == "__macosx";
}

/// What a folder holds, by name, without what a system leaves there.
///
/// **Errors** `ReadFailed`, also for a file instead of a folder.
inline std::vector<std::filesystem::path> folder_entries(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> paths;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    if (!is_left_by_system(entry->path().filename().string())) paths.push_back(entry->path());
  if (error) throw ReadFailed(folder.string(), error.message());
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// The label that a file's or folder's name is, where it is nothing but a whole number.
inline std::optional<std::uint32_t> label_of(std::string_view name) {
  std::uint32_t label = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), label);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return label;
}

}  // namespace spikingjet::detail
