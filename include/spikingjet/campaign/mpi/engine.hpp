// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/campaign/campaign.hpp>
#include <spikingjet/campaign/mpi/message.hpp>
#include <spikingjet/campaign/mpi/ranks.hpp>
#include <spikingjet/core/digest.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/pool.hpp>
#include <spikingjet/core/version.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/outcome/golden_score.hpp>
#include <spikingjet/outcome/judge.hpp>
#include <spikingjet/outcome/outcome.hpp>
#include <spikingjet/outcome/record.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

namespace spikingjet {

/// A rank whose network, weights or samples are not those of the first.
class RanksDiffer : public Misuse {
 public:
  RanksDiffer()
      : Misuse(
            "spikingjet: the network, the engine, the weights or the samples are not those of rank 0; start all ranks "
            "with the same program, files and options") {}
};

/// A rank that computes other bits than the first.
class GoldenRunsDiffer : public Failure {
 public:
  explicit GoldenRunsDiffer(int other_rank)
      : Failure("spikingjet: the golden run of rank " + std::to_string(other_rank) +
                " has other bits than that of rank 0; start one build of the program on all machines"),
        rank(other_rank) {}

  int rank;
};

/// A signal to a rank other than the first, which ends the campaign.
class RankInterrupted : public Error {
 public:
  explicit RankInterrupted(int signal)
      : Error("spikingjet: interrupted by signal " + std::to_string(signal), 128 + signal) {}
};

namespace detail {

/// An injection that nobody waits for any more.
class CalledOff : public Failure {
 public:
  CalledOff() : Failure("spikingjet: called off") {}
};

/// What a fault of a part changed.
struct ChangedFault {
  std::uint32_t fault;
  ChangedInjections changed;
};

/// Counts what faults change, on an engine that counts itself or on one that hands on readouts.
template <class Engine>
class ChangeCounter {
 public:
  using Net = typename Engine::Net;

  explicit ChangeCounter(Engine& engine) : engine_(engine) {}

  /// Golden readouts, which are kept.
  std::vector<float> golden(const SampleRange& samples) {
    std::vector<float> readouts = engine_.golden(samples);
    golden_.clear();
    scores_.clear();
    for (std::size_t s = 0; s < samples.distinct(); ++s) {
      golden_.emplace_back(std::span(readouts).subspan(s * Net::classes, Net::classes), samples.label(s), s);
      scores_.push_back(score_of(golden_.back()));
    }
    return readouts;
  }

  /// Adds up what each fault changes; `go_on()`, which may throw, is asked from any thread.
  ///
  /// **Shapes** all (faults).
  template <class GoOn>
  Decisions count(std::span<const Fault> faults, const SampleRange& samples, const GoOn& go_on,
                  std::span<ChangedInjections> all) {
    if constexpr (CountingEngine<Engine>) {
      Sink<GoOn> sink(go_on, all);
      return engine_.count(faults, samples, scores_, sink);
    } else {
      Pool<Changed> pool;
      const Decisions decisions = engine_.inject(faults, samples, [&](std::size_t s) {
        go_on();
        return Receiver{pool.borrow([&] { return std::make_unique<Changed>(faults.size()); }),
                        golden_[s % golden_.size()]};
      });
      pool.for_each([&](const Changed& changed) {
        for (std::size_t f = 0; f < faults.size(); ++f) all[f] += changed[f];
      });
      return decisions;
    }
  }

 private:
  using Changed = std::vector<ChangedInjections>;  // (faults)

  struct Receiver {
    typename Pool<Changed>::Lease changed;
    const GoldenOutcome& golden;

    void operator()(std::span<const std::uint32_t> faults, std::span<const float> readout) {
      const Verdict verdict = golden.judge(readout);
      for (const std::uint32_t f : faults) (*changed)[f].add(golden.unharmed(), verdict);
    }
  };

  template <class GoOn>
  class Sink final : public CountSink {
   public:
    Sink(const GoOn& go_on, std::span<ChangedInjections> all) : go_on_(go_on), all_(all) {}
    void go_on() override { go_on_(); }
    void count(std::uint32_t fault, std::uint32_t code, std::uint64_t injections) override {
      go_on_();
      OutcomeJudge::add(all_[fault], code, injections);
    }

   private:
    const GoOn& go_on_;
    std::span<ChangedInjections> all_;
  };

