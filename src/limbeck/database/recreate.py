"""
Changing a SQLite table in ways that SQLite's ALTER TABLE cannot.

Responsible for the procedure that SQLite itself documents (sqlite.org/lang_altertable.html, section 7): a new
table beside the old one, the rows copied, the old one dropped, the new one given its name, and everything that
hung on the table made again word for word.  Does not know what operations do to a definition (`draft` does), nor
who opens transactions and switches the enforcement of foreign keys off (the session does).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck import operations as ops
from limbeck.database import construct, convert
from limbeck.database.sqlite.columns import affinity
from limbeck.database.sqlite.definition import Definition
from limbeck.database.sqlite.draft import Draft
from limbeck.database.sqlite.parser import parse
from limbeck.database.sqlite.soundness import Soundness, left_over
from limbeck.database.sqlite.tokens import (
    inserted_before_name,
    literal,
    quoted,
    same,
    significant_words,
)
from limbeck.errors import CannotCompile, DirtyConnection, SchemaError, StatementFailed
from limbeck.schema import Constraint, Table, TableName, Type
from limbeck.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from limbeck.database.compile import Compiler, Dependent


@dataclass(frozen=True, slots=True)
class Recreation:
    """Everything that recreates `table`, in order; `new_name` is what it is called in the end.

    `expected` says of columns (as they are called in the end) whose type changes what `typeof` may say of values.
    """

    table: TableName
    new_name: str
    statements: tuple[str, ...]
    expected: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def text(self) -> str:
        """The script, for sqlite3's shell; within a transaction, and while foreign keys are not enforced."""
        return ";\n\n".join(self.script)

    @property
    def script(self) -> tuple[str, ...]:
        """The statements of the script; the last one shows rows whose foreign keys lead nowhere."""
        schema = f"{quoted(self.table.schema)}." if self.table.schema else ""
        check = f"PRAGMA {schema}foreign_key_check({quoted(self.new_name)})"
        return (*self.statements, check)

    @property
    def temporary(self) -> str:
        """The name of the new table while the old one exists."""
        return f"_limbeck_new_{self.table.name}"


# Carrying out


def carry_out(connection: sa.Connection, recreation: Recreation) -> tuple[str, ...]:
    """Recreate a table in the transaction that is open; returns notices for people.

    All of it takes effect, or nothing.  Raises DirtyConnection while foreign keys are enforced, since rows that
    refer to the table would be deleted with it; StatementFailed when rows do not fit the new table, or foreign
    keys are violated that were not before; SchemaError when a trigger would not work any more.
    """
    if connection.exec_driver_sql("PRAGMA foreign_keys").scalar():
        raise DirtyConnection(
            f"table {recreation.table} must be recreated, but foreign keys are enforced on this connection, so "
            "that rows which refer to it could be deleted; within a transaction this cannot be switched off",
            hint="hand over a connection that is in no transaction, or run PRAGMA foreign_keys=OFF before it begins",
        )
    legacy = connection.exec_driver_sql("PRAGMA legacy_alter_table").scalar()
    sound = Soundness.of(connection, recreation.table)
    connection.exec_driver_sql("SAVEPOINT limbeck_recreate")
    try:
        for statement in (*left_over(connection, recreation.table), *recreation.statements):
            _execute(connection, statement, sound)
        now = recreation.table._replace(name=recreation.new_name)
        _check_types(connection, now, recreation.expected)
        notices = sound.compare(Soundness.of(connection, now))
    except sa.exc.DBAPIError as error:
        _undo(connection)
        raise _failed(error, recreation) from error
    except BaseException:
        _undo(connection)
        raise
    finally:
        connection.exec_driver_sql(f"PRAGMA legacy_alter_table={'ON' if legacy else 'OFF'}")
    connection.exec_driver_sql("RELEASE limbeck_recreate")
    return notices


def _check_types(
    connection: sa.Connection, table: TableName, expected: Iterable[tuple[str, tuple[str, ...]]]
) -> None:
    """Raises StatementFailed when values of a column are of none of the types that it should hold."""
    for column, types in expected:
        wrong = f"typeof({quoted(column)}) NOT IN ({', '.join(map(literal, types))})"
        count = connection.exec_driver_sql(
            f"SELECT count(*) FROM {_from(table)} WHERE {wrong}"
        ).scalar()
        if count:
            raise StatementFailed(
                f"{count} {'value' if count == 1 else 'values'} of {table}.{column} cannot be read as "
                f"{'an integer' if 'integer' in types else 'a number'}; the table is as it was",
                statement=f"ALTER TABLE {table}",
                hint="correct the rows in the same revision, before the type is changed",
            )


