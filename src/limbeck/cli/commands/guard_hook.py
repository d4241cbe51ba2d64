"""`limbeck guard hook`, which git's hooks call."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from limbeck.actions.guard_git import Git, settle_environment
from limbeck.cli.commands.guard_merge_driver import of_head
from limbeck.cli.exits import SUCCESS
from limbeck.errors import LimbeckError

if TYPE_CHECKING:
    import argparse

    from limbeck.actions.guard_finish import Opened
    from limbeck.cli.call import Call

HOOKS = ("pre-commit", "post-merge", "post-rewrite")
FAILED = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    parser.add_argument("hook", choices=HOOKS)
    parser.add_argument("by", nargs="?", help="of post-rewrite: rebase or amend")


def run(call: Call) -> int | None:
    """Do what belongs into one of git's hooks."""
    settle_environment()
    git = Git(Path.cwd())
    if call.args.hook == "pre-commit":
        return _before_commit(call, git)
    return _afterwards(call, git)


def _afterwards(call: Call, git: Git) -> int:
    """Finish what git has merged or rebased.  What fails is said: git has done its part already."""
    from limbeck.actions.guard_finish import after_merge, after_rebase
    from limbeck.cli import failures

    args = call.args
    if args.hook == "post-rewrite" and args.by != "rebase":
        return SUCCESS
    after = after_merge if args.hook == "post-merge" else after_rebase
    try:
        said = after(git, lambda head: _opened(call, git, head))
    except LimbeckError as error:
        call.output.complaint("limbeck leaves several heads:")
        call.output.complaint(failures.text(error, call.output))
        return FAILED
    for line in said:
        call.output.remark(f"limbeck: {line}")
    return SUCCESS


def _before_commit(call: Call, git: Git) -> int:
    """Finish a merge that was not committed at once; refuse a HEAD that does not say what is true, and what the guard finds."""
    from limbeck.actions.guard_finish import before_commit, outdated
    from limbeck.actions.guard_install import guarded

    for line in before_commit(git, lambda head: _opened(call, git, head)):
        call.output.remark(f"limbeck: {line}")
    calls = [of_head(call, git, head) for head in sorted(guarded(git))]
    old = [git.within(path) for path in outdated([own.project for own in calls])]
    if old:
        call.output.complaint(
            f"{', '.join(old)} did not say what is true, and was written anew: git add {' '.join(old)}"
        )
        return FAILED
    return SUCCESS


def _opened(call: Call, git: Git, head: str) -> Opened:
    from limbeck.actions.guard_finish import Opened

    own = of_head(call, git, head)
    return Opened(own.project, own.everywhere)
