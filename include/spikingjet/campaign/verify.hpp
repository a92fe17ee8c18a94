// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/campaign/campaign.hpp>
#include <spikingjet/campaign/record_campaign.hpp>
#include <spikingjet/campaign/samples_of.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/random.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/engine/full/full_engine.hpp>
#include <spikingjet/fault/detection.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/type_text.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/outcome/record.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// A store is to be verified with another network, other weights or other data than it was made with.
class StoreOfOtherInputs : public Misuse {
 public:
  StoreOfOtherInputs(std::string file_path, Manifest::Difference found_difference)
      : Misuse(fmt::format("spikingjet: the store '{}' holds another campaign ({}), so its injections cannot be rerun; "
                           "give the program, weights, data and denoise time it was made with",
                           file_path, found_difference.str())),
        path(std::move(file_path)),
        difference(std::move(found_difference)) {}

  std::string path;
  Manifest::Difference difference;  // mine: of what was given
};

/// A store without a finished fault is to be verified.
class NothingToVerify : public Misuse {
 public:
  explicit NothingToVerify(std::string file_path)
      : Misuse(fmt::format("spikingjet: the store '{}' holds no finished fault, so there is nothing to verify; let its "
                           "campaign run for longer",
                           file_path)),
        path(std::move(file_path)) {}

  std::string path;
};

/// A fault whose rerun left another record than the store holds.
struct FaultDifference {
  StoredFault stored;  // its `type` is valid as long as the store
  FaultRecord found;
};

/// What was rerun of a store, and what was found.
struct Verification {
  std::uint64_t faults = 0;                  // rerun
  std::uint64_t wanted = 0;                  // that were to be rerun; more than `faults` where time was up
  std::uint64_t samples = 0;                 // each of these faults on so many
  std::uint64_t stored_faults = 0;           // that the store held: those that were drawn from
  std::uint64_t all_faults = 0;              // of the whole campaign
  std::vector<std::uint64_t> golden;         // samples whose stored golden row is not that of a fresh golden run
  std::vector<FaultDifference> differences;  // in the order of the draw

  std::uint64_t injections() const { return faults * samples; }
  bool equal() const { return golden.empty() && differences.empty(); }

  /// The fewest falsified faults, anywhere in the store, of which one would have been found with this confidence.
  std::uint64_t fewest_found(double confidence) const {
    return spikingjet::fewest_found(stored_faults, faults, confidence);
  }
};

namespace detail {

/// Refuses a store that was not made with these inputs. The fault list is not at hand: the store's word stands for it.
template <class Net>
void require_store_of(const Store& store, const Parameters<Net>& parameters, const SampleRange& samples) {
  Manifest manifest = identify_inputs(parameters, samples);
  for (const char* key : {"faults", "fault count"})
    if (const auto value = store.manifest().find(key)) manifest.identify(key, *value);
  if (const auto difference = manifest.difference(store.manifest()))
    throw StoreOfOtherInputs(store.path(), *difference);
}

/// Samples whose row is missing, differs from the golden run or belongs to no sample.
inline std::vector<std::uint64_t> golden_differences(const Store& store, std::span<const GoldenOutcome> golden) {
  std::vector<bool> equal(golden.size());
  std::vector<std::uint64_t> differ;
  store.for_each_golden([&](const GoldenSample& row) {
    if (row.sample >= golden.size()) return differ.push_back(row.sample);
    const GoldenOutcome& fresh = golden[row.sample];
    equal[row.sample] = row.label == fresh.label() && row.predicted == fresh.top() &&
                        row.readout.size() == fresh.readout().size() && fresh.same_bits(row.readout);
  });
  for (std::size_t s = 0; s < equal.size(); ++s)
    if (!equal[s]) differ.push_back(s);
  return differ;
}

/// Draws finished faults of a store without replacement.
class StoredFaultDraw {
 public:
  StoredFaultDraw(const Store& store, std::uint64_t seed)
      : store_(store), blocks_(store.blocks()), order_(count(blocks_), seed) {}

  /// Number of faults there are to draw.
  std::uint64_t size() const { return order_.size(); }

  /// The fault's place in the list of the campaign.
  std::uint64_t id(std::uint64_t draw) const {
    std::uint64_t rank = order_(draw);
    auto block = blocks_.begin();
    for (; rank >= block->count; ++block) rank -= block->count;
    return block->first + rank;
  }

  StoredFault operator[](std::uint64_t draw) const {
    const std::uint64_t id = this->id(draw);
    if (const auto fault = store_.find(id)) return *fault;
    throw DamagedStore(store_.path(), fmt::format("fault {} of a finished block is not there", id));
  }

 private:
  static std::uint64_t count(const std::vector<FinishedBlock>& blocks) {
    std::uint64_t faults = 0;
    for (const FinishedBlock& block : blocks) faults += block.count;
    return faults;
  }

