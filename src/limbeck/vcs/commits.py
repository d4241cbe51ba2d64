"""
What commits say about revision files.

Responsible for who brought a file, and where one went.  Every answer may be None, because limbeck
works without git.  Does not know histories.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from limbeck.vcs.git import git as _git

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FIELDS = "%x1e%h%x1f%an%x1f%ad%x1f%s"
_MERGED = re.compile(
    r"Merge (?:remote-tracking )?branch '(?P<branch>[^']+)'"
    r"|Merge pull request \S+ from [^/\s]+/(?P<request>\S+)"
    r"|Merged in (?P<bitbucket>\S+)"
)

_FORWARD = re.compile(r"merge (\S+): Fast-forward")


class Commit(NamedTuple):
    """One commit, as people speak of it.

    `id` is abbreviated, `date` is YYYY-MM-DD, `path` the file that was asked about, relative to the root of the
    checkout; `branch` is "" where it is not known.
    """

    id: str
    author: str
    date: str
    subject: str
    path: str = ""
    branch: str = ""


def repository_root(path: Path) -> Path | None:
    """The top folder of the git checkout that `path` is in."""
    answer = _git(path, "rev-parse", "--show-toplevel")
    return Path(answer.strip()) if answer else None


def current_branch(path: Path) -> str:
    """The branch that is checked out; "" when there is none."""
    return (_git(path, "symbolic-ref", "--quiet", "--short", "HEAD") or "").strip()


def has_commit(path: Path, ref: str) -> bool:
    """Whether `ref` names a commit."""
    answer = _git(path, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    return answer is not None


def names_at(folder: Path, ref: str) -> dict[str, bool] | None:
    """The files in `folder` at `ref`, relative to it, and whether each is the same in the working tree.

    None when git does not know; `ref` must name a commit.
    """
    listed = _git(folder, "ls-tree", "-r", "-z", "--name-only", ref)
    differing = _git(
        folder, "diff", "--no-ext-diff", "--no-renames", "--relative", "--name-only", "-z", ref, "--", "."
    )  # fmt: skip
    if listed is None or differing is None:
        return None
    other = set(differing.split("\0"))
    return {name: name not in other for name in listed.split("\0") if name}


def text_at(folder: Path, ref: str, name: str) -> str | None:
    """The file `name`, relative to `folder`, at `ref`."""
    return _git(folder, "cat-file", "blob", f"{ref}:./{name}")


def removed_in(revision: str, folders: Sequence[Path]) -> Commit | None:
    """The last commit that took the file of `revision` out of one of `folders`."""
    for folder in folders:
        for commit in _touching(revision, folder, "--diff-filter=D"):
            before = f"{commit.id}^:{commit.path}"
            if _declares(_git(folder, "cat-file", "blob", before), revision):
                return commit
    return None


def found_elsewhere(revision: str, folders: Sequence[Path]) -> Commit | None:
    """The commit on any branch or remote that has brought the file of `revision`."""
    for folder in folders:
        for commit in _touching(revision, folder, "--all", "--diff-filter=A"):
            if _declares(_git(folder, "cat-file", "blob", f"{commit.id}:{commit.path}"), revision):
                branches = _branches_with(folder, commit.id)
                return commit._replace(branch=branches[0] if branches else "")
    return None


def brought_by(path: Path) -> Commit | None:
    """The commit that added the file `path`, and the branch it came from where that is known.

    A merged branch is known by the merge that brought it; a commit that was made here is on the branch that is
    checked out, and one that is only on others on the first of those.  While git merges or rebases, what it brings counts.
    """
    found = _added(path, "HEAD")
    if found is not None:
        return found._replace(branch=_branch_of(path, found.id))
    for tip, branch in _arriving(path):
        found = _added(path, tip)
        if found is not None:
            known = _branches_with(path, found.id)
            return found._replace(branch=branch or (known[0] if known else ""))
    return None


def _added(path: Path, tip: str) -> Commit | None:
    """The newest commit of `tip` that added the file."""
    answer = _git(
        path,
        "log",
        "-1",
        "--no-renames",  # revision files are so alike that git takes a new one for a copy
        "--diff-filter=A",
        "--date=short",
        f"--format={_FIELDS}",
        "--name-only",
        tip,
        "--",
        path.name,
    )
    return next(iter(_commits(answer)), None)


def _arriving(path: Path) -> Iterator[tuple[str, str]]:
    """The commits that git is joining with HEAD, while it has not finished; each with its branch, "" where that is unknown."""
    merging = _kept_by_git(path, "MERGE_HEAD").split()
    subject = _kept_by_git(path, "MERGE_MSG").partition("\n")[0]
    named = _MERGED.match(subject) if len(merging) == 1 else None
    yield from ((tip, next(filter(None, named.groups()), "") if named else "") for tip in merging)
    for name in ("rebase-merge", "rebase-apply"):
        tip = _kept_by_git(path, f"{name}/orig-head").strip()
        if tip:
            yield tip, _kept_by_git(path, f"{name}/head-name").strip().removeprefix("refs/heads/")


def _kept_by_git(path: Path, name: str) -> str:
    """A file in git's own folder; "" where there is none."""
    where = (_git(path.parent, "rev-parse", "--git-path", name) or "").strip()
    try:
        return (path.parent / where).read_text("utf-8", "replace") if where else ""
    except OSError:
        return ""


