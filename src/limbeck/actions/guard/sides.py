"""
The two sides of a merge that git is about to make, and the revisions that would come of it.

Responsible for finding out, in a merge driver, what git merges: it calls us before any file is where it belongs, and tells only
the texts of one.  Does not know what branches do to each other.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from limbeck.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from limbeck.actions.guard.pending import Kind
    from limbeck.config import Settings
    from limbeck.project import Project
    from limbeck.vcs.checkout import Git

Tree = dict[str, str]
"""The files of a commit, by their path from the top; each with the id of its content."""


class Sides(NamedTuple):
    """What git merges; `ours` and `theirs` as it names them: while it rebases, `theirs` is what is moved."""

    kind: Kind
    ours: str
    theirs: str
    base: str


def sides(git: Git, path: str, texts: Sequence[Path]) -> Sides:
    """What git merges when it asks for `path`, of which `texts` are the base, ours and theirs.

    Raises Refused when it is neither a merge nor a rebase, or when it cannot be told.
    """
    base, ours, theirs = (git.ask("hash-object", "--no-filters", str(text)) for text in texts)
    assert base is not None
    empty = texts[0].stat().st_size == 0
    kind, named = _going_on(git)
    other = next((one for one in named if _blob(git, one, path) == theirs), "")
    here = git.commit("HEAD")
    if not other or not here or _blob(git, here, path) != ours:
        raise Refused(f"it cannot be told which commits git merges in {path}")
    candidates = [git.commit(f"{other}^")] if kind == "rebase" else []
    candidates += (git.ask("merge-base", "--all", here, other) or "").split()
    for one in candidates:
        if one and _blob(git, one, path) == ("" if empty else base):
            return Sides(kind, here, other, one)
    if empty and not any(candidates) and not git.is_shallow():
        return Sides(kind, here, other, "")  # histories without a common commit
    why = "; this clone is shallow: git fetch --unshallow" if git.is_shallow() else ""
    raise Refused(f"the commit that both sides of {path} come from is not here{why}")


def _going_on(git: Git) -> tuple[Kind, list[str]]:
    """What git does, and the commits that may be the other side."""
    rebasing = git.path("rebase-merge")
    if rebasing.is_dir():
        # The last of what is done is what git is doing: `pick ID`, or `merge -C ID LABEL`.
        lines = _text(rebasing / "done").splitlines() or [""]
        words = lines[-1].split()[1:]
        names = [git.commit(f"refs/rewritten/{word}") or git.commit(word) for word in words]
        return "rebase", [name for name in names if name]
    applying = git.path("rebase-apply")
    if (applying / "rebasing").is_file():
        return "rebase", _text(applying / "original-commit").split()
    if applying.is_dir():
        raise Refused("git applies patches, after which no hook is called")
    named = [name.removeprefix("GITHEAD_") for name in os.environ if name.startswith("GITHEAD_")]
    if not named:
        raise Refused("git neither merges nor rebases; after anything else no hook is called")
    return "merge", [name for name in named if git.commit(name)]


def rebased_onto(git: Git) -> str:
    """The commit that git rebases onto, whatever it has picked since; "" where it does not rebase."""
    found = (_text(git.path(name) / "onto").strip() for name in ("rebase-merge", "rebase-apply"))
    return next(filter(None, found), "")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _blob(git: Git, commit: str, path: str) -> str:
    return git.ask("rev-parse", "--verify", "--quiet", f"{commit}:{path}") or ""


def tree(git: Git, commit: str, folders: Sequence[str]) -> Tree:
    """The files of a commit below `folders`."""
    return git.files(commit, folders) if commit else {}


def merged(base: Tree, ours: Tree, theirs: Tree) -> tuple[Tree, tuple[str, ...]]:
    """The files that the merge leads to, and those that both sides have changed."""
    result: Tree = {}
    both: list[str] = []
    for path in ours.keys() | theirs.keys():
        before, mine, yours = base.get(path), ours.get(path), theirs.get(path)
        chosen = mine if yours in (before, mine) else yours
        if mine not in (before, yours) and yours != before:
            both.append(path)
            chosen = mine
        if chosen is not None:
            result[path] = chosen
    return result, tuple(sorted(both))


@contextmanager
def laid_out(git: Git, files: Tree, project: Project) -> Iterator[tuple[Settings, Path]]:
    """The settings of `project` for a folder of its own in which `files` are, as they would be below the top, and that folder.

    Revisions that are not in the checkout are where they are.
    """
    contents = git.contents(files.values())
    missing = sorted(path for path, id in files.items() if id not in contents)
    if missing:
        raise Refused(f"git has not fetched {missing[0]}")
    with TemporaryDirectory(prefix="limbeck-") as name:
        top = Path(name).resolve()
        for path, id in files.items():
            place = top / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(contents[id])
        places = []
        for folder in (project.library.home, *project.library.locations):
            within = git.within(folder)
            places.append(str(folder) if within is None else str(top / within))
            if within is not None:
                (top / within).mkdir(parents=True, exist_ok=True)
        home, *locations = places
        settings = project.settings._replace(migrations=home, version_locations=tuple(locations))
        yield settings, top
