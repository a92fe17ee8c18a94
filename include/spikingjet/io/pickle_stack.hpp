// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/io/pickle_bytes.hpp>
#include <spikingjet/io/pickle_object.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace spikingjet::detail {

/// The stack of a pickle's machine, with the objects that stand on it, its marks and its memo.
///
/// **Errors** `WrongFormat` for an object or a mark that is not there, or too many.
class PickleStack {
 public:
  using Kind = PickleObject::Kind;

  /// `bytes` tell where the machine is; they must outlive the stack.
  explicit PickleStack(const PickleBytes& bytes) : bytes_(bytes) {}

  const PickleObject& operator[](std::uint32_t index) const { return pickle_[index]; }

  /// The object on top, to be changed.
  PickleObject& top_object() { return pickle_.objects[top()]; }

  /// The objects, of which one is left on the stack; the stack is not used afterwards.
  Pickle finish() {
    if (stack_.size() != 1 || !marks_.empty())
      bytes_.fail("it ends with " + std::to_string(stack_.size()) + " objects, not one");
    pickle_.root = stack_.back();
    return std::move(pickle_);
  }

  /// Adds an object that does not stand on the stack.
  std::uint32_t add(PickleObject object) {
    if (pickle_.objects.size() == most_objects)
      bytes_.fail("it has more than " + std::to_string(most_objects) + " objects");
    pickle_.objects.push_back(std::move(object));
    return static_cast<std::uint32_t>(pickle_.objects.size() - 1);
  }

  void push_index(std::uint32_t index) {
    if (stack_.size() >= most_objects)
      bytes_.fail("more than " + std::to_string(most_objects) + " objects are on its stack");
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
    if (stack_.size() <= floor()) bytes_.fail("an opcode needs an object that is not there");
    const std::uint32_t index = stack_.back();
    stack_.pop_back();
    return index;
  }

  /// The objects above the last mark, which goes with them.
  std::vector<std::uint32_t> pop_to_mark() {
    if (marks_.empty()) bytes_.fail("an opcode needs a mark that is not there");
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    marks_.pop_back();
    std::vector<std::uint32_t> parts(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    return parts;
  }

  std::uint32_t top() {
    if (stack_.size() <= floor()) bytes_.fail("an opcode needs an object that is not there");
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
      bytes_.fail(kind == Kind::dict ? "an item is set in no dict" : "something is appended to no list or set");
    }
    if (kind == Kind::dict && items.size() % 2 != 0) bytes_.fail("a key has no value");
    std::vector<std::uint32_t>& parts = pickle_.objects[target].parts;
    parts.insert(parts.end(), items.begin(), items.end());
  }

  void remember(std::uint64_t slot) { memo_[slot] = top(); }

  /// Remembers under the number of what is remembered already.
  void remember_next() { remember(memo_.size()); }

  void recall(std::uint64_t slot) {
    const auto found = memo_.find(slot);
    if (found == memo_.end()) bytes_.fail("object " + std::to_string(slot) + " is recalled and was never kept");
    push_index(found->second);
  }

  void push_mark() {
    if (marks_.size() == most_objects) bytes_.fail("it has more than " + std::to_string(most_objects) + " marks");
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

 private:
  static constexpr std::size_t most_objects = std::size_t(1) << 22;

  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  const PickleBytes& bytes_;
  Pickle pickle_;
  std::vector<std::uint32_t> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, std::uint32_t> memo_;
  std::map<std::pair<Kind, std::int64_t>, std::uint32_t> constants_;
};

}  // namespace spikingjet::detail
