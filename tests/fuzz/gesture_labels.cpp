// SPDX-License-Identifier: MIT
#include "fuzz.hpp"

#include <spikingjet/io/gesture.hpp>

using namespace spikingjet;

SPIKINGJET_FUZZ(bytes) {
  read_or_refuse([&] {
    MemorySource source(bytes);
    for (const GestureTrial& trial : read_gesture_labels(source))
      require(trial.label < gesture_classes && trial.begin >= 0 && trial.begin < trial.end);
  });
}
