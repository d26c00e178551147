# Toolchain of the preset windows-x86.
set(CMAKE_SYSTEM_PROCESSOR x86)
set(MIMAMORI_WINDOWS_ARCHITECTURE x86)
set(mingw i686-w64-mingw32)
# Time in 64 bits in every file, or it ends in 2038.
add_compile_definitions(__MINGW_USE_VC2005_COMPAT=1)
include("${CMAKE_CURRENT_LIST_DIR}/windows.cmake")
