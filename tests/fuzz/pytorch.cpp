// SPDX-License-Identifier: MIT
// Bytes of an archive, or else of a pickle that is put into one with two storages; a network's names are looked for.
#include "fuzz.hpp"
#include "stored_zip.hpp"

#include <spikingjet/io/pytorch.hpp>
#include <spikingjet/io/weights.hpp>

#include <array>

using namespace spikingjet;

SPIKINGJET_FUZZ(bytes) {
  static const std::string storage(256, 'x');
  const std::string_view text = text_of(bytes);
  const std::string archive =
      text.starts_with("PK")
          ? std::string(text)
          : stored_zip(
                {{"a/data.pkl", text}, {"a/data/0", storage}, {"a/data/1", std::string_view(storage).substr(0, 7)}});
  read_or_refuse([&] {
    const PytorchFile file(std::as_bytes(std::span(archive)), "fuzz.pt");
    for (const std::string& name : file.names())
      read_or_refuse([&] { require(file.read(name).values.size() == file.shape(name).size()); });
  });
  static const std::array wanted = {WantedArray{"weight"}, WantedArray{"fc1.bias", false, "bias"}};
  read_or_refuse([&] {
    const WeightFile file = WeightFile::of(std::as_bytes(std::span(archive)), "fuzz.pt").named_for(wanted);
    for (const WantedArray& one : wanted)
      if (file.contains(one.name)) read_or_refuse([&] { file.tensor(one.name); });
  });
  read_or_refuse([&] { WeightFile::of(std::as_bytes(std::span(archive)), "fuzz.pt", "model"); });
}
