// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/model/quantity.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

/// What a layer is called where its faults are counted: parameters and states apart, as 'lif1' and 'lif1 states'.
inline std::string layer_name(std::string_view layer, Storage storage) {
  return std::string(layer) + (storage == Storage::parameter ? "" : " states");
}

/// The same of a quantity.
inline std::string layer_name(const Quantity& quantity) { return layer_name(quantity.layer.str(), quantity.storage); }

/// "bit 30"; "no bit" for a value fault.
inline std::string bit_name(std::int32_t bit) { return bit == Fault::no_bit ? "no bit" : "bit " + std::to_string(bit); }

/// A part of a fault space: some ways to strike each element of some quantities, as indices of the space that are never
/// materialised.
///
/// **Laws** the i-th fault has a higher index than the one before it.
class SubSpace {
 public:
  const std::string& name() const { return name_; }

  /// The number of its faults.
  std::uint64_t size() const { return size_; }

  /// The index in the fault space of the fault at a position, which is below size().
  std::uint64_t operator[](std::uint64_t position) const {
    const auto after = std::upper_bound(cells_.begin(), cells_.end(), position,
                                        [](std::uint64_t at, const Cell& cell) { return at < cell.begin; });
    const Cell& cell = *(after - 1);
    position -= cell.begin;
    const std::uint64_t window = position % windows_;
    position /= windows_;
    const std::uint64_t choice = cell.choices[static_cast<std::size_t>(position % cell.choices.size())];
    return cell.first + (position / cell.choices.size() * cell.all_choices + choice) * windows_ + window;
  }

 private:
  friend class Stratification;

  /// What it has of one stratum of the fault space.
  struct Cell {
    std::uint64_t begin = 0;             // position of its first fault
    std::uint64_t first = 0;             // index of the first fault of that stratum
    std::uint64_t all_choices = 0;       // of that stratum
    std::vector<std::uint32_t> choices;  // taken of them, ascending
  };

  std::string name_;
  std::uint64_t windows_ = 1;
  std::uint64_t size_ = 0;
  std::vector<Cell> cells_;
};

/// A fault space divided into strata, each of which can be sampled for itself.
///
/// A stratum is what one name is given to: all windows of all elements of a quantity, struck in one way, belong to the
/// same one. Strata of single elements or steps are not there.
///
/// **Laws** tests/laws/stratification.hpp: each fault of the space belongs to one stratum, at one position in it; no
/// stratum is empty; strata stand in the order in which the space first meets them.
/// **Cost** memory and time for the quantities times their choices, however many faults there are.
class Stratification {
 public:
  /// The name of the stratum that a way to strike a quantity belongs to.
  using NameOf = std::function<std::string(const Quantity&, const Choice&)>;

  /// Where a fault stands.
  struct Place {
    std::size_t stratum = 0;
    std::uint64_t position = 0;  // in it

    bool operator==(const Place&) const = default;
  };

  /// `by` says what the strata are, as in "strata by layer".
  Stratification(FaultSpace space, std::string by, const NameOf& name_of)
      : space_(std::move(space)), by_(std::move(by)) {
    const auto pieces = space_.strata();
    owners_.resize(pieces.size());
    for (std::size_t s = 0; s < pieces.size(); ++s) {
      const Quantity& quantity = space_.quantities()[pieces[s].quantity];
      const std::uint64_t sites = quantity.size() * space_.windows();
      if (sites == 0) continue;
      for (std::size_t c = 0; c < pieces[s].choices.size(); ++c) {
        SubSpace& stratum = named(name_of(quantity, pieces[s].choices[c]));
        if (stratum.cells_.empty() || stratum.cells_.back().first != space_.begin_of(s))
          stratum.cells_.push_back({stratum.size_, space_.begin_of(s), pieces[s].choices.size(), {}});
        SubSpace::Cell& cell = stratum.cells_.back();
        owners_[s].push_back(
            {static_cast<std::size_t>(&stratum - strata_.data()), stratum.cells_.size() - 1, cell.choices.size()});
        cell.choices.push_back(static_cast<std::uint32_t>(c));
        stratum.size_ += sites;
      }
    }
  }

