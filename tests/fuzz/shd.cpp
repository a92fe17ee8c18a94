// SPDX-License-Identifier: MIT
// Files that the HDF5 library made in memory, of arrays as in SHD and not quite: their types, extents, layouts and
// values come from the fuzzer. Bytes of files are not fuzzed: the library itself fails on damaged ones.
#include "fuzz.hpp"

#include <spikingjet/io/dataset.hpp>

#include <fuzzer/FuzzedDataProvider.h>

#include <vector>

using namespace spikingjet;

namespace {

/// A type of `width` bytes, of integers or floats, or a string or a structure.
hid_t make_type(FuzzedDataProvider& choose) {
  switch (choose.ConsumeIntegralInRange(0, 13)) {
    case 0:
      return H5Tcopy(H5T_NATIVE_DOUBLE);
    case 1:
      return H5Tcopy(H5T_IEEE_F32BE);
    case 2: {  // float16, as h5py makes it
      const hid_t type = H5Tcopy(H5T_IEEE_F32LE);
      H5Tset_fields(type, 15, 10, 5, 0, 10);
      H5Tset_size(type, 2);
      H5Tset_ebias(type, 15);
      return type;
    }
    case 3:
      return H5Tcopy(H5T_STD_I8LE);
    case 4:
      return H5Tcopy(H5T_STD_U64BE);
    case 5:
      return H5Tcopy(H5T_STD_I64LE);
    case 6:
      return H5Tcopy(H5T_C_S1);
    case 7:
      return H5Tcreate(H5T_COMPOUND, 8);
    case 8:
      return H5Tcopy(H5T_STD_B16LE);
    case 9:
      return H5Tcopy(H5T_NATIVE_LDOUBLE);
    case 10:
      return H5Tcopy(H5T_STD_U16LE);
    case 11:
      return H5Tcopy(H5T_STD_U16BE);
    default:
      return H5Tcopy(H5T_IEEE_F32LE);
  }
}

void make_array(hid_t parent, const char* name, bool usually_rows, FuzzedDataProvider& choose) {
  const int kind = choose.ConsumeIntegralInRange(0, 15);  // most are as they should be
  if (kind == 0) return;
  if (kind == 1) {
    H5Gclose(H5Gcreate2(parent, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    return;
  }
  if (kind == 2) {
    H5Lcreate_soft(choose.ConsumeBool() ? "/labels" : "/none", parent, name, H5P_DEFAULT, H5P_DEFAULT);
    return;
  }
  const hid_t base =
      kind == 3 ? make_type(choose) : H5Tcopy(usually_rows && name[0] == 't' ? H5T_IEEE_F32LE : H5T_STD_U16LE);
  const bool rows = (kind == 4) != usually_rows;
  const hid_t stored = rows ? H5Tvlen_create(base) : H5Tcopy(base);
  const int rank = kind == 5 ? choose.ConsumeIntegralInRange(0, 3) : 1;
  hsize_t extents[3] = {};
  for (hsize_t& extent : extents) extent = choose.ConsumeIntegralInRange<hsize_t>(0, kind == 6 ? 1000000 : 3);
  const hid_t space = H5Screate_simple(rank, extents, nullptr);
  const hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
  if (kind == 6 || kind == 7) {  // chunks of which none need be there
    const hsize_t chunk[3] = {2, 2, 2};
    H5Pset_chunk(layout, rank, chunk);
    if (choose.ConsumeBool()) H5Pset_deflate(layout, 1);
  }
  const hid_t data = H5Dcreate2(parent, name, stored, space, H5P_DEFAULT, layout, H5P_DEFAULT);
  const hssize_t count = space < 0 ? 0 : H5Sget_simple_extent_npoints(space);
  if (data >= 0 && count > 0 && count <= 27 && kind != 7) {
    if (rows) {
      const hid_t memory = H5Tvlen_create(H5T_NATIVE_FLOAT);
      std::vector<std::vector<float>> values(static_cast<std::size_t>(count));
      std::vector<hvl_t> lengths;
      for (std::vector<float>& row : values) {
        row.resize(choose.ConsumeIntegralInRange<std::size_t>(0, 4));
        for (float& value : row)
          value = choose.ConsumeBool() ? static_cast<float>(choose.ConsumeIntegralInRange(-1, 710))
                                       : choose.ConsumeFloatingPoint<float>();
        lengths.push_back({row.size(), row.data()});
      }
      H5Dwrite(data, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, lengths.data());
      H5Tclose(memory);
    } else {
      std::vector<long long> values(static_cast<std::size_t>(count));
      for (long long& value : values) value = choose.ConsumeIntegralInRange<long long>(-2, 21);
      H5Dwrite(data, H5T_NATIVE_LLONG, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    }
  }
  if (data >= 0) H5Dclose(data);
  H5Pclose(layout);
  if (space >= 0) H5Sclose(space);
  H5Tclose(stored);
  H5Tclose(base);
}

std::vector<std::byte> make_file(std::span<const std::byte> bytes) {
  FuzzedDataProvider choose(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_core(access, 4096, false);
  const hid_t file = H5Fcreate("made", H5F_ACC_TRUNC, H5P_DEFAULT, access);
  require(file >= 0);
  const hid_t spikes = H5Gcreate2(file, "spikes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  make_array(file, "labels", false, choose);
  make_array(spikes, "times", true, choose);
  make_array(spikes, "units", true, choose);
  H5Gclose(spikes);
  H5Fflush(file, H5F_SCOPE_GLOBAL);
  std::vector<std::byte> image(static_cast<std::size_t>(H5Fget_file_image(file, nullptr, 0)));
  H5Fget_file_image(file, image.data(), image.size());
  H5Fclose(file);
  H5Pclose(access);
  return image;
}

}  // namespace

SPIKINGJET_FUZZ(bytes) {
  const std::vector<std::byte> image = [bytes] {
    const detail::Hdf5Silence silence;
    return make_file(bytes);
  }();
  read_or_refuse([&] {
    const ShdFile file(image, "fuzz.h5");
    for (std::size_t sample = 0; sample < std::min<std::size_t>(file.size(), 4); ++sample) {
      read_or_refuse([&] { file.events(sample); });
      read_or_refuse([&] { file.label(sample); });
    }
    read_or_refuse([&] { detail::load_shd(file, {.input = {700}, .limit = 4}); });
  });
}
