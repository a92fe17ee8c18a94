// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/element.hpp>
#include <spikingjet/io/extents.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/tensor.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

/// A safetensors file: named tensors behind a header in JSON.
///
/// The whole file is checked when opened: every tensor's extents fit its bytes, and the tensors lie one behind the
/// other without gap or overlap, from the header's end to the file's. float32 keeps its bits; float16 and bfloat16 are
/// exact; float64 and integers are rounded to the nearest float32; booleans become 0 and 1. Tensors of other types may
/// be in the file and are refused when asked for.
///
/// **Errors** `FileMissing`, `UnsupportedFile` for a folder, `ReadFailed`; `FileTruncated`; `WrongFormat` with the
/// tensor's name.
/// **Source** the format's description in the repository huggingface/safetensors.
class SafetensorsFile {
 public:
  explicit SafetensorsFile(const std::filesystem::path& path) : path_(path.string()) {
    FileSource file(path);
    owned_ = std::make_shared<const std::vector<std::byte>>(read_rest(file));
    bytes_ = *owned_;
    parse();
  }

  /// A file in memory, which must outlive the object; `name` stands for the path in messages.
  SafetensorsFile(std::span<const std::byte> bytes, std::string name) : path_(std::move(name)), bytes_(bytes) {
    parse();
  }

  const std::string& path() const { return path_; }

