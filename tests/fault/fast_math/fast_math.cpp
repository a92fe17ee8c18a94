// SPDX-License-Identifier: MIT

// Compiled and linked with -ffast-math: what 'apply' leaves must have the bits that any other build leaves. Says by its
// exit status which of the cases is wrong.

#include <spikingjet/fault/apply.hpp>

#include <cstdint>
#include <vector>

namespace sj = spikingjet;

struct Case {
  sj::Fault fault;
  std::uint32_t before;
  std::uint32_t after;
};

int main(int argc, char**) {
  const std::vector<Case> cases{
      {sj::bit_flip(1, 30), 0x3f800000u, 0x7f800000u},            // 1 becomes infinite
      {sj::bit_flip(1, 30), 0x7f800000u, 0x3f800000u},
      {sj::bit_flip(1, 0), 0x3f800000u, 0x3f800001u},
      {sj::bit_flip(1, 0), 0xffc12345u, 0x7fc00001u},             // any NaN becomes the canonical one first
      {sj::bit_flip(1, 0), 0x7f800001u, 0x7fc00001u},             // a signalling one, too
      {sj::bit_flip(1, 1), 0x00000001u, 0x00000003u},             // subnormals stay
      {sj::bit_flip(1, 31), 0x00000000u, 0x80000000u},            // the sign of zero counts
      {sj::stuck_at_1(1, 23), 0x7f000000u, 0x7f800000u},
      {sj::dead(1), 0x7fc00000u, 0x00000000u},
      {sj::saturated(1), 0xff800000u, 0x7f7fffffu},
      {sj::set_value(1, 1.5F), 0x80000001u, 0x3fc00000u},
      {sj::scaled(1, 0.5F), 0x40400000u, 0x3fc00000u},
      {sj::scaled(1, 0.5F), 0xffc00001u, 0x7fc00000u},
      {sj::bit_flip(1, 3, {.begin = 1}), 0xffc12345u, 0xffc12345u}  // nothing in other steps, not even of a NaN
  };
  const std::size_t step = std::size_t(argc - 1);  // unknown to the compiler
  for (std::size_t c = 0; c < cases.size(); ++c) {
    std::vector<float> values{0.0F, sj::to_float(cases[c].before)};
    sj::apply(cases[c].fault, values, step);
    float one = sj::to_float(cases[c].before);
    sj::apply(cases[c].fault, one, step);
    if (sj::to_word(values[1]) != cases[c].after || sj::to_word(one) != cases[c].after) return int(c) + 1;
  }
}
