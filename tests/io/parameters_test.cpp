// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/parameters.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/lapicque.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/rleaky.hpp>
#include <spikingjet/model/readout.hpp>

#include <algorithm>
#include <cmath>

using namespace spikingjet;

namespace {

using Net = Network<Input<3>, Dense<"fc1", 2>, Leaky<"lif1">, SpikeCountReadout>;
using LapicqueNet = Network<Input<3>, Dense<"fc1", 2>, Lapicque<"lap1">, SpikeCountReadout>;
using SharedNet = Network<Input<3>, Dense<"fc1", 2>,
                          Leaky<"lif1", Shared<"beta", Sharing::per_layer>, Shared<"threshold", Sharing::per_layer>>,
                          SpikeCountReadout>;

const float nan_with_payload = to_float(0xffc12345u);

ZipMembers dense_arrays() {
  return {{"fc1.weight.npy", npy({2, 3}, {1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F})},
          {"fc1.bias.npy", npy({2}, {7.0F, 8.0F})}};
}

ZipMembers leaky_arrays() {
  ZipMembers arrays = dense_arrays();
  arrays.emplace_back("lif1.beta.npy", npy({2}, {0.5F, 0.25F}));
  arrays.emplace_back("lif1.threshold.npy", npy({2}, {1.0F, 1.5F}));
  return arrays;
}

/// The arrays with one of them in place of that of the same name, or added.
ZipMembers with(ZipMembers arrays, const std::string& name, const std::string& bytes) {
  std::erase_if(arrays, [&](const auto& array) { return array.first == name + ".npy"; });
  arrays.emplace_back(name + ".npy", bytes);
  return arrays;
}

ZipMembers without(ZipMembers arrays, const std::string& name) {
  std::erase_if(arrays, [&](const auto& array) { return array.first == name + ".npy"; });
  return arrays;
}

struct Loaded {
  std::string path;
  std::vector<std::string> warnings;
};

/// Loads the arrays, from a file and from memory, which must agree.
template <class N>
Parameters<N> load(const ZipMembers& arrays, Loaded* loaded = nullptr) {
  const TemporaryFolder folder;
  const std::string bytes = write_zip(folder / "weights.npz", arrays);
  std::vector<std::string> warnings;
  const auto warn = [&warnings](const std::string& sentence) { warnings.push_back(sentence); };
  const Parameters<N> from_path = load_parameters<N>(std::filesystem::path(folder / "weights.npz"), warn);
  const Parameters<N> from_memory = load_parameters<N>(WeightFile::of(bytes_of(bytes), "weights.npz"));
  CHECK(same_bits(from_path.values(), from_memory.values()));
  if (loaded) *loaded = {folder / "weights.npz", warnings};
  return from_path;
}

template <class N, class Exception>
std::string refusal(const ZipMembers& arrays) {
  return sentence_of<Exception>([&] { load<N>(arrays); });
}

}  // namespace

TEST_CASE("every parameter of a network is loaded in its place") {
  Loaded loaded;
  const Parameters<Net> parameters = load<Net>(leaky_arrays(), &loaded);
  CHECK(parameters.tensor("fc1.weight") == std::vector{1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F});
  CHECK(parameters.tensor("fc1.bias") == std::vector{7.0F, 8.0F});
  CHECK(parameters.tensor("lif1.beta") == std::vector{0.5F, 0.25F});
  CHECK(parameters.tensor("lif1.threshold") == std::vector{1.0F, 1.5F});
  const std::span<const float> stored = parameters.stored(0);  // the outputs run fastest
  CHECK(std::vector(stored.begin(), stored.end()) == std::vector{1.0F, 4.0F, 2.0F, 5.0F, 3.0F, 6.0F});
  CHECK(loaded.warnings.empty());
}

TEST_CASE("the order of the arrays and the column-major order of one do not matter") {
  ZipMembers arrays = leaky_arrays();
  arrays[0].second = npy("<f4", {2, 3}, float_bytes(std::vector{1.0F, 4.0F, 2.0F, 5.0F, 3.0F, 6.0F}), true);
  std::reverse(arrays.begin(), arrays.end());
  CHECK(same_bits(load<Net>(arrays).values(), load<Net>(leaky_arrays()).values()));
}

TEST_CASE("a parameter that the file lacks is named with the arrays it has") {
  for (const std::string name : {"fc1.weight", "fc1.bias", "lif1.beta", "lif1.threshold"}) {
    const std::string sentence = refusal<Net, ArrayMissing>(without(leaky_arrays(), name));
    CHECK(contains(sentence, "has no array '" + name + "', it has '"));
    CHECK(contains(sentence, name == "fc1.weight" ? "it has 'fc1.bias'" : "it has 'fc1.weight'"));
  }
}

