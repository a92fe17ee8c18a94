# SPDX-License-Identifier: MIT
# cmake -D ptx=FILE [-D least=N] -P check_ptx.cmake
# GPU code whose float arithmetic is the canonical one: no product fused with a sum, no flushed subnormals, no approximate
# division, no atomic sum of floats. At least N kernels must be there, so that an empty file does not pass.
cmake_minimum_required(VERSION 3.25)

if(NOT EXISTS "${ptx}")
  message(FATAL_ERROR "there is no '${ptx}'")
endif()
file(STRINGS "${ptx}" kernels REGEX "^[ \t]*(\\.visible |\\.weak )*\\.entry ")
list(LENGTH kernels count)
if(DEFINED least AND count LESS least)
  message(FATAL_ERROR "'${ptx}' has ${count} kernels, fewer than ${least}")
endif()
file(STRINGS "${ptx}" found
     REGEX "[ \t](fma|mad)\\.[a-z]*\\.?f(32|64)|[ \t]fma\\.|\\.ftz|\\.approx|div\\.full|[ \t](add|sub|mul)\\.f(32|64)|(atom|red)\\.[a-z.:]*\\.f(16|32|64)")
if(found)
  list(LENGTH found lines)
  list(SUBLIST found 0 5 some)
  list(JOIN some "\n  " text)
  message(FATAL_ERROR "spikingjet: ${lines} instructions of '${ptx}' do not have canonical bits:\n  ${text}")
endif()
message(STATUS "${count} kernels, all of canonical arithmetic")
