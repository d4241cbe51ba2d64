"""
What revisions do, as both sides of a conflict know it.

Responsible for running their scripts on a model database and for saying of each operation where it stands and which
rows it is about.  Does not know what is compared with what.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from limbeck.actions.offline import misses_connection
from limbeck.errors import LimbeckError, NotRead, ScriptFailed
from limbeck.history import Direction, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy as sa

    from limbeck.conflicts import Deed
    from limbeck.database.replay import Recorded, ReplayDatabase
    from limbeck.operations import Operation
    from limbeck.project import Project, Target
    from limbeck.schema import SchemaState

_NOWHERE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Done:
    """What revisions have done on a model database: each thing, and the schema behind all of them."""

    deeds: tuple[Deed, ...]
    schema: SchemaState


def done_by(project: Project, target: Target, ids: Iterable[str], schema: SchemaState) -> Done:
    """What the revisions `ids`, in this order, do from `schema` on; nothing is connected.

    What a script does that asks the database for something is unknown.
    """
    database = recorded(project, target, ids, schema)
    deeds = (deed_of(one, project, database.dialect) for one in database.recorded)
    return Done(tuple(deeds), database.state)


def recorded(
    project: Project,
    target: Target,
    ids: Iterable[str],
    schema: SchemaState,
    *,
    direction: Direction = Direction.UP,
) -> ReplayDatabase:
    """A model database, from `schema` on, on which the scripts of `ids` were run."""
    from limbeck.database.engine import dialect_of
    from limbeck.database.replay import ReplayDatabase

    database = ReplayDatabase(
        dialect_of(target.url),
        schema,
        policy=target.policy(),
        version_table=target.version_table,
        version_table_schema=target.version_table_schema,
        naming_convention=target.naming_convention,
        options=target.options,
    )

    def send(operation: Operation) -> None:
        database.compile(operation)

    for id in ids:
        step = Step(id, direction, _NOWHERE, _NOWHERE)
        with database.step(step):
            try:
                project.library.script(id).run(direction, database, send)
            except ScriptFailed as error:
                database.give_up(step, why_not(error))
    return database


def why_not(error: ScriptFailed) -> str:
    """Why it is not known what a script does."""
    if isinstance(error, NotRead):
        return error.message
    if not misses_connection(error.__cause__):
        return f"it needs a database: {error.message}"
    # What Python says of None is no help: at its place the script asks a connection, which is not there.
    place = error.message.partition(f": {type(error.__cause__).__name__}")[0]
    return f"{place}: it asks the database"


def deed_of(one: Recorded, project: Project, dialect: sa.Dialect) -> Deed:
    """An operation that was recorded, with its place in the files and what it does to rows."""
    from limbeck.conflicts import Deed
    from limbeck.conflicts.effects import row_uses
    from limbeck.database.replay.understand import text_of
    from limbeck.diff import describe
    from limbeck.operations import Execute

    operation = one.operation
    unknown = one.unknown or _not_modelled(operation, dialect)
    if not isinstance(operation, Execute):
        place = _place(project, one, "")
        return Deed(
            one.revision, place, describe(operation), operation, row_uses(operation), unknown
        )
    text = text_of(operation, dialect)
    place = _place(project, one, text)
    shown = " ".join(text.split())
    if unknown:
        return Deed(one.revision, place, shown, operation, (), unknown)
    from limbeck.database.replay.parsing import NotUnderstood
    from limbeck.database.replay.rows import row_uses as uses_of

    try:
        return Deed(one.revision, place, shown, operation, uses_of(text, dialect))
    except NotUnderstood as error:
        return Deed(one.revision, place, shown, operation, (), str(error))
    except (AttributeError, KeyError, TypeError, IndexError):
        # A tree of another form than expected, as another version of sqlglot may make it.
        why = "what this statement does to rows cannot be told"
        return Deed(one.revision, place, shown, operation, (), why)


def _not_modelled(operation: object, dialect: sa.Dialect) -> str:
    """Why the model does not know what an operation of ours does; "" when it does."""
    from limbeck.operations import RecreateTable

    if not isinstance(operation, RecreateTable) or operation.copy_from is None:
        return ""
    if dialect.name == "sqlite" or operation.when == "always":
        return "it makes the table anew after a description of its own (copy_from)"
    return ""


def _place(project: Project, one: Recorded, text: str) -> str:
    """File and line, as messages name them."""
    try:
        path = project.library.path(one.revision)
    except LimbeckError:
        return one.revision
    shown = project.library.shown(path)
    line = one.line or _line_of(text, project, one.revision)
    return f"{shown}:{line}" if line else shown


def _line_of(text: str, project: Project, revision: str) -> int:
    """The line of a SQL file on which a statement begins; 0 when that cannot be told."""
    if not text:
        return 0
    try:
        content = project.library.script(revision).read().decode("utf-8", "replace")
    except LimbeckError:
        return 0
    found = content.find(text)
    return content.count("\n", 0, found) + 1 if found >= 0 else 0
