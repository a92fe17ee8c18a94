// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/fault.hpp>

#include <concepts>
#include <cstdint>
#include <ratio>
#include <string>

namespace spikingjet {

/// When faults are there: an empty struct with `name()`, `windows(steps)`, how many windows a run of that many steps
/// has, and `window(index)`, the index-th of them.
///
/// **Laws** tests/laws/persistence.hpp: windows of different indices differ.
template <class P>
concept Persistence = requires(std::uint64_t number) {
  { P::name() } -> std::convertible_to<std::string>;
  { P::windows(number) } -> std::same_as<std::uint64_t>;
  { P::window(number) } -> std::same_as<Window>;
};

/// There in every step.
struct Permanent {
  static std::string name() { return "permanent"; }
  static constexpr std::uint64_t windows(std::uint64_t) { return 1; }
  static constexpr Window window(std::uint64_t) { return {}; }
};

/// There in one step: the fault space is sites x bits x steps.
struct Transient {
  static std::string name() { return "transient"; }
  static constexpr std::uint64_t windows(std::uint64_t steps) { return steps; }
  static constexpr Window window(std::uint64_t step) {
    return {.begin = static_cast<std::uint32_t>(step), .end = static_cast<std::uint32_t>(step) + 1};
  }
};

/// There in the steps [Begin, End).
template <std::uint32_t Begin, std::uint32_t End>
struct Intermittent {
  static_assert(
      Begin < End,
      "spikingjet: 'Intermittent' needs at least one step; check its arguments; see docs/concepts/fault_type.md");

  static std::string name() { return "intermittent [" + std::to_string(Begin) + ", " + std::to_string(End) + ")"; }
  static constexpr std::uint64_t windows(std::uint64_t) { return 1; }
  static constexpr Window window(std::uint64_t) { return {.begin = Begin, .end = End}; }
};

/// There in a seeded share Numerator/Denominator of all steps, the same steps on every platform.
template <std::uint32_t Numerator, std::uint32_t Denominator, std::uint64_t Seed>
struct Flickering {
  static_assert(
      Numerator > 0 && Numerator < Denominator,
      "spikingjet: 'Flickering' needs a share between 0 and 1; check its arguments; see docs/concepts/fault_type.md");

  static std::string name() {
    return "flickering " + std::to_string(Numerator) + "/" + std::to_string(Denominator) + " seed " +
           std::to_string(Seed);
  }
  static constexpr std::uint64_t windows(std::uint64_t) { return 1; }
  static constexpr Window window(std::uint64_t) {
    return {.duty = static_cast<std::uint32_t>((std::uint64_t{Numerator} << 32) / Denominator), .seed = Seed};
  }
};

}  // namespace spikingjet
