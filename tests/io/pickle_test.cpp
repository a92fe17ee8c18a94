// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/pickle.hpp>

using namespace spikingjet;

namespace {

using Kind = PickleObject::Kind;

/// Reads opcodes between a protocol and a stop.
Pickle read(const std::string& opcodes) {
  return read_pickle(bytes_of("\x80\2" + opcodes + "."), {"a.pt", "data.pkl"});
}

std::string reason_of(const std::string& opcodes) {
  try {
    read(opcodes);
  } catch (const WrongFormat& wrong) {
    CHECK(wrong.place.array == "data.pkl");
    return wrong.reason.substr(wrong.reason.find(", ") + 2);
  }
  return {};
}

std::string refused(const std::string& opcodes) {
  try {
    read(opcodes);
  } catch (const PickleRefused& refusal) {
    CHECK(contains(refusal.what(), "'data.pkl' in 'a.pt' has " + refusal.refused + ", allowed is " + refusal.allowed));
    return refusal.refused;
  }
  return {};
}

std::string text(const std::string& value) { return "X" + little_endian(value.size(), 4) + value; }

const std::string storage = "(" + text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + "K\x06tQ";
const std::string rebuild = "ctorch._utils\n_rebuild_tensor_v2\n";
const std::string ordered = "ccollections\nOrderedDict\n)R";

}  // namespace

TEST_CASE("numbers of all kinds are read") {
  const auto integer = [](const std::string& opcodes) {
    const Pickle pickle = read(opcodes);
    CHECK(pickle[pickle.root].kind == Kind::integer);
    return pickle[pickle.root].integer;
  };
  CHECK(integer("K\xff") == 255);
  CHECK(integer("M\xff\xfe") == 0xfeff);
  CHECK(integer("J\xfe\xff\xff\xff") == -2);
  CHECK(integer(std::string("\x8a\0", 2)) == 0);
  CHECK(integer("\x8a\1\xff") == -1);
  CHECK(integer(std::string("\x8a\2\xff\0", 4)) == 255);
  CHECK(integer("\x8a\x08" + little_endian(0x8000000000000000, 8)) == std::numeric_limits<std::int64_t>::min());
  const Pickle real = read("G" + big_endian(0x3fb999999999999a, 8));
  CHECK(real[real.root].kind == Kind::real);
  CHECK(real[real.root].real == 0.1);
  CHECK(read("N")[0].kind == Kind::none);
  CHECK(read("\x88")[0].integer == 1);
  CHECK(read("\x89")[0].integer == 0);
  CHECK(read(text("fc1"))[0].text == "fc1");
}

TEST_CASE("tuples, lists and dicts hold their parts in order") {
  const auto parts = [](const std::string& opcodes, Kind kind) {
    const Pickle pickle = read(opcodes);
    CHECK(pickle[pickle.root].kind == kind);
    std::vector<std::int64_t> values;
    for (const std::uint32_t part : pickle[pickle.root].parts) values.push_back(pickle[part].integer);
    return values;
  };
  using Values = std::vector<std::int64_t>;
  CHECK(parts(")", Kind::tuple).empty());
  CHECK(parts("(K\1K\2K\3K\4t", Kind::tuple) == Values{1, 2, 3, 4});
  CHECK(parts("K\1\x85", Kind::tuple) == Values{1});
  CHECK(parts("K\1K\2\x86", Kind::tuple) == Values{1, 2});
  CHECK(parts("K\1K\2K\3\x87", Kind::tuple) == Values{1, 2, 3});
  CHECK(parts("]", Kind::list).empty());
  CHECK(parts("]K\1a(K\2K\3e", Kind::list) == Values{1, 2, 3});
  CHECK(parts("}K\1K\2s(K\3K\4K\5K\6u", Kind::dict) == Values{1, 2, 3, 4, 5, 6});
  CHECK(parts(ordered + "K\1K\2s", Kind::dict) == Values{1, 2});
  CHECK(parts(ordered + "K\1K\2s}b", Kind::dict) == Values{1, 2});
}

