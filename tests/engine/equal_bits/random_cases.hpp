// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/alpha.hpp>
#include <spikingjet/model/neurons/lapicque.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/rleaky.hpp>
#include <spikingjet/model/neurons/rsynaptic.hpp>
#include <spikingjet/model/neurons/srm.hpp>
#include <spikingjet/model/neurons/synaptic.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/model/sharing.hpp>

#include "reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <span>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// Random networks, samples and faults.
namespace random_cases {

namespace sj = spikingjet;

// ---- a static network as the reference sees it ----

template <class Model>
struct ModelOf;
template <sj::Reset R, bool Delay, sj::LeakyOrder Order>
struct ModelOf<sj::LeakyModel<R, Delay, Order>> {
  static constexpr auto model =
      Order == sj::LeakyOrder::snntorch_07 ? reference::Model::leaky_07 : reference::Model::leaky;
  static constexpr sj::Reset reset = R;
  static constexpr bool delay = Delay;
};
template <sj::Reset R, bool Delay>
struct ModelOf<sj::SynapticModel<R, Delay>> {
  static constexpr auto model = reference::Model::synaptic;
  static constexpr sj::Reset reset = R;
  static constexpr bool delay = Delay;
};
template <sj::Reset R>
struct ModelOf<sj::LapicqueModel<R>> {
  static constexpr auto model = reference::Model::lapicque;
  static constexpr sj::Reset reset = R;
  static constexpr bool delay = true;
};

template <sj::Reset R>
struct ModelOf<sj::AlphaModel<R>> {
  static constexpr auto model = reference::Model::alpha;
  static constexpr sj::Reset reset = R;
  static constexpr bool delay = true;
};
template <sj::Reset R, bool Delay>
struct ModelOf<sj::RLeakyModel<R, Delay>> {
  static constexpr auto model = reference::Model::rleaky;
  static constexpr sj::Reset reset = R;
  static constexpr bool delay = Delay;
};
template <sj::Reset R>
struct ModelOf<sj::RSynapticModel<R>> {
  static constexpr auto model = reference::Model::rsynaptic;
  static constexpr sj::Reset reset = R;
  static constexpr bool delay = true;
};
template <>
struct ModelOf<sj::SrmModel> {
  static constexpr auto model = reference::Model::srm;
  static constexpr sj::Reset reset = sj::Reset::none;
  static constexpr bool delay = true;
};

/// Which value of a shared constant each neuron has.
inline std::vector<std::size_t> elements(sj::Sharing how, const sj::Shape& neurons) {
  const std::size_t columns = neurons[neurons.rank - 1];
  std::vector<std::size_t> all(neurons.size());
  for (std::size_t n = 0; n < all.size(); ++n) {
    if (how == sj::Sharing::per_neuron) all[n] = n;
    if (how == sj::Sharing::per_column) all[n] = n % columns;
    if (how == sj::Sharing::per_channel) all[n] = n * neurons[0] / neurons.size();
  }
  return all;
}

inline reference::Plane plane(const sj::Extent2d& extent) { return {extent.rows, extent.columns}; }

template <class L>
reference::Projection projection_of() {
  using Kind = reference::Projection::Kind;
  reference::Projection p;
  p.inputs = L::in.size();
  p.outputs = L::out.size();
  p.weight = {L::name.str() + "." + L::parameters[0].field.str(), std::vector<float>(L::parameters[0].shape.size())};
  if constexpr (L::has_bias) p.bias = {L::name.str() + ".bias", std::vector<float>(L::parameters[1].shape.size())};
  if constexpr (requires { L::sharing; }) {
    p.kind = Kind::one_to_one;
    p.element = elements(L::sharing, L::out);
  } else if constexpr (L::parameters[0].shape.rank == 2) {
    p.kind = Kind::dense;
  } else {
    constexpr sj::SynapseGeometry g = L::geometry;
    p.kind = Kind::convolution;
    p.in_channels = g.channels_in;
    p.out_channels = g.channels_out;
    p.in = plane(g.in);
    p.out = plane(g.out);
    p.kernel = plane(g.kernel);
    p.stride = plane(g.stride);
    p.padding = plane(g.padding);
    p.dilation = plane(g.dilation);
    p.groups = g.groups;
  }
  return p;
}

template <class L>
reference::Pooling pooling_of() {
  constexpr sj::PoolGeometry g = L::geometry;
  return {.kind = g.kind == sj::PoolKind::largest ? reference::Pooling::Kind::largest
                  : g.kind == sj::PoolKind::mean  ? reference::Pooling::Kind::mean
                                                  : reference::Pooling::Kind::sum,
          .channels = g.channels,
          .in = plane(g.in),
          .out = plane(g.out),
          .window = plane(g.window),
          .stride = plane(g.stride),
          .padding = plane(g.padding)};
}

/// The shape of a network for the reference; tensors have their sizes and no values yet.
template <class Net>
reference::Network shape_of() {
  reference::Network network;
  network.zero_input =
      Net::zero_input == sj::ZeroInput::multiply ? reference::ZeroInput::multiply : reference::ZeroInput::skip;
  network.readout = std::is_same_v<typename Net::Readout, sj::SpikeCountReadout>
                        ? reference::Readout::spike_count
                    : std::is_same_v<typename Net::Readout, sj::LastPotentialReadout>
                        ? reference::Readout::last_potential
                        : reference::Readout::largest_potential;
  reference::Layer layer;
  const auto add = [&]<class L>(std::type_identity<L>) {
    if constexpr (L::kind == sj::LayerKind::synaptic) {
      layer.synapses = projection_of<L>();
    } else if constexpr (L::kind == sj::LayerKind::lateral) {
      layer.lateral = projection_of<L>();
    } else if constexpr (L::kind == sj::LayerKind::pooling) {
      const bool behind = layer.synapses.kind != reference::Projection::Kind::none;
      (behind ? layer.pool_behind : layer.pool_before).push_back(pooling_of<L>());
    } else {
      using Model = ModelOf<typename L::Dynamics>;
      layer.neurons = L::out.size();
      layer.recurrent = sj::is_recurrent_model<typename L::Dynamics>;
      layer.neuron_name = L::name.str();
      layer.model = Model::model;
      layer.reset = Model::reset == sj::Reset::subtract ? reference::Reset::subtract
                    : Model::reset == sj::Reset::zero   ? reference::Reset::zero
                                                        : reference::Reset::none;
      layer.delay = Model::delay;
      for (std::size_t c = 0; c < L::parameters.size(); ++c) {
        const sj::ParameterInfo& p = L::parameters[c];
        layer.constants.push_back({L::name.str() + "." + p.field.str(), std::vector<float>(p.shape.size())});
        layer.element.push_back(elements(L::sharings[c], L::out));
      }
      network.layers.push_back(layer);
      layer = {};
    }
  };
  [&]<class... L>(std::type_identity<std::tuple<L...>>) {
    (add(std::type_identity<L>{}), ...);
  }(std::type_identity<typename Net::Layers>{});
  return network;
}

template <class Net>
sj::Parameters<Net> parameters_of(const reference::Network& network) {
  sj::Parameters<Net> parameters;
  for (const reference::Layer& layer : network.layers) {
    for (const reference::Tensor* tensor :
         {&layer.synapses.weight, &layer.synapses.bias, &layer.lateral.weight, &layer.lateral.bias})
      if (!tensor->values.empty()) parameters.assign(tensor->name, tensor->values);
    for (const reference::Tensor& constant : layer.constants) parameters.assign(constant.name, constant.values);
  }
  return parameters;
}

// ---- random cases ----

/// Random numbers that a seed fixes on every platform.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t bits() { return engine_(); }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
  bool chance(double p) { return double(engine_() >> 11) * 0x1p-53 < p; }

