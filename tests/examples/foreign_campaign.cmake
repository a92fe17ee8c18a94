# SPDX-License-Identifier: MIT
# cmake -D example=PROGRAM -D twin=PROGRAM -D folder=DIR -P foreign_campaign.cmake
# The campaign in a foreign loop prints what the library's own does, with faults that it draws and with those of a list
# that were drawn at random; an interval for no others.
cmake_minimum_required(VERSION 3.25)

file(REMOVE "${folder}/faults.csv" "${folder}/given.csv")  # of an earlier run
file(MAKE_DIRECTORY "${folder}")
function(run result)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE error)
  if(NOT status EQUAL 0 OR NOT output MATCHES "^6000 injections: [1-9][0-9]* masked, [1-9][0-9]* critical,")
    message(FATAL_ERROR "${ARGN} ended with ${status}:\n${output}${error}")
  endif()
  set(${result} "${output}" PARENT_SCOPE)
endfunction()
run(wanted "${twin}" "${folder}/faults.csv" "${folder}/given.csv")
run(drawn "${example}")
run(listed "${example}" "${folder}/faults.csv")
foreach(found IN ITEMS "${drawn}" "${listed}")
  if(NOT found STREQUAL wanted)
    message(FATAL_ERROR "the library says\n${wanted}and the example\n${found}")
  endif()
endforeach()

string(REGEX REPLACE ", 99 % interval .*" " of these faults alone\n" without "${wanted}")
if(without STREQUAL wanted)
  message(FATAL_ERROR "no interval in\n${wanted}")
endif()
run(given "${example}" "${folder}/given.csv")
if(NOT given STREQUAL without)
  message(FATAL_ERROR "faults that nobody drew give\n${given}and not\n${without}")
endif()

# A part of a random sample is no random sample.
file(STRINGS "${folder}/faults.csv" lines)
list(SUBLIST lines 0 102 lines)
list(JOIN lines "\n" part)
file(WRITE "${folder}/part.csv" "${part}\n")
execute_process(
  COMMAND "${example}" "${folder}/part.csv" RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE error)
if(NOT status EQUAL 0 OR NOT output MATCHES "^1000 injections: .* of these faults alone\n$"
   OR NOT error MATCHES "a part or a changed copy of")
  message(FATAL_ERROR "a part of a list ended with ${status}:\n${output}${error}")
endif()
execute_process(
  COMMAND "${example}" "${folder}/missing.csv" RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE error)
if(NOT status EQUAL 2 OR NOT error MATCHES "^spikingjet: [^\n]*missing.csv[^\n]*\n$")
  message(FATAL_ERROR "a list that is not there ended with ${status}:\n${output}${error}")
endif()
