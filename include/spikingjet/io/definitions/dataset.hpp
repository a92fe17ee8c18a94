// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/shape.hpp>
#include <spikingjet/io/aedat.hpp>
#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/dataset.hpp>
#include <spikingjet/io/dataset_format.hpp>
#include <spikingjet/io/events.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/file_kind.hpp>
#include <spikingjet/io/folder.hpp>
#include <spikingjet/io/frames.hpp>
#include <spikingjet/io/gesture.hpp>
#include <spikingjet/io/labels.hpp>
#include <spikingjet/io/nmnist.hpp>
#include <spikingjet/io/npz.hpp>
#include <spikingjet/io/shd.hpp>
#include <spikingjet/io/zero_samples.hpp>
#include <spikingjet/io/zip.hpp>
#include <spikingjet/model/sample.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace spikingjet {

namespace detail {

/// Turns what a sensor recorded into the input of a network, and keeps in mind which samples are all zero.
class Framing {
 public:
  Framing(const std::filesystem::path& path, const DatasetFormat& format, const Shape& sensor, std::size_t steps)
      : path_(path.string()),
        sensor_(sensor),
        steps_(format.repeat.value_or(format.steps.value_or(steps))),
        denoise_time_(format.denoise_time) {
    const std::size_t channels[] = {sensor[0]};
    const auto loose = sensor.rank == 1 ? loose_layout(channels, format.input) : std::nullopt;
    const auto stride = loose ? std::optional(loose->stride) : subsampling(sensor, format.input);
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
    const std::int64_t last = events.empty() ? 0 : events.back().time - events.front().time;
    std::string reason = "the first of them has " + std::to_string(events.size());
    if (events.size() < recorded) reason += " of " + std::to_string(recorded);
    reason += events.size() == 1 ? " event" : " events";
    if (events.size() < recorded) reason += " left by a denoising of " + std::to_string(denoise_time_) + " us";
    if (!events.empty() && last < static_cast<std::int64_t>(steps_))
      reason +=
          " within " + std::to_string(last) + " us, less than one us for each of " + std::to_string(steps_) + " steps";
    else if (!events.empty())
      reason += ", none of them on a pixel that the network takes and before the last bin ends";
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
  Framing framing(folder, format, format.sensor.value_or(nmnist_sensor), nmnist_steps);
  std::vector<std::uint32_t> labels;
  for (const Recording& recording : recordings) labels.push_back(recording.label);
  require_classes(
      labels, format.classes, {folder.string()}, [&](std::size_t i) { return Place{recordings[i].path.string()}; },
      warn);
  if (const std::vector<std::filesystem::path> others = nmnist_others(folder); warn && !others.empty())
    warn("spikingjet: " + std::to_string(others.size()) + (others.size() == 1 ? " file of '" : " files of '") +
         folder.string() + "' passed over, as no 'LABEL/*.bin', the first '" + others.front().string() +
         "'; see docs/formats.md");
  const std::vector<std::size_t> chosen = choose_samples(recordings.size(), labels, format, folder.string());

  Dataset dataset{format.input, {}, labels_of(labels, chosen), classes_of(labels)};
  for (const std::size_t i : chosen)
    dataset.samples.push_back(
        framing(read_nmnist(recordings[i].path, framing.sensor()), "'" + recordings[i].path.string() + "'"));
  framing.tell(warn, dataset.size());
  return dataset;
}

/// What is odd about times of SHD that would be minutes.
inline std::optional<std::string> unit_sentence(const ShdFile& file, std::int64_t latest) {
  constexpr std::int64_t longest = 100'000'000;  // [us], far beyond any word
  if (latest <= longest) return std::nullopt;
  const std::int64_t number = latest / 1'000'000;
  const bool micro = number > 100'000;
  return "spikingjet: " + file.times_place().str() + " go up to " + std::to_string(number) +
         ", which would be seconds, though a word takes about one: they look like " +
         (micro ? "microseconds" : "milliseconds") + "; divide them by " + (micro ? "1e6" : "1000") +
         " and save seconds; see docs/formats.md";
}

SPIKINGJET_INLINE Dataset load_shd(const ShdFile& file, const DatasetFormat& format, const Warn& warn) {
  if (file.size() == 0) throw EmptyDataset(file.path());
  if (format.denoise_time > 0) throw NothingToDenoise(file.path(), "spikes of a cochlea");
  Framing framing(file.path(), format, shd_sensor, shd_steps);
  std::vector<std::uint32_t> labels;
  for (std::size_t sample = 0; sample < file.size(); ++sample) labels.push_back(file.label(sample));
  require_classes(
      labels, format.classes, file.labels_place(), [&](std::size_t) { return file.labels_place(); }, warn);
  const std::vector<std::size_t> chosen = choose_samples(file.size(), labels, format, file.path());

  Dataset dataset{format.input, {}, labels_of(labels, chosen), classes_of(labels)};
  std::int64_t latest = 0;  // [us]
  for (const std::size_t i : chosen) {
    const std::vector<Event> events = file.events(i);
    if (!events.empty()) latest = std::max(latest, events.back().time);
    dataset.samples.push_back(framing(events, "sample " + std::to_string(i)));
  }
  framing.tell(warn, dataset.size());
  if (const auto sentence = unit_sentence(file, latest); warn && sentence) warn(*sentence);
  return dataset;
}

/// Each AEDAT recording is read once, whatever the order of its gestures among the samples.
inline Dataset load_gestures(const std::vector<GestureRecording>& gestures, const std::filesystem::path& path,
                             const DatasetFormat& format, const Warn& warn) {
  Framing framing(path, format, format.sensor.value_or(gesture_sensor), gesture_steps);
  std::vector<std::uint32_t> labels;
  for (const GestureRecording& gesture : gestures) labels.push_back(gesture.trial.label);
  require_classes(
      labels, format.classes, {path.string()}, [&](std::size_t i) { return Place{gestures[i].path.string()}; }, warn);
  const std::vector<std::size_t> chosen = choose_samples(gestures.size(), labels, format, path.string());
  std::map<std::filesystem::path, std::vector<std::size_t>> samples_of;
  for (std::size_t sample = 0; sample < chosen.size(); ++sample)
    samples_of[gestures[chosen[sample]].path].push_back(sample);

  Dataset dataset{format.input, std::vector<Sample>(chosen.size()), labels_of(labels, chosen), classes_of(labels)};
  for (const auto& [file, samples] : samples_of) {
    const std::string name = "'" + file.string() + "'";
    if (file.extension() == ".npy") {
      const std::vector<Event> events = read_gesture_events(file, framing.sensor());
      dataset.samples[samples.front()] = framing(events, name);
      continue;
    }
    const std::vector<Event> events = read_aedat(file, framing.sensor());
    for (const std::size_t sample : samples) {
      const GestureTrial& trial = gestures[chosen[sample]].trial;
      const std::span<const Event> cut = events_between(events, trial.begin, trial.end);
      if (cut.empty())
        throw WrongFormat(
            {file.string()}, "the recording of its label file",
            "it has no event from " + std::to_string(trial.begin) + " to " + std::to_string(trial.end) + " us");
      dataset.samples[sample] = framing(cut, name + " from " + std::to_string(trial.begin) + " us");
    }
  }
  framing.tell(warn, dataset.size());
  return dataset;
}

/// Whether a folder is one of recordings.
inline bool has_recordings(const std::filesystem::path& folder) {
  try {
    return find_shd(folder) || !list_nmnist(folder).empty() || !list_gestures(folder).empty();
  } catch (const Error&) {  // one that cannot be read, or recordings with a flaw, of which it is not the time to tell
    return false;
  }
}

/// The folders within a folder, or the one around it, that are to be given in its place.
inline std::vector<std::filesystem::path> folders_meant(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  constexpr std::size_t most = 1000;  // folders looked at
  std::vector<fs::path> meant;
  std::vector<fs::path> level{folder};
  std::size_t seen = 0;
  std::error_code error;
  for (int depth = 0; depth < 3 && meant.empty(); ++depth) {
    std::vector<fs::path> next;
    for (const fs::path& parent : level)
      for (const fs::path& entry : folder_entries(parent))
        if (fs::is_directory(entry, error) && !fs::is_symlink(entry, error) && ++seen <= most) next.push_back(entry);
    for (const fs::path& entry : next)
      if (has_recordings(entry)) meant.push_back(entry);
    level = std::move(next);
  }
  const fs::path whole = fs::weakly_canonical(folder, error);
  if (!meant.empty() || error || !whole.has_parent_path()) return meant;
  try {
    const auto of_this_folder = [&](const auto& recording) { return recording.path.parent_path() == whole; };
    const std::vector<Recording> recordings = list_nmnist(whole.parent_path());
    const std::vector<GestureRecording> gestures = list_gestures(whole.parent_path());
    if (std::any_of(recordings.begin(), recordings.end(), of_this_folder) ||
        std::any_of(gestures.begin(), gestures.end(), of_this_folder))
      meant.push_back(whole.parent_path());
  } catch (const Error&) {  // as above
  }
  return meant;
}

/// Says why a folder has no samples: what in it is packed or of another version, or else what it holds.
[[noreturn]] inline void refuse_folder(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  constexpr std::size_t most = 1000;
  std::vector<fs::path> files;
  const auto list = [&](const auto& self, const fs::path& in, int depth) -> void {
    std::error_code error;
    for (const fs::path& entry : folder_entries(in)) {
      if (files.size() == most) return;
      if (!fs::is_directory(entry, error))
        files.push_back(entry);
      else if (depth > 0 && !fs::is_symlink(entry, error))
        self(self, entry, depth - 1);
    }
  };
  list(list, folder, 3);
  if (const std::vector<fs::path> meant = folders_meant(folder); !meant.empty()) {
    std::vector<std::string> names;
    for (const fs::path& path : meant) names.push_back(path.string());
    throw FolderMisplaced(folder.string(), names);
  }
  for (const fs::path& file : files) refuse_packed(file.string(), first_bytes(file));
  if (files.empty()) throw EmptyDataset(folder.string(), "it holds no file");
  std::string names;
  for (std::size_t i = 0; i < std::min<std::size_t>(files.size(), 3); ++i)
    names += (i ? ", '" : "'") + printable(files[i].lexically_relative(folder).string()) + "'";
  const bool several = std::count_if(files.begin(), files.end(), [](const fs::path& file) {
                         return file.extension() == ".h5" || file.extension() == ".hdf5";
                       }) > 1;
  const auto frames =
      std::find_if(files.begin(), files.end(), [](const fs::path& file) { return file.extension() == ".npz"; });
  throw EmptyDataset(folder.string(), "it holds " + names + (files.size() > 3 ? " and others" : "") +
                                          (frames != files.end() ? "; pass '" + frames->string() + "' itself"
                                           : several             ? "; pass one of its HDF5 files itself"
                                                                 : ""));
}

inline Dataset load_folder(const std::filesystem::path& folder, const DatasetFormat& format, const Warn& warn) {
  if (const auto shd = find_shd(folder)) return load_shd(ShdFile(*shd), format, warn);
  if (const std::vector<GestureRecording> gestures = list_gestures(folder); !gestures.empty())
    return load_gestures(gestures, folder, format, warn);
  if (list_nmnist(folder).empty()) refuse_folder(folder);
  return load_nmnist(folder, format, warn);
}

inline Dataset load_file(const std::filesystem::path& path, const DatasetFormat& format, const Warn& warn) {
  FileSource file(path);
  const std::string start = first_bytes(path);
  refuse_packed(path.string(), start);
  if (start.starts_with("\x89HDF")) return load_shd(ShdFile(path), format, warn);
  if (start.starts_with("#!AER-DAT")) return load_gestures(list_gestures_of(path), path, format, warn);
  if (!start.starts_with("PK")) {
    const auto kind = kind_of(start);
    throw UnsupportedFile(path.string(),
                          start.empty() ? "empty"
                          : kind        ? std::string(kind->name)
                                        : "of an unknown kind",
                          "an .npz file with frames, an HDF5 file of SHD or an AEDAT 3.1 recording");
  }
  ZipArchive archive(path, "an .npz file");
  const std::vector<std::string>& members = archive.members();
  const auto ends = [&](std::string_view end) {
    return std::any_of(members.begin(), members.end(), [&](const std::string& name) { return name.ends_with(end); });
  };
  if (!ends(".npy") && ends("data.pkl"))
    throw UnsupportedFile(path.string(), "a PyTorch file",
                          "an .npz file with frames, an HDF5 file of SHD or an AEDAT 3.1 recording");
  if (!members.empty() && !ends(".npy")) throw PackedFile(path.string(), "zip", "unzip " + path.string());
  return load_frames(NpzFile(std::move(archive)), format, warn);
}

}  // namespace detail

SPIKINGJET_INLINE Dataset load_dataset(const std::filesystem::path& path, const DatasetFormat& format,
                                       const std::function<void(const std::string&)>& warn) {
  std::error_code error;
  return detail::in_memory(path.string(), [&] {
    return std::filesystem::is_directory(path, error) ? detail::load_folder(path, format, warn)
                                                      : detail::load_file(path, format, warn);
  });
}

SPIKINGJET_INLINE Dataset load_dataset(const NpzFile& file, const DatasetFormat& format,
                                       const std::function<void(const std::string&)>& warn) {
  return detail::in_memory(file.path(), [&] { return detail::load_frames(file, format, warn); });
}

}  // namespace spikingjet