  /// In [low, high).
  float uniform(float low, float high) { return low + (high - low) * (static_cast<float>(engine_() >> 40) * 0x1p-24F); }

  template <class T, std::size_t N>
  T pick(const T (&values)[N]) {
    return values[below(N)];
  }

 private:
  std::mt19937_64 engine_;
};

inline constexpr std::size_t max_steps = 200;
inline constexpr float infinity = std::numeric_limits<float>::infinity();
inline constexpr float odd_finite_values[] = {0.0F,     -0.0F,    1e-45F,   -1e-45F,  1.1e-38F, -5e-39F,
                                              1e-20F,   -1e-20F,  3.4e38F,  -3.4e38F, 1e19F,    16777216.0F,
                                              0.33333F, 1.00001F, 0.99999F, -7.25F,   1e-7F};
inline constexpr std::uint32_t not_finite_words[] = {0x7f800000u, 0xff800000u, 0x7fc00000u, 0xffc00001u, 0x7f812345u};

inline float odd_value(Random& random, bool also_not_finite) {
  if (also_not_finite && random.chance(0.4)) return reference::float_of(random.pick(not_finite_words));
  return random.pick(odd_finite_values);
}

/// Fills in weights, biases and constants: most networks ordinary, some with odd values, few with NaN and infinities.
inline reference::Network random_network(reference::Network network, Random& random) {
  const double odd = random.chance(0.4) ? 0.02 : 0.0;
  const bool not_finite = random.chance(0.15);
  const float scale = random.pick({0.2F, 0.6F, 1.5F, 4.0F});
  const float mean = random.pick({0.0F, 0.1F, 0.3F});
  const bool forgetful = random.chance(0.3);  // states that differed soon have golden bits again
  const auto value = [&](float low, float high) {
    return random.chance(odd) ? odd_value(random, not_finite) : random.uniform(low, high);
  };
  for (reference::Layer& layer : network.layers) {
    for (reference::Projection* p : {&layer.synapses, &layer.lateral}) {
      if (p->kind == reference::Projection::Kind::none) continue;
      const auto inputs = static_cast<float>(p->weight.values.size() /
                                             std::max<std::size_t>(p->out_channels ? p->out_channels : p->outputs, 1));
      for (float& w : p->weight.values)
        w = random.chance(0.15) ? 0.0F : (value(-1, 1) + mean) * scale * (2.0F / (1.0F + inputs / 8.0F));
      for (float& b : p->bias.values) b = value(-0.2F, 0.4F);
    }
    const int thresholds = random.chance(0.1) ? 1 : random.chance(0.1) ? 2 : 0;
    for (reference::Tensor& constant : layer.constants) {
      const std::string field = constant.name.substr(constant.name.find('.') + 1);
      for (float& c : constant.values) {
        if (field == "threshold") c = thresholds == 1 ? 0.0F : thresholds == 2 ? value(-1, 0.1F) : value(0.3F, 1.5F);
        if (field == "beta") c = forgetful ? value(-0.05F, 0.4F) : value(0.5F, 1.02F);
        if (field == "alpha") c = value(-0.05F, forgetful ? 0.3F : 1.02F);
        if (layer.model == reference::Model::alpha && random.chance(0.8)) {  // alpha above beta, or anything
          if (field == "alpha") c = forgetful ? value(0.3F, 0.5F) : value(0.8F, 0.99F);
          if (field == "beta") c = forgetful ? value(0.05F, 0.29F) : value(0.4F, 0.79F);
        }
        if (field == "gain") c = value(0.3F, 1.5F);
        if (field == "refractory_gain") c = value(0.2F, 2.0F);
        if (field == "R") c = value(0.5F, 2.0F);
        if (field == "C") c = value(1.0F, 12.0F);
        if (field == "time_step") c = random.chance(0.8) ? 1.0F : value(0.1F, 2.0F);
      }
    }
  }
  return network;
}

