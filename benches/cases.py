"""What is measured: every case with the programs that do its work, and what has to lie there before."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import projects
from measure import Tool
from projects import MODELS, YEAR

# How many times the rows of the smallest input others have.
TENFOLD, HUNDREDFOLD = 10, 100


@dataclass(frozen=True)
class Case:
    name: str
    input: str
    tools: list[Tool]
    # What maaltal has to digest, and the folder of what it makes.
    read: list[Path] = field(default_factory=list)
    made: Path | None = None
    # What the other programs make of it, by their names, where that can be compared, and the task that does.
    same: dict[str, Path] = field(default_factory=dict)
    compare: str = "compare"

    def tables(self) -> list[Path]:
        """The tables that maaltal made."""
        return sorted(self.made.glob("*/*.parquet")) if self.made else []


def names(tree: Path) -> list[str]:
    """The names of all cases but those that an argument asks for: known without a build."""
    models = [f"derive-{name}" for name in projects.measured_models(tree)]
    return [
        "start", "pull", "pull-shuffled", "pull-tenfold", "pull-nothing-new", *models, "derive-nothing-new",
        "job-whole", "job-nothing-new", "job-corrected-row", "job-changed-sql", "xml", "fixed", "sas", "excel",
    ]


@dataclass(frozen=True)
class Place:
    """Where everything lies: the checkout, which is only read, and a folder below the target folder."""

    tree: Path
    work: Path
    binaries: Path
    python: Path

    def maaltal(self, *arguments: object, project: str = "measured", extracts: str, store: str) -> list[str]:
        folders = ["--project", self.work / project, "--extracts", self.work / extracts, "--store", self.work / store]
        return [str(part) for part in (self.binaries / "maaltal", *folders, *arguments)]

    def rival(self, task: str, *arguments: object) -> list[str]:
        program = Path(__file__).with_name("rivals.py")
        return [str(part) for part in (self.python, "-B", program, task, *arguments)]

    def extracts(self, task: str, *arguments: object) -> list[str]:
        program = Path(__file__).with_name("extracts.py")
        return [str(part) for part in (self.python, "-B", program, task, *arguments)]

    def out(self, name: str) -> Path:
        return self.work / "out" / name


def removed(folder: Path):
    """What maaltal made, away again: it does nothing twice."""

    def remove() -> None:
        if folder.is_dir():
            shutil.rmtree(folder)

    return remove


def size(*files: Path) -> str:
    amount = sum(file.stat().st_size for file in files)
    return f"{amount / 1e6:.0f} MB" if amount >= 1e7 else f"{amount / 1e6:.1f} MB"


def lines(file: Path) -> int:
    with file.open("rb") as reader:
        return sum(block.count(b"\n") for block in iter(lambda: reader.read(1 << 20), b""))


def start(at: Place) -> Iterator[Case]:
    version = Tool("maaltal", [str(at.binaries / "maaltal"), "--version"])
    rivals = [Tool("DuckDB", at.rival("duckdb_start")), Tool("Polars", at.rival("polars_start"))]
    yield Case("start", "nothing", [version, *rivals])


def pulls(at: Place, chosen: list[str]) -> Iterator[Case]:
    """Services as CSV into typed Parquet: maaltal under the whole contract, the others bare."""
    folders = {"pull": "x1", "pull-shuffled": "x1-shuffled", "pull-tenfold": "x10", "pull-hundredfold": "x100"}
    for name, folder in folders.items():
        if name not in chosen:
            continue
        file = at.work / folder / f"sssy/sssy{YEAR}.csv"
        store = f"stores/{folder}"
        pull = at.maaltal("pull", "services", extracts=folder, store=store)
        staged = at.work / store / "staged/sssy"
        tools, same = [Tool("maaltal", pull, removed(staged))], {}
        for rival, task in (("DuckDB", "duckdb_csv"), ("Polars", "polars_csv")):
            same[rival] = at.out(f"{name}-{task}.parquet")
            tools.append(Tool(rival, at.rival(task, file, same[rival])))
        amount = f"{lines(file) - 1:,} rows, {size(file)}"
        # Rows that maaltal puts aside are in no table of it, and in its account: the first of its files by name.
        yield Case(name, amount, tools, [file], staged, same, "compare_read")
    if "pull-nothing-new" in chosen:
        file = at.work / f"x1/sssy/sssy{YEAR}.csv"
        tool = Tool("maaltal", at.maaltal("pull", "services", extracts="x1", store="stores/x1"))
        yield Case("pull-nothing-new", size(file), [tool], [file])


def models(at: Place, chosen: list[str], folder: str) -> Iterator[Case]:
    """Every model on services or persons: its own SQL, on the files that maaltal staged and derived."""
    store = at.work / "stores" / MODELS
    derive = at.maaltal("derive", MODELS, extracts=folder, store=f"stores/{MODELS}")
    for model in projects.measured_models(at.tree):
        if f"derive-{model}" not in chosen:
            continue
        derived = store / "derived" / model
        query, like = at.work / f"queries/{model}.sql", at.work / f"like/{model}.parquet"
        projects.write(query, projects.query(at.tree, model))
        # It lies there since all were derived once; the others see the types of its columns.
        like.parent.mkdir(exist_ok=True)
        shutil.copyfile(next(derived.glob("*/*.parquet")), like)
        tools, same = [Tool("maaltal", derive, removed(derived))], {}
        for rival, task in (("DuckDB", "duckdb_sql"), ("Polars", "polars_sql")):
            same[rival] = at.out(f"{model}-{task}.parquet")
            tools.append(Tool(rival, at.rival(task, query, store, like, same[rival])))
        names = projects.tables_of(query.read_text(encoding="utf-8"))
        read = [file for name in sorted(names) for file in store.glob(f"*/*/*/{name}.parquet")]
        yield Case(f"derive-{model}", f"{size(*read)} of tables", tools, read, derived, same)
    if "derive-nothing-new" in chosen:
        yield Case("derive-nothing-new", "no table", [Tool("maaltal", derive)])


def jobs(at: Place, chosen: list[str]) -> Iterator[Case]:
    """The whole project on its testdata, and what is left to do when next to nothing has changed."""
    base, again = at.work / "stores/whole", at.work / "stores/again"

    def afresh() -> None:
        shutil.rmtree(again, ignore_errors=True)
        shutil.copytree(base, again, copy_function=link)

    testdata = f"{sum(1 for file in (at.work / 'whole/testdata').glob('*/*'))} files"
    whole = at.maaltal("run", project="whole", extracts="whole/testdata", store="stores/whole")
    if "job-whole" in chosen:
        yield Case("job-whole", testdata, [Tool("maaltal", whole, removed(base))])
    for name, project, extracts in (
        ("job-nothing-new", "whole", "whole/testdata"),
        ("job-corrected-row", "whole", "corrected"),
        ("job-changed-sql", "changed", "whole/testdata"),
    ):
        command = at.maaltal("run", project=project, extracts=extracts, store="stores/again")
        # What is changed has to be made again, and no file tells how much that is.
        read = [*(at.work / "whole/testdata").glob("*/*"), *base.glob("published/*/v*/*.parquet")]
        if name in chosen:
            yield Case(name, testdata, [Tool("maaltal", command, afresh)], read if name == "job-nothing-new" else [])


def link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def formats(at: Place, chosen: list[str]) -> Iterator[Case]:
    """Each format beside the reader that a user would pick for it."""
    for name, rival, task, pipeline, source, folder, files in (
        ("xml", "lxml", "lxml_xml", "providers", "yderregister", "years", "yderregister/*.xml"),
        ("fixed", "Polars", "polars_fixed", "insured", "sikrede", "x10", "sikrede/*.txt"),
        ("sas", "pyreadstat", "pyreadstat_sas", "services", "sssy", "sas", "sssy/*.sas7bdat"),
        ("excel", "python-calamine", "calamine_excel", "staff", "plo_personale", "years", "personale/*.xlsx"),
    ):
        if name not in chosen:
            continue
        store = f"stores/{folder}"
        read = sorted((at.work / folder).glob(files))
        staged = at.work / store / "staged" / source
        pull = at.maaltal("pull", pipeline, extracts=folder, store=store)
        tools = [Tool("maaltal", pull, removed(staged)), Tool(rival, at.rival(task, at.out(f"{name}.parquet"), *read))]
        count = f"{len(read)} files, " if len(read) > 1 else ""
        yield Case(name, f"{count}{size(*read)}", tools, read, staged)
