// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <string_view>

namespace spikingjet {

/// What a zero input does in the canonical sum.
enum class ZeroInput {
  multiply,  // it counts where the weight is not finite: 0 * Inf poisons the sum with NaN, as in PyTorch's dense
             // product
  skip,      // it never contributes, as in event-driven hardware
};

/// The word of a policy in summaries.
constexpr std::string_view zero_input_name(ZeroInput policy) {
  return policy == ZeroInput::multiply ? "multiply" : "skip";
}

/// What a zero input does as a template argument.
struct ZeroInputChoice {
  ZeroInput policy = ZeroInput::multiply;

  consteval ZeroInputChoice(ZeroInput choice)
      : policy(choice) {}  // NOLINT(google-explicit-constructor): `ZeroInput::skip`

  /// Never compiles.
  template <class T>
  consteval ZeroInputChoice(T) {  // NOLINT(google-explicit-constructor): for its message
    static_assert(sizeof(T) == 0,
                  "spikingjet: 'OnZeroInput' takes 'ZeroInput::multiply' or 'ZeroInput::skip'; check its argument; see "
                  "docs/concepts/network.md");
  }
};

/// Network option, anywhere in its list of layers: what a zero input does; `ZeroInput::multiply` without it.
template <ZeroInputChoice Policy>
struct OnZeroInput {
  static constexpr ZeroInput policy = Policy.policy;
};

}  // namespace spikingjet
