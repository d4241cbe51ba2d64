"""
The suite: where it comes from, and what a run of it says.

Responsible for fetching Alembic's source distribution once, and for running its tests on one database.  Does not judge.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as ET
from pathlib import Path
from tempfile import TemporaryDirectory

VERSION = "1.20.1"
HERE = Path(__file__).parent
CACHE = HERE.parent.parent / ".conformance"

_DATABASE = re.compile(r"_(?:sqlite|postgresql|mariadb|mysql)\+\w+?_\d+(?:_\d+)*$")
"""What the suite adds to the names of classes that it runs once per database."""

Outcomes = dict[str, str]
"""Test → "passed", "failed" or "skipped"; tests as in tiers.csv."""


_OPTIONS = (
    *("-o", "addopts=-q -p no:warnings -p no:logging", "--tb=short"),
    *("-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", "-p", "clean_between_tests"),
)


def fetch(name: str = "alembic", version: str = VERSION) -> Path:
    """The folder of an unpacked source distribution; Alembic's, unless another package is named."""
    kept = CACHE / f"{name}-{version}"
    if not kept.is_dir():
        with TemporaryDirectory(prefix="conformance-") as folder:
            subprocess.run(
                [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
                + ["--no-binary", name, "--dest", folder, f"{name}=={version}"],
                check=True,
            )
            (archive,) = Path(folder).glob("*.tar.gz")
            with tarfile.open(archive) as opened:
                opened.extractall(folder, filter="data")
            archive.unlink()
            CACHE.mkdir(exist_ok=True)
            (unpacked,) = Path(folder).iterdir()
            shutil.move(unpacked, kept)
    return kept


def run(root: Path, database: str, uri: str, files: list[str]) -> Outcomes:
    """Run the suite on one database; `files` are names of test files, none for all."""
    wanted = [str(root / "tests" / name) for name in files] or [str(root / "tests")]
    output = CACHE / f"{database}.log"
    # The suite writes files where it is started; two runs must not meet there.
    with TemporaryDirectory(prefix="conformance-") as folder, output.open("w") as log:
        shutil.copy(root / "setup.cfg", folder)
        report = Path(folder, "report.xml")
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                *wanted,
                "--dburi",
                uri,
                "--maxfail",
                "100000",
                *_OPTIONS,
            ]
            + [f"--rootdir={root}", f"--junitxml={report}"],
            cwd=folder,
            env=_environment(root),
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if not report.exists():
            raise SystemExit(f"The suite did not come to its end on {database}; see {output}")
        found = outcomes(report)
        if not found:
            raise SystemExit(f"No test was found on {database}; see {output}")
        return found


def _environment(root: Path) -> dict[str, str]:
    inside = HERE / "inside"
    return {
        **os.environ,
        "STAND_IN": "limbeck.compat",
        "SUITE_ROOT": str(root),
        "PYTHONPATH": os.pathsep.join([str(inside), str(root)]),
    }


def outcomes(report: Path) -> Outcomes:
    """What a report of pytest, as JUnit writes it, says of each test."""
    found: Outcomes = {}
    for case in ET.parse(report).iter("testcase"):
        test = _name(case.get("classname") or "", case.get("name") or "")
        outcome = "passed"
        if case.find("failure") is not None or case.find("error") is not None:
            outcome = "failed"
        elif case.find("skipped") is not None:
            outcome = "skipped"
        if found.get(test) != "failed":
            found[test] = outcome
    return found


def _name(classname: str, name: str) -> str:
    """`tests.test_op.FooTest`, `test_x[a]` → `tests/test_op.py::FooTest::test_x[a]`."""
    parts = classname.split(".")
    end = next((n for n, part in enumerate(parts, 1) if part.startswith("test_")), len(parts))
    classes = (
        [_DATABASE.sub("", part) for part in ".".join(parts[end:]).split(".")]
        if parts[end:]
        else []
    )
    return "::".join(["/".join(parts[:end]) + ".py", *classes, name])
