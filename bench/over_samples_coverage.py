#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How often do intervals over faults and samples hold the rate of all faults on all inputs, and how wide are they?

Makes populations of 4,000 faults and 4,000 inputs, draws 200 and 100 of them again and again, and prints the shares of
draws in which the truth was in the interval over faults alone, in that over both (`over_samples_too`), and within
1.96 standard deviations of two-way variance; then the median width over that of the normal interval. A table of
docs/concepts/intervals.md. Needs NumPy and SciPy.
"""
import importlib.util
import pathlib

import numpy as np

PATH = pathlib.Path(__file__).resolve().parent.parent / "tests" / "data" / "intervals.py"
SPEC = importlib.util.spec_from_file_location("intervals", PATH)
INTERVALS = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(INTERVALS)
CONFIDENCE = 0.95


def measure(name, probability, population=4000, faults=200, samples=100, rounds=150):
    random = np.random.default_rng(5)
    chance = probability(random.random(population)[:, None], random.random(population)[None, :])
    truth = chance.mean()
    held, widths = np.zeros(3), []
    for _ in range(rounds):
        drawn = np.ix_(random.choice(population, faults, False), random.choice(population, samples, False))
        hits = (random.random((faults, samples)) < chance[drawn]).astype(float)
        rate = hits.mean()
        low, high = INTERVALS.betting(hits.mean(1), CONFIDENCE, population)
        below, above = INTERVALS.betting(random.permutation(hits.mean(0)), CONFIDENCE)
        least, most = max(0, rate - np.hypot(rate - low, rate - below)), min(1, rate + np.hypot(high - rate, above - rate))
        variance = hits.mean(1).var(ddof=1) / faults + hits.mean(0).var(ddof=1) / samples - hits.var(ddof=1) / hits.size
        normal = 1.96 * np.sqrt(max(variance, 1e-12))
        held += low <= truth <= high, least <= truth <= most, abs(rate - truth) <= normal
        widths.append((most - least) / (2 * normal))
    print(f"| {name} | {100 * truth:.2g} | " + " | ".join(f"{100 * h / rounds:.0f}" for h in held) +
          f" | {np.median(widths):.2g} |", flush=True)


if __name__ == "__main__":
    print("| what does the harm | truth % | over faults alone | over both | two-way variance | width |")
    print("|---|---|---|---|---|---|")
    measure("2 % of faults, on any input", lambda f, s: np.where(f < 0.02, 0.6 + 0 * s, 0))
    measure("5 % of faults, on 30 % of inputs", lambda f, s: np.where(f < 0.05, np.where(s < 0.3, 0.9, 0.05), 0))
    measure("many faults, on 2 % of inputs", lambda f, s: np.where(s < 0.02, 0.5 * f, 0) + 0.002 * (f < 0.1))
    measure("30 % of faults, on 20 % of inputs",
            lambda f, s: np.where(s < 0.2, 0.5 * (f < 0.3), 0.01 * (f < 0.1)))
    measure("`facc`, 3 % of inputs wrong", lambda f, s: np.where(s < 0.97, 1 - 0.9 * (f < 0.03), 0.1 * (f < 0.03)))
    measure("3 % of faults, on 5 % of inputs", lambda f, s: np.where((f < 0.03) & (s < 0.05), 0.9, 0))
