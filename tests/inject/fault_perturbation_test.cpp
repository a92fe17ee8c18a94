// SPDX-License-Identifier: MIT
#include <spikingjet/inject/fault_perturbation.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"
#include "laws/random_values.hpp"

#include <spikingjet/inject/injector.hpp>
#include <spikingjet/sim/perturbation.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sj = spikingjet;

namespace {

using Net = laws::EveryRole;
using Everything = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Any>;
using Spikes = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Spike>;

constexpr std::uint32_t weight = 0;     // fc1.weight (4, 3)
constexpr std::uint32_t potential = 4;  // lif1.potential (4)
constexpr std::uint32_t spike = 5;      // lif1.spike (4)

sj::Fault fault_in(std::uint32_t quantity, std::uint64_t element, const sj::Alteration& alteration, sj::Window window) {
  return {.site = {quantity, Net::quantities[quantity].storage, element},
          .bit = sj::Fault::no_bit,
          .type = "flip",
          .alteration = alteration,
          .window = window};
}

const sj::Alteration flip_sign = sj::Alteration::flips(0x80000000u);

/// Parameters of all kinds of values, NaN payloads included.
sj::Parameters<Net> random_parameters(std::uint32_t seed) {
  laws::RandomValues random(seed);
  sj::Parameters<Net> parameters;
  for (std::size_t q = 0; q < Net::quantities.size(); ++q)
    if (Net::quantities[q].storage == sj::Storage::parameter)
      for (std::size_t e = 0; e < Net::quantities[q].size(); ++e) parameters.write(q, e, random());
  return parameters;
}

std::vector<std::uint32_t> words_of(const sj::Parameters<Net>& parameters) {
  std::vector<std::uint32_t> words;
  for (const float value : parameters.values()) words.push_back(sj::to_word(value));
  return words;
}

template <class Injector>
void touch_all(sj::FaultPerturbation<Injector>& perturbation, std::size_t step, std::vector<float>& potentials,
               std::vector<float>& spikes) {
  perturbation.template touch<potential>(step, potentials);
  perturbation.template touch<spike>(step, spikes);
}

}  // namespace

TEST_CASE("a fault is a perturbation of the network") {
  static_assert(sj::Perturbation<sj::FaultPerturbation<Everything>, Net>);
  static_assert(sj::Perturbation<sj::NoPerturbation, Net>);
  SUCCEED();
}

TEST_CASE("a parameter is faulty from its begin to before its end, and golden in the other steps") {
  sj::Parameters<Net> parameters;
  parameters.write(weight, 7, 2.5F);
  const std::vector<std::uint32_t> golden = words_of(parameters);
  sj::FaultPerturbation<Everything> perturbation(fault_in(weight, 7, flip_sign, {.begin = 2, .end = 4}));
  for (std::size_t step = 0; step < 7; ++step) {
    perturbation.begin_step(step, parameters);
    INFO("step " << step);
    const bool faulty = step == 2 || step == 3;
    CHECK(parameters.read(weight, 7) == (faulty ? -2.5F : 2.5F));
    std::vector<std::uint32_t> rest = words_of(parameters);
    const std::size_t place = Net::quantities[weight].offset + Net::quantities[weight].position(7);
    rest[place] = golden[place];
    CHECK(rest == golden);
  }
}

TEST_CASE("restoring gives every parameter its first bits, wherever the run stopped", "[law]") {
  constexpr std::uint32_t seed = 131;
  INFO("seed " << seed);
  laws::RandomValues random(seed);
  for (int i = 0; i < 300; ++i) {
    sj::Parameters<Net> parameters = random_parameters(random.word());
    const std::vector<std::uint32_t> golden = words_of(parameters);
    const sj::Alteration alteration{
        .factor = i % 3 == 0 ? random() : 1.0F, .keep = random.word(), .set = random.word(), .flip = random.word()};
    const std::uint32_t begin = random.word() % 5;
    const sj::Window window{.begin = begin,
                            .end = begin + 1 + random.word() % 5,
                            .duty = i % 2 ? sj::Window::always : 0x80000000u,
                            .seed = 3};
    sj::FaultPerturbation<Everything> perturbation(fault_in(weight, random.word() % 12, alteration, window));
    const std::size_t steps = random.word() % 12;
    for (std::size_t step = 0; step < steps; ++step) perturbation.begin_step(step, parameters);
    perturbation.restore(parameters);
    if (words_of(parameters) != golden) FAIL("case " << i);
    perturbation.restore(parameters);
    if (words_of(parameters) != golden) FAIL("case " << i << ", restored twice");
  }
  SUCCEED();
}

