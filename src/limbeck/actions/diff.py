"""
Say what leads from one schema to another.

Responsible for any two of revision, database and models.  Does not know how a schema is read, nor what is printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from limbeck.actions.elsewhere import beside, somewhere
from limbeck.actions.schema import statements
from limbeck.actions.sides import Side, is_address, same_dialect, side
from limbeck.errors import UsageError

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.database.compare import Compared, NotCompared
    from limbeck.database.scratch import ScratchSource
    from limbeck.diff import Diff
    from limbeck.project import Project, Target


@dataclass(frozen=True)
class Difference:
    """What leads from `before` to `after`; `scratch` is the database to throw away that was asked, "" for none."""

    before: Side
    after: Side
    diff: Diff
    not_compared: tuple[NotCompared, ...] = ()
    scratch: str = ""

    @property
    def statements(self) -> tuple[str, ...]:
        """The SQL that leads from one to the other.  Raises CannotCompile."""
        return statements(self.diff.operations, self.before.dialect, self.diff.before)


def difference(project: Project, before: str, after: str) -> Difference:
    """Each side is a revision, the URL of a database, `models`, or `database`: the one that the settings name.

    Raises UsageError for two databases of different kinds and for several targets, and whatever reading a side raises.
    """
    targets: list[Target] = []
    found: list[Difference] = []

    def work(target: Target) -> None:
        # An env.py closes its connection behind us: whatever is asked is asked here.
        targets.append(target)
        if len(targets) == 1:
            found.append(_between(project, target, before, after))

    project.targets.each(work)
    if len(targets) != 1:
        raise UsageError(
            "this compares two schemas, and there are several databases", hint="-n NAME"
        )
    return found[0]


def _between(project: Project, target: Target, before: str, after: str) -> Difference:
    other = next((text for text in (before, after) if is_address(text)), None)
    # A revision beside a database is what it would be there.
    near = target if other is None else target._replace(address=other, name="")
    # An env.py may know the models, where the settings do not.
    models = None if project.settings.metadata else getattr(target, "models", None)
    sides = [side(project, target if t == "database" else near, t, models) for t in (before, after)]
    same_dialect(*sides)
    return _found(project, near, *sides)


def _found(project: Project, target: Target, before: Side, after: Side) -> Difference:
    from limbeck.database.types.origins import with_types
    from limbeck.diff import Abilities, diff

    compared = _compared(project, target, before, after)
    dialect = before.dialect
    found = diff(
        with_types(compared.have, dialect),
        with_types(compared.want, dialect),
        abilities=Abilities.of(dialect.name),
    )
    used = compared.scratch_name or next(
        (s.replayed.scratch for s in (before, after) if s.replayed and s.replayed.scratch), ""
    )
    return Difference(before, after, found, compared.not_compared, used)


def _compared(project: Project, target: Target, before: Side, after: Side) -> Compared:
    """Both sides in the same words.  A side that a server has printed stays as it is."""
    from limbeck.database.compare import Compared

    if before.from_server and after.from_server:
        return Compared(before.schema, after.schema)
    if after.from_server:
        turned = _compared(project, target, after, before)
        return Compared(turned.want, turned.have, turned.not_compared, turned.scratch_name)
    if before.from_server and before.replayed is None:
        return target.visit(
            lambda database: _with(
                before, after, beside(database.connection, project.settings, before.schema)
            )
        )
    with somewhere(project.settings, before.dialect, target.url) as scratch:
        return _with(before, after, scratch)


def _with(before: Side, after: Side, scratch: ScratchSource | None) -> Compared:
    from limbeck.database.compare import compare
    from limbeck.database.compare_cache import FolderCache

    dialect: sa.Dialect = before.dialect
    return compare(
        before.schema,
        after.schema,
        dialect,
        facts=before.facts,
        scratch=scratch,
        cache=FolderCache(),
        from_server=before.from_server,
    )
