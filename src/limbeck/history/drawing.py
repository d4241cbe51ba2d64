"""
A history as lanes, newest revision first.

    *     m
    |-.
    | *   c1
    * |   b1
    |-'
    *     a

Responsible for which character stands where, and for which lane each belongs to.  Does not know colours or the
width of a terminal, nor what text stands beside a revision: the caller puts it there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from limbeck import dag
from limbeck.history.history import History
from limbeck.history.revision import Revision

Style = Mapping[str, str]
"""The symbol for each set of directions in which a line leaves a place: up, down, left, right."""

PLAIN: Style = {
    "ud": "|",
    "udr": "|",
    "udl": "|",
    "udlr": "+",
    "dl": ".",
    "dr": ".",
    "dlr": ".",
    "ul": "'",
    "ur": "'",
    "ulr": "'",
    "lr": "-",
}
LINES: Style = {
    "ud": "│",
    "udr": "├",
    "udl": "┤",
    "udlr": "┼",
    "dl": "╮",
    "dr": "╭",
    "dlr": "┬",
    "ul": "╯",
    "ur": "╰",
    "ulr": "┴",
    "lr": "─",
}


class Cell(NamedTuple):
    """One character, and the number of the lane whose colour it should have; None for a space."""

    symbol: str
    lane: int | None


_SPACE = Cell(" ", None)


class Row(NamedTuple):
    """One line: the cells, and the id of the revision it shows; None for a line that only joins lanes."""

    cells: tuple[Cell, ...]
    revision: str | None

    @property
    def art(self) -> str:
        """The symbols alone, without trailing spaces."""
        return "".join(cell.symbol for cell in self.cells).rstrip()


def draw(
    history: History,
    ids: Iterable[str] | None = None,
    marks: Mapping[str, str] | None = None,
    style: Style = PLAIN,
) -> list[Row]:
    """One row for each of `ids` (all, if not given), each above its parents, and rows between that join lanes.

    `marks` gives the symbol, one character, of a revision that is not to be shown as `*`.  Lines follow
    parents; what a revision requires is for the text beside it.
    """
    shown = history if ids is None else frozenset(ids)
    lanes = _Lanes(style)
    rows = []
    for id in _downward(history, history.ordered(shown)):
        symbol = marks.get(id, "*") if marks else "*"
        at = lanes.find(id)
        rows.append(Row(lanes.node(at, symbol), id))
        joints = lanes.follow(at, [p for p in history.parents(id) if p in shown])
        if joints is not None:
            rows.append(Row(joints, None))
    return rows


def _downward(history: History, ids: list[str]) -> list[str]:
    """`ids`, which come parents first, in the order that needs few lanes: children first, line after line.

    A side branch stands right above the revision where it leaves the longer line.
    """
    height: dict[str, int] = {}
    for id in ids:
        height[id] = 1 + max((height.get(parent, 0) for parent in history.parents(id)), default=0)
    ids = sorted(ids, key=height.__getitem__, reverse=True)
    return dag.topological(ids, history.children)


class _Lanes:
    """Which revision each lane leads down to, while rows are drawn from the newest to the oldest.

    No revision is awaited by two lanes: as soon as that would happen, the two are joined.
    """

    def __init__(self, style: Style) -> None:
        self._style = style
        self._awaited: list[str | None] = []
        self._lane_of: dict[str, int] = {}
        # A head must not stand directly under a base: it would look like its parent.
        self._under_base: int | None = None

    def find(self, id: str) -> int:
        """The lane that leads to `id`; for a head, a free one."""
        return self._lane_of[id] if id in self._lane_of else self._open(id, 0)

    def _open(self, id: str, start: int, taken: Collection[int] = ()) -> int:
        """A free lane for `id`, from `start` on, that is not one of `taken`."""
        lane = start
        while (
            lane == self._under_base
            or lane in taken
            or (lane < len(self._awaited) and self._awaited[lane] is not None)
        ):
            lane += 1
        self._awaited.extend([None] * (lane + 1 - len(self._awaited)))
        self._lead(lane, id)
        return lane

    def _lead(self, lane: int, id: str) -> None:
        self._awaited[lane] = id
        self._lane_of[id] = lane

    def node(self, at: int, symbol: str) -> tuple[Cell, ...]:
        """The cells of the row with a revision in lane `at`."""
        cells = []
        for lane, id in enumerate(self._awaited):
            bar = _SPACE if id is None else Cell(self._style["ud"], lane)
            cells += [Cell(symbol, lane) if lane == at else bar, _SPACE]
        return tuple(cells[:-1])

    def follow(self, at: int, parents: list[str]) -> tuple[Cell, ...] | None:
        """Lead lane `at` on to `parents`; the cells of the row that shows how, if one is needed."""
        self._under_base = None if parents else at
        ends: dict[int, str] = {at: "u"}
        before = [id is not None for id in self._awaited]
        del self._lane_of[self._awaited[at] or ""]
        self._awaited[at] = None
        for parent in dict.fromkeys(parents):
            self._meet(at, parent, ends)
        while self._awaited and self._awaited[-1] is None:
            self._awaited.pop()
        return None if len(ends) == 1 else self._joints(at, ends, before)

    def _meet(self, at: int, parent: str, ends: dict[int, str]) -> None:
        """Lead to one parent, and note in `ends` where lines leave the lanes that take part."""
        if parent not in self._lane_of:
            lane = at if self._awaited[at] is None else self._open(parent, at + 1, ends)
            self._lead(lane, parent)
            ends[lane] = "ud" if lane == at else "d"
            return
        lane = self._lane_of[parent]
        if self._awaited[at] is None and at < lane:
            # The line on the left goes on, the one on the right ends here.
            self._awaited[lane] = None
            self._lead(at, parent)
            ends[at], ends[lane] = "ud", "u"
        else:
            ends[lane] = "ud"

    def _joints(self, at: int, ends: dict[int, str], before: list[bool]) -> tuple[Cell, ...]:
        left, right = min(ends), max(ends)
        cells = []
        for lane in range(max(right + 1, len(self._awaited))):
            inside = left <= lane <= right
            across = ("l" if left < lane <= right else "") + ("r" if left <= lane < right else "")
            if lane in ends:
                cells.append(Cell(self._style[ends[lane] + across], lane))
            elif lane < len(before) and before[lane]:
                cells.append(Cell(self._style["ud"], lane))
            else:
                cells.append(Cell(self._style["lr"], _outer(ends, at, lane)) if inside else _SPACE)
            gap = left <= lane < right
            beside = lane if lane < at else lane + 1
            cells.append(Cell(self._style["lr"], _outer(ends, at, beside)) if gap else _SPACE)
        return tuple(cells[:-1])


def _outer(ends: Iterable[int], at: int, lane: int) -> int:
    """The lane that a horizontal line at `lane` leads to, seen from the revision in lane `at`."""
    if lane < at:
        return max(end for end in ends if end <= lane)
    return min(end for end in ends if end >= lane)


def fork_drawing(history: History, heads: Iterable[str]) -> str:
    """Several heads and where they part, as plain text; what lies between is left out."""
    ids = history.ordered(heads)
    shared = history.ordered(history.common_ancestors(ids))
    outline = History(
        Revision(id, () if id in shared else tuple(shared), created=f"{place:09}")
        # One of the heads may itself be where they part: another requires it.
        for place, id in enumerate(dict.fromkeys([*shared, *ids]))
    )
    between = {id: len(history.closure([id]) - history.closure(shared)) for id in ids}
    rows = draw(outline)
    width = max(len(row.art) for row in rows)
    lines = []
    for row in rows:
        words = [f"    {row.art:<{width}}"]
        if row.revision is not None:
            words += [row.revision, history[row.revision].message]
            count = between.get(row.revision, 1) - 1
            words += [f"(after {count} more)"] if shared and count > 0 else []
        lines.append("  ".join(word for word in words if word).rstrip())
    return "\n".join(lines)
