"""
Change the head of a revision file, and nothing else in it.

Responsible for finding the values of the head in the text and replacing them.  Does not know why they change.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from limbeck.errors import BrokenHeader
from limbeck.files.template import one_or_several

if TYPE_CHECKING:
    from limbeck.history.revision import Revision


class _Edit(NamedTuple):
    """The bytes from `start` to `end` become `text`."""

    start: int
    end: int
    text: bytes


def edit_python(content: bytes, before: Revision, after: Revision) -> bytes:
    """The content of a Python file with the head of `after`.

    Raises BrokenHeader when a value that must change is not written as one in the file.
    """
    bom = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    text = content.removeprefix(bom)
    values = _values(ast.parse(text))
    starts = _line_starts(text)
    edits = []
    for name, new in _changed(before, after).items():
        node = values.get(name)
        if node is not None:
            edits += _replaced(node, new, text, starts)
        elif "revision" in values:
            _, end = _span(values["revision"], starts)
            edits.append(_Edit(end, end, f"\n{name} = ".encode() + _written(new, like=b"'")))
        else:
            raise BrokenHeader(f"{before.source}: {name} is not written where it can be changed")
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return bom + _docstring_line(text, before, after)


def edit_sql(content: bytes, before: Revision, after: Revision) -> bytes:
    """The content of a SQL file with the head of `after`."""
    text = content.decode("utf-8-sig")
    keys = {
        "revision": (after.id,) if after.id != before.id else None,
        "revises": after.parents if after.parents != before.parents else None,
        "depends-on": after.requires if after.requires != before.requires else None,
        "labels": after.labels if after.labels != before.labels else None,
    }
    for key, values in keys.items():
        if values is not None:
            text = _with_key(text, key, f"-- {key}: {', '.join(values)}".rstrip())
    return text.encode()


def _with_key(text: str, key: str, line: str) -> str:
    """`text` with `line` in place of the one for `key`, or below that for the revision."""
    other = {"depends-on": "depends[- ]on", "labels": "(?:branch )?labels"}.get(key, key)
    found = re.search(rf"^--[ \t]*{other}[ \t]*:.*$", text, re.IGNORECASE | re.MULTILINE)
    if found:
        return text[: found.start()] + line + text[found.end() :]
    above = re.search(r"^--[ \t]*revision[ \t]*:.*$", text, re.IGNORECASE | re.MULTILINE)
    assert above is not None  # the file has a head, or nobody would have found it
    return f"{text[: above.end()]}\n{line}{text[above.end() :]}"


def _changed(before: Revision, after: Revision) -> dict[str, str | tuple[str, ...] | None]:
    pairs = {
        "revision": (before.id, after.id),
        "down_revision": (one_or_several(before.parents), one_or_several(after.parents)),
        "branch_labels": (before.labels or None, after.labels or None),
        "depends_on": (one_or_several(before.requires), one_or_several(after.requires)),
    }
    return {name: new for name, (old, new) in pairs.items() if old != new}


def _values(tree: ast.Module) -> dict[str, ast.expr]:
    """The last value of each plain assignment to one name."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            found[node.target.id] = node.value
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Name):
                found[target.id] = node.value
    return found


def _replaced(
    node: ast.expr, new: str | tuple[str, ...] | None, text: bytes, starts: list[int]
) -> list[_Edit]:
    """The edits that make a value `new`: only the elements that change, so that comments between them stay."""
    pairs: list[tuple[ast.expr, str | tuple[str, ...] | None]] = [(node, new)]
    wanted = (new,) if isinstance(new, str) else new
    if isinstance(node, (ast.Tuple, ast.List)) and wanted and len(node.elts) == len(wanted):
        pairs = list(zip(node.elts, wanted, strict=True))
    edits = []
    for old, value in pairs:
        if not (isinstance(old, ast.Constant) and old.value == value):
            start, end = _span(old, starts)
            edits.append(_Edit(start, end, _written(value, like=text[start:end])))
    return edits


def _line_starts(text: bytes) -> list[int]:
    return [0, *(match.end() for match in re.finditer(rb"\r\n|\r|\n", text))]


def _span(node: ast.expr, starts: list[int]) -> tuple[int, int]:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return (
        starts[node.lineno - 1] + node.col_offset,
        starts[node.end_lineno - 1] + node.end_col_offset,
    )


def _written(value: str | tuple[str, ...] | None, *, like: bytes) -> bytes:
    """A value as Python, with the quotes that the file has."""
    written = repr(value)
    if b'"' in like and b"'" not in like and '"' not in written:
        written = written.replace("'", '"')
    return written.encode()


def _docstring_line(text: bytes, before: Revision, after: Revision) -> bytes:
    """The "Revises:" and "Revision ID:" lines of the docstring repeat what the head says."""
    for word, old, new in (
        ("Revises:", before.parents, after.parents),
        ("Revision ID:", (before.id,), (after.id,)),
    ):
        ids = re.escape(", ".join(old)).encode()
        line = re.search(rf"^{word}[ \t]*".encode() + ids + rb"[ \t]*(?=\r?$)", text, re.MULTILINE)
        if line:
            written = f"{word} {', '.join(new)}".rstrip().encode()
            text = text[: line.start()] + written + text[line.end() :]
    return text
