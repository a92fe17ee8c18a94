// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/model/network.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spikingjet {

/// A name that is no parameter of the network.
class UnknownParameter : public Misuse {
 public:
  UnknownParameter(std::string found, const std::string& allowed)
      : Misuse("spikingjet: the network has no parameter '" + found + "'; it has " + allowed), name(std::move(found)) {}

  std::string name;
};

/// A tensor with another number of values than the parameter it is meant for.
class WrongParameterSize : public Misuse {
 public:
  WrongParameterSize(std::string parameter, std::size_t wanted_values, std::size_t found_values)
      : Misuse("spikingjet: parameter '" + parameter + "' takes " + std::to_string(wanted_values) + " values, not " +
               std::to_string(found_values)),
        name(std::move(parameter)),
        wanted(wanted_values),
        found(found_values) {}

  std::string name;
  std::size_t wanted;
  std::size_t found;
};

/// The values of a network's parameters, all in one block of float32.
///
/// A fault in a stored value is a `write`. Weights are stored with the outputs running fastest; elements are always
/// addressed row-major in the quantity's logical shape.
///
/// **Laws** `write(q, e, v)` then `read(q, e)` gives the bits of v; `all_finite(q)` is true exactly where every value
/// of q is finite, and `has_negative_zero(q)` where one is -0.
template <class Net>
class Parameters {
 public:
  /// Every value at its default: 0 where the layer states none.
  Parameters() : values_(Net::parameter_count + lane_slack) {
    std::size_t q = 0;
    [&]<class... L>(std::type_identity<std::tuple<L...>>) {
      (
          [&] {
            for (const ParameterInfo& p : L::parameters) fill(q++, p.default_value);
            q += L::states.size() + (L::kind == LayerKind::neuron);
          }(),
          ...);
    }(std::type_identity<typename Net::Layers>{});
  }

  /// Value of an element, row-major in the quantity's shape.
  float read(std::size_t quantity, std::size_t element) const { return values_[position(quantity, element)]; }

  /// Sets an element, row-major in the quantity's shape.
  void write(std::size_t quantity, std::size_t element, float value) {
    float& stored = values_[position(quantity, element)];
    not_finite_[quantity] += std::size_t(!is_finite(value)) - std::size_t(!is_finite(stored));
    negative_zeros_[quantity] += std::size_t(is_negative_zero(value)) - std::size_t(is_negative_zero(stored));
    stored = value;
  }

  /// Sets a whole tensor from row-major values.
  ///
  /// **Errors** `UnknownParameter`, `WrongParameterSize`.
  void assign(std::string_view name, std::span<const float> row_major) {
    const std::size_t q = find(name);
    if (row_major.size() != Net::quantities[q].size())
      throw WrongParameterSize(std::string(name), Net::quantities[q].size(), row_major.size());
    for (std::size_t e = 0; e < row_major.size(); ++e) write(q, e, row_major[e]);
  }

  /// The row-major values of a tensor.
  ///
  /// **Errors** `UnknownParameter`.
  std::vector<float> tensor(std::string_view name) const {
    const std::size_t q = find(name);
    std::vector<float> row_major(Net::quantities[q].size());
    for (std::size_t e = 0; e < row_major.size(); ++e) row_major[e] = read(q, e);
    return row_major;
  }

  /// The stored values of a quantity, weights with the outputs running fastest; readable for `lane_slack` floats more.
  std::span<const float> stored(std::size_t quantity) const {
    return std::span(values_).subspan(Net::quantities[quantity].offset, Net::quantities[quantity].size());
  }

  /// Whether no value of a quantity is NaN or infinite; without looking at them.
  bool all_finite(std::size_t quantity) const { return not_finite_[quantity] == 0; }
  /// Whether a value of a quantity is -0; likewise.
  bool has_negative_zero(std::size_t quantity) const { return negative_zeros_[quantity] != 0; }

  /// All values in the order of `Net::quantities`; what a digest covers.
  std::span<const float> values() const { return std::span(values_).first(Net::parameter_count); }

 private:
  static std::size_t position(std::size_t quantity, std::size_t element) {
    return Net::quantities[quantity].offset + Net::quantities[quantity].position(element);
  }

  static std::size_t find(std::string_view name) {
    std::string allowed;
    for (std::size_t q = 0; q < Net::quantities.size(); ++q) {
      if (Net::quantities[q].storage != Storage::parameter) continue;
      const std::string candidate = Net::quantities[q].name();
      if (candidate == name) return q;
      allowed += (allowed.empty() ? "'" : ", '") + candidate + "'";
    }
    throw UnknownParameter(std::string(name), allowed);
  }

  void fill(std::size_t quantity, float value) {
    for (std::size_t e = 0; e < Net::quantities[quantity].size(); ++e) write(quantity, e, value);
  }

  std::vector<float> values_;                                    // (Net::parameter_count + lane_slack)
  std::array<std::size_t, Net::quantities.size()> not_finite_{};      // [quantity] number of values NaN or infinite
  std::array<std::size_t, Net::quantities.size()> negative_zeros_{};  // [quantity] number of values -0
};

}  // namespace spikingjet
