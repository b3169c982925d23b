"""Does what the pages show, in order, and compares what comes out.

A page is run in a copy of a project that has published its first version:

    ```console  lines after `$ ` are run by bash; the lines below are what they print
    ```python   is run; a ```text block right below is what it prints
    ```sql      is asked of `maaltal sql` and of DuckDB: both have to give the same number of rows, and some

`...` stands for anything: on a line of its own for any lines, within one for any letters. How wide a column is does not
count, since it follows from the rows that a page leaves out. Comments above a block say what the reader does besides:

    <!-- file: PATH -->      the block is written to this file of the project
    <!-- exit: CODE -->      the block's last command ends with this code
    <!-- first run -->       the block's first command was done by the run that the copy comes from
    <!-- not run: REASON --> nothing here can run it; the page says so too
    <!-- with S3 -->         at the top of a page: an S3 server holds the store and the extracts' bucket
"""

import argparse
import contextlib
import json
import logging
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

FENCE = re.compile(r"^```(\w*)$")
COMMENT = re.compile(r"^<!-- (.*) -->$")


class Block:
    def __init__(self, line, language, lines, comments):
        self.line, self.language, self.lines = line, language, lines
        self.comments = dict((name.strip(), rest.strip()) for name, _, rest in (c.partition(":") for c in comments))

    @property
    def text(self):
        return "\n".join(self.lines) + "\n"


def blocks(page):
    """The fenced blocks of a page, each with the comments right above it."""
    found, comments, inside = [], [], None
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if inside is not None:
            if line == "```":
                found.append(inside)
                inside, comments = None, []
            else:
                inside.lines.append(line)
        elif match := FENCE.match(line):
            inside = Block(number, match[1], [], comments)
        elif match := COMMENT.match(line):
            comments.append(match[1])
        elif line.strip():
            comments = []
    return found


def commands(block):
    """The commands of a console block, each with the lines that it prints, or `None` where the page shows none."""
    steps, lines = [], list(block.lines)
    while lines:
        line = lines.pop(0)
        if not line.startswith("$ "):
            sys.exit(f"line {block.line}: what is printed stands below a command")
        command = line[2:]
        while not is_whole(command):
            command += "\n" + lines.pop(0)
        printed = []
        while lines and not lines[0].startswith("$ "):
            printed.append(lines.pop(0))
        steps.append((command, printed or None))
    return steps


def is_whole(command):
    try:
        shlex.split(command, comments=True)
    except ValueError:
        return False
    return not command.endswith("\\")


def agrees(shown, printed):
    """Whether the lines that a page shows are those that were printed."""
    pattern = ""
    for line in shown:
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += r".*?".join(re.escape(part) for part in narrow(line).split("...")) + "\n"
    printed = "".join(narrow(line) + "\n" for line in printed.splitlines())
    return re.fullmatch(pattern, printed) is not None


def narrow(line):
    """The line without what pads a table."""
    return re.sub("-{5,}", "-----", re.sub(" {2,}", "  ", line.rstrip()))


