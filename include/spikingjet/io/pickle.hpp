// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/element.hpp>
#include <spikingjet/io/file_errors.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

namespace spikingjet {

/// Something in a pickle that is not read: an opcode, a protocol.
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
  enum class Kind {
    none,
    boolean,
    integer,
    real,
    text,
    bytes,
    tuple,
    list,
    dict,
    set,
    global,
    storage,
    tensor,
    object
  };

  Kind kind = Kind::none;
  std::int64_t integer = 0;  // boolean, integer; of a storage its number of elements
  double real = 0;
  std::string text{};  // text, bytes; "module.name" of a global, and of an object that of what makes it
  std::vector<std::uint32_t>
      parts{};  // of a tuple, a list, a set; of a dict key, value, key, value; of a storage its
                // type, a global, and its key, a text; of a tensor storage, offset, size,
                // strides and perhaps its type, a global; of an object its arguments, then states
  std::uint32_t items = 0;             // of an object the dict of what was set in it; 0 for none
  std::uint32_t members = 0;           // of an object the list of what was appended to it; 0 for none
};

/// The objects of a pickle, each named by its index: they may share parts and contain each other.
struct Pickle {
  std::deque<PickleObject> objects;
  std::uint32_t root = 0;

  const PickleObject& operator[](std::uint32_t index) const { return objects[index]; }
};

namespace detail {

/// A machine for the opcodes of all protocols. It builds plain data and calls nothing.
class PickleMachine {
 public:
  PickleMachine(std::span<const std::byte> bytes, const Place& place) : bytes_(bytes), place_(place) {}

  Pickle run() {
    while (!done_) step(take());
    if (stack_.size() != 1 || !marks_.empty())
      fail("it ends with " + std::to_string(stack_.size()) + " objects, not one");
    pickle_.root = stack_.back();
    return std::move(pickle_);
  }

 private:
  using Kind = PickleObject::Kind;
  static constexpr std::size_t most_objects = std::size_t(1) << 22;

  [[noreturn]] void fail(const std::string& reason) const {
    throw WrongFormat(place_, "a pickle", "before byte " + std::to_string(position_) + ", " + reason);
  }

  // ---- bytes ----

  std::span<const std::byte> take(std::uint64_t count) {
    if (bytes_.size() - position_ < count) throw FileTruncated(place_, position_ + count, bytes_.size());
    position_ += static_cast<std::size_t>(count);
    return bytes_.subspan(position_ - static_cast<std::size_t>(count), static_cast<std::size_t>(count));
  }

  std::uint8_t take() { return static_cast<std::uint8_t>(take(1)[0]); }

  /// A number of up to eight bytes, the lowest first.
  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0;
    const auto raw = take(bytes);
    for (std::size_t i = bytes; i-- > 0;) value = (value << 8) | static_cast<std::uint8_t>(raw[i]);
    return value;
  }

