"""
Checksums of revision bodies.

Responsible for a digest that changes when a revision does something else, and not when it is formatted, commented
or put on another parent.  Does not run anything.  The digest is the same for all versions of Python, because it
comes from what the syntax tree holds and not from how one of them prints it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from limbeck.files.head import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

_FORMS: dict[type[ast.AST], tuple[str, tuple[tuple[str, str], ...]]] = {}


def of_python(content: bytes) -> str:
    """Hexadecimal SHA-256 of a Python file without docstrings and head.  SyntaxError when it is none."""
    tree = ast.parse(content)
    tree.body = [node for node in tree.body if not _is_head(node)]
    written: list[str] = []
    _write(tree, written.append)
    return of_text("".join(written))


def of_text(text: str) -> str:
    """Hexadecimal SHA-256 of a text."""
    import hashlib

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _is_head(node: ast.stmt) -> bool:
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.target, ast.Name) and node.target.id in NAMES
    if isinstance(node, ast.Assign):
        return all(isinstance(name, ast.Name) and name.id in NAMES for name in node.targets)
    return False


def _write(node: ast.AST, out: Callable[[str], None]) -> None:
    """A tree as text: names of nodes and fields, and values.

    What is empty is left out, so that a field which a later Python adds makes no difference while nobody uses it.
    One function that pushes, because every revision of a run passes through here.
    """
    name, fields = _FORMS.get(type(node)) or _form(type(node))
    out(name)
    for field, label in fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            items = _without_docstring(value) if field == "body" else value
            if items:
                out(label)
                _write_list(items, out)
        elif value is not None or field == "value":
            out(label)
            _write_value(value, out)
    out(")")


def _write_list(items: list[Any], out: Callable[[str], None]) -> None:
    out("[")
    for item in items:
        _write_value(item, out)
        out(",")
    out("]")


def _write_value(value: object, out: Callable[[str], None]) -> None:
    if isinstance(value, ast.AST):
        _write(value, out)
    else:
        out(f"{type(value).__name__}:{value!a}")


def _form(kind: type[ast.AST]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """How a kind of node begins, and its fields with their labels."""
    fields = [field for field in kind._fields if field not in ("kind", "type_comment", "ctx")]
    form = f"({kind.__name__}", tuple((field, f" {field}=") for field in fields)
    _FORMS[kind] = form
    return form


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """`body` without texts that stand for nothing but themselves."""
    return [
        node
        for node in body
        if not (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        )
    ]
