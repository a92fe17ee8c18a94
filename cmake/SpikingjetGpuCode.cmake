# SPDX-License-Identifier: MIT
include_guard()

# spikingjet_cuda_standard(TARGET): C++20 for .cu files.
function(spikingjet_cuda_standard target)
  if("cuda_std_20" IN_LIST CMAKE_CUDA_COMPILE_FEATURES)
    set_target_properties(${target} PROPERTIES CUDA_STANDARD 20 CUDA_STANDARD_REQUIRED ON CUDA_EXTENSIONS OFF)
  else()  # CMake 3.25 does not know that nvcc has it, and must not ask for another
    set_target_properties(${target} PROPERTIES CUDA_EXTENSIONS "${CMAKE_CUDA_EXTENSIONS_COMPUTED_DEFAULT}")
    target_compile_options(${target} PRIVATE -std=c++20)
  endif()
endfunction()

# spikingjet_gpu_code(TARGET SOURCE...): GPU code for a program, from .cu files that include <spikingjet/cuda.cuh>; nothing
# where the language CUDA is not enabled, or SPIKINGJET_CUDA is OFF, so that the program runs on CPUs alone.
function(spikingjet_gpu_code target)
  if(NOT CMAKE_CUDA_COMPILER_LOADED OR (DEFINED SPIKINGJET_CUDA AND NOT SPIKINGJET_CUDA))
    return()
  endif()
  find_package(CUDAToolkit REQUIRED QUIET)
  add_library(${target}_gpu_code OBJECT ${ARGN})
  target_link_libraries(${target}_gpu_code PRIVATE spikingjet::cuda)
  spikingjet_cuda_standard(${target}_gpu_code)
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:${target}_gpu_code>)
  target_link_libraries(${target} PRIVATE CUDA::cudart_static)
endfunction()
