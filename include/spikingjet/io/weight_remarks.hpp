// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/core/remark.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/weights.hpp>
#include <spikingjet/model/layers/layer.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/neurons/reset.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sharing.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace spikingjet {

namespace detail {

/// A number for a sentence, of four digits.
inline std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.4g", value);
  return text;
}

/// "3 of 32 values", "its single value".
inline std::string share_of_values(std::size_t some, std::size_t all) {
  if (all == 1) return "its single value";
  return std::to_string(some) + " of " + std::to_string(all) + " values";
}

/// What snnTorch calls a reset: the number that it stores.
inline std::optional<Reset> reset_of_number(float number) {
  if (number == 0.0F) return Reset::subtract;
  if (number == 1.0F) return Reset::zero;
  if (number == 2.0F) return Reset::none;
  return std::nullopt;
}

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
inline std::vector<float> numbers_in(const WeightFile& file, const std::string& name) {
  if (!file.contains(name)) return {};
  try {
    return file.tensor(name).values;
  } catch (const WrongType&) {
    return {};
  } catch (const WrongShape&) {
    return {};
  }
}

/// Remarks on the weights of one network, see `weight_remarks`.
template <class Net>
class WeightCheck {
 public:
  WeightCheck(const WeightFile& file, const Parameters<Net>& parameters) : file_(file), parameters_(parameters) {
    [&]<class... Layer>(std::type_identity<std::tuple<Layer...>>) {
      (layer(std::type_identity<Layer>{}), ...);
    }(std::type_identity<typename Net::Layers>{});
    normalisations();
  }

  std::vector<Remark> take() { return std::move(remarks_); }

 private:
  static constexpr const char* page = "; see docs/checks.md";

  void tell(RemarkKind kind, const std::string& sentence, std::vector<std::string> unused = {}) {
    remarks_.push_back({kind, "spikingjet: " + sentence + page, std::move(unused)});
  }

  std::string place(const std::string& name) const { return Place{file_.path(), name}.str(); }

  template <class Layer>
  void layer(std::type_identity<Layer> type) {
    if constexpr (Layer::kind == LayerKind::neuron) {
      if constexpr (requires { Layer::Dynamics::reset; }) resets(type);
      if constexpr (requires { Layer::Dynamics::clamps_decays; }) decays(type);
      thresholds(type);
      if constexpr (requires(const Values<float, int(Layer::Dynamics::constants.size())>& c) {
                      Layer::Dynamics::doubt(c);
                    })
        constants(type);
      if constexpr (requires { Layer::Dynamics::beta_of(0.0F, 0.0F, 0.0F); }) beta_beside(type);
    } else {
      quantised(type);
    }
    left_over(type);
  }

  // ---- reset ----

  template <class Layer>
  void resets(std::type_identity<Layer>) {
    const std::string layer = Layer::name.str();
    const std::string stored = layer + ".reset_mechanism_val";
    const std::vector<float> numbers = numbers_in(file_, stored);
    const auto other =
        std::find_if(numbers.begin(), numbers.end(), [&](float number) { return number != numbers.front(); });
    if (other != numbers.end()) {
      tell(RemarkKind::reset,
           place(stored) + " is " + short_number(numbers.front()) + " for some neurons and " + short_number(*other) +
               " for others, and a layer has one reset; split the layer, or check what wrote the file");
      return;
    }
    for (const float number : numbers) {
      const std::optional<Reset> trained = reset_of_number(number);
      if (trained == Layer::Dynamics::reset) continue;
      if (!trained)
        tell(RemarkKind::reset, place(stored) + " is " + short_number(number) +
                                    ", allowed is 0 (subtract), 1 (zero) or 2 (none); check what wrote the file");
      else
        tell(RemarkKind::reset, place(stored) + " is " + short_number(number) + ": the layer was trained as one that " +
                                    std::string(reset_clause(*trained)) + ", and '" + layer + "' of the network " +
                                    std::string(reset_clause(Layer::Dynamics::reset)) + "; write '" +
                                    std::string(reset_option(*trained)) + "' behind the layer's name");
      break;
    }
    const std::string delay = layer + ".reset_delay";
    for (const float number : numbers_in(file_, delay)) {
      if ((number == 0.0F) == Layer::Dynamics::immediate_reset || Layer::Dynamics::reset == Reset::none) continue;
      const bool immediate = number == 0.0F;
      tell(RemarkKind::reset,
           place(delay) + " is " + short_number(number) + ": the layer was trained with a reset " +
               (immediate ? "in the step of the spike" : "one step after the spike") + ", and '" + layer +
               "' of the network resets " +
               (immediate ? "one step later; write 'ImmediateReset' behind the layer's name, where its model takes it"
                          : "at once; leave out 'ImmediateReset'"),
           {delay});
      break;
    }
  }

