// SPDX-License-Identifier: MIT
#include <spikingjet/campaign/verify.hpp>
#include <spikingjet/fault/sampling.hpp>
#include <spikingjet/fault/value_fault.hpp>

#include "campaign/tiny.hpp"
#include "catch.hpp"
#include "store/fixture.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

using namespace tiny;

using Any = sj::Injector<Net, sj::Policies<sj::BitFlip, sj::Dead, sj::Scale<9, 10>>, sj::AnyBit, sj::target::Any>;

constexpr std::uint64_t all = std::numeric_limits<std::uint64_t>::max();

sj::FaultList some_faults(std::uint64_t count = 120) { return sj::sample(Any::fault_space(), count, 8); }

/// Faults in the lowest bits of weights, which leave some sample unchanged.
sj::FaultList mild_faults() {
  using Mild = sj::Injector<Net, sj::BitFlip, sj::BitRange<0, 7>, sj::target::Weight>;
  return sj::FaultList(Mild::fault_space());
}

/// Runs a campaign on 9 samples, 6 of them distinct, into a new store; of its blocks of 20 faults only so many.
void make_store(const std::string& path, const sj::FaultList& faults, std::size_t most_blocks = 1000000,
                const sj::Dataset& dataset = samples(6), std::size_t count = 9) {
  sj::Campaign<Any> campaign(parameters(), dataset, sj::SampleRange(dataset, count));
  sj::Store store = sj::Store::create(path, sj::identify_campaign(campaign, faults), Net::quantities);
  sj::store_golden(store, campaign);
  std::vector<sj::Fault> list;
  std::vector<sj::FaultRecord> records;
  campaign.run(faults, [&](const sj::CampaignBlock& block) {
    list.insert(list.end(), block.faults.begin(), block.faults.end());
    records.insert(records.end(), block.records.begin(), block.records.end());
  });
  for (std::size_t block = 0; block < most_blocks && 20 * block < list.size(); ++block) {
    const std::size_t size = std::min<std::size_t>(20, list.size() - 20 * block);
    store.append_block(20 * block, std::span(list).subspan(20 * block, size),
                       std::span(records).subspan(20 * block, size));
  }
}

void alter(const std::string& path, const std::string& sql) { sj::sqlite::Database(path).execute(sql); }

sj::Verification verify(const std::string& path, const sj::VerifyOptions& options = {.injections = all}) {
  const sj::Dataset dataset = samples(6);
  return sj::verify<Any>(sj::Store::open(path), parameters(), dataset, options);
}

std::vector<std::uint64_t> ids_of(const sj::Verification& found) {
  std::vector<std::uint64_t> ids;
  for (const sj::FaultDifference& difference : found.differences) ids.push_back(difference.stored.id);
  return ids;
}

/// The key whose difference a verification is refused for; empty where it is not.
std::string refused_for(const std::string& path, const sj::Parameters<Net>& values, const sj::Dataset& dataset) {
  try {
    sj::verify<Any>(sj::Store::open(path), values, dataset);
  } catch (const sj::StoreOfOtherInputs& refusal) {
    return refusal.difference.key;
  }
  return {};
}

}  // namespace

TEST_CASE("a store that is as its campaign left it verifies, whatever number of injections is asked for") {
  const TemporaryFolder folder;
  make_store(folder / "a.sqlite", some_faults());
  struct Case {
    std::uint64_t asked;
    std::uint64_t faults;
  };
  for (const auto& [asked, faults] :
       {Case{1, 1}, Case{9, 1}, Case{10, 2}, Case{100, 12}, Case{1000, 112}, Case{1080, 120}, Case{all, 120}}) {
    CAPTURE(asked);
    const sj::Verification found = verify(folder / "a.sqlite", {.injections = asked});
    CHECK(found.equal());
    CHECK(found.faults == faults);
    CHECK(found.samples == 9);
    CHECK(found.injections() == 9 * faults);
    CHECK(found.stored_faults == 120);
    CHECK(found.all_faults == 120);
  }
}

