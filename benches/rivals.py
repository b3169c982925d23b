"""What maaltal is measured beside: a process of each, that does what a user would write, and checks nothing.

Run by `run.py` with the Python of the pinned environment, as `rivals.py TASK ARGUMENT...`. Every task imports what it
needs and no more, so that its memory is that of its own library.
"""

import sys
from pathlib import Path

THREADS = 2
INTEGERS = {"ydlant", "kontakt", "bruhon", "barnmak"}
DAYS = {"behandlingsdato"}
# The level of zstd that maaltal writes with.
LEVEL = 3


def columns_of(path: str) -> list[str]:
    with open(path, encoding="utf-8") as file:
        return file.readline().strip().split(";")


def connection():
    import duckdb

    return duckdb.connect(config={"threads": THREADS})


def quoted(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def parquet(out: str) -> str:
    return f"TO {quoted(out)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL {LEVEL})"


def duckdb_start() -> None:
    connection().execute("SELECT 1").fetchall()


def polars_start() -> None:
    import polars

    polars.DataFrame({"one": [1]}).lazy().collect()


def duckdb_csv(file: str, out: str) -> None:
    kind = lambda name: "BIGINT" if name in INTEGERS else "DATE" if name in DAYS else "VARCHAR"
    columns = ", ".join(f"{quoted(name)}: {quoted(kind(name.lower()))}" for name in columns_of(file))
    connection().execute(
        f"COPY (SELECT * FROM read_csv({quoted(file)}, header = true, delim = ';', nullstr = ['', '.'], "
        f"columns = {{{columns}}})) {parquet(out)}"
    )


def polars_csv(file: str, out: str) -> None:
    import polars as pl

    kind = lambda name: pl.Int64 if name in INTEGERS else pl.Date if name in DAYS else pl.String
    schema = {name: kind(name.lower()) for name in columns_of(file)}
    rows = pl.scan_csv(file, separator=";", schema=schema, null_values=["", "."])
    rows.sink_parquet(out, compression="zstd", compression_level=LEVEL)


def tables_below(store: str) -> dict[str, list[str]]:
    """The files of every table that a store of one year holds, staged and derived."""
    files: dict[str, list[str]] = {}
    for stage in ("staged", "derived"):
        for file in sorted(Path(store, stage).glob("*/*/*.parquet")):
            files.setdefault(file.stem, []).append(str(file))
    return files


def named(sql: str, tables: dict[str, list[str]]) -> dict[str, list[str]]:
    import re

    words = set(re.findall(r"\w+", sql))
    return {name: files for name, files in tables.items() if name in words}


def schema_of(con, file: str) -> list[tuple[str, str]]:
    return [row[:2] for row in con.execute(f"DESCRIBE SELECT * FROM read_parquet({quoted(file)})").fetchall()]


def duckdb_sql(query: str, store: str, like: str, out: str) -> None:
    """Runs a model's SQL over the files that maaltal staged and derived, into columns of the types that maaltal's have."""
    con = connection()
    sql = Path(query).read_text(encoding="utf-8")
    for name, files in named(sql, tables_below(store)).items():
        con.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{', '.join(map(quoted, files))}])")
    columns = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in schema_of(con, like))
    con.execute(f"COPY (SELECT {columns} FROM ({sql}) ORDER BY ALL) {parquet(out)}")


def polars_sql(query: str, store: str, like: str, out: str) -> None:
    """The same, or in Polars' own words the models whose SQL it refuses, as far as they are written down."""
    import frames as words
    import polars as pl

    sql, model = Path(query).read_text(encoding="utf-8"), words.MODELS.get(Path(query).stem)
    frames = {name: pl.scan_parquet(files) for name, files in named(sql, tables_below(store)).items()}
    schema = pl.scan_parquet(like).collect_schema()
    made = model(frames) if model else pl.SQLContext(frames).execute(sql)
    rows = made.select([pl.col(name).cast(kind) for name, kind in schema.items()])
    rows.sort(schema.names()).sink_parquet(out, compression="zstd", compression_level=LEVEL)


def compare(one: str, other: str) -> None:
    """How many rows are in one file and not in the other, either way: prints both numbers."""
    con = connection()
    for left, right in ((one, other), (other, one)):
        rows = [f"SELECT * FROM read_parquet({quoted(file)})" for file in (left, right)]
        print(con.execute(f"SELECT COUNT(*) FROM ({' EXCEPT ALL '.join(rows)})").fetchall()[0][0])


