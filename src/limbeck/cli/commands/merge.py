"""`limbeck merge`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_json, add_revision
from limbeck.cli.environment import consult
from limbeck.cli.files import show_new

if TYPE_CHECKING:
    import argparse

    from limbeck.actions.merge import Merged
    from limbeck.cli.call import Call

EXAMPLES = (
    "limbeck merge",
    'limbeck merge -m "merge billing" ae10 27c6',
    "limbeck merge --keep ae10",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    add_revision(
        parser, "revisions", "what to join (default: heads, that is all of them)", nargs="*"
    )
    parser.add_argument("-m", "--message", metavar="TEXT", help="what it is for, in a few words")
    parser.add_argument(
        "--branch-label", metavar="LABEL", help="a name for the branch that starts here"
    )
    parser.add_argument("--rev-id", metavar="ID", help="the id, instead of one made by chance")
    parser.add_argument(
        "--splice",
        action="store_true",
        help="allow revisions that are no heads, which makes a branch",
    )
    parser.add_argument(
        "--no-proof", action="store_true", help="go by what the scripts say; run nothing"
    )
    parser.add_argument(
        "--force", action="store_true", help="write it although the branches conflict"
    )
    parser.add_argument(
        "--keep",
        metavar="HEAD",
        help="of what several branches do in the same way, keep it on this one, and leave it out of the others",
    )
    add_json(parser)


def run(call: Call) -> None:
    """Write a revision file that joins several heads, if nothing is against it."""
    from limbeck.actions.merge import merge

    args = call.args
    revisions = args.revisions or ["heads"]
    consult(call.project)
    if args.keep is not None:
        from limbeck.actions.keep import keep

        for place in keep(call.project, revisions, args.keep, prove=not args.no_proof):
            call.output.remark(f"left out: {place}")
    found = merge(
        call.project,
        revisions,
        args.message,
        id=args.rev_id,
        splice=args.splice,
        labels=[args.branch_label] if args.branch_label else [],
        ask=True,
        prove=not args.no_proof,
        force=args.force,
    )
    show_new(call, "merge", found.made, _document(found))
    if not call.args.json:
        _show(found, call)


def _show(found: Merged, call: Call) -> None:
    from limbeck.cli.forks import losses, proofs

    for path in found.rewritten:
        call.output.remark(f"{path} says in depends_on what must run before it")
    known = found.considered
    if known is None:
        return
    for line in (*proofs(known), *losses(known)):
        call.output.remark(line)
    said = ", ".join(dict.fromkeys(pair.verdict.kind.value for pair in known.pairs))
    if known.unproven and said:
        call.output.remark(f"by what the scripts say: {said}")
    if known.unjudged:
        call.output.remark(f"not judged: {known.unjudged}")
    if found.forced:
        call.output.remark("written against the verdict, as --force says; the docstring tells")


def _document(found: Merged) -> dict[str, object]:
    from limbeck.cli.forks import pair_document, proofs_document

    known = found.considered
    return {
        "pairs": [] if known is None else [pair_document(pair) for pair in known.pairs],
        **proofs_document(known),
        "forced": found.forced,
        "rewritten": list(found.rewritten),
    }
