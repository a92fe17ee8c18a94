// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/parallel.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/fault_file.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/inject/full_engine.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/dense.hpp>
#include <spikingjet/model/lapicque.hpp>
#include <spikingjet/model/leaky.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/synaptic.hpp>

#include <boost/hana/for_each.hpp>

#include "catch.hpp"
#include "reference.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <span>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// Random networks, samples and faults, and the comparison of an engine with the reference on them.
namespace against_reference {

namespace sj = spikingjet;

// ---- a static network as the reference sees it, and its engine without its types ----

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

/// The shape of a network for the reference; tensors have their sizes and no values yet.
template <class Net>
reference::Network shape_of() {
  reference::Network network;
  network.zero_input =
      Net::zero_input == sj::ZeroInput::multiply ? reference::ZeroInput::multiply : reference::ZeroInput::skip;
  network.readout = std::is_same_v<typename Net::Readout, sj::SpikeCountReadout>
                        ? reference::Readout::spike_count
                        : reference::Readout::largest_potential;
  const auto add = [&]<class L>(std::type_identity<L>) {
    if constexpr (L::kind == sj::LayerKind::synaptic) {
      reference::Layer layer;
      layer.inputs = L::in.size();
      layer.outputs = L::out.size();
      layer.weight = {L::name.str() + ".weight", std::vector<float>(layer.inputs * layer.outputs)};
      layer.bias = {L::name.str() + ".bias", std::vector<float>(L::has_bias ? layer.outputs : 0)};
      network.layers.push_back(layer);
    } else {
      using Model = ModelOf<typename L::Dynamics>;
      reference::Layer& layer = network.layers.back();
      layer.neuron_name = L::name.str();
      layer.model = Model::model;
      layer.reset = Model::reset == sj::Reset::subtract ? reference::Reset::subtract
                    : Model::reset == sj::Reset::zero   ? reference::Reset::zero
                                                        : reference::Reset::none;
      layer.delay = Model::delay;
      for (const sj::ParameterInfo& p : L::parameters)
        layer.constants.push_back({L::name.str() + "." + p.field.str(), std::vector<float>(p.shape.size())});
    }
  };
  [&]<class... L>(std::type_identity<std::tuple<L...>>) {
    (add(std::type_identity<L>{}), ...);
  }(std::type_identity<typename Net::Layers>{});
  return network;
}

/// What is compared: a network type and an engine, reduced to functions.
struct Subject {
  std::string summary;
  reference::Network shape;
  std::size_t inputs = 0;
  std::size_t classes = 0;
  std::span<const sj::Quantity> quantities;
  /// Golden readouts (sample, class).
  std::vector<float> (*golden)(const reference::Network&, const sj::Dataset&, std::size_t threads);
  /// Readouts (fault, sample, class).
  std::vector<float> (*inject)(const reference::Network&, const sj::Dataset&, const std::vector<sj::Fault>&,
                               std::size_t threads);
};

template <class Net>
sj::Parameters<Net> parameters_of(const reference::Network& network) {
  sj::Parameters<Net> parameters;
  for (const reference::Layer& layer : network.layers) {
    parameters.assign(layer.weight.name, layer.weight.values);
    if (!layer.bias.values.empty()) parameters.assign(layer.bias.name, layer.bias.values);
    for (const reference::Tensor& constant : layer.constants) parameters.assign(constant.name, constant.values);
  }
  return parameters;
}

template <class Net, template <class> class Engine>
Subject subject() {
  using Injector = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Any>;
  Subject s;
  s.summary = Net::summary();
  s.shape = shape_of<Net>();
  s.inputs = Net::input.size();
  s.classes = Net::classes;
  s.quantities = Net::quantities;
  s.golden = [](const reference::Network& network, const sj::Dataset& dataset, std::size_t threads) {
    const sj::ThreadLimit limit(threads);
    Engine<Injector> engine(parameters_of<Net>(network));
    return engine.golden(sj::SampleRange(dataset));
  };
  s.inject = [](const reference::Network& network, const sj::Dataset& dataset, const std::vector<sj::Fault>& faults,
                std::size_t threads) {
    const sj::ThreadLimit limit(threads);
    Engine<Injector> engine(parameters_of<Net>(network));
    return sj::readouts_of(engine, faults, sj::SampleRange(dataset));
  };
  return s;
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
  const auto value = [&](float low, float high) {
    return random.chance(odd) ? odd_value(random, not_finite) : random.uniform(low, high);
  };
  for (reference::Layer& layer : network.layers) {
    const auto inputs = static_cast<float>(layer.inputs);
    for (float& w : layer.weight.values)
      w = random.chance(0.15) ? 0.0F : (value(-1, 1) + mean) * scale * (2.0F / (1.0F + inputs / 8.0F));
    for (float& b : layer.bias.values) b = value(-0.2F, 0.4F);
    const int thresholds = random.chance(0.1) ? 1 : random.chance(0.1) ? 2 : 0;
    for (reference::Tensor& constant : layer.constants) {
      const std::string field = constant.name.substr(constant.name.find('.') + 1);
      for (float& c : constant.values) {
        if (field == "threshold") c = thresholds == 1 ? 0.0F : thresholds == 2 ? value(-1, 0.1F) : value(0.3F, 1.5F);
        if (field == "beta") c = value(0.5F, 1.02F);
        if (field == "alpha") c = value(0.0F, 1.02F);
        if (field == "R") c = value(0.5F, 2.0F);
        if (field == "C") c = value(1.0F, 12.0F);
        if (field == "time_step") c = random.chance(0.8) ? 1.0F : value(0.1F, 2.0F);
      }
    }
  }
  return network;
}

/// Inputs of one sample, every one written out: silent, saturated, sparse; spikes, counts and odd values.
inline std::vector<std::vector<float>> random_input(std::size_t inputs, Random& random) {
  const std::size_t steps = 1 + random.below(60);
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
  const auto step = [&] { return static_cast<std::uint32_t>(random.below(40)); };
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

// ---- the comparison ----

/// How much a comparison covered.
struct Coverage {
  std::size_t networks = 0;
  std::size_t injections = 0;
  std::size_t changed = 0;     // readout differs from the golden one
  std::size_t not_finite = 0;  // faulty readout holds NaN or an infinity

  Coverage& operator+=(const Coverage& other) {
    networks += other.networks;
    injections += other.injections;
    changed += other.changed;
    not_finite += other.not_finite;
    return *this;
  }
};

/// Compares one random case: an engine's golden run and its injections, on one and on two threads and with the faults
/// in another order, with the reference.
inline Coverage compare(const Subject& subject, std::uint64_t seed, std::size_t fault_count, std::size_t sample_count) {
  Random random(seed);
  const reference::Network network = random_network(subject.shape, random);
  std::vector<std::vector<std::vector<float>>> inputs;
  sj::Dataset dataset;
  dataset.shape = {subject.inputs};
  for (std::size_t s = 0; s < sample_count; ++s) {
    inputs.push_back(random_input(subject.inputs, random));
    dataset.samples.push_back(sample_of(inputs.back()));
  }
  std::vector<sj::Fault> faults;
  for (std::size_t f = 0; f < fault_count; ++f) faults.push_back(random_fault(subject.quantities, random));
  std::vector<std::size_t> order(fault_count);
  for (std::size_t f = 0; f < fault_count; ++f) order[f] = f;
  for (std::size_t f = fault_count; f-- > 1;) std::swap(order[f], order[random.below(f + 1)]);
  std::vector<sj::Fault> shuffled;
  for (const std::size_t f : order) shuffled.push_back(faults[f]);

  const std::string context = "seed " + std::to_string(seed) + ", " + subject.summary;
  const std::size_t classes = subject.classes;
  const auto row = [classes](const std::vector<float>& readouts, std::size_t index) {
    return std::span(readouts).subspan(index * classes, classes);
  };
  const auto same = [](std::span<const float> a, std::span<const float> b) {
    return std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
  };

  Coverage coverage{.networks = 1};
  std::vector<std::vector<float>> golden;
  const std::vector<float> engine_golden = subject.golden(network, dataset, 2);
  for (std::size_t s = 0; s < sample_count; ++s) {
    golden.push_back(reference::run(network, inputs[s]));
    if (!same(row(engine_golden, s), golden[s]))
      FAIL(context << ", golden, sample " << s << "\nengine    " << text_of(row(engine_golden, s)) << "\nreference "
                   << text_of(golden[s]));
  }

  const std::vector<float> once = subject.inject(network, dataset, faults, 1);
  const std::vector<float> again = subject.inject(network, dataset, shuffled, 2);
  for (std::size_t f = 0; f < fault_count; ++f)
    for (std::size_t s = 0; s < sample_count; ++s) {
      const auto expected = reference::run(network, inputs[s], reference_fault(faults[f], subject.quantities));
      const auto position = static_cast<std::size_t>(std::find(order.begin(), order.end(), f) - order.begin());
      const auto first = row(once, f * sample_count + s);
      const auto second = row(again, position * sample_count + s);
      if (!same(first, expected) || !same(second, expected))
        FAIL(context << ", fault " << f << ": " << text_of(faults[f], subject.quantities) << ", sample " << s
                     << "\none thread            " << text_of(first) << "\ntwo threads, shuffled " << text_of(second)
                     << "\nreference             " << text_of(expected) << "\ngolden                "
                     << text_of(golden[s]));
      ++coverage.injections;
      coverage.changed += !same(expected, golden[s]);
      coverage.not_finite +=
          !std::all_of(expected.begin(), expected.end(), [](float value) { return reference::finite(value); });
    }
  return coverage;
}

/// Compares `cases` random cases of each network type of a Hana tuple of types.
template <template <class> class Engine, class Types>
Coverage compare_all(Types types, std::uint64_t first_seed, std::size_t cases, std::size_t fault_count,
                     std::size_t sample_count) {
  std::vector<Subject> subjects;
  boost::hana::for_each(types,
                        [&](auto type) { subjects.push_back(subject<typename decltype(type)::type, Engine>()); });
  Coverage all;
  for (const Subject& s : subjects) {
    Coverage of_type;
    for (std::size_t c = 0; c < cases; ++c)
      of_type += compare(s, first_seed + 1000 * all.networks + c, fault_count, sample_count);
    of_type.networks = 1;
    all += of_type;
  }
  return all;
}

}  // namespace against_reference
