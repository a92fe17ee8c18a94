// SPDX-License-Identifier: MIT
#include <spikingjet/io/weight_remarks.hpp>

#include <spikingjet/io/parameters.hpp>
#include <spikingjet/model.hpp>

#include "catch.hpp"
#include "io/fixture.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace spikingjet;
namespace sj = spikingjet;

namespace {

template <class Neurons>
using Of = Network<Input<3>, Dense<"fc1", 2>, Neurons, SpikeCountReadout>;

constexpr float infinite = std::numeric_limits<float>::infinity();

ZipMembers dense() {
  return {{"fc1.weight.npy", npy({2, 3}, {0.1F, 0.2F, 0.3F, 0.4F, 0.5F, 0.6F})},
          {"fc1.bias.npy", npy({2}, {0.7F, 0.8F})}};
}

/// A layer `lif1` of two neurons with one array of two values for each constant, and arrays of its own.
ZipMembers layer(const std::vector<std::pair<std::string, std::vector<float>>>& constants,
                 const ZipMembers& more = {}) {
  ZipMembers arrays = dense();
  for (const auto& [field, values] : constants)
    arrays.emplace_back("lif1." + field + ".npy", npy({values.size()}, values));
  arrays.insert(arrays.end(), more.begin(), more.end());
  return arrays;
}

ZipMembers leaky(const ZipMembers& more = {}) {
  return layer({{"beta", {0.5F, 0.9F}}, {"threshold", {1.0F, 1.5F}}}, more);
}
ZipMembers synaptic(const ZipMembers& more = {}) {
  return layer({{"alpha", {0.8F, 0.9F}}, {"beta", {0.5F, 0.6F}}, {"threshold", {1.0F, 1.5F}}}, more);
}
ZipMembers lapicque(const ZipMembers& more = {}) {
  return layer({{"R", {1.5F, 1.5F}}, {"C", {3.0F, 3.0F}}, {"threshold", {1.0F, 1.5F}}}, more);
}

template <class Net>
std::vector<Remark> remarks(const ZipMembers& arrays) {
  const TemporaryFolder folder;
  const std::string bytes = write_zip(folder / "w.npz", arrays);
  const WeightFile file = WeightFile::of(bytes_of(bytes), "w.npz");
  std::vector<Remark> found = weight_remarks<Net>(file, load_parameters<Net>(file));
  for (const Remark& remark : found) {
    CHECK(remark.sentence.starts_with("spikingjet: "));
    CHECK(remark.sentence.ends_with("; see docs/checks.md"));
    CHECK(remark.sentence.find('\n') == std::string::npos);
  }
  return found;
}

/// The sentence of the only remark, which must be of that kind.
template <class Net>
std::string only(RemarkKind kind, const ZipMembers& arrays) {
  const std::vector<Remark> found = remarks<Net>(arrays);
  for (const Remark& remark : found) UNSCOPED_INFO(remark.sentence);
  REQUIRE(found.size() == 1);
  CHECK(remark_name(found[0].kind) == remark_name(kind));
  return found[0].sentence;
}

ZipMembers stored_reset(const std::string& type, const std::vector<std::size_t>& shape, const std::string& bytes) {
  return {{"lif1.reset_mechanism_val.npy", npy(type, shape, bytes)}};
}
ZipMembers stored_reset(int value) { return stored_reset("<i8", {}, little_endian(std::uint64_t(value), 8)); }


}  // namespace

TEST_CASE("a file in which everything agrees leaves no remark") {
  CHECK(remarks<Of<Leaky<"lif1">>>(leaky(stored_reset(0))).empty());
  CHECK(remarks<Of<Leaky<"lif1", ZeroReset>>>(leaky(stored_reset(1))).empty());
  CHECK(remarks<Of<Leaky<"lif1", NoReset>>>(leaky(stored_reset(2))).empty());
  CHECK(remarks<Of<Synaptic<"lif1">>>(synaptic(stored_reset(0))).empty());
  CHECK(remarks<Of<Alpha<"lif1">>>(synaptic(stored_reset(1))).empty());  // an alpha neuron resets to zero by default
  CHECK(remarks<Of<Lapicque<"lif1">>>(lapicque(stored_reset(0))).empty());
  CHECK(remarks<Of<Leaky<"lif1">>>(leaky({{"lif1.graded_spikes_factor.npy", npy({}, {1.0F})}})).empty());
  // Decays of exactly 0 and 1 are meant: no memory, no leak.
  CHECK(remarks<Of<Leaky<"lif1">>>(layer({{"beta", {0.0F, 1.0F}}, {"threshold", {1.0F, 1.0F}}})).empty());
}

