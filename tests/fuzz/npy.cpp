// SPDX-License-Identifier: MIT
#include "fuzz.hpp"

#include <spikingjet/io/npy.hpp>

#include <memory>

using namespace spikingjet;

SPIKINGJET_FUZZ(bytes) {
  const auto reader = [bytes] { return NpyReader(std::make_unique<MemorySource>(bytes)); };
  read_or_refuse([&] {
    NpyReader whole = reader();
    const std::size_t count = whole.remaining();
    require(whole.read_rest().size() == count);
  });
  read_or_refuse([&] {
    NpyReader pieces = reader();
    double value[3] = {};
    while (pieces.remaining() > 0) pieces.read(std::span(value).first(std::min<std::size_t>(3, pieces.remaining())));
  });
  read_or_refuse([&] { read_tensor(reader()); });
}
