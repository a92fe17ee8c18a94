// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/neurons/alpha.hpp>
#include <spikingjet/model/neurons/lapicque.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/synaptic.hpp>

#include <array>
#include <string_view>

namespace sj = spikingjet;

// A neuron model of one's own; each wrong one below differs from it in one thing.
struct Good {
  static constexpr std::array<sj::ConstantInfo, 0> constants{};
  static constexpr std::array states{sj::StateInfo{"potential", sj::Role::potential}};
  static constexpr std::string_view name() { return "good"; }
  template <class V>
  static V update(sj::Values<V, 1>& state, V i, const sj::Values<V, 0>&) {
    state[0] = state[0] + i;
    return sj::heaviside(state[0]);
  }
};

struct NoName : Good {
  static void name();
};
struct NoPotential : Good {
  static constexpr std::array states{sj::StateInfo{"charge", sj::Role::other}};
};
struct TwoPotentials : Good {
  static constexpr std::array states{sj::StateInfo{"soma", sj::Role::potential},
                                     sj::StateInfo{"dendrite", sj::Role::potential}};
  template <class V>
  static V update(sj::Values<V, 2>&, V i, const sj::Values<V, 0>&) {
    return i;
  }
};
struct NoSpike : Good {
  template <class V>
  static void update(sj::Values<V, 1>&, V, const sj::Values<V, 0>&) {}
};
struct NoConstants {
  static constexpr std::array states{sj::StateInfo{"potential", sj::Role::potential}};
  static constexpr std::string_view name() { return "no constants"; }
};

#if defined(CONTROL)
sj::Neuron<"lif1", Good> own;
sj::Leaky<"lif1", sj::ZeroReset, sj::ImmediateReset, sj::Snntorch07, sj::Shared<"beta", sj::Sharing::per_layer>> leaky;
sj::Synaptic<"lif1", sj::NoReset, sj::ImmediateReset, sj::Shared<"alpha", sj::Sharing::per_neuron>> synaptic;
sj::Lapicque<"lif1", sj::SubtractReset, sj::Shared<"time_step", sj::Sharing::per_layer>> lapicque;
sj::Alpha<"lif1", sj::NoReset, sj::Shared<"alpha", sj::Sharing::per_layer>> alpha;
#endif

// case: NO_NAME
// expect: spikingjet: a neuron model needs 'name\(\)', 'constants', 'states' with exactly one potential, and
#if defined(NO_NAME)
sj::Neuron<"lif1", NoName> own;
#endif

// case: NO_POTENTIAL
// expect: spikingjet: a neuron model needs 'name\(\)', 'constants', 'states' with exactly one potential, and
#if defined(NO_POTENTIAL)
sj::Neuron<"lif1", NoPotential> own;
#endif

// case: TWO_POTENTIALS
// expect: spikingjet: a neuron model needs 'name\(\)', 'constants', 'states' with exactly one potential, and
#if defined(TWO_POTENTIALS)
sj::Neuron<"lif1", TwoPotentials> own;
#endif

// case: NO_SPIKE
// expect: spikingjet: a neuron model needs 'name\(\)', 'constants', 'states' with exactly one potential, and
#if defined(NO_SPIKE)
sj::Neuron<"lif1", NoSpike> own;
#endif

// case: NO_CONSTANTS
// expect: spikingjet: a neuron model needs 'name\(\)', 'constants', 'states' with exactly one potential, and
#if defined(NO_CONSTANTS)
sj::Neuron<"lif1", NoConstants> own;
#endif

// case: NO_MODEL_WITH_AN_OPTION
// expect: spikingjet: a neuron model needs 'name\(\)', 'constants', 'states' with exactly one potential, and
#if defined(NO_MODEL_WITH_AN_OPTION)
sj::Neuron<"lif1", int, sj::Shared<"beta", sj::Sharing::per_layer>> own;
#endif

// case: SHARED_NAMES_NO_CONSTANT
// expect: spikingjet: 'Shared' must name a constant of the neuron model; check its first argument, such as 'beta' or
// expect: in_layer<'l', 'i', 'f', '1'>
// expect: in_layer<'a', 'l', 'p', 'h', 'a'>
#if defined(SHARED_NAMES_NO_CONSTANT)
sj::Leaky<"lif1", sj::Shared<"alpha", sj::Sharing::per_layer>> leaky;
#endif

// case: OPTION_OF_ANOTHER_MODEL
// expect: spikingjet: a neuron layer takes only options of its model and 'Shared'; check the arguments after its name
#if defined(OPTION_OF_ANOTHER_MODEL)
sj::Synaptic<"lif1", sj::Snntorch07> synaptic;
#endif

// case: IMMEDIATE_RESET_OF_ALPHA
// expect: spikingjet: a neuron layer takes only options of its model and 'Shared'; check the arguments after its name
#if defined(IMMEDIATE_RESET_OF_ALPHA)
sj::Alpha<"lif1", sj::ImmediateReset> alpha;
#endif

// case: NO_OPTION_AT_ALL
// expect: spikingjet: a neuron layer takes only options of its model and 'Shared'; check the arguments after its name
#if defined(NO_OPTION_AT_ALL)
sj::Lapicque<"lif1", sj::NoBias> lapicque;
#endif

