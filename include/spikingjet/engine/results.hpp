// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>
#include <spikingjet/outcome/golden_score.hpp>
#include <spikingjet/outcome/record.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace spikingjet {

/// Takes readouts that faults left on one sample; see `Results`.
class ResultBatch {
 public:
  virtual ~ResultBatch() = default;

  /// The readout that each of these faults, as indices into the list, left; both spans are valid during the call.
  ///
  /// **Shapes** readout (classes).
  virtual void take(std::span<const std::uint32_t> faults, std::span<const float> readout) = 0;
};

/// Takes what an engine finds: all that passes between an engine's `inject(faults, samples, results)` and whoever asks.
///
/// Each injection is handed on at most once, as a readout in a batch or within a count. One that is not handed on left
/// the golden readout, bit by bit. One that left it may still come as a readout, as from `FullEngine`; a count never
/// holds it. Counts name no samples, so whoever keeps outcomes, own outcomes or readouts takes none.
///
/// **Threads** all calls are the engine's, while `inject` runs. `open`, `golden` and `go_on` come from any thread,
/// several at once, `open` also several times for one sample. A batch is used by one thread, and gone before `inject`
/// returns. Counts come one at a time, from any thread.
/// **Laws** readouts and counts of an injection depend neither on the engine nor on threads; batches, and readouts in
/// them, come in any order.
/// **Errors** every call may throw: that ends the injections early, and `inject` throws it on, once all threads have
/// come to rest. What was handed on until then is a part of the results, of no use.
class Results {
 public:
  virtual ~Results() = default;

  /// Whether counts suffice. An engine may then judge injections where they run, by `golden`, and count them, or hand
  /// on readouts all the same. The answer stays the same.
  virtual bool takes_counts() const { return false; }

  /// What injections into a sample are judged by, where counts are taken.
  virtual GoldenScore golden(std::size_t /*sample*/) const { return {}; }

  /// Throws where injecting is to end: an engine asks now and then while it opens no batch.
  virtual void go_on() {}

  /// A batch of results of one sample.
  virtual std::unique_ptr<ResultBatch> open(std::size_t sample) = 0;

  /// Adds injections of a fault, as an index into the list; only where counts are taken.
  virtual void count(std::uint32_t /*fault*/, const ChangedInjections& /*changed*/) {}
};

}  // namespace spikingjet
