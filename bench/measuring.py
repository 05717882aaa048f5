"""What a command costs: processor time of its whole tree of processes, and memory."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of the processor and of the clock, MiB of the largest process, and what the command printed."""

    processor: float
    clock: float
    largest: float
    """MiB resident in the largest process of the tree."""
    together: float
    """MiB of all processes together, what they share counted once; sampled."""
    said: str


def cost_of(command: list[str], *, folder: Path | None = None, variables: Mapping[str, str] | None = None) -> Cost:
    """Run a command and say what it and all its children cost; raises RuntimeError where it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, **(variables or {})}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    sampler = _Sampler(process.pid)
    sampler.start()
    assert process.stdout is not None
    with process.stdout:
        said = process.stdout.read().decode("utf-8", "replace")
    # Of the process and of all children it has waited for, which is the whole tree once it is over.
    _, status, usage = os.wait4(process.pid, 0)
    sampler.over.set()
    sampler.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {said[-2000:]}")
    return Cost(
        usage.ru_utime + usage.ru_stime,
        time.perf_counter() - started,
        usage.ru_maxrss / 1024,
        sampler.most / 1024,
        said,
    )


class _Sampler(threading.Thread):
    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._process = process
        self.over = threading.Event()
        self.most = 0.0
        """KiB."""

    def run(self) -> None:
        while not self.over.wait(_SAMPLE_SECONDS):
            self.most = max(self.most, sum(map(_proportional, tree(self._process))))


def tree(process: int) -> list[int]:
    """A process and all its descendants, as they are now."""
    found = [process]
    for each in found:
        try:
            for thread in Path(f"/proc/{each}/task").iterdir():
                found += [int(child) for child in (thread / "children").read_text().split()]
        except OSError:
            continue
    return found


def _proportional(process: int) -> float:
    """KiB of a process, of what it shares with others its part."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) for line in lines if line.startswith("Pss:")), 0.0)
