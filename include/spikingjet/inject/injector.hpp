// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/apply.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/bit_position.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/persistence.hpp>
#include <spikingjet/fault/target.hpp>
#include <spikingjet/model/network.hpp>

#include <boost/hana/cartesian_product.hpp>
#include <boost/hana/for_each.hpp>
#include <boost/hana/integral_constant.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace spikingjet {

/// Several policies of one kind where an `Injector` takes one: `Policies<BitFlip, StuckAt<0>>`.
template <class... P>
struct Policies {};

namespace detail {

template <class P>
struct PolicyList {
  static constexpr auto types = boost::hana::make_tuple(boost::hana::type_c<P>);
  template <template <class> class Check>
  static constexpr bool all = Check<P>::value;
  template <class F>
  static constexpr void each(const F& f) {
    f(std::type_identity<P>{});
  }
};
template <class... P>
struct PolicyList<Policies<P...>> {
  static_assert(sizeof...(P) > 0, "spikingjet: 'Policies' needs at least one policy; see docs/concepts/fault_type.md");

  static constexpr auto types = boost::hana::make_tuple(boost::hana::type_c<P>...);
  template <template <class> class Check>
  static constexpr bool all = (Check<P>::value && ...);
  template <class F>
  static constexpr void each(const F& f) {
    (f(std::type_identity<P>{}), ...);
  }
};

template <class P>
struct IsFaultType : std::bool_constant<FaultType<P>> {};
template <class P>
struct IsBitPosition : std::bool_constant<BitPosition<P>> {};
template <class P>
struct IsTarget : std::bool_constant<Target<P>> {};

template <class Net, class Targets>
consteval bool targets_hit() {
  bool all = true;
  PolicyList<Targets>::each([&]<class T>(std::type_identity<T>) {
    bool any = false;
    for (const Quantity& quantity : Net::quantities) any = any || T::hits(quantity);
    all = all && any;
  });
  return all;
}

template <class Net, class Types, class Positions, class Targets, class When>
consteval bool check_injector_policies() {
  static_assert(is_network<Net>,
                "spikingjet: the first argument of 'Injector' must be a 'Network'; see docs/concepts/network.md");
  static_assert(PolicyList<Types>::template all<IsFaultType>,
                "spikingjet: a fault type needs 'name()' and either 'at(bit)' or 'on(role)' returning an 'Alteration'; "
                "check the second argument of 'Injector'; see docs/concepts/fault_type.md");
  static_assert(PolicyList<Positions>::template all<IsBitPosition>,
                "spikingjet: a bit position needs 'name()' and 'mask()' returning a set of bits; check the third "
                "argument of 'Injector'; see docs/concepts/bit_position.md");
  static_assert(PolicyList<Targets>::template all<IsTarget>,
                "spikingjet: a target needs 'name()' and 'hits(quantity)'; check the fourth argument of 'Injector'; "
                "see docs/concepts/target.md");
  static_assert(Persistence<When>,
                "spikingjet: a persistence needs 'name()', 'windows(steps)' and 'window(index)'; check the fifth "
                "argument of 'Injector'; see docs/concepts/fault_type.md");
  return true;
}

template <class Net, class Targets>
consteval bool check_injector_targets() {
  static_assert(
      targets_hit<Net, Targets>(),
      "spikingjet: a target of 'Injector' hits nothing in this network; 'Current' needs neurons with a "
      "synaptic current, such as 'Synaptic', and 'InLayer' a layer of that name; see docs/concepts/target.md");
  return true;
}

}  // namespace detail

