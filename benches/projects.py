"""The projects that are measured: maaltal's own contracts, lists and SQL, as pipelines of no more than a case needs."""

import re
import shutil
from pathlib import Path

# The year of the extracts that are made for the purpose.
YEAR = 2018
# The last of the years that several extracts are of.
LAST = 2025
# Tables that have a row or more a person.
PERSONS = {"sssy", "bef", "sikret", "tilmelding", "cpr_person", "service_line", "service", "resident", "listed_person"}
# A table is named behind one of these words.
TABLE = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)", re.IGNORECASE)

PIPELINE = """\
{sources}title = {{ da = "Maalt", en = "Measured" }}
years = {{ from = {first}, to = {last} }}
reference_day = "01-01"
dataset = "{name}"
schedule = {{ cron = "0 5 * * *", time_zone = "Europe/Copenhagen" }}
"""
DATASET = """\
name = "{name}"
title = {{ da = "Maalt", en = "Measured" }}
description = {{ da = "Maalt", en = "Measured" }}
table = []
"""

# What a pipeline pulls, with the register that it refers to, and for which years.
PULLS = {
    "services": (["sssy", "yderregister"], YEAR, YEAR),
    "insured": (["sikrede", "yderregister"], YEAR, YEAR),
    "providers": (["yderregister"], 2014, LAST),
    "staff": (["plo_personale", "yderregister"], 2014, LAST),
}
MODELS = "models"


def tables_of(sql: str) -> set[str]:
    return set(TABLE.findall(re.sub(r"--.*", "", sql)))


def model_files(tree: Path) -> dict[str, Path]:
    """The models that are tables of their own, and the accounts of the registers' rows: indicators read none of persons."""
    folder = tree / "sql/almen_praksis"
    files = [*folder.glob("*.sql"), *folder.glob("row_account/rows_of_*.sql")]
    return {file.stem: file for file in sorted(files)}


def measured_models(tree: Path) -> list[str]:
    """Every model that reads services or persons, and the one that says what a service is, each after those it reads."""
    files = model_files(tree)
    tables = {name: tables_of(file.read_text(encoding="utf-8")) for name, file in files.items()}
    chosen = {name for name, read in tables.items() if read & PERSONS} | {"service_code"}
    ordered: list[str] = []

    def place(name: str) -> None:
        if name in ordered:
            return
        for read in sorted(tables[name] & chosen):
            place(read)
        ordered.append(name)

    for name in sorted(chosen):
        place(name)
    return ordered


def needed_models(tree: Path) -> dict[str, Path]:
    """Those, and the models that they read."""
    files = model_files(tree)
    needed: dict[str, Path] = {}
    waiting = measured_models(tree)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed[name] = files[name]
            waiting += sorted(tables_of(files[name].read_text(encoding="utf-8")) & files.keys())
    return needed


def query(tree: Path, model: str) -> str:
    """A model's SQL with its parameters filled in, as another engine can be given it."""
    sql = model_files(tree)[model].read_text(encoding="utf-8")
    return sql.replace("$year", str(YEAR)).replace("$reference_date", f"DATE '{YEAR}-01-01'")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def measured_project(tree: Path, project: Path) -> None:
    """A project of a pipeline for each thing that is measured alone."""
    shutil.rmtree(project, ignore_errors=True)
    for part in ("reference", "goals", "environments"):
        shutil.copytree(tree / "pipelines" / part, project / "pipelines" / part)
    # The entries of that source lie beside indicators, and there are none here.
    without = shutil.ignore_patterns("indicators.toml")
    shutil.copytree(tree / "pipelines/sources", project / "pipelines/sources", ignore=without)
    for name, (sources, first, last) in PULLS.items():
        listed = ", ".join(f'"{source}"' for source in sources)
        text = PIPELINE.format(name=name, sources=f"sources = [{listed}]\n", first=first, last=last)
        write(project / f"pipelines/{name}.toml", text)
        write(project / f"sql/{name}/one_{name}.sql", "-- One row is a row.\nSELECT 1 AS one\n")
    write(project / f"pipelines/{MODELS}.toml", PIPELINE.format(name=MODELS, sources="", first=YEAR, last=YEAR))
    for name, file in needed_models(tree).items():
        write(project / f"sql/{MODELS}/{name}.sql", file.read_text(encoding="utf-8"))
    for name in (*PULLS, MODELS):
        write(project / f"pipelines/datasets/{name}.toml", DATASET.format(name=name))


def whole_project(tree: Path, project: Path) -> None:
    """A copy of the project as it is, with its testdata."""
    shutil.rmtree(project, ignore_errors=True)
    for part in ("pipelines", "sql", "testdata"):
        shutil.copytree(tree / part, project / part)


def change_sql(project: Path) -> None:
    """Changes what one indicator's SQL says, and none of its rows."""
    file = project / "sql/almen_praksis/indicators/u4_solopraksis_pct.sql"
    before = file.read_text(encoding="utf-8")
    after = before.replace("WHERE year = $year", "WHERE year = $year + 0", 1)
    if after == before:
        raise SystemExit(f"{file.name} has changed: change what `change_sql` changes in it")
    file.write_text(after, encoding="utf-8")
