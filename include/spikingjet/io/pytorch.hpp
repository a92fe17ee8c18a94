// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/element.hpp>
#include <spikingjet/io/extents.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/pickle.hpp>
#include <spikingjet/io/tensor.hpp>
#include <spikingjet/io/zip.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

/// A state_dict that `torch.save` wrote: a zip archive with a pickle and the raw storages.
///
/// The pickle is read as data, see `read_pickle`; nothing in it is executed. The tensors stand in the dict itself, or
/// in a dict in it with the key 'state_dict', 'model_state_dict', 'model' or 'net'; what else is there is passed over.
/// Where all names start with 'module.', which `torch.nn.DataParallel` puts in front, it is taken off. Views of any
/// strides and offsets are read, and storages that several tensors share. float32 keeps its bits; float16 and bfloat16
/// are exact; float64 and integers are rounded to the nearest float32; booleans become 0 and 1.
///
/// **Errors** those of `ZipArchive` and `read_pickle`; `WrongFormat` where the archive holds no state_dict.
/// **Source** `torch.serialization` of PyTorch 1.6 and later.
class PytorchFile {
 public:
  explicit PytorchFile(const std::filesystem::path& path) : PytorchFile(ZipArchive(path, format)) {}

  /// A file in memory, which must outlive the object; `name` stands for the path in messages.
  PytorchFile(std::span<const std::byte> bytes, std::string name)
      : PytorchFile(ZipArchive(bytes, std::move(name), format)) {}

  explicit PytorchFile(ZipArchive archive) : archive_(std::move(archive)) {
    const std::size_t member = find_pickle(archive_);
    if (member == archive_.members().size()) fail("it holds no 'data.pkl'");
    const std::string& name = archive_.members()[member];
    root_ = name.substr(0, name.size() - pickle_name.size());
    const auto source = archive_.open(member, name);
    if (source->size() > most_pickle_bytes)
      fail("its pickle of " + std::to_string(source->size()) + " bytes is too long, allowed are " +
           std::to_string(most_pickle_bytes));
    pickle_ = read_pickle(read_rest(*source), source->place());
    swapped_ = (std::endian::native != std::endian::little) != is_big_endian();
    list_tensors();
  }

  /// Whether an archive is one of PyTorch's.
  static bool matches(const ZipArchive& archive) { return find_pickle(archive) < archive.members().size(); }

  const std::string& path() const { return archive_.path(); }

  /// Names of the tensors, in the dict's order.
  std::vector<std::string> names() const { return names_; }

  bool contains(std::string_view name) const { return tensors_.contains(name); }

  /// The shape of a tensor of at most four axes.
  ///
  /// **Errors** `ArrayMissing`, `WrongShape`.
  Shape shape(std::string_view name) const { return to_shape(view_of(name).extents, place_of(name)); }

  /// All of a tensor of at most four axes.
  ///
  /// **Errors** those of `shape`; `WrongType`; `WrongFormat` where the tensor reaches beyond its storage, or repeats
  /// its values to more than 2^20; `FileTruncated`, `FileDamaged`.
  Tensor read(std::string_view name) const {
    const View view = view_of(name);
    Tensor tensor{to_shape(view.extents, place_of(name)), {}};
    const std::vector<float> stored = read_storage(view, name);
    if (tensor.shape.size() == 0) return tensor;
    tensor.values.resize(tensor.shape.size());
    std::vector<std::size_t> index(view.extents.size(), 0);
    std::uint64_t position = 0;
    for (float& value : tensor.values) {
      value = stored[static_cast<std::size_t>(position)];
      for (std::size_t axis = index.size(); axis-- > 0;) {
        position += view.strides[axis];
        if (++index[axis] < view.extents[axis]) break;
        position -= view.strides[axis] * view.extents[axis];
        index[axis] = 0;
      }
    }
    return tensor;
  }

 private:
  using Kind = PickleObject::Kind;

  static constexpr std::string_view format = "a PyTorch file";
  static constexpr std::string_view pickle_name = "data.pkl";
  static constexpr std::string_view wrapper = "module.";
  static constexpr std::size_t most_name_bytes = 4096;
  static constexpr std::uint64_t most_pickle_bytes = std::uint64_t(1) << 24;
  static constexpr std::uint64_t most_buffered = std::uint64_t(1) << 13;  // [element]
  static constexpr std::uint64_t most_repeated = std::uint64_t(1) << 20;  // values

