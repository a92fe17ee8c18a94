# SPDX-License-Identifier: MIT
# cmake -D compiler=.. -D common=.. -D flags=.. -D other_flags=.. -D link_flags=.. -D needs_fma=.. -D expected=.. -P probe.cmake
# Builds probe.cpp with the flags and runs it; with 'other_flags', a second object file of the same source is linked in.
# 'expected' is a regex that the compiler's refusal or the program's refusal must match, or 'sound'.
cmake_minimum_required(VERSION 3.25)

if(needs_fma AND EXISTS /proc/cpuinfo)
  file(STRINGS /proc/cpuinfo cpu REGEX "^flags[ \t]*:.* fma( |$)" LIMIT_COUNT 1)
  if(NOT cpu)
    message("SKIPPED: this processor has no fused multiply-add")
    return()
  endif()
endif()

string(RANDOM LENGTH 12 suffix)
set(folder "${CMAKE_CURRENT_BINARY_DIR}/probe_${suffix}")
file(MAKE_DIRECTORY "${folder}")
set(source "${CMAKE_CURRENT_LIST_DIR}/probe.cpp")
set(output "")
set(refused FALSE)

# Runs a command unless an earlier one was refused.
macro(step)
  if(NOT refused)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(NOT result EQUAL 0)
      set(refused TRUE)
    endif()
  endif()
endmacro()

set(objects "${folder}/probe.o")
if(other_flags)
  list(APPEND flags -DWITH_OTHER_FILE)
  step("${compiler}" ${common} ${other_flags} -DOTHER_FILE -c "${source}" -o "${folder}/other.o")
  list(APPEND objects "${folder}/other.o")
endif()
step("${compiler}" ${common} ${flags} -c "${source}" -o "${folder}/probe.o")
step("${compiler}" ${objects} ${link_flags} -o "${folder}/probe")
step("${folder}/probe")
file(REMOVE_RECURSE "${folder}")

if(expected STREQUAL "sound")
  if(refused)
    message(FATAL_ERROR "a sound build was refused:\n${output}")
  endif()
elseif(NOT refused)
  message(FATAL_ERROR "the build was not refused:\n${output}")
elseif(NOT output MATCHES "${expected}" OR NOT output MATCHES "spikingjet: ")
  message(FATAL_ERROR "refused, but with no sentence that matches '${expected}':\n${output}")
endif()
