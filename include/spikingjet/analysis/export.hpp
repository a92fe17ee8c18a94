// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/table.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/fault_file.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace spikingjet {

/// A file that would be written is there already.
class FileExists : public Misuse {
 public:
  explicit FileExists(std::string file_path)
      : Misuse(fmt::format("spikingjet: '{}' exists and is not overwritten; give another directory, or move it away",
                           file_path)),
        path(std::move(file_path)) {}

  std::string path;
};

namespace detail {

/// A file that was not there before, and is not there afterwards unless it is kept.
class NewFile {
 public:
  explicit NewFile(const std::filesystem::path& path) : path_(path.string()), file_(std::fopen(path_.c_str(), "wbx")) {
    if (file_) return;
    if (errno == EEXIST) throw FileExists(path_);
    throw WriteFailed(path_, std::strerror(errno));
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  ~NewFile() {
    if (!file_) return;
    file_.reset();
    std::remove(path_.c_str());
  }

  template <class... Args>
  void print(fmt::format_string<Args...> format, Args&&... args) {
    buffer_.clear();
    fmt::format_to(std::back_inserter(buffer_), format, std::forward<Args>(args)...);
    if (std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) != buffer_.size())
      throw WriteFailed(path_, std::strerror(errno));
  }

  void flush() {
    if (std::fflush(file_.get()) != 0) throw WriteFailed(path_, std::strerror(errno));
  }

  void keep() { file_.reset(); }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
  fmt::memory_buffer buffer_;
};

/// A field that may be empty.
template <class T>
std::string field_or_empty(const std::optional<T>& value) {
  return value ? fmt::format("{}", *value) : std::string();
}

inline void export_faults(const Store& store, NewFile& file) {
  bool intermittent = false;
  store.for_each([&](const StoredFault& stored) { intermittent |= stored.fault.window.duty != Window::always; });
  file.print("Injection,Layer,TensorIndex,Bit,Fault,Begin,End{}\r\n", intermittent ? ",Duty,Seed" : "");
  store.for_each([&](const StoredFault& stored) {
    const Fault& fault = stored.fault;
    const Window& window = fault.window;
    const StoredQuantity& quantity = store.quantities()[fault.site.quantity];
    const bool whole_run = window.begin == 0 && window.end == Window::whole_run;
    file.print("{},{},\"{}\",{},{},{},{}", stored.id, quantity.name(), quantity.shape.index_str(fault.site.element),
               fault.bit == Fault::no_bit ? "" : fmt::format("{}", fault.bit), csv_field(fault_type_text(fault)),
               whole_run ? "" : fmt::format("{}", window.begin),
               window.end == Window::whole_run ? "" : fmt::format("{}", window.end));
    if (intermittent && window.duty != Window::always) {
      file.print(",{},{}\r\n", double(window.duty) * 0x1p-32, window.seed);
    } else {
      file.print("{}\r\n", intermittent ? ",," : "");
    }
  });
}

inline void export_outcomes(const Store& store, NewFile& file) {
  file.print("Injection,samples,unchanged,masked,sdc_critical,sdc_0_5,sdc_5_10,sdc_10_20,sdc_20,due,correct\r\n");
  store.for_each([&](const StoredFault& stored) {
    const FaultRecord& r = stored.record;
    file.print("{},{},{},{},{},{},{},{},{},{},{}\r\n", stored.id, r.samples, r.unchanged, r.masked, r.sdc_critical,
               r.band[0], r.band[1], r.band[2], r.band[3], r.due, r.correct);
  });
}

inline void export_golden(const Store& store, NewFile& file) {
  bool first = true;
  store.for_each_golden([&](const GoldenSample& golden) {
    if (first) {
      file.print("sample,label,predicted");
      for (std::size_t c = 0; c < golden.readout.size(); ++c) file.print(",readout_{}", c);
      file.print("\r\n");
      first = false;
    }
    file.print("{},{},{}", golden.sample, field_or_empty(golden.label), golden.predicted);
    for (const float value : golden.readout) file.print(",{}", value);
    file.print("\r\n");
  });
  if (first) file.print("sample,label,predicted\r\n");
}

inline void export_decisions(const Store& store, NewFile& file) {
  file.print("decision,injections\r\n");
  for (const Tally& tally : store.tallies()) file.print("{},{}\r\n", csv_field(tally.name), tally.count);
}

}  // namespace detail

/// Writes a store as four CSV files: `faults.csv`, a fault list; `outcomes.csv`, the counts of each fault;
/// `golden.csv`, label, prediction and readout of each sample; `decisions.csv`, how many injections the engine decided in
/// which way. The directory is made if it is not there.
///
/// **Laws** numbers have the shortest decimals that read back as the same bits; all four files, or none of them.
/// **Errors** `FileExists` where one of the files is there already; `WriteFailed`.
inline void export_csv(const Store& store, const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) throw WriteFailed(directory, error.message());
  const std::filesystem::path folder(directory);
  detail::NewFile faults(folder / "faults.csv");
  detail::NewFile outcomes(folder / "outcomes.csv");
  detail::NewFile golden(folder / "golden.csv");
  detail::NewFile decisions(folder / "decisions.csv");
  detail::export_faults(store, faults);
  detail::export_outcomes(store, outcomes);
  detail::export_golden(store, golden);
  detail::export_decisions(store, decisions);
  for (detail::NewFile* file : {&faults, &outcomes, &golden, &decisions}) file->flush();
  for (detail::NewFile* file : {&faults, &outcomes, &golden, &decisions}) file->keep();
}

}  // namespace spikingjet
