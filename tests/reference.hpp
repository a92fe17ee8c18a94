// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
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

enum class Model { leaky, leaky_07, lapicque, synaptic, alpha, rleaky, rsynaptic, srm };
enum class Reset { subtract, zero, none };
enum class ZeroInput { multiply, skip };
enum class Readout { spike_count, largest_potential, last_potential };

/// A named tensor of parameters, row-major.
struct Tensor {
  std::string name;           // "lif1.beta"
  std::vector<float> values;  // as many as sites
};

/// Rows and columns of what a convolution or a pooling works on.
struct Plane {
  std::size_t rows = 1;
  std::size_t columns = 1;
};

/// A projection: fully connected, one weight a neuron, or a convolution.
struct Projection {
  enum class Kind { none, dense, one_to_one, convolution };

  Kind kind = Kind::none;
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  Tensor weight;                      // (out, in), (elements), or (out channels, in channels of a group, rows, columns)
  Tensor bias;                        // (out) or (out channels), or empty
  std::vector<std::size_t> element;   // one-to-one: which weight a neuron has

  // of a convolution
  std::size_t in_channels = 0;
  std::size_t out_channels = 0;
  Plane in;
  Plane out;
  Plane kernel;
  Plane stride;
  Plane padding;
  Plane dilation;
  std::size_t groups = 1;
};

/// Pooling of a layer's input or currents.
struct Pooling {
  enum class Kind { largest, mean, sum };

  Kind kind = Kind::largest;
  std::size_t channels = 0;
  Plane in;
  Plane out;
  Plane window;
  Plane stride;
  Plane padding;
};

/// What feeds neurons, and the neurons.
struct Layer {
  std::vector<Pooling> pool_before;  // of the spikes
  Projection synapses;
  std::vector<Pooling> pool_behind;  // of the currents
  Projection lateral;                // of the neurons' spikes of the step before
  bool recurrent = false;            // the lateral sum goes to the model by itself

  std::size_t neurons = 0;
  std::string neuron_name;  // "lif1"
  Model model = Model::leaky;
  Reset reset = Reset::subtract;
  bool delay = true;
  std::vector<Tensor> constants;
  std::vector<std::vector<std::size_t>> element;  // (constants, neurons): which value a neuron has
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

/// The logarithm that docs/concepts/neuron_model.md defines, of a decay from 0 to 1.
inline float logarithm(float x) {
  if (x == 0) return -std::numeric_limits<float>::infinity();
  if (nan(x)) return x;
  int exponent = 0;
  float m = std::frexp(x, &exponent);  // exact; in [1/2, 1)
  if (m < 0.70710677F) {
    m = 2.0F * m;
    exponent -= 1;
  }
  const float f = m - 1.0F;
  const float twice = 2.0F + f;
  const float s = f / twice;
  const float z = s * s;
  float series = 0.0F;
  for (int odd = 11; odd >= 3; odd -= 2) {
    const float term = 2.0F / static_cast<float>(odd);
    series = odd == 11 ? z * term : z * (term + series);
  }
  const float rest = f - series;
  const float lost = s * rest;
  const float log_m = f - lost;
  const auto n = static_cast<float>(-exponent);
  const float low = n * float_of(0x3717f7d1u);   // ln 2 in two parts
  const float high = n * float_of(0x3f317180u);
  const float nearly = log_m - low;
  return nearly - high;
}

/// What one neuron keeps from step to step.
struct State {
  float potential = 0;
  float current = 0;    // of Synaptic and RSynaptic
  float current_e = 0;  // of Alpha
  float current_i = 0;
  float response_p = 0;  // of the spike response model
  float response_q = 0;
  float refractory_p = 0;
  float refractory_q = 0;

