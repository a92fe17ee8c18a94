// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/remark.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/weight_remarks.hpp>
#include <spikingjet/io/weights.hpp>
#include <spikingjet/model/layers/layer.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/neurons/reset.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/model/sharing.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

namespace detail {

SPIKINGJET_INLINE std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.4g", value);
  return text;
}

SPIKINGJET_INLINE std::string share_of_values(std::size_t some, std::size_t all) {
  if (all == 1) return "its single value";
  return std::to_string(some) + " of " + std::to_string(all) + " values";
}

SPIKINGJET_INLINE std::optional<Reset> reset_of_number(float number) {
  if (number == 0.0F) return Reset::subtract;
  if (number == 1.0F) return Reset::zero;
  if (number == 2.0F) return Reset::none;
  return std::nullopt;
}

SPIKINGJET_INLINE std::vector<float> numbers_in(const WeightFile& file, const std::string& name) {
  if (!file.contains(name)) return {};
  try {
    return file.tensor(name).values;
  } catch (const WrongType&) {
    return {};
  } catch (const WrongShape&) {
    return {};
  }
}

SPIKINGJET_INLINE WeightRemarks::WeightRemarks(const WeightFile& file, std::span<const Quantity> quantities,
                                               std::function<std::vector<float>(const std::string&)> tensor)
    : file_(file), quantities_(quantities), tensor_(std::move(tensor)) {}

