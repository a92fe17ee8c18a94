// SPDX-License-Identifier: MIT
#include <spikingjet/core/lanes/pack.hpp>

#include "catch.hpp"
#include "laws/random_values.hpp"
#include "reference.hpp"

#include <xsimd/xsimd.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace sj = spikingjet;

namespace {

using Packs = std::tuple<sj::Pack<float, 1>, sj::Pack<float, 8>,
#if XSIMD_WITH_SSE2
                         sj::Pack<xsimd::batch<float, xsimd::sse2>, 1>, sj::Pack<xsimd::batch<float, xsimd::sse2>, 4>,
#endif
                         sj::NativePack>;

/// The bits of all lanes.
template <class V>
using Row = std::array<std::uint32_t, V::lanes>;

template <class V>
V pack_of(const Row<V>& words) {
  float values[V::lanes];
  for (std::size_t l = 0; l < V::lanes; ++l) values[l] = reference::float_of(words[l]);
  return V::load(values);
}

template <class V>
Row<V> words_of(const V& pack) {
  float values[V::lanes];
  pack.store(values);
  Row<V> words;
  for (std::size_t l = 0; l < V::lanes; ++l) words[l] = reference::word_of(values[l]);
  return words;
}

template <class V>
typename sj::WordsOf<V>::type pack_words_of(const Row<V>& words) {
  std::int32_t from[V::lanes];
  for (std::size_t l = 0; l < V::lanes; ++l) from[l] = static_cast<std::int32_t>(words[l]);
  return sj::WordsOf<V>::type::load(from);
}

template <class V>
Row<V> stored(const typename sj::WordsOf<V>::type& pack) {
  std::int32_t to[V::lanes];
  pack.store(to);
  Row<V> words;
  for (std::size_t l = 0; l < V::lanes; ++l) words[l] = static_cast<std::uint32_t>(to[l]);
  return words;
}

/// 1 in each lane where a mask holds.
template <class V>
Row<V> lanes_of(const typename V::Mask& mask) {
  Row<V> ones = words_of(select(mask, V(1.0F), V(0.0F)));
  for (std::uint32_t& word : ones) word = word == reference::word_of(1.0F);
  return ones;
}

/// `f` of the bits of two lanes, lane by lane.
template <class V, class F>
Row<V> each_lane(const Row<V>& a, const Row<V>& b, const F& f) {
  Row<V> words;
  for (std::size_t l = 0; l < V::lanes; ++l) words[l] = f(a[l], b[l]);
  return words;
}

/// The result of an operation on two floats, any NaN as the canonical one: which payload of two survives is the
/// machine's choice.
template <class F>
auto on_floats(const F& f) {
  return [f](std::uint32_t a, std::uint32_t b) {
    return reference::word_of(reference::with_one_nan(f(reference::float_of(a), reference::float_of(b))));
  };
}

template <class V>
Row<V> with_one_nan(Row<V> words) {
  for (std::uint32_t& word : words) word = reference::word_of(reference::with_one_nan(reference::float_of(word)));
  return words;
}

template <class F>
auto on_flags(const F& f) {
  return [f](std::uint32_t a, std::uint32_t b) {
    return std::uint32_t(f(reference::float_of(a), reference::float_of(b)));
  };
}

/// Every pair of edges of the format in some lane, and random values.
template <class V>
std::vector<std::pair<Row<V>, Row<V>>> operands(std::uint32_t seed) {
  constexpr auto& edges = laws::edge_words;
  std::vector<std::pair<Row<V>, Row<V>>> all;
  for (std::size_t i = 0; i < edges.size() * edges.size(); i += V::lanes) {
    std::pair<Row<V>, Row<V>> next;
    for (std::size_t l = 0; l < V::lanes; ++l) {
      next.first[l] = edges[(i + l) / edges.size() % edges.size()];
      next.second[l] = edges[(i + l) % edges.size()];
    }
    all.push_back(next);
  }
  laws::RandomValues random(seed);
  for (int i = 0; i < 500; ++i) {
    std::pair<Row<V>, Row<V>> next;
    for (std::size_t l = 0; l < V::lanes; ++l) {
      next.first[l] = reference::word_of(random());
      next.second[l] = random.word() % 4 == 0 ? next.first[l] : reference::word_of(random());
    }
    all.push_back(next);
  }
  return all;
}

constexpr std::uint32_t seed = 20260101;

}  // namespace

