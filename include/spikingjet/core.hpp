// SPDX-License-Identifier: MIT
#pragma once

// Floor 0: what everything stands on.

#include <spikingjet/core/arithmetic.hpp>         // proof that floats behave
#include <spikingjet/core/bits.hpp>               // float32 as a word
#include <spikingjet/core/compiled.hpp>           // inline, or compiled once
#include <spikingjet/core/config.hpp>             // C++20; host and device marker
#include <spikingjet/core/device/algorithms.hpp>  // selections, offsets and lists
#include <spikingjet/core/device/budget.hpp>      // the memory of a device
#include <spikingjet/core/device/buffer.hpp>      // values on a device
#include <spikingjet/core/device/device.hpp>      // what a device is
#include <spikingjet/core/device/host.hpp>        // this processor as a device
#include <spikingjet/core/digest.hpp>             // 64-bit digest of bytes
#include <spikingjet/core/equal_bits.hpp>         // refuses options that change results
#include <spikingjet/core/error.hpp>              // base of all exceptions
#include <spikingjet/core/lanes/division.hpp>     // quotients of vectors, the scalar's
#include <spikingjet/core/lanes/lane.hpp>         // what a neuron equation may use
#include <spikingjet/core/lanes/native.hpp>       // vectors of the processor
#include <spikingjet/core/lanes/pack.hpp>         // vectors side by side
#include <spikingjet/core/logarithm.hpp>          // ln with the same bits everywhere
#include <spikingjet/core/name.hpp>               // names as template arguments
#include <spikingjet/core/number_set.hpp>         // sets and lists of small numbers
#include <spikingjet/core/output_file.hpp>        // outputs that are whole or not there
#include <spikingjet/core/parallel.hpp>           // work items on all cores
#include <spikingjet/core/pool.hpp>               // objects that work items borrow
#include <spikingjet/core/random.hpp>             // counter-based random numbers
#include <spikingjet/core/remark.hpp>             // what is told because it is seldom meant
#include <spikingjet/core/shape.hpp>              // tensor extents
#include <spikingjet/core/text.hpp>               // numbers and text
#include <spikingjet/core/thread_sanitizer.hpp>   // what a race detector is told
#include <spikingjet/core/version.hpp>            // version of the library
