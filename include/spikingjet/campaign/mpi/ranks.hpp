// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/campaign/mpi/message.hpp>
#include <spikingjet/core/digest.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/engine/device/programs.hpp>

#include <mpi.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <future>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace spikingjet {

/// What another rank ended with, as the first rank tells it.
class RankFailed : public Error {
 public:
  RankFailed(int failed_rank, const std::string& sentence, int exit_status)
      : Error(sentence, exit_status), rank(failed_rank) {}

  int rank;
};

/// An MPI that may not be used beside threads.
class MpiWithoutThreads : public Failure {
 public:
  MpiWithoutThreads() : Failure("spikingjet: this MPI allows no threads; MPI_THREAD_FUNNELED is needed") {}
};

/// The processes of a campaign. The first asks, the others answer: each waits for a request, carries it out, replies,
/// and waits for the next, until the first ends.
///
/// Make one in each process before anything else, and use it in that thread alone. MPI is initialised and finalised
/// where nobody else did.
///
/// **Laws** whichever rank fails and whenever, all ranks come to their end; one that waits leaves its processor to
/// others.
/// **Errors** `MpiWithoutThreads`.
class MpiRanks {
 public:
  static constexpr bool several = true;

  explicit MpiRanks(MPI_Comm all = MPI_COMM_WORLD) {
    int initialised = 0;
    MPI_Initialized(&initialised);
    owner_ = initialised == 0;
    int threads = MPI_THREAD_SINGLE;
    if (owner_) {
      setenv("OMPI_MCA_ess_singleton_isolated", "1",
             0);  // Open MPI starts a daemon for a process without mpirun otherwise
      MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &threads);
    } else {
      MPI_Query_thread(&threads);
    }
    if (threads < MPI_THREAD_FUNNELED) {
      if (owner_) MPI_Finalize();
      throw MpiWithoutThreads();
    }
    MPI_Comm_dup(all, &ranks_);
    MPI_Comm_rank(ranks_, &rank_);
    MPI_Comm_size(ranks_, &size_);
    MPI_Comm machine = MPI_COMM_NULL;
    MPI_Comm_split_type(ranks_, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &machine);
    find_turn(machine);
    MPI_Comm_free(&machine);
    char host[MPI_MAX_PROCESSOR_NAME] = {};
    int length = 0;
    MPI_Get_processor_name(host, &length);
    host_ = host;
  }
  MpiRanks(const MpiRanks&) = delete;
  MpiRanks& operator=(const MpiRanks&) = delete;
  ~MpiRanks() {
    if (is_first())
      for (int rank = 1; rank < size_; ++rank) send(rank, request(Request::end));
    MPI_Comm_free(&ranks_);
    if (owner_) MPI_Finalize();
  }

  bool is_first() const { return rank_ == 0; }
  int rank() const { return rank_; }
  int size() const { return size_; }

  /// The place of this rank among those of its machine that see the same GPUs.
  GpuTurn gpu_turn() const { return turn_; }

  enum class Request : std::uint32_t { golden, count, inject, call_off, end };

  static MpiMessage request(Request what) {
    MpiMessage message;
    message.put(what);
    return message;
  }

  // ---- the first rank ----

  /// Questions to the other ranks. Those that are not answered when it ends are called off.
  class Round {
   public:
    explicit Round(const MpiRanks& ranks) : ranks_(ranks) {}
    Round(const Round&) = delete;
    Round& operator=(const Round&) = delete;
    ~Round() {
      for (const int rank : asked_) ranks_.send(rank, request(Request::call_off));
      for (const int rank : asked_) ranks_.receive(rank, [] {});
    }

    void ask(int rank, const MpiMessage& question) {
      ranks_.send(rank, question);
      asked_.push_back(rank);
    }

    /// Calls `take(rank, answer)` for each rank that was asked, in order, and `go_on()`, which may throw, while it
    /// waits.
    ///
    /// **Errors** `RankFailed`.
    template <class GoOn, class Take>
    void collect(const GoOn& go_on, const Take& take) {
      while (!asked_.empty()) {
        const int rank = asked_.front();
        MpiMessage answer = ranks_.receive(rank, go_on);
        asked_.erase(asked_.begin());
        if (const auto status = answer.take<std::int32_t>(); status != 0)
          throw RankFailed(rank, answer.take_text(), status);
        take(rank, answer);
      }
    }

   private:
    const MpiRanks& ranks_;
    std::vector<int> asked_;
  };

  // ---- the others ----

  /// What a rank other than the first does until the first ends: `work` prepares and answers requests. What it throws
  /// is what the first rank hears as soon as it asks.
  template <class Work>
  void follow(const Work& work) {
    const MpiMessage last = answer_of([&]() -> MpiMessage {
      work();
      throw Failure(
          "spikingjet: a rank does not take part in the campaign; start all ranks with the same program and options");
    });
    while (next_request()) send(0, last);
  }

  /// Waits for the next request; nothing once the first rank has ended.
  std::optional<MpiMessage> next_request() {
    while (!ended_) {
      MpiMessage message = receive(0, [] {});
      const auto what = message.next<Request>();
      if (what == Request::end) ended_ = true;
      if (what < Request::call_off) return message;  // what is called off now was answered before
    }
    return std::nullopt;
  }

  /// Replies what `work(called_off)` returns or throws; it runs in a thread of its own, while this one hears whether
  /// the first rank calls it off.
  template <class Work>
  void answer(const Work& work) {
    std::atomic<bool> called_off = false;
    auto reply = std::async(std::launch::async, [&] { return answer_of([&] { return work(called_off); }); });
    while (reply.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
      if (called_off || !has_message(0)) continue;
      receive(0, [] {});
      called_off = true;
    }
    send(0, reply.get());
  }

 private:
  static constexpr int tag = 0;
  static constexpr std::size_t most_at_once = std::size_t{1} << 30;  // [byte]

  /// Leaves the processor to others, the longer the more often it was called.
  class Patience {
   public:
    void wait() {
      if (++times_ < 100)
        std::this_thread::yield();
      else
        std::this_thread::sleep_for(std::chrono::microseconds(100));
    }

   private:
    int times_ = 0;
  };

  /// Ranks of a machine share its GPUs with those that see the same ones: a launcher may show each its own.
  void find_turn(MPI_Comm machine) {
    int processes = 1;
    int place = 0;
    MPI_Comm_size(machine, &processes);
    MPI_Comm_rank(machine, &place);
    const char* const shown = std::getenv("CUDA_VISIBLE_DEVICES");
    const std::uint64_t mine = Digest().add(std::string_view(shown ? shown : "all")).value();
    std::vector<std::uint64_t> all(static_cast<std::size_t>(processes));
    MPI_Allgather(&mine, 1, MPI_UINT64_T, all.data(), 1, MPI_UINT64_T, machine);
    turn_.place = static_cast<int>(std::count(all.begin(), all.begin() + place, mine));
    turn_.processes = static_cast<int>(std::count(all.begin(), all.end(), mine));
  }

  template <class Work>
  MpiMessage answer_of(const Work& work) const {
    try {
      MpiMessage answer;
      answer.put(std::int32_t{0});
      answer.append(work().bytes());
      return answer;
    } catch (const Error& error) {
      return failure(error.what(), error.exit_status());
    } catch (const std::exception& error) {
      return failure(std::string("spikingjet: ") + error.what(), 1);
    }
  }

  MpiMessage failure(const std::string& sentence, int exit_status) const {
    const std::string text = sentence + " (rank " + std::to_string(rank_) + " on '" + host_ + "')";
    MpiMessage message;
    message.put(std::int32_t{exit_status});
    message.put(std::span<const char>(text));
    return message;
  }

  bool has_message(int rank) const {
    int there = 0;
    MPI_Iprobe(rank, tag, ranks_, &there, MPI_STATUS_IGNORE);
    return there != 0;
  }

  void send(int rank, const MpiMessage& message) const {
    const std::span<const std::byte> bytes = message.bytes();
    const std::uint64_t size = bytes.size();
    MPI_Request sent = MPI_REQUEST_NULL;
    MPI_Isend(&size, 1, MPI_UINT64_T, rank, tag, ranks_, &sent);
    finish(sent);
    for (std::size_t done = 0; done < bytes.size(); done += most_at_once) {
      const auto part = static_cast<int>(std::min(most_at_once, bytes.size() - done));
      MPI_Isend(bytes.data() + done, part, MPI_BYTE, rank, tag, ranks_, &sent);
      finish(sent);
    }
  }

  /// Calls `go_on()` until a message is there.
  template <class GoOn>
  MpiMessage receive(int rank, const GoOn& go_on) const {
    for (Patience patience; !has_message(rank); patience.wait()) go_on();
    std::uint64_t size = 0;
    MPI_Request received = MPI_REQUEST_NULL;
    MPI_Irecv(&size, 1, MPI_UINT64_T, rank, tag, ranks_, &received);
    finish(received);
    MpiMessage message;
    const std::span<std::byte> bytes = message.room(size);
    for (std::size_t done = 0; done < bytes.size(); done += most_at_once) {
      const auto part = static_cast<int>(std::min(most_at_once, bytes.size() - done));
      MPI_Irecv(bytes.data() + done, part, MPI_BYTE, rank, tag, ranks_, &received);
      finish(received);
    }
    return message;
  }

  static void finish(MPI_Request& request) {
    int done = 0;
    for (Patience patience;; patience.wait()) {
      MPI_Test(&request, &done, MPI_STATUS_IGNORE);
      if (done != 0) return;
    }
  }

  bool owner_ = false;
  bool ended_ = false;
  MPI_Comm ranks_ = MPI_COMM_NULL;
  int rank_ = 0;
  int size_ = 1;
  GpuTurn turn_;
  std::string host_;
};

}  // namespace spikingjet
