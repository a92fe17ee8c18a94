// SPDX-License-Identifier: MIT
// The other source of the program that all_of_campaign.cpp is one of, where nothing of the library is compiled before.
#include <spikingjet/campaign.hpp>

int main() { return 0; }