/// Steps of a sample: mostly few, sometimes many, and often those at which a word of spikes or a stretch of steps ends.
inline std::size_t random_steps(Random& random) {
  if (random.chance(0.15)) return random.pick({1, 2, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 96, 127, 128, 200});
  return 1 + random.below(random.chance(0.12) ? max_steps : 50);
}

/// Inputs of one sample, every one written out: silent, saturated, sparse; spikes, counts and odd values.
inline std::vector<std::vector<float>> random_input(std::size_t inputs, Random& random) {
  const std::size_t steps = random_steps(random);
  const double density = random.pick({0.0, 0.03, 0.1, 0.3, 0.3, 0.6, 1.0});
  const int kind = int(random.below(8));  // 0 to 3: spikes; 4, 5: counts; 6: any values; 7: odd ones, too
  const bool not_finite = random.chance(0.2);
  std::vector<std::vector<float>> input(steps, std::vector<float>(inputs));
  for (auto& step : input)
    for (float& x : step) {
      if (!random.chance(density)) {
        x = random.chance(0.02) ? -0.0F : 0.0F;
      } else if (kind <= 3) {
        x = 1.0F;
      } else if (kind <= 5) {
        x = static_cast<float>(1 + random.below(5));
      } else {
        x = kind == 7 && random.chance(0.02) ? odd_value(random, not_finite) : random.uniform(-0.5F, 1.5F);
      }
    }
  return input;
}

