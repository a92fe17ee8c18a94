// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/engine/device/runs.hpp>
#include <spikingjet/model/graph.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <typeindex>
#include <typeinfo>
#include <utility>
#include <vector>

namespace spikingjet {

/// The place of a process among those of its machine, which take the machine's GPUs in turn.
struct GpuTurn {
  int place = 0;
  int processes = 1;

  int device(int gpus) const { return place % gpus; }

  /// Number of processes on the same GPU.
  int sharers(int gpus) const { return (processes - 1 - device(gpus)) / gpus + 1; }
};

/// Which GPUs to use, and how much of each.
struct GpuOptions {
  std::vector<int> devices = {0};
  double memory_share = 0.8;          // of the memory that is free at the start
  std::optional<GpuTurn> turn = {};  // instead of `devices`: one GPU, and a part of the share where others take it, too

  /// **Errors** `BadGpuOptions`.
  void require_usable() const;

  /// With devices by number, on a machine with so many GPUs.
  GpuOptions resolved(int gpus) const {
    if (!turn) return *this;
    return {.devices = {turn->device(gpus)}, .memory_share = memory_share / turn->sharers(gpus)};
  }
};

/// GPUs that are none or named twice, or a share of their memory that is none.
class BadGpuOptions : public Misuse {
 public:
  explicit BadGpuOptions(const std::string& sentence) : Misuse("spikingjet: " + sentence) {}
};

/// A program without the GPU code that a network needs.
class NoGpuCode : public Misuse {
 public:
  explicit NoGpuCode(const std::string& why) : Misuse("spikingjet: " + why) {}
};

inline void GpuOptions::require_usable() const {
  const std::set<int> different(devices.begin(), devices.end());
  if (devices.empty() || different.size() != devices.size())
    throw BadGpuOptions("'--devices' names each GPU once, such as 0,1");
  if (!(memory_share > 0 && memory_share <= 1)) throw BadGpuOptions("a GPU's share of memory is above 0 and at most 1");
}

/// What GPU code is compiled for: neuron models, a stage each, and a readout.
template <class Readout, class... Models>
struct GpuStages {
  static std::string names() {
    std::string text;
    ((text += (text.empty() ? "'" : ", '") + std::string(Models::name()) + "'"), ...);
    return text + " with readout '" + std::string(Readout::name()) + "'";
  }
};

/// The GPU code that is linked into this program. nvcc compiles it from files of its own, which name no layers; they
/// enter it here before `main`.
class GpuPrograms {
 public:
  using Make = std::unique_ptr<DeviceRuns> (*)(const GraphWithParameters& network, const GpuOptions& options);

  template <class Stages>
  static void enter(Make make) {
    all()[std::type_index(typeid(Stages))] = make;
  }

  /// Runs of a network whose stages are these.
  ///
  /// **Errors** `BadGpuOptions`, `NoGpuCode`; those of the GPU.
  template <class Stages>
  static std::unique_ptr<DeviceRuns> make(const GraphWithParameters& network, const GpuOptions& options) {
    options.require_usable();
    const auto found = all().find(std::type_index(typeid(Stages)));
    if (found != all().end()) return found->second(network, options);
    if (all().empty())
      throw NoGpuCode(
          "this program has no GPU code: it was built without CUDA ('-DSPIKINGJET_CUDA=ON' asks for it), or without a "
          ".cu file of its own; "
          "see docs/gpu.md, or use '--backend cpu'");
    throw NoGpuCode("this program has no GPU code for the neurons " + Stages::names() +
                    "; add a 'CudaProgram' of them in a .cu file, see docs/gpu.md, or use '--backend cpu'");
  }

 private:
  static std::map<std::type_index, Make>& all() {
    static std::map<std::type_index, Make> programs;
    return programs;
  }
};

}  // namespace spikingjet
