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

# What a program was told for itself, but not what the libraries that it links want of it: their Thrust is another.
function(spikingjet_share_options target)
  foreach(property IN ITEMS INCLUDE_DIRECTORIES COMPILE_DEFINITIONS)
    get_target_property(own ${target} ${property})
    if(own)
      set_property(TARGET ${target}_gpu_code APPEND PROPERTY ${property} "${own}")
    endif()
  endforeach()
endfunction()

# spikingjet_gpu_code(TARGET SOURCE... | SAME_AS OTHER): GPU code for a program, from .cu files that include <spikingjet/cuda.cuh>,
# with the include folders and definitions that the program has of its own at the end of this CMakeLists.txt; or that of another
# program. May be called again with more files. Does nothing where the language CUDA is not enabled, or SPIKINGJET_CUDA is OFF, so that
# the program runs on CPUs alone.
function(spikingjet_gpu_code target)
  cmake_parse_arguments(PARSE_ARGV 1 code "" SAME_AS "")
  if(NOT CMAKE_CUDA_COMPILER_LOADED OR (DEFINED SPIKINGJET_CUDA AND NOT SPIKINGJET_CUDA))
    return()
  endif()
  if(TARGET ${target}_gpu_code)
    target_sources(${target}_gpu_code PRIVATE ${code_UNPARSED_ARGUMENTS})
    return()
  endif()
  find_package(CUDAToolkit REQUIRED QUIET)
  target_link_libraries(${target} PRIVATE CUDA::cudart_static)
  if(code_SAME_AS)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${code_SAME_AS}_gpu_code>)
    return()
  endif()
  add_library(${target}_gpu_code OBJECT ${code_UNPARSED_ARGUMENTS})
  target_link_libraries(${target}_gpu_code PRIVATE spikingjet::cuda)
  cmake_language(EVAL CODE "cmake_language(DEFER CALL spikingjet_share_options [[${target}]])")  # the name as it is now
  get_target_property(type ${target} TYPE)
  if(type MATCHES "SHARED|MODULE")
    set_target_properties(${target}_gpu_code PROPERTIES POSITION_INDEPENDENT_CODE ON)
  endif()
  spikingjet_cuda_standard(${target}_gpu_code)
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:${target}_gpu_code>)
endfunction()