  const FaultSpace& space() const { return space_; }
  const std::string& by() const { return by_; }
  std::span<const SubSpace> strata() const { return strata_; }

  /// N_h, the faults of each stratum.
  std::vector<std::uint64_t> populations() const {
    std::vector<std::uint64_t> sizes;
    for (const SubSpace& stratum : strata_) sizes.push_back(stratum.size());
    return sizes;
  }

  /// The number of the stratum of that name.
  std::optional<std::size_t> find(std::string_view name) const {
    const auto found = numbers_.find(name);
    return found == numbers_.end() ? std::nullopt : std::optional(found->second);
  }

  /// The stratum of the fault with this index, which is below the size of the space, and its position there:
  /// `strata()[place.stratum][place.position] == index`.
  Place place_of(std::uint64_t index) const {
    std::size_t s = 0;  // the last stratum of the space that begins at or before the index
    for (std::size_t count = space_.strata().size(); count > 1;) {
      const std::size_t half = count / 2;
      if (space_.begin_of(s + half) <= index) s += half;
      count -= half;
    }
    index -= space_.begin_of(s);
    const std::uint64_t window = index % space_.windows();
    index /= space_.windows();
    const std::uint64_t choices = space_.strata()[s].choices.size();
    const Owner& owner = owners_[s][static_cast<std::size_t>(index % choices)];
    const SubSpace::Cell& cell = strata_[owner.stratum].cells_[owner.cell];
    const std::uint64_t way = index / choices * cell.choices.size() + owner.choice;
    return {owner.stratum, cell.begin + way * space_.windows() + window};
  }

 private:
  /// Who has a choice of a stratum of the space.
  struct Owner {
    std::size_t stratum = 0;
    std::size_t cell = 0;    // of it
    std::size_t choice = 0;  // among the choices of the cell
  };

  SubSpace& named(const std::string& name) {
    const auto [found, is_new] = numbers_.try_emplace(name, strata_.size());
    if (is_new) {
      strata_.emplace_back();
      strata_.back().name_ = name;
      strata_.back().windows_ = space_.windows();
    }
    return strata_[found->second];
  }

  FaultSpace space_;
  std::string by_;
  std::vector<SubSpace> strata_;
  std::map<std::string, std::size_t, std::less<>> numbers_;  // of strata, by name
  std::vector<std::vector<Owner>> owners_;                   // (strata of the space, choices)
};

/// One stratum, 'all'.
inline Stratification unstratified(const FaultSpace& space) {
  return {space, "nothing", [](const Quantity&, const Choice&) { return std::string("all"); }};
}

/// A stratum for each layer, 'fc1'; its states are one of their own, 'lif1 states'.
inline Stratification by_layer(const FaultSpace& space) {
  return {space, "layer", [](const Quantity& quantity, const Choice&) { return layer_name(quantity); }};
}

/// A stratum for each bit of each layer, 'fc1 bit 30'; value faults are one of their own, 'lif1 states no bit'.
inline Stratification by_layer_and_bit(const FaultSpace& space) {
  return {space, "layer and bit", [](const Quantity& quantity, const Choice& choice) {
            return layer_name(quantity) + " " + bit_name(choice.bit);
          }};
}

/// A stratum for each quantity, 'fc1.weight'.
inline Stratification by_quantity(const FaultSpace& space) {
  return {space, "quantity", [](const Quantity& quantity, const Choice&) { return quantity.name(); }};
}

/// The stratification of a name: nothing, layer, 'layer and bit', quantity; absent where it is none of these.
inline std::optional<Stratification> stratification_named(std::string_view by, const FaultSpace& space) {
  if (by == "nothing") return unstratified(space);
  if (by == "layer") return by_layer(space);
  if (by == "layer and bit") return by_layer_and_bit(space);
  if (by == "quantity") return by_quantity(space);
  return std::nullopt;
}

}  // namespace spikingjet
