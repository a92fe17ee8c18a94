// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/io/dataset_format.hpp>
#include <spikingjet/model/sample.hpp>

#include <filesystem>
#include <functional>
#include <new>
#include <string>

namespace spikingjet {

class NpzFile;
class ShdFile;

namespace detail {

Dataset load_shd(const ShdFile& file, const DatasetFormat& format,
                 const std::function<void(const std::string&)>& warn = {});

/// What a loader gives; where memory has no room for it, that is said in a sentence.
template <class Load>
Dataset in_memory(const std::string& path, const Load& load) {
  try {
    return load();
  } catch (const std::bad_alloc&) {
    throw DataTooLarge({path}, "its samples need more memory than the system gives");
  }
}

}  // namespace detail

/// Reads a dataset as the input of a network: an .npz file with frames, an SHD file or a folder with it, a folder of
/// N-MNIST or of DVS128 Gesture, or one AEDAT recording with its label file. What is there is told from the folder's
/// files and the file's bytes.
///
/// Frames stand in `x` (sample, step, channel, y, x) or (sample, step, channel), labels, if any, in `y` (sample,).
/// Frames of the network's size are taken as they are; of larger ones every k-th pixel of both axes is kept, see
/// `subsampling`. Axes of length 1 do not count, a flat frame is one of the network's size, and one channel needs no
/// axis. Without the axis of steps frames are static images, repeated for `repeat`. Frames stream: memory grows with
/// the non-zero inputs only. Events are counted in bins, see `to_frames`. Samples stand in label, then file order,
/// those of a single file in its own. `warn` is told in a sentence of samples that are all zero and of other things
/// that are allowed and seldom meant.
///
/// **Laws** recordings give the same bits as an .npz file with their frames.
/// **Errors** `FileMissing`, `UnsupportedFile`, `PackedFile`, `AedatVersion`, `EmptyDataset`, `FrameMismatch`,
/// `DataTooLarge`, `LabelsFromOne`, `LabelBeyond`, `LabelsMissing`; of an .npz file those of `NpzFile` and `NpyReader`,
/// `WrongShape`, `StepsMissing`, `StepsMismatch`, `AxesSwapped`, `LabelCountMismatch`, `BadLabel`, `InputNotFinite`; of
/// recordings `EventOutside` and those of `read_nmnist`, `ShdFile`, `list_gestures`, `read_aedat` and
/// `read_gesture_events`.
Dataset load_dataset(const std::filesystem::path& path, const DatasetFormat& format,
                     const std::function<void(const std::string&)>& warn = {});

/// Reads a dataset from an open .npz file, likewise.
Dataset load_dataset(const NpzFile& file, const DatasetFormat& format,
                     const std::function<void(const std::string&)>& warn = {});

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/io/definitions/dataset.hpp>
#endif