def _from(table: TableName) -> str:
    return ".".join(quoted(part) for part in (table.schema, table.name) if part)


def _undo(connection: sa.Connection) -> None:
    # After a full disk, say, SQLite has taken back the whole transaction, and with it the savepoint, by itself.
    with suppress(sa.exc.OperationalError):
        connection.exec_driver_sql("ROLLBACK TO limbeck_recreate")
        connection.exec_driver_sql("RELEASE limbeck_recreate")


def _execute(connection: sa.Connection, statement: str, sound: Soundness) -> None:
    try:
        connection.exec_driver_sql(statement)
    except sa.exc.OperationalError as error:
        # RENAME COLUMN reads the whole schema and stops at what was broken before; with this setting it goes on.
        if " RENAME COLUMN " not in statement or not sound.blames(str(error.orig)):
            raise
        connection.exec_driver_sql("PRAGMA writable_schema=ON")
        try:
            connection.exec_driver_sql(statement)
        finally:
            connection.exec_driver_sql("PRAGMA writable_schema=OFF")


def _failed(error: sa.exc.DBAPIError, recreation: Recreation) -> StatementFailed:
    message = str(error.orig).replace(recreation.temporary, recreation.table.name)
    return StatementFailed(
        f"table {recreation.table} cannot be recreated: {message}", statement=error.statement or ""
    )


# Compiling


@dataclass(frozen=True, slots=True)
class Situation:
    """What is there now: the table's definition, and what hangs on it."""

    definition: Definition
    dependents: tuple[Dependent, ...] = ()

    def of_kind(self, *kinds: str) -> tuple[Dependent, ...]:
        """Dependents of these kinds."""
        return tuple(d for d in self.dependents if d.kind in kinds)


def recreation(operation: ops.RecreateTable, compiler: Compiler) -> Recreation | None:
    """What carries out `operation`; None when the table is so already, unless `when` is "always".

    Raises SchemaError when it does not fit the table, CannotCompile when nothing tells what the table is like.
    """
    situation = situation_of(operation.table, compiler, operation.copy_from)
    draft = _drafted(operation, situation, compiler)
    if operation.when != "always" and not draft.differs:
        return None
    steps = tuple(_steps(draft, situation, compiler))
    expected = tuple(
        (draft.final.get(name, name), types) for name, types in draft.expected.items() if types
    )
    return Recreation(draft.name, draft.new_name or draft.name.name, steps, expected)


# What is there


def situation_of(name: TableName, compiler: Compiler, copy_from: Table | None = None) -> Situation:
    """The table as the catalog has it, or as `copy_from` says; what hangs on it from the catalog, if there is one.

    Raises SchemaError when there is no such table, CannotCompile when a script is written and nothing tells what
    the table is like.
    """
    rows: tuple[Dependent, ...] = ()
    known = copy_from
    try:
        if compiler.tables is not None:
            rows = compiler.tables.dependents(name)
        if rows and rows[0].kind == "table":
            there = parse(rows[0].sql)
            if copy_from is None:
                return Situation(there, rows[1:])
            _check_columns(copy_from, there)
            known = _numbered_as_there(copy_from, there)
        elif copy_from is None and compiler.tables is not None:
            known = compiler.tables.table(name)
    except SchemaError:
        if not compiler.literal:
            raise
    if known is None:
        raise CannotCompile(
            f"what table {name} looks like can only be known when the database is connected, and SQLite must "
            "recreate it for this change",
            hint="give batch_alter_table a copy_from=Table(...), or run without --sql",
        )
    hanging = tuple(row for row in rows if row.kind != "table")
    return _said(replace(known, name=name, origin=None), hanging, compiler)


