# Compiler, linker and third-party set-up that every target of ours shares.
include_guard()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

find_package(Threads REQUIRED)
if(WIN32)
  include(mimamori_windows)
else()
  # These are here to say early what is missing. Our libraries name them plainly (ssl, crypto,
  # sqlite3, z, cares): an imported target is the path of the shared library, and the agent links
  # statically.
  find_package(OpenSSL 3 REQUIRED)
  find_package(SQLite3 REQUIRED)
  find_package(ZLIB REQUIRED)
  find_package(fmt REQUIRED)
  find_package(CLI11 REQUIRED)
  # spdlog's headers alone: its imported target would bring the shared fmt.
  find_package(spdlog REQUIRED)
endif()

# Warnings and defines of our own sources; third-party targets do not link it.
add_library(mimamori_options INTERFACE)
target_include_directories(mimamori_options INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/generated")
target_compile_options(mimamori_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
  # GCC 12 warns wrongly about inlined std::string and about the new and delete of coroutine frames.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds -Wno-dangling-pointer -Wno-mismatched-new-delete>)
target_compile_definitions(mimamori_options INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED
  BOOST_BEAST_SEPARATE_COMPILATION
  SPDLOG_FMT_EXTERNAL)
target_link_libraries(mimamori_options INTERFACE Threads::Threads)
if(MIMAMORI_PCH AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(mimamori_options INTERFACE -fpch-preprocess) # or ccache cannot keep it
endif()
target_compile_features(mimamori_options INTERFACE cxx_std_20)

if(MIMAMORI_SANITIZE)
  add_compile_options(-fsanitize=${MIMAMORI_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MIMAMORI_SANITIZE})
  if(MIMAMORI_SANITIZE MATCHES undefined AND CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    # clang 14 cannot put this check into coroutines ("difference across sections").
    add_compile_options(-fno-sanitize=function)
  endif()
endif()
if(MIMAMORI_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(MIMAMORI_COVERAGE)
  # -O0: a line that is executed is a line that is counted.
  add_compile_options(--coverage -fprofile-update=atomic -fprofile-abs-path -O0)
  add_link_options(--coverage)
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM AND NOT WIN32)
  add_link_options(-fuse-ld=mold)
endif()
