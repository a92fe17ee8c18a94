// SPDX-License-Identifier: MIT

#include <spikingjet/core/output_file.hpp>

#include "catch.hpp"
#include "files.hpp"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace sj = spikingjet;
namespace fs = std::filesystem;

namespace {

std::size_t files_in(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("An output stands at its path when it is finished, and nothing else is left", "[law]") {
  const TemporaryFolder folder;
  const std::string path = folder / "table.csv";
  {
    sj::OutputFile out(path);
    out.write("a,b\r\n");
    CHECK_FALSE(fs::exists(path));
    out.stream() << 1 << ',' << 2;
    out.finish();
  }
  CHECK(read_bytes(path) == "a,b\r\n1,2");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("An output that is not finished changes nothing", "[law]") {
  const TemporaryFolder folder;
  const std::string path = folder / "table.csv";
  { sj::OutputFile(path).write("half"); }
  CHECK(files_in(folder.path()) == 0);
  write_bytes(path, "yesterday's");
  { sj::OutputFile(path, sj::Overwrite::yes).write("half"); }
  CHECK(read_bytes(path) == "yesterday's");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("An output takes another's place only when told to", "[validation]") {
  const TemporaryFolder folder;
  const std::string path = folder / "table.csv";
  write_bytes(path, "yesterday's");
  CHECK_THROWS_AS(sj::OutputFile(path), sj::OutputExists);
  CHECK(sentence_of<sj::OutputExists>([&] { sj::require_writable(path, sj::Overwrite::no); }) ==
        "spikingjet: '" + path + "' exists and is not overwritten; give another path, or '--force'");
  CHECK(read_bytes(path) == "yesterday's");

  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write | fs::perms::others_exec);
  sj::OutputFile out(path, sj::Overwrite::yes);
  out.write("today's");
  CHECK(read_bytes(path) == "yesterday's");
  out.finish();
  CHECK(read_bytes(path) == "today's");
  CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write | fs::perms::others_exec));
}

TEST_CASE("An output that another process finished first is not overwritten", "[validation]") {
  const TemporaryFolder folder;
  const std::string path = folder / "table.csv";
  sj::OutputFile out(path);
  out.write("mine");
  write_bytes(path, "the other's");
  CHECK_THROWS_AS(out.finish(), sj::OutputExists);
  CHECK(read_bytes(path) == "the other's");
}

TEST_CASE("An empty file is no output yet", "[validation]") {
  const TemporaryFolder folder;
  const std::string path = folder / "table.csv";
  write_bytes(path, "");
  sj::OutputFile out(path);
  out.write("new");
  out.finish();
  CHECK(read_bytes(path) == "new");
}

TEST_CASE("Outputs follow links, also to files that are not there yet") {
  const TemporaryFolder folder;
  fs::create_symlink("real.csv", folder / "link.csv");
  sj::OutputFile out(folder / "link.csv");
  out.write("text");
  out.finish();
  CHECK(fs::is_symlink(folder / "link.csv"));
  CHECK(read_bytes(folder / "real.csv") == "text");
  CHECK_THROWS_AS(sj::OutputFile(folder / "link.csv"), sj::OutputExists);
}

TEST_CASE("An output without a folder, or that is one, is refused by name", "[validation]") {
  const TemporaryFolder folder;
  CHECK(contains(sentence_of<sj::WriteFailed>([&] { sj::OutputFile(folder / "no/table.csv"); }),
                 "there is no folder '" + (folder / "no") + "'"));
  CHECK(contains(sentence_of<sj::WriteFailed>([&] { sj::OutputFile(folder.path()); }), "it is a folder"));
}

TEST_CASE("A device is written directly, and a full one is told", "[validation]") {
  sj::OutputFile null("/dev/null");
  null.write("text");
  null.finish();
  CHECK_THROWS_AS(
      [] {
        sj::OutputFile full("/dev/full");
        full.write(std::string(1 << 20, 'x'));
        full.finish();
      }(),
      sj::WriteFailed);
}