def _check_columns(said: Table, there: Definition) -> None:
    left_out = [
        c.name for c in there.columns if not any(same(c.name, s.name) for s in said.columns)
    ]
    if left_out:
        raise SchemaError(
            f"copy_from does not have all columns of table {there.name}; the values of "
            f"{', '.join(left_out)} would be lost",
            hint="add them to copy_from; a column that is not wanted goes with drop_column",
        )


def _numbered_as_there(said: Table, there: Definition) -> Table:
    """`said` with INTEGER for the column that numbers the rows, which no other word for an integer makes it do."""
    alias = there.rowid_alias
    columns = tuple(
        replace(column, type=Type("INTEGER"), origin=None)
        if alias is not None and same(column.name, alias) and affinity(column.type.sql) == "INTEGER"
        else column
        for column in said.columns
    )
    return replace(said, columns=columns)


def _said(table: Table, hanging: tuple[Dependent, ...], compiler: Compiler) -> Situation:
    """A situation from a value: its indexes, as far as the catalog does not have them by the same name."""
    from limbeck.database.compile import Dependent

    create = next(
        text
        for item in compiler.compiled(ops.CreateTable(replace(table, indexes=())))
        if (text := compiler.statement(item).text.strip()).upper().startswith("CREATE TABLE")
    )
    made = [
        Dependent("index", index.name or "", compiler.statement(item).text, table.name.name)
        for index in table.indexes
        if not any(d.kind == "index" and same(d.name, index.name or "") for d in hanging)
        for item in compiler.compiled(ops.CreateIndex(table.name, index))
    ]
    return Situation(parse(create), (*hanging, *made))


# The new table


def _drafted(operation: ops.RecreateTable, situation: Situation, compiler: Compiler) -> Draft:
    draft = Draft(
        situation.definition,
        operation.table._replace(name=situation.definition.name),
        situation.of_kind("index"),
        compiler,
        operation.naming_convention,
    )
    for argument in operation.reflect_args:
        _reflected(draft, argument, compiler)
    for argument in operation.table_args:
        _argument(draft, argument, compiler)
    for change in operation.operations:
        draft.apply(change)
    if operation.partial_reordering:
        draft.reorder(operation.partial_reordering)
    _table_options(draft, operation.table_kwargs)
    if operation.naming_convention and (operation.when == "always" or draft.differs):
        draft.name_constraints(operation.naming_convention, compiler.quote)
    return draft


def _reflected(draft: Draft, argument: object, compiler: Compiler) -> None:
    """What the author says about the table as it is: the type of a column, or a constraint without a name."""
    if isinstance(argument, sa.Column):
        said = convert.type_(argument.type, compiler.dialect)
        column = draft.before.column(argument.name)
        if column is not None and said.sql and not same(said.sql, column.type):
            draft.apply(ops.AlterColumn(draft.name, argument.name, type=said))
    elif isinstance(argument, sa.Constraint):
        draft.add_argument(_constraint(argument, draft, compiler))


def _argument(draft: Draft, argument: object, compiler: Compiler) -> None:
    if isinstance(argument, sa.Column):
        draft.apply(ops.AddColumn(draft.name, convert.column(argument, compiler.dialect)))
    elif isinstance(argument, sa.Index):
        draft.new_indexes.append(convert.index(argument, compiler.dialect))
    elif isinstance(argument, sa.Constraint):
        draft.add_argument(_constraint(argument, draft, compiler))


def _constraint(argument: sa.Constraint, draft: Draft, compiler: Compiler) -> Constraint:
    """The value of a constraint, put on a table first if it is on none, for only there it knows its columns."""
    if getattr(argument, "parent", None) is None:
        columns = [column.name for column in draft.before.columns]
        construct.stub(draft.name, columns).append_constraint(argument)
    return convert.constraint(argument, compiler.dialect)


def _table_options(draft: Draft, given: Mapping[str, object]) -> None:
    if "sqlite_with_rowid" in given:
        draft.set_option("WITHOUT ROWID", not given["sqlite_with_rowid"])
    if "sqlite_strict" in given:
        draft.set_option("STRICT", bool(given["sqlite_strict"]))
    if "sqlite_autoincrement" in given:
        draft.set_autoincrement(bool(given["sqlite_autoincrement"]))


# The steps