TEST_CASE("a reset that the file says and the network does not have is told with the option to write") {
  const std::string sentence = only<Of<Leaky<"lif1">>>(RemarkKind::reset, leaky(stored_reset(1)));
  CHECK(sentence ==
        "spikingjet: 'lif1.reset_mechanism_val' in 'w.npz' is 1: the layer was trained as one that resets to zero, and "
        "'lif1' of the "
        "network resets by subtraction; write 'ZeroReset' behind the layer's name; see docs/checks.md");
  CHECK(contains(only<Of<Leaky<"lif1">>>(RemarkKind::reset, leaky(stored_reset(2))), "does not reset, and 'lif1'"));
  CHECK(
      contains(only<Of<Leaky<"lif1", ZeroReset>>>(RemarkKind::reset, leaky(stored_reset(0))), "write 'SubtractReset'"));
  CHECK(contains(only<Of<Leaky<"lif1", NoReset>>>(RemarkKind::reset, leaky(stored_reset(1))), "write 'ZeroReset'"));
}

TEST_CASE("every neuron model with a reset is compared, in any type and shape of the stored number") {
  CHECK(contains(only<Of<Synaptic<"lif1">>>(RemarkKind::reset, synaptic(stored_reset(1))), "'ZeroReset'"));
  CHECK(contains(only<Of<Alpha<"lif1">>>(RemarkKind::reset, synaptic(stored_reset(0))), "'SubtractReset'"));
  CHECK(contains(only<Of<Lapicque<"lif1">>>(RemarkKind::reset, lapicque(stored_reset(2))), "'NoReset'"));
  const ZipMembers recurrent{{"lif1.recurrent.V.npy", npy({2}, {0.1F, 0.2F})}, stored_reset(1)[0]};
  CHECK(contains(only<Of<RLeaky<"lif1", OneToOne>>>(RemarkKind::reset, leaky(recurrent)), "'ZeroReset'"));
  CHECK(contains(only<Of<RSynaptic<"lif1", OneToOne>>>(RemarkKind::reset, synaptic(recurrent)), "'ZeroReset'"));
  CHECK(contains(only<Of<Leaky<"lif1", Snntorch07>>>(RemarkKind::reset, leaky(stored_reset(1))), "'ZeroReset'"));

  for (const ZipMembers& stored :
       {stored_reset("<f4", {}, float_bytes(std::vector{1.0F})), stored_reset("<i4", {1}, little_endian(1, 4)),
        stored_reset("|u1", {1, 1}, little_endian(1, 1)), stored_reset("<i2", {2}, little_endian(0x00010001, 4))})
    CHECK(contains(only<Of<Leaky<"lif1">>>(RemarkKind::reset, leaky(stored)), "is 1: the layer was trained"));
  CHECK(contains(only<Of<Leaky<"lif1">>>(RemarkKind::reset, leaky(stored_reset(7))),
                 "is 7, allowed is 0 (subtract), 1 (zero) or 2 (none)"));
}

TEST_CASE("each layer has its reset told for itself") {
  using Two =
      Network<Input<3>, Dense<"fc1", 2>, Leaky<"lif1">, Dense<"fc2", 2>, Leaky<"lif2", ZeroReset>, SpikeCountReadout>;
  ZipMembers arrays = leaky(stored_reset(1));
  arrays.emplace_back("fc2.weight.npy", npy({2, 2}, {0.1F, 0.2F, 0.3F, 0.4F}));
  arrays.emplace_back("fc2.bias.npy", npy({2}, {0.1F, 0.2F}));
  arrays.emplace_back("lif2.beta.npy", npy({2}, {0.1F, 0.2F}));
  arrays.emplace_back("lif2.threshold.npy", npy({2}, {1.0F, 1.0F}));
  arrays.emplace_back("lif2.reset_mechanism_val.npy", npy({}, {0.0F}));
  const std::vector<Remark> found = remarks<Two>(arrays);
  REQUIRE(found.size() == 2);
  CHECK(contains(found[0].sentence, "'lif1.reset_mechanism_val'"));
  CHECK(contains(found[1].sentence, "'lif2.reset_mechanism_val'"));
  CHECK(contains(found[1].sentence, "'SubtractReset'"));
}

