// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/compiled.hpp>
#include <spikingjet/io/parameters.hpp>
#include <spikingjet/io/weights.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace spikingjet {

SPIKINGJET_INLINE std::string unused_sentence(const WeightFile& file, std::span<const std::string> names) {
  return "spikingjet: the network does not use " + Place::list(names) + " of '" + file.path() + "'";
}

namespace detail {

SPIKINGJET_INLINE std::vector<float> load_shaped(const WeightFile& file, const std::string& name,
                                                 const ParameterInfo& info) {
  const Shape shape = file.shape(name);
  if (shape.size() == 1 && info.shape.size() != 1) throw SharedValue(file.path(), name, info);
  if (!same_but_ones(shape, info.shape)) throw WrongShape({file.path(), name}, info.shape.str(), shape.str());
  return file.tensor(name).values;
}

SPIKINGJET_INLINE std::vector<float> load_few(const WeightFile& file, const std::string& name, const Shape& shape) {
  const Shape found = file.shape(name);
  if (found.size() != 1 && found.size() != shape.size())
    throw WrongShape({file.path(), name}, shape.str(), found.str());
  return file.tensor(name).values;
}

SPIKINGJET_INLINE std::string array_instead(const LayerParameters& layer, Name field) {
  constexpr std::string_view projection = ".recurrent";
  if (layer.is_from_beta(field)) return layer.name + ".beta";
  if (field == Name("V") && layer.name.ends_with(projection))
    return layer.name.substr(0, layer.name.size() - projection.size()) + ".V";
  return "";
}

SPIKINGJET_INLINE Shape widest(std::span<const ParameterInfo> infos) {
  Shape shape;
  for (const ParameterInfo& info : infos)
    if (info.shape.size() > shape.size()) shape = info.shape;
  return shape;
}

SPIKINGJET_INLINE std::vector<float> load_parameter(const WeightFile& file, const LayerParameters& layer,
                                                    const ParameterInfo& info) {
  const std::string name = layer / info.field;
  const std::string beta = layer.name + ".beta";
  if (file.contains(name)) return load_shaped(file, name, info);
  if (layer.from_beta) {
    const bool alone = std::none_of(layer.parameters.begin(), layer.parameters.end(), [&](const ParameterInfo& other) {
      return layer.is_from_beta(other.field) && file.contains(layer / other.field);
    });
    if (file.contains(beta) && alone && layer.is_from_beta(info.field)) {
      const std::string time_step = layer.name + ".time_step";
      std::vector<float> values = load_shaped(file, beta, info);
      const std::vector<float> dt =
          file.contains(time_step) ? load_few(file, time_step, info.shape) : std::vector{1.0F};
      for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = *layer.from_beta(info.field, values[i], dt[dt.size() == 1 ? 0 : i]);
      return values;
    }
  }
  if (const std::string twin = array_instead(layer, info.field); info.field == Name("V") && file.contains(twin))
    return load_shaped(file, twin, info);
  if (info.required) throw ArrayMissing(file.path(), name, file.names());
  return std::vector<float>(info.shape.size(), info.default_value);
}

SPIKINGJET_INLINE std::vector<WantedArray> wanted_arrays(std::span<const LayerParameters> layers) {
  std::vector<WantedArray> wanted;
  for (const LayerParameters& layer : layers)
    for (const ParameterInfo& info : layer.parameters)
      wanted.push_back(
          {.name = layer / info.field, .required = info.required, .instead = array_instead(layer, info.field)});
  return wanted;
}

SPIKINGJET_INLINE void load_layers(const WeightFile& file, std::span<const LayerParameters> layers,
                                   const std::function<void(const std::string& name, std::span<const float>)>& assign,
                                   const std::function<void(const std::string&)>& warn,
                                   std::vector<std::string>* unused) {
  std::unordered_set<std::string> used = {"n_averaged"};  // of torch.optim.swa_utils.AveragedModel
  for (const LayerParameters& layer : layers) {
    for (const ParameterInfo& info : layer.parameters) {
      const std::string name = layer / info.field;
      const std::vector<float> values = load_parameter(file, layer, info);
      assign(name, values);
      used.insert(name);
      std::size_t not_finite = 0;
      for (const float value : values) not_finite += !is_finite(value);
      if (warn && not_finite > 0)
        warn("spikingjet: '" + name + "' in '" + file.path() + "' holds " + std::to_string(not_finite) +
             (not_finite == 1 ? " value that is NaN or infinite; it is used as it is"
                              : " values that are NaN or infinite; they are used as they are") +
             (info.role == Role::threshold ? ", and no spike comes where a threshold is NaN or infinity; check the "
                                             "training and what wrote the file"
                                           : ""));
      const std::string twin = array_instead(layer, info.field);
      if (info.field != Name("V") || !file.contains(twin)) continue;
      used.insert(twin);
      const std::vector<float> other = load_shaped(file, twin, info);
      if (warn && std::memcmp(values.data(), other.data(), values.size() * sizeof(float)) != 0)
        warn("spikingjet: '" + twin + "' in '" + file.path() + "' differs from '" + name +
             "', of which it is usually a copy; '" + name + "' is used");
    }
    // What snnTorch keeps beside the parameters of a neuron.
    for (const char* field : {"beta", "graded_spikes_factor", "reset_mechanism_val"})
      used.insert(layer.name + "." + field);
    const std::string graded = layer.name + ".graded_spikes_factor";
    if (file.contains(graded))
      for (const float factor : load_few(file, graded, widest(layer.parameters)))
        if (factor != 1.0F) throw GradedSpikes(file.path(), graded, factor);
  }

  std::vector<std::string> left = file.names();
  std::erase_if(left, [&](const std::string& name) { return used.contains(name); });
  if (unused)
    *unused = std::move(left);
  else if (warn && !left.empty())
    warn(unused_sentence(file, left));
}

}  // namespace detail

}  // namespace spikingjet
