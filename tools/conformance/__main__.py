"""
`make conformance`: Alembic's own tests against limbeck, on every database, held to the list of known differences.

    python -m tools.conformance [--database sqlite] [--failed] [test_op.py …]
    python -m tools.conformance packages …                                     tests of packages that extend Alembic
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter

from tools.conformance import databases, differences, packages, suite
from tools.conformance.databases import DATABASES

TIERS = "PSDFHX"
WANTED = {"PSDF": 98, "H": 80}
"""Per cent that must pass."""


def main() -> int:
    """Run, print, and say whether all is as it should be."""
    if sys.argv[1:2] == ["packages"]:
        return packages.main(sys.argv[2:])
    arguments = _parser().parse_args()
    root = suite.fetch()
    tiers = _tiers()
    listed = differences.read()
    sound = True
    for database in arguments.database or DATABASES:
        uri = databases.uri(database)
        with databases.prepared(uri):
            outcomes = suite.run(root, database, uri, arguments.files)
        _print(database, outcomes, tiers, listed)
        if arguments.failed:
            _print_failed(outcomes, tiers, listed, database)
        sound &= _judge(database, outcomes, tiers, listed, whole=not arguments.files)
    return 0 if sound else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.conformance")
    parser.add_argument("files", nargs="*", help="names of test files, such as test_op.py")
    parser.add_argument("--database", action="append", choices=list(DATABASES))
    parser.add_argument("--failed", action="store_true", help="list what failed, with its tier")
    return parser


def _tiers() -> dict[str, str]:
    with (suite.HERE / "tiers.csv").open() as file:
        return {row["test"]: row["tier"] for row in csv.DictReader(file)}


def _print(
    database: str, outcomes: suite.Outcomes, tiers: dict[str, str], listed: differences.Listed
) -> None:
    by_file: dict[str, Counter[str]] = {}
    by_tier: dict[str, Counter[str]] = {}
    for test, outcome in outcomes.items():
        shown = outcome
        if outcome == "failed" and listed.has(test, database):
            shown = "expected"
        by_file.setdefault(test.partition("::")[0].removeprefix("tests/"), Counter())[shown] += 1
        by_tier.setdefault(tiers.get(test, "-"), Counter())[shown] += 1
    print(f"\n{database:38} passed   failed  expected to differ  skipped")
    for name, counts in sorted(by_file.items()):
        print(_row(name, counts))
    print()
    for tier in [*TIERS, "-"]:
        if tier in by_tier:
            print(_row(f"tier {tier}" if tier != "-" else "no tier", by_tier[tier]))
    print(_row("all", sum(by_file.values(), Counter())))


def _row(name: str, counts: Counter[str]) -> str:
    return (
        f"{name:38}{counts['passed']:7}{counts['failed']:9}{counts['expected']:20}"
        f"{counts['skipped']:9}"
    )


def _print_failed(
    outcomes: suite.Outcomes, tiers: dict[str, str], listed: differences.Listed, database: str
) -> None:
    for test, outcome in outcomes.items():
        if outcome == "failed" and not listed.has(test, database):
            print(tiers.get(test, "-"), test)


def _judge(
    database: str,
    outcomes: suite.Outcomes,
    tiers: dict[str, str],
    listed: differences.Listed,
    *,
    whole: bool,
) -> bool:
    """Whether only what is listed differs, and enough passes; says what is wrong."""
    failed = [test for test, outcome in outcomes.items() if outcome == "failed"]
    unlisted = [test for test in failed if not listed.has(test, database)]
    passing = [
        test
        for test, outcome in outcomes.items()
        if outcome == "passed" and listed.has(test, database)
    ]
    for test in passing:
        print(f"{database}: passes, but docs/compatibility.md lists it: {test}", file=sys.stderr)
    gone = listed.gone(outcomes, database) if whole else []
    for row in gone:
        print(
            f"{database}: there is no such test, but docs/compatibility.md lists it: {row}",
            file=sys.stderr,
        )
    if unlisted:
        print(
            f"{database}: {len(unlisted)} tests fail that docs/compatibility.md does not list",
            file=sys.stderr,
        )
    enough = True
    for group, wanted in WANTED.items() if whole else ():
        of_group = [test for test in outcomes if tiers.get(test, "-") in group]
        ran = [test for test in of_group if outcomes[test] != "skipped"]
        share = 100 * sum(outcomes[test] == "passed" for test in ran) / max(len(ran), 1)
        print(
            f"{database}: {share:.1f} % of tier {'+'.join(group)} ({len(ran)} tests); at least {wanted} %"
        )
        enough &= share >= wanted
    return not unlisted and not passing and not gone and enough


if __name__ == "__main__":
    sys.exit(main())
