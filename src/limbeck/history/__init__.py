"""
Time: revisions, how they follow each other, and how to get from one to another.

Responsible for everything that can be said about a history without opening a file or a database.  Does not know
what a revision does.

What only some verbs need (plans, drawings, new revisions) is imported when it is first used, because most
commands only look, and should be quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.history.history import History
from limbeck.history.resolve import Range, resolve, resolve_range
from limbeck.history.revision import Revision
from limbeck.history.selector import split_range

if TYPE_CHECKING:
    from limbeck.history.downward import Downgrade, resolve_downgrade
    from limbeck.history.drawing import LINES, PLAIN, Cell, Row, draw
    from limbeck.history.plan import (
        Direction,
        Plan,
        Stamp,
        Step,
        plan_downgrade,
        plan_stamp,
        plan_upgrade,
    )
    from limbeck.history.reshape import Rewrite, check_id, check_label, merge, new_revision

__all__ = [
    "LINES",
    "PLAIN",
    "Cell",
    "Direction",
    "Downgrade",
    "History",
    "Plan",
    "Range",
    "Revision",
    "Rewrite",
    "Row",
    "Stamp",
    "Step",
    "check_id",
    "check_label",
    "draw",
    "merge",
    "new_revision",
    "plan_downgrade",
    "plan_stamp",
    "plan_upgrade",
    "resolve",
    "resolve_downgrade",
    "resolve_range",
    "split_range",
]

_LATER = {
    "downward": ("Downgrade", "resolve_downgrade"),
    "drawing": ("LINES", "PLAIN", "Cell", "Row", "draw"),
    "plan": ("Direction", "Plan", "Stamp", "Step", "plan_downgrade", "plan_stamp", "plan_upgrade"),
    "reshape": ("Rewrite", "check_id", "check_label", "merge", "new_revision"),
}
_HOMES = {name: module for module, names in _LATER.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Not importlib, which the core does without.
    home = __import__(f"{__name__}.{_HOMES[name]}", fromlist=[name])
    value: object = getattr(home, name)
    globals()[name] = value
    return value
