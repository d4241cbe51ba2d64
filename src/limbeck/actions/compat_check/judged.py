"""
What two engines have come to, put side by side.

Responsible for the values that say what is the same, and for telling texts, histories and databases apart.  Does not run
anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import unified_diff
from enum import Enum
from typing import TYPE_CHECKING, Any

from limbeck.actions.snapshot import row_differences, structure_differences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from limbeck.actions.compat_check.places import Found
    from limbeck.schema import TableName

_MOST = 12
"""Lines of a text that are shown of what differs in it."""

_STEP = re.compile(r"^-- Running \w+ .*$", re.MULTILINE)
_VERSION_TABLE = re.compile(r"CREATE TABLE \S+ \(\s*version_num\s", re.IGNORECASE)


class Verdict(Enum):
    """What is said of one thing that was looked at."""

    SAME = "same"
    WORKS = "works"
    DIFFERS = "differs"
    FAILS = "fails"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True)
class Judged:
    """One thing that was looked at; `about` says how much it was, `lines` what is the matter."""

    name: str
    verdict: Verdict
    about: str = ""
    lines: tuple[str, ...] = ()


def history_differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[str]:
    """What revision files say, as each engine understands them.  Any: as JSON has it."""
    mine, others = ours["revisions"], theirs["revisions"]
    for id in sorted(mine.keys() | others.keys()):
        if id not in others or id not in mine:
            yield f"{id} is known to {'limbeck' if id in mine else 'Alembic'} only"
            continue
        for key, value in others[id].items():
            if mine[id][key] != value:
                yield f"{key} of {id}: {value!r} to Alembic, {mine[id][key]!r} to limbeck"
    for key in ("heads", "bases"):
        if ours[key] != theirs[key]:
            yield f"{key}: {', '.join(theirs[key])} to Alembic, {', '.join(ours[key])} to limbeck"


def text_differences(ours: str, theirs: str) -> list[str]:
    """What is other in the SQL of each step; steps may come in another order, and blank lines and comments do not count."""
    mine, others = _steps(ours), _steps(theirs)
    found = []
    for step in dict.fromkeys([*others, *mine]):
        diff = unified_diff(
            others.get(step, []), mine.get(step, []), "Alembic", "limbeck", lineterm="", n=1
        )
        lines = list(diff)
        if lines:
            found += [step, *lines[:_MOST], *(["..."] if len(lines) > _MOST else [])]
    return found


def statements(text: str) -> int:
    """How many there are."""
    return sum(line.endswith(";") for lines in _steps(text).values() for line in lines)


def _steps(text: str) -> dict[str, list[str]]:
    """The lines of each step, by the comment above it; what belongs to no step comes under an empty text."""
    heads = ["", *_STEP.findall(text)]
    return {head: _lines(part) for head, part in zip(heads, _STEP.split(text), strict=True)}


def _lines(text: str) -> list[str]:
    kept = []
    for statement in re.split(r";[ \t]*\n", text):
        # Who keeps which revisions have run, and how wide, is each engine's own.
        if _VERSION_TABLE.search(statement):
            continue
        lines = [line.rstrip() for line in statement.splitlines()]
        lines = [line for line in lines if line and not line.startswith("--")]
        if lines:
            lines[-1] += ";"
        kept += lines
    return kept


def structure(ours: Mapping[str, Found], theirs: Mapping[str, Found]) -> list[str]:
    """What leads from the structure that Alembic has made to that which limbeck has, and other rows of version tables."""
    found = [
        f"{real} is connected to by {'limbeck' if real in ours else 'Alembic'} only"
        for real in sorted(ours.keys() ^ theirs.keys())
    ]
    for real in sorted(ours.keys() & theirs.keys()):
        one, other = theirs[real], ours[real]
        found += structure_differences(one.snapshot, other.snapshot)
        if one.versions != other.versions:
            found.append(
                f"version rows: {_shown(one.versions)} by Alembic, {_shown(other.versions)} by limbeck"
            )
    return found


def rows(
    ours: Mapping[str, Found],
    theirs: Mapping[str, Found],
    unstable: Mapping[str, dict[TableName, set[str]]],
) -> list[str]:
    """Which tables hold other rows, without columns that are `unstable` in a database."""
    return [
        line
        for real in sorted(ours.keys() & theirs.keys())
        for line in row_differences(
            theirs[real].snapshot, ours[real].snapshot, unstable.get(real, {})
        )
    ]


def _shown(versions: frozenset[tuple[str, str]]) -> str:
    return ", ".join(row for _, row in sorted(versions)) or "none"