TEST_CASE("axes of one element are no other shape, wherever they stand") {
  const std::vector<float> weights{1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F};
  for (const std::vector<std::size_t>& shape :
       {std::vector<std::size_t>{2, 3, 1, 1, 1}, {1, 2, 3}, {2, 1, 3}, {1, 1, 2, 1, 3, 1, 1}}) {
    ZipMembers arrays = with(leaky_arrays(), "fc1.weight", npy(shape, weights));
    arrays = with(arrays, "lif1.beta", npy({1, 2, 1}, {0.5F, 0.25F}));
    CHECK(same_bits(load<Net>(arrays).values(), load<Net>(leaky_arrays()).values()));
  }
}

TEST_CASE("a network's arrays are found behind a prefix, and what wrappers keep is no surprise") {
  ZipMembers arrays;
  for (const auto& [name, bytes] : leaky_arrays()) arrays.emplace_back("module._orig_mod." + name, bytes);
  arrays.emplace_back("n_averaged.npy", npy({}, {3.0F}));
  arrays.emplace_back("module._orig_mod.lif1.reset_mechanism_val.npy", npy({}, {0.0F}));
  Loaded loaded;
  CHECK(same_bits(load<Net>(arrays, &loaded).values(), load<Net>(leaky_arrays()).values()));
  CHECK(loaded.warnings.empty());
}

TEST_CASE("a one-to-one recurrent layer takes V from either place, and tells where they differ") {
  using VNet = Network<Input<3>, Dense<"fc1", 2>, RLeaky<"r1", OneToOne>, SpikeCountReadout>;
  ZipMembers arrays = dense_arrays();
  arrays.emplace_back("r1.beta.npy", npy({2}, {0.5F, 0.25F}));
  arrays.emplace_back("r1.threshold.npy", npy({2}, {1.0F, 1.5F}));
  const std::string v = npy({2}, {0.125F, 2.0F});
  CHECK(contains(refusal<VNet, ArrayMissing>(arrays), "no array 'r1.recurrent.V'"));
  for (const bool both : {true, false}) {
    Loaded loaded;
    const ZipMembers with_v = both ? with(with(arrays, "r1.V", v), "r1.recurrent.V", v) : with(arrays, "r1.V", v);
    CHECK(load<VNet>(with_v, &loaded).tensor("r1.recurrent.V") == std::vector{0.125F, 2.0F});
    CHECK(loaded.warnings.empty());
  }
  Loaded loaded;
  const ZipMembers other = with(with(arrays, "r1.V", npy({2}, {1.0F, 1.0F})), "r1.recurrent.V", v);
  CHECK(load<VNet>(other, &loaded).tensor("r1.recurrent.V") == std::vector{0.125F, 2.0F});
  REQUIRE(loaded.warnings.size() == 1);
  CHECK(contains(loaded.warnings[0], "'r1.V' in '" + loaded.path + "' differs from 'r1.recurrent.V'"));
}

TEST_CASE("an array of another shape is refused before its values are read") {
  // Read, it would be told that the last of its values is damaged.
  const TemporaryFolder folder;
  std::string bytes =
      write_zip(folder / "a.npz", with(leaky_arrays(), "fc1.weight", npy({7, 3}, std::vector<float>(21, 1.5F))));
  const std::size_t last = bytes.rfind(float_bytes(std::vector(21, 1.5F))) + 83;
  bytes[last] = '\x41';
  CHECK(contains(sentence_of<WrongShape>([&] { load_parameters<Net>(WeightFile::of(bytes_of(bytes), "a.npz")); }),
                 "has shape (7, 3), wanted is (2, 3)"));
  CHECK(contains(refusal<Net, WrongShape>(
                     with(leaky_arrays(), "lif1.graded_spikes_factor", npy({7}, std::vector<float>(7, 1.0F)))),
                 "has shape (7,), wanted is (2,)"));
}

TEST_CASE("names of arrays that are not used are made fit for a terminal, and few are shown") {
  ZipMembers arrays = with(leaky_arrays(), "x\x1b[2J\nspikingjet: a second sentence", npy({}, {1.0F}));
  for (int i = 0; i < 100; ++i) arrays.emplace_back("y" + std::to_string(i) + ".npy", npy({}, {1.0F}));
  Loaded loaded;
  load<Net>(arrays, &loaded);
  REQUIRE(loaded.warnings.size() == 1);
  CHECK(contains(loaded.warnings[0], "spikingjet: a second sentence', 'y0', 'y1'"));
  for (const char c : loaded.warnings[0]) CHECK((c >= ' ' && c <= '~'));
  CHECK(contains(loaded.warnings[0], " and 89 more of '"));
}

