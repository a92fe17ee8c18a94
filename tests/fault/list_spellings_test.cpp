// SPDX-License-Identifier: MIT
// Fault lists as people's tools write them: each must give the very faults of the plain list.
#include <spikingjet/fault/fault_file.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace sj = spikingjet;

namespace {

using Net = sj::Network<sj::Input<64>, sj::Dense<"fc1", 20>, sj::Leaky<"lif1">, sj::Dense<"fc2", 10>, sj::Leaky<"lif2">,
                        sj::SpikeCountReadout>;

std::vector<std::string> warnings;

sj::FaultList read(const std::string& text) {
  warnings.clear();
  std::istringstream in(text);
  return sj::read_fault_list(in, "list.csv", Net::quantities, {},
                             [](const std::string& told) { warnings.push_back(told); });
}

/// What a list comes to, in the project's own words.
std::string faults_of(const std::string& text) {
  std::ostringstream out;
  try {
    sj::write_fault_list(out, read(text), Net::quantities);
  } catch (const sj::Error& refusal) {
    return refusal.what();
  }
  return out.str();
}

const std::string plain =
    "Injection,Layer,TensorIndex,Bit,Fault,Begin,End\r\n"
    "0,fc1.weight,\"(3, 17)\",30,bitflip,,\r\n"
    "1,fc1.bias,\"(5,)\",31,bitflip,,\r\n"
    "2,lif1.spike,\"(5,)\",23,bitflip,,\r\n";

void same(const std::string& text, const std::string& expected = plain) {
  CAPTURE(text);
  CHECK(faults_of(text) == expected);
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

std::string utf16(std::string_view text, bool big_endian) {
  std::string wide;
  for (const char c : text) {
    if (big_endian) wide += '\0';
    wide += c;
    if (!big_endian) wide += '\0';
  }
  return wide;
}

/// The sentence that refuses a list, behind its name.
void refused(const std::string& text, const std::string& sentence) {
  CAPTURE(text.substr(0, 200));
  std::string found = faults_of(text);
  CHECK(found.size() < 1000);
  for (const char c : found) CHECK((c >= ' ' && c <= '~'));
  CHECK(found.substr(0, found.size()) == "spikingjet: list.csv, line " + sentence);
}

const std::string header = "Injection,Layer,TensorIndex,Bit\n";

}  // namespace

TEST_CASE("indices are read as Python, NumPy, PyTorch, JAX and spreadsheets write them") {
  for (const auto& [two, one] : std::vector<std::pair<std::string, std::string>>{
           {"(3, 17)", "(5,)"},
           {"(np.int64(3), np.int64(17))", "(np.int64(5),)"},
           {"[np.uint8(3), numpy.intp(17)]", "np.int32(5)"},
           {"[3, 17]", "[5]"},
           {"[3 17]", "[5]"},
           {"[ 3  17]", "[ 5]"},
           {"[3\n 17]", "5"},
           {"(3 17)", "(5)"},
           {"3, 17", "5"},
           {"(3,17)", "(5 ,)"},
           {"(3, 17,)", "[5,]"},
           {"(tensor(3), tensor(17))", "(tensor(5),)"},
           {"tensor([3, 17])", "tensor(5)"},
           {"torch.tensor([3, 17], dtype=torch.int32)", "torch.tensor(5)"},
           {"(tensor(3, device='cuda:0'), tensor(17, device='cuda:0'))", "tensor([5])"},
           {"torch.Size([3, 17])", "torch.Size([5])"},
           {"array([3, 17])", "array(5)"},
           {"np.array([[3, 17]])", "(array([5]),)"},
           {"(array([3]), array([17]))", "array([5], dtype=int32)"},
           {"Array([3, 17], dtype=int32)", "Array(5, dtype=int32, weak_type=True)"},
           {"(3.0, 17.0)", "5.0"},
           {"[3., 17.]", "[5.]"},
           {"(tensor(3.), tensor(17.))", "(np.float64(5.0),)"},
           {"(3.000000e+00, 1.700000e+01)", "5e0"},
           {"(+3, 017)", "(+5,)"},
           {"((3, 17))", "((5,))"},
           {"'(3, 17)'", "'(5,)'"},
           {"(3; 17)", "(5;)"}}) {
    same(header + "0,fc1.weight,\"" + two + "\",30\n1,fc1.bias,\"" + one + "\",31\n2,lif1.spike,\"" + one + "\",23\n");
    CHECK(warnings.empty());
  }
}

TEST_CASE("an index without quotes is put together again where it is the only way to read the line") {
  same("Injection,Layer,TensorIndex,Bit\n0,fc1.weight,(3, 17),30\n1,fc1.bias,(5,),31\n2,lif1.spike,[5],23\n");
  same(
      "TensorIndex,Bit,Layer,Injection,\n(np.int64(3), "
      "np.int64(17)),30,fc1.weight,0,\n(5,),31,fc1.bias,1,\n(5),23,lif1.spike,2,\n,,,,\n");
  same("Injection,Layer,TensorIndex,Bit\n0,fc1.weight,(3\\, 17),30\n1,fc1.bias,(5\\,),31\n2,lif1.spike,'(5,)',23\n");
  same("Layer TensorIndex Bit\nfc1.weight (3, 17) 30\nfc1.bias (5,) 31\nlif1.spike [5] 23\n");
  refused(header + "0,fc1.weight,(3, 17,30\n",
          "2: it has 5 fields, the header 4; a TensorIndex needs quotes, as in \"(3, 17)\"");
}

TEST_CASE("bits, steps, seeds and numbers may be floats, scalars of libraries, or missing as libraries write it") {
  for (const std::string bit :
       {"30", "30.0", "30.", "3e1", "np.int64(30)", "tensor(30)", "[30]", " 30 ", "+30", "'30'"}) {
    CAPTURE(bit);
    CHECK(faults_of(header + "0.0,fc1.weight,\"(3, 17)\"," + bit + "\n").find(",30,bitflip,,") != std::string::npos);
  }
  CHECK(faults_of("Injection;Layer;TensorIndex;Bit\n0;fc1.weight;(3, 17);30,0\n").find(",30,bitflip,,") !=
        std::string::npos);
  for (const std::string none : {"", "nan", "NaN", "None", "<NA>", "NA", "null", "NULL"}) {
    CAPTURE(none);
    CHECK(faults_of("Injection,Layer,TensorIndex,Bit,Fault,Begin,End,Duty,Seed\n0,lif1.spike,(5),30.0," + none + "," +
                    none + "," + none + "," + none + "," + none + "\n1,lif1.spike,(5)," + none +
                    ",dead,4.0,8.0,0.5,7.0\n") ==
          "Injection,Layer,TensorIndex,Bit,Fault,Begin,End,Duty,Seed\r\n0,lif1.spike,\"(5,)\",30,bitflip,,,,\r\n"
          "1,lif1.spike,\"(5,)\",,dead,4,8,0.5,7\r\n");
  }
  for (const std::string type : {"bitflip", "BitFlip", "bit_flip", "Bit-Flip", "BIT FLIP"}) {
    CAPTURE(type);
    CHECK(faults_of("Layer,TensorIndex,Bit,Fault\nfc1.weight,\"(3, 17)\",30," + type + "\n").find(",30,bitflip,,") !=
          std::string::npos);
  }
}

TEST_CASE("columns stand in any order, in other spellings, beside an index and others, which are named once") {
  const std::string rows = ",\"(3, 17)\",30\n", more = ",\"(5,)\",31\n", last = ",\"(5,)\",23\n";
  for (const std::string names : {"injection,layer,tensor_index,bit", "INJECTION,LAYER,TENSORINDEX,BIT",
                                  " Injection , Layer , Tensor Index , Bit", "'Injection','Layer','TensorIndex','Bit'",
                                  "Injection,Layer,Tensor-Index,Bit"})
    same(names + "\n0,fc1.weight" + rows + "1,fc1.bias" + more + "2,lif1.spike" + last);
  same("Bit,Layer,TensorIndex\n30,fc1.weight,\"(3, 17)\"\n31,fc1.bias,\"(5,)\"\n23,lif1.spike,\"(5,)\"\n");
  for (const std::string index : {"", "\"\"", "Unnamed: 0"}) {  // pandas, R, pandas once more
    same(index + ",Injection,Layer,TensorIndex,Bit\n0,0,fc1.weight" + rows + "1,1,fc1.bias" + more + "2,2,lif1.spike" +
         last);
    CHECK(warnings.empty());
  }
  same(
      "Injection,Layer,TensorIndex,Bit,,\n0,fc1.weight,\"(3, "
      "17)\",30,,\n1,fc1.bias,\"(5,)\",31,,\n2,lif1.spike,\"(5,)\",23,,,,\n,,,,,\n");
  CHECK(warnings.empty());
  same(
      "Injection,Golden,Layer,TensorIndex,Bit,Faulty \x1b[2J\n0,\"a, b\",fc1.weight,\"(3, "
      "17)\",30,1\n1,,fc1.bias,\"(5,)\",31,1\n"
      "2,,lif1.spike,\"(5,)\",23,1\n");
  CHECK(warnings == std::vector<std::string>{
                        "spikingjet: list.csv: its columns 'Golden' and 'Faulty ?[2J' are not used; faults are "
                        "told by the others"});
}

TEST_CASE("separators, encodings and line ends are told from the file") {
  const std::string quoted = header + "0,fc1.weight,\"(3, 17)\",30\n1,fc1.bias,\"(5,)\",31\n2,lif1.spike,\"(5,)\",23\n";
  const std::string semicolons =
      "Injection;Layer;TensorIndex;Bit\n0;fc1.weight;(3, 17);30\n1;fc1.bias;(5,);31\n2;lif1.spike;(5,);23\n";
  for (const std::string& text : std::vector<std::string>{
           quoted, semicolons, replaced(semicolons, ";", "\t"), replaced(semicolons, ";", "|"),
           "Injection Layer TensorIndex Bit\n0 fc1.weight \"(3, 17)\" 30\n1 fc1.bias (5,) 31\n2 lif1.spike (5,) 23\n",
           "sep=;\n" + semicolons,
           "Injection, Layer, TensorIndex, Bit\n0, fc1.weight, \"(3, 17)\", 30\n1, "
           "fc1.bias, \"(5,)\", 31\n2, lif1.spike, \"(5,)\", 23\n"})
    for (const std::string end : {"\n", "\r\n", "\r"}) {
      const std::string lines = replaced(text, "\n", end);
      same(lines);
      same(lines.substr(0, lines.size() - end.size()));
      same("\xef\xbb\xbf" + lines);
      same("\xff\xfe" + utf16(lines, false));
      same("\xfe\xff" + utf16(lines, true));
      same(utf16(lines, false));
      same(utf16(lines, true));
    }
  same("# by hand\n\n" + replaced(quoted, "\n", "\n # \"a, b\n\n,,,\n"));
  // lists one behind the other, each with its mark and header
  same("\xef\xbb\xbf" + header + "0,fc1.weight,\"(3, 17)\",30\n\xef\xbb\xbf" + header +
       "1,fc1.bias,\"(5,)\",31\n2,lif1.spike,\"(5,)\",23\n");
  // characters beyond ASCII in what is not used
  same("\xff\xfe" + utf16("Injection,Layer,TensorIndex,Bit,", false) + "\x3d\xd8\x00\xde" +
       utf16("\n0,fc1.weight,\"(3, 17)\",30,", false) + "\xe9\x01" +
       utf16("\n1,fc1.bias,5,31,\n2,lif1.spike,5,23,\n", false).substr(0, 200));
}

TEST_CASE("a text longer than what is read at once is read alike in all encodings") {
  std::string text = header;
  for (int i = 0; i < 20000; ++i)
    text += std::to_string(i) + ",fc1.weight,\"(" + std::to_string(i % 20) + ", " + std::to_string(i / 20 % 64) +
            ")\",3\r\n";
  const std::string expected = faults_of(text);
  CHECK(std::count(expected.begin(), expected.end(), '\n') == 20001);
  CHECK(faults_of(utf16(text, false)) == expected);
  CHECK(faults_of(utf16(text, true)) == expected);
  CHECK(faults_of("\xef\xbb\xbf" + text) == expected);
  CHECK(faults_of(replaced(text, "\r\n", "\r")) == expected);
}

TEST_CASE("a module's name stands for its weight, behind the prefixes of wrappers, and this is told once") {
  for (const std::string prefix : {"", "module.", "_orig_mod.", "_orig_mod.module.", "model.", "net."}) {
    same(header + "0," + prefix + "fc1,\"(3, 17)\",30\n1," + prefix + "fc1.bias,5,31\n2," + prefix +
         "lif1.spike,5,23\n");
    CHECK(warnings == std::vector<std::string>{
                          "spikingjet: list.csv: names of modules are read as their weights: 'fc1' as fc1.weight"});
  }
  refused(header + "0,lif1,(5),3\n",
          "2: 'lif1' is a layer without a weight; write which of its quantities is meant: lif1.beta, lif1.threshold, "
          "lif1.potential, lif1.spike");
  refused(header + "0,other.fc1.weight,(5),3\n",
          "2: the network has no 'other.fc1.weight'; it has fc1.weight, fc1.bias, lif1.beta, lif1.threshold, "
          "lif1.potential, "
          "lif1.spike, fc2.weight, fc2.bias, lif2.beta, lif2.threshold, lif2.potential, lif2.spike");
}

TEST_CASE("an index that counts from the end is refused with what to write") {
  refused(header + "0,fc1.weight,\"(-1, 17)\",3\n",
          "2: TensorIndex '(-1, 17)' counts from the end, as Python does; indices of a fault list count from 0: for "
          "the shape "
          "(20, 64) of fc1.weight write (19, 17)");
  refused(header + "0,fc1.bias,np.int64(-20),3\n",
          "2: TensorIndex 'np.int64(-20)' counts from the end, as Python does; indices of a fault list count from 0: "
          "for the "
          "shape (20,) of fc1.bias write (0,)");
  refused(header + "0,fc1.bias,-21,3\n",
          "2: TensorIndex '-21' is no element of fc1.bias, whose shape is (20,); allowed are indices from 0 to (19,)");
}

TEST_CASE("equal numbers of injections are told once, with their lines") {
  read(header + "0,fc1.bias,1,3\n1,fc1.bias,2,3\n\n0,fc1.bias,3,3\n1,fc1.bias,4,3\n0,fc1.bias,5,3\n");
  CHECK(warnings == std::vector<std::string>{
                        "spikingjet: list.csv: 3 of its faults have the 'Injection' of an earlier one (line 5 that "
                        "of line 2 first); they are not injected together: each line is a fault of its own"});
  read(header + "7,fc1.bias,1,3\n3,fc1.bias,2,3\n9,fc1.bias,3,3\n");
  CHECK(warnings.empty());
}

TEST_CASE("what is no list, or has no end, is refused with what it is") {
  refused("PK\x03\x04.....", "1: it is a zip archive, as .xlsx and .npz are; save the list as CSV");
  refused("\x1f\x8b\x08", "1: it is compressed by gzip; unpack it first");
  refused("SQLite format 3\1", "1: it is an SQLite file, as a store is; 'export' writes the fault list of a store");
  refused("{\"faults\": []}", "1: it looks like JSON; write the list as CSV");
  refused(std::string(100, '\0'), "1: it holds a NUL byte, so it is no text");
  refused(header + "0,fc1.bias,1,3\n1,fc1" + std::string(1, '\0') + ",1,3\n",
          "3: it holds a NUL byte, so it is no text");
  refused("\xff\xfex", "1: it ends within a character of UTF-16; it is cut short");
  refused("\xff\xfe" + utf16(header, false) + "x", "2: it ends within a character of UTF-16; it is cut short");
  refused(header + std::string(3 << 20, 'x'), "2: the line is longer than 1 MiB; a fault takes some 40 characters");
  refused(header + std::string(100000, ','), "3: the list holds no fault; after the header each line is one fault");
  refused(header + "0" + std::string(100000, ','), "2: it has more than 1024 fields");
  refused(header + "0,fc1.weight,\"(3, 17),30\n" + replaced(std::string(1000, 'x'), "x", "1,fc1.bias,1,3\n"),
          "2: a quoted field is not closed or is followed by text; write it as \"(3, 17)\"");
  refused(header + std::string(3 << 20, '\n'),
          "1048577: a million lines without a fault; the list does not end, or is none");
  refused(header + "0,fc1\x1b[2J\nspikingjet: a second sentence,1,3\n",
          "2: it has 2 fields, the header 4; a TensorIndex needs quotes, as in \"(3, 17)\"");
  refused(header + "0,\"fc1\x1b[2J\nspikingjet: a second sentence" + std::string(1000, 'y') + "\",1,3\n",
          "2: the network has no 'fc1?[2J?spikingjet: a second sentence" + std::string(23, 'y') +
              "...'; it has fc1.weight, fc1.bias, lif1.beta, lif1.threshold, lif1.potential, lif1.spike, fc2.weight, "
              "fc2.bias, "
              "lif2.beta, lif2.threshold, lif2.potential, lif2.spike");
}
