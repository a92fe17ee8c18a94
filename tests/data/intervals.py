# SPDX-License-Identifier: MIT
"""Expected intervals of tests/analysis/{betting,stratified_betting,hypergeometric}_test.cpp, with NumPy and SciPy.

Wealth is a sum of logarithms, bounds are found by Brent's method, and hypergeometric bounds by trying each number of
hits: nothing is computed the way the library does it. Prints the rows of the tests' tables.
"""
import numpy as np
from scipy.optimize import brentq
from scipy.stats import hypergeom

STAKE = 0.75
KEPT, OF_A_BET = 16384, 64  # draws that are bet on one by one; draws of a bet beyond these


def guesses(x):
    """u_i around which x_i counts as varying."""
    return (0.5 + np.cumsum(x)) / (np.arange(1, len(x) + 1) + 1)


def betting(x, confidence, population=None, fixed=True):
    n, a = len(x), 1 - confidence
    i = np.arange(1, n + 1)
    v = (0.25 + np.cumsum((x - guesses(x)) ** 2)) / (i + 1)
    v = np.concatenate(([0.25], v[:-1]))
    before = np.concatenate(([0.0], np.cumsum(x)[:-1]))
    if n > KEPT:  # the guess of a bet stands for all its draws
        guess = (0.5 + before) / i
        place = KEPT + (i[KEPT:] - 1 - KEPT) // OF_A_BET * OF_A_BET
        squares = np.concatenate(((x[:KEPT] - guesses(x)[1][:KEPT]) ** 2, (x[KEPT:] - guess[place]) ** 2))
        v = (0.25 + np.concatenate(([0.0], np.cumsum(squares)[:-1]))) / i
    bets = np.sqrt(2 * np.log(2 / a) / (v * (n if fixed else i * np.log1p(i))))
    if n > KEPT:
        l = np.minimum(bets[place], STAKE)
        cost = squares[KEPT:] * (-np.log1p(-l) - l)
        ends = np.append(np.arange(OF_A_BET, n - KEPT, OF_A_BET), n - KEPT) - 1

        def late(m, mirrored):  # how the wealth grew at most since the last draw of those that are kept
            e = np.full(n, m) if population is None else (population * m - before) / (population - i + 1)
            return np.cumsum((e[KEPT:] - x[KEPT:] if mirrored else x[KEPT:] - e[KEPT:]) * l - cost)[ends].max()

    def expected(m):
        return np.clip(np.full(n, m) if population is None else (population * m - before) / (population - i + 1), 0, 1)

    def against_doubt(growth, m, mirrored):
        wealth = np.cumsum(growth[:KEPT])
        greatest = max(0, wealth.max())
        return (max(greatest, wealth[-1] + late(m, mirrored)) if n > KEPT else greatest) - np.log(2 / a)

    def more(m):  # ln of the greatest wealth from betting on more than m, over 2/a
        e = expected(m)
        with np.errstate(divide="ignore"):
            return against_doubt(np.log1p(np.minimum(bets, STAKE / e) * (x - e)), m, False)

    def less(m):
        e = expected(m)
        with np.errstate(divide="ignore"):
            return against_doubt(np.log1p(-np.minimum(bets, STAKE / (1 - e)) * (x - e)), m, True)

    least, most = (0, 1) if population is None else (x.sum() / population, 1 - (n - x.sum()) / population)
    exact = dict(xtol=1e-16, rtol=1e-14)
    low = least if more(least) < 0 else most if more(most) >= 0 else brentq(more, least, most, **exact)
    high = most if less(most) < 0 else least if less(least) >= 0 else brentq(less, least, most, **exact)
    low, high = min(low, high), max(low, high)
    return min(low, x.mean()), max(high, x.mean())


def held_guesses(x, first):
    """u_i, made anew at the draws 1, 2, 3, 5, 9, 17, ... from those before."""
    before = np.concatenate(([0.0], np.cumsum(x)[:-1]))
    made = [0 if i == 0 else 1 << (i.bit_length() - 1) for i in range(len(x))]
    return np.array([(first + before[j]) / (j + 1) for j in made])


