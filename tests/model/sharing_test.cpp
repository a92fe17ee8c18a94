// SPDX-License-Identifier: MIT
#include <spikingjet/model/sharing.hpp>

#include "catch.hpp"

#include <cstdint>

namespace sj = spikingjet;

TEST_CASE("sharing as two numbers finds the same elements, and all neurons of each") {
  for (const sj::Shape& neurons :
       {sj::Shape{7}, sj::Shape{3, 4, 5}, sj::Shape{1, 1, 6}, sj::Shape{5, 1, 1}, sj::Shape{1}})
    for (const sj::Sharing how :
         {sj::Sharing::per_neuron, sj::Sharing::per_column, sj::Sharing::per_channel, sj::Sharing::per_layer}) {
      INFO(neurons.str() << ' ' << sj::sharing_name(how));
      const sj::SharedBy by(how, neurons);
      const auto elements = static_cast<std::uint32_t>(sj::detail::shared_shape(how, neurons).size());
      CHECK(by.modulus == elements);
      for (std::uint32_t n = 0; n < neurons.size(); ++n) CHECK(by.element(n) == sj::shared_element(how, neurons, n));
      for (std::uint32_t e = 0; e < elements; ++e) {
        std::uint32_t i = 0;
        for (std::uint32_t n = 0; n < neurons.size(); ++n)
          if (by.element(n) == e) CHECK(by.neuron(e, i++) == n);
        CHECK(i == neurons.size() / elements);
      }
    }
}
