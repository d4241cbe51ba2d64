"""
The text of new revision files.

Responsible for filling in a project's `script.py.mako`, or ours, and for the frame of a SQL file.  Does not know where
files go.  The variables of the template are those that Alembic's users know.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from limbeck.errors import BrokenHeader
from limbeck.files.imports import import_block
from limbeck.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from limbeck.history.revision import Revision

NAME = "script.py.mako"
_FOR_ALEMBIC = re.compile(r"^from alembic import op[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Body:
    """What a new revision does, as source text without indentation; "" for nothing.

    For a SQL file `upgrades` and `downgrades` are SQL and `imports` is not used.
    """

    upgrades: str = ""
    downgrades: str = ""
    imports: str = ""


def python_file(revision: Revision, date: datetime, body: Body, config: object, home: Path) -> str:
    """The text of a new Python file, as the template of the project has it; `config` is for the template.

    BrokenHeader when the template cannot be filled in; it names the line.
    """
    from mako import exceptions
    from mako.template import Template

    own = home / NAME
    path = own if own.is_file() else None
    text = path.read_bytes().decode("utf-8-sig") if path else default_template()
    try:
        rendered = Template(  # noqa: S702 - it makes Python, not HTML
            text=text.replace("\r\n", "\n"), strict_undefined=False
        ).render_unicode(
            message=_in_docstring(revision.doc) or "empty message",
            up_revision=revision.id,
            down_revision=one_or_several(revision.parents),
            branch_labels=revision.labels or None,
            depends_on=one_or_several(revision.requires),
            create_date=date,
            comma=_joined,
            imports=body.imports,
            all_imports=import_block(body.imports),
            upgrades=_indented(body.upgrades),
            downgrades=_indented(body.downgrades),
            config=config,
        )
    except Exception as error:
        line = getattr(error, "lineno", None) or _failing_line(exceptions)
        where = f"{path or NAME}, line {line}" if line else str(path or NAME)
        raise BrokenHeader(f"{where}: {type(error).__name__}: {error}") from None
    return str(rendered)


def written_for_alembic(home: Path) -> bool:
    """Whether the project's own template imports op from alembic; then its files work with Alembic, too."""
    own = home / NAME
    return (
        own.is_file()
        and _FOR_ALEMBIC.search(own.read_bytes().decode("utf-8-sig").replace("\r", "")) is not None
    )


def sql_file(revision: Revision, date: datetime, body: Body) -> str:
    """The text of a new SQL file."""
    keys = {
        "revision": revision.id,
        "revises": ", ".join(revision.parents),
        "labels": ", ".join(revision.labels),
        "depends-on": ", ".join(revision.requires),
        "created": str(date),
    }
    message = [f"-- {line}".rstrip() for line in (revision.doc or "empty message").splitlines()]
    head = [f"-- {key}: {value}" for key, value in keys.items() if value]
    return "\n".join(
        [
            *message,
            "--",
            *head,
            "",
            "-- limbeck: up",
            body.upgrades.strip("\n"),
            "",
            "-- limbeck: down",
            body.downgrades.strip("\n"),
            "",
        ]
    )


def default_template() -> str:
    """The template of projects that have none of their own."""
    from importlib.resources import files

    template = files("limbeck.files").joinpath("templates", "default", NAME)
    return template.read_text(encoding="utf-8")


def one_or_several(ids: tuple[str, ...]) -> str | tuple[str, ...] | None:
    """How a head writes ids: None, one text, or a tuple."""
    if not ids:
        return None
    return ids[0] if len(ids) == 1 else ids


def _joined(value: str | Iterable[str] | None) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else ", ".join(value)


def _in_docstring(message: str) -> str:
    """`message` so that it means itself between triple quotes."""
    escaped = message.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    return f"\\{escaped}" if escaped.startswith('"') else escaped


def _indented(body: str) -> str:
    lines = body.strip("\n").splitlines()
    return "\n".join(
        line if number == 0 or not line.strip() else f"    {line}"
        for number, line in enumerate(lines)
    )


def _failing_line(exceptions: object) -> int | None:
    """The line of the template that was being filled in, as Mako traces it back."""
    try:
        traceback = exceptions.RichTraceback()  # type: ignore[attr-defined] # Mako ships no types
    except Exception:  # the trace is a courtesy; the error itself is reported either way
        return None
    lines = [record[5] for record in traceback.records if record[4] and record[5]]
    return lines[-1] if lines else None
