# SPDX-License-Identifier: MIT
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir "${CMAKE_INSTALL_DATADIR}/cmake/spikingjet")
install(TARGETS spikingjet EXPORT spikingjetTargets FILE_SET HEADERS)
install(TARGETS spikingjet_cuda EXPORT spikingjetTargets)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/spikingjet" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.cuh")
install(TARGETS spikingjet_campaign EXPORT spikingjetCampaignTargets FILE_SET HEADERS)
install(EXPORT spikingjetTargets NAMESPACE spikingjet:: DESTINATION "${package_dir}")
install(EXPORT spikingjetCampaignTargets NAMESPACE spikingjet:: DESTINATION "${package_dir}")
if(SPIKINGJET_MPI)
  install(TARGETS spikingjet_mpi EXPORT spikingjetMpiTargets FILE_SET HEADERS)
  install(EXPORT spikingjetMpiTargets NAMESPACE spikingjet:: DESTINATION "${package_dir}")
endif()

configure_package_config_file(cmake/spikingjetConfig.cmake.in spikingjetConfig.cmake INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file(spikingjetConfigVersion.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(
  FILES "${CMAKE_CURRENT_BINARY_DIR}/spikingjetConfig.cmake"
        "${CMAKE_CURRENT_BINARY_DIR}/spikingjetConfigVersion.cmake"
        "${PROJECT_SOURCE_DIR}/cmake/spikingjetDependencies.cmake"
        "${PROJECT_SOURCE_DIR}/cmake/SpikingjetEmbed.cmake"
        "${PROJECT_SOURCE_DIR}/cmake/SpikingjetGpuCode.cmake"
  DESTINATION "${package_dir}")
install(PROGRAMS examples/export_snntorch.py DESTINATION "${CMAKE_INSTALL_DATADIR}/spikingjet")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/spikingjet")
