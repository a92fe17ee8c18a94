// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/sampling.hpp>
#include <spikingjet/fault/sampling_method.hpp>
#include <spikingjet/fault/stratification.hpp>
#include <spikingjet/model/quantity.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// A value of a command-line option that is not one of those allowed.
class BadOption : public Misuse {
 public:
  BadOption(std::string option_name, std::string found, const std::string& allowed)
      : Misuse("spikingjet: '" + option_name + " " + found + "': allowed is " + allowed),
        option(std::move(option_name)),
        value(std::move(found)) {}

  std::string option;
  std::string value;
};

/// An option that has no effect beside others.
class OptionWithoutEffect : public Misuse {
 public:
  OptionWithoutEffect(std::string option_name, const std::string& why)
      : Misuse("spikingjet: '" + option_name + "' does nothing here, as " + why + "; leave it out"),
        option(std::move(option_name)) {}

  std::string option;
};

/// Transient faults were asked for and nothing says how many steps a run has.
class StepsUnknown : public Misuse {
 public:
  StepsUnknown()
      : Misuse(
            "spikingjet: '--persistence transient' needs to know how many steps a run has; add '--steps N' or "
            "'--data'") {}
};

/// Which faults a command line asks for.
struct SamplingOptions {
  std::string method = "network-wise";
  std::optional<double> margin{};  // where it was given
  double confidence = Precision{}.confidence;
  std::optional<double> p{};           // where it was given
  std::string strata{};                // of stratified:N; empty: layer
  std::string rates{};                 // of data-aware: a CSV file, or empty
  std::string pilot{};                 // of data-aware and stratified:N: a store, or empty
  std::vector<std::string> targets{};  // shell globs; empty: the default targets
  std::string bits = "all";
  std::string fault_types = "bitflip";
  std::string persistence = "permanent";
  std::uint64_t seed = 1;
  bool any_target = false;             // without globs: everything compiled, not only the default targets

  Precision precision() const {
    const Precision usual;
    return {.margin = margin.value_or(usual.margin), .confidence = confidence, .p = p.value_or(usual.p)};
  }
};

/// The bits that `--bits` names: all, sign, exponent, mantissa, or a list such as "0,5,23-30".
///
/// **Errors** `BadOption`.
std::uint32_t parse_bits(const std::string& text);

namespace detail {

/// Whether any of the globs matches; each glob must match something.
bool any_glob_matches(const std::vector<std::string>& globs, const std::string& name);

/// Refuses a glob that matches none of the names.
void require_globs_match(const std::vector<std::string>& globs, const std::vector<std::string>& names);

}  // namespace detail

/// The fault space that a command line asks for, as a part of all faults that the program was compiled for.
///
/// **Errors** `BadOption`, also where transient faults are asked for and `steps` is not known.
FaultSpace choose_space(const FaultSpace& compiled, const SamplingOptions& options, std::optional<std::uint64_t> steps);

/// The method that `--method` names, where the options beside it have an effect.
///
/// **Errors** `BadOption`, `OptionWithoutEffect`.
SamplingMethod choose_method(const SamplingOptions& options);

/// The strata that a method draws from: its own, or those of `--strata`.
///
/// **Errors** `BadOption`.
Stratification choose_strata(const FaultSpace& space, const SamplingMethod& method, const SamplingOptions& options);

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/options.hpp>
#endif
