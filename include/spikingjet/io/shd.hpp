// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/events.hpp>
#include <spikingjet/io/extents.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/file_kind.hpp>
#include <spikingjet/io/folder.hpp>

#include <hdf5.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace spikingjet {

/// The cochlea of the Spiking Heidelberg Digits: 700 channels.
inline constexpr Shape shd_sensor = {700};
/// Frames of a recording of SHD where a `DatasetFormat` does not say.
inline constexpr std::size_t shd_steps = 100;

namespace detail {

/// An identifier of the HDF5 library, closed with its last owner.
class Hdf5Id {
 public:
  Hdf5Id() = default;
  Hdf5Id(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  Hdf5Id(Hdf5Id&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
  Hdf5Id& operator=(Hdf5Id&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Hdf5Id() {
    if (id_ >= 0) close_(id_);
  }

  hid_t operator*() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }

 private:
  hid_t id_ = H5I_INVALID_HID;
  herr_t (*close_)(hid_t) = nullptr;
};

/// While there is one, the HDF5 library does not print its errors.
class Hdf5Silence {
 public:
  Hdf5Silence() {
    H5Eget_auto2(H5E_DEFAULT, &print_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  Hdf5Silence(const Hdf5Silence&) = delete;
  Hdf5Silence& operator=(const Hdf5Silence&) = delete;
  ~Hdf5Silence() { H5Eset_auto2(H5E_DEFAULT, print_, data_); }

 private:
  H5E_auto2_t print_ = nullptr;
  void* data_ = nullptr;
};

/// The bytes that the HDF5 library may still allocate for values: what a file claims is no reason to.
struct Hdf5Budget {
  std::uint64_t left = 0;  // [byte]

  static void* allocate(std::size_t bytes, void* self) {
    auto& budget = *static_cast<Hdf5Budget*>(self);
    if (bytes > budget.left) return nullptr;
    budget.left -= bytes;
    return std::malloc(bytes);
  }
  static void release(void* memory, void*) { std::free(memory); }
};

}  // namespace detail

/// The events of a sample of SHD, one a spike: x is the unit, y and polarity are 0.
///
/// Times become whole us as in tonic: the exact product with `us`, cut off behind the point. A sample without a spike
/// has no events.
///
/// **Units** times in `us` microseconds: 10^6 for seconds.
/// **Errors** `FileDamaged` where there is not one unit a time; `BadEvent`.
/// **Source** tonic, `datasets.SHD`.
inline std::vector<Event> shd_events(std::span<const double> times, std::span<const double> units, const Place& place,
                                     double us = 1e6) {
  if (times.size() != units.size())
    throw FileDamaged(
        place, "it has " + std::to_string(times.size()) + " times and " + std::to_string(units.size()) + " units");
  constexpr double latest = 1e12;  // [us]
  const auto of = [&place](const char* array) {  // "spikes[3]" is of "spikes/times[3]"
    Place within = place;
    within.array.insert(std::min(within.array.find('['), within.array.size()),
                        std::string(within.array.empty() ? "" : "/") + array);
    return within;
  };
  std::vector<Event> events;
  events.reserve(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (!(times[i] >= 0.0 && times[i] * us <= latest))
      throw BadEvent(of("times"), i, "time", times[i],
                     us == 1.0 ? "times from 0 to 1e+12 us" : "times from 0 to 1e+06 s");
    if (!(units[i] >= 0.0 && units[i] < double(shd_sensor[0]) && units[i] == std::floor(units[i])))
      throw BadEvent(of("units"), i, "unit", units[i], "0 to " + std::to_string(shd_sensor[0] - 1));
    events.push_back({.time = static_cast<std::int64_t>(times[i] * us), .x = static_cast<std::uint16_t>(units[i])});
  }
  sort_by_time(events);
  return events;
}

/// A file of the Spiking Heidelberg Digits or Speech Commands (HDF5): spikes and a label for each sample, read one by
/// one.
///
/// Times are floats of any width, in seconds, or integers where the largest shows that they are microseconds: at least
/// 10^4, which is longer than any word in other units, and at most 10^8. Units and labels are integers, or floats that
/// hold whole numbers.
///
/// The HDF5 library follows the file's inner structure and was not written for hostile files: open files that you
/// trust. Not to be used by several threads.
///
/// **Errors** `FileMissing`, `UnsupportedFile` for a folder, `ReadFailed`; `WrongFormat` where it is no HDF5 file;
/// `FileDamaged` where the library cannot open it; `ArrayMissing`, `WrongType`, `WrongShape` where 'spikes/times',
/// 'spikes/units' and 'labels' are not those of SHD.
/// **Source** Cramer et al., "The Heidelberg spiking data sets for the systematic evaluation of spiking neural
/// networks", 2020.
class ShdFile {
 public:
  explicit ShdFile(const std::filesystem::path& path) : path_(path.string()) {
    FileSource file(path);
    detail::named_if_packed(path, [&] { check_start(file); });
    open(path_, detail::Hdf5Id(H5Pcreate(H5P_FILE_ACCESS), H5Pclose), file.size());
  }

  /// A file in memory, which is copied; `name` stands for the path in messages.
  ShdFile(std::span<const std::byte> bytes, std::string name) : path_(std::move(name)) {
    MemorySource memory(bytes, {path_});
    check_start(memory);
    detail::Hdf5Id access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    constexpr std::size_t growth = std::size_t(1) << 16;  // [byte], of a file that is never written
    if (H5Pset_fapl_core(*access, growth, false) < 0 ||
        H5Pset_file_image(*access, const_cast<std::byte*>(bytes.data()), bytes.size()) < 0)
      throw FileDamaged({path_}, "the HDF5 library does not take it");
    // Of open files in memory the library takes those of one name for one file.
    static std::atomic<unsigned> number = 0;
    open("memory-" + std::to_string(number++), std::move(access), bytes.size());
  }

  const std::string& path() const { return path_; }

  /// Number of samples.
  std::size_t size() const { return size_; }

  /// The label of a sample.
  ///
  /// **Errors** `BadLabel`, `FileDamaged`.
  std::uint32_t label(std::size_t sample) const {
    const detail::Hdf5Silence silence;
    const auto one = select(labels_, sample);
    double label = 0;
    if (!one.file || H5Dread(*labels_.data, H5T_NATIVE_DOUBLE, *one.memory, *one.file, H5P_DEFAULT, &label) < 0)
      throw unreadable(labels_name, sample);
    constexpr double bound = 1 << 24;
    if (!(label >= 0 && label < bound && label == std::floor(label)))
      throw BadLabel({path_, labels_name}, sample, static_cast<float>(label));
    return static_cast<std::uint32_t>(label);
  }

  /// The events of a sample in the order of their times.
  ///
  /// **Errors** those of `shd_events`; `FileDamaged`.
  std::vector<Event> events(std::size_t sample) const {
    return shd_events(read(times_, times_name, sample), read(units_, units_name, sample), place_of("spikes", sample),
                      time_us_);
  }

  Place labels_place() const { return {path_, labels_name}; }
  Place times_place() const { return {path_, times_name}; }

 private:
  static constexpr const char* times_name = "spikes/times";
  static constexpr const char* units_name = "spikes/units";
  static constexpr const char* labels_name = "labels";

  struct Array {
    detail::Hdf5Id data;
    detail::Hdf5Id space;
    H5T_class_t element = H5T_NO_CLASS;
  };
  struct Selection {
    detail::Hdf5Id memory;
    detail::Hdf5Id file;
  };

  static void check_start(ByteSource& file) {
    std::array<std::byte, 8> start{};
    file.read(start);
    if (std::string_view(reinterpret_cast<const char*>(start.data()), start.size()) != "\x89HDF\r\n\x1a\n")
      throw WrongFormat(file.place(), "an SHD file", "it does not start with the bytes of an HDF5 file");
  }

  Place place_of(const char* array, std::size_t sample) const {
    return {path_, std::string(array) + "[" + std::to_string(sample) + "]"};
  }

  FileDamaged unreadable(const char* array, std::size_t sample) const {
    return FileDamaged(place_of(array, sample), "the HDF5 library cannot read it");
  }

  void open(const std::string& name, detail::Hdf5Id access, std::uint64_t file_bytes) {
    const detail::Hdf5Silence silence;
    budget_ = 8 * file_bytes;  // a value takes a byte at least and becomes eight
    file_ = detail::Hdf5Id(H5Fopen(name.c_str(), H5F_ACC_RDONLY, *access), H5Fclose);
    if (!file_) throw FileDamaged({path_}, "it starts as an HDF5 file and the HDF5 library cannot open it");
    times_ = open_array(times_name, true, "floats (seconds) or integers (microseconds) of variable length");
    units_ = open_array(units_name, true, "integers or floats of variable length");
    labels_ = open_array(labels_name, false, "integers or floats");
    size_ = extent(labels_, labels_name);
    for (const auto& [array, of] : {std::pair(&times_, times_name), std::pair(&units_, units_name)})
      if (const std::size_t found = extent(*array, of); found != size_)
        throw WrongShape({path_, of}, to_string(Extents{size_}), to_string(Extents{found}));
    if (times_.element == H5T_INTEGER) require_microseconds();
  }

  void require_microseconds() {
    double latest = 0;
    for (std::size_t sample = 0; sample < size_; ++sample)
      for (const double time : read(times_, times_name, sample)) latest = std::max(latest, time);
    if (size_ > 0 && !(latest >= 1e4 && latest <= 1e8))
      throw WrongFormat({path_, times_name}, "times of SHD",
                        "they are integers, the largest is " + std::to_string(static_cast<long long>(latest)) +
                            ", which does not look like microseconds; store seconds as floats");
    time_us_ = 1;
  }

  /// Whether a name leads to something in this very file.
  bool is_there(const std::string& name) const {
    for (std::size_t end = name.find('/');; end = name.find('/', end + 1)) {
      const std::string part = name.substr(0, end);
      H5L_info_t info;
      if (H5Lexists(*file_, part.c_str(), H5P_DEFAULT) <= 0 ||
          H5Lget_info(*file_, part.c_str(), &info, H5P_DEFAULT) < 0 || info.type != H5L_TYPE_HARD)
        return false;
      if (end == std::string::npos) return true;
    }
  }

  /// The names of the arrays in this very file, some of them where there are many.
  std::vector<std::string> arrays() const {
    std::vector<std::string> names;
    const auto visit = [](hid_t file, const char* name, const H5L_info_t* link, void* to) -> herr_t {
      auto& found = *static_cast<std::vector<std::string>*>(to);
      if (link->type != H5L_TYPE_HARD) return 0;
      const detail::Hdf5Id object(H5Oopen(file, name, H5P_DEFAULT), H5Oclose);
      if (object && H5Iget_type(*object) == H5I_DATASET) found.emplace_back(name);
      return found.size() > 99;
    };
    H5Lvisit(*file_, H5_INDEX_NAME, H5_ITER_NATIVE, visit, &names);
    std::sort(names.begin(), names.end());
    return names;
  }

  Array open_array(const char* name, bool variable_length, const char* allowed) const {
    Array array;
    if (is_there(name)) array.data = detail::Hdf5Id(H5Dopen2(*file_, name, H5P_DEFAULT), H5Dclose);
    if (!array.data)
      throw ArrayMissing(
          path_, name, arrays(),
          "an HDF5 file must be one of SHD or SSC; save frames as .npz, 'x' (sample, step, channel, y, x) and "
          "labels 'y' (sample,)");
    detail::Hdf5Id type(H5Dget_type(*array.data), H5Tclose);
    bool right = !!type;
    if (right && variable_length) {
      right = H5Tget_class(*type) == H5T_VLEN;
      if (right) type = detail::Hdf5Id(H5Tget_super(*type), H5Tclose);
      right = right && type;
    }
    if (right) array.element = H5Tget_class(*type);
    right = right && (array.element == H5T_FLOAT || (array.element == H5T_INTEGER && H5Tget_size(*type) <= 8));
    if (!right) throw WrongType({path_, name}, type_text(*array.data), allowed);
    array.space = detail::Hdf5Id(H5Dget_space(*array.data), H5Sclose);
    return array;
  }

  static std::string type_text(hid_t data) {
    const detail::Hdf5Id type(H5Dget_type(data), H5Tclose);
    const auto name = [](hid_t id) -> std::string {
      switch (H5Tget_class(id)) {
        case H5T_INTEGER:
          return "int" + std::to_string(8 * H5Tget_size(id));
        case H5T_FLOAT:
          return "float" + std::to_string(8 * H5Tget_size(id));
        case H5T_STRING:
          return "string";
        default:
          return "HDF5 class " + std::to_string(static_cast<int>(H5Tget_class(id)));
      }
    };
    if (!type || H5Tget_class(*type) != H5T_VLEN) return type ? name(*type) : "unknown";
    const detail::Hdf5Id base(H5Tget_super(*type), H5Tclose);
    return (base ? name(*base) : "unknown") + " of variable length";
  }

  std::size_t extent(const Array& array, const char* name) const {
    const int rank = array.space && H5Sis_simple(*array.space) > 0 ? H5Sget_simple_extent_ndims(*array.space) : -1;
    if (rank != 1) {
      std::vector<hsize_t> extents(rank > 0 ? static_cast<std::size_t>(rank) : 0);
      if (rank > 0) H5Sget_simple_extent_dims(*array.space, extents.data(), nullptr);
      throw WrongShape({path_, name}, "(sample,)",
                       rank < 0 ? "of no axes" : to_string(Extents(extents.begin(), extents.end())));
    }
    hsize_t extent = 0;
    if (H5Sget_simple_extent_dims(*array.space, &extent, nullptr) != 1)
      throw FileDamaged({path_, name}, "the HDF5 library cannot tell its shape");
    return static_cast<std::size_t>(extent);
  }

  /// One element of an array; without identifiers where the library refuses.
  static Selection select(const Array& array, std::size_t sample) {
    Selection one{detail::Hdf5Id(H5Screate(H5S_SCALAR), H5Sclose), detail::Hdf5Id(H5Scopy(*array.space), H5Sclose)};
    const hsize_t start = sample;
    const hsize_t count = 1;
    if (!one.memory || !one.file ||
        H5Sselect_hyperslab(*one.file, H5S_SELECT_SET, &start, nullptr, &count, nullptr) < 0)
      return {};
    return one;
  }

  std::vector<double> read(const Array& array, const char* name, std::size_t sample) const {
    const detail::Hdf5Silence silence;
    const Selection one = select(array, sample);
    const detail::Hdf5Id type(H5Tvlen_create(H5T_NATIVE_DOUBLE), H5Tclose);
    const detail::Hdf5Id transfer(H5Pcreate(H5P_DATASET_XFER), H5Pclose);
    detail::Hdf5Budget budget{budget_};
    hvl_t found{0, nullptr};
    const bool read = one.file && type && transfer &&
                      H5Pset_vlen_mem_manager(*transfer, detail::Hdf5Budget::allocate, &budget,
                                              detail::Hdf5Budget::release, nullptr) >= 0 &&
                      H5Dread(*array.data, *type, *one.memory, *one.file, *transfer, &found) >= 0;
    const std::unique_ptr<void, void (*)(void*)> owner(found.p, std::free);
    if (!read || (found.len > 0 && !found.p)) throw unreadable(name, sample);
    const double* values = static_cast<const double*>(found.p);
    return {values, values + found.len};
  }

  std::string path_;
  detail::Hdf5Id file_;
  Array times_;   // (sample,) of variable length
  Array units_;   // (sample,) of variable length
  Array labels_;  // (sample,)
  std::size_t size_ = 0;
  double time_us_ = 1e6;      // [us], what a time of 1 is
  std::uint64_t budget_ = 0;  // [byte]
};

/// The file of SHD or SSC of a folder: `shd_test.h5` or `ssc_test.h5`, or else its only HDF5 file, whatever its name;
/// nothing where there is none, or several.
inline std::optional<std::filesystem::path> find_shd(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const std::filesystem::path& file : detail::folder_entries(folder)) {
    if (file.filename() == "shd_test.h5" || file.filename() == "ssc_test.h5") return file;
    if (file.extension() == ".h5" || file.extension() == ".hdf5" ||
        detail::first_bytes(file).starts_with("\x89HDF\r\n\x1a\n"))
      files.push_back(file);
  }
  return files.size() == 1 ? std::optional(files.front()) : std::nullopt;
}

}  // namespace spikingjet
