// SPDX-License-Identifier: MIT
#include <spikingjet/outcome/injection_bytes.hpp>

#include "catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace sj = spikingjet;
using sj::Outcome;

namespace {

std::vector<std::byte> bytes_of(const std::vector<int>& values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(std::byte(value));
  return bytes;
}

std::vector<std::byte> encoded(const std::vector<sj::InjectionOutcome>& row) {
  std::vector<std::byte> bytes;
  sj::encode_row(row, bytes);
  return bytes;
}

constexpr std::uint32_t classes = 10;

/// Rows whose injections are not masked with this probability; what ends alike often stands together.
sj::InjectionRows random_rows(std::mt19937_64& random, std::size_t faults, std::uint32_t samples, double share) {
  sj::InjectionRows rows(random() % 1000);
  std::uniform_real_distribution<double> uniform;
  sj::InjectionOutcome like{0, Outcome::due, 0};
  for (std::size_t f = 0; f < faults; ++f) {
    std::vector<sj::InjectionOutcome> row;
    for (std::uint32_t s = 0; s < samples; ++s) {
      if (uniform(random) >= share) continue;
      if (random() % 2 == 0) {
        like.outcome = Outcome(1 + random() % 6);
        like.top = like.outcome == Outcome::sdc_critical ? static_cast<std::uint32_t>(random() % classes) : 0;
      }
      row.push_back({s, like.outcome, like.top});
    }
    rows.add(row);
  }
  return rows;
}

sj::InjectionRows decoded(const std::vector<sj::InjectionChunk>& chunks, std::uint64_t first, std::uint64_t samples) {
  sj::InjectionRows rows(first);
  for (const sj::InjectionChunk& chunk : chunks) {
    CHECK(chunk.first == first + rows.faults());
    sj::InjectionDecoder decoder(chunk.rows, classes);
    for (std::uint64_t f = 0; f < chunk.faults; ++f) rows.add(decoder.next(samples));
    CHECK(decoder.at_end());
  }
  return rows;
}

}  // namespace

TEST_CASE("the bytes of a row are those that docs/formats.md describes") {
  CHECK(encoded({}) == bytes_of({0}));
  CHECK(encoded({{0, Outcome::sdc_0_5, 0}}) == bytes_of({1, 0, 0}));
  CHECK(encoded({{3, Outcome::sdc_20, 0}}) == bytes_of({1, 3, 3 * 2}));
  CHECK(encoded({{3, Outcome::due, 0}, {4, Outcome::due, 0}}) == bytes_of({1, 3, 4 * 2 + 1, 0}));
  CHECK(encoded({{3, Outcome::sdc_critical, 9},
                 {4, Outcome::sdc_critical, 9},
                 {5, Outcome::sdc_critical, 9},
                 {6, Outcome::sdc_critical, 8},
                 {300, Outcome::sdc_5_10, 0}}) ==
        bytes_of({3, 3, 14 * 2 + 1, 1, 0, 13 * 2, 0x80 | (293 & 0x7f), 293 >> 7, 1 * 2}));
}

TEST_CASE("decoding gives the rows that were encoded, in chunks of any size", "[law]") {
  const std::uint64_t seed = GENERATE(1, 2, 3);
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (const double share : {0.0, 0.01, 0.3, 0.95, 1.0})
    for (const std::uint32_t samples : {1u, 2u, 256u, 2000u}) {
      CAPTURE(share, samples);
      const sj::InjectionRows rows = random_rows(random, 60, samples, share);
      CHECK(decoded(sj::encode(rows), rows.first(), samples) == rows);
      CHECK(decoded(sj::encode(rows, 7), rows.first(), samples) == rows);
      CHECK(decoded(sj::encode(rows, 4096, 50), rows.first(), samples) == rows);
    }
  CHECK(sj::encode(sj::InjectionRows(3)).empty());
}

TEST_CASE("a chunk has no more faults than allowed, and ends with the row that fills it") {
  std::mt19937_64 random(1);
  const sj::InjectionRows rows = random_rows(random, 100, 256, 0.2);
  for (const sj::InjectionChunk& chunk : sj::encode(rows, 9)) CHECK(chunk.faults <= 9);
  std::size_t longest = 0;
  for (std::size_t f = 0; f < rows.faults(); ++f) {
    std::vector<std::byte> one;
    sj::encode_row(rows.row(f), one);
    longest = std::max(longest, one.size());
  }
  const std::vector<sj::InjectionChunk> chunks = sj::encode(rows, 4096, 300);
  CHECK(chunks.size() > 5);
  for (const sj::InjectionChunk& chunk : chunks) CHECK(chunk.rows.size() < 300 + longest);
}

