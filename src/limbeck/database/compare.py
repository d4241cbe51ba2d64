"""
Models and a database, made comparable with `==`.

Responsible for the one rule that a comparison can be trusted by: what is equal in memory is equal, and what is not is
only suspected unless it is certain (`compare_certain`), and is put through a scratch database, where the server says
it in its own words.  What cannot be found out is named, and counts as no difference.  Does not know what a difference
leads to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from limbeck.database.compare_ask import Answers, ask
from limbeck.database.compare_cache import Cache, NoCache
from limbeck.database.compare_called import called
from limbeck.database.compare_certain import differs_for_certain
from limbeck.database.compare_names import adopted, as_declared
from limbeck.database.compare_origins import with_origins
from limbeck.database.compare_settle import NotCompared, settled
from limbeck.database.normalise import Facts, named, numbered, words
from limbeck.database.normalise.shared import here
from limbeck.schema import Extension, Key, SchemaState, Standalone, Table, TableName

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.database.scratch import ScratchSource

__all__ = ["Compared", "NotCompared", "compare"]

# Said by the server in other words than by people, whatever they are.
_TEXTS = {"view", "materialized view", "function", "procedure", "trigger", "policy"}
# Equal when they are equal, without a server's help.
_PLAIN = {"enum", "grant", "extension"}


@dataclass(frozen=True, slots=True)
class Compared:
    """Both sides in the same words, so that `==` tells whether they are the same.

    `not_compared` is what could not be found out: there the wanted side says what the other one does.  `scratch_name`
    tells which scratch database was used; None when none was needed.
    """

    have: SchemaState
    want: SchemaState
    not_compared: tuple[NotCompared, ...] = ()
    scratch_name: str | None = None


def compare(
    have: SchemaState,
    want: SchemaState,
    dialect: sa.Dialect,
    *,
    facts: Facts,
    scratch: ScratchSource | None = None,
    cache: Cache | None = None,
    from_server: bool = True,
    said: SchemaState | None = None,
) -> Compared:
    """Two states, comparable.

    `have` is what a server says, or, without `from_server`, in somebody's own words as `want` is.  What the models
    left without a name takes the name that it has in `have`.  Values of the result keep the `origin` they came with.
    `scratch` makes a scratch database when one is needed; without it, what it would tell is not compared.  `said` is
    what `words` makes of `want`, where that is known already.
    """
    cache = cache if cache is not None else NoCache()
    # PostgreSQL prints its own words; the others keep some of an author's.
    own = from_server and facts.dialect == "postgresql"
    first = have if own else words(have, dialect, facts)
    if not from_server:
        first = named(first, dialect, facts)
    second = _like(first, words(want, dialect, facts) if said is None else said)
    compared = _in_question(first, named(second, dialect, facts), facts, own_words=from_server)
    not_compared: list[NotCompared] = []
    used: str | None = None
    if not from_server and compared:
        answers = ask(_of(compared, have, facts), have, dialect, facts, scratch, cache)
        first = named(_told(first, have, answers, dialect, facts), dialect, facts)
        used = answers.scratch
    if compared:
        answers = ask(_of(compared, want, facts), want, dialect, facts, scratch, cache)
        second = _told(second, want, answers, dialect, facts)
        used = answers.scratch or used
        second = _like(first, second)
        second, not_compared = settled(
            first,
            named(second, dialect, facts),
            answers.failed,
            facts,
            asked=answers.scratch is not None,
        )
        second = called(second, _words_of(answers, dialect, facts), first)
    return Compared(first, numbered(second, dialect, facts), tuple(not_compared), used)


def _in_question(
    have: SchemaState, want: SchemaState, facts: Facts, *, own_words: bool
) -> set[TableName | Key]:
    """What is on both sides and may be the same in other words; of the text of a program only a server knows.

    `own_words`: what `have` says, a server has said.
    """
    found: set[TableName | Key] = {
        table.name
        for table in want
        if table.name in have
        and have[table.name] != table
        and not (
            differs_for_certain(have[table.name], table, facts)
            and (own_words or differs_for_certain(table, have[table.name], facts))
        )
    }
    for key, item in want.objects.items():
        other = have.objects.get(key)
        if (key.kind in _TEXTS and other != item) or (
            other is not None and other != item and key.kind not in _PLAIN
        ):
            found.add(key)
    return found


def _of(compared: set[TableName | Key], state: SchemaState, facts: Facts) -> list[TableName | Key]:
    """The suspects as they are called in a state: they may have lost the default schema meanwhile."""
    tables = [table.name for table in state if here(table.name, facts) in compared]
    keys = [
        key
        for key in state.objects
        if any(_same(key, owner) for owner in compared if isinstance(owner, Key))
    ]
    return [*tables, *keys]


def _same(some: Key, other: Key) -> bool:
    return some == other or (some.kind, some.name.name, some.of) == (
        other.kind,
        other.name.name,
        other.of,
    )


def _like(have: SchemaState, want: SchemaState) -> SchemaState:
    """The wanted side, where it says nothing, as the other one: names of constraints, versions of extensions."""
    tables = [adopted(table, have[table.name]) if table.name in have else table for table in want]
    items = [_extension(item, have.objects.get(item.key)) for item in want.objects.values()]
    return SchemaState(tables, items)


def _extension(item: Standalone, other: Standalone | None) -> Standalone:
    if isinstance(item, Extension) and isinstance(other, Extension):
        return replace(
            item, version=item.version or other.version, schema=item.schema or other.schema
        )
    return item


def _words_of(answers: Answers, dialect: sa.Dialect, facts: Facts) -> Mapping[TableName, Table]:
    said = words(SchemaState(answers.tables.values()), dialect, facts)
    return {table.name: table for table in said}


def _told(
    state: SchemaState, model: SchemaState, answers: Answers, dialect: sa.Dialect, facts: Facts
) -> SchemaState:
    """The state with what the server said instead of what was assumed."""
    if not answers.tables and not answers.objects:
        return state
    said = words(SchemaState(answers.tables.values(), answers.objects.values()), dialect, facts)
    told = (table for table in model if table.name in answers.tables)
    asked = SchemaState(told, model.objects.values())
    models: Mapping[TableName, Table] = {
        table.name: table for table in words(asked, dialect, facts)
    }
    tables = [
        as_declared(with_origins(said[table.name], models[table.name]), models[table.name])
        if table.name in said and table.name in models
        else table
        for table in state
    ]
    gone = answers.answered
    items = {
        key: item
        for key, item in state.objects.items()
        if not any(_same(key, asked) for asked in gone)
    }
    origins = {key: getattr(item, "origin", None) for key, item in model.objects.items()}
    for key, item in said.objects.items():
        origin = origins.get(key)
        items[key] = replace(item, origin=origin) if origin is not None else item
    return SchemaState(tables, items.values())
