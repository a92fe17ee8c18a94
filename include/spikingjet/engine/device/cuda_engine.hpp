// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/engine/device/device_engine.hpp>
#include <spikingjet/engine/device/programs.hpp>
#include <spikingjet/model/graph.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/parameters.hpp>

#include <cstddef>
#include <utility>

namespace spikingjet {

namespace detail {

template <class Net, class Stages>
struct GpuStagesOf;
template <class Net, std::size_t... S>
struct GpuStagesOf<Net, std::index_sequence<S...>> {
  using type = GpuStages<typename Net::Readout, typename Net::template Layer<Net::neurons_of(S)>::Dynamics...>;
};

}  // namespace detail

/// What is left of a network's type for GPU code.
template <class Net>
using GpuStagesOf = typename detail::GpuStagesOf<Net, std::make_index_sequence<Net::stage_count>>::type;

/// Simulates only what differs from the golden run, on one GPU or several. Its code comes from a .cu file with the
/// network's `CudaProgram`; this header needs no CUDA.
///
/// **Laws** every readout equals that of `FullEngine` bit by bit, whatever the GPUs and their memory.
/// **Errors** `BadGpuOptions`, `NoGpuCode`; `NoGpu`, `UnknownGpu` and `CudaFailure` of core/device/cuda.cuh.
template <class Injector>
class CudaEngine final : public DeviceEngine<Injector> {
 public:
  using Net = typename Injector::Network;

  explicit CudaEngine(Parameters<Net> parameters, const GpuOptions& options = {})
      : DeviceEngine<Injector>(std::move(parameters)) {
    this->run_on(GpuPrograms::make<GpuStagesOf<Net>>(graph_with(this->parameters()), options));
  }
};

}  // namespace spikingjet
