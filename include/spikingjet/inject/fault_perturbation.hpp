// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/parameters.hpp>

#include <cstddef>
#include <span>

namespace spikingjet {

/// One fault at its injection point: what turns a golden run into a faulty one.
///
/// Injection points of quantities that the injector's targets do not hit compile to nothing.
///
/// **Laws** `restore` gives the parameters the bits they had before the first step.
template <class Injector>
class FaultPerturbation {
  using Net = typename Injector::Network;

 public:
  explicit FaultPerturbation(const Fault& fault) : fault_(fault) {}

  void begin_step(std::size_t step, Parameters<Net>& parameters) {
    if (Net::quantities[fault_.site.quantity].storage != Storage::parameter) return;
    if (!holds_golden_) {
      golden_ = parameters.read(fault_.site.quantity, fault_.site.element);
      holds_golden_ = true;
    }
    const bool present = fault_.window.contains(step);
    if (present == altered_) return;
    altered_ = present;
    parameters.write(fault_.site.quantity, fault_.site.element,
                     present ? fault_.alteration.on_parameter(golden_) : golden_);
  }

  template <std::size_t Quantity>
  void touch(std::size_t step, std::span<float> values) {
    if constexpr (Injector::hits(Quantity)) {
      if (fault_.site.quantity != Quantity || !fault_.window.contains(step)) return;
      values[fault_.site.element] = fault_.alteration.on_state(values[fault_.site.element]);
    }
  }

  /// Takes the fault back out of the parameters.
  void restore(Parameters<Net>& parameters) {
    if (altered_) parameters.write(fault_.site.quantity, fault_.site.element, golden_);
    altered_ = false;
  }

 private:
  Fault fault_;
  float golden_ = 0;
  bool holds_golden_ = false;
  bool altered_ = false;
};

}  // namespace spikingjet
