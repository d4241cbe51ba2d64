"""`limbeck diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli import arguments as shared
from limbeck.cli.exits import NOT_COMPARED, OUT_OF_STEP
from limbeck.cli.structure import say_unknown

if TYPE_CHECKING:
    import argparse

    from limbeck.actions.diff import Difference
    from limbeck.cli.call import Call

EXAMPLES = (
    "limbeck diff ae10 head",
    "limbeck diff database models --sql",
    "limbeck diff head postgresql://localhost/shop",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    what = "a revision, `database`, `models`, or the URL of a database"
    shared.add_revision(parser, "before", what)
    shared.add_revision(parser, "after", "the same")
    parser.add_argument(
        "--sql", action="store_true", help="print the statements that lead from one to the other"
    )
    shared.add_json(parser)


def run(call: Call) -> int | None:
    """Show the operations; exit code 12 when there are some, 13 when that is not certain."""
    from limbeck.actions.diff import difference

    found = difference(call.project, call.args.before, call.args.after)
    if call.args.json:
        call.output.json("diff", _document(found))
    else:
        _show(found, call)
    if found.diff:
        return OUT_OF_STEP
    return NOT_COMPARED if found.not_compared else None


def _show(found: Difference, call: Call) -> None:
    from limbeck.diff import describe

    output = call.output
    if call.args.sql:
        for text in found.statements:
            output.data(f"{text.rstrip().rstrip(';')};\n")
    elif not found.diff:
        output.data(
            output.style(f"{found.before.what} and {found.after.what} are the same", "green")
        )
    else:
        for operation in found.diff.operations:
            lost = any(loss.operation is operation for loss in found.diff.destructive)
            mark = output.style("  destructive", "red") if lost else ""
            output.data(f"{describe(operation)}{mark}")
    for note in found.diff.notes:
        output.remark(f"note: {note.text}")
    for one in found.not_compared:
        output.remark(f"not compared: {one.what}: {one.why}")
    for side in (found.before, found.after):
        say_unknown(side.replayed, call)


def _document(found: Difference) -> dict[str, object]:
    from limbeck.diff import describe

    lost = [loss.operation for loss in found.diff.destructive]
    return {
        "before": found.before.what,
        "after": found.after.what,
        "same": not found.diff,
        "operations": [
            {
                "kind": type(operation).__name__,
                "text": describe(operation),
                "destructive": any(operation is one for one in lost),
            }
            for operation in found.diff.operations
        ],
        "statements": list(found.statements),
        "notes": [note.text for note in found.diff.notes],
        "not_compared": [{"what": str(one.what), "why": one.why} for one in found.not_compared],
        "scratch": found.scratch or None,
    }
