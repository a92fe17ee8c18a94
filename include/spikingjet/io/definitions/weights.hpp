// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/shape.hpp>
#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/npz.hpp>
#include <spikingjet/io/pytorch.hpp>
#include <spikingjet/io/safetensors.hpp>
#include <spikingjet/io/state_dict.hpp>
#include <spikingjet/io/tensor.hpp>
#include <spikingjet/io/weights.hpp>
#include <spikingjet/io/zip.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace spikingjet {

struct WeightFile::File {
  std::variant<NpzFile, SafetensorsFile, PytorchFile> of;
};

SPIKINGJET_INLINE WeightFile WeightFile::open(const std::filesystem::path& path, std::string_view state_dict) {
  FileSource file(path);
  if (is_safetensors(file)) return WeightFile(File{SafetensorsFile(path)}).chosen(state_dict);
  return of_archive(ZipArchive(path, zip_format)).chosen(state_dict);
}

SPIKINGJET_INLINE WeightFile WeightFile::of(std::span<const std::byte> bytes, std::string name,
                                            std::string_view state_dict) {
  MemorySource memory(bytes, {name});
  if (is_safetensors(memory)) return WeightFile(File{SafetensorsFile(bytes, std::move(name))}).chosen(state_dict);
  return of_archive(ZipArchive(bytes, std::move(name), zip_format)).chosen(state_dict);
}

SPIKINGJET_INLINE WeightFile WeightFile::named_for(std::span<const WantedArray> wanted) const {
  const std::vector<std::string> given = names();
  std::vector<StateDict> dicts = find_state_dicts(given, wanted);
  const std::vector<StateDict> everywhere = dicts;
  std::erase_if(dicts, [](const StateDict& dict) { return is_of_optimizer(dict.prefix); });
  const auto is_whole = [](const StateDict& dict) { return dict.missing == 0; };
  if (std::none_of(dicts.begin(), dicts.end(), is_whole)) {
    std::vector<std::string> optimizers;
    for (const StateDict& dict : everywhere)
      if (is_of_optimizer(dict.prefix) && (dicts.empty() || is_whole(dict))) optimizers.push_back(dict.prefix);
    if (!optimizers.empty()) throw OptimizerAlone(path(), std::move(optimizers));
  }
  if (dicts.empty()) return *this;
  std::vector<const StateDict*> whole;
  for (const StateDict& dict : dicts)
    if (dict.missing == 0) whole.push_back(&dict);
  const auto exact = std::find_if(whole.begin(), whole.end(), [](const StateDict* dict) { return dict->exact; });
  const StateDict& best =
      exact != whole.end() ? **exact
      : !whole.empty()     ? *whole.front()
                           : *std::min_element(dicts.begin(), dicts.end(), [](const StateDict& a, const StateDict& b) {
                           return a.missing < b.missing;
                         });
  if (exact == whole.end()) {
    std::vector<std::string> others;
    for (const StateDict* dict : whole)
      if (!same_values(best, *dict)) others.push_back(dict->prefix);
    if (!others.empty()) {
      others.insert(others.begin(), best.prefix);
      throw SeveralStateDicts(path(), std::move(others));
    }
  }
  return renamed(best, wanted, given);
}

SPIKINGJET_INLINE const std::string& WeightFile::path() const {
  return std::visit([](const auto& file) -> const std::string& { return file.path(); }, file_->of);
}

SPIKINGJET_INLINE std::vector<std::string> WeightFile::names() const {
  std::vector<std::string> names;
  for (const Entry& entry : entries_) names.push_back(entry.name);
  return names;
}

SPIKINGJET_INLINE WeightFile::WeightFile(File file) : file_(std::make_shared<const File>(std::move(file))) {
  const std::vector<std::string>& all = std::visit(
      [](const auto& of) -> const auto& { return of.names(); }, file_->of);
  for (std::size_t array = 0; array < all.size(); ++array) add(all[array], array);
}

SPIKINGJET_INLINE void WeightFile::add(std::string name, std::size_t array) {
  places_.try_emplace(name, array);
  entries_.push_back({std::move(name), array});
}

SPIKINGJET_INLINE Shape WeightFile::shape_of(std::size_t array) const {
  return std::visit([array](const auto& file) { return file.shape(array); }, file_->of);
}

SPIKINGJET_INLINE Tensor WeightFile::read(std::size_t array) const {
  return std::visit([array](const auto& file) { return file.read(array); }, file_->of);
}

SPIKINGJET_INLINE std::size_t WeightFile::array_of(std::string_view name) const {
  const auto found = places_.find(name);
  if (found == places_.end()) throw ArrayMissing(path(), std::string(name), names());
  return found->second;
}

SPIKINGJET_INLINE WeightFile WeightFile::chosen(std::string_view state_dict) const {
  if (state_dict.empty()) return *this;
  std::set<std::string> prefixes;
  std::ptrdiff_t depth = 0;  // parts before the name
  for (const Entry& entry : entries_) {
    const std::size_t end = end_of(entry.name, state_dict);
    if (end == 0) continue;
    const std::string prefix = entry.name.substr(0, end);
    const std::ptrdiff_t parts = std::count(prefix.begin(), prefix.end(), '.');
    if (!prefixes.empty() && parts > depth) continue;
    if (parts < depth) prefixes.clear();
    depth = parts;
    prefixes.insert(prefix);
  }
  if (prefixes.empty()) throw StateDictMissing(path(), std::string(state_dict), first_parts());
  if (prefixes.size() > 1) throw SeveralStateDicts(path(), {prefixes.begin(), prefixes.end()});
  WeightFile inner(file_);
  const std::string start = *prefixes.begin() + ".";
  for (const Entry& entry : entries_)
    if (entry.name.starts_with(start)) inner.add(entry.name.substr(start.size()), entry.array);
  return inner;
}

