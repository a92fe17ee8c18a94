// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/arithmetic.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/device/times.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/fault/fault.hpp>
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
      : Failure(
            "spikingjet: the GPU code of this program does not have the float arithmetic of every other build; compile "
            "its .cu files with the options "
            "of 'spikingjet::cuda', such as '--fmad=false', and without '--use_fast_math'; see docs/gpu.md"),
        flaw(found) {}

  ArithmeticFlaw flaw;
};

/// Runs golden and faulty copies of a network on a device.
class DeviceRuns {
 public:
  virtual ~DeviceRuns() = default;

  /// Golden readouts of the distinct samples.
  ///
  /// **Shapes** returns (distinct, classes), row-major.
  virtual std::vector<float> golden(const SampleRange& samples) = 0;

  /// Injects every fault into every sample; faults are injectable. Injections are judged on the device where counts are
  /// taken.
  ///
  /// **Errors** `DeviceTooSmall`; what `results` throws.
  virtual Decisions inject(std::span<const Fault> faults, const SampleRange& samples, Results& results) = 0;

  /// What its time went into since it was made.
  virtual DeviceTimes times() const { return {}; }
};

}  // namespace spikingjet
