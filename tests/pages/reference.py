"""The pages of the reference that follow from the code: printed anew, and compared with those in the book.

With `--write` the pages are written. What they say comes from the binary (`--help`, `sources`) and from the definitions;
of keys, from the JSON schemas, which `schemas.py` holds to the code.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tomllib

import definitions

WRITTEN_BY = "<!-- Written by tests/pages/reference.py from the code: change that, and run the tests with UPDATE_PAGES=1. -->"


def cell(text):
    """A text in a cell of a table."""
    return re.sub(r"\s+", " ", str(text)).strip().replace("|", "\\|").replace("<", "&lt;")


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def page(title, *parts):
    return "\n\n".join([f"# {title}", WRITTEN_BY, *parts]) + "\n"


def toml(path):
    return tomllib.loads(path.read_text())


class Told:
    """What the binary tells of itself and of the project."""

    def __init__(self, binary, root):
        self.binary, self.root = binary, root

    def __call__(self, *arguments):
        done = subprocess.run(
            [self.binary, *arguments], cwd=self.root, capture_output=True, text=True, check=True, env={"COLUMNS": "100"}
        )
        return done.stdout

    def rows(self, *arguments):
        return json.loads(self(*arguments, "--format", "json"))


def command_line(told, root):
    commands, parts = re.findall(r"^  (\w+)  ", told("-h").split("Options:")[0], re.MULTILINE), []
    common = set(re.findall(r"--([a-z-]+)", told("versions", "--help")))
    parts.append("What `maaltal --help` and the help of each command say. Data goes to stdout, everything else to stderr.")
    parts.append("```text\n" + clean(told("--help")) + "\n```")
    parts.append("Below, the options that every command takes are left out.")
    for command in commands:
        if command == "help":
            continue
        text = told(command, "--help")
        parts.append(f"## {command}\n\n```text\n{clean(without(text, common))}\n```")
        for below in re.findall(r"^  (\w+)  ", text.split("Options:")[0].partition("Commands:")[2], re.MULTILINE):
            if below != "help":
                text = told(command, below, "--help")
                parts.append(f"### {command} {below}\n\n```text\n{clean(without(text, common))}\n```")
    return page("Command line", *parts)


def clean(text):
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def without(text, options):
    """A command's help without the options that all commands take."""
    head, mark, tail = text.partition("\nOptions:\n")
    entries = re.split(r"\n(?=  +-)", "\n" + tail)
    kept = [entry for entry in entries if not set(re.findall(r"^ +(?:-\w, )?--([a-z-]+)", entry)) & options]
    kept = [entry.rstrip() for entry in kept if entry.strip()]
    return head.rstrip() + ("\n\nOptions:\n" + "\n\n".join(kept) if kept else "")


def published_tables(told, root):
    parts = [
        "Every table of a version, with its columns. `key` marks the columns that tell a row apart; the rows are sorted by them."
        " The same stands in Danish and English in `datapackage.json` beside the tables.",
    ]
    for file in sorted((root / "pipelines/datasets").glob("*.toml")):
        dataset = toml(file)
        parts.append(dataset["description"]["en"])
        parts.append(" · ".join(f"[{entry['name']}](#{entry['name']})" for entry in dataset["table"]))
        for entry in dataset["table"]:
            rows = [
                (
                    f"`{column['name']}`",
                    f"`{column['type']}`" + (", key" if column["name"] in entry["key"] else ""),
                    "yes" if column.get("nullable") else "",
                    cell(column["en"]),
                )
                for column in entry["columns"]
            ]
            title = f"{entry['title']['en']} ({entry['title']['da']})."
            parts.append(f"## {entry['name']}\n\n{title}\n\n" + table(["column", "type", "may be NULL", "meaning"], rows))
    return page("Published tables", *parts)


def sources(told, root):
    registers, lists = [], []
    for file in sorted((root / "pipelines/sources").glob("*.toml")):
        contract = toml(file)
        formats = {contract["format"]["kind"]} | {form["format"]["kind"] for form in contract.get("delivery_as", [])}
        files = [name for form in (contract, *contract.get("delivery_as", [])) for name in form["files"]]
        title = f"{cell(contract['title']['en'])} (*{cell(contract['title']['da'])}*)"
        if contract["origin"] != "extracts":
            shown = "<br>".join(f"`{name}`" for name in files)
            lists.append((f"`{contract['name']}`", title, shown))
            continue
        registers.append(
            (
                f"`{contract['name']}`",
                title,
                cell(contract["provider"]),
                "<br>".join(f"`{name}`" for name in files),
                ", ".join(sorted(formats)),
                contract["sensitivity"],
                "assumed" if contract.get("assumed") else "public",
                cell(contract["layout"]),
            )
        )
    header = ["source", "what it is", "provider", "files", "format", "about", "layout", "where the layout comes from"]
    return page(
        "Sources",
        "Every register that has a contract. `maaltal sources SOURCE` prints a contract as a data dictionary. *about* is the"
        " contract's `sensitivity`: what is about a person needs the pseudonym key. Where the layout is *assumed*, it is not"
        " public, or only in part; `source_quality` says so too.",
        "## Registers\n\n" + table(header, registers),
        "## Reference lists and goals\n\nThey lie in `pipelines/` and `sql/`, and are pulled under contracts like the registers.\n\n"
        + table(["source", "what it is", "file"], lists),
    )


