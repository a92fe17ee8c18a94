// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/pickle_bytes.hpp>
#include <spikingjet/io/pickle_object.hpp>
#include <spikingjet/io/pickle_stack.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
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

namespace detail {

/// A machine for the opcodes of all protocols. It builds plain data and calls nothing.
class PickleMachine {
 public:
  PickleMachine(std::span<const std::byte> bytes, const Place& place) : bytes_(bytes, place) {}

  Pickle run() {
    while (!done_) step(bytes_.take());
    return stack_.finish();
  }

 private:
  using Kind = PickleObject::Kind;

  void step(std::uint8_t opcode) {
    // clang-format off
    switch (opcode) {
      case 0x80: protocol(); break;
      case 0x95: bytes_.require(bytes_.number(8)); break;
      case '.': done_ = true; break;
      case 'N': stack_.push(Kind::none); break;
      case 0x88: stack_.push(Kind::boolean, 1); break;
      case 0x89: stack_.push(Kind::boolean, 0); break;
      case 'I': number_line(); break;
      case 'L': number_line(); break;
      case 'J': stack_.push(Kind::integer, static_cast<std::int32_t>(bytes_.number(4))); break;
      case 'K': stack_.push(Kind::integer, static_cast<std::int64_t>(bytes_.number(1))); break;
      case 'M': stack_.push(Kind::integer, static_cast<std::int64_t>(bytes_.number(2))); break;
      case 0x8a: long_number(bytes_.number(1)); break;
      case 0x8b: long_number(bytes_.number(4)); break;
      case 'F': bytes_.line(); stack_.push({.kind = Kind::real}); break;  // its value is of no use here
      case 'G': stack_.push({.kind = Kind::real, .real = bytes_.big_endian_double()}); break;
      case 'S': stack_.push_text(Kind::text, bytes_.line()); break;
      case 'V': stack_.push_text(Kind::text, bytes_.line()); break;
      case 'U': stack_.push_text(Kind::text, bytes_.text(bytes_.number(1))); break;
      case 'T': stack_.push_text(Kind::text, bytes_.text(bytes_.number(4))); break;
      case 'X': stack_.push_text(Kind::text, bytes_.text(bytes_.number(4))); break;
      case 0x8c: stack_.push_text(Kind::text, bytes_.text(bytes_.number(1))); break;
      case 0x8d: stack_.push_text(Kind::text, bytes_.text(bytes_.number(8))); break;
      case 'B': stack_.push_text(Kind::bytes, bytes_.text(bytes_.number(4))); break;
      case 'C': stack_.push_text(Kind::bytes, bytes_.text(bytes_.number(1))); break;
      case 0x8e: stack_.push_text(Kind::bytes, bytes_.text(bytes_.number(8))); break;
      case 0x96: stack_.push_text(Kind::bytes, bytes_.text(bytes_.number(8))); break;
      case '(': stack_.push_mark(); break;
      case '0': stack_.discard(); break;
      case '1': stack_.pop_to_mark(); break;
      case '2': stack_.push_index(stack_.top()); break;
      case ')': stack_.push(Kind::tuple); break;
      case 't': stack_.push_parts(Kind::tuple, stack_.pop_to_mark()); break;
      case 0x85: stack_.push_tuple(1); break;
      case 0x86: stack_.push_tuple(2); break;
      case 0x87: stack_.push_tuple(3); break;
      case ']': stack_.push_parts(Kind::list, {}); break;
      case 'l': stack_.push_parts(Kind::list, stack_.pop_to_mark()); break;
      case '}': stack_.push_parts(Kind::dict, {}); break;
      case 'd': dict(); break;
      case 0x8f: stack_.push_parts(Kind::set, {}); break;
      case 0x91: stack_.push_parts(Kind::set, stack_.pop_to_mark()); break;
      case 'a': stack_.append(std::array{stack_.pop()}, Kind::list); break;
      case 'e': stack_.append(stack_.pop_to_mark(), Kind::list); break;
      case 's': set_item(); break;
      case 'u': stack_.append(stack_.pop_to_mark(), Kind::dict); break;
      case 0x90: stack_.append(stack_.pop_to_mark(), Kind::set); break;
      case 'p': stack_.remember(bytes_.unsigned_line()); break;
      case 'q': stack_.remember(bytes_.number(1)); break;
      case 'r': stack_.remember(bytes_.number(4)); break;
      case 0x94: stack_.remember_next(); break;
      case 'g': stack_.recall(bytes_.unsigned_line()); break;
      case 'h': stack_.recall(bytes_.number(1)); break;
      case 'j': stack_.recall(bytes_.number(4)); break;
      case 'c': stack_.push_text(Kind::global, global_lines()); break;
      case 0x93: stack_global(); break;
      case 0x82: stack_.push_text(Kind::global, "extension " + std::to_string(bytes_.number(1))); break;
      case 0x83: stack_.push_text(Kind::global, "extension " + std::to_string(bytes_.number(2))); break;
      case 0x84: stack_.push_text(Kind::global, "extension " + std::to_string(bytes_.number(4))); break;
      case 'P': bytes_.line(); stack_.push_text(Kind::object, "a persistent id"); break;
      case 'Q': persistent_id(); break;
      case 'R': reduce(); break;
      case 0x81: new_object(2); break;
      case 0x92: new_object(3); break;
      case 'i': push_object(global_lines(), stack_.pop_to_mark()); break;
      case 'o': object(); break;
      case 'b': build(); break;
      default: refuse(opcode); break;
    }
    // clang-format on
  }

