// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/io/tensor.hpp>

#if __has_include(<xtensor/xnpy.hpp>)
#include <xtensor/xarray.hpp>
#include <xtensor/xnpy.hpp>
#else
#include <xtensor/containers/xarray.hpp>
#include <xtensor/io/xnpy.hpp>
#endif

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace spikingjet {

/// A tensor as an xtensor array of the same shape and bits.
inline xt::xarray<float> to_xarray(const Tensor& tensor) {
  const std::vector<std::size_t> extents(tensor.shape.extent, tensor.shape.extent + tensor.shape.rank);
  xt::xarray<float> array = xt::xarray<float>::from_shape(extents);
  std::copy(tensor.values.begin(), tensor.values.end(), array.begin());
  return array;
}

/// Writes any xtensor expression as a .npy file, with its own element type. What does not fit in memory twice goes
/// through `NpyWriter`.
///
/// **Errors** `WriteFailed`.
template <class E>
void write_npy(const std::filesystem::path& path, const xt::xexpression<E>& expression) {
  // Not left to xtensor: in C++20 the `eval` of 0.24 gives `2 * matrix` four axes.
  const xt::xarray<typename E::value_type> array = expression.derived_cast();
  const std::string bytes = xt::dump_npy(array);
  std::ofstream stream(path, std::ios::binary | std::ios::trunc);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream) throw WriteFailed(path.string(), detail::system_reason());
}

}  // namespace spikingjet
