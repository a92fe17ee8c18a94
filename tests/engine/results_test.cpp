// SPDX-License-Identifier: MIT
#include <spikingjet/engine/results.hpp>

#include <spikingjet/core/device/host.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/device/host_engine.hpp>
#include <spikingjet/engine/differential/differential_engine.hpp>
#include <spikingjet/engine/full/full_engine.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/outcome/outcome.hpp>
#include <spikingjet/outcome/record.hpp>

#include "campaign/tiny.hpp"
#include "catch.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

namespace sj = spikingjet;

namespace {

using tiny::Net;
using All = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Any>;

struct ThreeDevices {
  explicit ThreeDevices(sj::Parameters<Net> parameters) : engine(std::move(parameters), 3) {}
  sj::Decisions inject(std::span<const sj::Fault> faults, const sj::SampleRange& samples, sj::Results& results) {
    return engine.inject(faults, samples, results);
  }
  sj::HostDeviceEngine<All> engine;
};
using Engines = std::tuple<sj::FullEngine<All>, sj::DifferentialEngine<All>, sj::HostDeviceEngine<All, sj::Sequential>,
                           ThreeDevices>;

template <class Engine>
inline constexpr bool counts_itself = false;
template <class Order>
inline constexpr bool counts_itself<sj::HostDeviceEngine<All, Order>> = true;
template <>
inline constexpr bool counts_itself<ThreeDevices> = true;

struct Enough {};

/// Which of the calls throws, and at the how many-th time.
enum class Ending { never, open, take, count, go_on };

/// Results that check what an engine promises, and keep everything.
class Checked final : public sj::Results {
 public:
  Checked(std::span<const sj::GoldenOutcome> golden, std::size_t faults, std::size_t samples, bool takes_counts)
      : counted(faults),
        handed_on(faults * samples),
        readouts(faults * samples * Net::classes),
        golden_(golden),
        samples_(samples),
        takes_counts_(takes_counts) {}

  void end_at(Ending ending, int calls) {
    ending_ = ending;
    calls_ = calls;
  }

  bool takes_counts() const override { return takes_counts_; }
  sj::GoldenScore golden(std::size_t sample) const override {
    promise(takes_counts_ && sample < samples_);
    return sj::score_of(golden_[sample % golden_.size()]);
  }
  void go_on() override { call(Ending::go_on); }
  std::unique_ptr<sj::ResultBatch> open(std::size_t sample) override {
    call(Ending::open);
    promise(sample < samples_);
    return std::make_unique<Batch>(*this, sample);
  }
  void count(std::uint32_t fault, const sj::ChangedInjections& changed) override {
    promise(takes_counts_ && fault < counted.size() && !counting_.exchange(true));
    counted[fault] += changed;
    ++counts;
    counting_ = false;
    call(Ending::count);
  }

  std::atomic<int> open_batches = 0;
  std::atomic<bool> kept_promises = true;
  std::size_t counts = 0;
  std::vector<sj::ChangedInjections> counted;    // (faults)
  std::vector<std::atomic<unsigned>> handed_on;  // (faults, samples)
  std::vector<float> readouts;                   // (faults, samples, classes)

 private:
  struct Batch final : sj::ResultBatch {
    Batch(Checked& results, std::size_t of_sample) : to(results), sample(of_sample) { ++to.open_batches; }
    ~Batch() override { --to.open_batches; }
    void take(std::span<const std::uint32_t> faults, std::span<const float> readout) override {
      to.call(Ending::take);
      to.promise(std::this_thread::get_id() == opened_by && !faults.empty() && readout.size() == Net::classes);
      for (const std::uint32_t f : faults) {
        to.promise(f < to.counted.size());
        ++to.handed_on[f * to.samples_ + sample];
        std::memcpy(&to.readouts[(f * to.samples_ + sample) * Net::classes], readout.data(), readout.size_bytes());
      }
    }
    Checked& to;
    std::size_t sample;
    std::thread::id opened_by = std::this_thread::get_id();
  };

  void promise(bool kept) const {
    if (!kept) kept_promises_ = false;
  }
  void call(Ending which) {
    if (which == ending_ && --calls_ <= 0) throw Enough{};
  }

  std::span<const sj::GoldenOutcome> golden_;
  std::size_t samples_;
  bool takes_counts_;
  Ending ending_ = Ending::never;
  std::atomic<int> calls_ = 0;
  std::atomic<bool> counting_ = false;
  std::atomic<bool>& kept_promises_ = kept_promises;
};

/// Every flip of every quantity on samples of which some come twice, and what they leave.
struct Subject {
  Subject() {
    const sj::FaultSpace space = All::fault_space();
    for (std::uint64_t f = 0; f < space.size(); f += 3) faults.push_back(space[f]);
    sj::FullEngine<All> full(tiny::parameters());
    const std::vector<float> readouts = full.golden(samples);
    for (std::size_t s = 0; s < samples.distinct(); ++s)
      golden.emplace_back(std::span(readouts).subspan(s * Net::classes, Net::classes), samples.label(s), s);
    expected = sj::readouts_of(full, faults, samples);
    for (std::size_t f = 0; f < faults.size(); ++f) {
      changed.emplace_back();
      for (std::size_t s = 0; s < samples.size(); ++s) add(changed.back(), s, &expected[at(f, s)]);
    }
  }

