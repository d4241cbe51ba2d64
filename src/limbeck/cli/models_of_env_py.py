"""
`check` and `revision --autogenerate` where an `env.py` knows the models.

Responsible for the choice between limbeck's own comparison and Alembic's walk, and for what is printed.  Does not know how a
difference is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from limbeck.cli import comparing
from limbeck.cli.asking import someone
from limbeck.cli.environment import by_command, environment_of, refuse_flags
from limbeck.cli.files import show_new

if TYPE_CHECKING:
    from limbeck.actions.comparison import Comparison
    from limbeck.actions.problem import Problem
    from limbeck.cli.call import Call
    from limbeck.compat.autogenerate.run import Run


def check(call: Call) -> tuple[tuple[Comparison, ...], list[Problem]] | None:
    """Say what is missing in each database that `env.py` configures; None where the walk has said it.

    Gives also the revisions that were edited after one of them had applied them.
    """
    run = _run(call, edits=True)
    found = run.compare()
    if run.why_the_walk:
        _walk(call, run, "check")
        return None
    for one in found:
        if not call.args.json:
            comparing.show(one, call)
    if found and all(one.in_step for one in found) and not call.args.json:
        call.output.data("No new upgrade operations detected.")  # what scripts look for
    _say_who_was_not_asked(call, run)
    if call.args.explain and not call.args.json:
        for one in found:
            comparing.explain(one, call.project, call)
    return found, list(dict.fromkeys(run.edited or ()))


def revision(call: Call) -> None:
    """Write what brings the databases that `env.py` configures in step with its models."""
    arguments = command_arguments(call)
    person = someone(call)
    run = _run(call, arguments, asks=True, ask=None if person is None else person.decide)
    found = run.compare()
    if run.why_the_walk:
        message = arguments.pop("message")
        _walk(call, run, "revision", message, autogenerate=True, sql=call.args.sql, **arguments)
        return
    if not call.args.json and not call.output.quiet:
        for one in found:
            comparing.show(one, call)
    _say_who_was_not_asked(call, run)
    _write(call, run, found)


def _write(call: Call, run: Run, found: tuple[Comparison, ...]) -> None:
    from limbeck.actions.autogenerate import Permissions, permitted, proven

    args, person = call.args, someone(call)
    if run.is_empty and not call.settings.write_empty:
        if args.json:
            call.output.json("revision", {"revision": None})
        else:
            call.output.remark("No revision was written.")
        return
    allowed = Permissions(args.allow_destructive, args.allow_mass_drop)
    for one in found:
        permitted(one, allowed, None if person is None else person.may_be_lost)
    made = run.write()
    if args.json:
        for new in made:
            show_new(call, "revision", new)
    if args.verify and made:
        proof = proven(call.project, made)
        call.output.remark(f"Run up, down and up on {proof.scratch}: it can be undone.")


def command_arguments(call: Call) -> dict[str, Any]:
    """What `alembic.command.revision` would be called with."""
    args = call.args
    return {
        "message": args.message or None,
        "head": "head" if args.head is None else args.head,
        "splice": args.splice,
        "branch_label": args.branch_label,
        "version_path": args.version_path,
        "rev_id": args.rev_id,
        "depends_on": args.depends_on,
    }


# Any: see `Run`
def _run(call: Call, arguments: dict[str, Any] | None = None, **how: Any) -> Run:
    from limbeck.compat.autogenerate.run import Run

    environment = environment_of(call.project)
    assert environment is not None
    quiet = call.args.json or call.output.quiet
    decided = comparing.decisions(call.args)
    offline = call.args.offline
    return Run(call.project, environment, decided, arguments, quiet=quiet, offline=offline, **how)


def _say_who_was_not_asked(call: Call, run: Run) -> None:
    if run.unasked:
        call.output.remark(
            "not asked without a database: functions that are registered for schemas"
        )


# Any: see `by_command`
def _walk(call: Call, run: Run, verb: str, *arguments: Any, **keywords: Any) -> None:
    """Let the tables be walked through in Alembic's manner, and say so where nobody has asked for it."""
    refuse_flags(call.args, run.why_the_walk)
    if not run.was_chosen:
        call.output.remark(f"compared in Alembic's manner, table by table: {run.why_the_walk}")
    by_command(call.project, verb, *arguments, **keywords)
