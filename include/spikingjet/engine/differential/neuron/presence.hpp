// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/fault.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace spikingjet {

/// In which steps the fault of each lane is there.
template <class V>
class Presence {
 public:
  /// Notes the windows of lanes 0 to `used` in steps [first, steps); returns the last step in which any is there.
  template <class WindowOf>
  std::size_t fill(std::size_t used, std::size_t first, std::size_t steps, const WindowOf& window_of) {
    bool alike = true;  // all of them, and there in every step
    for (std::size_t l = 0; l < used; ++l) alike = alike && window_of(l).is_steady() && window_of(l) == window_of(0);
    if (alike && alike_ == window_of(0) && alike_from_ <= first && present_.size() == steps * V::lanes)
      return std::min<std::size_t>(window_of(0).end, steps) - 1;
    present_.resize(steps * V::lanes);
    alike_.reset();
    if (alike) alike_ = window_of(0);
    alike_from_ = first;
    const auto row = [&](std::size_t step) { return present_.begin() + std::ptrdiff_t(step * V::lanes); };
    std::fill(row(first), row(steps), 0.0F);
    std::size_t last = first;
    for (std::size_t l = 0; l < (alike ? 1 : used); ++l) {
      const Window& window = window_of(l);
      const std::size_t end = std::min<std::size_t>(window.end, steps);
      for (std::size_t step = std::max<std::size_t>(window.begin, first); step < end; ++step) {
        if (!window.contains(step)) continue;
        last = std::max(last, step);
        if (alike)
          std::fill(row(step), row(step + 1), 1.0F);
        else
          row(step)[std::ptrdiff_t(l)] = 1.0F;
      }
    }
    return last;
  }

  auto at(std::size_t step) const { return V::load(present_.data() + step * V::lanes) > V(0.0F); }

 private:
  std::vector<float> present_;   // (steps, lanes): 1 or 0
  std::optional<Window> alike_;  // of all lanes, from a step on
  std::size_t alike_from_ = 0;
};

}  // namespace spikingjet
