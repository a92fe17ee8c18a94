// SPDX-License-Identifier: MIT

// Every layer and neuron against snnTorch and PyTorch on random weights and inputs: tests/data/layers_parity.py made
// the files. Their sums are in PyTorch's order, so that potentials are near and not equal.

#include <spikingjet/io/npz.hpp>
#include <spikingjet/io/parameters.hpp>
#include <spikingjet/model.hpp>
#include <spikingjet/sim/run.hpp>
#include <spikingjet/sim/workspace.hpp>

#include "catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace {

namespace sj = spikingjet;
using sj::Conv2d;
using sj::Dense;
using sj::Kernel;
using sj::NoReset;
using sj::Padding;
using sj::Stride;
using sj::ZeroReset;

/// Spikes and potentials of another program, for each quantity of a network; empty where it has none.
template <class Net>
struct Expected {
  std::array<std::vector<float>, Net::quantities.size()> values;  // [quantity] (sample, step, neuron)
  std::size_t steps = 0;

  float at(std::size_t quantity, std::size_t sample, std::size_t step, std::size_t neuron) const {
    return values[quantity][(sample * steps + step) * Net::quantities[quantity].size() + neuron];
  }
};

/// What a comparison came to; a train is what one neuron does on one sample.
struct Agreement {
  std::size_t trains = 0;
  std::size_t equal_trains = 0;
  std::size_t potentials = 0;  // of trains that are equal so far
  double farthest = 0;         // potential, relative to the larger of it and 1, about a threshold

  void operator+=(const Agreement& other) {
    trains += other.trains;
    equal_trains += other.equal_trains;
    potentials += other.potentials;
    farthest = std::max(farthest, other.farthest);
  }
};

/// Follows a run; a teacher puts the expected spikes in the place of the network's own, for all layers behind and for
/// those that feed back.
template <class Net, bool Teacher>
class Follower {
 public:
  explicit Follower(const Expected<Net>& expected) : expected_(&expected) {
    for (std::size_t q = 0; q < Net::quantities.size(); ++q) strayed_[q].resize(Net::quantities[q].size());
  }

  Agreement agreement;

  void begin_sample(std::size_t sample) {
    sample_ = sample;
    for (auto& neurons : strayed_) std::fill(neurons.begin(), neurons.end(), false);
  }
  void end_sample() {
    for (std::size_t q = 0; q < Net::quantities.size(); ++q) {
      if (Net::quantities[q].storage != sj::Storage::spike) continue;
      agreement.trains += strayed_[q].size();
      agreement.equal_trains += std::size_t(std::count(strayed_[q].begin(), strayed_[q].end(), false));
    }
  }

  void begin_step(std::size_t, const sj::Parameters<Net>&) {}
  template <std::size_t Q>
  void touch(std::size_t step, std::span<float> values) {
    constexpr sj::Quantity quantity = Net::quantities[Q];
    constexpr std::size_t spike = [] {
      std::size_t q = Q;
      while (Net::quantities[q].storage != sj::Storage::spike && q + 1 < Net::quantities.size()) ++q;
      return q;
    }();
    if (expected_->values[Q].empty()) return;
    for (std::size_t n = 0; n < values.size(); ++n) {
      const float expected = expected_->at(Q, sample_, step, n);
      if constexpr (quantity.storage == sj::Storage::spike) {
        if (values[n] != expected) strayed_[Q][n] = true;
        if (Teacher) values[n] = expected;
      } else if (!strayed_[spike][n]) {
        const double off = std::abs(double(values[n]) - double(expected));
        agreement.farthest = std::max(agreement.farthest, off / std::max(std::abs(double(expected)), 1.0));
        ++agreement.potentials;
      }
    }
  }

 private:
  const Expected<Net>* expected_;
  std::size_t sample_ = 0;
  std::array<std::vector<bool>, Net::quantities.size()> strayed_;  // [quantity] (neuron) the spikes differed in a step
};

std::vector<sj::Sample> samples_of(const sj::Tensor& x) {
  const std::size_t steps = x.shape[1];
  const std::size_t inputs = x.values.size() / x.shape[0] / steps;
  std::vector<sj::Sample> samples(x.shape[0]);
  std::size_t at = 0;
  for (sj::Sample& sample : samples)
    for (std::size_t step = 0; step < steps; ++step) {
      for (std::size_t i = 0; i < inputs; ++i) sample.add(std::uint32_t(i), x.values[at++]);
      sample.end_step();
    }
  return samples;
}

