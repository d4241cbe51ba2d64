"""
The counters of a PostgreSQL table that is built anew.

Responsible for serial and identity columns of the new table going on where those of the old one are, with sequences of
the same names; a serial's own sequence is handed over with all that is set on it.  Does not know the other steps.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck.database.sqlite.tokens import literal
from limbeck.schema import Column, Default, Identity, Table, TableName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from limbeck.database.compile import Compiler

Sequences = dict[str, str]
"""Column of the new table → the sequence that it counts with in the old one, as far as that is known."""


def is_handed_over(column: Column, sequences: Mapping[str, str]) -> bool:
    """Whether the column goes on with the very sequence that it has."""
    default = column.default
    return (
        column.name in sequences
        and isinstance(default, Default)
        and default.sql.startswith("nextval(")
    )


def without_own(column: Column, sequences: Mapping[str, str]) -> Column:
    """`column`, so that no new sequence is made for one that goes on with its old one."""
    if not is_handed_over(column, sequences):
        return column
    return replace(column, autoincrement=False, origin=None)


def before_drop(
    before: Table, created: Table, sequences: Mapping[str, str], compiler: Compiler
) -> Iterator[str]:
    """What is to be done while both tables are there: hand sequences over, and set new ones."""
    if compiler.dialect.name != "postgresql":
        return  # MySQL counts on by itself
    for column in created.columns:
        name = compiler.quote(column.name)
        if is_handed_over(column, sequences):
            sequence = compiler.table(created.name._replace(name=sequences[column.name]))
            yield f"ALTER SEQUENCE {sequence} OWNED BY {compiler.table(created.name)}.{name}"
        elif _counts(column, created) and column.name in before:
            old, new = (_sequence(table.name, column, compiler) for table in (before, created))
            # Where there is no counter, or none was used, this is NULL and does nothing.
            yield (
                f"SELECT setval({new}, greatest(max({name}), "
                f"pg_sequence_last_value({old}::regclass))) FROM {compiler.table(created.name)}"
            )


def after_rename(
    created: Table, name: TableName, sequences: Mapping[str, str], compiler: Compiler
) -> Iterator[str]:
    """Give sequences that were made for the new table, by now called `name`, the names of the old ones."""
    if compiler.dialect.name != "postgresql":
        return
    for column in created.columns:
        if is_handed_over(column, sequences) or not _counts(column, created):
            continue
        made = _sequence(name, column, compiler)
        wanted = literal(sequences.get(column.name, f"{name.name}_{column.name}_seq"))
        yield (
            f"DO $$ BEGIN IF {made} IS NOT NULL THEN "
            f"EXECUTE 'ALTER SEQUENCE ' || {made} || ' RENAME TO ' || quote_ident({wanted}); "
            "END IF; END $$"
        )


def _sequence(table: TableName, column: Column, compiler: Compiler) -> str:
    return f"pg_get_serial_sequence({literal(compiler.table(table))}, {literal(column.name)})"


def _counts(column: Column, table: Table) -> bool:
    """Whether PostgreSQL may make a sequence for the column."""
    keyed = table.primary_key.columns if table.primary_key is not None else ()
    counted = isinstance(column.default, Identity) or column.name in keyed
    return counted and "INT" in column.type.sql.upper()
