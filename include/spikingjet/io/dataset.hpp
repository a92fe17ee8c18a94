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
#include <functional>
#include <limits>
#include <map>
#include <numeric>
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
  std::size_t limit = std::numeric_limits<std::size_t>::max();  // number of samples to read
  bool spread = false;                     // evenly over the classes, see `spread_over_classes`; else from the front
  std::optional<std::size_t> classes{};    // of the network: labels are below
  std::optional<std::size_t> repeat{};     // static images, without a step axis, are repeated so many steps

  // The number of steps that the program expects. Recordings are cut into so many bins (default: 25 for DVS128 Gesture,
  // 100 for N-MNIST and SHD); frames bring their own, and another number is told.
  std::optional<std::size_t> steps{};

  // Recordings of events only: frames bring their own size.
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

/// Labels that are needed to spread samples over classes, and are not there.
class LabelsMissing : public Misuse {
 public:
  explicit LabelsMissing(std::string dataset_path)
      : Misuse("spikingjet: '" + dataset_path + "' has no labels, which spreading samples over classes needs; add labels 'y' (sample,), or pass '--samples N'; see docs/formats.md"),
        path(std::move(dataset_path)) {}

  std::string path;
};

/// The places of `count` samples (of all, where there are fewer), evenly over the classes: the first of each class, in
/// the order of label, then place.
///
/// **Laws** a class with fewer samples than another has at most one less, or all that there are; where one more does not
/// go round, the lowest labels have it; a larger `count` takes the same samples and more.
inline std::vector<std::size_t> spread_over_classes(std::span<const std::uint32_t> labels, std::size_t count) {
  std::map<std::uint32_t, std::vector<std::size_t>> places;  // [label] [rank]
  for (std::size_t sample = 0; sample < labels.size(); ++sample) places[labels[sample]].push_back(sample);
  std::map<std::uint32_t, std::size_t> taken;  // [label]
  std::size_t left = std::min(count, labels.size());
  for (std::size_t rank = 0; left > 0; ++rank)
    for (const auto& [label, of_class] : places)
      if (rank < of_class.size() && left > 0) {
        ++taken[label];
        --left;
      }
  std::vector<std::size_t> chosen;
  for (const auto& [label, number] : taken)
    chosen.insert(chosen.end(), places[label].begin(), places[label].begin() + static_cast<std::ptrdiff_t>(number));
  return chosen;
}

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

using Warn = std::function<void(const std::string&)>;

/// Which samples a format asks for; those of a spread in the order of their labels.
inline std::vector<std::size_t> choose_samples(std::size_t count, std::span<const std::uint32_t> labels,
                                               const DatasetFormat& format, const std::string& path) {
  if (format.spread) {
    if (labels.empty()) throw LabelsMissing(path);
    return spread_over_classes(labels, format.limit);
  }
  std::vector<std::size_t> chosen(std::min(count, format.limit));
  std::iota(chosen.begin(), chosen.end(), std::size_t(0));
  return chosen;
}

inline std::vector<std::uint32_t> labels_of(std::span<const std::uint32_t> labels, std::span<const std::size_t> chosen) {
  std::vector<std::uint32_t> of;
  if (!labels.empty())
    for (const std::size_t sample : chosen) of.push_back(labels[sample]);
  return of;
}

/// Each label once, ascending.
inline std::vector<std::uint32_t> classes_of(std::vector<std::uint32_t> labels) {
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  return labels;
}

/// The samples of a dataset that turned out all zero.
class ZeroSamples {
 public:
  void add(const std::string& name, const std::string& reason) {
    if (count_++ < most_named) names_ += (names_.empty() ? "" : ", ") + name;
    if (reason_.empty()) reason_ = reason;
  }

  void tell(const Warn& warn, const std::string& path, std::size_t of) const {
    if (!warn || count_ == 0) return;
    warn("spikingjet: " + std::to_string(count_) + " of " + std::to_string(of) + " samples of '" + path +
         "' are all zero (" + names_ + (count_ > most_named ? ", ..." : "") + "): " + reason_ + "; see docs/formats.md");
  }

 private:
  static constexpr std::size_t most_named = 3;
  std::size_t count_ = 0;
  std::string names_;
  std::string reason_;  // of the first
};

inline std::vector<std::uint32_t> load_labels(const NpzFile& file, std::size_t samples) {
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
  return labels;
}

