"""
What other commits hold, read from git's objects without a checkout.

Responsible for which files differ between commits and for their content, for many commits in one process of git each.
Does not know what is in the files.  NoRepository is raised where git fails on what it must know.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

from limbeck.errors import NoRepository
from limbeck.vcs.commits import Commit
from limbeck.vcs.git import git, run

_PATIENCE = 120.0
_FILE = "100"  # how the mode of a file begins: others are links and submodules
_NOTHING = "0"

Changes: TypeAlias = Mapping[str, "tuple[str, str]"]
"""Path within the repository → the id of the file's content before and after; "" where there is no such file.

What is in the working tree only has no id: WORKING.
"""

WORKING = "working tree"


class Ref(NamedTuple):
    """A branch: its name as people write it, its commit, who made that and when (YYYY-MM-DD)."""

    name: str
    commit: str
    author: str
    date: str


class Repository:
    """The repository that a folder belongs to.

    `top` is the uppermost folder of the checkout, None where there is none: in a bare repository.
    """

    def __init__(self, folder: Path, top: Path | None) -> None:
        self._folder = folder
        self.top = top

    @classmethod
    def of(cls, folder: Path) -> Repository | None:
        """None when `folder` is in no repository, or there is no git."""
        top = git(folder, "rev-parse", "--show-toplevel")
        if top and top.strip():
            root = Path(top.rstrip("\n"))
            return cls(root, root)
        if git(folder, "rev-parse", "--git-dir") is None:
            return None
        return cls(folder, None)

    def within(self, path: Path) -> str | None:
        """`path` as git names it; None when it is elsewhere."""
        if self.top is None:
            return None
        here, there = os.path.realpath(self.top), os.path.realpath(path)
        if here == there:
            return "."
        return os.path.relpath(there, here).replace(os.sep, "/") if there.startswith(here + os.sep) else None  # fmt: skip

    # Commits

    def commit(self, ref: str) -> str:
        """The full id of a commit; "" when `ref` names none."""
        return self._line(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"
        )

    def merge_base(self, one: str, other: str) -> str:
        """The newest commit that both have; "" when there is none, or a shallow clone does not know it."""
        return self._line("merge-base", one, other)

    def is_ancestor(self, one: str, other: str) -> bool:
        """Whether `other` has the commit `one`."""
        return git(self._folder, "merge-base", "--is-ancestor", one, other) is not None

    def is_shallow(self) -> bool:
        """Whether only the newest commits are here."""
        return self._line("rev-parse", "--is-shallow-repository") == "true"

    def is_bare(self) -> bool:
        """Whether it is one without a checkout, on purpose."""
        return self._line("rev-parse", "--is-bare-repository") == "true"

    def current_branch(self) -> str:
        """The branch that HEAD is on; "" when it is detached."""
        return self._line("symbolic-ref", "--quiet", "--short", "HEAD")

    def refs(self) -> list[Ref]:
        """All branches, those of remotes included, by name; not what a remote calls its HEAD."""
        form = "%(symref)%1f%(refname:short)%1f%(objectname)%1f%(authorname)%1f%(committerdate:short)"  # fmt: skip
        answer = git(self._folder, "for-each-ref", f"--format={form}", "refs/heads", "refs/remotes")
        rows = (line.split("\x1f") for line in (answer or "").splitlines())
        return [Ref(*row[1:]) for row in rows if len(row) == 5 and not row[0]]

    def brought(self, tip: str, path: str, since: str) -> Commit | None:
        """The newest commit of `tip`, behind `since` where that is given, that has added the file `path`."""
        within = [f"{since}..{tip}"] if since else [tip]
        form = "--format=%h%x1f%an%x1f%ad%x1f%s"
        line = self._line(
            *("log", "-1", "--no-renames", "--diff-filter=A", "--date=short", form),
            *(*within, "--", path),
        )
        fields = line.split("\x1f")
        return Commit(*fields[:4])._replace(path=path) if len(fields) == 4 else None

    def remotes(self) -> list[str]:
        """The names of the remotes."""
        return self._line("remote").split()

    # Files

    def changes(self, before: str, after: str, folders: Sequence[str]) -> Changes:
        """What differs between two commits within `folders`; all of `after` where `before` is ""."""
        (found,) = self.all_changes([(before, after)], folders)
        return found

    def all_changes(
        self, pairs: Sequence[tuple[str, str]], folders: Sequence[str]
    ) -> list[Changes]:
        """The same for each pair."""
        whole = {after for before, after in pairs if not before}
        files = {commit: self.files(commit, folders) for commit in whole}
        compared = [pair for pair in dict.fromkeys(pairs) if pair[0]]
        found: dict[tuple[str, str], Changes] = dict(
            zip(compared, self._compared(compared, folders), strict=True)
        )
        return [
            found[pair]
            if pair[0]
            else {path: ("", id) for path, id in files[pair[1]].items()}
            for pair in pairs
        ]  # fmt: skip

    def _compared(
        self, pairs: Sequence[tuple[str, str]], folders: Sequence[str]
    ) -> Iterator[Changes]:
        """One process for all: it takes pairs of trees, and puts their ids before what differs."""
        commits = list(dict.fromkeys(commit for pair in pairs for commit in pair))
        trees = dict(zip(commits, self._trees(commits), strict=True))
        wanted = [(trees[before], trees[after]) for before, after in pairs]
        differing = [pair for pair in dict.fromkeys(wanted) if pair[0] != pair[1]]
        asked = "".join(f"{before} {after}\n" for before, after in differing)
        answer = self._bytes(
            *("diff-tree", "--stdin", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--"),
            *(folders or ["."]),
            stdin=asked.encode(),
        )
        found = _by_trees(answer)
        return (found.get(pair, {}) for pair in wanted)

    def _trees(self, commits: Sequence[str]) -> list[str]:
        asked = "".join(f"{commit}^{{tree}}\n" for commit in commits)
        answer = self._bytes("cat-file", "--batch-check=%(objectname)", stdin=asked.encode())
        return answer.decode().split("\n")[: len(commits)]

    def working_changes(self, before: str, folders: Sequence[str]) -> Changes:
        """What the working tree has otherwise than the commit `before`, untracked files included."""
        found: dict[str, tuple[str, str]] = {}
        where = ["--", *(folders or ["."])]
        if before:
            answer = self._bytes(
                *("diff", "--no-ext-diff", "--no-renames", "--no-abbrev", "--raw", "-z", before),
                *where,
            )
            found.update(_raw(answer.split(b"\0")))
        else:
            answer = self._bytes("ls-files", "-z", *where)
            found.update((_text(name), ("", WORKING)) for name in answer.split(b"\0") if name)
        for name in self._bytes("ls-files", "--others", "-z", *where).split(b"\0"):
            path = _text(name)
            if path:
                found[path] = (found.get(path, ("", ""))[0], WORKING)
        return {path: (old, WORKING if new else "") for path, (old, new) in found.items()}

    def files(self, commit: str, folders: Sequence[str]) -> dict[str, str]:
        """Path → id of content for each file of a commit within `folders`."""
        where = ["--", *folders] if folders and "." not in folders else []
        answer = self._bytes("ls-tree", "-r", "-z", "--full-tree", commit, *where)
        found = {}
        for line in answer.split(b"\0"):
            facts, tab, name = line.partition(b"\t")
            if tab and facts.startswith(_FILE.encode()):
                found[_text(name)] = facts.rpartition(b" ")[2].decode()
        return found

    def added(self, folders: Sequence[str]) -> dict[str, str]:
        """The same of what is added to the index; "" for the id of a file whose conflict is not resolved."""
        found = {}
        for line in self._bytes("ls-files", "--stage", "-z", "--", *(folders or ["."])).split(
            b"\0"
        ):
            facts, tab, name = line.partition(b"\t")
            if tab and facts.startswith(_FILE.encode()):
                _, id, stage = facts.decode().split(" ")
                found[_text(name)] = id if stage == "0" else ""
        return found

    def not_added(self, folders: Sequence[str]) -> set[str]:
        """The files in the working tree that are otherwise than in the index, or not in it."""
        where = ["--", *(folders or ["."])]
        differing = self._bytes(
            "diff", "--no-ext-diff", "--no-renames", "--name-only", "-z", *where
        )
        others = self._bytes("ls-files", "--others", "-z", *where)
        return {_text(name) for name in (differing + others).split(b"\0") if name}

    def contents(self, ids: Iterable[str]) -> dict[str, bytes]:
        """The contents with these ids; those that are not here are left out, because nothing is ever fetched."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        answer = self._bytes("cat-file", "--batch", stdin="\n".join([*wanted, ""]).encode())
        return dict(_batch(answer))

    def content_at(self, commit: str, path: str) -> bytes | None:
        """The content of one file of a commit; None when it has none of that name."""
        done = run(self._folder, "cat-file", "blob", f"{commit}:{path}")
        return None if done is None or done.returncode else done.stdout

    def _line(self, *words: str) -> str:
        return (git(self._folder, *words) or "").strip()

    def _bytes(self, *words: str, stdin: bytes = b"") -> bytes:
        """What git says that must not fail: an answer that is missing would look like nothing to report."""
        done = run(self._folder, *words, stdin=stdin, seconds=_PATIENCE)
        if done is None or done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip() if done else "it does not answer"
            raise NoRepository(f"git {words[0]} failed: {said}", hint="git fsck says what is wrong")
        return done.stdout


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _by_trees(answer: bytes) -> dict[tuple[str, str], Changes]:
    """What `git diff-tree --stdin` says: for each pair that differs, a line with both ids, then the files."""
    found: dict[tuple[str, str], Changes] = {}
    words: list[bytes] = []
    pair = ("", "")
    for word in answer.split(b"\0"):
        header, line, rest = word.partition(b"\n")
        one, _, other = (header if line else word).partition(b" ")
        if len(one) >= 40 and len(one) == len(other):
            if words:
                found[pair] = dict(_raw(words))
            pair, words = (one.decode(), other.decode()), [rest] if line else []
        else:
            words.append(word)
    if words:
        found[pair] = dict(_raw(words))
    return found


def _raw(words: Sequence[bytes]) -> Iterator[tuple[str, tuple[str, str]]]:
    """The form `:MODE MODE ID ID LETTER NUL PATH NUL`."""
    for facts, name in zip(words[::2], words[1::2], strict=False):
        if not facts.startswith(b":"):
            return
        old_mode, new_mode, old, new, *_ = facts[1:].decode().split(" ")
        before = old if old_mode.startswith(_FILE) else ""
        after = new if new_mode.startswith(_FILE) else ""
        if after and not after.strip(_NOTHING):
            after = WORKING
        if before or after:
            yield _text(name), (before, after)


def _batch(answer: bytes) -> Iterator[tuple[str, bytes]]:
    """The form `ID blob SIZE LF CONTENT LF`, or `ID missing LF`."""
    at = 0
    while at < len(answer):
        end = answer.index(b"\n", at)
        words = answer[at:end].decode().split(" ")
        at = end + 1
        if len(words) == 3 and words[2].isdecimal():
            size = int(words[2])
            yield words[0], answer[at : at + size]
            at += size + 1