TEST_CASE("a reset without delay is compared where the file says so") {
  const ZipMembers at_once{{"lif1.reset_delay.npy", npy("|b1", {}, std::string(1, '\0'))}};
  const ZipMembers delayed{{"lif1.reset_delay.npy", npy("|b1", {}, std::string(1, '\1'))}};
  CHECK(contains(only<Of<Leaky<"lif1">>>(RemarkKind::reset, leaky(at_once)), "'ImmediateReset'"));
  CHECK(contains(only<Of<Leaky<"lif1", ImmediateReset>>>(RemarkKind::reset, leaky(delayed)),
                 "leave out 'ImmediateReset'"));
  CHECK(remarks<Of<Leaky<"lif1">>>(leaky(delayed)).empty());
  CHECK(remarks<Of<Leaky<"lif1", ImmediateReset>>>(leaky(at_once)).empty());
  CHECK(remarks<Of<Leaky<"lif1", NoReset>>>(leaky(at_once)).empty());
}

TEST_CASE("decays outside 0 to 1 are told with what they look like") {
  using Net = Of<Leaky<"lif1">>;
  const auto beta = [](float a, float b) {
    return only<Net>(RemarkKind::decay, layer({{"beta", {a, b}}, {"threshold", {1.0F, 1.0F}}}));
  };
  // 1/(1 + e^-1.4) = 0.8022, 1/(1 + e^-2.2) = 0.9002
  CHECK(beta(1.4F, 2.2F) ==
        "spikingjet: 'lif1.beta' in 'w.npz' has 2 of 2 values outside [0, 1], where a decay is clamped to 0 or 1 (it "
        "holds 1.4 to 2.2); "
        "they look like logits: save the decays, of which 'torch.sigmoid' gives 0.8022 to 0.9002; see docs/checks.md");
  CHECK(contains(beta(-3.0F, 0.5F), "has 1 of 2 values outside [0, 1]"));
  CHECK(contains(beta(-3.0F, 0.5F), "they look like logits"));
  // e^(-1/20) = 0.9512, e^(-1/50) = 0.9802
  CHECK(contains(
      beta(20.0F, 50.0F),
      "they look like time constants: save the decays, of which 'exp(-dt/tau)' with dt = 1 gives 0.9512 to 0.9802"));
  CHECK(contains(beta(2.0F, 2.0F), "time constants"));  // SpikingJelly's default: e^(-1/2) = 0.6065
  CHECK(contains(beta(2.0F, 2.0F), "gives 0.6065; see"));
  CHECK(contains(beta(0.9F, 1.05F), "has 1 of 2 values outside"));
  CHECK(contains(beta(0.9F, 1.05F), "trained without bounds they count so in snnTorch, too"));
  CHECK(contains(beta(infinite, 0.5F), "outside [0, 1]"));
  CHECK(contains(beta(infinite, 5.0F), "check the training"));
  CHECK(remarks<Net>(layer({{"beta", {std::nanf(""), 0.5F}}, {"threshold", {1.0F, 1.0F}}}))
            .empty());  // told by the reader
}

TEST_CASE("a decay outside 0 to 1 among decays is no logit") {
  using Three = Network<Input<2>, Dense<"fc1", 3>, Leaky<"lif1">, SpikeCountReadout>;
  const std::string told =
      only<Three>(RemarkKind::decay, {{"fc1.weight.npy", npy({3, 2}, {0.1F, 0.2F, 0.3F, 0.4F, 0.5F, 0.6F})},
                                      {"fc1.bias.npy", npy({3}, {0.7F, 0.8F, 0.9F})},
                                      {"lif1.beta.npy", npy({3}, {-2.0F, 0.9F, 0.8F})},
                                      {"lif1.threshold.npy", npy({3}, {1.0F, 1.0F, 1.0F})}});
  CHECK(contains(told, "has 1 of 3 values outside [0, 1]"));
  CHECK(contains(told, "most are decays already"));
  CHECK_FALSE(contains(told, "sigmoid"));
}

TEST_CASE("a stored reset of both kinds in one layer is told as that") {
  using Net = Of<Leaky<"lif1">>;
  const std::string told =
      only<Net>(RemarkKind::reset, leaky({{"lif1.reset_mechanism_val.npy", npy({2}, {0.0F, 1.0F})}}));
  CHECK(contains(told, "is 0 for some neurons and 1 for others, and a layer has one reset"));
  CHECK(remarks<Net>(leaky({{"lif1.reset_mechanism_val.npy", npy({2}, {0.0F, 0.0F})}})).empty());
}

