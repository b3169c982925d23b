"""Makes the extracts that are measured, from those that `maaltal-synth` wrote, each task in a process of its own.

Run by `run.py` with the Python of the pinned environment, as `extracts.py TASK ARGUMENT...`.
"""

import ctypes
import gzip
import hashlib
import json
import os
import random
import shutil
import sys
import zipfile
from datetime import date
from pathlib import Path

# The order in which persons are shuffled.
SEED = 20180418


def plain(source: str, target: str) -> None:
    """An extract unpacked, under its name without the ending of what it was packed with."""
    target_file = Path(target)
    target_file.parent.mkdir(parents=True, exist_ok=True)
    if source.endswith(".gz"):
        reader = gzip.open(source)
    elif source.endswith(".zip"):
        archive = zipfile.ZipFile(source)
        reader = archive.open(archive.namelist()[0])
    elif source.endswith(".zst"):
        # The standard library has no zstd before Python 3.14.
        import pyarrow

        reader = pyarrow.CompressedInputStream(pyarrow.OSFile(source), "zstd")
    else:
        reader = open(source, "rb")
    with reader, target_file.open("wb") as out:
        shutil.copyfileobj(reader, out, 1 << 20)


def shuffled(source: str, target: str) -> None:
    """The same lines below the same header, and nobody's lines beside one another."""
    header, *lines = Path(source).read_bytes().splitlines(keepends=True)
    random.Random(SEED).shuffle(lines)
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    with open(target, "wb") as out:
        out.write(header)
        out.writelines(lines)


def corrected(folder: str, file: str) -> None:
    """One row of a year's services costs one krone more; the mark of synthetic extracts knows the file still."""
    path = Path(folder, file)
    lines = gzip.decompress(path.read_bytes()).split(b"\n")
    fields = lines[1].split(b";")
    place = lines[0].lower().split(b";").index(b"bruhon")
    fields[place] = str(int(fields[place]) + 1).encode()
    lines[1] = b";".join(fields)
    # The files are links to those of another folder: written anew, never changed.
    path.unlink()
    path.write_bytes(gzip.compress(b"\n".join(lines), mtime=0))
    mark_file = Path(folder, "_synthetic.json")
    mark = json.loads(mark_file.read_bytes())
    mark["files"][file] = hashlib.sha256(path.read_bytes()).hexdigest()
    mark_file.unlink()
    mark_file.write_text(json.dumps(mark, indent=2), encoding="utf-8")


def sas(source: str, target: str) -> None:
    """A CSV of services as an uncompressed SAS7BDAT, through the library that pyreadstat brings: pyreadstat itself only
    reads that format."""
    from pyreadstat import _readstat_writer

    library = ctypes.CDLL(_readstat_writer.__file__)
    for name in ("readstat_writer_init", "readstat_add_variable"):
        getattr(library, name).restype = ctypes.c_void_p
    written = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)
    numbers = {"ydlant", "kontakt", "bruhon", "barnmak", "behandlingsdato"}
    # Days of SAS are counted from there.
    epoch = date(1960, 1, 1).toordinal()
    header, *rows = Path(source).read_text(encoding="utf-8").splitlines()
    names = header.lower().split(";")
    rows = [row.split(";") for row in rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(names))]
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    pointer = ctypes.c_void_p
    with open(target, "wb") as out:
        write = written(lambda data, length, _: out.write(ctypes.string_at(data, length)))
        writer = pointer(library.readstat_writer_init())
        library.readstat_set_data_writer(writer, write)
        library.readstat_writer_set_table_name(writer, b"SSSY")
        # A string is kind 0 and a double kind 5.
        variables = []
        for name, width in zip(names, widths):
            kind, size = (5, 8) if name in numbers else (0, width)
            variable = pointer(library.readstat_add_variable(writer, name.encode(), kind, ctypes.c_size_t(size)))
            if name == "behandlingsdato":
                library.readstat_variable_set_format(variable, b"YYMMDD10")
            variables.append(variable)
        succeeded(library.readstat_begin_writing_sas7bdat(writer, pointer(0), ctypes.c_long(len(rows))))
        double = library.readstat_insert_double_value
        double.argtypes = [pointer, pointer, ctypes.c_double]
        text = library.readstat_insert_string_value
        text.argtypes = [pointer, pointer, ctypes.c_char_p]
        for row in rows:
            succeeded(library.readstat_begin_row(writer))
            for name, variable, value in zip(names, variables, row):
                if not value:
                    library.readstat_insert_missing_value(writer, variable)
                elif name == "behandlingsdato":
                    double(writer, variable, date.fromisoformat(value).toordinal() - epoch)
                elif name in numbers:
                    double(writer, variable, float(value))
                else:
                    text(writer, variable, value.encode())
            succeeded(library.readstat_end_row(writer))
        succeeded(library.readstat_end_writing(writer))


def succeeded(code: int) -> None:
    if code != 0:
        raise SystemExit(f"ReadStat ended with {code}")


def linked(source: str, target: str) -> None:
    """A copy of a folder whose files are links: stores and extracts are never written over."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, copy_function=os.link)


TASKS = {task.__name__: task for task in (plain, shuffled, corrected, sas, linked)}

if __name__ == "__main__":
    TASKS[sys.argv[1]](*sys.argv[2:])
