// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/alteration.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/type_text.hpp>
#include <spikingjet/outcome/record.hpp>
#include <spikingjet/store/errors.hpp>
#include <spikingjet/store/rows.hpp>
#include <spikingjet/store/schema.hpp>
#include <spikingjet/store/sqlite.hpp>
#include <spikingjet/store/stored_text.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace spikingjet::detail {

inline constexpr std::uint32_t all_bits = 0xffffffffu;

/// The statement that `insert_fault` fills.
inline constexpr std::string_view insert_into_outcomes =
    "INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// Adds the row of a fault to the table `outcomes`.
inline void insert_fault(sqlite::Statement& outcome, std::uint64_t id, const Fault& fault, const FaultRecord& record,
                         const std::optional<FaultDraw>& draw) {
  using Optional = std::optional<std::uint64_t>;
  const auto unless = [](std::uint64_t value, std::uint64_t usual) {
    return value == usual ? std::nullopt : Optional(value);
  };
  const Alteration& a = fault.alteration;
  const Window& w = fault.window;
  const bool always = w.duty == Window::always;
  const std::string text = fault_type_text(fault);  // "set:0.5" of a "set"
  const auto operand =
      text.size() > fault.type.size() ? std::optional(text.substr(fault.type.size() + 1)) : std::nullopt;
  outcome.run(id, fault.site.quantity, fault.site.element,
              fault.bit == Fault::no_bit ? std::nullopt : Optional(std::uint64_t(fault.bit)), fault.type, operand,
              unless(to_word(a.factor), to_word(1.0F)), unless(a.keep, all_bits), a.set, a.flip, w.begin,
              unless(w.end, Window::whole_run), unless(w.duty, Window::always),
              always && w.seed == 0 ? std::nullopt : Optional(w.seed), record.samples, record.unchanged, record.masked,
              record.sdc_critical, record.band[0], record.band[1], record.band[2], record.band[3], record.due,
              record.correct, draw ? Optional(draw->stratum) : std::nullopt,
              draw ? Optional(draw->rank) : std::nullopt);
}

/// Asks for the rows of at most so many faults behind one, as `fault_of` takes them: bind both.
inline std::string select_faults(std::int64_t layout) {
  return fmt::format(
      "SELECT fault, quantity, element, bit, type, factor_bits, keep_mask, set_mask, flip_mask, "
      "begin_step, end_step, duty, seed, samples, unchanged, masked, sdc_critical, sdc_0_5, "
      "sdc_5_10, sdc_10_20, sdc_20, due, correct, {} FROM outcomes WHERE fault > ? "
      "ORDER BY fault LIMIT ?",
      layout < 2 ? "NULL, NULL" : "stratum, rank");
}

/// The fault of a row of `select_faults`; its type is kept by `texts`.
///
/// **Errors** `DamagedStore`; `Misuse` where the row stands for several faults.
inline StoredFault fault_of(const sqlite::Statement& row, const std::string& path,
                            std::span<const StoredQuantity> quantities, TextPool& texts) {
  const auto unsigned64 = [&row](int column) { return std::uint64_t(row.integer(column)); };
  const auto word = [&row](int column) { return std::uint32_t(row.integer(column)); };  // of NULL 0
  const auto word_unless = [&](int column, std::uint32_t usual) { return row.null(column) ? usual : word(column); };
  const auto is_null = [&row](int column, std::int64_t value) { return value == 0 && row.null(column); };
  StoredFault stored;
  stored.id = unsigned64(0);
  const std::int64_t quantity = row.integer(1);
  if (is_null(1, quantity))
    throw Misuse(fmt::format(
        "spikingjet: the store '{}' holds injections of several faults at once (row {}), which this version "
        "does not read; use the library that wrote it",
        path, stored.id));
  const std::uint64_t q = std::uint64_t(quantity);
  const std::uint64_t element = unsigned64(2);
  if (q >= quantities.size() || element >= quantities[q].shape.size())
    throw DamagedStore(path, fmt::format("fault {} strikes no site of the network", stored.id));
  Fault& fault = stored.fault;
  fault.site = {std::uint32_t(q), quantities[q].storage, element};
  const std::int64_t bit = row.integer(3);
  fault.bit = is_null(3, bit) ? Fault::no_bit : std::int32_t(bit);
  const std::string_view type = row.text(4);
  if (!is_plain_text(type)) throw DamagedStore(path, fmt::format("the type of fault {} is no name", stored.id));
  fault.type = texts.kept(type);
  fault.alteration = {to_float(word_unless(5, to_word(1.0F))), word_unless(6, all_bits), word(7), word(8)};
  fault.window = {word(9), word_unless(10, Window::whole_run), word_unless(11, Window::always), unsigned64(12)};
  FaultRecord& r = stored.record;
  r = {unsigned64(13),
       unsigned64(14),
       unsigned64(15),
       unsigned64(16),
       {unsigned64(17), unsigned64(18), unsigned64(19), unsigned64(20)},
       unsigned64(21),
       unsigned64(22)};
  const bool sound = r.samples == r.due + r.masked + r.sdc_critical + r.band[0] + r.band[1] + r.band[2] + r.band[3] &&
                     r.samples < (std::uint64_t(1) << 48) && r.masked <= r.samples && r.sdc_critical <= r.samples &&
                     r.due <= r.samples && r.unchanged <= r.masked && r.correct <= r.samples - r.due;
  if (!sound) throw DamagedStore(path, fmt::format("the counts of fault {} contradict each other", stored.id));
  const std::int64_t stratum = row.integer(23);
  const std::int64_t rank = row.integer(24);
  if (!is_null(23, stratum) && !is_null(24, rank)) {
    stored.draw = FaultDraw{std::uint32_t(stratum), std::uint64_t(rank)};
    if (stratum < 0 || stratum > std::int64_t(most_entries) || rank < 0)
      throw DamagedStore(path, fmt::format("the draw of fault {}", stored.id));
  }
  return stored;
}

}  // namespace spikingjet::detail
