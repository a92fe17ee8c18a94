// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/fault_type.hpp>
#include <spikingjet/model/quantity.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

/// One way to strike a site: a fault type and, for a bit fault, the bit.
struct Choice {
  FaultTypeInfo type;
  std::int32_t bit = Fault::no_bit;

  constexpr bool operator==(const Choice& other) const { return type == other.type && bit == other.bit; }
};

/// The faults of one quantity: each of its elements, struck in each of these ways.
struct Stratum {
  std::uint32_t quantity = 0;   // index into the network's quantities
  std::vector<Choice> choices;
};

/// All faults under the chosen policies, as a bijection between 0 .. size-1 and faults that is never materialised: a
/// space of 10^12 faults costs nothing.
///
/// Order: quantity by quantity; in each, element by element; for an element, each choice; for a choice, each window. So
/// all faults of one site are neighbours.
///
/// **Laws** `index_of(space[i]) == i` for every i < size(); sizes of strata add up to size().
class FaultSpace {
 public:
  using WindowOf = Window (*)(std::uint64_t index);

  /// `quantities` must outlive the space; a network's own do. `windows` windows for each choice, made by `window`.
  FaultSpace(std::span<const Quantity> quantities, std::vector<Stratum> strata, std::uint64_t windows = 1,
             WindowOf window = [](std::uint64_t) { return Window{}; })
      : quantities_(quantities), strata_(std::move(strata)), windows_(windows), window_(window) {
    std::erase_if(strata_, [](const Stratum& stratum) { return stratum.choices.empty(); });
    std::uint64_t next = 0;
    for (const Stratum& stratum : strata_) {
      begins_.push_back(next);
      std::uint64_t size = 0;
      const std::uint64_t sites = quantities_[stratum.quantity].size();
      if (__builtin_mul_overflow(sites * stratum.choices.size(), windows_, &size) ||
          __builtin_add_overflow(next, size, &next))
        throw Misuse("spikingjet: the fault space has more than 2^64 faults; name fewer targets or steps");
    }
    begins_.push_back(next);
  }

  /// The quantities of the network, also those without faults.
  std::span<const Quantity> quantities() const { return quantities_; }
  /// Where its faults lie, in the order of their numbers.
  std::span<const Stratum> strata() const { return strata_; }

  /// Number of windows of each choice: 1, or the number of steps for transient faults.
  std::uint64_t windows() const { return windows_; }

  /// N, the number of faults.
  std::uint64_t size() const { return begins_.back(); }

  /// Number of faults in a quantity of the network.
  std::uint64_t size(std::size_t quantity) const {
    std::uint64_t n = 0;
    for (const Stratum& stratum : strata_)
      if (stratum.quantity == quantity) n += size_of(stratum);
    return n;
  }

  /// Index of the first fault of stratum s; for s = number of strata, size().
  std::uint64_t begin_of(std::size_t s) const { return begins_[s]; }

  Fault operator[](std::uint64_t index) const {
    const auto s =
        static_cast<std::size_t>(std::upper_bound(begins_.begin(), begins_.end(), index) - begins_.begin() - 1);
    const Stratum& stratum = strata_[s];
    const Quantity& quantity = quantities_[stratum.quantity];
    index -= begins_[s];
    const std::uint64_t window = index % windows_;
    index /= windows_;
    const Choice& choice = stratum.choices[static_cast<std::size_t>(index % stratum.choices.size())];
    return {.site = {stratum.quantity, quantity.storage, index / stratum.choices.size()},
            .bit = choice.bit,
            .type = choice.type.name,
            .alteration = choice.type.alteration(static_cast<unsigned>(std::max(choice.bit, 0)), quantity.role),
            .window = window_(window)};
  }

  /// Where a fault stands in the space, if it is in it.
  ///
  /// **Cost** tries every window of its choice.
  std::optional<std::uint64_t> index_of(const Fault& fault) const {
    for (std::size_t s = 0; s < strata_.size(); ++s) {
      const Stratum& stratum = strata_[s];
      if (stratum.quantity != fault.site.quantity) continue;
      if (fault.site.element >= quantities_[stratum.quantity].size()) continue;
      for (std::size_t c = 0; c < stratum.choices.size(); ++c) {
        if (stratum.choices[c].type.name != fault.type || stratum.choices[c].bit != fault.bit) continue;
        const std::uint64_t first = begins_[s] + (fault.site.element * stratum.choices.size() + c) * windows_;
        for (std::uint64_t w = 0; w < windows_; ++w)
          if ((*this)[first + w] == fault) return first + w;
      }
    }
    return std::nullopt;
  }

  /// The part of the space whose quantities and choices are kept.
  FaultSpace restricted(const std::function<bool(const Quantity&)>& keep_quantity,
                        const std::function<bool(const Choice&)>& keep_choice) const {
    std::vector<Stratum> kept;
    for (const Stratum& stratum : strata_) {
      if (!keep_quantity(quantities_[stratum.quantity])) continue;
      kept.push_back({stratum.quantity, {}});
      std::copy_if(stratum.choices.begin(), stratum.choices.end(), std::back_inserter(kept.back().choices),
                   keep_choice);
    }
    return {quantities_, std::move(kept), windows_, window_};
  }

  /// The same space with other windows.
  FaultSpace with_windows(std::uint64_t windows, WindowOf window) const {
    return {quantities_, strata_, windows, window};
  }

 private:
  std::uint64_t size_of(const Stratum& stratum) const {
    return std::uint64_t{quantities_[stratum.quantity].size()} * stratum.choices.size() * windows_;
  }

  std::span<const Quantity> quantities_;
  std::vector<Stratum> strata_;
  std::vector<std::uint64_t> begins_;  // (strata + 1)
  std::uint64_t windows_;
  WindowOf window_;
};

}  // namespace spikingjet
