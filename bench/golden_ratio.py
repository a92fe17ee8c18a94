# SPDX-License-Identifier: MIT
"""How many times as many golden samples a second as PyTorch, both on one core, in one run?

    golden_ratio.py --program BUILD/bench/bench_golden --weights W.npz --data D.npz [--subsample 2]

First finds PyTorch's best batch size and product on one thread, then runs the two in turn and prints each pair's ratio
and their median. Needs what baseline_pytorch.py needs.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

BASELINE = Path(__file__).with_name("baseline_pytorch.py")


def run_baseline(command, options, *more):
    """The figures of baseline_pytorch.py COMMAND, if it has any, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "figures.json"
        call = [sys.executable, BASELINE, command, "--weights", options.weights, "--data", options.data,
                "--subsample", options.subsample, "--json", out, *more]
        subprocess.run([str(part) for part in call], check=True, stdout=subprocess.DEVNULL)
        return json.loads(out.read_text()) if out.exists() else None


def best_baseline(options, *products_and_batches):
    """The fastest dense row of the baseline on one thread."""
    return run_baseline("golden", options, "--threads", 1, *products_and_batches)["best"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--subsample", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=5)
    options = parser.parse_args()

    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # this process and all it starts
    best = best_baseline(options, "--products", "blas", "onednn")
    print(f"baseline: {best['product']}, {best['update']}, batch {best['batch']}")
    ratios = []
    for _ in range(options.pairs):
        run = subprocess.run([options.program, options.weights, options.data], check=True, capture_output=True, text=True)
        ours = float(run.stdout.split()[0])
        theirs = best_baseline(options, "--products", best["product"], "--batches", best["batch"])["samples_per_second"]
        ratios.append(ours / theirs)
        print(f"ours {ours:10.0f}   PyTorch {theirs:10.0f}   ratio {ratios[-1]:.1f}")
    print(f"median ratio {statistics.median(ratios):.1f}")


if __name__ == "__main__":
    main()