TEST_CASE("faults of every kind verify: values, masks, windows and flickering") {
  const auto site = [](std::uint32_t quantity, std::uint64_t element) {
    return sj::Site{quantity, Net::quantities[quantity].storage, element};
  };
  std::vector<sj::Fault> faults;
  for (std::uint32_t q = 0; q < Net::quantities.size(); ++q) {
    faults.push_back({site(q, 1), sj::Fault::no_bit, "set", sj::Alteration::sets(-0.5F), {}});
    faults.push_back({site(q, 2), sj::Fault::no_bit, "scale", sj::Alteration::scales(1.5F), {.begin = 1, .end = 5}});
    faults.push_back({site(q, 0), sj::Fault::no_bit, "flip", sj::Alteration::flips(0x00c00000u), {.begin = 3}});
    faults.push_back(
        {site(q, 1), 30, "stuckat1", sj::Alteration::sticks_at_1(1u << 30), {.duty = 1u << 31, .seed = 7}});
    faults.push_back({site(q, 2), 29, "of its own", sj::Alteration::sticks_at_0(3u << 28), {.begin = 2, .end = 3}});
  }
  const TemporaryFolder folder;
  make_store(folder / "a.sqlite", sj::FaultList(faults));
  const sj::Verification found = verify(folder / "a.sqlite");
  CHECK(found.equal());
  CHECK(found.faults == faults.size());
}

TEST_CASE("each count of a record is compared, and a fault that differs is named with both records") {
  const TemporaryFolder folder;
  make_store(folder / "a.sqlite", mild_faults());
  const sj::FaultRecord sound = sj::Store::open(folder / "a.sqlite").find(17)->record;
  REQUIRE(sound.unchanged > 0);
  struct Change {
    std::string sql;
    sj::FaultRecord (*apply)(sj::FaultRecord);
  };
  const std::vector<Change> changes = {
      {"unchanged = unchanged - 1", [](sj::FaultRecord r) { --r.unchanged; return r; }},
      {"correct = correct - 1", [](sj::FaultRecord r) { --r.correct; return r; }},
      {"samples = samples + 1, masked = masked + 1", [](sj::FaultRecord r) { ++r.samples; ++r.masked; return r; }},
      {"unchanged = 0, masked = masked - 1, sdc_critical = sdc_critical + 1",
       [](sj::FaultRecord r) { r.unchanged = 0; --r.masked; ++r.sdc_critical; return r; }},
      {"unchanged = 0, masked = masked - 1, sdc_0_5 = sdc_0_5 + 1",
       [](sj::FaultRecord r) { r.unchanged = 0; --r.masked; ++r.band[0]; return r; }},
      {"unchanged = 0, masked = masked - 1, sdc_5_10 = sdc_5_10 + 1",
       [](sj::FaultRecord r) { r.unchanged = 0; --r.masked; ++r.band[1]; return r; }},
      {"unchanged = 0, masked = masked - 1, sdc_10_20 = sdc_10_20 + 1",
       [](sj::FaultRecord r) { r.unchanged = 0; --r.masked; ++r.band[2]; return r; }},
      {"unchanged = 0, masked = masked - 1, sdc_20 = sdc_20 + 1",
       [](sj::FaultRecord r) { r.unchanged = 0; --r.masked; ++r.band[3]; return r; }},
      {"unchanged = 0, correct = 0, masked = masked - 1, due = due + 1",
       [](sj::FaultRecord r) { r.unchanged = 0; r.correct = 0; --r.masked; ++r.due; return r; }}};
  for (const Change& change : changes) {
    CAPTURE(change.sql);
    std::filesystem::copy_file(folder / "a.sqlite", folder / "b.sqlite",
                               std::filesystem::copy_options::overwrite_existing);
    alter(folder / "b.sqlite", "UPDATE outcomes SET " + change.sql + " WHERE fault = 17");
    const sj::Verification found = verify(folder / "b.sqlite");
    CHECK_FALSE(found.equal());
    CHECK(found.golden.empty());
    REQUIRE(ids_of(found) == std::vector<std::uint64_t>{17});
    CHECK(found.differences[0].found == sound);
    CHECK(found.differences[0].stored.record == change.apply(sound));
  }
}

