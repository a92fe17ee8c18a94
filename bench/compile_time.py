# SPDX-License-Identifier: MIT
"""What does compiling an example campaign cost? At most 60 s and 2 GiB are allowed; more ends with status 1.

    compile_time.py --build BUILD [--source nmnist.cpp] [--repeat 3]

Repeats the compiler's command of BUILD/compile_commands.json, without a compiler cache.
"""
import argparse
import json
import shlex
import statistics
import tempfile
from pathlib import Path

import child

MOST_SECONDS = 60
MOST_MIB = 2048


def compiler_command(build, source):
    """The command that compiles the one source whose path ends so, and its folder."""
    entries = [entry for entry in json.loads((build / "compile_commands.json").read_text())
               if Path(entry["file"]).match(source)]
    if len(entries) != 1:
        raise SystemExit(f"'{build}/compile_commands.json' compiles {len(entries)} files '{source}'; give more of the path")
    command = entries[0].get("arguments") or shlex.split(entries[0]["command"])
    caches = [index for index, word in enumerate(command) if Path(word).name in ("ccache", "sccache")]
    return command[caches[-1] + 1 if caches else 0:], entries[0]["directory"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True, help="a configured build folder")
    parser.add_argument("--source", default="nmnist.cpp", help="the end of the source's path (default nmnist.cpp)")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()

    command, folder = compiler_command(options.build, options.source)
    with tempfile.TemporaryDirectory() as scratch:
        command[command.index("-o") + 1] = str(Path(scratch) / "object.o")
        runs = []
        for _ in range(options.repeat):
            runs.append(child.run(command, folder).require_success())
            print(f"{options.source}: {runs[-1].wall:6.1f} s, {runs[-1].cpu:6.1f} s of CPU, {runs[-1].peak:5.0f} MiB", flush=True)
    wall, cpu, peak = (statistics.median(values) for values in zip(*((run.wall, run.cpu, run.peak) for run in runs)))
    print(f"median of {len(runs)}: {wall:.1f} s (at most {MOST_SECONDS}), {cpu:.1f} s of CPU, {peak:.0f} MiB (at most {MOST_MIB})")
    # CPU time, as a shared machine stretches the other.
    return int(cpu > MOST_SECONDS or peak > MOST_MIB)


if __name__ == "__main__":
    raise SystemExit(main())
