// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <vector>

/// A second formula for everything that the library simulates: scalar, dense, at run time, written from the equations
/// (snnTorch 0.7 to 0.9), without a line of the library's own simulator. Slow on purpose.
namespace reference {

enum class Model { leaky, leaky_07, lapicque, synaptic };
enum class Reset { subtract, zero, none };
enum class ZeroInput { multiply, skip };
enum class Readout { spike_count, largest_potential };

/// A named tensor of parameters, row-major.
struct Tensor {
  std::string name;           // "lif1.beta"
  std::vector<float> values;  // as many as sites
};

/// A dense synaptic layer and the neurons behind it.
struct Layer {
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  Tensor weight;  // (out, in)
  Tensor bias;    // (out), or empty

  std::string neuron_name;  // "lif1"
  Model model = Model::leaky;
  Reset reset = Reset::subtract;
  bool delay = true;
  std::vector<Tensor> constants;  // each (out), or one value for the whole layer
};

struct Network {
  std::vector<Layer> layers;
  ZeroInput zero_input = ZeroInput::multiply;
  Readout readout = Readout::spike_count;
};

/// One fault: value * factor, then ((word & keep) | set) ^ flip, in steps [begin, end) that its pattern picks.
struct Fault {
  std::string quantity;  // "fc1.weight", "lif1.potential"
  std::size_t element = 0;
  float factor = 1.0F;
  std::uint32_t keep = 0xffffffffu;
  std::uint32_t set = 0;
  std::uint32_t flip = 0;
  std::uint32_t begin = 0;                                        // [step]
  std::uint32_t end = std::numeric_limits<std::uint32_t>::max();  // [step]; the largest: to the end of the run
  std::optional<std::uint32_t> duty{};                            // flickers: in 2^-32
  std::uint64_t seed = 0;
};

inline std::uint32_t word_of(float value) {
  std::uint32_t word = 0;
  std::memcpy(&word, &value, sizeof word);
  return word;
}

inline float float_of(std::uint32_t word) {
  float value = 0;
  std::memcpy(&value, &word, sizeof value);
  return value;
}

inline bool nan(float value) { return (word_of(value) & 0x7fffffffu) > 0x7f800000u; }
inline bool finite(float value) { return (word_of(value) & 0x7f800000u) != 0x7f800000u; }
inline float with_one_nan(float value) { return nan(value) ? float_of(0x7fc00000u) : value; }

/// First word of Philox4x32-10 with the counter (step, 0, 0, 0).
///
/// **Source** Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
inline std::uint32_t pattern_word(std::uint64_t seed, std::uint64_t step) {
  std::uint32_t c[4] = {std::uint32_t(step & 0xffffffffu), std::uint32_t(step >> 32), 0, 0};
  std::uint32_t key[2] = {std::uint32_t(seed & 0xffffffffu), std::uint32_t(seed >> 32)};
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t first = std::uint64_t{0xD2511F53u} * c[0];
    const std::uint64_t second = std::uint64_t{0xCD9E8D57u} * c[2];
    const std::uint32_t next[4] = {std::uint32_t(second >> 32) ^ c[1] ^ key[0], std::uint32_t(second & 0xffffffffu),
                                   std::uint32_t(first >> 32) ^ c[3] ^ key[1], std::uint32_t(first & 0xffffffffu)};
    std::memcpy(c, next, sizeof c);
    key[0] += 0x9E3779B9u;
    key[1] += 0xBB67AE85u;
  }
  return c[0];
}

inline bool present(const Fault& fault, std::size_t step) {
  if (step < fault.begin) return false;
  if (fault.end != std::numeric_limits<std::uint32_t>::max() && step >= fault.end) return false;
  if (fault.duty) return pattern_word(fault.seed, step) < *fault.duty;
  return true;
}

inline std::uint32_t masked(const Fault& fault, std::uint32_t word) {
  return ((word & fault.keep) | fault.set) ^ fault.flip;
}

/// A stored parameter with the fault: its bits as they are, unless it is scaled.
inline float faulty_parameter(const Fault& fault, float stored) {
  if (word_of(fault.factor) != word_of(1.0F)) stored = with_one_nan(stored * fault.factor);
  return float_of(masked(fault, word_of(stored)));
}

/// A state or spike with the fault: any NaN is the canonical one before the masks act.
inline float faulty_state(const Fault& fault, float value) {
  return float_of(masked(fault, word_of(with_one_nan(value * fault.factor))));
}

inline float heaviside(float x) { return x > 0 ? 1.0F : 0.0F; }

inline float clamped(float b) {
  if (b < 0) return 0.0F;
  if (b > 1) return 1.0F;
  return b;
}

/// What one neuron keeps from step to step.
struct State {
  float potential = 0;
  float current = 0;  // of Synaptic
};

