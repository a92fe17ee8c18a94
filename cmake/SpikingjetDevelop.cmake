# SPDX-License-Identifier: MIT
# What only a build of this repository itself wants; a project that includes it keeps its own settings.
include_guard()

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
endif()
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# What scripts/test leaves out for its time; scripts/matrix runs it by name.
option(SPIKINGJET_CHECK_HEADERS "Test that each header compiles alone" OFF)
option(SPIKINGJET_TEST_NATIVE "Compile the tests of the engines for the vectors of this very processor, too" OFF)
set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ${SPIKINGJET_CHECK_HEADERS})

find_program(SPIKINGJET_CCACHE ccache)
mark_as_advanced(SPIKINGJET_CCACHE)
if(SPIKINGJET_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness is what precompiled headers ask for.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      "${SPIKINGJET_CCACHE}")
endif()

if(SPIKINGJET_CCACHE AND NOT CMAKE_CUDA_COMPILER_LAUNCHER)
  set(CMAKE_CUDA_COMPILER_LAUNCHER "${SPIKINGJET_CCACHE}")
endif()

set(spikingjet_warnings -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # What these find after inlining are false alarms inside std::string, std::variant and std::vector, others in each
  # version; the sanitizers look for the real ones.
  list(APPEND spikingjet_warnings -Wno-maybe-uninitialized -Wno-uninitialized -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds)
endif()

# Results belong to a build: one sanitizer at a time, for everything.
set(SPIKINGJET_SANITIZE "" CACHE STRING "Sanitizers, for example 'address,undefined' or 'thread'")
if(SPIKINGJET_SANITIZE)
  add_compile_options(-fsanitize=${SPIKINGJET_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=${SPIKINGJET_SANITIZE})
endif()
