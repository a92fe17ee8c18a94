// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/outcome/injection_bytes.hpp>
#include <spikingjet/outcome/injection_outcome.hpp>
#include <spikingjet/outcome/injection_rows.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

/// Outcomes of injections into consecutive faults, in whatever order they are found: those that are not masked, in
/// little memory, as they are encoded in packs while more of them come. One thread at a time fills an object; several
/// objects may have outcomes of the same faults.
///
/// **Cost** 16 bytes for each of the last `most_loose` outcomes and 4 for each fault; two or three bytes for each
/// outcome before, and one a fault and pack.
class InjectionPacks {
 public:
  /// Encoded rows of all faults, `InjectionEncoder::most_faults` of them a chunk: chunk k has the same faults in each
  /// pack.
  using Pack = std::vector<InjectionChunk>;

  InjectionPacks(std::uint64_t first, std::size_t faults, std::size_t most_loose)
      : first_(first), faults_(faults), most_loose_(most_loose) {}

  /// Adds an outcome that these faults, counted from the first one, share.
  void add(std::span<const std::uint32_t> faults, const InjectionOutcome& injection) {
    if (of_samples_.empty() || of_samples_.back().sample != injection.sample)
      of_samples_.push_back({injection.sample, loose_.size()});
    const auto code = static_cast<std::uint32_t>(detail::code_of(injection));
    for (const std::uint32_t f : faults) loose_.push_back({f, code});
    if (loose_.size() >= most_loose_) pack();
  }

  /// Packs that hold everything that was added.
  std::span<const Pack> packs() {
    if (!loose_.empty()) pack();
    return packs_;
  }

 private:
  struct Loose {
    std::uint32_t fault;
    std::uint32_t code;  // as `CodedInjection` has it
  };
  /// The loose outcomes of a sample, which stand together.
  struct OfSample {
    std::uint32_t sample;
    std::size_t begin;
  };

  void pack() {
    sort();
    InjectionEncoder encoder(first_, InjectionEncoder::most_faults, std::numeric_limits<std::size_t>::max());
    for (std::size_t f = 0; f < faults_; ++f)
      encoder.add(std::span<const CodedInjection>(sorted_).subspan(begin_[f], begin_[f + 1] - begin_[f]));
    packs_.push_back(encoder.take());
    loose_.clear();
    of_samples_.clear();
  }

  /// Sorts loose outcomes by fault and sample: what is of fault f begins at `begin_[f]`.
  void sort() {
    begin_.assign(faults_ + 2, 0);  // one place further until the rows are filled
    for (const Loose& loose : loose_) ++begin_[loose.fault + 2];
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    sorted_.resize(loose_.size());
    for (std::size_t s = 0; s < of_samples_.size(); ++s) {
      const std::size_t end = s + 1 < of_samples_.size() ? of_samples_[s + 1].begin : loose_.size();
      for (std::size_t i = of_samples_[s].begin; i < end; ++i)
        sorted_[begin_[loose_[i].fault + 1]++] = {of_samples_[s].sample, loose_[i].code};
    }
    const auto earlier = [](const OfSample& a, const OfSample& b) { return a.sample < b.sample; };
    if (std::is_sorted(of_samples_.begin(), of_samples_.end(), earlier)) return;
    for (std::size_t f = 0; f < faults_; ++f)
      std::sort(sorted_.begin() + static_cast<std::ptrdiff_t>(begin_[f]),
                sorted_.begin() + static_cast<std::ptrdiff_t>(begin_[f + 1]), detail::is_of_earlier_sample);
  }

  std::uint64_t first_;
  std::size_t faults_;
  std::size_t most_loose_;
  std::vector<Loose> loose_;
  std::vector<OfSample> of_samples_;
  std::vector<Pack> packs_;

  // kept from pack to pack
  std::vector<std::uint32_t> begin_;
  std::vector<CodedInjection> sorted_;
};

namespace detail {

/// One row of parts that are ascending in sample. The parts of one thread mostly ascend from one to the next, so that
/// there are about as many runs as threads.
class RowMerger {
 public:
  void clear() {
    row_.clear();
    runs_.clear();
  }

  /// Adds a part, ascending in sample.
  void add(std::span<const CodedInjection> part) {
    if (part.empty()) return;
    if (row_.empty() || part.front().sample < row_.back().sample) runs_.push_back(row_.size());
    row_.insert(row_.end(), part.begin(), part.end());
  }

  /// All parts as one, ascending in sample; valid until the next call.
  std::span<const CodedInjection> merged() {
    while (runs_.size() > 1) {
      const auto at = [this](std::size_t run) {
        return row_.begin() + static_cast<std::ptrdiff_t>(run < runs_.size() ? runs_[run] : row_.size());
      };
      halved_.clear();
      other_.clear();
      for (std::size_t run = 0; run < runs_.size(); run += 2) {
        halved_.push_back(other_.size());
        std::merge(at(run), at(run + 1), at(run + 1), at(run + 2), std::back_inserter(other_), is_of_earlier_sample);
      }
      row_.swap(other_);
      runs_.swap(halved_);
    }
    return row_;
  }

 private:
  std::vector<CodedInjection> row_;
  std::vector<std::size_t> runs_;  // where each begins
  std::vector<CodedInjection> other_;
  std::vector<std::size_t> halved_;
};

}  // namespace detail

/// Chunk k of several packs of the same faults as one: the rows with the injections of all of them, in chunks as a
/// store takes them.
inline std::vector<InjectionChunk> merged(std::span<const InjectionPacks::Pack* const> packs, std::size_t k,
                                          std::uint64_t samples, std::uint64_t classes) {
  const InjectionChunk& like = (*packs.front())[k];
  std::vector<InjectionDecoder> decoders;
  for (const InjectionPacks::Pack* pack : packs) decoders.emplace_back((*pack)[k].rows, classes);
  InjectionEncoder encoder(like.first);
  detail::RowMerger row;
  for (std::uint64_t f = 0; f < like.faults; ++f) {
    row.clear();
    for (InjectionDecoder& decoder : decoders) row.add(decoder.next_coded(samples));
    encoder.add(row.merged());
  }
  return encoder.take();
}

}  // namespace spikingjet
