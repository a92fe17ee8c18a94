// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/pack.hpp>

#include <xsimd/xsimd.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spikingjet {

/// Floats that begin with a cache line, as a register that lies in two lines costs two loads.
using AlignedFloats = std::vector<float, xsimd::aligned_allocator<float, 64>>;

/// A canonical sum over rows of weights, lanes over outputs.
struct RowSum {
  std::uint32_t* rows;  // where each row begins
  std::size_t count;    // of rows
  const float* start;   // the sum that they are added to
  float* sum;
};

/// Adds a list of rows to each of four sums, lanes of W from `first` on. Side by side, so that the latency of an
/// addition hides behind the others.
template <class W>
inline void add_rows_to_four(const float* weights, const RowSum* sums, std::size_t first) {
  const float* from = weights + first;
  const std::size_t count = sums[0].count;
  W a = W::load(sums[0].start + first);  // names, not an array, so that compilers keep each in registers
  W b = W::load(sums[1].start + first);
  W c = W::load(sums[2].start + first);
  W d = W::load(sums[3].start + first);
  for (std::size_t k = 0; k < count; ++k) {
    a = a + W::load(from + sums[0].rows[k]);
    b = b + W::load(from + sums[1].rows[k]);
    c = c + W::load(from + sums[2].rows[k]);
    d = d + W::load(from + sums[3].rows[k]);
  }
  a.store(sums[0].sum + first);
  b.store(sums[1].sum + first);
  c.store(sums[2].sum + first);
  d.store(sums[3].sum + first);
}

/// The same for one sum.
template <class W>
inline void add_rows(const float* weights, const RowSum& sum, std::size_t first) {
  const float* from = weights + first;
  W a = W::load(sum.start + first);
  for (std::size_t k = 0; k < sum.count; ++k) a = a + W::load(from + sum.rows[k]);
  a.store(sum.sum + first);
}

/// Many sums: first the first two registers of all of them, then the next two, and so on. So the columns of weights
/// that are read stay in the first cache. Sums of similar length stand side by side, the shorter lists filled up with
/// `nothing`, a row of -0, which changes no sum, not even a zero's sign.
///
/// **Shapes** rows of each sum: (count), with room for as many as the longest has; start and sum (registers x lanes).
template <class One>
void sum_rows(const float* weights, std::span<RowSum> sums, std::uint32_t nothing, std::size_t registers) {
  std::sort(sums.begin(), sums.end(), [](const RowSum& a, const RowSum& b) { return a.count < b.count; });
  for (std::size_t first = 0; first + 4 <= sums.size(); first += 4)
    for (RowSum& sum : sums.subspan(first, 3))
      while (sum.count < sums[first + 3].count) sum.rows[sum.count++] = nothing;
  const auto sum_all = [&]<class W>(std::size_t first) {
    std::size_t s = 0;
    for (; s + 4 <= sums.size(); s += 4) add_rows_to_four<W>(weights, &sums[s], first);
    for (; s < sums.size(); ++s) add_rows<W>(weights, sums[s], first);
  };
  std::size_t r = 0;
  for (; r + 2 <= registers; r += 2) sum_all.template operator()<typename Resized<One, 2>::type>(r * One::lanes);
  if (r < registers) sum_all.template operator()<One>(r * One::lanes);
}

}  // namespace spikingjet
