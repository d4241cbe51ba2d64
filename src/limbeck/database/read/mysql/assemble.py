"""
A SchemaState's tables and objects, put together from the answers of information_schema.

Responsible for which rows belong to one table, and for what is left out of it because another part says it.  Does not
know where the answers come from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from limbeck.database.read.mysql import columns, keys, programs, tables
from limbeck.database.read.mysql.query import Answers, Server
from limbeck.schema import Constraint, Standalone, Table, TableName

if TYPE_CHECKING:
    import sqlalchemy as sa

Row = TypeVar("Row", bound=NamedTuple)


@dataclass(frozen=True)
class Assembly:
    """Puts the answers together."""

    answers: Answers
    schemas: Sequence[str | None]
    dialect: sa.Dialect
    is_wanted: Callable[[TableName], bool]

    @cached_property
    def server(self) -> Server:
        """Which server it is."""
        return Server.of(self.dialect)

    @cached_property
    def _here(self) -> str | None:
        """The connection's own schema."""
        found = (
            row.here
            for number in range(len(self.schemas))
            for row in self.answers.of(tables.SchemaRow, number)
        )
        return next(found, None)

    def every_table(self) -> list[Table]:
        """The tables of all schemas."""
        return [table for number in range(len(self.schemas)) for table in self._tables(number)]

    def _tables(self, number: int) -> Iterator[Table]:
        rows_of = _ByTable(self.answers, number)
        for schema in self.answers.of(tables.SchemaRow, number):
            rows = (row for row in self.answers.of(tables.TableRow, number) if row.is_table)
            for row in sorted(rows, key=attrgetter("table_name")):
                name = TableName(row.table_name, self.schemas[number])
                if self.is_wanted(name):
                    yield self._table(name, row, rows_of, schema)

    def _table(
        self, name: TableName, row: tables.TableRow, parts: _ByTable, schema: tables.SchemaRow
    ) -> Table:
        server, prefix = self.server, self.dialect.name
        found = keys.keys(parts.of(keys.IndexRow, name.name), prefix, self._quote, server)
        checks = parts.of(keys.CheckRow, name.name)
        own = parts.of(columns.ColumnRow, name.name)
        json = keys.json_columns(checks)
        if json:
            json &= {column.column_name for column in own if column.could_be_json}
        constraints: tuple[Constraint, ...] = (
            *found.constraints,
            *keys.foreign_keys(
                parts.of(keys.ReferenceRow, name.name),
                parts.of(keys.RuleRow, name.name),
            ),
            *keys.checks((check for check in checks if not check.is_json(json)), server),
        )
        implied = keys.implied(found.indexes, constraints)
        return Table(
            name,
            columns.columns(own, row.table_collation, server, json),
            keys.with_implied(constraints, found.indexes, implied),
            tuple(index for index in found.indexes if index.name not in implied),
            comment=row.table_comment or None,
            options=tables.table_options(
                row, schema, parts.of(tables.PartitionRow, name.name), prefix
            ),
        )

    def _quote(self, name: str) -> str:
        """A name as SQLAlchemy writes it, so that equal elements of an index read equal."""
        preparer = self.dialect.identifier_preparer
        quoted = preparer.quote(name)
        return quoted.replace("%%", "%") if preparer._double_percents else quoted  # noqa: SLF001 - no public way

    def every_object(self) -> list[Standalone]:
        """Views, routines and triggers of all schemas."""
        return [item for number in range(len(self.schemas)) for item in self._objects(number)]

    def _objects(self, number: int) -> Iterator[Standalone]:
        schema = self.schemas[number]
        parameters = _by(
            self.answers.of(programs.ParameterRow, number), "specific_name", "routine_type"
        )
        for view in self.answers.of(programs.ViewRow, number):
            name = TableName(view.table_name, schema)
            if self.is_wanted(name):
                yield programs.view(view, name, self._here, self._known)
        for routine in self.answers.of(programs.RoutineRow, number):
            own = parameters[routine.specific_name, routine.routine_type]
            yield programs.routine(routine, own, schema)
        for trigger in programs.triggers(self.answers.of(programs.TriggerRow, number), schema):
            if self.is_wanted(trigger.table):
                yield trigger

    @cached_property
    def _known(self) -> Mapping[TableName, str]:
        """The kinds of what views may need, by name."""
        return {
            TableName(row.table_name, schema): "table" if row.is_table else "view"
            for number, schema in enumerate(self.schemas)
            for row in self.answers.of(tables.TableRow, number)
            if row.is_table or row.table_type == "VIEW"
        }


class _ByTable:
    """The rows of one schema, by the name of their table."""

    def __init__(self, answers: Answers, schema: int) -> None:
        self._answers, self._schema = answers, schema
        self._found: dict[type[Any], Mapping[str, list[Any]]] = {}

    def of(self, row: type[Row], table: str) -> list[Row]:
        """The rows of one kind that belong to a table."""
        if row not in self._found:
            self._found[row] = _by(self._answers.of(row, self._schema), "table_name")
        return self._found[row].get(table, [])


def _by(rows: Iterable[Row], *fields: str) -> defaultdict[Any, list[Row]]:
    """Rows by the value of a field, or by the values of several."""
    found: defaultdict[Any, list[Row]] = defaultdict(list)
    key = attrgetter(*fields)
    for row in rows:
        found[key(row)].append(row)
    return found