// case: OPTION_OF_A_MODEL_WITHOUT
// expect: spikingjet: a neuron layer takes only options of its model and 'Shared'; check the arguments after its name
#if defined(OPTION_OF_A_MODEL_WITHOUT)
sj::Neuron<"lif1", Good, sj::ZeroReset> own;
#endif

// case: TWO_RESETS
// expect: spikingjet: a neuron layer takes at most one of 'SubtractReset', 'ZeroReset' and 'NoReset'; check the
#if defined(TWO_RESETS)
sj::Leaky<"lif1", sj::ZeroReset, sj::NoReset> undecided;
#endif

// case: NUMBER_FOR_AN_OPTION
// expect: spikingjet: a neuron layer takes a name and options, no numbers and no text; what it should not have is
// expect: in_layer<'l', 'i', 'f', '1'>
// expect: written<'0', '\.', '9'>
#if defined(NUMBER_FOR_AN_OPTION)
sj::Leaky<"lif1", 0.9> decay;
#endif

// case: NEGATIVE_NUMBER_FOR_AN_OPTION
// expect: spikingjet: a neuron layer takes a name and options, no numbers and no text; what it should not have is
// expect: written<'-', '2'>
#if defined(NEGATIVE_NUMBER_FOR_AN_OPTION)
sj::Synaptic<"lif1", -2> number;
#endif

// case: TEXT_FOR_A_RESET
// expect: spikingjet: a neuron layer takes a name and options, no numbers and no text; what it should not have is
// expect: written<'z', 'e', 'r', 'o'>
#if defined(TEXT_FOR_A_RESET)
sj::Leaky<"lif1", "zero"> reset;
#endif

// case: ENUMERATOR_FOR_A_RESET
// expect: spikingjet: a neuron layer takes only options of its model and 'Shared'; check the arguments after its name
#if defined(ENUMERATOR_FOR_A_RESET)
sj::Leaky<"lif1", sj::Reset::zero> reset;
#endif

// case: SHARED_WITHOUT_HOW
// expect: spikingjet: 'Shared' needs how a constant is shared as its second argument, as in
#if defined(SHARED_WITHOUT_HOW)
sj::Leaky<"lif1", sj::Shared<"beta">> how;
#endif

// case: SHARED_ALPHA_OF_A_LEAKY_NEURON
// expect: spikingjet: 'Shared' must name a constant of the neuron model; check its first argument, such as 'beta' or
#if defined(SHARED_ALPHA_OF_A_LEAKY_NEURON)
sj::Leaky<"lif1", sj::Shared<"alpha">> alpha;
#endif

// case: NO_NAME_AT_ALL
// expect: spikingjet: the first argument of a layer is its name, text in double quotes such as
#if defined(NO_NAME_AT_ALL)
sj::Leaky<> nameless;
#endif

// case: OPTION_FOR_THE_NAME
// expect: spikingjet: the first argument of a layer is its name, text in double quotes such as
#if defined(OPTION_FOR_THE_NAME)
sj::Leaky<sj::ZeroReset> nameless;
#endif

// case: NAME_WITH_A_SLASH
// expect: spikingjet: a 'Name' takes letters, digits, '_', '-' and '\.'; check the one spelled in
// expect: in_layer<'l', 'i', 'f', '/', '1'>
#if defined(NAME_WITH_A_SLASH)
sj::Leaky<"lif/1"> slash;
#endif

// case: NUMBER_FOR_HOW
// expect: spikingjet: 'Shared' needs how a constant is shared as its second argument, as in
// expect: in_layer<'l', 'i', 'f', '1'>
// expect: in_layer<'b', 'e', 't', 'a'>
// expect: written<'0', '\.', '9'>
#if defined(NUMBER_FOR_HOW)
sj::Leaky<"lif1", sj::Shared<"beta", 0.9>> number;
#endif

// case: WHOLE_NUMBER_FOR_HOW
// expect: spikingjet: 'Shared' needs how a constant is shared as its second argument, as in
// expect: in_layer<'l', 'i', 'f', '1'>
// expect: written<'1'>
#if defined(WHOLE_NUMBER_FOR_HOW)
sj::Leaky<"lif1", sj::Shared<"beta", 1>> number;
#endif

// case: TEXT_FOR_HOW
// expect: spikingjet: 'Shared' needs how a constant is shared as its second argument, as in
// expect: in_layer<'l', 'i', 'f', '1'>
// expect: written<'p', 'e', 'r', '_', 'l', 'a', 'y', 'e', 'r'>
#if defined(TEXT_FOR_HOW)
sj::Synaptic<"lif1", sj::Shared<"beta", "per_layer">> text;
#endif

// case: OPTION_FOR_HOW
// expect: spikingjet: 'Shared' needs how a constant is shared as its second argument, as in
// expect: in_layer<'l', 'i', 'f', '1'>
#if defined(OPTION_FOR_HOW)
sj::Leaky<"lif1", sj::Shared<"beta", sj::ZeroReset>> option;
#endif