inline sj::Sample sample_of(const std::vector<std::vector<float>>& input) {
  sj::Sample sample;
  for (const auto& step : input) {
    for (std::size_t i = 0; i < step.size(); ++i) sample.add(static_cast<std::uint32_t>(i), step[i]);
    sample.end_step();
  }
  return sample;
}

/// A fault of any kind on any quantity.
inline sj::Fault random_fault(std::span<const sj::Quantity> quantities, Random& random) {
  sj::Fault fault;
  const std::size_t q = random.below(quantities.size());
  fault.site = {static_cast<std::uint32_t>(q), quantities[q].storage, random.below(quantities[q].size())};
  const auto bit = static_cast<std::uint32_t>(random.chance(0.5) ? 23 + random.below(9) : random.below(32));
  const std::uint32_t mask = std::uint32_t{1} << bit;
  const auto word = [&] { return static_cast<std::uint32_t>(random.bits()); };
  switch (random.below(11)) {
    case 0:
    case 1:
    case 2:
      fault.alteration.flip = mask, fault.bit = std::int32_t(bit), fault.type = "bitflip";
      break;
    case 3:
      fault.alteration.keep = ~mask, fault.bit = std::int32_t(bit), fault.type = "stuckat0";
      break;
    case 4:
      fault.alteration.keep = ~mask, fault.alteration.set = mask, fault.bit = std::int32_t(bit),
      fault.type = "stuckat1";
      break;
    case 5:
      fault.alteration.flip = random.chance(0.5) ? word() : mask | mask >> 1, fault.type = "flip";
      break;
    case 6:
      fault.alteration.keep = 0, fault.type = "dead";
      break;
    case 7: {
      const bool spike = quantities[q].storage == sj::Storage::spike;
      fault.alteration.keep = 0, fault.alteration.set = spike ? 0x3f800000u : 0x7f7fffffu, fault.type = "saturated";
      break;
    }
    case 8:
      fault.alteration.keep = 0, fault.type = "set";
      fault.alteration.set = reference::word_of(random.chance(0.4) ? odd_value(random, true) : random.uniform(-2, 2));
      break;
    case 9:
      fault.alteration.factor = random.chance(0.3) ? odd_value(random, true) : random.uniform(-2, 2),
      fault.type = "scale";
      break;
    default:
      fault.alteration.keep = word(), fault.alteration.set = word(), fault.alteration.flip = word(),
      fault.type = "masks";
  }
  if (quantities[q].storage != sj::Storage::parameter && random.chance(0.08)) {
    fault.alteration = sj::Alteration::sets(reference::float_of(random.pick(not_finite_words)));
    fault.bit = sj::Fault::no_bit;
    fault.type = "set";
  }
  const std::size_t last = random.chance(0.2) ? max_steps : 40;
  const auto step = [&] { return static_cast<std::uint32_t>(random.below(last)); };
  switch (random.below(6)) {
    case 0:
    case 1:
      break;
    case 2:
      fault.window.begin = step(), fault.window.end = fault.window.begin + 1;
      break;
    case 3:
      fault.window.begin = step(), fault.window.end = fault.window.begin + 1 + step();
      break;
    case 4:
      fault.window.begin = random.chance(0.5) ? 0 : step(), fault.window.duty = word() >> 1,
      fault.window.seed = random.bits();
      break;
    default:
      fault.window.begin = step();
  }
  return fault;
}

