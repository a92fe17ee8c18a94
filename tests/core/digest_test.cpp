// SPDX-License-Identifier: MIT
#include <spikingjet/core/digest.hpp>

#include "catch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

using spikingjet::Digest;
using spikingjet::to_float;

TEST_CASE("the digest is FNV-1a with 64 bits, by its published vectors") {
  CHECK(Digest().add("").value() == 0xcbf29ce484222325u);
  CHECK(Digest().add("a").value() == 0xaf63dc4c8601ec8cu);
  CHECK(Digest().add("b").value() == 0xaf63df4c8601f1a5u);
  CHECK(Digest().add("foo").value() == 0xdcb27518fed9d577u);
  CHECK(Digest().add("foobar").value() == 0x85944171f73967e8u);
  static_assert(Digest().add("foobar").value() == 0x85944171f73967e8u);
}

TEST_CASE("a digest depends on its bytes, not on how calls divide them", "[law]") {
  constexpr std::string_view text = "foobar";
  for (std::size_t cut = 0; cut <= text.size(); ++cut)
    for (std::size_t second = cut; second <= text.size(); ++second) {
      Digest digest;
      digest.add(text.substr(0, cut)).add(std::as_bytes(std::span(text)).subspan(cut, second - cut));
      for (const char c : text.substr(second)) digest.add(static_cast<std::uint8_t>(c));
      CHECK(digest.value() == 0x85944171f73967e8u);
    }
}

TEST_CASE("a digest depends on the order of its bytes", "[law]") {
  CHECK(Digest().add("ab").value() != Digest().add("ba").value());
  CHECK(Digest().add(std::string_view("\0", 1)).value() != Digest().value());
}

TEST_CASE("numbers enter a digest as little-endian words") {
  CHECK(Digest().add(std::uint32_t(0x626f6f66)).value() == Digest().add("foob").value());
  CHECK(Digest().add(std::uint64_t(0x6867666564636261)).value() == Digest().add("abcdefgh").value());
  CHECK(Digest().add(std::uint8_t(0xff)).value() == Digest().add("\xff").value());
}

TEST_CASE("float32 values enter a digest with their bits") {
  CHECK(Digest().add(to_float(0x626f6f66)).value() == Digest().add("foob").value());
  CHECK(Digest().add(-0.0F).value() != Digest().add(0.0F).value());
  CHECK(Digest().add(to_float(0x7fc00001)).value() != Digest().add(to_float(0x7fc00000)).value());
  const std::array values{to_float(0x64636261), to_float(0x68676665)};
  CHECK(Digest().add(std::span<const float>(values)).value() == Digest().add("abcdefgh").value());
}

TEST_CASE("a digest is written as sixteen lower-case hexadecimal digits") {
  CHECK(Digest().hex() == "cbf29ce484222325");
  CHECK(Digest().add("a").hex() == "af63dc4c8601ec8c");
  int leading_zeros = 0;
  for (std::uint32_t i = 0; i < 200; ++i) {
    const Digest digest = Digest().add(i);
    CHECK(digest.hex().size() == 16);
    CHECK(std::stoull(digest.hex(), nullptr, 16) == digest.value());
    leading_zeros += digest.hex().front() == '0';
  }
  CHECK(leading_zeros > 0);
}