inline Dataset load_frames(const NpzFile& file, const DatasetFormat& format, const Warn& warn) {
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
  const std::vector<std::uint32_t> labels = load_labels(file, extents[0]);
  const std::vector<std::size_t> chosen = choose_samples(extents[0], labels, format, file.path());
  std::vector<std::pair<std::size_t, std::size_t>> order;  // (sample in the file, in the dataset)
  for (std::size_t i = 0; i < chosen.size(); ++i) order.emplace_back(chosen[i], i);
  std::sort(order.begin(), order.end());

  Dataset dataset{format.input, std::vector<Sample>(chosen.size()), labels_of(labels, chosen), classes_of(labels)};
  ZeroSamples zeros;
  std::vector<float> values(frame.size());  // (channel, y, x)
  std::size_t s = 0;                        // in the file
  for (const auto& [wanted, place] : order) {
    for (; s < wanted; ++s)
      for (std::size_t step = 0; step < extents[1]; ++step) reader.read(values);
    Sample& sample = dataset.samples[place];
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
    if (sample.events() == 0) zeros.add("sample " + std::to_string(s), "all their values are 0; check what wrote them");
    ++s;
  }
  zeros.tell(warn, file.path(), dataset.size());
  return dataset;
}

/// Turns what a sensor recorded into the input of a network, and keeps in mind which samples are all zero.
class Framing {
 public:
  Framing(const std::filesystem::path& path, const DatasetFormat& format, const Shape& sensor, std::size_t steps)
      : path_(path.string()), sensor_(sensor), steps_(format.steps.value_or(steps)), denoise_time_(format.denoise_time) {
    const auto stride = subsampling(sensor, format.input);
    if (!stride) throw FrameMismatch({path_}, sensor, format.input);
    stride_ = *stride;
  }

  const Shape& sensor() const { return sensor_; }

  /// `name` stands for the sample in sentences.
  Sample operator()(std::span<const Event> events, const std::string& name) {
    if (sensor_.rank == 1) return noted(to_frames(events, {1, 1, sensor_[0]}, steps_), events, events.size(), name);
    if (denoise_time_ == 0) return noted(to_frames(events, sensor_, steps_, stride_), events, events.size(), name);
    const std::vector<Event> kept = denoise(events, denoise_time_, sensor_);
    return noted(to_frames(kept, sensor_, steps_, stride_), kept, events.size(), name);
  }

  void tell(const Warn& warn, std::size_t samples) const { zeros_.tell(warn, path_, samples); }

 private:
  Sample noted(Sample sample, std::span<const Event> events, std::size_t recorded, const std::string& name) {
    if (sample.events() > 0) return sample;
    const std::string of = events.size() < recorded ? std::to_string(events.size()) + " of " + std::to_string(recorded) + " events were left by denoising" : std::to_string(recorded) + " events";
    const std::int64_t last = events.empty() ? 0 : events.back().time - events.front().time;
    std::string reason = "the first has " + of;
    if (recorded == 0) {
      reason = "the first has no event";
    } else if (last < static_cast<std::int64_t>(steps_)) {
      reason += ", which last " + std::to_string(last) + " us, less than one for each of " + std::to_string(steps_) + " steps";
    } else {
      reason += ", none of them on a pixel that the network takes before the last bin ends";
    }
    zeros_.add(name, reason + "; check the recordings and their unit of time");
    return sample;
  }

  std::string path_;
  Shape sensor_;
  std::size_t steps_;
  std::size_t stride_ = 1;
  std::uint32_t denoise_time_;  // [us]
  ZeroSamples zeros_;
};

inline Dataset load_nmnist(const std::filesystem::path& folder, const DatasetFormat& format, const Warn& warn) {
  const std::vector<Recording> recordings = list_nmnist(folder);
  if (recordings.empty()) throw EmptyDataset(folder.string());
  Framing framing(folder, format, format.sensor.value_or(nmnist_sensor), nmnist_steps);
  std::vector<std::uint32_t> labels;
  for (const Recording& recording : recordings) labels.push_back(recording.label);
  const std::vector<std::size_t> chosen = choose_samples(recordings.size(), labels, format, folder.string());

  Dataset dataset{format.input, {}, labels_of(labels, chosen), classes_of(labels)};
  for (const std::size_t i : chosen)
    dataset.samples.push_back(framing(read_nmnist(recordings[i].path, framing.sensor()), "'" + recordings[i].path.string() + "'"));
  framing.tell(warn, dataset.size());
  return dataset;
}

inline Dataset load_shd(const ShdFile& file, const DatasetFormat& format, const Warn& warn = {}) {
  if (file.size() == 0) throw EmptyDataset(file.path());
  Framing framing(file.path(), format, shd_sensor, shd_steps);
  std::vector<std::uint32_t> labels;
  for (std::size_t sample = 0; sample < file.size(); ++sample) labels.push_back(file.label(sample));
  const std::vector<std::size_t> chosen = choose_samples(file.size(), labels, format, file.path());

  Dataset dataset{format.input, {}, labels_of(labels, chosen), classes_of(labels)};
  for (const std::size_t i : chosen) dataset.samples.push_back(framing(file.events(i), "sample " + std::to_string(i)));
  framing.tell(warn, dataset.size());
  return dataset;
}

