// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/native.hpp>
#include <spikingjet/model/layers/layer.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/sim/sums/convolution.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <type_traits>

namespace spikingjet {

/// The non-zero values of a layer's output, ascending in index.
template <std::size_t N>
struct ActiveList {
  std::array<std::uint32_t, N> active{};  // indices
  std::array<float, N> active_value{};
  std::size_t active_count = 0;

  Activity activity() const {
    return {std::span(active).first(active_count), std::span(active_value).first(active_count)};
  }

  /// Lists the non-zero values; NaN is one.
  ///
  /// **Shapes** values (N), readable for `lane_slack` more.
  void list(const float* values) {
    active_count = 0;
    for (std::size_t v = 0; v < vectors_of(N); ++v) {
      const std::size_t first = v * native_lanes;
      // xsimd's != is false for NaN on AVX.
      std::uint64_t bits = lane_bits(!(load_lanes(values + first) == Lanes(0.0F)));
      if (N - first < native_lanes) bits &= (std::uint64_t{1} << (N - first)) - 1;
      for (; bits != 0; bits &= bits - 1) {
        const std::size_t n = first + static_cast<std::size_t>(std::countr_zero(bits));
        active[active_count] = static_cast<std::uint32_t>(n);
        active_value[active_count++] = values[n];
      }
    }
  }
};

/// What a synaptic or lateral layer leaves in a step.
template <std::size_t N>
struct SynapticBuffers {
  alignas(64) std::array<float, N + lane_slack> current{};  // (N)
};

/// What a convolution leaves in a step, and room to compute it in.
template <std::size_t N, SynapseGeometry Geometry>
struct ConvolutionBuffers : SynapticBuffers<N> {
  alignas(64) std::array<float, Geometry.out.size() * sums_stride(Geometry)> sums{};  // (positions, channels)
  std::array<float, Geometry.inputs()> written_out{};  // (inputs), for weights that are not finite
};

/// What a pooling layer leaves in a step; its input written out, where it is the network's.
template <std::size_t Inputs, std::size_t N>
struct PoolingBuffers : SynapticBuffers<N>, ActiveList<N> {
  std::array<float, Inputs> written_out{};

  void compress() { this->list(this->current.data()); }
};

/// What a neuron layer keeps from step to step, and its spikes of this step.
template <std::size_t N, std::size_t States>
struct NeuronBuffers : ActiveList<N> {
  alignas(64) std::array<std::array<float, N + lane_slack>, States> state{};  // (States, N)
  alignas(64) std::array<float, N + lane_slack> spike{};                      // (N)

  /// Lists the non-zero spikes.
  void compress() { this->list(spike.data()); }
};

namespace detail {

/// Whether a layer sums as a convolution.
template <class Layer>
constexpr bool is_convolution() {
  if constexpr (requires { Layer::geometry.kernel; })
    return !Layer::geometry.is_dense();
  else
    return false;
}

template <class Layer>
constexpr auto buffers_of() {
  constexpr std::size_t n = Layer::out.size();
  if constexpr (Layer::kind == LayerKind::neuron)
    return std::type_identity<NeuronBuffers<n, Layer::states.size()>>{};
  else if constexpr (Layer::kind == LayerKind::pooling)
    return std::type_identity<PoolingBuffers<Layer::in.size(), n>>{};
  else if constexpr (is_convolution<Layer>())
    return std::type_identity<ConvolutionBuffers<n, Layer::geometry>>{};
  else
    return std::type_identity<SynapticBuffers<n>>{};
}

template <class Layers>
struct BufferTuple;
template <class... Layers>
struct BufferTuple<std::tuple<Layers...>> {
  using type = std::tuple<typename decltype(buffers_of<Layers>())::type...>;
};

}  // namespace detail

/// All that a run of a network changes: states, currents, spikes and the readout. Large networks: keep it on the heap.
template <class Net>
struct Workspace {
  typename detail::BufferTuple<typename Net::Layers>::type layers;
  std::array<float, Net::classes + lane_slack> readout{};  // (classes)

  /// States as before step 0.
  void reset() {
    std::apply(
        [](auto&... buffers) {
          (
              [&] {
                if constexpr (requires { buffers.state; }) {
                  for (auto& state : buffers.state) state.fill(0.0F);  // in place, as they may be large
                  buffers.spike.fill(0.0F);
                  buffers.active_count = 0;
                }
              }(),
              ...);
        },
        layers);
    readout.fill(0.0F);
  }
};

}  // namespace spikingjet
