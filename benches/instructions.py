#!/usr/bin/env python3
"""Counts the instructions that maaltal needs for a row: `python3 benches/instructions.py --binaries target/debug`.

A clock on a busy machine tells nothing of a few per cent; a count does. The whole binary runs under valgrind on two sizes of
the same extract, and what the larger needs more is divided by its rows more, so that starting and planning don't count.
The counts that are held lie beside this file, with the commit and the compiler that they belong to. Whoever makes a stage
need more says so with `--write`, in the commit that does.
"""

import argparse
import gzip
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True

import projects
from prepare import KEY
from projects import MODELS, YEAR

TREE = Path(__file__).resolve().parent.parent
HELD = TREE / "benches/instructions.json"
# Threads wait for one another in another order each time: more than this is another program.
SLACK = 0.05
# Rows of the two sizes.
FEWER, MORE = 4_000, 12_000
DAY = f"{YEAR}0418"


def extract(register: str, file: str, rows: int) -> bytes:
    """The first rows of an extract of the testdata below its header."""
    lines = gzip.decompress((TREE / "testdata" / register / f"{file}.gz").read_bytes()).splitlines(keepends=True)
    return b"".join(lines[: rows + 1])


def turned(extract: bytes) -> bytes:
    """The same rows with a person's far apart: those of every hundredth line first."""
    header, *lines = extract.splitlines(keepends=True)
    return header + b"".join(line for first in range(100) for line in lines[first::100])


@dataclass(frozen=True)
class Case:
    """A command that is counted, the order of the rows that it is given, and what it makes: that is taken away before."""

    verb: str
    pipeline: str
    order: Callable[[bytes], bytes]
    makes: str


CASES = {
    "pull, a row": Case("pull", "services", bytes, "staged/sssy"),
    "pull-shuffled, a row": Case("pull", "services", turned, "staged/sssy"),
    "derive-service_line, a row": Case("derive", MODELS, bytes, "derived/service_line"),
    "derive-service, a row": Case("derive", MODELS, bytes, "derived/service"),
}


class Count:
    """One folder with a project, and the extracts and stores of every size."""

    def __init__(self, work: Path, maaltal: Path) -> None:
        self.work, self.maaltal = work, maaltal
        projects.measured_project(TREE, work / "project")
        for file in (work / "project/sql" / MODELS).iterdir():
            # The last of them names the providers: services are pulled with the register that they refer to.
            if file.stem not in ("service_line", "service", "service_code", "general_practice"):
                file.unlink()
        self.variables = {"PATH": os.environ["PATH"], "MAALTAL_PSEUDONYM_KEY": KEY, "TMPDIR": str(work)}

    def run(self, command: list[str]) -> str:
        ended = subprocess.run(
            command, cwd=self.work, env=self.variables, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        if ended.returncode != 0:
            raise SystemExit(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stderr}")
        return ended.stderr

    def instructions(self, case: Case, rows: int) -> int:
        extracts, store = self.work / "extracts", self.work / "store"
        for folder in (extracts, store):
            shutil.rmtree(folder, ignore_errors=True)
        services = case.order(extract("sssy", f"sssy{YEAR}.csv", rows))
        providers = extract("yderregister", f"S1040025_{DAY}.xml", 1 << 30)
        for file, content in ((f"sssy/sssy{YEAR}.csv", services), (f"yderregister/S1040025_{DAY}.xml", providers)):
            (extracts / file).parent.mkdir(parents=True)
            (extracts / file).write_bytes(content)
        command = [str(self.maaltal), "--project", "project", "--extracts", str(extracts), "--store", str(store)]
        # What the counted run does again is taken away; what it needs beside that stays.
        for verb in ("pull", "derive") if case.verb == "derive" else ("pull",):
            self.run([*command, verb, case.pipeline])
        shutil.rmtree(store / case.makes)
        valgrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
        told = self.run([*valgrind, *command, case.verb, case.pipeline])
        return int(re.search(r"I\s+refs:\s+([\d,]+)", told)[1].replace(",", ""))


def counted(work: Path, maaltal: Path) -> dict[str, int]:
    count = Count(work, maaltal)
    told = {}
    for name, case in CASES.items():
        fewer, more = (count.instructions(case, rows) for rows in (FEWER, MORE))
        told[name] = round((more - fewer) / (MORE - FEWER))
    return told


def version(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def circumstances() -> dict[str, str]:
    """What changes the counts without a change of the code: the flags of cargo's variables, and code that a processor picks."""
    flags = {name: os.environ[name] for name in ("CARGO_INCREMENTAL", "RUSTFLAGS") if name in os.environ}
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        avx2 = "avx2" in file.read()
    versions = {program: version([program, "--version"]) for program in ("rustc", "valgrind")}
    return versions | {"processor": platform.machine() + ("+avx2" if avx2 else "")} | flags


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binaries", type=Path, required=True, help="the folder that maaltal lies in, of `cargo build`")
    parser.add_argument("--write", action="store_true", help="hold what is counted now")
    return parser.parse_args(given)


def more_than_held(held: dict[str, int], now: dict[str, int]) -> list[str]:
    """What needs more instructions a row than is held, beyond the slack."""
    return [name for name, count in now.items() if count > held.get(name, 0) * (1 + SLACK)]


def main() -> int:
    given = arguments()
    if not shutil.which("valgrind"):
        print("valgrind is missing: no instructions are counted")
        return 0
    held, around = json.loads(HELD.read_text(encoding="utf-8")) if HELD.exists() else {}, circumstances()
    if not given.write and held.get("circumstances") != around:
        print(f"the counts that are held are of {held.get('circumstances')}, and here is {around}: none are compared")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        now = counted(Path(folder), given.binaries.absolute() / "maaltal")
    for name, count in now.items():
        before = held.get("instructions", {}).get(name)
        beside = f"{count / before - 1:+.1%} of the {before:,} that are held" if before else "none are held"
        print(f"{name}: {count:,} instructions, {beside}")
    if given.write:
        commit = version(["git", "-C", str(TREE), "rev-parse", "--short=12", "HEAD"])
        told = {"commit": commit, "circumstances": around, "instructions": now}
        HELD.write_text(json.dumps(told, indent=4) + "\n", encoding="utf-8")
        return 0
    worse = more_than_held(held["instructions"], now)
    if worse:
        print(f"{', '.join(worse)}: more than is held. If it is meant, hold it with `--write`, in the same commit")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
