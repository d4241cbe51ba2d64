"""
Both sides of a difference as SQL.

Responsible for the statements that would make a table as it is, and as it is to be.  Does not know how they are shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.schema import Key, SchemaState, TableName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.actions.comparison import Comparison
    from limbeck.database.compile import Compiler
    from limbeck.project import Project


def sides(project: Project, found: Comparison) -> Iterator[tuple[str, str, str]]:
    """The name of each thing that differs, and what makes it in the database and by the models ("" for nothing)."""
    from limbeck.database.compile import Compiler
    from limbeck.database.engine import dialect_of
    from limbeck.database.types.origins import with_types

    urls: list[object] = []
    project.targets.each(lambda target: urls.append(target.url))
    dialect = dialect_of(urls[0])  # type: ignore[arg-type] # one of each target
    before, after = (with_types(state, dialect) for state in (found.diff.before, found.diff.after))
    names: list[TableName | Key] = [table.name for table in (*before, *after)]
    names += [*before.objects, *after.objects]
    for name in sorted(dict.fromkeys(names), key=str):
        texts = []
        for state in (before, after):
            compiler = Compiler(dialect, literal=True)
            texts.append(_sql(state, name, compiler))
        if texts[0] != texts[1]:
            yield str(name), texts[0], texts[1]


def _sql(state: SchemaState, name: TableName | Key, compiler: Compiler) -> str:
    from limbeck.operations import CreateObject, CreateTable

    if isinstance(name, Key):
        if name not in state.objects:
            return ""
        statements = compiler.statements(CreateObject(state.objects[name]))
    elif name in state:
        statements = compiler.statements(CreateTable(state[name]))
    else:
        return ""
    return "\n".join(statement.text.strip() for statement in statements)
