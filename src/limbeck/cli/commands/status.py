"""`limbeck status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_json
from limbeck.cli.exits import PENDING
from limbeck.cli.problems import problem_document, problem_lines
from limbeck.cli.revisions import document, short, titled

if TYPE_CHECKING:
    import argparse

    from limbeck.actions.point import Point
    from limbeck.actions.status import Status, TargetStatus
    from limbeck.cli.call import Call

_MOST_PENDING = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    parser.add_argument(
        "--check",
        action="store_true",
        help="end with the exit code of the first problem, or 8 when something is pending",
    )
    add_json(parser)


def run(call: Call) -> int | None:
    """Show one page."""
    from limbeck.actions.status import status

    found = status(call.project)
    if call.args.json:
        call.output.json("status", _document(found, call))
    else:
        _show(found, call)
    if not call.args.check:
        return None
    codes = [problem.exit_code for problem in found.all_problems if problem.exit_code]
    return codes[0] if codes else PENDING if found.is_pending else None


def _show(found: Status, call: Call) -> None:
    output = call.output
    if found.revisions is not None:
        plural = "" if found.revisions == 1 else "s"
        output.data(f"History   {found.revisions} revision{plural} in {call.settings.migrations}")
        for number, point in enumerate(found.heads):
            output.data(f"{'' if number else 'Heads':<10}{_with_message(point, call)}")
    for target in found.targets:
        _show_target(target, call)
    problems = found.all_problems
    if found.revisions is not None:
        output.data()
    if not problems:
        output.data(output.style("Nothing is wrong.", "green"))
    for problem in problems:
        for line in problem_lines(problem, output):
            output.data(line)


def _show_target(target: TargetStatus, call: Call) -> None:
    output = call.output
    name = f"{target.place.name}: " if target.place.name else ""
    if name or target.place.address:
        output.data()
        output.data(f"Database  {name}{target.place.address}".rstrip(": "))
    if target.current is None:
        return
    lines = [_with_message(point, call) for point in target.current.points]
    lines += [f"{id} (unknown: no revision file has it)" for id in target.current.unknown]
    for number, text in enumerate(lines or ["<base>"]):
        output.data(f"{'' if number else 'Stands at':<10}{text}")
    pending = target.pending
    if not pending:
        output.data("Pending   nothing")
    for number, point in enumerate(pending[:_MOST_PENDING]):
        output.data(f"{'' if number else 'Pending':<10}{_with_message(point, call)}")
    if len(pending) > _MOST_PENDING:
        output.data(f"          and {len(pending) - _MOST_PENDING} more")


def _with_message(point: Point, call: Call) -> str:
    return titled(short(point, call.output.style), point.revision.message)


def _document(found: Status, call: Call) -> dict[str, object]:
    root = call.settings.root
    return {
        "revisions": found.revisions,
        "heads": [document(point, root) for point in found.heads],
        "problems": [problem_document(problem) for problem in found.problems],
        "targets": [
            {
                "name": target.place.name,
                "address": target.place.address,
                "reachable": target.current is not None,
                "heads": sorted(target.current.heads) if target.current else [],
                "unknown": list(target.current.unknown) if target.current else [],
                "pending": [point.id for point in target.pending],
                "problems": [problem_document(problem) for problem in target.problems],
            }
            for target in found.targets
        ],
    }
