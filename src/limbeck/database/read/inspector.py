"""
Reading any database that SQLAlchemy has a dialect for, through its Inspector.

Responsible for tables, views and sequences of databases that have no reader of their own; what an Inspector cannot
tell is not in the state.  Does not know any dialect.

Round trips: as many as the dialect's `get_multi_` methods take, and one for each view.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.engine.reflection import ObjectKind

from limbeck.database.convert import type_
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Constraint,
    Default,
    Expression,
    ForeignKey,
    Generated,
    Identity,
    Index,
    Options,
    PrimaryKey,
    SchemaState,
    Standalone,
    Table,
    TableName,
    Unique,
    View,
    options,
)
from limbeck.schema import Sequence as SequenceValue
from limbeck.values import dataclass

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import (
        ReflectedColumn,
        ReflectedForeignKeyConstraint,
        ReflectedIndex,
    )

Wanted = Callable[[TableName], bool]
Found = Mapping[Any, Any]


def read(
    connection: sa.Connection,
    *,
    schemas: Sequence[str | None] = (None,),
    leave_out: Collection[TableName] = (),
    wanted: Wanted | None = None,
) -> SchemaState:
    """All that is in these schemas, as far as the dialect can tell; None is the one of names that have none."""
    gone = frozenset(leave_out)

    def is_wanted(name: TableName) -> bool:
        return name not in gone and (wanted is None or wanted(name))

    inspector = sa.inspect(connection)
    tables: list[Table] = []
    objects: list[Standalone] = []
    for schema in schemas:
        tables += _tables(inspector, schema, is_wanted)
        objects += _views(inspector, schema, is_wanted)
        objects += _sequences(inspector, schema, is_wanted)
    return SchemaState(tables, objects)


def fingerprint(connection: sa.Connection, *, schemas: Sequence[str | None] = (None,)) -> str:
    """A text that is another one whenever what `read` gives is; it takes as long as `read`."""
    state = read(connection, schemas=schemas)
    found = sorted(repr(item) for item in (*state, *state.objects.values()))
    return sha256("\n".join(found).encode()).hexdigest()


def _if_known(ask: Callable[[], Any], otherwise: Any) -> Any:
    """What the dialect answers, or `otherwise` when it has no answer to that question."""
    try:
        return ask()
    except NotImplementedError:  # how a dialect of SQLAlchemy says that it has no such thing
        return otherwise


def _tables(inspector: sa.Inspector, schema: str | None, is_wanted: Wanted) -> Iterator[Table]:
    bulk = _Bulk(inspector, schema)
    columns = bulk.of("columns")
    parts = {
        what: bulk.of(what)
        for what in (
            "pk_constraint",
            "unique_constraints",
            "foreign_keys",
            "check_constraints",
            "indexes",
            "table_comment",
            "table_options",
        )
    }
    for key in sorted(columns, key=lambda key: str(key[1])):
        name = TableName(str(key[1]), schema)
        if is_wanted(name):
            own = {what: found.get(key) for what, found in parts.items()}
            yield _table(name, columns[key], own, inspector.dialect)


@dataclass(frozen=True)
class _Bulk:
    """The questions about all tables of a schema at once."""

    inspector: sa.Inspector
    schema: str | None

    def of(self, what: str) -> Found:
        """The answer to `get_multi_{what}`; empty when the dialect has none."""
        ask = getattr(self.inspector, f"get_multi_{what}")
        return cast("Found", _if_known(lambda: ask(schema=self.schema, kind=ObjectKind.TABLE), {}))


def _table(
    name: TableName,
    columns: Iterable[ReflectedColumn],
    parts: Mapping[str, Any],
    dialect: sa.Dialect,
) -> Table:
    comment = parts["table_comment"] or {}
    unique = {one.get("name") for one in parts["unique_constraints"] or ()}
    # What is told twice: the index behind a unique constraint.
    indexes = [
        one
        for one in parts["indexes"] or ()
        if not one.get("duplicates_constraint")
        and not (one.get("unique") and one.get("name") in unique)
    ]
    return Table(
        name,
        tuple(_column(column, dialect) for column in columns),
        tuple(_constraints(parts, dialect)),
        tuple(_index(index, dialect) for index in sorted(indexes, key=_name_of)),
        comment=comment.get("text") or None,
        options=_options(parts["table_options"]),
    )


def _name_of(found: Mapping[str, Any]) -> str:
    return str(found.get("name") or "")


def _options(given: Mapping[str, Any] | None) -> Options:
    """Dialect arguments without those that say nothing."""
    return options({key: _frozen(value) for key, value in (given or {}).items() if value})


def _frozen(value: object) -> object:
    if isinstance(value, Mapping):
        return tuple(sorted((key, _frozen(item)) for key, item in value.items()))
    if isinstance(value, (list, tuple)):
        return tuple(_frozen(item) for item in value)
    return value


def _column(found: ReflectedColumn, dialect: sa.Dialect) -> Column:
    counts = found.get("autoincrement") is True
    return Column(
        found["name"],
        type_(found["type"], dialect),
        nullable=bool(found["nullable"]),
        default=_generated(found, counts=counts),
        comment=found.get("comment") or None,
        autoincrement=counts and not found.get("identity"),
        options=_options(found.get("dialect_options")),
    )


def _generated(found: ReflectedColumn, *, counts: bool) -> Generated | None:
    computed, identity, default = found.get("computed"), found.get("identity"), found.get("default")
    if computed is not None:
        return Computed(computed["sqltext"], persisted=computed.get("persisted"))
    if identity is not None:
        given = {key: value for key, value in identity.items() if key != "always"}
        return Identity(bool(identity.get("always")), options(given))
    # A column that counts by means of a sequence of its own.
    if default is None or (counts and default.lower().startswith("nextval(")):
        return None
    return Default(default)


def _constraints(parts: Mapping[str, Any], dialect: sa.Dialect) -> Iterator[Constraint]:
    primary = parts["pk_constraint"]
    if primary and primary["constrained_columns"]:
        given = _options(primary.get("dialect_options"))
        yield PrimaryKey(tuple(primary["constrained_columns"]), primary.get("name"), options=given)
    for one in sorted(parts["unique_constraints"] or (), key=_name_of):
        yield Unique(
            tuple(one["column_names"]),
            one.get("name"),
            options=_options(one.get("dialect_options")),
        )
    for one in sorted(parts["foreign_keys"] or (), key=_name_of):
        yield _foreign_key(one)
    for one in sorted(parts["check_constraints"] or (), key=_name_of):
        given = _options(one.get("dialect_options"))
        yield Check(one["sqltext"], one.get("name"), options=given)


def _foreign_key(found: ReflectedForeignKeyConstraint) -> ForeignKey:
    said: Mapping[str, Any] = found.get("options") or {}
    return ForeignKey(
        tuple(found["constrained_columns"]),
        TableName(found["referred_table"], found["referred_schema"]),
        tuple(found["referred_columns"]),
        found.get("name"),
        onupdate=said.get("onupdate"),
        ondelete=said.get("ondelete"),
        deferrable=said.get("deferrable"),
        initially=said.get("initially"),
        match=said.get("match"),
    )


def _index(found: ReflectedIndex, dialect: sa.Dialect) -> Index:
    sorting: Mapping[str, Any] = found.get("column_sorting") or {}
    texts = found.get("expressions") or found["column_names"]
    elements = (
        _element(name, text or "", sorting.get(text or "", ()), dialect)
        for name, text in zip(found["column_names"], texts, strict=True)
    )
    return Index(
        found.get("name"),
        tuple(elements),
        unique=bool(found.get("unique")),
        options=_options(found.get("dialect_options")),
    )


def _element(name: str | None, text: str, sorting: Collection[str], dialect: sa.Dialect) -> str:
    behind = "".join(f" {word.upper().replace('_', ' ')}" for word in sorting if word != "asc")
    if name is not None and not behind:
        return name
    return Expression((dialect.identifier_preparer.quote(name) if name else text) + behind)


def _sequences(
    inspector: sa.Inspector, schema: str | None, is_wanted: Wanted
) -> Iterator[SequenceValue]:
    """The sequences; an Inspector tells no more than their names."""
    for found in _if_known(lambda: inspector.get_sequence_names(schema=schema), []):
        name = TableName(str(found), schema)
        if is_wanted(name):
            yield SequenceValue(name)


def _views(inspector: sa.Inspector, schema: str | None, is_wanted: Wanted) -> Iterator[View]:
    plain = _if_known(lambda: inspector.get_view_names(schema=schema), [])
    kept = _if_known(lambda: inspector.get_materialized_view_names(schema=schema), [])
    for names, materialized in ((plain, False), (kept, True)):
        for name in map(str, names):
            if is_wanted(TableName(name, schema)):
                sql = inspector.get_view_definition(name, schema=schema)
                yield View(TableName(name, schema), _query(sql), materialized=materialized)


def _query(text: str | None) -> str:
    """The query alone: some dialects give the whole statement."""
    words = (text or "").strip().rstrip(";").rstrip()
    upper = words.upper()
    if upper.startswith("CREATE ") and " AS" in upper:
        return words[upper.index(" AS") + len(" AS") :].strip()
    return words