// case: NO_SUCH_SHARING
// expect: spikingjet: 'Shared' needs how a constant is shared as its second argument, as in
// expect: in_layer<'l', 'i', 'f', '1'>
#if defined(NO_SUCH_SHARING)
sj::Leaky<"lif1", sj::Shared<"beta", sj::Sharing(7)>> seventh;
#endif

// case: SHARED_NOTHING
// expect: spikingjet: 'Shared' must name a constant of the neuron model; check its first argument, such as 'beta' or
// expect: in_layer<'l', 'i', 'f', '1'>
#if defined(SHARED_NOTHING)
sj::Leaky<"lif1", sj::Shared<>> nothing;
#endif

// case: SHARED_BY_NUMBER
// expect: spikingjet: the first argument of a layer is its name, text in double quotes such as
#if defined(SHARED_BY_NUMBER)
sj::Leaky<"lif1", sj::Shared<0.9>> number;
#endif

// case: SHARED_SWAPPED
// expect: spikingjet: the first argument of a layer is its name, text in double quotes such as
#if defined(SHARED_SWAPPED)
sj::Leaky<"lif1", sj::Shared<sj::Sharing::per_layer, "beta">> swapped;
#endif

// case: SHARED_WITH_A_SPACE
// expect: spikingjet: 'Shared' must name a constant of the neuron model; check its first argument, such as 'beta' or
// expect: in_layer<'l', 'i', 'f', '1'>
// expect: in_layer<'b', 'e', ' ', 't', 'a'>
#if defined(SHARED_WITH_A_SPACE)
sj::Leaky<"lif1", sj::Shared<"be ta", sj::Sharing::per_layer>> space;
#endif

// case: NUMBER_FOR_THE_NAME
// expect: spikingjet: the first argument of a layer is its name, text in double quotes such as
#if defined(NUMBER_FOR_THE_NAME)
sj::Leaky<0.9> number;
#endif

// case: SWAPPED
// expect: spikingjet: the first argument of a layer is its name, text in double quotes such as
#if defined(SWAPPED)
sj::Lapicque<sj::NoReset, "lif1"> swapped;
#endif

// case: TWO_NAMES
// expect: spikingjet: a neuron layer takes a name and options, no numbers and no text; what it should not have is
// expect: in_layer<'l', 'i', 'f', '1'>
// expect: written<'l', 'i', 'f', '2'>
#if defined(TWO_NAMES)
sj::Alpha<"lif1", "lif2"> twice;
#endif

// case: TRUTH
// expect: spikingjet: a neuron layer takes a name and options, no numbers and no text; what it should not have is
// expect: in_layer<'l', 'i', 'f', '1'>
// expect: written<'t', 'r', 'u', 'e'>
#if defined(TRUTH)
sj::Leaky<"lif1", true> learn_beta;
#endif

// case: LARGE_NUMBER
// expect: spikingjet: a neuron layer takes a name and options, no numbers and no text; what it should not have is
// expect: written<'5', '0', '0', '0', '0', '0', '0', '0', '0', '0'>
#if defined(LARGE_NUMBER)
sj::Leaky<"lif1", 5000000000> number;
#endif

// case: UNSIGNED_NUMBER
// expect: spikingjet: a neuron layer takes a name and options, no numbers and no text; what it should not have is
// expect: written<'1', '8', '4', '4', '6', '7', '4', '4', '0', '7', '3', '7', '0', '9', '5', '5', '1', '6', '1', '5'>
#if defined(UNSIGNED_NUMBER)
sj::Leaky<"lif1", 18446744073709551615u> number;
#endif

// case: SMALL_FRACTION
// expect: spikingjet: a neuron layer takes a name and options, no numbers and no text; what it should not have is
// expect: written<'-', '0', '\.', '0', '5'>
#if defined(SMALL_FRACTION)
sj::Leaky<"lif1", -0.05> number;
#endif

// case: LONG_TEXT
// expect: spikingjet: a neuron layer takes a name and options, no numbers and no text; what it should not have is
// expect: 't', 'h', 'i', 'r', 't', 'y'
#if defined(LONG_TEXT)
sj::Leaky<"lif1", "a text of more than thirty-one characters"> text;
#endif

// case: EMPTY_NAME
// expect: spikingjet: a 'Name' must not be empty; check the first argument of the layer
#if defined(EMPTY_NAME)
sj::Leaky<""> nameless;
#endif

// case: NAME_OF_32_CHARACTERS
// expect: spikingjet: a 'Name' holds at most 31 characters; check the first argument of the layer
#if defined(NAME_OF_32_CHARACTERS)
sj::Leaky<"A-31_character.name-is-allowed0X"> too_long;
#endif

// case: NO_MODEL
// expect: spikingjet: a neuron model needs 'name\(\)', 'constants', 'states' with exactly one potential, and
#if defined(NO_MODEL)
sj::Neuron<"lif1"> without;
#endif

// case: NAME_OF_NUMBERS_BEFORE_A_MODEL
// expect: spikingjet: the first argument of a layer is its name, text in double quotes such as
#if defined(NAME_OF_NUMBERS_BEFORE_A_MODEL)
sj::Neuron<1, Good> number;
#endif
