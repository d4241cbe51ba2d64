"""Operations on whole tables."""

from __future__ import annotations

from dataclasses import replace

from limbeck.errors import SchemaError
from limbeck.operations.base import UNCHANGED, Change, Operation, Touches, within
from limbeck.operations.recreate import nothing
from limbeck.operations.standalone import moved, owner, without_hanging
from limbeck.schema import ForeignKey, Options, SchemaState, Table, TableName, options
from limbeck.schema.edit import rename_table, retarget
from limbeck.values import dataclass, field


@dataclass(frozen=True, slots=True)
class CreateTable:
    """Make a table with its constraints, indexes and comments."""

    table: Table
    if_not_exists: bool = False

    def apply(self, state: SchemaState) -> SchemaState:
        """The state with the table.  Raises SchemaError when there is one of its name."""
        if self.table.name in state:
            if self.if_not_exists:
                return state
            raise SchemaError(f"there is a table {self.table.name} already")
        return state.with_table(self.table)

    def inverse(self, state: SchemaState) -> Operation:
        """Drop it, unless it was there before."""
        if self.if_not_exists and self.table.name in state:
            return nothing(self.table.name)
        return DropTable(self.table.name, origin=self.table.origin)

    @property
    def touches(self) -> Touches:
        """Writes the table and the names of its indexes, reads the targets of its foreign keys."""
        targets = {str(key.target) for key in self.table.foreign_keys} - {str(self.table.name)}
        indexes = {
            within(TableName(index.name, self.table.name.schema))
            for index in self.table.indexes
            if index.name is not None
        }
        return Touches(frozenset(targets), frozenset({str(self.table.name), *indexes}))


@dataclass(frozen=True, slots=True)
class DropTable:
    """Remove a table."""

    table: TableName
    if_exists: bool = False
    options: Options = ()
    origin: object = field(default=None, compare=False, repr=False)

    def apply(self, state: SchemaState) -> SchemaState:
        """The state without the table, its triggers, policies and grants.  Raises SchemaError when there is none."""
        if self.if_exists and self.table not in state:
            return state
        return without_hanging(state.without_table(self.table), self.table)

    def inverse(self, state: SchemaState) -> Operation:
        """Make it again, empty; not so its triggers, policies and grants, unless they are dropped by themselves before."""
        if self.if_exists and self.table not in state:
            return nothing(self.table)
        return CreateTable(state[self.table])

    @property
    def touches(self) -> Touches:
        """Writes the table."""
        return Touches(writes=frozenset({str(self.table)}))


@dataclass(frozen=True, slots=True)
class RenameTable:
    """Give a table another name in the same schema."""

    table: TableName
    new_name: str

    @property
    def renamed(self) -> TableName:
        """The table's name afterwards."""
        return TableName(self.new_name, self.table.schema)

    def apply(self, state: SchemaState) -> SchemaState:
        """The state with the new name, which foreign keys of other tables follow, and triggers, policies and grants.

        Raises SchemaError when there is no such table, or one of the new name.
        """
        table = state[self.table]
        if self.renamed in state:
            raise SchemaError(f"there is a table {self.renamed} already")
        state = state.without_table(self.table).with_table(rename_table(table, self.renamed))
        for other in state.referring(self.table):
            state = state.with_table(self._followed(other))
        for item in list(state.objects.values()):
            if owner(item) == self.table:
                state = state.without_object(item.key).with_object(moved(item, self.renamed))
        return state

    def _followed(self, table: Table) -> Table:
        constraints = tuple(
            retarget(constraint, self.table, self.renamed)
            if isinstance(constraint, ForeignKey)
            else constraint
            for constraint in table.constraints
        )
        return replace(table, constraints=constraints, origin=None)

    def inverse(self, state: SchemaState) -> Operation:
        """Give it back its name."""
        state[self.table]
        return RenameTable(self.renamed, self.table.name)

    @property
    def touches(self) -> Touches:
        """Writes both names."""
        return Touches(writes=frozenset({str(self.table), str(self.renamed)}))


@dataclass(frozen=True, slots=True)
class SetTableComment:
    """Set the comment of a table; None removes it."""

    table: TableName
    comment: str | None
    existing: str | None = None

    def apply(self, state: SchemaState) -> SchemaState:
        """The state with the comment.  Raises SchemaError when there is no such table."""
        return state.with_table(replace(state[self.table], comment=self.comment, origin=None))

    def inverse(self, state: SchemaState) -> Operation:
        """Put back the comment that was there."""
        return SetTableComment(self.table, state[self.table].comment, self.comment)

    @property
    def touches(self) -> Touches:
        """Writes the comment."""
        return Touches(writes=frozenset({within(self.table, "comment")}))


@dataclass(frozen=True, slots=True)
class SetTableOptions:
    """Set options of a table: those of `after` are set, those of `before` alone are put back to what is usual.

    `prefixes`, where given, are those that the table has afterwards: on PostgreSQL "UNLOGGED" or none.
    """

    table: TableName
    before: Options
    after: Options
    prefixes: Change[tuple[str, ...]] = UNCHANGED

    def apply(self, state: SchemaState) -> SchemaState:
        """The state with the options.  Raises SchemaError when there is no such table."""
        table = state[self.table]
        gone = {name for name, _ in self.before}
        kept = {name: value for name, value in table.options if name not in gone}
        changed = options({**kept, **dict(self.after)})
        prefixes = table.prefixes if self.prefixes is UNCHANGED else self.prefixes
        return state.with_table(replace(table, options=changed, prefixes=prefixes, origin=None))

    def inverse(self, state: SchemaState) -> Operation:
        """Put back the options that are changed here."""
        table = state[self.table]
        touched = {name for name, _ in (*self.before, *self.after)}
        were = tuple((name, value) for name, value in table.options if name in touched)
        prefixes = UNCHANGED if self.prefixes is UNCHANGED else table.prefixes
        return SetTableOptions(self.table, self.after, were, prefixes)

    @property
    def touches(self) -> Touches:
        """Writes the options."""
        return Touches(
            writes=frozenset(within(self.table, name) for name, _ in (*self.before, *self.after))
            or frozenset({within(self.table, "options")})
        )
