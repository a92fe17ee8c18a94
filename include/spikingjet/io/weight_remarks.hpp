// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/core/remark.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/weights.hpp>
#include <spikingjet/model/layers/layer.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/neurons/reset.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/model/sharing.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace spikingjet {

namespace detail {

/// A number for a sentence, of four digits.
std::string short_number(double value);

/// "3 of 32 values", "its single value".
std::string share_of_values(std::size_t some, std::size_t all);

/// What snnTorch calls a reset: the number that it stores.
std::optional<Reset> reset_of_number(float number);

/// "resets to zero".
constexpr std::string_view reset_clause(Reset reset) {
  constexpr std::string_view clauses[] = {"resets by subtraction", "resets to zero", "does not reset"};
  return clauses[static_cast<std::size_t>(reset)];
}

constexpr std::string_view reset_option(Reset reset) {
  constexpr std::string_view options[] = {"SubtractReset", "ZeroReset", "NoReset"};
  return options[static_cast<std::size_t>(reset)];
}

/// The values of an array, or none where it holds no numbers: then it is no setting that could be compared.
std::vector<float> numbers_in(const WeightFile& file, const std::string& name);

/// Remarks on weights as far as they need no network at compile time, see `weight_remarks`.
class WeightRemarks {
 public:
  std::vector<Remark> take() { return std::move(remarks_); }

 protected:
  /// A neuron layer of the network.
  struct NeuronHere {
    std::string_view model;
    bool takes_beta;  // in place of constants of its own
    bool recurrent;
  };

  /// `tensor` gives the values of a parameter by its name.
  WeightRemarks(const WeightFile& file, std::span<const Quantity> quantities,
                std::function<std::vector<float>(const std::string&)> tensor);

  void resets(const std::string& layer, Reset reset, bool immediate_reset);

  void decays(const std::string& layer, std::span<const ParameterInfo> parameters);

  void thresholds(const std::string& layer, std::span<const ParameterInfo> parameters, bool equal_fires);

  /// Neurons whose constants do not go together, and why not, of the first of them.
  void doubts(const std::string& layer, std::size_t doubtful, std::size_t neurons, const char* first);

  /// `beta` of a file that does not say what other constants beside it do.
  void other_betas(const std::string& layer, std::size_t differ, std::size_t neuron, const std::string& example);

  // ---- arrays that a layer of the network has no use for ----

  void left_over(const std::string& layer, std::span<const ParameterInfo> parameters,
                 const std::optional<NeuronHere>& neuron);

  void normalisations();

  // ---- words of a quantised format ----

  void quantised(const std::string& layer, std::span<const ParameterInfo> parameters);

  const WeightFile& file_;

 private:
  static constexpr const char* page = "; see docs/checks.md";

  void tell(RemarkKind kind, const std::string& sentence, std::vector<std::string> unused = {});

  std::string place(const std::string& name) const { return Place{file_.path(), name}.str(); }

  /// What is odd about decays, which are clamped to [0, 1] at use.
  static std::optional<std::string> decay_sentence(const std::string& where, const std::vector<float>& values);

  /// The arrays of one module.
  std::vector<std::string> beside(const std::string& module) const;

  /// The name of an array that scales a weight, or nothing.
  std::string scale_beside(const std::string& layer, const std::string& weight) const;

  float largest_threshold_behind(const std::string& layer) const;

  std::span<const Quantity> quantities_;
  std::function<std::vector<float>(const std::string&)> tensor_;
  std::vector<Remark> remarks_;
};

/// Remarks on the weights of one network, see `weight_remarks`.
template <class Net>
class WeightCheck : public WeightRemarks {
 public:
  WeightCheck(const WeightFile& file, const Parameters<Net>& parameters)
      : WeightRemarks(file, Net::quantities,
                      [&parameters](const std::string& name) { return parameters.tensor(name); }),
        parameters_(parameters) {
    [&]<class... Layer>(std::type_identity<std::tuple<Layer...>>) {
      (layer(std::type_identity<Layer>{}), ...);
    }(std::type_identity<typename Net::Layers>{});
    normalisations();
  }

