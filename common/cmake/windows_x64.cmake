# Toolchain of the preset windows-x64.
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(MIMAMORI_WINDOWS_ARCHITECTURE x64)
set(mingw x86_64-w64-mingw32)
include("${CMAKE_CURRENT_LIST_DIR}/windows.cmake")
