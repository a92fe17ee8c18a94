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

/// One value in a weights file for a constant that every neuron has of its own.
class SharedValue : public Misuse {
 public:
  SharedValue(const std::string& path, std::string array, const ParameterInfo& info)
      : Misuse("spikingjet: '" + array + "' in '" + path + "' is a single value, wanted is shape " + info.shape.str() +
               "; where all neurons share it, write 'Shared<\"" + info.field.str() +
               "\", Sharing::per_layer>' behind the layer's name; see docs/concepts/neuron_model.md"),
        name(std::move(array)),
        wanted(info.shape) {}

  std::string name;
  Shape wanted;
};

namespace detail {

/// The values of an array, where it has the parameter's shape; a single value needs no shape.
inline std::vector<float> load_shaped(const WeightFile& file, const std::string& name, const ParameterInfo& info) {
  Tensor tensor = file.tensor(name);
  const bool one_value = info.shape.size() == 1 && tensor.values.size() == 1;
  if (tensor.values.size() == 1 && !one_value) throw SharedValue(file.path(), name, info);
  if (tensor.shape != info.shape && !one_value)
    throw WrongShape({file.path(), name}, info.shape.str(), tensor.shape.str());
  return std::move(tensor.values);
}

/// The values of one parameter: from the file, from the `beta` beside it, or the layer's default.
template <class Layer>
std::vector<float> load_parameter(const WeightFile& file, const ParameterInfo& info) {
  const std::string name = Layer::name.str() + "." + info.field.str();
  const std::string beta = Layer::name.str() + ".beta";
  if (file.contains(name)) return load_shaped(file, name, info);
  if constexpr (requires { Layer::Dynamics::derived_from_beta(info.field, 0.0F, 1.0F); }) {
    const auto derived = [](Name field) { return Layer::Dynamics::derived_from_beta(field, 0.5F, 1.0F).has_value(); };
    const bool alone = std::none_of(Layer::parameters.begin(), Layer::parameters.end(), [&](const ParameterInfo& other) {
      return derived(other.field) && file.contains(Layer::name.str() + "." + other.field.str());
    });
    if (file.contains(beta) && alone && derived(info.field)) {
      const std::string time_step = Layer::name.str() + ".time_step";
      std::vector<float> values = load_shaped(file, beta, info);
      const std::vector<float> dt = file.contains(time_step) ? file.tensor(time_step).values : std::vector{1.0F};
      if (dt.size() != 1 && dt.size() != values.size())
        throw WrongShape({file.path(), time_step}, info.shape.str(), file.shape(time_step).str());
      for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = *Layer::Dynamics::derived_from_beta(info.field, values[i], dt[dt.size() == 1 ? 0 : i]);
      return values;
    }
  }
  if (info.required) throw ArrayMissing(file.path(), name, file.names());
  return std::vector<float>(info.shape.size(), info.default_value);
}

}  // namespace detail

/// Reads a network's parameters from a weights file with the state_dict's names: `fc1.weight`, `lif1.beta`.
///
/// Values keep their bits. `warn` is told in a sentence of NaN or infinite values, which are allowed, and of arrays that
/// the network does not use. A Lapicque layer may give `beta` instead of both `R` and `C`.
///
/// **Errors** those of `WeightFile`; `ArrayMissing`; `SharedValue`; `WrongShape` with the parameter's name, the shape wanted and found;
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
