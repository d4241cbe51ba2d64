"""
What takes part in a comparison.

Responsible for asking the filters of a project, with the words and arguments that Alembic documents for
`include_name` and `include_object`.  Does not know what is done with what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from limbeck.schema import (
    Check,
    Column,
    Constraint,
    Exclude,
    ForeignKey,
    Index,
    PrimaryKey,
    SchemaState,
    Standalone,
    Table,
    Unique,
)

Part = Table | Column | Constraint | Index | Standalone
NameFilter = Callable[[str | None, str, Mapping[str, str | None]], bool]
"""Name, kind, names of what it belongs to (`schema_name`, `table_name`, `schema_qualified_table_name`)."""

ObjectFilter = Callable[[Part, str | None, str, bool, Part | None], bool]
"""Part, its name, its kind, whether it comes from the database, and its counterpart on the other side."""

Tables = tuple["Table | None", "Table | None"]
"""The table that a part belongs to, as it is and as it is to be."""


class Asked(NamedTuple):
    """A part that a filter is asked about, and the tables that it belongs to, which it does not know by itself."""

    part: Part
    kind: str
    reflected: bool
    other: Part | None
    tables: Tables


_KINDS: dict[type, str] = {
    Column: "column",
    Index: "index",
    PrimaryKey: "primary_key_constraint",
    Unique: "unique_constraint",
    ForeignKey: "foreign_key_constraint",
    Check: "check_constraint",
    Exclude: "exclude_constraint",
    Table: "table",
}


def kind_of(part: Part) -> str:
    """The kind of a part in the words of the filters; what stands beside tables has the kind of its key."""
    if isinstance(part, (Table, Column, PrimaryKey, Unique, ForeignKey, Check, Exclude, Index)):
        return _KINDS[type(part)]
    return part.key.kind


def name_of(part: Part) -> str | None:
    """Its name, without a schema."""
    if isinstance(part, (Column, PrimaryKey, Unique, ForeignKey, Check, Exclude, Index)):
        return part.name
    return part.name.name if isinstance(part, Table) else part.key.name.name


@dataclass(frozen=True, slots=True)
class Include:
    """The filters of a project; what one of them answers False to is left as it is.

    `name` is asked about what is in the database, before anything is compared: what it leaves out is as if it were
    not there.  `object` is asked about each part, with its counterpart where there is one: what it leaves out is
    neither made, nor changed, nor dropped.  `within` is the same for who must know the tables, too.
    """

    name: NameFilter | None = None
    object: ObjectFilter | None = None
    within: Callable[[Asked], bool] | None = None

    @property
    def asks(self) -> bool:
        """Whether anybody is asked about parts."""
        return self.object is not None or self.within is not None

    def new(self, part: Part, tables: Tables = (None, None)) -> bool:
        """Whether a part that only the models have takes part."""
        return self._asks(part, reflected=False, other=None, tables=tables)

    def gone(self, part: Part, tables: Tables = (None, None)) -> bool:
        """Whether a part that only the database has takes part."""
        return self._asks(part, reflected=True, other=None, tables=tables)

    def both(self, before: Part, after: Part, tables: Tables = (None, None)) -> bool:
        """Whether a part that both sides have takes part."""
        return self._asks(after, reflected=False, other=before, tables=tables)

    def _asks(self, part: Part, *, reflected: bool, other: Part | None, tables: Tables) -> bool:
        if self.within is not None and not self.within(
            Asked(part, kind_of(part), reflected, other, tables)
        ):
            return False
        if self.object is None:
            return True
        return self.object(part, name_of(part), kind_of(part), reflected, other)


def visible(state: SchemaState, name: NameFilter | None) -> SchemaState:
    """The state without what the filter of names leaves out."""
    if name is None:
        return state
    schemas: dict[str | None, bool] = {}

    def seen(schema: str | None) -> bool:
        if schema not in schemas:
            schemas[schema] = name(schema, "schema", {})
        return schemas[schema]

    tables = (_visible_table(table, name) for table in state if seen(table.name.schema))
    objects = (item for item in state.objects.values() if seen(item.key.name.schema))
    return SchemaState(
        (table for table in tables if table is not None),
        (i for i in objects if name(name_of(i), kind_of(i), {"schema_name": i.key.name.schema})),
    )


def _visible_table(table: Table, name: NameFilter) -> Table | None:
    schema = {"schema_name": table.name.schema, "schema_qualified_table_name": str(table.name)}
    if not name(table.name.name, "table", schema):
        return None
    parents = {**schema, "table_name": table.name.name}

    def seen(part: Column | Constraint | Index) -> bool:
        return isinstance(part, PrimaryKey) or name(part.name, kind_of(part), parents)

    columns = tuple(column for column in table.columns if seen(column))
    constraints = tuple(constraint for constraint in table.constraints if seen(constraint))
    indexes = tuple(index for index in table.indexes if seen(index))
    if (columns, constraints, indexes) == (table.columns, table.constraints, table.indexes):
        return table
    return replace(table, columns=columns, constraints=constraints, indexes=indexes, origin=None)
