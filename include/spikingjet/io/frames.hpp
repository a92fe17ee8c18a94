// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/shape.hpp>
#include <spikingjet/io/dataset_format.hpp>
#include <spikingjet/io/extents.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/labels.hpp>
#include <spikingjet/io/npz.hpp>
#include <spikingjet/io/zero_samples.hpp>
#include <spikingjet/model/sample.hpp>

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// Frames without an axis of steps, and nothing said of how often they are to be repeated.
class StepsMissing : public Misuse {
 public:
  StepsMissing(Place where, const Extents& found_extents)
      : Misuse("spikingjet: " + where.str() + " has shape " + to_string(found_extents) +
               ", frames without an axis of steps; where they are static images, '--steps T' repeats each for T steps; "
               "where they are the " +
               std::to_string(found_extents[0]) + " steps of one sample, save x[None]; see docs/formats.md"),
        place(std::move(where)),
        found(found_extents) {}

  Place place;
  Extents found;
};

/// Samples with nothing in them: an axis behind the first is 0.
class EmptyFrames : public Misuse {
 public:
  EmptyFrames(Place where, const Extents& found_extents)
      : Misuse("spikingjet: " + where.str() + " has shape " + to_string(found_extents) + ", so that its " +
               std::to_string(found_extents[0]) + (found_extents[0] == 1 ? " sample holds" : " samples hold") +
               " nothing; every axis must be 1 or more, as (sample, step, ...); see docs/formats.md"),
        place(std::move(where)),
        found(found_extents) {}

  Place place;
  Extents found;
};

/// Frames of another number of steps than was asked for.
class StepsMismatch : public Misuse {
 public:
  StepsMismatch(Place where, std::size_t found_steps, std::size_t wanted_steps)
      : Misuse("spikingjet: " + where.str() + " has " + std::to_string(found_steps) + " steps, '--steps' asks for " +
               std::to_string(wanted_steps) +
               "; leave the option out, or save frames of so many steps; see docs/formats.md"),
        place(std::move(where)),
        found(found_steps),
        wanted(wanted_steps) {}

  Place place;
  std::size_t found;
  std::size_t wanted;
};

/// Frames whose first two axes, sample and step, stand the other way round, as the number of labels shows.
class AxesSwapped : public Misuse {
 public:
  AxesSwapped(Place where, const Extents& found_extents)
      : Misuse("spikingjet: " + where.str() + " has shape " + to_string(found_extents) + " for " +
               std::to_string(found_extents[1]) +
               " labels: the axis of steps seems to stand before that of samples; save "
               "numpy.swapaxes(x, 0, 1), (sample, step, ...); see docs/formats.md"),
        place(std::move(where)),
        found(found_extents) {}

  Place place;
  Extents found;
};

/// An input that is NaN or infinite.
class InputNotFinite : public Misuse {
 public:
  InputNotFinite(Place where, std::size_t in_sample, std::size_t in_step, std::size_t at_element)
      : Misuse("spikingjet: sample " + std::to_string(in_sample) + ", step " + std::to_string(in_step) + ", element " +
               std::to_string(at_element) + " of " + where.str() +
               " is NaN or infinite; inputs must be finite; see docs/formats.md"),
        place(std::move(where)),
        sample(in_sample),
        step(in_step),
        element(at_element) {}

  Place place;
  std::size_t sample;
  std::size_t step;
  std::size_t element;  // flat, in the file's frame
};

