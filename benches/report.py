"""What was measured, as Markdown and as JSON."""

from collections.abc import Iterator

from measure import Runs, figure, ratios, spread

MEASURES = ("wall", "cpu", "peak")


def result(name: str, size: str, runs: list[Runs], differ: dict[str, str]) -> dict:
    """A case's figures as JSON has them: every counted run of every program, and of the ratios their spread."""
    ours, *others = runs
    told: dict = {"case": name, "input": size, "programs": {}, "maaltal_over": {}, "rows_differ": differ}
    for those in runs:
        told["programs"][those.tool] = {what: those.of(what) for what in MEASURES}
    for those in others:
        told["maaltal_over"][those.tool] = {
            what: vars(spread(ratios(ours.of(what), those.of(what)))) for what in MEASURES
        }
    return told


def row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def ratio(told: dict) -> str:
    return f"{figure(told['median'])} ({figure(told['low'])}-{figure(told['high'])})"


def rows_of(told: dict) -> Iterator[str]:
    """A row for maaltal, and one for each other with maaltal's figures over its own."""
    case, size = f"`{told['case']}`", told["input"]
    for tool, used in told["programs"].items():
        spreads = {what: spread(used[what]) for what in MEASURES}
        over = told["maaltal_over"].get(tool)
        beside = [ratio(over[what]) for what in MEASURES] if over else ["", "", ""]
        equal = told["rows_differ"].get(tool, "")
        seconds = [spreads["wall"].text(), figure(spreads["cpu"].median), figure(spreads["peak"].median)]
        yield row([case, size, tool, *seconds, *beside, equal])
        case = size = ""
    for tool, why in told["rows_differ"].items():
        if tool not in told["programs"]:
            yield row(["", "", tool, "", "", "", "", "", "", why])


def cases_table(results: list[dict]) -> str:
    head = ["case", "input", "program", "seconds", "CPU s", "peak MiB", "time ÷", "CPU ÷", "memory ÷", "rows"]
    lines = [row(head), row(["---"] * len(head))]
    for told in results:
        lines += rows_of(told)
    return "\n".join(lines)


def growth_table(results: list[dict]) -> str:
    """How time and memory grow with the rows of the pull."""
    pulls = {told["case"]: told for told in results if told["case"] in ("pull", "pull-tenfold", "pull-hundredfold")}
    lines = [row(["program", "rows ×", "time ×", "CPU ×", "memory ×"]), row(["---"] * 5)]
    one = pulls.pop("pull", None)
    for case, told in pulls.items() if one else ():
        for tool, used in told["programs"].items():
            smaller = one["programs"][tool]
            grown = [spread(used[what]).median / spread(smaller[what]).median for what in MEASURES]
            times = "10" if case == "pull-tenfold" else "100"
            lines.append(row([tool, times, *map(figure, grown)]))
    return "\n".join(lines)


def limits_table(limits: list[dict]) -> str:
    """Stages whose limit is too short to say anything are left out."""
    head = ["case", "digested", "compressed", "limit, CPU s", "measured, CPU s", "times the limit"]
    lines = [row(head), row(["---"] * len(head))]
    for told in (told for told in limits if told["limit"] >= 0.01):
        sizes = [f"{told[what] / 1e6:.1f} MB" for what in ("digested", "compressed")]
        seconds = [figure(told["limit"]), figure(told["cpu"]), figure(told["cpu"] / told["limit"])]
        lines.append(row([f"`{told['case']}`", *sizes, *seconds]))
    return "\n".join(lines)


def page(told: dict) -> str:
    """The Markdown that the page on performance shows."""
    about = told["machine"]
    rate = told["limits"]["digest_bytes_a_second"] / 1e9
    head = (
        f"Commit `{told['commit']}`, on {about['processors']} processors ({about['processor']}) with "
        f"{about['memory_gib']} GiB, {about['system']}. `--people {told['people']:g} --runs {told['runs']}`: medians, and "
        "from the lowest to the highest in brackets; ÷ is maaltal's over that program's, run by run."
    )
    parts = [head, cases_table(told["cases"])]
    if "pull-tenfold" in {case["case"] for case in told["cases"]}:
        parts += ["As rows grow:", growth_table(told["cases"])]
    parts.append(f"Beside the limits of the machine, which digests {rate:.1f} GB a second on a processor:")
    parts.append(limits_table(told["limits"]["stages"]))
    return "\n\n".join(parts)