template <class Net, bool Teacher>
Agreement follow(const sj::Parameters<Net>& parameters, const Expected<Net>& expected,
                 const std::vector<sj::Sample>& samples) {
  const auto work = std::make_unique<sj::Workspace<Net>>();
  Follower<Net, Teacher> follower(expected);
  for (std::size_t s = 0; s < samples.size(); ++s) {
    follower.begin_sample(s);
    sj::run(*work, parameters, samples[s], follower);
    follower.end_sample();
  }
  return follower.agreement;
}

struct Both {
  Agreement taught;
  Agreement alone;

  void report() const {
    WARN("fed the same spikes: " << taught.potentials << " potentials, the farthest off by " << taught.farthest
                                 << ", and " << taught.equal_trains << " of " << taught.trains
                                 << " spike trains equal; alone: " << alone.equal_trains << " of " << alone.trains);
  }
};

/// One network of the script.
template <class Net>
void agrees(const std::string& name, Both& sum) {
  INFO(name);
  const std::filesystem::path path = std::string(SPIKINGJET_TEST_DATA) + "/layers/" + name + ".npz";
  const sj::NpzFile file(path);
  const auto parameters = sj::load_parameters<Net>(path);
  const sj::Tensor x = file.read("x");
  Expected<Net> expected;
  expected.steps = x.shape[1];
  for (std::size_t q = 0; q < Net::quantities.size(); ++q) {
    const sj::Quantity& quantity = Net::quantities[q];
    if (quantity.storage == sj::Storage::spike)
      expected.values[q] = file.read(quantity.layer.str() + ".expected_spike").values;
    if (quantity.role == sj::Role::potential)
      expected.values[q] = file.read(quantity.layer.str() + ".expected_potential").values;
  }
  const std::vector<sj::Sample> samples = samples_of(x);
  const auto taught = follow<Net, true>(parameters, expected, samples);
  const auto alone = follow<Net, false>(parameters, expected, samples);
  CHECK(taught.potentials > 1000);
  CHECK(taught.farthest <= 1e-5);
  CHECK(double(taught.equal_trains) >= 0.999 * double(taught.trains));
  CHECK(double(alone.equal_trains) >= 0.999 * double(alone.trains));
  sum.taught += taught;
  sum.alone += alone;
}

template <class First, class Second>
using TwoDense = sj::Network<sj::Input<12>, Dense<"fc1", 16>, First, Dense<"fc2", 8>, Second, sj::SpikeCountReadout>;

template <sj::Option... Options>
using TwoLeaky = TwoDense<sj::Leaky<"lif1", Options...>, sj::Leaky<"lif2", Options...>>;
template <sj::Option... Options>
using TwoSynaptic = TwoDense<sj::Synaptic<"lif1", Options...>, sj::Synaptic<"lif2", Options...>>;
template <sj::LayerName N, sj::Option... Options>
using Lapicque = sj::Lapicque<N, sj::Shared<"R", sj::Sharing::per_layer>, sj::Shared<"C", sj::Sharing::per_layer>,
                              sj::Shared<"time_step", sj::Sharing::per_layer>, Options...>;
template <sj::Option... Options>
using TwoLapicque = TwoDense<Lapicque<"lif1", Options...>, Lapicque<"lif2", Options...>>;
template <sj::Option... Options>
using TwoAlpha = TwoDense<sj::Alpha<"lif1", Options...>, sj::Alpha<"lif2", Options...>>;
template <sj::Option... Options>
using TwoRLeaky = TwoDense<sj::RLeaky<"lif1", Options...>, sj::RLeaky<"lif2", Options...>>;
template <sj::Option... Options>
using TwoRSynaptic = TwoDense<sj::RSynaptic<"lif1", Options...>, sj::RSynaptic<"lif2", Options...>>;

using Shd = sj::Network<sj::Input<700>, Dense<"fc1", 200>, sj::Synaptic<"lif1", sj::Lateral<"fb1">>, Dense<"fc2", 20>,
                        sj::Synaptic<"lif2">, sj::MaxPotentialReadout>;
