// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/shape.hpp>
#include <spikingjet/io/aedat.hpp>
#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/events.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/gesture.hpp>
#include <spikingjet/io/nmnist.hpp>
#include <spikingjet/io/npz.hpp>
#include <spikingjet/io/shd.hpp>
#include <spikingjet/model/sample.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace spikingjet {

/// How a dataset becomes the input of a network.
struct DatasetFormat {
  Shape input;  // of one step, as the network takes it: (channel, y, x) or (channel,)
  std::size_t limit = std::numeric_limits<std::size_t>::max();  // number of samples to read, from the front

  // Recordings of events only: frames bring their own steps and size.
  std::optional<std::size_t> steps{};  // default: 25 for DVS128 Gesture, 100 for N-MNIST and SHD
  std::uint32_t denoise_time = 0;      // [us], for cameras; 0: as recorded
  std::optional<Shape> sensor{};       // (polarity, y, x) of a camera; default: the dataset's own
};

/// A dataset without a single sample.
class EmptyDataset : public Misuse {
 public:
  explicit EmptyDataset(std::string dataset_path)
      : Misuse("spikingjet: '" + dataset_path +
               "' holds no samples; pass an .npz file with 'x', an SHD file 'shd_test.h5', or a folder with N-MNIST's "
               "'LABEL/*.bin' or DVS128 Gesture's 'user*/LABEL.npy' or 'user*.aedat' with label files, of these the ones in "
               "'trials_to_test.txt' or of users 24 to 29; see docs/formats.md"),
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

/// Turns what a sensor recorded into the input of a network.
class Framing {
 public:
  Framing(const std::filesystem::path& path, const DatasetFormat& format, const Shape& sensor, std::size_t steps)
      : sensor_(sensor), steps_(format.steps.value_or(steps)), denoise_time_(format.denoise_time) {
    const auto stride = subsampling(sensor, format.input);
    if (!stride) throw FrameMismatch({path.string()}, sensor, format.input);
    stride_ = *stride;
  }

  const Shape& sensor() const { return sensor_; }

  Sample operator()(std::span<const Event> events) const {
    if (sensor_.rank == 1) return to_frames(events, {1, 1, sensor_[0]}, steps_);
    if (denoise_time_ == 0) return to_frames(events, sensor_, steps_, stride_);
    return to_frames(denoise(events, denoise_time_, sensor_), sensor_, steps_, stride_);
  }

