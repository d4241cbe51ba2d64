"""
Show the schema at a revision, or that of the database.

Responsible for the statements that make it, in an order in which they can be run.  Does not know files nor what is
printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from limbeck.actions.outcome import Place
from limbeck.actions.sides import Side, of_database, of_revision

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy as sa

    from limbeck.actions.replay import Replayed
    from limbeck.operations import Operation
    from limbeck.project import Project, Target
    from limbeck.schema import SchemaState


@dataclass(frozen=True)
class Schema:
    """A schema in one form, whatever it was made from: the same schema always gives the same texts.

    `what` is the revision, or the address of the database.  `replayed` says how the schema of a revision is known.
    """

    place: Place
    what: str
    state: SchemaState
    dialect: sa.Dialect
    replayed: Replayed | None = None

    @property
    def statements(self) -> tuple[str, ...]:
        """The SQL that makes it in an empty database: types, tables, indexes, foreign keys, what is built upon them.

        Raises CannotCompile.
        """
        return making(self.state, self.dialect)

    @property
    def sql(self) -> str:
        """All of them, each ended by a semicolon and an empty line."""
        return "\n".join(f"{text.rstrip().rstrip(';')};\n" for text in self.statements)

    @property
    def models(self) -> str:
        """The same as a Python module, whose `metadata` has it.  Raises CannotRender."""
        from limbeck.files.render.models import module

        return module(self.state, self.dialect, self.what)


def statements(
    operations: Iterable[Operation], dialect: sa.Dialect, before: SchemaState | None = None
) -> tuple[str, ...]:
    """The SQL of operations on a database that is like `before`, with the values in it.  Raises CannotCompile.

    SQLite builds some tables anew, and must know for that what they are like.
    """
    from limbeck.database.paper import PaperDatabase

    def made() -> tuple[str, ...]:
        return making(before, dialect) if before is not None else ()

    paper = PaperDatabase(dialect, StringIO(), structure=made)
    return tuple(
        statement.text.strip() for operation in operations for statement in paper.compile(operation)
    )


def making(state: SchemaState, dialect: sa.Dialect) -> tuple[str, ...]:
    """The SQL that makes all of a schema in an empty database.  Raises CannotCompile."""
    from limbeck.diff import Abilities, diff
    from limbeck.schema import SchemaState

    found = diff(SchemaState(), state, abilities=Abilities.of(dialect.name))
    return statements(found.operations, dialect)


def schema(
    project: Project, revision: str = "head", *, database: bool = False
) -> tuple[Schema, ...]:
    """The schema at `revision`, one for each target; with `database`, what that has instead.

    Nothing is connected for a revision, unless a scratch database must be asked or `revision` is relative to what is
    applied.  Raises SelectorError, HistoryError, and RunError for a revision that fails.
    """
    found: list[Schema] = []

    def one(target: Target) -> None:
        side = of_database(project, target) if database else of_revision(project, target, revision)
        found.append(_schema(target, side))

    project.targets.each(one)
    return tuple(found)


def _schema(target: Target, side: Side) -> Schema:
    place = Place(target.name, target.shown)
    return Schema(place, side.what, side.canonical, side.dialect, side.replayed)
