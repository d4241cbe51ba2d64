"""
A SQLite table on its way to another form: what each operation does to its definition.

Responsible for what becomes of columns and constraints, for where each column gets its values from, and for which
indexes stay.  Does not know how parts are found and named (`outline` does), nor in which steps a table is exchanged
for another (`recreate` does).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy import schema as ddl

from limbeck import operations as ops
from limbeck.database import construct
from limbeck.database.sqlite.columns import (
    affinity,
    column_item,
    converted,
    only_holds,
    with_early_clause,
    with_nullable,
    without_autoincrement,
    without_values_check,
)
from limbeck.database.sqlite.constraints import KINDS, Found, constraint_values, matching
from limbeck.database.sqlite.definition import (
    Clause,
    ColumnItem,
    ConstraintItem,
    Definition,
    Item,
)
from limbeck.database.sqlite.outline import Outline
from limbeck.database.sqlite.tokens import mentions, quoted, renamed, same
from limbeck.database.sqlite.values import index_columns
from limbeck.errors import CannotCompile, SchemaError
from limbeck.operations import UNCHANGED
from limbeck.schema import (
    Computed,
    Constraint,
    Default,
    ForeignKey,
    Identity,
    Index,
    PrimaryKey,
    TableName,
    Type,
)

if TYPE_CHECKING:
    from limbeck.database.compile import Compiler, Dependent
    from limbeck.operations import Operation


class Draft(Outline):
    """The new form of one table, and what fills it.

    `sources` are the expressions that fill the columns which get values from the old table, and `expected` what
    `typeof` may say of those whose type changes.
    """

    def __init__(
        self,
        definition: Definition,
        name: TableName,
        indexes: Iterable[Dependent],
        compiler: Compiler,
        naming_convention: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(definition, name)
        self._indexes_before = list(indexes)
        self.indexes = list(self._indexes_before)
        self.new_indexes: list[Index] = []
        self.sources = _plain_sources(definition)
        self.expected: dict[str, tuple[str, ...]] = {}
        self.new_name: str | None = None
        self._compiler = compiler
        self._convention = {**compiler.naming_convention, **(naming_convention or {})}

    # What operations do

    def apply(self, operation: Operation) -> None:
        """Carry `operation` out on the draft.  Raises SchemaError when it does not fit."""
        method = _METHODS.get(type(operation))
        if method is None:
            raise CannotCompile(
                f"{type(operation).__name__} cannot be a part of recreating table {self.name}"
            )
        method(self, operation)

    @property
    def differs(self) -> bool:
        """Whether anything is to be done at all."""
        return bool(
            self.result() != self.before
            or self.sources != _plain_sources(self.before)
            or self.indexes != self._indexes_before
            or self.new_indexes
            or self.final
            or self.new_name
        )

    def add_column(self, operation: ops.AddColumn) -> None:
        """A new column, at the end or where it was wanted, with what was declared on it."""
        name = operation.column.name
        if any(same(self._final(c.name), name) for c in self.result().columns):
            if operation.if_not_exists:
                return
            raise SchemaError(f"table {self.name} has a column {name!r} already")
        column = construct.to_column(self.name, operation.column)
        text = self._compiler.ddl(ddl.CreateColumn(column))
        item = self._inward(column_item(text))
        if self.result().column(name) is not None:
            # A column that had the name gets another one, but only in the end.
            item = replace(item, written=quoted(f"_limbeck_{name}"))
            self.final[item.name] = name
        self.sources.pop(item.name, None)
        self._insert(item, operation.insert_before, operation.insert_after)
        checks = operation.inline_checks if item.clause("check") is None else ()
        for constraint in (*operation.constraints, *checks):
            self._add(self._extended(constraint))
        self.new_indexes += operation.indexes

    def drop_column(self, operation: ops.DropColumn) -> None:
        """A column goes, and with it the indexes and constraints that need it."""
        try:
            at = self._at(operation.column)
        except SchemaError:
            if operation.if_exists:
                return
            raise
        gone = self.items.pop(at).name or ""
        self.final.pop(gone, None)
        self.sources.pop(gone, None)
        self.expected.pop(gone, None)
        self.items = [
            kept for item in self.items if (kept := self._without(item, gone)) is not None
        ]
        self.indexes = [i for i in self.indexes if not mentions(index_columns(i.sql), gone)]

    def alter_column(self, operation: ops.AlterColumn) -> None:
        """Attributes of a column; its comment is nothing that SQLite could keep."""
        at = self._at(operation.column)
        item = self.items[at]
        assert isinstance(item, ColumnItem)
        if operation.type is not UNCHANGED:
            # Said aloud, that it numbers the rows no longer, any word for an integer will do.
            stays = not (
                operation.autoincrement is False and operation.existing.autoincrement is True
            )
            item = self._with_type(item, operation.type, numbers=stays)
            if "COLLATE" in _said(operation.existing.type) and "COLLATE" not in _said(
                operation.type
            ):
                item = item.without("collate")
            if isinstance(getattr(operation.existing.type, "origin", None), sa.types.SchemaType):
                self._drop_values_check(item.name)
                item = replace(item, clauses=without_values_check(item))
        if operation.nullable is not UNCHANGED:
            item = with_nullable(item, nullable=bool(operation.nullable))
        if operation.default is not UNCHANGED:
            item = self._with_default(item, operation.default)
        if operation.autoincrement is False:
            item = cast("ColumnItem", without_autoincrement(item))
        at = self._at(operation.column)
        self.items[at] = item
        if operation.insert_before or operation.insert_after:
            del self.items[at]
            self._insert(item, operation.insert_before, operation.insert_after)
        if operation.new_name is not None and operation.new_name != self._final(item.name):
            self._rename(item.name, operation.new_name)

    def add_constraint(self, operation: ops.AddConstraint) -> None:
        """A constraint of the table; a primary key takes the place of the one that there was."""
        self._add(operation.constraint)

    def drop_constraint(self, operation: ops.DropConstraint) -> None:
        """A constraint goes, wherever it stands; see `constraints.matching` for how one is found."""
        found = matching(operation, self.result(), self.name, self._convention, self._finals())
        if not found:
            if operation.if_exists or getattr(operation.origin, "_type_bound", False):
                return
            raise self._no_such_constraint(operation)
        self._remove(found)

    def create_index(self, operation: ops.CreateIndex) -> None:
        """One more index, made when the table is in its place."""
        name = operation.index.name
        if operation.if_not_exists and any(same(i.name, name or "") for i in self.indexes):
            return
        self.new_indexes.append(operation.index)

    def drop_index(self, operation: ops.DropIndex) -> None:
        """An index that is not made again."""
        kept = [i for i in self.indexes if not same(i.name, operation.name)]
        fresh = [i for i in self.new_indexes if not same(i.name or "", operation.name)]
        gone = len(kept) < len(self.indexes) or len(fresh) < len(self.new_indexes)
        if not gone and not operation.if_exists:
            names = ", ".join(i.name for i in self.indexes) or "none"
            raise SchemaError(
                f"table {self.name} has no index {operation.name!r}", hint=f"its indexes: {names}"
            )
        self.indexes, self.new_indexes = kept, fresh

    def rename_table(self, operation: ops.RenameTable) -> None:
        """Another name, given by SQLite itself in the end."""
        self.new_name = operation.new_name

    def ignore(self, operation: Operation) -> None:
        """SQLite has no comments."""

    def add_argument(self, constraint: Constraint) -> None:
        """A constraint from `table_args`; one that is there already is left as it is."""
        value = replace(constraint, origin=None)
        if value not in constraint_values(self.result()):
            self._add(constraint)

    def set_autoincrement(self, wanted: bool) -> None:
        """AUTOINCREMENT on or off; it stands in the column's own clause, where alone SQLite accepts it."""
        if wanted == self.result().autoincrement:
            return
        alias = self.result().rowid_alias
        if not wanted:
            self.items = [without_autoincrement(i) for i in self.items]
        elif alias is not None:
            self._set_primary_key(PrimaryKey((alias,), self._primary_name()), autoincrement=True)
        else:
            raise SchemaError(
                f"table {self.name}: only an INTEGER PRIMARY KEY of one column can have AUTOINCREMENT"
            )

    # Parts

    def _with_type(self, item: ColumnItem, type_: Type, *, numbers: bool = True) -> ColumnItem:
        typed = column_item(f"x {self._compiler.type(type_)}")
        is_row_number = item.name == self.result().rowid_alias
        if is_row_number and numbers and affinity(typed.type) == "INTEGER":
            # It holds 64 bits already, and by any other name than INTEGER it would not number rows any more.
            return item
        if is_row_number:
            # What was a row's number was never NULL; SQLite accepts NULL in any other key.
            item = with_nullable(item, nullable=False)
        old = self.before.column(item.name)
        if old is not None and item.name in self.sources:
            self.sources[item.name] = converted(source(item.name), old.type, typed.type)
            self.expected[item.name] = only_holds(old.type, typed.type)
        item = replace(item, type=typed.type)
        if (collation := typed.clause("collate")) is not None:
            item = with_early_clause(item.without("collate"), collation)
        return item

    def _with_default(self, item: ColumnItem, default: object) -> ColumnItem:
        if item.generated and not isinstance(default, Computed):
            self.sources[item.name] = source(item.name)  # what was computed stays
        if default is None or isinstance(default, Identity):
            return item.without("default", "generated")
        text = self._compiler.generated(default)  # type: ignore[arg-type]  # Default or Computed
        if isinstance(default, Computed):
            self.sources.pop(item.name, None)
            clause = Clause("generated", renamed(text, self._inward_names()))
            return item.without("default", "generated").with_clause(clause)
        if isinstance(default, Default) and isinstance(default.origin, sa.ColumnElement):
            text = (
                f"({text})"  # SQLite takes an expression only so; SQLAlchemy's columns say the same
            )
        clause = Clause("default", f"DEFAULT {text}")
        present = item.clause("default")
        if present is not None and [t.text for t in present.words[1:]] == [
            t.text for t in clause.words[1:]
        ]:
            return item
        return with_early_clause(item.without("generated"), clause)

    def _without(self, item: Item, column: str) -> Item | None:
        """`item` after a column is gone; None when it goes, too."""
        if isinstance(item, ConstraintItem):
            return self._constraint_without(item, column)
        computed = item.clause("generated")
        if computed is not None and mentions(computed.text, column):
            raise SchemaError(
                f"column {column!r} of {self.name} cannot be dropped: {item.name!r} is computed from it",
                hint=f"drop {item.name!r} first",
            )
        kept = (c for c in item.clauses if c.kind != "check" or not mentions(c.text, column))
        return replace(item, clauses=tuple(kept))

    def _constraint_without(self, item: ConstraintItem, column: str) -> ConstraintItem | None:
        if item.kind == "check":
            return None if mentions(item.text, column) else item
        if not any(same(c, column) for c in item.columns):
            return item
        rest = tuple(c for c in item.columns if not same(c, column))
        if item.kind != "primary" or not rest:
            return None
        return replace(item, text=self._text(PrimaryKey(rest, item.name)))

    def _add(self, constraint: Constraint) -> None:
        named = self._named_inward(constraint)
        if isinstance(named, PrimaryKey):
            again = named.columns == self.result().primary_columns
            self._set_primary_key(named, autoincrement=again and self.result().autoincrement)
        else:
            self._append(self._constraint_item(named))

    def _extended(self, constraint: Constraint) -> Constraint:
        """The constraint that a new column brings along; a key is one more column of the table's key."""
        if not isinstance(constraint, PrimaryKey):
            return constraint
        columns = tuple(dict.fromkeys((*self.result().primary_columns, *constraint.columns)))
        return replace(
            constraint, columns=columns, name=constraint.name or self._primary_name(), origin=None
        )

    def _set_primary_key(self, key: PrimaryKey, *, autoincrement: bool = False) -> None:
        self.items = [
            i.without("primary") if isinstance(i, ColumnItem) else i
            for i in self.items
            if not (isinstance(i, ConstraintItem) and i.kind == "primary")
        ]
        if not autoincrement:
            self._append(self._constraint_item(key))
            return
        name = f"CONSTRAINT {quoted(key.name)} " if key.name else ""
        at = self._at(key.columns[0])
        item = self.items[at]
        assert isinstance(item, ColumnItem)
        self.items[at] = item.with_clause(
            Clause("primary", f"{name}PRIMARY KEY AUTOINCREMENT", key.name)
        )

    def _constraint_item(self, constraint: Constraint) -> ConstraintItem:
        for column in construct.columns_of(constraint):
            self._at(column)
        kind = KINDS.get(type(constraint))
        if kind is None:
            raise CannotCompile("SQLite has no EXCLUDE constraints")
        return ConstraintItem(kind, self._text(constraint), constraint.name)

    def _text(self, constraint: Constraint) -> str:
        if isinstance(constraint, ForeignKey):
            # The author's own may be on a table of which only one column is known.
            constraint = replace(constraint, origin=None)
        made = construct.to_constraint(self.name, constraint)
        return str(self._compiler.ddl_compiler().process(made)).strip()

    def _no_such_constraint(self, operation: ops.DropConstraint) -> SchemaError:
        known = ", ".join(found.described for found in Found.all(self.result())) or "none"
        what = f"{operation.kind or ''} constraint".strip()
        named = f"{operation.name!r}" if operation.name else f"on {operation.columns}"
        return SchemaError(
            f"table {self.name} has no {what} {named}",
            hint=f"its constraints: {known}; a naming_convention gives names to those that have none",
        )


def source(column: str) -> str:
    """The value of a column of the old table.

    Qualified, because SQLite takes a name in double quotes for a string when there is no such column.
    """
    return f"old.{quoted(column)}"


def _plain_sources(definition: Definition) -> dict[str, str]:
    return {c.name: source(c.name) for c in definition.columns if not c.generated}


_METHODS: dict[type, Callable[[Draft, Any], None]] = {
    ops.AddColumn: Draft.add_column,
    ops.DropColumn: Draft.drop_column,
    ops.AlterColumn: Draft.alter_column,
    ops.AddConstraint: Draft.add_constraint,
    ops.DropConstraint: Draft.drop_constraint,
    ops.CreateIndex: Draft.create_index,
    ops.DropIndex: Draft.drop_index,
    ops.RenameTable: Draft.rename_table,
    ops.SetTableComment: Draft.ignore,
}


def _said(type_: object) -> str:
    """The words of a type, its collation among them."""
    return type_.sql.upper() if isinstance(type_, Type) else ""
