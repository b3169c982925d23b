"""Makes what the cases read, below the target folder."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import projects
from cases import HUNDREDFOLD, TENFOLD, Place
from projects import MODELS, YEAR

# Everything that is measured has these, however many the machine has.
PROCESSORS = 2
# Only synthetic persons get a pseudonym under it.
KEY = "a key for measuring synthetic extracts"


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def succeeds(command: list[str], environment: dict[str, str] | None = None, **more) -> None:
    """What is made ready tells of itself on stderr: stdout has the figures alone."""
    if subprocess.run(command, env=environment, stdout=sys.stderr, **more).returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} failed")


def built(tree: Path, target: Path) -> Path:
    command = ["cargo", "build", "--release", "--locked", "-p", "maaltal", "-p", "maaltal-synth"]
    succeeds([*command, "--target-dir", str(target)], cwd=tree)
    return target / "release"


def python(requirements: Path, folder: Path) -> Path:
    """A Python with the packages of the requirements."""
    wanted = requirements.read_text(encoding="utf-8")
    installed = folder / "installed.txt"
    if not installed.exists() or installed.read_text(encoding="utf-8") != wanted:
        succeeds([sys.executable, "-m", "venv", "--clear", str(folder)])
        succeeds([str(folder / "bin/pip"), "install", "--quiet", "--requirement", str(requirements)])
        installed.write_text(wanted, encoding="utf-8")
    return folder / "bin/python"


def environment(work: Path) -> dict[str, str]:
    """The same for every program; temporary files lie on the disk that all else lies on."""
    temporary = work / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"MAALTAL_PSEUDONYM_KEY": KEY, "POLARS_MAX_THREADS": str(PROCESSORS), "TMPDIR": str(temporary)}


def synthetic(people: float, fold: int) -> str:
    """The folder of the extracts of a share of the people."""
    return f"synthetic-{people * fold:g}"


class Preparation:
    """Extracts of the same share of the people are kept from run to run; all else is made anew."""

    def __init__(self, at: Place, people: float, chosen: list[str], variables: dict[str, str]) -> None:
        self.at, self.people, self.chosen, self.variables = at, people, chosen, variables

    def any_of(self, *beginnings: str) -> bool:
        return any(name.startswith(beginnings) for name in self.chosen)

    def maaltal(self, *arguments: str, **folders: str) -> None:
        succeeds(self.at.maaltal(*arguments, **folders), self.variables)

    def synthetic(self, fold: int) -> Path:
        folder = self.at.work / synthetic(self.people, fold)
        share = f"{self.people * fold:g}"
        if not (folder / "_synthetic.json").exists():
            tell(f"making the extracts of {share} of the people")
            shutil.rmtree(folder, ignore_errors=True)
            program = [str(self.at.binaries / "maaltal-synth"), "--project", str(self.at.tree)]
            succeeds([*program, "--out", str(folder), "--scale", share, "--years", f"{YEAR}-{YEAR}"])
        return folder

    def plain(self, source: Path, target: Path) -> None:
        """The files of a folder, unpacked, as every program can read them."""
        for file in sorted(source.iterdir()):
            name = file.stem if file.suffix in (".gz", ".zst", ".zip") else file.name
            if not (target / name).exists():
                succeeds(self.at.extracts("plain", file, target / name))

    def services(self, fold: int) -> Path:
        """The services of the year, who provides them and who is insured; and a store that has the providers."""
        synthetic, folder = self.synthetic(fold), self.at.work / f"x{fold}"
        made_of = folder.with_suffix(".made-of.txt")
        if not made_of.exists() or made_of.read_text(encoding="utf-8") != synthetic.name:
            shutil.rmtree(folder, ignore_errors=True)
            for register in ("sssy", "sikrede", "yderregister"):
                self.plain(synthetic / register, folder / register)
            made_of.write_text(synthetic.name, encoding="utf-8")
        self.maaltal("pull", "services", extracts=folder.name, store=f"stores/{folder.name}")
        return folder

    def of_services(self, folder: str, task: str, file: str) -> None:
        """The same services in another order or format."""
        one, other = self.at.work / "x1", self.at.work / folder
        shutil.rmtree(other, ignore_errors=True)
        succeeds(self.at.extracts(task, one / f"sssy/sssy{YEAR}.csv", other / "sssy" / file))
        shutil.copytree(one / "yderregister", other / "yderregister")
        self.maaltal("pull", "services", extracts=folder, store=f"stores/{folder}")

    def jobs(self) -> None:
        work = self.at.work
        projects.whole_project(self.at.tree, work / "whole")
        projects.whole_project(self.at.tree, work / "changed")
        projects.change_sql(work / "changed")
        succeeds(self.at.extracts("linked", work / "whole/testdata", work / "corrected"))
        succeeds(self.at.extracts("corrected", work / "corrected", "sssy/sssy2018.csv.gz"))
        # The case of the whole job makes that store itself.
        if "job-whole" not in self.chosen:
            self.maaltal("run", project="whole", extracts="whole/testdata", store="stores/whole")

    def folds(self) -> list[int]:
        """The sizes of the services' extracts that are read: tenfold those of the insured, too."""
        needed = {"pull-tenfold": TENFOLD, "fixed": TENFOLD, "pull-hundredfold": HUNDREDFOLD}
        small = {"pull": 1, "pull-shuffled": 1, "pull-nothing-new": 1, "sas": 1}
        return sorted({fold for name, fold in (needed | small).items() if name in self.chosen})

    def make(self) -> None:
        work = self.at.work
        for folder in ("stores", "out", "like", "queries"):
            shutil.rmtree(work / folder, ignore_errors=True)
        (work / "out").mkdir()
        projects.measured_project(self.at.tree, work / "measured")
        for fold in self.folds():
            self.services(fold)
        if self.any_of("pull-shuffled"):
            self.of_services("x1-shuffled", "shuffled", f"sssy{YEAR}.csv")
        if self.any_of("sas"):
            self.of_services("sas", "sas", f"sssy{YEAR}.sas7bdat")
        if self.any_of("xml", "excel"):
            for register in ("yderregister", "personale"):
                self.plain(self.at.tree / "testdata" / register, work / "years" / register)
            self.maaltal("pull", "staff", extracts="years", store="stores/years")
        if self.any_of("derive"):
            tell("deriving all models that are measured")
            extracts = self.synthetic(TENFOLD).name
            for verb in ("pull", "derive"):
                self.maaltal(verb, MODELS, extracts=extracts, store=f"stores/{MODELS}")
        if self.any_of("job"):
            self.jobs()