 private:
  template <class Layer>
  void layer(std::type_identity<Layer> type) {
    const std::string name = Layer::name.str();
    if constexpr (Layer::kind == LayerKind::neuron) {
      using Model = typename Layer::Dynamics;
      if constexpr (requires { Model::reset; }) resets(name, Model::reset, Model::immediate_reset);
      if constexpr (requires { Model::clamps_decays; }) decays(name, Layer::parameters);
      constexpr bool fires_at_threshold = requires { Model::fires_at_threshold; };
      thresholds(name, Layer::parameters, fires_at_threshold);
      if constexpr (requires(const Values<float, int(Model::constants.size())>& c) { Model::doubt(c); })
        constants(type);
      if constexpr (requires { Model::beta_of(0.0F, 0.0F, 0.0F); }) beta_beside(type);
      constexpr bool takes_beta = requires { Model::derived_from_beta(Name("R"), 0.0F, 1.0F); };
      left_over(name, Layer::parameters, NeuronHere{Model::name(), takes_beta, is_recurrent_model<Model>});
    } else {
      quantised(name, Layer::parameters);
      left_over(name, Layer::parameters, std::nullopt);
    }
  }

  /// Calls f(constants) for each neuron of a layer.
  template <class Layer, class F>
  void for_each_neuron(const F& f) const {
    constexpr std::size_t count = Layer::parameters.size();
    std::array<std::vector<float>, count> values;
    std::array<SharedBy, count> shared;
    for (std::size_t c = 0; c < count; ++c) {
      values[c] = parameters_.tensor(Layer::name.str() + "." + Layer::parameters[c].field.str());
      shared[c] = SharedBy(Layer::sharings[c], Layer::out);
    }
    for (std::size_t neuron = 0; neuron < Layer::out.size(); ++neuron) {
      Values<float, int(count)> constants{};
      for (std::size_t c = 0; c < count; ++c)
        constants[int(c)] = values[c][shared[c].element(static_cast<std::uint32_t>(neuron))];
      f(constants);
    }
  }

  template <class Layer>
  void constants(std::type_identity<Layer>) {
    std::size_t doubtful = 0;
    const char* first = nullptr;
    for_each_neuron<Layer>([&](const auto& constants) {
      const char* const doubt = Layer::Dynamics::doubt(constants);
      doubtful += doubt != nullptr;
      if (!first) first = doubt;
    });
    if (first) doubts(Layer::name.str(), doubtful, Layer::out.size(), first);
  }

  /// `beta` beside constants that say the same otherwise.
  template <class Layer>
  void beta_beside(std::type_identity<Layer>) {
    const std::string layer = Layer::name.str();
    const std::vector<float> betas = numbers_in(file_, layer + ".beta");
    if (betas.empty() || !file_.contains(layer + ".R") || !file_.contains(layer + ".C")) return;
    std::size_t neuron = 0;
    std::size_t differ = 0;
    std::string example;
    for_each_neuron<Layer>([&](const auto& constants) {
      const float beta = betas[betas.size() == Layer::out.size() ? neuron : neuron % betas.size()];
      const double meant = Layer::Dynamics::beta_of(constants[0], constants[1], constants[2]);
      constexpr double rounding = 1e-5;  // of three constants, and a product, in float32
      ++neuron;
      if (std::abs(double(beta) - meant) <= rounding) return;
      ++differ;
      if (example.empty()) example = "beta " + short_number(beta) + " beside " + short_number(meant);
    });
    if (differ > 0) other_betas(layer, differ, neuron, example);
  }

  const Parameters<Net>& parameters_;
};

}  // namespace detail

/// What a weights file says about how a network was trained and the network does otherwise, and values that can hardly
/// be meant: resets (`NAME.reset_mechanism_val`, `NAME.reset_delay`), decays outside [0, 1], thresholds that silence a
/// neuron or let it fire at rest, constants that do not go together, arrays that a layer has no use for, words of a
/// quantised format. `parameters` are those that `load_parameters` made of the file.
///
/// Nothing is refused: any of it may be meant.
///
/// **Laws** empty for a file in which everything agrees.
/// **Errors** those of `WeightFile::tensor`, of the arrays named.
/// **Example** `for (const sj::Remark& remark : sj::weight_remarks<Net>(file, parameters)) std::cerr << remark.sentence
/// << '\n';`
template <class Net>
std::vector<Remark> weight_remarks(const WeightFile& file, const Parameters<Net>& parameters) {
  return detail::WeightCheck<Net>(file, parameters).take();
}

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/io/definitions/weight_remarks.hpp>
#endif
