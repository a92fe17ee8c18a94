# SPDX-License-Identifier: MIT
# What is right of a check that was tried on a small tree.

# require_verdict(EXPECTED RESULT OUTPUT TREE): EXPECTED is a regex of the refusal, or empty where the tree, of which TREE
# says what it is, must be taken.
function(require_verdict expected result output tree)
  # message() breaks long lines
  string(REGEX REPLACE "[ \n]+" " " line "${output}")
  if(expected STREQUAL "" AND NOT result EQUAL 0)
    message(SEND_ERROR "refused ${tree}:\n${output}")
  elseif(NOT expected STREQUAL "" AND result EQUAL 0)
    message(SEND_ERROR "did not notice: ${expected}, in ${tree}")
  elseif(NOT expected STREQUAL "" AND NOT line MATCHES "${expected}")
    message(SEND_ERROR "no '${expected}' in:\n${output}")
  endif()
endfunction()
