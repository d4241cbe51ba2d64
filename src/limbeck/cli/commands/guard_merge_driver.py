"""`limbeck guard merge-driver`, which git calls while it merges the file HEAD."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from limbeck.cli.call import Call
from limbeck.errors import LimbeckError
from limbeck.vcs.checkout import Git

if TYPE_CHECKING:
    import argparse

    from limbeck.actions.guard.driver import Settled

CONFLICT = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    for name in ("base", "ours", "theirs"):
        parser.add_argument(name, type=Path)
    parser.add_argument("path")


def run(call: Call) -> int | None:
    """Write the heads that the merge leads to into the file `ours`, or leave it, which is a conflict."""
    from limbeck.actions.guard.driver import Question, settle
    from limbeck.cli import failures

    args = call.args
    texts = [path.absolute() for path in (args.base, args.ours, args.theirs)]
    try:
        git = Git(Path.cwd())
        own = of_head(call, git, args.path)
        found = settle(Question(git, own.project, args.path, texts, own.open, own.everywhere))
    except LimbeckError as error:
        call.output.complaint(f"limbeck leaves the conflict in {args.path}:")
        call.output.complaint(failures.text(error, call.output))
        return CONFLICT
    texts[1].write_text(found.text, encoding="utf-8")
    _show(found, call)
    return None


def of_head(call: Call, git: Git, head: str) -> Call:
    """The call as it would be for the project whose file HEAD is `head`.  Refused for one that is not guarded."""
    from limbeck.actions.guard.install import guarded
    from limbeck.errors import Refused

    config = guarded(git).get(head)
    if config is None:
        raise Refused(f"{head} is not guarded in this repository", hint="limbeck guard install")
    file = str(git.top / config)
    return Call(call.args, call.globals._replace(config=(file,)), call.output)


def _show(found: Settled, call: Call) -> None:
    from limbeck.cli.forks import proof

    fork, known = found.fork, found.considered
    if fork is None or known is None:
        return
    call.output.remark(f"limbeck: {fork.ours} and {fork.theirs} go together")
    for one in known.proofs:
        for line in proof(one):
            call.output.remark(f"limbeck: {line}")
