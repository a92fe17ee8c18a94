// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/delimited_text.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/pilot.hpp>
#include <spikingjet/fault/stratification.hpp>
#include <spikingjet/model/quantity.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <istream>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace spikingjet {

/// p(l, i): the rate that one expects in a stratum, by the stratum's name; 1/2 where nothing is said, the worst case.
using ExpectedRates = std::map<std::string, double, std::less<>>;

/// The values of a parameter by its number among the network's quantities, in any order: `Parameters::stored`.
using ValuesOf = std::function<std::span<const float>(std::size_t quantity)>;

namespace detail {

/// D(i) of one bit: the sum of |w - flipped w| over weights, infinity or NaN where a flip makes one.
inline double sum_of_flips(std::span<const float> weights, std::uint32_t mask) {
  double sum = 0;
  for (const float weight : weights) {
    const float flipped = to_float(to_word(weight) ^ mask);
    sum += std::abs(double(weight) - double(flipped));
  }
  return sum;
}

}  // namespace detail

/// The expected rates of the strata by layer and bit from how far a flip of the bit moves the layer's values.
///
/// With f0, f1 the shares of values whose bit i is 0 and 1, and D01, D10 the mean of |w - flipped w| over each,
/// D(i) = f0 D01 + f1 D10, which is the mean of |w - flipped w| over all. p(l, i) is D(i) / 2 divided by the layer's
/// largest D that is no outlier. Outliers have p = 1/2: the exponent's top bit, and bits whose flip makes infinity or
/// NaN of some value. Nothing is said of states and of value faults, which have no values to look at.
///
/// It ranks bits; no rate of a campaign is known to be below p. The intervals of the campaign say what was reached.
///
/// **Laws** 0 < p <= 1/2; the order of values does not matter beyond rounding; bits of the mantissa stand to the sign
/// as before where all values are multiplied by a power of two.
/// **Cost** 32 operations a value.
/// **Source** Ruospo et al., "Assessing convolutional neural networks reliability through statistical fault
/// injections", DATE 2023. How D is scaled is not said there exactly: the layer's largest D stands for 1/2 here.
inline ExpectedRates rates_from_weights(const FaultSpace& space, const ValuesOf& values_of) {
  constexpr unsigned top_exponent_bit = 30;
  std::map<std::string, std::set<std::uint32_t>> layers;  // their parameters
  for (const Stratum& piece : space.strata()) {
    const Quantity& quantity = space.quantities()[piece.quantity];
    if (quantity.storage == Storage::parameter) layers[layer_name(quantity)].insert(piece.quantity);
  }
  ExpectedRates expected;
  for (const auto& [layer, parameters] : layers) {
    std::array<double, Binary32::bits> d{};
    double largest = 0;
    for (unsigned bit = 0; bit < Binary32::bits; ++bit) {
      for (const std::uint32_t q : parameters) d[bit] += detail::sum_of_flips(values_of(q), std::uint32_t{1} << bit);
      if (bit == top_exponent_bit) d[bit] = std::numeric_limits<double>::infinity();
      if (std::isfinite(d[bit])) largest = std::max(largest, d[bit]);
    }
    for (unsigned bit = 0; bit < Binary32::bits; ++bit) {
      const double p = std::isfinite(d[bit]) && largest > 0 ? 0.5 * (d[bit] / largest) : 0.5;
      expected[layer + " " + bit_name(static_cast<std::int32_t>(bit))] =
          std::max(p, std::numeric_limits<double>::min());
    }
  }
  return expected;
}

/// The expected rates of a pilot's strata.
inline ExpectedRates rates_from_pilot(const Pilot& pilot) {
  ExpectedRates expected;
  const auto strata = pilot.stratification().strata();
  for (std::size_t h = 0; h < strata.size(); ++h) expected[strata[h].name()] = pilot.rates()[h].rate();
  return expected;
}

/// A table of expected rates that cannot be used.
class BadRateTable : public Misuse {
 public:
  BadRateTable(std::string path, std::size_t number, const std::string& what)
      : Misuse("spikingjet: " + printable(path, 200) + (number > 0 ? ", line " + std::to_string(number) : "") + ": " +
               what),
        file(std::move(path)),
        line(number) {}

  std::string file;
  std::size_t line;  // counted from 1, the header included; 0: the whole file
};

/// A table of expected rates that cannot be opened or read.
class RateTableMissing : public Misuse {
 public:
  RateTableMissing(std::string path, const std::string& reason)
      : Misuse("spikingjet: cannot read the expected rates '" + printable(path, 200) + "': " + reason +
               "; check the path"),
        file(std::move(path)) {}

  std::string file;
};

