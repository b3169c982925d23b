"""What the definitions' files may say: their JSON schemas, which `schemas.py` holds to the code and `reference.py` puts in words.

The schema of an indicator's entry is made of the contract that entries are held to.
"""

import tomllib

TEXT = {"type": "string"}
WHOLE = {"type": "integer", "minimum": 0}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}
FLAG = {"type": "boolean", "default": False}
BILINGUAL = {"$ref": "#/$defs/bilingual"}


def words(*values, **more):
    return {"enum": list(values), **more}


def many(items, **more):
    return {"type": "array", "items": items, **more}


def ref(name):
    return {"$ref": f"#/$defs/{name}"}


def says(schema, description, default=None):
    """The schema with what it means; `default` is told where it is no value."""
    found = {**schema, "description": description}
    return found | ({"x-default": default} if default else {})


def record(description, required, /, **properties):
    return {
        "type": "object",
        "description": description,
        "properties": {name.removesuffix("_"): value for name, value in properties.items()},
        "required": required.split(),
        "additionalProperties": False,
    }


def schema(name, title, record_, /, **definitions):
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"maaltal:{name}",
        "title": title,
        **record_,
        "$defs": definitions,
    }


BOTH = record("The same text in Danish and English.", "da en", da=says(TEXT, "In Danish."), en=says(TEXT, "In English."))

YEARS = record("Years, both included.", "from", from_=says({"type": "integer"}, "The first."), to=says({"type": "integer"}, "The last.", "they go on"))

POSITIONS = {"type": "string", "pattern": "^[1-9][0-9]*(-[1-9][0-9]*)?$"}
ENCODING = words("utf-8", "windows-1252", "iso-8859-15")
DATES = words("yyyyMMdd", "dd-MM-yyyy", "yyyy-MM-dd")
SENSITIVITY = words("open", "practice", "person", "direct", "unused")
COLUMN = {"type": "string"}
DAY_OF_YEAR = {"type": "string", "pattern": "^[0-9]{2}-[0-9]{2}$"}

