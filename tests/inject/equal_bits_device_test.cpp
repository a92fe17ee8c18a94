// SPDX-License-Identifier: MIT
#include <spikingjet/core/host_device.hpp>
#include <spikingjet/inject/device_engine.hpp>

#include "layer_networks.hpp"

namespace {

using namespace static_networks;

template <class Order>
struct OnHost {
  template <class Injector>
  using Engine = sj::HostDeviceEngine<Injector, Order>;
};

template <class Types>
void require_equal_on_device(Types types, std::uint64_t seed, std::size_t cases) {
  equal_bits::Coverage coverage;
  hana::for_each(types, [&](auto type) {
    using Chosen = typename decltype(type)::type;
    using Order = std::conditional_t<Chosen::number % 2 == 0, sj::Sequential, sj::Threaded>;
    const equal_bits::Subject subject = equal_bits::subject_of<typename Chosen::type, OnHost<Order>::template Engine>(std::string(Order::name));
    coverage += equal_bits::compare(subject, seeds_of_program + seed + 10'000 * coverage.networks, cases, {});
  });
  std::string decisions;
  for (std::size_t d = 0; d < sj::decision_count; ++d)
    decisions += (d ? ", " : "") + std::to_string(coverage.decisions[sj::Decision(d)]) + " " + std::string(sj::decision_name(sj::Decision(d)));
  WARN(coverage.networks << " network types, " << coverage.injections << " injections with equal bits, " << coverage.changed
                         << " changed the readout, " << coverage.referenced << " on the reference; decided: " << decisions);
  CHECK(coverage.changed > coverage.injections / 20);
}

}  // namespace

TEST_CASE("what runs on devices gives the arbiter's bits with convolution, pooling and lateral weights") {
  require_equal_on_device(layers, 21'000'000, few_cases);
}
