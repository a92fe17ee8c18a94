// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/app/output_path.hpp>
#include <spikingjet/app/removed_unless_kept.hpp>

#include <filesystem>
#include <fstream>
#include <string>

namespace sj = spikingjet;

namespace {

/// A file with these bytes, removed at the end.
class File {
 public:
  explicit File(const std::string& bytes)
      : path_((std::filesystem::temp_directory_path() / "spikingjet_output_path_test").string()) {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("an output replaces files of its own kind and empty ones") {
  CHECK_NOTHROW(sj::require_replaceable(File("").path(), sj::OutputKind::text));
  CHECK_NOTHROW(sj::require_replaceable(File("").path(), sj::OutputKind::npy));
  const File table("target,weight\r\n");
  CHECK_NOTHROW(sj::require_replaceable(table.path(), sj::OutputKind::text));
  CHECK_THROWS_AS(sj::require_replaceable(table.path(), sj::OutputKind::npy), sj::OutputRefused);
}

TEST_CASE("an output never replaces a store, weights or data") {
  for (const std::string& start :
       {std::string("SQLite format 3\0....", 20), std::string("PK\3\4"), std::string("\x93NUMPY\1")}) {
    const File file(start);
    CHECK_THROWS_AS(sj::require_replaceable(file.path(), sj::OutputKind::text), sj::OutputRefused);
  }
  const File scores("\x93NUMPY\1");
  CHECK_NOTHROW(sj::require_replaceable(scores.path(), sj::OutputKind::npy));
  const File archive("PK\3\4");
  CHECK_THROWS_AS(sj::require_replaceable(archive.path(), sj::OutputKind::npy), sj::OutputRefused);
}

TEST_CASE("an output into a folder that is not there is a failure") {
  CHECK_THROWS_AS(sj::require_replaceable("/no/such/folder/a.csv", sj::OutputKind::text), sj::OutputFailure);
  CHECK_THROWS_AS(sj::require_replaceable(std::filesystem::temp_directory_path().string(), sj::OutputKind::text),
                  sj::OutputFailure);
}

TEST_CASE("a file that came to nothing is removed, one that is kept stays") {
  const File file("something");
  { sj::RemovedUnlessKept claim(file.path()); claim.keep(); }
  CHECK(std::filesystem::exists(file.path()));
  { const sj::RemovedUnlessKept claim(file.path()); }
  CHECK(!std::filesystem::exists(file.path()));
}

TEST_CASE("a name's suffix is told in small letters") {
  CHECK(spikingjet::suffix_of("a/Table.CSV") == ".csv");
  CHECK(spikingjet::suffix_of("a.b/table") == "");
  CHECK(spikingjet::suffix_of("set.tar.Npz") == ".npz");
}
