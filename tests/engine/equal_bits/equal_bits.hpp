// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/parallel.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/differential/differential_engine.hpp>
#include <spikingjet/engine/full/full_engine.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/inject/injector.hpp>

#include "catch.hpp"
#include "engine/equal_bits/random_cases.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// Whether the engines and the reference leave the same bits on random cases.
namespace equal_bits {

namespace sj = spikingjet;
using random_cases::Random;

// ---- engines without their types ----

/// What an engine hands on: readouts, golden where none came, and how often each injection came.
class Received final : public sj::Results {
 public:
  /// **Shapes** golden (distinct samples, classes).
  Received(const std::vector<float>& golden, std::size_t faults, const sj::SampleRange& samples, std::size_t classes)
      : classes_(classes), samples_(samples.size()), readouts_(faults * samples_ * classes), times_(faults * samples_) {
    for (std::size_t i = 0; i < times_.size(); ++i)
      std::memcpy(&readouts_[i * classes], &golden[i % samples_ % samples.distinct() * classes],
                  classes * sizeof(float));
  }

  std::unique_ptr<sj::ResultBatch> open(std::size_t sample) override { return std::make_unique<Batch>(*this, sample); }

  std::span<const float> readout(std::size_t fault, std::size_t sample) const {
    return std::span(readouts_).subspan((fault * samples_ + sample) * classes_, classes_);
  }
  std::size_t times(std::size_t fault, std::size_t sample) const { return times_[fault * samples_ + sample]; }

 private:
  struct Batch final : sj::ResultBatch {
    Batch(Received& received, std::size_t of_sample) : to(received), sample(of_sample) {}
    void take(std::span<const std::uint32_t> faults, std::span<const float> readout) override {
      for (const std::uint32_t fault : faults) to.take(fault, sample, readout);
    }
    Received& to;
    std::size_t sample;
  };

  void take(std::size_t fault, std::size_t sample, std::span<const float> readout) {
    const std::size_t i = fault * samples_ + sample;
    ++times_[i];
    if (readout.size() == classes_) std::memcpy(&readouts_[i * classes_], readout.data(), readout.size_bytes());
  }

  std::size_t classes_;
  std::size_t samples_;
  std::vector<float> readouts_;       // (fault, sample, class)
  std::vector<unsigned char> times_;  // (fault, sample)
};

class AnyEngine {
 public:
  virtual ~AnyEngine() = default;
  virtual std::vector<float> golden(const sj::SampleRange& samples) = 0;
  virtual sj::Decisions inject(std::span<const sj::Fault> faults, const sj::SampleRange& samples,
                               Received& received) = 0;
};

template <class Engine>
class EngineOf final : public AnyEngine {
 public:
  explicit EngineOf(const sj::Parameters<typename Engine::Net>& parameters) : engine_(parameters) {}

  std::vector<float> golden(const sj::SampleRange& samples) override { return engine_.golden(samples); }
  sj::Decisions inject(std::span<const sj::Fault> faults, const sj::SampleRange& samples, Received& received) override {
    return engine_.inject(faults, samples, received);
  }

 private:
  Engine engine_;
};

struct Engines {
  std::unique_ptr<AnyEngine> full;
  std::unique_ptr<AnyEngine> differential;
};

/// What is compared: a network type and a pack of lanes, reduced to data and functions.
struct Subject {
  std::string summary;
  reference::Network shape;
  std::size_t inputs = 0;
  std::size_t classes = 0;
  std::span<const sj::Quantity> quantities;
  Engines (*engines)(const reference::Network&);
};

/// A network type with an engine that is compared with the arbiter.
template <class Net, template <class> class Engine>
Subject subject_of(const std::string& engine_name) {
  using Injector = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Any>;
  return {.summary = Net::summary() + ", " + engine_name,
          .shape = random_cases::shape_of<Net>(),
          .inputs = Net::input.size(),
          .classes = Net::classes,
          .quantities = Net::quantities,
          .engines = [](const reference::Network& network) -> Engines {
            const auto parameters = random_cases::parameters_of<Net>(network);
            return {std::make_unique<EngineOf<sj::FullEngine<Injector>>>(parameters),
                    std::make_unique<EngineOf<Engine<Injector>>>(parameters)};
          }};
}

template <class Lanes>
struct OnLanes {
  template <class Injector>
  using Engine = sj::DifferentialEngine<Injector, Lanes>;
};

template <class Net, class Lanes>
Subject subject(const std::string& lanes_name) {
  return subject_of<Net, OnLanes<Lanes>::template Engine>("lanes " + lanes_name);
}

// ---- the comparison ----

/// How much a comparison covered.
struct Coverage {
  std::size_t networks = 0;
  std::size_t injections = 0;
  std::size_t referenced = 0;  // injections that the reference ran as well
  std::size_t changed = 0;     // readout differs from the golden one
  std::size_t not_finite = 0;  // faulty readout holds NaN or an infinity
  sj::Decisions decisions;

