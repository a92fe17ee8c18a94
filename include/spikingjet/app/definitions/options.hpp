// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/options.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/bit_position.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/persistence.hpp>
#include <spikingjet/fault/sampling_method.hpp>
#include <spikingjet/fault/stratification.hpp>
#include <spikingjet/fault/target.hpp>
#include <spikingjet/model/quantity.hpp>

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spikingjet {

SPIKINGJET_INLINE std::uint32_t parse_bits(const std::string& text) {
  if (const auto bits = bits_named(text)) return *bits;
  throw BadOption("--bits", text, "all, sign, exponent, mantissa, or bits from 0 to 31 such as 0,5,23-30");
}

namespace detail {

SPIKINGJET_INLINE bool any_glob_matches(const std::vector<std::string>& globs, const std::string& name) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return fnmatch(glob.c_str(), name.c_str(), 0) == 0; });
}

SPIKINGJET_INLINE void require_globs_match(const std::vector<std::string>& globs,
                                           const std::vector<std::string>& names) {
  for (const std::string& glob : globs)
    if (std::none_of(names.begin(), names.end(),
                     [&](const std::string& name) { return any_glob_matches({glob}, name); }))
      throw BadOption("--target", glob, fmt::format("a shell glob that matches one of {}", fmt::join(names, ", ")));
}

}  // namespace detail

SPIKINGJET_INLINE FaultSpace choose_space(const FaultSpace& compiled, const SamplingOptions& options,
                                          std::optional<std::uint64_t> steps) {
  const std::uint32_t bits = parse_bits(options.bits);
  std::vector<std::string> known;
  for (const Stratum& stratum : compiled.strata())
    for (const Choice& choice : stratum.choices)
      if (std::find(known.begin(), known.end(), choice.type.name) == known.end()) known.emplace_back(choice.type.name);
  const std::vector<std::string> types = options.fault_types == "all" ? known : split(options.fault_types, ',');
  for (const std::string& type : types)
    if (std::find(known.begin(), known.end(), type) == known.end()) {
      std::string allowed;
      for (const std::string& name : known) allowed += (allowed.empty() ? "" : ", ") + name;
      throw BadOption("--fault", type, allowed + ", separated by commas");
    }
  const auto takes_bit = [&](const Stratum& stratum) {
    return std::any_of(stratum.choices.begin(), stratum.choices.end(), [&](const Choice& choice) {
      return choice.bit != Fault::no_bit && std::find(types.begin(), types.end(), choice.type.name) != types.end();
    });
  };
  const auto strata = compiled.strata();
  if (options.bits != "all" && std::none_of(strata.begin(), strata.end(), takes_bit))
    throw OptionWithoutEffect("--bits " + options.bits,
                              "faults of type '" + options.fault_types + "' strike no single bit");
  std::vector<std::string> names;
  for (const Stratum& stratum : compiled.strata()) names.push_back(compiled.quantities()[stratum.quantity].name());
  detail::require_globs_match(options.targets, names);

  FaultSpace space = compiled.restricted(
      [&](const Quantity& quantity) {
        return options.targets.empty() ? options.any_target || target::Default::hits(quantity)
                                       : detail::any_glob_matches(options.targets, quantity.name());
      },
      [&](const Choice& choice) {
        if (std::find(types.begin(), types.end(), choice.type.name) == types.end()) return false;
        return choice.bit == Fault::no_bit || ((bits >> choice.bit) & 1u) != 0;
      });
  if (options.persistence == "compiled") return space;
  if (options.persistence == "permanent") return space.with_windows(Permanent::windows(1), &Permanent::window);
  if (options.persistence != "transient")
    throw BadOption("--persistence", options.persistence, "permanent or transient");
  if (!steps) throw StepsUnknown();
  return space.with_windows(Transient::windows(*steps), &Transient::window);
}

SPIKINGJET_INLINE SamplingMethod choose_method(const SamplingOptions& options) {
  const auto method = SamplingMethod::named(options.method);
  if (!method) throw BadOption("--method", options.method, std::string(SamplingMethod::allowed));
  using Kind = SamplingMethod::Kind;
  const Kind kind = method->kind();
  const auto refuse = [&](const char* option, const std::string& effect) {
    throw OptionWithoutEffect(option, effect + ", and '--method' is '" + options.method + "'");
  };
  if (options.margin && !method->takes_precision())
    refuse("--margin", "'exhaustive', 'count:N' and 'stratified:N' say by themselves how many faults there are");
  if (options.p && kind != Kind::network_wise && kind != Kind::iterative)
    refuse("--p", "only 'network-wise' and 'iterative' samples come from it");
  if (!options.strata.empty() && kind != Kind::stratified) refuse("--strata", "only 'stratified:N' is told its strata");
  if (!options.rates.empty() && kind != Kind::data_aware) refuse("--rates", "only 'data-aware' samples come from them");
  if (!options.pilot.empty() && kind != Kind::data_aware && kind != Kind::stratified)
    refuse("--pilot", "only 'data-aware' and 'stratified:N' learn from one");
  if (!options.rates.empty() && !options.pilot.empty())
    throw OptionWithoutEffect("--rates", "'--pilot' says which rates to expect");
  return *method;
}

SPIKINGJET_INLINE Stratification choose_strata(const FaultSpace& space, const SamplingMethod& method,
                                               const SamplingOptions& options) {
  if (options.strata.empty()) return *stratification_named(method.by(), space);
  for (const std::string_view by : {"layer", "quantity", "layer and bit"})
    if (options.strata == by) return *stratification_named(by, space);
  throw BadOption("--strata", options.strata, "layer, quantity or 'layer and bit'");
}

}  // namespace spikingjet
