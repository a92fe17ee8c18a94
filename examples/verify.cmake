# SPDX-License-Identifier: MIT
# cmake -D program=FILE -D "input=OPTIONS" -D "run=OPTIONS" [-D injections=K] -P verify.cmake
# A campaign of an example, and 'verify' on what it stored, in a folder that is gone afterwards.
cmake_minimum_required(VERSION 3.25)
cmake_path(GET program FILENAME name)
string(RANDOM LENGTH 12 unique)
set(store "${CMAKE_CURRENT_BINARY_DIR}/${name}-${unique}.sqlite")
separate_arguments(input UNIX_COMMAND "${input}")
separate_arguments(run UNIX_COMMAND "${run}")

execute_process(COMMAND "${program}" run ${run} ${input} --store "${store}" RESULT_VARIABLE run_status)
set(verify_status "")
if(run_status EQUAL 0)
  execute_process(COMMAND "${program}" verify "${store}" ${input} --injections ${injections} OUTPUT_VARIABLE verified
                          RESULT_VARIABLE verify_status ECHO_OUTPUT_VARIABLE)
endif()
file(REMOVE "${store}")
if(NOT run_status EQUAL 0)
  message(FATAL_ERROR "'${name} run' ended with status ${run_status}")
elseif(NOT verify_status EQUAL 0 OR NOT verified MATCHES "all records equal\n")
  message(FATAL_ERROR "'${name} verify' ended with status ${verify_status}")
endif()