/// The membrane update of one neuron; returns the spike.
inline float update(const Layer& layer, std::size_t neuron, float i, State& state) {
  const auto constant = [&](std::size_t c) {
    const std::vector<float>& values = layer.constants[c].values;
    return values.size() == 1 ? values[0] : values[neuron];
  };
  const float u_before = state.potential;
  float u = 0;
  float theta = 0;
  float r = 0;

  switch (layer.model) {
    case Model::leaky: {
      const float beta = clamped(constant(0));
      theta = constant(1);
      r = heaviside(u_before - theta);
      if (layer.reset == Reset::zero) {
        const float kept = 1.0F - r;
        const float reset = kept * u_before;
        const float decayed = beta * reset;
        u = decayed + i;
      } else {
        const float decayed = beta * u_before;
        const float base = decayed + i;
        const float drop = r * theta;
        u = layer.reset == Reset::subtract ? base - drop : base;
      }
      break;
    }
    case Model::leaky_07: {
      const float beta = clamped(constant(0));
      theta = constant(1);
      r = heaviside(u_before - theta);
      if (layer.reset == Reset::subtract) {
        const float drop = r * theta;
        const float reset = u_before - drop;
        const float decayed = beta * reset;
        u = decayed + i;
      } else {
        const float decayed = beta * u_before;
        const float base = decayed + i;
        const float kept = 1.0F - r;
        u = layer.reset == Reset::zero ? kept * base : base;
      }
      break;
    }
    case Model::synaptic: {
      const float alpha = clamped(constant(0));
      const float beta = clamped(constant(1));
      theta = constant(2);
      r = heaviside(u_before - theta);
      const float kept = alpha * state.current;
      state.current = kept + i;
      const float decayed = beta * u_before;
      const float base = decayed + state.current;
      if (layer.reset == Reset::subtract) {
        const float drop = r * theta;
        u = base - drop;
      } else if (layer.reset == Reset::zero) {
        const float drop = base * r;
        u = base - drop;
      } else {
        u = base;
      }
      break;
    }
    case Model::lapicque: {
      const float resistance = constant(0);
      const float capacitance = constant(1);
      const float dt = constant(2);
      theta = constant(3);
      r = heaviside(u_before - theta);
      const float rc = resistance * capacitance;
      float drive = i * resistance;
      const float rate = 1.0F / rc;
      drive = drive * rate;
      drive = drive * dt;
      const float share = dt / rc;
      const float keep = 1.0F - share;
      const float kept = keep * u_before;
      const float base = drive + kept;
      if (layer.reset == Reset::subtract) {
        const float drop = r * theta;
        u = base - drop;
      } else if (layer.reset == Reset::zero) {
        const float drop = r * base;
        u = base - drop;
      } else {
        u = base;
      }
      break;
    }
  }

  const float s = heaviside(u - theta);
  if (!layer.delay && layer.reset != Reset::none) {
    const float change = s - r;
    const float drop = layer.reset == Reset::subtract ? change * theta : change * u;
    u = u - drop;
  }
  state.potential = u;
  return s;
}

/// The current of one output: bias, then every input in ascending order.
inline float current(const Layer& layer, std::size_t output, const std::vector<float>& x, ZeroInput zero_input) {
  float acc = layer.bias.values.empty() ? 0.0F : layer.bias.values[output];
  for (std::size_t i = 0; i < layer.inputs; ++i) {
    const float w = layer.weight.values[output * layer.inputs + i];
    const bool zero = x[i] == 0;
    if (zero && zero_input == ZeroInput::skip) continue;
    if (zero && zero_input == ZeroInput::multiply && finite(w)) continue;
    const float product = w * x[i];
    acc = acc + product;
  }
  return acc;
}

/// The readout of one sample.
///
/// **Shapes** input (step, input), every input written out; returns (class).
inline std::vector<float> run(const Network& healthy, const std::vector<std::vector<float>>& input,
                              const std::optional<Fault>& fault = std::nullopt) {
  const std::size_t classes = healthy.layers.back().outputs;
  std::vector<std::vector<State>> states;
  for (const Layer& layer : healthy.layers) states.emplace_back(layer.outputs);
  std::vector<float> readout(classes);

  for (std::size_t step = 0; step < input.size(); ++step) {
    const bool struck = fault && present(*fault, step);
    Network network = healthy;  // parameters of this step
    if (struck)
      for (Layer& layer : network.layers) {
        std::vector<Tensor*> tensors = {&layer.weight, &layer.bias};
        for (Tensor& constant : layer.constants) tensors.push_back(&constant);
        for (Tensor* tensor : tensors)
          if (tensor->name == fault->quantity)
            tensor->values[fault->element] = faulty_parameter(*fault, tensor->values[fault->element]);
      }

    std::vector<float> x = input[step];
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
      const Layer& layer = network.layers[l];
      std::vector<float> spikes(layer.outputs);
      for (std::size_t n = 0; n < layer.outputs; ++n)
        spikes[n] = update(layer, n, current(layer, n, x, network.zero_input), states[l][n]);
      if (struck && fault->quantity == layer.neuron_name + ".potential")
        states[l][fault->element].potential = faulty_state(*fault, states[l][fault->element].potential);
      if (struck && fault->quantity == layer.neuron_name + ".current")
        states[l][fault->element].current = faulty_state(*fault, states[l][fault->element].current);
      if (struck && fault->quantity == layer.neuron_name + ".spike")
        spikes[fault->element] = faulty_state(*fault, spikes[fault->element]);
      x = spikes;
    }

    for (std::size_t c = 0; c < classes; ++c) {
      const float potential = states.back()[c].potential;
      if (network.readout == Readout::spike_count) {
        readout[c] = readout[c] + x[c];
      } else if (step == 0 || potential > readout[c] || nan(potential)) {
        readout[c] = potential;
      }
    }
  }
  for (float& value : readout) value = with_one_nan(value);
  return readout;
}

}  // namespace reference
