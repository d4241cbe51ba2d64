"""
What is reported: one row for each thing that was measured, and whether it keeps its bound.

Responsible for the arithmetic of ratios and for Markdown.  Does not know how anything was measured.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.measure import Timing

Unit = Literal["s", "MB", ""]


@dataclass(frozen=True)
class Row:
    """
    One line of the table.

    `ours` and `theirs` are what was seen, in `unit`; `value` is what the bound is about, mostly their ratio.
    `capped`: the peer was stopped, so that `theirs` is a lower limit and `value` an upper one.
    """

    what: str
    variant: str
    ours: float
    theirs: float
    unit: Unit
    value: float
    bound: float
    capped: bool = False
    against: str = "Alembic"

    @property
    def kept(self) -> bool:
        """Whether the bound is kept."""
        return self.value <= self.bound


def ratio(
    what: str, variant: str, ours: Timing, theirs: Timing, bound: float, against: str = "Alembic"
) -> Row:
    """Time against time."""
    return Row(
        what, variant, ours.seconds, theirs.seconds, "s",
        ours.seconds / theirs.seconds, bound, theirs.capped, against,
    )  # fmt: skip


def memory(what: str, variant: str, ours: Timing, theirs: Timing, bound: float = 1.0) -> Row:
    """Peak memory against peak memory."""
    return Row(
        what, variant, ours.megabytes, theirs.megabytes, "MB",
        ours.megabytes / theirs.megabytes, bound, theirs.capped,
    )  # fmt: skip


def overhead(
    what: str, variant: str, ours: Timing, theirs: Timing, raw: float, bound: float
) -> Row:
    """What each tool adds to `raw` seconds that the statements alone take."""
    mine, others = ours.seconds - raw, theirs.seconds - raw
    # Where the peer adds nothing that can be seen, the machine was too busy to say anything.
    value = mine / others if others > 0 else math.inf
    return Row(what, variant, mine, others, "s", value, bound, theirs.capped)


def growth(what: str, variant: str, small: tuple[int, Timing, Timing], large: tuple[int, Timing, Timing],
           bound: float) -> Row:  # fmt: skip
    """The exponent e in time = c · revisionsᵉ between two sizes; judged is ours, the peer's is for information."""
    sizes = math.log(large[0] / small[0])
    ours = math.log(large[1].seconds / small[1].seconds) / sizes
    theirs = math.log(large[2].seconds / small[2].seconds) / sizes
    return Row(what, variant, ours, theirs, "", ours, bound, large[2].capped)


def worst(rows: Iterable[Row]) -> list[Row]:
    """Of the rows that differ only in their variant, the one that comes closest to its bound, or exceeds it most."""
    found: dict[str, Row] = {}
    for row in rows:
        other = found.get(row.what)
        if other is None or row.value / row.bound > other.value / other.bound:
            found[row.what] = row
    return list(found.values())


def table(rows: Sequence[Row]) -> str:
    """Rows as a Markdown table."""
    head = [
        "| workload | limbeck | compared with | | limbeck ÷ other | bound | |",
        "|---|--:|---|--:|--:|--:|---|",
    ]
    return "\n".join([*head, *(_line(row) for row in rows)])


def _line(row: Row) -> str:
    what = f"{row.what} ({row.variant})" if row.variant else row.what
    more, less = ("> ", "< ") if row.capped else ("", "")
    judged = "growth exponent" if row.unit == "" else f"{less}{row.value:.3f}"
    cells = [
        what, _amount(row.ours, row.unit), row.against, more + _amount(row.theirs, row.unit),
        judged, f"≤ {row.bound:g}", "kept" if row.kept else "**missed**",
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _amount(value: float, unit: Unit) -> str:
    if unit == "s":
        return (
            f"{value * 1000:.0f} ms"
            if value < 1
            else f"{value:.2f} s"
            if value < 100
            else f"{value:.0f} s"
        )
    return f"{value:.0f} MB" if unit == "MB" else f"{value:.2f}"
