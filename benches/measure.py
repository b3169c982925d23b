"""Whole processes, started in turn, with what each of them used; and the statistics of that."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Usage:
    """What one process used: seconds of the clock and of the processors, MiB of memory at its highest."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True)
class Spread:
    median: float
    low: float
    high: float

    def text(self) -> str:
        return f"{figure(self.median)} ({figure(self.low)}-{figure(self.high)})"


def figure(value: float) -> str:
    """Three digits that say something, and all those in front of the point."""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(values: list[float]) -> Spread:
    return Spread(statistics.median(values), min(values), max(values))


def ratios(ours: list[float], theirs: list[float]) -> list[float]:
    """Each run over the run of the other that was its neighbour: what slows the machine down slows down both."""
    return [ours_one / theirs_one for ours_one, theirs_one in zip(ours, theirs, strict=True)]


def nothing() -> None:
    pass


@dataclass(frozen=True)
class Tool:
    """A program that does a case's work, and what has to be put back before it can do it again."""

    name: str
    command: list[str]
    before: Callable[[], None] = nothing


@dataclass
class Runs:
    """The counted runs of one tool in one case."""

    tool: str
    usages: list[Usage] = field(default_factory=list)

    def spread(self, what: str) -> Spread:
        return spread(self.of(what))

    def of(self, what: str) -> list[float]:
        return [getattr(usage, what) for usage in self.usages]


def once(tool: Tool, environment: dict[str, str], log: Path) -> Usage:
    """Runs a tool, which has to succeed.

    The kernel counts this program's own memory at the time of the start to that of the child, so this one stays small:
    whatever needs a library runs in a process of its own.
    """
    tool.before()
    with log.open("wb") as told:
        begun = time.perf_counter()
        child = subprocess.Popen(tool.command, env=environment, stdin=subprocess.DEVNULL, stdout=told, stderr=told)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{' '.join(tool.command)} ended with {child.returncode}:\n{log.read_text(errors='replace')}")
    # Linux counts in KiB.
    return Usage(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def in_turn(tools: list[Tool], runs: int, environment: dict[str, str], log: Path) -> list[Runs]:
    """The counted runs, A B A B ...; each has to have run before, so that its files are in the page cache."""
    counted = [Runs(tool.name) for tool in tools]
    for _ in range(runs):
        for tool, those in zip(tools, counted, strict=True):
            those.usages.append(once(tool, environment, log))
    return counted
