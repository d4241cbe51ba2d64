"""
What a statement of an author's own does to the schema.

Responsible for saying it as operations where that is certain, for telling that only rows are concerned, and else for
saying why it cannot be known.  SQLite is asked itself, in memory; the SQL of other servers is read by sqlglot, which is
not imported before it is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from limbeck.database.replay.words import said
from limbeck.errors import SchemaError

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.operations import Execute, Operation
    from limbeck.schema import SchemaState


class Understood(NamedTuple):
    """The text of a statement, the operations that it amounts to, and why they are not known, if so.

    `schema` is what it leads to where that is known as a whole, and not by the operations.
    """

    text: str
    operations: tuple[Operation, ...] = ()
    why: str | None = None
    schema: SchemaState | None = None


def understand(operation: Execute, dialect: sa.Dialect, schema: SchemaState) -> Understood:
    """What `operation` does to `schema`; no operations and no `why` when it is about rows, or about the session."""
    text = text_of(operation, dialect)
    try:
        known = said(text, dialect.name, schema)
        if known is not None:
            return Understood(text, tuple(known))
        if dialect.name == "sqlite":
            return _tried(text, dialect, schema)
        return _read(text, dialect, schema)
    except SchemaError as error:
        return Understood(text, why=f"it does not fit what is known: {error}")


def _tried(text: str, dialect: sa.Dialect, schema: SchemaState) -> Understood:
    from limbeck.database.replay.sqlite import Refused, carried_out

    try:
        operations, after = carried_out(text, dialect, schema)
    except Refused as error:
        return Understood(text, why=f"SQLite says: {error}")
    return Understood(text, tuple(operations), schema=after)


def _read(text: str, dialect: sa.Dialect, schema: SchemaState) -> Understood:
    from limbeck.database.replay.definitions import operations_of
    from limbeck.database.replay.parsing import NotUnderstood, parsed

    found: list[Operation] = []
    try:
        for tree in parsed(text, dialect):
            found += operations_of(tree, dialect, schema)
    except NotUnderstood as error:
        return Understood(text, tuple(found), str(error))
    except (AttributeError, KeyError, TypeError, IndexError):
        # A tree of another form than expected, as another version of sqlglot may make it.
        return Understood(text, tuple(found), "what this statement changes cannot be told")
    return Understood(text, tuple(found))


def text_of(operation: Execute, dialect: sa.Dialect) -> str:
    """The SQL of a statement, for people and for the parser."""
    statement: Any = operation.statement
    if isinstance(statement, str):
        return statement
    try:
        return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    except (
        Exception
    ):  # whatever SQLAlchemy or a type of the author's raises: the values do not matter here
        return str(statement)
