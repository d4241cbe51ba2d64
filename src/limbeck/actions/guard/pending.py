"""
What a merge or a rebase has left to be done when it ends.

Responsible for keeping that in git's own folder between the merge driver, which git calls while it merges, and the hook that
it calls afterwards.  Does not know how it is done.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from limbeck.vcs.checkout import Git

Kind = Literal["merge", "rebase"]

_PLACE = "limbeck-guard.json"


class Fork(NamedTuple):
    """Two heads that git has brought together, proven to go together.

    `head` is the file HEAD that they are heads of; `ours` and `theirs` are ids as git names the sides, `commits` those of the
    sides.  `moves` is the one to be put behind the other, "" when a revision is to join them.
    """

    head: str
    kind: Kind
    ours: str
    theirs: str
    moves: str
    commits: tuple[str, str]


def pending(git: Git) -> tuple[Fork, ...]:
    """What is left to be done.  A file that cannot be read is none."""
    try:
        found = json.loads(git.path(_PLACE).read_text(encoding="utf-8"))
        return tuple(Fork(**{**one, "commits": tuple(one["commits"])}) for one in found)
    except (OSError, ValueError, TypeError, KeyError):
        return ()


def add(git: Git, fork: Fork) -> None:
    """Remember one; of another merge nothing stays, of a rebase what its earlier commits have brought."""
    stays = [
        one
        for one in pending(git)
        if one.kind == fork.kind and (fork.kind == "rebase" or one.commits == fork.commits)
    ]
    _write(git, [*(one for one in stays if one != fork), fork])


def forget(git: Git) -> None:
    """Nothing is left to be done."""
    git.path(_PLACE).unlink(missing_ok=True)


def _write(git: Git, forks: Iterable[Fork]) -> None:
    text = json.dumps([one._asdict() for one in forks], indent=1)
    git.path(_PLACE).write_text(text, encoding="utf-8")
