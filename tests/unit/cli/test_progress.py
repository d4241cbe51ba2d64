"""One line for each thing worth knowing while revisions run, where there is no terminal."""

from __future__ import annotations

import io

import pytest

from limbeck.cli.output import Output
from limbeck.cli.progress import Lines
from limbeck.cli.reporting import reporting
from limbeck.history import Direction, History, Plan, Revision, Stamp, Step
from limbeck.runner import (
    Event,
    Notice,
    RunDone,
    RunStarted,
    Stamped,
    StatementDone,
    StatementStarted,
    StepDone,
    StepFailed,
    StepStarted,
    Waiting,
)

HISTORY = History([Revision("a1", doc="create"), Revision("b1", ("a1",), doc="add\n\nmore words")])
UP = Step("b1", Direction.UP, frozenset({"a1"}), frozenset({"b1"}))
DOWN = Step("b1", Direction.DOWN, frozenset({"b1"}), frozenset({"a1"}))


def shown(*events: Event, quiet: bool = False) -> list[str]:
    err = io.StringIO()
    with reporting(Output(io.StringIO(), err, quiet=quiet), lambda: HISTORY) as report:
        for event in events:
            report(event)
    return err.getvalue().splitlines()


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (StepStarted(UP, 1, 1), "Running upgrade a1 -> b1, add"),
        (StepStarted(DOWN, 1, 1), "Running downgrade b1 -> a1, add"),
        (StepStarted(UP, 1, 1, 2), "Running upgrade a1 -> b1, add (goes on after statement 2)"),
        (StepFailed(UP, "no such table"), "Stopped in upgrade a1 -> b1, add"),
        (StatementDone(UP, 2, "DROP", skipped=True), "  statement 2 was done before"),
        (Notice("adopted", "somebody was here"), "note[adopted]: somebody was here"),
        (Stamped(Stamp(frozenset(), frozenset({"b", "a"}))), "Running stamp_revision  -> a, b"),
        (Waiting("pid 7 on host", 0.0), "Waiting for another run to finish (pid 7 on host), 0 s"),
    ],
)
def test_a_line(event: Event, line: str) -> None:
    assert shown(event) == [line]


@pytest.mark.parametrize(
    "event",
    [
        RunStarted(Plan((UP,), UP.before, UP.after)),
        StatementStarted(UP, 1, "CREATE"),
        StatementDone(UP, 1, "CREATE", 0.1),
        StepDone(UP, 0.1),
        RunDone(frozenset()),
    ],
)
def test_no_line(event: Event) -> None:
    assert shown(event) == []


def test_waiting_is_told_now_and_then() -> None:
    seconds = [0.0, 1.0, 5.0, 10.0, 11.0, 19.0, 20.5]
    lines = shown(*(Waiting("somebody", second) for second in seconds))
    assert [line.rsplit(", ", 1)[1] for line in lines] == ["0 s", "10 s", "20 s"]


def test_quiet() -> None:
    assert shown(StepStarted(UP, 1, 1), quiet=True) == []


def test_data_and_remarks_keep_their_order_where_they_meet() -> None:
    both = io.StringIO()
    output = Output(both, both)
    output.data("first")
    Lines(output, lambda: HISTORY)(StepStarted(UP, 1, 1))
    output.data("last")
    assert both.getvalue() == "first\nRunning upgrade a1 -> b1, add\nlast\n"
