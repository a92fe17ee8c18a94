# SPDX-License-Identifier: MIT
"""Draws text from standard input as a terminal: python3 terminal_svg.py < session.txt > outcome_table.svg

Lines that start with "$ " are commands.
"""
import sys
from html import escape

SIZE = 13  # px
ADVANCE = 0.602 * SIZE  # of a character of the common monospaced fonts
LEADING = 18
MARGIN = 18
BAR = 30

lines = sys.stdin.read().rstrip("\n").split("\n")
width = round(2 * MARGIN + ADVANCE * max(map(len, lines)))
height = BAR + 2 * MARGIN + LEADING * len(lines) - (LEADING - SIZE)
print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
      f'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="{SIZE}">')
print(f'<rect width="{width}" height="{height}" rx="8" fill="#1b1f27"/>')
for x, colour in zip((20, 40, 60), ("#e5655e", "#e0b341", "#57ab5a")):
    print(f'<circle cx="{x}" cy="{BAR / 2 + 3:g}" r="6" fill="{colour}"/>')
for i, line in enumerate(lines):
    if not line.strip():
        continue
    colour = "#7ee787" if line.startswith("$ ") else "#8b949e" if line.startswith("  ") else "#d6dbe3"
    y = BAR + MARGIN + SIZE + LEADING * i
    print(f'<text x="{MARGIN}" y="{y}" fill="{colour}" textLength="{ADVANCE * len(line):.1f}" '
          f'xml:space="preserve">{escape(line)}</text>')
print("</svg>")
