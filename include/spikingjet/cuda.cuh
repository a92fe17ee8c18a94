// SPDX-License-Identifier: MIT
#pragma once

// What a .cu file includes to give a program GPU code.

#include <spikingjet/core/device/cuda.cuh>       // one GPU
#include <spikingjet/engine/device/cuda_program.cuh>  // the GPU code of some neuron models
#include <spikingjet/model.hpp>                  // the built-in neuron models and readouts