TEST_CASE("what was kept is recalled, and may contain itself") {
  const Pickle pickle = read("K\7q\1K\x08r" + little_endian(300, 4) + "h\1j" + little_endian(300, 4) + "\x86\x87");
  const PickleObject& outer = pickle[pickle.root];
  REQUIRE(outer.parts.size() == 3);
  const PickleObject& inner = pickle[outer.parts[2]];
  CHECK(inner.parts == std::vector{outer.parts[0], outer.parts[1]});

  const Pickle self = read("]q" + std::string(1, '\0') + "h" + std::string(1, '\0') + "a");
  CHECK(self[self.root].parts == std::vector{self.root});
}

TEST_CASE("a tensor is a storage, an offset, a size and strides") {
  const Pickle pickle = read(rebuild + "(" + storage + "K\1(K\2K\3t(K\1K\2t\x89" + ordered + "tR");
  const PickleObject& tensor = pickle[pickle.root];
  CHECK(tensor.kind == Kind::tensor);
  REQUIRE(tensor.parts.size() == 4);
  const PickleObject& stored = pickle[tensor.parts[0]];
  CHECK(stored.kind == Kind::storage);
  CHECK(stored.integer == 6);
  REQUIRE(stored.parts.size() == 2);
  CHECK(pickle[stored.parts[0]].text == "torch.FloatStorage");
  CHECK(pickle[stored.parts[1]].text == "0");
  CHECK(pickle[tensor.parts[1]].integer == 1);
  CHECK(pickle[tensor.parts[2]].parts.size() == 2);
  CHECK(pickle[pickle[tensor.parts[3]].parts[1]].integer == 2);
}

TEST_CASE("globals other than those of a state_dict are refused by name") {
  CHECK(refused("cos\nsystem\n") == "the global 'os.system'");
  CHECK(refused("cposix\nsystem\n" + text("true") + "\x85R") == "the global 'posix.system'");
  CHECK(refused("cbuiltins\neval\n") == "the global 'builtins.eval'");
  CHECK(refused("c__builtin__\nset\n") == "the global '__builtin__.set'");
  CHECK(refused("ctorch._utils\n_rebuild_parameter\n") == "the global 'torch._utils._rebuild_parameter'");
  CHECK(refused("ctorch\nsave\n") == "the global 'torch.save'");
  CHECK(refused("ctorch.storage\nUntypedStorage\n") == "the global 'torch.storage.UntypedStorage'");
  CHECK(refused("ctorch\nx.FloatStorage\n") == "the global 'torch.x.FloatStorage'");
  CHECK(refused("ctorch\n" + std::string(1000, 'x') + "Storage\n").size() < 120);
  CHECK(refused("ccollections\nOrderedDict\nq\1").empty());
  CHECK(refused("ctorch\nFloatStorage\n)R") == "a call of 'torch.FloatStorage'");
}

TEST_CASE("every other opcode is refused by name") {
  const std::string allowed = ".N\x88\x89JKM\x8aGX()t\x85\x86\x87]}aesuqrhjcQRb\x80";
  std::size_t found = 0;
  for (int opcode = 0; opcode < 256; ++opcode) {
    if (allowed.find(static_cast<char>(opcode)) != std::string::npos) continue;
    const std::string what = refused(std::string(1, static_cast<char>(opcode)));
    INFO(opcode);
    CHECK(contains(what, "the pickle opcode "));
    found += what.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos;
  }
  CHECK(found == 37);  // of the 68 opcodes up to protocol 5, 31 are read
  CHECK(refused("\x93") == "the pickle opcode STACK_GLOBAL");
  CHECK(refused("i") == "the pickle opcode INST");
  CHECK(refused("\x81") == "the pickle opcode NEWOBJ");
  CHECK_THROWS_AS(read_pickle(bytes_of("\x80\4N."), {"a"}), PickleRefused);
  CHECK_THROWS_AS(read_pickle(bytes_of("N."), {"a"}), WrongFormat);
}

