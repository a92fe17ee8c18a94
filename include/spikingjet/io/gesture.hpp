// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/events.hpp>
#include <spikingjet/io/file_kind.hpp>
#include <spikingjet/io/folder.hpp>
#include <spikingjet/io/npy.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace spikingjet {

/// The camera of DVS128 Gesture: (polarity, y, x).
inline constexpr Shape gesture_sensor = {2, 128, 128};
/// Frames of a recording of DVS128 Gesture where a `DatasetFormat` does not say.
inline constexpr std::size_t gesture_steps = 25;
/// The gestures of DVS128 Gesture.
inline constexpr std::uint32_t gesture_classes = 11;

/// One gesture in a recording of many: from `begin` to before `end`.
struct GestureTrial {
  std::uint32_t label = 0;  // from 0 on
  std::int64_t begin = 0;   // [us]
  std::int64_t end = 0;     // [us]

  bool operator==(const GestureTrial&) const = default;
};

/// Reads the gestures of a recording's label file: after a header one line each with class (1 to 11), start and end in
/// us.
///
/// **Errors** `WrongFormat` with the line.
/// **Source** Amir et al., "A low power, fully event-based gesture recognition system", 2017; its label files.
inline std::vector<GestureTrial> read_gesture_labels(ByteSource& source) {
  const std::vector<std::byte> bytes = read_rest(source);
  std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::vector<GestureTrial> trials;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto fail = [&](const std::string& reason) {
      throw WrongFormat(source.place(), "a label file of DVS128 Gesture",
                        "line " + std::to_string(number) + " " + reason);
    };
    const std::size_t line_end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, line_end);
    rest.remove_prefix(std::min(line_end + 1, rest.size()));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (line.empty() || (number == 1 && (line.front() < '0' || line.front() > '9'))) continue;

    std::array<std::int64_t, 3> fields{};  // class, start, end
    for (std::size_t i = 0; i < fields.size(); ++i) {
      while (line.starts_with(' ')) line.remove_prefix(1);
      const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), fields[i]);
      line.remove_prefix(static_cast<std::size_t>(end - line.data()));
      if (error != std::errc() || line.empty() != (i + 1 == fields.size()) || (!line.empty() && line.front() != ','))
        fail("is not 'class,start,end' in whole numbers");
      if (!line.empty()) line.remove_prefix(1);
    }
    if (fields[0] < 1 || fields[0] > std::int64_t(gesture_classes))
      fail("has the class " + std::to_string(fields[0]) + ", allowed are 1 to " + std::to_string(gesture_classes));
    if (fields[1] < 0 || fields[1] >= fields[2])
      fail("has a gesture from " + std::to_string(fields[1]) + " to " + std::to_string(fields[2]) + " us");
    trials.push_back({static_cast<std::uint32_t>(fields[0] - 1), fields[1], fields[2]});
  }
  if (trials.empty()) throw WrongFormat(source.place(), "a label file of DVS128 Gesture", "it names no gesture");
  return trials;
}

/// Reads the events of one gesture as tonic cuts them: an array (event, 4) of x, y, polarity and time in ms.
///
/// Times become whole us as in tonic: the product with 1000 in the array's own precision, cut off behind the point.
///
/// **Shapes** sensor (polarity, y, x).
/// **Errors** `WrongShape`; `BadEvent` with the event's index and field; `ColumnMajor`; those of `NpyReader`.
/// **Source** tonic, `datasets.DVSGesture`.
inline std::vector<Event> read_gesture_events(NpyReader& reader, const Shape& sensor = gesture_sensor) {
  const Extents& extents = reader.extents();
  if (extents.size() != 2 || extents[1] != 4 || extents[0] == 0)
    throw WrongShape(reader.place(), "(event, 4) with at least one event", to_string(extents));
  const bool single = reader.element().kind == ElementType::Kind::ieee && reader.element().width < 8;
  std::vector<Event> events;
  std::array<double, 4> row{};  // x, y, polarity, time [ms]
  while (reader.remaining() > 0) {
    reader.read(row);
    const auto whole = [&](std::size_t column, const char* name, std::size_t extent) {
      const double value = row[column];
      if (!(value >= 0.0 && value < double(extent) && value == std::floor(value)))
        throw BadEvent(reader.place(), events.size(), name, value,
                       "whole numbers from 0 to " + std::to_string(extent - 1));
      return value;
    };
    constexpr double latest = 1e12;  // [ms]
    if (!(row[3] >= 0.0 && row[3] <= latest))
      throw BadEvent(reader.place(), events.size(), "t", row[3], "times from 0 to 1e+12 ms");
    const double time = single ? static_cast<double>(static_cast<float>(row[3]) * 1000.0F) : row[3] * 1000.0;  // [us]
    events.push_back({.time = static_cast<std::int64_t>(time),
                      .x = static_cast<std::uint16_t>(whole(0, "x", sensor[2])),
                      .y = static_cast<std::uint16_t>(whole(1, "y", sensor[1])),
                      .polarity = static_cast<std::uint8_t>(whole(2, "p", sensor[0]))});
  }
  sort_by_time(events);
  return events;
}

