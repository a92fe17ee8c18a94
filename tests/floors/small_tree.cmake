# SPDX-License-Identifier: MIT
# Small trees on which the checks of the house are tried; ${checker} is the check.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/verdict.cmake")

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
  require_verdict("${expected}" "${result}" "${output}" "a tree that keeps the rules")
endfunction()
