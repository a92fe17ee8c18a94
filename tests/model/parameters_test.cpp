// SPDX-License-Identifier: MIT
#include <spikingjet/model/parameters.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"
#include "laws/random_values.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

using Net = laws::EveryRole;
constexpr std::size_t weight = 0;      // fc1.weight (4, 3)
constexpr std::size_t bias = 1;        // fc1.bias (4)
constexpr std::size_t time_step = 17;  // lap3.time_step (2)
constexpr float inf = std::numeric_limits<float>::infinity();

}  // namespace

TEST_CASE("parameters start at zero, or at the default that a layer states") {
  const sj::Parameters<Net> parameters;
  for (std::size_t q = 0; q < Net::quantities.size(); ++q) {
    if (Net::quantities[q].storage != sj::Storage::parameter) continue;
    for (std::size_t e = 0; e < Net::quantities[q].size(); ++e)
      CHECK(sj::to_word(parameters.read(q, e)) == (q == time_step ? 0x3f800000u : 0u));
  }
}

TEST_CASE("what was written is read with its bits, and nothing else changes", "[law]") {
  constexpr std::uint32_t seed = 81;
  INFO("seed " << seed);
  laws::RandomValues random(seed);
  sj::Parameters<Net> parameters;
  std::vector<std::vector<std::uint32_t>> expected;
  for (const sj::Quantity& quantity : Net::quantities) expected.emplace_back(quantity.size(), 0u);
  expected[time_step].assign(2, 0x3f800000u);
  for (int i = 0; i < 3000; ++i) {
    const std::size_t q = random.word() % Net::quantities.size();
    if (Net::quantities[q].storage != sj::Storage::parameter) continue;
    const std::size_t e = random.word() % Net::quantities[q].size();
    const float value = random();
    parameters.write(q, e, value);
    expected[q][e] = sj::to_word(value);
    for (std::size_t p = 0; p < Net::quantities.size(); ++p) {
      if (Net::quantities[p].storage != sj::Storage::parameter) continue;
      bool finite = true;
      bool negative_zero = false;
      for (std::size_t k = 0; k < expected[p].size(); ++k) {
        if (sj::to_word(parameters.read(p, k)) != expected[p][k]) FAIL("write " << i << " reached quantity " << p);
        finite = finite && (expected[p][k] & 0x7f800000u) != 0x7f800000u;
        negative_zero = negative_zero || expected[p][k] == 0x80000000u;
      }
      if (parameters.all_finite(p) != finite) FAIL("write " << i << ": quantity " << p << " is finite or not");
      if (parameters.has_negative_zero(p) != negative_zero)
        FAIL("write " << i << ": quantity " << p << " has a -0 or not");
    }
  }
  SUCCEED();
}

TEST_CASE("a tensor is finite again when its last infinity is gone") {
  sj::Parameters<Net> parameters;
  CHECK(parameters.all_finite(weight));
  parameters.write(weight, 3, inf);
  parameters.write(weight, 4, std::numeric_limits<float>::quiet_NaN());
  CHECK_FALSE(parameters.all_finite(weight));
  CHECK(parameters.all_finite(bias));
  parameters.write(weight, 3, -inf);
  parameters.write(weight, 4, 1.0F);
  CHECK_FALSE(parameters.all_finite(weight));
  parameters.write(weight, 3, std::numeric_limits<float>::max());
  CHECK(parameters.all_finite(weight));
}

TEST_CASE("a copy counts for itself") {
  sj::Parameters<Net> one;
  one.write(weight, 0, inf);
  sj::Parameters<Net> other = one;
  other.write(weight, 0, 0.0F);
  CHECK_FALSE(one.all_finite(weight));
  CHECK(other.all_finite(weight));
}

TEST_CASE("a tensor is assigned and read row-major, and stored with the outputs running fastest") {
  sj::Parameters<Net> parameters;
  const std::vector<float> row_major{0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32};  // (4, 3)
  parameters.assign("fc1.weight", row_major);
  CHECK(parameters.tensor("fc1.weight") == row_major);
  CHECK(parameters.read(weight, 2 * 3 + 1) == 21);
  const auto stored = parameters.stored(weight);
  CHECK(std::vector<float>(stored.begin(), stored.end()) ==
        std::vector<float>{0, 10, 20, 30, 1, 11, 21, 31, 2, 12, 22, 32});
  parameters.assign("lif1.beta", std::vector<float>{0.5F});
  CHECK(parameters.tensor("lif1.beta") == std::vector<float>{0.5F});
  CHECK(parameters.values().size() == Net::parameter_count);
  CHECK(parameters.values()[16] == 0.5F);
}

TEST_CASE("a name that is no parameter is refused with those there are") {
  using Small = sj::Network<sj::Input<3>, sj::Dense<"fc1", 2>, sj::Leaky<"lif1">, sj::SpikeCountReadout>;
  sj::Parameters<Small> parameters;
  const std::string sentence = "; it has 'fc1.weight', 'fc1.bias', 'lif1.beta', 'lif1.threshold'";
  for (const std::string name : {"fc2.weight", "fc1", "", "lif1.potential", "lif1.spike"}) {
    try {
      (void)parameters.tensor(name);
      FAIL("not refused");
    } catch (const sj::UnknownParameter& refused) {
      CHECK(refused.name == name);
      CHECK(refused.exit_status() == 2);
      CHECK(std::string(refused.what()) == "spikingjet: the network has no parameter '" + name + "'" + sentence);
    }
    CHECK_THROWS_AS(parameters.assign(name, std::vector<float>{1}), sj::UnknownParameter);
  }
}

TEST_CASE("a tensor with another number of values is refused, and the parameter stays") {
  sj::Parameters<Net> parameters;
  for (const std::size_t found : {0u, 11u, 13u}) {
    try {
      parameters.assign("fc1.weight", std::vector<float>(found, 1.0F));
      FAIL("not refused");
    } catch (const sj::WrongParameterSize& refused) {
      CHECK(refused.name == "fc1.weight");
      CHECK(refused.wanted == 12);
      CHECK(refused.found == found);
      CHECK(refused.exit_status() == 2);
      CHECK(std::string(refused.what()) ==
            "spikingjet: parameter 'fc1.weight' takes 12 values, not " + std::to_string(found));
    }
  }
  CHECK(parameters.tensor("fc1.weight") == std::vector<float>(12, 0.0F));
}
