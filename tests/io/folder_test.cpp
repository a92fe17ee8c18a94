// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "files.hpp"

#include <spikingjet/io/folder.hpp>

using namespace spikingjet;

TEST_CASE("a folder's entries come by name") {
  const TemporaryFolder folder;
  CHECK(detail::folder_entries(folder.path()).empty());
  for (const char* name : {"b", "a/x", "10", "2"}) write_bytes(folder / name, "x");
  CHECK(detail::folder_entries(folder.path()) ==
        std::vector<std::filesystem::path>{folder / "10", folder / "2", folder / "a", folder / "b"});
  for (const char* name : {"._a", ".DS_Store", ".hidden/a", "Thumbs.db", "desktop.ini", "__MACOSX/a"})
    write_bytes(folder / name, "x");
  CHECK(detail::folder_entries(folder.path()).size() == 4);
  CHECK_THROWS_AS(detail::folder_entries(folder / "b"), ReadFailed);
  CHECK_THROWS_AS(detail::folder_entries(folder / "none"), ReadFailed);
}

TEST_CASE("a label is a whole number and nothing else") {
  CHECK(detail::label_of("10") == 10u);
  CHECK(detail::label_of("007") == 7u);
  for (const char* name : {"", "x", "1x", "-1", "+1", " 1", "4294967296"}) CHECK(!detail::label_of(name));
}