CONTRACT = schema(
    "contract",
    "Contract",
    record(
        "A source: where its files lie, how they are written, and what every row has to be.",
        "name title provider origin files sensitivity format policy table",
        name=says(TEXT, "The source's name, that of its file."),
        title=says(BILINGUAL, "What the source is called."),
        provider=says(TEXT, "Who delivers it."),
        layout=says(TEXT, "Where the layout is published, or what it is assumed from. Required where `origin` is `extracts`.", "none"),
        origin=says(words("extracts", "definitions", "models"), "Where the files lie: among the extracts, below `pipelines/`, or, one entry a file, beside the models below `sql/`."),
        files=says(many(TEXT), "Paths below the extracts, with the day as `{yyyyMMdd}` (`{date}` is the same), `{yyyy-MM-dd}`, `{yyMMdd}` (70-99 are 1970-1999, 00-69 are 2000-2069) or `{ddMMyyyy}`, or a year as `{yyyy}` (`{year}` is the same), `{part}` for a part of the year, and `*` for any letters within one part of the path, also in folders; a day that stands twice has to be the same. The case of the extension does not matter. Also found with `.gz`, `.zst` or `.zip`, but not both with and without."),
        sensitivity=says(SENSITIVITY, "Whom the source is about. One with CPR numbers has to be `person`, and then the pseudonym key is asked for."),
        every=says(words("year"), "A file serves one year; of several `of_a_year` says which.", "every file serves all years"),
        serves=says(words("same-year", "following-year", default="same-year"), "The year that a file serves: its own, or the one after, as the population of 31 December does."),
        assumed=says(FLAG, "The layout is not public, or only in part; `source_quality` says so."),
        required=says(FLAG, "Without it nothing is published, and a year without its extract is no year yet. Other sources are awaited. The project's own lists and goals always are."),
        years=says(ref("delivered"), "The years for which the register is delivered; nobody waits for it outside of them. Where the files serve all years, those that each have a file of their own, unless `begins` says otherwise.", "all years of the pipeline"),
        parts=says(many(ref("parts")), "A year comes in several files, one a part, with `{part}` in their names. A year of which parts are missing is awaited as a whole.", "a year is one file"),
        may_be_empty=says(FLAG, "An extract without rows is one: the register began later. A file that lacks its header, root or start record too is none."),
        delivery=says(ref("delivery"), "When a year's extract should be there, where it says on which day it was drawn, and which of several serves a year.", "none"),
        rows_within=says(SHARE, "How much, as a share, a year's accepted rows may differ from those of the latest year before, and those of each of its parts from the part's (exit code 5).", "any"),
        same_rows=says(words("freeze", "warn", "allow"), "What becomes of extracts that have the rows of another of their source, in whatever order and form and with another `{year}` or `{part}`: `freeze` refuses them (exit code 4), `warn` says so when one of them is staged, `allow` takes them for what their names say.", "`freeze`"),
        format=says(ref("format"), "How the files are written."),
        delivery_as=says(many(ref("delivery_as")), "The same register in other forms.", "none"),
        version=says(many(ref("version")), "The versions of the layout, of which a file says which it has: at least two, and what the contract says otherwise holds for all.", "one"),
        policy=says(ref("policy"), "What happens when reality differs."),
        table=says(many(ref("table")), "The tables that the files hold."),
    ),
    bilingual=BOTH,
    delivered=record("Years, both included.", "from", from_=says({"type": "integer"}, "The first."), to=says({"type": "integer"}, "The last.", "they go on"), begins=says(many({"type": "integer"}, default=[]), "Later years in which another file begins: each, the first too, serves until the next begins, and is awaited in all those years. Its name says the year in which it begins.")),
    parts=record("The parts of each year, from one on until another says otherwise.", "from codes", from_=says({"type": "integer"}, "The first year."), codes=says(many(TEXT), "The parts as they stand in the files' names; at least two.")),
    version=record(
        "A version of the layout: what tells it, and what differs.",
        "name when",
        name=says(TEXT, "The version's name, as the register calls it."),
        layout=says(TEXT, "Where it is published, or what it is assumed from.", "the contract's"),
        when=says(ref("when"), "What a file of it says. No file may fit two versions."),
        format=says(ref("format"), "How its files are written, as a whole, of the same kind, encoding, delimiter, quote, header, header_row, record_type and start. `root` and `line_width` follow `when`.", "the contract's"),
        table=says(many(ref("differs"), default=[]), "What it says otherwise of a table."),
    ),
    when=record(
        "What a file says, at a place that is the same for all versions. xml: `root`, or `element`, `attribute` and `values`. fixed: `line_width`, with `record_type` or without, or `at` and `values`. csv with a header, and excel: `with` and `without`.",
        "",
        root=says(TEXT, "xml: the outermost element.", "none"),
        element=says(TEXT, "xml: the element that says it, which stands before the records or is the first of them.", "none"),
        attribute=says(TEXT, "xml: its attribute.", "none"),
        line_width=says(WHOLE, "fixed: the letters of the first line of data.", "none"),
        record_type=says(TEXT, "fixed: of the first line of this type instead; other types may have other lengths.", "none"),
        at=says(POSITIONS, "fixed: a field of the first line.", "none"),
        values=says(many(TEXT), "What stands there, one of these; an empty text is nothing.", "none"),
        with_=says(many(TEXT), "csv and excel: columns that are in the header.", "none"),
        without=says(many(TEXT), "csv and excel: columns that are not.", "none"),
    ),
    differs=record(
        "A table as files of one version have it.",
        "name",
        name=says(TEXT, "The table."),
        element=says(TEXT, "What holds its rows.", "the table's"),
        column=says(many(ref("differing")), "What differs of its columns.", "none"),
    ),
    differing=record(
        "A column as files of one version have it: told by `name`, or else by `raw`. Whatever else it says takes the place of what the column says.",
        "",
        name=says(TEXT, "The column's name in SQL.", "none"),
        raw=says(TEXT, "The register's name for it in this version; without `name`, that of the columns that differ.", "the column's"),
        aliases=says(many(TEXT), "Other names.", "the column's"),
        at=says({"anyOf": [POSITIONS, many(TEXT)]}, "fixed: its positions.", "the column's"),
        nulls=says(many(TEXT), "Spellings of no value.", "the column's"),
        true=says(many(TEXT), "Spellings of true.", "the column's"),
        false=says(many(TEXT), "Spellings of false.", "the column's"),
        pattern=says(TEXT, "A regular expression.", "the column's"),
        values=says(many(TEXT), "The values allowed.", "the column's"),
        open_end=says(many(TEXT), "Spellings of an open end.", "the column's"),
    ),
    delivery=record(
        "How the extracts arrive. None of it but `day` stages an extract anew.",
        "",
        due=says(DAY_OF_YEAR, "Month and day, as `04-30`, by which a year's extract should be there: `sources` says when it is late.", "none"),
        day=says(words("name", "content", default="name"), "Where an extract says on which day it was drawn: in its name; or, where its name has no day, in its content at the place that `extract_date` of xml, or of the `start` of fixed width, gives. A file that does not say it there is not read, and told."),
        of_all_years=says(words("newest", "each", default="newest"), "Which files are read of a source that serves all years, where their names say a day and no year: the newest, or each. Two of one day are an error."),
        of_a_year=says(words("newest", "newest-before", "nearest", default="newest"), "Which of several extracts serves a year: the newest; the newest that was drawn before the day `before`; or the one drawn nearest to the pipeline's reference date, of two as near the earlier. Two of one day are an error."),
        before=says(DAY_OF_YEAR, "Month and day, as `05-01`, of the year of the extracts; with `newest-before` alone.", "none"),
    ),
    delivery_as=record("The same register in another form.", "files format", files=says(many(TEXT), "File names, as above."), format=says(ref("format"), "How these files are written.")),
    format=record(
        "How files are written. Which keys a `kind` takes is said with each.",
        "kind",
        kind=says(words("csv", "fixed", "xml", "excel", "jsonl", "sas", "parquet", "toml"), "The format. JSON lines have dotted paths as names, and `../x` is a member of the enclosing object; SAS and Parquet have names in any case."),
        encoding=says(ENCODING, "The character set; required for csv, fixed and xml.", "none"),
        delimiter=says(TEXT, "csv: one ASCII character between cells, which stands in no value; required.", "none"),
        quote=says(TEXT, "csv: the mark around cells.", "no mark quotes"),
        header=says(words("exact", "any-case", "none", default="exact"), "csv: how names in the header are compared; `none`: there is no header, and the columns stand in the contract's order. A row of nothing but names of columns is kept aside all the same."),
        trailer=says({"anyOf": [TEXT, ref("frame")]}, "csv: a word, behind which the next cell counts the rows. xml: the element and attribute that count them.", "none"),
        extract_date=says(ref("day"), "xml: where the day of the extract stands; it has to be that of the file's name, if that says one.", "none"),
        root=says(TEXT, "xml: the outermost element; required.", "none"),
        line_width=says(WHOLE, "fixed: the letters of a line.", "any"),
        record_type=says(POSITIONS, "fixed: where a line's record type stands; required.", "none"),
        start=says(ref("start"), "fixed: the first line.", "none"),
        end=says(ref("end"), "fixed: the last line.", "none"),
        skip=says(many(TEXT, default=[]), "fixed: record types that are not read."),
        header_row=says({"type": "integer", "minimum": 1}, "excel: the row with the columns' names, from 1; required. A merged text or day stands in every row, and so does a merged number in a column of text; in a column of numbers what is merged stands in the first row alone.", "none"),
        nulls=says(many(TEXT, default=[]), "Spellings of no value."),
        dates=says(DATES, "How days are written; required where a column of text is a day. Typed formats need none.", "none"),
        decimal=says({**TEXT, "default": "."}, "The decimal mark."),
        thousands=says(TEXT, "The mark between thousands; the delimiter only where a quote encloses cells.", "none"),
    ),
    frame=record("An attribute that says something of the whole delivery.", "element attribute", element=says(TEXT, "The element."), attribute=says(TEXT, "Its attribute.")),
    day=record("An attribute that says on which day the delivery was drawn; it stands before the records.", "element attribute", element=says(TEXT, "The element."), attribute=says(TEXT, "Its attribute."), dates=says(DATES, "How it is written.", "as in the format")),
    start=record("The first line of a file of fixed width.", "type", type=says(TEXT, "Its record type."), extract_date=says(POSITIONS, "Where the day of the extract stands.", "none"), dates=says(DATES, "How it is written.", "as in the format")),
    end=record("The last line of a file of fixed width.", "type", type=says(TEXT, "Its record type."), count=says(POSITIONS, "Where the number of rows stands.", "none")),
    policy=record(
        "What happens when reality differs.",
        "columns types rows",
        columns=says(words("evolve", "quarantine", "freeze"), "A column that the contract does not know: `quarantine` leaves it out and says so, `freeze` refuses the extract, `evolve` stages it as free text (csv only, and not for sources on persons)."),
        types=says(words("quarantine", "freeze"), "A value of another type: `quarantine` keeps the row aside, `freeze` refuses the extract."),
        rows=says(words("quarantine", "freeze"), "A row that breaks another rule."),
        record_types=says(words("count", "freeze", default="count"), "fixed and xml: a record of a type, or element, that the contract does not know and that has the form of those that it knows: `count` passes over it as a control row, counts it by type and says so, `freeze` refuses the extract."),
        max_rejected_share=says({**SHARE, "default": 0}, "The share of a table's rows that may be rejected; beyond it the extract is refused (exit code 5)."),
    ),
    table=record(
        "One table of a source.",
        "name title column",
        name=says(TEXT, "Its name in SQL."),
        title=says(BILINGUAL, "What one row is, or what the table is called."),
        element=says(TEXT, "What holds its rows: the element (xml), sheet (excel), record type (fixed), array (jsonl) or array of tables (toml).", "none"),
        occurrences=says({"type": "integer", "minimum": 1, "default": 1}, "fixed: how many rows a line holds, as of the present, former and next doctor."),
        present=says(COLUMN, "fixed: the column that tells whether an occurrence is there.", "all are"),
        key=says(many(COLUMN, default=[]), "Columns that tell a row apart: of two rows with one key the earlier stays."),
        validity=says(ref("validity"), "Periods of one entity that must not overlap.", "none"),
        totals=says(many(ref("totals"), default=[]), "Rows that are totals: checked against the rows they sum, then left out."),
        control=says(many(ref("control"), default=[]), "Other subtotals: counted and left out."),
        complete=says(many(ref("complete"), default=[]), "Values that all have to be there, in every combination."),
        rule=says(many(ref("rule"), default=[]), "Rules across two columns."),
        exclude=says(many(ref("exclude"), default=[]), "Rows that are left out by a rule of the register's, or since nothing needs them: counted as control rows, by name."),
        count=says(many(ref("count"), default=[]), "Accepted rows that are counted by name too, such as corrections."),
        column=says(many(ref("column")), "The columns."),
    ),
    validity=record("Half-open periods: the one that starts first stays, and an empty one overlaps nothing.", "of from to", of=says(many(COLUMN), "Columns that name the entity."), from_=says(COLUMN, "The column of the first day."), to=says(COLUMN, "The column of the day after the last.")),
    totals=record(
        "Rows that are totals. A total over two columns is held against the totals over one of them.",
        "column values of",
        column=says(COLUMN, "The column that marks a total."),
        values=says(many(TEXT), "Its values that do, such as `TOT`."),
        of=says(COLUMN, "The column of integers or decimals that is summed."),
        per=says(many(COLUMN), "The columns that the rows of one sum share.", "the rest of the key"),
        presence=says(words("optional", "required", default="optional"), "Whether a delivery without totals is refused."),
    ),
    control=record("Subtotals.", "column values", column=says(COLUMN, "The column that marks one."), values=says(many(TEXT), "Its values that do.")),
    complete=record(
        "One of `values`, `integers` and `code_list`.",
        "column",
        column=says(COLUMN, "The column."),
        values=says(many(TEXT), "The values.", "none"),
        integers=says(ref("integers"), "Every whole number of a range.", "none"),
        code_list=says(TEXT, "Every code of a reference list.", "none"),
    ),
    integers=record("A range of whole numbers.", "from to", from_=says({"type": "integer"}, "The first."), to=says({"type": "integer"}, "The last.")),
    rule=record(
        "A rule across two columns of one type.",
        "name left op right da en",
        name=says(TEXT, "Its name among the rejected rows."),
        left=says(COLUMN, "The column on the left."),
        op=says(words("<", "<=", "=", "!=", "0 or ="), "The comparison that has to hold. `0 or =`: the left one is 0 or equal."),
        right=says(COLUMN, "The column on the right."),
        da=says(TEXT, "What it says, in Danish."),
        en=says(TEXT, "What it says, in English."),
    ),
    exclude=record(
        "One of `values` and `pattern`.",
        "name column da en",
        name=says(TEXT, "Its name among the control rows."),
        column=says(COLUMN, "The column that decides."),
        values=says(many(TEXT), "Values that are left out.", "none"),
        pattern=says(TEXT, "A regular expression that the whole value matches.", "none"),
        da=says(TEXT, "Why, in Danish."),
        en=says(TEXT, "Why, in English."),
    ),
    count=record(
        "Rows that are counted.",
        "name column below da en",
        name=says(TEXT, "Its name in `source_quality`."),
        column=says(COLUMN, "The column that decides."),
        below=says(TEXT, "Rows with a value below this one are counted."),
        da=says(TEXT, "What they are, in Danish."),
        en=says(TEXT, "What they are, in English."),
    ),
    column=record(
        "A column. A column of sensitivity `direct` or `unused` is never read, and needs no `name` and `type`.",
        "raw da en",
        raw=says(TEXT, "The register's name for it: a header, an attribute (`../` for the enclosing element's), a path."),
        aliases=says(many(TEXT, default=[]), "Other names that deliveries have used."),
        name=says(TEXT, "Its name in SQL.", "required if it is read"),
        type=says(words("text", "integer", "decimal", "date", "boolean", "cpr", "cpr-birth-date", "person-number"), "Its type. `cpr` becomes a pseudonym, of `cpr-birth-date` only the day of birth is kept, and `person-number` is a CPR number or the twelve digits that Statistics Denmark gives researchers instead.", "required if it is read"),
        precision=says(WHOLE, "decimal: digits in all; required.", "none"),
        scale=says(WHOLE, "decimal: digits behind the mark; required.", "none"),
        true=says(many(TEXT, default=[]), "boolean: spellings of true; required."),
        false=says(many(TEXT, default=[]), "boolean: spellings of false; required."),
        at=says({"anyOf": [POSITIONS, many(TEXT)]}, "fixed: its positions, as `3-12`, or a list of them, one an occurrence.", "none"),
        nullable=says(FLAG, "A value may be missing."),
        optional=says(FLAG, "A whole delivery may lack the column."),
        versions=says(many(TEXT, default=[]), "The versions of the layout that have it, if not all do: files of the others have no value there."),
        nulls=says(many(TEXT, default=[]), "Spellings of no value, besides the format's."),
        default=says(TEXT, "toml: the value of a record that does not give one.", "none"),
        pattern=says(TEXT, "A regular expression that the whole value has to match.", "any"),
        values=says(many(TEXT), "The values allowed. `{year}` stands for the year that the extract serves, or that the name of its file says where it serves all years, and `{year-1}` for the one before, and `{part}` for the part of it that the extract is.", "any"),
        code_list=says(TEXT, "The reference list whose first key column has to hold the value.", "none"),
        references=says(ref("references"), "The register's column that has to hold the value. That register is pulled first.", "none"),
        min=says(TEXT, "The smallest value allowed.", "any"),
        max=says(TEXT, "The largest value allowed.", "any"),
        open_end=says(many(TEXT, default=[]), "Spellings of an open end, read as missing."),
        unit=says(TEXT, "The unit, in Danish.", "none"),
        layout=says(TEXT, "Where its place is published or assumed from, if not where the contract's is.", "the contract's"),
        sensitivity=says(SENSITIVITY, "Whom the column is about; `direct` and `unused` are never read.", "the contract's"),
        da=says(TEXT, "What it holds, in Danish."),
        en=says(TEXT, "What it holds, in English."),
    ),
    references=record("A column of a table of another source.", "table column", table=says(TEXT, "The table."), column=says(TEXT, "Its column.")),
)

