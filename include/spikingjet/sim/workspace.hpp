// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/layer.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/sim/lanes.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <type_traits>

namespace spikingjet {

/// What a synaptic layer leaves in a step.
template <std::size_t N>
struct SynapticBuffers {
  alignas(64) std::array<float, N + lane_slack> current{};  // (N)
};

/// What a neuron layer keeps from step to step, and its spikes of this step.
template <std::size_t N, std::size_t States>
struct NeuronBuffers {
  alignas(64) std::array<std::array<float, N + lane_slack>, States> state{};  // (States, N)
  alignas(64) std::array<float, N + lane_slack> spike{};                      // (N)
  std::array<std::uint32_t, N> active{};                                      // indices of non-zero spikes, ascending
  std::array<float, N> active_value{};                                        // their values
  std::size_t active_count = 0;

  Activity activity() const {
    return {std::span(active).first(active_count), std::span(active_value).first(active_count)};
  }

  /// Lists the non-zero spikes; NaN is one.
  void compress() {
    active_count = 0;
    for (std::size_t v = 0; v < vectors_of(N); ++v) {
      const std::size_t first = v * native_lanes;
      // xsimd's != is false for NaN on AVX.
      std::uint64_t bits = lane_bits(!(load_lanes(&spike[first]) == Lanes(0.0F)));
      if (N - first < native_lanes) bits &= (std::uint64_t{1} << (N - first)) - 1;
      for (; bits != 0; bits &= bits - 1) {
        const std::size_t n = first + static_cast<std::size_t>(std::countr_zero(bits));
        active[active_count] = static_cast<std::uint32_t>(n);
        active_value[active_count++] = spike[n];
      }
    }
  }
};

namespace detail {

template <class Layer>
struct BuffersOf {
  using type = std::conditional_t<Layer::kind == LayerKind::synaptic, SynapticBuffers<Layer::out.size()>,
                                  NeuronBuffers<Layer::out.size(), Layer::states.size()>>;
};

template <class Layers>
struct BufferTuple;
template <class... Layers>
struct BufferTuple<std::tuple<Layers...>> {
  using type = std::tuple<typename BuffersOf<Layers>::type...>;
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
                  buffers.state = {};
                  buffers.spike = {};
                  buffers.active_count = 0;
                }
              }(),
              ...);
        },
        layers);
    readout = {};
  }
};

}  // namespace spikingjet
