// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/shape.hpp>
#include <spikingjet/io/events.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/nmnist.hpp>
#include <spikingjet/io/npz.hpp>
#include <spikingjet/model/sample.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace spikingjet {

/// How a dataset becomes the input of a network.
struct DatasetFormat {
  Shape input;  // of one step, as the network takes it: (channel, y, x) or (channel,)
  std::size_t limit = std::numeric_limits<std::size_t>::max();  // number of samples to read, from the front

  // Recordings of events only: frames bring their own steps and size.
  std::size_t steps = 100;
  std::uint32_t denoise_time = 0;  // [us]; 0: as recorded
  Shape sensor = nmnist_sensor;    // (polarity, y, x)
};

/// A dataset without a single sample.
class EmptyDataset : public Misuse {
 public:
  explicit EmptyDataset(std::string dataset_path)
      : Misuse("spikingjet: '" + dataset_path +
               "' holds no samples; pass an .npz file with 'x' or a folder with recordings 'LABEL/*.bin'; see "
               "docs/formats.md"),
        path(std::move(dataset_path)) {}

  std::string path;
};

/// Frames that are neither of the network's size nor of a sensor's size that subsampling turns into it.
class FrameMismatch : public Misuse {
 public:
  FrameMismatch(Place where, const Shape& found_shape, const Shape& network_shape)
      : Misuse("spikingjet: " + where.str() + " has frames of shape " + found_shape.str() + ", the network takes " +
               network_shape.str() +
               "; allowed is that shape, or a sensor's of which the network takes every k-th pixel of both axes; see "
               "docs/formats.md"),
        place(std::move(where)), found(found_shape), network(network_shape) {}

  Place place;
  Shape found;
  Shape network;
};

/// Labels that are not one a sample.
class LabelCountMismatch : public Misuse {
 public:
  LabelCountMismatch(Place where, std::size_t label_count, std::size_t sample_count)
      : Misuse("spikingjet: " + where.str() + " holds " + std::to_string(label_count) + " labels for " +
               std::to_string(sample_count) + " samples; pass one label a sample, or none; see docs/formats.md"),
        place(std::move(where)), labels(label_count), samples(sample_count) {}

  Place place;
  std::size_t labels;
  std::size_t samples;
};

/// A label that is not a class index.
class BadLabel : public Misuse {
 public:
  BadLabel(Place where, std::size_t of_sample, float found_value)
      : Misuse("spikingjet: the label of sample " + std::to_string(of_sample) + ", " + where.str() + ", is " +
               std::to_string(found_value) + "; allowed are whole numbers from 0 on; see docs/formats.md"),
        place(std::move(where)), sample(of_sample), value(found_value) {}

  Place place;
  std::size_t sample;
  float value;
};

/// An input that is NaN or infinite.
class InputNotFinite : public Misuse {
 public:
  InputNotFinite(Place where, std::size_t in_sample, std::size_t in_step, std::size_t at_element)
      : Misuse("spikingjet: sample " + std::to_string(in_sample) + ", step " + std::to_string(in_step) + ", element " +
               std::to_string(at_element) + " of " + where.str() +
               " is NaN or infinite; inputs must be finite; see docs/formats.md"),
        place(std::move(where)), sample(in_sample), step(in_step), element(at_element) {}