def stratified(strata, confidence):
    total, target = sum(n for n, _ in strata), np.log(2 / (1 - confidence))
    drawn, rows = np.zeros(0), []
    for size, x in strata:
        first = (0.5 + drawn.sum()) / (1 + len(drawn))
        drawn = np.concatenate((drawn, x))
        if 0 < len(x) < size:
            rows.append((size, x, held_guesses(x, first), 1 / (size - np.arange(len(x)))))
    bet_on = [size / total / (size * per).sum() for size, _, _, per in rows]  # l_h at c = 1
    greatest = 64 / max(bet_on)
    least = min(greatest, np.sqrt(8 * target / sum(len(r[1]) * b ** 2 for r, b in zip(rows, bet_on))))
    c = [greatest]
    while c[-1] > least:
        c.append(c[-1] * np.sqrt(0.5))
    c = np.array(c)
    parts = (1.0 + np.abs(np.arange(len(c)) - 12)) ** -1.5
    parts /= parts.sum()

    def edge(mirrored):
        logs = np.log(parts)
        for (size, x, u, per), b in zip(rows, bet_on):
            if mirrored:
                x, u = 1 - x, 1 - u
            before = np.concatenate(([0.0], np.cumsum(x)[:-1]))
            for k, l in enumerate(c * b):
                v = np.minimum(u, 0.9 / l)
                logs[k] += (np.log1p(l * (x - v)) + l * (v + before * per)).sum()  # m_hi = (N m - before) / left
        return brentq(lambda m: np.logaddexp.reduce(logs - c * m) - target, -3, 3, xtol=1e-15)

    whole = sum(x.sum() for n, x in strata if len(x) == n) / total
    low = whole + edge(False)
    high = whole + sum(size for size, *_ in rows) / total - edge(True)
    high += sum(n for n, x in strata if len(x) == 0) / total
    known, missing = drawn.sum() / total, (total - len(drawn)) / total
    told = [(n, x.mean()) for n, x in strata if len(x)]
    estimate = sum(n * m for n, m in told) / sum(n for n, _ in told)
    low, high = max(low, known), min(high, known + missing)
    return min(low, high, estimate), max(low, high, estimate)


def hypergeometric(hits, drawn, population, confidence):
    tail, all_hits = (1 - confidence) / 2, np.arange(hits, population - (drawn - hits) + 1)
    return (all_hits[hypergeom.sf(hits - 1, population, all_hits, drawn) > tail].min() / population,
            all_hits[hypergeom.cdf(hits, population, all_hits, drawn) > tail].max() / population)


def values(kind, n):
    i = np.arange(n, dtype=np.int64)
    return {"rare": np.where((i * i * 7 + i * 3) % 41 == 0, i * 13 % 540 / 540, 0.0),
            "usual": 525 / 540 - np.where((i * i * 7 + i * 3) % 23 == 0, i * 17 % 500 / 540, 0.0),
            "even": i * 7919 % 101 / 100,
            "none": np.zeros(n),
            "one": np.where(i == n // 2, 1.0, 0.0)}[kind]


def row(*cells):
    print("      {" + ", ".join(f'"{c}"' if isinstance(c, str) and c not in ("true", "false") else
                                c if isinstance(c, str) else repr(c) if isinstance(c, int) else repr(float(c))
                                for c in cells) + "},")


if __name__ == "__main__":
    for kind in ("rare", "usual", "even", "none", "one"):
        for n, confidence in ((20, 0.95), (500, 0.99)):
            for population in (None, n + 1, 1344):
                for fixed in (True, False):
                    row(kind, n, confidence, population or 0, "true" if fixed else "false",
                        *betting(values(kind, n), confidence, population, fixed))
    for kind in ("rare", "usual", "even", "none", "one"):
        for population, fixed in ((None, True), (None, False), (30000, True), (1000000, False)):
            row(kind, 20000, 0.95, population or 0, "true" if fixed else "false",
                *betting(values(kind, 20000), 0.95, population, fixed))
    all_strata = {"a": [(1344, values("rare", 30)), (75776, values("usual", 400)), (50, values("even", 50)),
                        (10, values("none", 0))],
                  "b": [(300, values("even", 299)), (1000, values("one", 100))],
                  "c": [(1000, values("none", 100))]}
    for confidence in (0.95, 0.99):
        for name, strata in all_strata.items():
            row(name, confidence, *stratified(strata, confidence))
    for hits, drawn, population in ((0, 20, 32), (1, 20, 32), (20, 20, 32), (7, 31, 32), (3, 100, 1344), (50, 100, 1344),
                                    (30, 500, 5000)):
        for confidence in (0.95, 0.99):
            row(hits, drawn, population, confidence, *hypergeometric(hits, drawn, population, confidence))
