"""Derives indicators a second time, from the raw extracts and without the SQL, and compares them with a version.

    compare.py --extracts testdata --definitions pipelines --version data/published/almen_praksis/v1-... \\
        --values data/derived/indicator_value/.../indicator_value.parquet

The values are those before anything is hidden, so that hidden figures are held to the second derivation, too.

Prints each difference and ends with 1 if there is one, or if fewer were compared than there should be.
"""

import argparse
import collections
import gc
import importlib
import math
import pathlib
import re
import sys
from fractions import Fraction

import duckdb

# No compiled files among the sources.
sys.dont_write_bytecode = True

import measures
from contracts import Registers, tomllib
from populations import Country

# Each of these files adds its indicators to measures.ALL.
for file in ("practices", "doctors", "patients", "people", "staff", "clinics", "training", "money"):
    importlib.import_module(file)

LEAST_INDICATORS = 140
LEAST_VALUES = 140_000
LEAST_LIMITS = 7_000
# The year whose limits of shares are derived again.
LIMITS_OF = 2018
# A place's sum has four decimals before the places are added up, 99 at most; whatever is counted comes in larger parts.
ROUNDING = Fraction("0.00005") * 99
# What a row without a value says of itself: uncertain, of a sample, suppressed, not known, or nothing to count.
WITHHELD = {"U", "L", "Q", "O", "M"}


def rows_of(values, name, dimension="all"):
    """The rows of an indicator under a dimension, by value of it and by year and geography.

    Only regions are told apart by the version of the geography: other levels have one row a year, whatever its version.
    What the disclosure policy hides is left out: nobody may compare it.
    """
    rows = duckdb.execute(
        "SELECT breakdown_value, year, geo_level, geo_code, geo_version, numerator, denominator, missing, value,"
        " obs_status, lower_95, upper_95, lower_99_8, upper_99_8"
        " FROM read_parquet(?) WHERE indicator_id = ? AND breakdown_dim = ?",
        [str(values), name, dimension],
    ).fetchall()
    found = collections.defaultdict(dict)
    for part, year, level, code, of, *rest in rows:
        found[part][year, level, code, of if level == "region" else None] = rest
    return found


def dictionary(definitions):
    """The indicators' entries by name: a file each beside the SQL, with the contract's defaults."""
    contract = tomllib.loads(pathlib.Path(definitions, "sources", "indicators.toml").read_text(encoding="utf-8"))
    columns = contract["table"][0]["column"]
    defaults = {column["raw"]: column["default"] for column in columns if "default" in column}
    entries = {}
    for pattern in contract["files"]:
        for path in sorted(pathlib.Path(definitions).parent.joinpath("sql").glob(pattern.replace("{name}", "*"))):
            entry = tomllib.loads(path.read_text(encoding="utf-8"))
            entries[path.stem] = defaults | entry | {"id": path.stem}
    return entries


def agree(theirs, ours, per):
    """Whether a published row is what was derived again: numerator, denominator, missing, and the value they make."""
    if theirs is None:
        # That nothing was counted is told, too.
        return False
    numerator, denominator, missing, value, status = theirs[:5]
    if ours is None or ours[0] is None:
        return not numerator and value in (None, 0) and not missing
    if numerator is None:
        return False
    if (denominator is None) != (ours[1] is None) or ours[2] not in (missing, None):
        return False
    if any(abs(Fraction(a) - Fraction(b)) > ROUNDING for a, b in zip((numerator, denominator), ours) if b is not None):
        return False
    if denominator == 0:
        return value is None
    if value is None:
        return status in WITHHELD
    expected = float(numerator if denominator is None else per * Fraction(numerator) / Fraction(denominator))
    return abs(value - expected) <= 1e-9 * max(1, abs(expected))


def is_withheld(theirs):
    """A row that tells of no number although there is one, and of why it does not."""
    return theirs is not None and theirs[0] is None and theirs[3] is None and theirs[4] in WITHHELD - {"M"}


def show(value):
    if value is None:
        return "no row"
    if value[0] is None:
        return "no number"
    of = "" if value[1] is None else f" of {float(value[1]):.4f}"
    return f"{float(value[0]):.4f}{of}, {value[2]} missing"


def compare(country, values, entry, derived):
    """How many values of an indicator were compared, how many are withheld, and what differs."""
    derive, first, last, levels = derived
    levels = set(levels) & set(entry["levels"].split(",") if "levels" in entry else levels)
    count, silent, differences = 0, 0, []
    dimensions = [dimension for name, dimension in measures.BREAKDOWNS if name == entry["id"]]
    for dimension in ["all", *dimensions]:
        theirs, ours = rows_of(values, entry["id"], dimension), collections.defaultdict(dict)
        of_parts = measures.BREAKDOWNS.get((entry["id"], dimension))
        for year in range(first, last + 1):
            found = of_parts(country, year) if of_parts else {"all": derive(country, year)}
            for part, counted in found.items():
                for geography, value in counted.items():
                    ours[part][year, *geography] = value
        for part in sorted(theirs.keys() | ours.keys()):
            told, withheld, differing = compare_part(entry, part, theirs[part], ours[part], levels)
            count, silent, differences = count + told, silent + withheld, differences + differing
    return count, silent, differences


