# SPDX-License-Identifier: MIT
include_guard()

# Where the datasets that do not ship with the project are, for tests.
set(shared_data "${PROJECT_SOURCE_DIR}/../shared/data")
cmake_path(NORMAL_PATH shared_data)
if(NOT IS_DIRECTORY "${shared_data}")
  set(shared_data "")
endif()
set(SPIKINGJET_SHARED_DATA "${shared_data}" CACHE PATH "Datasets that do not ship with the project; empty: tests that need them say so and pass")