  // ---- decays ----

  template <class Layer>
  void decays(std::type_identity<Layer>) {
    for (const ParameterInfo& info : Layer::parameters) {
      if (info.role != Role::decay && info.role != Role::synaptic_decay) continue;
      const std::string name = Layer::name.str() + "." + info.field.str();
      if (const auto sentence = decay_sentence(place(name), parameters_.tensor(name)))
        tell(RemarkKind::decay, *sentence);
    }
  }

  /// What is odd about decays, which are clamped to [0, 1] at use.
  static std::optional<std::string> decay_sentence(const std::string& where, const std::vector<float>& values) {
    std::size_t outside = 0;
    float low = std::numeric_limits<float>::infinity();
    float high = -low;
    bool whole = true;
    for (const float value : values) {
      if (std::isnan(value)) continue;
      outside += value < 0.0F || value > 1.0F;
      low = std::min(low, value);
      high = std::max(high, value);
      whole = whole && value == std::floor(value);
    }
    if (outside == 0) return std::nullopt;
    const auto range = [](double a, double b) {
      return a == b ? short_number(a) : short_number(a) + " to " + short_number(b);
    };
    const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
    const std::string logits = "'torch.sigmoid' gives " + range(sigmoid(low), sigmoid(high));
    const std::string tau = "'exp(-dt/tau)' with dt = 1 gives " + range(std::exp(-1.0 / low), std::exp(-1.0 / high));
    std::string cure;
    if (std::isinf(low) || std::isinf(high))
      cure = "check the training and what wrote the file";
    else if (2 * outside < values.size())
      cure =
          "most are decays already: check the training and what wrote the file; such values are to be clamped to [0, "
          "1] before they are saved";
    else if (low > 1.0F && (high > 7.0F || (whole && low == high)))
      cure = "they look like time constants: save the decays, of which " + tau;
    else if (low > -0.25F && high < 1.25F)
      cure = "trained without bounds they count so in snnTorch, too; stored as logits they must be saved as decays: " +
             logits;
    else
      cure = "they look like logits: save the decays, of which " + logits;
    return where + " has " + share_of_values(outside, values.size()) +
           " outside [0, 1], where a decay is clamped to 0 or 1 (it holds " + range(low, high) + "); " + cure;
  }

  // ---- thresholds ----

  template <class Layer>
  void thresholds(std::type_identity<Layer>) {
    for (const ParameterInfo& info : Layer::parameters) {
      if (info.role != Role::threshold) continue;
      const std::string name = Layer::name.str() + "." + info.field.str();
      const std::vector<float> values = parameters_.tensor(name);
      std::size_t at_rest = 0;
      std::size_t zero = 0;
      for (const float value : values) {
        at_rest += value < 0.0F;
        zero += value == 0.0F;
      }
      constexpr bool equal_fires = requires { Layer::Dynamics::fires_at_threshold; };
      if (equal_fires) at_rest += zero;
      if (at_rest > 0)
        tell(RemarkKind::threshold, place(name) + ": " + share_of_values(at_rest, values.size()) +
                                        (equal_fires ? " not above 0" : " below 0") +
                                        ", so that neurons fire at rest, without any input; thresholds are to be "
                                        "positive: check the training and what wrote the file");
      if (!equal_fires && zero > 0)
        tell(RemarkKind::threshold, place(name) + ": " + share_of_values(zero, values.size()) +
                                        " 0, so that neurons fire at any potential above 0; thresholds are to be "
                                        "positive: check the training and what wrote the file");
    }
  }

