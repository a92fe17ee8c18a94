# SPDX-License-Identifier: MIT
# cmake -D doxygen=PROGRAM -D maker=make_reference.cmake -P make_reference_test.cmake
# Makes the reference of small trees: one that has all its docstrings, and others that lack one.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../floors/verdict.cmake")

string(RANDOM LENGTH 12 suffix)
set(tree "${CMAKE_CURRENT_BINARY_DIR}/reference_${suffix}")

# check(EXPECTED CODE): EXPECTED is a regex of the refusal of CODE within the namespace, or empty.
function(check expected code)
  file(REMOVE_RECURSE "${tree}")
  file(WRITE "${tree}/docs/public_names.md" "# Names\n\n| `core` | public |\n| `core/lanes` | inner but for `lane.hpp` |\n")
  file(WRITE "${tree}/include/spikingjet/core/a.hpp" "namespace spikingjet {\n\n${code}\n}\n")
  file(WRITE "${tree}/include/spikingjet/core/lanes/lane.hpp" "namespace spikingjet {\n\n/// One.\nint one();\n\n}\n")
  file(WRITE "${tree}/include/spikingjet/core/lanes/pack.hpp" "namespace spikingjet {\n\nint inner();\n\n}\n")
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -D "doxygen=${doxygen}" -D "source_dir=${tree}" -D "folder=${tree}/reference" -P "${maker}"
    RESULT_VARIABLE result
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
  set(html "")
  file(GLOB pages "${tree}/reference/html/*.html")
  foreach(page IN LISTS pages)
    file(READ "${page}" text)
    string(APPEND html "${text}")
  endforeach()
  file(REMOVE_RECURSE "${tree}")
  require_verdict("${expected}" "${result}" "${output}" "a tree that has its docstrings")
  set(html "${html}" PARENT_SCOPE)
endfunction()

check("" [[
namespace detail {
int hidden();
}

/// A count. It is a number.
///
/// **Shapes** none.
/// **Laws** never negative.
struct Count {
  int number = 0;  // of things
  int value() const;
};

/// Twice a count.
int twice(Count count);
]])
foreach(part IN ITEMS "A count" "<b>Shapes</b> none" "<p[^>]*><b>Laws</b> never negative" "of things" "Twice a count" "One[.]")
  if(NOT html MATCHES "${part}")
    message(SEND_ERROR "the pages do not have '${part}'")
  endif()
endforeach()
foreach(part IN ITEMS "hidden" "inner")
  if(html MATCHES "${part}\\(")
    message(SEND_ERROR "the pages have '${part}'")
  endif()
endforeach()

check("spikingjet/core/a.hpp:3: warning: .*Member twice\\(int count\\)" "int twice(int count);\n")
check("Member Number \\(typedef\\)" "using Number = int;\n")
check("Member four \\(variable\\)" "inline constexpr int four = 4;\n")
check("Compound spikingjet::Count is not documented" "struct Count {\n  int number;\n};\n")
check("Compound spikingjet::Count::Part is not documented" "/// A count.\nstruct Count {\n  struct Part {\n    int number;\n  };\n};\n")
check("Member Way" "enum class Way { one, two };\n")
check("[Uu]nsupported|unknown command" "/// A count, see \\nowhere.\nint count();\n")
