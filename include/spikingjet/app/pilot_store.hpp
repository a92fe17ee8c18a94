// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/sample_kind.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/core/digest.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/expected_rates.hpp>
#include <spikingjet/fault/pilot.hpp>
#include <spikingjet/fault/stratification.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// What faults are drawn for, as far as drawing looks at it.
struct SamplingSubject {
  std::string network{};  // its summary
  std::string weights{};  // the digest of its parameters' values; empty where they are not known
  ValuesOf values_of{};   // likewise
  std::string data{};     // the digest of the samples; empty where they are not known
  std::size_t samples = 0;
};

/// A network of which the parameters are known; they must outlive the subject.
template <class Net>
SamplingSubject subject_of(const Parameters<Net>& parameters) {
  return {Net::summary(), Digest().add(parameters.values()).hex(),
          [&parameters](std::size_t quantity) { return parameters.stored(quantity); }};
}

/// A network and the samples that it is to run on.
template <class Net>
SamplingSubject subject_of(const Parameters<Net>& parameters, const SampleRange& samples) {
  SamplingSubject subject = subject_of(parameters);
  subject.data = digest_of(samples).hex();
  subject.samples = samples.size();
  return subject;
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

/// Opens a store that is to be a pilot.
///
/// **Errors** `BadOption` for a file that is none; those of `Store::open`.
Store open_pilot(const std::string& path);

/// Refuses a store of another network, other weights or another fault space.
void require_pilot_of(const Store& store, const std::string& path, const FaultSpace& space,
                      const SamplingSubject& subject);

/// Refuses a store whose faults are not a simple random sample of each of the strata.
void require_random(const Store& store, const std::string& path, const Stratification& strata);

}  // namespace detail

/// What tells a pilot from others: a digest of the identity of its campaign, its faults among it.
///
/// **Laws** the same for the same campaign, wherever its store lies.
/// **Errors** `BadOption` for a file that is no store; those of `Store::open`.
std::string pilot_key(const std::string& path);

/// What is to be told of a pilot that `read_pilot` takes: that it ran on other samples, and that outcomes may have
/// decided how many faults it has, as its rule ended it, or somebody who could see them. What it shows is then what one
/// expects here, which is all that a pilot is for: intervals do not rest on it.
///
/// **Errors** those of `Store::open`.
std::vector<std::string> pilot_remarks(const std::string& path, const SamplingSubject& subject);

/// What a stored campaign shows of each stratum: the share of a fault's samples that had another top-1 class (SDC-1).
///
/// **Errors** `UnusablePilot`: another network, other weights, faults that are no random sample of each stratum, as
/// those of an unfinished campaign; `ForeignPilot`: another fault space; `BadOption`: no store; those of `Store::open`.
/// **Cost** a row of the store for each fault, and `FaultSpace::index_of`.
Pilot read_pilot(const std::string& path, const Stratification& strata, const SamplingSubject& subject);

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/pilot_store.hpp>
#endif
