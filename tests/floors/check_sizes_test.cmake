# SPDX-License-Identifier: MIT
# cmake -D checker=check_sizes.cmake -P check_sizes_test.cmake
# Runs the check on small trees: one that keeps the rules, and one for each rule that breaks it alone.
include("${CMAKE_CURRENT_LIST_DIR}/small_tree.cmake")

# check(EXPECTED PATH CONTENT): EXPECTED is a regex of the refusal, or empty.
function(check expected path content)
  begin_tree()
  add_file(examples/one.cpp "int main() {}\n")
  add_file("${path}" "${content}")
  run_check("${expected}")
endfunction()

string(REPEAT "x" 120 wide)
string(REPEAT "x\n" 450 tall)
check("" include/spikingjet/a.hpp "${tall}")
check("" include/spikingjet/a.hpp "${wide}\n")
check("include/spikingjet/a.hpp: 451 lines, more than 450" include/spikingjet/a.hpp "${tall}x\n")
check("" tests/a_test.cpp "${tall}x\n")
foreach(path IN ITEMS include/spikingjet/a.hpp include/spikingjet/b/a.cuh examples/a/a.cu tests/a_test.cpp bench/a.hpp)
  check("${path}: a line above 120 columns" ${path} "int a;\n${wide}x\n")
endforeach()
check("" tests/compile_fail/a.cpp "// expect: ${wide}\n// never: ${wide}\n")
check("" include/spikingjet/a.hpp "#error \\\n    \"spikingjet: ${wide}\"\n#error ${wide}\n")
