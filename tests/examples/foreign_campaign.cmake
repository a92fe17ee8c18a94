# SPDX-License-Identifier: MIT
# cmake -D example=PROGRAM -D twin=PROGRAM -D folder=DIR -P foreign_campaign.cmake
# The campaign in a foreign loop prints what the library's own does, with faults that it draws and with those of a list.
cmake_minimum_required(VERSION 3.25)

file(MAKE_DIRECTORY "${folder}")
function(run result)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE error)
  if(NOT status EQUAL 0 OR NOT output MATCHES "^6000 injections: [1-9][0-9]* masked, [1-9][0-9]* critical,")
    message(FATAL_ERROR "${ARGN} ended with ${status}:\n${output}${error}")
  endif()
  set(${result} "${output}" PARENT_SCOPE)
endfunction()
run(wanted "${twin}" "${folder}/faults.csv")
run(drawn "${example}")
run(listed "${example}" "${folder}/faults.csv")
foreach(found IN ITEMS "${drawn}" "${listed}")
  if(NOT found STREQUAL wanted)
    message(FATAL_ERROR "the library says\n${wanted}and the example\n${found}")
  endif()
endforeach()
