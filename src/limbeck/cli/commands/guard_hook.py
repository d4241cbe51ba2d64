"""`limbeck guard hook`, which git's hooks call."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from limbeck.cli.commands.guard_merge_driver import of_head
from limbeck.cli.exits import SUCCESS
from limbeck.errors import HistoryError, LimbeckError
from limbeck.vcs.checkout import Git

if TYPE_CHECKING:
    import argparse

    from limbeck.actions.guard.finish import Opened
    from limbeck.cli.call import Call

HOOKS = ("pre-commit", "post-merge", "post-rewrite")
FAILED = 1
ALLOWED = ("heads", "stale")
"""What is no reason to refuse a commit: other heads upstream are joined when git merges, and what HEAD says was asked before."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    parser.add_argument("hook", choices=HOOKS)
    parser.add_argument("by", nargs="?", help="of post-rewrite: rebase or amend")


def run(call: Call) -> int | None:
    """Do what belongs into one of git's hooks."""
    git = Git(Path.cwd())
    if call.args.hook == "pre-commit":
        return _before_commit(call, git)
    return _afterwards(call, git)


def _afterwards(call: Call, git: Git) -> int:
    """Finish what git has merged or rebased.  What fails is said: git has done its part already."""
    from limbeck.actions.guard.finish import after_merge, after_rebase
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
    for own in _projects(call, git):
        _look_at(own, git)
    return SUCCESS


def _look_at(call: Call, git: Git) -> None:
    """Write HEAD anew where git had no conflict to ask about, because one side is from before there was one."""
    from limbeck.actions.guard.added import said, write

    found = said(git, call.project)
    if found is None or found.right:
        return
    write(call.project, found.true)
    call.output.complaint(
        f"limbeck: {_head(call, git)} did not say what is true, and was written anew"
    )
    if len(found.true) > 1:
        call.output.complaint(
            f"limbeck: there are {len(found.true)} heads, and nothing is proven:"
            " `limbeck rebase` or `limbeck merge`"
        )


def _before_commit(call: Call, git: Git) -> int:
    """Finish a merge that was not committed at once; refuse a HEAD that is not true, and what the guard finds."""
    from limbeck.actions.guard.finish import before_commit

    for line in before_commit(git, lambda head: _opened(call, git, head)):
        call.output.remark(f"limbeck: {line}")
    own = _projects(call, git)
    true = [_is_true(one, git) for one in own]
    if not all(true):
        return FAILED
    return max((_checked(one, git) for one in own), default=SUCCESS)


def _is_true(call: Call, git: Git) -> bool:
    """Whether HEAD says what is true of what is committed; it is written anew where it is not even true of what is here."""
    from limbeck.actions.guard.added import said
    from limbeck.cli import failures
    from limbeck.files import heads

    head, library = _head(call, git), call.project.library
    folders = " ".join(git.all_named([library.home, *library.locations]))
    try:
        found = said(git, call.project)
    except HistoryError as error:
        call.output.complaint(failures.text(error, call.output))
        call.output.complaint(f"So it is with what is added: git add {folders}, or what of it belongs together")  # fmt: skip
        return False
    if found is None or found.right:
        return True
    if heads.outdated(library) is not None:
        heads.keep(library)
        call.output.complaint(
            f"{head} did not say what is true, and was written anew: git add {head}"
        )
        return False
    says, true = (", ".join(sorted(ids or ())) or "nothing" for ids in found)
    call.output.complaint(
        f"{head}, as it is added, says {says}; the revisions that are added lead to {true}:"
        f" git add {folders}, or what of it belongs together"
    )
    return False


def _head(call: Call, git: Git) -> str:
    from limbeck.files import heads

    return git.named(heads.place(call.project.library))


def _projects(call: Call, git: Git) -> list[Call]:
    """The guarded projects that this commit is about: on a branch from before, there is no HEAD.

    Called by somebody else's hook, where nothing is installed, the project that is here.
    """
    from limbeck.actions.guard.install import guarded

    heads = guarded(git)
    if not heads:
        return [call]
    found = []
    for head in sorted(heads):
        if not (git.top / head).is_file():
            continue
        if (git.top / heads[head]).is_file():
            found.append(of_head(call, git, head))
        else:
            call.output.complaint(
                f"limbeck: {heads[head]} is not here, so that {head} is not guarded;"
                " where it went elsewhere, `limbeck guard install` notes it"
            )
    return found


def _checked(call: Call, git: Git) -> int:
    """What `limbeck guard check` finds wrong, where revisions are committed and there is a branch to compare with."""
    from limbeck.actions.guard.check import guard_check
    from limbeck.cli.problems import problem_lines
    from limbeck.errors import NoRepository, UnknownRef

    library = call.project.library
    folders = git.all_named(library.locations)
    if git.ask("diff", "--cached", "--quiet", "HEAD", "--", *folders) is not None:
        return SUCCESS
    try:
        found = guard_check(call.project, allow=ALLOWED)
    except (UnknownRef, NoRepository):
        return SUCCESS
    if found.exit_code:
        call.output.complaint(f"limbeck guard check --against {found.against}:")
        for problem in found.problems:
            for line in problem_lines(problem, call.output):
                call.output.complaint(line)
    return found.exit_code


def _opened(call: Call, git: Git, head: str) -> Opened:
    from limbeck.actions.guard.finish import Opened

    own = of_head(call, git, head)
    return Opened(own.project, own.everywhere)
