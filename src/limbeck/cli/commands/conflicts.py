"""`limbeck conflicts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_json, add_revision
from limbeck.cli.exits import CONFLICT, NOT_KNOWN, ORDER_MATTERS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from limbeck.actions.conflicts import Pair
    from limbeck.actions.proof import Proof
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
    from limbeck.actions.conflicts import chosen, conflicts, one_of_each_kind
    from limbeck.actions.forks import Fork, branches
    from limbeck.cli import forks

    project, output = call.project, call.output
    heads = call.args.head or ["heads"]
    kinds = one_of_each_kind((project,) if call.globals.name else call.everywhere)
    pairs = tuple(pair for one in kinds for pair in conflicts(one, heads))
    ids = chosen(project.history, heads)
    shared = project.history.ordered(project.history.common_ancestors(ids))
    found = Fork(tuple(shared), branches(project, ids), pairs)
    proof: Proof | None = None
    if call.args.prove or call.args.fresh:
        from limbeck.actions.prove import prove

        proof = prove(kinds[0], ids, fresh=call.args.fresh)
    if call.args.json:
        document = {
            **forks.fork_document(found),
            "proof": None if proof is None else forks.proof_document(proof),
        }
        output.json("conflicts", document)
    else:
        for line in forks.fork(found, project.history):
            output.data(line)
        for line in forks.proof(proof) if proof is not None else ():
            output.data(line)
        if proof is None:
            output.remark("That is a hint; `limbeck conflicts --prove` runs both orders.")
    return _code(pairs, proof)


def _code(pairs: Sequence[Pair], proof: Proof | None) -> int | None:
    from limbeck.actions.proof import Outcome
    from limbeck.conflicts import Kind

    if proof is not None:
        if proof.outcome is Outcome.EQUAL:
            return None
        return ORDER_MATTERS if proof.outcome is Outcome.ORDERED else CONFLICT
    kinds = {pair.verdict.kind for pair in pairs}
    if kinds & {Kind.CONFLICT, Kind.TWICE}:
        return CONFLICT
    if Kind.UNKNOWN in kinds:
        return NOT_KNOWN
    return ORDER_MATTERS if Kind.ORDERED in kinds else None