  /// Some elements of a storage.
  struct View {
    const PickleObject* storage;
    std::uint64_t offset = 0;  // [element]
    Extents extents{};
    std::vector<std::uint64_t> strides{};  // [element]
  };

  [[noreturn]] void fail(const std::string& reason) const { throw WrongFormat({path()}, std::string(format), reason); }

  Place place_of(std::string_view name) const { return {path(), std::string(name)}; }

  static std::size_t find_pickle(const ZipArchive& archive) {
    const auto& members = archive.members();
    const auto is_pickle = [](const std::string& member) {
      return member.ends_with(pickle_name) && std::count(member.begin(), member.end(), '/') <= 1 &&
             (member.size() == pickle_name.size() || member[member.size() - pickle_name.size() - 1] == '/');
    };
    return static_cast<std::size_t>(std::find_if(members.begin(), members.end(), is_pickle) - members.begin());
  }

  bool is_big_endian() const {
    const std::size_t member = archive_.find(root_ + "byteorder");
    if (member == archive_.members().size()) return false;
    const auto source = archive_.open(member, root_ + "byteorder");
    std::array<std::byte, 4> order{};
    const std::size_t count = source->read(order);
    const std::string_view text(reinterpret_cast<const char*>(order.data()), count);
    if (text != "litt" && text != "big") fail("its byte order is neither 'little' nor 'big'");
    return text == "big";
  }

  void list_tensors() {
    std::uint32_t dict = pickle_.root;
    if (pickle_[dict].kind != Kind::dict) fail("its pickle is no dict");
    if (!has_tensors(dict))
      for (const std::string_view key : {"state_dict", "model_state_dict", "model", "net"})
        if (const auto inner = value_of(dict, key); inner && has_tensors(*inner)) {
          dict = *inner;
          break;
        }
    const std::vector<std::uint32_t>& items = pickle_[dict].parts;
    const auto is_tensor = [&](std::size_t i) {
      return pickle_[items[i]].kind == Kind::text && pickle_[items[i + 1]].kind == Kind::tensor;
    };
    bool wrapped = true;  // by torch.nn.DataParallel
    for (std::size_t i = 0; i < items.size(); i += 2)
      wrapped = wrapped && (!is_tensor(i) || pickle_[items[i]].text.starts_with(wrapper));
    for (std::size_t i = 0; i < items.size(); i += 2) {
      if (!is_tensor(i)) continue;
      if (pickle_[items[i]].text.size() > most_name_bytes)
        fail("a tensor's name is longer than " + std::to_string(most_name_bytes) + " bytes");
      const std::string name = pickle_[items[i]].text.substr(wrapped ? wrapper.size() : 0);
      if (!tensors_.insert_or_assign(name, items[i + 1]).second) continue;  // as in Python the last value counts
      names_.push_back(name);
    }
    if (tensors_.empty())
      fail("its dict holds no tensors, nor does a dict in it named 'state_dict', 'model_state_dict', 'model' or 'net'");
  }

  bool has_tensors(std::uint32_t dict) const {
    const PickleObject& object = pickle_[dict];
    if (object.kind != Kind::dict) return false;
    for (std::size_t i = 1; i < object.parts.size(); i += 2)
      if (pickle_[object.parts[i]].kind == Kind::tensor) return true;
    return false;
  }

  std::optional<std::uint32_t> value_of(std::uint32_t dict, std::string_view key) const {
    const std::vector<std::uint32_t>& items = pickle_[dict].parts;
    for (std::size_t i = 0; i < items.size(); i += 2)
      if (pickle_[items[i]].kind == Kind::text && pickle_[items[i]].text == key) return items[i + 1];
    return std::nullopt;
  }

  View view_of(std::string_view name) const {
    const auto tensor = tensors_.find(name);
    if (tensor == tensors_.end()) throw ArrayMissing(path(), std::string(name), names());
    const std::vector<std::uint32_t>& parts = pickle_[tensor->second].parts;
    View view{&pickle_[parts[0]], static_cast<std::uint64_t>(pickle_[parts[1]].integer)};
    for (const std::uint32_t part : pickle_[parts[2]].parts)
      view.extents.push_back(static_cast<std::size_t>(pickle_[part].integer));
    for (const std::uint32_t part : pickle_[parts[3]].parts)
      view.strides.push_back(static_cast<std::uint64_t>(pickle_[part].integer));
    return view;
  }

