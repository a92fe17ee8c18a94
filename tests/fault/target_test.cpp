// SPDX-License-Identifier: MIT
#include <spikingjet/fault/target.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"
#include "laws/target.hpp"

#include <string>

namespace sj = spikingjet;
namespace target = spikingjet::target;

namespace {

/// The names of the quantities that a target hits.
template <sj::Target T, class Net>
std::string hit_by() {
  std::string names;
  for (const sj::Quantity& quantity : Net::quantities)
    if (T::hits(quantity)) names += (names.empty() ? "" : " ") + quantity.name();
  return names;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("what a target hits depends on the quantity alone", "[law]", laws::Targets) {
  laws::target_is_pure<TestType, laws::EveryRole>();
  laws::target_is_pure<TestType, laws::NMnist>();
}

TEST_CASE("a target hits the quantities of its role") {
  using Net = laws::EveryRole;
  CHECK(hit_by<target::Weight, Net>() == "fc1.weight fc2.weight fc3.weight");
  CHECK(hit_by<target::Bias, Net>() == "fc1.bias fc3.bias");
  CHECK(hit_by<target::Decay, Net>() == "lif1.beta syn2.beta lap3.R lap3.C");
  CHECK(hit_by<target::SynapticDecay, Net>() == "syn2.alpha");
  CHECK(hit_by<target::Threshold, Net>() == "lif1.threshold syn2.threshold lap3.threshold");
  CHECK(hit_by<target::Potential, Net>() == "lif1.potential syn2.potential lap3.potential");
  CHECK(hit_by<target::Current, Net>() == "syn2.current");
  CHECK(hit_by<target::Spike, Net>() == "lif1.spike syn2.spike lap3.spike");
}

TEST_CASE("the default targets are those of the Python tool: no current, no constant without a role") {
  CHECK(hit_by<target::Default, laws::NMnist>() ==
        "fc1.weight fc1.bias lif1.beta lif1.threshold lif1.potential lif1.spike "
        "fc2.weight fc2.bias lif2.beta lif2.threshold lif2.potential lif2.spike");
  CHECK(hit_by<target::Default, laws::EveryRole>() ==
        "fc1.weight fc1.bias lif1.beta lif1.threshold lif1.potential lif1.spike "
        "fc2.weight syn2.alpha syn2.beta syn2.threshold syn2.potential syn2.spike "
        "fc3.weight fc3.bias lap3.R lap3.C lap3.threshold lap3.potential lap3.spike");
}

TEST_CASE("a layer's target hits all of that layer and nothing else, and any target everything") {
  CHECK(hit_by<target::InLayer<"syn2">, laws::EveryRole>() ==
        "syn2.alpha syn2.beta syn2.threshold syn2.potential syn2.current syn2.spike");
  CHECK(hit_by<target::InLayer<"syn">, laws::EveryRole>().empty());
  for (const sj::Quantity& quantity : laws::EveryRole::quantities) CHECK(target::Any::hits(quantity));
}

TEST_CASE("a target prints what it hits") {
  CHECK(target::Weight::name() == "weight");
  CHECK(target::SynapticDecay::name() == "synaptic_decay");
  CHECK(target::Default::name() == "default");
  CHECK(target::Any::name() == "any");
  CHECK(target::InLayer<"fc2">::name() == "layer fc2");
}
