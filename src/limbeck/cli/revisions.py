"""
Revisions as text, in the forms that Alembic's users and their scripts know.

Responsible for one line per revision, and for the whole entry that `-v` shows.  Does not know which revisions are
shown, or where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from limbeck.actions.point import Point

    Paint = Callable[[str, str], str]


def plain(text: str, style: str) -> str:
    """No colour."""
    return text


def short(point: Point, paint: Paint = plain) -> str:
    """`ae10 (billing) (head)`: for lists without messages."""
    return paint(point.id, "yellow") + _labels(point, paint) + marks(point, paint)


def head(point: Point, paint: Paint = plain) -> str:
    """`ae10 (billing) (head)`, without what is remarkable about its parents: for the list of heads."""
    alone = point._replace(revision=point.revision._replace(parents=()))
    return short(alone, paint)


def line(point: Point, paint: Paint = plain) -> str:
    """`1975 -> ae10 (billing) (head), add a column`: for the history."""
    revision = point.revision
    before = ", ".join(revision.parents) or "<base>"
    if point.requires:
        before += f" ({', '.join(point.requires)})"
    return titled(f"{before} -> {short(point, paint)}", revision.message)


def titled(text: str, message: str) -> str:
    """`text` and what the revision is for, if its file says so."""
    return f"{text}, {message}" if message else text


def marks(point: Point, paint: Paint = plain) -> str:
    """What is remarkable about the place of a revision, each in parentheses after a space."""
    found = ""
    if point.effective_head:
        found += paint(" (effective head)", "green")
    elif point.head:
        found += paint(" (head)", "green")
    if point.branch_point:
        found += paint(" (branchpoint)", "magenta")
    if point.revision.is_merge:
        found += paint(" (mergepoint)", "magenta")
    if point.current:
        found += paint(" (current)", "cyan")
    return found


def entry(point: Point, root: Path, paint: Paint = plain) -> str:
    """All that is known about a revision, several lines and an empty one."""
    revision = point.revision
    seen = point._replace(effective_head=False)
    lines = [f"Rev: {paint(point.id, 'yellow')}{marks(seen, paint)}"]
    parents = ", ".join(revision.parents) or "<base>"
    lines.append(f"{'Merges' if revision.is_merge else 'Parent'}: {parents}")
    if point.requires:
        lines.append(f"Also depends on: {', '.join(point.requires)}")
    if point.branch_point:
        lines.append(f"Branches into: {', '.join(point.children)}")
    if point.labels:
        lines.append(f"Branch names: {', '.join(point.labels)}")
    lines.append(f"Path: {root / revision.source}")
    lines.append("")
    lines += [f"    {text}" if text else "" for text in _about(point)]
    return "\n".join([*lines, ""])


def _about(point: Point) -> list[str]:
    """The docstring of the file, and the date where that is known from elsewhere; ids and parents stand above."""
    revision = point.revision
    text = revision.doc.strip().splitlines()
    known = {line.partition(":")[0] for line in text}
    if revision.created and "Create Date" not in known:
        text += ["", f"Create Date: {revision.created}"]
    return text


def _labels(point: Point, paint: Paint) -> str:
    return paint(f" ({', '.join(point.labels)})", "blue") if point.labels else ""


def document(point: Point, root: Path) -> dict[str, object]:
    """A revision as JSON."""
    revision = point.revision
    return {
        "id": point.id,
        "message": revision.message,
        "parents": list(revision.parents),
        "requires": list(point.requires),
        "children": list(point.children),
        "labels": list(point.labels),
        "own_labels": list(revision.labels),
        "created": revision.created,
        "path": str(root / revision.source),
        "head": point.head,
        "effective_head": point.effective_head,
        "branch_point": point.branch_point,
        "merge_point": revision.is_merge,
    }
