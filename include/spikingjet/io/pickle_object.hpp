// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace spikingjet {

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
  /// Of a tuple, a list, a set its parts; of a dict key, value, key, value; of a storage its type, a global, and its
  /// key, a text; of a tensor storage, offset, size, strides and perhaps its type, a global; of an object its
  /// arguments, then states.
  std::vector<std::uint32_t> parts{};
  std::uint32_t items = 0;    // of an object the dict of what was set in it; 0 for none
  std::uint32_t members = 0;  // of an object the list of what was appended to it; 0 for none
};

/// The objects of a pickle, each named by its index: they may share parts and contain each other.
struct Pickle {
  std::deque<PickleObject> objects;
  std::uint32_t root = 0;

  const PickleObject& operator[](std::uint32_t index) const { return objects[index]; }
};

}  // namespace spikingjet