PIPELINE = schema(
    "pipeline",
    "Pipeline",
    record(
        "`pipelines/NAME.toml`: what is derived, for which years, and when. Its SQL lies in `sql/NAME/`. The name has at most 44 of a-z, 0-9 and `_`.",
        "title years reference_day schedule dataset",
        title=says(BILINGUAL, "What it is called."),
        sources=says(many(TEXT), "The sources it pulls.", "none"),
        without=says(many(TEXT, default=[]), "Sources that it goes without: what needs them falls away, and `plan` lists it."),
        goals=says(many(TEXT), "The goals whose indicators are derived, with the sources, models and tables that they need and no others.", "all goals"),
        years=says(ref("years"), "The years that are derived. Without an end they go on to the newest year for which the required sources are there."),
        reference_day=says({"type": "string", "pattern": "^[0-9]{2}-[0-9]{2}$"}, "The day of each year on which stocks are counted, as `01-01`."),
        schedule=says(ref("schedule"), "When it runs."),
        dataset=says(TEXT, "The dataset that it publishes."),
    ),
    bilingual=BOTH,
    years=YEARS,
    schedule=record("When it runs.", "cron time_zone", cron=says(TEXT, "Five fields that both cron and Kubernetes take: no `?`, `L`, `W`, `#`, and Sunday is 0."), time_zone=says(TEXT, "A time zone of the IANA database.")),
)

