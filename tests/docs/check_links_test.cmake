# SPDX-License-Identifier: MIT
# cmake -D checker=check_links.cmake -P check_links_test.cmake
# Runs the check on small trees: one whose links hold, and one for each kind of broken link.
cmake_minimum_required(VERSION 3.25)

string(RANDOM LENGTH 12 suffix)
set(tree "${CMAKE_CURRENT_BINARY_DIR}/links_${suffix}")

# check(EXPECTED FILE CONTENT): EXPECTED is a regex of the refusal, or empty where the links hold.
function(check expected file content)
  file(REMOVE_RECURSE "${tree}")
  file(WRITE "${tree}/README.md" "[page](docs/page.md#part), [web](https://example.org/no.md) and `a[i](b.md)`\n")
  file(WRITE "${tree}/docs/page.md" "```cpp\n[&](int) {}\n```\n![picture](../README.md)\n")
  file(WRITE "${tree}/include/a.hpp" "// see docs/page.md\n")
  file(WRITE "${tree}/${file}" "${content}")
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -D "root=${tree}" -P "${checker}"
    RESULT_VARIABLE result
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
  file(REMOVE_RECURSE "${tree}")
  if(expected STREQUAL "" AND NOT result EQUAL 0)
    message(SEND_ERROR "refused links that hold (${file}):\n${output}")
  elseif(NOT expected STREQUAL "" AND (result EQUAL 0 OR NOT output MATCHES "${expected}"))
    message(SEND_ERROR "no '${expected}' for ${file} in:\n${output}")
  endif()
endfunction()

check("" docs/other.md "[up](../README.md)\n")
check("docs/other.md: 'gone.md'" docs/other.md "[a](page.md) [b](gone.md#part)\n")
check("docs/other.md: 'gone.svg'" docs/other.md "<img src=\"gone.svg\" alt=\"\">\n")
check("include/b.hpp: 'docs/gone.md'" include/b.hpp "\"see docs/gone.md\"\n")
check("scripts/demo: 'docs/gone.md'" scripts/demo "cat docs/gone.md\n")
