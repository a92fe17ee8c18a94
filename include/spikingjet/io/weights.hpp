// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/state_dict.hpp>
#include <spikingjet/io/tensor.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

class ByteSource;
class ZipArchive;

/// A weights file in which several places have what the network needs, with other values.
class SeveralStateDicts : public Misuse {
 public:
  SeveralStateDicts(std::string file_path, std::vector<std::string> found_names)
      : Misuse("spikingjet: '" + file_path + "' has several state_dicts that fit: " + Place::list(found_names) +
               "; choose one with '--state-dict NAME'; see docs/formats.md"),
        path(std::move(file_path)),
        names(std::move(found_names)) {}

  std::string path;
  std::vector<std::string> names;
};

/// A weights file that has what a network needs only in places of an optimizer, which may keep copies of weights or
/// what it remembers of their gradients.
class OptimizerAlone : public Misuse {
 public:
  OptimizerAlone(std::string file_path, std::vector<std::string> found_names)
      : Misuse("spikingjet: '" + file_path + "' has the network's arrays only in " + Place::list(found_names) +
               ", by its name an optimizer's, which is not taken for weights; save 'net.state_dict()', or, where these "
               "are the "
               "weights, choose '--state-dict " +
               printable(found_names.front()) + "'; see docs/formats.md"),
        path(std::move(file_path)),
        names(std::move(found_names)) {}

  std::string path;
  std::vector<std::string> names;
};

/// A state_dict that was asked for by a name that a weights file does not have.
class StateDictMissing : public Misuse {
 public:
  StateDictMissing(std::string file_path, std::string missing_name, std::vector<std::string> names_there)
      : Misuse("spikingjet: '" + file_path + "' has no state_dict '" + printable(missing_name) + "', it has " +
               Place::list(names_there) + "; check '--state-dict'; see docs/formats.md"),
        path(std::move(file_path)),
        name(std::move(missing_name)),
        available(std::move(names_there)) {}

  std::string path;
  std::string name;
  std::vector<std::string> available;
};

/// Arrays of a weights file that are the same parameter but for what wrappers add to its name, with other values.
class SeveralArrays : public Misuse {
 public:
  SeveralArrays(std::string file_path, std::string parameter, std::vector<std::string> found_names)
      : Misuse("spikingjet: " + Place::list(found_names) + " in '" + file_path + "' are all '" +
               printable(parameter) +
               "' and hold different values; keep one of them" +
               (std::find(found_names.begin(), found_names.end(), parameter) == found_names.end()
                    ? ", or choose a prefix with '--state-dict NAME'"
                    : " in the file") +
               "; see docs/formats.md"),
        path(std::move(file_path)),
        name(std::move(parameter)),
        names(std::move(found_names)) {}

  std::string path;
  std::string name;
  std::vector<std::string> names;
};

/// Named tensors that a training tool left in a file.
///
/// The kind of file is told from its bytes, not from its name. float32 values keep their bits, NaN payload included;
/// float16 and bfloat16 are exact; float64 and integers are rounded to the nearest float32. Names are those of the
/// file, in a checkpoint with the way to each: `state_dict.module.fc1.weight`; `named_for` gives them a network's
/// names.
///
/// **Errors** `UnsupportedFile` for other files than .npz, safetensors and PyTorch's zip files; those of `NpzFile`,
/// `SafetensorsFile` and `PytorchFile`; with a name `StateDictMissing`, `SeveralStateDicts`.
class WeightFile {
 public:
  /// The arrays of a file; with a name those of the dict that stands under it, or behind it as a prefix.
  static WeightFile open(const std::filesystem::path& path, std::string_view state_dict = {});

  /// A file in memory, which must outlive the object; `name` stands for the path in messages.
  static WeightFile of(std::span<const std::byte> bytes, std::string name, std::string_view state_dict = {});

  /// The same arrays under the names that a network has for them: `fc1.weight`, `lif1.reset_mechanism_val`.
  ///
  /// Names that are there as they are stay. Else the one place is taken, at any depth and behind any prefix, that has
  /// all that is required; words that wrappers add (`module`, `_orig_mod`) may stand anywhere in a name. An optimizer's
  /// place is none. Where no place has all, that which has most is taken, and what is missing is told when it is asked
  /// for.
  ///
  /// **Laws** nothing is chosen silently: of several places, or arrays for one name, all hold the same values.
  /// **Errors** `SeveralStateDicts`, `SeveralArrays`, `OptimizerAlone`.
  WeightFile named_for(std::span<const WantedArray> wanted) const;

  const std::string& path() const;

  /// Names of the tensors, in the file's order.
  std::vector<std::string> names() const;

  bool contains(std::string_view name) const { return places_.contains(name); }

  /// The shape of a tensor, without reading its values.
  ///
  /// **Errors** those of `tensor` that its values do not cause.
  Shape shape(std::string_view name) const { return shape_of(array_of(name)); }

  /// **Errors** `ArrayMissing`; `WrongType`, `TensorNotPlain`; `WrongShape` for more than four axes of more than one
  /// element; `WrongFormat`, `FileTruncated`, `FileDamaged`.
  Tensor tensor(std::string_view name) const { return read(array_of(name)); }

 private:
  struct Entry {
    std::string name;
    std::size_t array;  // in the file
  };

  struct File;

  static constexpr const char* allowed = "an .npz, .safetensors or PyTorch (.pt) file with one array a parameter";
  static constexpr const char* zip_format = "an .npz or PyTorch file";

  explicit WeightFile(File file);

  WeightFile(std::shared_ptr<const File> file) : file_(std::move(file)) {}

  void add(std::string name, std::size_t array);

  Shape shape_of(std::size_t array) const;

  Tensor read(std::size_t array) const;

  std::size_t array_of(std::string_view name) const;

  /// Those arrays in whose names the parts of `state_dict` stand furthest in front, without what is up to there.
  WeightFile chosen(std::string_view state_dict) const;

  /// Where the parts of `part` end in a name, first of all; 0 where they are not in it, or at its end.
  static std::size_t end_of(std::string_view name, std::string_view part);

  std::vector<std::string> first_parts() const;

  /// Whether two arrays have the same bits; what cannot be read, or is very large, is not taken for the same.
  bool same_values(std::size_t a, std::size_t b) const;

  /// Whether two places have the same names with the same values.
  bool same_values(const StateDict& a, const StateDict& b) const;

  /// The arrays of a place and those beside them.
  WeightFile renamed(const StateDict& dict, std::span<const WantedArray> wanted,
                     const std::vector<std::string>& given) const;

  std::uint32_t holder(std::size_t array) const;

  static WeightFile of_archive(ZipArchive archive);

  /// Whether a file is of safetensors rather than a zip archive; what is neither is refused by what it is.
  static bool is_safetensors(ByteSource& file);

  std::shared_ptr<const File> file_;
  std::vector<Entry> entries_;                               // in the file's order
  std::map<std::string, std::size_t, std::less<>> places_;   // array by name; of one that stands twice the first
};

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/io/definitions/weights.hpp>
#endif
