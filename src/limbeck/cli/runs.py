"""
What upgrade, downgrade and plan have in common.

Responsible for their flags, for what these ask for (a script, a plan, a run), for showing a plan, and for the answer
at the end of a run.  Does not know how a run is
carried out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TextIO

from limbeck.cli.arguments import add_json, add_lock_timeout, add_offline
from limbeck.cli.environment import by_command
from limbeck.cli.progress import described
from limbeck.cli.reporting import reporting
from limbeck.runner import Notice, StatementDone, StepDone

if TYPE_CHECKING:
    import argparse
    from contextlib import AbstractContextManager
    from types import TracebackType

    from typing_extensions import Self

    from limbeck.actions.outcome import Outcome
    from limbeck.cli.call import Call
    from limbeck.history import Direction, History, Step
    from limbeck.project import Project
    from limbeck.runner import Event, Report


def add_move(parser: argparse.ArgumentParser) -> None:
    """The flags of upgrade and downgrade."""
    add_offline(parser)
    parser.add_argument("--plan", action="store_true", help="show what would be done, and stop")
    parser.add_argument(
        "--dry-run", action="store_true", help="do it and roll it back, where the database can"
    )
    add_lock_timeout(parser)
    add_json(parser)


class Act(Protocol):
    """The action that moves the databases of a project."""

    def __call__(
        self, project: Project, to: str, *, dry_run: bool, report: Report
    ) -> tuple[Outcome, ...]:
        """Move them; what came of it, for each."""
        ...


class Write(Protocol):
    """The action that writes down what a move would execute."""

    def __call__(self, project: Project, revisions: str, out: TextIO) -> None:
        """Write the SQL from one revision to another."""
        ...


def move(call: Call, direction: Direction, act: Act, write: Write) -> None:
    """Move the databases, or with --sql or --plan show what that would be."""
    args = call.args
    verb = f"{direction.value}grade"  # upgrade or downgrade
    if args.sql:
        if not by_command(call.project, verb, args.revision, sql=True, tag=args.tag):
            write(call.project, args.revision, call.output.out)
    elif args.plan:
        show_plan(call, verb, args.revision, direction)
    else:
        with Moving(call, verb) as moving:
            moving.outcomes = act(
                call.project, args.revision, dry_run=args.dry_run, report=moving.report
            )


def show_plan(call: Call, verb: str, to: str, direction: Direction) -> bool:
    """Print what moving to `to` would do; whether that is anything at all."""
    from limbeck.actions.plan import plan

    outcomes = plan(call.project, to, direction)
    history = call.project.history
    if call.args.json:
        targets = [_document(outcome, history, {}) for outcome in outcomes]
        call.output.json(verb, {"planned": True, "targets": targets})
    else:
        for outcome in outcomes:
            _show_plan(call, outcome, history)
    return any(outcome.plan.steps for outcome in outcomes)


def _show_plan(call: Call, outcome: Outcome, history: History) -> None:
    output = call.output
    total = len(outcome.plan)
    if not total:
        output.data(f"Nothing to do: {outcome.place.address} is at {_names(outcome.plan.after)}.")
        return
    output.data(f"{_counted(total)} for {outcome.place.address}:")
    for number, step in enumerate(outcome.plan, 1):
        again = _going_on(outcome, step)
        note = f" (goes on after statement {again})" if again else ""
        output.data(f"{number:>{len(str(total)) + 2}}  {described(step, history)}{note}")
    output.data(f"It would then be at {_names(outcome.plan.after)}.")


def _going_on(outcome: Outcome, step: Step) -> int:
    """How many statements of `step` an interrupted run has carried out."""
    for left in outcome.half_done:
        if (left.revision, left.direction) == (step.revision, step.direction):
            return left.statements
    return 0


def _counted(number: int) -> str:
    return f"{number} revision{'' if number == 1 else 's'} to run"


def _names(heads: frozenset[str]) -> str:
    return ", ".join(sorted(heads)) or "<base>"


class Moving:
    """The scope of an upgrade or downgrade: progress while it lasts, an answer at the end.

    The outcomes are put here before the scope ends.
    """

    outcomes: tuple[Outcome, ...]

    def __init__(self, call: Call, verb: str) -> None:
        self._call = call
        self._verb = verb
        self._progress: AbstractContextManager[Report] = reporting(
            call.output, lambda: call.project.history
        )
        self._facts: dict[tuple[str, str], _Facts] = {}
        self._notices: list[dict[str, str]] = []

    def __enter__(self) -> Self:
        self._shown = self._progress.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.__exit__(kind, error, traceback)
        if error is None:
            self._answer()

    def report(self, event: Event) -> None:
        """Show `event`, and remember what the answer needs."""
        if self._call.args.json:
            self._remember(event)
        self._shown(event)

    def _remember(self, event: Event) -> None:
        match event:
            case StatementDone(step=step):
                facts = self._of(step)
                facts["statements"] = int(facts["statements"]) + 1
            case StepDone(step=step, seconds=seconds):
                self._of(step)["seconds"] = round(seconds, 6)
            case Notice(code=code, text=text):
                self._notices.append({"code": code, "text": text})
            case _:
                pass

    def _of(self, step: Step) -> _Facts:
        key = (step.revision, step.direction.value)
        return self._facts.setdefault(key, {"statements": 0, "seconds": 0.0})

    def _answer(self) -> None:
        call = self._call
        history = call.project.history
        if call.args.json:
            targets = [_document(outcome, history, self._facts) for outcome in self.outcomes]
            call.output.json(
                self._verb,
                {
                    "planned": False,
                    "dry_run": call.args.dry_run,
                    "targets": targets,
                    "notices": self._notices,
                },
            )
            return
        if not self.outcomes:
            call.output.remark(
                "Nothing was done: env.py came to its end without context.run_migrations()."
            )
        for outcome in self.outcomes:
            if not outcome.plan.steps:
                call.output.remark(f"Nothing to do: already at {_names(outcome.heads)}.")
            elif call.args.dry_run:
                call.output.remark("Dry run: everything was rolled back.")


_Facts = dict[str, "int | float"]


def _document(
    outcome: Outcome, history: History, facts: dict[tuple[str, str], _Facts]
) -> dict[str, object]:
    steps = [
        {
            "revision": step.revision,
            "message": history[step.revision].message,
            "direction": step.direction.value,
            "before": sorted(step.before),
            "after": sorted(step.after),
            **({"goes_on_after": again} if (again := _going_on(outcome, step)) else {}),
            **facts.get((step.revision, step.direction.value), {}),
        }
        for step in outcome.plan
    ]
    return {
        "name": outcome.place.name,
        "address": outcome.place.address,
        "before": sorted(outcome.plan.before),
        "after": sorted(outcome.plan.after),
        "steps": steps,
    }