using Gesture = sj::Network<sj::Input<2, 32, 32>, Conv2d<"conv1", 12, Kernel<5>>, sj::MaxPool2d<2>, sj::Leaky<"lif1">,
                            Conv2d<"conv2", 32, Kernel<5>>, sj::MaxPool2d<2>, sj::Leaky<"lif2">, Dense<"fc1", 11>,
                            sj::Leaky<"lif3">, sj::SpikeCountReadout>;

/// A published network on inputs that the script drew.
template <class Net>
void published_network_agrees(const std::string& name, const std::string& weights) {
  const std::filesystem::path path = std::string(SPIKINGJET_SHARED_DATA) + "/" + weights + "/weights.npz";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: the published weights do not ship with the project; name the folder that holds '"
         << weights << "' with -DSPIKINGJET_SHARED_DATA=FOLDER");
    return;
  }
  const sj::NpzFile file(std::filesystem::path(std::string(SPIKINGJET_TEST_DATA) + "/layers/" + name + ".npz"));
  const auto parameters = sj::load_parameters<Net>(path);
  const sj::Tensor x = file.read("x");
  Expected<Net> expected;
  expected.steps = x.shape[1];
  for (std::size_t q = 0; q < Net::quantities.size(); ++q) {
    const sj::Quantity& quantity = Net::quantities[q];
    if (quantity.storage != sj::Storage::spike) continue;
    const std::vector<float> packed = file.read(quantity.layer.str() + ".expected_spike").values;
    for (std::size_t bit = 0; bit < x.shape[0] * expected.steps * quantity.size(); ++bit)
      expected.values[q].push_back(float(unsigned(packed[bit / 8]) >> (7 - bit % 8) & 1u));
  }
  const std::vector<sj::Sample> samples = samples_of(x);
  const Agreement taught = follow<Net, true>(parameters, expected, samples);
  const Agreement alone = follow<Net, false>(parameters, expected, samples);

  const std::vector<float> wanted = file.read("expected_readout").values;
  const auto work = std::make_unique<sj::Workspace<Net>>();
  std::size_t near = 0;
  double farthest = 0;
  for (std::size_t s = 0; s < samples.size(); ++s) {
    sj::NoPerturbation none;
    const auto readout = sj::run(*work, parameters, samples[s], none);
    double off = 0;
    for (std::size_t c = 0; c < readout.size(); ++c) {
      const double expected_value = double(wanted[s * readout.size() + c]);
      off = std::max(off, std::abs(double(readout[c]) - expected_value) / std::max(std::abs(expected_value), 1e-3));
    }
    near += off <= 1e-4;
    farthest = std::max(farthest, off);
  }
  WARN(name << ": spike trains equal " << alone.equal_trains << " of " << alone.trains << ", fed the same spikes "
            << taught.equal_trains << "; readouts within 1e-4 " << near << " of " << samples.size() << ", farthest "
            << farthest);
  CHECK(double(taught.equal_trains) >= 0.999 * double(taught.trains));
  CHECK(double(alone.equal_trains) >= 0.999 * double(alone.trains));
  CHECK(near == samples.size());
}

}  // namespace

TEST_CASE("leaky, synaptic and Lapicque neurons agree with snnTorch's", "[validation]") {
  Both sum;
  agrees<TwoLeaky<>>("leaky_subtract", sum);
  agrees<TwoLeaky<ZeroReset>>("leaky_zero", sum);
  agrees<TwoLeaky<NoReset>>("leaky_none", sum);
  agrees<TwoLeaky<sj::ImmediateReset>>("leaky_subtract_immediate", sum);
  agrees<TwoLeaky<sj::ImmediateReset, ZeroReset>>("leaky_zero_immediate", sum);
  agrees<TwoSynaptic<>>("synaptic_subtract", sum);
  agrees<TwoSynaptic<ZeroReset>>("synaptic_zero", sum);
  agrees<TwoSynaptic<NoReset>>("synaptic_none", sum);
  agrees<TwoLapicque<>>("lapicque_subtract", sum);
  agrees<TwoLapicque<ZeroReset>>("lapicque_zero", sum);
  agrees<TwoLapicque<NoReset>>("lapicque_none", sum);
  sum.report();
}