namespace detail {

/// Reads `layer,bit,p`.
class RateTableReader {
 public:
  RateTableReader(std::istream& in, std::string file, std::span<const Quantity> quantities)
      : in_(&in), text_(in), file_(std::move(file)) {
    for (const Quantity& quantity : quantities)
      if (layers_.insert(layer_name(quantity)).second && names_.size() < 1000)
        names_ += (names_.empty() ? "" : ", ") + layer_name(quantity);
  }

  ExpectedRates read() {
    try {
      if (!next()) throw BadRateTable(file_, 0, "it is empty; a table begins with 'layer,bit,p'");
      read_header();
      ExpectedRates expected;
      while (next()) read_rate(expected);
      if (in_->bad()) throw RateTableMissing(file_, "reading failed behind line " + std::to_string(text_.line()));
      if (expected.empty())
        throw BadRateTable(file_, 0, "it has no rate, only a header; add lines such as 'fc1,30,0.5'");
      return expected;
    } catch (const TextFlaw& flaw) {
      // what follows a ';' is advice for fault lists
      fail(flaw.what.substr(0, flaw.what.find(';')) +
           "; rates are a CSV file that begins with 'layer,bit,p', and '--pilot' takes a store");
    }
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw BadRateTable(file_, text_.line(), what); }

  /// The next line that is neither blank nor a comment.
  bool next() {
    for (;;) {
      record_.clear();
      if (!text_.append_next(record_)) return false;
      const std::string_view line = trim(record_);
      if (line.find_first_not_of(",;\" ") != std::string_view::npos && !line.starts_with('#')) return true;
    }
  }

  std::string shown(std::string_view text) const { return "'" + printable(text, 60) + "'"; }

  void read_header() {
    for (const char separator : {',', ';', '\t'}) {
      if (split_fields(record_, separator, fields_) != Fields::complete || fields_.size() != 3) continue;
      std::array<std::string_view, 3> names{trim(fields_[0]), trim(fields_[1]), trim(fields_[2])};
      if (names != std::array<std::string_view, 3>{"layer", "bit", "p"}) continue;
      separator_ = separator;
      return;
    }
    fail("the header is " + shown(record_) + ", but must be 'layer,bit,p'");
  }

  void read_rate(ExpectedRates& expected) {
    if (split_fields(record_, separator_, fields_) != Fields::complete || fields_.size() != 3)
      fail(shown(record_) + " are not three fields, 'layer,bit,p'");
    const std::string layer(trim(fields_[0]));
    if (!layers_.contains(layer)) fail("layer " + shown(layer) + " is none of " + names_);
    const std::string_view bit = trim(fields_[1]);
    const auto number = parse_number<unsigned>(bit);
    if (bit != "no bit" && !(number && *number < Binary32::bits))
      fail("bit " + shown(bit) + " is none of 0 to 31 and 'no bit', which stands for value faults");
    const auto p = parse_float<double>(trim(fields_[2]));
    if (!p || !(*p > 0 && *p < 1)) fail("p is " + shown(fields_[2]) + ", but must lie between 0 and 1, both excluded");
    const std::int32_t place = number ? static_cast<std::int32_t>(*number) : Fault::no_bit;
    if (!expected.try_emplace(layer + " " + bit_name(place), *p).second)
      fail("layer " + shown(layer) + " has a p for " + bit_name(place) + " already");
  }

  std::istream* in_;
  TextLines text_;
  std::string file_;
  std::set<std::string> layers_;
  std::string names_;  // of layers, as messages list them
  std::string record_;
  std::vector<std::string> fields_;
  char separator_ = ',';
};

}  // namespace detail

/// Expected rates as CSV: the columns `layer,bit,p`, a layer being 'fc1' or 'lif1 states', a bit 0 to 31 or 'no bit'.
///
/// Layers of the network that the fault space leaves out may stand in it; what it does not name has p = 1/2. Lines that
/// begin with '#' are comments.
///
/// **Errors** `BadRateTable` with file and line: another header, a layer that the network does not have, a bit that no
/// float32 has, p outside of (0, 1), a stratum twice, what is no text; `RateTableMissing`.
inline ExpectedRates read_expected_rates(std::istream& in, std::string name, std::span<const Quantity> quantities) {
  return detail::RateTableReader(in, std::move(name), quantities).read();
}

/// Expected rates from a file.
inline ExpectedRates read_expected_rates(const std::string& path, std::span<const Quantity> quantities) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw RateTableMissing(path, "it is a folder");
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) throw RateTableMissing(path, errno == 0 ? "it cannot be opened" : std::generic_category().message(errno));
  return read_expected_rates(in, path, quantities);
}

}  // namespace spikingjet
