// SPDX-License-Identifier: MIT
#include <spikingjet/core/device/host.hpp>
#include <spikingjet/engine/device/cuda_engine.hpp>
#include <spikingjet/engine/device/host_engine.hpp>
#include <spikingjet/engine/full/full_engine.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/fault/stuck_at.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/layers/conv2d.hpp>
#include <spikingjet/model/layers/lateral.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/synaptic.hpp>

#include "catch.hpp"
#include "engine/equal_bits/random_cases.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sj = spikingjet;

namespace {

using Net = sj::Network<sj::Input<2, 6, 6>, sj::Conv2d<"conv1", 3, sj::Kernel<3>>, sj::MaxPool2d<2>, sj::Leaky<"lif1">,
                        sj::Dense<"fc1", 9>, sj::Synaptic<"lif2", sj::Lateral<"fb2">>, sj::Dense<"fc2", 4>,
                        sj::Leaky<"lif3">, sj::MaxPotentialReadout>;
using Faults = sj::Injector<Net, sj::Policies<sj::BitFlip, sj::StuckAt<1>>, sj::AnyBit, sj::target::Any>;
using Engine = sj::HostDeviceEngine<Faults>;

/// A random network with samples of different lengths and every kind of fault.
struct Subject {
  explicit Subject(std::uint64_t seed)
      : random(seed), network(random_cases::random_network(random_cases::shape_of<Net>(), random)) {
    data.shape = Net::input;
    for (std::size_t s = 0; s < 7; ++s)
      data.samples.push_back(random_cases::sample_of(random_cases::random_input(Net::input.size(), random)));
    for (std::size_t f = 0; f < 400; ++f) faults.push_back(random_cases::random_fault(Net::quantities, random));
  }

  sj::Parameters<Net> parameters() const { return random_cases::parameters_of<Net>(network); }

