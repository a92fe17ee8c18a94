// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/text.hpp>
#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/element.hpp>
#include <spikingjet/io/file_errors.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

/// Something in a pickle that is not read: an opcode, a global, a persistent id.
class PickleRefused : public Misuse {
 public:
  PickleRefused(Place where, std::string refused_what, std::string allowed_what)
      : Misuse("spikingjet: " + where.str() + " has " + refused_what + ", allowed is " + allowed_what +
               "; save the model's state_dict alone, with 'torch.save(model.state_dict(), path)'; see docs/formats.md"),
        place(std::move(where)),
        refused(std::move(refused_what)),
        allowed(std::move(allowed_what)) {}

  Place place;
  std::string refused;
  std::string allowed;
};

/// One object of a pickle.
struct PickleObject {
  enum class Kind { none, boolean, integer, real, text, tuple, list, dict, global, storage, tensor };

  Kind kind = Kind::none;
  std::int64_t integer = 0;  // boolean, integer; of a storage its number of elements
  double real = 0;
  std::string text{};                  // text; "module.name" of a global
  std::vector<std::uint32_t> parts{};  // of a tuple, a list; of a dict key, value, key, value; of a storage its type, a
                                       // global, and its key, a text; of a tensor storage, offset, size, strides
};

/// The objects of a pickle, each named by its index: they may share parts and contain each other.
struct Pickle {
  std::deque<PickleObject> objects;
  std::uint32_t root = 0;

  const PickleObject& operator[](std::uint32_t index) const { return objects[index]; }
};

namespace detail {

/// What PyTorch's pickles call an opcode that is not read; as in Python's `pickletools`.
inline std::string opcode_name(std::uint8_t opcode) {
  struct Named {
    std::uint8_t opcode;
    std::string_view name;
  };
  // clang-format off
  static constexpr Named named[] = {
      {'0', "POP"}, {'1', "POP_MARK"}, {'2', "DUP"}, {'F', "FLOAT"}, {'I', "INT"}, {'L', "LONG"}, {'P', "PERSID"},
      {'S', "STRING"}, {'T', "BINSTRING"}, {'U', "SHORT_BINSTRING"}, {'V', "UNICODE"}, {'d', "DICT"}, {'g', "GET"},
      {'i', "INST"}, {'l', "LIST"}, {'o', "OBJ"}, {'p', "PUT"}, {0x81, "NEWOBJ"}, {0x82, "EXT1"}, {0x83, "EXT2"},
      {0x84, "EXT4"}, {0x8b, "LONG4"}, {'B', "BINBYTES"}, {'C', "SHORT_BINBYTES"}, {0x8c, "SHORT_BINUNICODE"},
      {0x8d, "BINUNICODE8"}, {0x8e, "BINBYTES8"}, {0x8f, "EMPTY_SET"}, {0x90, "ADDITEMS"}, {0x91, "FROZENSET"},
      {0x92, "NEWOBJ_EX"}, {0x93, "STACK_GLOBAL"}, {0x94, "MEMOIZE"}, {0x95, "FRAME"}, {0x96, "BYTEARRAY8"},
      {0x97, "NEXT_BUFFER"}, {0x98, "READONLY_BUFFER"}};
  // clang-format on
  for (const Named& entry : named)
    if (entry.opcode == opcode) return std::string(entry.name);
  return std::to_string(opcode);
}

/// A machine for the opcodes that a state_dict needs. It builds plain data and calls nothing.
class PickleMachine {
 public:
  PickleMachine(std::span<const std::byte> bytes, const Place& place) : bytes_(bytes), place_(place) {}

  Pickle run() {
    if (take() != 0x80) fail("it does not start with a protocol");
    if (const unsigned protocol = take(); protocol != 2)
      refuse("pickle protocol " + std::to_string(protocol), "protocol 2");
    while (!done_) step(take());
    if (stack_.size() != 1 || !marks_.empty())
      fail("it ends with " + std::to_string(stack_.size()) + " objects, not one");
    pickle_.root = stack_.back();
    return std::move(pickle_);
  }

 private:
  using Kind = PickleObject::Kind;
  static constexpr std::size_t most_objects = std::size_t(1) << 20;

  [[noreturn]] void fail(const std::string& reason) const {
    throw WrongFormat(place_, "a pickle", "before byte " + std::to_string(position_) + ", " + reason);
  }
  [[noreturn]] void refuse(const std::string& what, const std::string& allowed) const {
    throw PickleRefused(place_, what, allowed);
  }

  // ---- bytes ----

  std::span<const std::byte> take(std::size_t count) {
    if (bytes_.size() - position_ < count) throw FileTruncated(place_, position_ + count, bytes_.size());
    position_ += count;
    return bytes_.subspan(position_ - count, count);
  }

  std::uint8_t take() { return static_cast<std::uint8_t>(take(1)[0]); }

  /// A number of up to eight bytes, the lowest first.
  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0;
    const auto raw = take(bytes);
    for (std::size_t i = bytes; i-- > 0;) value = (value << 8) | static_cast<std::uint8_t>(raw[i]);
    return value;
  }

