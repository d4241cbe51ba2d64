"""
SQL of several lines as Python.

Responsible for strings that can be read, and that are the same text again when the file is run.  Does not know what the
SQL does.
"""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import indent

from limbeck.schema.layout import dedented

_INDENT = " " * 4


def query_text(sql: str) -> str:
    """A query as the argument of a function that takes indentation away: in triple quotes where that is exact."""
    if "\n" not in sql:
        return repr(sql)
    escaped = sql.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    # Over what a line break is not, Python's ways of cutting a text into lines are of several minds.
    plain = all(c.isprintable() or c in "\n\t" for c in sql)
    if not plain or sql.endswith('"') or dedented(f"\n{indent(sql, _INDENT)}\n") != sql:
        return repr(sql)
    return f'"""\n{escaped}\n"""'


def program_text(sql: str) -> str:
    """A text of which every character counts, one string for each of its lines."""
    lines = sql.splitlines(keepends=True)
    if len(lines) < 2:
        return repr(sql)
    return "\n".join(["(", *(f"{_INDENT}{line!r}" for line in lines), ")"])


def laid_out(name: str, arguments: Iterable[str]) -> str:
    """A call: in one line, or with one argument in each where one of them has several."""
    listed = list(arguments)
    if not any("\n" in argument for argument in listed):
        return f"{name}({', '.join(listed)})"
    inner = "".join(f"{indent(argument, _INDENT)},\n" for argument in listed)
    return f"{name}(\n{inner})"
