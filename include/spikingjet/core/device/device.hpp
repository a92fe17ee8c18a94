// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/device/algorithms.hpp>
#include <spikingjet/core/device/buffer.hpp>
#include <spikingjet/core/device/budget.hpp>

// A device is where many small work items run and their data lie: a GPU, or this processor through the same Thrust
// calls. It has
//
//   policy()                         the Thrust execution policy of its work
//   allocate(bytes), deallocate(p, bytes)
//   allocate_staging(bytes), deallocate_staging(p)   memory of the host that copies to the device come from
//   to_device(to, from, bytes)       in order with its work
//   to_device_ahead(to, from, bytes) beside its work; `wait_ahead()` puts the work that follows behind it
//   to_host(to, from, bytes)         waits for the work before it
//   wait_work()                      waits for its work
//   synchronize()                    waits for all work and all copies
//   settle()                         the same, and throws nothing
//   is_memory_short(error)           whether an error says that it has no more memory
//   memory()                         its `MemoryBudget`
//
// and is used by one thread at a time.
