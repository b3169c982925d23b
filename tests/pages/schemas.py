"""JSON schemas of the definitions' files, for editors and for the pages on keys.

`--write` writes `docs/schemas/*.schema.json` from `definitions.py`. Without it the schemas are held to the code, both ways:

- they are those that would be written, and every file of the project is valid under its schema;
- each object of a schema has the keys that the code names when it refuses an unknown one, and each list of words the
  words that the code names when it refuses another;
- a wrong file is refused by the schema at the named place, and by `maaltal check` with file and line.
"""

import argparse
import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

from definitions import schemas

def files(root):
    """Every definition of the project, and an example of what it does not use, with the name of its schema."""
    yield root / "tests/pages/examples/contract.toml", "contract"
    for folder, name in (("", "pipeline"), ("sources", "contract"), ("datasets", "dataset"), ("disclosure", "disclosure"), ("environments", "environment")):
        for file in sorted((root / "pipelines" / folder).glob("*.toml")):
            yield file, name


def written(schema):
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def inline(value):
    """A value as TOML writes it within a line."""
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(name)} = {inline(one)}" for name, one in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(inline, value)) + "]"
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


def document(value):
    return "".join(f"{json.dumps(name)} = {inline(one)}\n" for name, one in value.items())


class Code:
    """What the binary says of one definition in a project of its own."""

    HOME = {"contract": "sources/probe.toml", "pipeline": "probe.toml", "dataset": "datasets/probe.toml", "disclosure": "disclosure/probe.toml", "environment": "environments/local.toml"}

    def __init__(self, binary, folder, root):
        self.binary, self.folder = binary, pathlib.Path(folder)
        for below in ("sources", "datasets", "disclosure", "environments"):
            (self.folder / "pipelines" / below).mkdir(parents=True)
        # A policy is of a dataset.
        title = 'title = { da = "Prøve", en = "Probe" }\ndescription = { da = "Prøve", en = "Probe" }'
        (self.folder / "pipelines/datasets/sound.toml").write_text(f'name = "probe"\n{title}\ntable = []\n')
        self.sound = (root / "pipelines/environments/local.toml").read_text()

    def says(self, name, text):
        """The errors on the file, each with its lines."""
        home = self.folder / "pipelines" / self.HOME[name]
        (self.folder / "pipelines/environments/local.toml").write_text(self.sound)
        home.write_text(text)
        done = subprocess.run([self.binary, "check"], cwd=self.folder, capture_output=True, text=True)
        home.unlink()
        return done.stderr


def objects(schema):
    """Every object of a schema with its name."""
    return [("", schema)] + [(name, part) for name, part in schema.get("$defs", {}).items() if "properties" in part]


def parts_at(schema, part, value, target):
    """The values in a valid file that are `target` objects, each with the path to it."""
    found = []

    def walk(part, value, path):
        while "$ref" in part:
            name = part["$ref"].rsplit("/", 1)[1]
            if name == target and isinstance(value, dict):
                found.append(path)
            part = schema["$defs"][name]
        for one in part.get("anyOf", []):
            walk(one, value, path)
        if isinstance(value, dict):
            for name, below in part.get("properties", {}).items():
                if name in value:
                    walk(below, value[name], [*path, name])
        if isinstance(value, list) and "items" in part:
            for index, one in enumerate(value):
                walk(part["items"], one, [*path, index])

    walk(part, value, [])
    return found


def at(value, path):
    for step in path:
        value = value[step]
    return value