  /// A state by the name that faults have for it.
  float* find(const std::string& field) {
    if (field == "potential") return &potential;
    if (field == "current") return &current;
    if (field == "current_e") return &current_e;
    if (field == "current_i") return &current_i;
    if (field == "response_p") return &response_p;
    if (field == "response_q") return &response_q;
    if (field == "refractory_p") return &refractory_p;
    if (field == "refractory_q") return &refractory_q;
    return nullptr;
  }
};

/// The membrane update of one neuron; returns the spike.
inline float update(const Layer& layer, std::size_t neuron, float i, float recurrent, State& state) {
  const auto constant = [&](std::size_t c) { return layer.constants[c].values[layer.element[c][neuron]]; };
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
    case Model::rleaky: {
      const float beta = clamped(constant(0));
      theta = constant(1);
      r = heaviside(u_before - theta);
      const float decayed = beta * u_before;
      const float driven = decayed + i;
      const float base = driven + recurrent;
      const float drop = layer.reset == Reset::subtract ? r * theta : r * base;
      u = layer.reset == Reset::none ? base : base - drop;
      break;
    }
    case Model::rsynaptic: {
      const float alpha = clamped(constant(0));
      const float beta = clamped(constant(1));
      theta = constant(2);
      r = heaviside(u_before - theta);
      const float kept = alpha * state.current;
      const float driven = kept + i;
      state.current = driven + recurrent;
      const float decayed = beta * u_before;
      const float base = decayed + state.current;
      const float drop = layer.reset == Reset::subtract ? r * theta : base * r;
      u = layer.reset == Reset::none ? base : base - drop;
      break;
    }
    case Model::alpha: {
      const float alpha = clamped(constant(0));
      const float beta = clamped(constant(1));
      theta = constant(2);
      r = heaviside(u_before - theta);
      const float log_alpha = logarithm(alpha);
      const float log_beta = logarithm(beta);
      const float difference = log_beta - log_alpha;
      const float ratio = log_alpha / difference;
      const float tau = ratio + 1.0F;
      const float e_kept = alpha * state.current_e;
      const float e = e_kept + i;
      const float i_kept = beta * state.current_i;
      const float inhibition = i_kept - i;
      const float both = e + inhibition;
      const float base = tau * both;
      const float i_before = state.current_i;
      state.current_e = e;
      state.current_i = inhibition;
      u = base;
      if (layer.reset != Reset::none) {
        const bool subtracts = layer.reset == Reset::subtract;
        const float e_drop = subtracts ? theta * r : e * r;
        const float i_drop = inhibition * r;
        state.current_e = e - e_drop;
        state.current_i = inhibition - i_drop;
        const float moved = subtracts ? i_before * r : base * r;
        u = subtracts ? base + moved : base - moved;
      }
      break;
    }
    case Model::srm: {
      const float alpha = clamped(constant(0));
      const float beta = clamped(constant(2));
      theta = constant(4);
      const float both = state.response_q + state.response_p;
      state.response_q = alpha * both;
      const float p_kept = alpha * state.response_p;
      state.response_p = p_kept + i;
      const float both_own = state.refractory_q + state.refractory_p;
      state.refractory_q = beta * both_own;
      const float response = constant(1) * state.response_q;
      const float depth = constant(3) * theta;
      const float refractory = depth * state.refractory_q;
      u = response - refractory;
      state.potential = u;
      const float fired = u >= theta ? 1.0F : 0.0F;
      const float n_kept = beta * state.refractory_p;
      state.refractory_p = n_kept + fired;
      return fired;
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

/// Adds weight times value to a sum, or leaves a zero out.
inline void add(float& acc, float w, float x, ZeroInput zero_input) {
  if (x == 0 && (zero_input == ZeroInput::skip || finite(w))) return;
  const float product = w * x;
  acc = acc + product;
}

/// The sums of a projection: bias, then every input in ascending order.
inline std::vector<float> sums(const Projection& p, const std::vector<float>& x, ZeroInput zero_input) {
  if (p.kind == Projection::Kind::none) return x;
  std::vector<float> all(p.outputs);
  for (std::size_t o = 0; o < p.outputs; ++o) {
    float& acc = all[o];
    if (p.kind == Projection::Kind::one_to_one) {
      acc = 0.0F;
      add(acc, p.weight.values[p.element[o]], x[o], zero_input);
    } else if (p.kind == Projection::Kind::dense) {
      acc = p.bias.values.empty() ? 0.0F : p.bias.values[o];
      for (std::size_t i = 0; i < p.inputs; ++i) add(acc, p.weight.values[o * p.inputs + i], x[i], zero_input);
    } else {
      const std::size_t plane = p.out.rows * p.out.columns;
      const std::size_t channel = o / plane;
      const std::size_t y = o % plane / p.out.columns;
      const std::size_t z = o % p.out.columns;
      const std::size_t in_group = p.in_channels / p.groups;
      const std::size_t first = channel / (p.out_channels / p.groups) * in_group;
      acc = p.bias.values.empty() ? 0.0F : p.bias.values[channel];
      for (std::size_t c = 0; c < in_group; ++c)
        for (std::size_t i = 0; i < p.kernel.rows; ++i)
          for (std::size_t j = 0; j < p.kernel.columns; ++j) {
            const long row = long(y * p.stride.rows + i * p.dilation.rows) - long(p.padding.rows);
            const long column = long(z * p.stride.columns + j * p.dilation.columns) - long(p.padding.columns);
            const bool inside = row >= 0 && column >= 0 && row < long(p.in.rows) && column < long(p.in.columns);
            const float value =
                inside ? x[((first + c) * p.in.rows + std::size_t(row)) * p.in.columns + std::size_t(column)] : 0.0F;
            add(acc, p.weight.values[((channel * in_group + c) * p.kernel.rows + i) * p.kernel.columns + j], value,
                zero_input);
          }
    }
  }
  return all;
}

inline std::vector<float> pooled(const Pooling& p, const std::vector<float>& x) {
  std::vector<float> all;
  for (std::size_t c = 0; c < p.channels; ++c)
    for (std::size_t y = 0; y < p.out.rows; ++y)
      for (std::size_t z = 0; z < p.out.columns; ++z) {
        float acc = p.kind == Pooling::Kind::largest ? -std::numeric_limits<float>::infinity() : 0.0F;
        for (std::size_t i = 0; i < p.window.rows; ++i)
          for (std::size_t j = 0; j < p.window.columns; ++j) {
            const long row = long(y * p.stride.rows + i) - long(p.padding.rows);
            const long column = long(z * p.stride.columns + j) - long(p.padding.columns);
            if (row < 0 || column < 0 || row >= long(p.in.rows) || column >= long(p.in.columns)) continue;
            const float value = x[(c * p.in.rows + std::size_t(row)) * p.in.columns + std::size_t(column)];
            if (p.kind != Pooling::Kind::largest) {
              acc = acc + value;
            } else if (value > acc || nan(value)) {
              acc = value;
            }
          }
        if (p.kind == Pooling::Kind::mean) acc = acc / float(p.window.rows * p.window.columns);
        all.push_back(acc);
      }
  return all;
}

/// The readout of one sample.
///
/// **Shapes** input (step, input), every input written out; returns (class).
inline std::vector<float> run(const Network& healthy, const std::vector<std::vector<float>>& input,
                              const std::optional<Fault>& fault = std::nullopt) {
  const std::size_t classes = healthy.layers.back().neurons;
  std::vector<std::vector<State>> states;
  std::vector<std::vector<float>> last_spikes;  // of the step before
  for (const Layer& layer : healthy.layers) {
    states.emplace_back(layer.neurons);
    last_spikes.emplace_back(layer.neurons);
  }
  std::vector<float> readout(classes);

  for (std::size_t step = 0; step < input.size(); ++step) {
    const bool struck = fault && present(*fault, step);
    Network network = healthy;  // parameters of this step
    if (struck)
      for (Layer& layer : network.layers) {
        std::vector<Tensor*> tensors = {&layer.synapses.weight, &layer.synapses.bias, &layer.lateral.weight,
                                        &layer.lateral.bias};
        for (Tensor& constant : layer.constants) tensors.push_back(&constant);
        for (Tensor* tensor : tensors)
          if (tensor->name == fault->quantity)
            tensor->values[fault->element] = faulty_parameter(*fault, tensor->values[fault->element]);
      }

    std::vector<float> x = input[step];
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
      const Layer& layer = network.layers[l];
      for (const Pooling& pooling : layer.pool_before) x = pooled(pooling, x);
      x = sums(layer.synapses, x, network.zero_input);
      for (const Pooling& pooling : layer.pool_behind) x = pooled(pooling, x);
      std::vector<float> back;
      if (layer.lateral.kind != Projection::Kind::none) back = sums(layer.lateral, last_spikes[l], network.zero_input);
      std::vector<float> spikes(layer.neurons);
      for (std::size_t n = 0; n < layer.neurons; ++n) {
        const float i = !back.empty() && !layer.recurrent ? x[n] + back[n] : x[n];
        spikes[n] = update(layer, n, i, layer.recurrent ? back[n] : 0.0F, states[l][n]);
      }
      const std::string own = layer.neuron_name + ".";
      if (struck && fault->quantity.compare(0, own.size(), own) == 0) {
        const std::string field = fault->quantity.substr(own.size());
        if (field == "spike") {
          spikes[fault->element] = faulty_state(*fault, spikes[fault->element]);
        } else if (fault->element < layer.neurons) {
          if (float* state = states[l][fault->element].find(field)) *state = faulty_state(*fault, *state);
        }
      }
      last_spikes[l] = spikes;
      x = spikes;
    }

    for (std::size_t c = 0; c < classes; ++c) {
      const float potential = states.back()[c].potential;
      if (network.readout == Readout::spike_count) {
        readout[c] = readout[c] + x[c];
      } else if (network.readout == Readout::last_potential || step == 0 || potential > readout[c] || nan(potential)) {
        readout[c] = potential;
      }
    }
  }
  for (float& value : readout) value = with_one_nan(value);
  return readout;
}

}  // namespace reference
