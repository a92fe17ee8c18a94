// SPDX-License-Identifier: MIT
#include "fuzz.hpp"

#include <spikingjet/io/pickle.hpp>

using namespace spikingjet;

SPIKINGJET_FUZZ(bytes) {
  read_or_refuse([&] {
    const Pickle pickle = read_pickle(bytes, {"fuzz.pt", "data.pkl"});
    require(pickle.root < pickle.objects.size());
    for (const PickleObject& object : pickle.objects)
      for (const std::uint32_t part : object.parts) require(part < pickle.objects.size());
  });
}
