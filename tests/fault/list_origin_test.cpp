// SPDX-License-Identifier: MIT
#include <spikingjet/fault/fault_file.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/sampling.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

using Net = sj::Network<sj::Input<3>, sj::Dense<"fc1", 4>, sj::Leaky<"lif1">, sj::SpikeCountReadout>;

/// All bit flips of all quantities.
const sj::FaultSpace& space() {
  static const sj::FaultSpace all = [] {
    std::vector<sj::Stratum> strata;
    for (std::uint32_t q = 0; q < Net::quantities.size(); ++q) {
      strata.push_back({q, {}});
      for (std::int32_t bit = 0; bit < 32; ++bit)
        strata.back().choices.push_back({sj::describe_fault_type<sj::BitFlip>(), bit});
    }
    return sj::FaultSpace(Net::quantities, strata);
  }();
  return all;
}

sj::ListOrigin origin(std::string method = "count:50") {
  return {.method = std::move(method),
          .confidence = 0.9,
          .seed = 7,
          .population = sj::population_of(space()),
          .about = {{"targets", "fc1.* 'x', \"y\";=/:|%41"}, {"fault types", "bitflip"}, {"bits", ""}}};
}

std::vector<sj::Fault> faults_of(const sj::FaultList& list) {
  std::vector<sj::Fault> faults;
  for (std::uint64_t i = 0; i < list.size(); ++i) faults.push_back(list[i]);
  return faults;
}

std::string file_of(const sj::FaultList& list, const std::optional<sj::ListOrigin>& from = origin()) {
  std::ostringstream out;
  sj::write_fault_list(out, list, Net::quantities, from);
  return out.str();
}

std::vector<std::string> warnings;
bool is_changed = false;

std::optional<sj::ListOrigin> origin_read(const std::string& text) {
  warnings.clear();
  std::istringstream in(text);
  const sj::LoadedFaultList list = sj::load_fault_list(in, "list.csv", Net::quantities, {},
                                                       [](const std::string& told) { warnings.push_back(told); });
  is_changed = list.is_changed;
  return list.origin;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at) + 1;
    lines.push_back(text.substr(at, end - at));
    at = end;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  return std::accumulate(lines.begin(), lines.end(), std::string());
}

}  // namespace

TEST_CASE("a list that is written with its origin is read with it", "[law]") {
  const sj::FaultList drawn = sj::sample(space(), 50, 7);
  CHECK(origin_read(file_of(drawn)) == origin());
  CHECK(warnings.empty());
  CHECK(origin_read(file_of(sj::FaultList(space()), origin("exhaustive")))->is_exhaustive());
  CHECK_FALSE(is_changed);
  CHECK_FALSE(origin_read(file_of(drawn, {})).has_value());
  CHECK_FALSE(is_changed);
  CHECK(warnings.empty());
  CHECK(origin().faults() == space().size());

  // One comment behind the header, one field of any CSV.
  const std::vector<std::string> lines = lines_of(file_of(drawn));
  REQUIRE(lines.size() == 52);
  CHECK(lines[0] == "Injection,Layer,TensorIndex,Bit,Fault,Begin,End\r\n");
  CHECK(lines[1].starts_with(
      "# spikingjet list: method=count:50 count=50 population=1024 confidence=0.9 seed=7 targets=fc1.*%20"));
  CHECK(lines[1].find_first_of(",;\t\"'|") == std::string::npos);
  CHECK(lines[1].find(" strata=fc1.weight:384/fc1.bias:128/") != std::string::npos);
}

TEST_CASE("the order of a list, its numbers and its spelling do not matter to its origin") {
  const std::string text = file_of(sj::sample(space(), 50, 7));
  std::vector<std::string> lines = lines_of(text);
  constexpr std::uint32_t seed = 3;
  INFO("seed " << seed);
  std::shuffle(lines.begin() + 2, lines.end(), std::mt19937(seed));
  CHECK(origin_read(joined(lines)) == origin());
  std::rotate(lines.begin() + 1, lines.begin() + 2, lines.end());  // the comment comes last
  CHECK(origin_read(joined(lines)) == origin());

  std::vector<std::string> other = lines_of(text);
  for (std::size_t i = 2; i < other.size(); ++i) other[i].replace(0, other[i].find(','), "7");
  other[1] = "\"" + other[1].substr(0, other[1].size() - 2) + "\",,,,,,\r\n";  // as a spreadsheet leaves it
  CHECK(origin_read(joined(other)) == origin());
  CHECK(warnings.size() == 1);  // the numbers
}

