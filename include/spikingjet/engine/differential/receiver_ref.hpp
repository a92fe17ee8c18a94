// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstdint>
#include <span>

namespace spikingjet {

/// A reference to a receiver of readouts; see engine/engine.hpp.
class ReceiverRef {
 public:
  template <class Receiver>
  explicit ReceiverRef(Receiver& receiver)
      : receiver_(&receiver),
        call_([](void* to, std::span<const std::uint32_t> faults, std::span<const float> readout) {
          (*static_cast<Receiver*>(to))(faults, readout);
        }) {}

  void operator()(std::span<const std::uint32_t> faults, std::span<const float> readout) const {
    call_(receiver_, faults, readout);
  }

 private:
  void* receiver_;
  void (*call_)(void*, std::span<const std::uint32_t>, std::span<const float>);
};

}  // namespace spikingjet
