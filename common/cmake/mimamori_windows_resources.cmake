# mimamori_windows_resources(<target>): version, manifest and event texts go into the program.
enable_language(RC)

function(mimamori_windows_resources target)
  set(MIMAMORI_RESOURCES "${PROJECT_SOURCE_DIR}/installer/windows/resources")
  set(made "${PROJECT_BINARY_DIR}/generated/windows")
  file(MAKE_DIRECTORY "${made}")
  configure_file("${MIMAMORI_RESOURCES}/agent.rc.in" "${made}/agent.rc" @ONLY)
  add_custom_command(OUTPUT "${made}/messages.rc"
    COMMAND ${MIMAMORI_WINDMC} -h "${made}" -r "${made}" "${MIMAMORI_RESOURCES}/messages.mc"
    DEPENDS "${MIMAMORI_RESOURCES}/messages.mc" VERBATIM)
  set_source_files_properties("${made}/agent.rc" TARGET_DIRECTORY ${target} PROPERTIES
    OBJECT_DEPENDS "${made}/messages.rc;${MIMAMORI_RESOURCES}/agent.manifest"
    COMPILE_OPTIONS "-c;65001;-I;${made}")
  target_sources(${target} PRIVATE "${made}/agent.rc" "${made}/messages.rc")
  set_source_files_properties("${made}/messages.rc" TARGET_DIRECTORY ${target} PROPERTIES
    HEADER_FILE_ONLY TRUE)
endfunction()
