"""
What is said when a selector does not lead to what was asked for.

Responsible for the words: each function returns the error to raise, with candidates, messages and what to type
next.  Does not decide anything; `resolve` comes here only when it has already failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.errors import (
    AmbiguousRevision,
    MultipleHeads,
    NotReachable,
    UnknownRevision,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from limbeck.history.history import History
    from limbeck.history.selector import Selector

_MOST_SHOWN = 8
_WORDS = ("head", "heads", "base", "current")


def names(history: History, ids: Iterable[str]) -> str:
    """`ids` in the order of the history, with commas; `base` for none."""
    return ", ".join(history.ordered(ids)) or "base"


def listed(history: History, ids: Iterable[str]) -> str:
    """One line for each id, with its message."""
    rows = history.ordered(ids)
    width = max(map(len, rows), default=0)
    lines = [f"    {id:<{width}}  {history[id].message}".rstrip() for id in rows[:_MOST_SHOWN]]
    if len(rows) > _MOST_SHOWN:
        lines.append(f"    and {len(rows) - _MOST_SHOWN} more")
    return "\n".join(lines)


def unknown(history: History, name: str) -> UnknownRevision:
    """Nothing has this name; says which names are near."""
    # Imported here because only a typing mistake needs it, and it would slow every start.
    from difflib import get_close_matches

    near = get_close_matches(name, [*_WORDS, *history.labels, *history], n=3, cutoff=0.6)
    meant = " or ".join(repr(other) for other in near)
    return UnknownRevision(
        f"no revision or branch label is called {name!r}, or begins with it",
        hint=f"did you mean {meant}?" if near else "`limbeck history` lists all revisions",
    )


def not_in_files(history: History, ids: Iterable[str]) -> UnknownRevision:
    """A database holds ids that are not in the history."""
    missing = sorted(id for id in ids if id not in history)
    which = ", ".join(map(repr, missing[:_MOST_SHOWN]))
    return UnknownRevision(
        f"the database stands at {which}, which no revision file has",
        hint="the database may be newer than these files: update them, or restore the missing file",
    )


def ambiguous(history: History, name: str, ids: Sequence[str]) -> AmbiguousRevision:
    """Several revisions begin with `name`."""
    return AmbiguousRevision(
        f"{name!r} may be any of {len(ids)} revisions:\n{listed(history, ids)}",
        hint="type more of the id",
    )


def off_branch(history: History, ids: Sequence[str], branch: str) -> UnknownRevision:
    """The revision exists, but not on the branch that was named."""
    return UnknownRevision(
        f"{names(history, ids)} is not on the branch {branch!r}",
        hint=f"`limbeck history -r :{branch}@heads` lists that branch",
    )


def multiple_heads(history: History, heads: frozenset[str], text: str) -> MultipleHeads:
    """One revision was asked for, but the history has several ends."""
    from limbeck.history.drawing import fork_drawing

    ids = tuple(history.ordered(heads))
    shared = history.common_ancestors(ids)
    relation = (
        f"they part at {names(history, shared)}" if shared else "they have no revision in common"
    )
    hint = (
        f'`limbeck merge -m "merge heads" {" ".join(ids)}` joins them; or say which one: `{ids[0]}`'
    )
    if text.endswith("head"):
        hint += f", or `{text}s` for all of them"
    return MultipleHeads(
        f"{text!r} means one revision, but there are {len(ids)} heads; {relation}:\n"
        + fork_drawing(history, ids),
        heads=ids,
        hint=hint,
    )


def several_current(history: History, heads: frozenset[str], selector: Selector) -> MultipleHeads:
    """Steps from where the database stands, but it stands at several revisions."""
    ids = tuple(history.ordered(heads))
    return MultipleHeads(
        f"{selector.text!r} starts where the database stands, and that is at {len(ids)} revisions:\n"
        + listed(history, ids),
        heads=ids,
        hint="say on which branch: "
        + " or ".join(f"`{id}@{selector.steps:+d}`" for id in ids[:_MOST_SHOWN]),
    )


def downward(text: str) -> NotReachable:
    """A step down where only up makes sense."""
    return NotReachable(
        f"{text!r} lies below where the database stands, and this only goes up",
        hint=f"`limbeck downgrade {text}`",
    )


def from_nowhere(text: str) -> NotReachable:
    """A step down where no database is asked where it stands."""
    return NotReachable(
        f"{text!r} does not say from where to count",
        hint=f"write a revision in front of it: `head{text.rpartition('@')[2]}`, or an id",
    )


def stamp_downward(text: str) -> NotReachable:
    """A step down where nothing is run; `downgrade` would run something."""
    return NotReachable(
        f"{text!r} is counted from where the database stands; to stamp it lower, name the revision",
        hint="`limbeck current` shows where it stands and `limbeck show current` the parent; then "
        "`limbeck stamp ID-OF-THE-PARENT`",
    )


def upward(text: str) -> NotReachable:
    """A step up where only down makes sense."""
    return NotReachable(
        f"{text!r} lies above where the database stands, and this only goes down",
        hint=f"`limbeck upgrade {text}`",
    )


def fork(history: History, at: str | None, ways: Sequence[str], text: str) -> NotReachable:
    """A walk came to a point with several ways to go."""
    if at is not None and set(ways) <= set(history.parents(at)):
        return _merged(history, at, ways, text)
    return NotReachable(
        f"{text!r} can go several ways at {at or 'base'}:\n{listed(history, ways)}",
        hint="name the revision itself, or say on which branch: "
        + " or ".join(f"`{id}@...`" for id in history.ordered(ways)[:2]),
    )


def _merged(history: History, at: str, ways: Sequence[str], text: str) -> NotReachable:
    """A walk down came to a merge, below which no line is the one that is counted along."""
    parted = history.ordered(history.common_ancestors(ways))
    below = f"`{parted[-1]}`, where they part, or " if parted else ""
    return NotReachable(
        f"{text!r} can go several ways at {at}:\n{listed(history, ways)}",
        hint=f"name the revision itself: {below}one that is still there afterwards, such as `{ways[0]}`",
    )


def overstepped(history: History, start: str | None, text: str, done: int) -> NotReachable:
    """A walk came to the edge of the history too early."""
    there_is = {0: "there is no revision", 1: "there is only 1 revision"}
    return NotReachable(
        f"{text!r} leads out of the history: from {start or 'base'} "
        f"{there_is.get(done, f'there are only {done} revisions')} that way",
        hint="`limbeck history` shows the order; `head` and `base` are its ends",
    )


def not_applied(history: History, target: str, heads: frozenset[str]) -> NotReachable:
    """A downgrade to a revision that the database does not have."""
    return NotReachable(
        f"cannot go down to {target}: it is not applied; the database stands at "
        f"{names(history, heads)}",
        hint="`limbeck current` shows where the database stands",
    )


def branch_not_applied(history: History, selector: Selector, heads: frozenset[str]) -> NotReachable:
    """Steps down a branch of which nothing is applied."""
    return NotReachable(
        f"{selector.text!r}: nothing of the branch {selector.branch!r} is applied; the database "
        f"stands at {names(history, heads)}",
        hint="`limbeck current` shows where the database stands",
    )


def inverted(text: str) -> NotReachable:
    """A side of a range that is counted from the other side, away from it."""
    return NotReachable(
        f"{text!r} is counted from the other side of the range, and leads away from it",
        hint="a range is written OLDER:NEWER; `-3:current` are the last three, `current:+2` the next two",
    )
