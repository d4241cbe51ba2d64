"""
Change the shape of a history: a new revision, a merge.

Responsible for what may be added where, and for the edits of revision files that this takes, as values.  Does
not know files: `source` is left to who writes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck import dag
from limbeck.errors import (
    BadIdentifier,
    DuplicateLabel,
    DuplicateRevision,
    MultipleHeads,
    Refused,
    UsageError,
)
from limbeck.history.resolve import resolve
from limbeck.history.revision import Revision
from limbeck.history.selector import parts
from limbeck.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from limbeck.history.history import History

# The version table is created this wide.
LONGEST_ID = 255

_IN_SELECTORS = frozenset("@:+, ")
_WORDS = frozenset({"head", "heads", "base", "current"})


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One edit of a revision file.  `before` is None when the file is new."""

    before: Revision | None
    after: Revision


def new_revision(
    history: History,
    id: str,
    message: str,
    *,
    head: str | Iterable[str] = "head",
    splice: bool = False,
    depends_on: str | Iterable[str] = (),
    labels: str | Iterable[str] = (),
    created: str = "",
    longest: int = LONGEST_ID,
) -> Rewrite:
    """A new revision on top of `head`, which may be anything that `resolve` understands.

    `head="base"` starts a line of its own; several heads are merged.  Without `splice`, what it is put on must
    be a head.  `depends_on` are selectors, too; a label stays one, anything else becomes the full id.

    `longest` is the number of characters an id or label may have.

    Raises MultipleHeads, Refused (not a head, without `splice`), DuplicateRevision, DuplicateLabel,
    BadIdentifier, UsageError (one parent is already below another), and what `resolve` raises.
    """
    check_id(history, id, longest)
    own_labels = tuple(dict.fromkeys(_texts(labels)))
    for label in own_labels:
        check_label(history, label, id, longest)
    parents = _parents(history, head, splice)
    requires = tuple(dict.fromkeys(_requirement(history, text) for text in _texts(depends_on)))
    return Rewrite(None, Revision(id, parents, requires, own_labels, message, created))


def merge(
    history: History,
    heads: str | Iterable[str],
    id: str,
    message: str,
    *,
    splice: bool = False,
    labels: str | Iterable[str] = (),
    created: str = "",
    longest: int = LONGEST_ID,
) -> Rewrite:
    """A revision that does nothing but join `heads`, which may be anything that `resolve` understands.

    Raises UsageError when there is nothing to join, and what `new_revision` raises.
    """
    try:
        rewrite = new_revision(
            history,
            id,
            message,
            head=heads,
            splice=splice,
            labels=labels,
            created=created,
            longest=longest,
        )
    except Refused as error:
        error.hint = _merge_hint(history, heads)
        raise
    if not rewrite.after.is_merge:
        only = "".join(rewrite.after.parents)
        raise UsageError(
            "there is nothing to merge: "
            + (f"{only} is only one revision" if only else "there is no revision"),
            hint="`limbeck heads` lists what can be merged",
        )
    return rewrite


def check_id(history: History, id: str, longest: int = LONGEST_ID) -> None:
    """Raises BadIdentifier or DuplicateRevision when `id` cannot be the id of a new revision."""
    _check_name("revision id", id, longest)
    if "-" in id:
        raise BadIdentifier(
            f"the revision id {id!r} contains '-', which in `head-1` means a step down",
            hint=f"use letters, digits and '_': {id.replace('-', '_')!r}",
        )
    if id in history:
        raise DuplicateRevision(
            f"the revision id {id!r} is already that of {_where(history, id)}",
            hint="leave out `--rev-id`, and a free one is chosen",
        )
    if id in history.labels:
        raise DuplicateLabel(
            f"the revision id {id!r} is already the branch label of "
            f"{_where(history, history.labels[id])}",
            hint="leave out `--rev-id`, and a free one is chosen",
        )


