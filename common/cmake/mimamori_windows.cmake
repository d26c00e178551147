# What a build for Windows links and includes; the counterpart of what mimamori_compiler.cmake finds
# in the system for Linux. The libraries have the same plain names here: ssl, crypto, sqlite3, z.
include_guard()

execute_process(
  COMMAND "${PROJECT_SOURCE_DIR}/scripts/windows/build_dependencies.sh" --where
    ${MIMAMORI_WINDOWS_ARCHITECTURE}
  OUTPUT_VARIABLE folders RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE)
if(failed)
  message(FATAL_ERROR "OpenSSL and SQLite for Windows are missing (see above)")
endif()
string(REPLACE "\n" ";" folders "${folders}")
list(GET folders 0 openssl)
list(GET folders 1 sqlite)

function(mimamori_windows_library name file include)
  add_library(${name} STATIC IMPORTED GLOBAL)
  set_target_properties(${name} PROPERTIES
    IMPORTED_LOCATION "${file}"
    INTERFACE_INCLUDE_DIRECTORIES "${include}"
    INTERFACE_LINK_LIBRARIES "${ARGN}")
endfunction()
mimamori_windows_library(crypto "${openssl}/lib/libcrypto.a" "${openssl}/include"
  ws2_32 advapi32 crypt32)
mimamori_windows_library(ssl "${openssl}/lib/libssl.a" "${openssl}/include" crypto)
mimamori_windows_library(sqlite3 "${sqlite}/lib/libsqlite3.a" "${sqlite}/include")

# Libraries of headers alone are the host's. Only their folders are seen, never /usr/include itself.
set(host "${PROJECT_BINARY_DIR}/host_include")
file(MAKE_DIRECTORY "${host}")
foreach(folder boost fmt spdlog CLI toml++)
  if(NOT EXISTS "/usr/include/${folder}")
    message(FATAL_ERROR "no /usr/include/${folder}: scripts/install_packages.sh --for build")
  endif()
  file(CREATE_LINK "/usr/include/${folder}" "${host}/${folder}" SYMBOLIC)
endforeach()
include_directories(SYSTEM "${host}")
add_library(CLI11::CLI11 INTERFACE IMPORTED)

add_compile_definitions(
  _WIN32_WINNT=0x0601 # Windows 7; what is newer is looked up while the program runs.
  PSAPI_VERSION=2     # From kernel32, where Windows 7 has it too.
  WIN32_LEAN_AND_MEAN NOMINMAX UNICODE _UNICODE
  BOOST_SYSTEM_USE_UTF8     # What the system says is UTF-8, too.
  SPDLOG_WCHAR_FILENAMES)
add_compile_options(-ffunction-sections -fdata-sections
  # No path of the machine it was built on gets into the program.
  "-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=" "-ffile-prefix-map=${PROJECT_BINARY_DIR}/=build/"
  "-ffile-prefix-map=${host}/=" "-ffile-prefix-map=/usr/include/=")
# One file with everything in it, for Windows 7 and later, without the time of the build. No
# link-time optimisation: this compiler breaks on it (internal error in boost::throw_exception).
# Sections begin on pages in the file, too, so that nothing but the file's own pages is needed to map
# them (Wine would copy them into memory).
add_link_options(-static -Wl,--gc-sections -Wl,--no-insert-timestamp -Wl,--file-alignment,4096
  -Wl,--major-os-version,6,--minor-os-version,1
  -Wl,--major-subsystem-version,6,--minor-subsystem-version,1)

# Leaves out of a program what nothing calls; the linker alone keeps every C++ function.
function(mimamori_link_what_is_called target)
  set(script "${PROJECT_SOURCE_DIR}/scripts/windows/link.py")
  set_target_properties(${target} PROPERTIES RULE_LAUNCH_LINK "${script}" LINK_DEPENDS "${script}")
endfunction()