  // ---- constants that do not go together ----

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
    if (first)
      tell(RemarkKind::constants, "in " + std::to_string(doubtful) + " of " + std::to_string(Layer::out.size()) +
                                      " neurons of '" + Layer::name.str() + "' in '" + printable(file_.path()) + "' " +
                                      first);
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
    if (differ > 0)
      tell(RemarkKind::constants, place(layer + ".beta") + " is not e^(-time_step/(R C)) of '" + layer + "' in " +
                                      std::to_string(differ) + " of " + std::to_string(neuron) + " neurons (" +
                                      example + "); R and C are what counts: leave out the one that is not meant");
  }

  // ---- arrays that a layer of the network has no use for ----

  template <class Layer>
  void left_over(std::type_identity<Layer>) {
    const std::string layer = Layer::name.str();
    if (layer.empty()) return;
    const auto has = [](std::string_view field) {
      return std::any_of(Layer::parameters.begin(), Layer::parameters.end(),
                         [&](const ParameterInfo& info) { return info.field.str() == field; });
    };
    const auto told = [&](const char* field, const std::string& consequence) {
      if (has(field) || !file_.contains(layer + "." + field)) return;
      tell(RemarkKind::left_over, place(layer + "." + field) + " is left out: " + consequence, {layer + "." + field});
    };
    if constexpr (Layer::kind == LayerKind::neuron) {
      using Model = typename Layer::Dynamics;
      const std::string model(Model::name());
      const std::string was = "' of the network is '" + model + "', which has no ";
      told("alpha",
           "'" + layer + was + "'alpha'; a neuron with one was trained, such as 'Synaptic': check the layer's type");
      if constexpr (!requires { Model::derived_from_beta(Name("R"), 0.0F, 1.0F); })
        told("beta", "'" + layer + was + "'beta'; check the layer's type");
      if (!has("R") || !has("C"))
        for (const char* field : {"R", "C"})
          told(field, "'" + layer + was + "'" + field +
                          "'; a neuron with one was trained, such as 'Lapicque': check the layer's type");
      if constexpr (!is_recurrent_model<Model>)
        for (const char* field : {"recurrent.weight", "recurrent.V", "V"})
          told(field,
               "'" + layer + was +
                   "recurrent weights; a neuron with them was trained, such as 'RLeaky': check the layer's type");
    } else {
      told("bias", "'" + layer + "' of the network has 'NoBias'; leave that option out");
    }
  }

  void normalisations() {
    constexpr std::string_view field = ".running_mean";
    for (const std::string& name : file_.names())
      if (name.size() > field.size() && name.ends_with(field))
        tell(RemarkKind::left_over,
             place(name) +
                 " is left out: it belongs to a batch normalisation, which no layer here does; fold that "
                 "into the weights and the bias of the layer before it, see docs/concepts/network.md",
             beside(name.substr(0, name.size() - field.size())));
  }

  /// The arrays of one module.
  std::vector<std::string> beside(const std::string& module) const {
    std::vector<std::string> names;
    for (const std::string& name : file_.names())
      if (name.starts_with(module + ".") && name.find('.', module.size() + 1) == std::string::npos)
        names.push_back(name);
    return names;
  }

  // ---- words of a quantised format ----

  template <class Layer>
  void quantised(std::type_identity<Layer>) {
    const std::string layer = Layer::name.str();
    if (layer.empty()) return;
    for (const ParameterInfo& info : Layer::parameters) {
      if (info.role != Role::weight) continue;
      const std::string name = layer + "." + info.field.str();
      const std::vector<float> values = parameters_.tensor(name);
      float largest = 0;
      bool whole = true;
      for (const float value : values) {
        whole = whole && value == std::floor(value) && std::abs(value) < 0x1p24F;
        largest = std::max(largest, std::abs(value));
      }
      if (!whole || largest < 2.0F) continue;
      const std::string found = place(name) + " holds whole numbers, up to " + short_number(largest);
      const std::string cure =
          "; these look like words of a quantised format: save scale * (word - zero point) in their place";
      if (const std::string scale = scale_beside(layer, name); !scale.empty())
        tell(RemarkKind::quantised,
             found + ", and '" + printable(scale) + "', which stands beside it, is not used" + cure, {scale});
      else if (values.size() >= 16 && largest >= 16.0F && largest > 8.0F * largest_threshold_behind(Layer::name))
        tell(RemarkKind::quantised,
             found + ", beside thresholds of at most " + short_number(largest_threshold_behind(Layer::name)) + cure);
    }
  }

  /// The name of an array that scales a weight, or nothing.
  std::string scale_beside(const std::string& layer, const std::string& weight) const {
    for (const std::string& stem : {weight, layer})
      for (const char* end :
           {".scale", "_scale", ".scales", "_scales", ".weight_scale", ".scaling_factor", ".quant_scale", ".qscale",
            ".weight_scales", ".weight.scale", "_weight_scale", ".zero_point", "_zero_point", ".weight_zero_point"})
        if (file_.contains(stem + end)) return stem + end;
    for (const char* name : {"scale", "weight_scale", "scales"})
      if (file_.contains(name)) return name;
    return {};
  }

  float largest_threshold_behind(const Name& layer) const {
    std::size_t stage = 0;
    for (const Quantity& quantity : Net::quantities)
      if (quantity.layer == layer) stage = quantity.stage;
    float largest = 0;
    for (const Quantity& quantity : Net::quantities)
      if (quantity.stage == stage && quantity.role == Role::threshold && quantity.storage == Storage::parameter)
        for (const float value : parameters_.tensor(quantity.name())) largest = std::max(largest, value);
    return largest;
  }

  const WeightFile& file_;
  const Parameters<Net>& parameters_;
  std::vector<Remark> remarks_;
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