TEST_CASE("restoring keeps account of which tensors are finite") {
  sj::Parameters<Net> parameters;
  parameters.write(weight, 0, 1.0F);
  sj::FaultPerturbation<Everything> perturbation(fault_in(weight, 0, sj::Alteration::flips(0x40000000u), {}));
  perturbation.begin_step(0, parameters);
  CHECK_FALSE(parameters.all_finite(weight));
  perturbation.restore(parameters);
  CHECK(parameters.all_finite(weight));
}

TEST_CASE("a scaled parameter is scaled once, however many steps pass") {
  sj::Parameters<Net> parameters;
  parameters.write(weight, 0, 8.0F);
  sj::FaultPerturbation<Everything> perturbation(fault_in(weight, 0, sj::Alteration::scales(0.5F), {}));
  for (std::size_t step = 0; step < 4; ++step) {
    perturbation.begin_step(step, parameters);
    CHECK(parameters.read(weight, 0) == 4.0F);
  }
}

TEST_CASE("a flickering parameter fault comes and goes with its window") {
  sj::Parameters<Net> parameters;
  parameters.write(weight, 0, 1.0F);
  const sj::Window window{.duty = 0x80000000u, .seed = 7};
  sj::FaultPerturbation<Everything> perturbation(fault_in(weight, 0, flip_sign, window));
  for (std::size_t step = 0; step < 64; ++step) {
    perturbation.begin_step(step, parameters);
    CHECK(parameters.read(weight, 0) == (window.contains(step) ? -1.0F : 1.0F));
  }
}

TEST_CASE("a state is touched at its element in its steps alone, and parameters never") {
  sj::Parameters<Net> parameters = random_parameters(132);
  const std::vector<std::uint32_t> golden = words_of(parameters);
  sj::FaultPerturbation<Everything> perturbation(fault_in(potential, 2, flip_sign, {.begin = 1, .end = 3}));
  for (std::size_t step = 0; step < 5; ++step) {
    std::vector<float> potentials{1, 2, 3, 4}, spikes{0, 1, 1, 0};
    perturbation.begin_step(step, parameters);
    touch_all(perturbation, step, potentials, spikes);
    INFO("step " << step);
    CHECK(potentials == (step == 1 || step == 2 ? std::vector<float>{1, 2, -3, 4} : std::vector<float>{1, 2, 3, 4}));
    CHECK(spikes == std::vector<float>{0, 1, 1, 0});
  }
  CHECK(words_of(parameters) == golden);
}

TEST_CASE("a spike may become any float, and a scaled state is scaled in each step") {
  std::vector<float> potentials{1, 2, 3, 4}, spikes{0, 1, 1, 0};
  sj::FaultPerturbation<Spikes> odd(fault_in(spike, 1, sj::Alteration::sets(-2.5F), {}));
  touch_all(odd, 0, potentials, spikes);
  CHECK(spikes == std::vector<float>{0, -2.5F, 1, 0});
  sj::FaultPerturbation<Everything> drift(fault_in(potential, 3, sj::Alteration::scales(0.5F), {}));
  for (std::size_t step = 0; step < 2; ++step) touch_all(drift, step, potentials, spikes);
  CHECK(potentials == std::vector<float>{1, 2, 3, 1});
}

TEST_CASE("a NaN in a state is the canonical one when the mask meets it") {
  std::vector<float> potentials{1, sj::to_float(0xffc12345u), 3, 4}, spikes(4);
  sj::FaultPerturbation<Everything> perturbation(fault_in(potential, 1, sj::Alteration::flips(1), {}));
  touch_all(perturbation, 0, potentials, spikes);
  CHECK(sj::to_word(potentials[1]) == 0x7fc00001u);
}

TEST_CASE("an injection point that the injector does not hit is never touched") {
  std::vector<float> potentials{1, 2, 3, 4}, spikes(4);
  sj::FaultPerturbation<Spikes> perturbation(fault_in(potential, 1, flip_sign, {}));
  touch_all(perturbation, 0, potentials, spikes);
  CHECK(potentials == std::vector<float>{1, 2, 3, 4});
}
