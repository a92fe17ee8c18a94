// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/one_fault.hpp>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <span>
#include <string>
#include <type_traits>

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
               "'ParameterFault', or set 'site.storage' to 'Storage::state' or 'Storage::spike', as 'bit_flip(element, bit)' and its like do") {}
};

namespace detail {

/// What a fault leaves of a state: `Alteration::on_state` on bits alone where nothing is scaled, so that no option of the
/// compiler (`-ffast-math`) and no mode of the processor (subnormals flushed) has a say.
constexpr float struck_state(const Alteration& alteration, float value) {
  return alteration.has_factor() ? alteration.on_state(value) : to_float(alteration.masked(to_word(canonical(value))));
}

template <class T>
concept HoldsDoubles = std::same_as<std::remove_cvref_t<T>, double> || requires(T& values) {
  requires std::same_as<std::remove_cvref_t<decltype(*std::begin(values))>, double>;
};

template <class T>
consteval bool check_float32() {
  static_assert(!HoldsDoubles<T>,
                "spikingjet: faults strike the 32 bits of a 'float', and a 'double' has others; strike a copy, "
                "'float v = float(x); apply(fault, v, step); x = v;', which rounds to float32, or hold the values as 'float'; see "
                "docs/standalone_headers.md");
  return true;
}

}  // namespace detail

/// Applies a fault to the states or spikes of a simulator of one's own, in place.
///
/// Call it once per step: for a potential or current after update and firing, for a spike after firing. For a stored
/// parameter use `ParameterFault`, which also takes the fault back.
///
/// **Shapes** values: the whole quantity, row-major.
/// **Laws** no element but the fault's changes; nothing changes in steps without the fault; any NaN in the element
/// becomes the canonical one before the masks act; the same bits under `-ffast-math`, but for a scaled subnormal.
/// **Errors** `SpanTooShort`; `StateFaultWanted`; arrays of `double` do not compile.
inline void apply(const Fault& fault, std::span<float> values, std::size_t step) {
  if (fault.site.storage == Storage::parameter) throw StateFaultWanted();
  if (fault.site.element >= values.size()) throw SpanTooShort(fault.site.element, values.size());
  if (!fault.window.contains(step)) return;
  float& value = values[static_cast<std::size_t>(fault.site.element)];
  value = detail::struck_state(fault.alteration, value);
}

/// One state or spike with a fault; which element it is, the caller knows: the fault's is not looked at.
///
/// **Errors** `StateFaultWanted`.
template <std::same_as<float> Float>  // a template, so that '{}' is an empty span
[[nodiscard]] Float apply(const Fault& fault, const Float& value, std::size_t step) {
  if (fault.site.storage == Storage::parameter) throw StateFaultWanted();
  return fault.window.contains(step) ? detail::struck_state(fault.alteration, value) : value;
}

/// Likewise in place; also returns the value.
inline float apply(const Fault& fault, float& value, std::size_t step) {
  const float before = value;
  return value = apply(fault, before, step);
}

/// Never compiles.
template <class T>
  requires detail::HoldsDoubles<T>
void apply(const Fault&, T&&, std::size_t) {
  static_assert(detail::check_float32<T>());
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
  /// One parameter; the fault's element is not looked at.
  ParameterFault(const Fault& fault, float& parameter) : fault_(fault), parameter_(&parameter, 1) {
    fault_.site.element = 0;
    golden_ = parameter;
  }
  /// Never compiles.
  template <class T>
    requires detail::HoldsDoubles<T>
  ParameterFault(const Fault&, T&&) {
    static_assert(detail::check_float32<T>());
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