  void protocol() {
    constexpr unsigned last = 5;
    if (const unsigned found = bytes_.take(); found > last)
      throw PickleRefused(bytes_.place(), "pickle protocol " + std::to_string(found), "0 to 5");
  }

  [[noreturn]] void refuse(std::uint8_t opcode) const {
    const std::string name = opcode == 0x97   ? "NEXT_BUFFER"
                             : opcode == 0x98 ? "READONLY_BUFFER"
                                              : std::to_string(opcode);
    throw PickleRefused(bytes_.place(), "the pickle opcode " + name, "what stands in the pickle itself");
  }

  /// Whole numbers of more than 64 bits, such as the states of random generators, are kept without their value.
  void long_number(std::uint64_t bytes) {
    if (bytes > 8) {
      bytes_.take(bytes);
      return stack_.push_text(Kind::object, "int");
    }
    if (bytes == 0) return stack_.push(Kind::integer, 0);
    const unsigned unused = 64 - 8 * static_cast<unsigned>(bytes);
    stack_.push(Kind::integer,
                static_cast<std::int64_t>(bytes_.number(static_cast<std::size_t>(bytes)) << unused) >> unused);
  }

  /// "12", "12L", and of the first protocols "01" and "00" for True and False.
  void number_line() {
    const std::string found = bytes_.line();
    if (found == "01" || found == "00") return stack_.push(Kind::boolean, found == "01");
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(found.data(), found.data() + found.size(), value);
    if (error == std::errc::result_out_of_range) return stack_.push_text(Kind::object, "int");
    if (error != std::errc()) bytes_.fail("a number is none");
    stack_.push(Kind::integer, value);
  }

  void dict() {
    std::vector<std::uint32_t> items = stack_.pop_to_mark();
    if (items.size() % 2 != 0) bytes_.fail("a key has no value");
    stack_.push_parts(Kind::dict, std::move(items));
  }

  void set_item() {
    const std::uint32_t value = stack_.pop();
    const std::uint32_t key = stack_.pop();
    stack_.append(std::array{key, value}, Kind::dict);
  }

  std::string global_lines() {
    const std::string module = bytes_.line();
    return module + "." + bytes_.line();
  }

  void stack_global() {
    const PickleObject& name = stack_[stack_.pop()];
    const PickleObject& module = stack_[stack_.pop()];
    if (name.kind != Kind::text || module.kind != Kind::text) bytes_.fail("the name of a global is no text");
    stack_.push_text(Kind::global, module.text + "." + name.text);
  }

  /// ('storage', torch.FloatStorage, key, location, number of elements); others are kept without their meaning.
  void persistent_id() {
    const std::vector<std::uint32_t>& parts = stack_[stack_.pop()].parts;
    const auto part = [&](std::size_t i) -> const PickleObject& { return stack_[parts[i]]; };
    const bool storage = parts.size() == 5 && part(0).kind == Kind::text && part(0).text == "storage" &&
                         part(1).kind == Kind::global && part(2).kind == Kind::text && part(4).kind == Kind::integer &&
                         part(4).integer >= 0;
    if (!storage) return stack_.push_text(Kind::object, "a persistent id");
    stack_.push({.kind = Kind::storage, .integer = part(4).integer, .parts = {parts[1], parts[2]}});
  }

  void push_object(std::string made_by, std::vector<std::uint32_t> arguments) {
    const std::uint32_t tuple = stack_.add({.kind = Kind::tuple, .parts = std::move(arguments)});
    stack_.push({.kind = Kind::object, .text = std::move(made_by), .parts = {tuple}});
  }

  static std::string maker_of(const PickleObject& callable) {
    return callable.kind == Kind::global || callable.kind == Kind::object ? callable.text : "something";
  }

  void new_object(std::size_t operands) {
    std::vector<std::uint32_t> arguments;
    for (std::size_t i = 1; i < operands; ++i) arguments.push_back(stack_.pop());
    push_object(maker_of(stack_[stack_.pop()]), std::move(arguments));
  }

  void object() {
    std::vector<std::uint32_t> arguments = stack_.pop_to_mark();
    if (arguments.empty()) bytes_.fail("an opcode needs an object that is not there");
    const std::uint32_t type = arguments.front();
    arguments.erase(arguments.begin());
    push_object(maker_of(stack_[type]), std::move(arguments));
  }

