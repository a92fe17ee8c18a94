# SPDX-License-Identifier: MIT
"""The tutorial's look into a store: python3 read_store.py STORE"""
import sqlite3
import sys

store = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
for bit, faults, critical in store.execute("""
        SELECT bit, count(*), 100.0 * sum(sdc_critical) / sum(samples)
        FROM results WHERE target = 'weight' GROUP BY bit ORDER BY 3 DESC LIMIT 5"""):
    print(f"bit {bit}: {faults} faults, {critical:.2f} % change the prediction")