class Held:
    """The schemas held to the code; `errors` are what differs."""

    def __init__(self, root, code):
        self.root, self.code, self.errors = root, code, []
        self.schemas = schemas(root)
        self.files = [(file, name, tomllib.loads(file.read_text())) for file, name in files(root)]
        self.refusals = 0

    def validator(self, name):
        import jsonschema

        return jsonschema.Draft202012Validator(self.schemas[name])

    def written_files_are_these(self):
        for name, schema in self.schemas.items():
            file = self.root / f"docs/schemas/{name}.schema.json"
            if not file.exists() or file.read_text() != written(schema):
                self.errors.append(f"{file.relative_to(self.root)} is another: run the tests with UPDATE_PAGES=1")

    def every_file_is_valid(self):
        import reference

        keys = self.schemas["indicator"]["properties"]
        entries = []
        for entry in reference.entries(self.root)[1]:
            entries.append((entry["id"], "indicator", {key: value for key, value in entry.items() if key in keys or key != "id"}))
        for file, name, value in self.files + entries:
            for error in self.validator(name).iter_errors(value):
                self.errors.append(f"{file}: {error.json_path}: {error.message}")
        return len(self.files) + len(entries)

    def example(self, name, target):
        """A file of the project with an object of this kind, and the path to that."""
        for _, of, value in self.files:
            if of == name:
                paths = [[]] if target == "" else parts_at(self.schemas[name], self.schemas[name], value, target)
                if paths:
                    return copy.deepcopy(value), paths[0]
        return None

    def keys_are_those_of_the_code(self):
        """An unknown key is refused with those that there are, and a file without a required one is refused by both."""
        for name in self.code.HOME:
            for target, part in objects(self.schemas[name]):
                example = self.example(name, target)
                if example is None:
                    self.errors.append(f"{name}: no file of the project has a `{target}`")
                    continue
                value, path = example
                wrong = copy.deepcopy(value)
                at(wrong, path)["no_such_key"] = 1
                said = self.code.says(name, document(wrong))
                told = re.search(r"unknown field `no_such_key`, (?:expected|there are)(.*)", said)
                keys = sorted(re.findall(r"`(\w+)`", told[1])) if told else []
                # An untagged choice does not tell its keys.
                if keys != sorted(part["properties"]) and "untagged" not in said:
                    self.errors.append(f"{name} {target}: the schema has {sorted(part['properties'])}, the code says {said}")
                for key in part.get("required", []):
                    wrong = copy.deepcopy(value)
                    del at(wrong, path)[key]
                    self.both_refuse(name, wrong, f"{target} without {key}")

    def words_are_those_of_the_code(self):
        """A word that there is not is refused with those that there are."""
        for name in self.code.HOME:
            for target, part in objects(self.schemas[name]):
                for key, schema in part["properties"].items():
                    if "enum" not in schema:
                        continue
                    value, path = self.example(name, target)
                    at(value, path)[key] = "no_such_word"
                    said = self.code.says(name, document(value))
                    told = re.search(r"`no_such_word`,? (?:is not one of|expected)(?: one of)? ?(.*)", said)
                    found = {word.strip("` ") for word in re.split(r",| and |` or `", told[1])} if told else set()
                    if found != set(schema["enum"]):
                        self.errors.append(f"{name} {target}.{key}: the schema has {schema['enum']}, the code says {said}")

    def both_refuse(self, name, wrong, what):
        if self.validator(name).is_valid(wrong):
            self.errors.append(f"{name}: the schema takes a {what}")
        if "probe.toml" not in (said := self.code.says(name, document(wrong))) and "local.toml" not in said:
            self.errors.append(f"{name}: the code takes a {what}: {said}")
        self.refusals += 1

    def wrong_files_are_refused_at_their_place(self):
        for name, file, old, new, path in WRONG:
            text = (self.root / "pipelines" / file).read_text()
            if text.count(old) == 0:
                self.errors.append(f"{file} has no `{old}` to be made wrong")
                continue
            place = text.index(old)
            text = text[:place] + new + text[place + len(old) :]
            found = {error.json_path for error in self.validator(name).iter_errors(tomllib.loads(text))}
            if found != {path}:
                self.errors.append(f"{file} with `{new}`: the schema refuses {found} instead of {path}")
            line = text[:place].count("\n") + 1
            said = self.code.says(name, text)
            if f"{self.code.HOME[name]}:{line}:" not in said:
                self.errors.append(f"{file} with `{new}`: the code does not refuse line {line}: {said}")
            self.refusals += 1