namespace detail {

/// How a frame of a file becomes the input of a step.
struct FrameLayout {
  Shape frame;             // (channel, y, x), as the file has it
  std::size_t stride = 1;  // between the pixels that are kept
};

/// The layout of a frame of one axis or of channel, y and x.
inline std::optional<FrameLayout> plain_layout(std::span<const std::size_t> extents, const Shape& input) {
  if (extents.size() != 1 && extents.size() != 3) return std::nullopt;
  Shape frame;
  for (const std::size_t extent : extents) frame.extent[frame.rank++] = extent;
  const auto stride = subsampling(frame, input);
  if (!stride) return std::nullopt;
  return FrameLayout{frame.rank == 3 ? frame : Shape{frame[0], 1, 1}, *stride};
}

/// The layout of a frame that is one in all but its axes: with more or fewer axes of length 1, flattened or to be
/// flattened, or of y and x alone for one channel.
inline std::optional<FrameLayout> loose_layout(std::span<const std::size_t> extents, const Shape& input) {
  if (const auto plain = plain_layout(extents, input)) return plain;
  const auto squeezed = [](std::span<const std::size_t> axes) {
    Extents longer;
    std::copy_if(axes.begin(), axes.end(), std::back_inserter(longer), [](std::size_t extent) { return extent != 1; });
    return longer;
  };
  const bool same = squeezed(extents) == squeezed(std::span(input.extent).first(input.rank));
  const bool flat =
      (extents.size() == 1 || input.rank == 1) && byte_count({extents.begin(), extents.end()}, 1) == input.size();
  if (!extents.empty() && (same || flat)) return FrameLayout{Shape{input.size(), 1, 1}, 1};
  if (extents.size() == 2 && input.rank == 3) {
    const std::size_t one_channel[] = {1, extents[0], extents[1]};
    return plain_layout(one_channel, input);
  }
  return std::nullopt;
}

/// What the axes of `x` are.
struct FrameAxes {
  FrameLayout layout;
  std::size_t steps = 1;   // in the file
  std::size_t repeat = 1;  // of each
};

/// **Errors** `FrameMismatch`, `WrongShape`, `StepsMissing`, `StepsMismatch`.
inline FrameAxes frame_axes(const NpyReader& reader, const DatasetFormat& format) {
  const std::span<const std::size_t> extents = reader.extents();
  const auto from = [&](std::size_t axis) { return extents.subspan(std::min(axis, extents.size())); };
  const auto with_steps = [&](const FrameLayout& layout) {
    const std::size_t steps = extents[1];
    if (steps == 1 && format.repeat) return FrameAxes{layout, 1, *format.repeat};
    if (format.repeat && *format.repeat != steps) throw StepsMismatch(reader.place(), steps, *format.repeat);
    return FrameAxes{layout, steps, 1};
  };
  if (const auto layout = plain_layout(from(2), format.input)) return with_steps(*layout);
  if (const auto layout = loose_layout(from(1), format.input)) {
    if (!format.repeat) throw StepsMissing(reader.place(), reader.extents());
    return {*layout, 1, *format.repeat};
  }
  if (const auto layout = loose_layout(from(2), format.input)) return with_steps(*layout);

  if (extents.size() != 3 && extents.size() != 5)
    throw WrongShape(reader.place(), "(sample, step, channel, y, x) or (sample, step, channel)",
                     to_string(reader.extents()),
                     "the network takes " + format.input.str() +
                         " in each step; static images, without the axis of steps, need '--steps T'");
  Shape frame;
  for (const std::size_t extent : from(2)) frame.extent[frame.rank++] = extent;
  const std::size_t moved[] = {frame[frame.rank - 1], frame[0], frame[frame.rank == 3 ? 1 : 0]};
  const bool channel_last = frame.rank == 3 && plain_layout(moved, format.input);
  throw FrameMismatch(reader.place(), frame, format.input,
                      channel_last ? "; they seem to have their channels last: save numpy.moveaxis(x, -1, -3)" : "");
}

/// Looks at the values of frames for bytes of images that were not divided by 255.
class ByteCheck {
 public:
  void operator()(float value) {
    if (value == 0.0F) return;
    are_bytes_ = are_bytes_ && value > 0.0F && value <= 255.0F && value == std::floor(value);
    largest_ = std::max(largest_, value);
    sum_ += double(value);
    ++count_;
  }

  /// Counts of events are small in most places, bytes of images are not.
  void tell(const Warn& warn, const Place& place) const {
    constexpr float large = 128;
    constexpr double bright = 32;  // the mean of what is not black
    if (!warn || !are_bytes_ || largest_ < large || sum_ < bright * double(count_)) return;
    warn("spikingjet: " + place.str() + " holds whole numbers up to " + std::to_string(int(largest_)) +
         ", as images of bytes do, and each counts as so many spikes; where the network was trained with values from 0 "
         "to 1, save "
         "x / 255; see docs/formats.md");
  }

 private:
  bool are_bytes_ = true;
  float largest_ = 0;
  double sum_ = 0;
  std::uint64_t count_ = 0;
};

/// Refuses what could not be held in this machine's memory.
inline void require_memory(const Place& place, std::size_t samples, std::size_t steps) {
  const double least =
      double(samples) * (double(sizeof(Sample)) + double(sizeof(std::size_t)) * (double(steps) + 1));  // [byte]
  const double there = double(sysconf(_SC_PHYS_PAGES)) * double(sysconf(_SC_PAGE_SIZE));               // [byte]
  const auto gib = [](double bytes) { return std::to_string(static_cast<std::uint64_t>(bytes / 0x1p30) + 1) + " GiB"; };
  if (there > 0 && least > there)
    throw DataTooLarge(place, std::to_string(samples) + " samples of " + std::to_string(steps) +
                                  " steps take at least " + gib(least) + ", this machine has " + gib(there));
}

/// The labels of frames, where the file has any.
///
/// **Shapes** result (all samples) or empty.
/// **Errors** `AxesSwapped`; those of `load_labels`.
inline std::vector<std::uint32_t> labels_of_frames(const NpzFile& file, const NpyReader& reader, const FrameAxes& axes,
                                                   const DatasetFormat& format, const Warn& warn) {
  const Extents& extents = reader.extents();
  if (file.contains("y")) {
    const Extents of_labels = file.open("y").extents();
    if (extents.size() > 1 && of_labels.size() == 1 && of_labels[0] != extents[0] && of_labels[0] == extents[1] &&
        axes.steps == extents[1])
      throw AxesSwapped(reader.place(), extents);
    return load_labels(file, extents[0], format, warn);
  }
  if (const std::vector<std::string> names = file.names(); warn && names.size() > 1)
    warn("spikingjet: '" + file.path() + "' has no labels 'y'; '" + printable(names[names[0] == "x" ? 1 : 0]) +
         "', which it also has, is not used; see docs/formats.md");
  return {};
}

/// Reads samples of frames one behind the other, and looks at their values.
class FrameReader {
 public:
  FrameReader(NpyReader& reader, const FrameAxes& axes)
      : reader_(reader), axes_(axes), values_(axes.layout.frame.size()) {}

