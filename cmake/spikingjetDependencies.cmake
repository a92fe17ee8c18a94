# SPDX-License-Identifier: MIT
# Finds what the headers need, for this build and for projects that find the installed package.
# In: spikingjet_components, the optional parts wanted. Out: spikingjet_missing, one sentence for each thing not found.
set(spikingjet_missing "")

macro(_spikingjet_need package what debian)
  find_package(${package} ${ARGN} QUIET)
  if(NOT ${package}_FOUND)
    list(APPEND spikingjet_missing "${what} (Debian: ${debian})")
  endif()
endmacro()

_spikingjet_need(TBB "oneTBB" libtbb-dev CONFIG)
_spikingjet_need(xtensor "xtensor" libxtensor-dev CONFIG)
_spikingjet_need(xsimd "xsimd" libxsimd-dev CONFIG)
_spikingjet_need(Boost "Boost.Hana" libboost-dev CONFIG)
_spikingjet_need(Thrust "Thrust, from the CUDA toolkit or" libthrust-dev CONFIG)
if(NOT spikingjet_missing AND NOT TARGET spikingjet::thrust)
  thrust_create_target(spikingjet::thrust HOST CPP DEVICE TBB)
  set_target_properties(spikingjet::thrust PROPERTIES IMPORTED_GLOBAL TRUE)
endif()

if("campaign" IN_LIST spikingjet_components)
  _spikingjet_need(SQLite3 "SQLite" libsqlite3-dev MODULE)
  _spikingjet_need(CLI11 "CLI11" libcli11-dev CONFIG)
  _spikingjet_need(fmt "fmt" libfmt-dev CONFIG)
  _spikingjet_need(nlohmann_json "nlohmann-json" nlohmann-json3-dev CONFIG)
  # Debian keeps HDF5 in a folder of its own, beside its parallel builds.
  find_path(SPIKINGJET_HDF5_INCLUDE_DIR hdf5.h PATH_SUFFIXES hdf5/serial)
  find_library(SPIKINGJET_HDF5_LIBRARY NAMES hdf5_serial hdf5 PATH_SUFFIXES hdf5/serial)
  mark_as_advanced(SPIKINGJET_HDF5_INCLUDE_DIR SPIKINGJET_HDF5_LIBRARY)
  if(NOT SPIKINGJET_HDF5_INCLUDE_DIR OR NOT SPIKINGJET_HDF5_LIBRARY)
    list(APPEND spikingjet_missing "HDF5 (Debian: libhdf5-dev)")
  elseif(NOT TARGET spikingjet::hdf5)
    add_library(spikingjet::hdf5 UNKNOWN IMPORTED GLOBAL)
    set_target_properties(
      spikingjet::hdf5 PROPERTIES IMPORTED_LOCATION "${SPIKINGJET_HDF5_LIBRARY}"
                                  INTERFACE_INCLUDE_DIRECTORIES "${SPIKINGJET_HDF5_INCLUDE_DIR}")
  endif()
  # Debian's package configuration of libzip asks for its command-line tools, which the library does not need.
  find_path(SPIKINGJET_ZIP_INCLUDE_DIR zip.h)
  find_library(SPIKINGJET_ZIP_LIBRARY zip)
  mark_as_advanced(SPIKINGJET_ZIP_INCLUDE_DIR SPIKINGJET_ZIP_LIBRARY)
  if(NOT SPIKINGJET_ZIP_INCLUDE_DIR OR NOT SPIKINGJET_ZIP_LIBRARY)
    list(APPEND spikingjet_missing "libzip (Debian: libzip-dev)")
  elseif(NOT TARGET spikingjet::zip)
    add_library(spikingjet::zip UNKNOWN IMPORTED GLOBAL)
    set_target_properties(
      spikingjet::zip PROPERTIES IMPORTED_LOCATION "${SPIKINGJET_ZIP_LIBRARY}"
                                 INTERFACE_INCLUDE_DIRECTORIES "${SPIKINGJET_ZIP_INCLUDE_DIR}")
  endif()
endif()

if("mpi" IN_LIST spikingjet_components)
  set(MPI_CXX_SKIP_MPICXX ON)  # the C functions alone
  _spikingjet_need(MPI "MPI, for spikingjet::mpi" "libopenmpi-dev, openmpi-bin" COMPONENTS CXX)
endif()
