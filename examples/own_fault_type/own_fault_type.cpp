// SPDX-License-Identifier: MIT

// A fault type, a bit position and a target of one's own, composed with the built-in ones.

#include <spikingjet/app.hpp>
#include <spikingjet/fault.hpp>
#include <spikingjet/inject.hpp>
#include <spikingjet/model.hpp>

#include <embed/digits/data.hpp>
#include <embed/digits/weights.hpp>

#include <string>
#include <string_view>

namespace sj = spikingjet;

using Net = sj::Network<sj::Input<1, 8, 8>,
                        sj::Dense<"fc1", 32>, sj::Leaky<"lif1">,
                        sj::Dense<"fc2", 10>, sj::Leaky<"lif2">,
                        sj::SpikeCountReadout>;

/// Two neighbouring memory cells that a bridge ties together: both read as 0.
struct BridgedToGround {
  static constexpr std::string_view name() { return "bridged"; }
  static constexpr sj::Alteration at(unsigned bit) { return sj::Alteration::sticks_at_0(3u << (bit & 30u)); }
};

/// Every second bit: where a bridge can begin.
struct EvenBits {
  static std::string name() { return "even bits"; }
  static constexpr std::uint32_t mask() { return 0x55555555u; }
};

/// What sits in the one memory of our imaginary chip that is not protected: the output layer's weights and biases.
struct OutputMemory {
  static std::string name() { return "output memory"; }
  static constexpr bool hits(const sj::Quantity& quantity) { return quantity.layer == sj::Name("fc2"); }
};

using Bridges = sj::Injector<Net, BridgedToGround, EvenBits, OutputMemory>;

int main(int argc, char** argv) {
  return sj::run_campaign<Bridges>(argc, argv,
                                   {.name = "own_fault_type",
                                    .about = "Bridged memory cells in the output layer of the digits network.",
                                    .weights = digits::weights(),
                                    .data = digits::data(),
                                    .steps = 16});
}
