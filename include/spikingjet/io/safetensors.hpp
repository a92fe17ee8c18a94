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
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace spikingjet {

/// A safetensors file: named tensors behind a header in JSON.
///
/// The whole header is checked when the file is opened: every tensor's extents fit its bytes, and the tensors lie one
/// behind the other without gap or overlap, from the header's end to the file's. Values are read when asked for.
/// float32 keeps its bits; float16 and bfloat16 are exact; float64 and integers are rounded to the nearest float32;
/// booleans become 0 and 1. Tensors of other types may be in the file and are refused when asked for.
///
/// **Errors** `FileMissing`, `UnsupportedFile` for a folder, `ReadFailed`; `FileTruncated`; `WrongFormat` with the
/// tensor's name.
/// **Source** the format's description in the repository huggingface/safetensors.
class SafetensorsFile {
 public:
  explicit SafetensorsFile(const std::filesystem::path& path)
      : path_(path.string()), file_(std::make_shared<FileSource>(path)), size_(file_->size()) {
    parse();
  }

  /// A file in memory, which must outlive the object; `name` stands for the path in messages.
  SafetensorsFile(std::span<const std::byte> bytes, std::string name)
      : path_(std::move(name)), memory_(bytes), size_(bytes.size()) {
    parse();
  }

  const std::string& path() const { return path_; }

  /// Names of the tensors, in the order of their bytes.
  const std::vector<std::string>& names() const { return names_; }

  bool contains(std::string_view name) const { return find_name(names_, name) < names_.size(); }

  /// The shape of a tensor of at most four axes of more than one element.
  ///
  /// **Errors** `ArrayMissing`, `WrongType`, `WrongShape`.
  Shape shape(std::string_view name) const { return shape(index_of(name)); }
  Shape shape(std::size_t tensor) const { return to_shape(readable(tensor).extents, {path_, names_[tensor]}); }

  /// All of a tensor likewise.
  ///
  /// **Errors** those of `shape`; `FileTruncated`, `ReadFailed`.
  Tensor read(std::string_view name) const { return read(index_of(name)); }
  Tensor read(std::size_t number) const {
    const Entry& entry = readable(number);
    Tensor tensor{shape(number), {}};
    std::vector<std::byte> bytes(static_cast<std::size_t>(entry.end - entry.begin));
    read_at(entry.begin, bytes);
    tensor.values.resize(bytes.size() / entry.element->width);
    convert_elements(*entry.element, bytes, std::endian::native != std::endian::little, std::span(tensor.values));
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

  void read_at(std::uint64_t position, std::span<std::byte> out) const {
    if (file_) return file_->read_at(position, out);
    MemorySource source(memory_.subspan(static_cast<std::size_t>(std::min(position, size_))), {path_});
    source.read_all(out);
  }

  void parse() {
    constexpr std::uint64_t most = 100'000'000;  // [byte], what the format allows a header
    std::array<std::byte, 8> start{};
    read_at(0, start);
    std::uint64_t length = 0;
    for (std::size_t i = start.size(); i-- > 0;) length = (length << 8) | static_cast<std::uint8_t>(start[i]);
    if (length > most) fail("its header of " + std::to_string(length) + " bytes is too long");
    if (size_ - 8 < length) throw FileTruncated({path_}, 8 + length, size_);
    const std::uint64_t data = 8 + length;  // [byte]

    std::string text(static_cast<std::size_t>(length), '\0');
    read_at(8, std::as_writable_bytes(std::span(text)));
    if (!text.starts_with('{')) fail("its header is no JSON object");
    parse_header(text);
    check_order(data);
    for (const Entry& entry : entries_) names_.push_back(entry.name);
  }

  /// Takes the header's entries one by one, so that its cost grows with its length; see `nlohmann::json_sax`.
  class Header : public nlohmann::json_sax<nlohmann::json> {
   public:
    explicit Header(SafetensorsFile& file) : file_(file) {}

    bool null() override { return other(); }
    bool boolean(bool) override { return other(); }
    bool number_integer(number_integer_t) override { return other(); }
    bool number_unsigned(number_unsigned_t value) override {
      if (depth_ != 3 || !numbers_) return other();
      numbers_->push_back(static_cast<std::size_t>(value));
      return true;
    }
    bool number_float(number_float_t, const string_t&) override { return other(); }
    bool string(string_t& value) override {
      if (depth_ != 2 || field_ != "dtype") return other();
      entry_.type = value;
      return true;
    }
    bool binary(binary_t&) override { return other(); }

    bool start_object(std::size_t) override {
      if (++depth_ > 2) deep();
      if (depth_ == 2) begin_entry();
      fields_.clear();
      return true;
    }
    bool key(string_t& value) override {
      if (!(depth_ == 1 ? names_ : fields_).insert(value).second)
        file_.fail("its header has the key '" + printable(value) + "' twice");
      (depth_ == 1 ? entry_.name : field_) = value;
      is_metadata_ = depth_ == 1 ? value == "__metadata__" : is_metadata_;
      if (depth_ == 2 && !is_metadata_ && field_ != "dtype" && field_ != "shape" && field_ != "data_offsets")
        wrong_fields();
      return true;
    }
    bool end_object() override {
      if (depth_-- == 2 && !is_metadata_) end_entry();
      return true;
    }
    bool start_array(std::size_t) override {
      if (++depth_ > 3) deep();
      if (is_metadata_) return true;
      if (depth_ == 2) wrong_fields();
      numbers_ = field_ == "shape" ? &entry_.extents : field_ == "data_offsets" ? &offsets_ : nullptr;
      return numbers_ != nullptr || other();
    }
    bool end_array() override {
      --depth_;
      numbers_ = nullptr;
      return true;
    }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& error) override {
      if (dynamic_cast<const nlohmann::json::out_of_range*>(&error) != nullptr)
        file_.fail("its header is no JSON: a number in it is too large");
      file_.fail("its header is no JSON: byte " + std::to_string(position) + " cannot be read");
    }

   private:
    [[noreturn]] void deep() const { file_.fail("its header is nested too deeply"); }

    [[noreturn]] void wrong_fields() const {
      file_.fail("it must have the fields 'dtype', 'shape' and 'data_offsets' and no others", entry_.name);
    }

    /// A value that does not belong where it stands.
    bool other() const {
      if (is_metadata_) return true;
      if (depth_ == 1) wrong_fields();
      if (field_ == "dtype") file_.fail("its 'dtype' is no text", entry_.name);
      if (field_ == "shape") file_.fail("its 'shape' is no list of whole numbers from 0 on", entry_.name);
      wrong_offsets();
    }

    [[noreturn]] void wrong_offsets() const {
      file_.fail("its 'data_offsets' are not two whole numbers from 0 on", entry_.name);
    }

    void begin_entry() {
      entry_ = {std::move(entry_.name), {}, {}, {}, 0, 0};
      offsets_.clear();
    }

    void end_entry() {
      if (fields_.size() != 3) wrong_fields();
      if (offsets_.size() != 2) wrong_offsets();
      entry_.begin = offsets_[0];
      entry_.end = offsets_[1];
      file_.entries_.push_back(entry_);
    }

    SafetensorsFile& file_;
    std::size_t depth_ = 0;  // 1: names, 2: fields, 3: numbers
    std::unordered_set<std::string> names_;
    std::unordered_set<std::string> fields_;
    bool is_metadata_ = false;
    std::string field_;
    Entry entry_;
    Extents offsets_;
    Extents* numbers_ = nullptr;
  };

  void parse_header(const std::string& text) {
    Header header(*this);
    nlohmann::json::sax_parse(text, &header);
  }

  /// Checks each entry's extents against its bytes, and that the entries lie one behind the other.
  void check_order(std::uint64_t data) {
    for (Entry& entry : entries_) check_entry(entry, data);
    std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::uint64_t position = data;
    for (const Entry& entry : entries_) {
      if (entry.begin != position)
        fail(entry.begin < position ? "it overlaps the tensor before it" : "there is a gap before it", entry.name);
      position = entry.end;
    }
    if (position < size_) fail(std::to_string(size_ - position) + " bytes follow its last tensor");
  }

  void check_entry(Entry& entry, std::uint64_t data) const {
    const std::uint64_t bytes = entry.end - entry.begin;
    const std::uint64_t held = size_ - data;
    if (entry.begin > entry.end) fail("its 'data_offsets' end before they begin", entry.name);
    if (entry.end > held) throw FileTruncated({path_, entry.name}, entry.end, held);
    entry.begin += data;
    entry.end += data;
    if (const Type* type = find_type(entry.type)) {
      entry.element = type->element;
      const auto wanted = byte_count(entry.extents, type->width);
      if (!wanted || *wanted != bytes)
        fail("its shape " + printable(to_string(entry.extents)) + " of type " + entry.type + " does not fit " +
                 std::to_string(bytes) + " bytes",
             entry.name);
    }
  }

  std::size_t index_of(std::string_view name) const {
    const std::size_t found = find_name(names_, name);
    if (found == names_.size()) throw ArrayMissing(path_, std::string(name), names_);
    return found;
  }

  const Entry& readable(std::size_t tensor) const {
    const Entry& entry = entries_[tensor];
    if (!entry.element)
      throw WrongType({path_, entry.name}, entry.type, "F32, F16, BF16, F64, U8 to U64, I8 to I64 or BOOL");
    return entry;
  }

  std::string path_;
  std::shared_ptr<FileSource> file_;   // of a file
  std::span<const std::byte> memory_;  // else
  std::uint64_t size_ = 0;             // [byte]
  std::vector<Entry> entries_;         // in the order of their bytes
  std::vector<std::string> names_;     // of each
};

}  // namespace spikingjet
