"""
`make conformance-packages`: the tests of packages that extend Alembic, with limbeck in its place.

    python -m tools.conformance packages [Flask-Migrate …] [--failed]

Each runs twice in environments that are otherwise the same: with Alembic, and where only limbeck is installed.  What fails
with Alembic, too, is not counted against limbeck.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tools.conformance import addons, databases, differences


def main(words: list[str]) -> int:
    """Run, print, and say whether all is as it should be."""
    arguments = _parser().parse_args(words)
    listed = differences.read()
    addons.prepare()
    print(f"\n{'':50} passed   failed  expected to differ  fails with Alembic, too")
    sound = True
    for package in addons.PACKAGES:
        if arguments.packages and package.name not in arguments.packages:
            continue
        for database in package.databases:
            ours, theirs = _both(package, database)
            judged = _judged(package, database, ours, theirs, listed)
            judged |= dict.fromkeys(listed.gone(judged, database, package=package.name), "gone")
            _print(package, database, judged)
            sound &= _sound(judged, failed=arguments.failed)
    return 0 if sound else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.conformance packages")
    names = [package.name for package in addons.PACKAGES]
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=", ".join(names))
    parser.add_argument("--failed", action="store_true", help="list what failed")
    return parser


def _both(package: addons.Package, database: str) -> list[dict[str, str]]:
    found = []
    for engine in (addons.LIMBECK, addons.ALEMBIC):
        with databases.fresh(database) as uri:
            found.append(addons.run(package, engine, database, uri))
    return found


def _judged(
    package: addons.Package,
    database: str,
    ours: dict[str, str],
    theirs: dict[str, str],
    listed: differences.Listed,
) -> dict[str, str]:
    """Test, by the name that the list would have it under → what came of it."""
    judged = {}
    for test in theirs.keys() | ours.keys():
        name = differences.of_package(package.name, test)
        outcome = ours.get(test, "failed")  # one that was not even collected
        if outcome == "failed" and theirs.get(test) == "failed":
            outcome = "not ours"
        if listed.has(name, database):
            outcome = "expected" if outcome == "failed" else "listed"
        judged[name] = outcome
    return judged


def _print(package: addons.Package, database: str, judged: dict[str, str]) -> None:
    counts = Counter(judged.values())
    of = "its own tests" if package.tests else "our scenario"
    title = f"{package.requirement} ({of}, {database})"
    print(
        f"{title:50}{counts['passed']:7}{counts['failed']:9}{counts['expected']:20}{counts['not ours']:25}"
    )


def _sound(judged: dict[str, str], *, failed: bool) -> bool:
    """Whether only what is listed differs; says what is wrong."""
    by = {
        kind: sorted(test for test, outcome in judged.items() if outcome == kind)
        for kind in ("failed", "listed", "gone", "not ours")
    }
    for test in by["listed"]:
        print(f"does not fail, but docs/compatibility.md lists it: {test}", file=sys.stderr)
    for test in by["gone"]:
        print(f"there is no such test, but docs/compatibility.md lists it: {test}", file=sys.stderr)
    if by["failed"]:
        print(
            f"{len(by['failed'])} tests fail that docs/compatibility.md does not list",
            file=sys.stderr,
        )
    for kind in ("failed", "not ours") if failed else ():
        for test in by[kind]:
            print(f"{kind}: {test}")
    wrong = by["failed"] or by["listed"] or by["gone"]
    return not wrong and "passed" in judged.values()