TEMPLATE_LIST_TEST_CASE("a pack has the lanes of all its registers, and keeps their bits at any address", "[law]",
                        Packs) {
  using V = TestType;
  using Words = typename sj::WordsOf<V>::type;
  static_assert(std::is_same_v<typename sj::Resized<V, 1>::type, sj::Pack<typename V::Register, 1>>);
  CHECK(V::lanes % sj::Resized<V, 1>::type::lanes == 0);
  CHECK(sj::Resized<V, 2>::type::lanes == 2 * sj::Resized<V, 1>::type::lanes);

  float from[V::lanes + 3];
  float to[V::lanes + 3];
  std::int32_t words_from[V::lanes + 3];
  std::int32_t words_to[V::lanes + 3];
  for (std::size_t offset = 0; offset < 3; ++offset) {
    for (std::size_t i = 0; i < std::size(from); ++i) {
      const std::uint32_t word = laws::edge_words[(i + 7 * offset) % laws::edge_words.size()];
      from[i] = reference::float_of(word);
      words_from[i] = static_cast<std::int32_t>(word);
    }
    std::memset(to, 0, sizeof to);
    std::memset(words_to, 0, sizeof words_to);
    V copied(0.0F);
    copied = V::load(from + offset);
    V(copied).store(to + offset);
    CHECK(std::memcmp(to + offset, from + offset, V::lanes * sizeof(float)) == 0);
    for (std::size_t i = 0; i < std::size(to); ++i)  // nothing beside the lanes
      if (i < offset || i >= offset + V::lanes) CHECK(reference::word_of(to[i]) == 0);
    Words::load(words_from + offset).store(words_to + offset);
    CHECK(std::memcmp(words_to + offset, words_from + offset, V::lanes * sizeof(float)) == 0);
  }
}

TEMPLATE_LIST_TEST_CASE("a value stands in every lane of its pack with its bits", "[law]", Packs) {
  using V = TestType;
  for (const std::uint32_t word : laws::edge_words) {
    Row<V> expected;
    expected.fill(word);
    CHECK(words_of(V(reference::float_of(word))) == expected);
    CHECK(stored<V>(typename sj::WordsOf<V>::type(static_cast<std::int32_t>(word))) == expected);
  }
}

TEMPLATE_LIST_TEST_CASE("arithmetic of packs is that of floats, lane by lane", "[law]", Packs) {
  using V = TestType;
  INFO("seed " << seed);
  for (const auto& [a, b] : operands<V>(seed)) {
    const V x = pack_of<V>(a);
    const V y = pack_of<V>(b);
    REQUIRE(with_one_nan<V>(words_of(x + y)) == each_lane<V>(a, b, on_floats([](float p, float q) { return p + q; })));
    REQUIRE(with_one_nan<V>(words_of(x - y)) == each_lane<V>(a, b, on_floats([](float p, float q) { return p - q; })));
    REQUIRE(with_one_nan<V>(words_of(x * y)) == each_lane<V>(a, b, on_floats([](float p, float q) { return p * q; })));
    REQUIRE(with_one_nan<V>(words_of(x / y)) == each_lane<V>(a, b, on_floats([](float p, float q) { return p / q; })));
    REQUIRE(with_one_nan<V>(words_of(-x)) == each_lane<V>(a, b, on_floats([](float p, float) { return -p; })));
  }
}

TEMPLATE_LIST_TEST_CASE("comparisons of packs are those of floats, lane by lane, and NaN compares false", "[law]",
                        Packs) {
  using V = TestType;
  INFO("seed " << seed + 1);
  for (const auto& [a, b] : operands<V>(seed + 1)) {
    const V x = pack_of<V>(a);
    const V y = pack_of<V>(b);
    REQUIRE(lanes_of<V>(x < y) == each_lane<V>(a, b, on_flags([](float p, float q) { return p < q; })));
    REQUIRE(lanes_of<V>(x > y) == each_lane<V>(a, b, on_flags([](float p, float q) { return p > q; })));
    REQUIRE(lanes_of<V>(x <= y) == each_lane<V>(a, b, on_flags([](float p, float q) { return p <= q; })));
    REQUIRE(lanes_of<V>(x >= y) == each_lane<V>(a, b, on_flags([](float p, float q) { return p >= q; })));
    REQUIRE(lanes_of<V>(x == y) == each_lane<V>(a, b, on_flags([](float p, float q) { return p == q; })));
  }
}

