"""The order of things in a run, with a world that only writes down what it is asked."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from limbeck.errors import BrokenHeader
from limbeck.history import History, Plan, Revision, Stamp, plan_upgrade
from limbeck.operations import Execute
from limbeck.runner import (
    Event,
    RunDone,
    RunStarted,
    Stamped,
    Statement,
    StepDone,
    StepFailed,
    run,
    stamp,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from limbeck.history import Direction, Step
    from limbeck.operations import Operation
    from limbeck.runner import Database, HalfDone, Report, Script, Send

HISTORY = History([Revision("a"), Revision("b", ("a",))])


class Shelf:
    history = HISTORY

    def __init__(self, *, broken: bool = False, unreadable: str = "") -> None:
        self.broken = broken
        self.unreadable = unreadable

    def script(self, id: str) -> Body:
        return Body(id, self.broken, self.unreadable)


class Body:
    checksum = "0"

    def __init__(self, id: str, broken: bool, unreadable: str) -> None:
        self.id = id
        self.broken = broken
        self.unreadable = unreadable

    def check(self, direction: Direction) -> None:
        if self.id == self.unreadable:
            raise BrokenHeader(f"{self.id} is no Python")

    def run(self, direction: Direction, database: Database, send: Send) -> None:
        send(Execute(self.id))
        if self.broken:
            raise ValueError("broken")


class World:
    """Database and journal in one; `asked` is what the runner wanted, in order."""

    def __init__(self, *applied: str, others: tuple[str, ...] = ()) -> None:
        self.asked: list[str] = []
        self._applied = frozenset(applied)
        self._others = others

    @property
    def journal(self) -> World:
        return self

    def tell(self, report: Report) -> None:
        pass

    def heads(self) -> frozenset[str]:
        return HISTORY.tips(self._applied)

    def applied(self, history: History) -> frozenset[str]:
        self.asked.append("read")
        return self._applied

    def half_done(self) -> Sequence[HalfDone]:
        return ()

    def compile(self, operation: Operation) -> Sequence[Statement]:
        assert isinstance(operation, Execute)
        return [Statement(f"{operation.statement}1"), Statement(f"{operation.statement}2")]

    def execute(self, statement: Statement) -> bool:
        self.asked.append(statement.text)
        return True

    def begin(self, step: Step, script: Script) -> int:
        self.asked.append(f"begin {step.revision}")
        return 0

    def finish(self, step: Step) -> float:
        self.asked.append(f"finish {step.revision}")
        return 1.5

    def fail(self, step: Step, error: BaseException) -> None:
        self.asked.append(f"fail {step.revision} {error}")

    def stamp(self, stamp: Stamp, history: History) -> None:
        self.asked.append(f"stamp {sorted(stamp.after)}")

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        self.asked.append("lock")
        self._applied |= frozenset(self._others)
        yield
        self.asked.append("unlock")

    @contextmanager
    def run(self) -> Iterator[None]:
        self.asked.append("run(")
        yield
        self.asked.append(")run")

    @contextmanager
    def step(self, step: Step) -> Iterator[None]:
        self.asked.append("step(")
        yield
        self.asked.append(")step")

    def verify(self, heads: frozenset[str]) -> None:
        self.asked.append(f"verify {sorted(heads)}")


def to_b(applied: frozenset[str]) -> Plan:
    return plan_upgrade(HISTORY, applied, ["b"])


def test_look_lock_look_again_plan_run_read_back() -> None:
    world, told = World("a"), list[Event]()
    result = run(to_b, Shelf(), world, told.append)
    assert " ".join(world.asked) == (
        "read lock read run( step( begin b b1 b2 finish b )step )run verify ['b'] unlock"
    )
    assert result.heads == {"b"}
    assert [type(event).__name__ for event in told] == [
        "RunStarted",
        "StepStarted",
        "StepDone",
        "RunDone",
    ]
    assert [event.seconds for event in told if isinstance(event, StepDone)] == [1.5]


def test_with_nothing_to_do_nothing_is_locked() -> None:
    world, told = World("a", "b"), list[Event]()
    assert run(to_b, Shelf(), world, told.append).plan.steps == ()
    assert world.asked == ["read"]
    assert told[-1] == RunDone(frozenset({"b"}))


def test_another_run_did_it_while_we_waited() -> None:
    world, told = World("a", others=("b",)), list[Event]()
    assert run(to_b, Shelf(), world, told.append).plan.steps == ()
    assert [len(event.plan) for event in told if isinstance(event, RunStarted)] == [0]
    assert "begin b" not in world.asked


def test_a_step_that_fails_ends_the_run() -> None:
    world, told = World(), list[Event]()
    with pytest.raises(ValueError, match="broken"):
        run(to_b, Shelf(broken=True), world, told.append)
    assert world.asked[-3:] == ["a1", "a2", "fail a broken"]
    assert isinstance(told[-1], StepFailed)


def test_nothing_begins_when_a_later_script_cannot_be_run() -> None:
    world, told = World(), list[Event]()
    with pytest.raises(BrokenHeader, match="b is no Python"):
        run(to_b, Shelf(unreadable="b"), world, told.append)
    assert world.asked == ["read", "lock", "read"]
    assert told == []


def test_a_stamp_is_locked_and_read_back() -> None:
    world, told = World("a"), list[Event]()
    made = stamp(lambda heads: Stamp(heads, frozenset({"b"})), Shelf(), world, told.append)
    assert made == Stamp(frozenset({"a"}), frozenset({"b"}))
    assert world.asked == ["lock", "run(", "stamp ['b']", ")run", "verify ['b']", "unlock"]
    assert told == [Stamped(made)]
