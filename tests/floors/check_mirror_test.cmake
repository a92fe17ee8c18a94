# SPDX-License-Identifier: MIT
# cmake -D checker=check_mirror.cmake -P check_mirror_test.cmake
# Runs the check on small trees: one that keeps the rules, and one for each rule that breaks it alone.
include("${CMAKE_CURRENT_LIST_DIR}/small_tree.cmake")

# check(EXPECTED LIST): EXPECTED is a regex of the refusal, or empty; LIST is covered_elsewhere.txt.
function(check expected list)
  begin_tree()
  add_file(include/spikingjet/core/bits.hpp "")
  add_file(include/spikingjet/core/device/cuda.cuh "")
  add_file(include/spikingjet/core/config.hpp "")
  add_file(include/spikingjet/core.hpp "")
  add_file(tests/core/bits_test.cpp "")
  add_file(tests/covered_elsewhere.txt "# a comment\n${list}")
  run_check("${expected}")
endfunction()

# check_definitions(EXPECTED HEADER): likewise, of a header of definitions.
function(check_definitions expected header)
  begin_tree()
  add_file(include/spikingjet/core/bits.hpp "")
  add_file(include/spikingjet/core/definitions/${header} "")
  add_file(tests/core/bits_test.cpp "")
  add_file(tests/covered_elsewhere.txt "# a comment\n")
  run_check("${expected}")
endfunction()

check_definitions("" bits.hpp)
check_definitions("core/definitions/shape.hpp: there is no core/shape.hpp that declares" shape.hpp)

set(config "core/config.hpp core/bits_test.cpp\n")
set(cuda "core/device/cuda.cuh core/bits_test.cpp\n")
check("" "${config}${cuda}")
check("core/device/cuda.cuh: no tests/core/device/cuda_test.cpp, and no line" "${config}")
check("core/config.hpp: no tests/core/config_test.cpp, and no line" "${cuda}")
check("core/bits.hpp has a test of its own" "core/bits.hpp core/bits_test.cpp\n${config}${cuda}")
check("there is no header core/shape.hpp" "${config}${cuda}core/shape.hpp core/bits_test.cpp\n")
check("there is no test core/shape_test.cpp" "core/config.hpp core/shape_test.cpp\n${cuda}")
check("core/config.hpp is out of order, or stands twice" "${cuda}${config}")
check("write 'HEADER TEST'" "${config}${cuda}core/shape.hpp\n")
