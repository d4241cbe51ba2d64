"""
Show that limbeck does in a project what Alembic does there.

Responsible for running both on scratch databases, through the project's own `env.py`, and for saying what differs.  The
project's databases are never written to.  Does not know what is printed.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from limbeck.actions.compat_check.engines import Asked, Engine, find_alembic
from limbeck.actions.compat_check.judged import (
    Judged,
    Verdict,
    history_differences,
    rows,
    statements,
    structure,
    text_differences,
)
from limbeck.actions.compat_check.side import Side
from limbeck.actions.snapshot import unstable_columns
from limbeck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from limbeck.actions.compat_check.engines import Ran
    from limbeck.actions.compat_check.places import Found
    from limbeck.schema import TableName

__all__ = ["Asked", "CompatCheck", "Engine", "Judged", "Verdict", "compat_check"]


@dataclass(frozen=True)
class CompatCheck:
    """What was looked at; `alembic` is None where only limbeck could be run.  `databases` are those of `env.py`."""

    alembic: Engine | None
    databases: tuple[str, ...]
    judged: tuple[Judged, ...]

    def any(self, verdict: Verdict) -> bool:
        """Whether that is said of anything."""
        return any(one.verdict is verdict for one in self.judged)


def compat_check(
    asked: Asked, *, python: str | None = None, server: Mapping[str, object] | None = None
) -> CompatCheck:
    """Run every revision up and down with limbeck, and with the Alembic of `python`, and compare.

    `server` is where scratch databases are made instead of the server that `env.py` connects to, as a dialect and
    parameters of its driver.  Raises UsageError when `python` has no Alembic, CannotConnect when a scratch database is
    gone.
    """
    alembic = find_alembic(python, asked.folder)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="limbeck-compat-")))

        def side(engine: Engine, name: str) -> Side:
            made = Side(engine, asked, folder / name, server)
            stack.callback(made.places.remove)
            return made

        limbeck = Engine("limbeck", sys.executable, __version__)
        ours = side(limbeck, "limbeck")
        theirs = side(alembic, "alembic") if alembic is not None else None
        with ThreadPoolExecutor() as pool:  # what they do, they do in processes of their own
            list(pool.map(Side.work, [ours, theirs] if theirs is not None else [ours]))
        judged = _Comparison(ours, theirs, lambda: side(limbeck, "again")).all()
        return CompatCheck(alembic, tuple(sorted(ours.places.known)), judged)


class _Comparison:
    """The things that are looked at, one after another, as far as what came before has worked."""

    def __init__(self, ours: Side, theirs: Side | None, again: Callable[[], Side]) -> None:
        self.ours = ours
        self.theirs = theirs
        self.again = again
        self._unstable: dict[str, dict[TableName, set[str]]] | None = None

    def all(self) -> tuple[Judged, ...]:
        """Each with its verdict."""
        judged = [self.files()]
        if self._worked("facts"):
            judged += [self.sql(), self.upgrade()]
            if self._worked("up"):
                judged.append(self.downgrade())
        return tuple(judged)

    def _worked(self, what: str) -> bool:
        """Whether both have come to the end of it."""
        sides = [self.ours, *([self.theirs] if self.theirs is not None else [])]
        return not any(getattr(side, what).error for side in sides)

    def files(self) -> Judged:
        """Revision files, imported by both."""
        name = "revision files"
        known = self.ours.facts.facts.get("revisions", {})
        about = f"{len(known)} revision{'' if len(known) == 1 else 's'}"
        failed = self._failed(
            name, self.ours.facts, None if self.theirs is None else self.theirs.facts
        )
        if failed is not None:
            return failed
        if not known:
            return Judged(name, Verdict.NOT_COMPARED, lines=("there are none",))
        if self.theirs is None:
            return Judged(name, Verdict.WORKS, about)
        return _compared(
            name, about, list(history_differences(self.ours.facts.facts, self.theirs.facts.facts))
        )

    def sql(self) -> Judged:
        """The text of `upgrade heads --sql`."""
        name = "upgrade heads --sql"
        failed = self._failed(name, self.ours.sql, None if self.theirs is None else self.theirs.sql)
        if failed is not None:
            return failed
        texts = [self.ours.sql.out, "" if self.theirs is None else self.theirs.sql.out]
        if self.ours.facts.facts.get("revisions") and not any(text.strip() for text in texts):
            line = "nothing is printed: env.py writes the text elsewhere"
            return Judged(name, Verdict.NOT_COMPARED, lines=(line,))
        number = statements(self.ours.sql.out)
        about = f"{number} statement{'' if number == 1 else 's'}"
        if self.theirs is None:
            return Judged(name, Verdict.WORKS, about)
        return _compared(name, about, text_differences(self.ours.sql.out, self.theirs.sql.out))

    def upgrade(self) -> Judged:
        """From an empty database to all heads."""
        name = "upgrade heads"
        failed = self._failed(name, self.ours.up, None if self.theirs is None else self.theirs.up)
        if failed is not None:
            return failed
        here = self.ours.at_heads
        if not here:
            return Judged(name, Verdict.NOT_COMPARED, lines=("env.py connects to no database",))
        if self.theirs is None:
            return Judged(name, Verdict.WORKS, _amount(here))
        return _compared(name, _amount(here), self._differences(here, self.theirs.at_heads))

    def downgrade(self) -> Judged:
        """Back to where nothing has run."""
        name = "downgrade base"
        without = self.ours.without_downgrade
        if without:
            line = f"no downgrade(): {', '.join(without)}"
            return Judged(name, Verdict.NOT_COMPARED, lines=(line,))
        failed = self._failed(
            name, self.ours.down, None if self.theirs is None else self.theirs.down
        )
        if failed is not None:
            return failed
        here = self.ours.at_base
        about = "nothing is left" if all(one.is_empty for one in here.values()) else _amount(here)
        if self.theirs is None:
            return Judged(name, Verdict.WORKS, about)
        return _compared(name, about, self._differences(here, self.theirs.at_base))

    def _failed(self, name: str, ours: Ran, theirs: Ran | None) -> Judged | None:
        """The verdict where one of them did not come to its end; None where both did."""
        stopped = ours.refused or (theirs.refused if theirs is not None else "")
        if stopped:
            return Judged(name, Verdict.NOT_COMPARED, lines=(f"stopped: {stopped}",))
        if theirs is None:
            failed = Judged(name, Verdict.FAILS, lines=(ours.error,))
            return failed if ours.error else None
        if ours.error and theirs.error:
            both = (f"limbeck: {ours.error}", f"Alembic: {theirs.error}")
            return Judged(name, Verdict.NOT_COMPARED, "fails with both", both)
        if ours.error or theirs.error:
            who = "limbeck" if ours.error else "Alembic"
            why = ours.error or theirs.error
            return Judged(name, Verdict.DIFFERS, f"fails with {who} only", (why,))
        return None

    def _differences(self, ours: Mapping[str, Found], theirs: Mapping[str, Found]) -> list[str]:
        found = structure(ours, theirs)
        other_rows = rows(ours, theirs, {})
        if other_rows:
            other_rows = rows(ours, theirs, self._unstable_columns())
        return found + other_rows

    def _unstable_columns(self) -> dict[str, dict[TableName, set[str]]]:
        """Columns that are others in each run of limbeck's own, as times and random values are."""
        if self._unstable is None:
            again, here = self.again().at_heads, self.ours.at_heads
            self._unstable = {
                real: unstable_columns(here[real].snapshot, again[real].snapshot)
                for real in here.keys() & again.keys()
            }
        return self._unstable


def _compared(name: str, about: str, differences: list[str]) -> Judged:
    verdict = Verdict.DIFFERS if differences else Verdict.SAME
    return Judged(name, verdict, about, tuple(differences))


def _amount(found: Mapping[str, Found]) -> str:
    tables = sum(len(one.snapshot.schema) for one in found.values())
    amount = sum(len(table.rows) for one in found.values() for table in one.snapshot.rows.values())
    return f"{tables} table{'' if tables == 1 else 's'}, {amount} row{'' if amount == 1 else 's'}"
