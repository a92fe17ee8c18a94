// SPDX-License-Identifier: MIT
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

/// An HDF5 file in memory as those of SHD, or not quite.
struct ShdBytes {
  std::vector<std::vector<float>> times = {};
  std::vector<std::vector<int>> units = {};
  std::vector<long long> labels = {};
  std::string without = {};  // a name to leave out
  hid_t time_type = H5T_NATIVE_FLOAT;
  hid_t unit_type = H5T_NATIVE_USHORT;
  hid_t label_type = H5T_NATIVE_INT;
  double label_factor = 1;        // of the labels that are stored
  bool column_of_labels = false;  // (sample, 1)
  std::string also = {};          // the name of one more array
  bool plain_times = false;          // one float32 a sample, not of variable length
  std::string external_labels = {};  // the path of a file whose labels stand for those of this one

  std::string bytes() const {
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, 4096, false);
    static unsigned number = 0;
    const hid_t file = H5Fcreate(("made-" + std::to_string(number++)).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access);
    if (file < 0) throw std::runtime_error("cannot make an HDF5 file in memory");
    if (without != "spikes") {
      const hid_t spikes = H5Gcreate2(file, "spikes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
      if (without != "times") add_rows(spikes, "times", time_type, H5T_NATIVE_FLOAT, times, plain_times);
      if (without != "units") add_rows(spikes, "units", unit_type, H5T_NATIVE_INT, units, false);
      H5Gclose(spikes);
    }
    if (without != "labels") {
      const hsize_t extents[] = {labels.size(), 1};
      const hid_t space = H5Screate_simple(column_of_labels ? 2 : 1, extents, nullptr);
      std::vector<double> values;
      for (const long long label : labels) values.push_back(label_factor * static_cast<double>(label));
      const hid_t data = H5Dcreate2(file, "labels", label_type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
      H5Dwrite(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
      H5Dclose(data);
      H5Sclose(space);
    }
    if (!also.empty()) {
      const hid_t space = H5Screate(H5S_SCALAR);
      H5Dclose(H5Dcreate2(file, also.c_str(), H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
      H5Sclose(space);
    }
    if (!external_labels.empty())
      H5Lcreate_external(external_labels.c_str(), "/labels", file, "labels", H5P_DEFAULT, H5P_DEFAULT);
    H5Fflush(file, H5F_SCOPE_GLOBAL);
    std::string image(static_cast<std::size_t>(H5Fget_file_image(file, nullptr, 0)), '\0');
    H5Fget_file_image(file, image.data(), image.size());
    H5Fclose(file);
    H5Pclose(access);
    return image;
  }

 private:
  template <class T>
  static void add_rows(hid_t group, const char* name, hid_t stored, hid_t given,
                       const std::vector<std::vector<T>>& rows, bool plain) {
    const hsize_t extent = rows.size();
    const hid_t space = H5Screate_simple(1, &extent, nullptr);
    const hid_t type = plain ? H5Tcopy(stored) : H5Tvlen_create(stored);
    const hid_t memory = plain ? H5Tcopy(given) : H5Tvlen_create(given);
    const hid_t data = H5Dcreate2(group, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    std::vector<hvl_t> lengths;
    std::vector<T> firsts;
    for (const std::vector<T>& row : rows) {
      lengths.push_back({row.size(), const_cast<T*>(row.data())});
      firsts.push_back(row.empty() ? T() : row.front());
    }
    if (extent > 0)
      H5Dwrite(data, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, plain ? static_cast<void*>(firsts.data()) : lengths.data());
    H5Dclose(data);
    H5Tclose(memory);
    H5Tclose(type);
    H5Sclose(space);
  }
};
