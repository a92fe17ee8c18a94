// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/io/weights.hpp>
#include <spikingjet/model/parameters.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_set>
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

namespace detail {

/// The values of an array, where it has the parameter's shape but for axes of one element; a single value needs no
/// shape.
inline std::vector<float> load_shaped(const WeightFile& file, const std::string& name, const ParameterInfo& info) {
  const Shape shape = file.shape(name);
  if (shape.size() == 1 && info.shape.size() != 1) throw SharedValue(file.path(), name, info);
  if (!same_but_ones(shape, info.shape)) throw WrongShape({file.path(), name}, info.shape.str(), shape.str());
  return file.tensor(name).values;
}

/// The values of an array which is one value or one for each of `count`; of another shape it is refused before it is
/// read.
inline std::vector<float> load_few(const WeightFile& file, const std::string& name, const Shape& shape) {
  const Shape found = file.shape(name);
  if (found.size() != 1 && found.size() != shape.size())
    throw WrongShape({file.path(), name}, shape.str(), found.str());
  return file.tensor(name).values;
}

/// Another array that tells a parameter where its own is not there; "" for none.
///
/// snnTorch keeps the weights of a one-to-one recurrent layer twice, as `V` of the layer and of its projection.
template <class Layer>
std::string array_instead(Name field) {
  constexpr std::string_view projection = ".recurrent";
  std::string layer = Layer::name.str();
  if constexpr (requires { Layer::Dynamics::derived_from_beta(field, 0.0F, 1.0F); })
    if (Layer::Dynamics::derived_from_beta(field, 0.5F, 1.0F)) return layer + ".beta";
  if (field == Name("V") && layer.ends_with(projection))
    return layer.substr(0, layer.size() - projection.size()) + ".V";
  return "";
}

/// The largest of the shapes of some parameters.
template <class Infos>
Shape widest(const Infos& infos) {
  Shape shape;
  for (const ParameterInfo& info : infos)
    if (info.shape.size() > shape.size()) shape = info.shape;
  return shape;
}

template <class Net, class Visit>
void for_each_layer(const Visit& visit) {
  [&]<class... Layer>(std::type_identity<std::tuple<Layer...>>) {
    (visit(std::type_identity<Layer>{}), ...);
  }(std::type_identity<typename Net::Layers>{});
}

/// The values of one parameter: from the file, from the `beta` beside it, or the layer's default.
template <class Layer>
std::vector<float> load_parameter(const WeightFile& file, const ParameterInfo& info) {
  const std::string name = Layer::name.str() + "." + info.field.str();
  const std::string beta = Layer::name.str() + ".beta";
  if (file.contains(name)) return load_shaped(file, name, info);
  if constexpr (requires { Layer::Dynamics::derived_from_beta(info.field, 0.0F, 1.0F); }) {
    const auto derived = [](Name field) { return Layer::Dynamics::derived_from_beta(field, 0.5F, 1.0F).has_value(); };
    const bool alone =
        std::none_of(Layer::parameters.begin(), Layer::parameters.end(), [&](const ParameterInfo& other) {
          return derived(other.field) && file.contains(Layer::name.str() + "." + other.field.str());
        });
    if (file.contains(beta) && alone && derived(info.field)) {
      const std::string time_step = Layer::name.str() + ".time_step";
      std::vector<float> values = load_shaped(file, beta, info);
      const std::vector<float> dt =
          file.contains(time_step) ? load_few(file, time_step, info.shape) : std::vector{1.0F};
      for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = *Layer::Dynamics::derived_from_beta(info.field, values[i], dt[dt.size() == 1 ? 0 : i]);
      return values;
    }
  }
  if (const std::string twin = array_instead<Layer>(info.field); info.field == Name("V") && file.contains(twin))
    return load_shaped(file, twin, info);
  if (info.required) throw ArrayMissing(file.path(), name, file.names());
  return std::vector<float>(info.shape.size(), info.default_value);
}

}  // namespace detail

/// The arrays that a network takes from a weights file.
template <class Net>
std::vector<WantedArray> wanted_arrays() {
  std::vector<WantedArray> wanted;
  detail::for_each_layer<Net>([&]<class Layer>(std::type_identity<Layer>) {
    for (const ParameterInfo& info : Layer::parameters)
      wanted.push_back({.name = Layer::name.str() + "." + info.field.str(),
                        .required = info.required,
                        .instead = detail::array_instead<Layer>(info.field)});
  });
  return wanted;
}

/// A weights file with the names that a network has for its arrays, see `WeightFile::named_for`.
template <class Net>
WeightFile weights_for(const WeightFile& file) {
  return file.named_for(wanted_arrays<Net>());
}

/// What is told of arrays that a network does not use.
inline std::string unused_sentence(const WeightFile& file, std::span<const std::string> names) {
  return "spikingjet: the network does not use " + Place::list(names) + " of '" + file.path() + "'";
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
  std::unordered_set<std::string> used = {"n_averaged"};  // of torch.optim.swa_utils.AveragedModel
  detail::for_each_layer<Net>([&]<class Layer>(std::type_identity<Layer>) {
    for (const ParameterInfo& info : Layer::parameters) {
      const std::string name = Layer::name.str() + "." + info.field.str();
      const std::vector<float> values = detail::load_parameter<Layer>(file, info);
      parameters.assign(name, values);
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
      const std::string twin = detail::array_instead<Layer>(info.field);
      if (info.field != Name("V") || !file.contains(twin)) continue;
      used.insert(twin);
      const std::vector<float> other = detail::load_shaped(file, twin, info);
      if (warn && std::memcmp(values.data(), other.data(), values.size() * sizeof(float)) != 0)
        warn("spikingjet: '" + twin + "' in '" + file.path() + "' differs from '" + name +
             "', of which it is usually a copy; '" + name + "' is used");
    }
    // What snnTorch keeps beside the parameters of a neuron.
    for (const char* field : {"beta", "graded_spikes_factor", "reset_mechanism_val"})
      used.insert(Layer::name.str() + "." + field);
    const std::string graded = Layer::name.str() + ".graded_spikes_factor";
    if (file.contains(graded))
      for (const float factor : detail::load_few(file, graded, detail::widest(Layer::parameters)))
        if (factor != 1.0F) throw GradedSpikes(file.path(), graded, factor);
  });

  std::vector<std::string> left = file.names();
  std::erase_if(left, [&](const std::string& name) { return used.contains(name); });
  if (unused)
    *unused = std::move(left);
  else if (warn && !left.empty())
    warn(unused_sentence(file, left));
  return parameters;
}

/// Reads a network's parameters from the file at a path, likewise.
template <class Net>
Parameters<Net> load_parameters(const std::filesystem::path& path,
                                const std::function<void(const std::string&)>& warn = {}) {
  return load_parameters<Net>(WeightFile::open(path), warn);
}

}  // namespace spikingjet
