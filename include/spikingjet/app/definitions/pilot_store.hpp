// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/sample_kind.hpp>
#include <spikingjet/app/options.hpp>
#include <spikingjet/app/pilot_store.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/digest.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/pilot.hpp>
#include <spikingjet/fault/stratification.hpp>
#include <spikingjet/store/errors.hpp>
#include <spikingjet/store/manifest.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

namespace detail {

SPIKINGJET_INLINE Store open_pilot(const std::string& path) {
  try {
    return Store::open(path);
  } catch (const NotAStore&) {
    throw BadOption("--pilot", path_text(path), "a store that 'run' made; a table of rates goes to '--rates'");
  }
}

SPIKINGJET_INLINE void require_pilot_of(const Store& store, const std::string& path, const FaultSpace& space,
                                        const SamplingSubject& subject) {
  const Manifest& manifest = store.manifest();
  const auto refuse = [&path](const std::string& reason) { throw UnusablePilot(path, reason); };
  if (const auto network = manifest.find("network"); network != subject.network)
    refuse(fmt::format("its network is '{}', and this one '{}'; take a pilot of this network",
                       printable(network.value_or("not known"), 200), printable(subject.network, 200)));
  if (const auto weights = manifest.find("weights"); !subject.weights.empty() && weights != subject.weights)
    refuse(fmt::format(
        "its weights have the digest {}, and these {}; give the weights of the pilot, or run a pilot with these",
        printable(weights.value_or("of none"), 40), subject.weights));
  std::vector<std::uint64_t> population;
  for (const StoredQuantity& quantity : store.quantities()) {
    if (!quantity.population)
      refuse(
          "it does not say of which fault space its faults are, as those of a list that was given; take one that 'run' "
          "drew");
    population.push_back(*quantity.population);
  }
  require_pilot_of(space, population);
}

SPIKINGJET_INLINE void require_random(const Store& store, const std::string& path, const Stratification& strata) {
  const Manifest& manifest = store.manifest();
  const auto refuse = [&path](const std::string& reason) { throw UnusablePilot(path, reason); };
  const bool says_nothing = !manifest.find("sample") && !manifest.find("method");
  if (says_nothing || sample_kind(store) == SampleKind::given)
    refuse("its faults are a list of which nobody said that it was drawn at random; take one that 'run' drew");
  if (const auto part = unfinished_part(store, store.faults()); part && !lists_in_order_of_draw(store))
    refuse(fmt::format("it is unfinished, and {} of a list are no random sample; take a finished one", *part));
  const std::string by = manifest.find("strata by").value_or("nothing");
  const bool coarser = by == "nothing" || by == strata.by() || (by == "layer" && strata.by() != "nothing");
  if (!coarser)
    refuse(fmt::format(
        "its faults were drawn by '{}', so that those of a stratum by '{}' are no simple sample of it; take one "
        "with 'count:N'",
        printable(by, 40), strata.by()));
}

}  // namespace detail

SPIKINGJET_INLINE std::string pilot_key(const std::string& path) {
  const Store store = detail::open_pilot(path);
  std::vector<std::pair<std::string, std::string>> identity;
  for (const Manifest::Entry& entry : store.manifest().entries())
    if (entry.identity) identity.emplace_back(entry.key, entry.value);
  std::sort(identity.begin(), identity.end());
  Digest digest;
  for (const auto& [key, value] : identity) digest.add(key).add(value);
  return digest.hex();
}

SPIKINGJET_INLINE std::vector<std::string> pilot_remarks(const std::string& path, const SamplingSubject& subject) {
  const Store store = detail::open_pilot(path);
  const Manifest& manifest = store.manifest();
  const std::string whose = fmt::format("spikingjet: the pilot '{}' ", path_text(path));
  std::vector<std::string> remarks;
  const auto data = manifest.find("data");
  const auto samples = detail::stated_count(store, "samples");
  if (!subject.data.empty() && data != subject.data)
    remarks.push_back(whose +
                      fmt::format("ran on other samples ({}) than this campaign ({}): how many faults are drawn "
                                  "where rests on what those showed; run a pilot on these where that matters",
                                  samples ? fmt::format("{}", *samples) : "nobody knows how many", subject.samples));
  if (manifest.find("ended") == "by rule")
    remarks.push_back(whose +
                      fmt::format("was ended by its rule '{}' after {} of {} faults: outcomes decided how many, "
                                  "which biases its rates a little; take one with 'count:N' where that matters",
                                  printable(manifest.find("until").value_or("not known"), 60), store.faults(),
                                  detail::stated_count(store, "fault count").value_or(store.faults())));
  if (const auto part = unfinished_part(store, store.faults()))
    remarks.push_back(whose +
                      fmt::format("was interrupted, and has {}: who ended it may have seen outcomes, which biases its "
                                  "rates a little; take a finished one where that matters",
                                  *part));
  return remarks;
}

SPIKINGJET_INLINE Pilot read_pilot(const std::string& path, const Stratification& strata,
                                   const SamplingSubject& subject) {
  const Store store = detail::open_pilot(path);
  detail::require_pilot_of(store, path, strata.space(), subject);
  detail::require_random(store, path, strata);
  Pilot pilot(strata);
  store.for_each([&](const StoredFault& stored) {
    const FaultRecord& record = stored.record;
    pilot.add(stored.fault, record.samples == 0 ? 0 : double(record.sdc_critical) / double(record.samples));
  });
  return pilot;
}

}  // namespace spikingjet