def compare_read(account: str, other: str) -> None:
    """How many rows more maaltal has read than the other has written, and how many fewer."""
    con = connection()
    read = con.execute(f"SELECT SUM(row_count) FROM read_parquet({quoted(account)}) WHERE measure = 'read'").fetchall()[0][0]
    written = con.execute(f"SELECT COUNT(*) FROM read_parquet({quoted(other)})").fetchall()[0][0]
    print(max(read - written, 0), max(written - read, 0))


def lxml_xml(out: str, *files: str) -> None:
    import polars as pl
    from lxml import etree

    providers: dict[str, list] = {name: [] for name in ("AmtKodeYder", "YdernrYder", "HvdSpecKode", "TilgDatoYder", "AfgDatoYder")}
    persons: dict[str, list] = {name: [] for name in ("YdernrPerson", "CprNr", "PersonrolleKode", "TilgDatoPerson", "AfgDatoPerson")}
    for file in files:
        for _, element in etree.iterparse(file, tag="Yder"):
            for name, values in providers.items():
                values.append(element.get(name))
            for person in element.iterchildren("Person"):
                for name, values in persons.items():
                    values.append(person.get(name))
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    for name, columns in (("yder", providers), ("yder_person", persons)):
        frame = pl.DataFrame(columns, schema={name: pl.String for name in columns})
        # What is no day becomes none.
        days = pl.col("^.*Dato.*$").str.strip_chars().str.to_date("%Y%m%d", strict=False)
        frame.with_columns(days).write_parquet(f"{out}.{name}", compression="zstd", compression_level=LEVEL)


def polars_fixed(out: str, file: str) -> None:
    import polars as pl

    def part(first: int, last: int) -> pl.Expr:
        return pl.col("line").str.slice(first - 1, last - first + 1)

    def day(first: int, last: int) -> pl.Expr:
        return part(first, last).replace("00000000", None).str.to_date("%Y%m%d")

    # It reads no windows-1252: what it can't read becomes one letter that says so, and the places stay right.
    lines = pl.scan_csv(
        file, has_header=False, new_columns=["line"], separator="\x01", quote_char=None, encoding="utf8-lossy"
    )
    lines = lines.filter(part(1, 2) == "10")
    persons = lines.select(
        person_id=part(3, 12), gruppe=part(35, 35), kommunekode=part(52, 54).replace("000", None), koen=part(141, 141)
    )
    places = [((13, 18), (35, 35), (19, 26), (108, 115)), ((63, 68), (85, 85), (69, 76), (19, 26)), ((102, 107), (124, 124), (108, 115), None)]
    listings = pl.concat(
        lines.select(
            person_id=part(3, 12), ydernr=part(*number), gruppe=part(*group).replace("0", None), fra=day(*begun),
            til=day(*ended) if ended else pl.lit(None, dtype=pl.Date),
        ).filter(pl.col("ydernr").replace("000000", None).is_not_null())
        for number, group, begun, ended in places
    )
    persons.sink_parquet(f"{out}.sikret", compression="zstd", compression_level=LEVEL)
    listings.sink_parquet(f"{out}.tilmelding", compression="zstd", compression_level=LEVEL)


def pyreadstat_sas(out: str, file: str) -> None:
    import pyreadstat

    frame, _ = pyreadstat.read_sas7bdat(file, output_format="polars")
    frame.write_parquet(out, compression="zstd", compression_level=LEVEL)


def calamine_excel(out: str, *files: str) -> None:
    import polars as pl
    import python_calamine

    frames = []
    for file in files:
        header, *rows = python_calamine.load_workbook(file).get_sheet_by_name("Personale").to_python(skip_empty_area=False)[4:]
        kinds = dict.fromkeys(header, pl.String)
        rows = [[None if cell == "" else str(cell) for cell in row] for row in rows]
        frames.append(pl.DataFrame(rows, schema=kinds, orient="row"))
    numbers = [pl.col(name).cast(pl.Float64, strict=False) for name in frames[0].columns[-2:]]
    pl.concat(frames).with_columns(numbers).write_parquet(out, compression="zstd", compression_level=LEVEL)


TASKS = {
    task.__name__: task
    for task in (
        duckdb_start, polars_start, duckdb_csv, polars_csv, duckdb_sql, polars_sql, compare, compare_read, lxml_xml, polars_fixed,
        pyreadstat_sas, calamine_excel,
    )
}

if __name__ == "__main__":
    TASKS[sys.argv[1]](*sys.argv[2:])
