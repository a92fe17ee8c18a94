# SPDX-License-Identifier: MIT
# cmake -D compiler=.. -D flags=.. -D source=.. -P compile_fail.cmake
cmake_minimum_required(VERSION 3.25)

# Compiles the source with one macro defined, as far as code generation would begin.
function(compile macro)
  execute_process(
    COMMAND "${compiler}" ${flags} "-D${macro}" -fsyntax-only "${source}"
    RESULT_VARIABLE result
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
  set(result "${result}" PARENT_SCOPE)
  set(output "${output}" PARENT_SCOPE)
endfunction()

compile(CONTROL)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "the control of ${source} does not compile:\n${output}")
endif()

set(cases "")
set(case SPIKINGJET_ONLY_CASE)
file(STRINGS "${source}" lines REGEX "^// (expect|case|errors|first): ")
foreach(line IN LISTS lines)
  if(line MATCHES "^// case: (.*)$")
    set(case "${CMAKE_MATCH_1}")
  elseif(line MATCHES "^// first: (.*)$")
    set(first_${case} "${CMAKE_MATCH_1}")
  elseif(line MATCHES "^// errors: (.*)$")
    set(errors_${case} "${CMAKE_MATCH_1}")
  elseif(line MATCHES "^// expect: (.*)$")
    string(REPLACE ";" "\\;" pattern "${CMAKE_MATCH_1}")
    list(APPEND cases ${case})
    list(APPEND expected_${case} "${pattern}")
  endif()
endforeach()
list(REMOVE_DUPLICATES cases)
if(NOT cases)
  message(FATAL_ERROR "${source} has no '// expect: REGEX' line")
endif()

foreach(case IN LISTS cases)
  compile(${case})
  if(result EQUAL 0)
    message(FATAL_ERROR "${source} compiles with -D${case}, and must not")
  endif()
  # The first thing that the compiler has to say is ours, unless a line `// first: REGEX` knows that it cannot be.
  string(REGEX REPLACE "[][;]" "," plain "${output}")  # signs that a list of CMake does not take
  string(REGEX MATCHALL "[^\n]*error: [^\n]*" errors "${plain}")
  list(GET errors 0 first)
  list(LENGTH errors count)
  if(errors_${case} AND NOT count EQUAL errors_${case})
    message(FATAL_ERROR "${source}, -D${case}: ${count} errors, not ${errors_${case}}:\n${output}")
  endif()
  if(NOT DEFINED first_${case})
    set(first_${case} "spikingjet: ")
  endif()
  if(NOT first MATCHES "${first_${case}}")
    message(FATAL_ERROR "${source}, -D${case}: the first error does not match '${first_${case}}' in\n${output}")
  endif()
  foreach(pattern IN LISTS expected_${case})
    if(NOT output MATCHES "${pattern}")
      message(FATAL_ERROR "${source}, -D${case}: no message matches '${pattern}' in\n${output}")
    endif()
  endforeach()
endforeach()