TEST_CASE("opcodes without what they need are refused") {
  CHECK(reason_of("") == "it ends with 0 objects, not one");
  CHECK(reason_of("NN") == "it ends with 2 objects, not one");
  CHECK(reason_of("N(") == "it ends with 1 objects, not one");
  for (const std::string opcodes :
       {"\x85", "N\x86", "NN\x87", "a", "]a", "s", "}Ns", "q\1", "Q", "R", "b", "N(\x85", "(a", "N(q\1"})
    CHECK(reason_of(opcodes) == "an opcode needs an object that is not there");
  for (const std::string opcodes : {"t", "Ne", "}u"})
    CHECK(reason_of(opcodes) == "an opcode needs a mark that is not there");
  CHECK(reason_of("h\1") == "object 1 is recalled and was never kept");
  CHECK(reason_of("NNa") == "something is appended to no list");
  CHECK(reason_of("](NNu") == "an item is set in no dict");
  CHECK(reason_of("}(Nu") == "a key has no value");
  CHECK(reason_of("N)R") == "something other than a global is called");
  CHECK(reason_of("ccollections\nOrderedDict\n]R") == "something other than a global is called");
  CHECK(reason_of("\x8a\x09" + std::string(9, 'x')) == "a number has 9 bytes, allowed are 8");
  CHECK(reason_of("\x80\2") == "a protocol stands within it");
  CHECK(refused("N}b") == "an object with a state of its own");
  CHECK(refused(ordered + "Nb") == "an object with a state of its own");
  CHECK(refused("ccollections\nOrderedDict\n]\x85R") == "an OrderedDict made from a list");
  for (const std::string& id :
       {std::string("N"), text("storage"),
        "(" + text("module") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + "K\1t",
        "(" + text("storage") + "N" + text("0") + text("cpu") + "K\1t",
        "(" + text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + "J\xff\xff\xff\xfft"})
    CHECK(refused(id + "Q") == "a persistent id that names no storage");
}

TEST_CASE("tensors made of other things are refused") {
  const std::string reason =
      "a tensor is not made of a storage, an offset, a size and strides of at most 64 axes, none of them negative";
  for (const std::string& arguments :
       {std::string(")"), "(NK\1))\x89" + ordered + "t", "(" + storage + "N))\x89" + ordered + "t",
        "(" + storage + "J\xff\xff\xff\xff))\x89" + ordered + "t", "(" + storage + "K\1(K\2t)\x89" + ordered + "t",
        "(" + storage + "K\1(Nt(K\1t\x89" + ordered + "t",
        "(" + storage + "K\1(K\1t(J\xff\xff\xff\xfft\x89" + ordered + "t",
        "(" + storage + "K\1](K\1t\x89" + ordered + "t", "(" + storage + "K\1))t"})
    CHECK(reason_of(rebuild + arguments + "R") == reason);
}

TEST_CASE("a pickle cut short at any byte is refused") {
  const std::string bytes = "\x80\2" + rebuild + "(" + storage + "K\1(K\2K\3t(K\1K\2t\x89" + ordered + "tR.";
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_THROWS_AS(read_pickle(bytes_of(bytes).first(size), {"a"}), FileTruncated);
}

TEST_CASE("memory follows the bytes of a pickle, never what they claim") {
  CHECK_THROWS_AS(read("X\xff\xff\xff\xff"
                       "abc"),
                  FileTruncated);
  std::string many;
  for (int i = 0; i <= 1 << 20; ++i) many += 'N';
  CHECK(reason_of(many) == "it has more than 1048576 objects");
  CHECK(reason_of(std::string((1 << 20) + 1, '(')) == "it has more than 1048576 marks");
  std::string recalls = "Nq\1";
  for (int i = 0; i < 1 << 20; ++i) recalls += "h\1";
  CHECK(reason_of(recalls) == "more than 1048576 objects are on its stack");
  // Nested as deeply as it goes: nothing here recurses.
  std::string deep = ")";
  for (int i = 0; i < (1 << 20) - 1; ++i) deep += '\x85';
  CHECK(read(deep).objects.size() == 1 << 20);
}
