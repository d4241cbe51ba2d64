"""
Which branches the current one has to do with.

Responsible for telling the branch that it will be joined with from the copies that `git push` has made of it, and those from
each other: copies that nobody else has worked on, and those that several people share.  Asks git for what it knows already.
Does not know revisions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from limbeck.vcs.git import git

if TYPE_CHECKING:
    from pathlib import Path

_MAIN = ("main", "master", "trunk")


class Followed(NamedTuple):
    """The branches, as people write them.

    `trunk` is what the current branch will be joined with, "" when nobody knows; where it is not known otherwise, a copy is
    taken for it.  `main` is the main branch, whatever the current one follows.  `shared` and `own` are other copies: with
    commits of others, and without.  `pulled` is what `git pull` asks.
    """

    trunk: str = ""
    main: str = ""
    shared: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    pulled: str = ""

    @property
    def published(self) -> tuple[str, ...]:
        """The branches that others build on."""
        return (self.trunk, *self.shared) if self.trunk else self.shared

    @property
    def all(self) -> tuple[str, ...]:
        """The same, and the copies."""
        return (*self.published, *self.own)


def followed(folder: Path, named: str = "") -> Followed:
    """The branches for the one that is checked out in `folder`; `named` is the trunk where somebody has said so.

    Else it is what the branch follows, unless that is its own copy; then the main branch of that remote, or of origin; then
    a local branch that is called as main branches are.
    """
    branch = _line(folder, "symbolic-ref", "--quiet", "--short", "HEAD")
    pulled, remote = _pulled(folder, branch)
    copies = _copies(folder, branch)
    main, local = named or _main(folder, remote), _local_main(folder)
    trunk = named or ("" if pulled in copies else pulled) or main
    trunk = trunk or ("" if branch in ("", local) else local) or pulled
    others = [copy for copy in copies if copy != trunk]
    own = tuple(copy for copy in others if trunk and _is_own(folder, trunk, copy))
    shared = tuple(copy for copy in others if copy not in own)
    return Followed(trunk, main or local, shared, own, pulled)


def _pulled(folder: Path, branch: str) -> tuple[str, str]:
    """The branch that `branch` follows, and its remote; "" each where there is none."""
    form = "--format=%(upstream:short)%1f%(upstream:remotename)"
    line = _line(folder, "for-each-ref", form, f"refs/heads/{branch}") if branch else ""
    name, _, remote = line.partition("\x1f")
    if name and not _line(
        folder, "rev-parse", "--verify", "--quiet", "--abbrev-ref", "@{upstream}"
    ):
        return "", remote  # it is gone
    return name, remote


def _copies(folder: Path, branch: str) -> list[str]:
    """The branches of remotes that are called as the current one."""
    if not branch:
        return []
    form = "--format=%(refname:short)"
    return _line(folder, "for-each-ref", form, f"refs/remotes/*/{branch}").split()


def _main(folder: Path, remote: str) -> str:
    """The main branch of a remote; without one, of origin, or the only one.  "" where git does not know it."""
    if remote in ("", "."):
        remotes = _line(folder, "remote").split()
        remote = "origin" if "origin" in remotes or len(remotes) != 1 else remotes[0]
    head = f"refs/remotes/{remote}/HEAD"
    found = _line(folder, "rev-parse", "--verify", "--quiet", "--abbrev-ref", head)
    if found:
        return found
    usual = [f"refs/remotes/{remote}/{name}" for name in _MAIN]
    there = _line(folder, "for-each-ref", "--format=%(refname:short)", *usual).split()
    return there[0] if len(there) == 1 else ""


def _local_main(folder: Path) -> str:
    """The branch that the user begins repositories with, else one of the usual names; "" where there is none, or two."""
    first = _line(folder, "config", "--get", "init.defaultBranch")
    names = [name for name in dict.fromkeys((first, *_MAIN)) if name]
    form = "--format=%(refname:short)"
    there = _line(folder, "for-each-ref", form, *(f"refs/heads/{name}" for name in names)).split()
    return first if first in there else there[0] if len(there) == 1 else ""


def _is_own(folder: Path, trunk: str, copy: str) -> bool:
    """Whether all that a copy has more than the trunk was committed by who stands here."""
    said = git(folder, "log", "--format=%ae", f"{trunk}..{copy}", "--")
    me = _line(folder, "var", "GIT_AUTHOR_IDENT").rpartition("<")[2].partition(">")[0]
    return said is not None and bool(me) and set(said.split()) <= {me}


def _line(folder: Path, *words: str) -> str:
    return (git(folder, *words) or "").strip()
