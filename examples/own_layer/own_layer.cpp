// SPDX-License-Identifier: MIT

// Layers of one's own: a skeleton of a synaptic layer, and one of pooling.
//
// A layer is a struct with a name and a template `Bind<Shape In>`, which is what a network makes of it once it knows
// what arrives (`BoundLayer` of model/layers/layer.hpp). Every engine takes it as it takes the library's own, as long
// as a synaptic layer says what reaches what as a `SynapseGeometry`, a pooling layer as a `PoolGeometry`: what is new
// are shapes, names and messages, never the sums. docs/architecture.md says what it takes to go further.

#include <spikingjet/spikingjet.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace sj = spikingjet;

/// A convolution of each channel with a kernel of its own, which keeps rows and columns: I[c] = bias[c] + the canonical
/// sum of weight[c] x[c].
///
/// **Shapes** in: (C, H, W); out: the same; `NAME.weight`: (C, 1, Extent, Extent); `NAME.bias`: (C).
/// **Errors** does not compile with inputs of another rank or an even extent.
/// **Example** `Depthwise<"dw1", 3>`
template <sj::Name N, std::size_t Extent>
struct Depthwise {
  static_assert(Extent % 2 == 1, "'Depthwise' takes an odd extent, so that it keeps rows and columns");

  static constexpr sj::Name name = N;

  template <sj::Shape In>
  struct Bind {
    static_assert(In.rank == 3, "'Depthwise' takes channels, rows and columns; check the layer before it");

    static constexpr sj::LayerKind kind = sj::LayerKind::synaptic;
    static constexpr sj::Name name = N;
    static constexpr sj::Shape in = In;
    static constexpr sj::Shape out = In;
    static constexpr std::array<sj::StateInfo, 0> states{};  // those of neurons alone

    static constexpr sj::SynapseGeometry geometry = [] {
      sj::SynapseGeometry g;
      g.channels_in = g.channels_out = g.groups = In[0];
      g.in = g.out = {In[1], In[2]};
      g.kernel = Extent;
      g.padding = Extent / 2;
      return g;
    }();

    // The weight comes first, stored with outputs running fastest; then the bias, where there is one.
    static constexpr bool has_bias = true;
    static constexpr std::array parameters{
        sj::ParameterInfo{
            .field = "weight", .role = sj::Role::weight, .shape = {In[0], 1, Extent, Extent}, .output_last = true},
        sj::ParameterInfo{.field = "bias", .role = sj::Role::bias, .shape = {In[0]}}};

    static std::string summary() { return "depthwise " + N.str() + " kernel " + geometry.kernel.str(); }
  };
};

/// The sum of each channel over all its rows and columns.
///
/// **Shapes** in: (C, H, W); out: (C, 1, 1).
struct GlobalSum {
  static constexpr sj::Name name{};  // it stores nothing

  template <sj::Shape In>
  struct Bind {
    static_assert(In.rank == 3, "'GlobalSum' takes channels, rows and columns; check the layer before it");

    static constexpr sj::LayerKind kind = sj::LayerKind::pooling;
    static constexpr sj::Name name{};
    static constexpr sj::Shape in = In;
    static constexpr sj::Shape out = {In[0], 1, 1};
    static constexpr std::array<sj::ParameterInfo, 0> parameters{};
    static constexpr std::array<sj::StateInfo, 0> states{};

    static constexpr sj::PoolGeometry geometry = [] {
      sj::PoolGeometry g;
      g.kind = sj::PoolKind::sum;
      g.channels = In[0];
      g.in = g.window = g.stride = {In[1], In[2]};
      return g;
    }();

    static std::string summary() { return "global sum"; }
  };
};

template <class Filter, class Pool>
using Shapes = sj::Network<sj::Input<2, 8, 8>, Filter, sj::Leaky<"lif1">, Pool, sj::Dense<"fc1", 3>, sj::Leaky<"lif2">,
                           sj::SpikeCountReadout>;
using Net = Shapes<Depthwise<"dw1", 3>, GlobalSum>;

// The same written with the library's layers, whose bits the engines must give.
using Twin =
    Shapes<sj::Conv2d<"dw1", 2, sj::Kernel<3>, sj::Padding<1>, sj::Groups<2>>, sj::SumPool2d<sj::Extent2d{8, 8}>>;

template <class N>
using Filters = sj::Injector<N, sj::BitFlip, sj::ExponentBits, sj::target::InLayer<"dw1">>;

template <class N>
sj::Parameters<N> made_up_parameters() {
  sj::Parameters<N> parameters;
  for (std::size_t q = 0; q < N::quantities.size(); ++q) {
    const sj::Quantity& quantity = N::quantities[q];
    if (quantity.storage != sj::Storage::parameter) continue;
    for (std::size_t e = 0; e < quantity.size(); ++e) {
      const float random = float(sj::random_bits(1, q, e) >> 40) * 0x1p-24F;  // [0, 1)
      if (quantity.kind == sj::LayerKind::neuron)
        parameters.write(q, e, 0.4F + 0.5F * random);
      else
        parameters.write(q, e, quantity.layer == sj::Name("dw1") ? 0.6F * random - 0.2F : 0.03F * random);
    }
  }
  return parameters;
}

int main() {
  sj::Sample sample;
  for (std::uint32_t step = 0; step < 30; ++step) {
    for (std::uint32_t i = 0; i < Net::input.size(); ++i)
      if ((i + 5 * step) % 7 == 0) sample.add(i, 1.0F);
    sample.end_step();
  }
  const sj::Dataset data{Net::input, {sample}, {}};
  const sj::SampleRange samples(data);

  const sj::FaultSpace space = Filters<Net>::fault_space();
  std::vector<sj::Fault> faults;
  for (std::uint64_t i = 0; i < space.size(); ++i) faults.push_back(space[i]);

  sj::DifferentialEngine<Filters<Net>> engine(made_up_parameters<Net>());
  sj::FullEngine<Filters<Net>> full(made_up_parameters<Net>());
  sj::DifferentialEngine<Filters<Twin>> twin(made_up_parameters<Twin>());
  const auto golden = engine.golden(samples);
  const auto readouts = sj::readouts_of(engine, faults, samples);  // (faults, 1, classes)
  const bool equal = readouts == sj::readouts_of(full, faults, samples);
  const bool equal_twin = golden == twin.golden(samples) && readouts == sj::readouts_of(twin, faults, samples);

  std::size_t changed = 0;
  for (std::size_t r = 0; r < readouts.size(); r += Net::classes)
    changed += !std::equal(golden.begin(), golden.end(), readouts.begin() + std::ptrdiff_t(r));
  std::printf(
      "%s\ngolden spike counts %g %g %g; %zu of %zu faults in layer dw1 change them; full reruns %s, the "
      "library's layers %s\n",
      Net::summary().c_str(), double(golden[0]), double(golden[1]), double(golden[2]), changed, faults.size(),
      equal ? "agree" : "differ", equal_twin ? "agree" : "differ");
  return equal && equal_twin ? 0 : 1;
}