  Engine& engine_;
  std::vector<GoldenOutcome> golden_;  // (distinct samples)
  std::vector<GoldenScore> scores_;    // (distinct samples)
};

/// What must be the same on all ranks.
template <class Engine>
std::uint64_t inputs_digest(const Engine& engine, const SampleRange& samples) {
  return Digest()
      .add(std::string_view(version))
      .add(std::string_view(typeid(Engine).name()))  // one program's
      .add(std::string_view(Engine::Net::summary()))
      .add(engine.parameters().values())
      .add(digest_of(samples).value())
      .add(std::uint64_t{samples.size()})
      .value();
}

}  // namespace detail

/// An engine that shares the faults of each block among all ranks: for the first rank, while the others `serve`. Each
/// rank has an engine of its own, with the same parameters and samples.
///
/// `count` and `inject` take the samples of the last `golden`.
///
/// **Laws** counts and readouts do not depend on the number of ranks.
/// **Errors** those of the engine; `RankFailed` with what another rank threw, and `GoldenRunsDiffer`.
/// **Cost** a count is sent for each fault that changed something; where readouts are kept, all that changed are sent.
/// **Example** `Campaign<Flips, MpiEngine<DifferentialEngine<Flips>>>(parameters, dataset, samples, ranks)`
template <class Engine>
class MpiEngine {
 public:
  using Net = typename Engine::Net;

  static constexpr const char* name = Engine::name;
  static constexpr double assumed_cost = Engine::assumed_cost;
  static constexpr bool gathers =
      true;  // readouts of the other ranks come when these have injected all of their faults

  /// `ranks` must outlive the engine; what follows goes to the engine of this rank.
  template <class... EngineOptions>
  explicit MpiEngine(Parameters<Net> parameters, const MpiRanks& ranks, const EngineOptions&... engine_options)
      : ranks_(ranks), engine_(std::move(parameters), engine_options...), counter_(engine_) {}

  const Parameters<Net>& parameters() const { return engine_.parameters(); }

  /// Golden readouts of the distinct samples, of this rank; all ranks must have the same.
  ///
  /// **Shapes** returns (distinct, classes), row-major.
  std::vector<float> golden(const SampleRange& samples) {
    if (ranks_.size() == 1) return counter_.golden(samples);
    MpiRanks::Round round(ranks_);
    MpiMessage question = MpiRanks::request(MpiRanks::Request::golden);
    question.put(detail::inputs_digest(engine_, samples));
    for (int rank = 1; rank < ranks_.size(); ++rank) round.ask(rank, question);
    std::vector<float> readouts = counter_.golden(samples);
    const std::uint64_t digest = Digest().add(readouts).value();
    round.collect([] {}, [&](int rank, MpiMessage& answer) {
      if (answer.take<std::uint64_t>() != digest) throw GoldenRunsDiffer(rank);
    });
    return readouts;
  }

  /// See engine/engine.hpp. Readouts of other ranks are handed on by the calling thread.
  template <class Open>
  Decisions inject(std::span<const Fault> faults, const SampleRange& samples, const Open& open) {
    if (faults.empty() || samples.size() == 0) return {};
    MpiRanks::Round round(ranks_);
    ask(round, MpiRanks::Request::inject, faults);
    Decisions decisions = engine_.inject(faults.first(end_of(0, faults)), samples, open);
    round.collect([&] { static_cast<void>(open(0)); }, [&](int rank, MpiMessage& answer) {
      decisions += answer.take<Decisions>();
      const auto first = static_cast<std::uint32_t>(first_of(rank, faults));
      while (answer.left() > 0) {
        const auto sample = answer.take<std::uint64_t>();
        std::vector<std::uint32_t> same = answer.take<std::uint32_t>(answer.take<std::uint64_t>());
        for (std::uint32_t& fault : same) fault += first;
        auto&& receive = open(sample);
        receive(std::span<const std::uint32_t>(same), std::span<const float>(answer.take<float>(Net::classes)));
      }
    });
    return decisions;
  }

  /// Injects likewise; what changed is counted by the rank that injected it.
  Decisions count(std::span<const Fault> faults, const SampleRange& samples, std::span<const GoldenScore>,
                  CountSink& sink) {
    if (faults.empty() || samples.size() == 0) return {};
    MpiRanks::Round round(ranks_);
    ask(round, MpiRanks::Request::count, faults);
    std::vector<ChangedInjections> own(end_of(0, faults));
    std::mutex mutex;
    const auto go_on = [&] {
      const std::lock_guard lock(mutex);
      sink.go_on();
    };
    Decisions decisions = counter_.count(faults.first(own.size()), samples, go_on, own);
    for (std::size_t f = 0; f < own.size(); ++f) hand_on(f, own[f], sink);
    round.collect(go_on, [&](int rank, MpiMessage& answer) {
      decisions += answer.take<Decisions>();
      while (answer.left() > 0) {
        const auto [fault, changed] = answer.take<detail::ChangedFault>();
        hand_on(first_of(rank, faults) + fault, changed, sink);
      }
    });
    return decisions;
  }

