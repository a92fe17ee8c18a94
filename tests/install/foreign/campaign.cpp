// SPDX-License-Identifier: MIT
#include <embed/foreign/words.hpp>
#include <spikingjet/core/parallel.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sqlite3.h>
#include <zip.h>

#include <cstring>

int main(int argc, char** argv) {
  CLI::App app("A foreign campaign");
  CLI11_PARSE(app, argc, argv);
  spikingjet::require_sound_arithmetic();
  fmt::print("SQLite {}, libzip {}\n", sqlite3_libversion(), zip_libzip_version());
  const auto words = foreign::words();
  return words.size() == 12 && std::memcmp(words.data(), "SPIKING\0JET\n", 12) == 0 ? 0 : 1;
}
