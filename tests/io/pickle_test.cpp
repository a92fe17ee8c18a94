// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/pickle.hpp>
#include <spikingjet/io/pickle_object.hpp>

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
  } catch (const FileTruncated&) {
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
  } catch (const Misuse&) {
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

TEST_CASE("a global is a name, and what it would make an object with arguments and states, whatever it is") {
  for (const std::string& opcodes :
       {"cposix\nsystem\n" + text("true") + "\x85R", text("posix") + text("system") + "\x93" + text("true") + "\x85R",
        "cposix\nsystem\n" + text("true") + "\x85\x81", "cposix\nsystem\n" + text("true") + "\x85}\x92",
        "(" + text("true") + "iposix\nsystem\n", "(cposix\nsystem\n" + text("true") + "o"}) {
    const Pickle pickle = read(opcodes);
    const PickleObject& object = pickle[pickle.root];
    CHECK(object.kind == Kind::object);
    CHECK(object.text == "posix.system");
    REQUIRE(object.parts.size() == 1);
  }
  const Pickle global = read("cos\nsystem\n");
  CHECK(global[global.root].kind == Kind::global);
  CHECK(global[global.root].text == "os.system");

  const Pickle built = read("cargparse\nNamespace\n)R" + std::string("}") + text("lr") + "K\1sbK\1K\2sK\7a");
  const PickleObject& object = built[built.root];
  REQUIRE(object.parts.size() == 2);
  CHECK(built[object.parts[1]].kind == Kind::dict);
  CHECK(built[built[object.parts[1]].parts[0]].text == "lr");
  CHECK(built[built[object.items].parts[1]].integer == 2);
  CHECK(built[built[object.members].parts[0]].integer == 7);
}

TEST_CASE("the opcodes of all protocols are read") {
  const auto one = [](const std::string& opcodes) {
    const Pickle pickle = read(opcodes);
    return pickle[pickle.root];
  };
  const auto holds = [&](const std::string& opcodes, Kind kind, const std::string& value) {
    return one(opcodes).kind == kind && one(opcodes).text == value;
  };
  CHECK(holds("\x8c\3fc1", Kind::text, "fc1"));
  CHECK(holds("\x8d" + little_endian(3, 8) + "fc1", Kind::text, "fc1"));
  CHECK(holds("Vfc1\n", Kind::text, "fc1"));
  CHECK(holds("U\3fc1", Kind::text, "fc1"));
  CHECK(holds("T" + little_endian(3, 4) + "fc1", Kind::text, "fc1"));
  CHECK(holds("C\3fc1", Kind::bytes, "fc1"));
  CHECK(holds("B" + little_endian(3, 4) + "fc1", Kind::bytes, "fc1"));
  CHECK(holds("\x8e" + little_endian(3, 8) + "fc1", Kind::bytes, "fc1"));
  CHECK(holds("\x96" + little_endian(3, 8) + "fc1", Kind::bytes, "fc1"));
  CHECK(one("\x8f(K\1K\2\x90").parts.size() == 2);
  CHECK(one("\x8f").kind == Kind::set);
  CHECK(one("(K\1K\2\x91").parts.size() == 2);
  CHECK(one("I12\n").integer == 12);
  CHECK(one("I01\n").kind == Kind::boolean);
  CHECK(one("L-12L\n").integer == -12);
  CHECK(one("F1.5\n").kind == Kind::real);
  CHECK(one("L99999999999999999999L\n").kind == Kind::object);
  CHECK(one("\x8a\x09" + std::string(9, 'x')).kind == Kind::object);  // a number of more than 64 bits
  CHECK(one("\x8b" + little_endian(2, 4) + std::string("\xff\0", 2)).integer == 255);
  CHECK(one("(K\1K\2l").parts.size() == 2);
  CHECK(one("(K\1K\2d").kind == Kind::dict);
  CHECK(one("K\1K\2" "0").integer == 1);
  CHECK(one("K\1(K\2" "1").integer == 1);
  CHECK(one("K\1(0").integer == 1);
  CHECK(one("K\1" "2\x86").parts.size() == 2);
  CHECK(one("K\7p5\nK\1g5\n\x87").parts.size() == 3);
}

TEST_CASE("what protocol 4 memoizes is recalled by its place") {
  const Pickle pickle = read("\x95" + little_endian(11, 8) + "\x8c\1a\x94\x8c\1b\x94h\1\x87");
  const PickleObject& tuple = pickle[pickle.root];
  REQUIRE(tuple.parts.size() == 3);
  CHECK(pickle[tuple.parts[2]].text == "b");
}

TEST_CASE("a Parameter and a tensor with attributes are their tensor") {
  const std::string tensor = rebuild + "(" + storage + "K\1(K\2K\3t(K\1K\2t\x89" + ordered + "tR";
  const std::string arguments = "(" + storage + "K\1(K\2K\3t(K\1K\2t\x89" + ordered + "t";
  for (const std::string& opcodes :
       {"ctorch._utils\n_rebuild_parameter\n(" + tensor + "\x88" + ordered + "tR",
        "ctorch._utils\n_rebuild_parameter_with_state\n(" + tensor + "\x88" + ordered + "}tR",
        "ctorch._tensor\n_rebuild_from_type_v2\n(" + rebuild + "ctorch\nTensor\n" + arguments + "}tR"}) {
    const Pickle pickle = read(opcodes);
    CHECK(pickle[pickle.root].kind == Kind::tensor);
    CHECK(pickle[pickle[pickle.root].parts[1]].integer == 1);
  }
}

TEST_CASE("a tensor whose negation is pending is no plain one") {
  const std::string start = rebuild + "(" + storage + "K\1(K\2K\3t(K\1K\2t\x89" + ordered + "}" + text("neg");
  const Pickle pending = read(start + "\x88stR");
  CHECK(pending[pending.root].kind == Kind::object);
  const Pickle plain = read(start + "\x89stR");
  CHECK(plain[plain.root].kind == Kind::tensor);
}

TEST_CASE("opcodes and protocols that there are not are refused") {
  std::size_t unknown = 0;
  for (int opcode = 0; opcode < 256; ++opcode)
    unknown += contains(refused(std::string(1, static_cast<char>(opcode))), "the pickle opcode ");
  CHECK(unknown == 256 - 68 + 2);  // of the 68 up to protocol 5, those for buffers outside the pickle are not read
  CHECK(refused("\x97") == "the pickle opcode NEXT_BUFFER");
  CHECK(refused("\x98") == "the pickle opcode READONLY_BUFFER");
  CHECK_THROWS_AS(read_pickle(bytes_of("\x80\6N."), {"a"}), PickleRefused);
  for (const std::string protocol : {"\x80\2", "\x80\3", "\x80\4", "\x80\5", ""})
    CHECK(read_pickle(bytes_of(protocol + "N."), {"a"})[0].kind == Kind::none);
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
  CHECK(reason_of("NNa") == "something is appended to no list or set");
  CHECK(reason_of("](NNu") == "an item is set in no dict");
  CHECK(reason_of("}(Nu") == "a key has no value");
  CHECK(reason_of("NN\x93") == "the name of a global is no text");
  CHECK(reason_of("Ix\n") == "a number is none");
  CHECK(reason_of("(d") == "");
  CHECK(reason_of("(Nd") == "a key has no value");
  for (const std::string& id :
       {std::string("N"), text("storage"),
        "(" + text("module") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + "K\1t",
        "(" + text("storage") + "N" + text("0") + text("cpu") + "K\1t",
        "(" + text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + "J\xff\xff\xff\xfft"}) {
    const Pickle pickle = read(id + "Q");
    CHECK(pickle[pickle.root].text == "a persistent id");
  }
}

TEST_CASE("tensors made of other things are refused") {
  const std::string reason =
      "a tensor is not made of a storage, an offset, a size and strides of at most 64 axes, none of them negative";
  for (const std::string& arguments :
       {"(" + storage + "t", "(" + storage + "N))\x89" + ordered + "t",
        "(" + storage + "J\xff\xff\xff\xff))\x89" + ordered + "t", "(" + storage + "K\1(K\2t)\x89" + ordered + "t",
        "(" + storage + "K\1(Nt(K\1t\x89" + ordered + "t",
        "(" + storage + "K\1(K\1t(J\xff\xff\xff\xfft\x89" + ordered + "t",
        "(" + storage + "K\1](K\1t\x89" + ordered + "t"})
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
  for (int i = 0; i <= 1 << 22; ++i) many += ']';
  CHECK(reason_of(many) == "it has more than 4194304 objects");
  CHECK(reason_of(std::string((1 << 22) + 1, '(')) == "it has more than 4194304 marks");
  std::string recalls = "Nq\1";
  for (int i = 0; i < 1 << 22; ++i) recalls += "h\1";
  CHECK(reason_of(recalls) == "more than 4194304 objects are on its stack");
  // What is the same wherever it stands is kept once.
  std::string nothings;
  for (int i = 0; i < 1000; ++i) nothings += "N0";
  CHECK(read(nothings + "N").objects.size() == 1);
  // Nested as deeply as it goes: nothing here recurses.
  std::string deep = "]";
  for (int i = 0; i < (1 << 20) - 1; ++i) deep += '\x85';
  CHECK(read(deep).objects.size() == 1 << 20);
}
