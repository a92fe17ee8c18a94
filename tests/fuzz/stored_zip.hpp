// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

inline std::uint32_t crc32_of(std::string_view bytes) {
  static const std::array<std::uint32_t, 256> table = [] {
    std::array<std::uint32_t, 256> words{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      words[i] = i;
      for (int k = 0; k < 8; ++k) words[i] = (words[i] >> 1) ^ ((words[i] & 1u) ? 0xedb88320u : 0u);
    }
    return words;
  }();
  std::uint32_t crc = 0xffffffffu;
  for (const char c : bytes) crc = table[(crc ^ static_cast<std::uint8_t>(c)) & 0xffu] ^ (crc >> 8);
  return ~crc;
}

/// The bytes of a zip archive of stored members with right checksums, so that a fuzzer gets behind them.
inline std::string stored_zip(const std::vector<std::pair<std::string_view, std::string_view>>& members) {
  const auto number = [](std::uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
    return text;
  };
  std::string archive;
  std::string directory;
  for (const auto& [name, bytes] : members) {
    const std::string fields = number(20, 2) + std::string(8, '\0') + number(crc32_of(bytes), 4) +
                               number(bytes.size(), 4) + number(bytes.size(), 4) + number(name.size(), 2) +
                               number(0, 2);
    directory +=
        "PK\1\2" + number(20, 2) + fields + std::string(10, '\0') + number(archive.size(), 4) + std::string(name);
    archive += "PK\3\4" + fields + std::string(name) + std::string(bytes);
  }
  const std::string end = "PK\5\6" + number(0, 4) + number(members.size(), 2) + number(members.size(), 2) +
                          number(directory.size(), 4) + number(archive.size(), 4) + number(0, 2);
  return archive + directory + end;
}
