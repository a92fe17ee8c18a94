// SPDX-License-Identifier: MIT
#include <spikingjet/fault/randomness.hpp>
#include <spikingjet/fault/sampling.hpp>

#include "catch.hpp"
#include "files.hpp"
#include "laws/every_policy.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

using Net = sj::Network<sj::Input<30>, sj::Dense<"fc1", 40>, sj::Leaky<"lif1">, sj::Dense<"fc2", 10>, sj::Leaky<"lif2">,
                        sj::SpikeCountReadout>;

sj::FaultSpace space() {
  std::vector<sj::Stratum> strata;
  for (std::uint32_t q = 0; q < Net::quantities.size(); ++q) {
    strata.push_back({q, {}});
    for (std::int32_t bit = 0; bit < 32; ++bit)
      strata.back().choices.push_back({sj::describe_fault_type<sj::BitFlip>(), bit});
  }
  return sj::FaultSpace(Net::quantities, strata);
}

std::optional<std::string> reason(const std::vector<std::uint64_t>& indices) {
  return sj::why_not_random(sj::FaultList(space(), indices), Net::quantities);
}

std::vector<std::uint64_t> range(std::uint64_t from, std::uint64_t to, std::uint64_t stride = 1) {
  std::vector<std::uint64_t> indices;
  for (std::uint64_t i = from; i < to; i += stride) indices.push_back(i);
  return indices;
}

}  // namespace

TEST_CASE("no random sample is said to be none", "[law]") {
  for (std::uint64_t seed = 0; seed < 300; ++seed)
    for (const std::uint64_t count : std::vector<std::uint64_t>{1, 5, 20, 300, 3000}) {
      INFO("seed " << seed << ", count " << count);
      CHECK_FALSE(sj::why_not_random(sj::sample(space(), count, seed), Net::quantities).has_value());
    }
  CHECK_FALSE(sj::why_not_random(sj::FaultList(space()), Net::quantities).has_value());
}

TEST_CASE("a piece of a sorted list is no random sample, and the quantity that shows it is named") {
  CHECK(reason(range(0, 320)).value() == "all of its 320 faults in 'fc1.weight' strike elements 0 to 9 of 1200");
  CHECK(reason(range(200 * 32, 400 * 32, 7)).has_value());  // from the middle, every seventh
  CHECK(contains(reason(range(space().size() - 200, space().size())).value(), "'lif2."));  // the last ones
}

TEST_CASE("a quantity with more faults than its elements make likely shows that a list is no random sample") {
  const std::uint64_t fc1 = 1200 * 32;
  std::vector<std::uint64_t> indices = range(0, fc1, fc1 / 50);
  for (const std::uint64_t i : range(fc1, fc1 + 40 * 32, 7)) indices.push_back(i);  // fc1.bias
  CHECK(contains(reason(indices).value(), " faults strike 'fc1.weight', which has 1200 of 1240 elements"));
}

TEST_CASE("the bounds are those of their sources") {
  CHECK(std::exp(sj::detail::log_chance_of_range(2, 0.5)) == Approx(1.0));  // 2 r - r^2 = 0.75 at most 2 r
  CHECK(std::exp(sj::detail::log_chance_of_range(10, 0.5)) == Approx(10 / 512.0));
  CHECK(std::exp(sj::detail::log_chance_of_share(10, 1, 0.5)) == Approx(1 / 1024.0));  // all of ten heads
  CHECK(sj::detail::log_chance_of_share(10, 0.3, 0.3) == Approx(0).margin(1e-12));
}