def check_label(history: History, label: str, id: str = "", longest: int = LONGEST_ID) -> None:
    """Raises BadIdentifier or DuplicateLabel when `label` cannot be a label of the new revision `id`."""
    _check_name("branch label", label, longest)
    if label in history.labels:
        raise DuplicateLabel(
            f"the branch label {label!r} is already that of "
            f"{_where(history, history.labels[label])}",
            hint="everything above that revision is on the branch anyway; choose another for a new one",
        )
    if label in history or label == id:
        raise DuplicateLabel(
            f"the branch label {label!r} is also a revision id", hint="choose another word"
        )


def _check_name(kind: str, name: str, longest: int) -> None:
    bad = sorted({c for c in name if c in _IN_SELECTORS or c.isspace() or not c.isprintable()})
    if bad:
        which = ", ".join(repr(character) for character in bad)
        raise BadIdentifier(
            f"the {kind} {name!r} contains {which}, which cannot be typed as part of a name",
            hint="use letters, digits and '_'",
        )
    if not name or name in _WORDS or any(c in "/\\'\"" for c in name):
        raise BadIdentifier(
            f"{name!r} cannot be a {kind}: it is empty, has another meaning, or breaks file names",
            hint="use letters, digits and '_'",
        )
    if len(name) > longest:
        raise BadIdentifier(
            f"the {kind} {name!r} has {len(name)} characters; at most {longest} can be stored",
            hint="choose a shorter one",
        )


def _parents(history: History, head: str | Iterable[str], splice: bool) -> tuple[str, ...]:
    """What to build on, in the order in which it was asked for."""
    parents: dict[str, None] = {}
    for text in _texts(head):
        parents.update(dict.fromkeys(history.ordered(_head(history, text))))
    if not splice:
        for id in parents:
            if id not in history.heads:
                raise _not_a_head(history, id)
    for id in parents:
        # Below by requirement alone is another matter: joining ends the line of what is required.
        below = dag.reachable(history.parents(id), history.parents)
        for lower in below & parents.keys():
            raise UsageError(
                f"{lower} is already below {id}: joining the two means nothing",
                hint=f"leave out {lower}",
            )
    return tuple(parents)


def _not_a_head(history: History, id: str) -> Refused:
    children = history.children(id)
    follow = "follows" if len(children) == 1 else "follow"
    return Refused(
        f"{id} is not a head: {', '.join(children)} already {follow} it",
        hint=f"`--splice` starts a new branch there; `--head {id}@head` continues the line",
    )


def _merge_hint(history: History, heads: str | Iterable[str]) -> str:
    """What to type where something to be merged is no head."""
    given = {id for text in _texts(heads) for id in _head(history, text)}
    ends = history.ordered(history.descendants(given) & history.heads)
    splice = "`--splice` joins them all the same, which makes a branch"
    if len(ends) < 2:
        return splice
    return f"`limbeck merge {' '.join(ends)}` joins the heads above them; {splice}"


def _head(history: History, text: str) -> frozenset[str]:
    # `heads` for a new revision are those without children: one that is only required is still the end of
    # its own line.
    if text == "heads":
        return history.heads
    try:
        return resolve(history, text, looking=True)
    except MultipleHeads as error:
        ids = " ".join(error.heads)
        error.hint = (
            f'`limbeck merge -m "merge heads" {ids}` joins them; or say which one to continue: '
            f"`--head {error.heads[0]}`"
        )
        raise


def _requirement(history: History, text: str) -> str:
    if text in history.labels:
        return text
    found = history.ordered(resolve(history, text, looking=True))
    if len(found) != 1:
        count = f"{len(found)} revisions" if found else "no revision"
        raise UsageError(
            f"{text!r} means {count}; a dependency is one",
            hint="give `--depends-on` once for each",
        )
    return found[0]


def _texts(given: str | Iterable[str]) -> list[str]:
    return [part for text in ([given] if isinstance(given, str) else given) for part in parts(text)]


def _where(history: History, id: str) -> str:
    return history[id].source or f"revision {id}"
