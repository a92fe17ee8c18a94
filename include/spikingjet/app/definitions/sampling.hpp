// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/options.hpp>
#include <spikingjet/app/sampling.hpp>
#include <spikingjet/app/validators.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/fault/fault_type.hpp>
#include <spikingjet/fault/sampling.hpp>
#include <spikingjet/fault/sampling_method.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <span>
#include <string>
#include <vector>

namespace spikingjet {

SPIKINGJET_INLINE std::vector<CLI::Option*> add_sampling(CLI::App& sub, SamplingOptions& sampling,
                                                         std::span<const FaultTypeInfo> compiled_types) {
  std::string types;
  for (const FaultTypeInfo& type : compiled_types) types += (types.empty() ? "" : ", ") + std::string(type.name);
  std::vector<CLI::Option*> options;
  const auto add = [&](const char* name, auto& value, const std::string& about) {
    options.push_back(sub.add_option(name, value, about));
    return options.back();
  };
  sub.add_option("--confidence", sampling.confidence,
                 "confidence of samples that are drawn for a margin, and of intervals")
      ->check(fraction())
      ->capture_default_str();
  add("--method", sampling.method, std::string(SamplingMethod::allowed))->capture_default_str();
  add("--margin", sampling.margin,
      fmt::format("margin of error that a sample is drawn for, in each stratum; default: {}", Precision{}.margin))
      ->check(fraction());
  add("--p", sampling.p,
      fmt::format("rate that network-wise and iterative samples expect; default: {}, the worst case", Precision{}.p))
      ->check(fraction());
  add("--strata", sampling.strata,
      "what stratified:N divides the faults by: layer, quantity or 'layer and bit'; default: layer");
  add("--rates", sampling.rates, "CSV (layer,bit,p) of the rates that data-aware expects; default: from the weights");
  add("--pilot", sampling.pilot,
      "store of a small campaign: data-aware takes its rates, stratified:N draws more where they vary; default: none");
  add("--target", sampling.targets,
      "shell globs on names such as 'fc1.weight' or '*.potential'; default: all but currents");
  add("--bits", sampling.bits, "all, sign, exponent, mantissa, or a list such as 0,5,23-30")->capture_default_str();
  add("--fault", sampling.fault_types, "fault types, separated by commas: " + types)->capture_default_str();
  add("--persistence", sampling.persistence, "permanent or transient (one step each)")->capture_default_str();
  options.push_back(add_seed(sub, sampling.seed, "seed of the sample"));
  return options;
}

}  // namespace spikingjet
