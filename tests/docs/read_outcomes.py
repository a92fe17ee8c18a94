# SPDX-License-Identifier: MIT
"""The outcome of each injection: python3 read_outcomes.py STORE"""
import collections
import sqlite3
import sys

def varints(data):
    value = shift = 0
    for byte in data:
        value |= (byte & 0x7f) << shift
        shift += 7
        if byte < 0x80:
            yield value
            value = shift = 0

def injections(store):
    """(fault, sample, outcome, faulty class or None) of each injection that is not masked."""
    names = ["sdc_0_5", "sdc_5_10", "sdc_10_20", "sdc_20", "due"]
    for first, faults, rows in store.execute("SELECT first, faults, rows FROM injections ORDER BY first"):
        numbers = varints(rows)
        for fault in range(first, first + faults):
            sample = 0
            for _ in range(next(numbers)):
                sample += next(numbers)
                code, run = divmod(next(numbers), 2)
                for _ in range(next(numbers) + 2 if run else 1):
                    yield (fault, sample, names[code], None) if code < 5 else (fault, sample, "sdc_critical", code - 5)
                    sample += 1

store = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
exposed = collections.Counter(sample for _, sample, outcome, _ in injections(store) if outcome == "sdc_critical")
sample, faults = exposed.most_common(1)[0]
print(f"{sum(exposed.values())} injections change the prediction; sample {sample} exposes {faults} faults, the most")