SPIKINGJET_INLINE void WeightRemarks::resets(const std::string& layer, Reset reset, bool immediate_reset) {
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
    if (trained == reset) continue;
    if (!trained)
      tell(RemarkKind::reset, place(stored) + " is " + short_number(number) +
                                  ", allowed is 0 (subtract), 1 (zero) or 2 (none); check what wrote the file");
    else
      tell(RemarkKind::reset, place(stored) + " is " + short_number(number) + ": the layer was trained as one that " +
                                  std::string(reset_clause(*trained)) + ", and '" + layer + "' of the network " +
                                  std::string(reset_clause(reset)) + "; write '" + std::string(reset_option(*trained)) +
                                  "' behind the layer's name");
    break;
  }
  const std::string delay = layer + ".reset_delay";
  for (const float number : numbers_in(file_, delay)) {
    if ((number == 0.0F) == immediate_reset || reset == Reset::none) continue;
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

SPIKINGJET_INLINE void WeightRemarks::decays(const std::string& layer, std::span<const ParameterInfo> parameters) {
  for (const ParameterInfo& info : parameters) {
    if (info.role != Role::decay && info.role != Role::synaptic_decay) continue;
    const std::string name = layer + "." + info.field.str();
    if (const auto sentence = decay_sentence(place(name), tensor_(name))) tell(RemarkKind::decay, *sentence);
  }
}

SPIKINGJET_INLINE void WeightRemarks::thresholds(const std::string& layer, std::span<const ParameterInfo> parameters,
                                                 bool equal_fires) {
  for (const ParameterInfo& info : parameters) {
    if (info.role != Role::threshold) continue;
    const std::string name = layer + "." + info.field.str();
    const std::vector<float> values = tensor_(name);
    std::size_t at_rest = 0;
    std::size_t zero = 0;
    for (const float value : values) {
      at_rest += value < 0.0F;
      zero += value == 0.0F;
    }
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

SPIKINGJET_INLINE void WeightRemarks::doubts(const std::string& layer, std::size_t doubtful, std::size_t neurons,
                                             const char* first) {
  tell(RemarkKind::constants, "in " + std::to_string(doubtful) + " of " + std::to_string(neurons) + " neurons of '" +
                                  layer + "' in '" + printable(file_.path()) + "' " + first);
}

SPIKINGJET_INLINE void WeightRemarks::other_betas(const std::string& layer, std::size_t differ, std::size_t neuron,
                                                  const std::string& example) {
  tell(RemarkKind::constants, place(layer + ".beta") + " is not e^(-time_step/(R C)) of '" + layer + "' in " +
                                  std::to_string(differ) + " of " + std::to_string(neuron) + " neurons (" + example +
                                  "); R and C are what counts: leave out the one that is not meant");
}

SPIKINGJET_INLINE void WeightRemarks::left_over(const std::string& layer, std::span<const ParameterInfo> parameters,
                                                const std::optional<NeuronHere>& neuron) {
  if (layer.empty()) return;
  const auto has = [&](std::string_view field) {
    return std::any_of(parameters.begin(), parameters.end(),
                       [&](const ParameterInfo& info) { return info.field.str() == field; });
  };
  const auto told = [&](const char* field, const std::string& consequence) {
    if (has(field) || !file_.contains(layer + "." + field)) return;
    tell(RemarkKind::left_over, place(layer + "." + field) + " is left out: " + consequence, {layer + "." + field});
  };
  if (neuron) {
    const std::string model(neuron->model);
    const std::string was = "' of the network is '" + model + "', which has no ";
    told("alpha",
         "'" + layer + was + "'alpha'; a neuron with one was trained, such as 'Synaptic': check the layer's type");
    if (!neuron->takes_beta) told("beta", "'" + layer + was + "'beta'; check the layer's type");
    if (!has("R") || !has("C"))
      for (const char* field : {"R", "C"})
        told(field, "'" + layer + was + "'" + field +
                        "'; a neuron with one was trained, such as 'Lapicque': check the layer's type");
    if (!neuron->recurrent)
      for (const char* field : {"recurrent.weight", "recurrent.V", "V"})
        told(field, "'" + layer + was +
                        "recurrent weights; a neuron with them was trained, such as 'RLeaky': check the layer's type");
  } else {
    told("bias", "'" + layer + "' of the network has 'NoBias'; leave that option out");
  }
}

SPIKINGJET_INLINE void WeightRemarks::normalisations() {
  constexpr std::string_view field = ".running_mean";
  for (const std::string& name : file_.names())
    if (name.size() > field.size() && name.ends_with(field))
      tell(RemarkKind::left_over,
           place(name) +
               " is left out: it belongs to a batch normalisation, which no layer here does; fold that "
               "into the weights and the bias of the layer before it, see docs/concepts/network.md",
           beside(name.substr(0, name.size() - field.size())));
}

SPIKINGJET_INLINE void WeightRemarks::quantised(const std::string& layer, std::span<const ParameterInfo> parameters) {
  if (layer.empty()) return;
  for (const ParameterInfo& info : parameters) {
    if (info.role != Role::weight) continue;
    const std::string name = layer + "." + info.field.str();
    const std::vector<float> values = tensor_(name);
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
    else if (values.size() >= 16 && largest >= 16.0F && largest > 8.0F * largest_threshold_behind(layer))
      tell(RemarkKind::quantised,
           found + ", beside thresholds of at most " + short_number(largest_threshold_behind(layer)) + cure);
  }
}

SPIKINGJET_INLINE void WeightRemarks::tell(RemarkKind kind, const std::string& sentence,
                                           std::vector<std::string> unused) {
  remarks_.push_back({kind, "spikingjet: " + sentence + page, std::move(unused)});
}

SPIKINGJET_INLINE std::optional<std::string> WeightRemarks::decay_sentence(const std::string& where,
                                                                           const std::vector<float>& values) {
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

SPIKINGJET_INLINE std::vector<std::string> WeightRemarks::beside(const std::string& module) const {
  std::vector<std::string> names;
  for (const std::string& name : file_.names())
    if (name.starts_with(module + ".") && name.find('.', module.size() + 1) == std::string::npos) names.push_back(name);
  return names;
}

SPIKINGJET_INLINE std::string WeightRemarks::scale_beside(const std::string& layer, const std::string& weight) const {
  for (const std::string& stem : {weight, layer})
    for (const char* end :
         {".scale", "_scale", ".scales", "_scales", ".weight_scale", ".scaling_factor", ".quant_scale", ".qscale",
          ".weight_scales", ".weight.scale", "_weight_scale", ".zero_point", "_zero_point", ".weight_zero_point"})
      if (file_.contains(stem + end)) return stem + end;
  for (const char* name : {"scale", "weight_scale", "scales"})
    if (file_.contains(name)) return name;
  return {};
}

SPIKINGJET_INLINE float WeightRemarks::largest_threshold_behind(const std::string& layer) const {
  std::size_t stage = 0;
  for (const Quantity& quantity : quantities_)
    if (quantity.layer.str() == layer) stage = quantity.stage;
  float largest = 0;
  for (const Quantity& quantity : quantities_)
    if (quantity.stage == stage && quantity.role == Role::threshold && quantity.storage == Storage::parameter)
      for (const float value : tensor_(quantity.name())) largest = std::max(largest, value);
  return largest;
}

}  // namespace detail

}  // namespace spikingjet