TEST_CASE("every decay of every model that clamps is looked at") {
  const std::vector<std::pair<std::string, std::vector<float>>> logits{
      {"alpha", {1.4F, 2.2F}}, {"beta", {0.5F, 0.5F}}, {"threshold", {1.0F, 1.0F}}};
  CHECK(contains(only<Of<Synaptic<"lif1">>>(RemarkKind::decay, layer(logits)), "'lif1.alpha'"));
  CHECK(contains(only<Of<Alpha<"lif1">>>(RemarkKind::decay, layer(logits)), "'lif1.alpha'"));
  using Scalar = Of<Leaky<"lif1", Shared<"beta", Sharing::per_layer>>>;
  CHECK(contains(only<Scalar>(RemarkKind::decay, layer({{"beta", {3.0F}}, {"threshold", {1.0F, 1.0F}}})),
                 "has its single value outside [0, 1]"));
  CHECK(contains(only<Of<Srm<"lif1">>>(RemarkKind::decay, layer({{"alpha", {0.9F, 0.9F}},
                                                                 {"gain", {0.3F, 0.3F}},
                                                                 {"beta", {10.0F, 12.0F}},
                                                                 {"refractory_gain", {0.3F, 0.3F}},
                                                                 {"threshold", {1.0F, 1.0F}}})),
                 "'lif1.beta'"));
}

TEST_CASE("thresholds that silence a neuron or let it fire at rest are told") {
  using Net = Of<Leaky<"lif1">>;
  const auto threshold = [](float a, float b) { return layer({{"beta", {0.5F, 0.5F}}, {"threshold", {a, b}}}); };
  CHECK(remarks<Net>(threshold(infinite, std::nanf(""))).empty());  // told by the reader
  CHECK(contains(only<Net>(RemarkKind::threshold, threshold(-1.0F, 1.0F)),
                 "1 of 2 values below 0, so that neurons fire at rest"));
  CHECK(contains(only<Net>(RemarkKind::threshold, threshold(-infinite, 1.0F)), "1 of 2 values below 0"));
  CHECK(contains(only<Net>(RemarkKind::threshold, threshold(0.0F, -0.0F)),
                 "2 of 2 values 0, so that neurons fire at any potential above 0"));
  CHECK(only<Net>(RemarkKind::threshold, threshold(-1.0F, infinite)) ==
        "spikingjet: 'lif1.threshold' in 'w.npz': 1 of 2 values below 0, so that neurons fire at rest, without any "
        "input; thresholds are to be "
        "positive: check the training and what wrote the file; see docs/checks.md");
  CHECK(remarks<Net>(threshold(1e-30F, 1e30F)).empty());
  // A spike response neuron fires where potential and threshold are equal: 0 at rest.
  CHECK(contains(only<Of<Srm<"lif1">>>(RemarkKind::threshold,
                                       layer({{"alpha", {0.9F, 0.9F}}, {"gain", {0.3F, 0.3F}}, {"beta", {0.9F, 0.9F}},
                                              {"refractory_gain", {0.3F, 0.3F}}, {"threshold", {0.0F, 1.0F}}})),
                 "1 of 2 values not above 0, so that neurons fire at rest"));
}

TEST_CASE("an alpha neuron whose alpha is not above its beta is told") {
  using Net = Of<Alpha<"lif1">>;
  const auto of = [](std::vector<float> alpha, std::vector<float> beta) {
    return layer({{"alpha", std::move(alpha)}, {"beta", std::move(beta)}, {"threshold", {1.0F, 1.0F}}});
  };
  CHECK(contains(only<Net>(RemarkKind::constants, of({0.5F, 0.9F}, {0.6F, 0.8F})),
                 "in 1 of 2 neurons of 'lif1' in 'w.npz' 'alpha' is not above 'beta'"));
  CHECK(contains(only<Net>(RemarkKind::constants, of({0.5F, 0.5F}, {0.5F, 0.5F})), "in 2 of 2 neurons"));
  CHECK(contains(only<Net>(RemarkKind::constants, of({0.0F, 0.5F}, {0.0F, 0.4F})), "in 1 of 2 neurons"));
  CHECK(remarks<Net>(of({0.9F, 1.0F}, {0.0F, 0.5F})).empty());
  // One alpha for all, a beta for each.
  using Shared1 = Of<Alpha<"lif1", Shared<"alpha", Sharing::per_layer>>>;
  CHECK(contains(only<Shared1>(RemarkKind::constants, of({0.7F}, {0.6F, 0.8F})), "in 1 of 2 neurons"));
}

