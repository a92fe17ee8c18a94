// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/digest.hpp>
#include <spikingjet/core/random.hpp>
#include <spikingjet/fault/fault_space.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace spikingjet {

/// The chosen faults of a campaign, in order: a whole fault space, some indices of one, the first draws from one, or
/// faults written out.
///
/// Faults are made when asked for; a whole space and draws take no memory.
class FaultList {
 public:
  /// Every fault of a space.
  explicit FaultList(FaultSpace space) : faults_(std::move(space)) {}

  /// The faults of a space at these indices.
  FaultList(FaultSpace space, std::vector<std::uint64_t> indices)
      : faults_(Chosen{std::move(space), std::move(indices)}) {}

  /// The first draws from a space, in the order of the draw: wherever one stops, what came before is a simple sample.
  ///
  /// **Laws** as a set what `sample` draws with the permutation's seed.
  FaultList(FaultSpace space, const Permutation& permutation, std::uint64_t draws)
      : faults_(Drawn{std::move(space), permutation, draws}) {}

  /// Faults as they come, from a file or by hand.
  explicit FaultList(std::vector<Fault> faults) : faults_(std::move(faults)) {}

  std::uint64_t size() const {
    if (const auto* space = std::get_if<FaultSpace>(&faults_)) return space->size();
    if (const auto* chosen = std::get_if<Chosen>(&faults_)) return chosen->indices.size();
    if (const auto* drawn = std::get_if<Drawn>(&faults_)) return drawn->draws;
    return std::get<std::vector<Fault>>(faults_).size();
  }

  Fault operator[](std::uint64_t index) const {
    if (const auto* space = std::get_if<FaultSpace>(&faults_)) return (*space)[index];
    if (const auto* chosen = std::get_if<Chosen>(&faults_)) return chosen->space[chosen->indices[index]];
    if (const auto* drawn = std::get_if<Drawn>(&faults_)) return drawn->space[drawn->permutation(index)];
    return std::get<std::vector<Fault>>(faults_)[index];
  }

 private:
  struct Chosen {
    FaultSpace space;
    std::vector<std::uint64_t> indices;  // (chosen)
  };

  struct Drawn {
    FaultSpace space;
    Permutation permutation;
    std::uint64_t draws;
  };

  std::variant<FaultSpace, Chosen, Drawn, std::vector<Fault>> faults_;
};

/// A digest of the faults of a list, in order: which site, which alteration, when.
inline Digest digest_of(const FaultList& faults) {
  Digest digest;
  for (std::uint64_t i = 0; i < faults.size(); ++i) {
    const Fault fault = faults[i];
    digest.add(fault.site.quantity).add(fault.site.element);
    digest.add(fault.alteration.factor).add(fault.alteration.keep).add(fault.alteration.set).add(fault.alteration.flip);
    digest.add(fault.window.begin).add(fault.window.end).add(fault.window.duty).add(fault.window.seed);
  }
  return digest;
}

}  // namespace spikingjet
