# SPDX-License-Identifier: MIT
# cmake -D use=find_package|add_subdirectory -D source=.. -D build=.. -D generator=.. -D compiler=.. -D launcher=..
#       [-D cuda_compiler=.. -D cuda_launcher=..]
#       -D prefix_path=.. -P install.cmake
cmake_minimum_required(VERSION 3.25)

string(RANDOM LENGTH 12 suffix)
set(folder "${CMAKE_CURRENT_BINARY_DIR}/install_${suffix}")

function(step what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    file(REMOVE_RECURSE "${folder}")
    message(FATAL_ERROR "could not ${what}:\n${output}")
  endif()
endfunction()

if(use STREQUAL "find_package")
  step("install" "${CMAKE_COMMAND}" --install "${build}" --prefix "${folder}/prefix")
  set(where "-Dspikingjet_ROOT=${folder}/prefix")
  set(script "${folder}/prefix/share/spikingjet/export_snntorch.py")
  step("find the export script" "${CMAKE_COMMAND}" -E compare_files "${source}/examples/export_snntorch.py" "${script}")
  find_program(python python3)
  if(python)  # its help needs neither torch nor snntorch
    step("run the export script" "${python}" -B "${script}" --help)
  endif()
else()
  set(where "-DSPIKINGJET_SOURCE=${source}")
endif()
if(cuda_compiler)
  list(APPEND where "-DFOREIGN_CUDA_COMPILER=${cuda_compiler}" "-DCMAKE_CUDA_HOST_COMPILER=${compiler}"
       "-DCMAKE_CUDA_COMPILER_LAUNCHER=${cuda_launcher}")
endif()
string(REPLACE ";" "\\;" launcher "${launcher}")
string(REPLACE ";" "\\;" prefix_path "${prefix_path}")
step("configure the foreign project" "${CMAKE_COMMAND}" -G "${generator}" -S "${CMAKE_CURRENT_LIST_DIR}/foreign" -B
     "${folder}/build" ${where} -DCMAKE_BUILD_TYPE=Release "-DCMAKE_CXX_COMPILER=${compiler}"
     "-DCMAKE_CXX_COMPILER_LAUNCHER=${launcher}" "-DCMAKE_PREFIX_PATH=${prefix_path}" -DCMAKE_CXX_FLAGS=-march=native)
step("build the foreign project" "${CMAKE_COMMAND}" --build "${folder}/build")
step("run the foreign simulator" "${folder}/build/simulator")
step("run the foreign campaign" "${folder}/build/campaign")
file(REMOVE_RECURSE "${folder}")