/// Faults that stand close together, as an exhaustive list has them: they share neurons and weights, differ in little,
/// and some are the same fault again. One of eight kinds; at most about `most` of them.
inline std::vector<sj::Fault> dense_faults(const reference::Network& network, std::span<const sj::Quantity> quantities,
                                           Random& random, std::size_t kind, std::size_t most) {
  std::vector<sj::Fault> faults;
  const auto add = [&](std::size_t quantity, std::size_t element, const char* type, const sj::Alteration& alteration,
                       const sj::Window& window = {}) {
    faults.push_back({.site = {static_cast<std::uint32_t>(quantity), quantities[quantity].storage, element},
                      .bit = sj::Fault::no_bit,
                      .type = type,
                      .alteration = alteration,
                      .window = window});
  };
  const auto add_every_bit = [&](std::size_t quantity, std::size_t element, const sj::Window& window = {}) {
    for (unsigned bit = 0; bit < 32; ++bit) add(quantity, element, "flip", {.flip = std::uint32_t{1} << bit}, window);
  };
  const auto step = [&] { return static_cast<std::uint32_t>(random.below(40)); };
  const auto random_window = [&]() -> sj::Window {
    switch (random.below(5)) {
      case 0:
        return {.begin = step()};
      case 1: {
        const std::uint32_t begin = step();
        return {.begin = begin, .end = begin + 1 + step() / 4};
      }
      case 2:
        return {.duty = static_cast<std::uint32_t>(random.bits()), .seed = random.bits()};
      default:
        return {};
    }
  };
  const auto quantity_where = [&](const auto& fits) {
    std::size_t q = random.below(quantities.size());
    while (!fits(quantities[q])) q = (q + 1) % quantities.size();
    return q;
  };
  const auto is_weight = [](const sj::Quantity& q) { return q.role == sj::Role::weight; };
  const std::size_t weight = quantity_where(is_weight);
  const std::size_t outputs = quantities[weight].shape.rank == 0 ? 1 : quantities[weight].shape[0];
  const std::size_t inputs = quantities[weight].size() / outputs;
  const std::size_t neuron = random.below(outputs);
  const auto weight_of = [&](std::size_t input) { return neuron * inputs + input; };
  const auto stored = [&](std::size_t element) {
    const reference::Layer& layer = network.layers[quantities[weight].stage];
    return (quantities[weight].kind == sj::LayerKind::lateral ? layer.lateral : layer.synapses).weight.values[element];
  };

  switch (kind % 8) {
    case 0:  // everything that can happen to the bits of one or two weights, and some of it twice
      for (std::size_t n = 0; n < 2; ++n) {
        const std::size_t element = weight_of(random.below(inputs));
        add_every_bit(weight, element);
        for (unsigned bit = 0; bit < 32; ++bit) {
          const std::uint32_t mask = std::uint32_t{1} << bit;
          add(weight, element, "stuckat0", sj::Alteration::sticks_at_0(mask));
          add(weight, element, "stuckat1", sj::Alteration::sticks_at_1(mask));
        }
      }
      break;
    case 1:  // every bit of every weight of one neuron
      for (std::size_t i = 0; i < inputs; ++i) add_every_bit(weight, weight_of(i));
      break;
    case 2:  // few faults, each many times and under other names
      while (faults.size() < most) {
        const sj::Fault fault = random_fault(quantities, random);
        for (std::size_t again = 0; again < 1 + random.below(9); ++again) faults.push_back(fault);
        const std::size_t element = weight_of(random.below(inputs));
        const std::uint32_t flip = std::uint32_t{1} << random.below(32);
        add(weight, element, "flip", {.flip = flip});
        add(weight, element, "set", {.keep = 0, .set = reference::word_of(stored(element)) ^ flip});
        add(weight, element, "set", {.keep = 0, .set = ~reference::word_of(stored(element)), .flip = ~flip});
      }
      break;
    case 3:    // every spike of a layer
    case 4: {  // every state of a layer
      const sj::Storage storage = kind % 8 == 3 ? sj::Storage::spike : sj::Storage::state;
      const std::size_t q = quantity_where([&](const sj::Quantity& one) { return one.storage == storage; });
      for (std::size_t n = 0; n < quantities[q].size(); ++n) {
        for (const float value : {0.0F, -0.0F, 1.0F, 2.5F, infinity, std::numeric_limits<float>::quiet_NaN()})
          add(q, n, "set", sj::Alteration::sets(value), random_window());
        add_every_bit(q, n, random_window());
      }
      break;
    }
    case 5:  // one fault in every step
      while (faults.size() < most) {
        const sj::Fault fault = random_fault(quantities, random);
        const std::size_t first = random.chance(0.3) ? random.below(max_steps) : 0;
        for (std::size_t t = first; t < first + most / 2; ++t) {
          faults.push_back(fault);
          faults.back().window = {.begin = static_cast<std::uint32_t>(t), .end = static_cast<std::uint32_t>(t + 1)};
        }
      }
      break;
    case 6:  // weights moved a little and a lot: between two values a spike comes or goes, and sums overflow
      for (std::size_t n = 0; n < 1 + most / 90; ++n) {
        const std::size_t element = weight_of(random.below(inputs));
        const float unit = random.pick({1e-6F, 0.01F, 0.1F, 0.5F});
        for (int k = -16; k <= 16; ++k)
          add(weight, element, "set",
              sj::Alteration::sets(stored(element) + static_cast<float>(k * std::abs(k)) * unit));
        for (float large = 4.0F; large < infinity; large *= 256.0F) {
          add(weight, element, "set", sj::Alteration::sets(large));
          add(weight, element, "set", sj::Alteration::sets(-large));
        }
        for (const float value : odd_finite_values) add(weight, element, "set", sj::Alteration::sets(value));
        for (const std::uint32_t word : not_finite_words) add(weight, element, "set", {.keep = 0, .set = word});
      }
      break;
    default:  // all that can strike one neuron
      for (std::size_t q = 0; q < quantities.size(); ++q) {
        if (quantities[q].stage != quantities[weight].stage) continue;
        if (q == weight) {
          for (std::size_t i = 0; i < inputs; ++i) {
            sj::Fault fault = random_fault(quantities.subspan(q, 1), random);
            add(q, weight_of(i), "masks", fault.alteration, random_window());
            add(q, weight_of(i), "flip", {.flip = std::uint32_t{1} << random.below(32)}, random_window());
          }
        } else {
          const std::size_t element = neuron % quantities[q].size();
          add_every_bit(q, element);
          add_every_bit(q, element, random_window());
        }
      }
  }
  while (faults.size() > most) {
    faults[random.below(faults.size())] = faults.back();
    faults.pop_back();
  }
  return faults;
}

