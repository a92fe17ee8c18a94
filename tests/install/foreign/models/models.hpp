// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/neurons/leaky.hpp>

#if FOREIGN_LEAKY
using FirstModel = spikingjet::LeakyModel<>;
#endif
