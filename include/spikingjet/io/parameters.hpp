// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/io/weights.hpp>
#include <spikingjet/model/parameters.hpp>

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
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

/// What is told of arrays that a network does not use.
std::string unused_sentence(const WeightFile& file, std::span<const std::string> names);

namespace detail {

/// The values of an array, where it has the parameter's shape but for axes of one element; a single value needs no
/// shape.
std::vector<float> load_shaped(const WeightFile& file, const std::string& name, const ParameterInfo& info);

/// The values of an array which is one value or one for each of `count`; of another shape it is refused before it is
/// read.
std::vector<float> load_few(const WeightFile& file, const std::string& name, const Shape& shape);

/// A layer of a network as far as its parameters are read from a file.
struct LayerParameters {
  using FromBeta = std::optional<float>(Name field, float beta, float time_step);

  std::string name;
  std::span<const ParameterInfo> parameters;
  FromBeta* from_beta = nullptr;  // what `beta` says of a parameter, where the neurons have constants in its place

  std::string operator/(Name field) const { return name + "." + field.str(); }

  /// Whether `beta` tells this parameter.
  bool is_from_beta(Name field) const { return from_beta && from_beta(field, 0.5F, 1.0F).has_value(); }
};

/// The layers of a network, front to back.
template <class Net>
std::vector<LayerParameters> layer_parameters() {
  std::vector<LayerParameters> layers;
  [&]<class... Layer>(std::type_identity<std::tuple<Layer...>>) {
    const auto add = [&]<class L>(std::type_identity<L>) {
      layers.push_back({L::name.str(), L::parameters});
      if constexpr (requires { L::Dynamics::derived_from_beta(Name("R"), 0.0F, 1.0F); })
        layers.back().from_beta = [](Name field, float beta, float time_step) -> std::optional<float> {
          return L::Dynamics::derived_from_beta(field, beta, time_step);
        };
    };
    (add(std::type_identity<Layer>{}), ...);
  }(std::type_identity<typename Net::Layers>{});
  return layers;
}

/// Another array that tells a parameter where its own is not there; "" for none.
///
/// snnTorch keeps the weights of a one-to-one recurrent layer twice, as `V` of the layer and of its projection.
std::string array_instead(const LayerParameters& layer, Name field);

/// The largest of the shapes of some parameters.
Shape widest(std::span<const ParameterInfo> infos);

/// The values of one parameter: from the file, from the `beta` beside it, or the layer's default.
std::vector<float> load_parameter(const WeightFile& file, const LayerParameters& layer, const ParameterInfo& info);

/// The arrays that some layers take from a weights file.
std::vector<WantedArray> wanted_arrays(std::span<const LayerParameters> layers);

/// Reads the parameters of layers from a file with their names, and hands each to `assign`; see `load_parameters`.
void load_layers(const WeightFile& file, std::span<const LayerParameters> layers,
                 const std::function<void(const std::string& name, std::span<const float>)>& assign,
                 const std::function<void(const std::string&)>& warn, std::vector<std::string>* unused);

}  // namespace detail

/// The arrays that a network takes from a weights file.
template <class Net>
std::vector<WantedArray> wanted_arrays() {
  return detail::wanted_arrays(detail::layer_parameters<Net>());
}

/// A weights file with the names that a network has for its arrays, see `WeightFile::named_for`.
template <class Net>
WeightFile weights_for(const WeightFile& file) {
  return file.named_for(wanted_arrays<Net>());
}

/// Reads a network's parameters from a weights file with the state_dict's names: `fc1.weight`, `lif1.beta`.
///
/// The state_dict may stand anywhere in a checkpoint and behind prefixes, see `WeightFile::named_for`; an array may
/// have more or fewer axes of one element than its parameter. Values keep their bits. `warn` is told in a sentence of
/// NaN or infinite values, which are allowed, and of arrays that the network does not use. A Lapicque layer may give
/// `beta` instead of both `R` and `C`, a one-to-one recurrent layer `V` instead of `recurrent.V`. The arrays that are
/// not used go to `unused` instead, if there is such a list.
///
/// **Errors** those of `WeightFile`; `ArrayMissing`; `SharedValue`; `WrongShape` with the parameter's name, the shape
/// wanted and found; `GradedSpikes`.
/// **Example** `auto parameters = load_parameters<Net>("weights.npz");`
template <class Net>
Parameters<Net> load_parameters(const WeightFile& any_names, const std::function<void(const std::string&)>& warn = {},
                                std::vector<std::string>* unused = nullptr) {
  const WeightFile file = weights_for<Net>(any_names);
  Parameters<Net> parameters;
  detail::load_layers(
      file, detail::layer_parameters<Net>(),
      [&](const std::string& name, std::span<const float> values) { parameters.assign(name, values); }, warn, unused);
  return parameters;
}

/// Reads a network's parameters from the file at a path, likewise.
template <class Net>
Parameters<Net> load_parameters(const std::filesystem::path& path,
                                const std::function<void(const std::string&)>& warn = {}) {
  return load_parameters<Net>(WeightFile::open(path), warn);
}

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/io/definitions/parameters.hpp>
#endif
