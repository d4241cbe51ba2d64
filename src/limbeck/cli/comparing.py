"""
Models against a database, for people and for programs.

Responsible for the flags that `check` and `revision --autogenerate` share, and for what they print.  Does not know
how a difference is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.asking import someone
from limbeck.cli.files import show_new

if TYPE_CHECKING:
    import argparse

    from limbeck.actions.autogenerate import Generated
    from limbeck.actions.comparison import Comparison, Decisions
    from limbeck.cli.call import Call
    from limbeck.diff import Question
    from limbeck.project import Project


def add_decisions(parser: argparse.ArgumentParser) -> None:
    """The flags that decide what cannot be known."""
    parser.add_argument(
        "--offline",
        action="store_true",
        help="compare the models with what the revisions lead to; no database is needed",
    )
    parser.add_argument(
        "--rename",
        action="append",
        default=[],
        metavar="OLD=NEW",
        help="users.name=users.full_name, or a table, view, sequence or type, or type:old=new for a value; nothing behind = means dropped; may be repeated",
    )
    parser.add_argument(
        "--fill",
        action="append",
        default=[],
        metavar="TABLE.COLUMN=SQL",
        help="the value for existing rows of a column that becomes NOT NULL; may be repeated",
    )
    parser.add_argument(
        "--drop-unowned",
        action="store_true",
        help="let tables be dropped that no revision has made",
    )


def add_permissions(parser: argparse.ArgumentParser) -> None:
    """The flags that allow what is refused otherwise."""
    parser.add_argument(
        "--allow-destructive", action="store_true", help="write what loses data, marked as such"
    )
    parser.add_argument(
        "--allow-mass-drop", action="store_true", help="let more than half of the tables be dropped"
    )


def decisions(args: argparse.Namespace) -> Decisions:
    """What was typed."""
    from limbeck.actions.comparison import Decisions

    return Decisions(tuple(args.rename), tuple(args.fill), args.drop_unowned)


def generate(call: Call) -> None:
    """Write the revision that brings the database in step with the models."""
    from limbeck.actions.autogenerate import Permissions, autogenerate

    args, person = call.args, someone(call)
    made = autogenerate(
        call.project,
        args.message,
        id=args.rev_id,
        head="head" if args.head is None else args.head,
        splice=args.splice,
        labels=[args.branch_label] if args.branch_label else [],
        depends_on=args.depends_on or [],
        version_path=args.version_path,
        decisions=decisions(args),
        permissions=Permissions(args.allow_destructive, args.allow_mass_drop),
        ask=None if person is None else person.decide,
        confirm=None if person is None else person.may_be_lost,
        offline=args.offline,
        verify=args.verify,
    )
    _show_generated(made, call)


def _show_generated(made: Generated, call: Call) -> None:
    if not call.args.json and not call.output.quiet:
        show(made.comparison, call)
    for one in made.made:
        show_new(call, "revision", one)
    if not made.made:
        if call.args.json:
            call.output.json("revision", {"revision": None})
        else:
            call.output.remark("No revision was written.")
    if made.verified is not None:
        call.output.remark(f"Run up, down and up on {made.verified.scratch}: it can be undone.")


def show(found: Comparison, call: Call) -> None:
    """What was found, one line each."""
    from limbeck.actions.autogenerate import asked
    from limbeck.diff import describe

    output = call.output
    name = f"{found.place.name}: " if found.place.name else ""
    lost = [loss.operation for loss in found.diff.destructive]
    if found.in_step:
        output.data(output.style(f"{name}in step: {found.models}", "green"))
    else:
        output.data(f"{name}not in step; to be done in {found.place.address}:")
    for operation in found.diff.operations:
        mark = output.style("  destructive", "red") if any(operation is one for one in lost) else ""
        output.data(f"  {describe(operation)}{mark}")
    for question in found.diff.undecided:
        text = output.style(f"undecided: {asked(question)}", "yellow")
        output.data(f"{text}\n  {' or '.join(_flags(question))}")
    for note in found.diff.notes:
        output.data(output.style(f"note: {note.text}", "yellow"))
    for one in found.not_compared:
        output.data(output.style(f"not compared: {one.what}: {one.why}", "yellow"))
    if found.scratch:
        output.remark(f"asked: {found.scratch}")
    opaque = found.replayed.opaque if found.replayed is not None else ()
    for what in opaque:
        output.remark(f"{what.revision}: {what.why}: {_first_line(what.what)}")


def _first_line(text: str) -> str:
    first = text.strip().partition("\n")[0]
    return first if len(first) <= 100 else f"{first[:97]}..."


def explain(found: Comparison, project: Project, call: Call) -> None:
    """Both sides of each table that differs, as SQL in one column each."""
    from limbeck.actions.explain import sides

    for name, have, want in sides(project, found):
        call.output.data()
        call.output.data(f"{name}")
        left = have.splitlines() or ["(not there)"]
        right = want.splitlines() or ["(not there)"]
        width = max(len(line) for line in (*left, "database"))
        call.output.data(f"  {'database':<{width}}   models")
        for number in range(max(len(left), len(right))):
            one = left[number] if number < len(left) else ""
            other = right[number] if number < len(right) else ""
            sign = " " if one == other else "|"
            call.output.data(f"  {one:<{width}} {sign} {other}".rstrip())


def document(found: Comparison) -> dict[str, object]:
    """What was found, for programs."""
    from limbeck.diff import describe

    lost = [loss.operation for loss in found.diff.destructive]
    return {
        "name": found.place.name,
        "address": found.place.address,
        "in_step": found.in_step,
        "operations": [
            {
                "kind": type(operation).__name__,
                "text": describe(operation),
                "destructive": any(operation is one for one in lost),
            }
            for operation in found.diff.operations
        ],
        "undecided": [list(_flags(question)) for question in found.diff.undecided],
        "notes": [note.text for note in found.diff.notes],
        "not_compared": [{"what": str(one.what), "why": one.why} for one in found.not_compared],
        "scratch": found.scratch or None,
        "tables": found.models.tables,
        "modules": list(found.models.modules),
    }


def _flags(question: Question) -> tuple[str, ...]:
    from limbeck.diff import RenameQuestion

    if isinstance(question, RenameQuestion):
        return (*question.flags, question.drop_flag)
    return (question.flag,)
