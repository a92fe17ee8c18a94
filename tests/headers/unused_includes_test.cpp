// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <cctype>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;

/// A header as far as its includes are concerned.
struct Header {
  std::set<std::string> declared;  // names at the scope of a namespace, macros, values of enumerations
  std::set<std::string> used;      // all identifiers
  std::vector<std::string> includes;
};

bool is_word(const std::string& token) {
  return !token.empty() && (std::isalpha(static_cast<unsigned char>(token[0])) || token[0] == '_');
}

/// Identifiers, numbers and single characters, without comments and without what stands in quotes.
std::vector<std::string> tokens_of(const std::string& text) {
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (text.compare(i, 2, "//") == 0) {
      i = std::min(text.find('\n', i), text.size());
    } else if (text.compare(i, 2, "/*") == 0) {
      i = text.find("*/", i) + 2;
    } else if (c == '"' || (c == '\'' && !(i > 0 && std::isalnum(static_cast<unsigned char>(text[i - 1]))))) {
      for (++i; text.at(i) != c; ++i) i += text[i] == '\\';
      ++i;
    } else if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') {
      const std::size_t begin = i;
      while (i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) || text[i] == '_')) ++i;
      tokens.push_back(text.substr(begin, i - begin));
    } else {
      if (!std::isspace(static_cast<unsigned char>(c))) tokens.emplace_back(1, c);
      ++i;
    }
  }
  return tokens;
}

bool begins_namespace(const std::vector<std::string>& statement) {
  for (const std::string& token : statement)
    if (token != "inline" && token != "extern") return token == "namespace" || token == "C";
  return !statement.empty() && statement.front() == "extern";
}

/// Adds the names that a statement at the scope of a namespace may declare: rather one too many.
void add_declared(const std::vector<std::string>& statement, std::set<std::string>& names) {
  static const std::set<std::string> kinds{"class", "struct", "union", "enum", "concept", "using"};
  static const std::set<std::string> no_names{"requires", "decltype", "noexcept", "alignas", "operator", "typename"};
  for (std::size_t i = 0; i + 1 < statement.size(); ++i)
    if (kinds.contains(statement[i]) && is_word(statement[i + 1])) names.insert(statement[i + 1]);
  for (std::size_t i = 1; i < statement.size(); ++i)
    if ((statement[i] == "(" || statement[i] == "=" || statement[i] == "[") && is_word(statement[i - 1]) &&
        !no_names.contains(statement[i - 1])) {
      names.insert(statement[i - 1]);
      if (statement[i] == "(") break;
    }
  if (!statement.empty() && is_word(statement.back())) names.insert(statement.back());
}

Header header_of(const std::string& text) {
  Header header;
  std::string code;  // without preprocessor lines
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find_first_not_of(' ');
    if (first == std::string::npos || line[first] != '#') {
      code += line + '\n';
      continue;
    }
    std::istringstream words(line.substr(first + 1));
    std::string directive, word;
    words >> directive >> word;
    if (directive == "define") header.declared.insert(word.substr(0, word.find('(')));
    if (directive == "include" && word.starts_with("<spikingjet/"))
      header.includes.push_back(word.substr(12, word.size() - 13));
    if (directive != "include")
      for (const std::string& token : tokens_of(line.substr(first + 1 + directive.size()))) header.used.insert(token);
    while (!line.empty() && line.back() == '\\' && std::getline(lines, line)) code += line + '\n';
  }
  const std::vector<std::string> tokens = tokens_of(code);
  for (const std::string& token : tokens)
    if (is_word(token)) header.used.insert(token);
  std::vector<std::string> statement;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string& token = tokens[i];
    if (token == "{" && !begins_namespace(statement)) {
      add_declared(statement, header.declared);
      const bool is_enum = !statement.empty() && statement.front() == "enum";
      int depth = 1;
      for (++i; i < tokens.size() && depth > 0; ++i) {
        depth += tokens[i] == "{";
        depth -= tokens[i] == "}";
        if (is_enum && is_word(tokens[i]) && (tokens[i - 1] == "{" || tokens[i - 1] == ","))
          header.declared.insert(tokens[i]);
      }
      --i;
      statement.clear();
    } else if (token == ";" || token == "{" || token == "}") {
      if (token == ";") add_declared(statement, header.declared);
      statement.clear();
    } else {
      statement.push_back(token);
    }
  }
  return header;
}

