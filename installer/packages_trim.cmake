# Run by cpack when the files of a package lie ready: takes out what only the other kind wants.
file(GLOB trees "${CPACK_TEMPORARY_DIRECTORY}/*/usr/share")
foreach(tree IN LISTS trees)
  if(CPACK_GENERATOR STREQUAL DEB)
    # Debian has one copy of the licence for all packages.
    file(GLOB unwanted "${tree}/doc/*/LICENSE")
  else()
    set(unwanted "${tree}/lintian")
  endif()
  file(REMOVE_RECURSE ${unwanted})
endforeach()