  const Store& store_;
  std::vector<FinishedBlock> blocks_;
  Permutation order_;
};

/// How many faults of a store are to be rerun, unless time is up before.
inline std::uint64_t faults_to_rerun(const VerifyOptions& options, std::uint64_t stored, std::uint64_t samples) {
  if (!options.injections) return draws_to_find(stored, options.share, options.confidence);
  return std::clamp<std::uint64_t>(*options.injections / samples + (*options.injections % samples != 0), 1, stored);
}

inline std::string record_text(const FaultRecord& r) {
  return fmt::format("{} samples, {} unchanged, {} masked, {} critical, {} / {} / {} / {} by band, {} DUE, {} correct",
                     r.samples, r.unchanged, r.masked, r.sdc_critical, r.band[0], r.band[1], r.band[2], r.band[3],
                     r.due, r.correct);
}

}  // namespace detail

/// Reruns random faults of a store on the engine `full`, each on all samples of the campaign, and compares their whole
/// records with the stored ones, and a fresh golden run with the stored one.
///
/// For stores of any engine, also unfinished ones: what is there is verified. The fault list itself is not verified:
/// faults are taken as the store has them. `progress` is told how far the reruns are, `golden` of the fresh golden run
/// before the first of them.
///
/// **Laws** faults are drawn without replacement until what the options ask for is reached or all of the store's faults
/// are rerun; the same store and seed give the same draw, and more injections or seconds keep the faults already drawn.
/// Where a `share` of the store's faults is falsified, at least one is found with `confidence` unless time is up.
/// **Errors** `StoreOfOtherInputs`, `NothingToVerify`, `DamagedStore`, and those of `Campaign` and the store.
/// **Cost** one rerun of the network for each injection; memory for some thousand faults besides what differs.
/// **Example** `verify<Flips>(Store::open("out.sqlite"), parameters, dataset).equal()`
template <class Injector>
Verification verify(
    const Store& store, const Parameters<typename Injector::Network>& parameters, const Dataset& dataset,
    const VerifyOptions& options = {}, const std::function<void(const Progress&)>& progress = [](const Progress&) {},
    const std::function<void(std::span<const GoldenOutcome>)>& golden = [](std::span<const GoldenOutcome>) {}) {
  const SampleRange samples(dataset, samples_of(store));
  detail::require_store_of(store, parameters, samples);
  const detail::StoredFaultDraw draw(store, options.seed);
  if (draw.size() == 0) throw NothingToVerify(store.path());
  store.tallies();  // refuses a store in which they are not those of its outcomes

  Campaign<Injector, FullEngine<Injector>> campaign(parameters, dataset, samples);
  Verification found;
  found.samples = samples.size();
  found.stored_faults = draw.size();
  found.all_faults =
      parse_number<std::uint64_t>(store.manifest().find("fault count").value_or("")).value_or(draw.size());
  found.golden = detail::golden_differences(store, campaign.golden());
  golden(campaign.golden());

  found.wanted = detail::faults_to_rerun(options, draw.size(), samples.size());
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  const auto elapsed = [start] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  const auto time_is_up = [&] { return !options.injections && found.faults > 0 && elapsed() >= options.seconds; };
  const auto in_reach = [&] {  // faults, at this pace
    const double reach =
        options.injections ? INFINITY : double(found.faults) * std::max(1.0, options.seconds / elapsed());
    return reach < double(found.wanted) ? static_cast<std::uint64_t>(reach) : found.wanted;
  };
  Progress sum;
  while (found.faults < found.wanted && !time_is_up()) {
    constexpr std::uint64_t at_once = 4096;
    std::vector<StoredFault> stored;
    std::vector<Fault> list;
    while (stored.size() < std::min(at_once, found.wanted - found.faults)) {
      stored.push_back(draw[found.faults + stored.size()]);
      list.push_back(stored.back().fault);
    }
    const Progress before = sum;
    const auto compare = [&](const CampaignBlock& block) {
      for (std::size_t f = 0; f < block.records.size(); ++f)
        if (const StoredFault& fault = stored[block.first + f]; fault.record != block.records[f])
          found.differences.push_back({fault, block.records[f]});
      sum.faults = before.faults + block.progress.faults;
      sum.injections = before.injections + block.progress.injections;
      sum.changed = before.changed + block.progress.changed;
      sum.seconds = before.seconds + block.progress.seconds;
      found.faults = sum.faults;
      sum.all_faults = in_reach();
      progress(sum);
    };
    campaign.run(FaultList(std::move(list)), compare, {}, time_is_up);
  }
  return found;
}

/// One sentence on a fault that differs: which it is, what is stored, what was found.
inline std::string describe(const Store& store, const FaultDifference& difference) {
  const Fault& fault = difference.stored.fault;
  const StoredQuantity& quantity = store.quantities()[fault.site.quantity];
  const std::string bit = fault.bit == Fault::no_bit ? "" : fmt::format(", bit {}", fault.bit);
  return fmt::format("spikingjet: fault {} of '{}' ({} {}{}, {}) left another record on 'full'; stored: {}; found: {}",
                     difference.stored.id, store.path(), quantity.name(),
                     quantity.shape.index_str(fault.site.element), bit, fault_type_text(fault),
                     detail::record_text(difference.stored.record), detail::record_text(difference.found));
}

}  // namespace spikingjet
