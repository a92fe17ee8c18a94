# SPDX-License-Identifier: MIT
include_guard()

# spikingjet_embed(TARGET SYMBOL FILE): puts the bytes of FILE into TARGET, whose sources then
# `#include <embed/SYMBOL.hpp>` and call `SYMBOL()`, a std::span<const std::byte>. SYMBOL may carry namespaces:
# `digits::weights` is included as <embed/digits/weights.hpp>.
function(spikingjet_embed target symbol file)
  cmake_path(ABSOLUTE_PATH file NORMALIZE)
  if(NOT EXISTS "${file}")
    message(FATAL_ERROR "spikingjet_embed: there is no file '${file}'; check the third argument")
  endif()
  if(NOT symbol MATCHES "^[A-Za-z_][A-Za-z0-9_]*(::[A-Za-z_][A-Za-z0-9_]*)*$")
    message(FATAL_ERROR "spikingjet_embed: '${symbol}' is not a C++ name; check the second argument")
  endif()
  string(REPLACE "::" ";" parts "${symbol}")
  list(POP_BACK parts name)
  list(JOIN parts "::" scope)
  string(REPLACE "::" "/" path "${symbol}")
  string(REPLACE "::" "_" label "spikingjet_embed_${symbol}")
  if(scope)
    set(open "namespace ${scope} {\n")
    set(close "}\n")
  endif()

  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${target}_embed")
  file(CONFIGURE OUTPUT "${folder}/embed/${path}.hpp" @ONLY CONTENT [[
#pragma once

#include <cstddef>
#include <span>

@open@/// The bytes of '@file@'.
std::span<const std::byte> @name@();
@close@]])
  # The bytes reach the object file through the assembler, which reads them as they are: no compiler parses them.
  file(CONFIGURE OUTPUT "${folder}/${path}.cpp" @ONLY CONTENT [[
#include <embed/@path@.hpp>

__asm__(
    ".section .rodata,\"a\"\n"
    ".balign 64\n"
    ".globl @label@_begin\n"
    ".globl @label@_end\n"
    ".hidden @label@_begin\n"
    ".hidden @label@_end\n"
    "@label@_begin:\n"
    ".incbin \"@file@\"\n"
    "@label@_end:\n"
    ".byte 0\n"
    ".previous\n");

extern "C" {
__attribute__((visibility("hidden"))) extern const std::byte @label@_begin[];
__attribute__((visibility("hidden"))) extern const std::byte @label@_end[];
}

@open@std::span<const std::byte> @name@() { return {@label@_begin, @label@_end}; }
@close@]])
  target_sources(${target} PRIVATE "${folder}/${path}.cpp")
  target_include_directories(${target} PRIVATE "${folder}")
  target_compile_features(${target} PRIVATE cxx_std_20)
  # A changed file is assembled anew; a compiler cache, which does not see it, is left out.
  set_source_files_properties("${folder}/${path}.cpp" TARGET_DIRECTORY ${target} PROPERTIES OBJECT_DEPENDS "${file}")
endfunction()
