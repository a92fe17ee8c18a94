// SPDX-License-Identifier: MIT
// The main function where Catch2 is version 2; version 3 brings a library with one.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