  /// Names of the tensors, in the order of their bytes.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Entry& entry : entries_) names.push_back(entry.name);
    return names;
  }

  bool contains(std::string_view name) const { return find(name) != nullptr; }

  /// The shape of a tensor of at most four axes.
  ///
  /// **Errors** `ArrayMissing`, `WrongType`, `WrongShape`.
  Shape shape(std::string_view name) const { return shape_of(readable(name)); }

  /// All of a tensor of at most four axes.
  ///
  /// **Errors** those of `shape`.
  Tensor read(std::string_view name) const {
    const Entry& entry = readable(name);
    Tensor tensor{shape_of(entry), {}};
    tensor.values.resize(static_cast<std::size_t>(entry.end - entry.begin) / entry.element->width);
    convert_elements(
        *entry.element,
        bytes_.subspan(static_cast<std::size_t>(entry.begin), static_cast<std::size_t>(entry.end - entry.begin)),
        std::endian::native != std::endian::little, std::span(tensor.values));
    return tensor;
  }

 private:
  struct Entry {
    std::string name;
    std::string type;                    // as stored: "F32"
    std::optional<ElementType> element;  // nothing where the type is not read
    Extents extents;
    std::uint64_t begin = 0;  // [byte], in the file
    std::uint64_t end = 0;    // [byte]
  };

  struct Type {
    std::string_view name;
    std::size_t width;  // [byte]
    std::optional<ElementType> element;
  };

  static const Type* find_type(std::string_view name) {
    using Kind = ElementType::Kind;
    static constexpr Type types[] = {{"F32", 4, ElementType{Kind::ieee, 4}},
                                     {"F16", 2, ElementType{Kind::ieee, 2}},
                                     {"BF16", 2, ElementType{Kind::brain, 2}},
                                     {"F64", 8, ElementType{Kind::ieee, 8}},
                                     {"U8", 1, ElementType{Kind::uint, 1}},
                                     {"U16", 2, ElementType{Kind::uint, 2}},
                                     {"U32", 4, ElementType{Kind::uint, 4}},
                                     {"U64", 8, ElementType{Kind::uint, 8}},
                                     {"I8", 1, ElementType{Kind::sint, 1}},
                                     {"I16", 2, ElementType{Kind::sint, 2}},
                                     {"I32", 4, ElementType{Kind::sint, 4}},
                                     {"I64", 8, ElementType{Kind::sint, 8}},
                                     {"BOOL", 1, ElementType{Kind::boolean, 1}},
                                     {"F8_E4M3", 1, std::nullopt},
                                     {"F8_E5M2", 1, std::nullopt},
                                     {"F8_E8M0", 1, std::nullopt},
                                     {"C64", 8, std::nullopt}};
    const auto found =
        std::find_if(std::begin(types), std::end(types), [&](const Type& type) { return type.name == name; });
    return found == std::end(types) ? nullptr : found;
  }

  [[noreturn]] void fail(const std::string& reason, const std::string& tensor = {}) const {
    throw WrongFormat({path_, tensor}, tensor.empty() ? "a safetensors file" : "a safetensors entry", reason);
  }

  void parse() {
    constexpr std::uint64_t most = 100'000'000;  // [byte], what the format allows a header
    MemorySource source(bytes_, {path_});
    std::array<std::byte, 8> start{};
    source.read_all(start);
    std::uint64_t length = 0;
    for (std::size_t i = start.size(); i-- > 0;) length = (length << 8) | static_cast<std::uint8_t>(start[i]);
    if (length > most) fail("its header of " + std::to_string(length) + " bytes is too long");
    if (bytes_.size() - 8 < length) throw FileTruncated({path_}, 8 + length, bytes_.size());
    const std::uint64_t data = 8 + length;  // [byte]

    const auto text = reinterpret_cast<const char*>(bytes_.data()) + 8;
    if (length == 0 || *text != '{') fail("its header is no JSON object");
    const nlohmann::json header = parse_header(text, text + length);
    for (const auto& [name, entry] : header.items())
      if (name != "__metadata__") entries_.push_back(parse_entry(name, entry, data));
    std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::uint64_t position = data;
    for (const Entry& entry : entries_) {
      if (entry.begin != position)
        fail(entry.begin < position ? "it overlaps the tensor before it" : "there is a gap before it", entry.name);
      position = entry.end;
    }
    if (position > bytes_.size()) throw FileTruncated({path_}, position, bytes_.size());
    if (position < bytes_.size()) fail(std::to_string(bytes_.size() - position) + " bytes follow its last tensor");
  }

  /// The header's JSON; deeper nesting than the format has, and keys that stand twice, are refused on the way.
  nlohmann::json parse_header(const char* begin, const char* end) const {
    using Parsed = nlohmann::json::parse_event_t;
    constexpr int deepest = 3;  // name -> field -> list
    std::vector<std::set<std::string>> keys(deepest + 1);
    try {
      return nlohmann::json::parse(begin, end, [&](int depth, Parsed event, nlohmann::json& value) {
        if (depth >= deepest && event != Parsed::value) fail("its header is nested too deeply");
        if (event == Parsed::object_start) keys[static_cast<std::size_t>(depth) + 1].clear();
        if (event == Parsed::key && !keys[static_cast<std::size_t>(depth)].insert(value.get<std::string>()).second)
          fail("its header has the key '" + printable(value.get<std::string>()) + "' twice");
        return true;
      });
    } catch (const nlohmann::json::parse_error& error) {
      fail("its header is no JSON: byte " + std::to_string(error.byte) + " cannot be read");
    } catch (const nlohmann::json::exception&) {
      fail("its header is no JSON: a number in it is too large");
    }
  }

  Entry parse_entry(const std::string& name, const nlohmann::json& fields, std::uint64_t data) const {
    const auto number = [](const nlohmann::json& value) { return value.is_number_unsigned(); };
    const auto numbers = [&](const nlohmann::json& list) {
      return list.is_array() && std::all_of(list.begin(), list.end(), number);
    };
    if (!fields.is_object() || fields.size() != 3 || !fields.contains("dtype") || !fields.contains("shape") ||
        !fields.contains("data_offsets"))
      fail("it must have the fields 'dtype', 'shape' and 'data_offsets' and no others", name);
    const nlohmann::json& offsets = fields["data_offsets"];
    if (!fields["dtype"].is_string()) fail("its 'dtype' is no text", name);
    if (!numbers(fields["shape"])) fail("its 'shape' is no list of whole numbers from 0 on", name);
    if (!numbers(offsets) || offsets.size() != 2) fail("its 'data_offsets' are not two whole numbers from 0 on", name);

    Entry entry{name, fields["dtype"].get<std::string>(), {}, fields["shape"].get<Extents>(), 0, 0};
    const auto begin = offsets[0].get<std::uint64_t>();
    const auto end = offsets[1].get<std::uint64_t>();
    const std::uint64_t held = bytes_.size() - data;
    if (begin > end) fail("its 'data_offsets' end before they begin", name);
    if (end > held) throw FileTruncated({path_, name}, end, held);
    entry.begin = data + begin;
    entry.end = data + end;
    if (const Type* type = find_type(entry.type)) {
      entry.element = type->element;
      const auto wanted = byte_count(entry.extents, type->width);
      if (!wanted || *wanted != end - begin)
        fail("its shape " + printable(to_string(entry.extents)) + " of type " + entry.type + " does not fit " +
                 std::to_string(end - begin) + " bytes",
             name);
    }
    return entry;
  }

  const Entry* find(std::string_view name) const {
    const auto found =
        std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.name == name; });
    return found == entries_.end() ? nullptr : &*found;
  }

  const Entry& readable(std::string_view name) const {
    const Entry* entry = find(name);
    if (!entry) throw ArrayMissing(path_, std::string(name), names());
    if (!entry->element)
      throw WrongType({path_, entry->name}, entry->type, "F32, F16, BF16, F64, U8 to U64, I8 to I64 or BOOL");
    return *entry;
  }

  Shape shape_of(const Entry& entry) const { return to_shape(entry.extents, {path_, entry.name}); }

  std::string path_;
  std::shared_ptr<const std::vector<std::byte>> owned_;  // where the file was read from a path
  std::span<const std::byte> bytes_;
  std::vector<Entry> entries_;  // in the order of their bytes
};

}  // namespace spikingjet
