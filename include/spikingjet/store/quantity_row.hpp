// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/store/errors.hpp>
#include <spikingjet/store/rows.hpp>
#include <spikingjet/store/sqlite.hpp>
#include <spikingjet/store/stored_text.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace spikingjet::detail {

/// The words of `Storage` in the table `quantities`.
inline constexpr std::string_view storage_names[] = {"parameter", "state", "spike"};

/// Reads what `Shape::str` writes; anything else gives a shape that is written in another way.
inline Shape shape_of_text(std::string_view text) {
  Shape shape;
  bool inside = false;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (digit && !inside && shape.rank < Shape::max_rank) ++shape.rank;
    if (digit && shape.rank > 0) {
      std::size_t& extent = shape.extent[shape.rank - 1];
      extent = 10 * extent + std::size_t(c - '0');
    }
    inside = digit;
  }
  return shape;
}

/// A quantity as it is stored.
inline StoredQuantity stored_quantity(const Quantity& q, std::optional<std::uint64_t> population) {
  return {q.layer.str(), q.field.str(), q.role, q.storage, q.shape, q.layer_index, population};
}

/// Adds the row of quantity `id` to the table `quantities`.
inline void insert_quantity(sqlite::Statement& row, std::size_t id, const StoredQuantity& q) {
  row.run(id, q.layer, q.field, role_name(q.role), storage_names[std::size_t(q.storage)], q.shape.str(), q.layer_index,
          q.population);
}

/// The quantity of a row of `id, layer, field, role, storage, shape, layer_index, population`.
///
/// **Errors** `DamagedStore`, also where it is not the quantity `id`.
inline StoredQuantity quantity_of(const sqlite::Statement& row, std::size_t id, const std::string& path) {
  const auto damaged = [&path, &row] { return DamagedStore(path, fmt::format("quantity {}", row.integer(0))); };
  StoredQuantity q{.layer = std::string(row.text(1)),
                   .field = std::string(row.text(2)),
                   .shape = shape_of_text(row.text(5)),
                   .layer_index = std::size_t(row.integer(6)),
                   .population = row.null(7) ? std::nullopt : std::optional(std::uint64_t(row.integer(7)))};
  std::size_t role = 0;
  while (role <= std::size_t(Role::other) && role_name(Role(role)) != row.text(3)) ++role;
  std::size_t storage = 0;
  while (storage < std::size(storage_names) && storage_names[storage] != row.text(4)) ++storage;
  if (row.integer(0) != std::int64_t(id) || role > std::size_t(Role::other) || storage == std::size(storage_names) ||
      !is_plain_text(q.layer) || !is_plain_text(q.field) || q.shape.str() != row.text(5) || q.shape.size() == 0)
    throw damaged();
  q.role = Role(role);
  q.storage = Storage(storage);
  return q;
}

}  // namespace spikingjet::detail
