"""
The tables of a database as SQLAlchemy's objects.

Responsible for those that users' functions are given: read at once where the dialect can, with names that no naming
convention changes, and with foreign keys that can be followed, also to tables that are left out.  Does not know what
they are compared with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine.reflection import ObjectKind, ObjectScope
from sqlalchemy.sql.naming import conv
from sqlalchemy.types import NullType

if TYPE_CHECKING:
    from limbeck.compat.autogenerate.context import AutogenContext

Name = tuple["str | None", str]

_KINDS = {
    "indexes": "index",
    "pk_constraint": "primary_key_constraint",
    "unique_constraints": "unique_constraint",
    "foreign_keys": "foreign_key_constraint",
    "check_constraints": "check_constraint",
}
"""What SQLAlchemy reads of a table, and the words in which a dialect is asked about each."""


class Reflected:
    """Tables by schema and name, each read when it is asked for, in one MetaData."""

    def __init__(self, autogen_context: AutogenContext, inspector: Any) -> None:
        self._context = autogen_context
        self._impl = autogen_context.migration_context.impl
        self._inspector = inspector
        self._metadata = sa.MetaData()
        self._known: Any = None  # SQLAlchemy's _ReflectionInfo, which has no public type

    def prepare(self, names: Collection[Name]) -> None:
        """Ask for all of these tables at once."""
        for schema in dict.fromkeys(name[0] for name in names):
            wanted = [name for its, name in names if its == schema]
            found = self._inspector._get_reflection_info(
                schema,
                filter_names=wanted,
                available=wanted,
                kind=ObjectKind.ANY,
                scope=ObjectScope.ANY,
            )
            if self._known is None:
                self._known = found
            else:
                self._known.update(found)
        if self._known is not None:
            # A dialect that knows them says of each table which it has, though there be none.
            self._context.unreported = frozenset(
                kind
                for kind in ("unique_constraints", "check_constraints")
                if not getattr(self._known, kind)
            )
        self._adjust()

    def _adjust(self) -> None:
        """Let the dialect change options of what was read."""
        for kind, word in _KINDS.items() if self._known is not None else ():
            for found in (getattr(self._known, kind) or {}).values():
                for one in [found] if isinstance(found, dict) else found or ():
                    if "dialect_options" in one:
                        options = self._impl.adjust_reflected_dialect_options(one, word)
                        one["dialect_options"] = options

    def tables(self, names: Iterable[Name]) -> dict[Name, sa.Table]:
        """The tables of these names; all are read before one is given, since foreign keys lead to others."""
        found = {name: self._table(name) for name in names}
        for table in found.values():
            for key in table.foreign_key_constraints:
                self._followed(key)
        return found

    def _table(self, name: Name) -> sa.Table:
        schema, text = name
        table = sa.Table(text, self._metadata, schema=schema)
        sa.event.listen(
            table, "column_reflect", self._impl._compat_autogen_column_reflect(self._inspector)
        )
        self._inspector.reflect_table(table, None, resolve_fks=False, _reflect_info=self._known)
        for found in self._known.indexes.get(name) or ():
            _sort_expressions(table, found)
        named: list[sa.Constraint | sa.Index] = [*table.constraints, *table.indexes]
        for item in named:
            if isinstance(item.name, str):
                item.name = conv(item.name)
        return table

    def _followed(self, key: sa.ForeignKeyConstraint) -> None:
        """Let a foreign key to a table that is not here lead somewhere: to one with the columns that are named."""
        for element in key.elements:
            schema, text, column = _target(element)
            full = f"{schema}.{text}" if schema else text
            target = self._metadata.tables.get(full)
            if target is None:
                target = sa.Table(text, self._metadata, schema=schema)
            if column is not None and column not in target.c:
                target.append_column(sa.Column(column, _similar(element.parent.type)))


def _sort_expressions(table: sa.Table, found: Mapping[str, Any]) -> None:
    """Say of an index how its expressions are sorted, which SQLAlchemy reads and leaves out."""
    sorting = found.get("column_sorting") or {}
    expressions = found.get("expressions") or ()
    if not any(text in sorting and text not in found["column_names"] for text in expressions):
        return
    index = next(one for one in table.indexes if one.name == found["name"])
    elements = []
    for text, given in zip(expressions, index.expressions, strict=True):
        words = " ".join(sorting.get(text, ())).replace("_", " ").upper()
        is_expression = text not in found["column_names"] and words
        elements.append(sa.text(f"{text} {words}") if is_expression else given)
    table.indexes.discard(index)
    sa.Index(
        index.name, *elements, unique=index.unique, _table=table, **found.get("dialect_options", {})
    )


def _target(element: sa.ForeignKey) -> tuple[str | None, str, str | None]:
    """Schema, table and column that a part of a foreign key names."""
    from limbeck.database.construct import split_target

    name, column = split_target(element.target_fullname)
    return name.schema, name.name, column


def _similar(given: Any) -> Any:
    """A type of the same kind; the referring column has it, and the other one must fit it."""
    affinity = getattr(given, "_type_affinity", None)
    return given if affinity is not None and not isinstance(given, NullType) else NullType()
