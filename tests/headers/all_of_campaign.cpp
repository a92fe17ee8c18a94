// SPDX-License-Identifier: MIT
// Linked beside tests that include the same headers: a function that is defined in a header and not inline is found.
#include <spikingjet/campaign.hpp>
