# Debian packages of agent and collector, and the agent's RPM:
#     cpack --config build/release/CPackConfig.cmake -G DEB -B build/release/packages
#     cpack --config build/release/CPackConfig.cmake -G RPM -B build/release/packages -D CPACK_COMPONENTS_ALL=agent
# Settings are no files of the packages: maintainer scripts make them once (linux/deb, linux/rpm).
set(CPACK_PACKAGE_NAME mimamori)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_VENDOR "mimamori")
set(CPACK_PACKAGE_CONTACT "mimamori maintainers <maintainers@mimamori.invalid>")
set(CPACK_COMPONENTS_ALL agent collector)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
# What is packed was built before; nothing else has to be.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers")

set(CPACK_DEBIAN_AGENT_PACKAGE_NAME mimamori-agent)
set(CPACK_DEBIAN_AGENT_DESCRIPTION "watches over this machine and reports to a collector
Reads system, patches, antivirus, USB devices, programs and network of a PC
and reports them over mutual TLS. It only reads: no program started, no port
opened, a few megabytes of memory. One static executable.")
set(CPACK_DEBIAN_COLLECTOR_PACKAGE_NAME mimamori-collector)
set(CPACK_DEBIAN_COLLECTOR_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_COLLECTOR_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_COLLECTOR_DESCRIPTION "takes the reports of mimamori agents and shows pages
Judges in plain words what is wrong with the PCs of a hospital, why it matters
and what to do next, on web pages and by mail, in Japanese and English. Needs
no internet.")
foreach(component agent collector)
  string(TOUPPER ${component} upper)
  set(scripts "${CMAKE_CURRENT_LIST_DIR}/linux/deb/${component}")
  set(CPACK_DEBIAN_${upper}_PACKAGE_CONTROL_EXTRA
    "${scripts}/postinst;${scripts}/prerm;${scripts}/postrm")
endforeach()

set(CPACK_RPM_COMPONENT_INSTALL ON)
set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_AGENT_PACKAGE_NAME mimamori-agent)
set(CPACK_RPM_AGENT_PACKAGE_SUMMARY "Watches over this machine and reports to a collector")
set(CPACK_RPM_PACKAGE_LICENSE "Apache-2.0")
set(CPACK_RPM_PACKAGE_GROUP "System Environment/Daemons")
# The executable is static; no library is looked for.
set(CPACK_RPM_PACKAGE_AUTOREQ OFF)
set(CPACK_RPM_PACKAGE_AUTOPROV OFF)
set(CPACK_RPM_PACKAGE_REQUIRES_PRE "/usr/sbin/useradd, /usr/sbin/groupadd")
set(CPACK_RPM_AGENT_PRE_INSTALL_SCRIPT_FILE "${CMAKE_CURRENT_LIST_DIR}/linux/rpm/pre.sh")
set(CPACK_RPM_AGENT_POST_INSTALL_SCRIPT_FILE "${CMAKE_CURRENT_LIST_DIR}/linux/rpm/post.sh")
set(CPACK_RPM_AGENT_PRE_UNINSTALL_SCRIPT_FILE "${CMAKE_CURRENT_LIST_DIR}/linux/rpm/preun.sh")
set(CPACK_RPM_AGENT_POST_UNINSTALL_SCRIPT_FILE "${CMAKE_CURRENT_LIST_DIR}/linux/rpm/postun.sh")
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION
  /usr/lib/systemd /usr/lib/systemd/system /usr/lib/sysusers.d /usr/share/doc /usr/share/man
  /usr/share/man/man8)
# The system's tools strip and compress; debug packages are not made of static executables.
set(CPACK_RPM_SPEC_MORE_DEFINE "%define _build_id_links none\n%define debug_package %{nil}")

set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_CURRENT_LIST_DIR}/packages_trim.cmake")

include(CPack)