 private:
  Shape sensor_;
  std::size_t steps_;
  std::size_t stride_ = 1;
  std::uint32_t denoise_time_;  // [us]
};

inline Dataset load_nmnist(const std::filesystem::path& folder, const DatasetFormat& format) {
  std::vector<Recording> recordings = list_nmnist(folder);
  if (recordings.empty()) throw EmptyDataset(folder.string());
  const Framing framing(folder, format, format.sensor.value_or(nmnist_sensor), nmnist_steps);
  recordings.resize(std::min(format.limit, recordings.size()));

  Dataset dataset{format.input, {}, {}};
  for (const Recording& recording : recordings) {
    dataset.samples.push_back(framing(read_nmnist(recording.path, framing.sensor())));
    dataset.labels.push_back(recording.label);
  }
  return dataset;
}

inline Dataset load_shd(const ShdFile& file, const DatasetFormat& format) {
  if (file.size() == 0) throw EmptyDataset(file.path());
  const Framing framing(file.path(), format, shd_sensor, shd_steps);
  Dataset dataset{format.input, {}, {}};
  for (std::size_t sample = 0; sample < std::min(format.limit, file.size()); ++sample) {
    dataset.samples.push_back(framing(file.events(sample)));
    dataset.labels.push_back(file.label(sample));
  }
  return dataset;
}

/// Each AEDAT recording is read once, whatever the order of its gestures among the samples.
inline Dataset load_gestures(std::vector<GestureRecording> gestures, const std::filesystem::path& path,
                             const DatasetFormat& format) {
  const Framing framing(path, format, format.sensor.value_or(gesture_sensor), gesture_steps);
  gestures.resize(std::min(format.limit, gestures.size()));
  std::map<std::filesystem::path, std::vector<std::size_t>> samples_of;
  for (std::size_t sample = 0; sample < gestures.size(); ++sample) samples_of[gestures[sample].path].push_back(sample);

  Dataset dataset{format.input, std::vector<Sample>(gestures.size()), {}};
  for (const GestureRecording& gesture : gestures) dataset.labels.push_back(gesture.trial.label);
  for (const auto& [file, samples] : samples_of) {
    if (file.extension() == ".npy") {
      NpyReader reader = open_npy(file);
      dataset.samples[samples.front()] = framing(read_gesture_events(reader, framing.sensor()));
      continue;
    }
    const std::vector<Event> events = read_aedat(file, framing.sensor());
    for (const std::size_t sample : samples) {
      const GestureTrial& trial = gestures[sample].trial;
      const std::span<const Event> cut = events_between(events, trial.begin, trial.end);
      if (cut.empty())
        throw WrongFormat({file.string()}, "the recording of its label file",
                          "it has no event from " + std::to_string(trial.begin) + " to " + std::to_string(trial.end) + " us");
      dataset.samples[sample] = framing(cut);
    }
  }
  return dataset;
}

inline Dataset load_folder(const std::filesystem::path& folder, const DatasetFormat& format) {
  if (const auto shd = find_shd(folder)) return load_shd(ShdFile(*shd), format);
  if (std::vector<GestureRecording> gestures = list_gestures(folder); !gestures.empty())
    return load_gestures(std::move(gestures), folder, format);
  return load_nmnist(folder, format);
}

inline Dataset load_file(const std::filesystem::path& path, const DatasetFormat& format) {
  std::array<std::byte, 9> bytes{};
  FileSource file(path);
  const std::string_view start(reinterpret_cast<const char*>(bytes.data()), file.read(bytes));
  if (start.starts_with("\x89HDF")) return load_shd(ShdFile(path), format);
  if (start.starts_with("#!AER-DAT")) return load_gestures(list_gestures_of(path), path, format);
  if (!start.starts_with("PK"))
    throw UnsupportedFile(path.string(), start.empty() ? "empty" : start.starts_with("\x93NUMPY") ? "a single .npy array" : "of an unknown kind",
                          "an .npz file with frames, an HDF5 file of SHD or an AEDAT 3.1 recording");
  return load_frames(NpzFile(path), format);
}

}  // namespace detail

/// Reads a dataset as the input of a network: an .npz file with frames, an SHD file or a folder with it, a folder of N-MNIST
/// or of DVS128 Gesture, or one AEDAT recording with its label file. What is there is told from the folder's files and
/// the file's bytes.
///
/// Frames stand in `x` (sample, step, channel, y, x) or (sample, step, channel), labels, if any, in `y` (sample,).
/// Frames of the network's size are taken as they are; of larger ones every k-th pixel of both axes is kept, see
/// `subsampling`. Frames stream: memory grows with the non-zero inputs only. Events are counted in bins, see `to_frames`.
/// Samples stand in label, then file order, those of a single file in its own.
///
/// **Laws** recordings give the same bits as an .npz file with their frames.
/// **Errors** `FileMissing`, `UnsupportedFile`, `EmptyDataset`, `FrameMismatch`; of an .npz file those of `NpzFile` and
/// `NpyReader`, `WrongShape`, `LabelCountMismatch`, `BadLabel`, `InputNotFinite`; of recordings `EventOutside` and those of
/// `read_nmnist`, `ShdFile`, `list_gestures`, `read_aedat` and `read_gesture_events`.
inline Dataset load_dataset(const std::filesystem::path& path, const DatasetFormat& format) {
  std::error_code error;
  return std::filesystem::is_directory(path, error) ? detail::load_folder(path, format) : detail::load_file(path, format);
}

/// Reads a dataset from an open .npz file, likewise.
inline Dataset load_dataset(const NpzFile& file, const DatasetFormat& format) { return detail::load_frames(file, format); }

}  // namespace spikingjet
