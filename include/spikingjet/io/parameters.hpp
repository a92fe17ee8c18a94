// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/io/weights.hpp>
#include <spikingjet/model/parameters.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace spikingjet {

/// A weights file whose neurons fire with a value other than 1, which no layer here does.
class GradedSpikes : public Misuse {
 public:
  GradedSpikes(const std::string& path, std::string array, float found)
      : Misuse("spikingjet: '" + array + "' in '" + path + "' is " + std::to_string(found) +
               "; only spikes of 1 are supported: fold the factor into the next layer's weights"),
        name(std::move(array)),
        value(found) {}

  std::string name;
  float value;
};

namespace detail {

/// The values of one parameter: from the file, from the `beta` beside it, or the layer's default.
template <class Layer>
std::vector<float> load_parameter(const WeightFile& file, const ParameterInfo& info) {
  const std::string name = Layer::name.str() + "." + info.field.str();
  const std::string beta = Layer::name.str() + ".beta";
  if (file.contains(name)) {
    Tensor tensor = file.tensor(name);
    const bool one_value = info.shape.size() == 1 && tensor.values.size() == 1;
    if (tensor.shape != info.shape && !one_value)
      throw WrongShape({file.path(), name}, info.shape.str(), tensor.shape.str());
    return std::move(tensor.values);
  }
  if constexpr (requires { Layer::Dynamics::derived_from_beta(info.field, 0.0F, 1.0F); }) {
    if (file.contains(beta) && Layer::Dynamics::derived_from_beta(info.field, 0.5F, 1.0F)) {
      Tensor tensor = file.tensor(beta);
      const bool one_value = info.shape.size() == 1 && tensor.values.size() == 1;
      if (tensor.shape != info.shape && !one_value)
        throw WrongShape({file.path(), beta}, info.shape.str(), tensor.shape.str());
      for (float& value : tensor.values) value = *Layer::Dynamics::derived_from_beta(info.field, value, 1.0F);
      return std::move(tensor.values);
    }
  }
  if (info.required) throw ArrayMissing(file.path(), name, file.names());
  return std::vector<float>(info.shape.size(), info.default_value);
}

}  // namespace detail

/// Reads a network's parameters from a weights file with the state_dict's names: `fc1.weight`, `lif1.beta`.
///
/// Values keep their bits. `warn` is told in a sentence of NaN or infinite values, which are allowed, and of arrays that
/// the network does not use. A Lapicque layer may give `beta` instead of `R` and `C`.
///
/// **Errors** those of `WeightFile`; `ArrayMissing`; `WrongShape` with the parameter's name, the shape wanted and found;
/// `GradedSpikes`.
/// **Example** `auto parameters = load_parameters<Net>("weights.npz");`
template <class Net>
Parameters<Net> load_parameters(const WeightFile& file, const std::function<void(const std::string&)>& warn = {}) {
  Parameters<Net> parameters;
  std::vector<std::string> used;
  const auto load_layer = [&]<class Layer>(std::type_identity<Layer>) {
    for (const ParameterInfo& info : Layer::parameters) {
      const std::string name = Layer::name.str() + "." + info.field.str();
      const std::vector<float> values = detail::load_parameter<Layer>(file, info);
      parameters.assign(name, values);
      used.push_back(name);
      std::size_t not_finite = 0;
      for (const float value : values) not_finite += !is_finite(value);
      if (warn && not_finite > 0)
        warn("spikingjet: '" + name + "' in '" + file.path() + "' holds " + std::to_string(not_finite) +
             " values that are NaN or infinite; they are used as they are");
    }
    // What snnTorch keeps beside the parameters of a neuron.
    for (const char* field : {"beta", "graded_spikes_factor", "reset_mechanism_val"})
      used.push_back(Layer::name.str() + "." + field);
    const std::string graded = Layer::name.str() + ".graded_spikes_factor";
    if (file.contains(graded))
      for (const float factor : file.tensor(graded).values)
        if (factor != 1.0F) throw GradedSpikes(file.path(), graded, factor);
  };
  [&]<class... Layer>(std::type_identity<std::tuple<Layer...>>) {
    (load_layer(std::type_identity<Layer>{}), ...);
  }(std::type_identity<typename Net::Layers>{});

  std::string unused;
  for (const std::string& name : file.names())
    if (std::find(used.begin(), used.end(), name) == used.end()) unused += (unused.empty() ? "'" : ", '") + name + "'";
  if (warn && !unused.empty()) warn("spikingjet: the network does not use " + unused + " of '" + file.path() + "'");
  return parameters;
}

/// Reads a network's parameters from the file at a path, likewise.
template <class Net>
Parameters<Net> load_parameters(const std::filesystem::path& path,
                                const std::function<void(const std::string&)>& warn = {}) {
  return load_parameters<Net>(WeightFile::open(path), warn);
}

}  // namespace spikingjet
