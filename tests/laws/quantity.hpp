// SPDX-License-Identifier: MIT
#pragma once

// Laws of a network's quantities.

#include "catch.hpp"

#include <spikingjet/model/network.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace laws {

/// Parameters lie in the store without gap or overlap: each element at a place of its own. Names differ.
template <class Net>
void quantities_fill_the_store() {
  std::vector<int> users(Net::parameter_count, 0);
  std::set<std::string> names;
  for (const spikingjet::Quantity& quantity : Net::quantities) {
    INFO(quantity.name());
    CHECK(names.insert(quantity.name()).second);
    if (quantity.storage != spikingjet::Storage::parameter) continue;
    for (std::size_t e = 0; e < quantity.size(); ++e) {
      const std::size_t place = quantity.offset + quantity.position(e);
      if (place >= users.size()) FAIL("element " << e << " lies outside the store");
      ++users[place];
    }
  }
  for (std::size_t place = 0; place < users.size(); ++place)
    if (users[place] != 1) FAIL("place " << place << " belongs to " << users[place] << " elements");
}

}  // namespace laws
