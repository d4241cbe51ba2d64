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
    "limbeck rebase --dry-run",
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
        help="the git branch that others build on (default: as the settings or git say)",
    )
    parser.add_argument(
        "--undo", action="store_true", help="make the files what they were before the last rebase"
    )
    parser.add_argument(
        "--no-proof", action="store_true", help="go by what the scripts say; run nothing"
    )
    parser.add_argument(
        "--keep-generated",
        action="store_true",
        help="leave what was generated as it is, also where it would have to say something else",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be written, and write nothing"
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
        regenerate=not args.keep_generated,
        force=args.force,
        write=not args.dry_run,
    )
    if args.json:
        call.output.json("rebase", _document(found))
    else:
        _show(found, call)


def _undo(call: Call) -> None:
    from limbeck.actions.rebase import undo

    args = call.args
    if args.head is not None or args.onto is not None or args.dry_run:
        raise UsageError(
            "--undo takes no revisions, and no --dry-run", hint="limbeck rebase --undo"
        )
    everywhere = () if args.offline else call.everywhere
    files = undo(call.project, upstream=args.upstream, everywhere=everywhere, force=args.force)
    if args.json:
        call.output.json("rebase", {"undone": list(files)})
        return
    for file in files:
        call.output.data(f"{file} is as it was")


def _show(found: Rebased, call: Call) -> None:
    from limbeck.cli.forks import proofs

    history = call.project.history
    for id in found.moved:
        revision = history[id]
        parents = ", ".join(found.parents.get(id, revision.parents))
        call.output.data(f"{parents} -> {id}, {revision.message}")
    for file in found.files:
        call.output.remark(f"{'changed' if found.written else 'would change'}: {file}")
    for text in found.regenerated:
        call.output.remark(f"generated anew: {text.path}")
        for line in text.difference:
            call.output.remark(f"  {line}".rstrip())
    for line in found.left:
        call.output.remark(f"not generated anew: {line}")
    known = found.considered
    if known is not None:
        for line in proofs(known):
            call.output.remark(line)
        if found.regenerated and known.proof is not None:
            call.output.remark(
                f"  {found.onto} was run last with the files as they were, and first with the new ones, up and down again"
            )
        if known.unjudged:
            call.output.remark(f"not judged: {known.unjudged}")
    for ref in found.pushed if found.written else ():
        call.output.remark(
            f"{ref} has it as it was, and only your commits: `git push --force-with-lease` when this is committed"
        )
    if found.forced:
        call.output.remark("moved against the verdict, as --force says")
    if not found.written:
        call.output.remark("nothing was written (--dry-run)")


def _document(found: Rebased) -> dict[str, object]:
    from limbeck.cli.forks import pair_document, proofs_document

    known = found.considered
    return {
        "moved": list(found.moved),
        "onto": found.onto,
        "rewritten": list(found.files),
        "regenerated": [
            {
                "revision": text.revision,
                "path": text.path,
                "difference": list(text.difference),
            }
            for text in found.regenerated
        ],
        "not_regenerated": list(found.left),
        "written": found.written,
        "upstream": found.upstream or None,
        "pairs": [] if known is None else [pair_document(pair) for pair in known.pairs],
        **proofs_document(known),
        "forced": found.forced,
        "pushed": list(found.pushed),
    }
