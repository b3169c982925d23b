"""Reads the raw extracts as their contracts in pipelines/sources/*.toml describe them: the nulls, the types, the totals
that are no rows, the rows that are left out on purpose, and those that break a rule.

It shares no code with the pull, and knows only what the indicators here need. Numbers become int or Decimal, days
datetime.date, truths bool, and a person's number stays a text of digits: the extracts of the tests are synthetic.
"""

import collections
import datetime
import functools
import operator
import pathlib
import re
from decimal import Decimal

import formats

try:
    import tomllib
except ModuleNotFoundError:  # before Python 3.11
    from pip._vendor import tomli as tomllib

DATES = {
    "dd-MM-yyyy": (r"(?P<d>\d\d)-(?P<m>\d\d)-(?P<y>\d{4})"),
    "yyyy-MM-dd": (r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)"),
    "yyyyMMdd": (r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)"),
}
COMPARISONS = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
    "0 or =": lambda left, right: left in (0, right),
}
# Nine digits or more with at most one mark between two of them, in a text that anything may stand in.
LOOKS_LIKE_A_PERSON = re.compile(r"\d(?:[^\w;,]?\d){8,}")

REJECTED = object()


class Rejected(Exception):
    """A cell that breaks its contract."""


class Registers:
    """The extracts and the reference lists, each table read once."""

    def __init__(self, extracts, definitions):
        self.extracts = pathlib.Path(extracts)
        self.definitions = pathlib.Path(definitions)
        self.contracts = {}
        self.source_of = {}
        self.tables = {}
        # Of each file and table how many rows were accepted and rejected.
        self.account = {}
        for path in sorted((self.definitions / "sources").glob("*.toml")):
            contract = tomllib.loads(path.read_text(encoding="utf-8"))
            self.contracts[contract["name"]] = contract
            self.source_of.update((table["name"], contract["name"]) for table in contract["table"])

    def rows(self, table, year=None):
        """The accepted rows of a table in the extract that serves the year, or in all extracts without a year."""
        source = self.source_of[table]
        if self.contracts[source].get("every") != "year":
            year = None
        elif year is None:
            raise ValueError(f"{table} has an extract a year")
        if (table, year) not in self.tables:
            self._read(source, year)
        return self.tables[table, year]

    def forget(self, table, year):
        """Lets go of a large table's rows."""
        del self.tables[table, year]

    def list_of(self, name):
        """The rows of a reference list."""
        return self.rows(name)

    def parameter(self, threshold):
        """A threshold of reference/taerskel.csv."""
        return next(row.vaerdi for row in self.rows("taerskel") if row.taerskel == threshold)

    def _read(self, source, year):
        contract = self.contracts[source]
        for table in contract["table"]:
            reader = Table(self, contract, table, year)
            rows = []
            for path, file_year in self._files(contract, year):
                accepted, rejected = reader.read(path, file_year)
                rows += accepted
                if contract["origin"] == "extracts":
                    self.account[path.relative_to(self.extracts).as_posix(), table["name"]] = len(accepted), rejected
            self.tables[table["name"], year] = rows

    def _files(self, contract, year):
        """The files of a source and the year that each serves; of a year the one with the newest date."""
        root = self.definitions if contract["origin"] == "definitions" else self.extracts
        found = {}
        for pattern in contract["files"]:
            folder, _, name = pattern.rpartition("/")
            expression = (
                re.escape(name).replace(r"\{date\}", r"(?P<date>\d{8})").replace(r"\{year\}", r"(?P<year>\d{4})")
            )
            for path in sorted((root / folder).glob("*")):
                match = re.fullmatch(expression + r"(\.gz|\.zst|\.zip)?", path.name)
                if match:
                    groups = match.groupdict()
                    stamp = groups.get("date") or groups.get("year") or ""
                    of_year = int(stamp[:4]) if stamp else None
                    if contract.get("serves") == "following-year":
                        of_year += 1
                    found[stamp] = (path, of_year)
        if not found:
            raise FileNotFoundError(f"no extract of {contract['name']}")
        if contract.get("every") != "year":
            return [found[stamp] for stamp in sorted(found)]
        of_year = [found[stamp] for stamp in sorted(found) if found[stamp][1] == year]
        return of_year[-1:]


