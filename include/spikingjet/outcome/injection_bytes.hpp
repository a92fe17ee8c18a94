// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/outcome/injection_outcome.hpp>
#include <spikingjet/outcome/injection_rows.hpp>
#include <spikingjet/outcome/verdict.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

// Rows of injections as bytes: docs/formats.md, "One outcome for each injection", has the layout.

/// Bytes that are no rows of injections.
class DamagedInjections : public Failure {
 public:
  explicit DamagedInjections(const std::string& found_reason)
      : Failure("spikingjet: the outcomes of single injections are damaged: " + found_reason), reason(found_reason) {}

  std::string reason;
};

/// The most samples of a fault whose injections are kept one by one.
inline constexpr std::uint64_t most_kept_samples = std::uint64_t{1} << 27;

/// The rows of consecutive faults, encoded.
struct InjectionChunk {
  std::uint64_t first = 0;  // fault
  std::uint64_t faults = 0;
  std::vector<std::byte> rows;

  bool operator==(const InjectionChunk&) const = default;
};

/// An injection that is not masked, with its outcome as the bytes have it.
struct CodedInjection {
  std::uint32_t sample = 0;
  std::uint32_t code = 0;  // bands 0 to 3, due 4, critical 5 + its top-1 class

  bool operator==(const CodedInjection&) const = default;
};

namespace detail {

inline std::uint64_t code_of(const CodedInjection& injection) { return injection.code; }

/// The number that stands for an outcome.
inline std::uint64_t code_of(const InjectionOutcome& injection) {
  if (injection.outcome == Outcome::sdc_critical) return std::uint64_t{5} + injection.top;
  if (injection.outcome == Outcome::due) return 4;
  return static_cast<std::uint64_t>(injection.outcome) - static_cast<std::uint64_t>(Outcome::sdc_0_5);
}

/// Writes numbers behind other bytes: seven bits a byte, the lowest first; all bytes of a number but the last have
/// their top bit set. They are gathered on the way, as a vector looks at its room for each.
class VarintWriter {
 public:
  explicit VarintWriter(std::vector<std::byte>& bytes) : bytes_(&bytes) {}

  void put(std::uint64_t value) {
    if (gathered_.size() - size_ < longest) flush();
    for (; value >= 0x80; value >>= 7) gathered_[size_++] = std::byte(value & 0x7f) | std::byte{0x80};
    gathered_[size_++] = std::byte(value);
  }

  /// Hands on what was gathered: to be called behind the last number.
  void flush() {
    bytes_->insert(bytes_->end(), gathered_.begin(), gathered_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ = 0;
  }

 private:
  static constexpr std::size_t longest = 10;  // of a number [byte]

  std::vector<std::byte>* bytes_;
  std::array<std::byte, 256> gathered_;
  std::size_t size_ = 0;
};

/// Adds the bytes of one fault's row.
template <class Injection>
void put_row(std::span<const Injection> row, std::vector<std::byte>& bytes) {
  const std::size_t head = bytes.size();
  bytes.emplace_back();  // for the number of tokens, which mostly takes one byte
  VarintWriter numbers(bytes);
  std::uint64_t tokens = 0;
  std::uint64_t next = 0;                              // the first sample that no token has told of
  for (std::size_t i = 0; i < row.size(); ++tokens) {  // a token for each run of samples that ended alike
    const std::uint64_t code = code_of(row[i]);
    std::size_t end = i + 1;
    while (end < row.size() && row[end].sample - row[i].sample == end - i && code_of(row[end]) == code) ++end;
    const std::uint64_t length = end - i;
    numbers.put(row[i].sample - next);
    numbers.put(code * 2 + (length > 1));
    if (length > 1) numbers.put(length - 2);
    next = row[i].sample + length;
    i = end;
  }
  numbers.flush();
  if (tokens < 0x80) {
    bytes[head] = std::byte(tokens);
    return;
  }
  std::vector<std::byte> count;
  VarintWriter number(count);
  number.put(tokens);
  number.flush();
  bytes[head] = count.front();
  bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(head) + 1, count.begin() + 1, count.end());
}

}  // namespace detail

/// Adds the bytes of one fault's row.
inline void encode_row(std::span<const InjectionOutcome> row, std::vector<std::byte>& bytes) {
  detail::put_row(row, bytes);
}

/// The same of a row that is coded already.
inline void encode_row(std::span<const CodedInjection> row, std::vector<std::byte>& bytes) {
  detail::put_row(row, bytes);
}

/// Writes rows one behind the other, in chunks of so many faults and about so many bytes at most.
///
/// **Laws** a decoder gives the very rows back; the bytes are the same on every machine.
class InjectionEncoder {
 public:
  static constexpr std::uint64_t most_faults = 4096;
  static constexpr std::size_t most_bytes = std::size_t{1} << 20;

  /// `first` is the fault of the first row.
  explicit InjectionEncoder(std::uint64_t first, std::uint64_t faults_of_a_chunk = most_faults,
                            std::size_t bytes_of_a_chunk = most_bytes)
      : next_(first), most_faults_(faults_of_a_chunk), most_bytes_(bytes_of_a_chunk) {}

