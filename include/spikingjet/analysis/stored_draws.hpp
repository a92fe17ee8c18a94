// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/store/errors.hpp>
#include <spikingjet/store/rows.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace spikingjet::detail {

/// Which draws of each stratum a store has.
class StoredDraws {
 public:
  explicit StoredDraws(std::size_t strata) : strata_(std::max<std::size_t>(strata, 1)), known_(strata) {}

  /// **Errors** `DamagedStore` for a fault of a stratum that there is not.
  void add(const StoredFault& stored, const std::string& path) {
    const FaultDraw draw = stored.draw.value_or(FaultDraw{0, stored.id});
    (stored.draw ? drawn_ : others_) = true;
    if (draw.stratum >= strata_.size())
      throw DamagedStore(path,
                         fmt::format("fault {} is of stratum {}, and it has {}", stored.id, draw.stratum, known_));
    Stratum& stratum = strata_[draw.stratum];
    ++stratum.faults;
    stratum.last = std::max(stratum.last, draw.rank);
  }

  /// Whether they are the first of each stratum.
  bool are_first() const {
    return !(drawn_ && others_) && std::all_of(strata_.begin(), strata_.end(), [](const Stratum& stratum) {
      return stratum.faults == 0 || stratum.last + 1 == stratum.faults;
    });
  }

  /// Refuses a finished campaign that lacks draws.
  ///
  /// **Errors** `DamagedStore` where it has other numbers of them than its strata say.
  void require_all(std::span<const StoredStratum> strata, const std::string& path) const {
    for (std::size_t h = 0; h < strata.size() && drawn_; ++h)
      if (strata_[h].faults != strata[h].drawn)
        throw DamagedStore(path, fmt::format("it has {} faults of the stratum '{}', of which {} were drawn",
                                             strata_[h].faults, strata[h].name, strata[h].drawn));
  }

 private:
  struct Stratum {
    std::uint64_t faults = 0;
    std::uint64_t last = 0;  // rank
  };

  std::vector<Stratum> strata_;
  std::size_t known_;
  bool drawn_ = false;
  bool others_ = false;
};

}  // namespace spikingjet::detail
