// SPDX-License-Identifier: MIT
#pragma once

// Floor 2: file formats and datasets. Whoever includes xtensor pays a second for it:
// not part: io/xtensor.hpp

#include <spikingjet/io/aedat.hpp>
#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/data_remarks.hpp>
#include <spikingjet/io/dataset.hpp>
#include <spikingjet/io/dataset_format.hpp>
#include <spikingjet/io/element.hpp>
#include <spikingjet/io/events.hpp>
#include <spikingjet/io/extents.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/file_kind.hpp>
#include <spikingjet/io/folder.hpp>
#include <spikingjet/io/frames.hpp>
#include <spikingjet/io/gesture.hpp>
#include <spikingjet/io/idx.hpp>
#include <spikingjet/io/labels.hpp>
#include <spikingjet/io/nmnist.hpp>
#include <spikingjet/io/npy.hpp>
#include <spikingjet/io/npy_header.hpp>
#include <spikingjet/io/npz.hpp>
#include <spikingjet/io/npz_of_samples.hpp>
#include <spikingjet/io/parameters.hpp>
#include <spikingjet/io/pickle.hpp>
#include <spikingjet/io/pickle_bytes.hpp>
#include <spikingjet/io/pickle_object.hpp>
#include <spikingjet/io/pickle_stack.hpp>
#include <spikingjet/io/pytorch.hpp>
#include <spikingjet/io/safetensors.hpp>
#include <spikingjet/io/sample_list.hpp>
#include <spikingjet/io/shd.hpp>
#include <spikingjet/io/state_dict.hpp>
#include <spikingjet/io/tensor.hpp>
#include <spikingjet/io/weight_remarks.hpp>
#include <spikingjet/io/weights.hpp>
#include <spikingjet/io/zero_samples.hpp>
#include <spikingjet/io/zip.hpp>
