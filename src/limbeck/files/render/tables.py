"""
Operations on tables and rows, and batches of operations, as Python.

Responsible for one function for each kind.  Does not know how columns and constraints are changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.errors import CannotRender
from limbeck.files.render.parts import (
    column_text,
    constraint_text,
    options_of,
)
from limbeck.files.render.renderer import (
    Renderer,
    call,
    renders,
    schema_argument,
)
from limbeck.files.render.statements import as_sql
from limbeck.files.render.table_options import table_options
from limbeck.operations import (
    CreateIndex,
    CreateTable,
    DropTable,
    Execute,
    FillColumn,
    RecreateTable,
    RenameTable,
    SetTableComment,
    SetTableOptions,
)
from limbeck.schema import (
    Check,
    Table,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.schema import Constraint


_LATER = frozenset({"postgresql_row_security", "postgresql_partition_of"})
"""Options that SQLAlchemy does not know: they are given to the table when it is there."""


@renders(CreateTable)
def _create_table(operation: CreateTable, renderer: Renderer) -> Iterator[str]:
    table = operation.table
    parts = [column_text(column, renderer, table) for column in table.columns]
    constraints = [constraint_text(c, renderer, table.name) for c in _own_constraints(table)]
    arguments = [part for part in (*parts, *sorted(filter(None, constraints))) if part]
    if len(arguments) > renderer.most_arguments:
        arguments = [f"*[{_lines(arguments)}]"]
    arguments += [*schema_argument(table.name, renderer), *_table_keywords(table, renderer)]
    if operation.if_not_exists:
        arguments.append("if_not_exists=True")
    head = f"{renderer.op}create_table({str(table.name.name)!r},\n"
    yield f"{head}{_lines(arguments)}\n)"
    later = options(dict(option for option in table.options if option[0] in _LATER))
    if later:
        yield from table_options(SetTableOptions(table.name, (), later), renderer)
    for index in table.indexes:
        yield from renderer.operation(CreateIndex(table.name, index))


def _lines(arguments: list[str]) -> str:
    return ",\n".join(arguments)


def _own_constraints(table: Table) -> list[Constraint]:
    """The constraints, but for the checks that a type brings along."""
    return [
        c
        for c in table.constraints
        if not (isinstance(c, Check) and getattr(c.origin, "_type_bound", False))
    ]


def _table_keywords(table: Table, renderer: Renderer) -> list[str]:
    given = [f"comment={table.comment!r}"] if table.comment is not None else []
    info = getattr(table.origin, "info", None)
    if info:
        given.append(f"info={info!r}")
    if table.prefixes:
        given.append(f"prefixes={list(table.prefixes)!r}")
    return given + options_of(
        tuple(option for option in table.options if option[0] not in _LATER), renderer
    )


@renders(DropTable)
def _drop_table(operation: DropTable, renderer: Renderer) -> str:
    exists = ["if_exists=True"] if operation.if_exists else []
    name = operation.table
    return call(
        f"{renderer.op}drop_table",
        [repr(str(name.name)), *schema_argument(name, renderer), *exists],
    )


@renders(RenameTable)
def _rename_table(operation: RenameTable, renderer: Renderer) -> str:
    names = [repr(str(operation.table.name)), repr(str(operation.renamed.name))]
    return call(f"{renderer.op}rename_table", [*names, *schema_argument(operation.table, renderer)])


@renders(SetTableComment)
def _table_comment(operation: SetTableComment, renderer: Renderer) -> str:
    drop = operation.comment is None
    arguments = [] if renderer.in_batch else [repr(str(operation.table.name))]
    arguments += [] if drop else [repr(operation.comment)]
    arguments.append(f"existing_comment={operation.existing!r}")
    if not renderer.in_batch:
        arguments.append(f"schema={operation.table.schema!r}")
    verb = "drop_table_comment" if drop else "create_table_comment"
    inner = ",\n".join(f"    {argument}" for argument in arguments)
    return f"{renderer.op}{verb}(\n{inner}\n)"


@renders(SetTableOptions)
def _table_options(operation: SetTableOptions, renderer: Renderer) -> Iterator[str]:
    yield from table_options(operation, renderer)


@renders(RecreateTable)
def _batch(operation: RecreateTable, renderer: Renderer) -> str:
    name = operation.table
    head = f"with {renderer.style.op}batch_alter_table({str(name.name)!r}, schema={name.schema!r}) as batch_op:\n"
    with renderer.batch():
        calls = [text for inner in operation.operations for text in renderer.operation(inner)]
    inner = "\n".join(calls) or "pass"
    return head + "\n".join(_indented(inner)) + "\n"


def _indented(text: str) -> list[str]:
    """Each call by four columns; what continues one stays where it is."""
    return [
        f"    {line}" if line.startswith(("batch_op.", "#", "pass")) else line
        for line in text.split("\n")
    ]


@renders(FillColumn)
def _fill_column(operation: FillColumn, renderer: Renderer) -> str | list[str]:
    if renderer.style.alembic:
        return as_sql(operation, renderer)
    arguments = [
        repr(str(operation.table.name)),
        repr(str(operation.column)),
        repr(operation.value_sql),
    ]
    return call(
        f"{renderer.op}fill_column", [*arguments, *schema_argument(operation.table, renderer)]
    )


@renders(Execute)
def _execute(operation: Execute, renderer: Renderer) -> str:
    given: Any = operation.statement
    if not isinstance(given, str):
        if not isinstance(given, sa.TextClause):
            raise CannotRender(
                "a statement that is an expression of SQLAlchemy has no text as Python"
            )
        return call(f"{renderer.op}execute", [f"{renderer.style.sqlalchemy}text({given.text!r})"])
    return call(f"{renderer.op}execute", [repr(given)])