TEST_CASE("a fault that was exchanged for another is found") {
  const TemporaryFolder folder;
  const sj::FaultList faults(std::vector<sj::Fault>{
      {{0, sj::Storage::parameter, 1}, 0, "bitflip", sj::Alteration::flips(1), {}},
      {{0, sj::Storage::parameter, 1}, sj::Fault::no_bit, "set", sj::Alteration::sets(100), {}}});
  make_store(folder / "a.sqlite", faults);
  const sj::Store store = sj::Store::open(folder / "a.sqlite");
  REQUIRE_FALSE(store.find(0)->record == store.find(1)->record);
  alter(folder / "a.sqlite", "UPDATE outcomes SET keep_mask = NULL, set_mask = 0, flip_mask = 1 WHERE fault = 1");
  CHECK(ids_of(verify(folder / "a.sqlite")) == std::vector<std::uint64_t>{1});
}

TEST_CASE("a difference is told in one sentence") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  make_store(path, sj::FaultList(std::vector<sj::Fault>{
                       {{0, sj::Storage::parameter, 19}, 0, "bitflip", sj::Alteration::flips(0), {}},
                       {{0, sj::Storage::parameter, 0}, sj::Fault::no_bit, "scale", sj::Alteration::scales(1), {}}}));
  std::uint64_t correct = 0;  // both faults leave everything as it is
  for (std::size_t s = 0; s < 9; ++s) {
    const std::vector<float> readout = reference::run(network(), input(s % 6));
    correct += std::size_t(std::max_element(readout.begin(), readout.end()) - readout.begin()) == label(s % 6);
  }
  alter(path, "UPDATE outcomes SET unchanged = 7, masked = 7, sdc_critical = 1, sdc_20 = 1, correct = 0");
  const sj::Store store = sj::Store::open(path);
  const sj::Dataset dataset = samples(6);
  sj::Verification found = sj::verify<Any>(store, parameters(), dataset);
  REQUIRE(found.differences.size() == 2);
  if (found.differences[0].stored.id == 1) std::swap(found.differences[0], found.differences[1]);
  const std::string records =
      " left another record on 'full'; stored: 9 samples, 7 unchanged, 7 masked, 1 critical, 0 / 0 / 0 / 1 by band, "
      "0 DUE, 0 correct; found: 9 samples, 9 unchanged, 9 masked, 0 critical, 0 / 0 / 0 / 0 by band, 0 DUE, " +
      std::to_string(correct) + " correct";
  CHECK(sj::describe(store, found.differences[0]) ==
        "spikingjet: fault 0 of '" + path + "' (fc1.weight (4, 3), bit 0, bitflip)" + records);
  CHECK(sj::describe(store, found.differences[1]) ==
        "spikingjet: fault 1 of '" + path + "' (fc1.weight (0, 0), scale:1)" + records);
}

TEST_CASE("the draw takes no fault twice, depends on the seed, and is kept when more is asked for") {
  const TemporaryFolder folder;
  make_store(folder / "a.sqlite", mild_faults());
  alter(folder / "a.sqlite", "UPDATE outcomes SET unchanged = unchanged - 1");  // now each fault drawn is told
  const auto draw = [&](std::uint64_t faults, std::uint64_t seed) {
    return ids_of(verify(folder / "a.sqlite", {.injections = 9 * faults, .seed = seed}));
  };
  const std::uint64_t stored = mild_faults().size();
  const std::vector<std::uint64_t> whole = draw(stored, 3);
  CHECK(std::set(whole.begin(), whole.end()).size() == stored);
  CHECK(whole.size() == stored);
  const std::vector<std::uint64_t> part = draw(20, 3);
  CHECK(part == std::vector(whole.begin(), whole.begin() + 20));
  CHECK(part == draw(20, 3));
  CHECK_FALSE(part == draw(20, 4));
  CHECK_FALSE(std::is_sorted(part.begin(), part.end()));
}

