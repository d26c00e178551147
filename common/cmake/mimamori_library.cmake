# mimamori_library(<name> FOLDER <folder> SOURCES <unit>... [USES <library>...]
#   [LINUX <unit>...] [LINUX_USES <library>...] [WINDOWS <unit>...] [WINDOWS_USES <library>...])
#
# A unit "os" is os.cpp, os_linux.cpp or os_windows.cpp, whichever of them exist for the platform
# being built. So no source file needs an #ifdef, and none is listed twice. USES names what the
# folder may include: it is the include rule of STYLE.md as the linker sees it. Units and libraries
# that only one platform has stand behind its name.
include_guard()

function(mimamori_units out folder)
  if(WIN32)
    set(platform windows)
  else()
    set(platform linux)
  endif()
  set(files "")
  foreach(unit IN LISTS ARGN)
    set(found FALSE)
    foreach(candidate "${unit}.cpp" "${unit}_${platform}.cpp")
      if(EXISTS "${PROJECT_SOURCE_DIR}/${folder}/${candidate}")
        list(APPEND files "${PROJECT_SOURCE_DIR}/${folder}/${candidate}")
        set(found TRUE)
      endif()
    endforeach()
    if(NOT found)
      message(FATAL_ERROR "${folder}: no source for unit '${unit}' on ${platform}")
    endif()
  endforeach()
  set(${out} "${files}" PARENT_SCOPE)
endfunction()

# Precompiled headers (MIMAMORI_PCH): libraries and standard headers only, none of ours. Two sets for
# the whole tree, because each costs as much as two files. The preset tsan goes without, so that a
# forgotten #include is still found.
function(mimamori_precompiled name)
  if(NOT MIMAMORI_PCH)
    return()
  endif()
  add_library(mimamori_${name} OBJECT "${PROJECT_SOURCE_DIR}/common/precompiled/empty.cpp")
  target_link_libraries(mimamori_${name} PRIVATE mimamori_options)
  target_precompile_headers(mimamori_${name} PRIVATE ${ARGN})
endfunction()

function(mimamori_reuse_precompiled target name)
  if(TARGET mimamori_${name})
    target_precompile_headers(${target} REUSE_FROM mimamori_${name})
    # Without optimisation, each file that has seen Asio's headers refers to Asio's error categories.
    target_link_libraries(${target} PRIVATE mimamori_boost_src)
  endif()
endfunction()

function(mimamori_library name)
  cmake_parse_arguments(PARSE_ARGV 1 lib "" "FOLDER"
    "SOURCES;USES;LINUX;LINUX_USES;WINDOWS;WINDOWS_USES")
  if(WIN32)
    list(APPEND lib_SOURCES ${lib_WINDOWS})
    list(APPEND lib_USES ${lib_WINDOWS_USES})
  else()
    list(APPEND lib_SOURCES ${lib_LINUX})
    list(APPEND lib_USES ${lib_LINUX_USES})
  endif()
  mimamori_units(files "${lib_FOLDER}" ${lib_SOURCES})
  add_library(mimamori_${name} STATIC ${files})
  target_link_libraries(mimamori_${name} PUBLIC mimamori_options ${lib_USES})
  mimamori_reuse_precompiled(mimamori_${name} precompiled)
endfunction()

# What is measured is the product. Its tests are half of what there is to compile, and three fifths of
# that was to optimise them.
set(mimamori_test_optimisation $<$<CONFIG:Release>:-O0>)

# mimamori_test(<name> SOURCES <file>... [USES <library>...] [LABELS <label>...])
#
# One Boost.Test program named test_<name>, run by CTest under <name>.
# Sources are relative to tests/.
function(mimamori_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "TIMEOUT_S" "SOURCES;USES;LABELS")
  list(TRANSFORM test_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/tests/")
  add_executable(test_${name} ${test_SOURCES} $<TARGET_OBJECTS:test_main>)
  target_link_libraries(test_${name} PRIVATE mimamori_options ${test_USES})
  target_compile_definitions(test_${name} PRIVATE
    MIMAMORI_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  # Boost.Test's comparison templates trip over -Wconversion; production code keeps it.
  target_compile_options(test_${name} PRIVATE
    -Wno-conversion -Wno-sign-compare ${mimamori_test_optimisation})
  mimamori_reuse_precompiled(test_${name} precompiled_tests)
  add_test(NAME ${name} COMMAND test_${name} --log_level=warning --color_output=no)
  if(NOT test_TIMEOUT_S)
    set(test_TIMEOUT_S 300)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${test_LABELS}" TIMEOUT ${test_TIMEOUT_S})
  # Recorded machines are thousands of small files: in memory they are there twenty times sooner.
  if(IS_DIRECTORY /dev/shm)
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "TMPDIR=/dev/shm")
  endif()
endfunction()
