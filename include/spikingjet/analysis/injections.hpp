// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/keep_quantity.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/outcome/injection_outcome.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

/// A store that does not tell how each injection ended.
class InjectionsMissing : public Misuse {
 public:
  explicit InjectionsMissing(std::string store_path, std::string_view unknown = "which samples expose which faults",
                             std::string_view other_cure = "")
      : Misuse(fmt::format("spikingjet: the store '{}' has counts for each fault and no outcome for each injection, so "
                           "that nobody knows {}; run it again with '--outcomes'{}",
                           store_path, unknown, other_cure)),
        path(std::move(store_path)) {}

  std::string path;
};

/// The store, where it tells how each injection ended.
///
/// **Errors** `InjectionsMissing`.
inline const Store& require_injections(const Store& store) {
  if (!store.has_injections()) throw InjectionsMissing(store.path());
  return store;
}

/// Calls `callback(const StoredFault&, std::span<const InjectionOutcome>)` for each finished fault of the quantities
/// that are kept, by id, with its injections that are not masked, ascending in sample.
///
/// **Errors** `InjectionsMissing`; those of `Store::for_each_injections`.
template <class Callback>
void for_each_fault_with_injections(const Store& store, const KeepQuantity& keep, Callback&& callback) {
  require_injections(store);
  std::vector<bool> kept;
  for (const StoredQuantity& quantity : store.quantities()) kept.push_back(!keep || keep(quantity));
  std::vector<StoredFault> page;
  std::size_t next = 0;
  store.for_each_injections([&](std::uint64_t fault, std::span<const InjectionOutcome> row) {
    while (next < page.size() && page[next].id < fault) ++next;
    if (next == page.size()) {
      page = store.faults_from(fault);
      next = 0;
    }
    if (next == page.size() || page[next].id != fault)
      throw DamagedStore(store.path(), fmt::format("it has injections of fault {}, and not the fault", fault));
    if (kept[page[next].fault.site.quantity]) callback(page[next], row);
  });
}

/// The golden run of a store, by sample; samples that repeat count once.
///
/// **Errors** `DamagedStore` where one is missing.
inline std::vector<GoldenSample> golden_samples(const Store& store) {
  std::vector<GoldenSample> samples;
  store.for_each_golden([&](const GoldenSample& golden) {
    if (golden.sample != samples.size())
      throw DamagedStore(store.path(), fmt::format("its golden run lacks sample {}", samples.size()));
    samples.push_back(golden);
  });
  if (samples.empty()) throw DamagedStore(store.path(), "it has no golden run");
  return samples;
}

/// The gap between the two largest values of a readout; 0 for a single class.
///
/// **Shapes** readout (classes).
inline double golden_margin(std::span<const float> readout) {
  if (readout.size() < 2) return 0;
  float first = std::max(readout[0], readout[1]);
  float second = std::min(readout[0], readout[1]);
  for (const float value : readout.subspan(2)) {
    second = std::max(second, std::min(first, value));
    first = std::max(first, value);
  }
  return double(first) - double(second);
}

}  // namespace spikingjet