def compare_part(entry, part, theirs, ours, levels):
    keys = {key for key in theirs.keys() | ours.keys() if key[1] in levels}
    told = [key for key in sorted(keys, key=str) if not is_withheld(theirs.get(key))]
    differences = []
    for key in told:
        if not agree(theirs.get(key), ours.get(key), entry.get("per", 1)):
            where = " ".join(str(piece) for piece in (*key, part) if piece not in (None, "all"))
            numbers = show(theirs.get(key)), show(ours.get(key))
            differences.append(f"{entry['id']} {where}: published {numbers[0]}, derived again {numbers[1]}")
    return len(told), len(keys) - len(told), differences


def wilson(count, of, z, sign):
    """The limit of a share that has the observed one at z of its own standard errors (Wilson 1927)."""
    share = count / of
    middle = share + z * z / (2 * of)
    reach = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle + sign * reach) / (1 + z * z / of)


def compare_limits(country, values, entry, derived):
    """How many limits of a share were compared in a year, and which differ."""
    if entry.get("interval") != "wilson" or not derived[1] <= LIMITS_OF <= derived[2]:
        return 0, []
    quantiles = {str(row.niveau): float(row.fraktil) for row in country.registers.list_of("konfidens")}
    of_levels = [quantiles[next(level for level in quantiles if level.startswith(start))] for start in ("95", "99")]
    ours, ends = derived[0](country, LIMITS_OF), measures.ENDS.get(entry["id"])
    of_withheld = ends(country, LIMITS_OF) if ends else {}
    count, differences = 0, []
    for (year, *geography), theirs in rows_of(values, entry["id"])["all"].items():
        value = ours.get(tuple(geography))
        if year != LIMITS_OF or is_withheld(theirs) or not value or not value[1]:
            continue
        low, high = of_withheld.get(tuple(geography), (value[:2], value[:2]))
        expected = [
            entry["per"] * wilson(float(pair[0]), float(pair[1]), z, sign)
            for z in of_levels
            for pair, sign in ((low, -1), (high, 1))
        ]
        count += len(expected)
        if any(limit is None or abs(limit - own) > 1e-6 for limit, own in zip(theirs[5:], expected)):
            differences.append(f"limits of {entry['id']} {year} {geography}: {theirs[5:]}, derived again {expected}")
    return count, differences


def compare_accounts(registers, version):
    """How many tables of extracts were read, and of which another number of rows was accepted or rejected."""
    rows = duckdb.execute(
        "SELECT file, table_name, SUM(row_count) FILTER (measure = 'accepted'),"
        " SUM(row_count) FILTER (measure = 'rejected') FROM read_parquet(?) GROUP BY file, table_name",
        [str(pathlib.Path(version, "source_quality.parquet"))],
    ).fetchall()
    told = {(file, table): tuple(counts) for file, table, *counts in rows}
    differences = []
    for key, ours in sorted(registers.account.items()):
        if told.get(key) != ours:
            differences.append(
                f"rows of {' '.join(key)}: published {told.get(key)} accepted and rejected, read again {ours}"
            )
    return len(registers.account), differences


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--extracts", "--definitions", "--version", "--values"):
        parser.add_argument(name, required=True)
    parser.add_argument("--only", help="compare the indicators whose names begin with this expression, however few")
    given = parser.parse_args()
    # Millions of rows and no circles among them: there is nothing for the collector to find.
    gc.disable()
    country, entries = Country(Registers(given.extracts, given.definitions)), dictionary(given.definitions)
    compared = values = withheld = different = limits = 0
    for name, derived in measures.ALL.items():
        if given.only and not re.match(given.only, name):
            continue
        count, silent, differences = compare(country, given.values, entries[name], derived)
        of_share, wrong = compare_limits(country, given.values, entries[name], derived)
        limits, differences = limits + of_share, differences + wrong
        for difference in differences:
            print(difference)
        compared, values, different = compared + 1, values + count, different + len(differences)
        withheld += silent
    tables, differences = compare_accounts(country.registers, given.version)
    for difference in differences:
        print(difference)
    different += len(differences)
    print(
        f"{compared} indicators, {values} values, {limits} limits and {tables} tables of extracts compared,"
        f" {withheld} values withheld: {different} differ"
    )
    enough = given.only or compared >= LEAST_INDICATORS and values >= LEAST_VALUES and limits >= LEAST_LIMITS
    if not enough:
        least = f"{LEAST_INDICATORS} indicators, {LEAST_VALUES} values and {LEAST_LIMITS} limits"
        print(f"there should be {least} at least")
    sys.exit(0 if enough and not different else 1)


if __name__ == "__main__":
    main()
