// SPDX-License-Identifier: MIT
#include <spikingjet/campaign/mpi/message.hpp>
#include <spikingjet/fault/bit_flip.hpp>

#include "catch.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sj = spikingjet;

TEST_CASE("what a message takes is what was put, in order") {
  sj::MpiMessage message;
  message.put(std::uint32_t{7});
  message.put(std::uint64_t{3});
  const std::vector<float> values = {1.5F, -0.0F, 3e38F};
  message.put(std::span<const float>(values));
  message.put(std::span<const char>(std::string("a sentence")));

  CHECK(message.next<std::uint32_t>() == 7);
  CHECK(message.take<std::uint32_t>() == 7);
  CHECK(message.take<float>(message.take<std::uint64_t>()) == values);
  CHECK(message.left() == 10);
  CHECK(message.take_text() == "a sentence");
  CHECK(message.left() == 0);
}

TEST_CASE("a fault arrives with all but the name of its type") {
  const sj::Fault fault{.site = {3, sj::Storage::state, 1'234'567'890'123},
                        .bit = 31,
                        .type = "bitflip",
                        .alteration = sj::Alteration::flips(0x80000000u),
                        .window = {.begin = 2, .end = 9, .duty = 77, .seed = 5}};
  sj::Fault expected = fault;
  expected.type = {};
  CHECK(sj::SentFault::of(fault).fault() == expected);
}
