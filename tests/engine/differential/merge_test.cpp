// SPDX-License-Identifier: MIT
#include <spikingjet/engine/differential/merge.hpp>

#include "catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <span>
#include <vector>

namespace sj = spikingjet;

namespace {

using Key = std::vector<std::uint32_t>;

/// Adds faults to a table and to a map, which knows what the table must have.
class Both {
 public:
  void clear(std::size_t words) {
    words_ = words;
    table.clear(words);
    expected_.clear();
    added_.clear();
    added_.reserve(200'000);  // the table keeps only where the faults are
  }

  void add(const Key& key, const std::vector<std::uint32_t>& faults, std::size_t stride) {
    std::vector<std::int32_t> spread(words_ * stride + 1, 0x5a5a5a5a);  // other lanes' words between its own
    for (std::size_t w = 0; w < words_; ++w) spread[w * stride] = static_cast<std::int32_t>(key[w]);
    added_.push_back(faults);
    table.add(spread.data(), stride, added_.back());
    std::vector<std::uint32_t>& all = expected_[key];
    all.insert(all.end(), faults.begin(), faults.end());
  }

  void compare() {
    REQUIRE(table.size() == expected_.size());
    std::map<Key, std::vector<std::uint32_t>> found;
    for (std::size_t c = 0; c < table.size(); ++c) {
      const auto key = table.key(c);
      const auto faults = table.faults(c);
      REQUIRE(key.size() == words_);
      std::vector<std::uint32_t>& all = found[Key(key.begin(), key.end())];
      REQUIRE(all.empty());  // a key has one case
      all.assign(faults.begin(), faults.end());
      REQUIRE_FALSE(all.empty());
    }
    for (auto& [key, faults] : found) std::sort(faults.begin(), faults.end());
    for (auto& [key, faults] : expected_) std::sort(faults.begin(), faults.end());
    REQUIRE(found == expected_);
  }

  sj::CaseTable table;

 private:
  std::size_t words_ = 0;
  std::map<Key, std::vector<std::uint32_t>> expected_;
  std::vector<std::vector<std::uint32_t>> added_;
};

}  // namespace

TEST_CASE("an empty table has no cases") {
  sj::CaseTable table;
  CHECK(table.size() == 0);
  table.clear(3);
  CHECK(table.size() == 0);
}

TEST_CASE("faults share a case exactly where all words of their keys are equal", "[law]") {
  Both both;  // one for all: it may be cleared and filled again
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const std::size_t words = 1 + random() % 7;
    const std::size_t stride = std::size_t{1} << random() % 5;
    const auto values = static_cast<std::uint32_t>(1 + random() % 6);  // few: most keys come again
    both.clear(words);
    std::uint32_t fault = 0;
    const std::size_t count = random() % 700;
    for (std::size_t i = 0; i < count; ++i) {
      Key key(words);
      for (std::uint32_t& word : key) word = static_cast<std::uint32_t>(random()) % values * 0x40000001u;
      std::vector<std::uint32_t> faults;
      for (std::size_t n = 1 + random() % 3; n > 0; --n) faults.push_back(fault++);
      both.add(key, faults, stride);
    }
    INFO("seed " << seed << ", " << words << " words, " << count << " entries, " << both.table.size() << " cases");
    both.compare();
  }
}

TEST_CASE("a table grows with its cases and keeps them", "[law]") {
  Both both;
  both.clear(4);
  std::mt19937 random(3);
  std::vector<Key> keys;
  for (std::uint32_t fault = 0; fault < 100'000; ++fault) {
    if (fault % 3 != 0 || keys.empty()) {
      keys.push_back({static_cast<std::uint32_t>(random()), 0, static_cast<std::uint32_t>(random() % 2), 1});
      both.add(keys.back(), {fault}, 16);
    } else {
      both.add(keys[random() % keys.size()], {fault}, 16);
    }
    if (fault < 400 || fault % 20'000 == 0) both.compare();
  }
  both.compare();
  CHECK(both.table.size() > 60'000);
}

TEST_CASE("keys of one word may take all their values near each other, and those of many differ in one bit alone",
          "[law]") {
  Both both;
  both.clear(1);
  for (std::uint32_t key = 0; key < 5000; ++key) both.add({key}, {key}, 1);
  for (std::uint32_t key = 0; key < 5000; ++key) both.add({0xffffffffu - key}, {5000 + key}, 1);
  CHECK(both.table.size() == 10'000);
  both.compare();

  both.clear(20);
  std::uint32_t fault = 0;
  both.add(Key(20, 0), {fault++}, 2);
  for (std::size_t word = 0; word < 20; ++word)
    for (int bit = 0; bit < 32; ++bit) {
      Key key(20, 0);
      key[word] = 1u << bit;
      both.add(key, {fault++}, 2);
    }
  CHECK(both.table.size() == 641);
  both.compare();
}

namespace {

/// The hash of a key of one word, up to the bits that pick a slot of a small table.
///
/// **Source** written again from the table, for keys that meet in one slot; where the table hashes otherwise, the cases
/// below are ordinary ones.
std::uint64_t hash_of(std::uint32_t word) {
  const std::uint64_t hash = (0x9e3779b97f4a7c15u ^ word) * 0xbf58476d1ce4e5b9u;
  return hash ^ (hash >> 29);
}

}  // namespace

TEST_CASE("keys that meet in one slot stay apart", "[law]") {
  Both both;
  both.clear(1);
  std::uint32_t fault = 0;
  for (std::uint32_t word = 0; fault < 600; ++word)
    if (hash_of(word) % 4096 == 17) {
      both.add({word}, {fault++}, 1);
      both.add({word}, {100'000 + fault}, 1);
    }
  CHECK(both.table.size() == 600);
  both.compare();
}

TEST_CASE("a cleared table has forgotten everything, whatever the length of keys before and after") {
  Both both;
  for (const std::size_t words : {std::size_t(5), std::size_t(1), std::size_t(9), std::size_t(1)}) {
    both.clear(words);
    CHECK(both.table.size() == 0);
    for (std::uint32_t i = 0; i < 1000; ++i) both.add(Key(words, i % 300), {i}, 4);
    CHECK(both.table.size() == 300);
    both.compare();
  }
}

TEST_CASE("many faults at once are all of one case") {
  sj::CaseTable table;
  table.clear(2);
  std::vector<std::uint32_t> first(70);
  for (std::uint32_t f = 0; f < 70; ++f) first[f] = f;
  const std::vector<std::uint32_t> second = {100, 101};
  const std::int32_t key[] = {7, -1};
  table.add(key, 1, first);
  table.add(key, 1, second);
  REQUIRE(table.size() == 1);
  CHECK(table.key(0)[0] == 7);
  CHECK(table.key(0)[1] == 0xffffffffu);
  const auto faults = table.faults(0);
  std::vector<std::uint32_t> sorted(faults.begin(), faults.end());
  std::sort(sorted.begin(), sorted.end());
  first.insert(first.end(), second.begin(), second.end());
  CHECK(sorted == first);
}