def entries(root):
    """Goals, indicators and targets, in the files' order."""
    goals, indicators, targets = {}, [], {}
    for file in sorted((root / "pipelines/goals").glob("*.toml")):
        for goal in toml(file).get("goal", []):
            goals[goal["id"]] = goal
        for target in toml(file).get("target", []):
            targets.setdefault(target["indicator"], []).append(target)
        indicators += toml(file).get("indicator", [])
    # An entry beside its SQL has the file's name as its id.
    for file in sorted((root / "sql").glob("*/indicators/*.toml")):
        indicators.append({"id": file.stem} | toml(file))
    return goals, indicators, targets


def indicators(told, root):
    goals, found, targets = entries(root)
    parts = [
        "Every indicator of the dictionary, by goal. `maaltal indicator ID` prints an entry as a whole, in Danish and English,"
        " with its values and its SQL. [Goals and status words](../concepts/goals.md) explains goals and targets."
    ]
    for goal in sorted(goals.values(), key=lambda goal: (goal.get("number", 99), goal["id"])):
        rows = [
            (
                f"`{indicator['id']}`",
                f"{cell(indicator['title']['en'])} (*{cell(indicator['title']['da'])}*)",
                f"`{indicator['unit']}`",
                "<br>".join(
                    cell(" ".join(filter(None, (target["id"], target.get("op"), target.get("value")))))
                    for target in targets.get(indicator["id"], [])
                ),
            )
            for indicator in sorted(found, key=lambda indicator: indicator["id"])
            if indicator["goal"] == goal["id"]
        ]
        title = f"## {goal['title']['en']} ({goal['title']['da']})"
        parts.append(f"{title}\n\n{cell(goal['text']['en'])}\n\n" + table(["indicator", "title", "unit", "targets"], rows))
    return page("Indicators", *parts)


def kind(schema):
    if "enum" in schema:
        return " or ".join(f"`{value if isinstance(value, str) else json.dumps(value)}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(kind(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return "list of " + kind(schema["items"])
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[1]
    return schema.get("type", "table")


def keys_of(schema, whole):
    rows = []
    for name, key in schema["properties"].items():
        default = "**required**" if name in schema.get("required", []) else key.get("x-default", "")
        if "default" in key:
            default = f"`{json.dumps(key['default'])}`"
        rows.append((f"`{name}`", cell(kind(key)), default, cell(key["description"])))
    return table(["key", "type", "default", "meaning"], rows)


def keys_page(title, opening, root, names):
    parts = [opening]
    for name in names:
        schema = definitions.schemas(root)[name]
        parts.append(f"## {schema['title']}\n\n{schema['description']}\n\n{keys_of(schema, schema)}")
        for below, part in schema.get("$defs", {}).items():
            if "properties" in part:
                parts.append(f"### {below}\n\n{part['description']}\n\n{keys_of(part, schema)}")
    return page(title, *parts)


def contract_keys(told, root):
    opening = (
        "A source is a contract, `pipelines/sources/SOURCE.toml`. [Contracts](../concepts/contracts.md) says what they are for."
        " The file `docs/schemas/contract.schema.json` says the same to an editor, which then completes the keys."
    )
    return keys_page("Contract keys", opening, root, ["contract"])


def definition_keys(told, root):
    opening = (
        "The keys of pipelines, datasets, disclosure policies, environments and the dictionary's indicators. The JSON schemas in `docs/schemas/` say"
        " the same to an editor."
    )
    return keys_page("Other definitions' keys", opening, root, ["pipeline", "dataset", "disclosure", "environment", "indicator"])


def exit_codes_that_differ(root):
    """Codes that stand in the code and not in the page, or the other way round."""
    (code,) = [file for folder in ("src", "crates") for file in (root / folder).rglob("problem.rs")]
    body = re.search(r"pub enum Exit \{(.*?)\n\}", code.read_text(), re.DOTALL)[1]
    # Success and the signals are no errors.
    known = {int(number) for number in re.findall(r"= (\d+),", body)} | {0, 130, 143}
    told = (root / "docs/src/reference/exit-codes.md").read_text()
    shown = {int(number) for line in re.findall(r"^\| ([\d, ]+) \|", told, re.MULTILINE) for number in line.split(",")}
    return known ^ shown


PAGES = {
    "command-line": command_line,
    "contract-keys": contract_keys,
    "definition-keys": definition_keys,
    "indicators": indicators,
    "published-tables": published_tables,
    "sources": sources,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, required=True, help="the checkout")
    parser.add_argument("--maaltal", required=True, help="the binary")
    parser.add_argument("--write", action="store_true", help="write the pages")
    arguments = parser.parse_args()
    told, stale = Told(arguments.maaltal, arguments.root), []
    for name, make in PAGES.items():
        file = arguments.root / f"docs/src/reference/{name}.md"
        wanted = make(told, arguments.root)
        if arguments.write:
            file.write_text(wanted)
        elif not file.exists() or file.read_text() != wanted:
            stale.append(str(file.relative_to(arguments.root)))
    if differ := exit_codes_that_differ(arguments.root):
        sys.exit(f"docs/src/reference/exit-codes.md and the code differ in {sorted(differ)}")
    if stale:
        sys.exit(f"not what the code says: {', '.join(stale)}; run the tests with UPDATE_PAGES=1 and look at what changes")
    print(len(PAGES), "pages say what the code says")


if __name__ == "__main__":
    main()
