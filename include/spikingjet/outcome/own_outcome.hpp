// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/error.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <string>

namespace spikingjet {

/// An outcome of one's own: whether an injection had it, told from the golden and the faulty readout. A campaign counts
/// for each fault the injections that had it, beside the seven classes.
///
/// It is asked about every readout whose bits are not the golden ones, NaN and infinities included, from several
/// threads at once; a readout with the golden bits has none.
///
/// **Shapes** golden, faulty: (classes).
/// **Example** sj::OwnOutcome{"silent", [](auto, auto faulty) { return std::ranges::all_of(faulty, [](float v) { return
/// v == 0; }); }}
struct OwnOutcome {
  std::string name;
  std::function<bool(std::span<const float> golden, std::span<const float> faulty)> happens;
};

/// The place of a class in a readout, from 0: how many classes have a larger value, or the same and a lower number.
///
/// **Shapes** readout (classes), without NaN.
inline std::size_t rank_of_class(std::span<const float> readout, std::size_t wanted) {
  std::size_t before = 0;
  for (std::size_t c = 0; c < readout.size(); ++c)
    before += readout[c] > readout[wanted] || (readout[c] == readout[wanted] && c < wanted);
  return before;
}

/// "not top-k": the golden class is not among the k largest of the faulty readout; ties go to the lowest class, as the
/// top-1 class does. A readout with NaN or infinity is a DUE, and not counted here.
///
/// **Laws** top_k(1) happens where the outcome is `sdc_critical`.
/// **Errors** `Misuse` for k = 0.
inline OwnOutcome top_k(std::size_t k) {
  if (k == 0) throw Misuse("spikingjet: 'top_k' needs at least one class, and was given 0");
  return {"not top-" + std::to_string(k), [k](std::span<const float> golden, std::span<const float> faulty) {
            if (!std::all_of(faulty.begin(), faulty.end(), is_finite)) return false;
            const auto top = std::size_t(std::max_element(golden.begin(), golden.end()) - golden.begin());
            return rank_of_class(faulty, top) >= k;
          }};
}

}  // namespace spikingjet
