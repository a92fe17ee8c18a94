// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/sample_kind.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/core/digest.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/expected_rates.hpp>
#include <spikingjet/fault/pilot.hpp>
#include <spikingjet/fault/stratification.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// The network that faults are drawn for, as far as drawing looks at it.
struct SamplingSubject {
  std::string network{};  // its summary
  std::string weights{};  // the digest of its parameters' values; empty where they are not known
  ValuesOf values_of{};   // likewise
};

/// A network of which the parameters are known; they must outlive the subject.
template <class Net>
SamplingSubject subject_of(const Parameters<Net>& parameters) {
  return {Net::summary(), Digest().add(parameters.values()).hex(),
          [&parameters](std::size_t quantity) { return parameters.stored(quantity); }};
}

/// A store that is no pilot of the campaign that is to be drawn.
class UnusablePilot : public Misuse {
 public:
  UnusablePilot(std::string store_path, const std::string& reason)
      : Misuse(
            fmt::format("spikingjet: the store '{}' is no pilot of this campaign: {}", path_text(store_path), reason)),
        path(std::move(store_path)) {}

  std::string path;
};

namespace detail {

/// Refuses a store of another network, other weights or another fault space.
inline void require_pilot_of(const Store& store, const std::string& path, const FaultSpace& space,
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

/// Refuses a store whose faults are not a simple random sample of each of the strata.
inline void require_random(const Store& store, const std::string& path, const Stratification& strata) {
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

/// What a stored campaign shows of each stratum: the share of a fault's samples that had another top-1 class (SDC-1).
///
/// **Errors** `UnusablePilot`: another network, other weights, faults that are no random sample of each stratum, as
/// those of an unfinished campaign; `ForeignPilot`: another fault space; those of `Store::open`.
/// **Cost** a row of the store for each fault, and `FaultSpace::index_of`.
inline Pilot read_pilot(const std::string& path, const Stratification& strata, const SamplingSubject& subject) {
  const Store store = Store::open(path);
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