class Table:
    """One table of a contract: what is read from a file becomes rows, as far as they keep the rules."""

    def __init__(self, registers, contract, table, year):
        self.registers = registers
        self.contract = contract
        self.format = contract["format"]
        self.table = table
        self.year = year
        self.columns = [c for c in table["column"] if "name" in c]
        self.row = collections.namedtuple(table["name"], [c["name"] for c in self.columns])

    def read(self, path, year):
        names, records = formats.read(path, self.contract, self.table, self.columns)
        position = self._positions(names)
        whole = [record for record in records if len(record) == len(names)]
        rejected = len(records) - len(whole)
        for place, is_left_out in self._left_out(position):
            whole = [record for record in whole if not is_left_out[record[place]]]
        # Column by column, since most cells have been seen before.
        cells = list(zip(*whole)) or [()] * len(names)
        columns, broken = [], set()
        for column, place in zip(self.columns, position.values()):
            meaning = self._converter(column, year)
            columns.append(list(map(meaning.__getitem__, cells[place] if place is not None else [""] * len(whole))))
            if meaning.rejects:
                broken.update(row for row, value in enumerate(columns[-1]) if value is REJECTED)
        rows = [row for number, row in enumerate(map(self.row._make, zip(*columns))) if number not in broken]
        kept = self._periods(self._keys(self._rules(rows)))
        return kept, rejected + len(whole) - len(kept)

    def _positions(self, names):
        fold = str.lower if self.format.get("header") == "any-case" else str
        places = {fold(name): place for place, name in enumerate(names)}
        position = {}
        for column in self.columns:
            spellings = [column["raw"], *column.get("aliases", [])]
            if "at" in column:
                spellings = [column["name"]]
            found = [places[fold(name)] for name in spellings if fold(name) in places]
            if not found and not column.get("optional"):
                raise ValueError(f"{self.table['name']} has no column {column['raw']}")
            position[column["name"]] = found[0] if found else None
        return position

    # What is in the file and is no row of the table: totals, subtotals, and rows that a rule of the register excludes.
    def _left_out(self, position):
        groups = self.table.get("totals", []) + self.table.get("control", []) + self.table.get("exclude", [])
        left_out = []
        for group in groups:
            pattern = group.get("pattern") or "|".join(re.escape(value) for value in group["values"])
            matches = re.compile(pattern).fullmatch
            left_out.append(
                (position[group["column"]], Remembered(lambda cell, matches=matches: matches(text_of(cell))))
            )
        return left_out

    def _converter(self, column, year):
        """What a cell means, remembered by the cell."""
        nulls = {*self.format.get("nulls", []), *column.get("nulls", []), *column.get("open_end", [])}
        allowed = None
        if "values" in column:
            allowed = {
                v.replace("{year}", str(year)).replace("{year-1}", str((year or 1) - 1)) for v in column["values"]
            }
        if "code_list" in column:
            listed = self.registers.contracts[column["code_list"]]["table"][0]
            allowed = {row[0] for row in self._list(listed)}
        if "references" in column:
            of = column["references"]
            allowed = {getattr(row, of["column"]) for row in self.registers.rows(of["table"], self.year)}
        pattern = re.compile(column["pattern"]) if "pattern" in column else None
        free = column["type"] == "text" and allowed is None and pattern is None
        read = self._type(column)
        low, high = (bound(column[k], column["type"]) if k in column else None for k in ("min", "max"))

        def convert(cell):
            text = text_of(cell)
            if text == "" or text in nulls:
                if column.get("nullable") or column.get("optional"):
                    return None
                raise Rejected
            if allowed is not None and text not in allowed:
                raise Rejected
            if pattern is not None and not pattern.fullmatch(text):
                raise Rejected
            if free and LOOKS_LIKE_A_PERSON.search(text):
                raise Rejected
            value = read(cell)
            if low is not None and value < low or high is not None and value > high:
                raise Rejected
            return value

        return Remembered(convert)

    def _list(self, table):
        key = table["key"][0]
        return [(getattr(row, key),) for row in self.registers.rows(table["name"])]

    def _type(self, column):
        kind = column["type"]
        if kind == "text":
            return text_of
        if kind == "integer":
            return lambda cell: number(cell, self.format, 0)
        if kind == "decimal":
            return lambda cell: number(cell, self.format, column["scale"])
        if kind == "date":
            expression = re.compile(DATES[self.format.get("dates", "yyyy-MM-dd")])
            return lambda cell: day(cell, expression)
        if kind == "boolean":
            truth = {**dict.fromkeys(column["true"], True), **dict.fromkeys(column["false"], False)}
            return lambda cell: known(truth, text_of(cell))
        if kind == "cpr":
            return person
        if kind == "cpr-birth-date":
            return birthday
        if kind == "person-number":
            return lambda cell: text_of(cell) if re.fullmatch(r"\d{12}", text_of(cell)) else person(cell)
        raise ValueError(f"unknown type {kind}")

    def _rules(self, rows):
        for rule in self.table.get("rule", []):
            holds = COMPARISONS[rule["op"]]
            left, right = operator.attrgetter(rule["left"]), operator.attrgetter(rule["right"])
            rows = [row for row in rows if left(row) is None or right(row) is None or holds(left(row), right(row))]
        return rows

    def _keys(self, rows):
        """Of two rows with one key the earlier stays."""
        if "key" not in self.table:
            return rows
        key_of = operator.attrgetter(*self.table["key"])
        kept = {}
        for row in rows:
            kept.setdefault(key_of(row), row)
        return list(kept.values())

    def _periods(self, rows):
        """Of periods of one entity that overlap, the one that starts first stays; an empty one overlaps nothing."""
        if "validity" not in self.table:
            return rows
        validity = self.table["validity"]
        begin, end = validity["from"], validity["to"]
        entity_of = operator.attrgetter(*validity["of"])
        entities = collections.defaultdict(list)
        for place, row in enumerate(rows):
            entities[entity_of(row)].append(place)
        dropped = set()
        for places in entities.values():
            last = datetime.date.min
            for place in sorted(places, key=lambda p: (getattr(rows[p], begin), p)):
                first, until = getattr(rows[place], begin), getattr(rows[place], end) or datetime.date.max
                if until <= first:
                    continue
                if first < last:
                    dropped.add(place)
                else:
                    last = until
        return [row for place, row in enumerate(rows) if place not in dropped]