TEST_CASE("many faults are verified, wherever the differing ones stand, and progress counts all") {
  const TemporaryFolder folder;
  const sj::Fault flip{{0, sj::Storage::parameter, 3}, 22, "bitflip", sj::Alteration::flips(1u << 22), {}};
  make_store(folder / "a.sqlite", sj::FaultList(std::vector(10000, flip)), 1000000, samples(1), 1);
  alter(folder / "a.sqlite",
        "UPDATE outcomes SET masked = masked + 1, samples = samples + 1 WHERE fault IN (0, 4095, 4096, 9999)");
  const sj::Dataset dataset = samples(1);
  sj::Progress last;
  std::uint64_t calls = 0;
  const sj::Verification found = sj::verify<Any>(sj::Store::open(folder / "a.sqlite"), parameters(), dataset,
                                                 {.injections = all}, [&](const sj::Progress& progress) {
                                                   CHECK(progress.faults > last.faults);
                                                   CHECK(progress.all_faults == 10000);
                                                   last = progress;
                                                   ++calls;
                                                 });
  std::vector<std::uint64_t> ids = ids_of(found);
  std::sort(ids.begin(), ids.end());
  CHECK(ids == std::vector<std::uint64_t>{0, 4095, 4096, 9999});
  CHECK(calls >= 3);
  CHECK(last.faults == 10000);
  CHECK(last.injections == 10000);
}

TEST_CASE(
    "without a number, as many faults are rerun as find 0.1 % falsified ones with 99 %, and what would have been found "
    "is told") {
  const TemporaryFolder folder;
  const sj::Fault flip{{0, sj::Storage::parameter, 3}, 22, "bitflip", sj::Alteration::flips(1u << 22), {}};
  make_store(folder / "a.sqlite", sj::FaultList(std::vector(5000, flip)), 1000000, samples(1), 1);
  const sj::Dataset dataset = samples(1);
  const sj::Store store = sj::Store::open(folder / "a.sqlite");
  const sj::Verification found = sj::verify<Any>(store, parameters(), dataset);
  CHECK(found.equal());
  CHECK(found.faults == 3009);  // of 5000, by exact hypergeometric counts
  CHECK(found.wanted == 3009);
  CHECK(found.fewest_found(0.99) == 5);
  CHECK(sj::verify<Any>(store, parameters(), dataset, {.share = 0.05}).faults == 89);
  CHECK(sj::verify<Any>(store, parameters(), dataset, {.share = 0.05, .confidence = 0.95}).faults == 59);

  const sj::Verification some = sj::verify<Any>(store, parameters(), dataset, {.injections = 2});
  CHECK(some.wanted == 2);
  CHECK(some.fewest_found(0.99) == 4500);  // C(500, 2) / C(5000, 2) = 0.00998, C(501, 2) / C(5000, 2) = 0.01002
}

TEST_CASE("a verification ends when its time is up, with at least one block of faults") {
  const TemporaryFolder folder;
  make_store(folder / "a.sqlite", mild_faults());
  const sj::Dataset dataset = samples(6);
  const sj::Store store = sj::Store::open(folder / "a.sqlite");
  const sj::Verification found = sj::verify<Any>(store, parameters(), dataset, {.seconds = 0});
  CHECK(found.faults >= 1);
  CHECK(found.faults <= found.wanted);
  CHECK(found.equal());
  CHECK(sj::verify<Any>(store, parameters(), dataset, {.injections = all, .seconds = 0}).faults == store.faults());
}

