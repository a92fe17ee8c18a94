# SPDX-License-Identifier: MIT
# cmake -D checker=check_public_names.cmake -P check_public_names_test.cmake
# Runs the check on a small tree that keeps the rule, and on that tree with one thing more in the code or on the page.
include("${CMAKE_CURRENT_LIST_DIR}/small_tree.cmake")

set(page [[
## Include paths

| `<spikingjet/core.hpp>` | a folder |
| `core` | public |

## Namespaces

`SPIKINGJET_HD`

## CMake

`spikingjet::spikingjet`, `spikingjet::module`, `SPIKINGJET_MPI`

## Command line

`--store`, `--output`.

## Lists and exports

| fault list | `Injection`, `Layer` |
| `outcomes.csv` | `Injection`, `samples` |

## The store

The version of the layout, 2 in this version.

- Tables: `blocks`; the view `results`.
]])
set(code [[
#define SPIKINGJET_HD
inline constexpr int store_schema_version = 2;
 "CREATE TABLE blocks (a)"
      "Injection", "Layer"};
 "Injection,samples{}\r\n"
]])

# check(EXPECTED CODE COMMANDS LISTS FROM TO): the tree with more code of a header, of the command line, of CMakeLists.txt,
# and with FROM replaced by TO on the page; EXPECTED is a regex of the refusal, or empty.
function(check expected more commands lists from to)
  begin_tree()
  string(REPLACE "${from}" "${to}" changed "\n${page}")
  add_file(docs/public_names.md "${changed}")
  add_file(include/spikingjet/core.hpp "")
  add_file(include/spikingjet/core/a.hpp "${code}${more}")
  add_file(include/spikingjet/app/b.hpp "f(\"--store\"); f(\"-o,--output\");${commands}")
  add_file(CMakeLists.txt "add_library(spikingjet::spikingjet ALIAS spikingjet)\noption(SPIKINGJET_MPI \"text\" OFF)\n${lists}")
  add_file(cmake/SpikingjetModule.cmake "add_library(spikingjet::module ALIAS module)\noption(SPIKINGJET_INNER \"text\" OFF)\n")
  run_check("${expected}")
endfunction()

# `app` is a folder of this tree, too.
set(app "| `core` | public |\n| `app` | public |")
string(REPLACE "| `core` | public |" "${app}" page "${page}")

check("" "" "" "" none none)
check("folder 'app' is not on the page" "" "" "" "| `app` | public |" "")
check("the page has folder 'fault', which there is not" "" "" "" "| `app`" "| `app`, `fault`")
check("umbrella 'core.hpp' is not on the page" "" "" "" "<spikingjet/core.hpp>" "<spikingjet/cor>")
check("macro 'SPIKINGJET_NEW' is not on the page" "#define SPIKINGJET_NEW\n" "" "" none none)
check("macro 'SPIKINGJET_SET' is not on the page" "#if defined(SPIKINGJET_SET)\n" "" "" none none)
check("option '--new-one' is not on the page" "" "f(\"--new-one\");" "" none none)
check("option '--new' is not on the page" "" "f(\"-n,--new\");" "" none none)
check("the page has option '--old', which there is not" "" "" "" "`--store`" "`--store`, `--old`")
check("option of CMake 'SPIKINGJET_NEW' is not on the page" "" "" "option(SPIKINGJET_NEW \"text\" ON)\n" none none)
check("option of CMake 'SPIKINGJET_WAY' is not on the page" "" "" "set(SPIKINGJET_WAY AUTO CACHE STRING \"text\")\n" none none)
check("target 'spikingjet::new' is not on the page" "" "" "add_library(spikingjet::new ALIAS new)\n" none none)
check("target 'spikingjet::module' is not on the page" "" "" "" ", `spikingjet::module`" "")
check("column 'Layer' is not on the page" "" "" "" "`Injection`, `Layer`" "`Injection`")
check("the page has column 'seconds', which there is not" "" "" "" "`samples`" "`samples`, `seconds`")
check("table 'new' is not on the page" "CREATE TABLE new (a)\n" "" "" none none)
check("the page does not say that the layout of the store is 2" "" "" "" "layout, 2" "layout, 1")