  /// Adds the row of the next fault, ascending in sample.
  void add(std::span<const InjectionOutcome> row) { encode_row(row, chunk_of_next()); }
  void add(std::span<const CodedInjection> row) { encode_row(row, chunk_of_next()); }

  std::vector<InjectionChunk> take() { return std::move(chunks_); }

 private:
  /// The bytes that the row of the next fault goes to.
  std::vector<std::byte>& chunk_of_next() {
    if (chunks_.empty() || chunks_.back().faults >= most_faults_ || chunks_.back().rows.size() >= most_bytes_)
      chunks_.push_back({next_, 0, {}});
    ++chunks_.back().faults;
    ++next_;
    return chunks_.back().rows;
  }

  std::uint64_t next_;
  std::uint64_t most_faults_;
  std::size_t most_bytes_;
  std::vector<InjectionChunk> chunks_;
};

/// All rows as bytes.
inline std::vector<InjectionChunk> encode(const InjectionRows& rows,
                                          std::uint64_t faults_of_a_chunk = InjectionEncoder::most_faults,
                                          std::size_t bytes_of_a_chunk = InjectionEncoder::most_bytes) {
  InjectionEncoder encoder(rows.first(), faults_of_a_chunk, bytes_of_a_chunk);
  for (std::size_t f = 0; f < rows.faults(); ++f) encoder.add(rows.row(f));
  return encoder.take();
}

/// Reads rows from their bytes, one fault after the other.
///
/// Whatever the bytes, it gives rows of samples and classes that there are, or refuses.
///
/// **Cost** memory for the longest row: at most `samples` injections.
class InjectionDecoder {
 public:
  /// `bytes` must outlive the decoder.
  InjectionDecoder(std::span<const std::byte> bytes, std::uint64_t classes) : bytes_(bytes), classes_(classes) {}

  bool at_end() const { return bytes_.empty(); }

  /// The next fault's row, valid until the next call; the fault has so many samples, at most `most_kept_samples`.
  ///
  /// **Errors** `DamagedInjections`.
  std::span<const InjectionOutcome> next(std::uint64_t samples) {
    row_.clear();
    each_run(samples, [this](std::uint64_t sample, std::uint64_t end, std::uint64_t code) {
      const InjectionOutcome like = outcome_of(code);
      for (; sample < end; ++sample) row_.push_back({static_cast<std::uint32_t>(sample), like.outcome, like.top});
    });
    return row_;
  }

  /// The same with outcomes as the bytes have them.
  std::span<const CodedInjection> next_coded(std::uint64_t samples) {
    coded_row_.clear();
    each_run(samples, [this](std::uint64_t sample, std::uint64_t end, std::uint64_t code) {
      for (; sample < end; ++sample)
        coded_row_.push_back({static_cast<std::uint32_t>(sample), static_cast<std::uint32_t>(code)});
    });
    return coded_row_;
  }

 private:
  /// Calls `at(first, end, code)` for each run of samples of the next row that ended alike.
  template <class At>
  void each_run(std::uint64_t samples, const At& at) {
    const std::uint64_t tokens = varint();
    if (tokens > bytes_.size() / 2) throw DamagedInjections("a row is longer than its bytes");
    std::uint64_t sample = 0;
    for (std::uint64_t t = 0; t < tokens; ++t) {
      const std::uint64_t gap = varint();
      const std::uint64_t word = varint();
      const std::uint64_t more = word % 2 == 0 ? 0 : varint();  // than two samples
      const std::uint64_t left = samples - sample;
      const std::uint64_t shortest = 1 + word % 2;
      if (gap > left || shortest > left - gap || more > left - gap - shortest)
        throw DamagedInjections("a row goes beyond the last sample");
      if (word / 2 >= 5 && word / 2 - 5 >= classes_)
        throw DamagedInjections("a row names a class that the network does not have");
      sample += gap;
      at(sample, sample + shortest + more, word / 2);
      sample += shortest + more;
    }
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      if (bytes_.empty()) throw DamagedInjections("its bytes end within a row");
      const auto byte = static_cast<std::uint64_t>(bytes_.front());
      bytes_ = bytes_.subspan(1);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw DamagedInjections("a number has more than 63 bits");
  }

  static InjectionOutcome outcome_of(std::uint64_t code) {
    if (code < 4) return {0, Outcome(static_cast<std::uint64_t>(Outcome::sdc_0_5) + code), 0};
    if (code == 4) return {0, Outcome::due, 0};
    return {0, Outcome::sdc_critical, static_cast<std::uint32_t>(code - 5)};
  }

  std::span<const std::byte> bytes_;
  std::uint64_t classes_;
  std::vector<InjectionOutcome> row_;
  std::vector<CodedInjection> coded_row_;
};

/// Calls `callback(std::uint64_t fault, std::span<const InjectionOutcome> row)` for each fault of a chunk.
///
/// **Errors** `DamagedInjections`.
template <class Callback>
void for_each_row(const InjectionChunk& chunk, std::uint64_t samples, std::uint64_t classes, Callback&& callback) {
  InjectionDecoder decoder(chunk.rows, classes);
  for (std::uint64_t f = 0; f < chunk.faults; ++f) callback(chunk.first + f, decoder.next(samples));
  if (!decoder.at_end()) throw DamagedInjections("there are bytes behind the last row");
}

}  // namespace spikingjet