def changed_lines(path: Path, commits: int = 10) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Which lines of `path` took the place of which, in the working tree and in its last `commits`, newest first.

    One pair of lines gone and lines new for each place that was changed; empty where git knows nothing.
    """
    name = path.name
    texts = [
        _git(path.parent, "diff", "--no-ext-diff", "--no-color", "-U0", "HEAD", "--", name),
        _git(path.parent, "log", f"-{commits}", "--no-ext-diff", "--no-color", "-U0", "-p", "--format=", "--", name),
    ]  # fmt: skip
    found = []
    for hunk in re.split(r"^@@.*$", "\n".join(text or "" for text in texts), flags=re.MULTILINE)[
        1:
    ]:
        lines = hunk.partition("\ndiff --git")[0].splitlines()
        gone = tuple(line[1:] for line in lines if line.startswith("-"))
        new = tuple(line[1:] for line in lines if line.startswith("+"))
        if gone and new:
            found.append((gone, new))
    return found


def _branch_of(path: Path, commit: str) -> str:
    trunk = (_git(path, "rev-list", "--first-parent", "HEAD") or "").split()
    if any(id.startswith(commit) for id in trunk):
        here = current_branch(path)
        return _fast_forwarded(path, commit, here) or here
    # The merges between the commit and here, of which the oldest on the trunk is the one that brought it; others
    # are merges into its own branch.
    between = f"{commit}..HEAD"
    merges = _git(path, "log", "--merges", "--ancestry-path", "--format=%H%x1f%s", between) or ""
    on_trunk = set(trunk)
    for line in reversed(merges.splitlines()):
        id, _, subject = line.partition("\x1f")
        merged = _MERGED.match(subject) if id in on_trunk else None
        if merged:
            return next(name for name in merged.groups() if name)
    branches = _branches_with(path, commit)
    return branches[0] if branches else ""


def _fast_forwarded(path: Path, commit: str, branch: str) -> str:
    """The branch that `branch` was moved forward to when it got `commit`, by its reflog; "" when it was not."""
    if not branch:
        return ""
    moves = _git(path, "log", "--walk-reflogs", "--format=%H%x1f%gs", f"refs/heads/{branch}") or ""
    entries = [line.split("\x1f", 1) for line in moves.splitlines()]
    for (new, what), (old, _) in pairwise(entries):
        merged = _FORWARD.match(what)
        if merged and merged[1] != branch:
            between = (_git(path, "rev-list", f"{old}..{new}") or "").split()
            if any(id.startswith(commit) for id in between):
                return merged[1]
    return ""


def _branches_with(path: Path, commit: str) -> list[str]:
    answer = _git(
        path,
        "for-each-ref",
        f"--contains={commit}",
        "--format=%(refname:short)",
        "refs/heads",
        "refs/remotes",
    )
    return [name for name in (answer or "").split() if not name.endswith("/HEAD")]


def _touching(revision: str, folder: Path, *options: str) -> list[Commit]:
    """Commits that added or removed a line in which `revision` is declared, the latest first."""
    pattern = rf"^(revision[: =].*|-- *revision( id)?: *['\"]?){re.escape(revision)}"
    answer = _git(
        folder,
        "log",
        "-20",
        "--no-renames",
        *options,
        f"-G{pattern}",
        "--regexp-ignore-case",
        "--date=short",
        f"--format={_FIELDS}",
        "--name-only",
        "--",
        ".",
    )
    return _commits(answer)


def _declares(text: str | None, revision: str) -> bool:
    """Whether a file of this text is that of `revision`."""
    id = re.escape(revision)
    pattern = rf"^(?:revision\b[^\n=]*=\s*\(?\s*['\"]{id}['\"]|--\s*revision(?: id)?:\s*{id}\s*$)"
    return re.search(pattern, text or "", re.MULTILINE | re.IGNORECASE) is not None


def _commits(answer: str | None) -> list[Commit]:
    """One Commit for each file of each commit in the answer of `git log`."""
    return list(_parsed(answer or ""))


def _parsed(answer: str) -> Iterator[Commit]:
    for block in answer.split("\x1e")[1:]:
        head, *names = block.split("\n")
        fields = head.split("\x1f")
        if len(fields) == 4:
            for name in filter(None, names):
                yield Commit(fields[0], fields[1], fields[2], fields[3], name)
