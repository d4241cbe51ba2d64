"""
A schema, wherever it is: at a revision, in a database, in the models.

Responsible for what the words of somebody mean, and for reading it.  Does not know what it is compared with or how it is
printed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from limbeck.actions.comparison import models_of
from limbeck.actions.elsewhere import somewhere
from limbeck.actions.own import own_tables
from limbeck.actions.replay import replay, schema_at
from limbeck.actions.rules import wanted
from limbeck.errors import UsageError
from limbeck.history import resolve
from limbeck.schema import Check, Exclude, ForeignKey, PrimaryKey, Table, Unique

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.actions.replay import Replayed
    from limbeck.database.normalise import Facts
    from limbeck.models import Models
    from limbeck.project import Project, Target
    from limbeck.schema import SchemaState


@dataclass(frozen=True)
class Side:
    """A schema: `what` says which, in words without a password.

    `from_server` tells whether it is in a server's own words.  `replayed` says how the schema of a revision is known.
    """

    what: str
    schema: SchemaState
    dialect: sa.Dialect
    facts: Facts
    from_server: bool
    replayed: Replayed | None = None

    @property
    def canonical(self) -> SchemaState:
        """The schema in the server's words and in one order, without the objects that it was made from."""
        from limbeck.database.normalise import normalise
        from limbeck.database.types.origins import with_types
        from limbeck.schema import SchemaState

        state = self.schema
        if not self.from_server:
            state = normalise(state, self.dialect, self.facts)
        made = with_types(state, self.dialect, anew=True)
        return SchemaState(
            sorted((_sorted(table) for table in made), key=lambda table: str(table.name)),
            sorted(made.objects.values(), key=lambda item: str(item.key)),
        )


_KINDS = (PrimaryKey, Unique, ForeignKey, Check, Exclude)


def _sorted(table: Table) -> Table:
    """The table with its constraints and indexes in an order that does not depend on who made them when."""
    return replace(
        table,
        constraints=tuple(
            sorted(table.constraints, key=lambda item: (_KINDS.index(type(item)), repr(item)))
        ),
        indexes=tuple(sorted(table.indexes, key=repr)),
    )


def is_address(text: str) -> bool:
    """Whether it is the URL of a database."""
    return "://" in text


def side(project: Project, target: Target, text: str, models: Models | None = None) -> Side:
    """What `text` means: `models`, `database`, a URL, else a revision.

    Without `models` they are those that the settings name.  Raises SelectorError, ModelsFailed, CannotConnect, and UsageError for several heads of which none was named.
    """
    if text == "models":
        return of_models(project, target, models)
    if text == "database":
        return of_database(project, target)
    if is_address(text):
        return of_database(project, target._replace(address=text, name=""))
    return of_revision(project, target, text)


def of_database(project: Project, target: Target) -> Side:
    """What is there."""
    from limbeck.database.normalise import facts
    from limbeck.database.read import read

    def work(connection: sa.Connection) -> Side:
        found = read(
            connection,
            schemas=project.settings.schemas or (None,),
            leave_out=own_tables(target),
            wanted=wanted(project.settings),
        )
        known = facts(connection)
        connection.rollback()
        return Side(target.shown, found, connection.dialect, known, from_server=True)

    return target.visit(lambda database: work(database.connection))


def of_models(project: Project, target: Target, models: Models | None = None) -> Side:
    """What the models say: those given, else those that the settings name."""
    from limbeck.database.engine import dialect_of
    from limbeck.database.normalise import Facts
    from limbeck.database.read.metadata import metadata

    dialect = dialect_of(target.url)
    models = models or models_of(project.settings)
    found = metadata(models.metadata, dialect, wanted=wanted(project.settings))
    return Side("models", found, dialect, Facts.default(dialect), from_server=False)


def of_revision(project: Project, target: Target, text: str) -> Side:
    """What the revisions up to `text` lead to; `current` is where the database stands."""
    from limbeck.database.engine import dialect_of
    from limbeck.database.normalise import Facts

    heads = _standing(target) if "current" in text or text.startswith(("+", "-")) else frozenset()
    ids = resolve(project.history, text, heads, looking=True)
    dialect = dialect_of(target.url)
    found = replay(project, target, ids)
    if not found.certain:
        with somewhere(project.settings, dialect, target.url) as scratch:
            found = schema_at(project, target, ids, scratch)
    what = ", ".join(sorted(ids)) or "base"
    return Side(
        what, found.schema, dialect, Facts.default(dialect), bool(found.scratch), replayed=found
    )


def _standing(target: Target) -> frozenset[str]:
    return target.visit(lambda database: frozenset(database.journal.heads()))


def same_dialect(one: Side, other: Side) -> None:
    """Raises UsageError when the two sides are of databases that have nothing in common."""
    first, second = (_family(side.dialect.name) for side in (one, other))
    if first != second:
        raise UsageError(
            f"{one.what} is {first} and {other.what} is {second}: their schemas cannot be compared",
            hint="name two databases of one kind, or a revision and a database",
        )


def _family(name: str) -> str:
    return "mysql" if name == "mariadb" else name
