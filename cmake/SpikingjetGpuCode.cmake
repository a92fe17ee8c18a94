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
function(spikingjet_share_options target code)
  if(NOT TARGET ${code})
    message(FATAL_ERROR "spikingjet_gpu_code: '${target}' is to have the GPU code of another program, but there is no '${code}'")
  endif()
  get_target_property(type ${target} TYPE)
  get_target_property(independent ${target} POSITION_INDEPENDENT_CODE)
  if(type MATCHES "SHARED|MODULE" OR independent)
    set_target_properties(${code} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  endif()
  if(NOT code STREQUAL "${target}_gpu_code")
    return()
  endif()
  foreach(property IN ITEMS INCLUDE_DIRECTORIES COMPILE_DEFINITIONS)
    get_target_property(own ${target} ${property})
    if(own)
      set_property(TARGET ${code} APPEND PROPERTY ${property} "${own}")
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
  find_package(CUDAToolkit REQUIRED QUIET)
  target_link_libraries(${target} PRIVATE CUDA::cudart_static)
  set(code ${target}_gpu_code)
  if(code_SAME_AS)
    set(code ${code_SAME_AS}_gpu_code)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${code}>)
  elseif(TARGET ${code})
    target_sources(${code} PRIVATE ${code_UNPARSED_ARGUMENTS})
    return()
  else()
    add_library(${code} OBJECT ${code_UNPARSED_ARGUMENTS})
    target_link_libraries(${code} PRIVATE spikingjet::cuda)
    spikingjet_cuda_standard(${code})
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${code}>)
  endif()
  cmake_language(EVAL CODE "cmake_language(DEFER CALL spikingjet_share_options [[${target}]] [[${code}]])")  # the names as they are now
endfunction()
