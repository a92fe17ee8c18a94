#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The tables of docs/concepts/intervals.md, from what bench_interval_coverage and bench_over_samples print.

    bench_interval_coverage all.sqlite 1000 > all.md;  interval_tables.py all.md
    bench_over_samples all.sqlite 1000 > over.md;      interval_tables.py --over over.md
"""
import argparse
import re
from pathlib import Path

ALL_RATES = ["fully_masked", "SDC_1", "SDC_20", "facc"]
SMALL = "a third of each quantity"


def rows(path):
    for line in Path(path).read_text().splitlines():
        cells = [cell.strip().strip("*") for cell in line.strip().strip("|").split("|")]
        if len(cells) == 8 and re.match(r"\d+ %$", cells[1]):
            yield cells


def number(text):
    return f"{float(text):.2g}" if float(text) < 9.95 else f"{float(text):.0f}"


def pair(ours, field, width=""):
    """Coverage here / the field's, and how much wider ours is."""
    return f"**{float(ours):.0f}** / {number(field)}" + (f", {width}" if width and float(width) < 1000 else "")


def least(found, kind):
    here = [(float(c[4]), float(c[5])) for c in found if c[2].split()[0] == kind]
    return pair(min(h for h, _ in here), min(w for _, w in here)) if here else ""


def intervals(path):
    found = list(rows(path))
    for confidence in ["95 %", "99 %"]:
        of = [c for c in found if c[1] == confidence]
        ways = list(dict.fromkeys(c[0] for c in of if not c[0].startswith(SMALL)))
        print(f"\n**At {confidence}**\n\n| way, faults | " + " | ".join(f"{r}, all" for r in ALL_RATES) +
              " | least of any rate by target | by layer | by bit |\n|" + "---|" * 8)
        for way in ways:
            mine = [c for c in of if c[0] == way]
            cells = [pair(c[4], c[5], c[7]) for rate in ALL_RATES for c in mine if c[2] == "all (1)" and c[3] == rate]
            cells += [least(mine, kind) for kind in ["target", "layer", "bit"]]
            print(f"| {way} | " + " | ".join(cells) + " |")
    print(f"\n**{SMALL}**\n\n| rate | 95 % here / Wald | 99 % here / Wald |\n|---|---|---|")
    small = {(c[3], c[1]): pair(c[4], c[5], c[7]) for c in found
             if c[0].startswith(SMALL) and c[2].split()[0] == "quantity"}
    for rate in dict.fromkeys(rate for rate, _ in small):
        print(f"| {rate} | {small[rate, '95 %']} | {small[rate, '99 %']} |")


def over(path):
    found = list(rows(path))
    for confidence in ["95 %", "99 %"]:
        print(f"\n**At {confidence}**\n\n| way, faults | groups | over faults alone | over both | two-way variance | "
              "width to it there |\n|" + "---|" * 6)
        of = [c for c in found if c[1] == confidence and c[3] != "DUE"]
        for way, groups in dict.fromkeys((c[0], c[2]) for c in of):
            mine = [c for c in of if (c[0], c[2]) == (way, groups)]
            column = [min((c[i] for c in mine if c[i]), key=float, default="") for i in (4, 5, 6)]
            widths = sorted(float(c[7]) for c in mine if c[7])
            shown = f"{widths[0]:.2g} to {widths[-1]:.2g}" if widths else ""
            print(f"| {way} | {groups} | {column[0]} | **{column[1]}** | {column[2]} | {shown} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--over", action="store_true", help="of bench_over_samples")
    parser.add_argument("file")
    options = parser.parse_args()
    (over if options.over else intervals)(options.file)
