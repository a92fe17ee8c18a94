# SPDX-License-Identifier: MIT
# cmake -D program=FILE -D expected=FILE -P expected.cmake
# An example prints what its page says it prints, and ends with status 0.
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND "${program}" RESULT_VARIABLE status OUTPUT_VARIABLE printed ERROR_VARIABLE told)
file(READ "${expected}" wanted)
if(NOT status EQUAL 0 OR NOT printed STREQUAL wanted)
  message(FATAL_ERROR "'${program}' ended with status ${status} and printed\n${printed}${told}instead of\n${wanted}")
endif()
message(STATUS "it printed\n${printed}")