  std::string text(std::uint64_t length) {
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

  std::uint32_t add(PickleObject object) {
    if (pickle_.objects.size() == most_objects) fail("it has more than " + std::to_string(most_objects) + " objects");
    pickle_.objects.push_back(std::move(object));
    return static_cast<std::uint32_t>(pickle_.objects.size() - 1);
  }

  void push_index(std::uint32_t index) {
    if (stack_.size() >= most_objects) fail("more than " + std::to_string(most_objects) + " objects are on its stack");
    stack_.push_back(index);
  }

  void push(PickleObject object) { push_index(add(std::move(object))); }

  /// An object that is the same wherever it stands is kept once.
  void push(Kind kind, std::int64_t value = 0) {
    if (value < 0 || value > 255) return push(PickleObject{.kind = kind, .integer = value});
    const auto [known, is_new] = constants_.try_emplace({kind, value});
    if (is_new) known->second = add({.kind = kind, .integer = value});
    push_index(known->second);
  }

  void push_text(Kind kind, std::string value) { push(PickleObject{.kind = kind, .text = std::move(value)}); }

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

  std::uint32_t top() {
    if (stack_.size() <= floor()) fail("an opcode needs an object that is not there");
    return stack_.back();
  }

  void push_parts(Kind kind, std::vector<std::uint32_t> parts) { push({.kind = kind, .parts = std::move(parts)}); }

  void push_tuple(std::size_t count) {
    std::vector<std::uint32_t> parts(count);
    for (std::size_t i = count; i-- > 0;) parts[i] = pop();
    push_parts(Kind::tuple, std::move(parts));
  }

  /// Puts things into a list, a dict or a set, or into an object that behaves as one.
  void append(std::span<const std::uint32_t> items, Kind kind) {
    std::uint32_t target = top();
    if (pickle_[target].kind == Kind::object) {
      const auto inner = kind == Kind::dict ? &PickleObject::items : &PickleObject::members;
      if (pickle_[target].*inner == 0) {
        const std::uint32_t made = add({.kind = kind == Kind::dict ? Kind::dict : Kind::list});
        pickle_.objects[target].*inner = made;
      }
      target = pickle_[target].*inner;
    } else if (pickle_[target].kind != kind) {
      fail(kind == Kind::dict ? "an item is set in no dict" : "something is appended to no list or set");
    }
    if (kind == Kind::dict && items.size() % 2 != 0) fail("a key has no value");
    std::vector<std::uint32_t>& parts = pickle_.objects[target].parts;
    parts.insert(parts.end(), items.begin(), items.end());
  }

  void remember(std::uint64_t slot) { memo_[slot] = top(); }

  void recall(std::uint64_t slot) {
    const auto found = memo_.find(slot);
    if (found == memo_.end()) fail("object " + std::to_string(slot) + " is recalled and was never kept");
    push_index(found->second);
  }

  // ---- opcodes ----

  void step(std::uint8_t opcode) {
    // clang-format off
    switch (opcode) {
      case 0x80: protocol(); break;
      case 0x95: frame(); break;
      case '.': done_ = true; break;
      case 'N': push(Kind::none); break;
      case 0x88: push(Kind::boolean, 1); break;
      case 0x89: push(Kind::boolean, 0); break;
      case 'I': number_line(); break;
      case 'L': number_line(); break;
      case 'J': push(Kind::integer, static_cast<std::int32_t>(number(4))); break;
      case 'K': push(Kind::integer, static_cast<std::int64_t>(number(1))); break;
      case 'M': push(Kind::integer, static_cast<std::int64_t>(number(2))); break;
      case 0x8a: long_number(number(1)); break;
      case 0x8b: long_number(number(4)); break;
      case 'F': line(); push({.kind = Kind::real}); break;  // its value is of no use here
      case 'G': push({.kind = Kind::real, .real = big_endian_double()}); break;
      case 'S': push_text(Kind::text, line()); break;
      case 'V': push_text(Kind::text, line()); break;
      case 'U': push_text(Kind::text, text(number(1))); break;
      case 'T': push_text(Kind::text, text(number(4))); break;
      case 'X': push_text(Kind::text, text(number(4))); break;
      case 0x8c: push_text(Kind::text, text(number(1))); break;
      case 0x8d: push_text(Kind::text, text(number(8))); break;
      case 'B': push_text(Kind::bytes, text(number(4))); break;
      case 'C': push_text(Kind::bytes, text(number(1))); break;
      case 0x8e: push_text(Kind::bytes, text(number(8))); break;
      case 0x96: push_text(Kind::bytes, text(number(8))); break;
      case '(': push_mark(); break;
      case '0': discard(); break;
      case '1': pop_to_mark(); break;
      case '2': push_index(top()); break;
      case ')': push(Kind::tuple); break;
      case 't': push_parts(Kind::tuple, pop_to_mark()); break;
      case 0x85: push_tuple(1); break;
      case 0x86: push_tuple(2); break;
      case 0x87: push_tuple(3); break;
      case ']': push_parts(Kind::list, {}); break;
      case 'l': push_parts(Kind::list, pop_to_mark()); break;
      case '}': push_parts(Kind::dict, {}); break;
      case 'd': dict(); break;
      case 0x8f: push_parts(Kind::set, {}); break;
      case 0x91: push_parts(Kind::set, pop_to_mark()); break;
      case 'a': append(std::array{pop()}, Kind::list); break;
      case 'e': append(pop_to_mark(), Kind::list); break;
      case 's': set_item(); break;
      case 'u': append(pop_to_mark(), Kind::dict); break;
      case 0x90: append(pop_to_mark(), Kind::set); break;
      case 'p': remember(slot_line()); break;
      case 'q': remember(number(1)); break;
      case 'r': remember(number(4)); break;
      case 0x94: remember(memo_.size()); break;
      case 'g': recall(slot_line()); break;
      case 'h': recall(number(1)); break;
      case 'j': recall(number(4)); break;
      case 'c': push_text(Kind::global, global_lines()); break;
      case 0x93: stack_global(); break;
      case 0x82: push_text(Kind::global, "extension " + std::to_string(number(1))); break;
      case 0x83: push_text(Kind::global, "extension " + std::to_string(number(2))); break;
      case 0x84: push_text(Kind::global, "extension " + std::to_string(number(4))); break;
      case 'P': line(); push_text(Kind::object, "a persistent id"); break;
      case 'Q': persistent_id(); break;
      case 'R': reduce(); break;
      case 0x81: new_object(2); break;
      case 0x92: new_object(3); break;
      case 'i': push_object(global_lines(), pop_to_mark()); break;
      case 'o': object(); break;
      case 'b': build(); break;
      default: refuse(opcode); break;
    }
    // clang-format on
  }

  void protocol() {
    constexpr unsigned last = 5;
    if (const unsigned found = take(); found > last)
      throw PickleRefused(place_, "pickle protocol " + std::to_string(found), "0 to 5");
  }

  void frame() {
    const std::uint64_t length = number(8);
    if (bytes_.size() - position_ < length) throw FileTruncated(place_, position_ + length, bytes_.size());
  }

  [[noreturn]] void refuse(std::uint8_t opcode) const {
    const std::string name = opcode == 0x97   ? "NEXT_BUFFER"
                             : opcode == 0x98 ? "READONLY_BUFFER"
                                              : std::to_string(opcode);
    throw PickleRefused(place_, "the pickle opcode " + name, "what stands in the pickle itself");
  }

  void push_mark() {
    if (marks_.size() == most_objects) fail("it has more than " + std::to_string(most_objects) + " marks");
    marks_.push_back(stack_.size());
  }

  /// An object, or else a mark that has nothing above it.
  void discard() {
    if (!marks_.empty() && stack_.size() == marks_.back()) {
      marks_.pop_back();
    } else {
      pop();
    }
  }

  /// Whole numbers of more than 64 bits, such as the states of random generators, are kept without their value.
  void long_number(std::uint64_t bytes) {
    if (bytes > 8) {
      take(bytes);
      return push_text(Kind::object, "int");
    }
    if (bytes == 0) return push(Kind::integer, 0);
    const unsigned unused = 64 - 8 * static_cast<unsigned>(bytes);
    push(Kind::integer, static_cast<std::int64_t>(number(static_cast<std::size_t>(bytes)) << unused) >> unused);
  }

  /// "12", "12L", and of the first protocols "01" and "00" for True and False.
  void number_line() {
    const std::string found = line();
    if (found == "01" || found == "00") return push(Kind::boolean, found == "01");
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(found.data(), found.data() + found.size(), value);
    if (error == std::errc::result_out_of_range) return push_text(Kind::object, "int");
    if (error != std::errc()) fail("a number is none");
    push(Kind::integer, value);
  }

  std::uint64_t slot_line() {
    const std::string found = line();
    std::uint64_t slot = 0;
    if (std::from_chars(found.data(), found.data() + found.size(), slot).ec != std::errc()) fail("a number is none");
    return slot;
  }

  double big_endian_double() { return load<double>(take(8).data(), std::endian::native == std::endian::little); }

  void dict() {
    std::vector<std::uint32_t> items = pop_to_mark();
    if (items.size() % 2 != 0) fail("a key has no value");
    push_parts(Kind::dict, std::move(items));
  }

  void set_item() {
    const std::uint32_t value = pop();
    const std::uint32_t key = pop();
    append(std::array{key, value}, Kind::dict);
  }

  std::string global_lines() {
    const std::string module = line();
    return module + "." + line();
  }

  void stack_global() {
    const PickleObject& name = pickle_[pop()];
    const PickleObject& module = pickle_[pop()];
    if (name.kind != Kind::text || module.kind != Kind::text) fail("the name of a global is no text");
    push_text(Kind::global, module.text + "." + name.text);
  }

  /// ('storage', torch.FloatStorage, key, location, number of elements); others are kept without their meaning.
  void persistent_id() {
    const std::vector<std::uint32_t>& parts = pickle_[pop()].parts;
    const auto part = [&](std::size_t i) -> const PickleObject& { return pickle_[parts[i]]; };
    const bool storage = parts.size() == 5 && part(0).kind == Kind::text && part(0).text == "storage" &&
                         part(1).kind == Kind::global && part(2).kind == Kind::text && part(4).kind == Kind::integer &&
                         part(4).integer >= 0;
    if (!storage) return push_text(Kind::object, "a persistent id");
    push({.kind = Kind::storage, .integer = part(4).integer, .parts = {parts[1], parts[2]}});
  }

  void push_object(std::string made_by, std::vector<std::uint32_t> arguments) {
    const std::uint32_t tuple = add({.kind = Kind::tuple, .parts = std::move(arguments)});
    push({.kind = Kind::object, .text = std::move(made_by), .parts = {tuple}});
  }

  static std::string maker_of(const PickleObject& callable) {
    return callable.kind == Kind::global || callable.kind == Kind::object ? callable.text : "something";
  }

  void new_object(std::size_t operands) {
    std::vector<std::uint32_t> arguments;
    for (std::size_t i = 1; i < operands; ++i) arguments.push_back(pop());
    push_object(maker_of(pickle_[pop()]), std::move(arguments));
  }

  void object() {
    std::vector<std::uint32_t> arguments = pop_to_mark();
    if (arguments.empty()) fail("an opcode needs an object that is not there");
    const std::uint32_t type = arguments.front();
    arguments.erase(arguments.begin());
    push_object(maker_of(pickle_[type]), std::move(arguments));
  }

  /// What a call would give: a dict or a tensor where the function is known, else an object that is not looked into.
  void reduce() {
    std::uint32_t arguments = pop();
    std::uint32_t callable = pop();
    // A tensor with attributes of its own, or of a class of its own: (function, class, arguments, state).
    for (int depth = 0; depth < 4 && pickle_[callable].kind == Kind::global &&
                        pickle_[callable].text.starts_with("torch._tensor._rebuild_from_type") &&
                        pickle_[arguments].kind == Kind::tuple && pickle_[arguments].parts.size() == 4;
         ++depth) {
      callable = pickle_[arguments].parts[0];
      arguments = pickle_[arguments].parts[2];
    }
    const PickleObject& function = pickle_[callable];
    const std::vector<std::uint32_t>& given = pickle_[arguments].parts;
    if (pickle_[arguments].kind == Kind::tuple && function.kind == Kind::global) {
      if (is_dict(function.text) && is_pairs(given)) return push_dict(given);
      if (function.text.starts_with("torch._utils._rebuild_parameter") && given.size() >= 3)
        return push_index(given[0]);
      if (const auto known = tensor_functions().find(function.text); known != tensor_functions().end())
        if (!given.empty() && pickle_[given[0]].kind == Kind::storage) return push_tensor(given, known->second);
    }
    push({.kind = Kind::object, .text = maker_of(function), .parts = {arguments}});
  }

  static bool is_dict(std::string_view name) {
    return name == "collections.OrderedDict" || name == "builtins.dict" || name == "__builtin__.dict";
  }

  /// Whether a dict is made of nothing, or of a list of pairs.
  bool is_pairs(const std::vector<std::uint32_t>& arguments) const {
    if (arguments.empty()) return true;
    const PickleObject& list = pickle_[arguments[0]];
    return arguments.size() == 1 && (list.kind == Kind::list || list.kind == Kind::tuple) &&
           std::all_of(list.parts.begin(), list.parts.end(), [&](std::uint32_t pair) {
             const Kind kind = pickle_[pair].kind;
             return (kind == Kind::list || kind == Kind::tuple) && pickle_[pair].parts.size() == 2;
           });
  }

  void push_dict(const std::vector<std::uint32_t>& arguments) {
    std::vector<std::uint32_t> items;
    if (!arguments.empty())
      for (const std::uint32_t pair : pickle_[arguments[0]].parts)
        items.insert(items.end(), pickle_[pair].parts.begin(), pickle_[pair].parts.end());
    push_parts(Kind::dict, std::move(items));
  }

  /// What makes a plain tensor, and which of its arguments is its type, where the storage does not tell.
  static const std::map<std::string, std::size_t, std::less<>>& tensor_functions() {
    static const std::map<std::string, std::size_t, std::less<>> functions = {
        {"torch._utils._rebuild_tensor", 0},
        {"torch._utils._rebuild_tensor_v2", 0},
        {"torch._utils._rebuild_tensor_v3", 6}};
    return functions;
  }

  /// (storage, offset, size, strides, ...); behind them whether it needs a gradient, hooks, a type and what is pending.
  void push_tensor(const std::vector<std::uint32_t>& given, std::size_t type) {
    const auto part = [&](std::size_t i) -> const PickleObject& { return pickle_[given[i]]; };
    const auto whole = [&](std::uint32_t index) {
      const PickleObject& object = pickle_[index];
      return object.kind == Kind::integer && object.integer >= 0;
    };
    constexpr std::size_t most_axes = 64;
    const auto numbers = [&](const PickleObject& object) {
      return object.kind == Kind::tuple && object.parts.size() <= most_axes &&
             std::all_of(object.parts.begin(), object.parts.end(), whole);
    };
    const bool right = given.size() >= 4 && whole(given[1]) && numbers(part(2)) && numbers(part(3)) &&
                       part(2).parts.size() == part(3).parts.size() &&
                       (type == 0 || (given.size() > type && part(type).kind == Kind::global));
    if (!right)
      fail(
          "a tensor is not made of a storage, an offset, a size and strides of at most 64 axes, none of them negative");
    for (std::size_t i = 6; i < given.size(); ++i)
      if (is_pending(part(i)))
        return push_text(Kind::object, "torch._utils._rebuild_tensor_v2 with a negation that is pending");
    std::vector<std::uint32_t> parts(given.begin(), given.begin() + 4);
    if (type != 0) parts.push_back(given[type]);
    push_parts(Kind::tensor, std::move(parts));
  }

  /// Whether a tensor's values are still to be negated or conjugated: {'neg': True}.
  bool is_pending(const PickleObject& metadata) const {
    if (metadata.kind != Kind::dict) return false;
    for (std::size_t i = 0; i < metadata.parts.size(); i += 2) {
      const PickleObject& key = pickle_[metadata.parts[i]];
      const PickleObject& value = pickle_[metadata.parts[i + 1]];
      if (key.kind == Kind::text && (key.text == "neg" || key.text == "conj") && value.integer != 0) return true;
    }
    return false;
  }

  /// What else is given a state has none that says anything about tensors, as the `_metadata` of a state_dict.
  void build() {
    const std::uint32_t state = pop();
    PickleObject& object = pickle_.objects[top()];
    if (object.kind == Kind::object) object.parts.push_back(state);
  }

  std::span<const std::byte> bytes_;
  const Place& place_;
  std::size_t position_ = 0;
  bool done_ = false;
  Pickle pickle_;
  std::vector<std::uint32_t> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, std::uint32_t> memo_;
  std::map<std::pair<Kind, std::int64_t>, std::uint32_t> constants_;
};

}  // namespace detail

/// Reads a pickle of any protocol: dicts, lists, tuples, texts, numbers, PyTorch's tensors, and objects of any class.
///
/// Nothing in it is ever called or looked up. The functions that make dicts, plain tensors and `Parameter`s are known
/// by name and become data; what any other class or function would make is kept as an object with its arguments and
/// states.
///
/// **Errors** `PickleRefused` for what is no opcode, or would stand outside the pickle; `WrongFormat`; `FileTruncated`.
/// **Cost** memory follows the bytes of the pickle, about a hundred for each.
/// **Source** Python's `pickletools`, protocols 0 to 5; `torch.serialization` and `torch._utils`.
inline Pickle read_pickle(std::span<const std::byte> bytes, const Place& place) {
  return detail::PickleMachine(bytes, place).run();
}

}  // namespace spikingjet