  std::size_t at(std::size_t f, std::size_t s) const { return (f * samples.size() + s) * Net::classes; }
  void add(sj::ChangedInjections& to, std::size_t s, const float* readout) const {
    const sj::GoldenOutcome& without_fault = golden[s % golden.size()];
    to.add(without_fault.unharmed(), without_fault.judge({readout, Net::classes}));
  }

  sj::Dataset dataset = tiny::samples(5);
  sj::SampleRange samples{dataset, 7};
  std::vector<sj::Fault> faults;
  std::vector<sj::GoldenOutcome> golden;       // (distinct samples)
  std::vector<float> expected;                 // (faults, samples, classes)
  std::vector<sj::ChangedInjections> changed;  // (faults)
};

}  // namespace

TEMPLATE_LIST_TEST_CASE("each injection is handed on once, or left the golden readout, on each engine", "[law]",
                        Engines) {
  const Subject subject;
  TestType engine(tiny::parameters());
  Checked results(subject.golden, subject.faults.size(), subject.samples.size(), false);
  const sj::Decisions decisions = engine.inject(subject.faults, subject.samples, results);
  CHECK(decisions.total() == subject.faults.size() * subject.samples.size());
  CHECK(results.kept_promises);
  CHECK(results.open_batches == 0);
  CHECK(results.counts == 0);
  std::size_t handed_on = 0;
  std::size_t wrong = 0;
  for (std::size_t f = 0; f < subject.faults.size(); ++f)
    for (std::size_t s = 0; s < subject.samples.size(); ++s) {
      const unsigned times = results.handed_on[f * subject.samples.size() + s];
      const float* const found =
          times == 0 ? subject.golden[s % subject.golden.size()].readout().data() : &results.readouts[subject.at(f, s)];
      wrong += times > 1 || std::memcmp(found, &subject.expected[subject.at(f, s)], sizeof(float) * Net::classes) != 0;
      handed_on += times;
    }
  CHECK(wrong == 0);
  CHECK(handed_on > subject.faults.size() / 10);
}

TEMPLATE_LIST_TEST_CASE("counts and readouts together say what readouts alone say, on each engine", "[law]", Engines) {
  const Subject subject;
  TestType engine(tiny::parameters());
  Checked results(subject.golden, subject.faults.size(), subject.samples.size(), true);
  const sj::Decisions decisions = engine.inject(subject.faults, subject.samples, results);
  CHECK(decisions.total() == subject.faults.size() * subject.samples.size());
  CHECK(results.kept_promises);
  CHECK(results.open_batches == 0);
  CHECK((results.counts > 0) == counts_itself<TestType>);
  std::size_t harmed = 0;
  for (std::size_t f = 0; f < subject.faults.size(); ++f) {
    sj::ChangedInjections& found = results.counted[f];
    for (std::size_t s = 0; s < subject.samples.size(); ++s)
      if (results.handed_on[f * subject.samples.size() + s] > 0) {
        CHECK_FALSE(counts_itself<TestType>);
        subject.add(found, s, &results.readouts[subject.at(f, s)]);
      }
    if (found != subject.changed[f]) FAIL("fault " << f);
    harmed += found != sj::ChangedInjections{};
  }
  CHECK(harmed > subject.faults.size() / 10);
}

TEMPLATE_LIST_TEST_CASE("whatever a call throws ends the injections, and the engine works on", "", Engines) {
  const Subject subject;
  TestType engine(tiny::parameters());
  for (const bool takes_counts : {false, true})
    for (const Ending ending : {Ending::open, Ending::take, Ending::count, Ending::go_on})
      for (const int calls : {1, 5}) {
        CAPTURE(takes_counts, int(ending), calls);
        Checked ended(subject.golden, subject.faults.size(), subject.samples.size(), takes_counts);
        ended.end_at(ending, calls);
        const bool counts = takes_counts && counts_itself<TestType>;
        const bool called = ending == Ending::go_on   ? counts_itself<TestType>
                            : ending == Ending::count ? counts
                                                      : !counts;
        if (called)
          CHECK_THROWS_AS(engine.inject(subject.faults, subject.samples, ended), Enough);
        else
          CHECK_NOTHROW(engine.inject(subject.faults, subject.samples, ended));
        CHECK(ended.open_batches == 0);
        CHECK(ended.kept_promises);
      }
  Checked results(subject.golden, subject.faults.size(), subject.samples.size(), false);
  engine.inject(subject.faults, subject.samples, results);
  CHECK(results.kept_promises);
  for (std::size_t f = 0; f < subject.faults.size(); ++f)
    for (std::size_t s = 0; s < subject.samples.size(); ++s)
      if (results.handed_on[f * subject.samples.size() + s] > 0 &&
          std::memcmp(&results.readouts[subject.at(f, s)], &subject.expected[subject.at(f, s)],
                      sizeof(float) * Net::classes) != 0)
        FAIL("fault " << f << ", sample " << s);
}
