"""`limbeck rebase`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_json, add_revision, add_revision_flag
from limbeck.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from limbeck.actions.rebase import Rebased
    from limbeck.cli.call import Call

EXAMPLES = (
    "limbeck rebase",
    "limbeck rebase 27c6 --onto ae10",
    "limbeck rebase --undo",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    add_revision(
        parser, "head", "the end of what is moved (default: what upstream has not)", nargs="?"
    )
    add_revision_flag(
        parser, "--onto", help="what it is put behind (default: the newest that upstream has)"
    )
    parser.add_argument(
        "--upstream",
        metavar="BRANCH",
        help="the git branch that others build on (default: what the current one follows)",
    )
    parser.add_argument(
        "--undo", action="store_true", help="make the files what they were before the last rebase"
    )
    parser.add_argument(
        "--no-proof", action="store_true", help="go by what the scripts say; run nothing"
    )
    parser.add_argument(
        "--offline", action="store_true", help="ask no database what it has applied"
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="move it although it conflicts, or somebody may have run it",
    )
    add_json(parser)


def run(call: Call) -> None:
    """Put one side of a fork behind the other, in the files, if nothing is against it."""
    from limbeck.actions.rebase import rebase

    args = call.args
    if args.undo:
        _undo(call)
        return
    found = rebase(
        call.project,
        args.head,
        args.onto,
        upstream=args.upstream,
        everywhere=() if args.offline else call.everywhere,
        prove=not args.no_proof,
        force=args.force,
    )
    if args.json:
        call.output.json("rebase", _document(found))
    else:
        _show(found, call)


def _undo(call: Call) -> None:
    from limbeck.actions.rebase import undo

    args = call.args
    if args.head is not None or args.onto is not None:
        raise UsageError("--undo takes no revisions", hint="limbeck rebase --undo")
    everywhere = () if args.offline else call.everywhere
    files = undo(call.project, upstream=args.upstream, everywhere=everywhere, force=args.force)
    if args.json:
        call.output.json("rebase", {"undone": list(files)})
        return
    for file in files:
        call.output.data(f"{file} is as it was")


def _show(found: Rebased, call: Call) -> None:
    from limbeck.cli.forks import proof

    history = call.project.history
    for id in found.moved:
        revision = history[id]
        call.output.data(f"{', '.join(revision.parents)} -> {id}, {revision.message}")
    for file in found.files:
        call.output.remark(f"changed: {file}")
    known = found.considered
    if known is not None:
        for line in proof(known.proof) if known.proof is not None else ():
            call.output.remark(line)
        if known.unproven:
            call.output.remark(f"not proven: {known.unproven}")
        if known.unjudged:
            call.output.remark(f"not judged: {known.unjudged}")
    if found.forced:
        call.output.remark("moved against the verdict, as --force says")


def _document(found: Rebased) -> dict[str, object]:
    from limbeck.cli.forks import pair_document, proof_document

    known = found.considered
    return {
        "moved": list(found.moved),
        "onto": found.onto,
        "rewritten": list(found.files),
        "upstream": found.upstream or None,
        "pairs": [] if known is None else [pair_document(pair) for pair in known.pairs],
        "proof": proof_document(known.proof) if known is not None and known.proof else None,
        "unproven": (known.unproven or None) if known is not None else None,
        "forced": found.forced,
    }
