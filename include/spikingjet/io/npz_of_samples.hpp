// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/io/extents.hpp>
#include <spikingjet/io/npy_header.hpp>
#include <spikingjet/io/zip.hpp>
#include <spikingjet/model/sample.hpp>

#include <zip.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace spikingjet {

/// Samples of several numbers of steps, which no array holds.
class SamplesOfDifferentSteps : public Misuse {
 public:
  SamplesOfDifferentSteps(std::size_t one, std::size_t other)
      : Misuse("spikingjet: samples of " + std::to_string(one) + " and of " + std::to_string(other) +
               " steps do not go into one array 'x'; write their numbers instead, into a .txt file for '--samples "
               "@FILE'") {}
};

namespace detail {

/// A row-major .npy array of float32 as bytes.
inline std::string npy_bytes(const Extents& extents, std::span<const float> values) {
  std::string bytes = npy_header(extents);
  const std::size_t begin = bytes.size();
  bytes.resize(begin + values.size_bytes());
  if (!values.empty()) std::memcpy(&bytes[begin], values.data(), values.size_bytes());
  return bytes;
}

/// Named members as the bytes of a zip archive, deflated; without times, so that they depend on the members alone.
inline std::string zip_bytes(const std::vector<std::pair<std::string, std::string>>& members) {
  struct Discard {
    void operator()(zip_t* archive) const { zip_discard(archive); }
  };
  struct Free {
    void operator()(zip_source_t* source) const { zip_source_free(source); }
  };
  const auto fail = [](const std::string& reason) {
    return Failure("spikingjet: an .npz file cannot be made: " + reason);
  };
  zip_error_t error;
  zip_error_init(&error);
  const std::unique_ptr<zip_source_t, Free> whole(zip_source_buffer_create(nullptr, 0, 0, &error));
  if (!whole) throw fail(zip_error_strerror(&error));
  zip_source_keep(whole.get());  // the archive takes one hold of it
  std::unique_ptr<zip_t, Discard> archive(zip_open_from_source(whole.get(), ZIP_CREATE | ZIP_TRUNCATE, &error));
  if (!archive) throw fail(zip_error_strerror(&error));
  for (const auto& [name, bytes] : members) {
    zip_source_t* source = zip_source_buffer(archive.get(), bytes.data(), bytes.size(), 0);
    const zip_int64_t index = source ? zip_file_add(archive.get(), name.c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
    if (index < 0) {
      zip_source_free(source);
      throw fail(zip_strerror(archive.get()));
    }
    zip_set_file_compression(archive.get(), zip_uint64_t(index), ZIP_CM_DEFLATE, 0);
    zip_file_set_mtime(archive.get(), zip_uint64_t(index), 315'619'200, 0);  // [s], the first day that zip knows
  }
  if (zip_close(archive.get()) != 0) throw fail(zip_strerror(archive.get()));
  (void)archive.release();
  zip_stat_t stat;
  if (zip_source_stat(whole.get(), &stat) != 0 || zip_source_open(whole.get()) != 0)
    throw fail(zip_error_strerror(zip_source_error(whole.get())));
  std::string result(std::size_t(stat.size), '\0');
  const zip_int64_t read = zip_source_read(whole.get(), result.data(), result.size());
  zip_source_close(whole.get());
  if (read != zip_int64_t(result.size())) throw fail("its bytes are cut short");
  return result;
}

}  // namespace detail

/// The member of an .npz file that says that its samples were chosen by what injections showed.
inline constexpr std::string_view chosen_by_outcomes_member = "chosen_by_outcomes.txt";

/// Chosen samples of a dataset as the bytes of an .npz file: `x` (sample, step, input...), and `y` (sample,) where
/// there are labels. `by_outcomes` adds the member that `says_chosen_by_outcomes` finds.
///
/// **Laws** `load_dataset` gives the same samples and labels, bit by bit.
/// **Errors** `SamplesOfDifferentSteps`.
/// **Cost** the frames are in memory, zeros included, while they are packed.
inline std::string npz_of_samples(const Dataset& dataset, std::span<const std::uint32_t> chosen,
                                  bool by_outcomes = false) {
  const std::size_t steps = chosen.empty() ? 0 : dataset.samples[chosen.front()].steps();
  const std::size_t inputs = dataset.shape.size();
  Extents extents{chosen.size(), steps};
  for (std::size_t axis = 0; axis < dataset.shape.rank; ++axis) extents.push_back(dataset.shape[axis]);
  std::vector<float> frames(chosen.size() * steps * inputs);
  std::vector<float> labels;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const Sample& sample = dataset.samples[chosen[i]];
    if (sample.steps() != steps) throw SamplesOfDifferentSteps(steps, sample.steps());
    for (std::size_t step = 0; step < steps; ++step) {
      const Activity activity = sample[step];
      for (std::size_t k = 0; k < activity.size(); ++k)
        frames[(i * steps + step) * inputs + activity.index[k]] = activity.value[k];
    }
    if (const auto label = dataset.label(chosen[i])) labels.push_back(float(*label));
  }
  std::vector<std::pair<std::string, std::string>> members{{"x.npy", detail::npy_bytes(extents, frames)}};
  if (!labels.empty()) members.emplace_back("y.npy", detail::npy_bytes({labels.size()}, labels));
  if (by_outcomes)
    members.emplace_back(std::string(chosen_by_outcomes_member),
                         "samples chosen by outcomes: nothing follows from them for data not seen\n");
  return detail::zip_bytes(members);
}

/// Whether a dataset is an .npz file that says that its samples were chosen by what injections showed.
///
/// **Errors** `FileDamaged` for a torn archive.
inline bool says_chosen_by_outcomes(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  std::ifstream file(path, std::ios::binary);
  if (file.get() != 'P' || file.get() != 'K') return false;
  const ZipArchive archive(path, "an .npz file");
  return std::find(archive.members().begin(), archive.members().end(), chosen_by_outcomes_member) !=
         archive.members().end();
}

}  // namespace spikingjet
