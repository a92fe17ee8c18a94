# SPDX-License-Identifier: MIT
"""What does a program cost? Runs one and measures its time and its memory.

Linux counts what the caller had in memory towards a child's peak, so whoever imports this should stay small: no torch.
"""
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass


@dataclass
class Finished:
    command: list
    status: int
    output: str
    error: str
    wall: float  # [s]
    cpu: float  # [s], its own children included
    peak: float  # [MiB], resident, of the largest process among it and its children

    def require_success(self):
        if self.status != 0:
            raise SystemExit(f"'{' '.join(self.command)}' ended with status {self.status}:\n{self.error or self.output}")
        return self


def run(command, folder=None):
    command = [str(part) for part in command]
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as error:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=error)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        error.seek(0)
        return Finished(command, process.returncode, output.read(), error.read(), wall, usage.ru_utime + usage.ru_stime,
                        usage.ru_maxrss / 1024)