TEST_CASE("a parameter of another shape is refused with name, shape wanted and shape found") {
  const std::string transposed = npy({3, 2}, std::vector<float>(6));
  const std::string sentence = refusal<Net, WrongShape>(with(leaky_arrays(), "fc1.weight", transposed));
  CHECK(contains(sentence, "'fc1.weight' in '"));
  CHECK(contains(sentence, "has shape (3, 2), wanted is (2, 3)"));
  CHECK(contains(refusal<Net, WrongShape>(with(leaky_arrays(), "fc1.weight", npy({6}, std::vector<float>(6)))),
                 "(6,), wanted is (2, 3)"));
  CHECK(contains(refusal<Net, WrongShape>(with(leaky_arrays(), "fc1.bias", npy({3}, std::vector<float>(3)))),
                 "(3,), wanted is (2,)"));
  CHECK(contains(refusal<Net, WrongShape>(with(leaky_arrays(), "fc1.bias", npy({0}, {}))), "(0,), wanted is (2,)"));
  CHECK(contains(refusal<Net, WrongShape>(with(leaky_arrays(), "fc1.weight", npy({3, 1, 2}, std::vector<float>(6)))),
                 "(3, 1, 2), wanted is (2, 3)"));
}

TEST_CASE("one value for a constant that every neuron has of its own is refused with the cure") {
  for (const std::vector<std::size_t>& shape : {std::vector<std::size_t>{}, {1}, {1, 1}}) {
    const std::string sentence = refusal<Net, SharedValue>(with(leaky_arrays(), "lif1.beta", npy(shape, {0.5F})));
    CHECK(contains(sentence, "'lif1.beta' in '"));
    CHECK(contains(sentence, "is a single value, wanted is shape (2,)"));
    CHECK(contains(sentence, "write 'Shared<\"beta\", Sharing::per_layer>' behind the layer's name"));
  }
}

TEST_CASE("one value for a constant that all neurons share is taken in any shape") {
  for (const std::vector<std::size_t>& shape : {std::vector<std::size_t>{}, {1}, {1, 1}}) {
    ZipMembers arrays = with(leaky_arrays(), "lif1.beta", npy(shape, {0.5F}));
    arrays = with(arrays, "lif1.threshold", npy({}, {2.0F}));
    const Parameters<SharedNet> parameters = load<SharedNet>(arrays);
    CHECK(parameters.tensor("lif1.beta") == std::vector{0.5F});
    CHECK(parameters.tensor("lif1.threshold") == std::vector{2.0F});
  }
  CHECK(contains(refusal<SharedNet, WrongShape>(leaky_arrays()), "has shape (2,), wanted is ()"));
}

TEST_CASE("values that are NaN or infinite are kept bit for bit and warned of") {
  const std::vector<float> weights{nan_with_payload, 2.0F, -INFINITY, to_float(0x7f812345u), -0.0F, 6.0F};
  Loaded loaded;
  const Parameters<Net> parameters = load<Net>(with(leaky_arrays(), "fc1.weight", npy({2, 3}, weights)), &loaded);
  CHECK(same_bits(parameters.tensor("fc1.weight"), weights));
  CHECK(loaded.warnings ==
        std::vector<std::string>{"spikingjet: 'fc1.weight' in '" + loaded.path +
                                 "' holds 3 values that are NaN or infinite; they are used as they are"});
  load<Net>(with(leaky_arrays(), "lif1.threshold", npy({2}, std::vector<float>{INFINITY, 1.0F})), &loaded);
  REQUIRE(loaded.warnings.size() == 1);
  CHECK(contains(
      loaded.warnings[0],
      "' holds 1 value that is NaN or infinite; it is used as it is, and no spike comes where a threshold is"));
}

TEST_CASE("arrays that the network does not use are warned of") {
  ZipMembers arrays = with(leaky_arrays(), "fc2.weight", npy({1}, {1.0F}));
  arrays = with(arrays, "epoch", npy({}, {3.0F}));
  Loaded loaded;
  load<Net>(arrays, &loaded);
  CHECK(loaded.warnings == std::vector<std::string>{"spikingjet: the network does not use 'fc2.weight', 'epoch' of '" +
                                                    loaded.path + "'"});
}

TEST_CASE("what snnTorch keeps beside the parameters is no surprise") {
  ZipMembers arrays = with(leaky_arrays(), "lif1.graded_spikes_factor", npy({}, {1.0F}));
  arrays = with(arrays, "lif1.reset_mechanism_val", npy("<i8", {}, little_endian(0, 8)));
  Loaded loaded;
  load<Net>(arrays, &loaded);
  CHECK(loaded.warnings.empty());
}

