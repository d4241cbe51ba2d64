"""
A drawn history as text.

Responsible for what stands beside the lanes, and for their colours on a terminal.  Does not know how lanes run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.output import shows_colour
from limbeck.cli.revisions import short
from limbeck.history.drawing import LINES, PLAIN, draw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from limbeck.actions.point import Point
    from limbeck.cli.output import Output
    from limbeck.history import History, Row

_COLOURS = ("red", "green", "yellow", "blue", "magenta", "cyan")


def drawn(history: History, points: Iterable[Point], output: Output) -> Iterator[str]:
    """One line for each revision, newest first, and lines between that join lanes."""
    shown = {point.id: point for point in points}
    marks = {id: "@" for id, point in shown.items() if point.current}
    style = LINES if shows_colour(output.out) and _can_draw(output.out.encoding) else PLAIN
    for row in draw(history, shown, marks, style):
        lanes = _lanes(row, output)
        if row.revision is None:
            yield lanes
            continue
        point = shown[row.revision]
        requires = f" (depends on {', '.join(point.requires)})" if point.requires else ""
        yield f"{lanes}  {short(point, output.style)}{requires}  {point.revision.message}".rstrip()


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
