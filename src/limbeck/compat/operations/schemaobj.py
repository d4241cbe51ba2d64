"""
SQLAlchemy's objects from the names that operations have.

Responsible for tables, constraints and indexes of which only what an operation says is known, in a MetaData of their
own with the naming convention of the models.  Does not know operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import schema as sa_schema
from sqlalchemy.sql import visitors
from sqlalchemy.sql.schema import (
    CheckConstraint,
    Column,
    Constraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.types import NULLTYPE, Integer

from limbeck.database.construct import named_target

if TYPE_CHECKING:
    from sqlalchemy.sql.elements import ColumnElement, TextClause
    from sqlalchemy.types import TypeEngine

    from limbeck.compat.runtime.migration import MigrationContext

Name = Any
"""A name, None, or SQLAlchemy's mark for a name that a convention will make."""


class SchemaObjects:
    """Makes objects for one migration context; without one there is no naming convention."""

    def __init__(self, migration_context: MigrationContext | None = None) -> None:
        self.migration_context = migration_context

    def metadata(self) -> MetaData:
        """A new MetaData with the naming convention of the models."""
        context = self.migration_context
        target = None if context is None else context.opts.get("target_metadata")
        convention = getattr(target, "naming_convention", None)
        return sa_schema.MetaData(**({"naming_convention": convention} if convention else {}))

    def _bare(
        self,
        name: str,
        columns: Iterable[str],
        schema: str | None,
        metadata: MetaData | None = None,
    ) -> Table:
        """A table of which only names of columns are known."""
        made = [sa_schema.Column(column, NULLTYPE) for column in dict.fromkeys(columns)]
        return sa_schema.Table(
            name, self.metadata() if metadata is None else metadata, *made, schema=schema
        )

    # Constraints

    def primary_key_constraint(
        self,
        name: Name,
        table_name: str,
        cols: Sequence[str],
        schema: str | None = None,
        **dialect_kw: Any,
    ) -> PrimaryKeyConstraint:
        """The primary key of a table."""
        table = self._bare(table_name, cols, schema)
        return sa_schema.PrimaryKeyConstraint(*[table.c[n] for n in cols], name=name, **dialect_kw)

    def foreign_key_constraint(
        self,
        name: Name,
        source: str,
        referent: str,
        local_cols: Sequence[str],
        remote_cols: Sequence[str],
        onupdate: str | None = None,
        ondelete: str | None = None,
        deferrable: bool | None = None,
        source_schema: str | None = None,
        referent_schema: str | None = None,
        initially: str | None = None,
        match: str | None = None,
        **dialect_kw: Any,
    ) -> ForeignKeyConstraint:
        """A foreign key from `source` to `referent`."""
        metadata = self.metadata()
        own = list(local_cols)
        if (source, source_schema) == (referent, referent_schema):
            own += remote_cols
        else:
            self._bare(referent, remote_cols, referent_schema, metadata)
        target = referent if referent_schema is None else f"{referent_schema}.{referent}"
        made = sa_schema.ForeignKeyConstraint(
            local_cols,
            [f"{target}.{column}" for column in remote_cols],
            name=name,
            onupdate=onupdate,
            ondelete=ondelete,
            deferrable=deferrable,
            initially=initially,
            match=match,
            **dialect_kw,
        )
        self._bare(source, own, source_schema, metadata).append_constraint(made)
        return made

    def unique_constraint(
        self,
        name: Name,
        source: str,
        local_cols: Sequence[str],
        schema: str | None = None,
        **kw: Any,
    ) -> UniqueConstraint:
        """A unique constraint of a table."""
        table = self._bare(source, local_cols, schema)
        return sa_schema.UniqueConstraint(*[table.c[n] for n in local_cols], name=name, **kw)

    def check_constraint(
        self,
        name: Name,
        source: str,
        condition: str | TextClause | ColumnElement[Any],
        schema: str | None = None,
        **kw: Any,
    ) -> CheckConstraint:
        """A check of a table."""
        table = sa_schema.Table(
            source, self.metadata(), sa_schema.Column("x", Integer), schema=schema
        )
        made = sa_schema.CheckConstraint(condition, name=name, **kw)
        table.append_constraint(made)
        return made

    # Any: a constraint of which not even the kind need be known
    def generic_constraint(
        self, name: Name, table_name: str, type_: str | None, schema: str | None = None, **kw: Any
    ) -> Any:
        """A constraint that is to be dropped.  Raises TypeError for a kind that there is not."""
        table = self._bare(table_name, ["x"], schema)
        made: Constraint
        if type_ == "foreignkey":
            made = sa_schema.ForeignKeyConstraint(["x"], [f"{table_name}.x"], name=name, **kw)
        elif type_ == "primary":
            made = sa_schema.PrimaryKeyConstraint(table.c.x, name=name, **kw)
        elif type_ == "unique":
            made = sa_schema.UniqueConstraint(table.c.x, name=name, **kw)
        elif type_ == "check":
            made = sa_schema.CheckConstraint("x", name=name, **kw)
        elif type_ is None:
            made = sa_schema.Constraint(name=name, **kw)
        else:
            known = "'check', 'foreignkey', 'primary', 'unique', None"
            raise TypeError(f"'type' can be one of {known}, not {type_!r}")
        table.append_constraint(made)
        return made

    # Tables, columns, indexes

    def table(
        self, name: str, *columns: Any, _constraints_included: bool = False, **kw: Any
    ) -> Table:
        """A table; what belongs to another table already is copied.

        With `_constraints_included`, constraints are among `columns` that the flags of columns would make once more.
        """
        metadata = self.metadata()
        own = [
            _column(c, flags=not _constraints_included) for c in columns if isinstance(c, Column)
        ]
        rest = [item for item in columns if not isinstance(item, Column)]
        ready = [item for item in rest if not _is_attached(item)]
        made = sa_schema.Table(name, metadata, *own, *ready, **kw)
        for item in rest:
            if _is_attached(item) and item not in ready:
                _append_copy(item, made)
        for key in made.foreign_keys:
            self._ensure_table_for_fk(metadata, key)
        return made

    def column(self, name: str, type_: TypeEngine[Any], **kw: Any) -> Column[Any]:
        """A column that is in no table."""
        made: Column[Any] = sa_schema.Column(name, type_, **kw)
        return made

    def index(
        self,
        name: str | None,
        tablename: str | None,
        columns: Sequence[str | TextClause | ColumnElement[Any]],
        schema: str | None = None,
        **kw: Any,
    ) -> Index:
        """An index over columns, by name, and expressions."""
        named = [_element(element) for element in columns]
        included = [
            getattr(column, "name", column)
            for option, given in kw.items()
            if option.endswith("_include") and given
            for column in given
        ]
        own = [element for element in named if isinstance(element, str)]
        table = self._bare(tablename or "no_table", [*own, *included], schema)
        elements: list[Any] = [table.c[e] if isinstance(e, str) else e for e in named]
        return sa_schema.Index(name, *elements, _table=table, **kw)

    def _ensure_table_for_fk(self, metadata: MetaData, fk: ForeignKey) -> None:
        """Put a placeholder beside a table for the one that a foreign key names, unless it has it as an object."""
        target = named_target(fk)
        if target is None:
            return
        (name, schema), column = target
        found = metadata.tables.get(name if schema is None else f"{schema}.{name}")
        table = sa_schema.Table(name, metadata, schema=schema) if found is None else found
        if column is not None and column not in table.c:
            table.append_column(sa_schema.Column(column, NULLTYPE))


