// SPDX-License-Identifier: MIT
#include <spikingjet/model/zero_input.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"

namespace sj = spikingjet;

namespace {

template <class... Options>
using Net = sj::Network<sj::Input<3>, sj::Dense<"fc1", 2>, Options..., sj::Leaky<"lif1">, sj::SpikeCountReadout>;

}  // namespace

TEST_CASE("a zero input multiplies unless a network says otherwise, and its summary tells") {
  CHECK(Net<>::zero_input == sj::ZeroInput::multiply);
  CHECK(Net<sj::OnZeroInput<sj::ZeroInput::multiply>>::zero_input == sj::ZeroInput::multiply);
  CHECK(Net<sj::OnZeroInput<sj::ZeroInput::skip>>::zero_input == sj::ZeroInput::skip);
  CHECK(Net<>::summary().ends_with(", zero input multiply"));
  CHECK(Net<sj::OnZeroInput<sj::ZeroInput::skip>>::summary().ends_with(", zero input skip"));
}

TEST_CASE("the option is no layer: sizes and quantities stay") {
  using Skip = Net<sj::OnZeroInput<sj::ZeroInput::skip>>;
  CHECK(Skip::layer_count == 2);
  CHECK(Skip::parameter_count == Net<>::parameter_count);
  CHECK(Skip::quantities.size() == Net<>::quantities.size());
}
