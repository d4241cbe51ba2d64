"""
A drawn history: as text, and in the formats that others draw or show.

Responsible for what stands beside the lanes, and for their colours on a terminal.  Does not know how lanes run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.output import shows_colour
from limbeck.cli.revisions import short
from limbeck.history.drawing import LINES, PLAIN, draw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from limbeck.actions.point import Point
    from limbeck.actions.stands import Standing
    from limbeck.cli.call import Call
    from limbeck.cli.output import Output
    from limbeck.history import History, Row
    from limbeck.picture import Outline
    from limbeck.project import Project

_COLOURS = ("red", "green", "yellow", "blue", "magenta", "cyan")

FORMATS = ("text", "svg", "html", "mermaid", "dot")


def show_graph(call: Call, found: Sequence[Point], form: str) -> None:
    """Print the revisions `found`, drawn."""
    from limbeck.actions.picture import picture

    ids = [point.id for point in found]
    outline, stands = picture(call.project, _projects(call), ids)
    if form == "text":
        for text in _drawn(call.project.history, found, outline, call.output):
            call.output.data(text)
    else:
        call.output.data(_made(call, outline, stands, form).rstrip("\n"))
    _remarks(call, outline)


def _projects(call: Call) -> tuple[Project, ...]:
    """The project for each database that is to be shown: the one that `-n` chose, else all."""
    return (call.project,) if call.globals.name else call.everywhere


def _made(call: Call, outline: Outline, stands: Sequence[Standing], form: str) -> str:
    from limbeck import picture

    if form == "dot":
        return picture.dot(outline)
    if form == "mermaid":
        return picture.mermaid(outline)
    if form == "svg":
        return picture.svg(outline)
    from datetime import datetime, timezone

    from limbeck.actions.told import told
    from limbeck.version import __version__

    now = datetime.now(timezone.utc)
    return picture.page(
        outline,
        told(call.project, outline.ids, stands),
        title=f"History of {call.settings.root.name}",
        made=f"by limbeck {__version__}, {now:%Y-%m-%d %H:%M} UTC",
    )


def _remarks(call: Call, outline: Outline) -> None:
    """Where databases stand, and what the heads are to each other; beside the drawing."""
    for stand in outline.stands:
        if stand.problem:
            call.output.remark(f"{stand.shown}: not asked: {stand.problem}")
            continue
        at = [*sorted(stand.at), *(f"{id} (no file has it)" for id in stand.unknown)]
        pending = len(stand.pending)
        call.output.remark(
            f"{stand.shown}: at {', '.join(at) or '<base>'}, {pending or 'nothing'} pending"
        )
    for verdict in outline.verdicts:
        call.output.remark(verdict.text)


def _drawn(
    history: History, points: Iterable[Point], outline: Outline, output: Output
) -> Iterator[str]:
    """One line for each revision, newest first, and lines between that join lanes."""
    shown = {point.id: point for point in points}
    marks = _marks(shown, outline)
    style = LINES if shows_colour(output.out) and _can_draw(output.out.encoding) else PLAIN
    for row in draw(history, shown, marks, style):
        lanes = _lanes(row, output)
        if row.revision is None:
            yield lanes
            continue
        point = shown[row.revision]
        beside = f" (depends on {', '.join(point.requires)})" if point.requires else ""
        beside += output.style(_standing(point, outline), "cyan")
        yield f"{lanes}  {short(point, output.style)}{beside}  {point.revision.message}".rstrip()


def _standing(point: Point, outline: Outline) -> str:
    """Which databases stand at a revision; `(current)`, as elsewhere, for the only one."""
    names = [stand.shown for stand in outline.stands if point.id in stand.at]
    if not names or point.current:
        return ""
    alone = len(outline.stands) == 1 and not outline.stands[0].name
    return " (current)" if alone else f" (at {', '.join(names)})"


def _marks(shown: Iterable[str], outline: Outline) -> dict[str, str]:
    """`@` where a database stands, `o` for what is pending in one."""
    found = {}
    for id in shown:
        if any(id in stand.at for stand in outline.stands):
            found[id] = "@"
        elif any(id in stand.pending for stand in outline.stands):
            found[id] = "o"
    return found


def _lanes(row: Row, output: Output) -> str:
    cells = [
        cell.symbol
        if cell.lane is None
        else output.style(cell.symbol, _COLOURS[cell.lane % len(_COLOURS)])
        for cell in row.cells
    ]
    return "".join(cells).rstrip()


def _can_draw(encoding: str) -> bool:
    """Whether lines can be written in `encoding`; a Windows console may not have them."""
    try:
        "".join(LINES.values()).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
