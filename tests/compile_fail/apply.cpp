// SPDX-License-Identifier: MIT
#include <spikingjet/fault/apply.hpp>

#include <array>
#include <cstdint>
#include <list>
#include <span>
#include <vector>

namespace sj = spikingjet;

#if defined(CONTROL)
void strike(std::vector<float>& values, float& value) {
  sj::apply(sj::bit_flip(1, 30), values, 0);
  sj::apply(sj::bit_flip(1, 30), value, 0);
  sj::ParameterFault(sj::dead(2), values).at(0);
  float two[2]{};
  std::array<float, 2> also_two{};
  sj::apply(sj::bit_flip(1, 30), two, 0);
  sj::apply(sj::bit_flip(1, 30), also_two, short{0});
  sj::apply(sj::bit_flip(1, 30), std::span(two, 2), 0u);
  sj::apply(sj::bit_flip(1, 30), {}, 0);
  const float constant = sj::apply(sj::bit_flip(1, 30), 1.0F, 0);
  value = sj::apply(sj::bit_flip(1, 30), constant, 0);
  sj::ParameterFault(sj::dead(2), value).at(0);
  sj::ParameterFault(sj::dead(2), two).at(0);
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

// case: INTEGERS
// expect: spikingjet: faults strike the 32 bits of a 'float', and what is given here is none, and no array of them: give a
#if defined(INTEGERS)
void strike(std::vector<int>& values) { sj::apply(sj::bit_flip(1, 30), values, 0); }
#endif

// case: BOOLS
// expect: spikingjet: faults strike the 32 bits of a 'float', and what is given here is none, and no array of them: give a
#if defined(BOOLS)
void strike(std::vector<bool>& values) { sj::apply(sj::bit_flip(1, 30), values, 0); }
#endif

// case: BYTES
// expect: spikingjet: faults strike the 32 bits of a 'float', and what is given here is none, and no array of them: give a
#if defined(BYTES)
void strike(std::span<std::uint8_t> values) { sj::apply(sj::bit_flip(1, 30), values, 0); }
#endif

// case: WORDS
// expect: spikingjet: faults strike the 32 bits of a 'float', and what is given here is none, and no array of them: give a
#if defined(WORDS)
void strike(std::array<std::uint32_t, 4>& values) { sj::apply(sj::bit_flip(1, 30), values, 0); }
#endif

// case: ONE_INTEGER
// expect: spikingjet: faults strike the 32 bits of a 'float', and what is given here is none, and no array of them: give a
#if defined(ONE_INTEGER)
void strike(int& value) { sj::apply(sj::bit_flip(1, 30), value, 0); }
#endif

// case: A_POINTER
// expect: spikingjet: faults strike the 32 bits of a 'float', and what is given here is none, and no array of them: give a
#if defined(A_POINTER)
void strike(float* values) { sj::apply(sj::bit_flip(1, 30), values, 0); }
#endif

// case: ROWS
// expect: spikingjet: faults strike the 32 bits of a 'float', and what is given here is none, and no array of them: give a
#if defined(ROWS)
void strike(std::vector<std::vector<float>>& rows) { sj::apply(sj::bit_flip(1, 30), rows, 0); }
#endif

// case: CONSTANT_SPAN
// expect: spikingjet: a fault strikes floats in place, that stand side by side and are not const: a 'std::vector<float>'
#if defined(CONSTANT_SPAN)
void strike(std::span<const float> values) { sj::apply(sj::bit_flip(1, 30), values, 0); }
#endif

// case: CONSTANT_VECTOR
// expect: spikingjet: a fault strikes floats in place, that stand side by side and are not const: a 'std::vector<float>'
#if defined(CONSTANT_VECTOR)
void strike(const std::vector<float>& values) { sj::apply(sj::bit_flip(1, 30), values, 0); }
#endif

// case: A_LIST
// expect: spikingjet: a fault strikes floats in place, that stand side by side and are not const: a 'std::vector<float>'
#if defined(A_LIST)
void strike(std::list<float>& values) { sj::apply(sj::bit_flip(1, 30), values, 0); }
#endif

// case: A_TEMPORARY
// expect: spikingjet: a fault strikes floats in place, that stand side by side and are not const: a 'std::vector<float>'
#if defined(A_TEMPORARY)
void strike() { sj::apply(sj::bit_flip(1, 30), std::vector<float>(3), 0); }
#endif

// case: CONSTANT_PARAMETERS
// expect: spikingjet: a fault strikes floats in place, that stand side by side and are not const: a 'std::vector<float>'
#if defined(CONSTANT_PARAMETERS)
void strike(const std::vector<float>& values) { sj::ParameterFault fault(sj::bit_flip(1, 30), values); }
#endif

// case: CONSTANT_PARAMETER
// expect: spikingjet: a fault strikes floats in place, that stand side by side and are not const: a 'std::vector<float>'
#if defined(CONSTANT_PARAMETER)
void strike(const float& value) { sj::ParameterFault fault(sj::bit_flip(1, 30), value); }
#endif

// case: INTEGER_PARAMETERS
// expect: spikingjet: faults strike the 32 bits of a 'float', and what is given here is none, and no array of them: give a
#if defined(INTEGER_PARAMETERS)
void strike(std::vector<short>& values) { sj::ParameterFault fault(sj::bit_flip(1, 30), values); }
#endif

// case: TIME_FOR_THE_STEP
// expect: spikingjet: elements, bits, masks and steps are whole numbers, and this one is of a floating type; of a time
#if defined(TIME_FOR_THE_STEP)
void strike(std::vector<float>& values) { sj::apply(sj::bit_flip(1, 30), values, 0.5); }
#endif

// case: TIME_FOR_THE_STEP_OF_A_PARAMETER
// expect: spikingjet: elements, bits, masks and steps are whole numbers, and this one is of a floating type; of a time
#if defined(TIME_FOR_THE_STEP_OF_A_PARAMETER)
void strike(std::vector<float>& values) { sj::ParameterFault(sj::bit_flip(1, 30), values).at(2.0F); }
#endif

// case: FRACTION_FOR_THE_ELEMENT
// expect: spikingjet: elements, bits, masks and steps are whole numbers, and this one is of a floating type; of a time
#if defined(FRACTION_FOR_THE_ELEMENT)
const sj::Fault fault = sj::dead(1.5);
#endif

// case: FRACTION_FOR_THE_BIT
// expect: spikingjet: elements, bits, masks and steps are whole numbers, and this one is of a floating type; of a time
#if defined(FRACTION_FOR_THE_BIT)
const sj::Fault fault = sj::bit_flip(1, 30.0);
#endif

// case: NO_STEP
// expect: spikingjet: 'apply' needs the step of the run behind the values, 'apply.fault, values, step.', counted from 0
#if defined(NO_STEP)
void strike(std::vector<float>& values) { sj::apply(sj::bit_flip(1, 30), values); }
#endif

// case: VALUES_FIRST
// expect: spikingjet: 'apply' takes the fault before the values, 'apply.fault, values, step.'
#if defined(VALUES_FIRST)
void strike(std::vector<float>& values) { sj::apply(values, sj::bit_flip(1, 30), 0); }
#endif
