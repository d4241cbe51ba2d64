"""`limbeck conflicts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_json, add_revision
from limbeck.cli.exits import CONFLICT, NOT_KNOWN, ORDER_MATTERS

if TYPE_CHECKING:
    import argparse

    from limbeck.actions.considered import Considered
    from limbeck.cli.call import Call

EXAMPLES = (
    "limbeck conflicts",
    "limbeck conflicts ae10 27c6 --prove",
    "limbeck conflicts --prove --json",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    add_revision(parser, "head", "what to compare (default: all heads)", nargs="*")
    parser.add_argument(
        "--prove",
        action="store_true",
        help="run the branches in every order, on scratch databases with rows in them",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="run them again, even if the outcome is remembered"
    )
    add_json(parser)


def run(call: Call) -> int | None:
    """Say what the branches do to each other; exit codes 14, 15 and 16 say what that is."""
    from limbeck.actions.alike import unread
    from limbeck.actions.conflicts import chosen, conflicts
    from limbeck.actions.considered import Considered
    from limbeck.actions.forks import Fork, branches
    from limbeck.cli import forks

    project, output = call.project, call.output
    heads = call.args.head or ["heads"]
    pairs = conflicts(project, heads)
    ids = chosen(project.history, heads)
    shared = project.history.ordered(project.history.common_ancestors(ids))
    found = Fork(tuple(shared), branches(project, ids), pairs, unread(project))
    known = Considered(ids, pairs)
    if call.args.prove or call.args.fresh:
        from limbeck.actions.prove import proofs

        proven = proofs(project, ids, fresh=call.args.fresh)
        first, *others = proven.proofs
        known = Considered(ids, pairs, first, "", proven.unproven, tuple(others))
    if call.args.json:
        output.json("conflicts", {**forks.fork_document(found), **forks.proofs_document(known)})
    else:
        for line in (*forks.fork(found, project.history), *forks.proofs(known)):
            output.data(line)
        if not known.proofs:
            output.remark("That is a hint; `limbeck conflicts --prove` runs both orders.")
    return _code(known)


def _code(known: Considered) -> int | None:
    """What is known for certain counts; what was not run, by what the scripts say."""
    from limbeck.actions.proof import Outcome
    from limbeck.conflicts import Kind

    outcomes = {proof.outcome for proof in known.proofs}
    kinds = {pair.verdict.kind for pair in known.unproven_pairs}
    if outcomes - {Outcome.EQUAL, Outcome.ORDERED} or kinds & {Kind.CONFLICT, Kind.TWICE}:
        return CONFLICT
    if Kind.UNKNOWN in kinds:
        return NOT_KNOWN
    return ORDER_MATTERS if Outcome.ORDERED in outcomes or Kind.ORDERED in kinds else None