def _steps(draft: Draft, situation: Situation, compiler: Compiler) -> Iterator[str]:
    name = draft.name
    yield from _exchange(draft, compiler)
    yield from (_qualified(index.sql, name.schema) for index in draft.indexes)
    for trigger in situation.of_kind("trigger"):
        if same(trigger.table, name.name):
            yield _qualified(trigger.sql, trigger.schema)
    for old, new in _in_turn(draft):
        yield (
            f"ALTER TABLE {compiler.table(name)} "
            f"RENAME COLUMN {compiler.quote(old)} TO {compiler.quote(new)}"
        )
    yield from (_new_index(index, draft, compiler) for index in draft.new_indexes)
    if draft.new_name is not None:
        yield f"ALTER TABLE {compiler.table(name)} RENAME TO {compiler.quote(draft.new_name)}"


def _exchange(draft: Draft, compiler: Compiler) -> Iterator[str]:
    """The new table takes the place of the old one, with its rows."""
    name, after = draft.name, draft.result()
    new = f"_limbeck_new_{name.name}"
    old_table, new_table = compiler.table(name), compiler.table(name._replace(name=new))
    yield f"DROP TABLE IF EXISTS {new_table}"
    yield after.sql(new_table)
    yield _copy(draft, old_table, new_table)
    if draft.before.autoincrement and after.autoincrement:
        sequence = compiler.table(TableName("sqlite_sequence", name.schema))
        yield f"DELETE FROM {sequence} WHERE name = {literal(new)}"
        yield (
            f"INSERT INTO {sequence} (name, seq) SELECT {literal(new)}, seq FROM {sequence} "
            f"WHERE name = {literal(draft.before.name)}"
        )
    yield f"DROP TABLE {old_table}"
    # Without it SQLite would stop at views and triggers that miss the table just now.
    yield "PRAGMA legacy_alter_table=ON"
    yield f"ALTER TABLE {new_table} RENAME TO {compiler.quote(name.name)}"
    yield "PRAGMA legacy_alter_table=OFF"


def _copy(draft: Draft, old_table: str, new_table: str) -> str:
    after = draft.result()
    pairs = [
        (quoted(column.name), draft.sources[column.name])
        for column in after.columns
        if column.name in draft.sources and not column.generated
    ]
    number = _row_number(draft.before, after)
    if number is not None:
        pairs.insert(0, (number, number))
    into, values = (", ".join(part) for part in zip(*pairs, strict=True))
    # A constraint with ON CONFLICT IGNORE or REPLACE would drop rows without a word.
    insert = "INSERT OR ABORT" if "CONFLICT" in significant_words(after.sql()) else "INSERT"
    return f"{insert} INTO {new_table} ({into}) SELECT {values} FROM {old_table} AS old"


def _row_number(before: Definition, after: Definition) -> str | None:
    """The name of the hidden row number, when both tables have one and no column shows it: it is kept then."""
    if before.without_rowid or after.without_rowid or before.rowid_alias or after.rowid_alias:
        return None
    taken = [c.name for c in (*before.columns, *after.columns)]
    free = (n for n in ("rowid", "_rowid_", "oid") if not any(same(n, name) for name in taken))
    return next(free, None)


def _qualified(sql: str, schema: str | None) -> str:
    text = sql.strip().rstrip(";")
    return inserted_before_name(text, schema) if schema else text


def _in_turn(draft: Draft) -> Iterator[tuple[str, str]]:
    """The renames of columns in an order in which no name is taken, over a temporary name where they form a ring."""
    names = [c.name for c in draft.result().columns]
    pending = dict(draft.final)
    while pending:
        free = next((o for o, new in pending.items() if not _taken(new, o, names)), None)
        if free is None:
            old, new = pending.popitem()
            free, target = old, f"_limbeck_{new}"
            while _taken(target, old, names):
                target = f"_{target}"
            pending[target] = new
        else:
            target = pending.pop(free)
        names[names.index(free)] = target
        yield free, target


def _taken(new: str, old: str, names: list[str]) -> bool:
    return any(same(new, name) and name != old for name in names)


def _new_index(index: Any, draft: Draft, compiler: Compiler) -> str:
    if draft.final:
        elements = tuple(draft.outward(element) for element in index.elements)
        if elements != index.elements:
            index = replace(index, elements=elements, origin=None)
    (item,) = compiler.compiled(ops.CreateIndex(draft.name, index))
    return compiler.statement(item).text
