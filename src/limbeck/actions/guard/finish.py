"""
Make one line of what git has brought together.

Responsible for the rebase or the merge of revisions that was proven while git merged, and for putting it into git's own commit
where that is nobody else's yet.  Does not judge: a fork that was not proven is none of its.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from limbeck.actions.guard.added import added, write
from limbeck.actions.guard.pending import Fork, forget, pending
from limbeck.errors import Conflicting, Published, Refused, UsageError
from limbeck.files import heads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from limbeck.project import Project
    from limbeck.vcs.checkout import Git


class Opened(NamedTuple):
    """A project, and those whose databases are asked what they have applied."""

    project: Project
    everywhere: tuple[Project, ...]


class Finished(NamedTuple):
    """What was done: sentences, the files that were changed or made, and the projects whose heads are others now.

    `mixed` when the files had changes of the user's.
    """

    said: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    projects: tuple[Project, ...] = ()
    mixed: bool = False


def before_commit(git: Git, open: Callable[[str], Opened]) -> tuple[str, ...]:
    """Finish a merge that was not committed at once, and add it to what is committed now; gives what was done.

    `open` gives the project of a file HEAD.  Raises what a rebase or merge of revisions raises, and Refused where it cannot be
    added without changes that the user has not added.
    """
    merging, here = git.commit("MERGE_HEAD"), git.commit("HEAD")
    forks = [one for one in pending(git) if one.commits == (here, merging)]
    if not forks:
        return ()
    done = _finished(git, forks, open)
    forget(git)
    if done.mixed:
        raise Refused(
            f"{'; '.join(done.said)}; {_NOT_ADDED}",
            hint=f"git add {' '.join(git.shown(file) for file in done.files)}, then commit",
        )
    _stage(git, done)
    return done.said


def after_merge(git: Git, open: Callable[[str], Opened]) -> tuple[str, ...]:
    """Finish a merge that git has just committed, within its commit; gives what was done.

    After `git merge --squash` there is none: then it is added to what will be committed.
    """
    here = git.commit("HEAD")
    parents = tuple((git.ask("rev-list", "--parents", "-1", "HEAD") or "").split()[1:])
    forks = [one for one in pending(git) if parents == one.commits or here == one.commits[0]]

    def into(done: Finished) -> str:
        if parents != forks[0].commits:
            return ""
        return _amend(git, "merge", done) or "it is added; `git commit` keeps it"

    return _afterwards(git, forks, open, into)


def after_rebase(git: Git, open: Callable[[str], Opened]) -> tuple[str, ...]:
    """Finish a rebase: in its commit where that is the only one, else in one of its own behind it; gives what was done."""
    forks = [
        one
        for one in pending(git)
        if one.kind == "rebase" and git.is_ancestor(one.commits[0], "HEAD")
    ]

    def into(done: Finished) -> str:
        commits = (git.ask("rev-list", f"{forks[0].commits[0]}..HEAD") or "").split()
        amended = _amend(git, "rebase", done) if len(commits) == 1 else ""
        return amended or _commit(git, done)

    return _afterwards(git, forks, open, into)


def _afterwards(
    git: Git, forks: Sequence[Fork], open: Callable[[str], Opened], into: Callable[[Finished], str]
) -> tuple[str, ...]:
    """Finish `forks`; `into` puts what is added into a commit, where the user has not added something else."""
    forget(git)
    if not forks:
        return ()
    added = _added(git)
    done = _finished(git, forks, open)
    if done.mixed:
        return (*done.said, _NOT_ADDED)
    _stage(git, done)
    if not done.files or added:
        return done.said
    return (*done.said, *filter(None, [into(done)]))


_NOT_ADDED = "the revisions had changes that are not committed, so that nothing was added: `git diff` shows all of it"


def _added(git: Git) -> bool:
    """Whether something is added that is not committed."""
    return git.ask("diff", "--cached", "--quiet", "HEAD") is None


def _finished(git: Git, forks: Sequence[Fork], open: Callable[[str], Opened]) -> Finished:
    done = Finished()
    for fork in forks:
        opened = open(fork.head)
        pair = _pair(opened.project, fork)
        if pair is None:
            continue
        library = opened.project.library
        folders = git.all_named([library.home, *library.locations])
        mixed = git.ask("diff", "--quiet", "--", *folders) is None
        said, files = _resolved(opened, fork, *pair)
        done = Finished(
            (*done.said, *said),
            tuple(dict.fromkeys([*done.files, *files])),
            (*done.projects, opened.project),
            done.mixed or mixed,
        )
    return done


def _pair(project: Project, fork: Fork) -> tuple[str, str] | None:
    """The heads that both sides have come to; None when they are one, or it cannot be told which they are."""
    history = project.history
    if fork.ours not in history or fork.theirs not in history:
        return None
    ends = [
        {id for id in history.heads if side in history.closure([id])}
        for side in (fork.ours, fork.theirs)
    ]
    if ends[0] & ends[1] or any(len(one) != 1 for one in ends):
        return None
    return ends[0].pop(), ends[1].pop()


def _resolved(
    opened: Opened, fork: Fork, ours: str, theirs: str
) -> tuple[tuple[str, ...], tuple[Path, ...]]:
    """One line of two: by a rebase where nobody can have run what moves, else by a merge; sentences, and files."""
    from limbeck.actions.merge import merge
    from limbeck.actions.rebase import rebase

    project = opened.project
    root, why = project.library.root, ""
    if fork.moves:
        moves, onto = (ours, theirs) if fork.moves == fork.ours else (theirs, ours)
        upstream = fork.commits[0] if fork.kind == "rebase" else None
        try:
            found = rebase(project, moves, onto, upstream=upstream, everywhere=opened.everywhere)
            return (f"{', '.join(found.moved)} put behind {onto}",), tuple(root / file for file in found.files)  # fmt: skip
        except (Published, Conflicting, UsageError) as error:
            why = f" (not moved: {error.message})"
    made = merge(project, (ours, theirs), ask=True)
    said = [f"{ours} and {theirs} joined by {made.made.revision.id}{why}"]
    said += [f"depends_on in {file} says now which side runs first" for file in made.rewritten]
    return tuple(said), (made.made.path, *(root / file for file in made.rewritten))


def _stage(git: Git, done: Finished) -> None:
    """Add what was done, and the heads that what is added then has: not those of what the user has not added."""
    if done.files:
        git.tell("add", "--", *map(git.named, done.files))
    for project in done.projects:
        write(project, added(project))
        git.tell("add", "--", git.named(heads.place(project.library)))


def _amend(git: Git, what: str, done: Finished) -> str:
    """Put what is added into the last commit, of which nothing else changes; "" where it cannot be signed as it was."""
    here = git.commit("HEAD")
    found = git.raw("cat-file", "commit", here) or b""
    head, _, message = found.partition(b"\n\n")
    if not head.startswith(b"tree "):
        return ""
    tree = git.tell("write-tree")
    if b"\ngpgsig" in head:
        new = _signed(git, tree, head, message)
    else:
        lines = [b"tree " + tree.encode(), *head.split(b"\n")[1:]]
        text = b"\n".join(lines) + b"\n\n" + message
        new = git.tell("hash-object", "-t", "commit", "-w", "--stdin", stdin=text)
    if new:
        git.tell("update-ref", "-m", f"limbeck: {'; '.join(done.said)}", "HEAD", new, here)
    return new and f"it is part of the commit of the {what}"


def _signed(git: Git, tree: str, head: bytes, message: bytes) -> str:
    """The same commit with another tree, signed anew by whoever has just signed it; "" where that is not possible."""
    parents, variables = [], {}
    for line in head.split(b"\n"):
        name, _, value = line.partition(b" ")
        if name == b"parent":
            parents += ["-p", value.decode()]
        elif name in {b"author", b"committer"}:
            person = re.fullmatch(rb"(.*) <(.*)> (\d+ [+-]\d+)", value)
            if person is None:
                return ""
            who = f"GIT_{name.decode().upper()}"
            for field, part in zip(("NAME", "EMAIL", "DATE"), person.groups(), strict=True):
                variables[f"{who}_{field}"] = os.fsdecode((b"@" if field == "DATE" else b"") + part)
        elif name in {b"mergetag", b"encoding"}:
            return ""  # commit-tree cannot write it
    words = ("commit-tree", "-S", *parents, "-F", "-", tree)
    made = git.raw(*words, stdin=message, variables=variables) or b""
    return made.decode().strip()


def _commit(git: Git, done: Finished) -> str:
    here = git.commit("HEAD")
    message = "Make one line of the revisions\n\n" + "\n".join(done.said) + "\n"
    signed = ["-S"] if git.ask("config", "--type", "bool", "commit.gpgSign") == "true" else []
    tree = git.tell("write-tree")
    new = git.tell("commit-tree", *signed, "-p", here, "-F", "-", tree, stdin=message.encode())
    git.tell("update-ref", "-m", f"limbeck: {'; '.join(done.said)}", "HEAD", new, here)
    return f"it is a commit of its own, {new[:7]}"
