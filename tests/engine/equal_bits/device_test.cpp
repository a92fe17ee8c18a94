// SPDX-License-Identifier: MIT

// What runs on GPUs, on this processor: through Thrust one work item after another, and through its threads.

#include <spikingjet/core/device/host.hpp>
#include <spikingjet/engine/device/host_engine.hpp>

#include "engine/equal_bits/layer_networks.hpp"

namespace {

using namespace static_networks;

template <class Order>
struct OnHost {
  template <class Injector>
  using Engine = sj::HostDeviceEngine<Injector, Order>;
};

// Dense networks: depths 1 to 4, both readouts, both zero policies.
constexpr auto chains =
    networks_of<Neurons<0, sj::Leaky>, Neurons<3, sj::Synaptic, sj::ZeroReset>, Neurons<6, sj::Lapicque>>();

template <class Types>
void require_equal_on_device(Types types, std::uint64_t seed, std::size_t cases) {
  equal_bits::Coverage coverage;
  hana::for_each(types, [&](auto type) {
    using Chosen = typename decltype(type)::type;
    using Order = std::conditional_t<Chosen::number % 2 == 0, sj::Sequential, sj::Threaded>;
    const auto subject =
        equal_bits::subject_of<typename Chosen::type, OnHost<Order>::template Engine>(std::string(Order::name));
    coverage += equal_bits::compare(subject, seeds_of_program + seed + 10'000 * coverage.networks, cases, {});
  });
  std::string decisions;
  for (std::size_t d = 0; d < sj::decision_count; ++d)
    decisions += (d ? ", " : "") + std::to_string(coverage.decisions[sj::Decision(d)]) + " " +
                 std::string(sj::decision_name(sj::Decision(d)));
  WARN(coverage.networks << " network types, " << coverage.injections << " injections with equal bits, "
                         << coverage.changed << " changed the readout, " << coverage.referenced
                         << " on the reference; decided: " << decisions);
  CHECK(coverage.networks == decltype(hana::length(types))::value);
  CHECK(coverage.injections > 150 * cases * coverage.networks);
  CHECK(coverage.changed > coverage.injections / 20);
  for (const sj::Decision decision : {sj::Decision::equivalent, sj::Decision::silent, sj::Decision::analytic,
                                      sj::Decision::unchanged, sj::Decision::merged, sj::Decision::carried}) {
    INFO(sj::decision_name(decision));
    CHECK(coverage.decisions[decision] > cases);
  }
}

}  // namespace

TEST_CASE("what runs on devices gives the arbiter's bits in chains of fully connected layers") {
  require_equal_on_device(chains, 20'000'000, few_cases);
}

TEST_CASE("what runs on devices gives the arbiter's bits with convolution, pooling and lateral weights") {
  require_equal_on_device(layers, 21'000'000, few_cases);
}

TEST_CASE("what runs on devices gives the arbiter's bits with alpha, recurrent and spike response neurons") {
  require_equal_on_device(neurons, 22'000'000, few_cases);
}

TEST_CASE("what runs on devices gives the arbiter's bits in chains of fully connected layers, many times",
          "[.][slow]") {
  require_equal_on_device(chains, 20'001'000, many_cases);
}

TEST_CASE("what runs on devices gives the arbiter's bits with convolution, pooling and lateral weights, many times",
          "[.][slow]") {
  require_equal_on_device(layers, 21'001'000, many_cases);
}

TEST_CASE("what runs on devices gives the arbiter's bits with alpha, recurrent and spike response neurons, many times",
          "[.][slow]") {
  require_equal_on_device(neurons, 22'001'000, many_cases);
}