class Reader:
    """One who follows a page, in a project of their own."""

    def __init__(self, page, project, programs, first_run, environment):
        self.page, self.project, self.first_run = page, project, first_run
        self.state = project / ".environment"
        self.environment = environment | {"PATH": f"{programs}:{os.environ['PATH']}", "COLUMNS": "200"}

    def fail(self, block, message):
        sys.exit(f"{self.page}:{block.line}: {message}")

    def bash(self, command):
        script = f"test -f {self.state} && . {self.state}\n{command}\ncode=$?\nexport -p > {self.state}\nexit $code"
        return subprocess.run(
            ["bash", "-c", script],
            cwd=self.project,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def read(self):
        found = blocks(self.page)
        below = found[1:] + [None]
        for block, next_block in zip(found, below):
            if "not run" in block.comments:
                continue
            if "file" in block.comments:
                path = self.project / block.comments["file"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text)
            elif block.language == "console":
                self.console(block)
            elif block.language == "python":
                self.python(block, next_block)
            elif block.language == "sql":
                self.sql(block)
            elif block.language not in ("text", "mermaid"):
                self.fail(block, f"what is done with a block of `{block.language}`?")

    def console(self, block):
        steps = commands(block)
        wanted = [0] * (len(steps) - 1) + [int(block.comments.get("exit", 0))]
        for index, ((command, shown), code) in enumerate(zip(steps, wanted)):
            if index == 0 and "first run" in block.comments:
                printed = self.first_run
            else:
                done = self.bash(command)
                printed = done.stdout
                if done.returncode != code:
                    self.fail(block, f"`{command}` ends with {done.returncode}:\n{printed}")
            if shown is not None and not agrees(shown, printed):
                self.fail(block, f"`{command}` prints\n{printed}\ninstead of\n" + "\n".join(shown))

    def python(self, block, below):
        done = subprocess.run(
            [sys.executable, "-c", block.text],
            cwd=self.project,
            env=self.environment | self.exported(),
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            self.fail(block, done.stderr)
        if below and below.language == "text" and not below.comments and not agrees(below.lines, done.stdout):
            self.fail(block, f"it prints\n{done.stdout}\ninstead of\n{below.text}")

    def exported(self):
        listing = self.bash("env -0 2> /dev/null").stdout
        return dict(entry.split("=", 1) for entry in listing.split("\0") if "=" in entry)

    def sql(self, block):
        import duckdb

        query = block.text.strip().rstrip(";")
        done = subprocess.run(
            ["maaltal", "sql", query, "--format", "json"],
            cwd=self.project,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            self.fail(block, done.stderr)
        here = len(json.loads(done.stdout))
        database = duckdb.connect()
        record = json.loads(max((self.project / "data/published/almen_praksis").glob("_versions/*.json")).read_text())
        for file in (self.project / "data/published/almen_praksis" / record["folder"]).glob("*.parquet"):
            database.sql(f"CREATE VIEW {file.stem} AS FROM '{file}'")
        there = len(database.sql(query).fetchall())
        if here != there or here == 0:
            self.fail(block, f"{here} rows, and {there} in DuckDB")


# `cargo run` needs the sources and a compiler: what it would start is started as it is.
CARGO = """#!/usr/bin/env bash
case "$*" in
    "run -- "*) shift 2; exec maaltal "$@" ;;
    "run -p maaltal-synth -- "*) shift 4; exec {synth} "$@" ;;
    "test --workspace") exit 0 ;;
    *) echo "no page's reader does this: cargo $*" >&2; exit 1 ;;
esac
"""


@contextlib.contextmanager
def s3(project):
    """An S3 server with the buckets of the environment `prod`, and the published tables in the store's."""
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        address = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
        client = boto3.client(
            "s3", endpoint_url=address, region_name="eu-north-1", aws_access_key_id="test", aws_secret_access_key="test"
        )
        for bucket in ("maaltal", "register-extracts"):
            client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
        for file in (project / "data/published").rglob("*"):
            if file.is_file():
                client.put_object(Bucket="maaltal", Key=str(file.relative_to(project / "data")), Body=file.read_bytes())
        yield {"S3_SERVER": address}
    finally:
        server.stop()


def copy_of(project, folder):
    """The definitions, to be changed, and the extracts and the store by links: nothing overwrites their files."""
    for name in ("pipelines", "sql", "testdata", "data"):
        copy = shutil.copy2 if name in ("pipelines", "sql") else link
        shutil.copytree(project / name, folder / name, copy_function=copy)


def link(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--project", type=pathlib.Path, required=True, help="a project that has published version 1")
    parser.add_argument("--maaltal", type=pathlib.Path, required=True, help="the binary")
    parser.add_argument("--synth", default="maaltal synth", help="the command that makes synthetic extracts")
    parser.add_argument("--first-run", type=pathlib.Path, required=True, help="what the project's run told")
    parser.add_argument("pages", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()
    first_run = arguments.first_run.read_text()
    for page in arguments.pages:
        with tempfile.TemporaryDirectory(dir=arguments.project.parent) as folder:
            folder = pathlib.Path(folder)
            programs, project = folder / "bin", folder / "project"
            programs.mkdir()
            (programs / "maaltal").symlink_to(arguments.maaltal.resolve())
            (programs / "cargo").write_text(CARGO.replace("{synth}", arguments.synth))
            (programs / "cargo").chmod(0o755)
            copy_of(arguments.project, project)
            clean = {
                name: value
                for name, value in os.environ.items()
                if name == "MAALTAL_PSEUDONYM_KEY" or not name.startswith(("MAALTAL_", "AWS_", "RUST_BACKTRACE"))
            }
            with contextlib.ExitStack() as stack:
                more = {}
                if "<!-- with S3 -->" in page.read_text().splitlines():
                    more = stack.enter_context(s3(project))
                Reader(page, project, programs, first_run, clean | more).read()
        print(f"{page.name}: as shown")


if __name__ == "__main__":
    main()
