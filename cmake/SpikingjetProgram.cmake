# SPDX-License-Identifier: MIT
include_guard()

set(SPIKINGJET_MARCH native CACHE STRING "The processor that examples and benchmarks are compiled for, as -march has it; empty: any")

# spikingjet_program(NAME SOURCE...): a program at full speed on that processor, linked with
# spikingjet::${spikingjet_campaign_library}, and spikingjet::mpi where it is there; its binary is NAME in the current
# binary folder.
function(spikingjet_program name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE spikingjet::${spikingjet_campaign_library} $<TARGET_NAME_IF_EXISTS:spikingjet::mpi>)
  target_compile_options(${name} PRIVATE ${spikingjet_warnings} $<$<NOT:$<CONFIG:Debug>>:-O3>
                                         $<$<BOOL:${SPIKINGJET_MARCH}>:-march=${SPIKINGJET_MARCH}>)
endfunction()

# spikingjet_example(NAME SOURCE...): an example campaign; its binary is examples/NAME/NAME below the build folder.
function(spikingjet_example name)
  spikingjet_program(${name} ${ARGN})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/examples/${name}")
endfunction()
