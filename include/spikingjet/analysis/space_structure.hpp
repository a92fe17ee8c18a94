// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/bit_position.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/store/store.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace spikingjet {

/// What a fault space is a product of: in which ways an element is struck (a bit and a fault type) and in how many
/// windows. All elements of a fault space are struck alike, so that this counts the faults of a bit, a fault type or a
/// step that a store does not state.
class SpaceStructure {
 public:
  using Way = std::pair<std::int32_t, std::string>;  // bit or `Fault::no_bit`, fault type

  /// Ways and windows that the finished faults of a store have.
  struct Seen {
    std::set<Way> ways;
    std::uint64_t windows = 0;
  };

  /// The structure of the space that a campaign drew from, if it is certain: either the faults seen have every way and
  /// window that there can be, or the manifest states the ways, and the populations agree.
  static std::optional<SpaceStructure> of(const Store& store, const Seen& seen) {
    const auto strikes = strikes_of_an_element(store);
    if (!strikes) return std::nullopt;
    if (seen.ways.size() * seen.windows == *strikes) return SpaceStructure(seen.ways, seen.windows);
    const std::set<Way> ways = stated_ways(store.manifest());
    if (ways.empty() || *strikes % ways.size() != 0) return std::nullopt;
    const std::uint64_t windows = *strikes / ways.size();
    const std::string persistence = store.manifest().find("persistence").value_or("");
    const bool agrees =
        windows >= seen.windows && (persistence == "permanent" ? windows == 1 : persistence == "transient");
    return agrees ? std::optional(SpaceStructure(ways, windows)) : std::nullopt;
  }

  std::uint64_t windows() const { return windows_; }

  /// The ways of a bit and a fault type; absent stands for any.
  std::uint64_t ways(std::optional<std::int32_t> bit, std::optional<std::string_view> type) const {
    std::uint64_t count = 0;
    for (const Way& way : ways_) count += (!bit || way.first == *bit) && (!type || way.second == *type);
    return count;
  }

 private:
  SpaceStructure(std::set<Way> ways, std::uint64_t windows) : ways_(std::move(ways)), windows_(windows) {}

  /// The faults that strike an element, where it is the same number for all.
  static std::optional<std::uint64_t> strikes_of_an_element(const Store& store) {
    std::optional<std::uint64_t> strikes;
    for (const StoredQuantity& quantity : store.quantities()) {
      if (!quantity.population) return std::nullopt;
      if (*quantity.population == 0) continue;
      const std::uint64_t elements = quantity.shape.size();
      if (*quantity.population % elements != 0) return std::nullopt;
      const std::uint64_t here = *quantity.population / elements;
      if (strikes.value_or(here) != here) return std::nullopt;
      strikes = here;
    }
    return strikes;
  }

  /// The ways that the options of a command line stand for; none where they do not tell all.
  static std::set<Way> stated_ways(const Manifest& manifest) {
    if (!manifest.find("method") || manifest.find("policies").value_or("").find(", any bit, ") == std::string::npos)
      return {};
    const auto bits = bits_named(manifest.find("bits").value_or(""));
    if (!bits) return {};
    std::set<Way> ways;
    for (const std::string& type : split(manifest.find("fault types").value_or(""), ',')) {
      if (type == "bitflip" || type == "stuckat0" || type == "stuckat1") {
        for (std::int32_t bit = 0; bit < std::int32_t(Binary32::bits); ++bit)
          if ((*bits >> bit) & 1u) ways.emplace(bit, type);
      } else if (type == "dead" || type == "saturated") {
        ways.emplace(Fault::no_bit, type);
      } else {
        return {};
      }
    }
    return ways;
  }

  std::set<Way> ways_;
  std::uint64_t windows_;
};

}  // namespace spikingjet
