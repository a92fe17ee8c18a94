// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/arithmetic.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/inject/decision.hpp>
#include <spikingjet/inject/device_times.hpp>
#include <spikingjet/model/sample.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace spikingjet {

/// A device that has too little memory for even one sample or one faulty run.
class DeviceTooSmall : public Failure {
 public:
  DeviceTooSmall(const std::string& what, std::size_t limit_bytes)
      : Failure("spikingjet: " + what + " does not fit into the " + std::to_string(limit_bytes >> 20) +
                " MiB that the device may use; allow more of its memory, or use '--backend cpu'"),
        limit(limit_bytes) {}

  std::size_t limit;  // [byte]
};

/// GPU code whose float arithmetic is not the canonical one.
class UnsoundDevice : public Failure {
 public:
  explicit UnsoundDevice(ArithmeticFlaw found)
      : Failure("spikingjet: the GPU code of this program does not have the float arithmetic of every other build; compile its .cu files with the options "
                "of 'spikingjet::cuda', such as '--fmad=false', and without '--use_fast_math'; see docs/gpu.md"),
        flaw(found) {}

  ArithmeticFlaw flaw;
};

/// What a judge must know of a golden run.
struct GoldenScore {
  static constexpr std::uint32_t no_label = ~std::uint32_t{0};

  float score = 0;
  std::uint32_t top = 0;
  std::uint32_t label = no_label;
};

/// Judges nothing: for those who want readouts.
struct NoJudge {
  static constexpr std::uint32_t codes = 1;

  SPIKINGJET_HD static std::uint32_t code(const GoldenScore&, const float*, std::size_t) { return 0; }
};

/// What takes counts of injections that ended alike, with a readout that differs from the golden one.
class CountSink {
 public:
  virtual ~CountSink() = default;

  /// Throws where counting is to end; any thread may ask.
  virtual void go_on() {}

  /// `fault` is an index into the list, `code` what the judge says.
  virtual void count(std::uint32_t fault, std::uint32_t code, std::uint64_t injections) = 0;
};

/// What takes the readouts that differ from golden ones.
class ReadoutSink {
 public:
  virtual ~ReadoutSink() = default;

  /// Readouts of faults, as indices into the list, on one sample.
  ///
  /// **Shapes** readouts (faults, classes).
  virtual void take(std::size_t sample, std::span<const std::uint32_t> faults, std::span<const float> readouts) = 0;
};

/// Runs golden and faulty copies of a network on a device.
class DeviceRuns {
 public:
  virtual ~DeviceRuns() = default;

  /// Golden readouts of the distinct samples.
  ///
  /// **Shapes** returns (distinct, classes), row-major.
  virtual std::vector<float> golden(const SampleRange& samples) = 0;

  /// Injects every fault into every sample; faults are injectable.
  ///
  /// **Errors** `DeviceTooSmall`; what the sink throws.
  virtual Decisions inject(std::span<const Fault> faults, const SampleRange& samples, ReadoutSink& sink) = 0;

  /// The same, judged and counted on the device.
  ///
  /// **Shapes** golden (distinct samples).
  virtual Decisions count(std::span<const Fault> faults, const SampleRange& samples, std::span<const GoldenScore> golden, CountSink& sink) = 0;

  /// What its time went into since it was made.
  virtual DeviceTimes times() const { return {}; }
};

}  // namespace spikingjet
