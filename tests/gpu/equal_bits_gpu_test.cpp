// SPDX-License-Identifier: MIT
#include <spikingjet/core/error.hpp>
#include <spikingjet/engine/device/cuda_engine.hpp>

#include "networks.hpp"

#include <boost/hana/for_each.hpp>

namespace {

namespace sj = spikingjet;
namespace hana = boost::hana;

template <class Injector>
using OnGpu = sj::CudaEngine<Injector>;

void require_equal_on_gpu(std::uint64_t seed, std::size_t cases) {
  equal_bits::Coverage coverage;
  hana::for_each(gpu::networks, [&](auto type) {
    using Net = typename decltype(type)::type::type;
    coverage +=
        equal_bits::compare(equal_bits::subject_of<Net, OnGpu>("GPU"), seed + 10'000 * coverage.networks, cases, {});
  });
  WARN(coverage.networks << " network types, " << coverage.injections << " injections with equal bits, "
                         << coverage.changed << " changed the readout, " << coverage.referenced << " on the reference");
  CHECK(coverage.injections > 150 * cases * coverage.networks);
  CHECK(coverage.changed > coverage.injections / 20);
}

}  // namespace

TEST_CASE("a GPU gives the arbiter's bits", "[gpu]") { require_equal_on_gpu(31'000'000, 12); }

TEST_CASE("a GPU gives the arbiter's bits, many times", "[.][gpu]") { require_equal_on_gpu(31'001'000, 200); }
