// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

// What a fuzzer of a reader checks, beside what the sanitizers see: whatever the bytes, a reader gives data or refuses
// them as misuse, in one sentence.

#define SPIKINGJET_FUZZ(bytes)                                                        \
  static void fuzz(std::span<const std::byte> bytes);                                 \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    fuzz(std::as_bytes(std::span(data, size)));                                       \
    return 0;                                                                         \
  }                                                                                   \
  static void fuzz(std::span<const std::byte> bytes)

/// Ends the process, which the fuzzer reports with the input.
inline void require(bool holds) {
  if (!holds) std::abort();
}

/// Calls a reader; refusals must be sentences of one line, of printable ASCII.
template <class Call>
void read_or_refuse(const Call& call) {
  try {
    call();
  } catch (const spikingjet::Misuse& refusal) {
    const std::string_view sentence = refusal.what();
    require(sentence.starts_with("spikingjet: ") && sentence.size() < 4000);
    for (const char c : sentence) require(c >= ' ' && c <= '~');
  }
}

inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