inline reference::Fault reference_fault(const sj::Fault& fault, std::span<const sj::Quantity> quantities) {
  reference::Fault f;
  f.quantity = quantities[fault.site.quantity].name();
  f.element = static_cast<std::size_t>(fault.site.element);
  f.factor = fault.alteration.factor;
  f.keep = fault.alteration.keep;
  f.set = fault.alteration.set;
  f.flip = fault.alteration.flip;
  f.begin = fault.window.begin;
  f.end = fault.window.end;
  if (fault.window.duty != sj::Window::always) f.duty = fault.window.duty;
  f.seed = fault.window.seed;
  return f;
}

inline std::string text_of(const sj::Fault& fault, std::span<const sj::Quantity> quantities) {
  std::ostringstream text;
  const sj::Quantity& q = quantities[fault.site.quantity];
  text << q.name() << q.shape.index_str(fault.site.element) << ' ' << fault.type << " factor "
       << fault.alteration.factor << std::hex << " keep " << fault.alteration.keep << " set " << fault.alteration.set
       << " flip " << fault.alteration.flip << std::dec << " steps [" << fault.window.begin << ", " << fault.window.end
       << ") duty " << fault.window.duty << " seed " << fault.window.seed;
  return text.str();
}

inline std::string text_of(std::span<const float> readout) {
  std::ostringstream text;
  for (const float value : readout) text << value << " (" << std::hex << reference::word_of(value) << std::dec << ") ";
  return text.str();
}

}  // namespace random_cases