TEST_CASE("spikes of another value than 1 are refused") {
  CHECK(contains(refusal<Net, GradedSpikes>(with(leaky_arrays(), "lif1.graded_spikes_factor", npy({}, {2.0F}))),
                 "'lif1.graded_spikes_factor' in '"));
  CHECK(contains(refusal<Net, GradedSpikes>(with(leaky_arrays(), "lif1.graded_spikes_factor", npy({2}, {1.0F, 2.0F}))),
                 "is 2.0"));
  CHECK(!refusal<Net, GradedSpikes>(with(leaky_arrays(), "lif1.graded_spikes_factor", npy({}, {nan_with_payload})))
             .empty());
}

TEST_CASE("a Lapicque layer takes R and C, with a time step of 1 where the file states none") {
  ZipMembers arrays = dense_arrays();
  arrays.emplace_back("lap1.R.npy", npy({2}, {2.0F, 3.0F}));
  arrays.emplace_back("lap1.C.npy", npy({2}, {4.0F, 5.0F}));
  arrays.emplace_back("lap1.threshold.npy", npy({2}, {1.0F, 1.0F}));
  const Parameters<LapicqueNet> parameters = load<LapicqueNet>(arrays);
  CHECK(parameters.tensor("lap1.R") == std::vector{2.0F, 3.0F});
  CHECK(parameters.tensor("lap1.C") == std::vector{4.0F, 5.0F});
  CHECK(parameters.tensor("lap1.time_step") == std::vector{1.0F, 1.0F});
  // What the file states goes before what beta would tell.
  const Parameters<LapicqueNet> both = load<LapicqueNet>(with(arrays, "lap1.beta", npy({2}, {0.5F, 0.5F})));
  CHECK(both.tensor("lap1.C") == std::vector{4.0F, 5.0F});
  CHECK(contains(refusal<LapicqueNet, ArrayMissing>(without(arrays, "lap1.C")), "has no array 'lap1.C'"));
}

TEST_CASE("a Lapicque layer takes beta for R = 1 and C = dt / ln(1 / beta)") {
  ZipMembers arrays = dense_arrays();
  // beta = exp(-1/20) and exp(-1/2), rounded to float32: C is 20 dt and 2 dt.
  arrays.emplace_back("lap1.beta.npy", npy({2}, {0.95122942450071400910F, 0.60653065971263342360F}));
  arrays.emplace_back("lap1.threshold.npy", npy({2}, {1.0F, 1.0F}));
  const auto check = [](const Parameters<LapicqueNet>& parameters, float dt) {
    CHECK(parameters.tensor("lap1.R") == std::vector{1.0F, 1.0F});
    const std::vector<float> c = parameters.tensor("lap1.C");
    // Half a unit in beta's last place moves C by beta's relative error times C / dt.
    CHECK(std::abs(c[0] - 20.0F * dt) < 20.0F * dt * 2e-6F);
    CHECK(std::abs(c[1] - 2.0F * dt) < 2.0F * dt * 2e-6F);
    CHECK(parameters.tensor("lap1.time_step") == std::vector{dt, dt});
  };
  Loaded loaded;
  check(load<LapicqueNet>(arrays, &loaded), 1.0F);
  CHECK(loaded.warnings.empty());
  check(load<LapicqueNet>(with(arrays, "lap1.time_step", npy({2}, {0.25F, 0.25F}))), 0.25F);
  const auto refused = with(arrays, "lap1.time_step", npy({3}, {1.0F, 1.0F, 1.0F}));
  CHECK(contains(refusal<LapicqueNet, WrongShape>(refused), "'lap1.time_step' in '"));
}

TEST_CASE("each neuron's C follows its own time step") {
  ZipMembers arrays = dense_arrays();
  arrays.emplace_back("lap1.beta.npy", npy({2}, {0.95122942450071400910F, 0.95122942450071400910F}));
  arrays.emplace_back("lap1.time_step.npy", npy({2}, {1.0F, 0.5F}));
  arrays.emplace_back("lap1.threshold.npy", npy({2}, {1.0F, 1.0F}));
  const std::vector<float> c = load<LapicqueNet>(arrays).tensor("lap1.C");
  CHECK(c[0] == Approx(20.0).epsilon(2e-6));
  CHECK(c[1] == c[0] / 2);
}

TEST_CASE("beta beside R or C alone does not tell the other") {
  ZipMembers arrays = dense_arrays();
  arrays.emplace_back("lap1.beta.npy", npy({2}, {0.5F, 0.5F}));
  arrays.emplace_back("lap1.threshold.npy", npy({2}, {1.0F, 1.0F}));
  CHECK(contains(refusal<LapicqueNet, ArrayMissing>(with(arrays, "lap1.R", npy({2}, {2.0F, 2.0F}))),
                 "no array 'lap1.C'"));
  CHECK(contains(refusal<LapicqueNet, ArrayMissing>(with(arrays, "lap1.C", npy({2}, {2.0F, 2.0F}))),
                 "no array 'lap1.R'"));
}
