// SPDX-License-Identifier: MIT
#include "fuzz.hpp"

#include <spikingjet/outcome/injection_bytes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

using namespace spikingjet;

SPIKINGJET_FUZZ(bytes) {
  constexpr std::uint64_t samples = 300;
  constexpr std::uint64_t classes = 10;
  InjectionRows rows;
  try {
    for (InjectionDecoder decoder(bytes, classes); !decoder.at_end();) {
      std::int64_t last = -1;
      const auto row = decoder.next(samples);
      for (const InjectionOutcome& injection : row) {
        require(injection.sample > last && injection.sample < samples && injection.top < classes);
        last = injection.sample;
      }
      rows.add(row);
      if (rows.injections() > 100'000) break;
    }
  } catch (const DamagedInjections&) {  // of a store that is damaged, no misuse
  }
  std::size_t f = 0;
  for (const InjectionChunk& chunk : encode(rows, 7)) {
    InjectionDecoder decoder(chunk.rows, classes);
    for (std::uint64_t i = 0; i < chunk.faults; ++i, ++f) {
      const auto row = decoder.next(samples);
      require(row.size() == rows.row(f).size() && std::equal(row.begin(), row.end(), rows.row(f).begin()));
    }
    require(decoder.at_end());
  }
}