TEST_CASE(
    "where one injection in a hundred is not masked, a fault takes one byte and each such injection little more than "
    "two") {
  std::mt19937_64 random(5);
  const sj::InjectionRows rows = random_rows(random, 2000, 256, 0.012);
  std::size_t size = 0;
  for (const sj::InjectionChunk& chunk : sj::encode(rows)) size += chunk.rows.size();
  CHECK(4 * size <= 4 * rows.faults() + 9 * rows.injections());  // a gap of 128 samples or more takes a third byte
  sj::InjectionRows all_due;
  std::vector<sj::InjectionOutcome> row;
  for (std::uint32_t s = 0; s < 10'000; ++s) row.push_back({s, Outcome::due, 0});
  all_due.add(row);
  CHECK(sj::encode(all_due).front().rows.size() == 5);
}

TEST_CASE("a row of more than 127 runs has its number of runs in two bytes, behind other rows and before them") {
  std::vector<sj::InjectionOutcome> every_other;
  std::vector<int> expected{1, 7, 8, 0xac, 0x02};  // one run: due at sample 7; then 300 = 0x2c + 2 * 128 runs
  for (std::uint32_t s = 0; s < 300; ++s) {
    every_other.push_back({2 * s, Outcome::sdc_critical, 1});
    expected.insert(expected.end(), {s == 0 ? 0 : 1, 12});
  }
  expected.insert(expected.end(), {0});
  std::vector<std::byte> bytes = encoded({{7, Outcome::due, 0}});
  sj::encode_row(every_other, bytes);
  sj::encode_row(std::vector<sj::InjectionOutcome>{}, bytes);
  CHECK(bytes == bytes_of(expected));
  sj::InjectionDecoder decoder(bytes, classes);
  CHECK(decoder.next(600).size() == 1);
  const auto row = decoder.next(600);
  CHECK(std::vector(row.begin(), row.end()) == every_other);
  CHECK(decoder.next(600).empty());
  CHECK(decoder.at_end());
}

TEST_CASE("bytes that are no rows are refused with the reason") {
  const auto reason = [](const std::vector<int>& values, std::uint64_t samples = 256) -> std::string {
    const std::vector<std::byte> bytes = bytes_of(values);
    try {
      for (sj::InjectionDecoder decoder(bytes, classes); !decoder.at_end();) decoder.next(samples);
    } catch (const sj::DamagedInjections& damaged) {
      CHECK(std::string(damaged.what()) ==
            "spikingjet: the outcomes of single injections are damaged: " + damaged.reason);
      CHECK(damaged.exit_status() == 1);
      return damaged.reason;
    }
    return "";
  };
  CHECK(reason({1, 255 & 0x7f, 0}).empty());
  CHECK(reason({1, 0, 9, 0x80 | 126, 1}).empty());  // all 256 samples
  CHECK(reason({1, 0, 9, 0x80 | 127, 1}) == "a row goes beyond the last sample");
  CHECK(reason({1, 0, 0}, 0) == "a row goes beyond the last sample");
  CHECK(reason({1, 0x80, 2, 0}) == "a row goes beyond the last sample");
  CHECK(reason({2, 0x80 | 127, 1, 0, 0, 0}) == "a row goes beyond the last sample");
  CHECK(reason({1, 3, 9, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}) == "a row goes beyond the last sample");
  CHECK(reason({1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, 0}) == "a row goes beyond the last sample");
  CHECK(reason({1, 0, (5 + 9) * 2}).empty());
  CHECK(reason({1, 0, (5 + 10) * 2}) == "a row names a class that the network does not have");
  CHECK(reason({2, 0, 0}) == "a row is longer than its bytes");
  CHECK(reason({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0}) == "a row is longer than its bytes");
  CHECK(reason({0x80}) == "its bytes end within a row");
  CHECK(reason({1, 3, 9}) == "its bytes end within a row");
  CHECK(reason({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}) == "a number has more than 63 bits");
}

TEST_CASE("the rows of a chunk come with the numbers of their faults, and bytes behind them are refused") {
  std::mt19937_64 random(7);
  const sj::InjectionRows rows = random_rows(random, 30, 100, 0.1);
  std::vector<sj::InjectionChunk> chunks = sj::encode(rows, 12);
  REQUIRE(chunks.size() == 3);
  sj::InjectionRows found(rows.first());
  for (const sj::InjectionChunk& chunk : chunks)
    sj::for_each_row(chunk, 100, classes, [&](std::uint64_t fault, std::span<const sj::InjectionOutcome> row) {
      CHECK(fault == found.first() + found.faults());
      found.add(row);
    });
  CHECK(found == rows);
  chunks[0].rows.push_back(std::byte{0});
  const auto ignore = [](std::uint64_t, std::span<const sj::InjectionOutcome>) {};
  CHECK_THROWS_AS(sj::for_each_row(chunks[0], 100, classes, ignore), sj::DamagedInjections);
}

TEST_CASE("whatever the bytes, rows of samples and classes that there are come out, or a refusal", "[law]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4, 5);
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  std::size_t refused = 0;
  std::size_t read = 0;
  for (int round = 0; round < 2000; ++round) {
    const std::uint32_t samples = 1 + static_cast<std::uint32_t>(random() % 300);
    std::vector<std::byte> bytes = sj::encode(random_rows(random, 4, samples, 0.1)).front().rows;
    if (random() % 2 == 0) bytes.resize(random() % bytes.size());
    for (std::uint64_t flips = random() % 4; flips > 0 && !bytes.empty(); --flips)
      bytes[random() % bytes.size()] ^= std::byte(1u << random() % 8);
    try {
      for (sj::InjectionDecoder decoder(bytes, classes); !decoder.at_end(); ++read) {
        std::int64_t last = -1;
        bool sound = true;
        for (const sj::InjectionOutcome& injection : decoder.next(samples)) {
          sound = sound && injection.sample > last && injection.sample < samples &&
                  injection.outcome != Outcome::masked && injection.outcome <= Outcome::due &&
                  injection.top < classes && (injection.top == 0 || injection.outcome == Outcome::sdc_critical);
          last = injection.sample;
        }
        REQUIRE(sound);
      }
    } catch (const sj::DamagedInjections&) {
      ++refused;
    }
  }
  CHECK(refused > 100);
  CHECK(read > 100);
}