TEST_CASE("a beta of Lapicque that its R and C contradict is told") {
  using Net = Of<Lapicque<"lif1">>;
  const auto beta = [](float a, float b) { return ZipMembers{{"lif1.beta.npy", npy({2}, {a, b})}}; };
  const auto one = [](float a) { return ZipMembers{{"lif1.beta.npy", npy({1}, {a})}}; };
  // e^(-1/4.5) = 0.800737
  CHECK(remarks<Net>(lapicque(one(0.8007374F))).empty());
  CHECK(remarks<Net>(lapicque(beta(0.8007374F, 0.8007374F))).empty());
  const std::string sentence = only<Net>(RemarkKind::constants, lapicque(beta(0.8007374F, 0.5F)));
  CHECK(contains(
      sentence,
      "'lif1.beta' in 'w.npz' is not e^(-time_step/(R C)) of 'lif1' in 1 of 2 neurons (beta 0.5 beside 0.8007)"));
  CHECK(contains(only<Net>(RemarkKind::constants, lapicque(one(0.9F))), "in 2 of 2 neurons (beta 0.9 beside 0.8007)"));
  // With a time step of 0.5: e^(-0.5/4.5) = 0.894839
  ZipMembers stepped = one(0.894839F);
  stepped.emplace_back("lif1.time_step.npy", npy({2}, {0.5F, 0.5F}));
  CHECK(remarks<Net>(lapicque(stepped)).empty());
}

TEST_CASE("a Lapicque neuron whose potential swings or grows is told") {
  using Net = Of<Lapicque<"lif1">>;
  const auto rc = [](float r, float c) {
    return layer({{"R", {r, 1.5F}}, {"C", {c, 3.0F}}, {"threshold", {1.0F, 1.0F}}});
  };
  CHECK(contains(
      only<Net>(RemarkKind::constants, rc(0.5F, 1.0F)),
      "in 1 of 2 neurons of 'lif1' in 'w.npz' the potential's factor 1 - time_step/(R C) lies outside [0, 1]"));
  CHECK(contains(only<Net>(RemarkKind::constants, rc(-1.0F, 3.0F)), "outside [0, 1]"));
  CHECK(contains(only<Net>(RemarkKind::constants, rc(0.0F, 3.0F)), "outside [0, 1]"));
  CHECK(remarks<Net>(rc(1.0F, 1.0F)).empty());
  // beta as a logit gives no C: ln(1/1.4) < 0
  CHECK(contains(only<Net>(RemarkKind::constants, layer({{"beta", {1.4F, 0.9F}}, {"threshold", {1.0F, 1.0F}}})),
                 "outside [0, 1]"));
}

TEST_CASE("an array that a layer of the network has no use for is told") {
  CHECK(contains(
      only<Of<Leaky<"lif1">>>(RemarkKind::left_over, synaptic()),
      "'lif1.alpha' in 'w.npz' is left out: 'lif1' of the network is 'leaky(subtract)', which has no 'alpha'"));
  const ZipMembers recurrent{{"lif1.recurrent.weight.npy", npy({2, 2}, {0.1F, 0.2F, 0.3F, 0.4F})}};
  CHECK(contains(only<Of<Leaky<"lif1">>>(RemarkKind::left_over, leaky(recurrent)), "has no recurrent weights"));
  CHECK(contains(only<Of<Leaky<"lif1">>>(RemarkKind::left_over, leaky({{"lif1.R.npy", npy({}, {1.0F})}})), "'lif1.R'"));
  using NoBiasNet = Network<Input<3>, Dense<"fc1", 2, NoBias>, Leaky<"lif1">, SpikeCountReadout>;
  CHECK(contains(only<NoBiasNet>(RemarkKind::left_over, leaky()),
                 "'fc1.bias' in 'w.npz' is left out: 'fc1' of the network has 'NoBias'"));
  const ZipMembers normal{{"bn1.weight.npy", npy({2}, {1.0F, 1.0F})}, {"bn1.running_mean.npy", npy({2}, {0.0F, 0.0F})}};
  CHECK(contains(only<Of<Leaky<"lif1">>>(RemarkKind::left_over, leaky(normal)),
                 "'bn1.running_mean' in 'w.npz' is left out: it belongs to a batch normalisation"));
}

