// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/store.hpp>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <unistd.h>

/// A folder of its own for one test, gone when the test ends.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    static std::atomic<int> number = 0;
    folder_ = std::filesystem::temp_directory_path() /
              ("spikingjet-test-" + std::to_string(::getpid()) + "-" + std::to_string(number++));
    std::filesystem::create_directories(folder_);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(folder_); }

  std::string operator/(const std::string& name) const { return (folder_ / name).string(); }

 private:
  std::filesystem::path folder_;
};

inline void write_text(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The sentence that a call ends with, for exceptions of one type; empty if it throws nothing.
template <class Exception, class Call>
std::string sentence_of(const Call& call) {
  try {
    call();
  } catch (const Exception& exception) {
    return exception.what();
  }
  return {};
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Weights and spikes of one layer: 2 x 3 weights, 2 neurons.
inline std::vector<spikingjet::Quantity> two_quantities() {
  using namespace spikingjet;
  return {{.layer = "fc1",
           .field = "weight",
           .role = Role::weight,
           .storage = Storage::parameter,
           .shape = {2, 3},
           .layer_index = 1,
           .offset = 0,
           .output_last = true},
          {.layer = "lif1",
           .field = "spike",
           .role = Role::spike,
           .storage = Storage::spike,
           .shape = {2},
           .layer_index = 2,
           .offset = 0,
           .output_last = false}};
}

inline spikingjet::Fault weight_flip(std::uint64_t element, unsigned bit) {
  using namespace spikingjet;
  return {.site = {0, Storage::parameter, element},
          .bit = std::int32_t(bit),
          .type = "bitflip",
          .alteration = Alteration::flips(1u << bit),
          .window = {}};
}

inline spikingjet::Fault dead_spike(std::uint64_t element, std::uint32_t begin, std::uint32_t end) {
  using namespace spikingjet;
  return {.site = {1, Storage::spike, element},
          .bit = Fault::no_bit,
          .type = "dead",
          .alteration = Alteration::sets(0.0F),
          .window = {.begin = begin, .end = end, .duty = Window::always, .seed = 0}};
}

/// All faults of a store.
inline std::vector<spikingjet::StoredFault> all_faults(const spikingjet::Store& store) {
  std::vector<spikingjet::StoredFault> faults;
  store.for_each([&faults](const spikingjet::StoredFault& fault) { faults.push_back(fault); });
  return faults;
}
