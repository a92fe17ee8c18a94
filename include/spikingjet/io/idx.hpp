// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/text.hpp>
#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/extents.hpp>
#include <spikingjet/io/file_kind.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace spikingjet {

/// Bytes with their extents: images (image, row, column) or labels (image,) of MNIST and its kin.
struct IdxArray {
  Extents extents;
  std::vector<std::uint8_t> values;  // row-major
};

/// Reads an IDX array of unsigned bytes.
///
/// **Errors** `WrongFormat`; `WrongType` for other elements than unsigned bytes; `FileTruncated`.
/// **Source** LeCun, Cortes, Burges, "The MNIST database of handwritten digits", file formats.
inline IdxArray read_idx(ByteSource& source) {
  const Place& place = source.place();
  const auto fail = [&place](const std::string& reason) { throw WrongFormat(place, "an IDX array", reason); };
  std::array<std::byte, 4> word{};  // big endian
  source.read_all(word);
  if (word[0] == std::byte(0x1f) && word[1] == std::byte(0x8b)) fail("it is gzip-compressed, unpack it first");
  if (word[0] != std::byte(0) || word[1] != std::byte(0)) fail("it does not start with two zero bytes");
  if (word[2] != std::byte(8)) throw WrongType(place, std::to_string(static_cast<int>(word[2])), "8, unsigned bytes");

  IdxArray array;
  array.extents.resize(static_cast<std::size_t>(word[3]));
  for (std::size_t& extent : array.extents) {
    source.read_all(word);
    extent = 0;
    for (const std::byte byte : word) extent = (extent << 8) | static_cast<std::uint8_t>(byte);
  }
  const auto count = byte_count(array.extents, 1);
  if (!count) fail("its shape " + printable(to_string(array.extents)) + " is too large");
  const std::uint64_t wanted = 4 + 4 * array.extents.size() + *count;
  if (source.size() < wanted) throw FileTruncated(place, wanted, source.size());
  if (source.size() > wanted) fail(std::to_string(source.size() - wanted) + " bytes follow its last value");
  array.values.resize(static_cast<std::size_t>(*count));
  source.read_all(std::as_writable_bytes(std::span(array.values)));
  return array;
}

/// Reads an IDX file of unsigned bytes.
///
/// **Errors** `FileMissing`, `UnsupportedFile`, `PackedFile`, `ReadFailed`, those of the other overload.
inline IdxArray read_idx(const std::filesystem::path& path) {
  return detail::named_if_packed(path, [&] {
    FileSource file(path);
    return read_idx(file);
  });
}

}  // namespace spikingjet
