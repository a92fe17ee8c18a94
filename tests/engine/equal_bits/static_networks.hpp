// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/model/layers/dense.hpp>

#include "engine/equal_bits/equal_bits.hpp"

#include <boost/hana/bool.hpp>
#include <boost/hana/cartesian_product.hpp>
#include <boost/hana/filter.hpp>
#include <boost/hana/for_each.hpp>
#include <boost/hana/length.hpp>
#include <boost/hana/transform.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>

#include <xsimd/xsimd.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

/// Many network types: the product of neuron models, readouts and zero-input policies, each with one of the topologies.
namespace static_networks {

namespace sj = spikingjet;
namespace hana = boost::hana;

/// Neurons of one model; each network shares its thresholds across a layer or not.
template <std::size_t Number, template <sj::LayerName, sj::Option...> class Layer, sj::Option... Options>
struct Neurons {
  static constexpr std::size_t number = Number;
  template <sj::LayerName N, bool Share>
  using layer = typename std::conditional_t<
      Share, std::type_identity<Layer<N, Options..., sj::Shared<"threshold", sj::Sharing::per_layer>>>,
      std::type_identity<Layer<N, Options...>>>::type;
};

template <class In, std::size_t... Widths>
struct Topology {
  static constexpr std::size_t depth = sizeof...(Widths);
};

/// Depths 1 to 4; widths from 1 to 40 with primes, and above, at and below a whole number of lanes.
using Topologies =
    std::tuple<Topology<sj::Input<37>, 4, 29>, Topology<sj::Input<11>, 33, 15, 2>, Topology<sj::Input<2, 3, 3>, 40>,
               Topology<sj::Input<13>, 31, 5>, Topology<sj::Input<7>, 7, 7, 7>, Topology<sj::Input<3>, 17>,
               Topology<sj::Input<16>, 16, 8>, Topology<sj::Input<40>, 19, 1, 3>, Topology<sj::Input<1>, 1>,
               Topology<sj::Input<5>, 2, 3>, Topology<sj::Input<23>, 12, 37, 10>, Topology<sj::Input<4>, 24>,
               Topology<sj::Input<1, 5, 6>, 9, 11>, Topology<sj::Input<9>, 6, 13, 8, 4>,
               Topology<sj::Input<2, 2, 2>, 11, 3, 23, 5>, Topology<sj::Input<31>, 5, 1, 9, 2>,
               Topology<sj::Input<6>, 17, 16, 19, 8>>;

template <class Topology, class Kind, class Readout, sj::ZeroInput Zero, bool Share>
struct Build;
template <class In, std::size_t A, class Kind, class Readout, sj::ZeroInput Zero, bool Share>
struct Build<Topology<In, A>, Kind, Readout, Zero, Share> {
  using type = sj::Network<In, sj::Dense<"fc1", A>, typename Kind::template layer<"lif1", Share>, sj::OnZeroInput<Zero>,
                           Readout>;
};
template <class In, std::size_t A, std::size_t B, class Kind, class Readout, sj::ZeroInput Zero, bool Share>
struct Build<Topology<In, A, B>, Kind, Readout, Zero, Share> {
  using type = sj::Network<In, sj::OnZeroInput<Zero>, sj::Dense<"fc1", A, sj::NoBias>,
                           typename Kind::template layer<"lif1", Share>, sj::Dense<"fc2", B>,
                           typename Kind::template layer<"lif2", !Share>, Readout>;
};
template <class In, std::size_t A, std::size_t B, std::size_t C, class Kind, class Readout, sj::ZeroInput Zero,
          bool Share>
struct Build<Topology<In, A, B, C>, Kind, Readout, Zero, Share> {
  using type = sj::Network<In, sj::Dense<"fc1", A>, typename Kind::template layer<"lif1", Share>, sj::Dense<"fc2", B>,
                           typename Kind::template layer<"lif2", Share>, sj::OnZeroInput<Zero>,
                           sj::Dense<"fc3", C, sj::NoBias>, typename Kind::template layer<"lif3", !Share>, Readout>;
};

template <class In, std::size_t A, std::size_t B, std::size_t C, std::size_t D, class Kind, class Readout,
          sj::ZeroInput Zero, bool Share>
struct Build<Topology<In, A, B, C, D>, Kind, Readout, Zero, Share> {
  using type = sj::Network<In, sj::Dense<"fc1", A>, typename Kind::template layer<"lif1", Share>, sj::OnZeroInput<Zero>,
                           sj::Dense<"fc2", B>, typename Kind::template layer<"lif2", !Share>,
                           sj::Dense<"fc3", C, sj::NoBias>, typename Kind::template layer<"lif3", Share>,
                           sj::Dense<"fc4", D>, typename Kind::template layer<"lif4", !Share>, Readout>;
};

template <sj::ZeroInput Policy>
using Zero = std::integral_constant<sj::ZeroInput, Policy>;

template <class Kind, class Readout, class ZeroPolicy>
struct Choose {
  static constexpr std::size_t number = 4 * Kind::number + 2 * std::is_same_v<Readout, sj::SpikeCountReadout> +
                                        (ZeroPolicy::value == sj::ZeroInput::skip);
  using topology = std::tuple_element_t<number % std::tuple_size_v<Topologies>, Topologies>;
  using type = typename Build<topology, Kind, Readout, ZeroPolicy::value, number % 3 == 0>::type;
};

/// The network types of these neuron models: each with every readout and every zero-input policy; all pairs of the two
/// where SPIKINGJET_ALL_NETWORKS is defined, and else two of the four for each model, in turn, as each network type
/// takes ten seconds to compile.
template <class... Kinds>
constexpr auto networks_of() {
  constexpr auto chosen = [](auto type) {
#ifdef SPIKINGJET_ALL_NETWORKS
    return hana::true_c;
#else
    constexpr std::size_t number = decltype(type)::type::number;
    return hana::bool_c<(number / 4 + number / 2 + number) % 2 == 0>;
#endif
  };
  return hana::filter(
      hana::transform(hana::cartesian_product(
                          hana::make_tuple(hana::tuple_t<Kinds...>,
                                           hana::tuple_t<sj::SpikeCountReadout, sj::MaxPotentialReadout>,
                                           hana::tuple_t<Zero<sj::ZeroInput::multiply>, Zero<sj::ZeroInput::skip>>)),
                      [](auto combination) {
                        using Kind = typename decltype(+combination[hana::size_c<0>])::type;
                        using Readout = typename decltype(+combination[hana::size_c<1>])::type;
                        using ZeroPolicy = typename decltype(+combination[hana::size_c<2>])::type;
                        return hana::type_c<Choose<Kind, Readout, ZeroPolicy>>;
                      }),
      chosen);
}

/// A network type with a number that picks its lanes.
template <std::size_t Number, class Net>
struct Numbered {
  static constexpr std::size_t number = Number;
  using type = Net;
};

template <class Lanes>
struct Named {
  using type = Lanes;
  const char* name;
};

// Which lanes a network type is compared on: these rotate, as one engine more for every type would double the time to
// compile. A program for wider vectors takes those, and other random cases; the portable one has every other width.
#ifdef __AVX__
inline constexpr std::uint64_t seeds_of_program = 1'000'000'000;
inline constexpr std::tuple lanes{Named<sj::NativePack>{"native"}, Named<sj::Pack<xsimd::batch<float>, 1>>{"native x1"},
                                  Named<sj::NativePack>{"native"},
                                  Named<sj::Pack<xsimd::batch<float>, 2>>{"native x2"}};
#else
inline constexpr std::uint64_t seeds_of_program = 0;
inline constexpr std::tuple lanes{Named<sj::NativePack>{"native"}, Named<sj::Pack<float, 1>>{"float x1"},
                                  Named<sj::Pack<xsimd::batch<float>, 1>>{"native x1"},
                                  Named<sj::Pack<float, 4>>{"float x4"}, Named<sj::Pack<float, 16>>{"float x16"}};
#endif

/// The subjects of network types, each with the lanes of its number.
template <class Types>
std::vector<equal_bits::Subject> subjects(Types types) {
  std::vector<equal_bits::Subject> all;
  hana::for_each(types, [&](auto type) {
    using Chosen = typename decltype(type)::type;
    constexpr auto width = std::get<Chosen::number % std::tuple_size_v<decltype(lanes)>>(lanes);
    all.push_back(equal_bits::subject<typename Chosen::type, typename decltype(width)::type>(width.name));
  });
  return all;
}

/// What the neurons of a group say about themselves, so that weights need not be simulated.
enum class Says { nothing, monotone, monotone_and_response };

/// The test of one group of network types.
template <class Types>
void require_equal_bits(Types types, std::uint64_t seed, std::size_t cases, Says says) {
  using sj::Decision;
  equal_bits::Coverage coverage;
  for (const equal_bits::Subject& subject : subjects(types)) {
    coverage += equal_bits::compare(subject, seeds_of_program + seed + 10'000 * coverage.networks, cases, {});
  }
  std::string decisions;
  for (std::size_t d = 0; d < sj::decision_count; ++d)
    decisions += (d ? ", " : "") + std::to_string(coverage.decisions[Decision(d)]) + " " +
                 std::string(sj::decision_name(Decision(d)));
  WARN(coverage.networks << " network types, " << coverage.injections << " injections with equal bits, "
                         << coverage.changed << " changed the readout, " << coverage.not_finite << " left NaN or Inf, "
                         << coverage.referenced << " on the reference; decided: " << decisions);
  CHECK(coverage.networks == decltype(hana::length(types))::value);
  CHECK(coverage.injections > 150 * cases * coverage.networks);
  CHECK(coverage.referenced > coverage.injections / 40);
  CHECK(coverage.changed > coverage.injections / 20);       // the cases are worth comparing:
  CHECK(coverage.changed < coverage.injections * 19 / 20);  // neither dead nor chaotic
  CHECK(coverage.not_finite < coverage.injections / 2);
  for (const Decision decision : {Decision::equivalent, Decision::silent, Decision::analytic, Decision::bracketed,
                                  Decision::unchanged, Decision::returned, Decision::merged, Decision::carried,
                                  Decision::replayed}) {
    INFO(sj::decision_name(decision));
    if ((decision == Decision::bracketed && says == Says::nothing) ||
        (decision == Decision::analytic && says != Says::monotone_and_response))
      CHECK(coverage.decisions[decision] == 0);
    else
      CHECK(coverage.decisions[decision] > cases * coverage.networks);
  }
}

inline constexpr std::size_t few_cases = 48;
inline constexpr std::size_t many_cases = 800;

}  // namespace static_networks