DATASET = schema(
    "dataset",
    "Dataset",
    record(
        "`pipelines/datasets/NAME.toml`: the published tables, a promise to who reads them.",
        "name title description table",
        name=says(TEXT, "The dataset's name, and its folder's."),
        title=says(BILINGUAL, "What it is called."),
        description=says(BILINGUAL, "What it is."),
        table=says(many(ref("table")), "Its tables."),
    ),
    bilingual=BOTH,
    table=record(
        "A published table.",
        "name title key columns",
        name=says(TEXT, "The table's name, and its model's."),
        title=says(BILINGUAL, "What it is called."),
        key=says(many(TEXT), "The columns that tell a row apart: the table's first, in order."),
        may_be_empty=says(FLAG, "The table may have no rows: there is nothing to tell. Otherwise that stops publication."),
        columns=says(many(ref("column")), "All columns, in order."),
    ),
    column=record(
        "A published column.",
        "name type da en",
        name=says(TEXT, "Its name."),
        type=says({"type": "string", "pattern": r"^(string|int32|int64|double|date32|boolean|decimal\([0-9]+, *[0-9]+\))$"}, "`string`, `int32`, `int64`, `double`, `date32`, `boolean` or `decimal(p,s)` of at most 18 digits."),
        nullable=says(FLAG, "May it be NULL?"),
        da=says(TEXT, "What it holds, in Danish."),
        en=says(TEXT, "What it holds, in English."),
    ),
)

