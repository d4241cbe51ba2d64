"""
PostgreSQL: the values of enum types.

Responsible for what the server does not do by itself: it can add a value, but not use it in the transaction that added
it, and it can take none away, for which a new type takes the place of the old one and all columns are converted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck import operations as ops
from limbeck.database.compile import Compiled, Compiler, compiles
from limbeck.database.dialects.postgresql_replace import block, in_the_way, swap
from limbeck.database.sqlite.tokens import literal
from limbeck.errors import SchemaError
from limbeck.runner.ports import Statement
from limbeck.schema import Key, TableName
from limbeck.schema.typenames import is_array

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


_IN_TRANSACTIONS_SINCE = (12,)


@compiles(ops.AddEnumValue, "postgresql")
def add_enum_value(operation: ops.AddEnumValue, compiler: Compiler) -> Iterable[Compiled]:
    """ALTER TYPE … ADD VALUE, in the transaction: it is committed when, and only if, a statement uses the value.

    So a revision that only adds values stays whole, can be tried by a dry run and works in a transaction of the
    caller's.  What a revision executes through the connection itself is not seen; it wants an `autocommit_block`.
    """
    exists = "IF NOT EXISTS " if operation.if_not_exists else ""
    place = ""
    if operation.before is not None:
        place = f" BEFORE {literal(operation.before)}"
    elif operation.after is not None:
        place = f" AFTER {literal(operation.after)}"
    name, value = compiler.table(operation.name), literal(operation.value)
    version = getattr(compiler.dialect, "server_version_info", None)
    alone = version is not None and version < _IN_TRANSACTIONS_SINCE
    if not alone:
        compiler.uncommitted.add(value)
    yield Statement(f"ALTER TYPE {name} ADD VALUE {exists}{value}{place}", alone=alone)


@compiles(ops.RenameEnumValue, "postgresql")
def rename_enum_value(operation: ops.RenameEnumValue, compiler: Compiler) -> Iterable[Compiled]:
    """ALTER TYPE … RENAME VALUE."""
    name = compiler.table(operation.name)
    yield f"ALTER TYPE {name} RENAME VALUE {literal(operation.old)} TO {literal(operation.new)}"


@compiles(ops.ReplaceEnum, "postgresql")
def replace_enum(operation: ops.ReplaceEnum, compiler: Compiler) -> Iterable[Compiled]:
    """A check, a new type, the columns converted to it, the old type dropped, its name given to the new one.

    What names the type's values and is known to be in the way is dropped before and made again afterwards.
    """
    arrays = {
        (table, column): _is_array(table, column, compiler)
        for table, column, _ in operation.columns
    }
    if operation.removed and operation.columns:
        yield _check(operation, arrays, compiler)
    blocking = in_the_way(operation.name, compiler)
    yield from (item.drop for item in blocking)
    new = operation.name._replace(name=f"_limbeck_new_{operation.name.name}")
    yield f"CREATE TYPE {compiler.table(new)} AS ENUM ({', '.join(map(literal, operation.values_after))})"
    for table, column, _ in operation.columns:
        yield from _converted(operation, table, column, new, arrays[table, column], compiler)
    yield swap(
        Key("enum", operation.name),
        f"DROP TYPE {compiler.table(operation.name)}",
        [f"ALTER TYPE {compiler.table(new)} RENAME TO {compiler.quote(operation.name.name)}"],
        compiler,
    )
    for table, column, default in operation.columns:
        if default is not None:
            yield f"{_alter(table, column, compiler)} SET DEFAULT {default}"
    for item in reversed(blocking):
        yield from item.made_again(operation.name, operation.renamed)


def _alter(table: TableName, column: str, compiler: Compiler) -> str:
    return f"ALTER TABLE {compiler.table(table)} ALTER COLUMN {compiler.quote(column)}"


def _is_array(table: TableName, column: str, compiler: Compiler) -> bool | None:
    """Whether a column is an array of the type; None where only the server knows."""
    try:
        known = compiler.tables.table(table) if compiler.tables is not None else None
    except SchemaError:
        return None
    return is_array(known[column].type.sql) if known is not None else None


def _check(
    operation: ops.ReplaceEnum,
    arrays: Mapping[tuple[TableName, str], bool | None],
    compiler: Compiler,
) -> str:
    """A block that stops when rows hold a value that goes, and says which, where and how many."""
    removed = ", ".join(map(literal, operation.removed))
    counts = "\n        UNION ALL\n        ".join(
        _count(table, column, removed, arrays[table, column], compiler)
        for table, column, _ in operation.columns
    )
    message = literal(f"enum {operation.name} cannot lose values that rows still have: %")
    return block(
        f"""BEGIN
    SELECT string_agg(format('%L in %s %s of %s', value, number, CASE number WHEN 1 THEN 'row' ELSE 'rows' END, place), ', ')
    INTO found FROM (
        {counts}
    ) AS counted (place, value, number);
    IF found IS NOT NULL THEN
        RAISE EXCEPTION {message}, found
            USING ERRCODE = 'check_violation', HINT = 'Change these rows in the same revision, before the values go.';
    END IF;