TEST_CASE("a part of a list, a changed one and two in one are not the list any more") {
  const std::vector<std::string> lines = lines_of(file_of(sj::sample(space(), 50, 7)));
  const auto refused = [](const std::vector<std::string>& changed) {
    CHECK_FALSE(origin_read(joined(changed)).has_value());
    CHECK(is_changed);
  };
  auto changed = lines;
  changed.pop_back();
  refused(changed);  // head
  changed = lines;
  changed.erase(changed.begin() + 2);
  refused(changed);  // tail
  changed = lines;
  changed.back() = changed[2];
  refused(changed);  // one twice, for another
  changed = lines;
  changed.push_back(lines.back());
  refused(changed);
  changed = lines;
  for (const std::string& line : lines_of(file_of(sj::sample(space(), 50, 8)))) changed.push_back(line);
  refused(changed);  // cat
  changed = lines;
  changed[2].replace(changed[2].find("bitflip"), 7, "stuckat1");
  refused(changed);
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{{"population=1024", "population=999"},
                                                                                 {"384", "385"},
                                                                                 {"count:50", "exhaustive"},
                                                                                 {"confidence=0.9", "confidence=0.8"},
                                                                                 {"digest=", "digest=0"},
                                                                                 {" digest=", " "}}) {
    CAPTURE(from);
    changed = lines;
    changed[1].replace(changed[1].find(from), from.size(), to);
    refused(changed);
  }
}

TEST_CASE("each pair of faults that changes places with another pair is seen", "[law]") {
  // A sum of digests is blind to pairs with equal sums; four neighbours of a grid are the likeliest.
  const std::vector<sj::Fault> all = faults_of(sj::FaultList(space()));
  std::vector<std::uint64_t> digests;
  for (const sj::Fault& fault : all)
    digests.push_back(sj::UnorderedDigest(sj::FaultList(std::vector<sj::Fault>{fault}), Net::quantities).value());
  std::vector<std::uint64_t> sums;
  for (std::size_t i = 0; i < digests.size(); ++i)
    for (std::size_t j = i; j < digests.size(); ++j) sums.push_back(digests[i] + digests[j]);
  std::sort(sums.begin(), sums.end());
  CHECK(std::adjacent_find(sums.begin(), sums.end()) == sums.end());
}

TEST_CASE("a list of a stratified sample says what its strata are", "[law]") {
  const sj::FaultList drawn = sj::sample(space(), 50, 7);
  sj::ListOrigin stratified = origin("layer-wise");
  stratified.by = "what I like; it's 50 %";
  stratified.strata = {{"a/b:c %2f, d=e", 1000, 49, 0.1}, {"", 3, 0, 0.5}, {"lif1 states bit 30", 21, 1, 1e-300}};
  CHECK(origin_read(file_of(drawn, stratified)) == stratified);
  CHECK_FALSE(is_changed);
  CHECK(stratified.is_stratified());
  const std::string line = lines_of(file_of(drawn, stratified))[1];
  CHECK(line.find_first_of(",;\t\"'|") == std::string::npos);
  CHECK(line.find(" drawn=a%2fb%3ac%20%252f%2c%20d=e:1000:49:0.1/:3:0/lif1%20states%20bit%2030:21:1:1e-300 ") !=
        std::string::npos);

  // The line of a simple sample is what it was before there were others.
  CHECK(lines_of(file_of(drawn))[1].find(" by=") == std::string::npos);
  CHECK(lines_of(file_of(drawn))[1].find(" drawn=") == std::string::npos);
  CHECK_FALSE(origin_read(file_of(drawn))->is_stratified());

  // Strata too many for a line are left out: what they were is said still.
  stratified.strata.assign(20'000, {"a stratum with a long name", 5, 1, 0.5});
  const auto many = origin_read(file_of(drawn, stratified));
  REQUIRE(many.has_value());
  CHECK(many->by == stratified.by);
  CHECK(many->strata.empty());
}

TEST_CASE("strata that no draw gives are no origin") {
  const sj::FaultList list = sj::sample(space(), 50, 7);
  // With a digest that fits: what a program of one's own may write.
  const auto read = [&](const std::string& strata) {
    const std::string said = "# spikingjet list: method=layer-wise by=layer drawn=" + strata + " strata=fc1.weight:384";
    return sj::origin_of(
        said + " digest=" + sj::detail::origin_digest(said, sj::UnorderedDigest(list, Net::quantities)), list,
        Net::quantities);
  };
  REQUIRE(read("fc1:384:50").has_value());
  CHECK(read("fc1:384:50")->strata == std::vector<sj::PlannedStratum>{{"fc1", 384, 50, 0.5}});
  for (const char* wrong : {"fc1", "fc1:384", "fc1:384:385", "fc1:384:-1", "fc1:x:1", "fc1:384:50:0", "fc1:384:50:1",
                            "fc1:384:50:nan", "fc1:384:50:0.5:1", "fc1:384:50/", "/fc1:384:50"}) {
    INFO(wrong);
    CHECK_FALSE(read(wrong).has_value());
  }
}