/// Reads the events of one gesture from a .npy file, likewise.
///
/// **Errors** `FileMissing`, `UnsupportedFile`, `PackedFile`, `ReadFailed`, those of the other overload.
inline std::vector<Event> read_gesture_events(const std::filesystem::path& path, const Shape& sensor = gesture_sensor) {
  return detail::named_if_packed(path, [&] {
    NpyReader reader = open_npy(path);
    return read_gesture_events(reader, sensor);
  });
}

/// One gesture of a dataset, and where its events are.
struct GestureRecording {
  std::filesystem::path path;  // an AEDAT recording of many gestures, or a .npy file of one
  GestureTrial trial;          // of a .npy file the label alone
};

namespace detail {

/// The number in "user24_fluorescent".
inline std::optional<unsigned> gesture_user(std::string_view name) {
  if (!name.starts_with("user")) return std::nullopt;
  unsigned user = 0;
  const auto [end, error] = std::from_chars(name.data() + 4, name.data() + name.size(), user);
  return error == std::errc() ? std::optional(user) : std::nullopt;
}

/// The recordings that `trials_to_test.txt` names, or else those of the test users, 24 to 29.
inline std::vector<std::filesystem::path> gesture_test_files(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  std::error_code error;
  if (const fs::path list = folder / "trials_to_test.txt"; fs::exists(list, error)) {
    FileSource file(list);
    std::string line;
    for (const std::byte byte : read_rest(file)) {
      if (const char c = static_cast<char>(byte); c != '\n') {
        if (c != '\r' && c != ' ') line += c;
        continue;
      }
      if (!line.empty()) files.push_back(folder / line);
      line.clear();
    }
    if (!line.empty()) files.push_back(folder / line);
  } else {
    for (const fs::path& file : folder_entries(folder)) {
      const auto user = gesture_user(file.filename().string());
      if (file.extension() == ".aedat" && user && *user >= 24 && *user <= 29) files.push_back(file);
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace detail

/// The gestures of an AEDAT recording, as the file `NAME_labels.csv` beside it lists them.
///
/// **Errors** `FileMissing`, also for the label file; `AedatVersion`, `PackedFile`; those of `read_gesture_labels`.
inline std::vector<GestureRecording> list_gestures_of(const std::filesystem::path& recording) {
  std::error_code error;
  if (!std::filesystem::exists(recording, error)) throw FileMissing(recording.string());
  detail::refuse_packed(recording.string(), detail::first_bytes(recording));
  FileSource labels(recording.parent_path() / (recording.stem().string() + "_labels.csv"));
  std::vector<GestureRecording> gestures;
  for (const GestureTrial& trial : read_gesture_labels(labels)) gestures.push_back({recording, trial});
  return gestures;
}

/// The gestures of a folder of DVS128 Gesture, in label, then file order; within a recording in the order of its label
/// file.
///
/// Either AEDAT recordings `user*.aedat` with their label files: those that a file `trials_to_test.txt` names, without
/// one those of users 24 to 29. Or a .npy file a gesture, `user*/LABEL.npy`, in the folder or in `ibmGestureTest` below
/// it.
///
/// **Errors** `ReadFailed`, those of `list_gestures_of`.
inline std::vector<GestureRecording> list_gestures(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<GestureRecording> gestures;
  const fs::path cut = fs::is_directory(folder / "ibmGestureTest", error) ? folder / "ibmGestureTest" : folder;
  for (const fs::path& file : detail::gesture_test_files(folder)) {
    const std::vector<GestureRecording> of_file = list_gestures_of(file);
    gestures.insert(gestures.end(), of_file.begin(), of_file.end());
  }
  if (gestures.empty())
    for (const fs::path& user : detail::folder_entries(cut)) {
      if (!user.filename().string().starts_with("user") || !fs::is_directory(user, error)) continue;
      for (const fs::path& file : detail::folder_entries(user))
        if (const auto label = detail::label_of(file.stem().string()); label && file.extension() == ".npy")
          gestures.push_back({file, {.label = *label}});
    }
  std::stable_sort(gestures.begin(), gestures.end(),
                   [](const GestureRecording& a, const GestureRecording& b) { return a.trial.label < b.trial.label; });
  return gestures;
}

}  // namespace spikingjet
