"""
All that names a commit in a repository: branches, tags, what remotes have, stashes.

Responsible for looking at each content of some folders once, however many names lead to it.  Does not know revisions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from limbeck.vcs.git import git, run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_FORM = "%(refname:short)%1f%(objecttype)%1f%(objectname)%1f%(*objecttype)%1f%(*objectname)"


class Named(NamedTuple):
    """A commit, and a name of it as people write it."""

    name: str
    commit: str


def commits_with_other(folder: Path, folders: Sequence[str], head: str) -> list[Named]:
    """The commits with names in which one of `folders`, within the repository, is otherwise than in `head`, each content once."""
    named = [Named("HEAD", head), *_named(folder)]
    where = ["" if each == "." else each for each in folders]
    asked = "".join(f"{each.commit}:{place}\n" for each in named for place in where)
    done = run(folder, "cat-file", "--batch-check=%(objectname)", stdin=asked.encode(), seconds=60)
    if done is None or done.returncode:
        return named[1:]
    # One that has no such folder is answered with its own name, which is nobody else's.
    trees = done.stdout.decode("utf-8", "replace").splitlines()
    size = len(where)
    contents = [tuple(trees[at : at + size]) for at in range(0, len(named) * size, size)]
    found = dict(zip(reversed(contents), reversed(named), strict=True))  # the first of each stays
    return [each for each in found.values() if each.name != "HEAD"][::-1]


def _named(folder: Path) -> list[Named]:
    """Everything under refs/ that is a commit, or a tag of one."""
    found = []
    for line in (git(folder, "for-each-ref", f"--format={_FORM}") or "").splitlines():
        name, kind, id, inner, target = line.split("\x1f")
        if "commit" in (kind, inner):
            found.append(Named(name, id if kind == "commit" else target))
    return found
