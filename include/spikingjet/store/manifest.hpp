// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

/// What a campaign is and how it was run: keys and values, both text, in the order they were given.
///
/// *Identity* entries are what makes two runs the same campaign (network, digests of weights, data and fault list,
/// samples): the same identity promises the same bits. The other entries inform (policies, seed, engine,
/// threads, library version, shard): two shards of one campaign differ in them.
///
/// **Laws** a key stands once; a later value replaces the earlier one in its place; the order does not tell campaigns
/// apart.
/// **Example** `manifest.identify("seed", "7").inform("threads", "2");`
class Manifest {
 public:
  /// The key under which a campaign states the confidence of its intervals.
  static constexpr std::string_view confidence = "confidence";

  /// The key under which it says that its samples are not the first ones of the data, and that they are spread evenly
  /// over the classes.
  static constexpr std::string_view samples_chosen = "samples chosen";
  static constexpr std::string_view spread_over_classes = "spread over classes";

  /// The key under which it says that its samples were chosen by what injections showed, as the test sets of `coverage`
  /// are, and that word.
  static constexpr std::string_view samples_chosen_by = "samples chosen by";
  static constexpr std::string_view outcomes = "outcomes";

  /// A key, its value, and whether it is part of what makes the campaign this one.
  struct Entry {
    std::string key;
    std::string value;
    bool identity = false;

    bool operator==(const Entry&) const = default;
  };

  /// An identity key on which two manifests disagree; a value is absent where the key is.
  struct Difference {
    std::string key;
    std::optional<std::string> mine;
    std::optional<std::string> other;

    /// "'seed' is '7' there and absent here": there the other's, here mine.
    std::string str() const { return "'" + key + "' is " + word(other) + " there and " + word(mine) + " here"; }

   private:
    static std::string word(const std::optional<std::string>& value) { return value ? "'" + *value + "'" : "absent"; }
  };

  /// An entry that is part of what makes the campaign this one.
  Manifest& identify(std::string key, std::string value) { return put({std::move(key), std::move(value), true}); }
  /// An entry that says how it was run.
  Manifest& inform(std::string key, std::string value) { return put({std::move(key), std::move(value), false}); }

  const std::vector<Entry>& entries() const { return entries_; }

  /// The value of a key, of either kind.
  std::optional<std::string> find(std::string_view key) const {
    for (const Entry& entry : entries_)
      if (entry.key == key) return entry.value;
    return std::nullopt;
  }

  /// The first identity key, of this manifest and then of the other, that tells the two campaigns apart.
  std::optional<Difference> difference(const Manifest& other) const {
    for (const Entry& entry : entries_)
      if (entry.identity && other.identity(entry.key) != entry.value)
        return Difference{entry.key, entry.value, other.identity(entry.key)};
    for (const Entry& entry : other.entries_)
      if (entry.identity && !identity(entry.key)) return Difference{entry.key, std::nullopt, entry.value};
    return std::nullopt;
  }

  /// Whether no identity key disagrees.
  bool same_campaign(const Manifest& other) const { return !difference(other); }

  bool operator==(const Manifest&) const = default;

 private:
  std::optional<std::string> identity(std::string_view key) const {
    for (const Entry& entry : entries_)
      if (entry.key == key && entry.identity) return entry.value;
    return std::nullopt;
  }

  Manifest& put(Entry entry) {
    for (Entry& known : entries_)
      if (known.key == entry.key) {
        known = std::move(entry);
        return *this;
      }
    entries_.push_back(std::move(entry));
    return *this;
  }

  std::vector<Entry> entries_;
};

}  // namespace spikingjet
