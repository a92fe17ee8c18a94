# SPDX-License-Identifier: MIT
"""How many times as many injections a second as PyTorch, both on all cores, in one run? Is the cost linear?

    campaign_ratio.py --program BUILD/examples/nmnist/nmnist --weights W.npz --data D.npz [--subsample 2]
    campaign_ratio.py --program BUILD/examples/shd/shd --network shd --faults count:2000 --weights W.npz --data D.npz
    campaign_ratio.py --program ... --backend cuda [--torch-device cuda]
    campaign_ratio.py --program ... --compare
    campaign_ratio.py --program ... --scaling

First finds PyTorch's best product, batch size and thread count for one process and for one a core, then runs the two
sides in turn and prints each pair's ratio and their median; in each pair the better of both ways counts. With a backend
other than cpu each pair also has a run on the processor, all cores, and prints how many times as fast the backend is. What counts
of the program is its time of injecting; preparing and storing stand apart. `--scaling` runs the program alone, over
decades of faults and of samples; `--compare` times nothing, but has both sides inject the same bit flips of weights and
counts the readouts that agree. Wants a quiet machine, and needs what baseline_pytorch.py needs.
"""
import argparse
import contextlib
import json
import math
import os
import re
import sqlite3
import statistics
import tempfile
from pathlib import Path

import child
from golden_ratio import run_baseline

COUNTS = re.compile(r"(\d+) injections \((\d+) faults x (\d+) samples\)")
TIMES = re.compile(r"preparing ([\d.]+) s, injecting [\d.]+ s \(([\d.e+]+) ?([kMG]?) injections/s\), storing ([\d.]+) s")
UNITS = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9}


def program(options, faults, samples, store, *more, backend=None):
    """One campaign by the compiled program."""
    choice = ["--faults", faults] if str(faults).endswith(".csv") else ["--method", faults]
    command = [options.program.resolve(), "run", "--weights", options.weights, "--data", options.data, *choice, "--store",
               store, *more]
    if samples:
        command += ["--samples", samples]
    if options.engine:
        command += ["--engine", options.engine]
    if (backend or options.backend) != "cpu":
        command += ["--backend", options.backend]
        if options.devices:
            command += ["--devices", options.devices]
    if options.threads:
        command += ["--threads", options.threads]
    return child.run(command).require_success()


def run_program(options, faults, samples, backend=None):
    """The figures of one campaign."""
    with tempfile.TemporaryDirectory() as folder:
        run = program(options, faults, samples, Path(folder) / "store.sqlite", backend=backend)
    counts, times = COUNTS.search(run.output), TIMES.search(run.output)
    if not counts or not times:
        raise SystemExit(f"not the summary of a campaign:\n{run.output}")
    injections, faults, samples = (int(part) for part in counts.groups())
    preparing, rate, unit, storing = times.groups()
    rate = float(rate) * UNITS[unit]  # three digits, where the seconds have two decimals
    return {"injections": injections, "faults": faults, "samples": samples, "injections_per_second": rate,
            "preparing": float(preparing), "injecting": injections / rate, "storing": float(storing), "wall": run.wall,
            "cpu": run.cpu, "peak_mib": run.peak, "output": run.output}


def spread(values, text="{:.3g}"):
    return f"{text} ({text} to {text})".format(statistics.median(values), min(values), max(values))


def print_summary(runs):
    for name in ("preparing", "injecting", "storing", "wall", "cpu"):
        print(f"{name:10} {spread([run[name] for run in runs])} s")
    print(f"{'memory':10} {spread([run['peak_mib'] for run in runs], '{:.0f}')} MiB at most")


def same_again(way):
    """Options of the baseline for one way of running its campaign."""
    return ("--products", way["product"], "--updates", way["update"], "--batches", way["batch"], "--threads",
            way["threads"], "--processes", way["processes"], "--repeat", 1)


def pairs(options):
    print("load of the machine before: {:.2f}".format(os.getloadavg()[0]))
    same = ["--network", options.network, "--device", options.torch_device] + ["--inexact"] * options.inexact
    ways = run_baseline("campaign", options, *same)["campaigns"]
    for way in ways:
        print("baseline: {product}, {update}, batch {batch}, {processes} processes x {threads} threads".format(**way))
    theirs, ours, processor = [], [], []
    for _ in range(options.pairs):
        campaigns = [run_baseline("campaign", options, *same, *same_again(way))["campaign"] for way in ways]
        theirs.append(max(campaigns, key=lambda campaign: campaign["injections_per_second"]))
        ours.append(run_program(options, options.faults, options.samples))
        rates = [side[-1]["injections_per_second"] for side in (ours, theirs)]
        print(f"ours {rates[0]:12.4g}   PyTorch {rates[1]:8.0f} injections/s ({theirs[-1]['processes']} processes)   "
              f"ratio {rates[0] / rates[1]:.4g}", flush=True)
        if options.backend != "cpu":
            processor.append(run_program(options, options.faults, options.samples, backend="cpu"))
            rate = processor[-1]["injections_per_second"]
            print(f"     on the processor {rate:12.4g} injections/s   {options.backend} to processor {rates[0] / rate:.4g}", flush=True)
    ratios = [our["injections_per_second"] / their["injections_per_second"] for our, their in zip(ours, theirs)]
    print(f"\n{ours[0]['output']}\n{ours[0]['faults']} faults x {ours[0]['samples']} samples, {len(ours)} pairs: median (range)")
    print(f"{'ours':10} {spread([run['injections_per_second'] for run in ours])} injections/s")
    print(f"{'PyTorch':10} {spread([run['injections_per_second'] for run in theirs])} injections/s")
    print(f"{'ratio':10} {spread(ratios)}")
    if processor:
        faster = [our["injections_per_second"] / run["injections_per_second"] for our, run in zip(ours, processor)]
        print(f"{'processor':10} {spread([run['injections_per_second'] for run in processor])} injections/s")
        print(f"{options.backend:10} {spread(faster)} times the processor")
    print_summary(ours)
    return {"baseline": theirs, "program": ours, "processor": processor, "ratios": ratios, "median_ratio": statistics.median(ratios)}


