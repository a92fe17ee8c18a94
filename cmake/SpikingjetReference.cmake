# SPDX-License-Identifier: MIT
# The target `docs`: the API reference, in docs/reference/html of the build folder.
include_guard()

find_program(SPIKINGJET_DOXYGEN doxygen DOC "Makes the API reference; the target 'docs' needs it")
mark_as_advanced(SPIKINGJET_DOXYGEN)
if(SPIKINGJET_DOXYGEN)
  add_custom_target(
    docs
    COMMAND "${CMAKE_COMMAND}" -D "doxygen=${SPIKINGJET_DOXYGEN}" -D "source_dir=${PROJECT_SOURCE_DIR}" -D
            "folder=${PROJECT_BINARY_DIR}/docs/reference" -P "${PROJECT_SOURCE_DIR}/cmake/make_reference.cmake"
    VERBATIM)
else()
  add_custom_target(
    docs
    COMMAND "${CMAKE_COMMAND}" -E echo "spikingjet: the target 'docs' needs doxygen (Debian: doxygen); install it and configure again"
    COMMAND "${CMAKE_COMMAND}" -E false
    VERBATIM)
endif()
