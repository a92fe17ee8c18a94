// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/element.hpp>
#include <spikingjet/io/extents.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/pickle.hpp>
#include <spikingjet/io/pickle_object.hpp>
#include <spikingjet/io/tensor.hpp>
#include <spikingjet/io/zip.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace spikingjet {

/// A tensor in a PyTorch file that is not kept as plain values.
class TensorNotPlain : public Misuse {
 public:
  TensorNotPlain(Place where, std::string found_maker)
      : Misuse("spikingjet: " + where.str() + " is made by '" + printable(found_maker) +
               "', which is not executed; save plain tensors, " + cure(found_maker) + "; see docs/formats.md"),
        place(std::move(where)),
        maker(std::move(found_maker)) {}

  Place place;
  std::string maker;

 private:
  static std::string cure(std::string_view maker) {
    const auto has = [maker](std::string_view word) { return maker.find(word) != std::string_view::npos; };
    if (has("qtensor")) return "such as 'tensor.dequantize()'";
    if (has("sparse")) return "such as 'tensor.to_dense()'";
    if (has("meta")) return "from a model that holds values, not from the 'meta' device";
    if (has("numpy")) return "such as 'torch.from_numpy(array)', or the arrays with 'numpy.savez(path, **arrays)'";
    return "such as 'tensor.detach().clone()'";
  }
};