TEST_CASE("falsified faults are found as often as hypergeometric counts say", "[law]") {
  const TemporaryFolder folder;
  const sj::Fault flip{{0, sj::Storage::parameter, 3}, 22, "bitflip", sj::Alteration::flips(1u << 22), {}};
  constexpr std::uint64_t stored = 5000;
  make_store(folder / "a.sqlite", sj::FaultList(std::vector(stored, flip)), 1000000, samples(1), 1);
  const sj::Store store = sj::Store::open(folder / "a.sqlite");
  struct Case {
    std::uint64_t falsified;
    std::uint64_t drawn;
    double found;  // 1 - C(5000 - falsified, drawn) / C(5000, drawn)
  };
  for (const auto& [falsified, drawn, expected] :
       {Case{5, 3009, 0.99002}, Case{1, 3009, 0.6018}, Case{250, 89, 0.99002}, Case{250, 2, 0.09752}}) {
    CAPTURE(falsified, drawn);
    constexpr std::uint64_t seeds = 1000;
    std::uint64_t found = 0;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      const sj::detail::StoredFaultDraw draw(store, seed);
      bool hit = false;
      for (std::uint64_t i = 0; i < drawn && !hit; ++i)
        hit = draw.id(i) % (stored / falsified) == 7 % (stored / falsified);
      found += hit;
    }
    const double deviation = std::sqrt(expected * (1 - expected) / double(seeds));
    CHECK(std::abs(double(found) / double(seeds) - expected) < 4 * deviation);
  }
}

TEST_CASE("an unfinished store and one with gaps is verified as far as it goes") {
  const TemporaryFolder folder;
  make_store(folder / "a.sqlite", mild_faults(), 3);
  constexpr std::uint64_t stored = 3 * 20;
  const sj::Verification part = verify(folder / "a.sqlite");
  CHECK(part.equal());
  CHECK(part.faults == stored);
  CHECK(part.stored_faults == stored);
  CHECK(part.all_faults == mild_faults().size());

  // Only the faults of the third block, as a shard would have them, beside some of much later ones.
  alter(folder / "a.sqlite",
        "CREATE TEMP TABLE gone AS SELECT first, count FROM blocks ORDER BY first LIMIT 2;"
        "DELETE FROM outcomes WHERE fault < (SELECT max(first + count) FROM gone);"
        "DELETE FROM blocks WHERE first IN (SELECT first FROM gone);"
        "INSERT INTO blocks SELECT 1000000000000, 1, 0;"
        "CREATE TEMP TABLE copy AS SELECT * FROM outcomes LIMIT 1;"
        "UPDATE copy SET fault = 1000000000000, unchanged = unchanged - 1;"
        "INSERT INTO outcomes SELECT * FROM copy;");
  const sj::Verification shard = verify(folder / "a.sqlite");
  CHECK(shard.faults == sj::Store::open(folder / "a.sqlite").faults());
  CHECK(ids_of(shard) == std::vector<std::uint64_t>{1000000000000});
}

TEST_CASE("a store without a finished fault is refused") {
  const TemporaryFolder folder;
  make_store(folder / "a.sqlite", some_faults(), 0);
  CHECK(sentence_of<sj::NothingToVerify>([&] { verify(folder / "a.sqlite"); }) ==
        "spikingjet: the store '" + folder / "a.sqlite" +
            "' holds no finished fault, so there is nothing to verify; let its campaign run for longer");
}

