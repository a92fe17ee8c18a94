// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/campaign/campaign.hpp>
#include <spikingjet/campaign/injection_counter.hpp>
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
#include <spikingjet/outcome/outcome.hpp>
#include <spikingjet/outcome/record.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
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

/// Writes readouts into messages, each with its sample and faults.
class ReadoutMessages final : public Results {
 public:
  explicit ReadoutMessages(std::function<void()> go_on) : go_on_(std::move(go_on)) {}

  void go_on() override { go_on_(); }
  std::unique_ptr<ResultBatch> open(std::size_t sample) override {
    go_on();
    return std::make_unique<Batch>(messages_.borrow([] { return std::make_unique<MpiMessage>(); }), sample);
  }

  void append_to(MpiMessage& answer) {
    messages_.for_each([&](const MpiMessage& message) { answer.append(message.bytes()); });
  }

  /// Hands on the readouts that are left of an answer, of so many classes; its faults begin at `first` of the list.
  static void hand_on(MpiMessage& answer, std::size_t first, std::size_t classes, Results& results) {
    while (answer.left() > 0) {
      const auto sample = answer.take<std::uint64_t>();
      std::vector<std::uint32_t> faults = answer.take<std::uint32_t>(answer.take<std::uint64_t>());
      for (std::uint32_t& fault : faults) fault += static_cast<std::uint32_t>(first);
      results.open(sample)->take(faults, answer.take<float>(classes));
    }
  }

 private:
  class Batch final : public ResultBatch {
   public:
    Batch(Pool<MpiMessage>::Lease message, std::uint64_t sample) : message_(std::move(message)), sample_(sample) {}
    void take(std::span<const std::uint32_t> faults, std::span<const float> readout) override {
      message_->put(sample_);
      message_->put(std::uint64_t{faults.size()});
      message_->put(faults);
      message_->put(readout);
    }

   private:
    Pool<MpiMessage>::Lease message_;
    std::uint64_t sample_;
  };

  std::function<void()> go_on_;
  Pool<MpiMessage> messages_;
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
/// `inject` takes the samples of the last `golden`.
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
  static constexpr bool gathers = true;  // readouts of the other ranks come when these are done with all their faults

  /// `ranks` must outlive the engine; what follows goes to the engine of this rank.
  template <class... EngineOptions>
  explicit MpiEngine(Parameters<Net> parameters, const MpiRanks& ranks, const EngineOptions&... engine_options)
      : ranks_(ranks), engine_(std::move(parameters), engine_options...) {}

  const Parameters<Net>& parameters() const { return engine_.parameters(); }

  /// Golden readouts of the distinct samples, of this rank; all ranks must have the same.
  ///
  /// **Shapes** returns (distinct, classes), row-major.
  std::vector<float> golden(const SampleRange& samples) {
    if (ranks_.size() == 1) return engine_.golden(samples);
    MpiRanks::Round round(ranks_);
    MpiMessage question = MpiRanks::request(MpiRanks::Request::golden);
    question.put(detail::inputs_digest(engine_, samples));
    for (int rank = 1; rank < ranks_.size(); ++rank) round.ask(rank, question);
    std::vector<float> readouts = engine_.golden(samples);
    const std::uint64_t digest = Digest().add(readouts).value();
    round.collect([] {}, [&](int rank, MpiMessage& answer) {
      if (answer.take<std::uint64_t>() != digest) throw GoldenRunsDiffer(rank);
    });
    return readouts;
  }

  /// See engine/engine.hpp. Each rank counts what it changed, where counts are taken; results of other ranks are handed
  /// on by the calling thread, behind those of this one.
  Decisions inject(std::span<const Fault> faults, const SampleRange& samples, Results& results) {
    if (faults.empty() || samples.size() == 0) return {};
    MpiRanks::Round round(ranks_);
    const bool counts = results.takes_counts();
    ask(round, counts ? MpiRanks::Request::count : MpiRanks::Request::inject, faults);
    Decisions decisions = engine_.inject(faults.first(end_of(0, faults)), samples, results);
    round.collect([&] { results.go_on(); },
                  [&](int rank, MpiMessage& answer) {
                    decisions += answer.take<Decisions>();
                    const std::size_t first = first_of(rank, faults);
                    if (!counts) return detail::ReadoutMessages::hand_on(answer, first, Net::classes, results);
                    while (answer.left() > 0) {
                      const auto [fault, changed] = answer.take<detail::ChangedFault>();
                      results.count(static_cast<std::uint32_t>(first + fault), changed);
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

  const MpiRanks& ranks_;
  Engine engine_;
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
  std::vector<float> golden_readouts;  // (distinct samples, classes)
  std::vector<GoldenOutcome> golden;   // (distinct samples), once something is counted: the first rank refuses some
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
        golden_readouts = engine.golden(samples);
        golden.clear();
        answer.put(Digest().add(golden_readouts).value());
        return answer;
      }

      std::vector<Fault> faults;
      while (request->left() > 0) faults.push_back(request->take<SentFault>().fault());
      if (what == Request::count) {
        if (golden.empty()) golden = detail::golden_outcomes(golden_readouts, samples);
        detail::InjectionCounter counter(0, faults.size(), samples.size(), golden, go_on);
        answer.put(engine.inject(faults, samples, counter));
        const std::vector<ChangedInjections> changed = counter.changed();
        for (std::size_t f = 0; f < changed.size(); ++f)
          if (changed[f] != ChangedInjections{})
            answer.put(detail::ChangedFault{static_cast<std::uint32_t>(f), changed[f]});
        return answer;
      }
      detail::ReadoutMessages messages(go_on);
      answer.put(engine.inject(faults, samples, messages));
      messages.append_to(answer);
      return answer;
    });
}

}  // namespace spikingjet
