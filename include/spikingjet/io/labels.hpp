// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/io/dataset_format.hpp>
#include <spikingjet/io/extents.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/npz.hpp>
#include <spikingjet/io/sample_list.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

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

/// Labels that seem to count from 1: the last is the number of classes, and none is 0.
class LabelsFromOne : public Misuse {
 public:
  LabelsFromOne(Place where, std::size_t class_count)
      : Misuse("spikingjet: the labels of " + where.str() + " go up to " + std::to_string(class_count) +
               ", and none is 0, where the network has the classes 0 to " + std::to_string(class_count - 1) +
               "; they seem to count from 1: subtract 1 from each; see docs/formats.md"),
        place(std::move(where)), classes(class_count) {}

  Place place;
  std::size_t classes;
};

/// A label of a class that the network does not have.
class LabelBeyond : public Misuse {
 public:
  LabelBeyond(Place where, std::size_t of_sample, std::uint32_t found_label, std::size_t class_count)
      : Misuse("spikingjet: the label of sample " + std::to_string(of_sample) + ", " + where.str() + ", is " +
               std::to_string(found_label) + "; the network has " + std::to_string(class_count) +
               " classes, allowed are 0 to " + std::to_string(class_count - 1) +
               "; check that data and network belong together; see docs/formats.md"),
        place(std::move(where)),
        sample(of_sample),
        label(found_label),
        classes(class_count) {}

  Place place;
  std::size_t sample;
  std::uint32_t label;
  std::size_t classes;
};

/// Labels that are needed to spread samples over classes, and are not there.
class LabelsMissing : public Misuse {
 public:
  explicit LabelsMissing(std::string dataset_path)
      : Misuse("spikingjet: '" + dataset_path +
               "' has no labels, which spreading samples over classes needs; add labels 'y' (sample,), or pass "
               "'--samples N'; see docs/formats.md"),
        path(std::move(dataset_path)) {}

  std::string path;
};

/// The places of `count` samples (of all, where there are fewer), evenly over the classes: the first of each class, in
/// the order of label, then place.
///
/// **Laws** a class with fewer samples than another has at most one less, or all that there are; where one more does
/// not go round, the lowest labels have it; a larger `count` takes the same samples and more.
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

namespace detail {

using Warn = std::function<void(const std::string&)>;

/// Which samples a format asks for; those of a spread in the order of their labels.
///
/// **Errors** `LabelsMissing`, `SampleBeyond`.
inline std::vector<std::size_t> choose_samples(std::size_t count, std::span<const std::uint32_t> labels,
                                               const DatasetFormat& format, const std::string& path) {
  if (!format.list.empty()) {
    for (const std::size_t sample : format.list)
      if (sample >= count) throw SampleBeyond(path, sample, count);
    return {format.list.begin(),
            format.list.begin() + static_cast<std::ptrdiff_t>(std::min(format.list.size(), format.limit))};
  }
  if (format.spread) {
    if (labels.empty()) throw LabelsMissing(path);
    return spread_over_classes(labels, format.limit);
  }
  std::vector<std::size_t> chosen(std::min(count, format.limit));
  std::iota(chosen.begin(), chosen.end(), std::size_t(0));
  return chosen;
}

inline std::vector<std::uint32_t> labels_of(std::span<const std::uint32_t> labels,
                                            std::span<const std::size_t> chosen) {
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

/// Refuses labels that are no classes of the network; tells of labels that may count from 1.
///
/// **Errors** `LabelsFromOne`; `LabelBeyond` with the place of the sample.
template <class PlaceOf>
void require_classes(std::span<const std::uint32_t> labels, std::optional<std::size_t> classes, const Place& all,
                     const PlaceOf& place_of, const Warn& warn) {
  if (labels.empty() || !classes) return;
  const auto [least, most] = std::minmax_element(labels.begin(), labels.end());
  if (*least > 0 && *most == *classes) throw LabelsFromOne(all, *classes);
  for (std::size_t sample = 0; sample < labels.size(); ++sample)
    if (labels[sample] >= *classes) throw LabelBeyond(place_of(sample), sample, labels[sample], *classes);
  constexpr std::size_t many = 20;  // samples a class: that one has none is no chance
  if (warn && *least > 0 && labels.size() >= many * *classes)
    warn("spikingjet: none of the " + std::to_string(labels.size()) + " labels of " + all.str() +
         " is 0, the least is " + std::to_string(*least) +
         "; where they count from 1, subtract 1 from each; see docs/formats.md");
}

/// The labels `y` of an .npz file with so many samples; none where it has none.
///
/// **Errors** `WrongShape`, `LabelCountMismatch`, `BadLabel`, those of `require_classes`.
inline std::vector<std::uint32_t> load_labels(const NpzFile& file, std::size_t samples, const DatasetFormat& format,
                                              const Warn& warn) {
  NpyReader reader = file.open("y");
  const Extents& extents = reader.extents();
  if (extents.size() != 1) {
    const bool column = extents.size() == 2 && extents[1] == 1;
    const bool one_hot = extents.size() == 2 && extents[1] > 1;
    throw WrongShape(reader.place(), "(sample,)", to_string(extents),
                     column    ? "save y.ravel()"
                     : one_hot ? "where they are one-hot, save y.argmax(1)"
                               : "save one class index a sample");
  }
  if (extents[0] != samples) throw LabelCountMismatch(reader.place(), extents[0], samples);
  constexpr float bound = 0x1p24F;  // from here on float32 would round a label
  std::vector<std::uint32_t> labels;
  for (const float value : reader.read_rest()) {
    if (!(value >= 0.0F && value < bound && value == static_cast<float>(static_cast<std::uint32_t>(value))))
      throw BadLabel(reader.place(), labels.size(), value);
    labels.push_back(static_cast<std::uint32_t>(value));
  }
  require_classes(labels, format.classes, reader.place(), [&](std::size_t) { return reader.place(); }, warn);
  return labels;
}

}  // namespace detail

}  // namespace spikingjet