LEVEL = words("country", "region", "training_region", "health_council", "municipality")
GUARDED = words("protected", "open", "public")
FIGURE = {"type": "string", "pattern": r"^.+\.(numerator|denominator|complement)$"}
FEWEST = {"type": "integer", "minimum": 1}
PERCENT = {"type": "integer", "minimum": 1, "maximum": 100}

DISCLOSURE = schema(
    "disclosure",
    "Disclosure policy",
    record(
        "`pipelines/disclosure/DATASET.toml`: which of a dataset's figures tell of a few, and the lowest level at which they are published. Relations name columns: `INDICATOR.numerator`, `.denominator` or `.complement` (the denominator less the numerator), or `INDICATOR[DIMENSION=VALUE].numerator` for a part of a breakdown.",
        "values members contributors k fewest_contributors dominance_percent amount_width_percent rounds population family",
        values=says(TEXT, "The published table that is protected."),
        members=says(TEXT, "The model that says which place is in which geography in a year."),
        contributors=says(TEXT, "The model that says how many made an amount, and how much the two largest of them did."),
        k=says({"type": "integer", "minimum": 3}, "Counts of 1 to k - 1 persons are hidden."),
        fewest_contributors=says(FEWEST, "The fewest who make an amount that is published."),
        dominance_percent=says(PERCENT, "The most that the two largest may have made of it together, in percent."),
        amount_width_percent=says(PERCENT, "How wide the interval of a hidden amount has to stay for anyone who calculates, in percent of it."),
        rounds=says(WHOLE, "How often a group of figures may be repaired before it fails."),
        population=says(ref("population"), "What ranks geographies by size."),
        family=says(many(ref("family")), "Indicators that are protected alike. One in no family is published for the country alone."),
        lowest=says(many(ref("lowest"), default=[]), "What is published no lower than a level, beside the families' own."),
        equal=says(many(ref("equal"), default=[]), "Columns that are the same in every place."),
        sum=says(many(ref("sum"), default=[]), "Columns that others add up to."),
        nested=says(many(ref("nested"), default=[]), "Columns that count a part of those whom others count."),
        balance=says(many(ref("balance"), default=[]), "Columns that add up to the same as others."),
    ),
    bilingual=BOTH,
    population=record(
        "Residents of a geography. The year is fixed: with each year's own, what is hidden would change whenever a count moves.",
        "indicator year",
        indicator=says(TEXT, "The indicator whose denominator they are."),
        year=says({"type": "integer"}, "The year."),
    ),
    family=record(
        "A family of indicators.",
        "id rule lowest reason indicators",
        id=says(TEXT, "Its name."),
        rule=says(words("open", "count", "contributors", "spread", "follows"), "What is hidden first: nothing, small counts of persons, amounts that few made, percentiles of few, or what tells of another figure."),
        lowest=says(LEVEL, "The lowest level that is published."),
        harmed=says(BILINGUAL, "Whom a figure could harm. Required unless the rule is `open`.", "nobody"),
        reason=says(BILINGUAL, "Why it is protected, or open."),
        complement=says(GUARDED, "Those who do not have what is counted: held to the rule, published unless it has to be hidden for others' sake, or known from elsewhere. Required where the rule is `count`.", "none"),
        denominator=says(GUARDED, "All who are counted. Required where the rule is `count` or `contributors`.", "none"),
        alone=says(words("knows", "does_not_know"), "Whether somebody who is alone in a count knows to be, and calculates with it. Required where the rule is `count`.", "none"),
        fewest_contributors=says(FEWEST, "The fewest who make an amount, or are spread.", "the policy's"),
        follows=says(many(TEXT, default=[]), "The figures that those of this family tell of: `INDICATOR` or `INDICATOR[DIMENSION=VALUE]`. Required where the rule is `follows`."),
        indicators=says(many(TEXT), "The indicators."),
    ),
    lowest=record(
        "A level of its own.",
        "indicator level",
        indicator=says(TEXT, "The indicator."),
        breakdown=says(TEXT, "The breakdown.", "all of the indicator"),
        level=says(LEVEL, "The lowest level that is published."),
    ),
    equal=record("Two columns that are the same.", "columns", columns=says(many(FIGURE, minItems=2, maxItems=2), "The two.")),
    sum=record("A column that others add up to.", "total parts", total=says(FIGURE, "What they add up to."), parts=says(many(FIGURE), "The others.")),
    nested=record(
        "A column that counts a part of those whom another counts.",
        "outer inner",
        outer=says(FIGURE, "The one that counts more."),
        inner=says(FIGURE, "The one that counts a part of them."),
    ),
    balance=record(
        "Columns that add up to the same.",
        "left right",
        left=says(many(FIGURE), "Those on one side."),
        right=says(many(FIGURE), "Those on the other."),
    ),
)

