// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/events.hpp>
#include <spikingjet/io/file_kind.hpp>
#include <spikingjet/io/folder.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace spikingjet {

/// The camera of N-MNIST: (polarity, y, x).
inline constexpr Shape nmnist_sensor = {2, 34, 34};
/// Frames of a recording of N-MNIST where a `DatasetFormat` does not say.
inline constexpr std::size_t nmnist_steps = 100;

/// Reads the events of an N-MNIST recording, 5 bytes each, in the order of their times.
///
/// Events at y = 240 mark an overflow of the 23-bit time stamp: later times grow by 2^13 us, the marker is dropped.
///
/// **Shapes** sensor (polarity, y, x).
/// **Errors** `WrongFormat` without any event; `FileTruncated` within an event; `EventOutside`.
/// **Source** Orchard et al., "Converting static image datasets to spiking neuromorphic datasets using saccades", 2015;
/// tonic, `io.read_mnist_file`.
inline std::vector<Event> read_nmnist(ByteSource& source, const Shape& sensor = nmnist_sensor) {
  constexpr std::uint64_t most_reserved = std::uint64_t(1) << 26;  // [event], whatever the source claims
  constexpr std::uint8_t overflow_marker = 240;
  constexpr std::int64_t overflow_time = std::int64_t(1) << 13;  // [us]
  std::vector<Event> events;
  events.reserve(static_cast<std::size_t>(std::min(source.size() / 5, most_reserved)));
  std::int64_t offset = 0;  // [us]
  std::array<std::byte, 5> bytes{};
  std::uint64_t position = 0;  // [byte]
  while (const std::size_t found = source.read(bytes)) {
    if (found < bytes.size()) throw FileTruncated(source.place(), position + bytes.size(), position + found);
    position += bytes.size();
    const auto byte = [&bytes](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    if (byte(1) == overflow_marker) {
      offset += overflow_time;
      continue;
    }
    Event event;
    event.x = byte(0);
    event.y = byte(1);
    event.polarity = byte(2) >> 7;
    event.time = offset + ((byte(2) & 0x7f) << 16 | byte(3) << 8 | byte(4));
    events.push_back(event);
  }
  if (events.empty()) throw WrongFormat(source.place(), "an N-MNIST recording", "it holds no event");
  require_inside(events, sensor, source.place().path);
  sort_by_time(events);
  return events;
}

/// Reads an N-MNIST .bin file.
///
/// **Errors** `FileMissing`, `UnsupportedFile`, `PackedFile`, `ReadFailed`, those of the other overload.
inline std::vector<Event> read_nmnist(const std::filesystem::path& path, const Shape& sensor = nmnist_sensor) {
  return detail::named_if_packed(path, [&] {
    FileSource file(path);
    return read_nmnist(file, sensor);
  });
}

/// A file of one sample and its label.
struct Recording {
  std::filesystem::path path;
  std::uint32_t label = 0;
};

namespace detail {

/// The files in the folders of a folder of N-MNIST, or of its subfolder `Test` where there is one, whose names are
/// labels: in label, then file order.
///
/// **Errors** `FileMissing`; `ReadFailed`, also for a file instead of a folder.
inline std::vector<Recording> nmnist_files(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::exists(folder, error)) throw FileMissing(folder.string());
  const fs::path root = fs::is_directory(folder / "Test", error) ? folder / "Test" : folder;
  std::vector<Recording> files;
  for (const fs::path& subfolder : folder_entries(root)) {
    const auto label = label_of(subfolder.filename().string());
    if (!label || !fs::is_directory(subfolder, error)) continue;
    for (const fs::path& file : folder_entries(subfolder)) files.push_back({file, *label});
  }
  std::stable_sort(files.begin(), files.end(),
                   [](const Recording& a, const Recording& b) { return a.label < b.label; });
  return files;
}

/// The files among them that are no recordings.
inline std::vector<std::filesystem::path> nmnist_others(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> others;
  for (const Recording& file : nmnist_files(folder))
    if (file.path.extension() != ".bin") others.push_back(file.path);
  return others;
}

}  // namespace detail

/// The recordings `LABEL/*.bin` of a folder, or of its subfolder `Test` where there is one, in label, then file order.
///
/// **Errors** `FileMissing`; `ReadFailed`, also for a file instead of a folder.
inline std::vector<Recording> list_nmnist(const std::filesystem::path& folder) {
  std::vector<Recording> recordings = detail::nmnist_files(folder);
  std::erase_if(recordings, [](const Recording& file) { return file.path.extension() != ".bin"; });
  return recordings;
}

}  // namespace spikingjet