  /// What a call would give: a dict or a tensor where the function is known, else an object that is not looked into.
  void reduce() {
    std::uint32_t arguments = stack_.pop();
    std::uint32_t callable = stack_.pop();
    // A tensor with attributes of its own, or of a class of its own: (function, class, arguments, state).
    for (int depth = 0; depth < 4 && stack_[callable].kind == Kind::global &&
                        stack_[callable].text.starts_with("torch._tensor._rebuild_from_type") &&
                        stack_[arguments].kind == Kind::tuple && stack_[arguments].parts.size() == 4;
         ++depth) {
      callable = stack_[arguments].parts[0];
      arguments = stack_[arguments].parts[2];
    }
    const PickleObject& function = stack_[callable];
    const std::vector<std::uint32_t>& given = stack_[arguments].parts;
    if (stack_[arguments].kind == Kind::tuple && function.kind == Kind::global) {
      if (is_dict(function.text) && is_pairs(given)) return push_dict(given);
      if (function.text.starts_with("torch._utils._rebuild_parameter") && given.size() >= 3)
        return stack_.push_index(given[0]);
      if (const auto known = tensor_functions().find(function.text); known != tensor_functions().end())
        if (!given.empty() && stack_[given[0]].kind == Kind::storage) return push_tensor(given, known->second);
    }
    stack_.push({.kind = Kind::object, .text = maker_of(function), .parts = {arguments}});
  }

  static bool is_dict(std::string_view name) {
    return name == "collections.OrderedDict" || name == "builtins.dict" || name == "__builtin__.dict";
  }

  /// Whether a dict is made of nothing, or of a list of pairs.
  bool is_pairs(const std::vector<std::uint32_t>& arguments) const {
    if (arguments.empty()) return true;
    const PickleObject& list = stack_[arguments[0]];
    return arguments.size() == 1 && (list.kind == Kind::list || list.kind == Kind::tuple) &&
           std::all_of(list.parts.begin(), list.parts.end(), [&](std::uint32_t pair) {
             const Kind kind = stack_[pair].kind;
             return (kind == Kind::list || kind == Kind::tuple) && stack_[pair].parts.size() == 2;
           });
  }

  void push_dict(const std::vector<std::uint32_t>& arguments) {
    std::vector<std::uint32_t> items;
    if (!arguments.empty())
      for (const std::uint32_t pair : stack_[arguments[0]].parts)
        items.insert(items.end(), stack_[pair].parts.begin(), stack_[pair].parts.end());
    stack_.push_parts(Kind::dict, std::move(items));
  }

  /// What makes a plain tensor, and which of its arguments is its type, where the storage does not tell.
  static const std::map<std::string, std::size_t, std::less<>>& tensor_functions() {
    static const std::map<std::string, std::size_t, std::less<>> functions = {{"torch._utils._rebuild_tensor", 0},
                                                                              {"torch._utils._rebuild_tensor_v2", 0},
                                                                              {"torch._utils._rebuild_tensor_v3", 6}};
    return functions;
  }

  /// (storage, offset, size, strides, ...); behind them whether it needs a gradient, hooks, a type and what is pending.
  void push_tensor(const std::vector<std::uint32_t>& given, std::size_t type) {
    const auto part = [&](std::size_t i) -> const PickleObject& { return stack_[given[i]]; };
    const auto whole = [&](std::uint32_t index) {
      const PickleObject& object = stack_[index];
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
      bytes_.fail(
          "a tensor is not made of a storage, an offset, a size and strides of at most 64 axes, none of them negative");
    for (std::size_t i = 6; i < given.size(); ++i)
      if (is_pending(part(i)))
        return stack_.push_text(Kind::object, "torch._utils._rebuild_tensor_v2 with a negation that is pending");
    std::vector<std::uint32_t> parts(given.begin(), given.begin() + 4);
    if (type != 0) parts.push_back(given[type]);
    stack_.push_parts(Kind::tensor, std::move(parts));
  }

  /// Whether a tensor's values are still to be negated or conjugated: {'neg': True}.
  bool is_pending(const PickleObject& metadata) const {
    if (metadata.kind != Kind::dict) return false;
    for (std::size_t i = 0; i < metadata.parts.size(); i += 2) {
      const PickleObject& key = stack_[metadata.parts[i]];
      const PickleObject& value = stack_[metadata.parts[i + 1]];
      if (key.kind == Kind::text && (key.text == "neg" || key.text == "conj") && value.integer != 0) return true;
    }
    return false;
  }

  /// What else is given a state has none that says anything about tensors, as the `_metadata` of a state_dict.
  void build() {
    const std::uint32_t state = stack_.pop();
    PickleObject& object = stack_.top_object();
    if (object.kind == Kind::object) object.parts.push_back(state);
  }

  PickleBytes bytes_;
  PickleStack stack_{bytes_};
  bool done_ = false;
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