TEST_CASE("alpha neurons agree with snnTorch's", "[validation]") {
  Both sum;
  agrees<TwoAlpha<sj::SubtractReset>>("alpha_subtract", sum);
  agrees<TwoAlpha<>>("alpha_zero", sum);
  agrees<TwoAlpha<NoReset>>("alpha_none", sum);
  sum.report();
}

TEST_CASE("recurrent neurons agree with snnTorch's, dense, one-to-one and convolutional", "[validation]") {
  Both sum;
  agrees<TwoRLeaky<>>("rleaky_subtract", sum);
  agrees<TwoRLeaky<ZeroReset>>("rleaky_zero", sum);
  agrees<TwoRLeaky<NoReset>>("rleaky_none", sum);
  agrees<TwoRLeaky<sj::ImmediateReset>>("rleaky_subtract_immediate", sum);
  agrees<TwoRSynaptic<>>("rsynaptic_subtract", sum);
  agrees<TwoRSynaptic<ZeroReset>>("rsynaptic_zero", sum);
  agrees<TwoRSynaptic<NoReset>>("rsynaptic_none", sum);
  agrees<sj::Network<sj::Input<2, 6, 6>, Conv2d<"conv1", 3, Kernel<3>>, sj::RLeaky<"lif1", sj::SameConv2d<3>>,
                     sj::Flatten, Dense<"fc1", 6>, sj::RLeaky<"lif2", sj::OneToOne>, sj::SpikeCountReadout>>(
      "rleaky_convolution", sum);
  agrees<sj::Network<sj::Input<2, 6, 6>, Conv2d<"conv1", 3, Kernel<3>>, sj::RSynaptic<"lif1", sj::SameConv2d<3>>,
                     sj::Flatten, Dense<"fc1", 6>, sj::RSynaptic<"lif2", sj::OneToOne>, sj::SpikeCountReadout>>(
      "rsynaptic_convolution", sum);
  sum.report();
}

TEST_CASE("convolution, pooling and lateral weights agree with PyTorch's", "[validation]") {
  Both sum;
  agrees<sj::Network<sj::Input<2, 8, 8>, Conv2d<"conv1", 4, Kernel<3, 2>, Stride<2, 1>, Padding<1, 0>>,
                     sj::MaxPool2d<2, Stride<1>>, sj::Leaky<"lif1">,
                     Conv2d<"conv2", 6, Kernel<2>, Padding<1>, sj::Dilation<2>, sj::Groups<2>, sj::NoBias>,
                     sj::Synaptic<"lif2">, sj::Flatten, Dense<"fc1", 5>, sj::Leaky<"lif3">, sj::SpikeCountReadout>>(
      "convolutions", sum);
  agrees<
      sj::Network<sj::Input<2, 8, 8>, sj::AvgPool2d<3, Stride<1>, Padding<1>>, Conv2d<"conv1", 3, Kernel<3>>,
                  sj::Leaky<"lif1">, sj::SumPool2d<2>, Conv2d<"conv2", 4, Kernel<1>>, sj::Leaky<"lif2">,
                  sj::MaxPool2d<3, Stride<1>, Padding<1>>, Dense<"fc1", 5>, sj::Leaky<"lif3">, sj::SpikeCountReadout>>(
      "poolings", sum);
  agrees<sj::Network<sj::Input<2, 6, 6>, Conv2d<"conv1", 3, Kernel<3>>,
                     sj::Leaky<"lif1", sj::Lateral<"fb1", sj::SameConv2d<3, 1>>>, Dense<"fc1", 10>,
                     sj::Synaptic<"lif2", sj::Lateral<"fb2">>, Dense<"fc2", 6>,
                     sj::Leaky<"lif3", sj::Lateral<"fb3", sj::OneToOne>>, sj::SpikeCountReadout>>("laterals", sum);
  sum.report();
}

TEST_CASE("the published network for SHD agrees with snnTorch", "[validation]") {
  published_network_agrees<Shd>("shd", "shd");
}

TEST_CASE("the published network for DVS128 Gesture agrees with snnTorch", "[validation]") {
  published_network_agrees<Gesture>("gesture", "csnn");
}
