// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/text.hpp>
#include <spikingjet/store/errors.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace spikingjet {

/// The number of samples that a stored campaign injects each fault into, as its manifest says.
///
/// **Errors** `DamagedStore` where it does not say.
inline std::uint64_t samples_of(const Store& store) {
  const std::string text = store.manifest().find("samples").value_or("");
  const auto samples = parse_number<std::uint64_t>(text);
  if (!samples || *samples == 0)
    throw DamagedStore(store.path(), fmt::format("its 'samples' is '{}', no number of samples", text));
  return *samples;
}

}  // namespace spikingjet