  random_cases::Random random;
  reference::Network network;
  sj::Dataset data;
  std::vector<sj::Fault> faults;
};

bool same(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/// A model of one's own, with states that no built-in model has.
struct Adaptive {
  static constexpr std::string_view name() { return "adaptive"; }
  static constexpr std::array constants{sj::ConstantInfo{"beta", sj::Role::decay},
                                        sj::ConstantInfo{"kappa", sj::Role::other},
                                        sj::ConstantInfo{"threshold", sj::Role::threshold}};
  static constexpr std::array states{sj::StateInfo{"adaptation", sj::Role::other},
                                     sj::StateInfo{"potential", sj::Role::potential}};

  template <class V>
  SPIKINGJET_HD static V update(sj::Values<V, 2>& state, V i, const sj::Values<V, 3>& constant) {
    const V s = sj::fires(state[1], constant[2] + constant[1] * state[0]);
    state[0] = V(0.5F) * state[0] + s;
    state[1] = sj::clamp_to_unit(constant[0]) * state[1] + i - s * constant[2];
    return sj::fires(state[1], constant[2] + constant[1] * state[0]);
  }
};

using OwnNet = sj::Network<sj::Input<16>, sj::Dense<"fc1", 8>, sj::Neuron<"own1", Adaptive>, sj::Dense<"fc2", 3>,
                           sj::Neuron<"own2", Adaptive>, sj::SpikeCountReadout>;
using OwnFaults = sj::Injector<OwnNet, sj::BitFlip, sj::AnyBit, sj::target::Any>;

using Chain = sj::Network<sj::Input<9>, sj::Dense<"fc1", 6>, sj::Leaky<"lif1">, sj::Dense<"fc2", 5>,
                          sj::Synaptic<"lif2">, sj::Dense<"fc3", 3>, sj::Leaky<"lif3">, sj::SpikeCountReadout>;
using ChainFaults = sj::Injector<Chain, sj::BitFlip, sj::AnyBit, sj::target::Any>;

/// Ends everything.
struct Enough {};

/// A device whose copies beside its work happen as late as they may, and which sees what is not left in peace until
/// then.
class LateDevice : public sj::HostDevice<sj::Sequential> {
 public:
  using HostDevice::HostDevice;

  void to_device_ahead(void* to, const void* from, std::size_t bytes) {
    const auto* const first = static_cast<const std::byte*>(from);
    pending_.push_back({to, first, {first, first + bytes}});
    ++copies;
  }
  void wait_ahead() { settle(); }
  void synchronize() { settle(); }
  void settle() noexcept {
    for (const Copy& copy : pending_) {
      disturbed += std::memcmp(copy.from, copy.bytes.data(), copy.bytes.size()) != 0;
      std::memcpy(copy.to, copy.bytes.data(), copy.bytes.size());
    }
    pending_.clear();
  }
  void deallocate(void* p, std::size_t bytes) noexcept {
    for (const Copy& copy : pending_) disturbed += copy.to == p;
    HostDevice::deallocate(p, bytes);
  }
  void deallocate_staging(void* p) noexcept {
    for (const Copy& copy : pending_) disturbed += copy.from == p;
    HostDevice::deallocate_staging(p);
  }

  std::size_t copies = 0;
  std::size_t disturbed = 0;

 private:
  struct Copy {
    void* to;
    const std::byte* from;
    std::vector<std::byte> bytes;
  };
  std::vector<Copy> pending_;
};

/// Throws when its n-th batch is opened.
class EndingResults final : public sj::Results {
 public:
  explicit EndingResults(std::size_t batches) : left_(batches) {}
  std::unique_ptr<sj::ResultBatch> open(std::size_t) override {
    if (left_-- == 0) throw Enough{};
    return std::make_unique<Batch>();
  }

 private:
  struct Batch final : sj::ResultBatch {
    void take(std::span<const std::uint32_t>, std::span<const float>) override {}
  };

  std::size_t left_;
};

}  // namespace

TEST_CASE("whatever memory a device may use, results are the same, or one sentence says that it is too little") {
  const Subject subject(3);
  const sj::SampleRange samples(subject.data, 11);  // some of them twice
  sj::FullEngine<Faults> full(subject.parameters());
  const std::vector<float> expected = sj::readouts_of(full, subject.faults, samples);
  const std::vector<float> golden = full.golden(samples);

  Engine ample(subject.parameters());
  REQUIRE(same(sj::readouts_of(ample, subject.faults, samples), expected));
  const std::size_t peak = ample.memory().peak();

  std::size_t halved = 0;
  std::size_t refused = 0;
  for (std::size_t limit = peak; limit > 1000; limit = limit * 9 / 10) {
    INFO("limit " << limit << " of " << peak);
    try {
      Engine engine(subject.parameters(), 1, sj::MemoryBudget(limit));
      const auto golden_found = engine.golden(samples);  // not within CHECK, which would keep what they throw
      const auto found = sj::readouts_of(engine, subject.faults, samples);
      CHECK(same(golden_found, golden));
      CHECK(same(found, expected));
      CHECK(engine.memory().peak() <= limit);
      ++halved;
    } catch (const sj::DeviceTooSmall& error) {
      CHECK(error.limit == limit);
      CHECK(std::string(error.what()).find("does not fit into the") != std::string::npos);
      ++refused;
    } catch (const sj::DeviceMemoryShort&) {
      CHECK(limit < 20'000);  // not even the parameters fit
      ++refused;
    }
  }
  CHECK(halved > 8);   // of about 60 limits
  CHECK(refused > 4);
}

TEST_CASE("every fault of a chain of fully connected layers ends alike, whatever memory tables of sums may take") {
  random_cases::Random random(8);
  const reference::Network network = random_cases::random_network(random_cases::shape_of<Chain>(), random);
  sj::Dataset data;
  data.shape = Chain::input;
  for (std::size_t s = 0; s < 3; ++s)
    data.samples.push_back(random_cases::sample_of(random_cases::random_input(Chain::input.size(), random)));
  const sj::SampleRange samples(data, 5);
  const auto parameters = random_cases::parameters_of<Chain>(network);
  std::vector<sj::Fault> faults;
  const sj::FaultSpace space = ChainFaults::fault_space();
  for (std::uint64_t i = 0; i < space.size(); ++i) faults.push_back(space[i]);
  sj::FullEngine<ChainFaults> full(parameters);
  const auto expected = sj::readouts_of(full, faults, samples);
  sj::HostDeviceEngine<ChainFaults> ample(parameters);
  REQUIRE(same(sj::readouts_of(ample, faults, samples), expected));
  std::size_t worked = 0;
  for (std::size_t limit = ample.memory().peak(); worked < 12; limit = limit * 2 / 3) {
    INFO("limit " << limit);
    sj::HostDeviceEngine<ChainFaults> engine(parameters, 1, sj::MemoryBudget(limit));
    std::vector<float> found;
    try {
      found = sj::readouts_of(engine, faults, samples);
    } catch (const sj::DeviceTooSmall&) {
      break;
    }
    CHECK(same(found, expected));
    ++worked;
  }
  CHECK(worked > 4);
}

TEST_CASE("several devices share a list of faults, and hand on what one does") {
  const Subject subject(4);
  const sj::SampleRange samples(subject.data);
  Engine one(subject.parameters());
  const std::vector<float> expected = sj::readouts_of(one, subject.faults, samples);
  for (const std::size_t devices : {2, 3, 5}) {
    Engine team(subject.parameters(), devices);
    CHECK(same(sj::readouts_of(team, subject.faults, samples), expected));
    const auto few = std::span(subject.faults).first(2);  // fewer than devices
    CHECK(same(
        sj::readouts_of(team, few, samples),
        std::vector<float>(expected.begin(), expected.begin() + std::ptrdiff_t(2 * samples.size() * Net::classes))));
  }
}

TEST_CASE("devices say what their time went into, all of it") {
  const Subject subject(10);
  const sj::SampleRange samples(subject.data, 30);
  Engine team(subject.parameters(), 2);
  CHECK(team.times().total() == 0);
  const auto start = std::chrono::steady_clock::now();
  (void)sj::readouts_of(team, subject.faults, samples);
  const double passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const sj::DeviceTimes times = team.times();
  double sum = 0;
  for (std::size_t p = 0; p < sj::device_phase_count; ++p) {
    INFO(sj::device_phase_name(sj::DevicePhase(p)));
    CHECK(times[sj::DevicePhase(p)] > 0);
    sum += times[sj::DevicePhase(p)];
  }
  CHECK(times.total() == Approx(sum));
  CHECK(times.total() <= 2 * passed);
  CHECK(times.total() > passed / 2);  // the two ran side by side, or one after the other
  (void)sj::readouts_of(team, subject.faults, samples);
  CHECK(team.times().total() > times.total());
}

TEST_CASE("what a receiver throws ends an injection on any number of devices, and the engine goes on to work") {
  const Subject subject(5);
  const sj::SampleRange samples(subject.data);
  for (const std::size_t devices : {1, 3}) {
    Engine engine(subject.parameters(), devices);
    const auto expected = sj::readouts_of(engine, subject.faults, samples);
    CHECK_THROWS_AS(
        sj::for_each_readout(engine, subject.faults, samples, [](std::size_t, auto, auto) { throw Enough{}; }), Enough);
    CHECK(same(sj::readouts_of(engine, subject.faults, samples), expected));
  }
}

TEST_CASE("what copies ahead read and write is left in peace until they are over, also where a batch throws") {
  const Subject subject(9);
  const sj::SampleRange samples(subject.data, 40);
  const sj::GraphWithParameters network = sj::graph_with(subject.parameters());
  std::size_t ended = 0;
  for (std::size_t calls = 0; calls < 12; ++calls) {
    LateDevice device(sj::MemoryBudget(600'000));  // a few samples at once
    {
      sj::RunnerOf<Net, LateDevice> runner(device, network);
      for (int again = 0; again < 3; ++again) {
        EndingResults results(calls);
        try {
          runner.inject(subject.faults, samples, results);
        } catch (const Enough&) {
          ++ended;
        }
      }
    }
    CHECK(device.copies > 6);
    CHECK(device.disturbed == 0);
  }
  CHECK(ended > 20);
}

TEST_CASE("a neuron model of one's own runs on devices with the arbiter's bits") {
  sj::Parameters<OwnNet> parameters;
  for (std::size_t q = 0; q < OwnNet::quantities.size(); ++q) {
    if (OwnNet::quantities[q].storage != sj::Storage::parameter) continue;
    for (std::size_t e = 0; e < OwnNet::quantities[q].size(); ++e)
      parameters.write(q, e,
                       float(sj::random_bits(2, q, e) >> 40) * 0x1p-24F *
                               (OwnNet::quantities[q].role == sj::Role::weight ? 0.5F : 1.0F) +
                           0.1F);
  }
  sj::Sample sample;
  for (std::uint32_t step = 0; step < 40; ++step) {
    for (std::uint32_t i = 0; i < 16; ++i)
      if ((i + step) % 5 == 0) sample.add(i, 1.0F);
    sample.end_step();
  }
  const sj::Dataset data{OwnNet::input, {sample}, {}};
  const sj::FaultSpace space = OwnFaults::fault_space();
  std::vector<sj::Fault> faults;
  for (std::uint64_t i = 0; i < space.size(); ++i) faults.push_back(space[i]);
  sj::FullEngine<OwnFaults> full(parameters);
  const auto expected = sj::readouts_of(full, faults, sj::SampleRange(data));
  sj::HostDeviceEngine<OwnFaults, sj::Sequential> one(parameters);
  sj::HostDeviceEngine<OwnFaults, sj::Threaded> many(parameters);
  CHECK(same(sj::readouts_of(one, faults, sj::SampleRange(data)), expected));
  CHECK(same(sj::readouts_of(many, faults, sj::SampleRange(data)), expected));
  const auto golden = full.golden(sj::SampleRange(data));
  std::size_t changed = 0;
  for (std::size_t f = 0; f < faults.size(); ++f)
    changed += std::memcmp(&expected[f * 3], golden.data(), 3 * sizeof(float)) != 0;
  CHECK(changed > faults.size() / 50);
}

TEST_CASE("faults outside the network or the injector are refused on devices, too") {
  const Subject subject(6);
  using Weights = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Weight>;
  sj::HostDeviceEngine<Weights> engine(subject.parameters());
  const auto inject = [&](std::span<const sj::Fault> faults) {
    return sj::for_each_readout(engine, faults, sj::SampleRange(subject.data), [](std::size_t, auto, auto) {});
  };
  sj::Fault fault;
  fault.site.quantity = 1000;
  CHECK_THROWS_AS(inject(std::span(&fault, 1)), sj::FaultOutside);
  fault.site = {1, sj::Storage::parameter, 0};  // a bias
  CHECK_THROWS_AS(inject(std::span(&fault, 1)), sj::FaultNotCompiled);
  CHECK(inject({}).total() == 0);
}

TEST_CASE("a program without GPU code says how to get it") {
  const Subject subject(7);
  try {
    sj::CudaEngine<Faults> engine(subject.parameters());
    FAIL("there is no GPU code in this program");
  } catch (const sj::NoGpuCode& error) {
    CHECK(std::string(error.what()) ==
          "spikingjet: this program has no GPU code: it was built without CUDA ('-DSPIKINGJET_CUDA=ON' asks for it), "
          "or without a .cu file of its own; "
          "see docs/gpu.md, or use '--backend cpu'");
    CHECK(error.exit_status() == 2);
  }
  sj::GpuPrograms::enter<sj::GpuStages<sj::SpikeCountReadout, sj::LeakyModel<>>>(
      [](const sj::GraphWithParameters&, const sj::GpuOptions&) { return std::unique_ptr<sj::DeviceRuns>(); });
  try {
    sj::CudaEngine<Faults> engine(subject.parameters());
    FAIL("there is no GPU code for this network");
  } catch (const sj::NoGpuCode& error) {
    CHECK(std::string(error.what()) ==
          "spikingjet: this program has no GPU code for the neurons 'leaky(subtract)', 'synaptic(subtract)', "
          "'leaky(subtract)' with readout "
          "'largest potential'; add a 'CudaProgram' of them in a .cu file, see docs/gpu.md, or use '--backend cpu'");
  }
}