  Place place;
  std::size_t sample;
  std::size_t step;
  std::size_t element;  // flat, in the file's frame
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

namespace detail {

inline std::vector<std::uint32_t> load_labels(const NpzFile& file, std::size_t samples, std::size_t limit) {
  if (!file.contains("y")) return {};
  NpyReader reader = file.open("y");
  if (reader.extents().size() != 1) throw WrongShape(reader.place(), "(sample,)", to_string(reader.extents()));
  if (reader.extents()[0] != samples) throw LabelCountMismatch(reader.place(), reader.extents()[0], samples);
  constexpr float bound = 0x1p24F;  // from here on float32 would round a label
  std::vector<std::uint32_t> labels;
  for (const float value : reader.read_rest()) {
    if (!(value >= 0.0F && value < bound && value == static_cast<float>(static_cast<std::uint32_t>(value))))
      throw BadLabel(reader.place(), labels.size(), value);
    labels.push_back(static_cast<std::uint32_t>(value));
  }
  labels.resize(std::min(limit, samples));
  return labels;
}

inline Dataset load_frames(const NpzFile& file, const DatasetFormat& format) {
  NpyReader reader = file.open("x");
  const Extents& extents = reader.extents();
  if (extents.size() != 3 && extents.size() != 5)
    throw WrongShape(reader.place(), "(sample, step, channel, y, x) or (sample, step, channel)", to_string(extents));
  if (reader.remaining() == 0) throw EmptyDataset(file.path());
  Shape frame;
  for (std::size_t axis = 2; axis < extents.size(); ++axis) frame.extent[frame.rank++] = extents[axis];
  const auto k = subsampling(frame, format.input);
  if (!k) throw FrameMismatch(reader.place(), frame, format.input);

  const std::size_t height = frame.rank == 3 ? frame[1] : 1;
  const std::size_t width = frame.rank == 3 ? frame[2] : 1;
  Dataset dataset{format.input, {}, load_labels(file, extents[0], format.limit)};
  std::vector<float> values(frame.size());  // (channel, y, x)
  for (std::size_t s = 0; s < std::min(format.limit, extents[0]); ++s) {
    Sample sample;
    for (std::size_t step = 0; step < extents[1]; ++step) {
      reader.read(values);
      for (std::size_t i = 0; i < values.size(); ++i)
        if (!is_finite(values[i])) throw InputNotFinite(reader.place(), s, step, i);
      std::uint32_t index = 0;
      for (std::size_t c = 0; c < frame[0]; ++c)
        for (std::size_t y = 0; y < height; y += *k)
          for (std::size_t x = 0; x < width; x += *k) sample.add(index++, values[(c * height + y) * width + x]);
      sample.end_step();
    }
    dataset.samples.push_back(std::move(sample));
  }
  return dataset;
}

inline Dataset load_recordings(const std::filesystem::path& folder, const DatasetFormat& format) {
  std::vector<Recording> recordings = list_nmnist(folder);
  if (recordings.empty()) throw EmptyDataset(folder.string());
  const auto k = subsampling(format.sensor, format.input);
  if (!k) throw FrameMismatch({folder.string()}, format.sensor, format.input);
  recordings.resize(std::min(format.limit, recordings.size()));

  Dataset dataset{format.input, {}, {}};
  for (const Recording& recording : recordings) {
    std::vector<Event> events = read_nmnist(recording.path, format.sensor);
    if (format.denoise_time > 0) events = denoise(events, format.denoise_time, format.sensor);
    dataset.samples.push_back(to_frames(events, format.sensor, format.steps, *k));
    dataset.labels.push_back(recording.label);
  }
  return dataset;
}

}  // namespace detail

/// Reads a dataset as the input of a network: an .npz file with frames, or a folder of N-MNIST recordings.
///
/// Frames stand in `x` (sample, step, channel, y, x) or (sample, step, channel), labels, if any, in `y` (sample,).
/// Frames of the network's size are taken as they are; of larger ones every k-th pixel of both axes is kept, see
/// `subsampling`. Frames stream: memory grows with the non-zero inputs only.
///
/// **Laws** a folder gives the same bits as an .npz file with the frames of its recordings.
/// **Errors** `FileMissing`, `UnsupportedFile`, `EmptyDataset`, `FrameMismatch`; of an .npz file those of `NpzFile` and
/// `NpyReader`, `WrongShape`, `LabelCountMismatch`, `BadLabel`, `InputNotFinite`; of a folder `EventOutside` and those of
/// `read_nmnist`.
inline Dataset load_dataset(const std::filesystem::path& path, const DatasetFormat& format) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return detail::load_recordings(path, format);
  return detail::load_frames(NpzFile(path), format);
}

/// Reads a dataset from an open .npz file, likewise.
inline Dataset load_dataset(const NpzFile& file, const DatasetFormat& format) { return detail::load_frames(file, format); }

}  // namespace spikingjet
