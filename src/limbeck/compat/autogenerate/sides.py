"""
Both sides of a comparison as SQLAlchemy's objects.

Responsible for what users' functions are given in the place of limbeck's values: of the models the author's own objects, of
the database ones that are built from what was read.  Does not ask a database, and does not know who is given them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.database import construct
from limbeck.database.types.origins import with_types
from limbeck.schema import Column, Index, SchemaState, Table

if TYPE_CHECKING:
    from limbeck.diff.include import Part, Tables


def built(table: Table, dialect: sa.Dialect, state: SchemaState) -> sa.Table:
    """A table that was read, with types of SQLAlchemy's; `state` has the types that its columns name."""
    (typed,) = with_types(SchemaState([table], state.objects.values()), dialect)
    return construct.to_sqlalchemy(typed, sa.MetaData())


class Sides:
    """The objects that belong to the parts of two states."""

    def __init__(self, dialect: sa.Dialect, have: SchemaState, models: Iterable[sa.Table]) -> None:
        self._dialect = dialect
        self._have = have
        self._models = {(table.schema, table.name): table for table in models}
        self._built: dict[int, tuple[Table, sa.Table]] = {}

    def there(self, part: Part, table: Table | None) -> Any:
        """A part of the database; `table` is the one that it belongs to, or is."""
        if isinstance(part, Table):
            table = part
        assert table is not None
        if id(table) not in self._built:  # the value is kept, so that its identity stays its own
            self._built[id(table)] = (table, built(table, self._dialect, self._have))
        return _within(self._built[id(table)][1], part, table)

    def wanted(self, part: Part, table: Table | None) -> Any:
        """A part of the models, likewise."""
        if isinstance(part, Table):
            table = part
        origin = getattr(part, "origin", None)
        if isinstance(origin, (sa.Table, sa.Column, sa.Index, sa.Constraint)):
            return origin
        assert table is not None
        return _within(self._model(table), part, table)

    def _model(self, table: Table) -> sa.Table:
        found = self._models.get((table.name.schema, table.name.name))
        default = self._dialect.default_schema_name
        if found is None and table.name.schema is None:
            found = self._models.get((default, table.name.name))
        return found if found is not None else built(table, self._dialect, self._have)

    def tables(self, given: Tables) -> tuple[sa.Table | None, sa.Table | None]:
        """Both tables."""
        before, after = given
        return (
            self.there(before, None) if before is not None else None,
            self.wanted(after, None) if after is not None else None,
        )


def _within(made: sa.Table, part: Part, table: Table) -> Any:
    """The object for a part within that of its table."""
    if isinstance(part, Table):
        return made
    if isinstance(part, Column):
        return next(one for one in made.columns if one.name == part.name)
    if isinstance(part, Index):
        named = [index for index in made.indexes if index.name == part.name]
        return named[0] if named else construct.to_index(table.name, part)
    value: Any = part  # a constraint: nothing else belongs to a table
    for constraint in made.constraints:
        if value.name is not None and constraint.name == value.name:
            return constraint
    return construct.to_constraint(table.name, value)