  Coverage& operator+=(const Coverage& other) {
    networks += other.networks;
    injections += other.injections;
    referenced += other.referenced;
    changed += other.changed;
    not_finite += other.not_finite;
    decisions += other.decisions;
    return *this;
  }
};

/// How much to compare in each case.
struct Volume {
  std::size_t random_faults = 20;
  std::size_t dense_faults = 90;
  std::size_t samples = 4;   // at most
  double referenced = 0.06;  // share of the faults that the reference runs as well
};

inline bool same(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

/// One random network with its samples: engines and reference on lists of faults.
class Case {
 public:
  Case(const Subject& subject, std::uint64_t seed, const Volume& volume)
      : subject_(subject), seed_(seed), volume_(volume), random_(seed) {
    network_ = random_cases::random_network(subject.shape, random_);
    dataset_.shape = {subject.inputs};
    for (std::size_t s = 0; s < 1 + seed % volume.samples; ++s) {
      inputs_.push_back(random_cases::random_input(subject.inputs, random_));
      dataset_.samples.push_back(random_cases::sample_of(inputs_.back()));
    }
    engines_ = subject.engines(network_);
  }

  Coverage compare() {
    compare_golden();
    std::vector<sj::Fault> faults;
    for (std::size_t f = 0; f < volume_.random_faults; ++f)
      faults.push_back(random_cases::random_fault(subject_.quantities, random_));
    compare_faults(faults, "random faults");
    const std::size_t kind = random_.below(8);
    compare_faults(random_cases::dense_faults(network_, subject_.quantities, random_, kind, volume_.dense_faults),
                   "dense faults of kind " + std::to_string(kind));
    coverage_.networks = 1;
    return coverage_;
  }

 private:
  std::string context() const { return "seed " + std::to_string(seed_) + ", " + subject_.summary; }

  void compare_golden() {
    const sj::ThreadLimit limit(2);
    const sj::SampleRange samples(dataset_);
    golden_ = engines_.full->golden(samples);
    if (!same(golden_, engines_.differential->golden(samples)))
      FAIL(context() << ", golden runs of the engines differ");
    for (std::size_t s = 0; s < inputs_.size(); ++s) {
      const auto expected = reference::run(network_, inputs_[s]);
      if (!same(golden_of(s), expected))
        FAIL(context() << ", golden, sample " << s << "\nengine    " << random_cases::text_of(golden_of(s))
                       << "\nreference " << random_cases::text_of(expected));
    }
  }

  std::span<const float> golden_of(std::size_t s) const {
    return std::span(golden_).subspan(s * subject_.classes, subject_.classes);
  }

  /// Every fault on every sample, on one thread, then in another order on two.
  void compare_faults(const std::vector<sj::Fault>& faults, const std::string& kind) {
    std::vector<std::size_t> place(faults.size());  // of a fault in the shuffled list
    for (std::size_t f = 0; f < faults.size(); ++f) place[f] = f;
    for (std::size_t f = faults.size(); f-- > 1;) std::swap(place[f], place[random_.below(f + 1)]);
    std::vector<sj::Fault> shuffled(faults.size());
    for (std::size_t f = 0; f < faults.size(); ++f) shuffled[place[f]] = faults[f];

    const Received expected = inject(*engines_.full, faults, 2, kind);
    const Received once = inject(*engines_.differential, faults, 1, kind);
    const Received again = inject(*engines_.differential, shuffled, 2, kind + ", shuffled");
    for (std::size_t f = 0; f < faults.size(); ++f) {
      const bool referenced = random_.chance(volume_.referenced);
      for (std::size_t s = 0; s < inputs_.size(); ++s) {
        const auto readout = expected.readout(f, s);
        const auto message = [&] {
          return context() + ", " + kind + ", fault " + std::to_string(f) + ": " +
                 random_cases::text_of(faults[f], subject_.quantities) + ", sample " + std::to_string(s) +
                 "\ngolden                " + random_cases::text_of(golden_of(s)) + "\nfull                  " +
                 random_cases::text_of(readout);
        };
        if (!same(readout, once.readout(f, s)) || !same(readout, again.readout(place[f], s)))
          FAIL(message() << "\none thread            " << random_cases::text_of(once.readout(f, s))
                         << "\ntwo threads, shuffled " << random_cases::text_of(again.readout(place[f], s)));
        if (expected.times(f, s) != 1 || once.times(f, s) > 1 || again.times(place[f], s) > 1)
          FAIL(message() << "\nreceived " << expected.times(f, s) << ", " << once.times(f, s) << " and "
                         << again.times(place[f], s) << " times");
        if (referenced) {
          const auto by_reference =
              reference::run(network_, inputs_[s], random_cases::reference_fault(faults[f], subject_.quantities));
          if (!same(readout, by_reference))
            FAIL(message() << "\nreference             " << random_cases::text_of(by_reference));
          ++coverage_.referenced;
        }
        ++coverage_.injections;
        coverage_.changed += !same(readout, golden_of(s));
        for (const float value : readout)
          if (!reference::finite(value)) {
            ++coverage_.not_finite;
            break;
          }
      }
    }
  }

  Received inject(AnyEngine& engine, const std::vector<sj::Fault>& faults, std::size_t threads,
                  const std::string& kind) {
    const sj::ThreadLimit limit(threads);
    const sj::SampleRange samples(dataset_);
    Received received(golden_, faults.size(), samples, subject_.classes);
    const sj::Decisions decisions = engine.inject(faults, samples, received);
    const bool full = &engine == engines_.full.get();
    if (decisions.total() != faults.size() * samples.size() || (decisions[sj::Decision::rerun] > 0) != full ||
        (!full && decisions[sj::Decision::equivalent] != equivalent(faults) * samples.size()))
      FAIL(context() << ", " << kind << ", " << threads << " threads: " << decisions.total() << " injections decided, "
                     << decisions[sj::Decision::rerun] << " rerun, " << decisions[sj::Decision::equivalent]
                     << " equivalent, of " << faults.size() << " faults on " << samples.size() << " samples");
    if (!full) coverage_.decisions += decisions;
    return received;
  }

  /// How many faults leave the stored bits as they are.
  std::size_t equivalent(const std::vector<sj::Fault>& faults) const {
    std::size_t count = 0;
    for (const sj::Fault& fault : faults) {
      const reference::Fault f = random_cases::reference_fault(fault, subject_.quantities);
      for (const reference::Layer& layer : network_.layers) {
        const auto is_equivalent = [&](const reference::Tensor& tensor) {
          if (tensor.name != f.quantity) return false;
          const float stored = tensor.values[f.element];
          return reference::word_of(reference::faulty_parameter(f, stored)) == reference::word_of(stored);
        };
        for (const reference::Projection* p : {&layer.synapses, &layer.lateral})
          count += is_equivalent(p->weight) || is_equivalent(p->bias);
        for (const reference::Tensor& constant : layer.constants) count += is_equivalent(constant);
      }
    }
    return count;
  }

  const Subject& subject_;
  std::uint64_t seed_;
  const Volume& volume_;
  Random random_;
  reference::Network network_;
  std::vector<std::vector<std::vector<float>>> inputs_;  // (sample, step, input)
  sj::Dataset dataset_;
  Engines engines_;
  std::vector<float> golden_;  // (sample, class)
  Coverage coverage_;
};

/// Compares `cases` random cases of a subject.
inline Coverage compare(const Subject& subject, std::uint64_t first_seed, std::size_t cases, const Volume& volume) {
  Coverage all;
  for (std::size_t c = 0; c < cases; ++c) all += Case(subject, first_seed + c, volume).compare();
  all.networks = 1;
  return all;
}

}  // namespace equal_bits
