# mimamori_embed(<name> NAMESPACE <ns> FILES <file>... [BASE <folder>])
#
# A static library mimamori_<name> that carries the files unchanged in its read-only data:
#
#     #include "embed/<name>.hpp"
#     std::span<const mimamori::EmbeddedFile> all = <ns>::files();
#
# Relative FILES and BASE count from the current source folder. BASE defaults to that folder; an
# embedded file's name is its path below BASE, so a file outside of BASE is refused. The files may
# be outputs of add_custom_command() in the same folder. Order is that of FILES.
include_guard()

function(mimamori_embed name)
  cmake_parse_arguments(PARSE_ARGV 1 embed "" "NAMESPACE;BASE" "FILES")
  if(NOT embed_NAMESPACE OR NOT embed_FILES)
    message(FATAL_ERROR "mimamori_embed(${name}): NAMESPACE and FILES are needed")
  endif()
  if(NOT embed_BASE)
    set(embed_BASE "${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  cmake_path(ABSOLUTE_PATH embed_BASE NORMALIZE)

  if(WIN32)
    set(section ".section .rdata,\\\"dr\\\"")
  else()
    set(section ".section .rodata,\\\"a\\\"")
  endif()

  set(assembly "")
  set(symbols "")
  set(entries "")
  set(paths "")
  set(number 0)
  foreach(file IN LISTS embed_FILES)
    cmake_path(ABSOLUTE_PATH file NORMALIZE OUTPUT_VARIABLE path)
    cmake_path(RELATIVE_PATH path BASE_DIRECTORY "${embed_BASE}" OUTPUT_VARIABLE relative)
    if(relative MATCHES "^\\.\\./" OR relative MATCHES "[\"\\]")
      message(FATAL_ERROR "mimamori_embed(${name}): ${path} is not below ${embed_BASE}")
    endif()
    set(symbol "mimamori_embed_${name}_${number}")
    # The label is the symbol's exact name on every platform (asm labels below), and the zero byte
    # keeps an empty file from sharing its address with the next one.
    string(APPEND assembly
      "    \"${symbol}_begin:\\n\"\n"
      "    \".incbin \\\"${path}\\\"\\n\"\n"
      "    \"${symbol}_end:\\n\"\n"
      "    \".byte 0\\n.balign 16\\n\"\n"
      "    \".globl ${symbol}_begin\\n.globl ${symbol}_end\\n\"\n")
    string(APPEND symbols
      "extern const std::byte begin_${number}[] asm(\"${symbol}_begin\");\n"
      "extern const std::byte end_${number}[] asm(\"${symbol}_end\");\n")
    string(APPEND entries
      "        EmbeddedFile{\"${relative}\", std::span{begin_${number}, end_${number}}},\n")
    list(APPEND paths "${path}")
    math(EXPR number "${number} + 1")
  endforeach()

  set(folder "${PROJECT_BINARY_DIR}/generated/embed")
  file(CONFIGURE OUTPUT "${folder}/${name}.hpp" @ONLY CONTENT
"// Made by mimamori_embed(@name@).
#pragma once

#include \"common/base/embedded_file.hpp\"

#include <span>

namespace @embed_NAMESPACE@ {

/// The files compiled into the program, in the order of the build file.
[[nodiscard]] std::span<const mimamori::EmbeddedFile> files();

} // namespace @embed_NAMESPACE@
")
  file(CONFIGURE OUTPUT "${folder}/${name}.cpp" @ONLY CONTENT
"// Made by mimamori_embed(@name@).
#include \"embed/@name@.hpp\"

#include <array>

asm(\"@section@\\n.balign 16\\n\"
@assembly@    \".text\\n\");

namespace @embed_NAMESPACE@ {

@symbols@
std::span<const mimamori::EmbeddedFile>
files()
{
    using mimamori::EmbeddedFile;
    static const std::array all{
@entries@    };
    return all;
}

} // namespace @embed_NAMESPACE@
")
  # Link-time optimisation would look for the symbols before the assembler has made them.
  set_source_files_properties("${folder}/${name}.cpp" PROPERTIES
    OBJECT_DEPENDS "${paths}" COMPILE_OPTIONS "-fno-lto")
  add_library(mimamori_${name} STATIC "${folder}/${name}.cpp")
  target_link_libraries(mimamori_${name} PUBLIC mimamori_options)
endfunction()