/// The tensors in a file that `torch.save` wrote: a zip archive with a pickle and the raw storages.
///
/// The pickle is read as data, see `read_pickle`; nothing in it is executed. Tensors are found wherever they are in it,
/// in dicts in dicts, lists, and the attributes of objects of any class, and named by the way to them:
/// `state_dict.fc1.weight`, `model._modules.fc1._parameters.weight`. Views of any strides and offsets are read, and
/// storages that several tensors share. float32 keeps its bits; float16 and bfloat16 are exact; float64 and integers
/// are rounded to the nearest float32; booleans become 0 and 1.
///
/// **Errors** those of `ZipArchive` and `read_pickle`; `WrongFormat` where the archive holds no tensor.
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
    pickle_ = read_pickle(read_rest(*source, most_pickle_bytes), source->place());
    swapped_ = (std::endian::native != std::endian::little) != is_big_endian();
    list_tensors();
  }

  /// Whether an archive is one of PyTorch's.
  static bool matches(const ZipArchive& archive) { return find_pickle(archive) < archive.members().size(); }

  const std::string& path() const { return archive_.path(); }

  /// Names of the tensors, in the file's order.
  const std::vector<std::string>& names() const { return names_; }

  /// The dict, list or object that holds a tensor, by a number.
  std::uint32_t holder(std::size_t tensor) const { return tensors_[tensor].holder; }

  bool contains(std::string_view name) const { return find_name(names_, name) < names_.size(); }

  /// The shape of a tensor of at most four axes of more than one element.
  ///
  /// **Errors** `ArrayMissing`, `TensorNotPlain`, `WrongShape`.
  Shape shape(std::string_view name) const { return shape(index_of(name)); }
  Shape shape(std::size_t tensor) const { return to_shape(view_of(tensor).extents, place_of(names_[tensor])); }

  /// All of a tensor likewise.
  ///
  /// **Errors** those of `shape`; `WrongType`; `WrongFormat` where the tensor reaches beyond its storage, or repeats
  /// its values to more than 2^20; `FileTruncated`, `FileDamaged`.
  Tensor read(std::string_view name) const { return read(index_of(name)); }

  Tensor read(std::size_t number) const {
    const std::string& name = names_[number];
    const View view = view_of(number);
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
  static constexpr std::size_t most_name_bytes = 4096;
  static constexpr std::size_t most_names_bytes = std::size_t(1) << 26;
  static constexpr std::size_t deepest = 256;  // dicts in dicts
  static constexpr std::uint64_t most_pickle_bytes = std::uint64_t(1) << 26;
  static constexpr std::uint64_t most_buffered = std::uint64_t(1) << 13;  // [element]
  static constexpr std::uint64_t most_repeated = std::uint64_t(1) << 20;  // values

  /// Some elements of a storage.
  struct View {
    const PickleObject* storage;
    std::uint64_t offset = 0;  // [element]
    Extents extents{};
    std::vector<std::uint64_t> strides{};  // [element]
    const PickleObject* type = nullptr;    // a global, of a storage of bytes
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

  struct Found {
    std::uint32_t object;
    std::uint32_t holder;
  };

  void list_tensors() {
    std::vector<bool> visited(pickle_.objects.size(), false);
    std::string path;
    visit(pickle_.root, pickle_.root, path, visited, 0);
    if (tensors_.empty()) fail("it holds no tensors");
  }

  /// What is kept by something other than a plain tensor, and would be one in Python.
  bool is_tensor_like(const PickleObject& object) const {
    return object.kind == Kind::object &&
           (object.text.starts_with("torch._utils._rebuild") || object.text.starts_with("torch._tensor._rebuild") ||
            object.text.ends_with("multiarray._reconstruct") || object.text.ends_with("numeric._frombuffer") ||
            object.text.ends_with("multiarray.scalar"));
  }

  /// Lists the tensors in an object; each dict, list and object is looked into once, whoever else contains it.
  void visit(std::uint32_t index, std::uint32_t holder, std::string& path, std::vector<bool>& visited,
             std::size_t depth) {
    const PickleObject& object = pickle_[index];
    if (object.kind == Kind::tensor || is_tensor_like(object)) return add_tensor({index, holder}, path);
    const bool contains = object.kind == Kind::dict || object.kind == Kind::list || object.kind == Kind::tuple ||
                          object.kind == Kind::set || object.kind == Kind::object;
    if (!contains || depth == deepest || visited[index]) return;
    visited[index] = true;
    if (object.kind == Kind::dict) {
      for (const auto& [key, value] : items_of(object)) visit_part(value, index, key, path, visited, depth);
    } else if (object.kind != Kind::object) {
      visit_list(index, index, path, visited, depth);
    } else {
      // What an object consists of stands at the object's own place: its attributes are items of it.
      for (std::size_t i = 0; i < object.parts.size(); ++i) {
        const PickleObject& part = pickle_[object.parts[i]];
        const bool slots = i > 0 && part.kind == Kind::tuple && part.parts.size() == 2;  // (attributes, slots)
        if (slots)
          for (const std::uint32_t state : part.parts) visit(state, index, path, visited, depth + 1);
        else
          visit(object.parts[i], index, path, visited, depth + 1);
      }
      if (object.items != 0) visit(object.items, index, path, visited, depth + 1);
      if (object.members != 0) visit(object.members, index, path, visited, depth + 1);
    }
  }

  void visit_list(std::uint32_t index, std::uint32_t holder, std::string& path, std::vector<bool>& visited,
                  std::size_t depth) {
    const std::vector<std::uint32_t>& parts = pickle_[index].parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const PickleObject& part = pickle_[parts[i]];
      const bool named =
          part.kind == Kind::tuple && part.parts.size() == 2 && pickle_[part.parts[0]].kind == Kind::text;
      if (named)  // a name and what has it, as in a list of `named_parameters`
        visit_part(part.parts[1], holder, pickle_[part.parts[0]].text, path, visited, depth);
      else
        visit_part(parts[i], holder, std::to_string(i), path, visited, depth);
    }
  }

  void visit_part(std::uint32_t part, std::uint32_t holder, std::string_view key, std::string& path,
                  std::vector<bool>& visited, std::size_t depth) {
    const std::size_t length = path.size();
    if (!path.empty()) path += '.';
    path += key;
    visit(part, holder, path, visited, depth + 1);
    path.resize(length);
  }

  /// Keys and values in order; of a key that stands twice the last value counts, as in Python.
  std::vector<std::pair<std::string, std::uint32_t>> items_of(const PickleObject& dict) const {
    std::vector<std::pair<std::string, std::uint32_t>> items;
    std::unordered_map<std::string_view, std::size_t> places;
    for (std::size_t i = 0; i < dict.parts.size(); i += 2) {
      const PickleObject& key = pickle_[dict.parts[i]];
      const bool text = key.kind == Kind::text;
      const auto [place, is_new] = text ? places.try_emplace(key.text, items.size()) : std::pair(places.end(), true);
      if (is_new)
        items.emplace_back(text ? key.text : key.kind == Kind::integer ? std::to_string(key.integer) : "?",
                           dict.parts[i + 1]);
      else
        items[place->second].second = dict.parts[i + 1];
    }
    return items;
  }

  void add_tensor(const Found& found, const std::string& name) {
    if (name.size() > most_name_bytes)
      fail("a tensor's name is longer than " + std::to_string(most_name_bytes) + " bytes");
    if ((names_bytes_ += name.size()) > most_names_bytes)
      fail("its tensors' names are longer than " + std::to_string(most_names_bytes) + " bytes in all");
    tensors_.push_back(found);
    names_.push_back(name);
  }

  std::size_t index_of(std::string_view name) const {
    const std::size_t found = find_name(names_, name);
    if (found == names_.size()) throw ArrayMissing(path(), std::string(name), names_);
    return found;
  }

  View view_of(std::size_t number) const {
    const PickleObject& object = pickle_[tensors_[number].object];
    if (object.kind != Kind::tensor) throw TensorNotPlain(place_of(names_[number]), object.text);
    const std::vector<std::uint32_t>& parts = object.parts;
    View view{&pickle_[parts[0]], static_cast<std::uint64_t>(pickle_[parts[1]].integer)};
    for (const std::uint32_t part : pickle_[parts[2]].parts)
      view.extents.push_back(static_cast<std::size_t>(pickle_[part].integer));
    for (const std::uint32_t part : pickle_[parts[3]].parts)
      view.strides.push_back(static_cast<std::uint64_t>(pickle_[part].integer));
    view.type = parts.size() > 4 ? &pickle_[parts[4]] : nullptr;
    return view;
  }

  static std::optional<ElementType> find_type(std::string_view storage) {
    using K = ElementType::Kind;
    static constexpr std::pair<std::string_view, ElementType> types[] = {
        {"FloatStorage", {K::ieee, 4}},  {"HalfStorage", {K::ieee, 2}}, {"BFloat16Storage", {K::brain, 2}},
        {"DoubleStorage", {K::ieee, 8}}, {"ByteStorage", {K::uint, 1}}, {"CharStorage", {K::sint, 1}},
        {"ShortStorage", {K::sint, 2}},  {"IntStorage", {K::sint, 4}},  {"LongStorage", {K::sint, 8}},
        {"BoolStorage", {K::boolean, 1}},
        // Types without a storage of their own lie in a storage of bytes.
        {"float32", {K::ieee, 4}},       {"float16", {K::ieee, 2}},     {"bfloat16", {K::brain, 2}},
        {"float64", {K::ieee, 8}},       {"uint8", {K::uint, 1}},       {"uint16", {K::uint, 2}},
        {"uint32", {K::uint, 4}},        {"uint64", {K::uint, 8}},      {"int8", {K::sint, 1}},
        {"int16", {K::sint, 2}},         {"int32", {K::sint, 4}},       {"int64", {K::sint, 8}},
        {"bool", {K::boolean, 1}}};
    if (!storage.starts_with("torch.")) return std::nullopt;
    storage.remove_prefix(6);
    for (const auto& [name, type] : types)
      if (name == storage) return type;
    return std::nullopt;
  }

  /// The values of a view's storage from its first to its last element.
  std::vector<float> read_storage(const View& view, std::string_view name) const {
    const PickleObject& storage = *view.storage;
    const std::string& type_name = view.type ? view.type->text : pickle_[storage.parts[0]].text;
    const auto type = find_type(type_name);
    if (!type)
      throw WrongType(place_of(name), type_name,
                      "torch.FloatStorage, HalfStorage, BFloat16Storage, DoubleStorage or one of integers or booleans");
    const auto stated = static_cast<std::uint64_t>(storage.integer);           // [element], or [byte] with a type
    const std::uint64_t held = view.type ? stated / type->width : stated;      // [element]
    const std::uint64_t reach = reach_of(view, held, name);                    // [element]

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
  std::vector<Found> tensors_;      // in the file's order
  std::vector<std::string> names_;  // of each
  std::size_t names_bytes_ = 0;
};

}  // namespace spikingjet