END""",
        "    found text;",
    )


def _count(
    table: TableName, column: str, removed: str, array: bool | None, compiler: Compiler
) -> str:
    name = compiler.quote(column)
    rows, value = compiler.table(table), f"{name}::text"
    if array:
        rows, value = f"{rows}, unnest({name}::text[]) AS element", "element"
    elif array is None:  # JSON has the one and the many
        json = f"to_jsonb({name})"
        many = (
            f"CASE jsonb_typeof({json}) WHEN 'array' THEN {json} ELSE jsonb_build_array({json}) END"
        )
        rows, value = f"{rows}, jsonb_array_elements_text({many}) AS element", "element"
    return (
        f"SELECT {literal(f'{table}.{column}')}, {value}, count(*) FROM {rows} "
        f"WHERE {value} IN ({removed}) GROUP BY {value}"
    )


def _converted(
    operation: ops.ReplaceEnum,
    table: TableName,
    column: str,
    new: TableName,
    array: bool | None,
    compiler: Compiler,
) -> Iterator[str]:
    alter = _alter(table, column, compiler)
    # A default of the old type could not be converted.
    yield f"{alter} DROP DEFAULT"
    name, type_ = compiler.quote(column), compiler.table(new)
    one = f"{alter} TYPE {type_} USING {_scalar(name, operation.renamed)}::{type_}"
    many = f"{alter} TYPE {type_}[] USING {_array(name, operation.renamed)}::{type_}[]"
    if array is None:
        yield block(
            f"""BEGIN
    EXECUTE (
        SELECT CASE typcategory WHEN 'A' THEN {literal(many)} ELSE
            {literal(one)} END
        FROM pg_catalog.pg_attribute JOIN pg_catalog.pg_type t ON t.oid = atttypid
        WHERE attrelid = {literal(compiler.table(table))}::regclass AND attname = {literal(column)}
    );
END"""
        )
        return
    yield many if array else one


def _scalar(name: str, renamed: tuple[tuple[str, str], ...]) -> str:
    if not renamed:
        return f"{name}::text"
    cases = " ".join(f"WHEN {literal(old)} THEN {literal(new)}" for old, new in renamed)
    return f"(CASE {name}::text {cases} ELSE {name}::text END)"


def _array(name: str, renamed: tuple[tuple[str, str], ...]) -> str:
    """Each value by itself; over names that no value has, where a new one is also an old one."""
    value = f"{name}::text[]"
    ring = {old for old, _ in renamed} & {new for _, new in renamed}
    between = [(old, f"_limbeck_{i}" if ring else new) for i, (old, new) in enumerate(renamed)]
    for old, new in between:
        value = f"array_replace({value}, {literal(old)}, {literal(new)})"
    if ring:
        for (_, temporary), (_, new) in zip(between, renamed, strict=True):
            value = f"array_replace({value}, {literal(temporary)}, {literal(new)})"
    return value
