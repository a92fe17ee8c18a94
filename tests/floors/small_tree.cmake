# SPDX-License-Identifier: MIT
# Small trees on which the checks of the house are tried; ${checker} is the check.
cmake_minimum_required(VERSION 3.25)

string(RANDOM LENGTH 12 suffix)
set(tree "${CMAKE_CURRENT_BINARY_DIR}/house_${suffix}")

function(begin_tree)
  file(REMOVE_RECURSE "${tree}")
endfunction()

function(add_file path content)
  file(WRITE "${tree}/${path}" "${content}")
endfunction()

# run_check(EXPECTED): EXPECTED is a regex of the refusal, or empty where the tree is right.
function(run_check expected)
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -D "source_dir=${tree}" -P "${checker}"
    RESULT_VARIABLE result
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
  file(REMOVE_RECURSE "${tree}")
  # message() breaks long lines
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  if(expected STREQUAL "" AND NOT result EQUAL 0)
    message(SEND_ERROR "refused a tree that keeps the rules:\n${output}")
  elseif(NOT expected STREQUAL "" AND result EQUAL 0)
    message(SEND_ERROR "did not notice: ${expected}")
  elseif(NOT expected STREQUAL "" AND NOT output MATCHES "${expected}")
    message(SEND_ERROR "no '${expected}' in:\n${output}")
  endif()
endfunction()
