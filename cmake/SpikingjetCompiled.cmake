# SPDX-License-Identifier: MIT
include_guard()

# spikingjet::compiled: spikingjet::campaign with the functions that depend on no network, those of the headers
# .../definitions/*.hpp, compiled once; one source for each of these folders.
#
# A program may be compiled for other vectors than the library (-march=native): functions that both have are then
# compiled twice, and the linker keeps one of the two. Either is right: results have the same bits, the program runs on
# the processor that it was compiled for, and types have one layout, but for those of native vectors; so no source of the
# library may see one.
block(SCOPE_FOR VARIABLES)
set(definitions ${core_headers} ${campaign_headers})
list(FILTER definitions INCLUDE REGEX "/definitions/")
set(compiled_folders "")
set(declaring "")
foreach(header IN LISTS definitions)
  string(REPLACE "/definitions/" "/" declares "${header}")
  list(APPEND declaring "${declares}")
  cmake_path(RELATIVE_PATH header BASE_DIRECTORY "${PROJECT_SOURCE_DIR}/include")
  string(REGEX REPLACE "^spikingjet/(.*)/definitions/.*" "\\1" folder "${header}")
  string(REPLACE "/" "_" folder "${folder}")
  list(APPEND compiled_folders ${folder})
  string(APPEND source_of_${folder} "#include <${header}>\n")
endforeach()
list(REMOVE_DUPLICATES compiled_folders)
set(sources "")
foreach(folder IN LISTS compiled_folders)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/compiled/${folder}.cpp")
  file(CONFIGURE OUTPUT "${source}" CONTENT "// SPDX-License-Identifier: MIT
@source_of_${folder}@
#if defined(XSIMD_VERSION_MAJOR)
#error \"spikingjet: a header of 'definitions' includes vectors of the processor, which programs may compile for another one\"
#endif
" @ONLY)
  list(APPEND sources "${source}")
endforeach()
add_library(spikingjet_compiled STATIC EXCLUDE_FROM_ALL ${sources})
add_library(spikingjet::compiled ALIAS spikingjet_compiled)
# So that each of these headers is known to compile alone without its definitions, too.
target_sources(spikingjet_compiled PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${declaring})
target_link_libraries(spikingjet_compiled PUBLIC spikingjet_campaign)
target_compile_definitions(spikingjet_compiled PUBLIC SPIKINGJET_COMPILED)
target_compile_options(spikingjet_compiled PRIVATE ${spikingjet_warnings} $<$<NOT:$<CONFIG:Debug>>:-O3>)
endblock()

# What tests, examples and benchmarks link.
set(spikingjet_campaign_library campaign)
if(SPIKINGJET_COMPILED)
  set(spikingjet_campaign_library compiled)
endif()