TEST_CASE("other weights, data, labels, networks and fewer samples than the campaign had are refused") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  make_store(path, some_faults(5));
  CHECK(refused_for(path, parameters(), samples(6)).empty());

  sj::Parameters<Net> weights = parameters();
  weights.write(0, 0, std::nextafter(weights.read(0, 0), 1.0F));
  CHECK(refused_for(path, weights, samples(6)) == "weights");
  weights.write(0, 0, std::numeric_limits<float>::quiet_NaN());  // before its golden run is refused
  CHECK(refused_for(path, weights, samples(6)) == "weights");

  sj::Dataset dataset = samples(6);
  dataset.samples[2] = dataset.samples[1];
  CHECK(refused_for(path, parameters(), dataset) == "data");
  dataset = samples(6);
  dataset.labels[0] = 1 - dataset.labels[0];
  CHECK(refused_for(path, parameters(), dataset) == "data");
  dataset.labels.clear();
  CHECK(refused_for(path, parameters(), dataset) == "data");
  CHECK(refused_for(path, parameters(), samples(5)) == "data");
  CHECK(refused_for(path, parameters(), samples(7)) == "data");

  using Other = sj::Network<sj::Input<2, 2>, sj::Dense<"fc1", 5>, sj::Leaky<"lif1">, sj::Dense<"fc2", 3>,
                            sj::Leaky<"lif2">, sj::MaxPotentialReadout>;
  const sj::Dataset same = samples(6);
  const std::string sentence = sentence_of<sj::StoreOfOtherInputs>(
      [&] { sj::verify<sj::Injector<Other>>(sj::Store::open(path), sj::Parameters<Other>(), same); });
  CHECK(contains(sentence, "spikingjet: the store '" + path + "' holds another campaign ('network' is 'input (2, 2)"));
  CHECK(contains(sentence, "so its injections cannot be rerun"));

  alter(path, "INSERT INTO manifest (key, value, identity) VALUES ('novelty', '1', 1)");
  CHECK(refused_for(path, parameters(), samples(6)) == "novelty");
}

TEST_CASE("a golden run that is not the stored one is found by its samples") {
  const TemporaryFolder folder;
  make_store(folder / "a.sqlite", some_faults(5));
  CHECK(verify(folder / "a.sqlite").golden.empty());
  const std::vector<std::pair<std::string, std::uint64_t>> changes = {
      {"UPDATE golden SET readout = zeroblob(12) WHERE sample = 2", 2},
      {"UPDATE golden SET readout = readout || zeroblob(4) WHERE sample = 3", 3},
      {"UPDATE golden SET predicted = (predicted + 1) % 3 WHERE sample = 1", 1},
      {"UPDATE golden SET label = (label + 1) % 3 WHERE sample = 5", 5},
      {"UPDATE golden SET label = NULL WHERE sample = 0", 0},
      {"DELETE FROM golden WHERE sample = 4", 4},
      {"INSERT INTO golden SELECT 99, label, predicted, readout FROM golden WHERE sample = 0", 99}};
  for (const auto& [sql, sample] : changes) {
    CAPTURE(sql);
    std::filesystem::copy_file(folder / "a.sqlite", folder / "b.sqlite",
                               std::filesystem::copy_options::overwrite_existing);
    alter(folder / "b.sqlite", sql);
    const sj::Verification found = verify(folder / "b.sqlite");
    CHECK(found.golden == std::vector{sample});
    CHECK(found.differences.empty());
    CHECK_FALSE(found.equal());
  }
}

TEST_CASE("a store whose manifest or blocks are damaged is refused") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  make_store(path, some_faults(5));
  for (const char* samples : {"", "0", "-3", "many"}) {
    alter(path, std::string("UPDATE manifest SET value = '") + samples + "' WHERE key = 'samples'");
    CHECK(contains(sentence_of<sj::DamagedStore>([&] { verify(path); }),
                   std::string("its 'samples' is '") + samples + "', no number of samples"));
  }
  alter(path, "UPDATE manifest SET value = '9' WHERE key = 'samples'; DELETE FROM outcomes WHERE fault = 3");
  CHECK(contains(sentence_of<sj::DamagedStore>([&] { verify(path); }), "fault 3 of a finished block is not there"));
  alter(path, "UPDATE blocks SET count = -1");
  CHECK_THROWS_AS(verify(path), sj::DamagedStore);
}

TEST_CASE("a store whose faults the injector does not hit is refused") {
  const TemporaryFolder folder;
  make_store(folder / "a.sqlite", sj::FaultList(std::vector<sj::Fault>{
                                      {{1, sj::Storage::parameter, 1}, 0, "bitflip", sj::Alteration::flips(1), {}}}));
  const sj::Dataset dataset = samples(6);
  using Weights = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Weight>;
  CHECK_THROWS_AS(sj::verify<Weights>(sj::Store::open(folder / "a.sqlite"), parameters(), dataset),
                  sj::FaultNotCompiled);
}