TEMPLATE_LIST_TEST_CASE("masks are joined lane by lane, and select takes the bits of one side", "[law]", Packs) {
  using V = TestType;
  INFO("seed " << seed + 2);
  for (const auto& [a, b] : operands<V>(seed + 2)) {
    const V x = pack_of<V>(a);
    const V y = pack_of<V>(b);
    const auto less = [](float p, float q) { return p < q; };
    const auto equal = [](float p, float q) { return p == q; };
    REQUIRE(words_of(select(x < y, x, y)) ==
            each_lane<V>(a, b, [&](std::uint32_t p, std::uint32_t q) { return on_flags(less)(p, q) ? p : q; }));
    REQUIRE(lanes_of<V>((x < y) | (x == y)) ==
            each_lane<V>(a, b, on_flags([&](float p, float q) { return less(p, q) || equal(p, q); })));
    REQUIRE(lanes_of<V>((x <= y) & !(x == y)) == each_lane<V>(a, b, on_flags(less)));
    REQUIRE(lanes_of<V>(!(x < y)) == each_lane<V>(a, b, on_flags([&](float p, float q) { return !less(p, q); })));
    const Row<V> held = each_lane<V>(a, b, on_flags(less));
    REQUIRE(any(x < y) == (std::count(held.begin(), held.end(), 1u) > 0));
  }
}

TEMPLATE_LIST_TEST_CASE("a mask that holds in one lane alone holds in any", "[law]", Packs) {
  using V = TestType;
  CHECK_FALSE(any(V(0.0F) > V(0.0F)));
  CHECK(any(V(0.0F) == V(-0.0F)));
  for (std::size_t lane = 0; lane < V::lanes; ++lane) {
    Row<V> words{};
    words[lane] = 1;  // the smallest subnormal
    const V one = pack_of<V>(words);
    CHECK(any(one > V(0.0F)));
    CHECK(any(!(one == V(0.0F))));
    CHECK_FALSE(any(one < V(0.0F)));
    CHECK_FALSE(any((one > V(0.0F)) & (one < V(0.0F))));
    CHECK(any((one > V(0.0F)) | (one < V(0.0F))));
    CHECK(any(!(pack_words_of<V>(words) == typename sj::WordsOf<V>::type(0))));
  }
}

TEMPLATE_LIST_TEST_CASE("words of a pack are integers of 32 bits, lane by lane", "[law]", Packs) {
  using V = TestType;
  INFO("seed " << seed + 3);
  for (const auto& [a, b] : operands<V>(seed + 3)) {
    const auto x = pack_words_of<V>(a);
    const auto y = pack_words_of<V>(b);
    using Word = std::uint32_t;
    REQUIRE(stored<V>(x & y) == each_lane<V>(a, b, [](Word p, Word q) { return p & q; }));
    REQUIRE(stored<V>(x | y) == each_lane<V>(a, b, [](Word p, Word q) { return p | q; }));
    REQUIRE(stored<V>(x ^ y) == each_lane<V>(a, b, [](Word p, Word q) { return p ^ q; }));
    REQUIRE(lanes_of<V>(x == y) == each_lane<V>(a, b, [](Word p, Word q) { return Word(p == q); }));
    for (int bits = 0; bits < 32; ++bits)
      REQUIRE(stored<V>(x.shifted(bits)) == each_lane<V>(a, b, [bits](Word p, Word) { return p << bits; }));
  }
}

TEMPLATE_LIST_TEST_CASE("words and values have the same bits, NaN payloads included", "[law]", Packs) {
  using V = TestType;
  using Words = typename sj::WordsOf<V>::type;
  INFO("seed " << seed + 4);
  for (const auto& [a, b] : operands<V>(seed + 4)) {
    REQUIRE(stored<V>(Words(pack_of<V>(a))) == a);
    REQUIRE(words_of(pack_words_of<V>(b).values()) == b);
    REQUIRE(words_of(Words(pack_of<V>(b)).values()) == b);
  }
}

TEMPLATE_LIST_TEST_CASE("spikes appended to a word are taken off in their order", "[law]", Packs) {
  using V = TestType;
  using Words = typename sj::WordsOf<V>::type;
  laws::RandomValues random(seed + 5);
  INFO("seed " << seed + 5);
  for (std::size_t steps = 0; steps <= 40; ++steps) {  // the first are lost when they are more than 32
    Row<V> expected{};
    std::vector<Row<V>> spikes;
    Words words(0);
    for (std::size_t step = 0; step < steps; ++step) {
      Row<V> row;
      for (std::size_t l = 0; l < V::lanes; ++l) {
        row[l] = reference::word_of(random.word() % 2 == 0 ? 0.0F : 1.0F);
        expected[l] = expected[l] << 1 | (row[l] != 0 ? 1u : 0u);
      }
      spikes.push_back(row);
      words.append(pack_of<V>(row));
    }
    INFO("steps " << steps);
    CHECK(stored<V>(words) == expected);

    const std::size_t kept = std::min<std::size_t>(steps, 32);
    Words rest = kept == 0 ? words : words.shifted(int(32 - kept));
    for (std::size_t step = steps - kept; step < steps; ++step)
      CHECK(words_of(select(rest.take(), V(1.0F), V(0.0F))) == spikes[step]);
    CHECK(stored<V>(rest) == Row<V>{});
    CHECK_FALSE(any(rest.take()));
  }
}
