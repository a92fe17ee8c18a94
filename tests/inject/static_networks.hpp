// SPDX-License-Identifier: MIT
#pragma once

#include "against_reference.hpp"

#include <boost/hana/cartesian_product.hpp>
#include <boost/hana/length.hpp>
#include <boost/hana/transform.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>

/// Many network types: the product of neuron models, readouts and zero-input policies, each with one of the topologies.
namespace static_networks {

namespace sj = spikingjet;
namespace hana = boost::hana;

/// Neurons of one model; each network shares its thresholds across a layer or not.
template <std::size_t Number, template <sj::Name, class...> class Layer, class... Options>
struct Neurons {
  static constexpr std::size_t number = Number;
  template <sj::Name N, bool Share>
  using layer = typename std::conditional_t<
      Share, std::type_identity<Layer<N, Options..., sj::Shared<"threshold", sj::Sharing::per_layer>>>,
      std::type_identity<Layer<N, Options...>>>::type;
};

template <class In, std::size_t... Widths>
struct Topology {
  static constexpr std::size_t depth = sizeof...(Widths);
};

/// Depths 1 to 3; widths from 1 to 40 with primes, and above, at and below a whole number of lanes.
using Topologies =
    std::tuple<Topology<sj::Input<37>, 4, 29>, Topology<sj::Input<11>, 33, 15, 2>, Topology<sj::Input<2, 3, 3>, 40>,
               Topology<sj::Input<13>, 31, 5>, Topology<sj::Input<7>, 7, 7, 7>, Topology<sj::Input<3>, 17>,
               Topology<sj::Input<16>, 16, 8>, Topology<sj::Input<40>, 19, 1, 3>, Topology<sj::Input<1>, 1>,
               Topology<sj::Input<5>, 2, 3>, Topology<sj::Input<23>, 12, 37, 10>, Topology<sj::Input<4>, 24>,
               Topology<sj::Input<1, 5, 6>, 9, 11>>;

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

template <sj::ZeroInput Policy>
using Zero = std::integral_constant<sj::ZeroInput, Policy>;

template <class Kind, class Readout, class ZeroPolicy>
struct Choose {
  static constexpr std::size_t number = 4 * Kind::number + 2 * std::is_same_v<Readout, sj::SpikeCountReadout> +
                                        (ZeroPolicy::value == sj::ZeroInput::skip);
  using topology = std::tuple_element_t<number % std::tuple_size_v<Topologies>, Topologies>;
  using type = typename Build<topology, Kind, Readout, ZeroPolicy::value, number % 3 == 0>::type;
};

/// The network types of these neuron models.
template <class... Kinds>
constexpr auto networks_of() {
  return hana::transform(hana::cartesian_product(hana::make_tuple(
                             hana::tuple_t<Kinds...>, hana::tuple_t<sj::SpikeCountReadout, sj::MaxPotentialReadout>,
                             hana::tuple_t<Zero<sj::ZeroInput::multiply>, Zero<sj::ZeroInput::skip>>)),
                         [](auto combination) {
                           using Kind = typename decltype(+combination[hana::size_c<0>])::type;
                           using Readout = typename decltype(+combination[hana::size_c<1>])::type;
                           using ZeroPolicy = typename decltype(+combination[hana::size_c<2>])::type;
                           return hana::type_c<typename Choose<Kind, Readout, ZeroPolicy>::type>;
                         });
}

/// The test of one group of network types.
template <class Types>
void require_equal_to_reference(Types types, std::uint64_t seed, std::size_t cases) {
  const auto coverage = against_reference::compare_all<sj::FullEngine>(types, seed, cases, 18, 4);
  WARN(coverage.networks << " network types, " << coverage.injections << " injections equal to the reference, "
                         << coverage.changed << " changed the readout, " << coverage.not_finite << " left NaN or Inf");
  CHECK(coverage.networks == decltype(hana::length(types))::value);
  CHECK(coverage.injections == 72 * cases * coverage.networks);
  CHECK(coverage.changed > coverage.injections / 20);       // the cases are worth comparing:
  CHECK(coverage.changed < coverage.injections * 19 / 20);  // neither dead nor chaotic
  CHECK(coverage.not_finite < coverage.injections / 2);
}

inline constexpr std::size_t few_cases = 24;
inline constexpr std::size_t many_cases = 1000;

}  // namespace static_networks
