# SPDX-License-Identifier: MIT
# cmake -D checker=check_umbrellas.cmake -P check_umbrellas_test.cmake
# Runs the check on small trees: one that keeps the rules, and one for each rule that breaks it alone.
include("${CMAKE_CURRENT_LIST_DIR}/small_tree.cmake")

# check(EXPECTED MODEL UMBRELLA): EXPECTED is a regex of the refusal, or empty; the other two are the lines of
# model/layer.hpp and of model.hpp.
function(check expected model umbrella)
  begin_tree()
  add_file(include/spikingjet/campaign.hpp "#include <spikingjet/model.hpp>\n")
  add_file(include/spikingjet/model.hpp "${umbrella}")
  add_file(include/spikingjet/model/layer.hpp "${model}")
  add_file(include/spikingjet/model/layers/dense.hpp "#include <spikingjet/model/layer.hpp>\n")
  run_check("${expected}")
endfunction()

set(inner "#include <spikingjet/model/layers/dense.hpp>\n")
set(outer "#include <spikingjet/model/layer.hpp>  // a layer\n")
check("" "${inner}" "${outer}")
check("" "" "${outer}${inner}")
check("" "" "// not part: model/layer.hpp\n${inner}")
check("" "" "${outer}// not part: model/layers/dense.hpp\n")
check("model/layer.hpp: <spikingjet/model.hpp> neither includes it" "" "#include <spikingjet/model/layers/dense.hpp>\n// model/layer.hpp\n")
check("model/layers/dense.hpp: no umbrella reaches it" "" "${outer}")
check("names model/layre.hpp, which there is not" "" "${outer}${inner}#include <spikingjet/model/layre.hpp>\n")
check("names model/layre.hpp, which there is not" "" "${outer}${inner}// not part: model/layre.hpp\n")
