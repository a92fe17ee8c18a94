// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/io/file_errors.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// How a dataset becomes the input of a network.
struct DatasetFormat {
  Shape input;  // of one step, as the network takes it: (channel, y, x) or (channel,)
  std::size_t limit = std::numeric_limits<std::size_t>::max();  // number of samples to read
  bool spread = false;                   // evenly over the classes, see `spread_over_classes`; else from the front
  std::vector<std::size_t> list{};       // the numbers of the samples, each once, in their order; empty: as above
  std::optional<std::size_t> classes{};  // of the network: labels are below

  // The number of steps that was asked for: static images, which have no axis of steps, are repeated so often,
  // recordings cut into so many bins; frames with steps must have so many.
  std::optional<std::size_t> repeat{};

  // Recordings of events only: frames bring their own steps and size.
  std::optional<std::size_t> steps{};  // of the program; default: 25 for DVS128 Gesture, 100 for N-MNIST and SHD
  std::uint32_t denoise_time = 0;      // [us], for cameras; 0: as recorded
  std::optional<Shape> sensor{};       // (polarity, y, x) of a camera; default: the dataset's own
};

/// A filter time for data that no event camera recorded.
class NothingToDenoise : public Misuse {
 public:
  NothingToDenoise(std::string dataset_path, const std::string& holds)
      : Misuse("spikingjet: '" + dataset_path + "' holds " + holds +
               ", and only recordings of event cameras are denoised; leave '--denoise' out, or filter before saving"),
        path(std::move(dataset_path)) {}

  std::string path;
};

/// A dataset without a single sample.
class EmptyDataset : public Misuse {
 public:
  /// `found`: a clause on what is there instead.
  explicit EmptyDataset(std::string dataset_path, const std::string& found = {})
      : Misuse("spikingjet: '" + dataset_path + "' holds no samples" + (found.empty() ? "" : ", " + found) +
               "; pass an .npz file with 'x', an SHD file 'shd_test.h5', or a folder with N-MNIST's "
               "'LABEL/*.bin' or DVS128 Gesture's 'user*/LABEL.npy' or 'user*.aedat' with label files, of these the "
               "ones in "
               "'trials_to_test.txt' or of users 24 to 29; see docs/formats.md"),
        path(std::move(dataset_path)) {}

  std::string path;
};

/// A folder whose recordings are in folders of its own, or that is one of those of a dataset.
class FolderMisplaced : public Misuse {
 public:
  FolderMisplaced(std::string dataset_path, std::vector<std::string> folders_meant)
      : Misuse("spikingjet: '" + dataset_path + "' is not the folder of a dataset, but there " +
               (folders_meant.size() == 1 ? "is one: pass '" + folders_meant.front() + "'"
                                          : "are several: pass one of " + Place::list(folders_meant)) +
               "; see docs/formats.md"),
        path(std::move(dataset_path)),
        meant(std::move(folders_meant)) {}

  std::string path;
  std::vector<std::string> meant;
};

/// A dataset that memory has no room for.
class DataTooLarge : public Misuse {
 public:
  DataTooLarge(Place where, const std::string& reason)
      : Misuse("spikingjet: " + where.str() + " is too large: " + reason +
               "; read fewer samples with '--samples N'; see docs/formats.md"),
        place(std::move(where)) {}

  Place place;
};

/// Frames that are neither of the network's size nor of a sensor's size that subsampling turns into it.
class FrameMismatch : public Misuse {
 public:
  FrameMismatch(Place where, const Shape& found_shape, const Shape& network_shape, const std::string& hint = {})
      : Misuse("spikingjet: " + where.str() + " has frames of shape " + found_shape.str() + ", the network takes " +
               network_shape.str() +
               "; allowed is that shape, or a sensor's of which the network takes every k-th pixel of both axes" +
               hint + "; see docs/formats.md"),
        place(std::move(where)),
        found(found_shape),
        network(network_shape) {}

  Place place;
  Shape found;
  Shape network;
};

/// The k of which the network takes every k-th pixel of both axes, from 0 on: the smallest with
/// network extent = ceil(frame extent / k); nothing where there is none or the channels differ.
///
/// **Shapes** both (channel, y, x) or (channel,).
constexpr std::optional<std::size_t> subsampling(const Shape& frame, const Shape& network) {
  const auto extent = [](const Shape& shape, std::size_t axis) { return axis < shape.rank ? shape[axis] : 1; };
  const auto ceil_ratio = [](std::size_t a, std::size_t b) { return a / b + (a % b != 0); };
  if (extent(frame, 0) != extent(network, 0) || frame.size() == 0 || network.size() == 0) return std::nullopt;
  std::size_t k = 1;
  for (std::size_t axis = 1; axis <= 2; ++axis) k = std::max(k, ceil_ratio(extent(frame, axis), extent(network, axis)));
  for (std::size_t axis = 1; axis <= 2; ++axis)
    if (ceil_ratio(extent(frame, axis), k) != extent(network, axis)) return std::nullopt;
  return k;
}

}  // namespace spikingjet