SPIKINGJET_INLINE std::size_t WeightFile::end_of(std::string_view name, std::string_view part) {
  for (std::size_t begin = name.find(part); begin != std::string_view::npos; begin = name.find(part, begin + 1)) {
    const std::size_t end = begin + part.size();
    if ((begin == 0 || name[begin - 1] == '.') && end < name.size() && name[end] == '.') return end;
  }
  return 0;
}

SPIKINGJET_INLINE std::vector<std::string> WeightFile::first_parts() const {
  std::set<std::string> parts;
  for (const Entry& entry : entries_) parts.insert(entry.name.substr(0, entry.name.find('.')));
  return {parts.begin(), parts.end()};
}

SPIKINGJET_INLINE bool WeightFile::same_values(std::size_t a, std::size_t b) const {
  constexpr std::size_t most = std::size_t(1) << 26;  // values
  if (a == b) return true;
  try {
    if (const Shape shape = shape_of(a); shape != shape_of(b) || shape.size() > most) return false;
    const Tensor first = read(a);
    const Tensor second = read(b);
    return first.values.empty() ||
           std::memcmp(first.values.data(), second.values.data(), first.values.size() * sizeof(float)) == 0;
  } catch (const Misuse&) {
    return false;
  }
}

SPIKINGJET_INLINE bool WeightFile::same_values(const StateDict& a, const StateDict& b) const {
  const auto arrays = [](const StateDict& dict) {
    std::map<std::pair<std::size_t, bool>, std::size_t> found;
    for (const StateDict::Match& match : dict.matches) found.try_emplace({match.wanted, match.instead}, match.array);
    return found;
  };
  const auto first = arrays(a);
  const auto second = arrays(b);
  return std::equal(first.begin(), first.end(), second.begin(), second.end(), [&](const auto& x, const auto& y) {
    return x.first == y.first && same_values(entries_[x.second].array, entries_[y.second].array);
  });
}

SPIKINGJET_INLINE WeightFile WeightFile::renamed(const StateDict& dict, std::span<const WantedArray> wanted,
                                                 const std::vector<std::string>& given) const {
  std::map<std::size_t, std::string> matched;  // by the place in the file's order
  std::map<std::string, std::size_t> taken;    // likewise by name
  std::set<std::uint32_t> holders;
  for (const StateDict::Match& match : dict.matches) {
    const std::string& name = match.instead ? wanted[match.wanted].instead : wanted[match.wanted].name;
    const auto [first, is_new] = taken.try_emplace(name, match.array);
    if (is_new)
      matched.try_emplace(match.array, name);
    else if (!same_values(entries_[first->second].array, entries_[match.array].array))
      throw SeveralArrays(path(), name, {given[first->second], given[match.array]});
    holders.insert(holder(entries_[match.array].array));
  }
  std::set<std::size_t> repeated;
  for (const StateDict::Match& match : dict.matches)
    if (!matched.contains(match.array)) repeated.insert(match.array);

  WeightFile result(file_);
  const std::string start = dict.stem.empty() ? "" : dict.stem + ".";
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (const auto found = matched.find(i); found != matched.end()) {
      result.add(found->second, entries_[i].array);
      continue;
    }
    if (repeated.contains(i)) continue;
    const std::string plain = without_wrappers(given[i]);
    const bool within = plain.starts_with(start);
    if (!within && !holders.contains(holder(entries_[i].array))) continue;
    std::string name = within ? plain.substr(start.size()) : given[i];
    if (taken.contains(name) || result.contains(name) || name.empty()) name = given[i];
    result.add(std::move(name), entries_[i].array);
  }
  return result;
}

SPIKINGJET_INLINE std::uint32_t WeightFile::holder(std::size_t array) const {
  const PytorchFile* file = std::get_if<PytorchFile>(&file_->of);
  return file ? file->holder(array) : 0;
}

SPIKINGJET_INLINE WeightFile WeightFile::of_archive(ZipArchive archive) {
  if (PytorchFile::matches(archive)) return WeightFile(File{PytorchFile(std::move(archive))});
  NpzFile arrays(std::move(archive));
  if (arrays.names().empty())
    throw UnsupportedFile(arrays.path(), "a zip file without .npy arrays and without a state_dict", allowed);
  return WeightFile(File{std::move(arrays)});
}

SPIKINGJET_INLINE bool WeightFile::is_safetensors(ByteSource& file) {
  std::array<std::byte, 16> bytes{};
  const std::size_t count = file.read(bytes);
  const std::string_view start(reinterpret_cast<const char*>(bytes.data()), count);
  const auto refuse = [&](const char* found, const char* cure = "convert the file") {
    throw UnsupportedFile(file.place().path, found, allowed, cure);
  };
  if (start.starts_with("PK")) return false;
  if (start.starts_with("\x93NUMPY")) refuse("a single .npy array");
  if (start.starts_with("\x89HDF")) refuse("an HDF5 file");
  if (start.size() > 8 && start[8] == '{') return true;
  if (start.starts_with("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"))
    refuse("a file of PyTorch's form before 1.6",
           "write it again in Python, with 'torch.save(torch.load(old, map_location=\"cpu\"), new)'");
  if (count >= 2 && start[0] == '\x80' && start[1] >= 2 && start[1] <= 5)
    refuse("a pickle that is not in an archive", "load it in Python and write it again, with 'torch.save'");
  refuse(count == 0 ? "empty" : "of an unknown kind");
  return false;
}

}  // namespace spikingjet
