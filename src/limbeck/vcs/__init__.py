"""
What git knows about revision files.

Responsible for questions that only version control can answer: who brought a file, where one went, which files another
branch has.  Asks the `git` command line; every answer may be None, because limbeck works without git.  Does not know
histories, and changes nothing; only the guard's `checkout` tells git to do something.
"""

from __future__ import annotations

from limbeck.vcs.commits import (
    Commit,
    brought_by,
    changed_lines,
    current_branch,
    found_elsewhere,
    has_commit,
    names_at,
    removed_in,
    repository_root,
    text_at,
)
from limbeck.vcs.trees import Changes, Ref, Repository
from limbeck.vcs.upstream import Followed, followed

__all__ = [
    "Changes",
    "Commit",
    "Followed",
    "Ref",
    "Repository",
    "brought_by",
    "changed_lines",
    "current_branch",
    "followed",
    "found_elsewhere",
    "has_commit",
    "names_at",
    "removed_in",
    "repository_root",
    "text_at",
]
