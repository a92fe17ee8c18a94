# SPDX-License-Identifier: MIT
"""Which registers and spills do the kernels of a .cu file take, and how long does it take to compile?

    gpu_registers.py examples/digits/digits.cu [--nvcc nvcc] [--architectures 80,90] [--all]

Compiles the file once for each architecture with 'ptxas -v' and prints a table: the work items of this library one by
one, Thrust's own kernels as one row. Needs nvcc and c++filt, no GPU.
"""
import argparse
import re
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ["-std=c++20", "-O3", "--fmad=false", "--expt-relaxed-constexpr", "-Xcompiler=-ffp-contract=off", "-DNDEBUG"]
KERNEL = re.compile(r"Compiling entry function '([^']+)' for 'sm_\d+'.*?\n.*?\n\s*(\d+) bytes stack frame, (\d+) bytes spill stores, "
                    r"(\d+) bytes spill loads\n.*?Used (\d+) registers", re.S)


def demangled(names):
    return subprocess.run(["c++filt"], input="\n".join(names), capture_output=True, text=True, check=True).stdout.split("\n")


def work_item(name):
    """The work item of a kernel, without namespaces; None for Thrust's own."""
    if "spikingjet::" not in name or "op_wrapper_t<long, " not in name:
        return None
    name = re.sub(r".*op_wrapper_t<long, ", "", name)
    name = re.sub(r", (thrust::\w+::)?counting_iterator<.*", "", name)
    name = name.replace("spikingjet::", "").replace("detail::", "").replace("CudaDevice", "")
    name = re.sub(r"\((Reset|LeakyOrder)\)", "", name)
    name = re.sub(r"Model<0, true(, 0)?>", "Model<>", name)
    return name.replace("unsigned long", "u64").replace("unsigned int", "u32").strip()


def compile_for(options, architecture):
    with tempfile.TemporaryDirectory() as folder:
        command = [options.nvcc, *OPTIONS, "-Xptxas=-v", f"-gencode=arch=compute_{architecture},code=sm_{architecture}",
                   f"-I{ROOT / 'include'}", "-c", options.source, "-o", Path(folder) / "code.o"]
        start = time.monotonic()
        run = subprocess.run(command, capture_output=True, text=True)
        seconds = time.monotonic() - start
    if run.returncode != 0:
        raise SystemExit(run.stdout + run.stderr)
    return KERNEL.findall(run.stdout + run.stderr), seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--nvcc", default="nvcc")
    parser.add_argument("--architectures", default="80,90")
    parser.add_argument("--all", action="store_true", help="also work items of at most 32 registers without spills")
    options = parser.parse_args()

    rows = {}  # work item -> architecture -> (registers, stack, stores, loads)
    architectures = options.architectures.split(",")
    for architecture in architectures:
        kernels, seconds = compile_for(options, architecture)
        print(f"sm_{architecture}: {len(kernels)} kernels in {seconds:.0f} s")
        for (_, stack, stores, loads, registers), name in zip(kernels, demangled([k[0] for k in kernels])):
            item = work_item(name) or "Thrust's own, the largest"
            found = (int(registers), int(stack), int(stores), int(loads))
            rows.setdefault(item, {})
            rows[item][architecture] = max(rows[item].get(architecture, (0, 0, 0, 0)), found)

    print("\n| work item |" + "".join(f" sm_{a}: registers | stack | spilled |" for a in architectures))
    print("|---|" + "---|---|---|" * len(architectures))
    small = 0
    for item, found in sorted(rows.items(), key=lambda row: -max(f[0] for f in row[1].values())):
        if not options.all and all(f[0] <= 32 and f[2] == f[3] == 0 for f in found.values()):
            small += 1
            continue
        cells = (found.get(a, (0, 0, 0, 0)) for a in architectures)
        print(f"| `{item}` |" + "".join(f" {r} | {s} | {st}/{ld} |" for r, s, st, ld in cells))
    if small:
        print(f"\n{small} more take at most 32 registers and spill nothing.")


if __name__ == "__main__":
    main()