/// Includes that name nothing which the header uses. A header that declares nothing hands its includes on; the two that
/// are there for what they refuse need no reason, nor does the one that mends an operator of another library.
std::vector<std::string> unused_includes(const std::map<std::string, Header>& headers, const std::string& path) {
  std::vector<std::string> unused;
  const Header& header = headers.at(path);
  if (header.declared.empty()) return unused;
  for (const std::string& include : header.includes) {
    static const std::set<std::string> nameless{"core/config.hpp", "core/equal_bits.hpp", "core/lanes/division.hpp"};
    if (nameless.contains(include)) continue;
    const auto found = headers.find(include);
    if (found == headers.end()) throw std::runtime_error(path + " includes " + include + ", which there is not");
    std::set<std::string> names = found->second.declared;
    if (names.empty())  // it hands on
      for (const std::string& part : found->second.includes)
        names.insert(headers.at(part).declared.begin(), headers.at(part).declared.end());
    bool is_used = false;
    for (const std::string& name : names) is_used = is_used || header.used.contains(name);
    if (!is_used) unused.push_back(include);
  }
  return unused;
}

}  // namespace

TEST_CASE("declared names and uses of a header are found") {
  const Header header = header_of(R"(
// SPDX-License-Identifier: MIT
#pragma once
#include <spikingjet/core/bits.hpp>
#include <vector>
#define MARK(x) x
namespace a::detail {
/// not a Comment
template <class T>
  requires(sizeof(T) > 1)
struct Shape : Base<T> { int member = 1'000; void method(); };
enum class Kind { first, second = 2 };
inline constexpr std::array<Rate, 8> table{{ {"text"}, {'"'} }};
template <class T> concept Format = requires(T t) { t.x(); };
using Alias = std::vector<int>;
inline int function(int argument) { return other(argument); }
extern int variable;
}
)");
  for (const char* name :
       {"MARK", "Shape", "Kind", "first", "second", "table", "Format", "Alias", "function", "variable"})
    CHECK(header.declared.contains(name));
  for (const char* name : {"member", "method", "argument", "other", "text", "Comment", "x"})
    CHECK_FALSE(header.declared.contains(name));
  for (const char* name : {"Base", "other", "Rate", "method"}) CHECK(header.used.contains(name));
  CHECK_FALSE(header.used.contains("Comment"));
  CHECK(header.includes == std::vector<std::string>{"core/bits.hpp"});
}

TEST_CASE("an include of which nothing is used is found") {
  std::map<std::string, Header> headers;
  headers["core/a.hpp"] = header_of("namespace s {\nstruct A {};\n}\n");
  headers["core/b.hpp"] = header_of("#include <spikingjet/core/a.hpp>\n");
  headers["core/c.hpp"] = header_of("#include <spikingjet/core/a.hpp>\nnamespace s {\nint c(A a);\n}\n");
  headers["core/d.hpp"] = header_of("#include <spikingjet/core/a.hpp>\nnamespace s {\nint d(B);  // A\n}\n");
  headers["core/e.hpp"] = header_of("#include <spikingjet/core/b.hpp>\nnamespace s {\nint e(A);\n}\n");
  headers["core/f.hpp"] = header_of("#include <spikingjet/core/b.hpp>\nnamespace s {\nint f(B);\n}\n");
  CHECK(unused_includes(headers, "core/b.hpp").empty());
  CHECK(unused_includes(headers, "core/c.hpp").empty());
  CHECK(unused_includes(headers, "core/d.hpp") == std::vector<std::string>{"core/a.hpp"});
  CHECK(unused_includes(headers, "core/e.hpp").empty());
  CHECK(unused_includes(headers, "core/f.hpp") == std::vector<std::string>{"core/b.hpp"});
}

TEST_CASE("no header includes another of ours for nothing") {
  const fs::path folder = fs::path(SPIKINGJET_SOURCE_DIR) / "include" / "spikingjet";
  std::map<std::string, Header> headers;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path());
    std::ostringstream text;
    text << file.rdbuf();
    headers[fs::relative(entry.path(), folder).generic_string()] = header_of(text.str());
  }
  REQUIRE(headers.size() > 100);
  for (const auto& [path, header] : headers)
    for (const std::string& include : unused_includes(headers, path)) {
      CAPTURE(path, include);
      CHECK(include.empty());
    }
}