/// Each AEDAT recording is read once, whatever the order of its gestures among the samples.
inline Dataset load_gestures(const std::vector<GestureRecording>& gestures, const std::filesystem::path& path,
                             const DatasetFormat& format, const Warn& warn) {
  Framing framing(path, format, format.sensor.value_or(gesture_sensor), gesture_steps);
  std::vector<std::uint32_t> labels;
  for (const GestureRecording& gesture : gestures) labels.push_back(gesture.trial.label);
  const std::vector<std::size_t> chosen = choose_samples(gestures.size(), labels, format, path.string());
  std::map<std::filesystem::path, std::vector<std::size_t>> samples_of;
  for (std::size_t sample = 0; sample < chosen.size(); ++sample) samples_of[gestures[chosen[sample]].path].push_back(sample);

  Dataset dataset{format.input, std::vector<Sample>(chosen.size()), labels_of(labels, chosen), classes_of(labels)};
  for (const auto& [file, samples] : samples_of) {
    const std::string name = "'" + file.string() + "'";
    if (file.extension() == ".npy") {
      NpyReader reader = open_npy(file);
      dataset.samples[samples.front()] = framing(read_gesture_events(reader, framing.sensor()), name);
      continue;
    }
    const std::vector<Event> events = read_aedat(file, framing.sensor());
    for (const std::size_t sample : samples) {
      const GestureTrial& trial = gestures[chosen[sample]].trial;
      const std::span<const Event> cut = events_between(events, trial.begin, trial.end);
      if (cut.empty())
        throw WrongFormat({file.string()}, "the recording of its label file",
                          "it has no event from " + std::to_string(trial.begin) + " to " + std::to_string(trial.end) + " us");
      dataset.samples[sample] = framing(cut, name + " from " + std::to_string(trial.begin) + " us");
    }
  }
  framing.tell(warn, dataset.size());
  return dataset;
}

inline Dataset load_folder(const std::filesystem::path& folder, const DatasetFormat& format, const Warn& warn) {
  if (const auto shd = find_shd(folder)) return load_shd(ShdFile(*shd), format, warn);
  if (const std::vector<GestureRecording> gestures = list_gestures(folder); !gestures.empty())
    return load_gestures(gestures, folder, format, warn);
  return load_nmnist(folder, format, warn);
}

inline Dataset load_file(const std::filesystem::path& path, const DatasetFormat& format, const Warn& warn) {
  std::array<std::byte, 9> bytes{};
  FileSource file(path);
  const std::string_view start(reinterpret_cast<const char*>(bytes.data()), file.read(bytes));
  if (start.starts_with("\x89HDF")) return load_shd(ShdFile(path), format, warn);
  if (start.starts_with("#!AER-DAT")) return load_gestures(list_gestures_of(path), path, format, warn);
  if (!start.starts_with("PK"))
    throw UnsupportedFile(path.string(), start.empty() ? "empty" : start.starts_with("\x93NUMPY") ? "a single .npy array" : "of an unknown kind",
                          "an .npz file with frames, an HDF5 file of SHD or an AEDAT 3.1 recording");
  return load_frames(NpzFile(path), format, warn);
}

}  // namespace detail

/// Reads a dataset as the input of a network: an .npz file with frames, an SHD file or a folder with it, a folder of N-MNIST
/// or of DVS128 Gesture, or one AEDAT recording with its label file. What is there is told from the folder's files and
/// the file's bytes.
///
/// Frames stand in `x` (sample, step, channel, y, x) or (sample, step, channel), labels, if any, in `y` (sample,).
/// Frames of the network's size are taken as they are; of larger ones every k-th pixel of both axes is kept, see
/// `subsampling`. Frames stream: memory grows with the non-zero inputs only. Events are counted in bins, see `to_frames`.
/// Samples stand in label, then file order, those of a single file in its own. `warn` is told in a sentence of samples
/// that are all zero and of other things that are allowed and seldom meant.
///
/// **Laws** recordings give the same bits as an .npz file with their frames.
/// **Errors** `FileMissing`, `UnsupportedFile`, `EmptyDataset`, `FrameMismatch`; of an .npz file those of `NpzFile` and
/// `NpyReader`, `WrongShape`, `LabelCountMismatch`, `BadLabel`, `InputNotFinite`; of recordings `EventOutside` and those of
/// `read_nmnist`, `ShdFile`, `list_gestures`, `read_aedat` and `read_gesture_events`.
inline Dataset load_dataset(const std::filesystem::path& path, const DatasetFormat& format,
                            const std::function<void(const std::string&)>& warn = {}) {
  std::error_code error;
  return std::filesystem::is_directory(path, error) ? detail::load_folder(path, format, warn)
                                                    : detail::load_file(path, format, warn);
}

/// Reads a dataset from an open .npz file, likewise.
inline Dataset load_dataset(const NpzFile& file, const DatasetFormat& format,
                            const std::function<void(const std::string&)>& warn = {}) {
  return detail::load_frames(file, format, warn);
}

}  // namespace spikingjet
