// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/fault.hpp>

#include <cstddef>
#include <span>
#include <string>

namespace spikingjet {

/// A span that does not reach as far as the fault's element.
class SpanTooShort : public Misuse {
 public:
  SpanTooShort(std::uint64_t fault_element, std::size_t span_size)
      : Misuse("spikingjet: 'apply' was given a span of " + std::to_string(span_size) + " values, but the fault strikes element " +
               std::to_string(fault_element) + "; give the whole tensor, row-major"),
        element(fault_element),
        size(span_size) {}

  std::uint64_t element;
  std::size_t size;
};

/// A fault in a stored parameter where `apply` takes faults in states: applied at each step, a flip would undo itself.
class StateFaultWanted : public Misuse {
 public:
  StateFaultWanted()
      : Misuse("spikingjet: 'apply' takes faults in states and spikes, and this one is in a stored parameter; use "
               "'ParameterFault', or set 'site.storage' to 'Storage::state' or 'Storage::spike'") {}
};

/// Applies a fault to the states or spikes of a simulator of one's own, in place.
///
/// Call it once per step: for a potential or current after update and firing, for a spike after firing. For a stored
/// parameter use `ParameterFault`, which also takes the fault back.
///
/// **Shapes** values: the whole quantity, row-major.
/// **Laws** no element but the fault's changes; nothing changes in steps without the fault; any NaN in the element
/// becomes the canonical one before the masks act.
/// **Errors** `SpanTooShort`; `StateFaultWanted`.
inline void apply(const Fault& fault, std::span<float> values, std::size_t step) {
  if (fault.site.storage == Storage::parameter) throw StateFaultWanted();
  if (fault.site.element >= values.size()) throw SpanTooShort(fault.site.element, values.size());
  if (!fault.window.contains(step)) return;
  float& value = values[static_cast<std::size_t>(fault.site.element)];
  value = fault.alteration.on_state(value);
}

/// A fault in a stored parameter of a simulator of one's own: call `at(step)` before each step; the fault-free value is
/// put back in steps without the fault and on destruction.
///
/// **Laws** after destruction the parameter has its first bits again.
/// **Errors** `SpanTooShort`.
class ParameterFault {
 public:
  ParameterFault(const Fault& fault, std::span<float> parameter)
      : fault_(fault), parameter_(parameter) {
    if (fault.site.element >= parameter.size()) throw SpanTooShort(fault.site.element, parameter.size());
    golden_ = element();
  }
  ParameterFault(const ParameterFault&) = delete;
  ParameterFault& operator=(const ParameterFault&) = delete;
  ~ParameterFault() { element() = golden_; }

  void at(std::size_t step) { element() = fault_.window.contains(step) ? fault_.alteration.on_parameter(golden_) : golden_; }

 private:
  float& element() const { return parameter_[static_cast<std::size_t>(fault_.site.element)]; }

  Fault fault_;
  std::span<float> parameter_;
  float golden_ = 0;
};

}  // namespace spikingjet