class Remembered(dict):
    """A function of a cell whose answers are kept; what it rejects becomes REJECTED."""

    def __init__(self, convert):
        super().__init__()
        self.convert = convert
        self.rejects = False

    def __missing__(self, cell):
        try:
            self[cell] = self.convert(cell)
        except Rejected:
            self[cell] = REJECTED
            self.rejects = True
        return self[cell]


def text_of(cell):
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, Decimal):
        return str(int(cell)) if cell == int(cell) else str(cell)
    return "" if cell is None else str(cell)


def number(cell, form, scale):
    """A number as the delivery writes it; a workbook's is a number already."""
    value = cell
    if not isinstance(cell, Decimal):
        text, mark, point = text_of(cell), form.get("thousands"), form.get("decimal", ".")
        whole = r"-?\d+" if mark is None else rf"-?(\d+|\d{{1,3}}({re.escape(mark)}\d{{3}})+)"
        if not re.fullmatch(whole + rf"({re.escape(point)}\d+)?", text):
            raise Rejected
        value = Decimal(text.replace(mark or "", "").replace(point, ".") if mark else text.replace(point, "."))
    if value != round(value, scale):
        raise Rejected
    return int(value) if scale == 0 else value


def day(cell, expression):
    match = expression.fullmatch(text_of(cell))
    if not match:
        raise Rejected
    try:
        return datetime.date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        raise Rejected from None


def bound(text, kind):
    return datetime.date.fromisoformat(text) if kind == "date" else Decimal(text)


def known(values, text):
    if text not in values:
        raise Rejected
    return values[text]


def person(cell):
    text = text_of(cell)
    born(text)
    return text


def birthday(cell):
    return born(text_of(cell))


@functools.lru_cache(maxsize=None)
def born(text):
    """The day of birth in a CPR number; the seventh digit tells the century."""
    if not re.fullmatch(r"\d{10}", text):
        raise Rejected
    year, seventh = int(text[4:6]), int(text[6])
    if seventh <= 3 or seventh in (4, 9) and year >= 37:
        century = 1900
    elif seventh in (4, 9) or year <= 57:
        century = 2000
    else:
        century = 1800
    try:
        return datetime.date(century + year, int(text[2:4]), int(text[:2]))
    except ValueError:
        raise Rejected from None