# A file of the project, what is made wrong in it, and where its schema has to say so; the code has to name the line.
WRONG = [
    ("contract", "sources/befolkning.toml", 'origin = "extracts"', 'origin = "downloads"', "$.origin"),
    ("contract", "sources/befolkning.toml", 'sensitivity = "open"', 'sensitivity = "secret"', "$.sensitivity"),
    ("contract", "sources/befolkning.toml", "rows_within = 0.05", "rows_within = 5", "$.rows_within"),
    ("contract", "sources/befolkning.toml", 'every = "year"', 'every = "month"', "$.every"),
    ("contract", "sources/befolkning.toml", 'kind = "csv"', 'kind = "cvs"', "$.format.kind"),
    ("contract", "sources/befolkning.toml", 'encoding = "utf-8"', 'encoding = "latin1"', "$.format.encoding"),
    ("contract", "sources/befolkning.toml", 'columns = "quarantine"', 'columns = "ignore"', "$.policy.columns"),
    ("contract", "sources/befolkning.toml", 'rows = "quarantine"', 'rows = "evolve"', "$.policy.rows"),
    ("contract", "sources/befolkning.toml", 'type = "text"', 'type = "string"', "$.table[0].column[0].type"),
    ("contract", "sources/befolkning.toml", 'code_list = "kommune"\nda', 'codelist = "kommune"\nda', "$.table[0].column[0]"),
    ("contract", "sources/befolkning.toml", 'due = "02-28"', 'due = "28 February"', "$.delivery.due"),
    ("contract", "sources/befolkning.toml", 'due = "02-28"', 'of_a_year = "oldest"', "$.delivery.of_a_year"),
    ("contract", "sources/befolkning.toml", 'due = "02-28"', 'day = "folder"', "$.delivery.day"),
    ("contract", "sources/befolkning.toml", 'rows = "quarantine"', 'record_types = "quarantine"\nrows = "quarantine"', "$.policy.record_types"),
    ("pipeline", "almen_praksis.toml", 'reference_day = "01-01"', 'reference_day = "1 January"', "$.reference_day"),
    ("pipeline", "almen_praksis.toml", "years = { from = 2014 }", "years = { to = 2014 }", "$.years"),
    ("dataset", "datasets/almen_praksis.toml", 'type = "int32"', 'type = "int"', "$.table[0].columns[1].type"),
    ("disclosure", "disclosure/almen_praksis.toml", "k = 5", "k = 2", "$.k"),
    ("disclosure", "disclosure/almen_praksis.toml", "dominance_percent = 85", "dominance_percent = 185", "$.dominance_percent"),
    ("disclosure", "disclosure/almen_praksis.toml", 'rule = "count"', 'rule = "counts"', "$.family[0].rule"),
    ("disclosure", "disclosure/almen_praksis.toml", 'lowest = "municipality"', 'lowest = "kommune"', "$.family[0].lowest"),
    ("disclosure", "disclosure/almen_praksis.toml", 'complement = "protected"', 'complement = "hidden"', "$.family[0].complement"),
    ("environment", "environments/local.toml", "memory_mib = 1024", 'memory_mib = "1 GiB"', "$.resources.memory_mib"),
    ("environment", "environments/local.toml", "parallel_extracts = 2", "parallel_extract = 2", "$.resources"),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, required=True, help="the checkout")
    parser.add_argument("--maaltal", help="the binary")
    parser.add_argument("--write", action="store_true", help="write the schemas")
    arguments = parser.parse_args()
    if arguments.write:
        for name, schema in schemas(arguments.root).items():
            (arguments.root / f"docs/schemas/{name}.schema.json").write_text(written(schema))
        return
    with tempfile.TemporaryDirectory() as folder:
        held = Held(arguments.root, Code(arguments.maaltal, folder, arguments.root))
        held.written_files_are_these()
        valid = held.every_file_is_valid()
        held.keys_are_those_of_the_code()
        held.words_are_those_of_the_code()
        held.wrong_files_are_refused_at_their_place()
    if held.errors:
        sys.exit("\n".join(held.errors))
    print(f"{valid} definitions are valid, {held.refusals} wrong ones are refused")


if __name__ == "__main__":
    main()
