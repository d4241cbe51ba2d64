"""
Packages that extend Alembic, each with the tests that show its main job.

Responsible for their source distributions, for two environments that differ only in what `alembic` is, and for running the
same tests in both.  A package whose distribution brings tests is held to those, any other to a scenario of ours in
`scenarios/`.  Nothing of the packages is kept in the repository.  Does not judge.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tools.conformance import suite

ROOT = suite.HERE.parent.parent
ENVIRONMENTS = suite.CACHE / "environments"
PEER = f"alembic=={suite.VERSION}"
_BESIDE = ("pytest>=8.4,<9", "psycopg[binary]", "pymysql")
"""What the tests need; pytest-alembic does not work with pytest 9 yet."""


class Package(NamedTuple):
    """A package on PyPI, and where its tests are.

    `tests` is a folder of its source distribution; "" where that has none, and `scenarios/` has ours.
    """

    name: str
    version: str
    tests: str = ""
    databases: tuple[str, ...] = ("sqlite",)

    @property
    def requirement(self) -> str:
        """As pip takes it."""
        return f"{self.name}=={self.version}"

    @property
    def folder(self) -> str:
        """Its name as a folder of `scenarios/`."""
        return self.name.lower().replace("-", "_")


PACKAGES = (
    Package("Flask-Migrate", "4.1.0", tests="tests"),
    Package("pytest-alembic", "0.13.1", databases=("sqlite", "postgresql", "mariadb")),
    Package("alembic-utils", "0.8.8", databases=("postgresql",)),
)


class Engine(NamedTuple):
    """What `alembic` is in an environment; `words` start a command there."""

    name: str
    words: tuple[str, ...]

    @property
    def bin(self) -> Path:
        """The folder of its programs."""
        return ENVIRONMENTS / self.name / "bin"


LIMBECK = Engine("limbeck", ("-m", "limbeck", "run", "python"))
ALEMBIC = Engine("alembic", ())


def prepare() -> None:
    """Make both environments, or bring them up to date: the same versions of everything but alembic."""
    wanted = "\n".join([PEER, *_BESIDE, *(package.requirement for package in PACKAGES), str(ROOT)])
    stamp = ENVIRONMENTS / "made-of"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(ENVIRONMENTS, ignore_errors=True)
    for engine in (ALEMBIC, LIMBECK):
        subprocess.run([sys.executable, "-m", "venv", engine.bin.parent], check=True)
    _pip(ALEMBIC, "install", PEER, *_BESIDE, *(package.requirement for package in PACKAGES))
    frozen = _pip(ALEMBIC, "freeze", "--exclude", "alembic")
    # Without what they require: that is alembic, which must not be there at all.
    _pip(LIMBECK, "install", "--no-deps", *frozen.split("\n"))
    _pip(LIMBECK, "install", "-e", str(ROOT))
    stamp.write_text(wanted)


def _pip(engine: Engine, *words: str) -> str:
    run = subprocess.run(
        [engine.bin / "python", "-m", "pip", "--disable-pip-version-check", "-q", *words],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return run.stdout.strip()


def run(package: Package, engine: Engine, database: str, uri: str) -> suite.Outcomes:
    """What the tests of `package` say where `alembic` is `engine`'s."""
    log = suite.CACHE / f"{package.folder}-{engine.name}-{database}.log"
    with TemporaryDirectory(prefix="conformance-") as name, log.open("w") as output:
        tests = Path(name, "tests")
        shutil.copytree(_tests(package), tests)
        report = Path(name, "report.xml")
        subprocess.run(
            [
                engine.bin / "python",
                *engine.words,
                "-m",
                "pytest",
                "tests",
                *_options(package, report),
            ],
            cwd=name,
            env=_environment(engine, uri),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if not report.exists():
            raise SystemExit(f"{package.name}: its tests did not come to their end; see {log}")
        return suite.outcomes(report)


def _tests(package: Package) -> Path:
    if package.tests:
        return suite.fetch(package.name, package.version) / package.tests
    return suite.HERE / "scenarios" / package.folder


def _options(package: Package, report: Path) -> list[str]:
    # Logging is what the programs under test configure; a plug-in that is under test itself is only there for its tests.
    others = [] if package.name == "pytest-alembic" else ["-p", "no:pytest_alembic"]
    return ["-q", "-p", "no:logging", "-p", "no:cacheprovider", *others, f"--junitxml={report}"]


def _environment(engine: Engine, uri: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "LIMBECK_", "PYTEST_"))
    }
    path = os.pathsep.join([str(engine.bin), kept.get("PATH", "")])
    return kept | {"PATH": path, "VIRTUAL_ENV": str(engine.bin.parent), "SCENARIO_URL": uri}