  /// Passes over the samples before one.
  void move_to(std::size_t sample) {
    for (; at_ < sample; ++at_)
      for (std::size_t step = 0; step < axes_.steps; ++step) reader_.read(values_);
  }

  /// The next sample.
  ///
  /// **Errors** `InputNotFinite`; those of `NpyReader::read`.
  Sample next() {
    Sample sample;
    if (read_ > 0) sample.reserve(axes_.steps * axes_.repeat);  // the first has shown that there are so many
    for (std::size_t step = 0; step < axes_.steps; ++step) {
      reader_.read(values_);
      const std::span<const float> values = values_;
      for (std::size_t element = 0; element < values.size(); ++element)
        if (!is_finite(values[element])) throw InputNotFinite(reader_.place(), at_, step, element);
      ByteCheck bytes = bytes_;  // stays in registers, as nothing else can write it
      for (const float value : values) bytes(value);
      bytes_ = bytes;
      for (std::size_t again = 0; again < axes_.repeat; ++again) add_step(sample);
    }
    if (sample.events() == 0)
      zeros_.add("sample " + std::to_string(at_), "all its values are 0; check what wrote them");
    ++at_;
    ++read_;
    return sample;
  }

  /// Tells what is odd about the values of all samples that were read.
  void tell(const Warn& warn, const std::string& path) const {
    zeros_.tell(warn, path, read_);
    bytes_.tell(warn, reader_.place());
  }

 private:
  void add_step(Sample& sample) const {
    const Shape frame = axes_.layout.frame;  // a copy, which nothing else can write
    const std::size_t stride = axes_.layout.stride;
    const float* const values = values_.data();
    std::uint32_t index = 0;
    for (std::size_t c = 0; c < frame[0]; ++c)
      for (std::size_t y = 0; y < frame[1]; y += stride)
        for (std::size_t x = 0; x < frame[2]; x += stride)
          sample.add(index++, values[(c * frame[1] + y) * frame[2] + x]);
    sample.end_step();
  }

  NpyReader& reader_;
  const FrameAxes& axes_;
  std::vector<float> values_;  // (channel, y, x) of a step
  ZeroSamples zeros_;
  ByteCheck bytes_;
  std::size_t at_ = 0;    // the next sample of the file
  std::size_t read_ = 0;  // samples
};

inline Dataset load_frames(const NpzFile& file, const DatasetFormat& format, const Warn& warn) {
  if (!file.contains("x"))
    throw ArrayMissing(file.path(), "x", file.names(),
                       "save frames as 'x' and labels as 'y': numpy.savez(FILE, x=frames, y=labels)");
  NpyReader reader = file.open("x");
  const Extents& extents = reader.extents();
  if (format.denoise_time > 0) throw NothingToDenoise(file.path(), "frames");
  if (reader.remaining() == 0 && !extents.empty() && extents.front() > 0)
    throw EmptyFrames({file.path(), "x"}, extents);
  if (reader.remaining() == 0)
    throw EmptyDataset(file.path(), "its array 'x' has shape " + printable(to_string(extents)));
  const FrameAxes axes = frame_axes(reader, format);
  const std::vector<std::uint32_t> labels = labels_of_frames(file, reader, axes, format, warn);
  Dataset dataset{format.input, {}, labels, classes_of(labels)};
  FrameReader frames(reader, axes);
  if (format.spread || !format.list.empty()) {
    const std::vector<std::size_t> chosen = choose_samples(extents[0], labels, format, file.path());
    dataset.labels = labels_of(labels, chosen);
    dataset.samples.resize(chosen.size());
    require_memory(reader.place(), chosen.size(), axes.steps * axes.repeat);
    std::vector<std::pair<std::size_t, std::size_t>> order;  // (sample in the file, in the dataset)
    for (std::size_t i = 0; i < chosen.size(); ++i) order.emplace_back(chosen[i], i);
    std::sort(order.begin(), order.end());
    for (const auto& [in_file, in_dataset] : order) {
      frames.move_to(in_file);
      dataset.samples[in_dataset] = frames.next();
    }
  } else {
    const std::size_t count = std::min(extents[0], format.limit);
    if (!labels.empty()) dataset.labels.resize(count);
    require_memory(reader.place(), count, axes.steps * axes.repeat);
    while (dataset.samples.size() < count) dataset.samples.push_back(frames.next());
  }
  frames.tell(warn, file.path());
  return dataset;
}

}  // namespace detail

}  // namespace spikingjet