ENVIRONMENT = schema(
    "environment",
    "Environment",
    record(
        "`pipelines/environments/NAME.toml`: where extracts and store lie, and what a run may use.",
        "extracts store pseudonym_key resources",
        extracts=says(TEXT, "The address of the extracts: a folder, `file://` or `s3://bucket/prefix`."),
        store=says(TEXT, "The address of the store."),
        pseudonym_key=says(ref("key"), "Which variable holds the pseudonym key."),
        encryption_key=says(ref("key"), "Which variable holds the key that tables outside `published/` are encrypted with; they lie as they are where there is none."),
        resources=says(ref("resources"), "What a run may use."),
    ),
    key=record("The key itself is never in a file.", "env", env=says({"type": "string", "pattern": "^(?!.*[0-9A-Fa-f]{32})[A-Za-z_][A-Za-z0-9_]*$"}, "The environment variable.")),
    resources=record(
        "What a run may use.",
        "memory_mib parallel_extracts",
        memory_mib=says(WHOLE, "Memory for queries, in MiB: five eighths for sorting, grouping and joining, which spill to disk beyond that, and the rest for small tables and what is on its way. The process may need half as much again."),
        parallel_extracts=says(WHOLE, "Extracts that are pulled at once."),
        batch_rows=says({"type": "integer", "minimum": 1}, "Rows that a query works on at once; it changes no result.", "the engine's own"),
    ),
)


