# SPDX-License-Identifier: MIT
# cmake -D compiler=.. -D include_dir=.. -P older_standard.cmake
# Under an older standard the first that a header has to say is that it is C++20: the umbrellas, and headers that stand alone.
# That all others come to core/config.hpp first is cmake/check_floors.cmake's to see.
cmake_minimum_required(VERSION 3.25)

file(GLOB headers RELATIVE "${include_dir}" "${include_dir}/spikingjet/*.hpp" "${include_dir}/spikingjet/fault/*.hpp")
set(wrong "")
set(standards c++11 c++17)
foreach(header IN LISTS headers)
  list(GET standards 0 standard)
  list(REVERSE standards)  # in turn
  file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/older_standard.cpp" CONTENT "#include <@header@>\n" @ONLY)
  execute_process(COMMAND "${compiler}" -std=${standard} -E -Wfatal-errors -I "${include_dir}" "${CMAKE_CURRENT_BINARY_DIR}/older_standard.cpp"
                  OUTPUT_QUIET ERROR_VARIABLE output RESULT_VARIABLE status)
  string(REGEX MATCH "[^\n]*error:[^\n]*" first "${output}")
  if(status EQUAL 0 OR NOT first MATCHES "spikingjet: these headers are C\\+\\+20")
    list(APPEND wrong "${header} (-std=${standard})")
  endif()
endforeach()
file(REMOVE "${CMAKE_CURRENT_BINARY_DIR}/older_standard.cpp")
if(wrong OR NOT headers)
  list(JOIN wrong "\n  " lines)
  message(FATAL_ERROR "spikingjet: not the first error of these headers; let them include <spikingjet/core/config.hpp> first:\n  ${lines}")
endif()