def _column(column: Column[Any], *, flags: bool) -> Column[Any]:
    """The column, or a copy if it is in a table already."""
    if column.table is not None:
        # private: SQLAlchemy gives copying no public name
        column = column._copy()
        if not flags:
            column.unique = column.index = None
    return column


def _is_attached(item: Any) -> bool:
    # Not getattr: the attributes of a constraint that is in no table yet raise.
    own = vars(item)
    return own.get("table") is not None or own.get("parent") is not None


def _append_copy(item: Any, table: Table) -> None:
    """Put a copy of an index or a constraint of another table into `table`."""
    if isinstance(item, Index):
        elements: list[Any] = [
            table.c[e] if isinstance(e, str) else e for e in map(_element, item.expressions)
        ]
        sa_schema.Index(
            item.name, *elements, unique=item.unique, _table=table, **item.dialect_kwargs
        )
    elif not getattr(item, "_type_bound", False):  # that comes with the column
        # private: as above
        table.append_constraint(item._copy(target_table=table))


def _element(element: Any) -> Any:
    """A column's name, or an expression that names columns without belonging to a table."""
    if isinstance(element, Column):
        return element.name
    if isinstance(element, str):
        return element
    return visitors.replacement_traverse(element, {}, _loose)


def _loose(element: Any, **_: Any) -> Any:
    """A column that belongs to no table for one that does; None leaves what it is given."""
    from sqlalchemy import column

    return column(element.name, element.type) if isinstance(element, Column) else None
