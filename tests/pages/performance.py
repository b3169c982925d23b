"""What `benches/` takes, counts and prints is right, and its page shows every case: nothing is measured here."""

import pathlib
import sys

ROOT = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(ROOT / "benches"))

import cases
import instructions
import measure
import report
import run

given = run.arguments(["--people", "0.02", "--only", "pull", "xml"])
assert (given.people, given.runs, given.only) == (0.02, 5, ["pull", "xml"]), given
assert run.chosen(["pull-t", "xml"], None) == ["pull-tenfold", "xml"]
for wrong in (["--people", "0.2"], ["--runs", "0"]):
    try:
        run.arguments(wrong)
    except SystemExit as ended:
        assert ended.code == 2
    else:
        sys.exit(f"{wrong} is taken")

assert measure.spread([3.0, 1.0, 2.0, 9.0]) == measure.Spread(2.5, 1.0, 9.0)
assert measure.ratios([2.0, 9.0], [4.0, 3.0]) == [0.5, 3.0]
assert [measure.figure(value) for value in (0.1234, 12.34, 123.4, 1234.5)] == ["0.12", "12.3", "123", "1234"]

order: list[str] = []
tools = [measure.Tool(name, ["true"], lambda name=name: order.append(name)) for name in "AB"]
runs = measure.in_turn(tools, 2, {"PATH": "/usr/bin:/bin"}, pathlib.Path("/dev/null"))
assert "".join(order) == "ABAB", order
assert [len(those.usages) for those in runs] == [2, 2]
assert all(usage.wall > 0 and usage.peak > 0 for those in runs for usage in those.usages)

two, four = measure.Usage(2.0, 2.0, 2.0), measure.Usage(4.0, 4.0, 4.0)
told = report.result("one", "a row", [measure.Runs("maaltal", [two, two]), measure.Runs("Other", [four, two])], {"Other": "equal"})
assert told["maaltal_over"]["Other"]["wall"] == {"median": 0.75, "low": 0.5, "high": 1.0}, told
assert "| Other | 3.00 (2.00-4.00) | 3.00 | 3.00 | 0.75 (0.50-1.00) |" in report.cases_table([told])

assert instructions.more_than_held({"a": 100, "b": 100}, {"a": 104, "b": 107, "c": 1}) == ["b", "c"]

page = (ROOT / "docs/src/internals/performance.md").read_text(encoding="utf-8")
unshown = [name for name in (*cases.names(ROOT), *instructions.CASES) if f"`{name}`" not in page]
assert not unshown, f"docs/src/internals/performance.md does not show {', '.join(unshown)}"
