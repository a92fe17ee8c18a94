// SPDX-License-Identifier: MIT

// A neuron model of one's own: the adaptive leaky integrate-and-fire neuron, whose threshold rises with each spike.
//
//   a[t] = rho a[t-1] + S[t-1]
//   U[t] = beta U[t-1] + I[t] - S[t-1] theta
//   S[t] = H(U[t] - (theta + kappa a[t]))
//
// Source: Bellec et al., "Long short-term memory and learning-to-learn in networks of spiking neurons", NeurIPS 2018.

#include <spikingjet/spikingjet.hpp>

#include <cstdio>

namespace sj = spikingjet;

struct Adaptive {
  static constexpr std::string_view name() { return "adaptive"; }

  static constexpr std::array constants{
      sj::ConstantInfo{"beta", sj::Role::decay}, sj::ConstantInfo{"rho", sj::Role::decay},
      sj::ConstantInfo{"kappa", sj::Role::other}, sj::ConstantInfo{"threshold", sj::Role::threshold}};
  static constexpr std::array states{sj::StateInfo{"potential", sj::Role::potential},
                                     sj::StateInfo{"adaptation", sj::Role::other},
                                     sj::StateInfo{"fired", sj::Role::other}};

  template <class V>
  SPIKINGJET_HD static V update(sj::Values<V, 3>& state, V i, const sj::Values<V, 4>& constant) {
    const V beta = sj::clamp_to_unit(constant[0]);
    const V rho = sj::clamp_to_unit(constant[1]);
    const V kappa = constant[2];
    const V theta = constant[3];

    const V a = rho * state[1] + state[2];
    const V u = beta * state[0] + i - state[2] * theta;
    const V s = sj::fires(u, theta + kappa * a);
    state[0] = u;
    state[1] = a;
    state[2] = s;
    return s;
  }
};

using Net = sj::Network<sj::Input<16>, sj::Dense<"fc1", 8>, sj::Neuron<"alif1", Adaptive>, sj::Dense<"fc2", 2>,
                        sj::Leaky<"lif2">, sj::SpikeCountReadout>;

// The model's own state is a target like any other.
using Adaptations = sj::Injector<Net, sj::BitFlip, sj::ExponentBits, sj::target::InLayer<"alif1">>;

int main() {
  sj::Parameters<Net> parameters;
  for (std::size_t q = 0; q < Net::quantities.size(); ++q) {
    const sj::Quantity& quantity = Net::quantities[q];
    if (quantity.storage != sj::Storage::parameter) continue;
    for (std::size_t e = 0; e < quantity.size(); ++e) {
      const float random = float(sj::random_bits(1, q, e) >> 40) * 0x1p-24F;  // [0, 1)
      parameters.write(q, e,
                       quantity.role == sj::Role::weight || quantity.role == sj::Role::bias ? 0.5F * random - 0.2F
                                                                                            : 0.4F + 0.5F * random);
    }
  }
  sj::Sample sample;
  for (std::uint32_t step = 0; step < 50; ++step) {
    for (std::uint32_t i = 0; i < 16; ++i)
      if ((i + step) % 3 == 0) sample.add(i, 1.0F);
    sample.end_step();
  }
  sj::Dataset data{Net::input, {sample}, {}};

  sj::DifferentialEngine<Adaptations> engine(parameters);
  sj::FullEngine<Adaptations> full(parameters);
  const auto golden = engine.golden(sj::SampleRange(data));
  const sj::FaultSpace space = Adaptations::fault_space();
  std::vector<sj::Fault> faults;
  for (std::uint64_t i = 0; i < space.size(); ++i) faults.push_back(space[i]);
  const auto readouts = sj::readouts_of(engine, faults, sj::SampleRange(data));  // (faults, 1, classes)
  const bool equal = readouts == sj::readouts_of(full, faults, sj::SampleRange(data));
  std::size_t changed = 0;
  for (std::size_t r = 0; r < readouts.size(); r += Net::classes)
    changed += !std::equal(golden.begin(), golden.end(), readouts.begin() + std::ptrdiff_t(r));
  std::printf("%s\ngolden spike counts %g %g; %zu of %zu faults in layer alif1 change them; full reruns %s\n",
              Net::summary().c_str(), double(golden[0]), double(golden[1]), changed, faults.size(),
              equal ? "agree" : "differ");
  return equal ? 0 : 1;
}
