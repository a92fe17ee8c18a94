# SPDX-License-Identifier: MIT
# What the API reference reads of a header. A heading of a docstring begins a paragraph; the words behind a member are
# its docstring; sentences for clang-tidy are left out.
s|^\( *///\) \*\*\([A-Z][a-z]*\)\*\* |\1 @heading{\2} |
s|^\( *///\) \*\*\([A-Z][a-z]*\)\*\*$|\1 @heading{\2}|
s|// NOLINT.*$||
s|^\(  [^ /].*[;,}]\)  *// \([^ ].*\)$|\1  ///< \2|
