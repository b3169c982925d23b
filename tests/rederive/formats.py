"""Reads the formats that the registers come in: what stands in a file becomes names and records of cells.

A cell is a text, or a number where a workbook has one. What a cell means is for the contract to say.
"""

import csv
import functools
import gzip
import io
import json
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

import pyarrow

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_csv(path, contract, table, columns):
    form = contract["format"]
    lines = text_lines(path, form["encoding"])
    records = [record for record in csv.reader(lines, delimiter=form["delimiter"], quoting=csv.QUOTE_NONE) if record]
    names = [c["raw"] for c in table["column"]]
    if form.get("header") != "none":
        names = records.pop(0)
    if "trailer" in form:
        trailer = records.pop()
        if trailer[0] != form["trailer"] or int(trailer[1]) != len(records):
            raise ValueError(f"{path} is cut off")
    return names, records


def read_jsonl(path, contract, table, columns):
    names = [c["raw"] for c in columns]
    records = []
    for line in text_lines(path, "utf-8"):
        if line.strip():
            whole = json.loads(line)
            records.append([member(whole, name) for name in names])
    return names, records


@functools.lru_cache(maxsize=1)
def tree(path):
    return ElementTree.fromstring(content(path))


def read_xml(path, contract, table, columns):
    form = contract["format"]
    root = tree(path)
    names = [c["raw"] for c in columns]
    records = []

    def walk(element, outer):
        if element.tag == table["element"]:
            records.append([outer.get(n[3:], "") if n.startswith("../") else element.get(n, "") for n in names])
        for inner in element:
            walk(inner, element)

    walk(root, None)
    trailer = form["trailer"]
    elements = {of["element"] for of in contract["table"]}
    if int(root.find(trailer["element"]).get(trailer["attribute"])) != sum(e.tag in elements for e in root.iter()):
        raise ValueError(f"{path} is cut off")
    return names, records


def read_fixed(path, contract, table, columns):
    form = contract["format"]
    names = [column["name"] for column in columns]
    times = range(table.get("occurrences", 1))
    # A field has one place, or one for each of the rows that a line makes; a place that is empty has no cell.
    places = [c["at"] if isinstance(c["at"], list) else [c["at"]] * len(times) for c in columns]
    slices = [[at(of_column[time]) for of_column in places] for time in times]
    element = table["element"]
    kind = at(form["record_type"])
    present = names.index(table["present"]) if "present" in table else None
    records = []
    for line in text_lines(path, form["encoding"]):
        if line[kind] == element:
            for fields in slices:
                record = [line[field].strip() for field in fields]
                if present is None or record[present] not in columns[present]["nulls"]:
                    records.append(record)
    return names, records


def read_excel(path, contract, table, columns):
    form = contract["format"]
    book = zipfile.ZipFile(io.BytesIO(content(path)))
    texts = []
    if "xl/sharedStrings.xml" in book.namelist():
        for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml")):
            texts.append("".join(part.text or "" for part in item.iter(SHEET + "t")))
    # Each workbook of the contracts has one sheet, the table's.
    sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    cells = {}
    for cell in sheet.iter(SHEET + "c"):
        value = cell.find(SHEET + "v")
        if value is not None and value.text is not None:
            cells[cell.get("r")] = texts[int(value.text)] if cell.get("t") == "s" else Decimal(value.text)
    for merged in sheet.iter(SHEET + "mergeCell"):
        (column, first), (_, last) = (split_cell(corner) for corner in merged.get("ref").split(":"))
        for row in range(first + 1, last + 1):
            if isinstance(cells.get(f"{column}{first}"), str):
                cells[f"{column}{row}"] = cells[f"{column}{first}"]
    header = form["header_row"]
    letters = [split_cell(r)[0] for r in cells if split_cell(r)[1] == header]
    last = max(split_cell(r)[1] for r in cells)
    records = [[cells.get(f"{letter}{row}", "") for letter in letters] for row in range(header + 1, last + 1)]
    return [cells[f"{letter}{header}"] for letter in letters], [r for r in records if any(c != "" for c in r)]


READERS = {"csv": read_csv, "jsonl": read_jsonl, "xml": read_xml, "fixed": read_fixed, "excel": read_excel}


def read(path, contract, table, columns):
    """The names and the records of a table in a file."""
    return READERS[contract["format"]["kind"]](path, contract, table, columns)


def content(path):
    """The bytes of a file, unpacked."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".zst":
        # The standard library has no zstd before Python 3.14; Arrow has.
        with pyarrow.input_stream(str(path), compression="zstd") as unpacked:
            return unpacked.read()
    if path.suffix == ".zip":
        archive = zipfile.ZipFile(path)
        return archive.read(archive.namelist()[0])
    return path.read_bytes()


# The tables of a file are read one after the other.
@functools.lru_cache(maxsize=1)
def text_lines(path, encoding):
    lines = content(path).decode(encoding).splitlines()
    if lines and lines[0].startswith("\ufeff"):
        lines[0] = lines[0][1:]
    return lines


def at(positions):
    """Positions of letters, counted from one, as a slice."""
    if not positions:
        return slice(0, 0)
    first, _, last = positions.partition("-")
    return slice(int(first) - 1, int(last or first))


def member(whole, path):
    for name in path.split("."):
        whole = (whole or {}).get(name)
    return str(whole).lower() if isinstance(whole, bool) else whole


def split_cell(reference):
    letters = reference.rstrip("0123456789")
    return letters, int(reference[len(letters) :])