  static std::optional<ElementType> find_type(std::string_view storage) {
    using K = ElementType::Kind;
    static constexpr std::pair<std::string_view, ElementType> types[] = {
        {"FloatStorage", {K::ieee, 4}},  {"HalfStorage", {K::ieee, 2}}, {"BFloat16Storage", {K::brain, 2}},
        {"DoubleStorage", {K::ieee, 8}}, {"ByteStorage", {K::uint, 1}}, {"CharStorage", {K::sint, 1}},
        {"ShortStorage", {K::sint, 2}},  {"IntStorage", {K::sint, 4}},  {"LongStorage", {K::sint, 8}},
        {"BoolStorage", {K::boolean, 1}}};
    for (const auto& [name, type] : types)
      if (name == storage) return type;
    return std::nullopt;
  }

  /// The values of a view's storage from its first to its last element.
  std::vector<float> read_storage(const View& view, std::string_view name) const {
    const PickleObject& storage = *view.storage;
    const std::string_view type_name = std::string_view(pickle_[storage.parts[0]].text).substr(6);  // behind "torch."
    const auto type = find_type(type_name);
    if (!type)
      throw WrongType(place_of(name), std::string(type_name),
                      "FloatStorage, HalfStorage, BFloat16Storage, DoubleStorage or one of integers or booleans");
    const auto held = static_cast<std::uint64_t>(storage.integer);  // [element]
    const std::uint64_t reach = reach_of(view, held, name);         // [element]

    const std::string member_name = root_ + "data/" + pickle_[storage.parts[1]].text;
    const std::size_t member = archive_.find(member_name);
    if (member == archive_.members().size())
      wrong_tensor(name, "its storage '" + printable(member_name) + "' is not in the file");
    const auto source = archive_.open(member, std::string(name));
    if (source->size() / type->width < held)
      throw FileTruncated(source->place(),
                          byte_count({static_cast<std::size_t>(held)}, type->width).value_or(~std::uint64_t(0)),
                          source->size());

    std::vector<std::byte> buffer(static_cast<std::size_t>(std::min(held, most_buffered)) * type->width + 1);
    std::vector<float> values;
    std::uint64_t position = 0;  // [element]
    while (position < reach) {
      const std::size_t count =
          static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size() / type->width, reach - position));
      const std::span<std::byte> bytes = std::span(buffer).first(count * type->width);
      source->read_all(bytes);
      const std::uint64_t skipped = std::min<std::uint64_t>(view.offset > position ? view.offset - position : 0, count);
      const std::size_t begin = values.size();
      values.resize(begin + count - static_cast<std::size_t>(skipped));
      convert_elements(*type, bytes.subspan(static_cast<std::size_t>(skipped) * type->width), swapped_,
                       std::span(values).subspan(begin));
      position += count;
    }
    // Reading to the end is what makes the archive check its sum.
    while (source->read(buffer) != 0) {
    }
    return values;
  }

  [[noreturn]] void wrong_tensor(std::string_view name, const std::string& reason) const {
    throw WrongFormat(place_of(name), "a tensor of PyTorch", reason);
  }

  /// Number of storage elements up to a view's last one; 0 for an empty view.
  std::uint64_t reach_of(const View& view, std::uint64_t held, std::string_view name) const {
    const auto beyond = [&] {
      wrong_tensor(name, "it reaches beyond the " + std::to_string(held) + " values of its storage");
    };
    const auto count = byte_count(view.extents, 1);
    if (!count) wrong_tensor(name, "its shape " + to_string(view.extents) + " is too large");
    if (*count == 0) return 0;
    if (view.offset >= held) beyond();
    std::uint64_t last = view.offset;  // [element]
    for (std::size_t axis = 0; axis < view.extents.size(); ++axis) {
      const std::uint64_t steps = view.extents[axis] - 1;
      if (steps > 0 && view.strides[axis] > (held - 1 - last) / steps) beyond();
      last += steps * view.strides[axis];
    }
    if (const std::uint64_t spanned = last - view.offset + 1; *count > spanned && *count > most_repeated)
      wrong_tensor(name, "it repeats " + std::to_string(spanned) + " values of its storage to " +
                             std::to_string(*count) + ", allowed are " + std::to_string(most_repeated));
    return last + 1;
  }

  ZipArchive archive_;
  std::string root_;  // what the members' names start with: "archive/"
  Pickle pickle_;
  bool swapped_ = false;
  std::map<std::string, std::uint32_t, std::less<>> tensors_;  // name to index in the pickle
  std::vector<std::string> names_;                             // in the dict's order
};

}  // namespace spikingjet