def series(options, varied, choices):
    """The program over growing campaigns; the power by which time grows between one row and the next is 1 if linear."""
    print(f"{'faults':>9} {'samples':>9} {'injections':>12} {'injecting':>11} {'an injection':>13} {'grows as':>16} "
          f"{'preparing':>9} {'storing':>9} {'memory':>9}")
    rows = []
    for faults, samples in choices:
        runs = [run_program(options, faults, samples) for _ in range(options.repeat)]
        row = statistics.median_low([(run["injecting"], index) for index, run in enumerate(runs)])
        rows.append({**runs[row[1]], "injecting_all": [run["injecting"] for run in runs]})
        row, power = rows[-1], ""
        if len(rows) > 1 and row[varied] != rows[-2][varied]:
            power = math.log(row["injecting"] / rows[-2]["injecting"]) / math.log(row[varied] / rows[-2][varied])
            power = f"{varied}^{power:.2f}"
        print(f"{row['faults']:9} {row['samples']:9} {row['injections']:12} {row['injecting']:9.4g} s "
              f"{1e9 * row['injecting'] / row['injections']:10.4g} ns {power:>16} {row['preparing']:7.2f} s "
              f"{row['storing']:7.2f} s {row['peak_mib']:5.0f} MiB", flush=True)
    return rows


def scaling(options):
    over_faults = series(options, "faults", [(faults, options.samples) for faults in options.fault_steps])
    print()
    over_samples = series(options, "samples", [(options.scaling_faults, samples) for samples in options.sample_steps])
    return {"over_faults": over_faults, "over_samples": over_samples}


def compare(options):
    """Share of readouts, golden and faulty, on which the program and each product of the baseline agree."""
    import numpy as np  # here, as the memory of this process would count as the program's

    with tempfile.TemporaryDirectory() as folder:
        theirs, store, scores = (Path(folder) / name for name in ("theirs.npz", "store.sqlite", "scores.npy"))
        run_baseline("readouts", options, "--network", options.network, "--faults", options.compare, "--out", theirs)
        program(options, theirs.with_suffix(".csv"), None, store, "--scores", scores)
        with contextlib.closing(sqlite3.connect(store)) as connection:
            golden = connection.execute("SELECT readout FROM golden ORDER BY sample").fetchall()
        ours = np.concatenate([np.stack([np.frombuffer(row, "<f4") for row, in golden])[None], np.load(scores)])
        figures = {}
        for product, rows in np.load(theirs).items():
            equal = np.isclose(rows, ours, rtol=1e-4, atol=1e-6, equal_nan=True).all(2)  # (fault, sample)
            figures[product] = {"golden": equal[0].mean(), "faulty": equal[1:].mean()}
            print("{}: {} of {} golden readouts equal, {} of {} faulty ones ({:.3f} %)".format(
                product, equal[0].sum(), equal[0].size, equal[1:].sum(), equal[1:].size, 100 * equal[1:].mean()))
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True, help="a compiled campaign")
    parser.add_argument("--network", choices=("nmnist", "shd", "gesture"), default="nmnist", help="baseline: what to rerun")
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help=".npz with frames x and, if known, labels y")
    parser.add_argument("--subsample", type=int, default=1, help="baseline: keep every k-th pixel of both axes")
    parser.add_argument("--faults", default="exhaustive", help="exhaustive, count:N, network-wise or LIST.csv")
    parser.add_argument("--samples", type=int, help="samples a fault of the program (default: all of the data)")
    parser.add_argument("--engine", help="the program's --engine (default: the program's default)")
    parser.add_argument("--threads", type=int, help="the program's --threads (default: all cores)")
    parser.add_argument("--backend", default="cpu", help="the program's --backend (default: cpu)")
    parser.add_argument("--devices", help="the program's --devices (default: the program's default)")
    parser.add_argument("--torch-device", default="cpu", help="where PyTorch runs: cpu or cuda (default: cpu)")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--inexact", action="store_true",
                        help="baseline: count products too that treat Inf or NaN in another way")
    parser.add_argument("--compare", type=int, nargs="?", const=200, metavar="FAULTS",
                        help="only compare readouts under so many bit flips of weights (default 200)")
    parser.add_argument("--scaling", action="store_true", help="only the program, over growing campaigns")
    parser.add_argument("--fault-steps", nargs="+", default=["count:400", "count:4000", "count:40000", "exhaustive"])
    parser.add_argument("--sample-steps", nargs="+", type=int, default=[16, 160, 1600, 10000])
    parser.add_argument("--scaling-faults", default="count:4000", help="faults while samples grow")
    parser.add_argument("--repeat", type=int, default=3, help="scaling: runs of each size, of which the median counts")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    figures = (compare if options.compare else scaling if options.scaling else pairs)(options)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
