// SPDX-License-Identifier: MIT
#pragma once

// Laws of fault types.

#include "catch.hpp"
#include "laws/random_values.hpp"

#include <spikingjet/fault/fault_type.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace laws {

inline constexpr std::array all_roles{
    spikingjet::Role::weight,         spikingjet::Role::bias,      spikingjet::Role::decay,
    spikingjet::Role::synaptic_decay, spikingjet::Role::threshold, spikingjet::Role::potential,
    spikingjet::Role::current,        spikingjet::Role::spike,     spikingjet::Role::other};

/// The bits that a bit fault at `bit` may alter; give a type that strikes more than the bit itself a specialisation.
template <spikingjet::BitFault F>
struct NamedBits {
  static constexpr std::uint32_t at(unsigned bit) { return std::uint32_t{1} << bit; }
};

/// Every alteration that a type can make.
template <spikingjet::FaultType F>
std::vector<spikingjet::Alteration> alterations_of() {
  std::vector<spikingjet::Alteration> all;
  if constexpr (spikingjet::BitFault<F>)
    for (unsigned bit = 0; bit < spikingjet::Binary32::bits; ++bit) all.push_back(F::at(bit));
  else
    for (const spikingjet::Role role : all_roles) all.push_back(F::on(role));
  return all;
}

/// Words to strike: the edges of the format and some at random.
inline std::vector<std::uint32_t> words_to_strike(std::uint32_t seed) {
  std::vector<std::uint32_t> words(edge_words.begin(), edge_words.end());
  RandomValues random(seed);
  for (int i = 0; i < 200; ++i) words.push_back(random.word());
  return words;
}

/// The alteration is a pure function of bit and role, at compile time as at run time, and the run-time description
/// makes the same one; the name fits into a CSV field.
template <spikingjet::FaultType F>
void fault_type_is_pure() {
  constexpr spikingjet::FaultTypeInfo info = spikingjet::describe_fault_type<F>();
  CHECK(info.name == F::name());
  CHECK(info.takes_bit == spikingjet::BitFault<F>);
  const auto first = alterations_of<F>();
  CHECK(alterations_of<F>() == first);
  for (const spikingjet::Role role : all_roles)
    for (unsigned bit = 0; bit < spikingjet::Binary32::bits; ++bit) {
      const spikingjet::Alteration expected = spikingjet::BitFault<F> ? first[bit] : first[std::size_t(role)];
      if (!(info.alteration(bit, role) == expected)) FAIL("bit " << bit << ", " << spikingjet::role_name(role));
    }
  const std::string name(F::name());
  CHECK_FALSE(name.empty());
  CHECK(name.find_first_of(",\"\r\n \t") == std::string::npos);
}

/// A state meets the masks as the stored bits do, but any NaN as the canonical one.
template <spikingjet::FaultType F>
void fault_type_knows_one_nan_in_states(std::uint32_t seed) {
  INFO("seed " << seed);
  for (const spikingjet::Alteration& alteration : alterations_of<F>())
    for (const std::uint32_t word : words_to_strike(seed)) {
      const float value = spikingjet::to_float(word);
      const bool nan = (word & 0x7fffffffu) > 0x7f800000u;
      const std::uint32_t seen = nan ? 0x7fc00000u : word;
      const std::uint32_t on_state = spikingjet::to_word(alteration.on_state(value));
      const std::uint32_t on_parameter = spikingjet::to_word(alteration.on_parameter(spikingjet::to_float(seen)));
      if (on_state != on_parameter) FAIL("word " << word << " became " << on_state << " and " << on_parameter);
    }
}

/// A bit fault alters no bit but those it names, in stored words and in states.
template <spikingjet::BitFault F>
void bit_fault_alters_only_named_bits(std::uint32_t seed) {
  INFO("seed " << seed);
  for (unsigned bit = 0; bit < spikingjet::Binary32::bits; ++bit) {
    const std::uint32_t others = ~NamedBits<F>::at(bit);
    for (const std::uint32_t word : words_to_strike(seed)) {
      const std::uint32_t stored = spikingjet::to_word(F::at(bit).on_parameter(spikingjet::to_float(word)));
      if (((stored ^ word) & others) != 0) FAIL("bit " << bit << " of word " << word << " gave " << stored);
    }
  }
}

/// Twice is as never; once never leaves a stored word as it was.
template <spikingjet::FaultType F>
void fault_type_is_an_involution(std::uint32_t seed) {
  INFO("seed " << seed);
  for (const spikingjet::Alteration& alteration : alterations_of<F>())
    for (const std::uint32_t word : words_to_strike(seed)) {
      const float once = alteration.on_parameter(spikingjet::to_float(word));
      if (spikingjet::to_word(once) == word) FAIL("word " << word << " stayed");
      if (spikingjet::to_word(alteration.on_parameter(once)) != word) FAIL("word " << word << " did not come back");
    }
}

/// Twice is as once.
template <spikingjet::FaultType F>
void fault_type_is_idempotent(std::uint32_t seed) {
  INFO("seed " << seed);
  for (const spikingjet::Alteration& alteration : alterations_of<F>())
    for (const std::uint32_t word : words_to_strike(seed)) {
      const float once = alteration.on_parameter(spikingjet::to_float(word));
      if (spikingjet::to_word(alteration.on_parameter(once)) != spikingjet::to_word(once)) FAIL("word " << word);
      const float state = alteration.on_state(spikingjet::to_float(word));
      // A mask may make any NaN of a number; the next one sees it as the canonical NaN.
      if (!spikingjet::is_nan(state) && spikingjet::to_word(alteration.on_state(state)) != spikingjet::to_word(state))
        FAIL("state " << word);
    }
}

}  // namespace laws
