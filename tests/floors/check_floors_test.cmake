# SPDX-License-Identifier: MIT
# cmake -D checker=check_floors.cmake -P check_floors_test.cmake
# Runs the check on small trees: one that keeps the rules, and one for each rule that breaks it alone.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/verdict.cmake")

string(RANDOM LENGTH 12 suffix)
set(tree "${CMAKE_CURRENT_BINARY_DIR}/floors_${suffix}")
set(start "// SPDX-License-Identifier: MIT\n#pragma once\n")

# check(EXPECTED HEADER CONTENT): EXPECTED is a regex of the refusal, or empty where the tree is right.
function(check expected header content)
  file(REMOVE_RECURSE "${tree}")
  file(WRITE "${tree}/spikingjet/core/bits.hpp" "${start}#include <spikingjet/core/config.hpp>\n#include <cstdint>\n")
  file(WRITE "${tree}/spikingjet/core/config.hpp" "${start}")
  file(WRITE "${tree}/spikingjet/engine/full/full.hpp" "${start}#include <spikingjet/fault/fault.hpp>\n")
  file(WRITE "${tree}/spikingjet/spikingjet.hpp" "${start}#include <spikingjet/engine/full/full.hpp>\n")
  file(WRITE "${tree}/spikingjet/${header}" "${content}")
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -D "include_dir=${tree}" -P "${checker}"
    RESULT_VARIABLE result
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
  file(REMOVE_RECURSE "${tree}")
  require_verdict("${expected}" "${result}" "${output}" "a tree with ${header}: ${content}")
endfunction()

check("" fault/fault.hpp "${start}#include <spikingjet/core/bits.hpp>\n#include <spikingjet/fault/other.hpp>\n")
check("" app/main.hpp "${start}#include <spikingjet/report/html.hpp>\n")
check("" engine/differential/plan.hpp "${start}#include <spikingjet/engine/golden/recording.hpp>\n")
check("" engine/full/rerun.hpp "${start}#include <spikingjet/engine/engine.hpp>\n#include <spikingjet/inject/injector.hpp>\n")

check("'core' .floor 0. must not include 'model'" core/x.hpp "${start}#include <spikingjet/model/layers/layer.hpp>\n")
foreach(siblings IN ITEMS "fault sim" "sim fault" "fault io" "io sim" "model outcome" "outcome model" "campaign analysis"
                          "analysis campaign")
  string(REPLACE " " ";" siblings "${siblings}")
  list(GET siblings 0 one)
  list(GET siblings 1 other)
  check("'${one}' .floor [0-9]. must not include '${other}'" ${one}/x.hpp
        "${start}#  include <spikingjet/${other}/y.hpp>\n")
endforeach()
check("includes the umbrella <spikingjet/spikingjet.hpp>" store/x.hpp "${start}#include <spikingjet/spikingjet.hpp>\n")
check("is on no floor" attic/x.hpp "${start}")
check("is on no floor" app/x.hpp "${start}#include <spikingjet/attic/x.hpp>\n")
check("the arbiter must not include" engine/full/rerun.hpp "${start}#include <spikingjet/engine/golden/recording.hpp>\n")
check("the arbiter must not include" engine/full/rerun.hpp "${start}#include <spikingjet/inject/strike.hpp>\n")
check("the arbiter must not include" inject/fault_perturbation.hpp "${start}#include <spikingjet/inject/strike.hpp>\n")
foreach(rooms IN ITEMS "full differential" "differential device" "device differential" "golden bounds" "golden device")
  string(REPLACE " " ";" rooms "${rooms}")
  list(GET rooms 0 one)
  list(GET rooms 1 other)
  check("'engine/${one}' must not include <spikingjet/engine/${other}/y.hpp>" engine/${one}/x.hpp
        "${start}#include <spikingjet/engine/${other}/y.hpp>\n")
endforeach()
check("is no room of engine" engine/attic/x.hpp "${start}#include <spikingjet/engine/engine.hpp>\n")
check("'engine/' must not include" engine/x.hpp "${start}#include <spikingjet/engine/golden/y.hpp>\n")
check("the first line is not" core/x.hpp "#pragma once\n")
check("no '#pragma once'" core/x.hpp "// SPDX-License-Identifier: MIT\n")
check("of ours first, so that C..20 is asked for" core/x.hpp "${start}#include <concepts>\n#include <spikingjet/core/config.hpp>\n")
check("of ours first, so that C..20 is asked for" core/x.hpp "${start}#include <cstdint>\n")
check("write <spikingjet/...>" core/x.hpp "${start}#include \"bits.hpp\"\n")
