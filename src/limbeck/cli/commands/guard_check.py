"""`limbeck guard check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli import forks
from limbeck.cli.arguments import add_json
from limbeck.cli.problems import problem_document, problem_lines

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from limbeck.actions.guard.check import Checked
    from limbeck.cli.call import Call
    from limbeck.cli.output import Output

EXAMPLES = (
    "limbeck guard check",
    "limbeck guard check --against origin/main --json",
    "limbeck guard check --allow edited",
)
_MOST = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    parser.add_argument(
        "--against",
        metavar="REF",
        help="the branch or commit to join with (default: the one that others build on, as the settings or git say)",
    )
    parser.add_argument(
        "--allow",
        action="append",
        choices=("heads", "conflict", "edited", "stale"),
        default=[],
        help="what is no reason to fail, only shown; may be repeated",
    )
    parser.add_argument(
        "--databases",
        action="store_true",
        help="ask the databases of the settings, too, whether what they have applied was edited since",
    )
    add_json(parser)


def run(call: Call) -> int | None:
    """Say what joining would give.

    Exit code 4 for an id that is there twice or files that form no history, 14 for a conflict, 7 for what was edited after
    it was published and for a file HEAD that is not true, 6 for several heads, in this order.
    """
    from dataclasses import replace

    from limbeck.actions.guard.check import guard_check
    from limbeck.cli.bare import project_of

    found = guard_check(project_of(call), call.args.against, allow=call.args.allow)
    if call.args.databases:
        from limbeck.actions.edited import edited_in_databases

        more = edited_in_databases(call.everywhere)
        if "edited" in call.args.allow:
            more = [replace(one, exit_code=0) for one in more]
        found = replace(found, problems=(*found.problems, *more))
    if call.args.json:
        call.output.json("guard check", document(found))
    else:
        for line in text(found, call.output):
            call.output.data(line)
    return found.exit_code or None


def text(found: Checked, output: Output) -> Iterator[str]:
    """What was found, for people."""
    where = f"{found.against} ({found.commit[:10]})"
    yield f"Against   {where}" + (f", parted at {found.base[:10]}" if found.base else "")
    yield from _listed("Here", found.ours, found)
    yield from _listed("There", found.theirs, found)
    for number, (id, side) in enumerate(found.heads):
        title = ("Heads" if len(found.heads) > 1 else "Head") if number == 0 else ""
        yield f"{title:<10}{_titled(id, found)} ({side})"
    for fork in found.forks:
        yield ""
        yield from forks.fork(fork, found.history)
    yield ""
    if not found.problems:
        yield output.style("Nothing is wrong.", "green")
    for problem in found.problems:
        yield from problem_lines(problem, output)


def _listed(title: str, ids: tuple[str, ...], found: Checked) -> Iterator[str]:
    if not ids:
        yield f"{title:<10}nothing new"
    for number, id in enumerate(ids[:_MOST]):
        yield f"{title if number == 0 else '':<10}{_titled(id, found)}"
    if len(ids) > _MOST:
        yield f"          and {len(ids) - _MOST} more"


def _titled(id: str, found: Checked) -> str:
    message = found.history[id].message if id in found.history else ""
    return f"{id}  {message}".rstrip()


def document(found: Checked) -> dict[str, object]:
    """The same, for programs."""
    return {
        "against": found.against,
        "commit": found.commit,
        "base": found.base or None,
        "here": found.here,
        "ours": list(found.ours),
        "theirs": list(found.theirs),
        "heads": [{"id": id, "side": side} for id, side in found.heads],
        "forks": [forks.fork_document(fork) for fork in found.forks],
        "problems": [problem_document(problem) for problem in found.problems],
        "exit": found.exit_code,
    }