TEST_CASE("a remark names the arrays that it says are not used, so that they are told once") {
  const auto arrays = [](const ZipMembers& more) {
    const std::vector<Remark> found = remarks<Of<Leaky<"lif1">>>(leaky(more));
    REQUIRE(found.size() == 1);
    return found[0].arrays;
  };
  CHECK(arrays({{"lif1.alpha.npy", npy({2}, {0.5F, 0.5F})}}) == std::vector<std::string>{"lif1.alpha"});
  CHECK(arrays({{"bn1.weight.npy", npy({2}, {1.0F, 1.0F})},
                {"bn1.running_mean.npy", npy({2}, {0.0F, 0.0F})},
                {"bn10.bias.npy", npy({}, {0.0F})}}) == std::vector<std::string>{"bn1.weight", "bn1.running_mean"});
}

TEST_CASE("words of a quantised format in place of weights are told") {
  using Net = Of<Leaky<"lif1">>;
  const auto words = [](const ZipMembers& more) {
    ZipMembers arrays{{"fc1.weight.npy", npy("|i1", {2, 3}, std::string("\x7f\x80\x03\xff\x00\x10", 6))},
                      {"fc1.bias.npy", npy({2}, {0.7F, 0.8F})},
                      {"lif1.beta.npy", npy({2}, {0.5F, 0.9F})},
                      {"lif1.threshold.npy", npy({2}, {1.0F, 1.5F})}};
    arrays.insert(arrays.end(), more.begin(), more.end());
    return arrays;
  };
  for (const std::string scale : {"fc1.scale", "fc1_scale", "fc1.weight_scale", "fc1.weight.scale", "fc1.zero_point"}) {
    const std::string sentence = only<Net>(RemarkKind::quantised, words({{scale + ".npy", npy({}, {0.01F})}}));
    CHECK(contains(sentence, "'fc1.weight' in 'w.npz' holds whole numbers, up to 128, and '" + scale + "'"));
    CHECK(contains(sentence, "save scale * (word - zero point)"));
  }
  CHECK(remarks<Net>(words({})).empty());  // few whole numbers without a scale may be anything
  // A scale beside weights that are scaled already says nothing.
  CHECK(remarks<Net>(leaky({{"fc1.scale.npy", npy({}, {0.01F})}})).empty());
}

TEST_CASE("many large whole numbers beside small thresholds look like words, also without a scale") {
  using Wide = Network<Input<16>, Dense<"fc1", 2, NoBias>, Leaky<"lif1">, SpikeCountReadout>;
  const auto of = [](float threshold) {
    std::vector<float> weights(32, -3.0F);
    weights[5] = 100.0F;
    return ZipMembers{{"fc1.weight.npy", npy({2, 16}, weights)}, {"lif1.beta.npy", npy({2}, {0.5F, 0.9F})},
                      {"lif1.threshold.npy", npy({2}, {threshold, 1.0F})}};
  };
  CHECK(contains(only<Wide>(RemarkKind::quantised, of(1.0F)), "up to 100, beside thresholds of at most 1;"));
  CHECK(remarks<Wide>(of(64.0F)).empty());  // whole numbers throughout: a network of integers
}

TEST_CASE("names that a file brings are made fit for a message") {
  const std::vector<Remark> found =
      remarks<Of<Leaky<"lif1">>>(leaky({{"\x1b[2J\nx.running_mean.npy", npy({}, {0.0F})}}));
  REQUIRE(found.size() == 1);
  CHECK(found[0].sentence.find('\x1b') == std::string::npos);
}

TEST_CASE("the remarks on a file are had in three lines") {
  using Net = Of<Leaky<"lif1">>;
  const TemporaryFolder folder;
  const std::string path = folder / "weights.npz";
  write_zip(path, leaky(stored_reset(1)));
  std::vector<std::string> told;
  const sj::WeightFile file = sj::WeightFile::open(path);
  const sj::Parameters<Net> parameters = sj::load_parameters<Net>(file);
  for (const sj::Remark& remark : sj::weight_remarks<Net>(file, parameters)) told.push_back(remark.sentence);
  REQUIRE(told.size() == 1);
  CHECK(contains(told[0], "'lif1.reset_mechanism_val'"));
}
