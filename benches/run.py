#!/usr/bin/env python3
"""Measures maaltal beside DuckDB and Polars: `python3 benches/run.py`, from any checkout.

It builds maaltal, makes its own Python environment and its own extracts, all below the target folder, and writes nothing
into the checkout. Each program is a process of its own, started in turn with the others. The figures go to stdout as
Markdown, and to `results.json` beside the extracts.
"""

import argparse
import dataclasses
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

# No compiled modules in the checkout, either.
sys.dont_write_bytecode = True

import cases
import measure
import prepare
import report
from cases import HUNDREDFOLD, TENFOLD, Case, Place
from prepare import PROCESSORS, tell

TREE = Path(__file__).resolve().parent.parent
# Jobs on the whole testdata take longest and differ least.
JOB_RUNS = 3


def share(text: str) -> float:
    value = float(text)
    if not 0.00001 <= value <= 0.1:
        raise argparse.ArgumentTypeError("a share of the people from 0.00001 to 0.1: ten times it is made as well")
    return value


def positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return value


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    several = f"the share of the people in the smaller extracts; the larger have {TENFOLD} times as many (default: %(default)s)"
    parser.add_argument("--people", type=share, default=0.01, help=several)
    counted = f"counted runs of each program in a case, of whole jobs at most {JOB_RUNS} (default: %(default)s)"
    parser.add_argument("--runs", type=positive, default=5, help=counted)
    parser.add_argument("--only", nargs="+", metavar="CASE", help="these cases alone, by name or by how their names begin")
    parser.add_argument("--hundredfold", action="store_true", help="pull a hundred times the rows, too")
    parser.add_argument("--target", type=Path, help="the target folder (default: CARGO_TARGET_DIR, else `target`)")
    parser.add_argument("--binaries", type=Path, help="a folder with maaltal and maaltal-synth: none are built")
    parser.add_argument("--list", action="store_true", help="list the cases and measure nothing")
    parsed = parser.parse_args(given)
    if parsed.hundredfold and parsed.people * HUNDREDFOLD > 1:
        parser.error("a hundred times as many would be more than there are: give --people 0.01 or less")
    return parsed


def chosen(only: list[str] | None, hundredfold: str | None) -> list[str]:
    """The names of the cases that are measured, in their order."""
    names = cases.names(TREE)
    if hundredfold:
        names.insert(names.index("pull-tenfold") + 1, hundredfold)
    kept = [name for name in names if only is None or name.startswith(tuple(only))]
    if not kept:
        raise SystemExit(f"no case begins so: there are {', '.join(names)}")
    return kept


def all_cases(at: Place, names: list[str], share: float) -> Iterator[Case]:
    """Looks at its files as late as it can: a case may make what the next one reads."""
    any_of = lambda *beginnings: any(name.startswith(beginnings) for name in names)
    if any_of("start"):
        yield from cases.start(at)
    if any_of("pull"):
        yield from cases.pulls(at, names)
    if any_of("derive"):
        yield from cases.models(at, names, prepare.synthetic(share, TENFOLD))
    if any_of("job"):
        yield from cases.jobs(at, names)
    if any_of("xml", "fixed", "sas", "excel"):
        yield from cases.formats(at, names)


def refused(tool: measure.Tool, case: Case, variables: dict[str, str], log: Path) -> str | None:
    """Why another program can't do it at all, such as SQL that it does not know."""
    try:
        measure.once(tool, variables, log)
    except SystemExit:
        if case.compare != "compare" or tool.name not in case.same:
            raise
        told = log.read_text(errors="replace").strip().splitlines()
        return told[-1] if told else "ended with an error"
    return None


def compared(at: Place, case: Case, variables: dict[str, str]) -> dict[str, str]:
    """How the rows of the others differ from maaltal's, both ways."""
    told = {}
    for tool in case.tools[1:]:
        if tool.name in case.same:
            command = at.rival(case.compare, case.tables()[0], case.same[tool.name])
            answer = subprocess.run(command, env=variables, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
            equal = {"compare": "equal", "compare_read": "as many"}[case.compare]
            told[tool.name] = equal if answer == ["0", "0"] else f"{answer[0]} and {answer[1]} differ"
    return told


def measured(at: Place, case: Case, runs: int, variables: dict[str, str]) -> dict:
    """Every program once without counting, then in turn."""
    log = at.work / "told.txt"
    measure.once(case.tools[0], variables, log)
    refusals = {tool.name: why for tool in case.tools[1:] if (why := refused(tool, case, variables, log))}
    kept = dataclasses.replace(case, tools=[tool for tool in case.tools if tool.name not in refusals])
    counted = measure.in_turn(kept.tools, runs, variables, log)
    differ = compared(at, kept, variables)
    for name, why in refusals.items():
        tell(f"{case.name}: {name} refuses it: {why}")
        differ[name] = "refuses this SQL"
    return report.result(case.name, case.input, counted, differ)


def limits_of(at: Place, results: list[dict], stages: list[dict], variables: dict[str, str]) -> list[dict]:
    """The least that a stage can take on this machine, beside what it took without what a process with nothing to do takes."""
    cpu = {told["case"]: measure.spread(told["programs"]["maaltal"]["cpu"]).median for told in results}
    for stage in stages:
        idle = cpu.get("derive-nothing-new", 0) if stage["case"].startswith("derive") else cpu.get("start", 0)
        stage["cpu"] = max(cpu[stage["case"]] - idle, 0)
    command = [str(at.python), "-B", str(TREE / "benches/limits.py")]
    asked = json.dumps([stage for stage in stages if stage["read"]])
    answer = subprocess.run(command, env=variables, input=asked, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(answer.stdout)


def machine() -> dict:
    """What the figures hang on, without a name of the machine."""
    about = {"system": platform.system(), "processor": platform.machine(), "processors": os.cpu_count()}
    with open("/proc/meminfo", encoding="ascii") as file:
        about["memory_gib"] = round(int(file.readline().split()[1]) / 2**20, 1)
    return about


def commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    asked = subprocess.run(command, cwd=TREE, capture_output=True, text=True)
    return asked.stdout.strip() or "unknown"


def main() -> None:
    given = arguments()
    names = chosen(given.only, "pull-hundredfold" if given.hundredfold else None)
    if given.list:
        print("\n".join(names))
        return
    target = (given.target or Path(os.environ.get("CARGO_TARGET_DIR", TREE / "target"))).absolute()
    work = target / "benches"
    work.mkdir(parents=True, exist_ok=True)
    binaries = given.binaries.absolute() if given.binaries else prepare.built(TREE, target)
    at = Place(TREE, work, binaries, prepare.python(TREE / "benches/requirements.txt", work / "python"))
    # What is started has the same processors: engines ask for as many threads as there are.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:PROCESSORS])
    variables = prepare.environment(work)
    prepare.Preparation(at, given.people, names, variables).make()
    results, stages = [], []
    for case in all_cases(at, names, given.people):
        tell(case.name)
        runs = min(given.runs, JOB_RUNS) if case.name.startswith("job") else given.runs
        results.append(measured(at, case, runs, variables))
        stages.append({"case": case.name, "read": list(map(str, case.read)), "made": list(map(str, case.tables()))})
    limits = limits_of(at, results, stages, variables)
    told = {"commit": commit(), "machine": machine(), "people": given.people, "runs": given.runs}
    told |= {"cases": results, "limits": limits}
    (work / "results.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    print(report.page(told))
    tell(f"\n{work / 'results.json'} has every run")


if __name__ == "__main__":
    main()
