# SPDX-License-Identifier: MIT
# Of a page the API reference shows the words of links; the pages they lead to are not part of it.
s|\[\([^]]*\)\]([^)]*)|\1|g