/// Composes policies into fault injection for one network: which types strike which bits of which targets, and when.
///
/// Each of the three policies may be one policy or `Policies<...>`; their product is computed at compile time, and a
/// run is instrumented only at the injection points that the targets hit.
///
/// **Laws** `fault_space()` holds, for each quantity hit, every element under every pair of type and bit; value faults
/// once. An injection point that no target hits costs nothing.
/// **Errors** does not compile with a type that is not the policy it stands for, or a target that hits nothing.
/// **Example** `Injector<Net, BitFlip, AnyBit, target::Weight>`,
/// `Injector<Net, Policies<BitFlip, StuckAt<0>>, ExponentBits, Policies<target::Weight, target::Spike>>`
template <class Net, class Types = BitFlip, class Positions = AnyBit, class Targets = target::Default,
          class When = Permanent>
class Injector {
  static_assert(detail::check_injector_policies<Net, Types, Positions, Targets, When>());
  static_assert(detail::check_injector_targets<Net, Targets>());

 public:
  using Network = Net;

  /// All faults of these policies, for runs of `steps` steps (which matters only to transient faults).
  static FaultSpace fault_space(std::uint64_t steps = 1) {
    const std::vector<Choice> ways = choices();
    std::vector<Stratum> strata;
    for (std::size_t q = 0; q < Net::quantities.size(); ++q)
      if (hits(q)) strata.push_back({static_cast<std::uint32_t>(q), ways});
    return FaultSpace(Net::quantities, std::move(strata), When::windows(steps), &When::window);
  }

  /// Whether any target hits a quantity of the network.
  static constexpr bool hits(std::size_t quantity) {
    bool hit = false;
    detail::PolicyList<Targets>::each(
        [&]<class T>(std::type_identity<T>) { hit = hit || T::hits(Net::quantities[quantity]); });
    return hit;
  }

  /// The fault types as data, for reading fault lists.
  static std::vector<FaultTypeInfo> fault_types() {
    std::vector<FaultTypeInfo> types;
    detail::PolicyList<Types>::each([&]<class F>(std::type_identity<F>) { types.push_back(describe_fault_type<F>()); });
    return types;
  }

  /// One line that names every policy; it stands in manifests.
  static std::string summary() {
    std::string text;
    const auto append = [&]<class P>(std::type_identity<P>) {
      text += (text.empty() || text.back() == ' ' ? "" : "|") + std::string(P::name());
    };
    detail::PolicyList<Types>::each(append);
    text += ", ";
    detail::PolicyList<Positions>::each(append);
    text += ", ";
    detail::PolicyList<Targets>::each(append);
    return text + ", " + When::name();
  }

  /// `spikingjet::apply`: a fault on a plain span, for a simulator of one's own.
  static void apply(const Fault& fault, std::span<float> values, std::size_t step) {
    spikingjet::apply(fault, values, step);
  }

 private:
  /// Every way to strike an element of a quantity that a target hits: the product of types and positions, each way
  /// once, ordered by bit and then by type; value faults last.
  static std::vector<Choice> choices() {
    static constexpr auto product = boost::hana::cartesian_product(
        boost::hana::make_tuple(detail::PolicyList<Types>::types, detail::PolicyList<Positions>::types));
    std::vector<Choice> all;
    boost::hana::for_each(product, [&](auto combination) {
      using namespace boost::hana::literals;
      using F = typename decltype(+combination[0_c])::type;
      using B = typename decltype(+combination[1_c])::type;
      const auto add = [&](std::int32_t bit) {
        const Choice choice{describe_fault_type<F>(), bit};
        if (std::find(all.begin(), all.end(), choice) == all.end()) all.push_back(choice);
      };
      if constexpr (ValueFault<F>) {
        add(Fault::no_bit);
      } else {
        for (unsigned bit = 0; bit < Binary32::bits; ++bit)
          if ((B::mask() >> bit) & 1u) add(static_cast<std::int32_t>(bit));
      }
    });
    std::stable_sort(all.begin(), all.end(), [](const Choice& a, const Choice& b) {
      return static_cast<std::uint32_t>(a.bit) < static_cast<std::uint32_t>(b.bit);
    });
    return all;
  }
};

}  // namespace spikingjet