  std::string text(std::size_t length) {
    const auto raw = take(length);
    return {reinterpret_cast<const char*>(raw.data()), raw.size()};
  }

  std::string line() {
    std::string found;
    while (true) {
      const char c = static_cast<char>(take());
      if (c == '\n') return found;
      found += c;
    }
  }

  // ---- stack ----

  void push(PickleObject object) {
    if (pickle_.objects.size() == most_objects) fail("it has more than " + std::to_string(most_objects) + " objects");
    pickle_.objects.push_back(std::move(object));
    stack_.push_back(static_cast<std::uint32_t>(pickle_.objects.size() - 1));
  }

  void push(Kind kind, std::int64_t value) { push(PickleObject{.kind = kind, .integer = value}); }

  std::uint32_t pop() {
    if (stack_.size() <= floor()) fail("an opcode needs an object that is not there");
    const std::uint32_t index = stack_.back();
    stack_.pop_back();
    return index;
  }

  /// The objects above the last mark, which goes with them.
  std::vector<std::uint32_t> pop_to_mark() {
    if (marks_.empty()) fail("an opcode needs a mark that is not there");
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    marks_.pop_back();
    std::vector<std::uint32_t> parts(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    return parts;
  }

  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  PickleObject& top() {
    if (stack_.size() <= floor()) fail("an opcode needs an object that is not there");
    return pickle_.objects[stack_.back()];
  }

  void push_tuple(std::size_t count) {
    std::vector<std::uint32_t> parts(count);
    for (std::size_t i = count; i-- > 0;) parts[i] = pop();
    push({.kind = Kind::tuple, .parts = std::move(parts)});
  }

  void append(std::span<const std::uint32_t> items, Kind kind) {
    PickleObject& object = top();
    if (object.kind != kind)
      fail(kind == Kind::list ? "something is appended to no list" : "an item is set in no dict");
    if (kind == Kind::dict && items.size() % 2 != 0) fail("a key has no value");
    object.parts.insert(object.parts.end(), items.begin(), items.end());
  }

  void remember(std::uint64_t slot) {
    top();
    memo_[slot] = stack_.back();
  }

  void recall(std::uint64_t slot) {
    const auto found = memo_.find(slot);
    if (found == memo_.end()) fail("object " + std::to_string(slot) + " is recalled and was never kept");
    if (stack_.size() >= most_objects) fail("more than " + std::to_string(most_objects) + " objects are on its stack");
    stack_.push_back(found->second);
  }

  // ---- opcodes ----

  void step(std::uint8_t opcode) {
    // clang-format off
    switch (opcode) {
      case '.': done_ = true; break;
      case 'N': push({}); break;
      case 0x88: push(Kind::boolean, 1); break;
      case 0x89: push(Kind::boolean, 0); break;
      case 'J': push(Kind::integer, static_cast<std::int32_t>(number(4))); break;
      case 'K': push(Kind::integer, static_cast<std::int64_t>(number(1))); break;
      case 'M': push(Kind::integer, static_cast<std::int64_t>(number(2))); break;
      case 0x8a: push(Kind::integer, long_number()); break;
      case 'G': push({.kind = Kind::real, .real = big_endian_double()}); break;
      case 'X': push({.kind = Kind::text, .text = text(static_cast<std::size_t>(number(4)))}); break;
      case '(': push_mark(); break;
      case ')': push({.kind = Kind::tuple}); break;
      case 't': push({.kind = Kind::tuple, .parts = pop_to_mark()}); break;
      case 0x85: push_tuple(1); break;
      case 0x86: push_tuple(2); break;
      case 0x87: push_tuple(3); break;
      case ']': push({.kind = Kind::list}); break;
      case '}': push({.kind = Kind::dict}); break;
      case 'a': append(std::array{pop()}, Kind::list); break;
      case 'e': append(pop_to_mark(), Kind::list); break;
      case 's': set_item(); break;
      case 'u': append(pop_to_mark(), Kind::dict); break;
      case 'q': remember(number(1)); break;
      case 'r': remember(number(4)); break;
      case 'h': recall(number(1)); break;
      case 'j': recall(number(4)); break;
      case 'c': global(); break;
      case 'Q': persistent_id(); break;
      case 'R': reduce(); break;
      case 'b': build(); break;
      case 0x80: fail("a protocol stands within it"); break;
      default: refuse("the pickle opcode " + opcode_name(opcode), "what a state_dict of tensors needs"); break;
    }
    // clang-format on
  }

  void push_mark() {
    if (marks_.size() == most_objects) fail("it has more than " + std::to_string(most_objects) + " marks");
    marks_.push_back(stack_.size());
  }

  std::int64_t long_number() {
    const std::size_t bytes = take();
    if (bytes > 8) fail("a number has " + std::to_string(bytes) + " bytes, allowed are 8");
    if (bytes == 0) return 0;
    const unsigned unused = 64 - 8 * static_cast<unsigned>(bytes);
    return static_cast<std::int64_t>(number(bytes) << unused) >> unused;
  }

  double big_endian_double() { return load<double>(take(8).data(), std::endian::native == std::endian::little); }

  void set_item() {
    const std::uint32_t value = pop();
    const std::uint32_t key = pop();
    append(std::array{key, value}, Kind::dict);
  }

  static bool is_storage(std::string_view name) {
    return name.starts_with("torch.") && name.ends_with("Storage") && name.size() < 40 &&
           name.find('.', 6) == std::string_view::npos;
  }

  void global() {
    const std::string module = line();
    const std::string name = module + "." + line();
    if (name != ordered_dict && name != rebuild_tensor && !is_storage(name))
      refuse("the global '" + printable(name) + "'",
             std::string(ordered_dict) + ", " + std::string(rebuild_tensor) + " and torch.*Storage");
    push({.kind = Kind::global, .text = name});
  }

  /// ('storage', torch.FloatStorage, key, location, number of elements)
  void persistent_id() {
    const std::vector<std::uint32_t>& parts = pickle_.objects[pop()].parts;
    const auto part = [&](std::size_t i) -> const PickleObject& { return pickle_.objects[parts[i]]; };
    const bool right = parts.size() == 5 && part(0).kind == Kind::text && part(0).text == "storage" &&
                       part(1).kind == Kind::global && is_storage(part(1).text) && part(2).kind == Kind::text &&
                       part(3).kind == Kind::text && part(4).kind == Kind::integer && part(4).integer >= 0;
    if (!right) refuse("a persistent id that names no storage", "one of a storage of tensors");
    push({.kind = Kind::storage, .integer = part(4).integer, .parts = {parts[1], parts[2]}});
  }

  void reduce() {
    const PickleObject& arguments = pickle_.objects[pop()];
    const PickleObject& callable = pickle_.objects[pop()];
    if (callable.kind != Kind::global || arguments.kind != Kind::tuple) fail("something other than a global is called");
    if (callable.text == ordered_dict) {
      if (!arguments.parts.empty())
        refuse("an OrderedDict made from a list", "an empty one that is filled item by item");
      push({.kind = Kind::dict});
    } else if (callable.text == rebuild_tensor) {
      push({.kind = Kind::tensor, .parts = tensor_parts(arguments)});
    } else {
      refuse("a call of '" + printable(callable.text) + "'",
             std::string(ordered_dict) + " and " + std::string(rebuild_tensor));
    }
  }

  /// (storage, offset, size, stride, requires_grad, backward_hooks[, metadata]), of which the first four matter.
  std::vector<std::uint32_t> tensor_parts(const PickleObject& arguments) const {
    const auto part = [&](std::size_t i) -> const PickleObject& { return pickle_.objects[arguments.parts[i]]; };
    const auto whole = [&](std::uint32_t index) {
      const PickleObject& object = pickle_.objects[index];
      return object.kind == Kind::integer && object.integer >= 0;
    };
    constexpr std::size_t most_axes = 64;
    const auto numbers = [&](const PickleObject& object) {
      return object.kind == Kind::tuple && object.parts.size() <= most_axes &&
             std::all_of(object.parts.begin(), object.parts.end(), whole);
    };
    const std::size_t count = arguments.parts.size();
    const bool right = (count == 6 || count == 7) && part(0).kind == Kind::storage && whole(arguments.parts[1]) &&
                       numbers(part(2)) && numbers(part(3)) && part(2).parts.size() == part(3).parts.size();
    if (!right)
      fail(
          "a tensor is not made of a storage, an offset, a size and strides of at most 64 axes, none of them negative");
    return {arguments.parts.begin(), arguments.parts.begin() + 4};
  }

  /// A state_dict's own state, `_metadata`, says nothing about its tensors.
  void build() {
    const Kind state = pickle_.objects[pop()].kind;
    if (state != Kind::dict || top().kind != Kind::dict)
      refuse("an object with a state of its own", "that of a state_dict");
  }

  static constexpr std::string_view ordered_dict = "collections.OrderedDict";
  static constexpr std::string_view rebuild_tensor = "torch._utils._rebuild_tensor_v2";

  std::span<const std::byte> bytes_;
  const Place& place_;
  std::size_t position_ = 0;
  bool done_ = false;
  Pickle pickle_;
  std::vector<std::uint32_t> stack_;
  std::vector<std::size_t> marks_;
  std::map<std::uint64_t, std::uint32_t> memo_;
};

}  // namespace detail

/// Reads a pickle that holds dicts, lists, tuples, texts, numbers and PyTorch's tensors.
///
/// Nothing in it is ever called: the two functions that a state_dict names, `collections.OrderedDict` and
/// `torch._utils._rebuild_tensor_v2`, become data. Other opcodes and globals are refused.
///
/// **Errors** `PickleRefused`; `WrongFormat`; `FileTruncated`.
/// **Source** Python's `pickletools`, protocol 2; `torch.serialization`.
inline Pickle read_pickle(std::span<const std::byte> bytes, const Place& place) {
  return detail::PickleMachine(bytes, place).run();
}

}  // namespace spikingjet
