"""
PostgreSQL: what is around tables, and is not in SQLAlchemy's own words.

Responsible for options that are changed in place (storage, tablespace, inheritance, partitions, row security), and
for tables, indexes and constraints whose values say more than SQLAlchemy has arguments for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from limbeck import operations as ops
from limbeck.database.compile import Compiled, Compiler, compiles
from limbeck.database.dialects.names import cannot_set, changed_options
from limbeck.database.sqlite.tokens import literal
from limbeck.operations import UNCHANGED
from limbeck.schema import Options, TableName

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_OWN = ("postgresql_partition_of", "postgresql_row_security")
"""Options of tables that are ours and not SQLAlchemy's."""


@compiles(ops.CreateTable, "postgresql")
def create_table(operation: ops.CreateTable, compiler: Compiler) -> Iterable[Compiled]:
    """CREATE TABLE, and behind it what only ALTER TABLE can say."""
    table = operation.table
    later: Options = tuple(option for option in table.options if option[0] in _OWN)
    if later:
        others = tuple(option for option in table.options if option not in later)
        operation = replace(operation, table=replace(table, options=others, origin=None))
    yield from compiler.default(operation)
    if later:
        yield from compiler.compiled(ops.SetTableOptions(table.name, (), later))


@compiles(ops.SetTableOptions, "postgresql")
def set_table_options(operation: ops.SetTableOptions, compiler: Compiler) -> Iterable[Compiled]:
    """ALTER TABLE, for each option that differs."""
    alter = f"ALTER TABLE {compiler.table(operation.table)}"
    if operation.prefixes is not UNCHANGED:
        prefixes = {prefix.upper() for prefix in operation.prefixes}
        if prefixes - {"UNLOGGED"}:
            raise cannot_set(operation, "the words behind CREATE", compiler)
        yield f"{alter} SET {'UNLOGGED' if prefixes else 'LOGGED'}"
    for name, old, new in changed_options(operation, "postgresql"):
        for change in _changes(operation, name, old, new, compiler):
            yield change if change.startswith("ALTER TABLE ") else f"{alter} {change}"


def _changes(
    operation: ops.SetTableOptions, name: str, old: object, new: object, compiler: Compiler
) -> Iterator[str]:
    """What stands behind ALTER TABLE name, or a whole statement about another table."""
    if name == "with":
        yield from _storage(_mapping(old), _mapping(new))
    elif name == "tablespace":
        yield f"SET TABLESPACE {compiler.quote(str(new)) if new else 'pg_default'}"
    elif name == "using":
        yield f"SET ACCESS METHOD {compiler.quote(str(new)) if new else 'heap'}"
    elif name == "inherits":
        parents, before = _listed(new), _listed(old)
        yield from (f"NO INHERIT {_named(p, compiler)}" for p in before if p not in parents)
        yield from (f"INHERIT {_named(p, compiler)}" for p in parents if p not in before)
    elif name == "partition_of":
        yield from _partition(operation.table, old, new, compiler)
    elif name == "row_security":
        yield from _row_security(old, new)
    else:
        raise cannot_set(operation, name.replace("_", " "), compiler)


def _mapping(value: object) -> dict[str, object]:
    if value is None:
        return {}
    return dict(cast("Mapping[str, object] | Iterable[tuple[str, object]]", value))


def _storage(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[str]:
    gone = [name for name in old if name not in new]
    if gone:
        yield f"RESET ({', '.join(gone)})"
    changed = [f"{name} = {_value(value)}" for name, value in new.items() if old.get(name) != value]
    if changed:
        yield f"SET ({', '.join(changed)})"


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _listed(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(cast("Iterable[str]", value))


def _named(name: object, compiler: Compiler) -> str:
    """The name of another table: a text with a dot behind its schema, or a TableName."""
    if isinstance(name, TableName):
        return compiler.table(name)
    schema, _, bare = str(name).rpartition(".")
    return compiler.table(TableName(bare, schema or None))


def _partition(table: TableName, old: Any, new: Any, compiler: Compiler) -> Iterator[str]:
    if old is not None:
        yield f"ALTER TABLE {_named(old[0], compiler)} DETACH PARTITION {compiler.table(table)}"
    if new is not None:
        parent, bound = new
        yield f"ALTER TABLE {_named(parent, compiler)} ATTACH PARTITION {compiler.table(table)} {bound}"


def _row_security(old: object, new: object) -> Iterator[str]:
    if (old is None) != (new is None):
        yield f"{'DISABLE' if new is None else 'ENABLE'} ROW LEVEL SECURITY"
    if (old == "forced") != (new == "forced"):
        yield f"{'FORCE' if new == 'forced' else 'NO FORCE'} ROW LEVEL SECURITY"


@compiles(ops.ValidateConstraint, "postgresql")
def validate_constraint(
    operation: ops.ValidateConstraint, compiler: Compiler
) -> Iterable[Compiled]:
    """VALIDATE CONSTRAINT, which reads the rows while others go on writing."""
    name = compiler.quote(operation.name)
    yield f"ALTER TABLE {compiler.table(operation.table)} VALIDATE CONSTRAINT {name}"


@compiles(ops.SetConstraintComment, "postgresql")
def set_constraint_comment(
    operation: ops.SetConstraintComment, compiler: Compiler
) -> Iterable[Compiled]:
    """COMMENT ON CONSTRAINT."""
    name, table = compiler.quote(operation.name), compiler.table(operation.table)
    text = "NULL" if operation.comment is None else literal(operation.comment)
    yield f"COMMENT ON CONSTRAINT {name} ON {table} IS {text}"


# What SQLAlchemy has no argument for


@compiles(ops.CreateIndex, "postgresql")
def create_index(operation: ops.CreateIndex, compiler: Compiler) -> Iterable[Compiled]:
    """CREATE INDEX, and its comment.  That an index is invalid cannot be said: it is made anew."""
    options = dict(operation.index.options)
    comment, _ = options.pop("comment", None), options.pop("postgresql_invalid", None)
    if len(options) == len(operation.index.options):
        yield from compiler.default(operation)
        return
    index = replace(operation.index, options=tuple(options.items()), origin=None)
    yield from compiler.default(replace(operation, index=index))
    if comment is not None and index.name is not None:
        name = compiler.table(TableName(index.name, operation.table.schema))
        yield f"COMMENT ON INDEX {name} IS {literal(str(comment))}"
