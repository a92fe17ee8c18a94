// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/one_fault.hpp>
#include <spikingjet/fault/whole_number.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

namespace spikingjet {

/// A span that does not reach as far as the fault's element.
class SpanTooShort : public Misuse {
 public:
  SpanTooShort(std::uint64_t fault_element, std::size_t span_size)
      : Misuse("spikingjet: 'apply' was given a span of " + std::to_string(span_size) +
               " values, but the fault strikes element " + std::to_string(fault_element) +
               "; give the whole tensor, row-major"),
        element(fault_element),
        size(span_size) {}

  std::uint64_t element;
  std::size_t size;
};

/// A step before the first.
class NoSuchStep : public Misuse {
 public:
  explicit NoSuchStep(WholeNumber wanted)
      : Misuse("spikingjet: no run has a step " + wanted.str() + "; steps count from 0, the first"),
        step(wanted.as_signed()) {}

  std::int64_t step;
};

/// A fault in a stored parameter where `apply` takes faults in states: applied at each step, a flip would undo itself.
class StateFaultWanted : public Misuse {
 public:
  StateFaultWanted()
      : Misuse(
            "spikingjet: 'apply' takes faults in states and spikes, and this one is in a stored parameter; use "
            "'ParameterFault', or set 'site.storage' to 'Storage::state' or 'Storage::spike', as 'bit_flip(element, "
            "bit)' and its like do") {}
};

namespace detail {

/// What a fault leaves of a state: `Alteration::on_state` on bits alone where nothing is scaled, so that no option of
/// the compiler (`-ffast-math`) and no mode of the processor (subnormals flushed) has a say.
constexpr float struck_state(const Alteration& alteration, float value) {
  return alteration.has_factor() ? alteration.on_state(value) : to_float(alteration.masked(to_word(canonical(value))));
}

constexpr std::uint64_t step_number(WholeNumber step) {
  return step.is_negative() ? throw NoSuchStep(step) : step.value();
}

/// A value, or what a range holds.
template <class T>
struct Held {
  using type = std::remove_cvref_t<T>;
};
template <class T>
requires requires(T& values) { *std::begin(values); }
struct Held<T> {
  using type = std::remove_cvref_t<decltype(*std::begin(std::declval<T&>()))>;
};

/// What a fault can strike in place: a float, or floats side by side.
template <class T>
concept Struck = std::is_convertible_v<T, float&> || std::is_convertible_v<T, std::span<float>>;

template <class T>
consteval bool check_struck() {
  using Value = typename Held<std::remove_reference_t<T>>::type;
  constexpr bool doubles = std::is_same_v<Value, double>;
  constexpr bool floats = std::is_same_v<Value, float>;
  static_assert(!doubles,
                "spikingjet: faults strike the 32 bits of a 'float', and a 'double' has others; strike a copy, "
                "'float v = float(x); apply(fault, v, step); x = v;', which rounds to float32, or hold the values as "
                "'float'; see "
                "docs/standalone_headers.md");
  static_assert(
      doubles || !floats,
      "spikingjet: a fault strikes floats in place, that stand side by side and are not const: a 'std::vector<float>', "
      "'std::array', C array, 'std::span<float>' or 'float', not a temporary; strike a copy of others; see "
      "docs/standalone_headers.md");
  static_assert(doubles || floats,
                "spikingjet: faults strike the 32 bits of a 'float', and what is given here is none, and no array of "
                "them: give a "
                "'std::span<float>' or what converts to one, for a pointer 'std::span(pointer, size)'; see "
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
/// **Errors** `SpanTooShort`; `StateFaultWanted`; `NoSuchStep`; arrays of anything but `float`, and of const ones, do
/// not compile.
inline void apply(const Fault& fault, std::span<float> values, WholeNumber step) {
  const std::uint64_t now = detail::step_number(step);
  if (fault.site.storage == Storage::parameter) throw StateFaultWanted();
  if (fault.site.element >= values.size()) throw SpanTooShort(fault.site.element, values.size());
  if (!fault.window.contains(now)) return;
  float& value = values[static_cast<std::size_t>(fault.site.element)];
  value = detail::struck_state(fault.alteration, value);
}

/// One state or spike with a fault; which element it is, the caller knows: the fault's is not looked at.
///
/// **Errors** `StateFaultWanted`; `NoSuchStep`.
template <std::same_as<float> Float>  // a template, so that '{}' is an empty span
[[nodiscard]] Float apply(const Fault& fault, const Float& value, WholeNumber step) {
  const std::uint64_t now = detail::step_number(step);
  if (fault.site.storage == Storage::parameter) throw StateFaultWanted();
  return fault.window.contains(now) ? detail::struck_state(fault.alteration, value) : value;
}

/// Likewise in place; also returns the value.
inline float apply(const Fault& fault, float& value, WholeNumber step) {
  const float before = value;
  return value = apply(fault, before, step);
}

/// Never compiles.
template <class T>
requires(!detail::Struck<T> && !std::same_as<std::remove_cvref_t<T>, float>) void apply(const Fault&, T&&,
                                                                                        WholeNumber) {
  static_assert(detail::check_struck<T>());
}

/// Never compiles.
template <class T>
void apply(const Fault&, T&&) {
  static_assert(sizeof(T) == 0,
                "spikingjet: 'apply' needs the step of the run behind the values, 'apply(fault, values, step)', "
                "counted from 0; see "
                "docs/standalone_headers.md");
}

/// Never compiles.
template <class T>
requires(!std::same_as<std::remove_cvref_t<T>, Fault>) void apply(T&&, const Fault&, WholeNumber) {
  static_assert(sizeof(T) == 0,
                "spikingjet: 'apply' takes the fault before the values, 'apply(fault, values, step)'; see "
                "docs/standalone_headers.md");
}

/// A fault in a stored parameter of a simulator of one's own: call `at(step)` before each step; the fault-free value is
/// put back in steps without the fault and on destruction.
///
/// **Laws** after destruction the parameter has its first bits again.
/// **Errors** `SpanTooShort`.
class ParameterFault {
 public:
  ParameterFault(const Fault& fault, std::span<float> parameter) : fault_(fault), parameter_(parameter) {
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
  requires(!detail::Struck<T>) ParameterFault(const Fault&, T&&) { static_assert(detail::check_struck<T>()); }
  ParameterFault(const ParameterFault&) = delete;
  ParameterFault& operator=(const ParameterFault&) = delete;
  ~ParameterFault() { element() = golden_; }

  /// **Errors** `NoSuchStep`.
  void at(WholeNumber step) {
    element() = fault_.window.contains(detail::step_number(step)) ? fault_.alteration.on_parameter(golden_) : golden_;
  }

 private:
  float& element() const { return parameter_[static_cast<std::size_t>(fault_.site.element)]; }

  Fault fault_;
  std::span<float> parameter_;
  float golden_ = 0;
};

}  // namespace spikingjet