 private:
  /// The first fault of a rank's part; the first rank has one in any case.
  std::size_t first_of(int rank, std::span<const Fault> faults) const {
    const auto ranks = static_cast<std::size_t>(ranks_.size());
    return (faults.size() * static_cast<std::size_t>(rank) + ranks - 1) / ranks;
  }
  std::size_t end_of(int rank, std::span<const Fault> faults) const { return first_of(rank + 1, faults); }

  /// Gives each other rank its part of the faults.
  void ask(MpiRanks::Round& round, MpiRanks::Request what, std::span<const Fault> faults) const {
    for (int rank = 1; rank < ranks_.size(); ++rank) {
      const std::size_t first = first_of(rank, faults);
      const std::size_t end = end_of(rank, faults);
      if (first == end) continue;
      MpiMessage question = MpiRanks::request(what);
      for (const Fault& fault : faults.subspan(first, end - first)) question.put(SentFault::of(fault));
      round.ask(rank, question);
    }
  }

  static void hand_on(std::size_t fault, const ChangedInjections& changed, CountSink& sink) {
    OutcomeJudge::split(changed, [&](std::uint32_t code, std::uint64_t injections) {
      sink.count(static_cast<std::uint32_t>(fault), code, injections);
    });
  }

  const MpiRanks& ranks_;
  Engine engine_;
  detail::ChangeCounter<Engine> counter_;
};

/// A campaign that all ranks share, for the first; `ranks` must outlive it.
template <class Injector, class Engine, class... EngineOptions>
Campaign<Injector, MpiEngine<Engine>> make_campaign(const MpiRanks& ranks,
                                                    Parameters<typename Injector::Network> parameters,
                                                    const Dataset& dataset, const SampleRange& samples,
                                                    const EngineOptions&... engine_options) {
  return Campaign<Injector, MpiEngine<Engine>>(std::move(parameters), dataset, samples, ranks, engine_options...);
}

/// What ranks other than the first do: inject the parts of the faults that the first sends, until it ends. Call it
/// within `MpiRanks::follow`.
///
/// `signal` says which signal came to this rank, or 0: it ends what the rank does, and the campaign.
///
/// **Example** `ranks.follow([&] { sj::FullEngine<Flips> engine(parameters); sj::serve(ranks, engine, samples); });`
template <class Engine>
void serve(
    MpiRanks& ranks, Engine& engine, const SampleRange& samples,
    const std::function<int()>& signal = [] { return 0; }) {
  using Request = MpiRanks::Request;
  detail::ChangeCounter<Engine> counter(engine);
  const std::uint64_t inputs = detail::inputs_digest(engine, samples);

  while (std::optional<MpiMessage> request = ranks.next_request())
    ranks.answer([&](const std::atomic<bool>& called_off) {
      const auto go_on = [&] {
        if (called_off) throw detail::CalledOff();
        if (const int came = signal(); came != 0) throw RankInterrupted(came);
      };
      go_on();
      MpiMessage answer;
      const auto what = request->take<Request>();
      if (what == Request::golden) {
        if (request->take<std::uint64_t>() != inputs) throw RanksDiffer();
        answer.put(Digest().add(counter.golden(samples)).value());
        return answer;
      }

      std::vector<Fault> faults;
      while (request->left() > 0) faults.push_back(request->take<SentFault>().fault());
      if (what == Request::count) {
        std::vector<ChangedInjections> all(faults.size());
        answer.put(counter.count(faults, samples, go_on, all));
        for (std::size_t f = 0; f < all.size(); ++f)
          if (all[f] != ChangedInjections{}) answer.put(detail::ChangedFault{static_cast<std::uint32_t>(f), all[f]});
        return answer;
      }

      struct Receiver {
        Pool<MpiMessage>::Lease message;
        std::uint64_t sample;

        void operator()(std::span<const std::uint32_t> same, std::span<const float> readout) {
          message->put(sample);
          message->put(std::uint64_t{same.size()});
          message->put(same);
          message->put(readout);
        }
      };
      Pool<MpiMessage> messages;
      answer.put(engine.inject(faults, samples, [&](std::size_t s) {
        go_on();
        return Receiver{messages.borrow([] { return std::make_unique<MpiMessage>(); }), s};
      }));
      messages.for_each([&](const MpiMessage& message) { answer.append(message.bytes()); });
      return answer;
    });
}

}  // namespace spikingjet
