// SPDX-License-Identifier: MIT
#include <spikingjet/core/parallel.hpp>
#include <spikingjet/core/pool.hpp>

#include "catch.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <set>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace sj = spikingjet;

namespace {

/// Counts what is borrowed.
struct Counter {
  std::size_t number = 0;
  std::size_t items = 0;
  std::atomic<bool> borrowed{false};
};

using Counters = sj::Pool<Counter>;

/// Makes counters with the numbers 1, 2, 3, ...
class Maker {
 public:
  std::unique_ptr<Counter> operator()() const {
    auto made = std::make_unique<Counter>();
    made->number = ++made_;
    return made;
  }
  std::size_t made() const { return made_; }

 private:
  mutable std::atomic<std::size_t> made_{0};
};

std::multiset<std::size_t> numbers_in(Counters& pool) {
  std::multiset<std::size_t> numbers;
  pool.for_each([&](const Counter& counter) { numbers.insert(counter.number); });
  return numbers;
}

}  // namespace

TEST_CASE("a pool makes an object where none is idle, and lends one that was given back again") {
  Counters pool;
  const Maker make;
  CHECK(numbers_in(pool).empty());
  {
    const auto first = pool.borrow(make);
    CHECK(first->number == 1);
    const auto second = pool.borrow(make);
    CHECK(second->number == 2);
    CHECK(&*first != &*second);
  }
  {
    const auto again = pool.borrow(make);
    const auto other = pool.borrow(make);
    CHECK(std::set<std::size_t>{again->number, other->number} == std::set<std::size_t>{1, 2});
    CHECK(pool.borrow(make)->number == 3);
  }
  CHECK(make.made() == 3);
  CHECK(numbers_in(pool) == std::multiset<std::size_t>{1, 2, 3});
}

TEST_CASE("an object comes back as it was given back") {
  Counters pool;
  const Maker make;
  for (int i = 0; i < 10; ++i) ++pool.borrow(make)->items;
  CHECK(make.made() == 1);
  CHECK(pool.borrow(make)->items == 10);
}

TEST_CASE("a lease that was moved gives its object back once") {
  static_assert(!std::is_copy_constructible_v<Counters::Lease> && !std::is_copy_assignable_v<Counters::Lease>);
  Counters pool;
  const Maker make;
  {
    auto first = pool.borrow(make);
    const auto moved = std::move(first);
    CHECK(moved->number == 1);
  }
  const auto a = pool.borrow(make);
  const auto b = pool.borrow(make);
  CHECK(a->number == 1);
  CHECK(b->number == 2);
}

TEST_CASE("an object is given back also where its borrower throws, and a pool without objects survives a failed one") {
  Counters pool;
  const Maker make;
  const auto fail = [&](const auto& maker) {
    const auto lease = pool.borrow(maker);
    throw std::runtime_error("borrower");
  };
  CHECK_THROWS_AS(fail([]() -> std::unique_ptr<Counter> { throw std::logic_error("maker"); }), std::logic_error);
  CHECK(numbers_in(pool).empty());
  CHECK_THROWS_AS(fail(make), std::runtime_error);
  CHECK(pool.borrow(make)->number == 1);
  CHECK(make.made() == 1);
}

TEST_CASE("each sees every object, in use by one thread at a time, and no more than threads that borrow at once") {
  constexpr std::size_t threads = 4;
  constexpr std::size_t rounds = 2000;
  Counters pool;
  const Maker make;
  std::atomic<std::size_t> shared{0};
  std::vector<std::thread> workers;
  for (std::size_t t = 0; t < threads; ++t)
    workers.emplace_back([&] {
      for (std::size_t i = 0; i < rounds; ++i) {
        const auto counter = pool.borrow(make);
        shared += counter->borrowed.exchange(true);
        ++counter->items;  // no lock: nobody else has it
        counter->borrowed = false;
      }
    });
  for (std::thread& worker : workers) worker.join();
  CHECK(shared == 0);
  CHECK(make.made() <= threads);
  CHECK(numbers_in(pool).size() == make.made());
  std::size_t items = 0;
  pool.for_each([&](Counter& counter) { items += counter.items; });
  CHECK(items == threads * rounds);
}

TEST_CASE("work items share as many objects as threads run them") {
  const sj::ThreadLimit limit(2);
  Counters pool;
  const Maker make;
  sj::for_each_index(10'000, [&](std::size_t) { ++pool.borrow(make)->items; });
  CHECK(make.made() >= 1);
  CHECK(make.made() <= 2);
  std::size_t items = 0;
  pool.for_each([&](const Counter& counter) { items += counter.items; });
  CHECK(items == 10'000);
}
