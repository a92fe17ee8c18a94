// SPDX-License-Identifier: MIT
// Bytes of an archive, or else of an array that is put into one, and then also read as frames of a dataset.
#include "fuzz.hpp"
#include "stored_zip.hpp"

#include <spikingjet/io/dataset.hpp>

using namespace spikingjet;

SPIKINGJET_FUZZ(bytes) {
  const std::string_view text = text_of(bytes);
  const std::string archive =
      text.starts_with("PK") ? std::string(text) : stored_zip({{"x.npy", text}, {"y.npy", text}});
  read_or_refuse([&] {
    const NpzFile file(std::as_bytes(std::span(archive)), "fuzz.npz");
    for (const std::string& name : file.names()) read_or_refuse([&] { file.read(name); });
    read_or_refuse([&] { load_dataset(file, {.input = {2, 2, 2}, .limit = 3}); });
    read_or_refuse([&] { load_dataset(file, {.input = {2}, .limit = 3}); });
  });
}
