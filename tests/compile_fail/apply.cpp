// SPDX-License-Identifier: MIT
#include <spikingjet/fault/apply.hpp>

#include <vector>

namespace sj = spikingjet;

#if defined(CONTROL)
void strike(std::vector<float>& values, float& value) {
  sj::apply(sj::bit_flip(1, 30), values, 0);
  sj::apply(sj::bit_flip(1, 30), value, 0);
  sj::ParameterFault(sj::dead(2), values).at(0);
}
#endif

// case: DOUBLES
// expect: spikingjet: faults strike the 32 bits of a 'float', and a 'double' has others; strike a copy
#if defined(DOUBLES)
void strike(std::vector<double>& values) { sj::apply(sj::bit_flip(1, 30), values, 0); }
#endif

// case: ONE_DOUBLE
// expect: spikingjet: faults strike the 32 bits of a 'float', and a 'double' has others; strike a copy
#if defined(ONE_DOUBLE)
void strike(double& value) { sj::apply(sj::bit_flip(1, 30), value, 0); }
#endif

// case: DOUBLE_PARAMETERS
// expect: spikingjet: faults strike the 32 bits of a 'float', and a 'double' has others; strike a copy
#if defined(DOUBLE_PARAMETERS)
void strike(std::vector<double>& values) { sj::ParameterFault fault(sj::bit_flip(1, 30), values); }
#endif