def indicator(root):
    """What the contract of the dictionary says of an indicator's entry."""
    contracts = (tomllib.loads(file.read_text()) for file in sorted((root / "pipelines/sources").glob("*.toml")))
    tables = (table for contract in contracts for table in contract["table"])
    table = next(table for table in tables if table["name"] == "indicator_definition")
    top = record("An indicator's entry in the dictionary, beside its SQL.", "")
    # `{name}` is the file's own name, and no key in it.
    for column in (column for column in table["column"] if column["raw"] != "{name}"):
        key = {"type": "integer" if column["type"] == "integer" else "string"}
        if column["type"] == "boolean":
            key = {"enum": [True, False, *column["true"], *column["false"]]}
        if "values" in column:
            key = {"enum": column["values"]}
        if "pattern" in column:
            key["pattern"] = f"^(?:{column['pattern']})$"
        missing = "none" if column.get("nullable") or column.get("optional") else None
        key = says(key, column["en"] + ".", f"`{column['default']}`" if "default" in column else missing)
        where, *rest = column["raw"].split(".")
        if rest:
            part = top["properties"].setdefault(where, record("", "")) | {"description": column["en"].removesuffix(" in English") + "."}
            part["properties"][rest[0]] = key
            top["properties"][where] = part
            if "x-default" not in key:
                part["required"].append(rest[0])
            else:
                part["x-default"] = "of the texts below"
        else:
            top["properties"][where] = key
        if "x-default" not in key and where not in top["required"]:
            top["required"].append(where)
    return schema("indicator", "Indicator", top)


def schemas(root):
    return {"contract": CONTRACT, "pipeline": PIPELINE, "dataset": DATASET, "disclosure": DISCLOSURE, "environment": ENVIRONMENT, "indicator": indicator(root)}
