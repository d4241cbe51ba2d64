"""
Leave statements of a revision out.

Responsible for turning whole statements of `upgrade` and `downgrade` into comments, and for what must stay so that the
file is valid.  Does not know what the statements do.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


def leave_out(content: bytes, lines: Collection[int], why: str) -> bytes | None:
    """The content of a Python file in which the statements around `lines` are comments, below `why`.

    None when a line is in no plain call, or the like, that stands directly in a function of the file, and has its lines
    to itself.
    """
    rows = _rows(content.decode("utf-8"))
    found: dict[int, tuple[ast.stmt, ast.FunctionDef]] = {}
    for function in ast.parse(content).body:
        if isinstance(function, ast.FunctionDef):
            for statement in function.body:
                for line in lines:
                    if statement.lineno <= line <= (statement.end_lineno or statement.lineno):
                        found[line] = (statement, function)
    if found.keys() != set(lines):
        return None
    if not all(isinstance(one, ast.Expr) and _is_alone(rows, one) for one, _ in found.values()):
        return None
    gone = {id(statement): statement for statement, _ in found.values()}
    functions = {id(function): function for _, function in found.values()}
    for function in functions.values():
        if all(id(one) in gone or _says_nothing(one) for one in function.body):
            last = gone[
                max(gone, key=lambda key: gone[key].lineno if gone[key] in function.body else 0)
            ]
            end = last.end_lineno or last.lineno
            rows[end - 1] = f"{rows[end - 1].rstrip()}\n{' ' * last.col_offset}pass\n"
    for statement in gone.values():
        _comment(rows, statement, why)
    left = "".join(rows).encode("utf-8")
    try:
        ast.parse(left)
    except SyntaxError:
        return None
    return left


def _rows(text: str) -> list[str]:
    """The lines as Python counts them; `str.splitlines` knows more ends than that, as a form feed."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)


def _is_alone(rows: list[str], statement: ast.stmt) -> bool:
    """Whether nothing but a comment shares the lines of `statement`."""
    end, column = statement.end_lineno or statement.lineno, statement.end_col_offset
    before = rows[statement.lineno - 1].encode("utf-8")[: statement.col_offset]
    behind = rows[end - 1].encode("utf-8")[column:].strip()
    return not before.strip() and (not behind or behind.startswith(b"#"))


def statement_lines(content: bytes, line: int) -> range:
    """The lines of the statement of a function that `line` is in; of nothing else when there is none."""
    for function in ast.parse(content).body:
        if isinstance(function, ast.FunctionDef):
            for statement in function.body:
                end = statement.end_lineno or statement.lineno
                if statement.lineno <= line <= end:
                    return range(statement.lineno, end + 1)
    return range(line, line)


def _says_nothing(statement: ast.stmt) -> bool:
    """Whether it is a docstring."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _comment(rows: list[str], statement: ast.stmt, why: str) -> None:
    indent = " " * statement.col_offset
    end = statement.end_lineno or statement.lineno
    for number in range(statement.lineno - 1, end):
        row = rows[number]
        bare = row[len(indent) :] if row.startswith(indent) else row.lstrip(" \t")
        rows[number] = f"{indent}# {bare}"
    rows[statement.lineno - 1] = f"{indent}# {why}\n{rows[statement.lineno - 1]}"
