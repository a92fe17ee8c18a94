// SPDX-License-Identifier: MIT
// Bytes of a file, or else a header and data behind it whose length is put in front.
#include "fuzz.hpp"

#include <spikingjet/io/safetensors.hpp>

using namespace spikingjet;

SPIKINGJET_FUZZ(bytes) {
  std::string file(text_of(bytes));
  if (file.starts_with('{')) {
    const std::uint64_t length = std::min(file.find('\n'), file.size());
    std::string start(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) start[i] = static_cast<char>(length >> (8 * i) & 0xff);
    file = start + file;
  }
  read_or_refuse([&] {
    const SafetensorsFile tensors(std::as_bytes(std::span(file)), "fuzz.safetensors");
    for (const std::string& name : tensors.names())
      read_or_refuse([&] { require(tensors.read(name).values.size() == tensors.shape(name).size()); });
  });
}
